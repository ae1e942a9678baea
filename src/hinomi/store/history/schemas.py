"""Arrow schemas of everything the history keeps, and which time decides a row's day."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from hinomi import records
from hinomi.conversations.gather import schema as conversation_schema
from hinomi.store.history.names import RECORDS

# The column that says on which day a row lies.
DAY_OF = {
    "flow": "start",
    "clue": "first",
    "exchange": "time",
    "reading": "time",
    "note": "time",
    "coverage": "hour",
    "conversation": "hour",
}


@cache
def schema(record: str) -> pa.Schema:
    """Schema of a record as its files hold it.

    Raises:
        ValueError: no such record.
    """
    if record == "conversation":
        return conversation_schema()
    if record not in RECORDS:
        raise ValueError(f"there is no record {record!r}; known: {', '.join(RECORDS)}")
    return records.SCHEMAS[record]


def is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind))
