"""Files go in, everything comes out; bad files say so and harm nothing."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hinomi import _wire, pipeline
from hinomi.home import Home
from hinomi.model import EvidenceRef, Status
from hinomi.pipeline import FileReport, Progress, ReadReport
from hinomi.store.history import RECORDS
from hinomi.texts import Problem, wire


def fingerprint(home: Home) -> dict[str, Any]:
    """Everything that a screen could show, without the times of this machine's clock."""
    state, history = home.state, home.history
    rows = {record: sorted(map(str, history.table(record).to_pylist())) for record in RECORDS}
    findings = [(f.id, f.status, f.count, f.first, f.last, f.evidence, f.facts) for f in state.findings().items]
    return {
        "devices": state.all_devices(), "findings": findings, "zones": state.zones(), "rows": rows,
        "intervals": state.intervals(), "captures": [(c.id, c.packets, c.records) for c in state.captures()],
    }  # fmt: skip


def only(report: ReadReport) -> FileReport:
    (file,) = report.files
    return file


def test_first_light(home: Home, capture: Path) -> None:
    told: list[Progress] = []
    report = pipeline.read(home, [capture], progress=told.append)
    file = only(report)
    assert (file.outcome, file.sentence, report.exit_code) == ("read", "", 0)
    assert file.packets > 5_000 and file.bytes > 5_000_000 and 0 < file.first < file.last
    assert told and told[-1].stage == "saving"
    assert max(p.packets for p in told) == file.packets
    counts = home.history.counts()
    for record in ("flow", "clue", "exchange", "reading", "coverage", "conversation"):
        assert counts[record] > 0, record
    assert {r: n for r, n in counts.items() if n} == dict(file.records)
    assert home.state.devices().total == report.device_count > 15
    assert home.state.verify_audit().entries == 1
    (found,) = home.state.captures()
    assert (found.id, found.path, found.size) == (file.capture, str(capture), capture.stat().st_size)
    assert list(home.staging_path.iterdir()) == []
    # Nothing is counted twice on the way from flows to conversations.
    flows = home.history.sql(
        "SELECT count(DISTINCT flow_id) AS flows, sum(orig_packets + resp_packets)::BIGINT AS packets"
        " FROM flow WHERE phase = 'end'"
    ).to_pylist()
    talks = home.history.sql("SELECT sum(flows)::BIGINT AS flows, sum(packets)::BIGINT AS packets FROM conversation")
    assert flows == talks.to_pylist()


def test_proof_down_to_the_packet(home: Home, capture: Path) -> None:
    pipeline.read(home, [capture])
    refs = [
        source.evidence
        for device in home.state.all_devices()
        for attribute in device.attributes.values()
        for source in attribute.sources
        if source.evidence.packet
    ]
    assert len(refs) > 30
    content = capture.read_bytes()
    for ref in {(r.capture, r.packet, r.offset) for r in refs[:50]}:
        packet = home.history.packet(EvidenceRef(*ref))
        (length,) = struct.unpack_from("<I", content, ref[2] + 8)
        assert packet["data"] == content[ref[2] + 16 : ref[2] + 16 + length]
    out = home.path / "slice.pcapng"
    assert home.history.slice(refs[:5], out) == len({(r.packet, r.offset) for r in refs[:5]})


def test_reading_twice_changes_nothing(home: Home, capture: Path, tmp_path: Path) -> None:
    first = only(pipeline.read(home, [capture]))
    before, version = fingerprint(home), home.state.version()
    again = pipeline.read(home, [capture])
    assert (only(again).outcome, again.exit_code, again.devices) == ("known", 0, None)
    assert only(again).capture == first.capture
    copy = tmp_path / "other-name.pcap"
    shutil.copyfile(capture, copy)
    twice = pipeline.read(home, [copy, copy])
    assert [f.outcome for f in twice.files] == ["known", "known"]
    assert home.state.version() == version
    assert fingerprint(home) == before


def test_all_rows_bear_the_name_of_their_capture(home: Home, capture: Path, small: Path) -> None:
    pipeline.read(home, [small, capture])
    names = {_wire.capture_id(path) for path in (small, capture)}
    assert {c.id for c in home.state.captures()} == names
    for record in ("flow", "clue", "exchange", "reading", "note", "conversation"):
        found = home.history.sql(f"SELECT DISTINCT capture FROM {record}").to_pylist()
        assert {row["capture"] for row in found} <= names, record
        assert found, record


def test_the_same_file_twice_in_one_run(home: Home, small: Path) -> None:
    report = pipeline.read(home, [small, small])
    assert [f.outcome for f in report.files] == ["read", "known"]
    assert len(home.state.captures()) == 1


def test_a_new_look_at_old_rows_says_the_same(home: Home, capture: Path) -> None:
    pipeline.read(home, [capture])
    before = fingerprint(home)
    report = pipeline.refresh(home)
    assert report.devices is not None and (report.devices.new, report.devices.changed, report.devices.gone) == (0, 0, 0)
    assert report.findings is not None and not report.findings.raised and not report.findings.seen_again
    assert fingerprint(home) == before


def test_decisions_survive_the_next_capture(home: Home, capture: Path, small: Path) -> None:
    pipeline.read(home, [small])
    device = home.state.devices(outside=False).items[0]
    home.state.decide_device(device.id, "set", attribute="department", value="手術部", by="p", reason="r")
    for finding in home.state.findings().items:
        home.state.decide_finding(finding.id, Status.EXPLAINED, by="p", reason="r")
    explained = {f.id for f in home.state.findings().items}
    pipeline.read(home, [capture])
    found = home.state.device(device.id)
    assert found is not None
    assert (found.value("department"), found.attributes["department"].by_person) == ("手術部", True)
    for id in explained:
        finding = home.state.finding(id)
        assert finding is not None and finding.status is Status.EXPLAINED


@pytest.mark.parametrize("packing", ["gzip", "zstd", "stdin"])
def test_packed_and_piped(home: Home, small: Path, tmp_path: Path, start: Any, packing: str) -> None:
    plain = Home(tmp_path / "plain")
    pipeline.read(plain, [small])
    if packing == "stdin":
        with small.open("rb") as file:
            process = start("read", "-", "--json", home=home.path, stdin=file.fileno())
            out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["files"][0]["packets"] == 400
        assert home.state.captures()[0].path == ""
    else:
        path = tmp_path / f"packed.{packing}"
        if packing == "gzip":
            path.write_bytes(gzip.compress(small.read_bytes()))
        else:
            with pa.CompressedOutputStream(str(path), "zstd") as file:
                file.write(small.read_bytes())
        assert only(pipeline.read(home, [path])).packets == 400
    assert home.history.counts() == plain.history.counts()
    plain.close()


# --- bad input


def pcap(link_type: int, *packets: bytes) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
    return head + b"".join(struct.pack("<IIII", 1, 0, len(p), len(p)) + p for p in packets)


BAD = {
    "empty.pcap": b"",
    "text.pcap": b"this is a letter, not a capture\n" * 20,
    "zeros.pcap": bytes(5000),
    "short.pcap": pcap(1)[:20],
    "unknown-link.pcap": pcap(147, b"\x01\x02\x03" * 20),
    "half.gz": gzip.compress(random.Random(1).randbytes(5000))[:2000],
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(500),
}


def complaint(process: subprocess.Popen[bytes]) -> list[str]:
    """What it said on standard error; a traceback is never right."""
    out, err = process.communicate(timeout=60)
    text = err.decode()
    assert "Traceback" not in text and "panicked" not in text, text
    assert out == b"", out
    return text.splitlines()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("name", [*BAD, "directory", "missing.pcap", "unreadable"])
def test_one_sentence_and_one_hint(start: Any, tmp_path: Path, name: str, lang: str) -> None:
    path = tmp_path / name
    if name in BAD:
        path.write_bytes(BAD[name])
    elif name == "directory":
        path.mkdir()
    elif name == "unreadable":
        if os.geteuid() == 0:
            pytest.skip("root may read everything")
        path.write_bytes(pcap(1))
        path.chmod(0)
    process = start("read", path, "--lang", lang, home=tmp_path / "home")
    lines = complaint(process)
    assert process.returncode == 2
    assert len(lines) == 2, lines
    assert lines[0].startswith("hinomi: ") and name in lines[0]
    if lang == "en":
        assert lines[0].endswith(".") and lines[1].startswith("hint: ") and len(lines[1]) > 12
    else:
        said = lines[0].replace(str(path), "") + lines[1]
        assert "を読めません" in lines[0] and lines[1].startswith("ヒント: ")
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", said), said  # nothing is left in English
    home = Home(tmp_path / "home")
    assert home.state.captures() == [] and home.state.devices().total == 0
    assert list(home.staging_path.iterdir()) == []
    home.close()


def test_whatever_the_reader_says_is_known_in_japanese() -> None:
    """Each reason and hint in the reader's own sources has its Japanese."""
    sources = Path(__file__).parents[2] / "wire" / "crates" / "capture" / "src"
    code = "\n".join(path.read_text("utf-8").split("#[cfg(test)]")[0] for path in sources.glob("*.rs"))
    reasons = re.findall(r'"Cannot read \{name\}: ([^"]*)\."', code)
    reasons += re.findall(r"ErrorKind::\w+(?: \| ErrorKind::\w+)* => (?:\{\s*)?\(\"([^\"]+)\"", code)
    reasons += re.findall(r'(?:damaged\(offset, (?:format!\()?|None => )"([^"]+)"', code)
    assert len(reasons) >= 12
    for english in reasons:
        filled = re.sub(r"\{[^}]*\}", "7", english)
        assert wire.reason(filled, "ja") != filled, english
    hints = re.findall(r'\."\),?\s*"([^"]+)"', code)
    assert len(hints) >= 4
    for english in hints:
        if "memory" not in english:
            assert wire.hint(english, "ja") != english, english


def test_bad_files_do_not_stop_the_others(home: Home, small: Path, tmp_path: Path) -> None:
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
    report = pipeline.read(home, [tmp_path / "empty.pcap", small, tmp_path / "text.pcap", tmp_path / "missing"])
    assert [f.outcome for f in report.files] == ["failed", "read", "failed", "failed"]
    assert report.exit_code == 3
    assert all(f.sentence and f.hint for f in report.files if f.outcome == "failed")
    assert home.state.devices().total == report.device_count > 0


def test_a_capture_without_packets_is_no_error(home: Home, tmp_path: Path) -> None:
    (tmp_path / "quiet.pcap").write_bytes(pcap(1))
    report = pipeline.read(home, [tmp_path / "quiet.pcap"])
    assert (only(report).outcome, only(report).packets, report.exit_code) == ("read", 0, 0)
    assert home.history.span() is None


def test_cut_at_any_byte(tmp_path: Path, small: Path) -> None:
    """Whatever the place of the cut: the packets before it are kept, and one sentence says so."""
    content = small.read_bytes()
    ends, at = [24], 24
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at + 8)
        at += 16 + length
        ends.append(at)
    cuts = {*range(0, 41, 3), *range(1000, len(content), len(content) // 9)}
    cuts |= {ends[50] + d for d in (-1, 0, 1, 8, 15, 16, 17)} | {ends[400] - 1}
    for number, cut in enumerate(sorted(cuts)):
        path = tmp_path / f"cut-{cut}.pcap"
        path.write_bytes(content[:cut])
        home = Home(tmp_path / f"home{number}")
        file = only(pipeline.read(home, [path]))
        whole = sum(1 for end in ends[1:] if end <= cut)
        if cut < 24:
            assert (file.outcome, file.packets) == ("failed", 0), cut
        elif cut in ends:
            assert (file.outcome, file.packets, file.sentence) == ("read", whole, ""), cut
        elif whole:
            assert (file.outcome, file.packets) == ("partial", whole), cut
        else:
            assert file.outcome in ("partial", "failed"), cut
        if file.outcome != "read":
            assert file.sentence.endswith(".") and "\n" not in file.sentence and file.hint, cut
        ends_of_flows = "SELECT sum(orig_packets + resp_packets)::BIGINT AS n FROM flow WHERE phase = 'end'"
        kept = home.history.sql(ends_of_flows).to_pylist()[0]["n"]
        assert (kept or 0) <= whole
        if whole > 10:
            assert kept
            assert [(c.complete, c.packets) for c in home.state.captures()] == [(cut in ends, whole)]
        assert only(pipeline.read(home, [path])).outcome in ("known", "failed")
        home.close()


def test_a_file_that_shrinks_while_it_is_read(home: Home, large: Path, tmp_path: Path) -> None:
    path = tmp_path / "shrinks.pcap"
    shutil.copyfile(large, path)

    def shrink(progress: Progress) -> None:
        if progress.packets and path.stat().st_size > 5000:
            os.truncate(path, 5000)

    report = pipeline.read(home, [path], progress=shrink)
    assert only(report).outcome in ("partial", "failed", "read")
    assert home.state.verify_audit().broken_at is None


def test_a_file_that_disappears(home: Home, small: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.pcap", tmp_path / "two.pcap"
    shutil.copyfile(small, one)
    two.write_bytes(pcap(1, b"\0" * 60))
    report = pipeline.read(home, [one, two], progress=lambda p: two.unlink(missing_ok=True))
    assert [f.outcome for f in report.files] == ["read", "failed"]
    assert "two.pcap" in report.files[1].sentence


def test_keep(home: Home, small: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone.pcap"
    shutil.copyfile(small, path)
    file = only(pipeline.read(home, [path], keep=True))
    path.unlink()
    found = home.history.evidence(file.capture)
    assert found.path is not None and found.path.read_bytes() == small.read_bytes()
    with home.writing():
        assert home.history.evidence(file.capture).present  # recovery leaves it alone


def test_many_segments_become_parquet(home: Home, small: Path, capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.read(home, [small])
    monkeypatch.setattr("hinomi.pipeline.reading.SEGMENTS_MAX", 8)
    report = pipeline.read(home, [capture])
    assert report.seconds["compacting"] > 0
    assert {f.format for f in home.state.history_files()} == {"parquet"}
    assert all(home.history.table(record).num_rows == n for record, n in home.history.counts().items())
    again = pipeline.refresh(home)
    assert again.devices is not None and (again.devices.new, again.devices.changed) == (0, 0)


def test_only_one_reads_at_a_time(home: Home, small: Path) -> None:
    with home.lock(), pytest.raises(Problem, match="is writing"):
        pipeline.read(home, [small])


def test_what_people_see(start: Any, small: Path, tmp_path: Path) -> None:
    process = start("read", small, home=tmp_path / "home")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    lines = out.decode().splitlines()
    assert "400 packets" in lines[0] and "devices" in lines[1] and "findings" in lines[2]
    process = start("read", small, "--lang", "ja", home=tmp_path / "home")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"") and "読み込み済み" in out.decode()
