"""Community rules (Sigma) of a home: the files in `HINOMI_HOME/sigma/`, and what a person approved for them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.model import Severity
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.watch.sigma import Rule

FILES_MAX = 2000
APPROVED = "approved.toml"


@dataclass(frozen=True, slots=True)
class Approval:
    """A person tried a rule in this house and says what it weighs."""

    rule: str
    severity: str
    by: str
    reason: str


def folder(home: Home) -> Path:
    return home.path / "sigma"


def rules(home: Home) -> list[Rule]:
    """Every rule of the folder, those that cannot be used with their reason. Without files nothing is loaded."""
    place = folder(home)
    if not place.is_dir():
        return []
    files = sorted(path for path in place.rglob("*") if path.suffix in (".yml", ".yaml") and path.is_file())
    found: list[Rule] = []
    known: set[str] = set()
    for path in files[:FILES_MAX]:
        stat = path.stat()
        for rule in _read(str(path), path.relative_to(place).as_posix(), stat.st_mtime_ns, stat.st_size):
            again = rule.id in known and not rule.problem
            known.add(rule.id)
            found.append(replace(rule, where="", problem="twice", about=rule.id) if again else rule)
    if len(files) > FILES_MAX:
        from hinomi.watch.sigma import Rule as One

        found.append(One("—", "—", "—", problem="many", about=str(FILES_MAX)))
    return found


@lru_cache(maxsize=FILES_MAX)
def _read(path: str, name: str, changed: int, size: int) -> tuple[Rule, ...]:
    from hinomi.watch.sigma import BYTES_MAX, Rule, read

    if size > BYTES_MAX:
        return (Rule(name, name, name, problem="too_long", about=str(BYTES_MAX)),)
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return (Rule(name, name, name, problem="broken", about=str(error)[:160]),)
    return tuple(read(text, name))


def met(home: Home) -> dict[str, list[str]]:
    """Rule → findings in which it was met."""
    found: dict[str, list[str]] = {}
    for one in home.state.findings(detection="community_rule").items:
        found.setdefault(str(one.facts.get("rule_id", "")), []).append(one.id)
    return found


def told(rule: Rule, weights: dict[str, str], found: dict[str, list[str]]) -> dict[str, object]:
    """A rule as the command line and the API show it."""
    return {
        "id": rule.id, "title": rule.title, "file": rule.file, "level": rule.level, "author": rule.author,
        "source": rule.source, "used": bool(rule.where), "problem": rule.problem, "about": rule.about,
        "record": rule.record, "where": rule.where, "severity": weights.get(rule.id, "low") if rule.where else "",
        "approved": rule.id in weights, "findings": found.get(rule.id, []),
    }  # fmt: skip


def approved(home: Home) -> list[Approval]:
    path = folder(home) / APPROVED
    if not path.is_file():
        return []
    try:
        rows = tomllib.loads(path.read_text("utf-8")).get("rule", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem("sigma.approved_unreadable", path=path, reason=error) from error
    weights = {one.value for one in Severity}
    return [
        Approval(str(row["id"]), str(row["severity"]), str(row.get("by", "")), str(row.get("reason", "")))
        for row in rows
        if row.get("id") and row.get("severity") in weights
    ]


def approve(home: Home, rule: str, severity: str, *, by: str, reason: str) -> Approval:
    """What a rule weighs from now on in this house; said before with other words, it is said anew.

    Raises:
        hinomi.texts.Problem: no such rule in use, no such severity, no name or no reason.
    """
    if not by.strip() or not reason.strip():
        raise Problem("decision.no_reason")
    if rule not in {one.id for one in rules(home) if one.where}:
        raise Problem("sigma.unknown", id=rule)
    if severity not in {one.value for one in Severity}:
        raise Problem("sigma.severity", severity=severity, known=", ".join(one.value for one in Severity))
    made = Approval(rule, severity, by.strip(), " ".join(reason.split()))
    kept = [one for one in approved(home) if one.rule != rule]
    text = "".join(
        f"[[rule]]\nid = {_toml(one.rule)}\nseverity = {_toml(one.severity)}\nby = {_toml(one.by)}\n"
        f"reason = {_toml(one.reason)}\n\n"
        for one in (*kept, made)
    )
    path = folder(home) / APPROVED
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)
    home.state.audit(made.by, "sigma.approve", rule, {"severity": severity, "reason": made.reason})
    return made


def _toml(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
