"""VitalDB's file (.vital, version 3): tracks of numerics, waveforms and words, as its own library opens them.

After the public description (vitaldb.net, "Vital file format"): gzip of a header and packets of type, length, body.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

from hinomi.connect.frames import Channel
from hinomi.recorder.reader import RecordReader

DEVICE, TRACK, SAMPLE = 9, 0, 1  # packet types
WAVE, NUMBER, WORDS = 1, 2, 5  # track types
FLOAT = 1
STEP_NS = 60_000_000_000


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def _packet(kind: int, body: bytes) -> bytes:
    return struct.pack("<BI", kind, len(body)) + body


def _track(id: int, kind: int, channel: Channel, device: int) -> bytes:
    return _packet(
        TRACK,
        struct.pack("<HBB", id, kind, FLOAT if kind != WORDS else 0)
        + _text(channel.name or channel.id)
        + _text(channel.unit)
        + struct.pack("<ffIfddBI", 0.0, 0.0, 0xFFFFFFFF, channel.rate_hz, 1.0, 0.0, 0, device)
        + struct.pack("<I", 0),
    )


def _sample(time_ns: int, track: int, body: bytes) -> bytes:
    return _packet(SAMPLE, struct.pack("<HdH", 10, time_ns / 1e9, track) + body)


def write(reader: RecordReader, out: Path, **_: Any) -> None:
    meta = reader.meta
    channels = [c for c in reader.channels if c.kind in ("numeric", "waveform", "text", "alarm", "state")]
    devices = {source: n for n, source in enumerate(sorted({c.source for c in channels}), 1)}
    tracks = {channel.id: n for n, channel in enumerate(channels, 1)}
    with gzip.open(out, "wb", compresslevel=6) as file:
        file.write(b"VITA" + struct.pack("<IHhIIdd", 3, 26, 0, 0, 0, meta.start / 1e9, reader.end / 1e9))
        for source, number in devices.items():
            file.write(_packet(DEVICE, struct.pack("<I", number) + _text(source) + _text(source) + _text("")))
        for channel in channels:
            kind = {"numeric": NUMBER, "waveform": WAVE}.get(channel.kind, WORDS)
            file.write(_track(tracks[channel.id], kind, channel, devices[channel.source]))
        for row in reader.trend.numerics.to_pylist():
            if row["c"] in tracks and row["v"] is not None:
                file.write(_sample(row["t"], tracks[row["c"]], struct.pack("<f", row["v"])))
        for row in reader.trend.events.to_pylist():
            if row["c"] in tracks:
                file.write(_sample(row["t"], tracks[row["c"]], struct.pack("<I", 0) + _text(row["text"])))
        for start in range(meta.start, reader.end + 1, STEP_NS):  # a minute at a time: a record may be long
            for channel, heard, body in reader.messages(start, min(start + STEP_NS, reader.end + 1)):
                if channel.kind == "waveform" and channel.id in tracks and channel.rate_hz > 0:
                    values = body["samples"]
                    begin = heard - int(len(values) / channel.rate_hz * 1e9)
                    data = struct.pack(f"<I{len(values)}f", len(values), *values)
                    file.write(_sample(begin, tracks[channel.id], data))
