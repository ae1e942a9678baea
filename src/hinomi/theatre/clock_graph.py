"""A graph of clocks: the tap's, each device's, each connector's. Conversion returns a time and its error bar.

Two clocks are tied by pairs: one event read on both, give or take a known error. From the pairs of a link
come stretches in which both run together; between two stretches one of them stepped. Inside a stretch the
offset at a time is what all its pairs allow when neither clock runs away faster than `DRIFT_PPM_MAX`: an
interval, its middle the offset, its half the error. Nothing is smoothed over a step.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

DRIFT_PPM_MAX = 200  # crystals stay under 100; more is a fault that shows as a row of small steps
DRIFT_PPM_SHOWN = 20  # more than this is told to a person
STEP_PAIRS = 2  # so many pairs must agree on a new offset: one late message is not a step
LATE_PAIRS = 6  # and so many when it could also be a row of late messages
PAIRS_MAX = 20_000  # of one link; the oldest are thinned out
NEAR = 24  # pairs on each side that an answer looks at


class UnknownClockError(LookupError):
    """No chain of pairs ties the two clocks; `str()` names them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One event on two clocks: `b_ns` - `a_ns` is the offset, wrong by at most `error_ns`.

    `one_way`: b stamped a message and a read it when it came. It is never early, by `error_ns` late as a rule,
    and now and then later than that: so the offset is never less than this one, and how much more the
    quickest message nearby tells.
    """

    a_ns: int
    b_ns: int
    error_ns: int
    one_way: bool = False

    @property
    def offset(self) -> int:
        return self.b_ns - self.a_ns


def ntp_pair(asked_ns: int, heard_ns: int, answered_ns: int, got_ns: int) -> Pair:
    """The four stamps of an NTP or PTP exchange (RFC 5905 §8): client, server, server, client.

    The server's clock against the client's. Half of the way there and back is the most by which an
    uneven way can be wrong.
    """
    offset = ((heard_ns - asked_ns) + (answered_ns - got_ns)) // 2
    way = max(0, (got_ns - asked_ns) - (answered_ns - heard_ns))
    middle = (asked_ns + got_ns) // 2
    return Pair(middle, middle + offset, way // 2 + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """Clock b jumped against clock a, between two pairs. Times on a."""

    after_ns: int
    before_ns: int
    size_ns: int  # positive: b went forward
    error_ns: int


@dataclass(frozen=True, slots=True)
class Drift:
    ppm: float  # b gains on a
    error_ppm: float

    @property
    def shown(self) -> bool:
        """Whether it is more than the pairs could be wrong by, and more than crystals do."""
        return abs(self.ppm) > max(DRIFT_PPM_SHOWN, self.error_ppm)


_ON_A, _ON_B = attrgetter("a_ns"), attrgetter("b_ns")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pairs between which neither clock stepped, in the order of clock a."""

    pairs: tuple[Pair, ...]

    @property
    def start(self) -> int:
        return self.pairs[0].a_ns

    @property
    def end(self) -> int:
        return self.pairs[-1].a_ns

    def offset(self, time_ns: int, *, of_b: bool = False) -> tuple[int, int]:
        """(offset b - a, error) at a time of a, or of b."""
        read = _ON_B if of_b else _ON_A
        place = bisect_left(self.pairs, time_ns, key=read)
        low, high = None, None
        quickest: tuple[int, int] | None = None  # lowest and highest offset that it allows
        for pair in self.pairs[max(0, place - NEAR) : place + NEAR]:
            key = read(pair)
            drift = -(-abs(time_ns - key) * DRIFT_PPM_MAX // 1_000_000)
            if pair.one_way:
                if quickest is None or pair.offset - drift > quickest[0]:
                    quickest = (pair.offset - drift, pair.offset + pair.error_ns + drift)
                continue
            room = pair.error_ns + drift
            low = pair.offset - room if low is None else max(low, pair.offset - room)
            high = pair.offset + room if high is None else min(high, pair.offset + room)
        if quickest is not None:
            low = quickest[0] if low is None else max(low, quickest[0])
            high = quickest[1] if high is None else min(high, quickest[1])
        assert low is not None and high is not None
        if low > high:  # pairs that only just agree, far from the time asked for
            low, high = high, low
        return (low + high) // 2, (high - low + 1) // 2 + 1

    def drift(self) -> Drift | None:
        """How fast b gains on a; None when the stretch is too short to tell."""
        span = self.end - self.start
        if span <= 0 or len(self.pairs) < 3:
            return None
        middle = sum(p.a_ns - self.start for p in self.pairs) / len(self.pairs)
        mean = sum(p.offset - self.pairs[0].offset for p in self.pairs) / len(self.pairs)
        above = sum((p.a_ns - self.start - middle) * (p.offset - self.pairs[0].offset - mean) for p in self.pairs)
        below = sum((p.a_ns - self.start - middle) ** 2 for p in self.pairs)
        if below == 0:
            return None
        error = (self.pairs[0].error_ns + self.pairs[-1].error_ns) / span * 1e6
        return Drift(above / below * 1e6, error)


@dataclass(slots=True)
class Link:
    """Two clocks tied by pairs; `add` finds steps as they come."""

    a: str
    b: str
    stretches: list[Stretch] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    late: int = 0  # pairs that agreed with nothing before or after
    thinned: int = 0  # pairs left out because of PAIRS_MAX

    def learn(self, pairs: Iterable[Pair]) -> None:
        """Finds stretches and steps. The pairs in the order of clock a, which must be one that runs on."""
        found = sorted(pairs, key=lambda pair: pair.a_ns)
        if len(found) > PAIRS_MAX:
            every = -(-len(found) // PAIRS_MAX)
            kept = found[::every]
            self.thinned += len(found) - len(kept)
            found = kept
        self.stretches, self.steps, self.late = [], [], 0
        now: list[Pair] = []
        waiting: list[Pair] = []
        for pair in found:
            if not now or _agree(now, pair):
                self.late += len(waiting)
                waiting = []
                now.append(pair)
            elif waiting and not _agree(waiting, pair):
                self.late += len(waiting)
                waiting = [pair]
            else:
                waiting.append(pair)
                if len(waiting) >= _enough(now, pair):
                    if len(now) < _enough(waiting, now[-1]):
                        self.late += len(now)  # the first messages were late, nothing stepped
                    else:
                        self._close(now, waiting[0])
                    now, waiting = waiting, []
        self.late += len(waiting)
        if now:
            self.stretches.append(Stretch(tuple(now)))

    def _close(self, before: list[Pair], after: Pair) -> None:
        stretch = Stretch(tuple(before))
        self.stretches.append(stretch)
        offset, error = stretch.offset(after.a_ns)
        self.steps.append(Step(before[-1].a_ns, after.a_ns, after.offset - offset, error + after.error_ns))

    def at(self, time_ns: int, *, of_b: bool = False) -> tuple[int, int]:
        """(offset b - a, error). Where a step makes it doubtful, the bar spans both sides of the step."""
        if not self.stretches:
            raise UnknownClockError(f"{self.a} ~ {self.b}")
        possible = [stretch.offset(time_ns, of_b=of_b) for stretch in self._near(time_ns, of_b)]
        low = min(offset - error for offset, error in possible)
        high = max(offset + error for offset, error in possible)
        return (low + high) // 2, (high - low + 1) // 2

    def _near(self, time_ns: int, of_b: bool) -> list[Stretch]:
        spans = []
        for stretch in self.stretches:
            ends = [p.b_ns for p in (stretch.pairs[0], stretch.pairs[-1])] if of_b else [stretch.start, stretch.end]
            spans.append((min(ends), max(ends), stretch))
        inside = [stretch for low, high, stretch in spans if low <= time_ns <= high]
        # A clock that was set back reads the same time twice, and only one of them is meant: both are possible.
        if inside and not of_b:
            return inside
        before = max((s for s in spans if s[1] < time_ns), key=lambda s: s[1], default=None)
        after = min((s for s in spans if s[0] > time_ns), key=lambda s: s[0], default=None)
        beside = [s[2] for s in (before, after) if s is not None]
        return inside + [s for s in beside if s not in inside] if not inside or of_b else inside


def _enough(before: Sequence[Pair], pair: Pair) -> int:
    """How many pairs like this one are a step and not late messages."""
    return LATE_PAIRS if pair.one_way and pair.offset < before[-1].offset else STEP_PAIRS


def _agree(pairs: Sequence[Pair], pair: Pair) -> bool:
    """Whether no step is needed between what was and this pair, drift allowed for."""
    near, offset = pairs[-NEAR:], pair.b_ns - pair.a_ns
    # Mostly all are so close that no drift need be allowed for.
    far = max(abs(offset - other.b_ns + other.a_ns) for other in near)
    if far <= pair.error_ns + min(other.error_ns for other in near):
        return True
    for other in near:
        room = other.error_ns + pair.error_ns + -(-abs(pair.a_ns - other.a_ns) * DRIFT_PPM_MAX // 1_000_000)
        if abs(offset - other.b_ns + other.a_ns) > room:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Converted:
    """A time on another clock. The truth lies within `error_ns` of `time_ns`."""

    time_ns: int
    error_ns: int
    through: tuple[str, ...]  # the clocks it went through, both ends included


class ClockGraph:
    """Clocks by name and the links between them."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, str], Link] = {}

    def tie(self, a: str, b: str, pairs: Iterable[Pair]) -> Link:
        """Ties two clocks; `a` is the one that runs on. Tying them again replaces what was known."""
        link = Link(a, b)
        link.learn(pairs)
        self._links[(a, b)] = link
        return link

    @property
    def clocks(self) -> list[str]:
        return sorted({name for pair in self._links for name in pair})

    @property
    def links(self) -> list[Link]:
        return list(self._links.values())

    def convert(self, time_ns: int, source: str, target: str) -> Converted:
        """The way with the smallest error bar.

        Raises:
            UnknownClockError: nothing ties the two.
        """
        queue: list[tuple[int, int, tuple[str, ...]]] = [(0, time_ns, (source,))]
        done: set[str] = set()
        while queue:
            error, time, way = heapq.heappop(queue)
            here = way[-1]
            if here == target:
                return Converted(time, error, way)
            if here in done:
                continue
            done.add(here)
            for (a, b), link in self._links.items():
                if here not in (a, b) or not link.stretches:
                    continue
                other, of_b = (b, False) if here == a else (a, True)
                if other in done:
                    continue
                offset, more = link.at(time, of_b=of_b)
                # An uncertain time widens the bar once more by how far drift could go in it.
                more += -(-error * DRIFT_PPM_MAX // 1_000_000)
                heapq.heappush(queue, (error + more, time - offset if of_b else time + offset, (*way, other)))
        raise UnknownClockError(f"{source} ~ {target}")
