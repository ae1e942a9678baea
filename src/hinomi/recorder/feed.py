"""Watching a room's hub from another process: one line for all who look, each with its own limits.

A viewer that cannot keep up loses picture first, then waveforms; numerics, events and health always come.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hinomi.connect.frames import LENGTHS_BYTES, Channel, FrameError, Head, lengths, pack, unpack_head

AGAIN_AFTER_S = 0.5
WAITING_MAX = 4_000  # waveform blocks and tool positions for one viewer; the oldest go first, counted
EVENTS_MAX = 2_000  # words for one viewer
NUMERICS_MAX = 64  # values of one channel for one viewer; the oldest go first, counted
VITAL = ("numeric", "waveform", "alarm", "transform")  # what stays off until the owner has decided


@dataclass(slots=True, eq=False)
class Viewer:
    """What waits for one screen."""

    vital: bool  # live values may be shown
    picture: bool = True
    waves: bool = True
    numerics: dict[str, deque[Head]] = field(default_factory=dict)  # by channel
    moving: deque[Head] = field(default_factory=lambda: deque(maxlen=WAITING_MAX))
    said: deque[Head] = field(default_factory=lambda: deque(maxlen=EVENTS_MAX))
    health: Head | None = None
    channels: dict[str, Channel] = field(default_factory=dict)  # declared, not yet told
    missed: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> Head | None:
        """Everything that waits, as one frame; None when nothing does."""
        frame: Head = {}
        if self.channels:
            frame["channels"] = [{k: v for k, v in c.head().items() if k != "t"} for c in self.channels.values()]
            self.channels = {}
        if self.numerics:
            frame["numerics"] = [one for values in self.numerics.values() for one in values]
            self.numerics = {}
        if self.moving:
            frame["moving"] = list(self.moving)
            self.moving.clear()
        if self.said:
            frame["said"] = list(self.said)
            self.said.clear()
        if self.health is not None:
            frame["health"], self.health = self.health, None
        self.ready.clear()
        if frame and self.missed:
            frame["missed"] = self.missed
        return frame or None


class Feed:
    """One room's live line. `run` keeps it open; viewers come and go."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.channels: dict[str, Channel] = {}
        self.health: Head | None = None
        self.viewers: set[Viewer] = set()
        self.connected = False
        self._writer: asyncio.StreamWriter | None = None

    def join(self, viewer: Viewer) -> None:
        viewer.channels = {id: c for id, c in self.channels.items() if viewer.vital or c.kind not in VITAL}
        viewer.health = self.health
        viewer.ready.set()
        self.viewers.add(viewer)

    async def command(self, head: Head) -> bool:
        """Hands a command to the hub; False when there is none."""
        if self._writer is None:
            return False
        self._writer.write(pack(head | {"t": "command"}))
        await self._writer.drain()
        return True

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, FrameError):
                reader, writer = await asyncio.open_unix_connection(self.socket)
                try:
                    writer.write(pack({"t": "watch"}))
                    self._writer, self.connected = writer, True
                    await self._read(reader)
                finally:
                    writer.close()
            if self.connected or self.health is None:
                self._lost()
            self._writer, self.connected = None, False
            await asyncio.sleep(AGAIN_AFTER_S)

    def _lost(self) -> None:
        """The recorder is not there: every screen must say so at once."""
        self.health = {"t": "health", "down": True, "channels": [], "connectors": [], "clocks": [], "record": None}
        for viewer in self.viewers:
            viewer.health = self.health
            viewer.ready.set()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            size, rest = lengths(await reader.readexactly(LENGTHS_BYTES))
            head = unpack_head(await reader.readexactly(size))
            tail = await reader.readexactly(rest) if rest else b""
            kind = head["t"]
            if kind == "sample":
                self._sample(head, tail)
            elif kind == "channel":
                channel = Channel.of(head)
                self.channels[channel.id] = channel
                for viewer in self.viewers:
                    if viewer.vital or channel.kind not in VITAL:
                        viewer.channels[channel.id] = channel
            elif kind == "health":
                self.health = head
                for viewer in self.viewers:
                    viewer.health = head
                    viewer.ready.set()
            elif kind == "event":
                for viewer in self.viewers:
                    viewer.said.append(head)
                    viewer.ready.set()

    def _sample(self, head: Head, tail: bytes) -> None:
        channel = self.channels.get(head["c"])
        if channel is None:
            return
        for viewer in self.viewers:
            if channel.kind in VITAL and not viewer.vital:
                continue
            if channel.kind == "numeric":
                waiting = viewer.numerics.setdefault(channel.id, deque(maxlen=NUMERICS_MAX))
                viewer.missed += len(waiting) == NUMERICS_MAX
                waiting.append({"c": channel.id, "a": head["a"], "v": head.get("v"), "d": head.get("d")})
            elif channel.kind == "waveform":
                if not viewer.waves:
                    viewer.missed += 1
                    continue
                self._moving(viewer, {"c": channel.id, "a": head["a"], "n": head.get("n", 0), "s": tail})
            elif channel.kind == "transform":
                self._moving(viewer, {"c": channel.id, "a": head["a"], "v": head.get("v")})
            elif channel.kind in ("image", "video"):
                if viewer.picture:  # the pixels are asked for by address
                    self._moving(viewer, {"c": channel.id, "a": head["a"], "x": head.get("x", {})})
            else:
                viewer.said.append(
                    {"c": channel.id, "a": head["a"], "kind": channel.kind, "text": str(head.get("v", "")),
                     "x": head.get("x", {})}
                )  # fmt: skip
            viewer.ready.set()

    @staticmethod
    def _moving(viewer: Viewer, head: dict[str, Any]) -> None:
        if len(viewer.moving) == WAITING_MAX:
            viewer.missed += 1
        viewer.moving.append(head)
