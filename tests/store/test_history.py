"""The history: staged runs, segments, Parquet, SQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hinomi.conversations import CONVERSATION_SCHEMA, build
from hinomi.home import Home
from hinomi.model import EvidenceRef
from hinomi.store.history import RECORDS
from hinomi.store.history.compact import compact
from hinomi.store.history.live import LiveRows
from hinomi.store.history.schemas import schema
from hinomi.store.history.segment import Segment, read_segment
from hinomi.store.history.staging import Staging
from hinomi.store.state import Capture
from hinomi.texts import Problem

S = 1_000_000_000
HOUR = 3600 * S
T0 = 1_800_000_000 * S // HOUR * HOUR

Keep = Callable[[str, list[dict[str, Any]]], None]
Batch = Callable[[str, list[dict[str, Any]]], pa.RecordBatch]


def flow(number: int, **more: Any) -> dict[str, Any]:
    return {
        "site": "s", "sensor": "i", "capture": "cafe", "packet": 10 + number, "offset": 100 * number,
        "flow_id": number, "phase": "end", "start": T0 + number * S, "last": T0 + number * S + 5, "proto": "tcp",
        "orig_mac": "02:00:00:00:00:01", "resp_mac": "02:00:00:00:00:02", "orig_ip": "10.0.0.1",
        "resp_ip": "10.0.0.2", "orig_port": 40_000 + number, "resp_port": 104, "orig_packets": 2, "resp_packets": 1,
        "orig_bytes": 100, "resp_bytes": 50, "outcome": "answered", "ended_by": "fin", "service": "dicom", **more,
    }  # fmt: skip


def clue(value: str, **more: Any) -> dict[str, Any]:
    return {
        "site": "s", "sensor": "i", "capture": "cafe", "packet": 4, "offset": 99, "host_ip": "10.0.0.1",
        "attribute": "dicom.ae_title", "value": value, "protocol": "dicom", "port": 104, "count": 1,
        "first": T0, "last": T0 + S, **more,
    }  # fmt: skip


# --- questions


def test_an_empty_history_answers(home: Home) -> None:
    assert home.history.counts() == dict.fromkeys(RECORDS, 0)
    assert home.history.clues_merged().num_rows == 0
    assert home.history.conversations().schema == schema("conversation")
    assert home.history.span() is None
    for record in RECORDS:
        assert home.history.table(record).num_rows == 0
        assert home.history.raw(record).schema == schema(record)


def test_times_are_integers_and_words_are_text(home: Home, keep: Keep) -> None:
    keep("flow", [flow(0, start=T0 + 123_456_789, vlan=7), flow(1, vlan=None)])
    table = home.history.table("flow", ["start", "service", "vlan"], order_by="flow_id")
    assert table.to_pylist() == [
        {"start": T0 + 123_456_789, "service": "dicom", "vlan": 7},
        {"start": T0 + S, "service": "dicom", "vlan": None},
    ]
    assert table.schema.types[:2] == [pa.int64(), pa.string()]


def test_values_are_parameters(home: Home, keep: Keep) -> None:
    keep("flow", [flow(n, resp_ip=f"10.0.0.{n}") for n in range(9)])
    ask = home.history.table
    assert ask("flow", ["flow_id"], where="resp_ip = ?", params=["' OR 1=1 --"]).num_rows == 0
    found = ask("flow", ["flow_id"], where="resp_ip = ANY(?)", params=[["10.0.0.3", "10.0.0.5"]], order_by="start")
    assert found.column(0).to_pylist() == [3, 5]
    assert ask("flow", ["flow_id"], order_by="start DESC", limit=2, offset=1).column(0).to_pylist() == [7, 6]
    with pytest.raises(ValueError, match="no column"):
        ask("flow", ["nothing"])
    with pytest.raises(ValueError, match="no record"):
        ask("nothing")


def test_sql_reaches_nothing_but_the_history(home: Home, keep: Keep, tmp_path: Path) -> None:
    keep("flow", [flow(0)])
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    local_table = pa.table({"x": [1]})
    for query in (
        f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
        f"SELECT * FROM '{tmp_path}/secret.csv'",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
        "SELECT * FROM local_table",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            home.history.sql(query)
    assert local_table.num_rows == 1
    assert home.history.sql("SELECT 1 AS one").to_pylist() == [{"one": 1}]  # an error leaves it usable


def test_batches_with_different_dictionaries(home: Home, keep: Keep) -> None:
    for number, service in enumerate(("dicom", "hl7", "tls")):
        keep("flow", [flow(number, service=service), flow(10 + number, service=None)])
    found = home.history.sql("SELECT service, count(*) AS n FROM flow GROUP BY 1 ORDER BY 1 NULLS LAST")
    assert found.to_pylist() == [
        {"service": "dicom", "n": 1}, {"service": "hl7", "n": 1}, {"service": "tls", "n": 1},
        {"service": None, "n": 3},
    ]  # fmt: skip
    assert home.history.raw("flow").num_rows == 6


def test_several_threads_ask_while_rows_come(home: Home, keep: Keep) -> None:
    keep("flow", [flow(0)])
    counts: list[list[int]] = [[] for _ in range(4)]
    stop = threading.Event()

    def ask(mine: list[int]) -> None:
        while not stop.is_set():
            mine.append(home.history.sql("SELECT count(*) AS n FROM flow").to_pylist()[0]["n"])

    threads = [threading.Thread(target=ask, args=(mine,)) for mine in counts]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        keep("flow", [flow(number)])
    stop.set()
    for thread in threads:
        thread.join()
    for mine in counts:
        assert mine == sorted(mine) and mine[0] >= 1
    assert home.history.sql("SELECT count(*) AS n FROM flow").to_pylist() == [{"n": 6}]


@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
def test_clues_are_merged_over_captures(home: Home, keep: Keep, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hinomi.store.history.merging.ROWS_AT_ONCE", at_once)
    keep("clue", [clue("CT01", packet=0, offset=0, count=2), clue("CT02", vlan=5)])
    keep("clue", [clue("CT01", capture="beef", first=T0 + 9, last=T0 + 9 * S, packet=7, offset=70, count=5),
                  clue("CT02", vlan=None)])  # fmt: skip
    merged = sorted(home.history.clues_merged().to_pylist(), key=lambda c: (c["value"], c["vlan"] is None))
    assert [(c["value"], c["vlan"], c["count"], c["first"], c["last"]) for c in merged] == [
        ("CT01", None, 7, T0, T0 + 9 * S), ("CT02", 5, 1, T0, T0 + S), ("CT02", None, 1, T0, T0 + S)
    ]  # fmt: skip
    # The first sighting has no packet: the earliest that has one is the proof.
    assert [merged[0][k] for k in ("capture", "packet", "offset")] == ["beef", 7, 70]


# --- conversations


def test_conversations(batch: Batch) -> None:
    rows = [flow(n, sni=name) for n, name in enumerate(["a.example", None, "b.example", "a.example"])]
    rows += [
        flow(4, start=T0 + HOUR),
        flow(5, outcome="refused", start=T0 - HOUR, last=T0 - HOUR + 1),
        flow(6, outcome="unanswered", resp_port=80, service=None),
        flow(7, outcome="half_heard", proto="icmp", resp_port=3),
    ]
    table = build(pa.Table.from_batches([batch("flow", rows)]))
    assert table.schema.names == [name for name, _ in CONVERSATION_SCHEMA]
    found = {(r["hour"], r["proto"], r["server_port"], r["service"]): r for r in table.to_pylist()}
    assert len(found) == 5
    main = found[T0, "tcp", 104, "dicom"]
    assert (main["flows"], main["answered"], main["bytes_up"], main["bytes_down"], main["packets"]) == (
        4, 4, 400, 200, 12
    )  # fmt: skip
    assert (main["first"], main["last"]) == (T0, T0 + 3 * S + 5)
    assert main["names"] == ["a.example", "b.example"]
    assert (main["capture"], main["packet"], main["offset"]) == ("cafe", 10, 0)
    assert found[T0 - HOUR, "tcp", 104, "dicom"]["refused"] == 1
    assert found[T0, "icmp", 0, "dicom"]["half_heard"] == 1
    assert found[T0, "tcp", 80, None]["unanswered"] == 1


def test_only_the_last_word_of_a_flow_counts(batch: Batch) -> None:
    rows = [
        flow(1, phase="open", orig_bytes=1, packet=3), flow(1, phase="live", orig_bytes=5, last=T0 + 2 * S),
        flow(1, phase="end", orig_bytes=9, last=T0 + 3 * S),
        flow(2, phase="open", orig_bytes=1), flow(2, phase="live", orig_bytes=7, last=T0 + 9 * S),
        flow(1, capture="beef", phase="live", orig_bytes=1000),  # another capture's flow of the same number
    ]  # fmt: skip
    (found,) = build(pa.Table.from_batches([batch("flow", rows)])).to_pylist()
    assert (found["flows"], found["bytes_up"]) == (3, 9 + 7 + 1000)


def test_names_have_a_limit_and_answers_are_the_better_proof(batch: Batch) -> None:
    rows = [flow(n, sni=f"{n:02}.example", outcome="refused" if n < 5 else "answered") for n in range(20)]
    (found,) = build(pa.Table.from_batches([batch("flow", rows)])).to_pylist()
    assert found["names"] == [f"{n:02}.example" for n in range(8)]
    assert found["packet"] == 15


def test_conversations_of_several_captures(home: Home, keep: Keep, batch: Batch) -> None:
    for capture, hour in (("cafe", 0), ("beef", 0), ("f00d", 1)):
        table = build(pa.Table.from_batches([batch("flow", [flow(1, capture=capture, start=T0 + hour * HOUR + S)])]))
        keep("conversation", table.to_pylist())
    assert [(r["hour"], r["flows"]) for r in home.history.conversations().to_pylist()] == [(T0, 2), (T0 + HOUR, 1)]
    (whole,) = home.history.conversations(by_hour=False).to_pylist()
    assert (whole["hour"], whole["flows"], whole["packets"]) == (T0, 3, 9)
    assert home.history.conversations(where="server_port = ?", params=[80]).num_rows == 0


def test_no_flows_no_conversations(batch: Batch) -> None:
    assert build(schema("flow").empty_table()).schema == schema("conversation")


# --- files


def test_a_segment_cut_anywhere_gives_its_whole_batches(tmp_path: Path, batch: Batch) -> None:
    path = tmp_path / "a.arrows"
    ends = []
    with Segment(path, schema("flow")) as segment:
        for number in range(4):
            segment.write(batch("flow", [flow(number), flow(10 + number)]))
            ends.append(path.stat().st_size)  # readable before it is closed
            assert len(read_segment(path)) == number + 1
    content = path.read_bytes()
    cut = tmp_path / "cut.arrows"
    for size in [*range(0, len(content), 97), *(e + d for e in ends for d in (-1, 0, 1))]:
        cut.write_bytes(content[:size])
        whole = sum(1 for end in ends if end <= size)
        assert len(read_segment(cut)) == whole, size


def test_a_run_shows_only_when_the_state_names_it(home: Home, batch: Batch) -> None:
    with home.writing():
        staging = Staging(home.staging_path, home.history_path, "run", home.site)
        staging.begin()
        staging.write("flow", batch("flow", [flow(0)]))
        assert staging.keep() == {"flow": 1}
        assert home.history.table("flow").num_rows == 0
        files = staging.publish()
        assert home.history.table("flow").num_rows == 0
        with home.state.transaction() as tx:
            tx.put_history_files(files)
        assert home.history.table("flow").num_rows == 1
    assert home.history.counts()["flow"] == 1


@pytest.mark.parametrize("step", ["staged", "published", "named"])
def test_what_a_killed_run_leaves_is_removed(home: Home, batch: Batch, keep: Keep, step: str) -> None:
    keep("flow", [flow(0)])
    staging = Staging(home.staging_path, home.history_path, "killed", home.site)
    staging.begin()
    staging.write("flow", batch("flow", [flow(1)]))
    staging.keep()
    if step != "staged":
        staging.publish()
    if step == "named":
        with home.state.transaction() as tx:
            tx.put_history_files(staging.files)
    home.close()
    again = Home(home.path)
    with again.writing():
        pass
    assert again.history.counts()["flow"] == (2 if step == "named" else 1)
    assert again.history.table("flow").num_rows == (2 if step == "named" else 1)
    assert list(again.staging_path.iterdir()) == []
    left = [p for p in again.history_path.rglob("*") if p.is_file()]
    assert len(left) == (2 if step == "named" else 1)
    again.close()


def test_two_writers(home: Home) -> None:
    with home.writing():
        with pytest.raises(Problem, match=r"Another hinomi .process \d+. is writing"), Home(home.path).writing():
            pass
        assert Home(home.path).history.counts()["flow"] == 0  # reading goes on
    with Home(home.path).writing():
        pass


def test_parquet_says_the_same_as_segments(home: Home, keep: Keep) -> None:
    day = 86_400 * S
    keep("flow", [flow(n, start=T0 + n * day // 2, vlan=None if n % 2 else 5) for n in range(6)])
    keep("flow", [flow(9, service="hl7")])
    keep("reading", [{"time": T0 + 1, "samples": [1.0, 2.5], "kind": "waveform"}, {"time": T0, "value": 0.1}])
    asks = ["SELECT * FROM flow ORDER BY flow_id", "SELECT * FROM reading ORDER BY time", "SELECT * FROM clue"]
    before = [home.history.sql(ask) for ask in asks]
    flow_days = {(T0 + n * day // 2) // day for n in range(6)}
    with home.writing():
        gone, made = compact(home.history, home.state, home.staging_path)
    assert gone == 3 and made == len(flow_days) + 1
    for ask, table in zip(asks, before, strict=True):
        assert home.history.sql(ask).to_pylist() == table.to_pylist()
    raw = home.history.raw("flow")
    assert (raw.num_rows, raw.schema) == (7, schema("flow"))
    files = sorted(home.history_path.rglob("*.parquet"))
    assert len(files) == made and not list(home.history_path.rglob("*.arrows"))
    days = {p.parent.name for p in files if "record=flow" in str(p)}
    assert len(days) == len(flow_days) > 1 and all(name.startswith("day=20") for name in days)
    assert pq.read_table(files[0], partitioning=None).num_rows > 0  # any tool can read them
    keep("flow", [flow(20)])
    assert home.history.table("flow").num_rows == 8
    with home.writing():
        assert compact(home.history, home.state, home.staging_path) == (1, 1)
        assert compact(home.history, home.state, home.staging_path) == (0, 0)
    assert home.history.table("flow").num_rows == 8


def test_compacted_by_another_process_meanwhile(home: Home, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("flow", [flow(0)])
    stale = home.state.history_files()
    with home.writing():
        compact(home.history, home.state, home.staging_path)
    reader = Home(home.path)
    real, answers = reader.state.history_files, iter([stale])
    monkeypatch.setattr(reader.state, "history_files", lambda: next(answers, None) or real())
    assert reader.history.table("flow").num_rows == 1
    (home.history_path / home.state.history_files()[0].path).unlink()
    with pytest.raises(duckdb.Error):  # a file that is truly gone is no silent emptiness
        reader.history.table("flow")
    reader.close()


# --- live rows


def test_live_rows_are_seen_at_once(home: Home, batch: Batch) -> None:
    with home.lock():
        live = LiveRows(home.history_path, home.state)
        other = Home(home.path)
        for number in range(5):
            live.append("flow", batch("flow", [flow(number)]))
            assert other.history.table("flow").num_rows == number + 1
            assert other.history.counts()["flow"] == number + 1
        live.append("clue", batch("clue", [clue("CT01")]))
        live.close()
    assert {f.format for f in home.state.history_files()} == {"arrow"}
    with home.writing():
        assert compact(home.history, home.state, home.staging_path) == (2, 2)
    assert other.history.counts()["flow"] == other.history.table("flow").num_rows == 5
    other.close()


def test_large_live_segments_are_sealed(home: Home, batch: Batch) -> None:
    with home.lock():
        live = LiveRows(home.history_path, home.state, seal_bytes=20_000)
        for number in range(40):
            live.append("flow", batch("flow", [flow(n) for n in range(number * 10, number * 10 + 10)]))
        live.tick()
        formats = [f.format for f in home.state.history_files()]
        assert formats.count("arrow") >= 2 and formats.count("live") <= 1
        assert home.history.table("flow").num_rows == 400
        live.close()
    assert sum(f.rows for f in home.state.history_files()) == 400


def test_a_killed_tap_loses_only_its_last_batch(home: Home, batch: Batch) -> None:
    with home.lock():
        live = LiveRows(home.history_path, home.state)
        for number in range(3):
            live.append("flow", batch("flow", [flow(number)]))
    (name,) = [f.path for f in home.state.history_files()]
    path = home.history_path / name
    path.write_bytes(path.read_bytes()[:-100])  # never closed, and the last batch is torn
    with home.writing():
        assert path.exists()  # what the state names is no left-over
        LiveRows(home.history_path, home.state).close()
    (file,) = home.state.history_files()
    assert (file.format, file.rows) == ("arrow", 2)
    assert home.history.table("flow", ["flow_id"], order_by="flow_id").column(0).to_pylist() == [0, 1]


# --- evidence


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (lambda p: None, ""),
        (lambda p: p.unlink(), "evidence.gone"),
        (lambda p: p.write_bytes(b"other"), "evidence.changed"),
    ],
)
def test_evidence_says_when_it_has_gone(home: Home, tmp_path: Path, harm: Any, problem: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"x" * 100)
    with home.state.transaction() as tx:
        tx.put_capture(Capture("cafe", "s", "i", str(path), "", 100, "r", 1, 1, 2, 3, 4, {}, True, ""))
        tx.put_capture(Capture("5td1", "s", "i", "", "", 100, "r", 1, 1, 2, 3, 4, {}, True, ""))
    harm(path)
    found = home.history.evidence(EvidenceRef("cafe", 1, 24))
    assert (found.problem, found.present) == (problem, not problem)
    assert home.history.evidence("beef").problem == "evidence.unknown"
    assert home.history.evidence("5td1").problem == "evidence.stdin"
    assert home.history.span() == (1, 2)


def test_a_kept_copy_counts(home: Home) -> None:
    (home.evidence_path / "cafe.pcap").write_bytes(b"x")
    with home.state.transaction() as tx:
        tx.put_capture(Capture("cafe", "s", "i", "/gone", "evidence/cafe.pcap", 1, "r", 1, 1, 2, 3, 4, {}, True, ""))
    assert home.history.evidence("cafe").path == home.evidence_path / "cafe.pcap"
    (home.evidence_path / "left.pcap").write_bytes(b"x")
    with home.writing():
        pass
    assert [p.name for p in home.evidence_path.iterdir()] == ["cafe.pcap"]
