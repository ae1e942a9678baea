"""Commands of the ledger, of places, weaknesses, documents and the network diagram: names, options, help."""

# No `from __future__ import annotations` here: Typer reads the annotations.
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


def add(app: typer.Typer, h: Callable[[str], str], person: Callable[[], str]) -> None:
    """Adds the commands to `app`, their help by `h`."""

    def group(name: str) -> typer.Typer:
        made = typer.Typer(help=h(name), no_args_is_help=True, rich_markup_mode=None)
        app.add_typer(made, name=name)
        return made

    Json: TypeAlias = Annotated[bool, typer.Option("--json", help=h("json"))]
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=person)]
    Reason: TypeAlias = Annotated[str, typer.Option("--reason", help=h("reason"))]

    ledger = group("ledger")

    @ledger.command("load", help=h("ledger_load"))
    def ledger_load(
        file: Annotated[Path, typer.Argument(help=h("ledger_file"))],
        by: By,
        sheet: Annotated[str | None, typer.Option("--sheet", help=h("ledger_sheet"))] = None,
        column: Annotated[list[str] | None, typer.Option("--column", help=h("ledger_column"))] = None,
        yes: Annotated[bool, typer.Option("--yes", "-y", help=h("ledger_yes"))] = False,
    ) -> None:
        from hinomi.cli.ledger import load

        load(file, sheet=sheet, columns=column or [], yes=yes, by=by)

    @ledger.command("show", help=h("ledger_show"))
    def ledger_show(
        which: Annotated[str | None, typer.Option("--list", help=h("ledger_list"))] = None, json: Json = False
    ) -> None:
        from hinomi.cli.ledger import show

        show(which, json=json)

    @ledger.command("export", help=h("ledger_export"))
    def ledger_export(file: Annotated[Path, typer.Argument(help=h("ledger_out"))]) -> None:
        from hinomi.cli.ledger import export

        export(file)

    @ledger.command("link", help=h("ledger_link"))
    def ledger_link(
        row: Annotated[int, typer.Argument(help=h("ledger_row"))],
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.ledger import link

        link(row, word, by=by, reason=reason)

    @ledger.command("unlink", help=h("ledger_unlink"))
    def ledger_unlink(link: Annotated[str, typer.Argument(help=h("ledger_link_id"))], reason: Reason, by: By) -> None:
        from hinomi.cli.ledger import unlink

        unlink(link, by=by, reason=reason)

    places = group("places")

    @places.command("load", help=h("places_load"))
    def places_load(
        file: Annotated[Path, typer.Argument(help=h("places_file"))],
        source: Annotated[str, typer.Option("--source", help=h("places_source"))],
        by: By,
    ) -> None:
        from hinomi.cli.ledger import load_places

        load_places(file, source=source, by=by)

    @places.command("show", help=h("places_show"))
    def places_show(json: Json = False) -> None:
        from hinomi.cli.ledger import show_places

        show_places(json=json)

    grouped = group("group")

    @grouped.command("list", help=h("group_list"))
    def group_list(json: Json = False) -> None:
        from hinomi.cli.groups import listing

        listing(json=json)

    @grouped.command("name", help=h("group_name"))
    def group_name(
        id: Annotated[str, typer.Argument(help=h("group_id"))],
        reason: Reason,
        by: By,
        type: Annotated[str, typer.Option("--type", help=h("group_type"))] = "",
        manufacturer: Annotated[str, typer.Option("--maker", help=h("group_maker"))] = "",
        model: Annotated[str, typer.Option("--model", help=h("group_model"))] = "",
        teach: Annotated[bool, typer.Option("--teach", help=h("group_teach"))] = False,
    ) -> None:
        from hinomi.cli.groups import name

        name(id, {"type": type, "manufacturer": manufacturer, "model": model}, by=by, reason=reason, teach=teach)

    vulns = group("vulns")

    @vulns.command("list", help=h("vulns_list"))
    def vulns_list(
        device: Annotated[str, typer.Option("--device", help=h("vulns_device"))] = "",
        whole: Annotated[bool, typer.Option("--all", help=h("vulns_all"))] = False,
        json: Json = False,
    ) -> None:
        from hinomi.cli.vulns import listing

        listing(device, whole=whole, json=json)

    @vulns.command("support", help=h("vulns_ends"))
    def vulns_support(json: Json = False) -> None:
        from hinomi.cli.vulns import support

        support(json=json)

    @vulns.command("add", help=h("vulns_add"))
    def vulns_add(files: Annotated[list[Path], typer.Argument(help=h("vulns_file"))]) -> None:
        from hinomi.cli.vulns import add

        add(files)

    @vulns.command("fetch", help=h("vulns_fetch"))
    def vulns_fetch() -> None:
        from hinomi.cli.vulns import fetch

        fetch()

    @vulns.command("say", help=h("vulns_say"))
    def vulns_say(
        advisory: Annotated[str, typer.Argument(help=h("vulns_id"))],
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        standing: Annotated[str, typer.Argument(help=h("vulns_standing"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.vulns import say_standing

        say_standing(advisory, word, standing, by=by, reason=reason)

    document = group("document")

    @document.command("add", help=h("document_add"))
    def document_add(
        file: Annotated[Path, typer.Argument(help=h("document_file"))],
        kind: Annotated[str, typer.Option("--kind", help=h("document_kind"))],
        by: By,
        device: Annotated[str, typer.Option("--device", help=h("document_device"))] = "",
        maker: Annotated[str, typer.Option("--maker", help=h("document_maker"))] = "",
        model: Annotated[str, typer.Option("--model", help=h("document_model"))] = "",
    ) -> None:
        from hinomi.cli.vulns import attach

        attach(file, kind, device=device, maker=maker, model=model, by=by)

    @document.command("list", help=h("document_list"))
    def document_list(json: Json = False) -> None:
        from hinomi.cli.vulns import documents

        documents(json=json)

    @document.command("search", help=h("document_search"))
    def document_search(word: Annotated[str, typer.Argument(help=h("document_word"))], json: Json = False) -> None:
        from hinomi.cli.vulns import search

        search(word, json=json)

    @document.command("end", help=h("document_end"))
    def document_end(id: Annotated[str, typer.Argument(help=h("document_id"))], reason: Reason, by: By) -> None:
        from hinomi.cli.vulns import end

        end(id, by=by, reason=reason)

    @app.command("diagram", help=h("diagram"))
    def diagram(
        out: Annotated[Path, typer.Argument(help=h("diagram_out"))],
        form: Annotated[str, typer.Option("--format", help=h("diagram_format"))] = "",
    ) -> None:
        from hinomi.cli.diagram import draw

        draw(out, form)
