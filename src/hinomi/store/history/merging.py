"""Rows of several captures put together: the grouping is by numbers, so that 100,000 rows take a blink."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hinomi.columns import Columns, Ints, runs

WORDS = ("site", "host_mac", "host_ip", "attribute", "value", "protocol")
KEY = ("site", "host_mac", "host_ip", "vlan", "attribute", "value", "protocol", "port")
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
    columns = Columns(table)
    seen = columns.numbers("seen" if columns.has("seen") else "first")
    key = _ordered_key(columns, KEY)
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(runs(key[order]))
    first, last = columns.numbers("first")[order], columns.numbers("last")[order]
    count = columns.numbers("count")[order]
    if len(starts) == len(order):
        proof = order
    else:
        proof = _proof(columns, seen, order, starts)
        first, last = np.minimum.reduceat(first, starts), np.maximum.reduceat(last, starts)
        count = np.add.reduceat(count, starts)
    at = np.argsort(first, kind="stable")  # equal times stay in the order of the key
    proof, first, last, count = proof[at], first[at], last[at], count[at]
    vlan, port = columns.numbers("vlan", NOTHING)[proof], columns.numbers("port", NOTHING)[proof]
    made: dict[str, pa.Array] = {name: _words(columns, name, proof) for name in (*WORDS, "sensor", "capture")}
    made |= {
        "packet": pa.array(columns.numbers("packet")[proof].astype(np.uint64)),
        "offset": pa.array(columns.numbers("offset")[proof].astype(np.uint64)),
        "vlan": pa.array(vlan.astype(np.uint16), mask=vlan == NOTHING),
        "port": pa.array(port.astype(np.uint16), mask=port == NOTHING),
        "count": pa.array(count.astype(np.uint64)),
        "first": pa.array(first),
        "last": pa.array(last),
        "seen": pa.array(seen[proof]),
    }
    names = ("site", "sensor", "capture", "packet", "offset", *KEY[1:], "count", "first", "last", "seen")
    return pa.table({name: made[name] for name in names})


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


def _proof(columns: Columns, seen: Ints, order: Ints, starts: Ints) -> Ints:
    """The row of each group that proves it: the earliest sighting, those with a packet first."""
    group = np.zeros(len(order), np.int64)
    group[starts[1:]] = 1
    group = np.cumsum(group)
    packet = columns.numbers("packet")[order]
    by = np.lexsort(
        (
            _rank(columns, "sensor")[order],
            columns.numbers("offset")[order],
            packet,
            _rank(columns, "capture")[order],
            seen[order],
            packet == 0,
            group,
        )
    )
    return order[by[starts]]


def _words(columns: Columns, name: str, rows: Ints) -> pa.Array:
    """A column of words, numbered in the order in which they come."""
    words, codes = columns.coded(name)
    chosen = codes[rows]
    seen = np.full(len(words), len(rows), np.int64)
    np.minimum.at(seen, chosen, np.arange(len(rows)))
    order = np.argsort(seen, kind="stable")[: int((seen < len(rows)).sum())]
    number = np.zeros(max(len(words), 1), np.int32)
    number[order] = np.arange(len(order))
    nothing = np.array([word is None for word in words] or [False], bool)[chosen] if None in words else None
    return pa.DictionaryArray.from_arrays(
        pa.array(number[chosen], mask=nothing), pa.array([words[code] or "" for code in order.tolist()], pa.string())
    )
