"""Reading one record: which channels, and what lies between two times of its axis. Also while it is being made.

A chunk says which span it holds, so a seek reads only the chunks it needs. Finished files give the spans in
their summary; of the file that is being written, the heads of its records are walked.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Channel as McapChannel
from mcap.records import Chunk
from mcap.stream_reader import breakup_chunk

from hinomi.connect.frames import Channel
from hinomi.recorder.folder import finished, load_meta
from hinomi.recorder.trend import Growing, Trend, trend

_HEAD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")  # channel, sequence, log time, publish time
_TIMES = struct.Struct("<QQ")
_PLACE = struct.Struct("<QQQQ")  # a chunk's index: first and last time, offset, length
_FOOTER = struct.Struct("<BQQQI8s")  # opcode, length, start of the summary, of its offsets, checksum, magic
DENSE = frozenset({"waveform", "transform", "image", "video"})  # what only the data files hold
AROUND_NS = 3_000_000_000  # a block of samples is stamped when it ends
LATE_NS = 120_000_000_000  # a sample may be written so long after it was heard: a line that was cut


@dataclass(slots=True)
class Segment:
    path: Path
    chunks: list[tuple[int, int, int, int]] = field(default_factory=list)  # start, end, offset, length
    first: int = 1 << 63
    last: int = 0
    walked: int = 8  # of an unfinished file: up to here
    whole: bool = False

    def add(self, start: int, end: int, offset: int, length: int) -> None:
        self.chunks.append((start, end, offset, length))
        self.first, self.last = min(self.first, start), max(self.last, end)


@dataclass(slots=True)
class Block:
    """Samples of one waveform that follow each other without a gap."""

    first_ns: int
    rate_hz: float
    samples: list[float]


@dataclass(slots=True)
class Window:
    """What one span holds. Times of the axis, ns."""

    start: int
    end: int
    waveforms: dict[str, list[Block]] = field(default_factory=dict)
    transforms: dict[str, list[tuple[int, list[float]]]] = field(default_factory=dict)
    images: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)  # without the pixels
    fragments: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)


class RecordReader:
    """Not thread-safe; opening is cheap, and what was learned stays for the next question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._segments: dict[str, Segment] = {}
        self._channels: dict[str, Channel] = {}
        self._ids: dict[str, dict[int, Channel]] = {}
        self._trend: Trend | None = None
        self._scanned: dict[str, tuple[str, int, int]] | None = None
        self._growing = Growing(folder)
        self.refresh()

    def refresh(self) -> None:
        """Looks what has been added."""
        self.meta = load_meta(self.folder)
        for path in sorted(self.folder.glob("data-*.mcap")):
            segment = self._segments.setdefault(path.name, Segment(path))
            if not segment.whole:
                self._learn(segment)

    @property
    def end(self) -> int:
        if self.meta.end is not None:
            return self.meta.end
        return max([self.meta.start, *(segment.last for segment in self._segments.values())])

    @property
    def channels(self) -> list[Channel]:
        return [channel for channel in self._channels.values() if channel.kind != "event"]

    @property
    def trend(self) -> Trend:
        """Numerics and events of the whole record. Kept once the record has ended."""
        if self.meta.end is None:
            return self._growing.look()
        if self._trend is None:
            self._trend = trend(self.folder)
        return self._trend

    @property
    def videos(self) -> dict[str, tuple[str, int, int]]:
        """Each camera's file: its channel, and when its first and last fragment came."""
        rows = self.trend.fragments
        if rows.num_rows == 0 and self.meta.end is not None and any(self.folder.glob("video-*.mp4")):
            return self._old_videos()
        found: dict[str, tuple[str, int, int]] = {}
        for one in rows.group_by(["file", "c"]).aggregate([("t", "min"), ("t", "max")]).to_pylist():
            found[one["file"]] = (one["c"], one["t_min"], one["t_max"])
        return dict(sorted(found.items(), key=lambda item: item[1][1]))

    def _old_videos(self) -> dict[str, tuple[str, int, int]]:
        """Of a record made before there was a table of fragments: read through once."""
        if self._scanned is None:
            self._scanned = {}
            for channel, heard, body in self.messages(self.meta.start, self.end + 1, ("video",)):
                first = self._scanned.get(body["file"], (channel.id, heard, heard))[1]
                self._scanned[body["file"]] = (channel.id, first, heard)
        return self._scanned

    def messages(
        self, start: int, end: int, kinds: Collection[str] | None = None
    ) -> Iterator[tuple[Channel, int, dict[str, Any]]]:
        """(channel, heard, body) of what was heard in the span, in the order of its files; of these kinds alone."""
        for segment in self._segments.values():
            if segment.first >= end or segment.last < start:
                continue
            channels: dict[int, Channel] = {}
            wanted = [c for c in segment.chunks if c[0] < end and c[1] >= start]
            with segment.path.open("rb") as stream:
                for _, _, offset, length in wanted:
                    stream.seek(offset + _HEAD.size)
                    for op, body in _records(Chunk.read(ReadDataStream(BytesIO(stream.read(length))))):
                        if op == Opcode.CHANNEL:
                            declared = McapChannel.read(ReadDataStream(BytesIO(body)))
                            channels[declared.id] = _channel(declared)
                        elif op == Opcode.MESSAGE:
                            id, _, heard, _ = _MESSAGE.unpack_from(body)
                            if start <= heard < end:
                                channel = channels.get(id)
                                if channel is None:
                                    channel = self._by_id(segment, id)
                                    if channel is None:
                                        continue
                                    channels[id] = channel
                                if kinds is None or channel.kind in kinds:
                                    yield channel, heard, orjson.loads(body[_MESSAGE.size :])

    def window(self, start: int, end: int) -> Window:
        """Waveforms, tools, images and video of a span; numerics come from `trend`."""
        found = Window(start, end)
        last: dict[str, int] = {}
        for channel, heard, body in self.messages(start - AROUND_NS, end + AROUND_NS, DENSE):
            if channel.kind == "waveform":
                rate = body["rate_hz"] or channel.rate_hz
                if rate <= 0:
                    continue
                blocks = found.waveforms.setdefault(channel.id, [])
                begin = heard - int(len(body["samples"]) / rate * 1e9)
                follows = blocks and last.get(channel.id) == body["first"]
                if follows and abs(_end(blocks[-1]) - begin) < 500_000_000:
                    blocks[-1].samples.extend(body["samples"])
                else:
                    blocks.append(Block(begin, rate, list(body["samples"])))
                last[channel.id] = body["first"] + len(body["samples"])
            elif not start <= heard < end:
                continue
            elif channel.kind == "transform":
                found.transforms.setdefault(channel.id, []).append((heard, body["matrix"]))
            elif channel.kind == "image":
                found.images.append((heard, channel.id, {k: v for k, v in body.items() if k != "data"}))
            elif channel.kind == "video":
                found.fragments.append((heard, channel.id, body))
        return found

    def image(self, channel: str, heard: int) -> tuple[str, str] | None:
        """(format, base64) of one image."""
        for one, at, body in self.messages(heard, heard + 1, ("image",)):
            if one.id == channel and at == heard:
                return str(body["format"]), str(body["data"])
        return None

    # --- what the files hold

    def _learn(self, segment: Segment) -> None:
        if finished(segment.path):
            segment.chunks = []
            for op, body in _summary(segment.path):
                if op == Opcode.CHUNK_INDEX:
                    start, end, offset, length = _PLACE.unpack_from(body)
                    segment.add(start, end, offset, length - _HEAD.size)
                elif op == Opcode.CHANNEL:
                    made = _channel(McapChannel.read(ReadDataStream(BytesIO(body))))
                    self._channels[made.id] = made
            if segment.chunks:
                segment.whole = True
                return
        size = segment.path.stat().st_size
        with segment.path.open("rb") as stream:
            while segment.walked + _HEAD.size <= size:
                stream.seek(segment.walked)
                op, length = _HEAD.unpack(stream.read(_HEAD.size))
                after = segment.walked + _HEAD.size + length
                if after > size:
                    break
                if op == Opcode.CHUNK:
                    body = stream.read(length)
                    start, end = _TIMES.unpack_from(body)
                    segment.add(start, end, segment.walked, length)
                    self._channels_of(body)
                segment.walked = after

    def _channels_of(self, body: bytes) -> None:
        with contextlib.suppress(ValueError):
            for record in breakup_chunk(Chunk.read(ReadDataStream(BytesIO(body)))):
                if isinstance(record, McapChannel):
                    made = _channel(record)
                    self._channels[made.id] = made

    def _by_id(self, segment: Segment, id: int) -> Channel | None:
        """A channel that an earlier chunk of the file declared."""
        names = self._ids.setdefault(segment.path.name, {})
        if id not in names:
            with segment.path.open("rb") as stream:
                for _, _, offset, length in segment.chunks:
                    stream.seek(offset + _HEAD.size)
                    for record in breakup_chunk(Chunk.read(ReadDataStream(BytesIO(stream.read(length))))):
                        if isinstance(record, McapChannel):
                            names[record.id] = _channel(record)
                    if id in names:
                        break
        return names.get(id)


def _records(chunk: Chunk) -> Iterator[tuple[int, bytes]]:
    """(opcode, content) of each record of a chunk: a seek must not make an object of each (MCAP, "Records")."""
    if chunk.compression == "zstd":
        data = zstandard.ZstdDecompressor().decompress(chunk.data, max_output_size=chunk.uncompressed_size)
    elif chunk.compression == "":
        data = chunk.data
    else:
        raise ValueError(f"a chunk of ours is never compressed with {chunk.compression}")
    return _split(data)


def _summary(path: Path) -> Iterator[tuple[int, bytes]]:
    """Records of a finished file's summary (MCAP, "Summary Section"), not one object a chunk and channel."""
    with path.open("rb") as stream:
        end = stream.seek(-_FOOTER.size, os.SEEK_END)
        _, _, start, offsets, _, _ = _FOOTER.unpack(stream.read(_FOOTER.size))
        stream.seek(start)
        return _split(stream.read((offsets or end) - start) if start else b"")


def _split(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + _HEAD.size <= len(data):
        op, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        yield op, data[place : place + length]
        place += length


def _end(block: Block) -> int:
    return block.first_ns + int(len(block.samples) / block.rate_hz * 1e9)


def _channel(record: McapChannel) -> Channel:
    about = dict(record.metadata)
    kind = about.get("kind", "event")
    with contextlib.suppress(ValueError):
        return Channel(
            about.get("id", record.topic.lstrip("/")), kind, about.get("source", ""), about.get("name", ""),
            about.get("code", ""), about.get("code_system", ""), about.get("unit", ""),
            float(about.get("rate_hz", 0)), float(about.get("every_s", 0)), about.get("device_type", ""),
            json.loads(about.get("detail", "{}")),
        )  # fmt: skip
    return Channel(record.topic.lstrip("/"), kind, "", "")
