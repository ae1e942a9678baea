"""What the inventory says: ledger, makers, systems past their support."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from hinomi.duties.evidence import DutiesView, Line, Said, Word, device_lines
from hinomi.model import Device
from hinomi.watch.detections.obsolete_system import ended

# A stated operating system counts from this confidence on; below it the device is unknown.
OS_CONFIDENCE_MIN = 0.8
_FORMS = re.compile(r"株式会社|\(株\)|有限会社|合同会社|\b(inc|ltd|co|corp|corporation|kk|gmbh|llc)\b|[\s.,・()]")


def ledger(view: DutiesView) -> Said:
    """2-①: is there a device that the ledger does not name?"""
    inside = view.inside
    if view.ledger is None:
        return Said(Word.UNKNOWN, {"count": len(inside)})
    strangers = [device for device in inside if device.id not in view.ledger]
    if strangers:
        lines = device_lines(view, strangers, lambda d: d.value("type"))
        return Said(Word.CONTRADICTED, {"count": len(strangers)}, lines)
    return Said(Word.NOT_CONTRADICTED, {"count": len(inside)})


def disclosure(view: DutiesView) -> Said:
    """2-③: which makers' products are there, and does a sheet (MDS/SDS, MDS2) lie at hand for each?"""
    first_of_maker: dict[str, Device] = {}
    for device in view.inside:
        maker = device.value("manufacturer")
        if maker and device.value("category") in {"medical", "it"}:
            first_of_maker.setdefault(maker, device)

    def named(devices: list[Device]) -> list[Line]:
        return device_lines(view, devices, lambda d: f"{d.value('manufacturer')} {d.value('model')}".strip())

    if not view.disclosed:
        return Said(Word.UNKNOWN, {"count": len(first_of_maker)}, named(list(first_of_maker.values())))
    without = [device for maker, device in first_of_maker.items() if not same_maker(maker, view.disclosed)]
    if without:
        return Said(Word.CONTRADICTED, {"count": len(without)}, named(without))
    return Said(Word.NOT_CONTRADICTED, {"count": len(first_of_maker)}, named(list(first_of_maker.values())))


def same_maker(name: str, filed: frozenset[str]) -> bool:
    """Is a sheet of this maker filed? The legal form and the width of letters do not matter."""
    wanted = _bare(name)
    return any(wanted and (wanted in _bare(one) or _bare(one) in wanted) for one in filed if _bare(one))


def _bare(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return _FORMS.sub("", text)


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
        lines = device_lines(view, devices, lambda d: f"{d.value('os')} ({old[d.id][1].isoformat()})")
        return Said(Word.CONTRADICTED, {"count": len(old)}, lines)
    return Said(Word.UNKNOWN, {"known": known, "unknown": len(view.inside) - known})
