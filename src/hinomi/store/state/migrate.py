"""Runs the Alembic migrations of the state inside a transaction that is already open."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection


class UnknownRevisionError(Exception):
    """The database was written by a newer program."""


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini to go astray."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(connection: Connection, target: str = "head") -> None:
    """Brings the database of `connection` to `target`.

    Raises:
        UnknownRevisionError: the database names a revision that is not among ours.
    """
    made = config()
    made.attributes["connection"] = connection
    try:
        command.upgrade(made, target)
    except CommandError as error:
        if "Can't locate revision" in str(error):
            raise UnknownRevisionError(str(error)) from error
        raise
