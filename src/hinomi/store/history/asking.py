"""A person's own question to the records: one SELECT, read only, within limits."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hinomi.texts import Problem

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_MAX = 1_000  # of one answer; more are left out, and that is said
SECONDS_MAX = 20.0  # of one question
QUESTION_CHARS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the rows, and whether there would be more."""

    table: pa.Table
    more: bool


def one_select(query: str) -> str:
    """The question without its final semicolon.

    Raises:
        hinomi.texts.Problem: it is no SQL, more than one statement, or not a SELECT.
    """
    import duckdb

    if len(query) > QUESTION_CHARS_MAX:
        raise Problem("ask.too_long", limit=QUESTION_CHARS_MAX)
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise Problem("ask.no_sql", reason=_reason(error)) from error
    if len(statements) != 1 or statements[0].type is not duckdb.StatementType.SELECT:
        raise Problem("ask.one_select")
    return query.strip().rstrip(";").rstrip()


def tell(cursor: Any, query: str, *, rows_max: int = ROWS_MAX, seconds_max: float = SECONDS_MAX) -> Told:
    """Asks, and gives up after `seconds_max`.

    Raises:
        hinomi.texts.Problem: wrong SQL, or it took too long.
    """
    import duckdb

    question = one_select(query)
    clock = threading.Timer(seconds_max, cursor.interrupt)
    clock.daemon = True
    clock.start()
    try:
        # A comment at the end of the question must not swallow what stands behind it.
        table = cursor.sql(question).limit(min(rows_max, ROWS_MAX) + 1).to_arrow_table()
    except duckdb.InterruptException as error:
        raise Problem("ask.too_slow", seconds=int(seconds_max)) from error
    except duckdb.Error as error:
        raise Problem("ask.no_sql", reason=_reason(error)) from error
    finally:
        clock.cancel()
    limit = min(rows_max, ROWS_MAX)
    return Told(table.slice(0, limit), table.num_rows > limit)


def _reason(error: Exception) -> str:
    """The first line of what the engine says, without its own advice."""
    return next(iter(str(error).splitlines()), "")[:300]
