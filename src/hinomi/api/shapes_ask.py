"""What the API says of a person's own questions to the records."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from hinomi.api.shapes import Shape


class AskColumn(Shape):
    name: str
    kind: str
    doc: str
    time: bool


class AskRecord(Shape):
    name: str
    rows: int
    columns: list[AskColumn]


class AskRecords(Shape):
    records: list[AskRecord]
    rows_max: int
    seconds_max: int


class Question(Shape):
    sql: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]


class AskHead(Shape):
    name: str
    time: bool
    number: bool


class AskAnswer(Shape):
    """Rows as text, as a table shows them; numbers and nanoseconds keep all their digits."""

    columns: list[AskHead]
    rows: list[list[str | None]]
    more: bool
    seconds: float


class KeptQuestion(Shape):
    id: str
    name: str
    sql: str
    by: str


class KeptQuestions(Shape):
    items: list[KeptQuestion]


class KeepQuestion(Shape):
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    sql: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
