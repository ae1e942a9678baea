"""Small helpers over Arrow tables: masks without decoding, rows as tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy.typing as npt


def one(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array; dictionaries of chunks are made one."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as one array of numbers that stand for its distinct values."""
    array = one(column)
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()


def by_value(column: pa.ChunkedArray, test: Callable[[str], bool]) -> pa.Array:
    """Mask of the rows whose text passes `test`, asked once per distinct value; null passes never."""
    array = encoded(column)
    answers = pa.array([value is not None and test(value) for value in array.dictionary.to_pylist()], pa.bool_())
    return pc.fill_null(pc.take(answers, array.indices), False)


def numbers(column: pa.Array | pa.ChunkedArray) -> npt.NDArray[Any]:
    """A column without nulls for numpy, booleans too."""
    found: npt.NDArray[Any] = column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(False)
    return found


def is_in(column: pa.ChunkedArray, values: Iterable[str]) -> pa.Array:
    """Mask of the rows whose text is one of `values`."""
    wanted = frozenset(values)
    return by_value(column, wanted.__contains__)


def rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Rows of the named columns as tuples."""
    if table.num_rows == 0:
        return iter(())
    return zip(*(_list(table.column(name)) for name in columns), strict=True)


def first_of(table: pa.Table, *keys: str) -> pa.Table:
    """The row with the earliest `start` of each combination of `keys`."""
    table = table.sort_by("start").append_column("_row", pa.array(range(table.num_rows), pa.int64()))
    least = table.group_by(list(keys)).aggregate([("_row", "min")]).column("_row_min")
    return table.take(least).drop_columns(["_row"])


def dicts(table: pa.Table, *columns: str) -> Iterator[dict[str, Any]]:
    """Rows of the named columns as dictionaries."""
    for row in rows(table, *columns):
        yield dict(zip(columns, row, strict=True))


def _list(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if not pa.types.is_dictionary(column.type):
        values: list[Any] = column.to_pylist()
        return values
    array = one(column)  # pyarrow looks up each row's word by itself; here each word is made once
    words = [*array.dictionary.to_pylist(), None]
    codes = pc.fill_null(array.indices, len(words) - 1) if array.null_count else array.indices
    return [words[code] for code in codes.to_numpy(zero_copy_only=False).tolist()]
