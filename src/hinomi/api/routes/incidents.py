"""The day of the incident: one button, then tasks, deadlines, drafts and a log that only grows."""

from __future__ import annotations

from fastapi import APIRouter

from hinomi.api import shapes_duties as shapes
from hinomi.api.deps import TheActor, TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.shapes import Words
from hinomi.api.words import when, when_or_none
from hinomi.filing import facts, incidents
from hinomi.filing.incidents import Incident
from hinomi.filing.papers.incident import keep_offline
from hinomi.filing.papers.ready import fallback
from hinomi.respond import incident
from hinomi.watch.text import render

router = APIRouter(prefix="/api/incidents", tags=["incidents"])


@router.get("")
def listed(home: TheHome) -> shapes.IncidentHome:
    """Incidents, newest first, and what one may start from."""
    rows = [_row(one) for one in incidents.incidents(home)]
    return shapes.IncidentHome(
        open=[row for row in rows if row.closed_at is None],
        closed=[row for row in rows if row.closed_at is not None],
        symptoms=[shapes.Symptom(id=one["id"], name=Words(ja=one["ja"], en=one["en"])) for one in incident.symptoms()],
    )


def _row(of: Incident) -> shapes.IncidentRow:
    return shapes.IncidentRow(
        id=of.id, title=of.title, known_at=when(of.known_at), closed_at=when_or_none(of.closed_at), by=of.by
    )


@router.post("")
def start(home: TheHome, seen: TheLook, actor: TheActor, ask: shapes.IncidentAsk) -> shapes.Incident:
    """Opens an incident from a finding or from what somebody noticed; the offline copy is written anew."""
    made = incidents.open_incident(
        home, by=ask.person.strip() or actor.name, finding=ask.finding, symptom=ask.symptom, words=ask.words
    )
    keep_offline(home)
    return _whole(home, seen, made)


@router.get("/{id}")
def one(home: TheHome, seen: TheLook, id: str) -> shapes.Incident:
    """An incident as it stands."""
    return _whole(home, seen, incidents.incident_of(home, id))


@router.post("/{id}/log")
def write(home: TheHome, seen: TheLook, actor: TheActor, id: str, ask: shapes.LineAsk) -> shapes.Incident:
    """Adds a line to the log. No line is ever changed or removed."""
    by = ask.person.strip() or actor.name
    of = incidents.write(home, id, ask.kind, ref=ask.ref, text=ask.text, by=by)
    keep_offline(home)
    return _whole(home, seen, of)


def _both(row: dict[str, str], name: str = "") -> Words:
    stem = f"{name}_" if name else ""
    return Words(ja=row[f"{stem}ja"], en=row[f"{stem}en"])


def _whole(home: TheHome, seen: Look, of: Incident) -> shapes.Incident:
    tasks = incident.texts("tasks")
    roles = {row["id"]: row for row in tasks["role"]}
    now = facts.now_ns()
    return shapes.Incident(
        id=of.id,
        title=of.title,
        by=of.by,
        known_at=when(of.known_at),
        closed_at=when_or_none(of.closed_at),
        now=when(now),
        findings=[found.id for found in incidents.findings_of(home, of)],
        roles=[
            shapes.IncidentRole(id=id, name=_both(row), does=_both(row, "does"), held_by=of.roles.get(id, ""))
            for id, row in roles.items()
        ],
        phases=[
            shapes.IncidentPhase(
                id=phase["id"],
                name=_both(phase),
                tasks=[
                    shapes.IncidentTask(
                        id=task["id"],
                        text=_both(task),
                        role=_both(roles[task["role"]]),
                        place=task["place"],
                        done_at=when(of.tasks_done[task["id"]].at) if task["id"] in of.tasks_done else None,
                        done_by=of.tasks_done[task["id"]].by if task["id"] in of.tasks_done else "",
                    )
                    for task in tasks["task"]
                    if task["phase"] == phase["id"]
                ],
            )
            for phase in tasks["phase"]
        ],
        steps=_steps(home, of),
        range=_known(home, of),
        in_use=[
            shapes.UsedDevice(
                device=seen.ref(one.device.id), use="yes" if one.use else "unknown", last=when_or_none(one.last)
            )
            for one in incidents.in_use(home)
        ],
        deadlines=_deadlines(of, now),
        drafts=_drafts(home, of),
        fallback=[Words(ja=ja, en=en) for ja, en in zip(fallback(home, "ja"), fallback(home, "en"), strict=True)],
        timeline=_timeline(home, of),
    )


def _steps(home: TheHome, of: Incident) -> list[shapes.ContainStep]:
    both = zip(incidents.steps(home, of, "ja"), incidents.steps(home, of, "en"), strict=True)
    return [
        shapes.ContainStep.model_validate(
            {
                "place": ja.place,
                "cuts": [
                    shapes.CutAdvice(
                        place=a.place,
                        text=Words(ja=a.text, en=b.text),
                        warning=Words(ja=a.warning, en=b.warning),
                        lost=[Words(ja=x, en=y) for x, y in zip(a.lost, b.lost, strict=False)],
                    )
                    for a, b in zip(ja.cuts, en.cuts, strict=False)
                ],
            }
        )
        for ja, en in both
    ]


_RANGE = {
    "began": Words(ja="始まったとみられる日時", en="Began, as far as heard"),
    "entry": Words(ja="入口(推定)", en="Way in (estimated)"),
    "range": Words(ja="広がり", en="Range"),
    "peers": Words(ja="院外の相手", en="Outside peers"),
    "encrypted": Words(ja="書き換え", en="Rewriting"),
    "left": Words(ja="外へ出たデータ", en="Data that left"),
}


def _known(home: TheHome, of: Incident) -> list[shapes.KnownFact]:
    ja, en = facts.facts(home, of, "ja"), facts.facts(home, of, "en")
    return [
        shapes.KnownFact(name=words, value=Words(ja=ja[name].value, en=en[name].value), source=ja[name].source)
        for name, words in _RANGE.items()
        if name in ja
    ]


def _deadlines(of: Incident, now: int) -> list[shapes.ReportDeadline]:
    bodies = {body["id"]: body for body in incident.texts("bodies")["body"]}
    return [
        shapes.ReportDeadline.model_validate(
            {
                "key": one.key,
                "body": _both(bodies[one.body]),
                "report": Words(ja=one.ja, en=one.en),
                "note": _both(bodies[one.body], "note"),
                "when": bodies[one.body]["when"],
                "phone": bodies[one.body]["phone"],
                "due": when(one.due),
                "due_last": when(one.due_last),
                "done_at": when_or_none(one.done_at),
                "state": one.state,
            }
        )
        for one in incident.deadlines(of.known_at, now, of.reports_done)
    ]


def _drafts(home: TheHome, of: Incident) -> list[shapes.Draft]:
    made = []
    for form in incident.drafts():
        ja = facts.filled(home, of, form["id"], "ja")
        en = facts.filled(home, of, form["id"], "en")
        made.append(
            shapes.Draft(
                id=form["id"],
                name=_both(form),
                note=_both(form, "note"),
                fields=[
                    shapes.DraftField(
                        name=Words(ja=a.ja, en=a.en), key=a.ja, value=Words(ja=a.value, en=b.value), source=a.source
                    )
                    for a, b in zip(ja, en, strict=True)
                ],
            )
        )
    return made


def _timeline(home: TheHome, of: Incident) -> list[shapes.IncidentLine]:
    tasks, bodies = incident.texts("tasks"), incident.texts("bodies")["body"]
    names = {row["id"]: _both(row) for kind in ("role", "task") for row in tasks[kind]}
    names |= {
        f"{body['id']}/{row['id']}": Words(ja=f"{body['ja']} {row['ja']}", en=f"{body['en']}: {row['en']}")
        for body in bodies
        for row in body["deadlines"]
    }
    nothing = Words(ja="", en="")
    rows = []
    for found in incidents.findings_of(home, of):
        title = Words(ja=render(found, "ja").title, en=render(found, "en").title)
        rows.append((found.first, "tap", "finding", title, "", "", found.id))
    rows.append((of.known_at, "people", "opened", nothing, of.title, of.by, ""))
    for entry in of.log:
        what = names.get(entry.ref, Words(ja=entry.ref, en=entry.ref))
        rows.append((entry.at, "people", entry.kind, what, entry.text, entry.by, ""))
    return [
        shapes.IncidentLine.model_validate(
            {"at": when(at), "clock": clock, "kind": kind, "what": what, "text": text, "by": by, "finding": finding}
        )
        for at, clock, kind, what, text, by, finding in sorted(rows, key=lambda row: row[0])
    ]
