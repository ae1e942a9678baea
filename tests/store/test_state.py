"""The state, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from hinomi.model import (
    Address,
    Attribute,
    Device,
    EvidenceRef,
    FindingDraft,
    Interval,
    Rival,
    Service,
    Severity,
    Source,
    Status,
    Zone,
)
from hinomi.store import State
from hinomi.store.state import Capture, HistoryFile, RemotePath, clock, engine, tables
from hinomi.texts import Problem

Open = Callable[[], State]
YEAR = 365 * 86_400 * 1_000_000_000


def source(value: str, packet: int) -> Source:
    return Source("dicom.ae_title", value, "dicom", 0.8, "rule", 3, 10, 20, EvidenceRef("cafe", packet, 24))


def device(id: str, ip: str, name: str = "", zone: str | None = None, **attributes: str) -> Device:
    return Device(
        id=id,
        site="s",
        addresses=[Address("02:00:00:00:00:01", ip, 7, 10, 20), Address("", "fe80::1", None, 5, 8)],
        attributes={
            key: Attribute(key, value, 0.9, [source(value, 5)], [Rival("other", 0.2, (source("other", 6),))])
            for key, value in attributes.items()
        },
        names={"hostname": [name]} if name else {},
        services=[Service("dicom", "tcp", 104, "offers", None, "", 2, 10, 20)],
        zone=zone,
        outside=False,
        first=5,
        last=20,
    )


def draft(key: str = "k", devices: list[str] | None = None, **more: object) -> FindingDraft:
    values: dict[str, object] = {
        "detection": "first_contact",
        "key": key,
        "severity": Severity.MEDIUM,
        "confidence": 0.8,
        "devices": devices or ["d1"],
        "facts": {"peer": "203.0.113.5", "number": 3, "ratio": 0.5, "names": ["a", "b"]},
        "first": 100,
        "last": 200,
        "count": 4,
        "evidence": [EvidenceRef("cafe", 5, 24)],
    }
    return FindingDraft(**(values | more))  # type: ignore[arg-type]


def put(state: State, *drafts: FindingDraft):  # type: ignore[no-untyped-def]
    with state.transaction() as tx:
        return tx.put_findings(drafts)


def test_the_migrations_make_the_declared_tables(state: State) -> None:
    """An empty database gets the tables at once, an older one by the migrations: both come to the same."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    from hinomi.store.state.migrate import config, upgrade

    assert ScriptDirectory.from_config(config()).get_current_head() == engine.HEAD
    with state._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    with engine.writing(state._engine) as connection:
        tables.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        assert engine._current(connection) == engine.HEAD


def test_a_newer_database_is_refused(state: State, open_state: Open) -> None:
    with state._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Problem, match="newer hinomi"):
        open_state()


def test_two_open_the_same_new_database(open_state: Open) -> None:
    opened: list[State] = []
    threads = [threading.Thread(target=lambda: opened.append(open_state())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [s.devices().total for s in opened] == [0, 0, 0, 0]


def test_devices_come_back_as_they_went_in(state: State) -> None:
    given = [
        device("d1", "10.0.0.1", "ct01", "imaging", type="ct", manufacturer="あさぎり"),
        device("d2", "10.0.0.2"),
    ]
    with state.transaction() as tx:
        assert (tx.put_devices(given).new, tx.count("device")) == (2, 2)
    assert state.all_devices() == given
    assert state.device("d1") == given[0]
    assert state.device("nobody") is None


def test_only_what_changed_is_written(state: State) -> None:
    with state.transaction() as tx:
        tx.put_devices([device("d1", "10.0.0.1"), device("d2", "10.0.0.2"), device("d3", "10.0.0.3")])
    with state.transaction() as tx:
        changes = tx.put_devices([device("d1", "10.0.0.1"), device("d2", "10.0.0.9"), device("d4", "10.0.0.4")])
    assert (changes.new, changes.changed, changes.unchanged, changes.gone) == (1, 1, 1, 1)
    assert [d.id for d in state.all_devices()] == ["d1", "d2", "d4"]
    assert state.device_by("10.0.0.9") == ["d2"]
    assert state.device_by("10.0.0.2") == []
    assert state.device_by("10.0.0.3") == []


def test_device_list(state: State) -> None:
    with state.transaction() as tx:
        tx.put_devices(
            [
                device("d1", "10.0.0.1", "CT01", "imaging", type="ct", serial="S_1%"),
                device("d2", "10.0.0.2", "us01", "imaging", type="ultrasound"),
                device("d3", "10.0.0.3", "pc", "office", category="it"),
            ]
        )
        tx.put_findings(
            [
                draft("a", ["d2", "d1"], severity=Severity.HIGH),
                draft("b", ["d2"]),
                draft("c", ["d3"]),
            ]
        )
    done = state.findings(device="d3").items[0].id
    state.decide_finding(done, Status.EXPLAINED, by="a person", reason="known")
    page = state.devices()
    assert [(d.id, d.open_findings, d.worst) for d in page.items] == [
        ("d1", 1, Severity.HIGH),
        ("d3", 0, None),
        ("d2", 2, Severity.HIGH),
    ]
    assert [d.id for d in state.devices(text="IMAGING ct01").items] == ["d1"]
    assert [d.id for d in state.devices(text="s_1%").items] == ["d1"]
    assert [d.id for d in state.devices(text="sX1%").items] == []
    assert [d.id for d in state.devices(zone="imaging", sort="open_findings", descending=True).items] == [
        "d2",
        "d1",
    ]
    assert [d.id for d in state.devices(finding_open=False).items] == ["d3"]
    assert [d.id for d in state.devices(category="").items] == ["d1", "d2"]
    page = state.devices(limit=1, offset=1)
    assert (page.total, [d.id for d in page.items]) == (3, ["d3"])
    assert state.device_counts("zone") == {"imaging": 2, "office": 1}
    assert state.devices(limit=1).items[0].services == ("dicom",)
    with pytest.raises(ValueError, match="cannot sort"):
        state.devices(sort="body")
    summary = state.device_summary("d2")
    assert summary is not None and summary.open_findings == 2


def test_finding_a_device_by_a_word(state: State) -> None:
    with state.transaction() as tx:
        tx.put_devices(
            [
                device("d1", "10.0.0.1", "ct01", serial="SN-77"),
                device("d2", "10.0.0.11", "ct011"),
            ]
        )
    for word, found in (
        ("d1", ["d1"]),
        ("10.0.0.1", ["d1"]),
        ("CT01", ["d1"]),
        ("sn-77", ["d1"]),
        ("SN", []),
        ("02:00:00:00:00:01", ["d1", "d2"]),
    ):
        assert sorted(state.device_by(word)) == found, word


def test_text_that_a_database_may_not_take(state: State) -> None:
    evil = "a\0b'; DROP TABLE device; --\u202e😀"
    with state.transaction() as tx:
        tx.put_devices([device("d1", "10.0.0.1", evil, manufacturer=evil)])
        tx.put_findings([draft(evil, facts={"peer": evil})])
    assert state.device("d1") == device("d1", "10.0.0.1", evil, manufacturer=evil)
    assert put(state, draft(evil, facts={"peer": evil})).unchanged
    assert state.findings().items[0].facts == {"peer": evil}


# --- findings


def test_the_same_cause_is_one_finding(state: State) -> None:
    assert len(put(state, draft()).raised) == 1
    before = state.findings().items
    assert len(put(state, draft()).unchanged) == 1
    after = state.findings().items
    assert [(f.id, f.count, f.first, f.last, f.updated_at) for f in before] == [
        (f.id, f.count, f.first, f.last, f.updated_at) for f in after
    ]
    assert [e.kind for e in state.finding_events(before[0].id)] == ["raised"]
    changes = put(
        state, draft(first=50, last=300, count=9, severity=Severity.LOW, evidence=[EvidenceRef("beef", 1, 24)])
    )
    assert changes.seen_again == [before[0].id]
    (finding,) = state.findings().items
    assert (finding.first, finding.last, finding.count) == (50, 300, 9)
    assert finding.severity is Severity.MEDIUM  # does not shrink by itself
    assert finding.evidence == (EvidenceRef("cafe", 5, 24), EvidenceRef("beef", 1, 24))
    assert finding.id.startswith("F-") and len(finding.id) == 10


def test_two_drafts_of_one_cause_in_one_run(state: State) -> None:
    put(state, draft(count=1, first=5), draft(count=2, severity=Severity.CRITICAL, devices=["d2"]))
    (finding,) = state.findings().items
    assert (finding.count, finding.first, finding.severity) == (3, 5, Severity.CRITICAL)
    assert finding.devices == ("d2", "d1")


def test_what_is_no_longer_seen_stays(state: State) -> None:
    put(state, draft("a"), draft("b"))
    put(state, draft("b"))
    assert {f.key for f in state.findings().items} == {"a", "b"}
    a, b = (next(f for f in state.findings().items if f.key == k) for k in "ab")
    assert a.reproduced_at < b.reproduced_at and a.status is Status.OPEN


def test_a_decision_needs_a_reason(state: State) -> None:
    id = put(state, draft()).raised[0]
    for by, reason in (("", "why"), ("a person", " ")):
        with pytest.raises(Problem, match="needs a person and a reason"):
            state.decide_finding(id, Status.EXPLAINED, by=by, reason=reason)
    with pytest.raises(Problem, match="no finding F-0"):
        state.decide_finding("F-0", Status.EXPLAINED, by="a person", reason="why")
    with pytest.raises(Problem, match="past"):
        state.decide_finding(id, Status.EXPLAINED, by="a person", reason="why", until=5)
    with pytest.raises(Problem, match="reopens"):
        state.decide_finding(id, Status.REOPENED, by="a person", reason="why")
    assert state.findings().items[0].status is Status.OPEN
    assert state.verify_audit().entries == 0


@pytest.mark.parametrize(
    ("status", "last", "after"),
    [
        (Status.RESOLVED, 200, Status.RESOLVED),
        (Status.RESOLVED, 201, Status.REOPENED),
        (Status.EXPLAINED, 201, Status.EXPLAINED),
        (Status.ACKNOWLEDGED, 201, Status.ACKNOWLEDGED),
        (Status.OPEN, 201, Status.OPEN),
    ],
)
def test_newer_traffic_after_a_decision(state: State, status: Status, last: int, after: Status) -> None:
    id = put(state, draft()).raised[0]
    decided = state.decide_finding(id.lower(), status, by="a person", reason="why")
    assert (decided.status, decided.decided_by, decided.reason) == (status, "a person", "why")
    changes = put(state, draft(last=last))
    assert (changes.reopened == [id]) is (after is Status.REOPENED)
    finding = state.finding(id)
    assert finding is not None and finding.status is after
    assert finding.reason == "why"  # the decision survives
    kinds = [e.kind for e in state.finding_events(id)]
    assert kinds[:2] == ["raised", "decided"]
    assert ("reopened" in kinds) is (after is Status.REOPENED)


def test_a_decision_ends(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    id = put(state, draft()).raised[0]
    until = clock.now_ns() + YEAR
    state.decide_finding(id, Status.EXPLAINED, by="a person", reason="until the repair", until=until)
    waiting = (Status.OPEN, Status.REOPENED)
    assert state.findings(status=waiting).total == 0
    real = clock.now_ns()
    for module in ("read_findings", "read_devices"):
        monkeypatch.setattr(f"hinomi.store.state.{module}.now_ns", lambda: real + 2 * YEAR)
    assert [f.status for f in state.findings(status=waiting).items] == [Status.REOPENED]
    assert state.finding_counts() == {Status.REOPENED: {Severity.MEDIUM: 1}}


def test_listing_findings(state: State) -> None:
    with state.transaction() as tx:
        tx.put_devices([device("d1", "10.0.0.1", zone="icu"), device("d2", "10.0.0.2")])
    put(
        state,
        draft("a", severity=Severity.CRITICAL, story="s1"),
        draft("b", ["d2"], last=900),
        draft("c", ["d2", "d1"], severity=Severity.LOW, detection="other"),
    )
    keys = lambda **q: [f.key for f in state.findings(**q).items]  # noqa: E731
    assert keys() == ["a", "b", "c"]
    assert keys(severity_at_least=Severity.MEDIUM) == ["a", "b"]
    assert keys(device="d1") == ["a", "c"]
    assert keys(zone="icu") == ["a", "c"]
    assert keys(detection="other") == ["c"]
    assert keys(story="s1") == ["a"]
    assert keys(start=201) == ["b"]
    assert keys(end=100) == []
    assert keys(sort="last", limit=1) == ["b"]
    assert state.findings(limit=1).total == 3
    assert state.findings().items[2].devices == ("d2", "d1")


# --- people, zones, rest


def test_a_word_on_a_device_shows_at_once(state: State) -> None:
    with state.transaction() as tx:
        tx.put_devices([device("d1", "10.0.0.1", type="pc")])
    made = state.decide_device("d1", "set", attribute="type", value="ct", by="a person", reason="I see it")
    found = state.device("d1")
    assert found is not None
    kind = found.attributes["type"]
    assert (kind.value, kind.confidence, kind.by_person, len(kind.sources)) == ("ct", 1.0, True, 1)
    assert state.devices(type="ct").total == 1
    assert [d.id for d in state.decisions()] == [made.id]
    state.undo_decision(made.id, by="a person", reason="wrong")
    assert state.decisions() == []
    assert [d.undone for d in state.decisions(undone=True)] == [True]
    with pytest.raises(Problem, match="no device dX"):
        state.decide_device("dX", "set", attribute="type", value="ct", by="p", reason="r")
    with pytest.raises(Problem, match="incomplete"):
        state.decide_device("d1", "merge", by="p", reason="r")


def test_zones_of_people_survive_proposals(state: State) -> None:
    mine = Zone("or1", "theatre", "手術室1", "OR 1", ["10.30.1.0/24"], 31)
    state.set_zones([mine], by="a person")
    proposal = Zone("z-10.20", "other", "10.20", "10.20", ["10.20.0.0/24"])
    for _ in range(2):
        with state.transaction() as tx:
            tx.put_proposed_zones([proposal, Zone("or1", "other", "x", "x", [])])
    zones = {z.id: z for z in state.zones()}
    assert zones.keys() == {"or1", "z-10.20"}
    assert zones["or1"].by_person and zones["or1"].name_ja == "手術室1" and zones["or1"].vlan == 31
    assert not zones["z-10.20"].by_person
    with state.transaction() as tx:
        tx.put_proposed_zones([])
    assert [z.id for z in state.zones()] == ["or1"]
    with pytest.raises(Problem, match="twice"):
        state.set_zones([mine, mine], by="a person")


def test_intervals_marks_registers(state: State) -> None:
    rows = [
        Interval("d1", "OR1", 10, 20, "hl7_oru", "p", EvidenceRef("cafe", 2, 24)),
        Interval("d2", "", 30, 40, "sdc", "", EvidenceRef("cafe", 3, 99)),
    ]
    for _ in range(2):
        with state.transaction() as tx:
            tx.put_intervals(rows)
    assert state.intervals() == rows
    assert state.intervals(device="d2") == rows[1:]
    assert state.intervals(start=21) == rows[1:]
    assert state.intervals(end=30) == rows[:1]
    mark = state.add_mark("OR1", 15, "切開", by="a person", kind="phase")
    assert state.marks("OR1") == [mark] and state.marks("OR2") == []
    state.undo_mark(mark.id, by="a person")
    assert state.marks("OR1") == []
    path = RemotePath("p1", "A社", ("203.0.113.0/24",), ("d1",), "a person", 7, windows=((1, 2),), ticket="T")
    state.put_remote_path(path)
    state.put_remote_path(path)
    assert state.remote_paths() == [path]


def test_captures_and_files(state: State) -> None:
    capture = Capture("cafe", "s", "i", "/a", "", 5, "r", 9, 1, 2, 3, 4, {"flow": 2}, True, "", {"x": 1})
    file = HistoryFile("runs/r/0.flow.arrows", "flow", "s", "", "arrow", 2, 99, "r")
    with state.transaction() as tx:
        tx.put_capture(capture)
        tx.put_history_files([file])
        assert tx.has_capture("cafe") and not tx.has_capture("beef")
    assert state.captures() == [capture] and state.capture("cafe") == capture
    assert state.history_files() == [file] and state.history_files("clue") == []
    with state.transaction() as tx:
        tx.drop_history_files([file.path])
    assert state.history_files() == []


def test_all_or_nothing(state: State) -> None:
    version = state.version()

    def fail() -> None:
        with state.transaction() as tx:
            tx.put_devices([device("d1", "10.0.0.1")])
            tx.put_findings([draft()])
            tx.audit("hinomi", "x", "y", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (state.devices().total, state.findings().total, state.verify_audit().entries) == (0, 0, 0)
    assert state.version() == version
    state.add_mark("OR1", 1, "x", by="p")
    assert state.version() == version + 1


# --- audit


def test_every_act_is_in_the_chain(state: State) -> None:
    id = put(state, draft()).raised[0]
    state.decide_finding(id, Status.RESOLVED, by="a person", reason="patched")
    state.audit("a person", "patient.read", "OR1", {"reason": "rounds"})
    verdict = state.verify_audit()
    assert (verdict.entries, verdict.broken_at) == (2, None)
    newest, older = state.audit_entries()
    assert (newest.act, older.act, newest.previous) == ("patient.read", "finding.decide", older.hash)
    assert verdict.head == newest.hash
    assert older.detail["reason"] == "patched"


@pytest.mark.parametrize(
    ("tampering", "broken_at"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 3),
        ("UPDATE audit SET previous = '' WHERE seq = 3", 3),
    ],
)
def test_tampering_shows(state: State, tampering: str, broken_at: int) -> None:
    for number in range(3):
        state.audit("a person", "patient.read", f"room {number}", {"n": number})
    assert state.verify_audit().broken_at is None
    with state._engine.begin() as connection:
        connection.execute(text(tampering))
    assert state.verify_audit().broken_at == broken_at


def test_many_write_one_chain(state: State) -> None:
    def work(name: str) -> None:
        for number in range(10):
            state.audit(name, "x", str(number))

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = state.verify_audit()
    assert (verdict.entries, verdict.broken_at) == (40, None)
