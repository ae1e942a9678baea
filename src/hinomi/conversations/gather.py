"""Flows to conversations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hinomi.columns import Columns, Ints, as_stream, runs
from hinomi.conversations.columns import CONVERSATION_SCHEMA

HOUR_NS = 3_600_000_000_000


def schema() -> pa.Schema:
    """Arrow schema of the result."""
    kinds = {"list<string>": pa.list_(pa.string())}
    return pa.schema(
        [(name, kinds[kind] if kind in kinds else getattr(pa, kind)()) for name, kind in CONVERSATION_SCHEMA]
    )


def build(flows: pa.Table) -> pa.Table:
    """Who talked to whom with what, by the hour in which the flows began (`wire/crates/bindings/src/fold/`).

    The client's port falls away: a thousand requests of a client to one server are one row. A
    flow counts whole in the hour of its start.

    Args:
        flows: rows of the record `flow`, of any number of captures.

    Returns:
        Columns of `CONVERSATION_SCHEMA`, one row for each, ordered by first packet, then by its sides.
    """
    from hinomi import _wire

    if flows.num_rows == 0:
        return pa.Table.from_batches([], schema())
    made = pa.record_batch(_wire.conversations(as_stream(flows)))
    return pa.Table.from_batches([made]).cast(schema())


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
