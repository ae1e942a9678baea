"""One procedure's folder: writing it so that a killed process loses nothing that was confirmed."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

import zstandard
from mcap.exceptions import McapError
from mcap.records import Channel as McapChannel
from mcap.records import Chunk, Message, Schema
from mcap.stream_reader import StreamReader, breakup_chunk
from mcap.writer import CompressionType, Writer

from hinomi.connect.frames import Channel, Head, safe, samples_in

PROFILE = "hinomi-theatre"
SEGMENT_S = 600  # a new file so often: what is read back while recording stays small
CHUNK_BYTES = 4 << 20
_NUMBER = {"type": "number"}
_STAMPS = {
    "heard": {"type": "integer", "description": "ns, the record's axis: never steps"},
    "wall": {"type": "integer", "description": "ns, wall clock of the connector's machine as it stood"},
    "device": {"type": "integer", "description": "ns, the device's own stamp"},
    "error": {"type": "integer", "description": "ns, the value may be so much older than heard"},
    "run": {"type": "string", "description": "run of the connector; with q unique"},
    "q": {"type": "integer"},
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "hinomi.Numeric": {"value": _NUMBER},
    "hinomi.Waveform": {
        "first": {"type": "integer", "description": "number of the first sample"},
        "rate_hz": _NUMBER,
        "samples": {"type": "array", "items": _NUMBER},
    },
    "hinomi.Words": {"text": {"type": "string"}, "detail": {"type": "object"}},
    "hinomi.Transform": {"matrix": {"type": "array", "items": _NUMBER}, "detail": {"type": "object"}},
    "hinomi.Fragment": {
        "file": {"type": "string"}, "offset": {"type": "integer"}, "bytes": {"type": "integer"},
        "key": {"type": "boolean"},
    },
    "hinomi.Event": {"kind": {"type": "string"}, "text": {"type": "string"}, "detail": {"type": "object"}},
    "foxglove.CompressedImage": {
        "timestamp": {"type": "object", "properties": {"sec": {"type": "integer"}, "nsec": {"type": "integer"}}},
        "frame_id": {"type": "string"},
        "format": {"type": "string"},
        "data": {"type": "string", "contentEncoding": "base64"},
        "detail": {"type": "object"},
    },
}  # fmt: skip
OF_KIND = {
    "numeric": "hinomi.Numeric", "waveform": "hinomi.Waveform", "text": "hinomi.Words", "alarm": "hinomi.Words",
    "state": "hinomi.Words", "transform": "hinomi.Transform", "image": "foxglove.CompressedImage",
    "video": "hinomi.Fragment", "event": "hinomi.Event",
}  # fmt: skip


@dataclass(slots=True)
class RecordMeta:
    """What `record.json` says."""

    id: str
    room: str
    start: int  # ns of the axis
    end: int | None = None
    started_by: str = ""  # first-reading | person | mpps | adt
    ended_by: str = ""
    lab: bool = False
    boot: str = ""
    axis_wall: int = 0  # the axis: axis_wall + (monotonic - axis_mono) while `boot` lasts
    axis_mono: int = 0
    released: bool = False  # a person said that it may go when room is needed
    lost: dict[str, int] = field(default_factory=dict)  # by channel
    samples: int = 0
    signs: dict[str, int] = field(default_factory=dict)  # what holds it open: `signs.py`


@dataclass(frozen=True, slots=True)
class Mended:
    numbers: dict[str, int]  # by connector run: the highest number on disk
    samples: int


def save_meta(folder: Path, meta: RecordMeta) -> None:
    """Written whole or not at all."""
    data = json.dumps({name: getattr(meta, name) for name in RecordMeta.__dataclass_fields__}, ensure_ascii=False)
    part = folder / ".record.json"
    with part.open("w", encoding="utf-8") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / "record.json")


def load_meta(folder: Path) -> RecordMeta:
    """Raises OSError, ValueError: there is no record here."""
    data = json.loads((folder / "record.json").read_text("utf-8"))
    return RecordMeta(**{name: data[name] for name in RecordMeta.__dataclass_fields__ if name in data})


def new_folder(root: Path, room: str, now_ns: int) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now_ns // 1_000_000_000))
    folder = root / f"{stamp}-{safe(room)}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    return folder


class FolderWriter:
    """Appends to one folder. `sync` puts what was added on the disk; only then may it be confirmed."""

    def __init__(self, folder: Path, meta: RecordMeta) -> None:
        self.folder, self.meta = folder, meta
        self._channels: dict[str, Channel] = {}
        self._ids: dict[str, int] = {}
        self._stream: BinaryIO | None = None
        self._writer: Writer | None = None
        self._opened_at = 0
        self._videos: dict[str, BinaryIO] = {}
        self._numerics = (folder / "numerics.jsonl").open("a", encoding="utf-8")
        self._events = (folder / "events.jsonl").open("a", encoding="utf-8")
        self._fragments = (folder / "fragments.jsonl").open("a", encoding="utf-8")
        self._sides = (self._numerics, self._events, self._fragments)
        self._dirty = False
        self._open(meta.start)
        save_meta(folder, meta)

    def channel(self, channel: Channel) -> None:
        if self._channels.get(channel.id) != channel:
            self._channels[channel.id] = channel
            self._ids.pop(channel.id, None)

    def sample(self, channel: Channel, head: Head, tail: bytes, heard: int, run: str) -> None:
        """Adds one sample heard at `heard` on the axis."""
        stamps: Head = {"heard": heard, "wall": head["w"], "run": run, "q": head["q"]}
        if "d" in head:
            stamps["device"] = head["d"]
        if "e" in head:
            stamps["error"] = head["e"]
        body = self._body(channel, head, tail, heard, run) | stamps
        self._add(channel, body, heard, head.get("d", heard), head["q"])
        self.meta.samples += 1
        if channel.kind == "numeric":
            line = {"t": heard, "c": channel.id, "v": head.get("v"), "r": run, "q": head["q"]}
            self._numerics.write(json.dumps(line) + "\n")
        elif channel.kind == "image":
            detail = body["detail"] | {"format": body["format"]}
            text = f"{detail.get('modality', '')} {detail.get('description', '')}".strip()
            line = {"t": heard, "c": channel.id, "kind": "image", "text": text, "detail": detail, "r": run,
                    "q": head["q"]}  # fmt: skip
            self._events.write(json.dumps(line, ensure_ascii=False) + "\n")
        elif channel.kind == "video":
            line = {"t": heard, "c": channel.id, "file": body["file"], "r": run, "q": head["q"]}
            self._fragments.write(json.dumps(line) + "\n")
        elif channel.kind in ("text", "alarm", "state"):
            line = {"t": heard, "c": channel.id, "kind": channel.kind, "text": body["text"], "detail": body["detail"],
                    "r": run, "q": head["q"]}  # fmt: skip
            self._events.write(json.dumps(line, ensure_ascii=False) + "\n")

    def event(self, kind: str, text: str, at: int, detail: Head | None = None) -> None:
        """What Hinomi itself says: a gap, a clock's step, a mark, a connector that came or went."""
        channel = Channel("hinomi", "event", "Hinomi", "event")
        body = {"heard": at, "kind": kind, "text": text, "detail": detail or {}}
        self._add(channel, body, at, at, 0)
        line = {"t": at, "c": "hinomi", "kind": kind, "text": text, "detail": detail or {}, "r": "", "q": 0}
        self._events.write(json.dumps(line, ensure_ascii=False) + "\n")

    def flush(self) -> list[int]:
        """Hands everything to the kernel; returns the descriptors that `os.fsync` must see."""
        if not self._dirty:
            return []
        assert self._writer is not None and self._stream is not None
        # The library ends chunks by size alone; one each half second is what a crash may cost.
        self._writer._Writer__finalize_chunk()  # type: ignore[attr-defined]
        files: list[Any] = [self._stream, *self._sides, *self._videos.values()]
        for file in files:
            file.flush()
        self._dirty = False
        return [file.fileno() for file in files]

    def roll(self, now: int) -> None:
        """A new data file when the last one is long enough."""
        if now - self._opened_at >= SEGMENT_S * 1_000_000_000:
            self._finish()
            self._open(now)

    def close(self) -> None:
        for descriptor in self.flush():
            os.fsync(descriptor)
        self._finish()
        open_files: list[IO[Any]] = [*self._sides, *self._videos.values()]
        for file in open_files:
            file.close()
        save_meta(self.folder, self.meta)

    def abandon(self) -> None:
        """Lets go of files that can no longer be written; `mend` makes the folder whole again."""
        open_files: list[IO[Any]] = [*self._sides, *self._videos.values()]
        if self._stream is not None:
            open_files.append(self._stream)
        for file in open_files:
            with contextlib.suppress(OSError):
                file.close()
        self._writer = self._stream = None

    # --- the data file

    def _open(self, now: int) -> None:
        number = 1 + max((int(p.stem[5:]) for p in self.folder.glob("data-*.mcap")), default=0)
        self._stream = (self.folder / f"data-{number:04d}.mcap").open("wb")
        self._writer = Writer(self._stream, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD)
        self._writer.start(PROFILE, "hinomi")
        self._writer.add_metadata("record", {"id": self.meta.id, "room": self.meta.room, "use": "not for diagnosis"})
        self._ids, self._opened_at = {}, now
        self._schemas: dict[str, int] = {}

    def _finish(self) -> None:
        if self._writer is None or self._stream is None:
            return
        self._writer.finish()  # type: ignore[no-untyped-call]
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._writer = self._stream = None

    def _add(self, channel: Channel, body: Head, log: int, publish: int, number: int) -> None:
        assert self._writer is not None
        if channel.id not in self._ids:
            self._ids[channel.id] = self._register(channel)
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        self._writer.add_message(self._ids[channel.id], log, data, max(0, publish), number & 0xFFFFFFFF)
        self._dirty = True

    def _register(self, channel: Channel) -> int:
        assert self._writer is not None
        name = OF_KIND[channel.kind]
        if name not in self._schemas:
            shape = {"type": "object", "properties": SCHEMAS[name] | _STAMPS}
            self._schemas[name] = self._writer.register_schema(name, "jsonschema", json.dumps(shape).encode())
        about = {key: str(value) for key, value in channel.head().items() if key not in ("t", "detail") and value != ""}
        about["detail"] = json.dumps(channel.detail, ensure_ascii=False)
        return self._writer.register_channel(f"/{channel.id}", "json", self._schemas[name], about)

    def _body(self, channel: Channel, head: Head, tail: bytes, heard: int, run: str) -> Head:
        if channel.kind == "numeric":
            return {"value": head.get("v")}
        if channel.kind == "waveform":
            values = [round(value, 6) for value in samples_in(tail)]
            return {"first": head.get("n", 0), "rate_hz": channel.rate_hz, "samples": values}
        if channel.kind == "transform":
            return {"matrix": head.get("v", []), "detail": head.get("x", {})}
        if channel.kind == "image":
            stamp = {"sec": heard // 1_000_000_000, "nsec": heard % 1_000_000_000}
            return {
                "timestamp": stamp, "frame_id": channel.id, "format": head.get("format", ""),
                "data": base64.b64encode(tail).decode(), "detail": head.get("x", {}),
            }  # fmt: skip
        if channel.kind == "video":
            return self._fragment(channel, tail, head, run)
        return {"text": str(head.get("v", "")), "detail": head.get("x", {})}

    def _fragment(self, channel: Channel, tail: bytes, head: Head, run: str) -> Head:
        name = f"video-{safe(channel.id)}-{run}.mp4"
        if name not in self._videos:
            self._videos[name] = (self.folder / name).open("ab")
        file = self._videos[name]
        if file.tell() == 0 and not head.get("init") and head.get("h"):  # the camera ran before the record began
            file.write(base64.b64decode(head["h"]))
        offset = file.tell()
        file.write(tail)
        return {"file": name, "offset": offset, "bytes": len(tail), "key": bool(head.get("key"))}


# --- after a crash

# What a file that was torn off can raise while it is read.
_TORN = (McapError, EOFError, ValueError, OSError, struct.error, zstandard.ZstdError)


def read_messages(path: Path) -> Iterator[tuple[Schema, McapChannel, Message]]:
    """Every whole message of a data file, also of one that was never finished."""
    schemas: dict[int, Schema] = {}
    channels: dict[int, McapChannel] = {}
    with path.open("rb") as stream, contextlib.suppress(*_TORN):
        for record in StreamReader(stream, emit_chunks=True, validate_crcs=False).records:
            for one in breakup_chunk(record, validate_crc=True) if isinstance(record, Chunk) else [record]:
                if isinstance(one, Schema):
                    schemas[one.id] = one
                elif isinstance(one, McapChannel):
                    channels[one.id] = one
                elif isinstance(one, Message) and one.channel_id in channels:
                    channel = channels[one.channel_id]
                    yield schemas[channel.schema_id], channel, one


def finished(path: Path) -> bool:
    """Whether the file ends as a finished MCAP file does."""
    with path.open("rb") as stream:
        stream.seek(0, os.SEEK_END)
        if stream.tell() < 16:
            return False
        stream.seek(-8, os.SEEK_END)
        return stream.read() == b"\x89MCAP0\r\n"


def mend(folder: Path) -> Mended:
    """Makes a folder whole after a crash, and says what is in it."""
    try:
        return _mend(folder)
    except OSError:
        for part in folder.glob("*.part"):  # no room for it: the files that were stay as they are
            part.unlink(missing_ok=True)
        raise


def _mend(folder: Path) -> Mended:
    numbers: dict[str, int] = {}
    samples = 0
    videos: dict[str, int] = {}
    for path in sorted(folder.glob("data-*.mcap")):
        rewrite = not finished(path)
        part = path.with_suffix(".part")
        stream = part.open("wb") if rewrite else None
        writer = Writer(stream, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD) if stream else None
        schemas: dict[int, int] = {}
        channels: dict[int, int] = {}
        if writer:
            writer.start(PROFILE, "hinomi")
        for schema, channel, message in read_messages(path):
            body = json.loads(message.data)
            if body.get("run"):
                samples += 1
                numbers[body["run"]] = max(numbers.get(body["run"], 0), body["q"])
            if schema.name == "hinomi.Fragment":
                videos[body["file"]] = body["offset"] + body["bytes"]
            if writer:
                if schema.id not in schemas:
                    schemas[schema.id] = writer.register_schema(schema.name, schema.encoding, schema.data)
                if channel.id not in channels:
                    channels[channel.id] = writer.register_channel(
                        channel.topic, channel.message_encoding, schemas[schema.id], channel.metadata
                    )
                writer.add_message(
                    channels[channel.id], message.log_time, message.data, message.publish_time, message.sequence
                )
        if writer and stream:
            writer.finish()  # type: ignore[no-untyped-call]
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            part.replace(path)
    for name in ("numerics.jsonl", "events.jsonl", "fragments.jsonl"):
        _trim(folder / name, numbers)
    for video in folder.glob("video-*.mp4"):
        if (whole := videos.get(video.name, 0)) < video.stat().st_size:
            os.truncate(video, whole)
    return Mended(numbers, samples)


def _trim(path: Path, numbers: dict[str, int]) -> None:
    """Takes out of a side file what did not reach the data file: it will come again."""
    if not path.exists():
        return
    part = path.with_suffix(".part")
    with path.open("rb") as old, part.open("wb") as new:
        for line in old:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                row = json.loads(line)
                if not row["r"] or row["q"] <= numbers.get(row["r"], 0):
                    new.write(line if line.endswith(b"\n") else line + b"\n")
    part.replace(path)
