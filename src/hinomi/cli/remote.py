"""`remote list|declare|end|sessions`: the register of remote-maintenance paths."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hinomi.cli.devices import again, one
from hinomi.cli.out import note, put_json, put_table, say, size, t, when
from hinomi.home import Home
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.pipeline.register import Register
    from hinomi.store.state import RemotePath, WeeklyTime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKLY = re.compile(r"([a-z,\-]+)\s+(\d\d:\d\d)-(\d\d:\d\d)")


def _look(home: Home) -> Register:
    from hinomi.pipeline.register import look

    return look(home)


def listing(*, json: bool) -> None:
    """Declared paths, ended ones, and those that were only heard."""
    home = Home()
    found = _look(home)
    if json:
        put_json({"paths": found.paths, "found": found.found})
        return
    zone = home.settings.time_zone
    labels = home.state.labels()

    def names(ids: tuple[str, ...]) -> str:
        return " ".join(dict.fromkeys(labels.get(id, id) for id in ids))

    heads = (
        "remote_path", "status", "vendor", "peer", "devices", "times_agreed", "approver", "box", "visits", "breaches",
        "last",
    )  # fmt: skip
    rows = [
        (
            one.path.id,
            t("remote.ended") if one.path.ended else t("remote.declared"),
            one.path.vendor,
            names(one.path.peers),
            names(one.path.devices),
            _times(one.path, zone),
            one.path.approver or t("remote.nobody"),
            " ".join(part for part in (one.path.box, one.path.firmware) if part)
            or (f"{one.box.label} {one.box.firmware}".strip() if one.box else ""),
            str(one.visits),
            str(one.breaches),
            when(one.last, zone),
        )
        for one in found.paths
    ]
    rows += [
        (
            one.path.id, t("remote.found"), "", names(one.path.peers), names(one.path.devices), "", "",
            f"{one.box.label} {one.box.firmware}".strip() if one.box else "", str(one.visits), str(one.visits),
            when(one.last, zone),
        )
        for one in found.found
    ]  # fmt: skip
    put_table([t(f"head.{name}") for name in heads], rows)


def _times(path: RemotePath, zone: str) -> str:
    parts = [f"{when(start, zone)}/{when(end, zone)}" for start, end in path.windows]
    parts += [f"{','.join(DAYS[day] for day in week.days)} {week.start}-{week.end}" for week in path.weekly]
    return "; ".join(parts) or t("remote.any_time")


_SESSION_HEADS = (
    "first", "last", "origin", "ip", "country", "device", "service", "verdict", "remote_path", "sent", "received",
    "touched",
)  # fmt: skip


def sessions(*, breaches: bool, json: bool) -> None:
    home = Home()
    found = [one for one in _look(home).sessions if not breaches or one.register != "agreed"]
    if json:
        put_json(found)
        return
    zone = home.settings.time_zone
    labels = home.state.labels()
    put_table(
        [t(f"head.{name}") for name in _SESSION_HEADS],
        (
            (
                when(one.first, zone), when(one.last, zone), labels.get(one.client, one.client), one.client_ip,
                one.country, labels.get(one.device, one.device), " ".join(one.services),
                t(f"verdict.{one.register}"), one.path, size(one.sent_bytes), size(one.received_bytes),
                " ".join(labels.get(id, id) for id in one.touched),
            )
            for one in found
        ),
    )  # fmt: skip


def declare(
    *, id: str, found: str, vendor: str, peers: list[str], devices: list[str], services: list[str],
    windows: list[str], weekly: list[str], countries: list[str], line: str, box: str, firmware: str, approver: str,
    ticket: str, remark: str, by: str,
) -> None:  # fmt: skip
    """Adds or changes a path; with `found`, takes over one that was heard."""
    from hinomi.pipeline.register import declare as keep
    from hinomi.pipeline.register import new_id
    from hinomi.store.state import RemotePath

    home = Home()
    zone = home.settings.time_zone
    ends = [peer if "/" in peer else (home.state.device_by(peer) or [peer])[0] for peer in peers]
    reached = [one(home, word) for word in devices]
    if found:
        heard = next((each for each in _look(home).found if each.path.id == found), None)
        if heard is None:
            raise Problem("remote.not_found", id=found)
        ends += heard.path.peers
        reached += heard.path.devices
        services = services or list(heard.path.services)
        box = box or (f"{heard.box.maker} {heard.box.model}".strip() if heard.box else "")
        firmware = firmware or (heard.box.firmware if heard.box else "")
    path = RemotePath(
        id=id or new_id(), vendor=vendor, peers=tuple(dict.fromkeys(ends)), devices=tuple(dict.fromkeys(reached)),
        by=by, at=time.time_ns(), services=tuple(services), windows=tuple(_window(text, zone) for text in windows),
        weekly=tuple(_week(text) for text in weekly), countries=tuple(code.upper() for code in countries),
        line=line, box=box, firmware=firmware, approver=approver, ticket=ticket, note=remark,
    )  # fmt: skip
    explained = keep(home, path)
    say(f"{path.id}  {t('remote.declared')}")
    if explained:
        note(t("remote.explained", ids=" ".join(explained)))
    if not path.approver:
        note(t("remote.no_approver"))
    again(home, needed=True)


def end(id: str, *, by: str, reason: str) -> None:
    home = Home()
    made = home.state.end_remote_path(id, by=by, reason=reason)
    say(f"{made.id}  {t('remote.ended')}")
    again(home, needed=True)


def _window(text: str, zone: str) -> tuple[int, int]:
    """`2026-12-01T13:00/2026-12-01T17:00` on the clock of the site."""
    try:
        start, end = (datetime.fromisoformat(part) for part in text.split("/"))
    except ValueError:
        raise Problem("cli.bad_date", date=text) from None
    place = ZoneInfo(zone)
    return tuple(  # type: ignore[return-value]
        int((at if at.tzinfo else at.replace(tzinfo=place)).timestamp()) * 1_000_000_000 for at in (start, end)
    )


def _week(text: str) -> WeeklyTime:
    """`tue,thu 13:00-17:00` or `mon-fri 22:00-05:00`."""
    from hinomi.store.state import WeeklyTime

    found = _WEEKLY.fullmatch(text.strip().lower())
    if found is None:
        raise Problem("remote.bad_weekly", text=text)
    days: set[int] = set()
    for part in found[1].split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise Problem("remote.bad_weekly", text=text)
        start, stop = DAYS.index(first), DAYS.index(last or first)
        days.update(range(start, stop + 1) if start <= stop else (*range(start, 7), *range(stop + 1)))
    return WeeklyTime(tuple(sorted(days)), found[2], found[3])
