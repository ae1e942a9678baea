"""The reader: batches as declared, the same for any number of threads, under limits, stopped midway."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from captures import read, rows
from lab.scale import multiply

from hinomi import _wire
from hinomi.records import RECORDS, SCHEMAS


def test_every_record_comes_with_its_declared_schema(first_light: Path) -> None:
    tables, summary = read(first_light)
    assert set(tables) == set(RECORDS) == set(_wire.RECORDS)
    for record, table in tables.items():
        assert table.schema.equals(SCHEMAS[record]), record
        assert table.num_rows > 0
        assert set(table["capture"].to_pylist()) == {summary["capture_id"]}
        assert set(table["site"].to_pylist()) == {"site"}
    assert summary["capture_id"] == _wire.capture_id(first_light)
    assert summary["packets"] > 5000
    assert summary["truncated_at"] is None and summary["stopped"] is False
    for record in ("clue", "exchange", "reading", "note"):
        assert tables[record].num_rows == summary[record + "s"]
    ends = [phase for (phase,) in rows(tables["flow"], "phase") if phase == "end"]
    assert len(ends) == summary["flows"]


@pytest.mark.parametrize("shape", ["plain", "gzip", "cut", "damaged", "long"])
def test_the_reading_gives_the_name(plain: Path, tmp_path: Path, shape: str) -> None:
    """Rows bear the taker's word; the name is that of all bytes, those behind damage too."""
    path, content = tmp_path / shape, plain.read_bytes()
    match shape:
        case "gzip":
            content = gzip.compress(content) + b"what no packer wrote"
        case "cut":
            content = content[:-7]
        case "damaged":
            content = content[:100_000] + b"\xff" * 400_000 + content
        case "long":
            multiply(plain, path, 12)
            content = path.read_bytes()
    path.write_bytes(content)
    tables, summary = read(path, meanwhile="0123456789abcdef")
    for table in tables.values():
        assert set(table["capture"].to_pylist()) == {"0123456789abcdef"}
    assert summary["capture_id"] == _wire.capture_id(path)
    named, _ = read(path)
    for record, table in named.items():
        assert table.drop_columns("capture").equals(tables[record].drop_columns("capture")), record
        assert set(table["capture"].to_pylist()) == {summary["capture_id"]}


def test_rows_do_not_depend_on_threads_or_on_the_run(first_light: Path) -> None:
    one, _ = read(first_light, threads=1)
    for threads in (1, 2, 3, 4, 9):
        again, _ = read(first_light, threads=threads)
        assert again.keys() == one.keys()
        for record in one:
            assert again[record].equals(one[record]), (record, threads)


def test_each_flow_ends_once_and_others_name_it(first_light: Path) -> None:
    tables, _ = read(first_light)
    ended = [flow for flow, phase in rows(tables["flow"], "flow_id", "phase") if phase == "end"]
    assert len(ended) == len(set(ended))
    named = {flow for (flow,) in rows(tables["exchange"], "flow_id") if flow} | {
        flow for (flow,) in rows(tables["reading"], "flow_id") if flow
    }
    assert named and named <= set(ended)


def test_limits_by_their_names(first_light: Path) -> None:
    limits = _wire.engine_limits()
    assert limits["flows_max"][0] == 1_000_000
    assert all(meaning.endswith((".", ")")) for _, meaning in limits.values())
    tables, summary = read(first_light, limits={"flows_max": 8})
    assert summary["evicted"] > 0
    assert "flow.flows_max" in [name for (name,) in rows(tables["note"], "name")]
    _, free = read(first_light)
    assert summary["packets"] == free["packets"]
    assert free["evicted"] == 0
    with pytest.raises(ValueError, match="no limit named 'flow_max'"):
        read(first_light, limits={"flow_max": 8})
    with pytest.raises(ValueError, match="32 bytes"):
        _wire.Reader(str(first_light), site="s", sensor="s", key=b"short")


def test_it_can_be_stopped_and_left(plain: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.pcap"
    multiply(plain, long, 20)
    reader = _wire.Reader(str(long), site="s", sensor="s", key=bytes(32), limits={"clue_interval_s": 10})
    assert next(reader)[0] in RECORDS
    done, total, _ = reader.progress()
    assert 0 < done <= total == long.stat().st_size
    reader.stop()
    list(reader)
    # One that nobody reads to its end does not hold anything up.
    del reader
    _wire.Reader(str(long), site="s", sensor="s", key=bytes(32))


def test_what_is_said_was_declared(first_light: Path) -> None:
    """Attributes, notes and details come from the dissectors' declarations; no patient in clear."""
    metas = {meta["name"]: meta for meta in _wire.dissectors()}
    assert len(metas) > 5 and metas["flow"]["tier"] == "A"
    tables, _ = read(first_light)
    # One protocol may carry another (SMB carries NTLM): the attribute is the carried one's.
    attributes = {name for meta in metas.values() for name in meta["clues"]}
    for attribute, protocol in set(rows(tables["clue"], "attribute", "protocol")):
        assert protocol in metas and attribute in attributes, (attribute, protocol)
    for name, protocol, kind in set(rows(tables["note"], "name", "protocol", "kind")):
        if protocol == "tcp":
            protocol = "flow"
        assert name in metas[protocol]["notes"], (name, protocol, kind)


def test_multiply_keeps_the_conversations(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "three.pcap"
    one, first = read(plain)
    assert multiply(plain, out, 3) == 3 * first["packets"]
    three, summary = read(out)
    assert summary["flows"] == pytest.approx(3 * first["flows"], rel=0.02)
    assert three["reading"].num_rows == 3 * one["reading"].num_rows
    assert summary["malformed"] == 3 * first["malformed"]
