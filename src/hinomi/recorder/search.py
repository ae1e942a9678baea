"""Questions to all records: `SpO2 < 90 while active > 0`. The answer is spans, not single values.

A value holds until the next one, but no longer than `HOLD_S`: over a gap nothing is claimed.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hinomi.recorder.reader import RecordReader
from hinomi.texts import Problem

HOLD_S = 15.0
HITS_MAX = 1_000
CONDITIONS_MAX = 6
_CONDITION = re.compile(r"^\s*(?P<what>.+?)\s*(?P<op><=|>=|<|>|=)\s*(?P<value>-?\d+(?:\.\d+)?)\s*$")
# How people call it -> what a code or name holds
_WORDS = {
    "spo2": ("spo2", "satur", "puls_oxim_sat"),
    "hr": ("card_beat_rate", "heart", "ecg_card"),
    "pulse": ("puls_rate", "pulse"),
    "sbp": ("press_bld_sys", "art_abp_sys", "nbp_sys", "_sys"),
    "etco2": ("co2_et", "etco2"),
    "rr": ("resp_rate",),
    "temp": ("temp",),
}


@dataclass(frozen=True, slots=True)
class Hit:
    record: str
    room: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Condition:
    what: str
    op: str
    value: float

    def fits(self, name: str) -> bool:
        """Whether a channel is meant: by its id, name or code."""
        word = self.what.casefold()
        return any(part in name.casefold() for part in _WORDS.get(word, (word,)))

    def holds(self, values: np.ndarray) -> np.ndarray:
        ops = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal}
        return np.asarray(ops[self.op](values, self.value))


def parse(question: str) -> list[Condition]:
    """Raises Problem: a part of it is no condition."""
    parts = re.split(r"\bwhile\b|\band\b|のとき|かつ", question)
    found = []
    for part in parts[:CONDITIONS_MAX]:
        match = _CONDITION.match(part)
        if match is None:
            raise Problem("desk.bad_question", part=part.strip()[:80])
        found.append(Condition(match["what"], match["op"], float(match["value"])))
    return found


def search(root: Path, question: str) -> list[Hit]:
    """Spans of all records in which every condition holds, newest record first."""
    conditions = parse(question)
    found: list[Hit] = []
    for folder in sorted(root.glob("*/"), reverse=True):
        with contextlib.suppress(OSError, ValueError, TypeError, json.JSONDecodeError):
            reader = RecordReader(folder)
            spans: list[tuple[int, int]] | None = None
            for condition in conditions:
                here = _spans(reader, condition)
                spans = here if spans is None else _both(spans, here)
            found += [Hit(reader.meta.id, reader.meta.room, start, end) for start, end in spans or []]
        if len(found) >= HITS_MAX:
            break
    return found[:HITS_MAX]


def _spans(reader: RecordReader, condition: Condition) -> list[tuple[int, int]]:
    table = reader.trend.numerics
    ids = {c.id for c in reader.channels if condition.fits(f"{c.id} {c.source} {c.name} {c.code}")}
    names = table.column("c").to_pylist()
    spans: list[tuple[int, int]] = []
    for id in ids:
        mask = np.array([name == id for name in names], bool)
        times = table.column("t").to_numpy()[mask]
        good = condition.holds(table.column("v").to_numpy()[mask])
        ends = np.minimum(np.append(times[1:], times[-1:] + 1), times + int(HOLD_S * 1e9)) if len(times) else times
        spans += [(int(a), int(b)) for a, b, ok in zip(times, ends, good, strict=True) if ok]
    return _joined(spans)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def _both(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if start < end:
            found.append((start, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found
