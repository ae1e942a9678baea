"""The evidence ring of a tap: raw bytes on disk, sealed, for as long as there is room.

    evidence/ring/<session>/<offset of its first byte>.ring    pieces of the session's pcapng stream, in order
    evidence/ring/<session>/pins.ring                          packets that findings and clues point to, kept

A file begins with a head; then pieces: place in the stream (8 bytes), length (4), nonce (12), sealed
bytes. Sealed is AES-256-GCM (NIST SP 800-38D) under `keys/evidence.key`; session and place are bound to
it, so that no piece can be put elsewhere unnoticed. A reference's offset is a place in the stream, so a
packet is found without reading what stands before it. A file cut off anywhere gives every whole piece.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hinomi.model import EvidenceRef
from hinomi.texts import Problem

HEAD = b"hinomi ring 1\n"
KEY_BYTES = 32
FILE_BYTES = 64_000_000
PINS = "pins.ring"
PINS_BYTES_MAX = 512_000_000  # of a session's kept packets
_PIECE = struct.Struct("<QI12s")
_TAG = 16
BLOCK_BYTES_MAX = 1 << 24
_EPB, _SHB, _IDB = 6, 0x0A0D0D0A, 1


class Seal:
    """Seals and opens pieces of one session."""

    def __init__(self, key: bytes, session: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)
        self._session = session.encode()

    def close(self, place: int, content: bytes) -> bytes:
        nonce = secrets.token_bytes(12)
        sealed = self._cipher.encrypt(nonce, content, self._bound(place))
        return _PIECE.pack(place, len(sealed), nonce) + sealed

    def open(self, place: int, nonce: bytes, sealed: bytes) -> bytes:
        """The bytes.

        Raises:
            Problem: they were changed, or the key is another one.
        """
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(nonce, sealed, self._bound(place))
        except InvalidTag as error:
            raise Problem("evidence.broken_seal", session=self._session.decode()) from error

    def _bound(self, place: int) -> bytes:
        return self._session + b"\0" + place.to_bytes(8, "big")


class RingWriter:
    """Appends a session's stream; forgets the oldest files of all sessions beyond the limit."""

    def __init__(self, ring: Path, session: str, key: bytes, bytes_max: int) -> None:
        self._ring, self._folder = ring, ring / session
        self._folder.mkdir(parents=True, exist_ok=True)
        self._seal = Seal(key, session)
        self._bytes_max = bytes_max
        self._file: Any = None
        self._place = 0
        self.forgotten = 0  # files that made room

    def write(self, content: bytes) -> None:
        """The next bytes of the stream."""
        if self._file is None:
            path = self._folder / f"{self._place:020d}.ring"
            self._file = path.open("xb", buffering=0)
            path.chmod(0o600)
            self._file.write(HEAD)
        self._file.write(self._seal.close(self._place, content))
        self._place += len(content)
        if self._file.tell() >= FILE_BYTES:
            self.sync()
            self._file.close()
            self._file = None

    def skip(self, length: int) -> None:
        """Bytes of the stream that are not kept, because the disk was slower than the wire."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._place += length

    def sync(self) -> None:
        if self._file is not None:
            os.fdatasync(self._file.fileno())

    def over(self) -> list[Path]:
        """The oldest files that must go to keep the limit; the one in work stays."""
        files = sorted((p for p in self._ring.glob("*/*.ring") if p.name != PINS), key=lambda p: p.stat().st_mtime_ns)
        total = sum(path.stat().st_size for path in files)
        gone = []
        for path in files[:-1]:
            if total <= self._bytes_max:
                break
            total -= path.stat().st_size
            gone.append(path)
        return gone

    def forget(self, paths: Iterable[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
            self.forgotten += 1

    def close(self) -> None:
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None


class Ring:
    """Opens packets of one session."""

    def __init__(self, ring: Path, session: str, key: bytes) -> None:
        self._folder = ring / session
        self._seal = Seal(key, session)

    def block(self, offset: int) -> bytes | None:
        """The pcapng block at a place of the stream, None when it is not kept any more."""
        return self._pinned(offset) or self._held(offset)

    def packet(self, ref: EvidenceRef) -> dict[str, Any] | None:
        """As `hinomi._wire.packet`."""
        block = self.block(ref.offset)
        if block is None or len(block) < 32 or int.from_bytes(block[:4], "little") != _EPB:
            return None
        _, high, low, kept, wire = struct.unpack_from("<IIIII", block, 8)
        return {
            "packet": ref.packet,
            "offset": ref.offset,
            "time": high << 32 | low,
            "link_type": 1,
            "wire_length": wire,
            "data": block[28 : 28 + kept],
        }

    def pin(self, offsets: Iterable[int]) -> int:
        """Keeps these packets beyond the ring; returns how many were found and new."""
        path = self._folder / PINS
        known = {place for place, _, _ in _pieces(path)} if path.exists() else set()
        kept = 0
        with path.open("ab", buffering=0) as file:
            if file.tell() == 0:
                path.chmod(0o600)
                file.write(HEAD)
            for offset in sorted(set(offsets) - known):
                block = self._held(offset)
                if block is None:
                    continue
                if file.tell() > PINS_BYTES_MAX:
                    break
                file.write(self._seal.close(offset, block))
                kept += 1
            os.fdatasync(file.fileno())
        return kept

    def _pinned(self, offset: int) -> bytes | None:
        path = self._folder / PINS
        if path.exists():
            for place, nonce, sealed in _pieces(path):
                if place == offset:
                    return self._seal.open(place, nonce, sealed)
        return None

    def _held(self, offset: int) -> bytes | None:
        """A block of the stream; it may begin in one piece and end in the next."""
        found = b""
        for place, content in self._stream(offset):
            if not found:
                found = content[offset - place :]
            else:
                found += content
            if len(found) >= 12:
                length = int.from_bytes(found[4:8], "little")
                if not 12 <= length <= BLOCK_BYTES_MAX:
                    return None
                if len(found) >= length:
                    return found[:length]
        return None

    def _stream(self, offset: int) -> Iterator[tuple[int, bytes]]:
        """Pieces from the one that holds `offset` on, without a gap."""
        files = sorted(p for p in self._folder.glob("*.ring") if p.name != PINS)
        files = [p for n, p in enumerate(files) if n + 1 == len(files) or int(files[n + 1].stem) > offset]
        expected = None
        for path in files:
            for place, nonce, sealed in _pieces(path):
                end = place + len(sealed) - _TAG
                if end <= offset:
                    continue
                if place > offset if expected is None else place != expected:
                    return
                expected = end
                yield place, self._seal.open(place, nonce, sealed)


def _pieces(path: Path) -> Iterator[tuple[int, bytes, bytes]]:
    """(place, nonce, sealed bytes) of every whole piece; only those asked for are read into memory."""
    with path.open("rb") as file:
        if file.read(len(HEAD)) != HEAD:
            return
        while len(head := file.read(_PIECE.size)) == _PIECE.size:
            place, length, nonce = _PIECE.unpack(head)
            sealed = file.read(length)
            if len(sealed) < length:
                return
            yield place, nonce, sealed


def write_slice(blocks: Iterable[bytes], out: Path) -> int:
    """A pcapng of single packets; returns their number."""
    count = 0
    with out.open("wb") as file:
        file.write(_block(_SHB, struct.pack("<IIq", 0x1A2B3C4D, 1, -1)))
        file.write(_block(_IDB, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3x", 9, 1, 9) + bytes(4)))
        for block in blocks:
            file.write(block[:8] + bytes(4) + block[12:])  # all of one interface
            count += 1
    return count


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size
