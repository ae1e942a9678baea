"""The tree of commands. Only names, options and help stand here; the work is in the other files."""

# No `from __future__ import annotations` here: Typer reads the annotations, and they name what only
# exists inside `build`.
import getpass
import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from hinomi import __version__
from hinomi.cli import inventory_tree, people_tree, tree_notify, tree_retention, tree_watch
from hinomi.texts import text


def build(lang: str) -> typer.Typer:
    """The application, its help in `lang`."""

    def h(name: str) -> str:
        return text(f"help.{name}", lang)

    def group(help_name: str) -> typer.Typer:
        return typer.Typer(help=h(help_name), no_args_is_help=True, rich_markup_mode=None)

    app = typer.Typer(
        name="hinomi",
        help=h("hinomi"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    Json: TypeAlias = Annotated[bool, typer.Option("--json", help=h("json"))]
    By: TypeAlias = Annotated[str, typer.Option("--by", help=h("by"), default_factory=_person)]
    Reason: TypeAlias = Annotated[str, typer.Option("--reason", help=h("reason"))]

    def version(wanted: bool) -> None:
        if wanted:
            typer.echo(f"hinomi {__version__}")
            raise typer.Exit

    @app.callback()
    def top(
        home: Annotated[
            Path | None, typer.Option("--home", help=h("home"), envvar="HINOMI_HOME", show_envvar=False)
        ] = None,
        language: Annotated[str, typer.Option("--lang", help=h("lang"))] = lang,
        show_version: Annotated[
            bool, typer.Option("--version", help=h("version"), callback=version, is_eager=True)
        ] = False,
    ) -> None:
        if home is not None:
            os.environ["HINOMI_HOME"] = str(home)

    @app.command(help=h("read"))
    def read(
        files: Annotated[list[str], typer.Argument(metavar="FILE...", help=h("read_files"))],
        keep: Annotated[bool, typer.Option("--keep", help=h("read_keep"))] = False,
        json: Json = False,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help=h("read_quiet"))] = False,
        netflow: Annotated[bool, typer.Option("--netflow", help=h("read_netflow"))] = False,
    ) -> None:
        from hinomi.cli.read import read as work

        raise typer.Exit(work(files, keep=keep, json=json, quiet=quiet, kind="netflow" if netflow else ""))

    @app.command(help=h("listen"))
    def listen(
        interfaces: Annotated[list[str], typer.Argument(metavar="IFACE...", help=h("listen_interfaces"))],
        prepare: Annotated[bool, typer.Option("--prepare", help=h("listen_prepare"))] = False,
        ring: Annotated[int, typer.Option("--ring", min=2, max=4096, help=h("listen_ring"))] = 64,
        evidence: Annotated[float, typer.Option("--evidence", min=0.0, help=h("listen_evidence"))] = 20.0,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help=h("read_quiet"))] = False,
        beside: Annotated[bool, typer.Option("--beside", hidden=True)] = False,  # `serve --listen`: ends with its input
    ) -> None:
        from hinomi.cli.listen import listen as work

        raise typer.Exit(
            work(interfaces, prepare=prepare, ring_mib=ring, evidence_gb=evidence, quiet=quiet, beside=beside)
        )

    @app.command(help=h("devices"))
    def devices(
        search: Annotated[str, typer.Argument(help=h("devices_search"))] = "",
        zone: Annotated[str | None, typer.Option("--zone", help=h("devices_zone"))] = None,
        type: Annotated[str | None, typer.Option("--type", help=h("devices_type"))] = None,
        outside: Annotated[bool | None, typer.Option("--outside/--inside", help=h("devices_outside"))] = None,
        json: Json = False,
    ) -> None:
        from hinomi.cli.devices import listing

        listing(search, zone=zone, type=type, outside=outside, json=json)

    device = group("device")
    app.add_typer(device, name="device")

    @device.command("show", help=h("device_show"))
    def device_show(word: Annotated[str, typer.Argument(help=h("device_word"))], json: Json = False) -> None:
        from hinomi.cli.devices import show

        show(word, json=json)

    @device.command("set", help=h("device_set"))
    def device_set(
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        attribute: Annotated[str, typer.Argument(help=h("device_attribute"))],
        value: Annotated[str, typer.Argument(help=h("device_value"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.devices import decide

        decide(word, "set", attribute=attribute, value=value, by=by, reason=reason)

    @device.command("merge", help=h("device_merge"))
    def device_merge(
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        other: Annotated[str, typer.Argument(help=h("device_word"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.devices import decide

        decide(word, "merge", other=other, by=by, reason=reason)

    @device.command("split", help=h("device_split"))
    def device_split(
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        address: Annotated[str, typer.Argument(help=h("device_address"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.devices import decide

        decide(word, "split", other=address, by=by, reason=reason)

    @device.command("undo", help=h("device_undo"))
    def device_undo(
        decision: Annotated[str, typer.Argument(help=h("device_decision"))], reason: Reason, by: By
    ) -> None:
        from hinomi.cli.devices import undo

        undo(decision, by=by, reason=reason)

    @app.command(help=h("explain"))
    def explain(
        word: Annotated[str, typer.Argument(help=h("device_word"))],
        attribute: Annotated[str, typer.Argument(help=h("device_attribute"))],
        json: Json = False,
    ) -> None:
        from hinomi.cli.evidence import explain as work

        work(word, attribute, json=json)

    findings = typer.Typer(help=h("findings"), rich_markup_mode=None)
    app.add_typer(findings, name="findings")

    @findings.callback(invoke_without_command=True)
    def findings_list(
        context: typer.Context,
        all: Annotated[bool, typer.Option("--all", help=h("findings_all"))] = False,
        device: Annotated[str | None, typer.Option("--device", help=h("device_word"))] = None,
        severity: Annotated[str | None, typer.Option("--severity", help=h("findings_severity"))] = None,
        json: Json = False,
    ) -> None:
        if context.invoked_subcommand is None:
            from hinomi.cli.findings import listing

            listing(all=all, device=device, severity=severity, json=json)

    @findings.command("show", help=h("findings_show"))
    def findings_show(id: Annotated[str, typer.Argument(help=h("findings_id"))], json: Json = False) -> None:
        from hinomi.cli.findings import show

        show(id, json=json)

    @findings.command("decide", help=h("findings_decide"))
    def findings_decide(
        id: Annotated[list[str], typer.Argument(help=h("findings_id"))],
        status: Annotated[str, typer.Option("--status", help=h("findings_status"))],
        reason: Reason,
        by: By,
        until: Annotated[str | None, typer.Option("--until", help=h("findings_until"))] = None,
        similar: Annotated[bool, typer.Option("--similar", help=h("findings_similar"))] = False,
    ) -> None:
        from hinomi.cli.findings import decide

        decide(id, status=status, reason=reason, by=by, until=until, similar=similar)

    @findings.command("advice", help=h("findings_advice"))
    def findings_advice(id: Annotated[str, typer.Argument(help=h("findings_id"))], json: Json = False) -> None:
        from hinomi.cli.findings import advice

        advice(id, json=json)

    @app.command(help=h("serve"))
    def serve(
        host: Annotated[str, typer.Option("--host", help=h("serve_host"))] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", help=h("serve_port"), min=0, max=65535)] = 8733,
        open_browser: Annotated[bool, typer.Option("--open", help=h("serve_open"))] = False,
        listen: Annotated[list[str] | None, typer.Option("--listen", metavar="IFACE", help=h("serve_listen"))] = None,
        certificate: Annotated[Path | None, typer.Option("--certificate", help=h("serve_certificate"))] = None,
        key: Annotated[Path | None, typer.Option("--key", help=h("serve_key"))] = None,
    ) -> None:
        from hinomi.cli.serve import serve as work

        raise typer.Exit(
            work(host, port, open_browser=open_browser, listen=listen or [], certificate=certificate, key=key)
        )

    @app.command(help=h("export"))
    def export(
        what: Annotated[str, typer.Argument(help=h("export_what"))],
        format: Annotated[str, typer.Option("--format", help=h("export_format"))] = "csv",
        out: Annotated[Path | None, typer.Option("--out", help=h("export_out"))] = None,
    ) -> None:
        from hinomi.cli.export import export as work

        if what == "logs":
            from hinomi.cli.export_logs import export_logs
            from hinomi.home import Home

            export_logs(Home(), "zeek" if format == "csv" else format, out or Path("logs"))
            return
        work(what, format, out)

    @app.command(help=h("doctor"))
    def doctor(json: Json = False) -> None:
        from hinomi.cli.doctor import doctor as work

        raise typer.Exit(work(json=json))

    zones = group("zones")
    app.add_typer(zones, name="zones")

    @zones.command("list", help=h("zones_list"))
    def zones_list(json: Json = False) -> None:
        from hinomi.cli.zones import listing

        listing(json=json)

    @zones.command("load", help=h("zones_load"))
    def zones_load(
        file: Annotated[Path, typer.Argument(help=h("zones_file"))],
        by: By,
        replace: Annotated[bool, typer.Option("--replace", help=h("zones_replace"))] = False,
    ) -> None:
        from hinomi.cli.zones import load

        load(file, by=by, replace=replace)

    @zones.command("set", help=h("zones_set"))
    def zones_set(
        id: Annotated[str, typer.Argument(help=h("zones_id"))],
        kind: Annotated[str, typer.Option("--kind", help=h("zones_kind"))],
        subnet: Annotated[list[str], typer.Option("--subnet", help=h("zones_subnet"))],
        by: By,
        name_ja: Annotated[str, typer.Option("--name-ja", help=h("zones_name"))] = "",
        name_en: Annotated[str, typer.Option("--name-en", help=h("zones_name"))] = "",
        vlan: Annotated[int | None, typer.Option("--vlan", min=0, max=4095)] = None,
    ) -> None:
        from hinomi.cli.zones import put

        put(id, kind, subnet, name_ja or name_en or id, name_en or name_ja or id, vlan, by=by)

    inventory_tree.add(app, h, _person)
    tree_watch.add(app, h, group, _person)
    tree_notify.add(app, h, group, _person)
    people_tree.add(app, h, group, _person)
    tree_retention.add(app, h, group, _person)

    Edition: TypeAlias = Annotated[str, typer.Option("--edition", help=h("duties_edition"))]
    Audience: TypeAlias = Annotated[str, typer.Option("--for", help=h("duties_audience"))]
    duties = typer.Typer(help=h("duties"), rich_markup_mode=None)
    app.add_typer(duties, name="duties")

    @duties.callback(invoke_without_command=True)
    def duties_list(
        context: typer.Context,
        edition: Edition = "R7",
        audience: Audience = "hospital",
        item: Annotated[str, typer.Option("--item", help=h("duties_item"))] = "",
        json: Json = False,
    ) -> None:
        if context.invoked_subcommand is None:
            from hinomi.cli.duties import answer

            answer(edition, audience, item, json=json)

    @duties.command("reply", help=h("duties_reply"))
    def duties_reply(
        item: Annotated[str, typer.Argument(help=h("duties_item"))],
        answer: Annotated[str, typer.Argument(help=h("duties_answer"))],
        by: By,
        edition: Edition = "R7",
        audience: Audience = "hospital",
        check: Annotated[int, typer.Option("--check", min=1, max=3, help=h("duties_check"))] = 1,
        date: Annotated[str, typer.Option("--date", help=h("duties_date"))] = "",
        target: Annotated[str, typer.Option("--target", help=h("duties_target"))] = "",
        note: Annotated[str, typer.Option("--note", help=h("duties_note"))] = "",
    ) -> None:
        from hinomi.cli.duties import reply

        reply(item, answer, edition, audience, check=check, date=date, target=target, note=note, by=by)

    @duties.command("carry", help=h("duties_carry"))
    def duties_carry(
        old: Annotated[str, typer.Argument(help=h("duties_edition"))],
        new: Annotated[str, typer.Argument(help=h("duties_edition"))],
        by: By,
        audience: Audience = "hospital",
        json: Json = False,
    ) -> None:
        from hinomi.cli.duties import carry

        carry(old, new, audience, by=by, json=json)

    @duties.command("missing", help=h("duties_missing"))
    def duties_missing(edition: Edition = "R7", audience: Audience = "hospital", json: Json = False) -> None:
        from hinomi.cli.duties import missing

        missing(edition, audience, json=json)

    @duties.command("import", help=h("duties_import"))
    def duties_import(
        file: Annotated[Path, typer.Argument(help=h("duties_form"))],
        by: By,
        edition: Annotated[str, typer.Option("--edition", help=h("duties_edition"))] = "R8",
        audience: Audience = "hospital",
        year_from: Annotated[str, typer.Option("--from", help=h("duties_from"))] = "2026-04-01",
        sheet: Annotated[str, typer.Option("--sheet", help=h("duties_sheet"))] = "",
        yes: Annotated[bool, typer.Option("--yes", help=h("duties_yes"))] = False,
    ) -> None:
        from hinomi.cli.duties import load_form

        load_form(file, edition, audience, year_from=year_from, sheet=sheet, yes=yes, by=by)

    @duties.command("fill", help=h("duties_fill"))
    def duties_fill(
        out: Annotated[Path, typer.Option("--out", help=h("paper_out"))],
        edition: Annotated[str, typer.Option("--edition", help=h("duties_edition"))] = "R8",
        audience: Audience = "hospital",
    ) -> None:
        from hinomi.cli.duties import fill_form

        fill_form(edition, audience, out)

    @duties.command("register", help=h("duties_register"))
    def duties_register(
        by: By,
        name: Annotated[str, typer.Argument(help=h("register_name"))] = "",
        add: Annotated[list[str] | None, typer.Option("--add", help=h("register_add"))] = None,
        withdraw: Annotated[str, typer.Option("--withdraw", help=h("register_withdraw"))] = "",
        json: Json = False,
    ) -> None:
        from hinomi.cli.duties import register

        register(name, add or [], withdraw, by=by, json=json)

    @duties.command("vendor-return", help=h("duties_vendor_return"))
    def duties_vendor_return(
        file: Annotated[Path, typer.Argument(help=h("duties_form"))], by: By, json: Json = False
    ) -> None:
        from hinomi.cli.duties import vendor_return

        vendor_return(file, by=by, json=json)

    @duties.command("advisory", help=h("duties_advisory"))
    def duties_advisory(
        by: By,
        files: Annotated[list[Path] | None, typer.Argument(help=h("duties_advisory_files"))] = None,
        source: Annotated[str, typer.Option("--source", help=h("duties_advisory_source"))] = "",
        remind: Annotated[bool, typer.Option("--remind", help=h("duties_advisory_remind"))] = False,
    ) -> None:
        from hinomi.cli.duties import advisory

        advisory(files or [], source, remind=remind, by=by)

    @duties.command("disclosure", help=h("duties_disclosure"))
    def duties_disclosure(
        id: Annotated[str, typer.Argument(help=h("duties_disclosure_id"))] = "", json: Json = False
    ) -> None:
        from hinomi.cli.duties import disclosure

        disclosure(id, json=json)

    @duties.command("vendor-link", help=h("duties_vendor_link"))
    def duties_vendor_link(
        by: By,
        vendor: Annotated[str, typer.Argument(help=h("duties_vendor_id"))] = "",
        edition: Annotated[str, typer.Option("--edition", help=h("duties_edition"))] = "R7",
        days: Annotated[int, typer.Option("--days", help=h("duties_link_days"))] = 14,
        base: Annotated[str, typer.Option("--base", help=h("duties_link_base"))] = "https://localhost:8733",
        end: Annotated[str, typer.Option("--end", help=h("duties_link_end"))] = "",
    ) -> None:
        from hinomi.cli.duties import vendor_link

        vendor_link(vendor, edition, days=days, base=base, end=end, by=by)

    @duties.command("drill", help=h("duties_drill"))
    def duties_drill(
        captures: Annotated[list[Path], typer.Argument(help=h("read_files"))],
        into: Annotated[Path, typer.Option("--into", help=h("duties_drill_into"))],
        by: By,
    ) -> None:
        from hinomi.cli.duties import drill

        drill(captures, into, by=by)

    @duties.command("assess", help=h("duties_assess"))
    def duties_assess(
        answers: Annotated[list[str] | None, typer.Argument(help=h("duties_assess_answers"))] = None,
        beds: Annotated[int, typer.Option("--beds", help=h("duties_beds"))] = 0,
        out: Annotated[Path | None, typer.Option("--out", help=h("duties_assess_out"))] = None,
    ) -> None:
        from hinomi.cli.survey import assess

        assess(answers or [], beds, out)

    @duties.command("survey", help=h("duties_survey"))
    def duties_survey(
        files: Annotated[list[Path], typer.Argument(help=h("duties_survey_files"))], json: Json = False
    ) -> None:
        from hinomi.cli.survey import survey

        survey(files, json=json)

    @app.command(help=h("paper"))
    def paper(
        name: Annotated[str, typer.Argument(help=h("paper_name"))],
        out: Annotated[Path, typer.Option("--out", help=h("paper_out"))],
        edition: Edition = "R7",
        audience: Audience = "hospital",
        vendor: Annotated[str, typer.Option("--vendor", help=h("paper_vendor"))] = "",
        incident: Annotated[str, typer.Option("--incident", help=h("incident_id"))] = "",
        register: Annotated[str, typer.Option("--register", help=h("register_name"))] = "",
        draft: Annotated[str, typer.Option("--draft", help=h("paper_draft"))] = "first_report",
        notice: Annotated[str, typer.Option("--notice", help=h("paper_notice"))] = "patients",
        advisory: Annotated[str, typer.Option("--advisory", help=h("paper_advisory"))] = "",
        since: Annotated[str, typer.Option("--since", help=h("paper_since"))] = "",
        until: Annotated[str, typer.Option("--until", help=h("paper_since"))] = "",
    ) -> None:
        from hinomi.cli.incident import paper as work

        work(
            name, out, edition=edition, audience=audience, vendor=vendor, incident=incident, register=register,
            draft=draft, notice=notice, advisory=advisory, since=since, until=until,
        )  # fmt: skip

    incident = group("incident")
    app.add_typer(incident, name="incident")

    @incident.command("list", help=h("incident_list"))
    def incident_list(json: Json = False) -> None:
        from hinomi.cli.incident import listing

        listing(json=json)

    @incident.command("open", help=h("incident_open"))
    def incident_open(
        by: By,
        finding: Annotated[str, typer.Option("--finding", help=h("findings_id"))] = "",
        symptom: Annotated[str, typer.Option("--symptom", help=h("incident_symptom"))] = "",
        words: Annotated[str, typer.Option("--words", help=h("incident_words"))] = "",
    ) -> None:
        from hinomi.cli.incident import begin

        begin(finding=finding, symptom=symptom, words=words, by=by)

    @incident.command("show", help=h("incident_show"))
    def incident_show(id: Annotated[str, typer.Argument(help=h("incident_id"))], json: Json = False) -> None:
        from hinomi.cli.incident import show

        show(id, json=json)

    @incident.command("log", help=h("incident_log"))
    def incident_log(
        id: Annotated[str, typer.Argument(help=h("incident_id"))],
        kind: Annotated[str, typer.Argument(help=h("incident_kind"))],
        by: By,
        ref: Annotated[str, typer.Option("--ref", help=h("incident_ref"))] = "",
        text: Annotated[str, typer.Option("--text", help=h("incident_words"))] = "",
    ) -> None:
        from hinomi.cli.incident import write

        write(id, kind, ref=ref, text=text, by=by)

    @incident.command("offline", help=h("incident_offline"))
    def incident_offline() -> None:
        from hinomi.cli.incident import offline

        offline()

    evidence = group("evidence")
    app.add_typer(evidence, name="evidence")

    @evidence.command("show", help=h("evidence_show"))
    def evidence_show(
        reference: Annotated[str, typer.Argument(help=h("evidence_reference"))],
        by: By,
        payload: Annotated[bool, typer.Option("--payload", help=h("evidence_payload"))] = False,
        reason: Annotated[str, typer.Option("--reason", help=h("reason"))] = "",
        json: Json = False,
    ) -> None:
        from hinomi.cli.evidence import show

        show(reference, payload=payload, reason=reason, by=by, json=json)

    @evidence.command("bundle", help=h("evidence_bundle"))
    def evidence_bundle(
        finding: Annotated[str, typer.Argument(help=h("findings_id"))],
        out: Annotated[Path, typer.Option("--out", help=h("evidence_bundle_out"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.bundle import make

        make(finding, out, by=by, reason=reason)

    @evidence.command("verify", help=h("evidence_verify"))
    def evidence_verify(
        file: Annotated[Path, typer.Argument(help=h("evidence_bundle_out"))], json: Json = False
    ) -> None:
        from hinomi.cli.bundle import verify

        raise typer.Exit(verify(file, json=json))

    @evidence.command("slice", help=h("evidence_slice"))
    def evidence_slice(
        finding: Annotated[str, typer.Argument(help=h("findings_id"))],
        out: Annotated[Path, typer.Option("--out", help=h("evidence_out"))],
        reason: Reason,
        by: By,
    ) -> None:
        from hinomi.cli.evidence import cut

        cut(finding, out, by=by, reason=reason)

    audit = group("audit")
    app.add_typer(audit, name="audit")

    @audit.command("verify", help=h("audit_verify"))
    def audit_verify(json: Json = False) -> None:
        from hinomi.cli.audit import verify

        raise typer.Exit(verify(json=json))

    @audit.command("list", help=h("audit_list"))
    def audit_list(limit: Annotated[int, typer.Option("--limit", min=1)] = 50, json: Json = False) -> None:
        from hinomi.cli.audit import listing

        listing(limit, json=json)

    @app.command(help=h("ask"))
    def ask(question: Annotated[str, typer.Argument(metavar="SQL")], json: Json = False) -> None:
        from hinomi.cli.ask import answer

        answer(question, json=json)

    @app.command(help=h("captures"))
    def captures(json: Json = False) -> None:
        from hinomi.cli.read import captures as work

        work(json=json)

    @app.command(help=h("refresh"))
    def refresh() -> None:
        from hinomi.cli.read import refresh as work

        work()

    @app.command(help=h("compact"))
    def compact() -> None:
        from hinomi.cli.read import compact as work

        work()

    @app.command(help=h("records"))
    def records(name: Annotated[str, typer.Argument(help=h("records_name"))] = "", json: Json = False) -> None:
        from hinomi.cli.records import show

        show(name, json=json)

    from hinomi.cli import backup_tree, desk_tree

    desk_tree.install(app, h, _person)
    backup_tree.install(app, h, _person)
    return app


def _person() -> str:
    """Who acts, when nobody says: the name of the account."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
