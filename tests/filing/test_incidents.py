"""An incident from its first button to its report, over the replay of Musashikosugi."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hinomi.filing import facts, incidents
from hinomi.home import Home
from hinomi.respond import incident
from hinomi.texts import Problem

DAY = 86_400 * 1_000_000_000
Hear = Callable[[str], Home]


@pytest.fixture
def opened(hear: Hear) -> tuple[Home, incidents.Incident]:
    home = hear("musashikosugi-2026")
    finding = next(f for f in home.state.findings().items if f.detection == "remote_session_into_clinical")
    return home, incidents.open_incident(home, by="当直", finding=finding.id)


def test_a_finding_brings_its_whole_story(opened: tuple[Home, incidents.Incident]) -> None:
    home, of = opened
    found = [finding.detection for finding in incidents.findings_of(home, of)]
    assert found[0] == "remote_session_into_clinical"  # the first visible step stands first
    assert "ransomware_files" in found
    assert next(one.act for one in home.state.audit_entries()) == "incident.file"


def test_containment_keeps_the_ministrys_order(opened: tuple[Home, incidents.Incident]) -> None:
    home, of = opened
    steps = incidents.steps(home, of, "ja")
    assert [step.place for step in steps] == ["backup", "outside", "range", "segment"]
    assert "バックアップ" in steps[0].cuts[0].text
    assert any("203.0.113.66" in cut.text for cut in steps[1].cuts)
    assert steps[3].cuts[-1].place == "device"  # the device itself comes last
    used = incidents.in_use(home)
    assert used[0].use is True and used[0].why == "hl7_oru"
    assert any(one.use is None for one in used)


def test_a_symptom_alone_opens_it_too(hear: Hear) -> None:
    home = hear("handa-2021")
    of = incidents.open_incident(home, by="当直", symptom="printer")
    assert "print_flood" in [f.detection for f in incidents.findings_of(home, of)]
    calm = incidents.open_incident(home, by="当直", symptom="other", words="電話の声がおかしい")
    assert calm.findings == () and calm.title == "電話の声がおかしい"
    assert incidents.steps(home, calm, "en")[0].cuts[0].place == "backup"
    with pytest.raises(Problem, match="Nothing was chosen"):
        incidents.open_incident(home, by="当直")


def test_the_log_only_grows(opened: tuple[Home, incidents.Incident]) -> None:
    home, of = opened
    incidents.write(home, of.id, "role", ref="lead", text="病院長 佐藤", by="当直")
    incidents.write(home, of.id, "task", ref="cut-backup", by="情報 鈴木")
    incidents.write(home, of.id, "decision", text="外来を紙に切り替える", by="病院長 佐藤")
    after = incidents.write(home, of.id, "role", ref="lead", text="副院長 田中", by="当直")
    assert after.roles == {"lead": "副院長 田中"}
    assert [one.kind for one in after.log] == ["role", "task", "decision", "role"]
    with pytest.raises(Problem):
        incidents.write(home, of.id, "task", ref="no-such", by="x")
    with pytest.raises(Problem):
        incidents.write(home, of.id, "decision", text="  ", by="x")
    closed = incidents.write(home, of.id, "closed", text="終わり", by="病院長")
    assert closed.closed_at > 0 and len(closed.log) == 5
    assert home.state.verify_audit().broken_at is None


def test_deadlines_run_from_the_moment_of_knowing() -> None:
    known = 1_000 * DAY

    def state(now: int, key: str, done: dict[str, int] | None = None) -> str:
        return {one.key: one.state for one in incident.deadlines(known, now, done or {})}[key]

    assert state(known, "mhlw/first") == "now"
    assert state(known + DAY, "ppc/preliminary") == "running"
    assert state(known + 2 * DAY, "ppc/preliminary") == "soon"
    assert state(known + 4 * DAY, "ppc/preliminary") == "soon"
    assert state(known + 5 * DAY + 1, "ppc/preliminary") == "late"
    assert state(known + 5 * DAY + 1, "ppc/preliminary", {"ppc/preliminary": 5}) == "done"
    assert state(known + 31 * DAY, "ppc/final") == "late"
    assert state(known + 31 * DAY, "ppc/final_wrongful") == "running"


def test_drafts_say_what_is_known_with_its_source(opened: tuple[Home, incidents.Incident]) -> None:
    home, of = opened
    form = {field.ja: field for field in facts.filled(home, of, "common_ransomware", "ja")}
    assert "203.0.113.66" in form["通信の相手(院外)"].value
    assert "#" in form["通信の相手(院外)"].source and "F-" in form["通信の相手(院外)"].source
    assert "nursecall" in form["暗号化・書き換え"].value
    assert form["脅迫文・要求"].value == "" and form["脅迫文・要求"].source == ""
    assert all(bool(field.value) == bool(field.source) for field in form.values())
    of = incidents.write(home, of.id, "fact", ref="脅迫文・要求", text="画面に英文", by="鈴木")
    again = {field.ja: field for field in facts.filled(home, of, "common_ransomware", "ja")}
    assert again["脅迫文・要求"].value == "画面に英文" and again["脅迫文・要求"].source.startswith("鈴木")


def test_every_task_and_body_has_its_words_and_its_role() -> None:
    tasks = incident.texts("tasks")
    roles, phases = {r["id"] for r in tasks["role"]}, {p["id"] for p in tasks["phase"]}
    places = [task["place"] for task in tasks["task"] if task["place"]]
    assert places == [place for place, _ in incident.ORDER]
    for task in tasks["task"]:
        assert task["role"] in roles and task["phase"] in phases and task["ja"] and task["en"]
    from hinomi.watch.runner import registry

    for symptom in incident.symptoms():
        assert set(symptom["detections"]) <= set(registry())
