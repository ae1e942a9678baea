"""The repository tests itself: floors, generated files, data files, documents."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("tools/check_floors.py",),
        ("tools/check_tree.py",),
        ("tools/gen_records.py", "--check"),
        ("tools/gen_detection_docs.py", "--check"),
    ],
    ids=lambda command: command[0],
)
def test_tool_is_content(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_column_is_declared_once_and_explained() -> None:
    records = tomllib.loads((ROOT / "schema/records.toml").read_text("utf-8"))
    assert set(records) == {"common", "flow", "clue", "exchange", "reading", "note", "coverage"}
    common = {name.rstrip("?") for name, _, _ in records["common"]["columns"]}
    for record, body in records.items():
        names = [name.rstrip("?") for name, _, _ in body["columns"]]
        assert len(names) == len(set(names)), record
        assert record == "common" or not common & set(names), record
        assert all(doc.strip().endswith((".", ")", "…")) for _, _, doc in body["columns"]), record


def test_readme_shows_both_commands_and_a_screenshot_that_exists() -> None:
    for readme in ("README.md", "README.ja.md"):
        text = (ROOT / readme).read_text("utf-8")
        first_screen = "\n".join(text.splitlines()[:60])
        assert "make run" in first_screen and "make test" in first_screen, readme
        pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", first_screen)
        assert pictures, readme
        for picture in pictures:
            assert (ROOT / picture).is_file(), picture


@pytest.mark.parametrize("document", ["README.md", "README.ja.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_documents_name_only_files_that_exist(document: str) -> None:
    """A document that names `path/to/file` must be true of the tree."""
    text = (ROOT / document).read_text("utf-8")
    named = {
        name
        for name in re.findall(r"`([a-z_.]+(?:/[\w.-]+)+/?)`", text)
        if name.split("/")[0]
        in {"wire", "src", "knowledge", "console", "lab", "cases", "docs", "tools", "tests", "bench", "schema"}
    }
    assert named, document
    missing = sorted(name for name in named if not (ROOT / name).exists() and not name.startswith("lab/out"))
    assert not missing, missing


def test_decisions_are_numbered_without_a_gap_in_meaning() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert numbers and len(numbers) == len(set(numbers))
    for path in files:
        first = path.read_text("utf-8").splitlines()[0]
        assert re.match(rf"# {int(path.name[:4])}\. \S", first), path.name
