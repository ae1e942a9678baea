"""Runs the command line as a person does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hinomi.home import Home

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def environment(home: Home) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HINOMI_", "LC_", "LANG"))}
    return {**kept, "HINOMI_HOME": str(home.path), "LANG": "C.UTF-8"}


@pytest.fixture
def hinomi(environment: dict[str, str], tmp_path: Path) -> Run:
    """hinomi("devices", "--json", lang="ja", stdin=b"") → the finished process, output as bytes."""

    def run(*arguments: object, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-c", "from hinomi.cli import main; main()", *map(str, arguments)]
        return subprocess.run(
            command, input=stdin, capture_output=True, timeout=120, env={**environment, **more}, cwd=tmp_path
        )

    return run
