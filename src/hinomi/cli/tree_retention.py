"""Commands of retention: only names, options and help, like `app.py`."""

# No `from __future__ import annotations` here, for the same reason as in `app.py`.
from collections.abc import Callable
from typing import Annotated, TypeAlias

import typer


def add(
    app: typer.Typer, h: Callable[[str], str], group: Callable[[str], typer.Typer], person: Callable[[], str]
) -> None:
    """Adds them to the application."""
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=person)]
    Days: TypeAlias = Annotated[int | None, typer.Option(min=0, help=h("retention_days"))]

    retention = group("retention")
    app.add_typer(retention, name="retention")

    @retention.command("show", help=h("retention_show"))
    def show(json: Annotated[bool, typer.Option("--json", help=h("json"))] = False) -> None:
        from hinomi.cli.retention import show as work

        work(json=json)

    @retention.command("set", help=h("retention_set"))
    def change(
        by: By,
        records: Days = None,
        readings: Days = None,
        packets: Days = None,
        share: Annotated[int | None, typer.Option(min=0, max=95, help=h("retention_share"))] = None,
    ) -> None:
        from hinomi.cli.retention import change as work

        work({"records": records, "readings": readings, "packets": packets, "share": share}, by=by)

    @retention.command("hold", help=h("retention_hold"))
    def hold(
        by: By,
        first: Annotated[str, typer.Argument(help=h("retention_first"))],
        last: Annotated[str, typer.Argument(help=h("retention_last"))],
        reason: Annotated[str, typer.Option("--reason", help=h("retention_reason"))],
    ) -> None:
        from hinomi.cli.retention import hold as work

        work(first, last, reason, by=by)

    @retention.command("release", help=h("retention_release"))
    def release(by: By, id: Annotated[str, typer.Argument(help=h("retention_id"))]) -> None:
        from hinomi.cli.retention import release as work

        work(id, by=by)

    @retention.command("run", help=h("retention_run"))
    def run(by: By) -> None:
        from hinomi.cli.retention import run as work

        work(by=by)
