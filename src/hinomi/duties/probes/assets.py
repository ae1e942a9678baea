"""What the inventory says: ledger, makers, systems past their support."""

from __future__ import annotations

import tomllib
from functools import cache

from hinomi.duties.evidence import DutiesView, Said, Word, device_lines
from hinomi.knowledge_path import knowledge_file
from hinomi.model import Device

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


@cache
def _ends() -> list[tuple[str, str]]:
    data = tomllib.loads(knowledge_file("os_end_of_support.toml").read_text("utf-8"))
    return sorted(((row["match"].lower(), row["ends"]) for row in data["os"]), key=lambda pair: -len(pair[0]))


def support_end(os: str) -> str:
    """Date (ISO) on which support of this system ends or ended; '' when it is not listed."""
    folded = os.lower()
    return next((ends for match, ends in _ends() if folded.startswith(match)), "")


def obsolete(view: DutiesView) -> Said:
    """2-⑥: does a device run a system whose support has ended?"""
    known, old = 0, []
    for device in view.inside:
        attribute = device.attributes.get("os")
        if attribute is None or attribute.confidence < OS_CONFIDENCE_MIN:
            continue
        known += 1
        ends = support_end(attribute.value)
        if ends and view.today and ends < view.today:
            old.append(device)
    if old:
        lines = device_lines(old, lambda d: f"{d.value('os')} ({support_end(d.value('os'))})")
        return Said(Word.CONTRADICTED, {"count": len(old)}, lines)
    return Said(Word.UNKNOWN, {"known": known, "unknown": len(view.inside) - known})
