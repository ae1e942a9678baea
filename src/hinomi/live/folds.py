"""What is kept in memory so that no second costs more than the one before.

    clues           every distinct clue once, with its count          grows with hosts, not with time
    conversations   the newest days by the hour, older ones by pair   grows with pairs, not with time
    recent rows     flows, exchanges and readings of some hours       a fixed number of rows
    habits          of older exchanges, the first of each kind a day  a fixed number of rows

Each has a named limit, and `counters` says what was left out because of it.
"""

from __future__ import annotations

from collections import Counter, deque

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.store.history import questions
from hinomi.store.history.merging import merged_clues
from hinomi.store.history.schemas import schema

HOUR_NS = 3_600_000_000_000
DAY_NS = 24 * HOUR_NS

RECENT_NS = 2 * HOUR_NS  # of rows as they came
RECENT_ROWS_MAX = 300_000  # of each record
HABITS_NS = 30 * DAY_NS
HABITS_ROWS_MAX = 100_000
BY_HOUR_NS = 7 * DAY_NS  # of conversations told by the hour
CONVERSATIONS_MAX = 400_000
CLUES_MAX = 2_000_000
COVERAGE_NS = 2 * DAY_NS
_TIME = {"flow": "last", "exchange": "time", "reading": "time", "note": "time", "coverage": "hour"}

_MERGED_COVERAGE = """
SELECT any_value(site) AS site, any_value(sensor) AS sensor, any_value(capture) AS capture, 0::UBIGINT AS packet,
       0::UBIGINT AS "offset", hour, vlan, subnet,
       CASE WHEN bool_or(heard = 'both') THEN 'both' ELSE max(heard) END AS heard,
       sum(packets)::UBIGINT AS packets, sum(bytes)::UBIGINT AS bytes, sum(flows_answered)::UBIGINT AS flows_answered,
       sum(flows_one_way)::UBIGINT AS flows_one_way, max(hosts)::UBIGINT AS hosts, sum(drops)::UBIGINT AS drops,
       sum(duplicates)::UBIGINT AS duplicates
FROM coverage GROUP BY hour, vlan, subnet ORDER BY hour, subnet
"""
# The first exchange of its kind on a day stands for all of them.
_HABITS = """
SELECT * FROM exchange
QUALIFY row_number() OVER (
    PARTITION BY epoch_ns(time) // 86400000000000, client_mac, client_ip, server_mac, server_ip, server_port, protocol,
                 operation, outcome, client_name, server_name
    ORDER BY time) = 1
ORDER BY time
"""


class Folds:
    """The kept state of the stages."""

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._database.sql("SET python_enable_replacements = false")
        self._clues: list[pa.Table] = []
        self._conversations: list[pa.Table] = []
        self._recent: dict[str, deque[pa.Table]] = {record: deque() for record in _TIME}
        self._habits: list[pa.Table] = []
        self.counters: Counter[str] = Counter()
        self.now = 0

    # --- in

    def add(self, record: str, rows: pa.Table) -> None:
        """New rows of the wire."""
        if not rows.num_rows:
            return
        if record == "clue":
            self._clues.append(merged_clues(rows))
        elif record in self._recent:
            self._recent[record].append(rows)
            self.now = max(self.now, _newest(rows, _TIME[record]))

    def add_conversations(self, rows: pa.Table) -> None:
        if rows.num_rows:
            self._conversations.append(rows)
            self.now = max(self.now, int(pc.max(rows.column("last")).as_py() or 0))

    # --- out

    def clues(self) -> pa.Table:
        """Every clue once, in the shape of `History.clues_merged`."""
        if len(self._clues) != 1:
            parts = self._clues or [merged_clues(schema("clue").empty_table())]
            self._clues = [merged_clues(pa.concat_tables(parts).unify_dictionaries())]
        merged = self._clues[0]
        if merged.num_rows > CLUES_MAX:  # the oldest are the surest; what came last is counted
            self.counters["clues"] += merged.num_rows - CLUES_MAX
            merged = merged.slice(0, CLUES_MAX)
            self._clues = [merged]
        return merged

    def conversations(self) -> pa.Table:
        """Newest days by the hour, older ones with their hours together."""
        wanted = schema("conversation")
        if len(self._conversations) > 1:
            whole = pa.concat_tables(self._conversations).cast(wanted)
            edge = self.now // HOUR_NS * HOUR_NS - BY_HOUR_NS
            by_hour = self._ask(questions.conversations(f"hour >= {edge}", True), conversation=whole)
            older = self._ask(questions.conversations(f"hour < {edge}", False), conversation=whole)
            whole = pa.concat_tables([older.cast(wanted), by_hour.cast(wanted)])
            if whole.num_rows > CONVERSATIONS_MAX:
                whole = self._ask(questions.conversations("", False), conversation=whole).cast(wanted)
                if whole.num_rows > CONVERSATIONS_MAX:
                    self.counters["conversations"] += whole.num_rows - CONVERSATIONS_MAX
                    whole = whole.sort_by([("last", "descending")]).slice(0, CONVERSATIONS_MAX)
            self._conversations = [whole]
        return self._conversations[0] if self._conversations else wanted.empty_table()

    def recent(self, record: str) -> pa.Table:
        """The newest rows of a record, exchanges with the habits before them."""
        self._trim(record)
        parts = list(self._recent[record])
        if record == "exchange":
            parts = [*self._habits, *parts]
        if not parts:
            return schema(record).empty_table()
        whole = pa.concat_tables(parts, promote_options="permissive")
        if record == "coverage":
            whole = self._ask(_MERGED_COVERAGE, coverage=whole).cast(schema(record))
            self._recent[record] = deque([whole])
        elif len(self._recent[record]) > 256:  # many small tables are slow to go through
            joined = pa.concat_tables(self._recent[record], promote_options="permissive")
            self._recent[record] = deque([joined.unify_dictionaries().combine_chunks()])
        return whole

    def edge(self) -> int:
        """Rows older than this are not among the recent ones."""
        return self.now - RECENT_NS

    def _trim(self, record: str) -> None:
        kept = self._recent[record]
        edge = self.now - (COVERAGE_NS if record == "coverage" else RECENT_NS)
        rows = sum(part.num_rows for part in kept)
        while kept and (_newest(kept[0], _TIME[record]) < edge or rows > RECENT_ROWS_MAX):
            gone = kept.popleft()
            rows -= gone.num_rows
            if _newest(gone, _TIME[record]) >= edge:
                self.counters[f"recent_{record}"] += gone.num_rows
            if record == "exchange":
                self._remember(gone)

    def _remember(self, exchanges: pa.Table) -> None:
        """Of exchanges that are forgotten, one of each kind and day stays."""
        whole = pa.concat_tables([*self._habits, exchanges], promote_options="permissive")
        kept = self._ask(_HABITS, exchange=whole).cast(schema("exchange"))
        kept = kept.filter(pc.greater(kept.column("time").cast(pa.int64()), self.now - HABITS_NS))
        if kept.num_rows > HABITS_ROWS_MAX:
            self.counters["habits"] += kept.num_rows - HABITS_ROWS_MAX
            kept = kept.slice(kept.num_rows - HABITS_ROWS_MAX)
        self._habits = [kept]

    def _ask(self, query: str, **tables: pa.Table) -> pa.Table:
        for name, table in tables.items():
            self._database.register(name, table)
        return self._database.sql(query).to_arrow_table()


def _newest(rows: pa.Table, column: str) -> int:
    return int(pc.max(rows.column(column).cast(pa.int64())).as_py() or 0)
