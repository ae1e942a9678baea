"""DuckDB over tables of the history: one in-memory database, a cursor with its views per thread."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from hinomi.store.history import asking
from hinomi.store.history.names import RECORDS
from hinomi.store.history.schemas import is_time, schema

MEMORY = "4GiB"  # of one engine: a question that wants more fails, and nothing else does


class Sources:
    """What the views stand on: per record, mapped Arrow rows and Parquet files."""

    def __init__(self, version: int, arrow: Mapping[str, pa.Table], parquet: Mapping[str, list[str]]) -> None:
        self.version = version
        self.arrow = arrow
        self.parquet = parquet


class Engine:
    """Runs SQL over `Sources`."""

    def __init__(self, history: Path) -> None:
        import duckdb  # 50 ms; reading a capture into an empty home asks no SQL

        self._database = duckdb.connect()
        # The SQL is ours, the values are parameters; still nothing outside the history is reachable.
        # Arrow tables are registered by name, never found by the name of a Python variable.
        directory = str(history).replace("'", "''")
        for setting in (
            f"allowed_directories = ['{directory}/']",
            f"memory_limit = '{MEMORY}'",
            "enable_external_access = false",
            "python_enable_replacements = false",
            "lock_configuration = true",
        ):
            self._database.sql(f"SET {setting}")
        self._local = threading.local()
        # DuckDB refuses a second call on one connection while another is at work, instead of waiting.
        self._opening = threading.Lock()

    def run(self, sources: Sources, query: str, params: Sequence[Any] | Mapping[str, Any]) -> pa.Table:
        return (
            self._cursor(sources)
            .sql(query, params=dict(params) if isinstance(params, Mapping) else list(params))
            .to_arrow_table()
        )

    def tell(self, sources: Sources, query: str, rows_max: int) -> asking.Told:
        """A person's own question (`asking`)."""
        return asking.tell(self._cursor(sources), query, rows_max=rows_max)

    def _cursor(self, sources: Sources) -> Any:
        local = self._local
        if getattr(local, "version", None) != sources.version:
            cursor = getattr(local, "cursor", None)
            if cursor is None:
                with self._opening:
                    cursor = local.cursor = self._database.cursor()
            for record in RECORDS:
                cursor.register(f"arrow_{record}", sources.arrow[record])
                cursor.sql(_view(record, sources.parquet.get(record, [])))
            local.version = sources.version
        return local.cursor

    def close(self) -> None:
        with self._opening:
            self._database.close()


def _view(record: str, parquet: Sequence[str]) -> str:
    """Times become BIGINT nanoseconds: the same on Arrow, on Parquet and in every client."""
    columns = ", ".join(
        f'epoch_ns("{f.name}") AS "{f.name}"' if is_time(f.type) else f'"{f.name}"' for f in schema(record)
    )
    rows = f"SELECT {columns} FROM arrow_{record}"
    if parquet:
        files = ", ".join("'" + path.replace("'", "''") + "'" for path in parquet)
        # hive_partitioning would turn the folders' names into columns of their own.
        rows += f" UNION ALL SELECT {columns} FROM read_parquet([{files}], hive_partitioning = false)"
    return f"CREATE OR REPLACE TEMP VIEW {record} AS {rows}"
