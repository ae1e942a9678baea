"""Commands of the notices: only names, options and help, like `app.py`."""

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
    Id: TypeAlias = Annotated[str, typer.Argument(help=h("notify_id"))]

    notify = group("notify")
    app.add_typer(notify, name="notify")

    @notify.command("list", help=h("notify_list"))
    def notify_list(json: Json = False) -> None:
        from hinomi.cli.notify import listing

        listing(json=json)

    @notify.command("queue", help=h("notify_queue"))
    def notify_queue(json: Json = False) -> None:
        from hinomi.cli.notify import queue

        queue(json=json)

    @notify.command("add", help=h("notify_add"))
    def notify_add(
        by: By,
        type: Annotated[str, typer.Argument(help=h("notify_type"))],
        name: Annotated[str, typer.Option("--name", help=h("notify_name"))],
        id: Annotated[str, typer.Option("--id", help=h("notify_id"))] = "",
        host: Annotated[str, typer.Option("--host", help=h("notify_host"))] = "",
        port: Annotated[int, typer.Option("--port", help=h("notify_port"), min=0, max=65535)] = 0,
        tls: Annotated[str, typer.Option("--tls", help=h("notify_tls"))] = "none",
        proto: Annotated[str, typer.Option("--proto", help=h("notify_proto"))] = "udp",
        user: Annotated[str, typer.Option("--user", help=h("notify_user"))] = "",
        sender: Annotated[str, typer.Option("--from", help=h("notify_from"))] = "",
        to: Annotated[list[str] | None, typer.Option("--to", help=h("notify_to"))] = None,
        url: Annotated[str, typer.Option("--url", help=h("notify_url"))] = "",
        form: Annotated[str, typer.Option("--form", help=h("notify_form"))] = "text",
        severity: Annotated[str, typer.Option("--severity", help=h("notify_severity"))] = "medium",
        after: Annotated[int, typer.Option("--after", help=h("notify_after"), min=0)] = 0,
        quiet: Annotated[str, typer.Option("--quiet", help=h("notify_quiet"))] = "",
        quiet_but: Annotated[str, typer.Option("--quiet-but", help=h("notify_quiet_but"))] = "high",
        lang: Annotated[str, typer.Option("--in", help=h("lang"))] = "ja",
        secret: Annotated[bool, typer.Option("--secret", help=h("notify_secret"))] = False,
    ) -> None:
        from hinomi.cli.notify import add

        entries = {
            "id": id, "type": type, "name": name, "host": host, "port": port, "tls": tls, "proto": proto,
            "user": user, "sender": sender, "to": tuple(to or ()), "url": url, "form": form, "severity": severity,
            "after_min": after, "quiet_but": quiet_but, "lang": lang,
        }  # fmt: skip
        add(entries, quiet, by=by, read_secret=secret)

    @notify.command("remove", help=h("notify_remove"))
    def notify_remove(id: Id, by: By) -> None:
        from hinomi.cli.notify import remove

        remove(id, by=by)

    @notify.command("test", help=h("notify_test"))
    def notify_test(id: Id) -> None:
        from hinomi.cli.notify import test

        test(id)

    @notify.command("run", help=h("notify_run"))
    def notify_run() -> None:
        from hinomi.cli.notify import run

        run()
