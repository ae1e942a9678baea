"""`incident` and `paper`: the day of the incident, and what goes out on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from hinomi.cli.out import lang, note, put_json, put_table, say, t
from hinomi.filing import facts, incidents
from hinomi.filing.facts import clock
from hinomi.filing.papers.incident import PLACES, STATES, keep_offline
from hinomi.filing.sheets import Audience
from hinomi.home import Home
from hinomi.respond import incident
from hinomi.texts import Problem


def _lang() -> Literal["ja", "en"]:
    return "ja" if lang() == "ja" else "en"


def listing(*, json: bool) -> None:
    """Every incident, newest first."""
    found = incidents.incidents(Home())
    if json:
        put_json(found)
        return
    put_table(
        [t(f"head.{name}") for name in ("incident", "time", "state", "says")],
        ((one.id, clock(one.known_at), clock(one.closed_at) or t("incident.is_open"), one.title) for one in found),
    )


def begin(*, finding: str, symptom: str, words: str, by: str) -> None:
    """Opens an incident, and writes the copy that needs no network."""
    home = Home()
    made = incidents.open_incident(home, by=by, finding=finding, symptom=symptom, words=words)
    note(t("incident.offline_at", path=keep_offline(home)))
    show(made.id, json=False)


def show(id: str, *, json: bool) -> None:
    """How an incident stands: containment in order, devices in use, deadlines, log."""
    home = Home()
    of = incidents.incident_of(home, id)
    if json:
        put_json(
            {
                "incident": of,
                "steps": incidents.steps(home, of, _lang()),
                "in_use": [
                    {"device": one.device.id, "use": one.use, "last": one.last} for one in incidents.in_use(home)
                ],
                "deadlines": incident.deadlines(of.known_at, facts.now_ns(), of.reports_done),
            }
        )
        return
    at = 0 if _lang() == "ja" else 1
    say(f"{of.id}\t{clock(of.known_at)}\t{of.title}")
    for step in incidents.steps(home, of, _lang()):
        say(PLACES[step.place][at])
        for cut in step.cuts:
            if cut.warning:
                say(f"  ! {cut.warning}")
            say(f"  {cut.text}")
    for used in incidents.in_use(home):
        say(
            "\t".join(
                (
                    t("incident.in_use_yes" if used.use else "incident.in_use_unknown"),
                    used.device.label,
                    clock(used.last),
                )
            )
        )
    bodies = {body["id"]: body[_lang()] for body in incident.texts("bodies")["body"]}
    for one in incident.deadlines(of.known_at, facts.now_ns(), of.reports_done):
        say(f"{STATES[one.state][at]}\t{bodies[one.body]}\t{one.ja if at == 0 else one.en}\t{clock(one.due_last)}")
    for entry in of.log:
        say(f"{clock(entry.at)}\t{entry.kind}\t{entry.ref}\t{entry.text}\t{entry.by}")


def write(id: str, kind: str, *, ref: str, text: str, by: str) -> None:
    """Adds a line to the log."""
    home = Home()
    of = incidents.write(home, id, kind, ref=ref, text=text, by=by)
    keep_offline(home)
    last = of.log[-1]
    say(f"{clock(last.at)}\t{last.kind}\t{last.ref}\t{last.text}\t{last.by}")


def offline() -> None:
    """Writes the copy that needs no network."""
    say(str(keep_offline(Home())))


def paper(
    name: str, out: Path, *, edition: str, audience: str, vendor: str, incident: str, register: str, draft: str,
    notice: str, advisory: str, since: str, until: str,
) -> None:  # fmt: skip
    """Writes one paper; the ending of the file says the form: .pdf, .xlsx or .html."""
    from hinomi.filing.papers import Ask, make
    from hinomi.filing.papers import write as put

    if audience not in ("hospital", "pharmacy", "vendor"):
        raise Problem("duties.no_audience", audience=audience, audiences="hospital, pharmacy, vendor")
    home = Home()
    ask = Ask(
        lang=_lang(), edition=edition, audience="vendor" if name == "vendor" else cast(Audience, audience),
        vendor=vendor, incident=incident, register=register, draft=draft, notice=notice, since=_ns(since),
        until=_ns(until), more={"advisory": advisory},
    )  # fmt: skip
    out.write_bytes(put(make(home, name, ask), out.suffix.removeprefix(".")))
    home.state.audit("local", "paper.made", name, {"form": out.suffix})
    say(str(out))


def _ns(text: str) -> int:
    if not text:
        return 0
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=facts.zone()).timestamp()) * 1_000_000_000
    except ValueError as error:
        raise Problem("duties.bad_date", date=text) from error
