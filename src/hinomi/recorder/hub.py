"""The room's hub: takes samples from connectors, writes the record, hands everything on to who watches.

One asyncio process for each room. The axis is the wall clock at its start plus the monotonic clock: it never
steps. Each sample keeps its stamps; a wall clock that jumps is said as an event and corrects nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hinomi.connect.frames import (
    LENGTHS_BYTES,
    Channel,
    FrameError,
    Head,
    lengths,
    pack,
    socket_path,
    unpack_head,
)
from hinomi.connect.line import boot_id
from hinomi.recorder import disk
from hinomi.recorder.folder import FolderWriter, Mended, RecordMeta, load_meta, mend, new_folder, save_meta
from hinomi.recorder.health import Peer, Watched, heads, judge
from hinomi.recorder.signs import Signs
from hinomi.theatre.clock_graph import Link, Pair

S = 1_000_000_000
AGAIN_ABOVE_BYTES = 4 << 20  # less than this is no room
FLUSH_S = 0.4  # what a killed recorder may have taken in without confirming it
TICK_S = 0.5
STEP_NS = 50_000_000  # a jump of a wall clock against the monotonic one that is told
CHANNELS_MAX = 2_000
WATCHERS_MAX = 64
WATCHER_BYTES_MAX = 8 << 20  # waiting for one watcher; more and it misses samples, counted
CLOCK_PAIRS = 300
STEP_LOOK = 24  # newest pairs in which a step is looked for
CLOCKS_MAX = 500
CLOCK_ERROR_NS = 250_000_000  # way of a message from the device to us, at most


@dataclass(slots=True, eq=False)
class Watcher:
    writer: asyncio.StreamWriter
    missed: int = 0


@dataclass(slots=True)
class DeviceClock:
    """Pairs (axis, device stamp) of one device."""

    pairs: deque[Pair] = field(default_factory=lambda: deque(maxlen=CLOCK_PAIRS))
    resolution: int = S  # as coarse as every stamp so far allows
    steps: int = 0
    told: int = 0  # time of the last step that was told


class Hub:
    """`started` and `ended` are called with the meta of a record; they may block, so they run in a thread."""

    def __init__(
        self,
        home: Path,
        room: str,
        *,
        lab: bool = False,
        auto: bool = True,
        end_after_s: float = 600.0,
        leave_after_s: float = 60.0,
        places: tuple[str, ...] = (),
        quota: int | None = None,
        removed: Callable[[str], None] | None = None,
        started: Callable[[RecordMeta, Path], None] | None = None,
        ended: Callable[[RecordMeta, Path], None] | None = None,
    ) -> None:
        self.room, self.lab, self.auto = room, lab, auto
        self.end_after_ns, self.leave_after_ns = int(end_after_s * S), int(leave_after_s * S)
        self.signs = Signs(places or (room,))
        self._quota, self._removed = quota, removed
        self.root = home / "theatre" / "records"
        self.root.mkdir(parents=True, exist_ok=True)
        self.socket = socket_path(home, room)
        self._started, self._ended = started, ended
        self.axis_wall, self.axis_mono, self.boot = time.time_ns(), time.monotonic_ns(), boot_id()
        self.watched: dict[str, Watched] = {}
        self.peers: dict[str, Peer] = {}
        self.record: FolderWriter | None = None
        self._numbers: dict[str, int] = {}  # by run: the last number taken in
        self._unconfirmed: dict[asyncio.StreamWriter, str] = {}
        self._watchers: set[Watcher] = set()
        self._serving: set[asyncio.Task[Any] | None] = set()
        self._quiet_since = time.monotonic_ns()  # last reading, or what else began or ended something
        self._readings = False  # whether this record has had any
        self._full = False  # the disk took no more: nothing is taken in until there is room
        self._torn: Path | None = None  # the folder that was being written then
        self._ending = ""  # by what a record was to end that had no room for its end
        self._waiting: list[tuple[asyncio.StreamWriter, str]] = []  # connectors that wait for room
        self._walls: dict[str, int] = {}
        self._clocks: dict[str, DeviceClock] = {}
        self._disk = disk.Forecast()
        self.refused = 0  # frames that were over a limit or made no sense
        self._resume()

    # --- time

    def axis(self, mono: int) -> int:
        return self.axis_wall + (mono - self.axis_mono)

    def now(self) -> int:
        return self.axis(time.monotonic_ns())

    # --- start, end, resume

    def _resume(self) -> None:
        """Goes on with a record that a killed process left open."""
        for folder in sorted(self.root.iterdir(), reverse=True):
            try:
                meta = load_meta(folder)
            except (OSError, ValueError, TypeError):
                continue
            if meta.room != self.room or meta.end is not None:
                continue
            if meta.boot == self.boot and self.record is None and not self._full:
                self.axis_wall, self.axis_mono = meta.axis_wall, meta.axis_mono
                try:
                    self._go_on(folder, mend(folder))
                except OSError:
                    self._full, self._torn = True, folder
                    continue
                self._say("recorder", "recorder started again", {})
            else:  # the machine was started again meanwhile: the axis cannot go on
                with contextlib.suppress(OSError):
                    meta.samples = mend(folder).samples
                meta.end, meta.ended_by = _last_time(folder, meta), "power"
                save_meta(folder, meta)
                if self._ended:
                    self._ended(meta, folder)

    def _go_on(self, folder: Path, mended: Mended) -> None:
        """Opens a folder again behind what is whole in it. Raises OSError: no room even for that."""
        meta = load_meta(folder)
        meta.samples, self._numbers = mended.samples, mended.numbers
        self.record = FolderWriter(folder, meta)
        self.signs.open = dict(meta.signs)
        self._readings = mended.samples > 0
        for watched in self.watched.values():
            self.record.channel(watched.channel)

    def start(self, by: str) -> None:
        if self.record is not None or self._full:
            return
        now = self.now()
        folder = new_folder(self.root, self.room, now)
        meta = RecordMeta(
            folder.name, self.room, now, started_by=by, lab=self.lab, boot=self.boot,
            axis_wall=self.axis_wall, axis_mono=self.axis_mono,
        )  # fmt: skip
        try:
            self.record = FolderWriter(folder, meta)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            self._no_room(None, error)
            return
        self._readings, self._quiet_since = False, time.monotonic_ns()
        for watched in self.watched.values():
            self.record.channel(watched.channel)
        self._say("record", "recording started", {"by": by, "id": meta.id})
        if self._started:
            asyncio.get_running_loop().run_in_executor(None, self._started, meta, folder)

    async def end(self, by: str) -> None:
        if self.record is None:
            return
        self._say("record", "recording ended", {"by": by})
        record, self.record = self.record, None
        record.meta.end, record.meta.ended_by = self.now(), by
        record.meta.lost = {w.channel.id: w.lost for w in self.watched.values() if w.lost}
        self.signs.open, self.signs.ended = {}, ""
        try:
            await asyncio.get_running_loop().run_in_executor(None, record.close)
        except OSError as error:  # what is on disk stays open; when there is room the quiet ends it
            self._ending = by
            self._no_room(record, error)
            return
        await self._confirm(sync=[])
        if self._ended:
            await asyncio.get_running_loop().run_in_executor(None, self._ended, record.meta, record.folder)

    # --- serving

    async def run(self) -> None:
        """Serves until it is cancelled."""
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self.socket.parent.chmod(0o700)
        self.socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, self.socket, limit=1 << 20)
        flusher, ticker = asyncio.create_task(self._flush()), asyncio.create_task(self._tick())
        try:
            async with server:
                await server.serve_forever()
        finally:
            flusher.cancel()
            ticker.cancel()
            for task in self._serving:
                if task is not None:
                    task.cancel()
            if self.record is not None:  # left open on purpose: the next start goes on with it
                for descriptor in self.record.flush():
                    os.fsync(descriptor)
            self.socket.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer: Peer | None = None
        watcher: Watcher | None = None
        same_boot = True
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
        try:
            while True:
                first = await reader.readexactly(LENGTHS_BYTES)
                size, rest = lengths(first)
                head = unpack_head(await reader.readexactly(size))
                tail = await reader.readexactly(rest) if rest else b""
                kind = head["t"]
                if kind == "sample" and peer is not None and not self._full:
                    self._sample(head, tail, peer, same_boot)
                elif kind == "hello":
                    peer = self._hello(head, writer)
                    same_boot = head.get("boot") == self.boot
                    self._unconfirmed[writer] = peer.run
                elif kind == "channel" and peer is not None:
                    self._channel(Channel.of(head), peer)
                elif kind == "state" and peer is not None:
                    self._state(peer, bool(head.get("up")), str(head.get("why", "")))
                elif kind == "watch":
                    watcher = self._watch(writer)
                elif kind == "command":
                    await self._command(head)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        except (FrameError, KeyError, TypeError, ValueError):
            self.refused += 1
        finally:
            self._serving.discard(asyncio.current_task())
            self._unconfirmed.pop(writer, None)
            if peer is not None and self.peers.get(peer.name) is peer:
                peer.connected = False
                self._say("connector", f"{peer.name}: connector gone", {"connector": peer.name})
                self._health()
            if watcher is not None:
                self._watchers.discard(watcher)
            writer.close()

    def _hello(self, head: Head, writer: asyncio.StreamWriter) -> Peer:
        name, run = str(head["connector"]), str(head["run"])
        before = self.peers.get(name)
        peer = Peer(
            name, str(head.get("kind", "")), run, since=time.monotonic_ns(), dropped=int(head.get("dropped", 0))
        )
        if before is not None:
            peer.channels, peer.restarts = before.channels, before.restarts + (before.run != run)
            if before.run != run:
                for id in before.channels:
                    self.watched[id].next_first = None
        self.peers[name] = peer
        if self._full:
            self._waiting.append((writer, run))
        else:
            writer.write(pack({"t": "have", "q": self._numbers.get(run, 0)}))
        self._say("connector", f"{name}: connector here", {"connector": name, "run": run})
        return peer

    def _channel(self, channel: Channel, peer: Peer) -> None:
        if channel.id not in self.watched and len(self.watched) >= CHANNELS_MAX:
            self.refused += 1
            return
        old = self.watched.get(channel.id)
        if old is None:
            self.watched[channel.id] = Watched(channel, peer.name, time.monotonic_ns())
        else:
            old.channel, old.connector = channel, peer.name
        peer.channels.add(channel.id)
        if self.record is not None:
            self.record.channel(channel)
        self._tell(pack(channel.head()))

    def _state(self, peer: Peer, up: bool, why: str) -> None:
        if (peer.up, peer.why) != (up, why):
            peer.up, peer.why = up, why
            self._say("device", f"{peer.name}: {'heard' if up else 'not heard'}", {"connector": peer.name, "why": why})
            self._health()

    def _sample(self, head: Head, tail: bytes, peer: Peer, same_boot: bool) -> None:
        number = int(head["q"])
        if number <= self._numbers.get(peer.run, 0):
            return  # came before the line broke
        self._numbers[peer.run] = number
        watched = self.watched.get(head["c"])
        if watched is None:
            self.refused += 1
            return
        mono = int(head["m"]) if same_boot else time.monotonic_ns()
        heard = self.axis(mono)
        channel = watched.channel
        self._wall(peer, int(head["w"]) - mono, heard)
        if "d" in head:
            self._device_clock(channel.source, heard, int(head["d"]))
        sign = self.signs.hear(channel.id, head, heard) if self.auto else ""
        reading = channel.kind in ("numeric", "waveform")
        if self.record is None and self.auto and (reading or sign == "begin"):
            self.start("first-reading" if reading else channel.id)
            if self._full:
                self._numbers[peer.run] = number - 1
                return
        self._continuity(watched, head, tail, heard)
        watched.last, watched.samples = mono, watched.samples + 1
        if reading or sign:
            self._quiet_since = max(mono, self._quiet_since)
            self._readings = self._readings or reading
        if self.record is not None:
            try:
                self.record.sample(channel, head, tail, heard, peer.run)
                if self.record.meta.signs != self.signs.open:
                    self.record.meta.signs = dict(self.signs.open)
                    save_meta(self.record.folder, self.record.meta)
            except OSError as error:
                self._no_room(self.record, error)
        self._tell(pack(head | {"a": heard}, tail), may_miss=channel.kind in ("waveform", "video", "image"))

    def _continuity(self, watched: Watched, head: Head, tail: bytes, heard: int) -> None:
        """Marks what is missing: by number within a waveform, by time after a silence."""
        if watched.channel.kind == "waveform" and "n" in head:
            first, count = int(head["n"]), len(tail) // 4
            if watched.next_first is not None and first > watched.next_first:
                missing = first - watched.next_first
                watched.lost += missing
                watched.gaps += 1
                length = int(missing / (watched.channel.rate_hz or 1) * S)
                end = heard - int(count / (watched.channel.rate_hz or 1) * S)
                self._gap(watched, end - length, end, f"{missing} samples missing", missing)
            watched.next_first = first + count
        if watched.silent:
            watched.silent = False
            watched.gaps += 1
            self._gap(watched, watched.gap_from, heard, "silent", 0)

    def _gap(self, watched: Watched, start: int, end: int, why: str, missing: int) -> None:
        detail: Head = {"channel": watched.channel.id, "from": start, "to": end, "missing": missing}
        self._say("gap", f"{watched.channel.source} {watched.channel.name}: {why}", detail)

    def _wall(self, peer: Peer, offset: int, at: int) -> None:
        before = self._walls.get(peer.name)
        if before is not None and abs(offset - before) > STEP_NS:
            peer.step_ns = offset - before
            self._say("clock", f"{peer.name}: clock stepped by {(offset - before) / S:+.3f} s",
                      {"connector": peer.name, "step_ns": offset - before})  # fmt: skip
        self._walls[peer.name] = offset

    def _device_clock(self, name: str, heard: int, stamp: int) -> None:
        if name not in self._clocks and len(self._clocks) >= CLOCKS_MAX:
            return
        clock = self._clocks.setdefault(name, DeviceClock())
        if clock.pairs and heard - clock.pairs[-1].a_ns < S // 2:
            return
        while stamp % clock.resolution:  # a device that stamps whole seconds is right within one
            clock.resolution = max(1, clock.resolution // 1000)
        pair = Pair(heard, stamp, CLOCK_ERROR_NS + clock.resolution, one_way=True)
        clock.pairs.append(pair)
        link = Link("axis", name)
        link.learn(list(clock.pairs)[-STEP_LOOK:])
        for step in link.steps:
            if step.before_ns > clock.told and abs(step.size_ns) > step.error_ns:  # else a slow network explains it
                clock.told, clock.steps = step.before_ns, clock.steps + 1
                self._say("clock", f"{name}: device clock stepped by {step.size_ns / S:+.3f} s",
                          {"connector": name, "step_ns": step.size_ns, "error_ns": step.error_ns,
                           "between": [step.after_ns, step.before_ns]})  # fmt: skip

    def clocks(self) -> list[Head]:
        """Each device's clock against the axis, as far as its stamps tell."""
        found: list[Head] = []
        for name, clock in self._clocks.items():
            link = Link("axis", name)
            link.learn(clock.pairs)
            if not link.stretches:
                continue
            offset, error = link.at(clock.pairs[-1].a_ns)
            drift = link.stretches[-1].drift()
            found.append(
                {
                    "clock": name, "offset_ms": offset / 1e6, "error_ms": error / 1e6, "steps": clock.steps,
                    "drift_ppm": drift.ppm if drift and drift.shown else None,
                }
            )  # fmt: skip
        return found

    # --- telling

    def _say(self, kind: str, text: str, detail: Head) -> None:
        at = self.now()
        if self.record is not None:
            self.record.event(kind, text, at, detail)
        self._tell(pack({"t": "event", "a": at, "kind": kind, "text": text, "x": detail}))

    def _tell(self, frame: bytes, *, may_miss: bool = False) -> None:
        for watcher in self._watchers:
            if may_miss and watcher.writer.transport.get_write_buffer_size() > WATCHER_BYTES_MAX:
                watcher.missed += 1
                continue
            watcher.writer.write(frame)

    def _watch(self, writer: asyncio.StreamWriter) -> Watcher | None:
        if len(self._watchers) >= WATCHERS_MAX:
            self.refused += 1
            writer.close()
            return None
        watcher = Watcher(writer)
        for watched in self.watched.values():
            writer.write(pack(watched.channel.head()))
        self._watchers.add(watcher)
        writer.write(pack(self._health_head()))
        return watcher

    def _health_head(self) -> Head:
        channels, connectors = heads(self.watched, self.peers, time.monotonic_ns())
        meta = self.record.meta if self.record else None
        return {
            "t": "health", "a": self.now(), "axis_minus_mono": self.axis_wall - self.axis_mono,
            "room": self.room, "lab": self.lab, "channels": channels, "connectors": connectors,
            "clocks": self.clocks(), "refused": self.refused, "missed": sum(w.missed for w in self._watchers),
            "record": None if meta is None else {"id": meta.id, "start": meta.start, "samples": meta.samples},
            "disk": self._disk.head() | {"full": self._full},
        }  # fmt: skip

    def _health(self) -> None:
        self._tell(pack(self._health_head()))

    async def _command(self, head: Head) -> None:
        what = head.get("do")
        if what == "start":
            self.start(str(head.get("by", "person")))
        elif what == "end":
            await self.end(str(head.get("by", "person")))
        elif what == "say":  # a mark, a phase, a line that an adviser drew
            self._say(str(head["kind"]), str(head.get("text", "")), dict(head.get("x", {})))

    # --- what goes on by itself

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            if self._full:
                await self._try_again()
                continue
            try:
                await self._confirm(self.record.flush() if self.record is not None else [])
                if self.record is not None:
                    self.record.roll(self.now())
            except OSError as error:
                if self.record is not None:
                    self._no_room(self.record, error)

    def _no_room(self, record: FolderWriter | None, error: OSError) -> None:
        """The disk takes no more: nothing is confirmed, so the connectors keep what they have and send it again."""
        if self._full:
            return
        if record is not None:
            record.abandon()
            self._torn = record.folder
        self.record, self._full = None, True
        self._say("disk", "the disk takes no more: the connectors keep what comes", {"reason": str(error)})
        for writer in self._unconfirmed:
            writer.close()

    async def _try_again(self) -> None:
        """Makes room, mends what was torn and goes on behind it; else the next time."""
        await self._make_room()
        try:
            if shutil.disk_usage(self.root).free < AGAIN_ABOVE_BYTES:
                return
            if self._torn is not None:
                mended = await asyncio.get_running_loop().run_in_executor(None, mend, self._torn)
                self._go_on(self._torn, mended)
        except OSError:
            return
        self._full, self._torn, self._quiet_since = False, None, time.monotonic_ns()
        self._say("disk", "recording goes on", {})
        for writer, run in self._waiting:
            if not writer.is_closing():
                writer.write(pack({"t": "have", "q": self._numbers.get(run, 0)}))
        self._waiting.clear()
        if self._ending and self.record is not None:
            by, self._ending = self._ending, ""
            await self.end(by)

    async def _make_room(self) -> None:
        gone = await asyncio.get_running_loop().run_in_executor(None, disk.make_room, self.root)
        if gone is not None:
            self._say("disk", f"removed to make room, a person had released it: {gone}", {"record": gone})
            if self._removed is not None:
                await asyncio.get_running_loop().run_in_executor(None, self._removed, gone)

    async def _confirm(self, sync: list[int]) -> None:
        numbers = {writer: self._numbers.get(run, 0) for writer, run in self._unconfirmed.items()}
        if sync:
            await asyncio.get_running_loop().run_in_executor(None, _sync, [os.dup(one) for one in sync])
        for writer, number in numbers.items():
            if not writer.is_closing():
                writer.write(pack({"t": "ack", "q": number}))

    async def _tick(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic_ns()
            for watched in self.watched.values():
                state = judge(watched, self.peers.get(watched.connector), now)
                if state in ("silent", "down") and watched.last and not watched.silent:
                    watched.silent, watched.gap_from = True, self.axis(watched.last)
                    self._say("silent", f"{watched.channel.source} {watched.channel.name}: {state}",
                              {"channel": watched.channel.id, "since": watched.gap_from})  # fmt: skip
            if turn % 2 == 0:
                self._health()
            if turn % 20 == 0:
                await self._look_at_disk(now)
            turn += 1
            if (by := self._over(now)) is not None:
                await self.end(by)

    async def _look_at_disk(self, now: int) -> None:
        with contextlib.suppress(OSError):
            room = await asyncio.get_running_loop().run_in_executor(None, disk.usage, self.root, self._quota)
            before = self._disk.warns
            self._disk.look(room, now)
            if self._disk.warns and not before:
                hours = self._disk.hours_left
                self._say("disk", "room is running out" + ("" if hours is None else f": about {hours:.1f} hours left"),
                          self._disk.head())  # fmt: skip
        if self._disk.must_make_room:
            await self._make_room()

    def _over(self, now: int) -> str | None:
        """By what the record ends now; None: it goes on. `now`: monotonic."""
        if self.record is None or self.signs.holds(self.axis(now)):
            return None
        quiet = now - self._quiet_since
        if self.signs.ended and quiet > min(self.leave_after_ns, self.end_after_ns):
            return self.signs.ended
        # One that a person began and nothing has come to yet waits for its first reading.
        return "last-reading" if self._readings and quiet > self.end_after_ns else None


def _sync(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _last_time(folder: Path, meta: RecordMeta) -> int:
    from hinomi.recorder.folder import read_messages

    return max(
        (m.log_time for p in sorted(folder.glob("data-*.mcap"))[-1:] for _, _, m in read_messages(p)),
        default=meta.start,
    )
