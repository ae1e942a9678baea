"""Flows to conversations, as one SQL question."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from hinomi.conversations.columns import CONVERSATION_SCHEMA, NAMES_MAX

HOUR_NS = 3_600_000_000_000

# A flow speaks several times (open, live, end) with totals since its start: only its last word
# counts. Most flows of a file have just one row, their end, so only the others are looked up.
_LAST_WORD = """
WITH word AS (
    SELECT *, phase = 'end' AS over FROM flows
),
ended AS (SELECT DISTINCT capture, flow_id FROM word WHERE over),
alive AS (
    SELECT * FROM word ANTI JOIN ended USING (capture, flow_id)
    WHERE NOT over
    QUALIFY row_number() OVER (PARTITION BY capture, flow_id ORDER BY last DESC) = 1
),
flow AS (SELECT * FROM word WHERE over UNION ALL SELECT * FROM alive)
"""
_SETTLED = "SELECT * FROM flows"

_BUILD = f"""
SELECT site,
       epoch_ns(start) // {HOUR_NS} * {HOUR_NS} AS hour,
       orig_mac AS client_mac, orig_ip AS client_ip, resp_mac AS server_mac, resp_ip AS server_ip,
       vlan, proto,
       CASE WHEN proto IN ('tcp', 'udp', 'sctp') THEN resp_port ELSE 0::USMALLINT END AS server_port,
       service,
       count(*)::UBIGINT AS flows,
       count(*) FILTER (outcome = 'answered')::UBIGINT AS answered,
       count(*) FILTER (outcome = 'refused')::UBIGINT AS refused,
       count(*) FILTER (outcome = 'unanswered')::UBIGINT AS unanswered,
       count(*) FILTER (outcome = 'half_heard')::UBIGINT AS half_heard,
       sum(orig_bytes)::UBIGINT AS bytes_up,
       sum(resp_bytes)::UBIGINT AS bytes_down,
       sum(orig_packets + resp_packets)::UBIGINT AS packets,
       epoch_ns(min(start)) AS first,
       epoch_ns(max(last)) AS last,
       list_sort(coalesce(list(DISTINCT sni) FILTER (sni <> ''), []))[1:{NAMES_MAX}] AS names,
       coalesce(arg_min(capture, start) FILTER (outcome = 'answered'), arg_min(capture, start)) AS capture,
       coalesce(arg_min(packet, start) FILTER (outcome = 'answered'), arg_min(packet, start)) AS packet,
       coalesce(arg_min("offset", start) FILTER (outcome = 'answered'), arg_min("offset", start)) AS "offset"
FROM flow
GROUP BY ALL
ORDER BY first, client_ip, server_ip, server_port
"""


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
    with duckdb.connect() as connection:
        connection.sql("SET python_enable_replacements = false")
        connection.register("flows", flows)
        unsettled = connection.sql("SELECT 1 FROM flows WHERE phase <> 'end' LIMIT 1").fetchall()
        start = _LAST_WORD if unsettled else f"WITH flow AS ({_SETTLED})"
        return connection.sql(start + _BUILD).to_arrow_table().cast(schema())
