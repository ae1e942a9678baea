"""Flows of a tap, as they come → conversations: what each word adds to what was said before.

A flow speaks when it opens, each minute while it lives, and when it ends, each time with its totals.
A connection that ends is a conversation at once; one that stays open for weeks is one from its first
minute on, and each later word adds only what is new. So the sums over all parts are those that
`build` would make of the flows at once.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from hinomi.conversations.columns import NAMES_MAX
from hinomi.conversations.gather import HOUR_NS, schema

_COUNTED = ("orig_bytes", "resp_bytes", "orig_packets", "resp_packets")
_OUTCOMES = ("answered", "refused", "unanswered", "half_heard")

_LAST_WORDS = """
SELECT * FROM flows WHERE phase <> 'open'
QUALIFY row_number() OVER (PARTITION BY capture, flow_id ORDER BY last DESC, phase = 'end' DESC) = 1
"""
_PARTS = f"""
SELECT site,
       epoch_ns(start) // {HOUR_NS} * {HOUR_NS} AS hour,
       orig_mac AS client_mac, orig_ip AS client_ip, resp_mac AS server_mac, resp_ip AS server_ip,
       vlan, proto,
       CASE WHEN proto IN ('tcp', 'udp', 'sctp') THEN resp_port ELSE 0::USMALLINT END AS server_port,
       service,
       sum(fresh)::UBIGINT AS flows,
       {", ".join(f"coalesce(sum(fresh) FILTER (outcome = '{o}'), 0)::UBIGINT AS {o}" for o in _OUTCOMES)},
       sum(orig_bytes - was_orig_bytes)::UBIGINT AS bytes_up,
       sum(resp_bytes - was_resp_bytes)::UBIGINT AS bytes_down,
       sum(orig_packets + resp_packets - was_orig_packets - was_resp_packets)::UBIGINT AS packets,
       epoch_ns(min(start)) AS first,
       epoch_ns(max(last)) AS last,
       list_sort(coalesce(list(DISTINCT sni) FILTER (sni <> ''), []))[1:{NAMES_MAX}] AS names,
       coalesce(arg_min(capture, start) FILTER (outcome = 'answered'), arg_min(capture, start)) AS capture,
       coalesce(arg_min(packet, start) FILTER (outcome = 'answered'), arg_min(packet, start)) AS packet,
       coalesce(arg_min("offset", start) FILTER (outcome = 'answered'), arg_min("offset", start)) AS "offset"
FROM word
GROUP BY ALL
ORDER BY first, client_ip, server_ip, server_port
"""
_KNOWN = ("capture", "flow_id", *_COUNTED)


class Gatherer:
    """Adds up the flows of one session. Holds what the open connections said last, and nothing else."""

    def __init__(self, known: pa.Table | None = None) -> None:
        """`known`: what an earlier gatherer held when it ended."""
        self._database = duckdb.connect()
        self._database.sql("SET python_enable_replacements = false")
        kinds = ", ".join(f"{name} UBIGINT" for name in _KNOWN[1:])
        self._database.sql(f"CREATE TABLE known (capture VARCHAR, {kinds})")
        if known is not None:
            self._database.register("before", known)
            self._database.sql(f"INSERT INTO known SELECT {', '.join(_KNOWN)} FROM before")
            self._database.unregister("before")

    @property
    def open_flows(self) -> int:
        """Connections that live longer than a minute, held to be added to."""
        return int(self._database.sql("SELECT count(*) FROM known").fetchall()[0][0])

    def known(self, capture: str) -> pa.Table:
        """What is held of a capture, for a later gatherer."""
        return self._database.sql("SELECT * FROM known WHERE capture = ?", params=[capture]).to_arrow_table()

    def add(self, flows: pa.Table) -> pa.Table:
        """What these flow rows add: columns of `CONVERSATION_SCHEMA`."""
        if not flows.num_rows:
            return schema().empty_table()
        self._database.register("flows", flows)
        was = ", ".join(f"coalesce(k.{name}, 0) AS was_{name}" for name in _COUNTED)
        self._database.sql(
            f"""CREATE OR REPLACE TEMP TABLE word AS
            SELECT w.*, CASE WHEN k.flow_id IS NULL THEN 1 ELSE 0 END AS fresh, {was}
            FROM ({_LAST_WORDS}) w LEFT JOIN known k ON k.flow_id = w.flow_id AND k.capture = w.capture::VARCHAR"""
        )
        made = self._database.sql(_PARTS).to_arrow_table().cast(schema())
        self._database.sql("DELETE FROM known USING word w WHERE known.flow_id = w.flow_id")
        known = ", ".join(_KNOWN)
        self._database.sql(f"INSERT INTO known SELECT {known} FROM word WHERE phase <> 'end'")
        self._database.unregister("flows")
        return made

    def close(self) -> None:
        self._database.close()
