"""docs/asvs.md: each line has an answer, and each test it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "asvs.md").read_text("utf-8")
LINES = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
FILES = dict(re.findall(r"`(\w+)` ((?:tests|console)/\S+)", PAGE))


def test_every_chapter_is_answered_once() -> None:
    numbers = [number for number, _, _ in LINES]
    assert len(numbers) > 250 * 0.9
    assert len(numbers) == len(set(numbers))
    assert {int(number.split(".")[0]) for number in numbers} == set(range(1, 15))
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


def test_every_answer_is_a_test_or_says_what_it_is() -> None:
    for number, _, answer in LINES:
        plain = answer.startswith(("held, untested: ", "does not apply: ", "**not held**"))
        assert plain or re.match(r"\w+:( |test_)", answer), f"{number}: {answer}"


def test_every_named_test_exists() -> None:
    named = re.findall(r"\b([a-z]+):(test_\w+)", PAGE)
    assert len(named) > 80
    sources = {name: (ROOT / path).read_text("utf-8") for name, path in FILES.items()}
    missing = [f"{name}:{test}" for name, test in set(named) if f"def {test}(" not in sources[name]]
    assert missing == []
    assert (ROOT / FILES["browser"]).is_file()
