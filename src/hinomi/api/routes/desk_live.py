"""The desk's live line: one WebSocket a screen, its pace set by what the screen confirms.

Each frame has a number, the screen answers with it. A screen that falls behind gets no pictures, then thinner
waveforms, then none; numerics, words and health always come. That is also how a poor link stays useful.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from hinomi.api import desk_data
from hinomi.connect.frames import Head, socket_path
from hinomi.recorder import words
from hinomi.recorder.feed import Feed, Viewer

router = APIRouter(prefix="/api/desk", tags=["desk"])

VIEWERS_MAX = 32
FRAME_EVERY_S = 0.015  # no screen draws more often
UNCONFIRMED_MAX = 6  # frames on the way; then only the newest state waits
SLOW_S = (0.25, 0.6, 1.2)  # behind by so much more than the way takes: no pictures, thin waveforms, none
WAY_OF, WAY_S_MAX = 400, 0.5  # the way is the quickest of so many confirmations; longer is no way but a queue
BETTER_AFTER_S = 3.0
JUDGED_BY = 9  # confirmations: one packet lost on a long line makes some frames late, and is no slow line
COMPLETE_MAX = 1  # up to this level all but pictures comes, and there is room for what was missed
WANTED_MAX, WANTED_S_MAX = 60, 10  # spans that a screen missed and asks for; seconds of one
GUEST_EVERY_S = 2.0  # an invitation that has ended closes the line so soon
MISSED_POINTS = 400
THIN = 5  # a thinned block keeps the lowest and highest of so many samples


class RoomFeed(Feed):
    """A room's feed with the room's name and whether it is the lab."""

    def __init__(self, home: Path, room: str) -> None:
        super().__init__(socket_path(home, room))
        self.asked = room

    @property
    def room(self) -> str:
        return str((self.health or {}).get("room", self.asked))

    @property
    def lab(self) -> bool:
        return bool((self.health or {}).get("lab", False))


class Feeds:
    """One feed for each room that somebody looked at. Lives as long as the API."""

    def __init__(self) -> None:
        self._feeds: dict[Path, tuple[RoomFeed, asyncio.Task[None]]] = {}

    def get(self, home: Path, room: str) -> RoomFeed | None:
        """The feed of a room whose recorder runs or ran on this machine."""
        path = socket_path(home, room)
        if path not in self._feeds:
            return None
        return self._feeds[path][0]

    async def open(self, home: Path, room: str) -> RoomFeed:
        path = socket_path(home, room)
        if path not in self._feeds:
            feed = RoomFeed(home, room)
            self._feeds[path] = (feed, asyncio.create_task(feed.run()))
        return self._feeds[path][0]

    async def look(self, home: Path) -> None:
        """Opens the rooms whose socket is there."""
        for path in sorted((home / "theatre").glob("*.sock"))[:VIEWERS_MAX]:
            await self.open(home, path.stem)

    def known(self, home: Path) -> list[RoomFeed]:
        return [feed for path, (feed, _) in sorted(self._feeds.items()) if path.parent == home / "theatre"]

    async def close(self) -> None:
        for _, task in self._feeds.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in self._feeds.values()), return_exceptions=True)
        self._feeds = {}

    async def run(self, home: Path) -> None:
        """Finds rooms that start later; until it is cancelled."""
        while True:
            await self.look(home)
            await asyncio.sleep(2)


class Pace:
    """What one screen can take, by how long its confirmations are on the way."""

    def __init__(self) -> None:
        self.level = 0  # 0 all, 1 no pictures, 2 thin waveforms, 3 none
        self._sent: dict[int, float] = {}
        self._took: deque[float] = deque(maxlen=WAY_OF)
        self._good_since = time.monotonic()
        self.confirmed = asyncio.Event()

    def sent(self, number: int) -> None:
        self._sent[number] = time.monotonic()

    def confirm(self, number: int) -> None:
        now = time.monotonic()
        for old in [n for n in self._sent if n <= number]:
            self._took.append(now - self._sent.pop(old))
            way = min(WAY_S_MAX, *self._took)
            self._judge(statistics.median(list(self._took)[-JUDGED_BY:]) - way, now)
        self.confirmed.set()

    def behind(self) -> float:
        """Seconds since the oldest frame that is not confirmed went out."""
        return time.monotonic() - min(self._sent.values()) if self._sent else 0.0

    @property
    def full(self) -> bool:
        return len(self._sent) >= UNCONFIRMED_MAX

    def late(self) -> None:
        """Nothing is confirmed at all: twice as long as would be slow."""
        self._judge(self.behind() / 2, time.monotonic())

    def _judge(self, took: float, now: float) -> None:
        wanted = sum(took > limit for limit in SLOW_S)
        if wanted > self.level:
            self.level, self._good_since = wanted, now
        elif wanted < self.level and now - self._good_since > BETTER_AFTER_S:
            self.level, self._good_since = self.level - 1, now
        elif wanted >= self.level and self.level:
            self._good_since = now


@router.websocket("/live")
async def live(socket: WebSocket, room: str, word: str = "", form: str = "text") -> None:
    """Frames of a room: channels, numerics, moving (waveforms, tools), said, health. Times in ms of the axis.

    As JSON, or with `form=binary` as: length of the JSON (32 bit, little-endian), JSON, zeros up to a multiple of four,
    and the samples of all waveforms as 32-bit floats; a block then says its place there as `s: [first, count]`.
    """
    state = socket.app.state
    home = state.home
    if state.desk_viewers >= VIEWERS_MAX or len(room) > 100:
        await socket.close(4429)
        return
    if word:
        guest = await run_in_threadpool(words.guest, home.state, word)
        if guest is None or guest.room != room:
            await socket.close(4403)
            return
        by = "guest"
    else:
        by = socket.state.who.name
    await socket.accept()
    feed = await state.desk_feeds.open(home.path, room)
    permission = await run_in_threadpool(words.permission, home.state)
    await run_in_threadpool(home.state.audit, by, "patient.read", f"live {room}", {})
    for _ in range(40):  # a feed that was just opened has its first health within a moment
        if feed.health is not None:
            break
        await asyncio.sleep(0.05)
    viewer = Viewer(vital=feed.lab or permission.allowed)
    pace = Pace()
    feed.join(viewer)
    state.desk_viewers += 1
    wanted: deque[tuple[int, int]] = deque(maxlen=WANTED_MAX)
    reading = asyncio.create_task(_confirmations(socket, pace, viewer, wanted))
    try:
        await _send(socket, viewer, pace, reading, wanted, vital=viewer.vital)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        state.desk_viewers -= 1
        feed.viewers.discard(viewer)
        reading.cancel()
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await reading


async def _confirmations(socket: WebSocket, pace: Pace, viewer: Viewer, wanted: deque[tuple[int, int]]) -> None:
    """What a screen says: the number of a frame that it has, or a span (ms) that it missed."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, ValueError, TypeError, KeyError, OverflowError):
        while True:
            said = json.loads(await socket.receive_text())
            if "want" in said:
                start, end = (int(float(one) * 1e6) for one in said["want"])
                wanted.append((start, min(end, start + WANTED_S_MAX * 1_000_000_000)))
                viewer.ready.set()
            else:
                pace.confirm(int(said["ack"]))


def _missed(socket: WebSocket, viewer: Viewer, room: str, span: tuple[int, int]) -> dict[str, Any]:
    """A span of the record that is being made, for a screen whose line was cut or slow."""
    state = socket.app.state
    feed = state.desk_feeds.get(state.home.path, room)
    record = ((feed.health if feed is not None else None) or {}).get("record")
    if record is None or not viewer.vital:
        empty: dict[str, Any] = {name: [] for name in ("series", "waves", "tools", "images")}
        return empty | {"start_ms": span[0] / 1e6, "end_ms": span[1] / 1e6}
    with state.desk_readers.asking:
        reader = state.desk_readers.get(desk_data.root(state.home), record["id"])
        found: dict[str, Any] = desk_data.window_recorded(reader, *span, MISSED_POINTS).model_dump(mode="json")
    return found


async def _send(
    socket: WebSocket,
    viewer: Viewer,
    pace: Pace,
    reading: asyncio.Task[None],
    wanted: deque[tuple[int, int]],
    *,
    vital: bool,
) -> None:
    number = 0
    room = socket.query_params["room"]
    word = socket.query_params.get("word", "")
    looked = time.monotonic()
    binary = socket.query_params.get("form") == "binary"
    while not reading.done():
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(viewer.ready.wait(), 1.0)
        if word and time.monotonic() - looked > GUEST_EVERY_S:
            looked = time.monotonic()
            if await run_in_threadpool(words.guest, socket.app.state.home.state, word) is None:
                await socket.close(4403)
                return
        while pace.full and not reading.done():
            pace.confirmed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(pace.confirmed.wait(), 0.2)
            pace.late()
        viewer.picture, viewer.waves = pace.level < 1, pace.level < 3
        frame = viewer.take()
        if wanted and pace.level <= COMPLETE_MAX:  # first what is now, then what was
            span = wanted.popleft()
            frame = (frame or {}) | {"filled": await run_in_threadpool(_missed, socket, viewer, room, span)}
            if wanted:
                viewer.ready.set()
        if frame is None:
            continue
        number += 1
        pace.sent(number)
        about = {"f": number, "level": pace.level, "vital": vital}
        if binary:
            await socket.send_bytes(_binary(frame, pace.level, about))
        else:
            await socket.send_text(orjson.dumps(_in_ms(frame, pace.level) | about).decode())
        await asyncio.sleep(FRAME_EVERY_S)


def _in_ms(frame: Head, level: int) -> dict[str, Any]:
    """Times as numbers that a browser can hold; waveforms as lists, thinned for a screen that is behind."""
    out: dict[str, Any] = dict(frame)
    for name in ("numerics", "moving", "said"):
        if name in frame:
            out[name] = [one | {"a": one["a"] / 1e6} for one in frame[name]]
    for one in out.get("moving", ()):
        if "s" in one:
            samples, more = _samples(one, level)
            one |= {"s": samples.tolist()} | more
    health = frame.get("health")
    if health is not None and health.get("record"):
        out["health"] = health | {"record": health["record"] | {"start": health["record"]["start"] / 1e6}}
    return out


def _binary(frame: Head, level: int, about: Head) -> bytes:
    """The same, its samples as they came from the recorder behind the words."""
    tails: list[bytes] = []
    count = 0
    moving = []
    for one in frame.get("moving", ()):
        if "s" in one:
            part, more = _samples(one, level)
            moving.append(one | {"a": one["a"] / 1e6, "s": [count, len(part)]} | more)
            count += len(part)
            tails.append(part.tobytes())
        else:
            moving.append(one | {"a": one["a"] / 1e6})
    head = orjson.dumps(_in_ms({k: v for k, v in frame.items() if k != "moving"}, level) | {"moving": moving} | about)
    return b"".join([len(head).to_bytes(4, "little"), head, bytes(-len(head) % 4), *tails])


def _samples(block: Head, level: int) -> tuple[np.ndarray[Any, np.dtype[np.float32]], Head]:
    """A block's samples; thinned when the screen is behind, each THIN of them then as lowest and highest."""
    samples = np.frombuffer(block["s"], "<f4", len(block["s"]) // 4)
    if level < 2 or len(samples) == 0:
        return samples, {}
    cuts = np.arange(0, len(samples), THIN)
    pairs = np.stack([np.minimum.reduceat(samples, cuts), np.maximum.reduceat(samples, cuts)], 1)
    return pairs.ravel(), {"thin": THIN / 2}
