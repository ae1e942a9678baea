"""Clue rows → what each device said, grouped: (device, clue, value) with count, times and best packet.

Only clues that the knowledge reads are looked at row by row in Python; the grouping is vectorised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hinomi.inventory.endpoints import Ints, column, encode, numbers, times
from hinomi.model import EvidenceRef


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
        self.table = clues
        self.clue_words, (self.clue,) = encode(column(clues, "attribute", "", pa.string()))
        self.value_words, (self.value,) = encode(column(clues, "value", "", pa.string()))
        self.count = numbers(column(clues, "count", 1, pa.int64()))
        self.first, self.last = times(clues, "first"), times(clues, "last")

    def values_by_mac(self, clue: str) -> dict[str, set[str]]:
        """Distinct values of one clue by the host's hardware address; of a clue that few rows have."""
        if clue not in self.clue_words:
            return {}
        rows = np.flatnonzero(self.clue == self.clue_words.index(clue))
        macs = column(self.table, "host_mac", "", pa.string()).take(pa.array(rows)).to_pylist()
        out: dict[str, set[str]] = {}
        for mac, value in zip(macs, self.value[rows].tolist(), strict=True):
            out.setdefault(mac, set()).add(self.value_words[value])
        return out

    def group(self, who: Ints, wanted: Callable[[str], bool], by_port: bool = False) -> list[Said]:
        """Rows with `who` >= 0 and a wanted clue, one per (who, clue, value[, port])."""
        if not len(self.clue):
            return []
        keep = np.array([wanted(w) for w in self.clue_words], bool)[self.clue] & (who >= 0)
        rows = np.flatnonzero(keep)
        if not len(rows):
            return []
        key = (who[rows] * len(self.clue_words) + self.clue[rows]) * len(self.value_words) + self.value[rows]
        order = np.lexsort((self.first[rows], key))
        rows, key = rows[order], key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        best = rows[starts]
        count = np.add.reduceat(self.count[rows], starts).tolist()
        first = np.minimum.reduceat(self.first[rows], starts).tolist()
        last = np.maximum.reduceat(self.last[rows], starts).tolist()
        part = self.table.select(
            [n for n in ("protocol", "port", "capture", "packet", "offset") if n in self.table.column_names]
        ).take(pa.array(best))
        text = pa.string()
        protocol = column(part, "protocol", "", text).to_pylist()
        capture = column(part, "capture", "", text).to_pylist()
        port = numbers(column(part, "port", 0, pa.int64())).tolist()
        packet = numbers(column(part, "packet", 0, pa.int64())).tolist()
        offset = numbers(column(part, "offset", 0, pa.int64())).tolist()
        clue_words, value_words = self.clue_words, self.value_words
        return [
            Said(w, clue_words[a], value_words[v], pr, po, n, f, t, EvidenceRef(c, p, o))
            for w, a, v, pr, po, n, f, t, c, p, o in zip(
                who[best].tolist(),
                self.clue[best].tolist(),
                self.value[best].tolist(),
                protocol,
                port,
                count,
                first,
                last,
                capture,
                packet,
                offset,
                strict=True,
            )
        ]
