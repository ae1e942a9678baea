"""`indicators` and `policy`: lists of known-bad things, and allowed conduits between zones."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hinomi.cli.devices import again
from hinomi.cli.out import note, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.watch.policy import Seen

FILE_BYTES_MAX = 100_000_000


def load(file: Path, name: str, *, by: str, json: bool) -> None:
    """Reads a list, keeps it, and looks through the whole history."""
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            raise Problem("indicators.too_long", path=file, most=FILE_BYTES_MAX // 1_000_000)
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise Problem("indicators.no_file", path=file, reason=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise Problem("indicators.unreadable", path=file, reason=error.reason) from error
    _keep(text, name or file.name, by=by, json=json)


def fetch(url: str, name: str, *, user: str, read_secret: bool, by: str, json: bool) -> None:
    """The same from a collection of a TAXII 2.1 server."""
    from hinomi.pipeline import taxii

    secret = sys.stdin.readline().rstrip("\r\n") if read_secret else ""
    _keep(taxii.fetch(url, user, secret), name or urlsplit(url).hostname or url, by=by, json=json)


def _keep(text: str, title: str, *, by: str, json: bool) -> None:
    from hinomi.watch.indicators import read

    home = Home()
    try:
        got = read(text, title)
    except ValueError as error:
        raise Problem("indicators.unreadable", path=title, reason=error) from error
    rows = [(one.kind, one.value, one.label, one.until) for one in got.indicators]
    made = home.state.put_indicators(title, rows, got.skipped, by=by)
    again(home, needed=True)
    found = home.state.findings(detection="known_bad").items
    mine = [one for one in found if one.facts.get("list") == made.name]
    if json:
        put_json({"list": made, "findings": [one.id for one in mine]})
        return
    say(t("indicators.loaded", number=made.count, name=made.name, found=len(mine)))
    for reason, number in made.skipped.items():
        note(f"  {number}  {t('indicators.skipped')}: {reason}")
    for one in mine:
        what = f"{t(f'severity.{one.severity}')}  {one.facts.get('indicator', '')}"
        say(f"{one.id}  {what}  {when(one.last, home.settings.time_zone)}")


def lists(*, json: bool) -> None:
    home = Home()
    found = home.state.indicator_lists()
    if json:
        put_json(found)
        return
    put_table(
        [t(f"head.{n}") for n in ("list", "name", "entries", "who", "time")],
        ((one.id, one.name, str(one.count), one.by, when(one.at, home.settings.time_zone)) for one in found),
    )


def drop(id: str, *, by: str, reason: str) -> None:
    Home().state.drop_indicators(id, by=by, reason=reason)


def policy(*, json: bool) -> None:
    from hinomi.pipeline.conduits import look

    home = Home()
    found = look(home)
    if json:
        put_json(found)
        return
    say(t("policy.is_on" if found.on else "policy.is_off"))
    put_table(
        [t(f"head.{n}") for n in ("number", "approved", "from_zone", "to_zone", "service", "hours", "last", "who")],
        (
            (
                str(number), line.id or (t("policy.proposed") if line.proposed else t("policy.person")),
                line.conduit.source or "–", line.conduit.target or "–",
                line.conduit.service or f"{line.conduit.proto}/{line.conduit.port}",
                str(line.seen.count) if line.seen else "0",
                when(line.seen.last if line.seen else 0, home.settings.time_zone), line.conduit.by,
            )
            for number, line in enumerate(found.lines, 1)
        ),
    )  # fmt: skip


def approve(numbers: list[int], all_proposed: bool, *, by: str, reason: str) -> None:
    """Approves lines by their number in `policy list`, or all that Hinomi proposes."""
    from hinomi.pipeline.conduits import approve as keep
    from hinomi.pipeline.conduits import look

    home = Home()
    lines = look(home).lines
    if any(not 1 <= number <= len(lines) for number in numbers):
        raise Problem("policy.unknown", id=", ".join(map(str, numbers)))
    chosen = [lines[number - 1] for number in numbers]
    if all_proposed:
        chosen += [line for line in lines if line.proposed and not line.id]
    for id in keep(home, [line.conduit for line in chosen], by=by, reason=reason):
        say(id)
    again(home, needed=True)


def withdraw(ids: list[str], *, by: str, reason: str) -> None:
    from hinomi.pipeline.conduits import withdraw as take_back

    home = Home()
    take_back(home, ids, by=by, reason=reason)
    again(home, needed=True)


def simulate(*, json: bool) -> None:
    """What the approved conduits would have rung for."""
    from hinomi.pipeline.conduits import look

    home = Home()
    found = look(home).would_ring
    if json:
        put_json(found)
        return
    say(t("policy.would", number=len(found)))
    zone = home.settings.time_zone
    labels = home.state.labels()
    for one in found:
        say(f"  {_what(one)}  {when(one.first, zone)}  {_names(one, labels)}")


def _what(one: Seen) -> str:
    conduit = one.conduit
    return f"{conduit.source} → {conduit.target}  {conduit.service or f'{conduit.proto}/{conduit.port}'}"


def _names(one: Seen, labels: dict[str, str]) -> str:
    def few(ids: set[str]) -> str:
        shown = sorted(labels.get(id, id) for id in ids)
        return ", ".join(shown[:4]) + (" …" if len(shown) > 4 else "")

    return f"{few(one.clients)} → {few(one.servers)}"


def switch(on: bool, *, by: str, reason: str) -> None:
    from hinomi.pipeline.conduits import switch as turn

    home = Home()
    turn(home, on, by=by, reason=reason)
    say(t("policy.is_on" if on else "policy.is_off"))
    again(home, needed=True)


def export(form: str) -> None:
    from hinomi.pipeline.conduits import export as write

    say(write(Home(), form).rstrip("\n"))
