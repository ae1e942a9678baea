"""`read`, `captures`, `refresh`, `compact`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hinomi.cli.out import complain, lang, note, put_json, put_table, say, size, t, when
from hinomi.home import Home
from hinomi.pipeline.reading import read as read_files
from hinomi.texts import Problem, wire

if TYPE_CHECKING:
    from hinomi.pipeline.report import FileReport, Progress, ReadReport


def read(files: list[str], *, keep: bool, json: bool, quiet: bool, kind: str = "") -> int:
    """Reads captures; returns the exit code."""
    home = Home()
    bar = Bar() if sys.stderr.isatty() and not quiet else None
    try:
        report = read_files(home, files, progress=bar, keep=keep, kind=kind)
    finally:
        if bar is not None:
            bar.close()
        home.close()
    if json:
        put_json(report)
    for file in report.files:
        _tell(file, quiet=quiet or json)
    if not quiet and not json:
        _sum_up(report)
    return report.exit_code


class Bar:
    """A progress bar on standard error. Rich is loaded at the first report, while the reader works."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._path = ""

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
            from rich.progress import TransferSpeedColumn as Speed

            self._bar = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), Speed(),
                TimeRemainingColumn(compact=True), console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        what = progress.path if progress.stage == "reading" else t(f"stage.{progress.stage}")
        number = f"[{progress.file}/{progress.files}] " if progress.files > 1 else ""
        self._bar.update(self._task, description=f"{number}{what[-48:]}")
        if progress.stage == "reading":
            self._bar.update(self._task, completed=progress.bytes_done, total=progress.bytes_total or None)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _tell(file: FileReport, *, quiet: bool) -> None:
    name = t("cli.stdin") if file.path == "-" else file.path
    if file.outcome == "failed":
        complain(wire.sentence(file.sentence, lang()), wire.hint(file.hint, lang()))
    elif file.outcome == "partial":
        why = Problem(
            "input.partial",
            path=name,
            byte=file.broke_at,
            reason=wire.reason(file.reason, lang()),
            packets=file.packets,
        )
        complain(why.sentence(lang()), why.hint(lang()))
    elif not quiet:
        id = "cli.read_known" if file.outcome == "known" else "cli.read_done"
        rate = file.bytes / file.seconds if file.seconds else 0.0
        facts = {"packets": f"{file.packets:,}", "size": size(file.bytes), "rate": size(int(rate))}
        say(t(id, path=name, **facts))


def _sum_up(report: ReadReport) -> None:
    if report.interrupted:
        note(t("cli.read_interrupted"))
    if report.devices is None or report.findings is None:
        return
    d, f = report.devices, report.findings
    say(t("cli.read_devices", number=report.device_count, new=d.new, changed=d.changed))
    total = len(f.raised) + len(f.seen_again) + len(f.reopened) + len(f.unchanged)
    say(t("cli.read_findings", number=total, new=len(f.raised), reopened=len(f.reopened)))


def captures(*, json: bool) -> None:
    home = Home()
    found = home.state.captures()
    if json:
        put_json(found)
        return
    heads = [t(f"head.{n}") for n in ("capture", "path", "first", "last", "packets", "size", "evidence")]
    zone = home.settings.time_zone
    put_table(
        heads,
        (
            (
                c.id,
                c.path or t("cli.stdin"),
                when(c.first, zone),
                when(c.last, zone),
                f"{c.packets:,}",
                size(c.size),
                t("cli.there") if home.history.evidence(c.id).present else t("cli.gone"),
            )
            for c in found
        ),
    )


def refresh() -> None:
    """Works out devices and findings again."""
    from hinomi.pipeline import refresh as again

    home = Home()
    if home.state.captures():
        _sum_up(again(home))
    home.close()


def compact() -> None:
    from hinomi.store.history.compact import compact as work

    home = Home()
    with home.writing():
        gone, made = work(home.history, home.state, home.staging_path)
    say(t("cli.compacted", gone=gone, made=made))
    home.close()
