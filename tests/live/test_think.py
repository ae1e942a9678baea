"""The process that thinks, in the hands of a test: what it keeps, and what a kill leaves."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from hinomi.home import Home
from hinomi.live.folds import Folds
from hinomi.live.think import Thinker, joined
from hinomi.model import EvidenceRef, Interval
from hinomi.pipeline import read as read_files
from hinomi.store.history.live import LiveRows

from .conftest import CAPTURE, tables

Heard = list[tuple[str, pa.RecordBatch]]


def write(home: Home, heard: Heard, rows: LiveRows) -> None:
    for record, batch in heard:
        rows.append(record, batch)


def flows_told(home: Home) -> int:
    return int(home.history.sql("SELECT count(DISTINCT flow_id) AS n FROM flow").column(0)[0].as_py())


def flows_talked(home: Home) -> int:
    return int(home.history.sql("SELECT sum(flows)::BIGINT AS n FROM conversation").column(0)[0].as_py() or 0)


def test_as_a_file_of_the_same_packets(home: Home, heard: Heard, capture: Path, tmp_path: Path) -> None:
    with home.writing():
        rows = LiveRows(home.history_path, home.state)
        thinker = Thinker(home, CAPTURE)
        thinker.load()
        for part in (heard[: len(heard) // 2], heard[len(heard) // 2 :]):
            write(home, part, rows)
            assert thinker.take() == sum(b.num_rows for _, b in part)
            assert thinker.think()
            thinker.save_conversations()
        rows.close()
    other = Home(tmp_path / "other")
    read_files(other, [capture])

    def found(store: Home) -> tuple[list[str], list[tuple[str, str]]]:
        items = store.state.devices().items
        return sorted(f.detection for f in store.state.findings().items), sorted((d.label, d.type) for d in items)

    assert len(found(other)[0]) >= 3 and len(found(other)[1]) > 20
    assert found(home) == found(other)
    other.close()
    assert flows_told(home) == flows_talked(home)
    assert thinker.folds.counters.total() == 0


def test_what_people_and_lists_told_counts_while_it_listens(home: Home, heard: Heard) -> None:
    """An address of the capture stands on a list that was loaded: it rings live as it does from a file."""
    outside = next(
        str(ip)
        for record, batch in heard
        if record == "exchange"
        for ip in batch.column("server_ip").to_pylist()
        if str(ip).startswith(("203.0.113.", "198.51.100."))
    )
    home.state.put_indicators("list", [("ip", outside, "seen in an attack", 0)], {}, by="somebody")
    with home.writing():
        rows = LiveRows(home.history_path, home.state)
        thinker = Thinker(home, CAPTURE)
        thinker.load()
        write(home, heard, rows)
        thinker.take()
        thinker.think()
        rows.close()
    assert "known_bad" in {finding.detection for finding in home.state.findings().items}


@pytest.mark.parametrize("saved_before", [True, False])
def test_a_kill_counts_nothing_twice_and_nothing_never(home: Home, heard: Heard, saved_before: bool) -> None:
    cut = len(heard) * 2 // 3
    with home.writing():
        rows = LiveRows(home.history_path, home.state)
        thinker = Thinker(home, CAPTURE)
        thinker.load()
        write(home, heard[: cut // 2], rows)
        thinker.take()
        if saved_before:
            thinker.save_conversations()
        write(home, heard[cut // 2 : cut], rows)
        thinker.take()  # and the process is gone, with its writer
    for number in range(3):  # each start after it finds the same
        with home.writing():
            rows = LiveRows(home.history_path, home.state)
            Thinker(home, f"{number:016x}").load()
            rows.close()
        assert flows_told(home) == flows_talked(home) > 50


def test_what_is_compacted_is_gathered_first(home: Home, heard: Heard) -> None:
    with home.writing():
        rows = LiveRows(home.history_path, home.state)
        thinker = Thinker(home, CAPTURE)
        thinker.load()
        for n in range(15):
            write(home, heard[len(heard) * n // 15 : len(heard) * (n + 1) // 15], rows)
            rows.close()
            thinker.take()
            thinker.compact()
        thinker.think()
    files = home.state.history_files()
    assert {f.format for f in files} == {"parquet"}
    assert len([f for f in files if f.record == "exchange"]) < 15  # small ones were put together
    assert flows_told(home) == flows_talked(home)
    wanted = {record: table.num_rows for record, table in tables(heard).items()}
    assert {name: n for name, n in home.history.counts().items() if name != "conversation"} == wanted


def test_recent_rows_are_bounded_and_habits_stay(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    from hinomi.live import folds as module

    monkeypatch.setattr(module, "RECENT_ROWS_MAX", 500)
    folds = Folds()
    for record, batch in heard:
        folds.add(record, pa.Table.from_batches([batch]))
    assert sum(t.num_rows for t in tables(heard).values() if t is not None) > 2000
    whole = tables(heard)["exchange"]
    kept = folds.recent("exchange")
    assert folds.counters["recent_exchange"] > 0
    assert kept.num_rows < whole.num_rows
    # Of what was forgotten one of each kind stays, so that who is known stays known.
    kinds = ["client_ip", "server_ip", "protocol", "operation", "outcome", "client_name"]
    assert set(map(str, kept.select(kinds).to_pylist())) == set(map(str, whole.select(kinds).to_pylist()))


def test_an_interval_keeps_its_beginning() -> None:
    first, second = EvidenceRef("a", 1, 1), EvidenceRef("a", 9, 9)
    old = Interval("d", "icu-1", 100, 500, "sdc", "P-1", first)
    ended = Interval("e", "", 50, 60, "mpps", "P-2", first)
    new = Interval("d", "icu-1", 400, 900, "sdc", "P-1", second)
    later = Interval("d", "icu-1", 2000, 2100, "sdc", "P-1", second)
    assert joined([old, ended], [new, later]) == [
        ended,
        Interval("d", "icu-1", 100, 900, "sdc", "P-1", first),
        later,
    ]


def test_a_week_makes_no_second_slower(heard: Heard) -> None:
    """What is kept does not grow with repetition: the same hour again and again, shifted in time."""
    folds, sizes = Folds(), []
    flows = tables(heard)["flow"]
    clues = tables(heard)["clue"]
    for hour in range(40):
        shift = pa.scalar(hour * 3_600_000_000_000, pa.int64())
        moved = flows
        for name in ("start", "last"):
            place = moved.schema.get_field_index(name)
            field = moved.schema.field(name)
            moved = moved.set_column(place, field, pc.add(moved.column(name).cast(pa.int64()), shift).cast(field.type))
        folds.add("flow", moved)
        folds.add("clue", clues)
        sizes.append((folds.recent("flow").num_rows, folds.clues().num_rows))
    assert sizes[-1] == sizes[5]


def test_what_was_never_heard_before_is_thought_about_soon(
    home: Home, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hinomi.live import think

    with home.writing():
        rows = LiveRows(home.history_path, home.state)
        thinker = Thinker(home, CAPTURE)
        thinker.load()
        write(home, heard, rows)
        thinker.take()
        kinds = thinker.news
        assert kinds > 100
        thinker.news = 0
        flows = tables(heard)["flow"]
        assert thinker._new_kinds("flow", flows) == 0  # the same again is no news
        assert thinker._new_kinds("note", tables(heard)["flow"]) == 0
        monkeypatch.setattr(think, "KINDS_MAX", 10)  # over the limit all is forgotten, and nothing stays unheard
        assert thinker._new_kinds("flow", flows.slice(0, 0)) == 0
        assert thinker._new_kinds("flow", flows) > 100 and len(thinker._kinds) < kinds
        rows.close()
