"""Flows to conversations, grouped by numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hinomi.columns import Columns, Ints, runs
from hinomi.conversations.columns import CONVERSATION_SCHEMA, NAMES_MAX

HOUR_NS = 3_600_000_000_000
NO_VLAN = 1 << 16
_WITH_PORTS = ("tcp", "udp", "sctp")
_SIDES = {"client_mac": "orig_mac", "client_ip": "orig_ip", "server_mac": "resp_mac", "server_ip": "resp_ip"}


def schema() -> pa.Schema:
    """Arrow schema of the result."""
    kinds = {"list<string>": pa.list_(pa.string())}
    return pa.schema(
        [(name, kinds[kind] if kind in kinds else getattr(pa, kind)()) for name, kind in CONVERSATION_SCHEMA]
    )


def build(flows: pa.Table) -> pa.Table:
    """Who talked to whom with what, by the hour in which the flows began.

    The client's port falls away: a thousand requests of a client to one server are one row. A
    flow counts whole in the hour of its start.

    Args:
        flows: rows of the record `flow`, of any number of captures.

    Returns:
        Columns of `CONVERSATION_SCHEMA`, ordered by first packet.
    """
    if flows.num_rows == 0:
        return pa.Table.from_batches([], schema())
    columns = Columns(flows)
    rows = last_words(columns)
    start = columns.numbers("start")[rows]
    hour = start // HOUR_NS * HOUR_NS
    vlan = columns.numbers("vlan", NO_VLAN)[rows]
    port = np.where(columns.where_in("proto", _WITH_PORTS), columns.numbers("resp_port"), 0)[rows]
    answered = columns.where_in("outcome", ("answered",))[rows]
    words = columns.key("site", *_SIDES.values(), "proto", "service")[rows]
    order = np.lexsort((start, port, vlan, hour, words))
    starts = np.flatnonzero(runs(*(key[order] for key in (words, hour, vlan, port))))

    def total(values: Ints) -> pa.Array:
        return pa.array(np.add.reduceat(values[order], starts).astype(np.uint64))

    def numbers(name: str) -> Ints:
        return columns.numbers(name)[rows]

    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    heads, proof = order[starts], order[starts].copy()
    of_answered = order[answered[order]]
    groups, first_answered = np.unique(group[answered[order]], return_index=True)
    proof[groups] = of_answered[first_answered]
    head_rows = pa.array(rows[heads])
    made: dict[str, pa.Array] = {
        name: flows.column(column).take(head_rows).cast(pa.string())
        for name, column in {"site": "site", **_SIDES, "proto": "proto", "service": "service"}.items()
    }
    made |= {
        name: total((columns.where_in("outcome", (name,))[rows]).astype(np.int64))
        for name in ("answered", "refused", "unanswered", "half_heard")
    }
    made |= {
        "hour": pa.array(hour[heads]),
        "vlan": pa.array(np.where(vlan == NO_VLAN, 0, vlan)[heads].astype(np.uint16), mask=vlan[heads] == NO_VLAN),
        "server_port": pa.array(port[heads].astype(np.uint16)),
        "flows": total(np.ones(len(rows), np.int64)),
        "bytes_up": total(numbers("orig_bytes")),
        "bytes_down": total(numbers("resp_bytes")),
        "packets": total(numbers("orig_packets") + numbers("resp_packets")),
        "first": pa.array(start[heads]),
        "last": pa.array(np.maximum.reduceat(numbers("last")[order], starts)),
        "names": _names(columns, rows[order], group, len(starts)),
        "capture": flows.column("capture").take(pa.array(rows[proof])).cast(pa.string()),
        "packet": pa.array(numbers("packet")[proof].astype(np.uint64)),
        "offset": pa.array(numbers("offset")[proof].astype(np.uint64)),
    }
    by_first = np.lexsort((port[heads], words[heads], start[heads]))
    return pa.table({name: made[name] for name, _ in CONVERSATION_SCHEMA}, schema()).take(pa.array(by_first))


def last_words(columns: Columns) -> Ints:
    """Rows with the last word on each flow: its end, or the latest of one that goes on.

    A flow speaks several times (open, live, end) with totals since its start: only its last word counts.
    """
    ended = columns.where_in("phase", ("end",))
    if ended.all():
        return np.arange(len(columns))
    flow, capture = columns.numbers("flow_id"), columns.key("capture", "sensor")
    order = np.lexsort((columns.numbers("last"), ended, flow, capture))
    latest = np.zeros(len(columns), bool)
    latest[order[np.append(runs(flow[order], capture[order])[1:], True)]] = True
    return np.flatnonzero(ended | latest)


def _names(columns: Columns, rows: Ints, group: Ints, count: int) -> pa.Array:
    """Names that clients asked for, of each group: at most `NAMES_MAX`, in the order of the alphabet."""
    named = np.flatnonzero(columns.where("sni", bool)[rows])
    found: dict[int, set[str]] = {}
    for at, name in zip(group[named].tolist(), columns.words("sni", rows[named]), strict=True):
        found.setdefault(at, set()).add(name)
    names = [sorted(found[at])[:NAMES_MAX] if at in found else [] for at in range(count)]
    return pa.array(names, pa.list_(pa.string()))
