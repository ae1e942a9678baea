"""`devices`, `device show|set|merge|split|undo`."""

from __future__ import annotations

from hinomi.cli.out import note, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.model import Device
from hinomi.pipeline.utilisation import by_day
from hinomi.texts import Problem

USE_DAYS = 14  # days of use that are printed; the device's page draws them all


def listing(search: str, *, zone: str | None, type: str | None, outside: bool | None, json: bool) -> None:
    home = Home()
    page = home.state.devices(text=search, zone=zone, type=type, outside=outside)
    if json:
        put_json(page.items)
        return
    columns = ("device", "name", "type", "manufacturer", "model", "zone", "ip", "mac", "findings", "last")
    put_table(
        [t(f"head.{name}") for name in columns],
        (
            (
                d.id,
                d.label,
                f"{d.type} {d.type_confidence:.0%}" if d.type else "",
                d.manufacturer,
                d.model,
                d.zone,
                " ".join(d.ips),
                " ".join(d.macs),
                f"{d.open_findings} {d.worst}" if d.worst else "",
                when(d.last, home.settings.time_zone),
            )
            for d in page.items
        ),
    )


def one(home: Home, word: str) -> str:
    """The id of the one device that a word means.

    Raises:
        Problem: none, or several.
    """
    found = home.state.device_by(word)
    if not found:
        raise Problem("device.unknown", word=word)
    if len(found) > 1:
        raise Problem("device.several", word=word, number=len(found), ids=" ".join(found[:8]))
    return found[0]


def show(word: str, *, json: bool) -> None:
    home = Home()
    device = home.state.device(one(home, word))
    assert device is not None
    if json:
        put_json(device)
        return
    _show(device, home.settings.time_zone)
    days = by_day(home.state.intervals(device=device.id), home.settings.time_zone)[-USE_DAYS:]
    if days:
        say("")
        put_table(
            [t(f"head.{n}") for n in ("use_day", "use_hours", "uses")],
            ((day.day, f"{day.hours:.2f}", str(day.times)) for day in days),
        )


def _show(device: Device, zone: str) -> None:
    say(f"{device.label}  ({device.id})")
    say(f"{when(device.first, zone)} – {when(device.last, zone)}  {device.zone or ''}\n")
    attributes = sorted(device.attributes.values(), key=lambda a: a.name)
    put_table(
        [t(f"head.{n}") for n in ("attribute", "value", "sure", "proof")],
        (
            (
                a.name,
                a.value,
                t("cli.by_person") if a.by_person else f"{a.confidence:.0%}",
                ", ".join(dict.fromkeys(s.clue for s in a.sources[:3])),
            )
            for a in attributes
        ),
    )
    say("")
    put_table(
        [t(f"head.{n}") for n in ("ip", "mac", "first", "last")],
        ((a.ip, a.mac, when(a.first, zone), when(a.last, zone)) for a in device.addresses),
    )
    say("")
    put_table(
        [t(f"head.{n}") for n in ("service", "port", "role", "peers")],
        ((s.name, f"{s.proto}/{s.port}" if s.port else s.proto, s.role, str(s.peers)) for s in device.services),
    )


def decide(
    word: str, kind: str, *, by: str, reason: str, attribute: str = "", value: str = "", other: str = ""
) -> None:
    home = Home()
    if kind == "merge":
        other = one(home, other)
    made = home.state.decide_device(
        one(home, word), kind, by=by, reason=reason, attribute=attribute, value=value, other=other
    )
    say(t("cli.decided", id=made.id))
    again(home, needed=kind != "set")


def undo(decision: str, *, by: str, reason: str) -> None:
    home = Home()
    made = home.state.undo_decision(decision, by=by, reason=reason)
    say(t("cli.undone", id=made.id))
    again(home, needed=True)


def again(home: Home, *, needed: bool) -> None:
    """Works the devices out anew after a decision; one that runs elsewhere does it later."""
    if not needed or not home.state.captures():
        return
    from hinomi.pipeline import refresh

    try:
        refresh(home)
    except Problem as problem:
        if problem.id != "home.locked":
            raise
        note(t("cli.later"))
