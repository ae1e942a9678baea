"""Opening a database: SQLite by default, PostgreSQL by URL; and bringing it to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from hinomi.texts import Problem

# The newest migration. A test asserts that it is the head of `migrations/versions`; knowing it
# here spares every later command the import of Alembic.
HEAD = "0011"

# Any number of its own: the lock that makes PostgreSQL writers of one database stand in line, so
# that the audit chain has one head.
_WRITERS = 0x48494E4F4D49


def open_engine(url: str) -> Engine:
    """An engine for `url`, its schema up to date.

    Raises:
        Problem: the URL is wrong, the server does not answer, or the database is newer than
            this program.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        sqlite = parsed.get_backend_name() == "sqlite"
        engine = create_engine(parsed, connect_args={"timeout": 30} if sqlite else {})
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise Problem("state.bad_url", reason=type(error).__name__) from error
    if sqlite:
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    shown = parsed.render_as_string(hide_password=True)
    try:
        _upgrade(engine, shown)
    except DBAPIError as error:
        engine.dispose()
        raise Problem("state.failed", url=shown, reason=_first_line(error)) from error
    except Problem:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection whose reads all see one moment.

    Raises:
        Problem: the database does not answer.
    """
    with _plainly(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; one at a time for each database. Commits at the end.

    Raises:
        Problem: the database does not answer, stays locked, or has no room.
    """
    with _plainly(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection = connection.execution_options(hinomi_write=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
            yield connection


@contextmanager
def _plainly(engine: Engine) -> Iterator[None]:
    """What only the machine can cause is said in a sentence; a fault of ours stays a traceback."""
    try:
        yield
    except OperationalError as error:
        shown = engine.url.render_as_string(hide_password=True)
        raise Problem("state.failed", url=shown, reason=_first_line(error)) from error


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions start late and as readers; we begin them ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a decision a person made survives a power cut
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("hinomi_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _current(connection: Connection) -> str | None:
    if connection.dialect.name == "sqlite":
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    else:
        query = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'"
    if connection.exec_driver_sql(query).first() is None:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return str(row[0]) if row else None


def _upgrade(engine: Engine, shown: str) -> None:
    with reading(engine) as connection:
        if _current(connection) == HEAD:
            return
    # A second process that opens the same new database waits here and then finds it done.
    with writing(engine) as connection:
        if (found := _current(connection)) == HEAD:
            return
        if found is None:
            _create(connection)
            return
        from hinomi.store.state.migrate import UnknownRevisionError, upgrade

        try:
            upgrade(connection)
        except UnknownRevisionError as error:
            raise Problem("state.newer", url=shown, found=found, known=HEAD) from error


def _create(connection: Connection) -> None:
    """The newest tables at once: the first start of an empty home need not wait for Alembic."""
    from hinomi.store.state.tables import metadata

    metadata.create_all(connection)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) CONSTRAINT alembic_version_pkc PRIMARY KEY NOT NULL)"
    )
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
