"""Clue rows → what each device said, grouped: (device, clue, value) with count, times and best packet.

Only clues that the knowledge reads are looked at row by row in Python; the grouping is vectorised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hinomi.columns import Columns, Ints
from hinomi.model import EvidenceRef

VALUES_MAX = 256  # values of one clue of one host
CHUNK = 65_536  # rows turned into Python objects at a time


@dataclass(slots=True)
class Said:
    """One value of one clue, as one node or device let it out."""

    who: int
    clue: str
    value: str
    protocol: str
    port: int  # 0 where the clue belongs to no service
    count: int
    first: int
    last: int
    evidence: EvidenceRef


class ClueColumns:
    """The clue table's words as numbers, made once and used for several groupings."""

    def __init__(self, clues: pa.Table) -> None:
        self.columns = Columns.of(clues)
        self.clue_words, self.clue = self.columns.coded("attribute")
        words, self.value = self.columns.coded("value")
        self.value_words = [word or "" for word in words]
        self.count = self.columns.numbers("count", 1)
        self.first, self.last = self.columns.numbers("first"), self.columns.numbers("last")

    def values_by_mac(self, clue: str) -> dict[str, set[str]]:
        """Distinct values of one clue by the host's hardware address; of a clue that few rows have."""
        if clue not in self.clue_words:
            return {}
        rows = np.flatnonzero(self.clue == self.clue_words.index(clue))
        macs = self.columns.words("host_mac", rows)
        out: dict[str, set[str]] = {}
        for mac, value in zip(macs, self.value[rows].tolist(), strict=True):
            out.setdefault(mac, set()).add(self.value_words[value])
        return out

    def counts_of(self, clue: str) -> dict[str, int]:
        """Values of one clue, and how many rows bear each."""
        if clue not in self.clue_words:
            return {}
        codes, counts = np.unique(self.value[self.clue == self.clue_words.index(clue)], return_counts=True)
        return {self.value_words[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}

    def group(
        self, who: Ints, wanted: Callable[[str], bool], says: Callable[[str, str], bool] | None = None
    ) -> Iterator[Said]:
        """Rows with `who` >= 0 and a wanted clue, one per (who, clue, value), in the order of `who`.

        `says` tells of a clue and value whether it is worth looking at; it is asked once for each pair.
        Of one clue of one host at most `VALUES_MAX` values are given, those heard first.
        """
        if not len(self.clue):
            return
        keep = np.array([wanted(w) for w in self.clue_words], bool)[self.clue] & (who >= 0)
        rows = np.flatnonzero(keep)
        if len(rows) and says is not None:
            rows = rows[self._worth(rows, says)]
        if not len(rows):
            return
        width = len(self.value_words)
        key = (who[rows] * len(self.clue_words) + self.clue[rows]) * width + self.value[rows]
        if len(rows) > 1 and (np.diff(self.first[rows]) < 0).any():
            rows = rows[np.argsort(self.first[rows], kind="stable")]  # merged clues stand in this order already
            key = (who[rows] * len(self.clue_words) + self.clue[rows]) * width + self.value[rows]
        order = np.argsort(key, kind="stable")
        rows, key = rows[order], key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        count = np.add.reduceat(self.count[rows], starts)
        first = np.minimum.reduceat(self.first[rows], starts)
        last = np.maximum.reduceat(self.last[rows], starts)
        best = rows[starts]
        del key, order, rows
        kept = _first_of_each(who[best] * len(self.clue_words) + self.clue[best], first)
        for low in range(0, len(kept), CHUNK):
            part = kept[low : low + CHUNK]
            yield from self._said(best[part], who, count[part], first[part], last[part])

    def _worth(self, rows: Ints, says: Callable[[str, str], bool]) -> npt.NDArray[np.bool_]:
        """Which rows have a (clue, value) that says something."""
        pairs, inverse = np.unique(self.clue[rows] * len(self.value_words) + self.value[rows], return_inverse=True)
        clues, values = self.clue_words, self.value_words
        width = len(values)
        return np.fromiter((says(clues[p // width], values[p % width]) for p in pairs.tolist()), bool, len(pairs))[
            inverse
        ]

    def _said(self, best: Ints, who: Ints, count: Ints, first: Ints, last: Ints) -> Iterator[Said]:
        columns = self.columns
        clue_words, value_words = self.clue_words, self.value_words
        for w, a, v, pr, po, n, f, t, c, p, o in zip(
            who[best].tolist(),
            self.clue[best].tolist(),
            self.value[best].tolist(),
            columns.words("protocol", best),
            columns.numbers("port")[best].tolist(),
            count.tolist(),
            first.tolist(),
            last.tolist(),
            columns.words("capture", best),
            columns.numbers("packet")[best].tolist(),
            columns.numbers("offset")[best].tolist(),
            strict=True,
        ):
            yield Said(w, clue_words[a], value_words[v], pr, po, n, f, t, EvidenceRef(c, p, o))


def _first_of_each(group: Ints, first: Ints) -> Ints:
    """Positions of at most VALUES_MAX earliest members of each group; `group` is in rising order."""
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    sizes = np.diff(np.append(starts, len(group)))
    if not len(sizes) or int(sizes.max()) <= VALUES_MAX:
        return np.arange(len(group))
    order = np.lexsort((first, group))
    rank = np.arange(len(group)) - np.repeat(starts, sizes)
    return np.sort(order[rank < VALUES_MAX])
