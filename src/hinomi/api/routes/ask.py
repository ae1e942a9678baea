"""A person's own questions to the records: read only, kept by name, each in the audit chain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fastapi import APIRouter

from hinomi.api import shapes_ask as shapes
from hinomi.api.deps import TheActor, TheHome
from hinomi.texts import Problem

if TYPE_CHECKING:
    import pyarrow as pa

    from hinomi.home import Home

router = APIRouter(prefix="/api/ask", tags=["ask"])

KIND = "question"


@router.get("/records")
def records(home: TheHome) -> shapes.AskRecords:
    """What can be asked: the records with their columns, and how many rows each has."""
    from hinomi.records import DOCS, SCHEMAS
    from hinomi.store.history.asking import ROWS_MAX, SECONDS_MAX
    from hinomi.store.history.names import RECORDS
    from hinomi.store.history.schemas import is_time, schema

    counts = home.history.counts()
    found = []
    for record in RECORDS:
        fields = SCHEMAS.get(record) or schema(record)
        docs = DOCS.get(record, {})
        columns = [
            shapes.AskColumn(name=f.name, kind=_kind(f.type), doc=docs.get(f.name, ""), time=is_time(f.type))
            for f in fields
        ]
        found.append(shapes.AskRecord(name=record, rows=counts.get(record, 0), columns=columns))
    return shapes.AskRecords(records=found, rows_max=ROWS_MAX, seconds_max=int(SECONDS_MAX))


@router.post("")
def ask(home: TheHome, actor: TheActor, question: shapes.Question) -> shapes.AskAnswer:
    """Asks the records. Readings are data of patients (as pseudonyms), so every question is in the audit chain."""
    home.state.audit(actor.name, "records.asked", "", {"sql": question.sql})
    started = time.perf_counter()
    told = home.history.ask(question.sql)
    heads = [
        shapes.AskHead(name=f.name, time=_is_time(f.name, f.type), number=_is_number(f.type)) for f in told.table.schema
    ]
    columns = [[None if v is None else _text(v) for v in c.to_pylist()] for c in told.table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return shapes.AskAnswer(columns=heads, rows=rows, more=told.more, seconds=time.perf_counter() - started)


@router.get("/kept")
def kept(home: TheHome) -> shapes.KeptQuestions:
    """Questions that people kept."""
    return _kept(home)


@router.post("/kept")
def keep(home: TheHome, actor: TheActor, question: shapes.KeepQuestion) -> shapes.KeptQuestions:
    """Keeps a question by name; one of the same name is replaced."""
    from hinomi.store.history.asking import one_select

    name = question.name.strip()
    if not name:
        raise Problem("ask.no_name")
    one_select(question.sql)
    same = next((entry.id for entry in home.state.filed(KIND) if entry.body.get("name") == name), "")
    home.state.file(KIND, {"name": name, "sql": question.sql}, by=actor.name, id=same)
    return _kept(home)


@router.delete("/kept/{id}")
def drop(home: TheHome, actor: TheActor, id: str) -> shapes.KeptQuestions:
    """Takes a kept question off the list; its past stays in the store."""
    entry = next((entry for entry in home.state.filed(KIND) if entry.id == id), None)
    if entry is not None:
        home.state.file(KIND, entry.body, by=actor.name, id=id, gone=True)
    return _kept(home)


def _kept(home: Home) -> shapes.KeptQuestions:
    return shapes.KeptQuestions(
        items=[
            shapes.KeptQuestion(
                id=entry.id, name=str(entry.body.get("name", "")), sql=str(entry.body.get("sql", "")), by=entry.by
            )
            for entry in home.state.filed(KIND)
        ]
    )


def _kind(of: pa.DataType) -> str:
    import pyarrow as pa

    if pa.types.is_timestamp(of):
        return "time"
    if pa.types.is_boolean(of):
        return "yes_no"
    if pa.types.is_integer(of) or pa.types.is_floating(of):
        return "number"
    return "samples" if pa.types.is_list(of) else "text"


def _is_number(of: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(of) or pa.types.is_floating(of) or pa.types.is_decimal(of))


# Columns of the records that hold nanoseconds; an alias of a person's own is shown as the number it is.
_TIMES = frozenset({"time", "device_time", "start", "end", "first", "last", "hour"})


def _is_time(name: str, of: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_timestamp(of) or (name in _TIMES and pa.types.is_int64(of)))


def _text(value: object) -> str:
    text = repr(value) if isinstance(value, float) else str(value)
    return text if len(text) <= 2_000 else f"{text[:2_000]}…"
