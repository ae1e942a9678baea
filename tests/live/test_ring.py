"""The evidence ring: what goes in comes out, sealed; the oldest goes first; what is pointed to stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hinomi import _wire
from hinomi.home import Home
from hinomi.live.pins import pin
from hinomi.model import EvidenceRef, FindingDraft, Severity
from hinomi.store.history import ring as rings
from hinomi.store.history.ring import Ring, RingWriter
from hinomi.store.state import Capture
from hinomi.texts import Problem

from .conftest import packets, stream

KEY = bytes(range(32))


def places(content: bytes) -> Iterator[tuple[int, int]]:
    """(packet number, offset) of a pcapng stream."""
    at = number = 0
    while at < len(content):
        kind, length = (int.from_bytes(content[at + n : at + n + 4], "little") for n in (0, 4))
        if kind == 6:
            number += 1
            yield number, at
        at += length


@pytest.fixture(scope="module")
def content(capture: Path) -> bytes:
    return stream(capture)


def fill(folder: Path, content: bytes, step: int = 100_003, limit: int = 10**9) -> RingWriter:
    writer = RingWriter(folder, "cafe", KEY, limit)
    for at in range(0, len(content), step):
        writer.write(content[at : at + step])
    writer.close()
    return writer


def test_every_packet_is_found_again(content: bytes, capture: Path, tmp_path: Path) -> None:
    fill(tmp_path, content)
    opened = Ring(tmp_path, "cafe", KEY)
    known = list(packets(capture))
    for number, offset in list(places(content))[:: len(known) // 60]:
        found = opened.packet(EvidenceRef("cafe", number, offset))
        time, data, wire = known[number - 1]
        assert found is not None and (found["time"], found["data"], found["wire_length"]) == (time, data, wire)
    assert opened.packet(EvidenceRef("cafe", 1, len(content) + 5)) is None
    assert opened.packet(EvidenceRef("cafe", 1, 3)) is None  # inside a block


def test_nothing_stands_there_in_clear(content: bytes, capture: Path, tmp_path: Path) -> None:
    fill(tmp_path, content)
    data = max((d for _, d, _ in packets(capture)), key=len)[60:200]
    assert data in content
    for path in tmp_path.rglob("*.ring"):
        assert data not in path.read_bytes() and path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["byte", "key", "session"])
def test_a_broken_seal_is_said(content: bytes, tmp_path: Path, harm: str) -> None:
    fill(tmp_path, content[:500_000])
    _, offset = next(places(content))
    (path,) = tmp_path.rglob("*.ring")
    if harm == "byte":
        raw = bytearray(path.read_bytes())
        raw[1000] ^= 1
        path.write_bytes(raw)
    if harm == "session":
        path.parent.rename(tmp_path / "beef")
    opened = Ring(tmp_path, "beef" if harm == "session" else "cafe", bytes(32) if harm == "key" else KEY)
    with pytest.raises(Problem) as told:
        opened.packet(EvidenceRef("cafe", 1, offset))
    assert told.value.id == "evidence.broken_seal"


def test_a_cut_file_gives_what_is_whole(content: bytes, tmp_path: Path) -> None:
    fill(tmp_path, content[:400_000])
    (path,) = tmp_path.rglob("*.ring")
    path.write_bytes(path.read_bytes()[:-5])
    opened = Ring(tmp_path, "cafe", KEY)
    assert opened.packet(EvidenceRef("cafe", *next(places(content)))) is not None


def test_what_was_given_up_is_missing_and_no_more(content: bytes, tmp_path: Path) -> None:
    writer = RingWriter(tmp_path, "cafe", KEY, 10**9)
    writer.write(content[:300_000])
    writer.skip(300_000)
    writer.write(content[600_000:900_000])
    writer.close()
    opened = Ring(tmp_path, "cafe", KEY)
    for number, offset in places(content[:890_000]):
        found = opened.packet(EvidenceRef("cafe", number, offset))
        if offset < 298_000 or offset >= 600_000:
            assert found is not None, offset
        elif 300_000 <= offset < 600_000:
            assert found is None


def test_the_oldest_goes_first_and_proofs_stay(
    content: bytes, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rings, "FILE_BYTES", 500_000)
    folder = home.evidence_path / "ring"
    all_places = list(places(content))
    proof, other = EvidenceRef("cafe", *all_places[10]), EvidenceRef("cafe", *all_places[11])
    draft = FindingDraft(
        detection="scan", key="k", severity=Severity.LOW, confidence=0.5, devices=[], facts={}, first=1, last=2, count=1,
        evidence=[proof],
    )  # fmt: skip
    with home.state.transaction() as tx:
        tx.put_capture(
            Capture("cafe", home.site, "t", "", "", 0, "r", 1, 1, 2, 3, 4, {}, True, "", {"live": "listening"})
        )
        tx.put_findings([draft])
    writer = RingWriter(folder, "cafe", home.evidence_key.reveal(), 1_500_000)
    for at in range(0, len(content), 100_000):
        writer.write(content[at : at + 100_000])
    gone = writer.over()
    assert gone and min(int(p.stem) for p in gone) == 0
    assert pin(home, gone) == 1
    writer.forget(gone)
    assert sum(p.stat().st_size for p in folder.glob("*/*.ring")) < 1_500_000 + 600_000
    writer.close()
    assert home.history.evidence("cafe").present
    assert home.history.packet(proof)["packet"] == proof.packet
    with pytest.raises(Problem) as told:
        home.history.packet(other)
    assert told.value.id == "evidence.forgotten"
    out = tmp_path / "slice.pcapng"
    newest = EvidenceRef("cafe", *all_places[-1])
    assert home.history.slice([proof, other, newest], out) == 2
    assert bytes(_wire.packet(str(out), 1)["data"]) == home.history.packet(proof)["data"]
    with home.writing():  # the ring is no left-over of a killed run
        pass
    assert home.history.packet(newest)["packet"] == newest.packet


def test_the_keeper_holds_nothing_up(content: bytes, home: Home) -> None:
    command = [sys.executable, "-m", "hinomi.live.keeper", str(home.path), "cafe", "1000000000"]
    done = subprocess.run(command, input=content, capture_output=True)
    assert (done.returncode, done.stdout) == (0, content), done.stderr
    opened = Ring(home.evidence_path / "ring", "cafe", home.evidence_key.reveal())
    number, offset = list(places(content))[-1]
    assert opened.packet(EvidenceRef("cafe", number, offset)) is not None
    assert [entry.name for entry in (home.evidence_path / "ring").iterdir()] == ["cafe"]
