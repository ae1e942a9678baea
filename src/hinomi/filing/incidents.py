"""Incidents in a home: opened by one button, led by tasks and a clock, told line by line, never rewritten."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hinomi.filing import look
from hinomi.model import Device
from hinomi.respond import incident
from hinomi.respond.advice import Advice, Cut, advice
from hinomi.store.state.shapes import Filed, Finding
from hinomi.texts import Problem
from hinomi.watch import knowledge
from hinomi.watch.who import criticality

if TYPE_CHECKING:
    from hinomi.home import Home

KIND, LOG = "incident", "incident_log"
LOG_KINDS = ("decision", "task", "report", "role", "note", "fact", "closed")
LETTERS_MAX = 4_000
LOG_MAX = 5_000  # lines of one incident
IN_USE_MAX = 200  # devices listed as in use or perhaps in use


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an incident's log."""

    id: str
    kind: str
    ref: str  # the task, report or role it is about
    text: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it stands. Everything beyond the first line comes out of its log."""

    id: str
    title: str
    symptom: str
    findings: tuple[str, ...]
    known_at: int  # when the hospital came to know: the clock of every deadline
    by: str
    log: tuple[Entry, ...]

    @property
    def closed_at(self) -> int:
        return max((one.at for one in self.log if one.kind == "closed"), default=0)

    @property
    def roles(self) -> dict[str, str]:
        """Role -> who holds it now."""
        return {one.ref: one.text for one in self.log if one.kind == "role"}

    @property
    def tasks_done(self) -> dict[str, Entry]:
        return {one.ref: one for one in self.log if one.kind == "task"}

    @property
    def reports_done(self) -> dict[str, int]:
        return {one.ref: one.at for one in self.log if one.kind == "report"}

    @property
    def facts(self) -> dict[str, Entry]:
        """What a person filled into the drafts, by the field's Japanese name."""
        return {one.ref: one for one in self.log if one.kind == "fact"}


def open_incident(
    home: Home, *, by: str, finding: str = "", symptom: str = "", words: str = "", now: int = 0
) -> Incident:
    """Opens an incident from a finding, or from what somebody noticed. Findings of the same story come with it.

    Raises:
        hinomi.texts.Problem: no such finding or symptom, or neither was given.
    """
    now = now or time.time_ns()
    findings: list[Finding] = []
    if finding:
        first = home.state.finding(finding)
        if first is None:
            raise Problem("finding.unknown", id=finding)
        findings = [first, *(f for f in story(home, first) if f.id != first.id)]
    known = {one["id"]: one for one in incident.symptoms()}
    if symptom and symptom not in known:
        raise Problem("incident.no_symptom", symptom=symptom, known=", ".join(known))
    if not finding and not symptom:
        raise Problem("incident.nothing")
    if symptom and not findings:
        findings = likely(home, symptom)
    title = words.strip() or (known[symptom]["ja"] if symptom else f"{findings[0].id} {findings[0].detection}")
    body = {"title": title[:200], "symptom": symptom, "findings": [f.id for f in findings], "known_at": str(now)}
    made = home.state.file(KIND, body, by=by)
    return incident_of(home, made.id)


def story(home: Home, finding: Finding) -> list[Finding]:
    """Findings of one cause."""
    return home.state.findings(story=finding.story).items if finding.story else []


def likely(home: Home, symptom: str) -> list[Finding]:
    """Findings that wait for a person and may explain a symptom, with the rest of their story."""
    from hinomi.model import Status

    waiting = home.state.findings(status=(Status.OPEN, Status.REOPENED, Status.ACKNOWLEDGED)).items
    places = incident.may_explain(symptom, [finding.detection for finding in waiting])
    found: dict[str, Finding] = {}
    for place in places[:1]:
        found[waiting[place].id] = waiting[place]
        for other in story(home, waiting[place]):
            found.setdefault(other.id, other)
    return list(found.values())


def incidents(home: Home) -> list[Incident]:
    """Every incident, newest first."""
    logs: dict[str, list[Entry]] = {}
    for row in home.state.filed(LOG):
        logs.setdefault(str(row.body["incident"]), []).append(_entry(row))
    return [_incident(row, logs.get(row.id, [])) for row in reversed(home.state.filed(KIND))]


def incident_of(home: Home, id: str) -> Incident:
    """One incident.

    Raises:
        hinomi.texts.Problem: there is none.
    """
    row = next((row for row in home.state.filed(KIND) if row.id == id), None)
    if row is None:
        raise Problem("incident.unknown", id=id)
    return _incident(row, [_entry(one) for one in home.state.filed(LOG) if one.body["incident"] == id])


def write(home: Home, id: str, kind: str, *, by: str, ref: str = "", text: str = "") -> Incident:
    """Adds a line to the log: a decision, a task done, a report sent, who holds a role, a note, a fact, the end.

    Raises:
        hinomi.texts.Problem: no such incident, kind, task, report or role; or nothing was said.
    """
    of = incident_of(home, id)
    if kind not in LOG_KINDS:
        raise Problem("incident.bad_line", kind=kind, known=", ".join(LOG_KINDS))
    known = _refs(kind)
    if known is not None and ref not in known:
        raise Problem("incident.bad_line", kind=f"{kind} {ref}", known=", ".join(sorted(known)))
    if kind in ("decision", "note", "role", "fact") and not text.strip():
        raise Problem("incident.empty")
    if len(of.log) >= LOG_MAX:
        raise Problem("incident.full", most=LOG_MAX)
    home.state.file(LOG, {"incident": id, "kind": kind, "ref": ref, "text": text.strip()[:LETTERS_MAX]}, by=by)
    return incident_of(home, id)


def _refs(kind: str) -> set[str] | None:
    tasks = incident.texts("tasks")
    if kind == "task":
        return {task["id"] for task in tasks["task"]}
    if kind == "role":
        return {role["id"] for role in tasks["role"]}
    if kind == "report":
        return {f"{body['id']}/{row['id']}" for body in incident.texts("bodies")["body"] for row in body["deadlines"]}
    if kind == "fact":
        return {field["ja"] for draft in incident.drafts() for field in draft["fields"]}
    return None


def _entry(row: Filed) -> Entry:
    return Entry(row.id, row.body["kind"], row.body["ref"], row.body["text"], row.by, row.at)


def _incident(row: Filed, log: list[Entry]) -> Incident:
    body: Mapping[str, Any] = row.body
    return Incident(
        row.id, body["title"], body["symptom"], tuple(body["findings"]), int(body["known_at"]), row.by, tuple(log)
    )


def findings_of(home: Home, of: Incident) -> list[Finding]:
    """The findings of an incident, earliest first, and whatever joined their story since."""
    found: dict[str, Finding] = {}
    for id in of.findings:
        one = home.state.finding(id)
        if one is not None:
            found[one.id] = one
            for other in story(home, one):
                found.setdefault(other.id, other)
    return sorted(found.values(), key=lambda one: one.first)


def steps(home: Home, of: Incident, lang: str) -> list[incident.Step]:
    """Containment in the ministry's order, with what each cut would cost."""
    seen = look.view(home).watch
    advices: list[Advice] = [
        look.memo(
            home,
            f"advice/{lang}/{finding.id}/{finding.last}/{finding.count}",
            lambda view, of=finding: advice(of, view.watch, lang),  # type: ignore[misc]
        )
        for finding in findings_of(home, of)
    ]
    cuts = knowledge.load("detections/_advice.toml")[lang]["cut"]
    known = any(device.value("type") == "backup_server" for device in seen.inventory.devices)
    known = known or bool(look.view(home).backup_targets)
    return incident.containment(advices, Cut("backup", cuts["backup" if known else "backup_unknown"], (), ""))


@dataclass(frozen=True, slots=True)
class InUse:
    """A device that is on a patient, or may be. Unknown counts as in use."""

    device: Device
    use: bool | None
    why: str
    last: int


def in_use(home: Home) -> list[InUse]:
    """Devices that nobody may cut without asking: surely in use first, then those of which it is not known."""
    sight = look.view(home).sight
    last = {interval.device: interval for interval in sorted(sight.view.intervals, key=lambda one: one.end)}
    found = []
    for device in sight.who.devices.values():
        if device.outside or criticality(device) not in ("life", "care"):
            continue
        use = sight.in_use(device, sight.now)
        if use is not False:
            sign = last.get(device.id)
            found.append(InUse(device, use, sign.why if sign else "", sign.end if sign else 0))
    return sorted(found, key=lambda one: (one.use is not True, one.device.label))[:IN_USE_MAX]
