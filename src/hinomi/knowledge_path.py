"""Where `knowledge/` stands: HINOMI_KNOWLEDGE, inside the installed package, or beside the source tree."""

from __future__ import annotations

import os
from pathlib import Path


def knowledge_folder() -> Path:
    """The folder of data that a person can edit."""
    given = os.environ.get("HINOMI_KNOWLEDGE")
    if given:
        return Path(given)
    package = Path(__file__).resolve().parent
    inside = package / "knowledge"
    return inside if inside.is_dir() else package.parents[1] / "knowledge"


def knowledge_file(*parts: str) -> Path:
    """A file or folder below it."""
    return knowledge_folder().joinpath(*parts)
