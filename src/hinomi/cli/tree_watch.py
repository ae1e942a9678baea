"""Commands of the watch: only names, options and help, like `app.py`."""

# No `from __future__ import annotations` here, for the same reason as in `app.py`.
from collections.abc import Callable
from typing import Annotated, TypeAlias

import typer


def add(
    app: typer.Typer, h: Callable[[str], str], group: Callable[[str], typer.Typer], person: Callable[[], str]
) -> None:
    """Adds them to the application."""
    Json: TypeAlias = Annotated[bool, typer.Option("--json", help=h("json"))]
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=person)]
    Reason: TypeAlias = Annotated[str, typer.Option("--reason", help=h("reason"))]

    remote = group("remote")
    app.add_typer(remote, name="remote")

    @remote.command("list", help=h("remote_list"))
    def remote_list(json: Json = False) -> None:
        from hinomi.cli.remote import listing

        listing(json=json)

    @remote.command("sessions", help=h("remote_sessions"))
    def remote_sessions(
        breaches: Annotated[bool, typer.Option("--breaches", help=h("remote_breaches"))] = False, json: Json = False
    ) -> None:
        from hinomi.cli.remote import sessions

        sessions(breaches=breaches, json=json)

    @remote.command("declare", help=h("remote_declare"))
    def remote_declare(
        by: By,
        vendor: Annotated[str, typer.Option("--vendor", help=h("remote_vendor"))],
        id: Annotated[str, typer.Option("--id", help=h("remote_id"))] = "",
        found: Annotated[str, typer.Option("--found", help=h("remote_found"))] = "",
        peer: Annotated[list[str] | None, typer.Option("--peer", help=h("remote_peer"))] = None,
        device: Annotated[list[str] | None, typer.Option("--device", help=h("remote_device"))] = None,
        service: Annotated[list[str] | None, typer.Option("--service", help=h("remote_service"))] = None,
        window: Annotated[list[str] | None, typer.Option("--window", help=h("remote_window"))] = None,
        weekly: Annotated[list[str] | None, typer.Option("--weekly", help=h("remote_weekly"))] = None,
        country: Annotated[list[str] | None, typer.Option("--country", help=h("remote_country"))] = None,
        line: Annotated[str, typer.Option("--line", help=h("remote_line"))] = "",
        box: Annotated[str, typer.Option("--box", help=h("remote_box"))] = "",
        firmware: Annotated[str, typer.Option("--firmware", help=h("remote_firmware"))] = "",
        approver: Annotated[str, typer.Option("--approver", help=h("remote_approver"))] = "",
        ticket: Annotated[str, typer.Option("--ticket", help=h("remote_ticket"))] = "",
        remark: Annotated[str, typer.Option("--note", help=h("remote_note"))] = "",
    ) -> None:
        from hinomi.cli.remote import declare

        declare(
            id=id, found=found, vendor=vendor, peers=peer or [], devices=device or [], services=service or [],
            windows=window or [], weekly=weekly or [], countries=country or [], line=line, box=box,
            firmware=firmware, approver=approver, ticket=ticket, remark=remark, by=by,
        )  # fmt: skip

    @remote.command("end", help=h("remote_end"))
    def remote_end(id: Annotated[str, typer.Argument(help=h("remote_id"))], reason: Reason, by: By) -> None:
        from hinomi.cli.remote import end

        end(id, by=by, reason=reason)

    @app.command("outside", help=h("outside"))
    def outside(
        purpose: Annotated[str, typer.Option("--purpose", help=h("outside_purpose"))] = "", json: Json = False
    ) -> None:
        from hinomi.cli.outside import listing

        listing(category=purpose, json=json)
