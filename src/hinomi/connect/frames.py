"""What goes over a room's socket: frames of a JSON head and bytes behind it.

    ">II" length of head, length of tail · head (UTF-8 JSON object) · tail

Head `t`: hello, channel, sample, state, have, ack, watch, health, event, command.
"""

from __future__ import annotations

import json
import struct
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEAD_BYTES_MAX = 1 << 20
TAIL_BYTES_MAX = 64 << 20  # one image of a large detector
_LENGTHS = struct.Struct(">II")

# numeric: one value · waveform: float32 samples in the tail · text, alarm, state: words ·
# transform: 4 × 4 of a tool · image: pixels or a file in the tail · video: one fragment in the tail
KINDS = ("numeric", "waveform", "text", "alarm", "state", "transform", "image", "video")

Head = dict[str, Any]


class FrameError(ValueError):
    """The other side does not speak this protocol, or is over a named limit."""


def pack(head: Head, tail: bytes = b"") -> bytes:
    body = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(body), len(tail)) + body + tail


def lengths(first: bytes) -> tuple[int, int]:
    """Raises FrameError: over HEAD_BYTES_MAX or TAIL_BYTES_MAX."""
    head, tail = _LENGTHS.unpack(first)
    if head > HEAD_BYTES_MAX or tail > TAIL_BYTES_MAX:
        raise FrameError(f"frame of {head} + {tail} bytes is over HEAD_BYTES_MAX or TAIL_BYTES_MAX")
    return head, tail


LENGTHS_BYTES = _LENGTHS.size


def unpack_head(data: bytes) -> Head:
    """Raises FrameError: no JSON object with a `t`."""
    try:
        head = json.loads(data)
    except ValueError as error:
        raise FrameError("head is not JSON") from error
    if not isinstance(head, dict) or not isinstance(head.get("t"), str):
        raise FrameError("head has no t")
    return head


def samples_out(values: list[float]) -> bytes:
    """Samples as little-endian float32."""
    return array("f", values).tobytes()


def samples_in(tail: bytes) -> list[float]:
    return array("f", tail[: len(tail) // 4 * 4]).tolist()


@dataclass(frozen=True, slots=True)
class Channel:
    """One stream of one device. `id` is unique in the room and stays the same over restarts."""

    id: str
    kind: str
    source: str  # the device, as people call it
    name: str  # what is measured
    code: str = ""
    code_system: str = ""
    unit: str = ""  # UCUM
    rate_hz: float = 0.0  # of waveforms
    every_s: float = 0.0  # usual pause between two samples; 0: only when something happens
    device_type: str = ""  # id of knowledge/device_types.toml
    detail: dict[str, Any] = field(default_factory=dict)

    def head(self) -> Head:
        return {
            "t": "channel", "id": self.id, "kind": self.kind, "source": self.source, "name": self.name,
            "code": self.code, "code_system": self.code_system, "unit": self.unit, "rate_hz": self.rate_hz,
            "every_s": self.every_s, "device_type": self.device_type, "detail": self.detail,
        }  # fmt: skip

    @staticmethod
    def of(head: Head) -> Channel:
        """Raises FrameError: a field is missing or the kind unknown."""
        if head.get("kind") not in KINDS:
            raise FrameError(f"unknown kind of channel {head.get('kind')!r}")
        try:
            return Channel(**{name: head[name] for name in _CHANNEL_FIELDS if name in head})
        except TypeError as error:
            raise FrameError("channel is not complete") from error


_CHANNEL_FIELDS = tuple(Channel.__dataclass_fields__)


def socket_path(home: Path, room: str) -> Path:
    """The Unix socket of a room. Only the owner of the home may open its folder."""
    return home / "theatre" / f"{safe(room)}.sock"


def safe(room: str) -> str:
    """A room's name as part of a path."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in room)[:60] or "room"
