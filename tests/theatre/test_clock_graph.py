"""The truth lies within the error bar, whatever the clocks do within what they may do."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hinomi.theatre.clock_graph import (
    DRIFT_PPM_MAX,
    PAIRS_MAX,
    ClockGraph,
    Link,
    Pair,
    UnknownClockError,
    ntp_pair,
)

S, MS = 1_000_000_000, 1_000_000


def run(offset: int, ppm: float, errors: list[int], wrong: list[float], every: int = S) -> list[Pair]:
    """Pairs of a clock b = a + offset + drift, each wrong by no more than it says."""
    pairs = []
    for place, (error, share) in enumerate(zip(errors, wrong, strict=True)):
        a = place * every
        pairs.append(Pair(a, a + offset + int(a * ppm / 1e6) + int(error * share), error + 1))
    return pairs


offsets = st.integers(-(10**15), 10**15)
ppms = st.floats(-DRIFT_PPM_MAX / 2, DRIFT_PPM_MAX / 2)
errors = st.lists(st.integers(0, 50 * MS), min_size=3, max_size=60)


@given(offsets, ppms, errors, st.data())
def test_the_truth_is_within_the_bar(offset, ppm, errors, data):
    wrong = data.draw(st.lists(st.floats(-1, 1), min_size=len(errors), max_size=len(errors)))
    graph = ClockGraph()
    link = graph.tie("tap", "monitor", run(offset, ppm, errors, wrong))
    assert link.steps == [] and link.late == 0
    at = data.draw(st.integers(-10 * S, (len(errors) + 10) * S))
    there = graph.convert(at, "tap", "monitor")
    true = at + offset + int(at * ppm / 1e6)
    assert abs(there.time_ns - true) <= there.error_ns + 2
    back = graph.convert(true, "monitor", "tap")
    assert abs(back.time_ns - at) <= back.error_ns + 2


@given(offsets, ppms, st.integers(0, 20 * MS), st.integers(200 * MS, 3600 * S), st.booleans(), st.integers(3, 30))
def test_a_step_is_found_and_not_smoothed(offset, ppm, error, size, back, place):
    size = -size if back else size
    before = run(offset, ppm, [error] * place, [0.0] * place)
    after = [Pair(a, a + offset + int(a * ppm / 1e6) + size, error + 1) for a in range(place * S, (place + 20) * S, S)]
    link = Link("tap", "monitor")
    link.learn([*before, *after])
    assert len(link.steps) == 1
    step = link.steps[0]
    assert (step.after_ns, step.before_ns) == ((place - 1) * S, place * S)
    assert abs(step.size_ns - size) <= step.error_ns + 2
    # Between the last pair before and the first after nobody knows: the bar spans both sides.
    middle = step.after_ns + S // 2
    got, bar = link.at(middle)
    assert got - bar <= offset + int(middle * ppm / 1e6) + min(0, size) + 2
    assert got + bar >= offset + int(middle * ppm / 1e6) + max(0, size) - 2


def test_a_late_message_is_no_step():
    pairs = run(0, 0, [MS] * 20, [0.0] * 20)
    pairs[7] = Pair(pairs[7].a_ns, pairs[7].b_ns - 3 * S, MS)
    link = Link("tap", "pump")
    link.learn(pairs)
    assert (link.steps, link.late) == ([], 1)


@given(offsets, offsets, st.integers(0, 5 * MS), st.integers(0, 5 * MS), st.floats(-1, 1), st.integers(0, 30 * S))
def test_errors_add_along_the_way(first, second, e1, e2, wrong, at):
    graph = ClockGraph()
    graph.tie("tap", "gateway", run(first, 0, [e1] * 30, [wrong] * 30))
    graph.tie(
        "gateway",
        "monitor",
        [Pair(p.a_ns + first, p.b_ns + first, p.error_ns) for p in run(second, 0, [e2] * 30, [wrong] * 30)],
    )
    there = graph.convert(at, "tap", "monitor")
    assert there.through == ("tap", "gateway", "monitor")
    assert abs(there.time_ns - (at + first + second)) <= there.error_ns + 2
    assert there.error_ns >= (0 if e1 + e2 == 0 else 1)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_ntp_bounds_the_offset_however_uneven_the_way(offset, there, back, thinking):
    asked = 10**15
    heard = asked + there + offset
    answered = heard + thinking
    got = asked + there + thinking + back
    pair = ntp_pair(asked, heard, answered, got)
    assert abs(pair.offset - offset) <= pair.error_ns


def test_the_better_way_is_taken_and_none_is_said():
    graph = ClockGraph()
    graph.tie("tap", "pump", run(0, 0, [S] * 10, [0.0] * 10))
    graph.tie("tap", "ntp", run(0, 0, [MS] * 10, [0.0] * 10))
    graph.tie("ntp", "pump", run(0, 0, [MS] * 10, [0.0] * 10))
    assert graph.convert(3 * S, "tap", "pump").through == ("tap", "ntp", "pump")
    with pytest.raises(UnknownClockError, match="tap ~ nobody"):
        graph.convert(0, "tap", "nobody")


@given(ppms, st.integers(0, MS))
def test_drift_is_told_with_its_error(ppm, error):
    assume(abs(ppm) < DRIFT_PPM_MAX / 2)
    link = Link("tap", "monitor")
    link.learn(run(5 * S, ppm, [error] * 100, [0.0] * 100))
    drift = link.stretches[0].drift()
    assert drift is not None and abs(drift.ppm - ppm) <= drift.error_ppm + 0.1
    assert drift.shown == (abs(drift.ppm) > max(20, drift.error_ppm))


def test_the_limit_thins_and_counts():
    link = Link("tap", "monitor")
    link.learn(Pair(n * MS, n * MS, MS) for n in range(PAIRS_MAX + 10))
    assert link.thinned > 0 and sum(len(s.pairs) for s in link.stretches) <= PAIRS_MAX


@given(offsets, st.lists(st.integers(0, 240 * MS), min_size=8, max_size=60), st.data())
def test_messages_that_only_come_late_hold_the_truth_too(offset, delays, data):
    """A read what b stamped; now and then a message is much later than it should be."""
    for place in data.draw(st.sets(st.integers(1, len(delays) - 2), max_size=len(delays) // 3)):
        delays[place] += 240 * MS
    pairs = [Pair(n * S + late, n * S + offset, 250 * MS, one_way=True) for n, late in enumerate(delays)]
    graph = ClockGraph()
    link = graph.tie("axis", "pump", pairs)
    assert link.steps == []
    for n in range(len(delays)):
        there = graph.convert(n * S, "axis", "pump")
        assert abs(there.time_ns - n * S - offset) <= there.error_ns + 2


def test_late_messages_at_the_beginning_are_no_step():
    late = [Pair(n * S + 13 * S, n * S, 250 * MS, one_way=True) for n in range(1)]
    quick = [Pair(n * S, n * S, 250 * MS, one_way=True) for n in range(14, 30)]
    link = Link("axis", "monitor")
    link.learn([*late, *quick])
    assert link.steps == [] and link.late == 1


def test_a_burst_that_waited_is_no_step_but_a_clock_set_back_is():
    def run_of(first: int, last: int, back: int) -> list[Pair]:
        return [Pair(n * S, (n - back) * S, 250 * MS, one_way=True) for n in range(first, last)]

    burst = Link("axis", "monitor")
    burst.learn([*run_of(0, 20, 0), *run_of(20, 24, 5), *run_of(24, 40, 0)])
    assert burst.steps == [] and burst.late == 4
    back = Link("axis", "monitor")
    back.learn([*run_of(0, 20, 0), *run_of(20, 40, 5)])
    assert [round(step.size_ns / S) for step in back.steps] == [-5]
