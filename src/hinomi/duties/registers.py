"""Registers as data: `knowledge/duties/registers.toml` says what a hospital writes down, and how a row is checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from hinomi.knowledge_path import knowledge_file
from hinomi.texts import Problem

TYPES = ("text", "long", "date", "number", "choice", "device")
LETTERS_MAX = 4_000  # of one field


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    ja: str
    en: str
    type: str
    required: bool
    choices: tuple[Choice, ...]

    def shown(self, value: str, lang: str) -> str:
        """The value as a person reads it."""
        for choice in self.choices:
            if choice.id == value:
                return choice.ja if lang == "ja" else choice.en
        return value


@dataclass(frozen=True, slots=True)
class Register:
    id: str
    ja: str
    en: str
    help_ja: str
    help_en: str
    topic: str  # the checklist topic it speaks to, "" when none
    fields: tuple[Field, ...]

    def field(self, id: str) -> Field | None:
        return next((field for field in self.fields if field.id == id), None)


@cache
def registers() -> dict[str, Register]:
    """Every register by its id, in the order of the file."""
    data = tomllib.loads(knowledge_file("duties", "registers.toml").read_text("utf-8"))
    return {id: _register(id, row) for id, row in data.items()}


def _register(id: str, row: Mapping[str, Any]) -> Register:
    fields = []
    for field in row["fields"]:
        if field["type"] not in TYPES:
            raise ValueError(f"registers.toml: {id}.{field['id']} has the unknown type {field['type']}.")
        choices = tuple(Choice(*choice) for choice in field.get("choices", []))
        fields.append(
            Field(field["id"], field["ja"], field["en"], field["type"], field.get("required", False), choices)
        )
    return Register(id, row["ja"], row["en"], row["help_ja"], row["help_en"], row["topic"], tuple(fields))


def checked(register: Register, body: Mapping[str, Any]) -> dict[str, str]:
    """The row as it may be filed: known fields only, as text.

    Raises:
        hinomi.texts.Problem: a field is missing, unknown, too long, or not what its type asks for.
    """
    for name in body:
        if register.field(name) is None:
            known = ", ".join(field.id for field in register.fields)
            raise Problem("register.no_field", field=name, register=register.en, known=known)
    row = {}
    for field in register.fields:
        value = str(body.get(field.id) or "").strip()
        if not value:
            if field.required:
                raise Problem("register.missing", field_ja=field.ja, field_en=field.en)
            continue
        if len(value) > LETTERS_MAX or not _fits(field, value):
            raise Problem("register.bad_value", field_ja=field.ja, field_en=field.en, hint=_wanted(field))
        row[field.id] = value
    return row


def _fits(field: Field, value: str) -> bool:
    if field.type == "choice":
        return any(choice.id == value for choice in field.choices)
    try:
        if field.type == "number":
            float(value)
        if field.type == "date":
            date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _wanted(field: Field) -> str:
    return {
        "date": "YYYY-MM-DD",
        "number": "0, 1, 2 …",
        "choice": " | ".join(choice.id for choice in field.choices),
    }.get(field.type, f"≤ {LETTERS_MAX}")
