"""Drills: an incident is replayed into a training copy. The real home is only read."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

# What people wrote that the training needs: who to call, how care goes on, where copies lie, zones by hand.
REGISTERS = ("contact", "system", "backup", "vendor", "server", "recipient")
SITE = "TRAINING"


@dataclass(frozen=True, slots=True)
class Prepared:
    path: Path
    findings: int


def prepare(home: Home, captures: Sequence[Path], into: Path, *, by: str) -> Prepared:
    """Makes the training copy and reads the incident into it. Everything in it says that it is a training.

    Raises:
        hinomi.texts.Problem: the folder is not empty, or is the real home.
    """
    from hinomi import pipeline
    from hinomi.home import Home as Open

    into = into.expanduser()
    if into.exists() and any(into.iterdir()):
        raise Problem("drill.not_empty", path=into)
    into.mkdir(parents=True, exist_ok=True)
    into.joinpath("settings.toml").write_text(f'site = "{SITE}"\n', "utf-8")
    if (home.path / "checklists").is_dir():
        shutil.copytree(home.path / "checklists", into / "checklists")
    training = Open(into)
    try:
        training.state.set_zones(home.state.zones(), by=by)
        for name in REGISTERS:
            for row in home.state.filed(name):
                training.state.file(name, row.body, by=row.by, id=row.id)
        report = pipeline.read(training, list(captures))
        if report.exit_code:
            raise Problem("drill.unread", files=", ".join(map(str, captures)))
        findings = training.state.findings().total
    finally:
        training.close()
    home.state.audit(by, "drill.prepare", str(into), {"captures": [path.name for path in captures]})
    return Prepared(into, findings)
