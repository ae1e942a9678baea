"""A table's columns as numbers, made once and shared by all stages that ask.

Words become numbers into a list of the distinct ones; to group, filter and compare then means to do
so with numbers, and a word is looked at once, however many rows bear it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.model import EvidenceRef

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Columns:
    """Look-ups over one table; nothing is worked out before it is asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._coded: dict[str, Coded] = {}
        self._numbers: dict[tuple[str, int], Ints] = {}
        self._kinds: dict[str, pa.DataType] = {field.name: field.type for field in table.schema}

    @classmethod
    def of(cls, table: pa.Table) -> Columns:
        """The columns of a table; the same ones for the same table, as long as anybody holds them."""
        found = _held.get(id(table))
        if found is None:
            found = _held[id(table)] = cls(table)
        return found

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def has(self, name: str) -> bool:
        return name in self._kinds

    def coded(self, name: str) -> Coded:
        """A column of words as numbers; a missing column is all ''."""
        found = self._coded.get(name)
        if found is None:
            here = encode(self.table.column(name)) if self.has(name) else Coded([""], np.zeros(len(self), np.int64))
            found = self._coded[name] = here
        return found

    def words(self, name: str, rows: Ints) -> list[Any]:
        """The words of some rows."""
        words, codes = self.coded(name)
        return [words[code] for code in codes[rows].tolist()]

    def numbers(self, name: str, default: int = 0) -> Ints:
        """A column of numbers or times (UTC nanoseconds); `default` for null and for a missing column."""
        found = self._numbers.get((name, default))
        if found is None:
            found = np.full(len(self), default, np.int64) if not self.has(name) else plain(self.table[name], default)
            self._numbers[name, default] = found
        return found

    def values(self, name: str, rows: Ints) -> list[Any]:
        """Words or numbers of some rows, as the column has them."""
        if not self.has(name):
            return [""] * len(rows)
        kind = self._kinds[name]
        if pa.types.is_string(kind) or pa.types.is_dictionary(kind):
            return self.words(name, rows)
        if self.table.column(name).null_count:
            found: list[Any] = self.table.column(name).take(pa.array(rows)).to_pylist()
            return found
        own: list[Any] = self.numbers(name)[rows].tolist()
        return own

    def where(self, name: str, test: Callable[[str], Any]) -> Bools:
        """Mask of the rows whose word passes `test`, asked once per distinct word; null passes never."""
        words, codes = self.coded(name)
        return np.array([word is not None and bool(test(word)) for word in words] or [False], bool)[codes]

    def where_in(self, name: str, values: Iterable[str]) -> Bools:
        """Mask of the rows whose word is one of `values`."""
        return self.where(name, frozenset(values).__contains__)

    def rows(self, mask: Bools | None = None) -> Rows:
        """All rows, or those of a mask."""
        return Rows(self, np.arange(len(self)) if mask is None else np.flatnonzero(mask))

    def proof(self, rows: Ints) -> Iterator[EvidenceRef]:
        """The packets behind some rows, each made when it is asked for."""
        words, codes = self.coded("capture")
        packet, offset = self.numbers("packet"), self.numbers("offset")
        for row in rows:
            yield EvidenceRef(words[codes[row]], int(packet[row]), int(offset[row]))

    def key(self, *names: str) -> Ints:
        """One number for the combination of several columns of words; small only while the words are few."""
        key = np.zeros(len(self), np.int64)
        width = 1
        for name in names:
            words, codes = self.coded(name)
            if width * max(len(words), 1) >= 1 << 62:
                key = np.unique(key, return_inverse=True)[1]
                width = len(self)
            key = key * max(len(words), 1) + codes
            width *= max(len(words), 1)
        return key


class Coded(NamedTuple):
    """A column of words: the distinct ones (None where there are nulls), and each row's number among them."""

    words: list[Any]
    codes: Ints


class Rows:
    """Some rows of a table, in an order. Choosing and sorting copies no column."""

    def __init__(self, columns: Columns, at: Ints) -> None:
        self.columns = columns
        self.at = at

    def __len__(self) -> int:
        return len(self.at)

    def where(self, name: str, test: Callable[[str], Any]) -> Rows:
        """Those whose word passes `test`, asked once per distinct word; null passes never."""
        words, codes = self.columns.coded(name)
        own = codes[self.at]
        asked = np.unique(own).tolist() if len(own) < len(words) else range(len(words))
        passed = np.zeros(len(words), bool)
        for code in asked:
            word = words[code]
            passed[code] = word is not None and bool(test(word))
        return Rows(self.columns, self.at[passed[own]])

    def where_in(self, name: str, *values: str) -> Rows:
        """Those whose word is one of `values`."""
        return self.where(name, frozenset(values).__contains__)

    def keep(self, mask: Bools) -> Rows:
        """Those of a mask as long as the table."""
        return Rows(self.columns, self.at[mask[self.at]])

    def sorted(self, name: str) -> Rows:
        """In rising order of a column of numbers or times; equal ones stay as they are."""
        return Rows(self.columns, self.at[np.argsort(self.columns.numbers(name)[self.at], kind="stable")])

    def head(self, count: int) -> Rows:
        return Rows(self.columns, self.at[:count])

    def numbers(self, name: str) -> Ints:
        return self.columns.numbers(name)[self.at]

    def codes(self, name: str) -> Ints:
        return self.columns.coded(name).codes[self.at]

    def distinct(self, name: str) -> list[Any]:
        """The distinct words."""
        words = self.columns.coded(name).words
        return [words[code] for code in np.flatnonzero(np.bincount(self.codes(name), minlength=1)).tolist()]

    def field(self, name: str, field: str) -> list[str]:
        """One field of a column of details (JSON objects of words), '' where it is not: the others are not decoded."""
        if not len(self.at):
            return []
        chosen = np.zeros(len(self.columns), bool)  # a mask goes chunk by chunk; `take` would copy the column first
        chosen[self.at] = True
        found = field_of(self.columns.table.column(name).filter(pa.array(chosen)), field)
        words: list[str] = found.to_pylist()
        places = np.cumsum(chosen) - 1
        return [words[place] for place in places[self.at].tolist()]

    def tuples(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The named columns, row by row."""
        return zip(*(self.columns.values(name, self.at) for name in names), strict=True)

    def dicts(self, *names: str) -> Iterator[dict[str, Any]]:
        """The same as dictionaries."""
        for row in self.tuples(*names):
            yield dict(zip(names, row, strict=True))

    def groups(self, *keys: Ints) -> Iterator[Rows]:
        """Rows that are equal in all `keys` (each as long as the table), in the order of their first one."""
        if not len(self.at):
            return
        chosen = [key[self.at] for key in keys]
        order = np.lexsort(chosen[::-1])
        starts = np.flatnonzero(runs(*(key[order] for key in chosen)))
        parts = np.split(order, starts[1:])
        for part in sorted(parts, key=lambda part: int(part[0])):
            yield Rows(self.columns, self.at[part])

    def proof(self) -> Iterator[EvidenceRef]:
        """The packets behind them, each made when it is asked for."""
        return self.columns.proof(self.at)


_held: WeakValueDictionary[int, Columns] = WeakValueDictionary()


def as_stream(table: pa.Table) -> bytes:
    """A table as the wire takes it (an Arrow IPC stream)."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    made: bytes = sink.getvalue().to_pybytes()
    return made


def unite(*columns: Coded) -> tuple[list[str], list[Ints]]:
    """The distinct words of several columns together, and each column as numbers into them; null is ''."""
    at: dict[str, int] = {}
    out = []
    for words, codes in columns:
        into = np.array([at.setdefault(word or "", len(at)) for word in words] or [0], np.int64)
        out.append(into[codes])
    return list(at), out


def encode(column: pa.ChunkedArray) -> Coded:
    """A column of text as numbers."""
    if not len(column):
        return Coded([], np.zeros(0, np.int64))
    array = _one(column if pa.types.is_dictionary(column.type) else column.dictionary_encode())
    words: list[Any] = array.dictionary.to_pylist()
    indices = array.indices
    if indices.null_count:
        indices = pc.fill_null(indices, pa.scalar(len(words), indices.type))
        words.append(None)
    return Coded(words, indices.to_numpy().astype(np.int64))


def field_of(column: pa.ChunkedArray, name: str) -> pa.Array:
    """One field of a column of details (JSON objects of words), '' where it is not."""
    text = _whole(column.cast(pa.string()))
    found = pc.extract_regex(text, rf'"{name}": ?"(?P<it>(?:[^"\\]|\\.)*)"').field("it")
    words = pc.fill_null(found, "").dictionary_encode()
    plain = pa.array([json.loads(f'"{word}"') for word in words.dictionary.to_pylist()], pa.string())
    return pc.take(plain, words.indices)


def plain(column: pa.ChunkedArray, default: int = 0) -> Ints:
    """A column of numbers or times for numpy."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        if kind.unit != "ns":
            column = column.cast(pa.timestamp("ns", kind.tz))
        column = column.cast(pa.int64())
    if column.null_count:
        column = pc.fill_null(column.cast(pa.int64(), safe=False), default)
    out: Ints = column.to_numpy().astype(np.int64, copy=False)
    return out


def _one(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.chunk(0) if column.num_chunks == 1 else _whole(column.unify_dictionaries())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def runs(*keys: Ints) -> Bools:
    """Mask of the rows at which a run of equal keys begins; the keys are in order."""
    new = np.zeros(len(keys[0]), bool)
    if len(new):
        new[0] = True
        for key in keys:
            new[1:] |= key[1:] != key[:-1]
    return new
