"""Health of each channel: heard, silent, down, never heard. Said within five seconds, whatever the cause."""

from __future__ import annotations

from dataclasses import dataclass, field

from hinomi.connect.frames import Channel, Head

S = 1_000_000_000
SILENT_AFTER_S = 2.0  # for channels that send every second or more often
SILENT_PAUSES = 2.5  # else after so many of their own pauses


@dataclass(slots=True)
class Watched:
    """One channel and what was last heard of it. Times are monotonic ns."""

    channel: Channel
    connector: str
    since: int  # when it was declared
    last: int = 0
    samples: int = 0
    silent: bool = False
    gap_from: int = 0  # axis time of the last sample before the silence
    gaps: int = 0
    next_first: int | None = None  # number that a waveform's next block must begin with
    lost: int = 0  # samples that are known to be missing

    @property
    def limit_ns(self) -> int:
        """After how long without a sample it counts as silent; 0: it speaks only when something happens."""
        if self.channel.every_s <= 0:
            return 0
        return int(max(SILENT_AFTER_S, SILENT_PAUSES * self.channel.every_s) * S)


@dataclass(slots=True)
class Peer:
    """One connector."""

    name: str
    kind: str
    run: str
    connected: bool = True
    up: bool = False
    why: str = ""
    since: int = 0
    restarts: int = 0
    dropped: int = 0
    step_ns: int = 0  # last jump of its wall clock
    channels: set[str] = field(default_factory=set)


def judge(watched: Watched, peer: Peer | None, now: int) -> str:
    """ok | silent | down | waiting."""
    if peer is None or not peer.connected or not peer.up:
        return "down"
    limit = watched.limit_ns
    if limit and now - (watched.last or watched.since) > limit:
        return "silent" if watched.last else "waiting"
    return "ok" if watched.last or not limit else "waiting"


def heads(watched: dict[str, Watched], peers: dict[str, Peer], now: int) -> tuple[list[Head], list[Head]]:
    """(channels, connectors) as the screens get them."""
    channels: list[Head] = [
        {
            "id": w.channel.id,
            "state": judge(w, peers.get(w.connector), now),
            "silent_s": round((now - w.last) / S, 1) if w.last else None,
            "samples": w.samples, "gaps": w.gaps, "lost": w.lost,
        }
        for w in watched.values()
    ]  # fmt: skip
    connectors: list[Head] = [
        {
            "name": p.name, "kind": p.kind, "connected": p.connected, "up": p.up, "why": p.why,
            "restarts": p.restarts, "dropped": p.dropped, "clock_step_ms": p.step_ns / 1e6,
        }
        for p in peers.values()
    ]  # fmt: skip
    return channels, connectors
