"""What the inventory says: ledger, makers, systems past their support."""

from __future__ import annotations

from datetime import date

from hinomi.duties.evidence import DutiesView, Said, Word, device_lines
from hinomi.model import Device
from hinomi.watch.detections.obsolete_system import ended

# A stated operating system counts from this confidence on; below it the device is unknown.
OS_CONFIDENCE_MIN = 0.8


def ledger(view: DutiesView) -> Said:
    """2-①: is there a device that the ledger does not name?"""
    inside = view.inside
    if view.ledger is None:
        return Said(Word.UNKNOWN, {"count": len(inside)})
    strangers = [device for device in inside if device.id not in view.ledger]
    if strangers:
        return Said(Word.CONTRADICTED, {"count": len(strangers)}, device_lines(strangers, lambda d: d.value("type")))
    return Said(Word.NOT_CONTRADICTED, {"count": len(inside)})


def disclosure(view: DutiesView) -> Said:
    """2-③: which makers' products are there, so that their sheets can be asked for?"""
    first_of_maker: dict[str, Device] = {}
    for device in view.inside:
        maker = device.value("manufacturer")
        if maker and device.value("category") in {"medical", "it"}:
            first_of_maker.setdefault(maker, device)
    shown = list(first_of_maker.values())
    lines = device_lines(shown, lambda d: f"{d.value('manufacturer')} {d.value('model')}".strip())
    return Said(Word.UNKNOWN, {"count": len(first_of_maker)}, lines)


def obsolete(view: DutiesView) -> Said:
    """2-⑥: does a device run a system whose support has ended?"""
    known, old = 0, {}
    for device in view.inside:
        attribute = device.attributes.get("os")
        if attribute is None or attribute.confidence < OS_CONFIDENCE_MIN:
            continue
        known += 1
        past = ended(attribute.value, date.fromisoformat(view.today)) if view.today else None
        if past is not None:
            old[device.id] = (device, past[1])
    if old:
        devices = [device for device, _ in old.values()]
        lines = device_lines(devices, lambda d: f"{d.value('os')} ({old[d.id][1].isoformat()})")
        return Said(Word.CONTRADICTED, {"count": len(old)}, lines)
    return Said(Word.UNKNOWN, {"known": known, "unknown": len(view.inside) - known})
