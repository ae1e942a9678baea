"""Commands of the watch: only names, options and help, like `app.py`."""

# No `from __future__ import annotations` here, for the same reason as in `app.py`.
from collections.abc import Callable
from pathlib import Path
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

    indicators = group("indicators")
    app.add_typer(indicators, name="indicators")

    @indicators.command("load", help=h("indicators_load"))
    def indicators_load(
        file: Annotated[Path, typer.Argument(help=h("indicators_file"))],
        by: By,
        name: Annotated[str, typer.Option("--name", help=h("indicators_name"))] = "",
        json: Json = False,
    ) -> None:
        from hinomi.cli.lists import load

        load(file, name, by=by, json=json)

    @indicators.command("fetch", help=h("indicators_fetch"))
    def indicators_fetch(
        url: Annotated[str, typer.Argument(help=h("indicators_url"))],
        by: By,
        name: Annotated[str, typer.Option("--name", help=h("indicators_fetch_name"))] = "",
        user: Annotated[str, typer.Option("--user", help=h("indicators_user"))] = "",
        secret: Annotated[bool, typer.Option("--secret", help=h("indicators_secret"))] = False,
        json: Json = False,
    ) -> None:
        from hinomi.cli.lists import fetch

        fetch(url, name, user=user, read_secret=secret, by=by, json=json)

    @indicators.command("list", help=h("indicators_list"))
    def indicators_list(json: Json = False) -> None:
        from hinomi.cli.lists import lists

        lists(json=json)

    @indicators.command("drop", help=h("indicators_drop"))
    def indicators_drop(id: Annotated[str, typer.Argument(help=h("indicators_id"))], reason: Reason, by: By) -> None:
        from hinomi.cli.lists import drop

        drop(id, by=by, reason=reason)

    sigma = group("sigma")
    app.add_typer(sigma, name="sigma")

    @sigma.command("list", help=h("sigma_list"))
    def sigma_list(json: Json = False) -> None:
        from hinomi.cli.sigma import listing

        listing(json=json)

    @sigma.command("approve", help=h("sigma_approve"))
    def sigma_approve(
        id: Annotated[str, typer.Argument(help=h("sigma_id"))],
        reason: Reason,
        by: By,
        severity: Annotated[str, typer.Option("--severity", help=h("sigma_severity"))] = "medium",
    ) -> None:
        from hinomi.cli.sigma import approve

        approve(id, severity, by=by, reason=reason)

    policy = group("policy")
    app.add_typer(policy, name="policy")

    @policy.command("list", help=h("policy_list"))
    def policy_list(json: Json = False) -> None:
        from hinomi.cli.lists import policy as listing

        listing(json=json)

    @policy.command("approve", help=h("policy_approve"))
    def policy_approve(
        reason: Reason,
        by: By,
        number: Annotated[list[int] | None, typer.Argument(help=h("policy_number"))] = None,
        proposed: Annotated[bool, typer.Option("--proposed", help=h("policy_proposed"))] = False,
    ) -> None:
        from hinomi.cli.lists import approve

        approve(number or [], proposed, by=by, reason=reason)

    @policy.command("withdraw", help=h("policy_withdraw"))
    def policy_withdraw(id: Annotated[list[str], typer.Argument(help=h("policy_id"))], reason: Reason, by: By) -> None:
        from hinomi.cli.lists import withdraw

        withdraw(id, by=by, reason=reason)

    @policy.command("simulate", help=h("policy_simulate"))
    def policy_simulate(json: Json = False) -> None:
        from hinomi.cli.lists import simulate

        simulate(json=json)

    @policy.command("on", help=h("policy_on"))
    def policy_on(reason: Reason, by: By) -> None:
        from hinomi.cli.lists import switch

        switch(True, by=by, reason=reason)

    @policy.command("off", help=h("policy_off"))
    def policy_off(reason: Reason, by: By) -> None:
        from hinomi.cli.lists import switch

        switch(False, by=by, reason=reason)

    @policy.command("export", help=h("policy_export"))
    def policy_export(form: Annotated[str, typer.Argument(help=h("policy_form"))]) -> None:
        from hinomi.cli.lists import export

        export(form)
