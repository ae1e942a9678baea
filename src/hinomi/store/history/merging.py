"""Rows of several captures put together: the grouping is by numbers, so that 100,000 rows take a blink."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hinomi import _wire
from hinomi.columns import Columns, Ints, as_stream, runs

NOTHING = 1 << 16  # where a VLAN or port is not given: after all that are
SIDES = ("site", "client_mac", "client_ip", "server_mac", "server_ip", "vlan", "proto", "server_port", "service")


# Rows put together in one go; of more, part after part is added to what is there, which bounds the memory.
ROWS_AT_ONCE = 2_000_000


def merged_clues(table: pa.Table) -> pa.Table:
    """One row per (site, host, vlan, attribute, value, protocol, port), in the order of the first sighting.

    The proof is one sighting as a whole, and of several at the same time always the same one: two captures
    may overlap. One without a packet (0) must not win while there is one with a packet.
    """
    made = _merged(table.slice(0, ROWS_AT_ONCE))
    for low in range(ROWS_AT_ONCE, table.num_rows, ROWS_AT_ONCE):
        more = table.slice(low, ROWS_AT_ONCE)
        more = more.append_column("seen", more.column("first")).select(made.column_names).cast(made.schema)
        made = _merged(pa.concat_tables([made, more]))
    return made.drop_columns(["seen"])


def _merged(table: pa.Table) -> pa.Table:
    """With the column `seen`: when the sighting was that is the proof."""
    return pa.Table.from_batches([pa.record_batch(_wire.merged_clues(as_stream(table)))])


def one_each(table: pa.Table) -> pa.Table | None:
    """Conversations in the order of `questions.conversations`; None where some must be put together first."""
    columns = Columns(table)
    key = _ordered_key(columns, SIDES)
    order = np.lexsort((columns.numbers("hour"), key))
    if not runs(key[order], columns.numbers("hour")[order]).all():
        return None
    return table.take(pa.array(np.lexsort((key, columns.numbers("first")))))


def _ordered_key(columns: Columns, names: tuple[str, ...]) -> Ints:
    """One number for the whole key of a row; in the order of the key's words and numbers."""
    key = np.zeros(len(columns), np.int64)
    width = 1
    for name in names:
        part = columns.numbers(name, NOTHING) if name in ("vlan", "port", "server_port") else _rank(columns, name)
        size = int(part.max()) + 1 if len(part) else 1
        if width * size >= 1 << 62:
            key = np.unique(key, return_inverse=True)[1]
            width = len(key)
        if width * size >= 1 << 62:
            part = np.unique(part, return_inverse=True)[1]
            size = len(part)
        key = key * size + part
        width *= size
    return key


def _rank(columns: Columns, name: str) -> Ints:
    words, codes = columns.coded(name)
    ordered = sorted(range(len(words)), key=lambda code: (words[code] is None, words[code] or ""))
    rank = np.zeros(max(len(words), 1), np.int64)
    rank[ordered] = np.arange(len(words))
    return rank[codes]
