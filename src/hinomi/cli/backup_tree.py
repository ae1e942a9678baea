"""`backup` and `restore`: only names, options and help, like `app.py`."""

# No `from __future__ import annotations` here, for the same reason as in `app.py`.
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def install(app: typer.Typer, h: Callable[[str], str], person: Callable[[], str]) -> None:
    """Adds them to the application."""
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=person)]

    @app.command(help=h("backup"))
    def backup(
        out: Annotated[Path, typer.Argument(metavar="FILE", help=h("backup_out"))],
        by: By,
        check: Annotated[bool, typer.Option("--check", help=h("backup_check"))] = False,
        json: Annotated[bool, typer.Option("--json", help=h("json"))] = False,
    ) -> None:
        from hinomi.cli.backup import make

        raise typer.Exit(make(out, check=check, by=by, json=json))

    @app.command(help=h("restore"))
    def restore(
        file: Annotated[Path, typer.Argument(metavar="FILE", help=h("restore_file"))],
        by: By,
        replace: Annotated[bool, typer.Option("--replace", help=h("restore_replace"))] = False,
    ) -> None:
        from hinomi.cli.backup import restore as work

        work(file, replace=replace, by=by)
