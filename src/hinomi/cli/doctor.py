"""`doctor`: is everything there that Hinomi needs? Each answer is ok, warn or fail, in plain words."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo

from hinomi.cli.out import lang, put_json, say, size, t
from hinomi.home import Home
from hinomi.texts import Problem

DISK_FAIL_BYTES = 500_000_000
DISK_WARN_BYTES = 5_000_000_000
LIBRARIES = ("pyarrow", "duckdb", "sqlalchemy", "alembic", "fastapi", "openpyxl")


@dataclass(frozen=True, slots=True)
class Check:
    """One answer. `level`: ok, warn, fail."""

    level: str
    name: str
    text: str


def doctor(*, json: bool) -> int:
    """0 when nothing failed, 1 otherwise; a warning is no failure."""
    checks = list(run())
    if json:
        put_json(checks)
    else:
        for check in checks:
            say(f"{_mark(check.level)}  {t(f'doctor.{check.name}')}: {check.text}")
    return 1 if any(check.level == "fail" for check in checks) else 0


def _mark(level: str) -> str:
    word = t(f"doctor.{level}")
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return word
    return f"\x1b[{ {'ok': 32, 'warn': 33, 'fail': 31}[level] }m{word}\x1b[0m"


def run() -> Iterator[Check]:
    """Every check, each guarded: one that breaks is a failure of its own, not of the doctor."""
    yield from _guarded("versions", _versions)
    yield from _guarded("wire", _wire)
    try:
        home = Home()
    except Problem as problem:
        yield Check("fail", "home", f"{problem.sentence(lang())} {problem.hint(lang())}")
        return
    for name, check in (
        ("home", _home), ("disk", _disk), ("database", _database), ("history", _history),
        ("evidence", _evidence), ("listening", _listening), ("limits", _limits), ("audit", _audit),
    ):  # fmt: skip
        yield from _guarded(name, partial(check, home))
    home.close()


def _guarded(name: str, check: Callable[[], tuple[str, str]]) -> Iterator[Check]:
    try:
        level, text = check()
    except Problem as problem:
        level, text = "fail", f"{problem.sentence(lang())} {problem.hint(lang())}"
    except Exception as error:
        level, text = "fail", f"{type(error).__name__}: {error}"
    yield Check(level, name, text)


def _versions() -> tuple[str, str]:
    found, missing = [], []
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            missing.append(library)
    python = ".".join(map(str, sys.version_info[:3]))
    if missing:
        return "fail", t("doctor.missing", names=", ".join(missing))
    from hinomi import __version__

    return "ok", f"hinomi {__version__}, Python {python}, {', '.join(found)}"


def _wire() -> tuple[str, str]:
    try:
        from hinomi import _wire as wire
    except ImportError as error:
        return "fail", t("doctor.no_wire", reason=error)
    return "ok", t("doctor.dissectors", number=len(wire.dissectors()))


def _home(home: Home) -> tuple[str, str]:
    _ = home.key
    ZoneInfo(home.settings.time_zone)
    if not os.access(home.path, os.W_OK):
        raise Problem("home.not_writable", path=home.path, reason="")
    return "ok", t("doctor.home_is", path=home.path, site=home.site)


def _disk(home: Home) -> tuple[str, str]:
    free = shutil.disk_usage(home.path).free
    level = "fail" if free < DISK_FAIL_BYTES else "warn" if free < DISK_WARN_BYTES else "ok"
    return level, t("doctor.free", size=size(free))


def _database(home: Home) -> tuple[str, str]:
    return "ok", t("doctor.database_is", kind=home.state.database, devices=home.state.devices(limit=0).total)


def _history(home: Home) -> tuple[str, str]:
    files = home.state.history_files()
    gone = [file.path for file in files if not (home.history_path / file.path).is_file()]
    if gone:
        return "fail", t("doctor.history_gone", number=len(gone), path=gone[0])
    rows = sum(file.rows for file in files)
    return "ok", t("doctor.history_is", files=len(files), rows=f"{rows:,}")


def _evidence(home: Home) -> tuple[str, str]:
    captures = home.state.captures()
    gone = [c for c in captures if not home.history.evidence(c.id).present]
    if gone:
        return "warn", t("doctor.evidence_gone", number=len(gone), all=len(captures))
    return "ok", t("doctor.evidence_there", all=len(captures))


def _listening(home: Home) -> tuple[str, str]:
    """Is somebody listening, does the kernel lose packets, and does really nothing leave?"""
    from hinomi.live.now import listening

    now = listening(home.path)
    if now is None:
        return "ok", t("doctor.nobody_listens")
    names = ", ".join(now.interfaces)
    if now.sent:
        return "fail", t("doctor.tap_sends", names=names, number=f"{now.sent:,}")
    if now.silent:
        return "fail", t("doctor.tap_silent", names=names)
    began = datetime.fromtimestamp(now.began // 10**9, ZoneInfo(home.settings.time_zone))
    told = {
        "names": names,
        "since": began.strftime("%Y-%m-%d %H:%M"),
        "packets": f"{now.packets:,}",
        "drops": f"{now.drops:,}",
    }
    if now.quiet:
        return "warn", t("doctor.tap_quiet", **told)
    words = [t("doctor.tap_heard", **told)]
    if now.drops:
        each = {name: f"{getattr(now, name):,}" for name in ("ring", "card", "unreadable")}
        words.append(t("doctor.tap_lost", **each))
    if now.not_kept:
        words.append(t("doctor.tap_not_kept", size=size(now.not_kept)))
    if now.left_out:
        words.append(t("doctor.tap_left_out", names=", ".join(f"{k} {v:,}" for k, v in sorted(now.left_out.items()))))
    return "warn" if len(words) > 1 else "ok", t("doctor.tap_joint").join(words)


def _limits(home: Home) -> tuple[str, str]:
    """Limits of the wire that some capture went over: what lies beyond them was not read."""
    hits = home.history.sql(
        "SELECT name, sum(count)::BIGINT AS times FROM note WHERE kind = 'over_limit' GROUP BY name ORDER BY 2 DESC"
    ).to_pylist()
    if hits:
        names = ", ".join(f"{hit['name']} ×{hit['times']}" for hit in hits[:5])
        return "warn", t("doctor.limits_hit", names=names)
    return "ok", t("doctor.limits_kept")


def _audit(home: Home) -> tuple[str, str]:
    verdict = home.state.verify_audit()
    if verdict.broken_at is not None:
        return "fail", t("cli.audit_broken", seq=verdict.broken_at)
    return "ok", t("cli.audit_holds", entries=verdict.entries, head=verdict.head[:16] or "–")
