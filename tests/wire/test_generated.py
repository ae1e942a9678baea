"""What is generated from `schema/records.toml` is fresh."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("made_by", ["gen_records.py", "gen_protocol_docs.py"])
def test_generated_files_are_fresh(made_by: str) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "tools" / made_by), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_column_is_documented() -> None:
    from hinomi.records import DOCS, SCHEMAS

    assert set(DOCS) == set(SCHEMAS)
    page = (ROOT / "docs" / "records.md").read_text("utf-8")
    for record, schema in SCHEMAS.items():
        assert set(DOCS[record]) == set(schema.names)
        assert f"## {record}" in page
        assert all(text.strip() for text in DOCS[record].values())
