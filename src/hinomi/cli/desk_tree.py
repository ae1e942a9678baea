"""The commands of the desk: `connect` and `desk …`. Hung into the tree by `app.build`."""

# Typer reads the annotations, as in app.py.
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def install(app: typer.Typer, h: Callable[[str], str], person: Callable[[], str]) -> None:
    """Adds both; `h` gives a help text, `person` who acts when nobody says."""
    Json: TypeAlias = Annotated[bool, typer.Option("--json", help=h("json"))]
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=person)]

    @app.command(
        help=h("connect"),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    )
    def connect(context: typer.Context) -> None:
        from hinomi.connect.__main__ import main

        raise typer.Exit(main(list(context.args)))

    desk = typer.Typer(help=h("desk"), no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(desk, name="desk")

    @desk.command("run", help=h("desk_run"))
    def run(plan: Annotated[Path, typer.Argument(help=h("desk_plan"))]) -> None:
        from hinomi.cli.desk import run as work

        work(plan)

    @desk.command("records", help=h("desk_records"))
    def records(json: Json = False) -> None:
        from hinomi.cli.desk import records as work

        work(json=json)

    @desk.command("record", help=h("desk_record"))
    def record(
        room: Annotated[str, typer.Argument(help=h("desk_room"))],
        act: Annotated[str, typer.Argument(help=h("desk_act"))],
        by: By,
    ) -> None:
        from hinomi.cli.desk import command

        command(room, act, by=by)

    @desk.command("release", help=h("desk_release"))
    def release(id: Annotated[str, typer.Argument(help=h("desk_id"))], by: By) -> None:
        from hinomi.cli.desk import release as work

        work(id, by=by)

    @desk.command("export", help=h("desk_export"))
    def export(
        id: Annotated[str, typer.Argument(help=h("desk_id"))],
        format: Annotated[str, typer.Option("--as", help=h("desk_as"))],
        out: Annotated[Path, typer.Option("--out", help=h("desk_out"))],
        by: By,
    ) -> None:
        from hinomi.cli.desk import export as work

        work(id, format, out, by=by)

    @desk.command("search", help=h("desk_search"))
    def search(question: Annotated[str, typer.Argument(help=h("desk_question"))], by: By, json: Json = False) -> None:
        from hinomi.cli.desk import search as work

        work(question, by=by, json=json)

    @desk.command("regulatory", help=h("desk_regulatory"))
    def regulatory(
        decision: Annotated[str, typer.Argument(help=h("desk_decision"))],
        reason: Annotated[str, typer.Option("--reason", help=h("reason"))],
        by: By,
    ) -> None:
        from hinomi.cli.desk import regulatory as work

        work(decision, reason, by=by)

    @desk.command("consent", help=h("desk_consent"))
    def consent(
        room: Annotated[str, typer.Argument(help=h("desk_room"))],
        by: By,
        rule: Annotated[str, typer.Option("--rule", help=h("desk_rule"))] = "",
        withdraw: Annotated[bool, typer.Option("--withdraw", help=h("desk_withdraw"))] = False,
    ) -> None:
        from hinomi.cli.desk import consent as work

        work(room, rule, withdraw=withdraw, by=by)

    @desk.command("latency", help=h("desk_latency"))
    def latency(
        seconds: Annotated[float, typer.Option("--seconds", min=1, max=600)] = 10.0, json: Json = False
    ) -> None:
        from hinomi.cli.desk_latency import latency as work

        raise typer.Exit(work(seconds, json=json))
