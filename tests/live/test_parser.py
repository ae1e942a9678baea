"""Live and from a file the same packets say the same; live they say it at once."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from tests.live.conftest import SECOND, beat, block, stream, tables

from hinomi import _wire
from hinomi.conversations import build
from hinomi.conversations.live import Gatherer
from hinomi.store.history import questions
from hinomi.store.history.merging import merged_clues

Heard = list[tuple[str, pa.RecordBatch]]


@pytest.fixture(scope="module")
def from_file(capture: Path) -> dict[str, pa.Table]:
    reader = _wire.Reader(str(capture), site="site", sensor="tap", key=bytes(32))
    return tables([(record, pa.record_batch(batch)) for record, batch in reader])


def plain(table: pa.Table, *without: str) -> Counter[tuple[object, ...]]:
    names = [name for name in table.column_names if name not in without]
    columns = [c.cast(pa.int64()) if pa.types.is_timestamp(c.type) else c for c in (table.column(n) for n in names)]
    return Counter(tuple(str(value) for value in row) for row in zip(*(c.to_pylist() for c in columns), strict=True))


@pytest.mark.parametrize("record", ["exchange", "reading"])
def test_the_same_rows(heard: Heard, from_file: dict[str, pa.Table], record: str) -> None:
    live, file = tables(heard)[record], from_file[record]
    assert live.num_rows > 100
    assert plain(live, "capture", "offset") == plain(file, "capture", "offset")


def test_the_same_clues_in_sum(heard: Heard, from_file: dict[str, pa.Table]) -> None:
    live, file = (plain(merged_clues(rows["clue"]), "capture", "offset") for rows in (tables(heard), from_file))
    assert sum(live.values()) > 300
    assert live == file


def test_the_same_conversations_in_sum(heard: Heard, from_file: dict[str, pa.Table]) -> None:
    gatherer = Gatherer()
    parts = [gatherer.add(pa.Table.from_batches([batch])) for record, batch in heard if record == "flow"]
    with duckdb.connect() as database:
        database.register("conversation", pa.concat_tables(parts))
        live = database.sql(questions.conversations("", True)).to_arrow_table()
        database.register("conversation", build(from_file["flow"]))
        file = database.sql(questions.conversations("", True)).to_arrow_table()
    assert live.num_rows > 50
    # The better proof may be another connection of the same conversation.
    assert plain(live, "capture", "offset", "packet") == plain(file, "capture", "offset", "packet")
    assert gatherer.open_flows == 0


def test_the_same_coverage_in_sum(heard: Heard, from_file: dict[str, pa.Table]) -> None:
    question = """SELECT hour, vlan, subnet, sum(packets) AS packets, sum(bytes) AS bytes, sum(flows_answered) AS answered,
        sum(flows_one_way) AS one_way, max(hosts) AS hosts, sum(duplicates) AS duplicates FROM coverage GROUP BY ALL"""

    def summed(coverage: pa.Table) -> Counter[tuple[object, ...]]:
        with duckdb.connect() as database:
            database.register("coverage", coverage)
            return plain(database.sql(question).to_arrow_table())

    assert summed(tables(heard)["coverage"]) == summed(from_file["coverage"])


def test_what_is_new_is_told_at_the_next_beat(heard: Heard, capture: Path) -> None:
    """No row waits for the end of its flow, its hour or the capture."""
    flows = tables(heard)["flow"]
    opened = {row["flow_id"] for row in flows.select(["flow_id", "phase"]).to_pylist() if row["phase"] == "open"}
    lasting = flows.to_pylist()
    late = [f for f in lasting if f["phase"] == "end" and (f["last"] - f["start"]).value > SECOND]
    assert late and all(f["flow_id"] in opened for f in late)
    half = tables(heard[: len(heard) // 2])
    assert half["clue"].num_rows > 0 and half["exchange"].num_rows > 0


def test_lost_packets_are_told_once(capture: Path, parse) -> None:  # type: ignore[no-untyped-def]
    found = tables(parse(stream(capture, lost=17)))
    drops = found["coverage"].column("drops").to_pylist()
    assert sum(drops) == 17
    notes = [n for n in found["note"].to_pylist() if n["name"] == "capture.drops"]
    assert sum(n["count"] for n in notes) == 1


def test_a_silent_tap_ends_cleanly(parse) -> None:  # type: ignore[no-untyped-def]
    head = block(0x0A0D0D0A, struct.pack("<IIq", 0x1A2B3C4D, 1, -1))
    head += block(1, struct.pack("<IIHHI", 1, 0, 9, 1, 9) + bytes(4))
    assert parse(head + beat(10 * SECOND) + beat(11 * SECOND)) == []


def test_a_stream_cut_anywhere_keeps_what_was_whole(capture: Path, parse) -> None:  # type: ignore[no-untyped-def]
    content = stream(capture)
    found = tables(parse(content[: len(content) // 2 + 3]))
    assert found["exchange"].num_rows > 10
    assert [n["name"] for n in found["note"].to_pylist()].count("capture.truncated") == 1
