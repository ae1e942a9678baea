"""No number that fewer than five institutions stand behind is shown, nor can it be worked out from those that are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.duties.survey import K, areas, checked, distribution, size_of, told
from hinomi.texts import Problem

BEDS = (0, 50, 150, 300, 700)


def test_what_is_asked_has_words_in_both_languages() -> None:
    assert len(areas()) >= 10
    for area in areas().values():
        assert area["ja"] and area["en"] and area["question_ja"] and area["question_en"]
        assert set(area["known"]) <= {one[0] for one in area["answers"]}


def test_few_institutions_are_not_told() -> None:
    few = [(50, {"usb": "yes"})] * (K - 1)
    assert all(share.count is None for share in distribution(few))
    enough = [(50, {"usb": "yes"})] * K
    told = {(s.size, s.answer): (s.count, s.of) for s in distribution(enough) if s.area == "usb"}
    assert told[("all", "yes")] == (K, K) and told[("small", "yes")] == (K, K)
    one_more = [*enough, (50, {"usb": "no"})]
    assert all(share.count is None for share in distribution(one_more))  # the one would be the difference


def test_a_hidden_size_is_not_the_difference_of_the_others() -> None:
    rows = [(0, {"usb": "yes"})] * 2 + [(50, {"usb": "yes"})] * 8 + [(150, {"usb": "yes"})] * 20
    told = {s.size: s.count for s in distribution(rows) if s.area == "usb" and s.answer == "yes"}
    assert told["all"] == 30 and told["clinic"] is None and told["small"] is None and told["medium"] == 20


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BEDS), st.sampled_from(["yes", "no"])), max_size=60))
def test_no_difference_of_shown_numbers_is_small(rows: list[tuple[int, str]]) -> None:
    shares = [s for s in distribution((beds, {"usb": answer}) for beds, answer in rows) if s.area == "usb"]
    truth = Counter((size_of(beds), answer) for beds, answer in rows)
    shown = {(s.size, s.answer): s.count for s in shares if s.count is not None}
    for (size, answer), count in shown.items():
        if size != "all":
            assert count == truth[(size, answer)]
        assert count == 0 or count >= K
    for answer in ("yes", "no"):
        if ("all", answer) in shown:
            rest = shown[("all", answer)] - sum(c for (size, a), c in shown.items() if size != "all" and a == answer)
            assert rest == 0 or rest >= K


def test_what_is_not_asked_is_refused() -> None:
    assert checked({"usb": "yes"}, 50) == {"usb": "yes"}
    with pytest.raises(Problem):
        checked({"usb": "perhaps"}, 50)
    with pytest.raises(Problem):
        checked({"poem": "yes"}, 50)
    with pytest.raises(Problem):
        checked({}, -1)


def usb(
    rows: list[tuple[int, dict[str, str]]], *before: dict[tuple[str, str], dict[str, int]]
) -> dict[str, int | None]:
    return {s.size: s.count for s in distribution(rows, before) if s.area == "usb" and s.answer == "yes"}


def test_who_joined_is_not_the_difference_of_two_questions() -> None:
    first = [(50, {"usb": "yes"})] * 8 + [(150, {"usb": "no"})] * 8
    past = told(distribution(first))
    assert usb(first, past)["all"] == 8  # the same again tells nothing new
    one = [*first, (50, {"usb": "yes"})]
    assert usb(one)["all"] == 9 and usb(one, past)["all"] is None and usb(one, past)["small"] is None
    swapped = [*first[1:], (50, {"usb": "no"})]
    assert usb(swapped, past)["all"] is None
    many = [*first, *[(50, {"usb": "yes"})] * K]
    assert usb(many, past)["all"] == 8 + K and usb(many, past)["small"] == 8 + K
    # Two steps that are each too small for the question before them stay hidden, until they are far from every one.
    assert usb(many, past, told(distribution(one)))["all"] is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(BEDS), st.sampled_from(["yes", "no"])), max_size=40),
    st.lists(st.tuples(st.sampled_from(BEDS), st.sampled_from(["yes", "no"])), max_size=20),
)
def test_no_difference_of_two_questions_is_small(rows: list[tuple[int, str]], more: list[tuple[int, str]]) -> None:
    past = told(distribution((beds, {"usb": answer}) for beds, answer in rows))
    now = told(distribution(((beds, {"usb": answer}) for beds, answer in [*rows, *more]), [past]))
    for row in past.keys() & now.keys():
        for answer in ("yes", "no"):
            step = abs(now[row].get(answer, 0) - past[row].get(answer, 0))
            assert step == 0 or step >= K
