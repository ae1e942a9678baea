"""Stores for tests: the state on SQLite and on Debian's PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hinomi.store import State


def _binaries() -> Path | None:
    """Where Debian keeps initdb and pg_ctl."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).parent if named else None


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, on a Unix socket in a temporary directory; gives the URL's start."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    # A socket's path may have 107 bytes, so not pytest's deep directory. PostgreSQL refuses root.
    root = os.geteuid() == 0
    place = Path(subprocess.check_output(["mktemp", "-d", "/tmp/hinomi-pg.XXXXXX"], text=True).strip())
    prefix = ["runuser", "-u", "postgres", "--"] if root else []
    if root:
        shutil.chown(place, "postgres", "postgres")
    data = place / "data"

    def do(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd=place)

    try:
        do(f"{binaries}/initdb", "-D", f"{data}", "-A", "trust", "-U", "hinomi", "-E", "UTF8", "--no-sync")
        options = f"-k {place} -c listen_addresses= -c fsync=off"
        do(f"{binaries}/pg_ctl", "-D", f"{data}", "-w", "-l", f"{place}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://hinomi@/{{name}}?host={place}"
        finally:
            do(f"{binaries}/pg_ctl", "-D", f"{data}", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a fresh, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    from sqlalchemy import create_engine, text

    server: str = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(name=name)


@pytest.fixture
def open_state(url: str) -> Iterator[Callable[[], State]]:
    """Opens the database of this test, as often as it is called."""
    opened: list[State] = []

    def do() -> State:
        opened.append(State(url, site="s"))
        return opened[-1]

    yield do
    for state in opened:
        state.close()


@pytest.fixture
def state(open_state: Callable[[], State]) -> State:
    return open_state()
