"""A home for tests, and rows for its history written as dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hinomi.home import Home
from hinomi.store.history.schemas import schema
from hinomi.store.history.staging import Staging


def batch(record: str, rows: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    """A batch of a record; columns that a row leaves out are null, 0 or ''."""
    rows = list(rows)
    arrays = []
    for field in schema(record):
        text = pa.types.is_dictionary(field.type) or pa.types.is_string(field.type)
        nothing = None if field.nullable and record != "conversation" else "" if text else 0
        values = [row.get(field.name, nothing) for row in rows]
        if pa.types.is_dictionary(field.type):
            arrays.append(pa.array(values, field.type.value_type).dictionary_encode().cast(field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema(record))


@pytest.fixture
def home(tmp_path: Path) -> Iterable[Home]:
    made = Home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture(name="batch")
def _batch() -> Callable[[str, Iterable[dict[str, Any]]], pa.RecordBatch]:
    """batch("flow", [{…}]) makes an Arrow batch of a record."""
    return batch


@pytest.fixture
def keep(home: Home) -> Callable[[str, Iterable[dict[str, Any]]], None]:
    """keep("reading", [{…}, …]) puts rows into the home's history."""
    number = iter(range(1000))

    def do(record: str, rows: Iterable[dict[str, Any]]) -> None:
        with home.writing():
            staging = Staging(home.staging_path, home.history_path, f"run{next(number)}", home.site)
            staging.begin()
            staging.write(record, batch(record, rows))
            staging.keep()
            staging.publish()
            with home.state.transaction() as tx:
                tx.put_history_files(staging.files)

    return do
