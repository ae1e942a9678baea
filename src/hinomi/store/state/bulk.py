"""Many rows into a table at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Inserts rows that all name the same columns, with plain values.

    The statement is compiled once and the rows go to the driver as they are: SQLAlchemy's own
    `execute` looks at every value of every row, which takes longer than SQLite's work.
    """
    if not rows:
        return
    statement = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = getattr(statement, "positiontup", None)  # drivers that know only places, as SQLite's
    connection.exec_driver_sql(str(statement), [tuple(row[name] for name in order) for row in rows] if order else rows)
