"""A record in the shapes that others open: MCAP, CSV, Parquet, FHIR R4, VitalDB, and two sheets for people."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from hinomi.recorder.reader import RecordReader

FORMATS = ("mcap", "csv", "parquet", "fhir", "vital", "summary", "handover")
_MODULES = {"mcap": "mcap_out", "csv": "tables", "parquet": "tables", "fhir": "fhir", "vital": "vital",
            "summary": "sheets", "handover": "sheets"}  # fmt: skip
SUFFIX = {"mcap": ".mcap", "csv": ".csv", "parquet": ".parquet", "fhir": ".json", "vital": ".vital",
          "summary": ".pdf", "handover": ".pdf"}  # fmt: skip


def write(folder: Path, format: str, out: Path, state: Any, *, lang: str = "ja") -> Path:
    """Writes one export, whole or not at all; a directory as `out` gets the record's name.

    Raises:
        hinomi.texts.Problem: the record or the paper cannot be made.
    """
    reader = RecordReader(folder)
    if out.is_dir():
        out = out / f"{reader.meta.id}{SUFFIX[format]}"
    part = out.with_name(f".{out.name}.part")
    work = importlib.import_module(f"hinomi.recorder.exports.{_MODULES[format]}").write
    try:
        work(reader, part, format=format, state=state, lang=lang)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return out
