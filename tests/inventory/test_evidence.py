"""How sure: the arithmetic of evidence, and what makes it honest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hinomi.inventory.evidence import CAP, STATE_MIN, Candidate, Heard, choose, noisy_or
from hinomi.model import EvidenceRef, Source


def heard(weight: float, family: str = "a", count: int = 1) -> Heard:
    return Heard(Source("x.y", "v", "x", weight, "", count, 1, 2, EvidenceRef("c", 1, 24)), family)


def parent(value: str) -> str | None:
    return {"Windows 10": "Windows", "Windows 11": "Windows", "Debian": "Linux"}.get(value)


def test_independent_sources_add_up_and_one_family_does_not() -> None:
    assert noisy_or([heard(0.6, "a"), heard(0.5, "b")]) == 0.8
    assert noisy_or([heard(0.6, "a"), heard(0.5, "a")]) == 0.6


def test_only_a_person_is_certain() -> None:
    assert noisy_or([heard(0.99, str(n)) for n in range(20)]) <= CAP < 1


def test_one_value_keeps_its_own_confidence() -> None:
    chosen = choose("os", [Candidate("Linux", [heard(0.8)])])
    assert chosen is not None and chosen.confidence == 0.8 and chosen.rivals == []


def test_two_equal_rivals_believe_nobody() -> None:
    chosen = choose("model", [Candidate("A", [heard(0.9, "a")]), Candidate("B", [heard(0.9, "b")])])
    assert chosen is not None and chosen.confidence < 0.5
    assert [r.value for r in chosen.rivals] == ["B"] and chosen.rivals[0].sources


def test_a_weak_rival_costs_little() -> None:
    chosen = choose("model", [Candidate("A", [heard(0.95, "a")]), Candidate("B", [heard(0.3, "b")])])
    assert chosen is not None and chosen.value == "A" and 0.93 < chosen.confidence < 0.95


def test_a_finer_value_is_no_rival_of_the_broader_one() -> None:
    rows = [Candidate("Windows", [heard(0.85, "a")]), Candidate("Windows 10", [heard(0.8, "b")])]
    chosen = choose("os", rows, parent)
    assert chosen is not None and chosen.value == "Windows 10" and chosen.confidence >= 0.8 and not chosen.rivals


def test_sisters_in_dispute_leave_the_broader_value() -> None:
    rows = [Candidate("Windows 10", [heard(0.7, "a")]), Candidate("Windows 11", [heard(0.7, "b")])]
    chosen = choose("os", rows, parent)
    assert chosen is not None and chosen.value == "Windows" and chosen.confidence > 0.85
    assert {r.value for r in chosen.rivals} == {"Windows 10", "Windows 11"}


def test_too_little_states_nothing() -> None:
    assert choose("os", []) is None
    assert choose("os", [Candidate("Linux", [heard(STATE_MIN / 2)])]) is None


candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(["Linux", "Debian", "Windows", "Windows 10", "Windows 11", "embedded"]),
        st.lists(
            st.builds(heard, st.floats(0.01, 0.99), st.sampled_from("abcd"), st.integers(1, 9)), min_size=1, max_size=4
        ),
    ),
    unique_by=lambda c: c.value,
    max_size=6,
)


@given(candidates)
def test_shares_never_exceed_one_and_the_order_does_not_matter(rows: list[Candidate]) -> None:
    one, other = choose("os", rows, parent), choose("os", rows[::-1], parent)
    if one is None:
        assert other is None
        return
    assert other is not None and (one.value, one.confidence) == (other.value, other.confidence)
    assert STATE_MIN <= one.confidence <= CAP
    roots = [r for r in one.rivals if parent(r.value) is None and parent(one.value) != r.value]
    assert one.confidence + sum(r.confidence for r in roots if r.value != one.value) <= 1.001 or parent(one.value)


@given(candidates, st.floats(0.5, 0.95))
def test_more_evidence_for_the_chosen_value_never_lowers_it(rows: list[Candidate], weight: float) -> None:
    before = choose("os", rows, parent)
    if before is None:
        return
    for row in rows:
        if row.value == before.value:
            row.heard.append(heard(weight, "new"))
            after = choose("os", rows, parent)
            assert after is not None
            if after.value == before.value:
                assert after.confidence >= before.confidence - 1e-3
