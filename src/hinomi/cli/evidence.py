"""`explain`, `evidence show`, `evidence slice`: from a claim down to its packets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hinomi.cli.devices import one
from hinomi.cli.out import note, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.model import EvidenceRef
from hinomi.texts import Problem


def explain(word: str, attribute: str, *, json: bool) -> None:
    """Why Hinomi says so: every clue for the value, and for the values it did not choose."""
    home = Home()
    device = home.state.device(one(home, word))
    assert device is not None
    stated = device.attributes.get(attribute)
    if stated is None:
        known = ", ".join(sorted(device.attributes)) or "–"
        raise Problem("device.no_attribute", word=word, attribute=attribute, known=known)
    if json:
        put_json(stated)
        return
    zone = home.settings.time_zone
    sure = t("cli.by_person") if stated.by_person else f"{stated.confidence:.0%}"
    say(f"{device.label}  {attribute} = {stated.value}  ({sure})\n")
    rows = [("●", stated.value, source) for source in stated.sources]
    rows += [("○", rival.value, source) for rival in stated.rivals for source in rival.sources]
    put_table(
        [t(f"head.{n}") for n in ("chosen", "value", "clue", "heard", "weight", "times", "first", "packet")],
        (
            (
                mark,
                value,
                s.clue,
                s.value,
                f"{s.weight:.2f}",
                str(s.count),
                when(s.first, zone),
                f"{s.evidence.capture}:{s.evidence.packet}:{s.evidence.offset}" if s.evidence.packet else "",
            )
            for mark, value, s in rows
        ),
    )


def _reference(text: str) -> EvidenceRef:
    parts = text.split(":")
    try:
        capture, packet, offset = parts
        return EvidenceRef(capture, int(packet), int(offset))
    except ValueError:
        raise Problem("evidence.bad_reference", reference=text) from None


def show(reference: str, *, payload: bool, reason: str, by: str, json: bool) -> None:
    """The packet's head; its content only with a reason, and never without an audit entry."""
    ref = _reference(reference)
    if payload and not reason.strip():
        raise Problem("evidence.no_reason")
    home = Home()
    found = home.history.packet(ref)
    act = "evidence.payload" if payload else "evidence.headers"
    home.state.audit(by, act, f"packet {ref.packet} of {ref.capture}", {"reason": reason})
    data: bytes = found["data"]
    shown = data if payload else data[:HEAD_BYTES]
    if json:
        plain = {key: value for key, value in found.items() if not isinstance(value, bytes)}
        put_json({**plain, "capture": ref.capture, "hex": shown.hex()})
        return
    time = when(found.get("time"), home.settings.time_zone)
    say(f"{time}  {t('cli.packet_of', packet=ref.packet, capture=ref.capture)}")
    for line in dump(shown):
        say(line)
    if len(shown) < len(data):
        note(t("cli.more_bytes", number=len(data) - len(shown)))


# Ethernet with two tags, IPv6 and TCP with options fit; text of a patient hardly does.
HEAD_BYTES = 78


def dump(data: bytes) -> list[str]:
    """Bytes as people read them: offset, hex, text."""
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in part)
        lines.append(f"{start:06x}  {part.hex(' '):<47}  {text}")
    return lines


def cut(finding: str, out: Path, *, by: str, reason: str) -> None:
    """Writes the packets behind a finding to a pcapng."""
    if not reason.strip():
        raise Problem("evidence.no_reason")
    home = Home()
    found = home.state.finding(finding)
    if found is None:
        raise Problem("finding.unknown", id=finding)
    home.state.audit(by, "evidence.slice", found.id, {"reason": reason, "packets": _numbers(found.evidence)})
    number = home.history.slice(found.evidence, out)
    note(t("cli.sliced", number=number, path=out))


def _numbers(refs: Any) -> list[str]:
    return [f"{ref.capture}:{ref.packet}" for ref in refs]
