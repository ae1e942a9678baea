"""Commands of people, tokens and TLS: only names, options and help, like `app.py`."""

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
    Name: TypeAlias = Annotated[str, typer.Argument(help=h("person_name"))]
    Role: TypeAlias = Annotated[str, typer.Option("--role", help=h("person_role"))]
    Given: TypeAlias = Annotated[bool, typer.Option("--password-stdin", help=h("password_stdin"))]

    people = group("people")
    app.add_typer(people, name="people")

    @people.command("add", help=h("people_add"))
    def people_add(
        name: Name,
        by: By,
        role: Role = "viewer",
        shown: Annotated[str, typer.Option("--shown", help=h("person_shown"))] = "",
        password_stdin: Given = False,
    ) -> None:
        from hinomi.cli.people import add as work

        work(name, role, shown, by=by, given=password_stdin)

    @people.command("list", help=h("people_list"))
    def people_list(json: Json = False) -> None:
        from hinomi.cli.people import listing

        listing(json=json)

    @people.command("role", help=h("people_role"))
    def people_role(name: Name, role: Annotated[str, typer.Argument(help=h("person_role"))], by: By) -> None:
        from hinomi.cli.people import set_role

        set_role(name, role, by=by)

    @people.command("disable", help=h("people_disable"))
    def people_disable(
        name: Name, by: By, undo: Annotated[bool, typer.Option("--undo", help=h("people_enable"))] = False
    ) -> None:
        from hinomi.cli.people import disable

        disable(name, undo=undo, by=by)

    @people.command("reset", help=h("people_reset"))
    def people_reset(name: Name, by: By, password_stdin: Given = False) -> None:
        from hinomi.cli.people import reset

        reset(name, by=by, given=password_stdin)

    token = group("token")
    app.add_typer(token, name="token")

    @token.command("make", help=h("token_make"))
    def token_make(
        person: Annotated[str, typer.Option("--person", help=h("person_name"))],
        label: Annotated[str, typer.Option("--label", help=h("token_label"))],
        by: By,
        scope: Annotated[list[str] | None, typer.Option("--scope", help=h("token_scope"))] = None,
        days: Annotated[int, typer.Option("--days", help=h("token_days"))] = 90,
    ) -> None:
        from hinomi.cli.people import make_token

        make_token(person, label, scope or ["look"], days, by=by)

    @token.command("list", help=h("token_list"))
    def token_list(json: Json = False) -> None:
        from hinomi.cli.people import tokens

        tokens(json=json)

    @token.command("revoke", help=h("token_revoke"))
    def token_revoke(id: Annotated[str, typer.Argument(help=h("token_id"))], by: By) -> None:
        from hinomi.cli.people import revoke

        revoke(id, by=by)

    tls = group("tls")
    app.add_typer(tls, name="tls")

    @tls.command("make", help=h("tls_make"))
    def tls_make(
        name: Annotated[list[str] | None, typer.Option("--name", help=h("tls_name"))] = None,
        days: Annotated[int, typer.Option("--days", help=h("tls_days"), min=1, max=825)] = 825,
    ) -> None:
        from hinomi.cli.people import make_certificate

        make_certificate(name or [], days)
