"""Hinomi's own backup: one file with all that Hinomi knows, and a new home made of it.

    manifest.json    what is in it, with SHA-256 and size; when and of which site; written last
    state.db         the state as of one moment
    history/…        the files of rows that this state names
    settings.toml, keys/, knowledge/, documents/, advisories/ …

Not in it, because of their size: raw packets (`evidence/`) and recordings of the theatre (`theatre/`).
The file holds keys and patient-related rows, so it is to be kept like the machine itself.
Restoring checks all of it first, builds the new home beside the old one, and moves it into place with
one rename: a home is never half-written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from hinomi import __version__
from hinomi.home import Home
from hinomi.store.state import State
from hinomi.store.state.engine import HEAD
from hinomi.texts import Problem

FORM: Final = "hinomi-backup-1"
MANIFEST: Final = "manifest.json"
MANIFEST_BYTES_MAX = 100_000_000
STATE: Final = "state.db"
# What a new home makes by itself, or what is too large for one file.
LEFT_OUT = frozenset({"staging", "evidence", "theatre", "history", "lock", "listening.json"})
_STATE_FILES = frozenset({STATE, f"{STATE}-wal", f"{STATE}-shm", f"{STATE}-journal"})
ATTEMPTS = 3  # when the history is compacted meanwhile
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    site: str
    made_at: str
    version: str
    files: int
    bytes: int
    audit_entries: int
    audit_head: str
    audit_broken_at: int | None


def make(home: Home, out: Path, *, by: str) -> Backup:
    """Writes a backup to `out`, whole or not at all. Others may read captures and listen meanwhile.

    Raises:
        Problem: `out` exists or cannot be written, or the state is kept by a database server.
    """
    if home.settings.database_url and not home.settings.database_url.startswith("sqlite"):
        raise Problem("backup.server")
    home.state.audit(by, "home.backup", out.name, {})  # before the snapshot, so that it is in it
    for attempt in range(ATTEMPTS):
        try:
            return _written(home, out)
        except FileNotFoundError as error:
            if attempt == ATTEMPTS - 1 or not out.parent.is_dir():
                raise Problem("backup.not_written", path=out, reason=error.strerror or "") from error
        except OSError as error:
            raise Problem("backup.not_written", path=out, reason=error.strerror or "") from error
    raise AssertionError


def _written(home: Home, out: Path) -> Backup:
    if out.exists():
        raise Problem("backup.exists", path=out)
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".hinomi-backup-") as place:
            snapshot = Path(place) / STATE
            _snapshot(home, snapshot)
            state = State(f"sqlite:///{snapshot}", site=home.site)
            try:
                named, verdict = [file.path for file in state.history_files()], state.verify_audit()
            finally:
                state.close()
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w+b") as file:
                files: dict[str, dict[str, Any]] = {}
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
                    files[STATE] = _add(into, STATE, snapshot)
                    for path in named:
                        files[f"history/{path}"] = _add(into, f"history/{path}", home.history_path / path)
                    for name, other in _rest(home.path):
                        with contextlib.suppress(FileNotFoundError):  # a drop folder: it may go meanwhile
                            files[name] = _add(into, name, other)
                    made_at = datetime.now(UTC).isoformat(timespec="seconds")
                    manifest = {
                        "form": FORM, "version": __version__, "schema": HEAD, "site": home.site, "made_at": made_at,
                        "audit_entries": verdict.entries, "audit_head": verdict.head,
                        "audit_broken_at": verdict.broken_at, "files": files,
                    }  # fmt: skip
                    into.writestr(MANIFEST, json.dumps(manifest, indent=1))
                file.flush()
                os.fsync(file.fileno())
        os.link(part, out)  # fails where somebody made it meanwhile
    finally:
        part.unlink(missing_ok=True)
    _sync(out.parent)
    return _told(manifest)


def _snapshot(home: Home, to: Path) -> None:
    """The state as of one moment, whoever writes meanwhile."""
    place = home.database_url.removeprefix("sqlite:///").split("?")[0]
    with (
        contextlib.closing(sqlite3.connect(place, timeout=60)) as source,
        contextlib.closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        # Whoever restores it signs in again; digests of sessions have no business in a file that travels.
        with target:
            target.execute("DELETE FROM session")


def _rest(home: Path) -> Iterator[tuple[str, Path]]:
    """Everything else that stands in the home, by its name in the file."""
    for entry in sorted(home.iterdir()):
        if entry.name in LEFT_OUT or entry.name in _STATE_FILES or entry.name.startswith("."):
            continue
        for path in [entry] if entry.is_file() else sorted(entry.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home).as_posix(), path


def _add(into: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    """One file. A segment that grows is taken as long as it is now: what follows comes after the snapshot."""
    digest, left = hashlib.sha256(), path.stat().st_size
    size = left
    entry = zipfile.ZipInfo(name, time.gmtime()[:6])
    entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with path.open("rb") as source, into.open(entry, "w", force_zip64=True) as target:
        while left and (piece := source.read(min(_PIECE, left))):
            digest.update(piece)
            target.write(piece)
            left -= len(piece)
    return {"bytes": size - left, "sha256": digest.hexdigest()}


# --- looking at one, and restoring


def check(file: Path) -> Backup:
    """Reads the whole backup and compares every file with the manifest.

    Raises:
        Problem: it is no backup, cut off, changed, or made by a newer Hinomi.
    """
    with _opened(file) as (source, manifest):
        for name, told in manifest["files"].items():
            _copy(source, file, name, told, None)
    return _told(manifest)


def restore(file: Path, to: Path, *, by: str, replace: bool = False) -> tuple[Backup, Path | None]:
    """Makes the home `to` out of a backup.

    Returns what it held, and where the home that stood there was moved to.

    Raises:
        Problem: as for `check`; or something stands in `to` and `replace` was not said, or it is in use.
    """
    to = to.absolute()
    if not replace and to.exists() and any(to.iterdir()):
        raise Problem("backup.home_taken", path=to)
    beside = to.with_name(f".{to.name}.restore-{secrets.token_hex(4)}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        beside.mkdir(mode=0o700)
        with _opened(file) as (source, manifest):
            needed = sum(int(told["bytes"]) for told in manifest["files"].values())
            if needed > shutil.disk_usage(beside).free:
                raise Problem("backup.no_room", path=to.parent, mib=needed >> 20)
            for name, told in manifest["files"].items():
                _copy(source, file, name, told, beside / name)
        _proved(beside, file, manifest, by=by)
        moved = _moved_in(beside, to)
    except OSError as error:
        raise Problem("backup.not_restored", path=to, reason=error.strerror or "") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _told(manifest), moved


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    try:
        with zipfile.ZipFile(file) as source:
            entry = source.getinfo(MANIFEST)
            if entry.file_size > MANIFEST_BYTES_MAX:
                raise Problem("backup.broken", path=file, name=MANIFEST)
            manifest = json.loads(source.read(entry))
            if not isinstance(manifest, dict) or manifest.get("form") != FORM:
                raise Problem("backup.not_one", path=file)
            if str(manifest["schema"]) > HEAD:
                raise Problem("backup.newer", path=file, version=manifest["version"])
            names = source.namelist()
            if len(names) != len(set(names)) or set(names) != {MANIFEST, *manifest["files"]}:
                raise Problem("backup.broken", path=file, name=MANIFEST)
            if STATE not in manifest["files"] or "settings.toml" not in manifest["files"]:
                raise Problem("backup.broken", path=file, name=STATE)
            yield source, manifest
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise Problem("backup.unreadable", path=file, reason=error.strerror or "") from error
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Problem("backup.not_one", path=file) from error


def _copy(source: zipfile.ZipFile, file: Path, name: str, told: dict[str, Any], to: Path | None) -> None:
    """One file of the backup, compared while it is read; to nowhere when it is only looked at."""
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name or not place.parts:
        raise Problem("backup.broken", path=file, name=name)
    digest, size, most = hashlib.sha256(), 0, int(told["bytes"])
    with contextlib.ExitStack() as stack:
        into: IO[bytes] | None = None
        if to is not None:
            to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            into = stack.enter_context(os.fdopen(descriptor, "wb"))
        try:
            with source.open(name) as piece_of:
                while (piece := piece_of.read(_PIECE)) and size <= most:
                    size += len(piece)
                    digest.update(piece)
                    if into:
                        into.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise Problem("backup.broken", path=file, name=name) from error
        if into:
            into.flush()
            os.fsync(into.fileno())
    if size != most or digest.hexdigest() != told["sha256"]:
        raise Problem("backup.broken", path=file, name=name)


def _proved(home: Path, file: Path, manifest: dict[str, Any], *, by: str) -> None:
    """The new home opens, its database is whole, its audit chain is the one that the manifest names."""
    with contextlib.closing(sqlite3.connect(home / STATE)) as database:
        try:
            whole = database.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            whole = False
    if not whole:
        raise Problem("backup.broken", path=file, name=STATE)
    state = State(f"sqlite:///{home / STATE}", site=str(manifest["site"]))
    try:
        verdict = state.verify_audit()
        told = (manifest["audit_broken_at"], manifest["audit_entries"], manifest["audit_head"])
        if (verdict.broken_at, verdict.entries, verdict.head) != told:  # a chain broken before is kept as proof
            raise Problem("backup.broken", path=file, name="audit")
        state.audit(by, "home.restore", file.name, {"made_at": manifest["made_at"], "version": manifest["version"]})
    finally:
        state.close()
    for folder in sorted(path for path in home.rglob("*") if path.is_dir()):
        _sync(folder)
    _sync(home)


def _moved_in(new: Path, to: Path) -> Path | None:
    """The new home takes its place; what stood there is kept beside it."""
    moved = None
    if to.exists() and any(to.iterdir()):
        _not_in_use(to)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        moved = to.with_name(f"{to.name}.before-{stamp}-{secrets.token_hex(2)}")
        to.rename(moved)
    try:
        new.rename(to)  # an empty directory gives way
    except OSError:
        if moved:
            moved.rename(to)
        raise
    _sync(to.parent)
    return moved


def _not_in_use(home: Path) -> None:
    """Raises Problem when a Hinomi serves or writes this home."""
    if not (home / STATE).exists():
        return
    with contextlib.closing(sqlite3.connect(home / STATE, timeout=1)) as database:
        try:
            # SQLite leaves its write-ahead log only for the one who has the database alone.
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            raise Problem("backup.in_use", path=home) from error
        except sqlite3.DatabaseError:
            return  # broken, and so nobody's


def _told(manifest: dict[str, Any]) -> Backup:
    files: dict[str, dict[str, Any]] = manifest["files"]
    return Backup(
        site=str(manifest["site"]), made_at=str(manifest["made_at"]), version=str(manifest["version"]),
        files=len(files), bytes=sum(int(told["bytes"]) for told in files.values()),
        audit_entries=int(manifest["audit_entries"]), audit_head=str(manifest["audit_head"]),
        audit_broken_at=manifest["audit_broken_at"],
    )  # fmt: skip


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
