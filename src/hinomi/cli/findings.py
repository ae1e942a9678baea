"""`findings`, `findings show`, `findings decide`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hinomi.cli.devices import one
from hinomi.cli.out import lang, put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.model import Severity, Status
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.store.state import Finding
    from hinomi.watch import FindingText


def words(finding: Finding, zone: str) -> FindingText | None:
    """The finding in this run's language; None when its detection left the program since."""
    from hinomi.watch import render

    try:
        return render(finding, lang(), zone)
    except (KeyError, OSError):
        return None


def listing(*, all: bool, device: str | None, severity: str | None, json: bool) -> None:
    home = Home()
    if severity is not None and severity not in list(Severity):
        raise Problem("cli.bad_severity", severity=severity, known=", ".join(Severity))
    page = home.state.findings(
        status=None if all else (Status.OPEN, Status.REOPENED),
        device=one(home, device) if device else None,
        severity_at_least=Severity(severity) if severity else None,
    )
    zone = home.settings.time_zone
    if json:
        put_json([_with_words(finding, zone) for finding in page.items])
        return
    labels = home.state.labels(id for finding in page.items for id in finding.devices)
    put_table(
        [t(f"head.{n}") for n in ("finding", "severity", "status", "title", "devices", "last", "times")],
        (
            (
                f.id,
                t(f"severity.{f.severity}"),
                t(f"status.{f.status}"),
                text.title if (text := words(f, zone)) else f.detection,
                " ".join(labels.get(id, id) for id in f.devices),
                when(f.last, zone),
                str(f.count),
            )
            for f in page.items
        ),
    )


def _with_words(finding: Finding, zone: str) -> dict[str, object]:
    fields = {name: getattr(finding, name) for name in finding.__slots__}
    return {**fields, "text": words(finding, zone)}


def _known(home: Home, id: str) -> Finding:
    finding = home.state.finding(id)
    if finding is None:
        raise Problem("finding.unknown", id=id)
    return finding


def show(id: str, *, json: bool) -> None:
    home = Home()
    finding = _known(home, id)
    zone = home.settings.time_zone
    events = home.state.finding_events(finding.id)
    if json:
        put_json({**_with_words(finding, zone), "events": events})
        return
    text = words(finding, zone)
    labels = home.state.labels(finding.devices)
    say(f"{finding.id}  {t(f'severity.{finding.severity}')}  {t(f'status.{finding.status}')}")
    if text:
        say(f"{text.title}\n\n{text.seen}\n\n{text.why}\n\n{text.how_sure}")
        for head, lines in (("first_steps", text.first_steps), ("innocent", text.innocent)):
            if lines:
                say(f"\n{t(f'head.{head}')}")
                for line in lines:
                    say(f"  - {line}")
    say(f"\n{t('head.devices')}")
    for device in finding.devices:
        say(f"  {labels.get(device, '')}  {device}")
    say(f"\n{t('head.proof')}")
    for ref in finding.evidence:
        say(f"  {ref.capture}:{ref.packet}:{ref.offset}")
    say("")
    for event in events:
        what = f"{t(f'event.{event.kind}')}  {t(f'status.{event.after}')}"
        say(f"{when(event.at, zone)}  {what}  {event.by}  {event.reason}")


def decide(ids: list[str], *, status: str, reason: str, by: str, until: str | None, similar: bool) -> None:
    home = Home()
    if status not in list(Status):
        known = ", ".join(s for s in Status if s is not Status.REOPENED)
        raise Problem("cli.bad_status", status=status, known=known)
    ends = _end_of_day(until, home.settings.time_zone) if until else None
    if similar:
        from hinomi.api.findings_text import similar as alike
        from hinomi.api.look import Look

        look = Look(home, home.state.version())
        ids = [*ids, *(other.id for id in ids for other in alike(look, _known(home, id)))]
    for made in home.state.decide_findings(ids, Status(status), by=by, reason=reason, until=ends):
        say(f"{made.id}  {t(f'status.{made.status}')}")


def advice(id: str, *, json: bool) -> None:
    """Steps, where the line may be cut, and what would be lost at this minute."""
    from hinomi.pipeline.look import advice_view
    from hinomi.respond.advice import advice as advise

    home = Home()
    finding = _known(home, id)
    view = advice_view(home)
    story = home.state.findings(story=finding.story, status=(Status.OPEN, Status.REOPENED)).items
    told = advise(finding, view, lang(), story)
    if json:
        put_json(told)
        return
    if told.warning:
        say(f"{told.warning}\n")
    say(t("head.first_steps"))
    for number, step in enumerate(told.steps, 1):
        say(f"  {number}. {step}")
    if told.cuts:
        say(f"\n{t('head.cuts', time=when(view.now, home.settings.time_zone))}")
    for number, cut in enumerate(told.cuts, 1):
        say(f"  {number}. {cut.text}")
        if cut.warning:
            say(f"     ! {cut.warning}")
        for line in cut.lost:
            say(f"     - {line}")


def _end_of_day(date: str, zone: str) -> int:
    """The last nanosecond of a date, or the moment of a date and time, in the site's time zone."""
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        raise Problem("cli.bad_date", date=date) from None
    if "T" not in date and " " not in date:
        moment = moment.replace(hour=23, minute=59, second=59)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return int(moment.timestamp()) * 1_000_000_000
