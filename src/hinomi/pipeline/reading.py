"""Capture files → staged rows → one step into the store.

The reader runs in threads of its own, without Python's lock. So it is started first, and all that
is heavy to import is imported while it works.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.intake import LINES, could_be_log, has_lines
from hinomi.pipeline import stages
from hinomi.pipeline.report import FileReport, Progress, ReadReport
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.intake.events.told import Told
    from hinomi.intake.heard import HeardLines
    from hinomi.store.history.staging import Staging
    from hinomi.store.state import Capture

STDIN = "-"
PROGRESS_EVERY_S = 0.1
# Files of the history after which they are put together: each costs every later question a little.
SEGMENTS_MAX = 400
Say = Callable[[Progress], None]


def read(
    home: Home,
    paths: Sequence[str | Path],
    *,
    progress: Say | None = None,
    keep: bool = False,
    kind: str = "",
) -> ReadReport:
    """Reads capture files and works out what they mean.

    A file that cannot be read does not stop the others. Of a file that breaks off, what could be
    read is kept. A file that was read before changes nothing. Ctrl-C keeps the files that were
    read to their end and nothing of the one in work.

    Args:
        paths: files, or "-" for standard input.
        progress: called about ten times a second.
        keep: copy the captures into the home, so that their packets can be shown when the files
            have gone.
        kind: what the files are, where their content does not tell: "netflow" takes captures of an
            exporter's datagrams for what they tell.

    Raises:
        hinomi.texts.Problem: another process is writing, or the home or its database cannot be used.
    """
    run = _Run(home, [str(path) for path in paths], progress, keep, kind)
    with home.lock():
        return run.go()


class _Run:
    def __init__(self, home: Home, paths: list[str], progress: Say | None, keep: bool, kind: str) -> None:
        self.home = home
        self.kind = kind
        self.paths = paths
        self.progress = progress
        self.keep = keep
        self.report = ReadReport(run=f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(3)}")
        self.captures: list[Capture] = []
        self.kept: list[Path] = []
        # What the rows of each file bear as long as its name is not known.
        self.meanwhile = [secrets.token_hex(8) for _ in paths]

    def go(self) -> ReadReport:
        started = time.perf_counter()
        pending = self._start(0)
        staging: Staging | None = None
        try:
            # The reader of the first file is at work; now the heavy part.
            self.home.recover()
            from hinomi.store.history.staging import Staging

            with stages.no_garbage():
                stages.prepare(self.home)
            staging = Staging(self.home.staging_path, self.home.history_path, self.report.run, self.home.site)
            try:
                for number in range(len(self.paths)):
                    reader = pending if number == 0 else self._start(number)
                    self.report.files.append(self._file(number, reader, staging))
            except KeyboardInterrupt:
                self.report.interrupted = True
                staging.forget()
            self.report.seconds["reading"] = time.perf_counter() - started
            if self.captures:
                self._finish(staging)
            else:
                staging.discard()
        except BaseException as error:
            if staging is not None:
                staging.discard()
            for path in self.kept:
                path.unlink(missing_ok=True)
            if isinstance(error, OSError):  # the reader's own errors are CaptureErrors: this is the home
                raise Problem("home.cannot_store", path=self.home.path, reason=error.strerror or error) from error
            raise
        self._tidy()
        return self.report

    def _tidy(self) -> None:
        """Turns segments into Parquet once there are many; a run that finds few does not wait for it."""
        if self.captures and len(self.home.state.history_files()) > SEGMENTS_MAX:
            from hinomi.store.history.compact import compact

            with stages.timed("compacting", self._stage, self.report.seconds):
                compact(self.home.history, self.home.state, self.home.staging_path)

    def _start(self, number: int) -> Any:
        """A reader at work, or the error it met at once."""
        from hinomi import _wire

        settings, path = self.home.settings, self.paths[number]
        site, sensor, key = settings.site, settings.sensor, self.home.key.reveal()
        try:
            if self.kind or (path != STDIN and could_be_log(path)):
                from hinomi.intake.log import open_log

                log = open_log(
                    path,
                    site=site,
                    sensor=sensor,
                    key=key,
                    kind=self.kind,
                    zone=settings.time_zone,
                    hosts=Hosts(self.home),
                    told=self.told,
                )
                if log is not None:
                    return log
            word = self.meanwhile[number]
            return _wire.Reader(path, site=site, sensor=sensor, key=key, limits=LINES, meanwhile=word)
        except _wire.CaptureError as error:
            return error

    def _file(self, number: int, reader: Any, staging: Staging) -> FileReport:
        """Stages one file's rows."""
        from hinomi import _wire

        path, started = self.paths[number], time.perf_counter()
        if isinstance(reader, _wire.CaptureError):
            return _failed(path, reader)
        staging.begin()
        try:
            known = self._rows(number, reader, staging)
        except _wire.CaptureError as error:
            staging.forget()
            return _failed(path, error)
        except BaseException:
            reader.stop()
            raise
        if known is not None:
            reader.stop()
            staging.forget()
            return _file_report(path, "known", known, time.perf_counter() - started)
        summary = reader.summary()
        self._conversations(number, staging)
        capture = self._capture(path, summary, reader.progress()[1], staging.keep())
        self.captures.append(capture)
        outcome = "read" if capture.complete else "partial"
        return _file_report(path, outcome, capture, time.perf_counter() - started)

    def _rows(self, number: int, reader: Any, staging: Staging) -> Capture | None:
        """Writes the rows; returns the capture instead when it turns out to be one read before."""
        import pyarrow as pa

        known = self._known_file(self.paths[number])
        if known is not None:
            return known
        meanwhile, told, word, lines = self.meanwhile[number], 0.0, "", None
        for record, wire_batch in reader:
            batch = pa.record_batch(wire_batch)
            if not word:
                word = batch.column("capture")[0].as_py()
                if word != meanwhile and (known := self._known(word)) is not None:
                    return known
            if lines is None and has_lines(record, batch):
                lines = self._lines()
            for name, part in ((record, batch),) if lines is None else lines.take(record, batch):
                staging.write(name, part)
            now = time.monotonic()
            if self.progress is not None and now - told >= PROGRESS_EVERY_S:
                told = now
                self._tell("reading", number, reader.progress())
        for name, part in () if lines is None else lines.finish():
            staging.write(name, part)
        if self.progress is not None:
            self._tell("reading", number, reader.progress())
        name = reader.summary()["capture_id"]
        if not word or word == meanwhile:
            known = self._known(name)
        if word == meanwhile and known is None:
            staging.rename(word, name)
        return known

    def _known_file(self, path: str) -> Capture | None:
        """The capture that this file is, found before it is read. Only one of a known size is worth a look."""
        from hinomi import _wire

        try:
            size = Path(path).stat().st_size if Path(path).is_file() else 0
        except OSError:
            return None  # the reader has its own word for it
        if not size or (size not in self._sizes and all(capture.size != size for capture in self.captures)):
            return None
        try:
            return self._known(_wire.capture_id(path))
        except _wire.CaptureError:
            return None

    @cached_property
    def _sizes(self) -> set[int]:
        """Sizes of the captures of earlier runs."""
        return {capture.size for capture in self.home.state.captures()}

    def _lines(self) -> HeardLines:
        """For the lines of syslog of one capture."""
        from hinomi.intake.heard import HeardLines

        return HeardLines(self.home.key.reveal(), self.home.settings.time_zone, Hosts(self.home), self.told)

    @cached_property
    def told(self) -> Told:
        """Which lines of logs the history and this run know."""
        from hinomi.intake.events.told import Told

        return Told(self.home.key.reveal(), self.home.history.lines_told)

    def _known(self, id: str) -> Capture | None:
        mine = next((capture for capture in self.captures if capture.id == id), None)
        return mine or self.home.state.capture(id)

    def _conversations(self, number: int, staging: Staging) -> None:
        import pyarrow as pa

        from hinomi.conversations import build
        from hinomi.store.history.segment import read_segment

        flows = staging.paths().get("flow")
        if flows is None:
            return
        started = time.perf_counter()
        if self.progress is not None:
            self._tell("conversations", number, (0, 0, 0))
        for batch in build(pa.Table.from_batches(read_segment(flows))).to_batches():
            staging.write("conversation", batch)
        seconds = self.report.seconds
        seconds["conversations"] = seconds.get("conversations", 0.0) + time.perf_counter() - started

    def _finish(self, staging: Staging) -> None:
        """Old and new rows together are worked out; then all of it becomes visible in one step."""
        history = self.home.history
        history.include([(file.record, staging.local(file)) for file in staging.files])
        try:
            meaning = stages.understand(self.home, self._stage, self.report.seconds)
        finally:
            history.include([])
        with stages.timed("saving", self._stage, self.report.seconds):
            captures = [self._kept(capture) for capture in self.captures]
            files = staging.publish()
            with self.home.state.transaction() as tx:
                tx.put_history_files(files)
                for capture in captures:
                    tx.put_capture(capture)
                    tx.audit("hinomi", "capture.read", capture.id, {"size": capture.size, "run": capture.run})
                stages.save(tx, meaning, self.report)

    def _capture(self, path: str, summary: dict[str, Any], size: int, rows: dict[str, int]) -> Capture:
        from hinomi.store.state import Capture

        cut = summary["truncated_at"]
        return Capture(
            id=summary["capture_id"],
            site=self.home.site,
            sensor=self.home.settings.sensor,
            path="" if path == STDIN else str(Path(path).resolve()),
            kept="",
            size=0 if path == STDIN else size,
            run=self.report.run,
            read_at=time.time_ns(),
            first=summary["first"] or 0,
            last=summary["last"] or 0,
            packets=summary["packets"],
            bytes=summary["bytes"],
            records=rows,
            complete=cut is None,
            problem="" if cut is None else f"at byte {cut}: {summary['truncated_why']}",
            details=summary,
        )

    def _kept(self, capture: Capture) -> Capture:
        """The capture, copied into the home when that was asked for."""
        if not self.keep or not capture.path:
            return capture
        import dataclasses

        name = f"{capture.id}{''.join(Path(capture.path).suffixes[-2:])}"
        target, temporary = self.home.evidence_path / name, self.home.staging_path / name
        shutil.copyfile(capture.path, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.rename(target)
        self.kept.append(target)
        return dataclasses.replace(capture, kept=f"evidence/{name}")

    def _stage(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(Progress(stage, "", len(self.paths), len(self.paths), 0, 0, 0))

    def _tell(self, stage: str, number: int, seen: tuple[int, int, int]) -> None:
        if self.progress is not None:
            self.progress(Progress(stage, self.paths[number], number + 1, len(self.paths), *seen))


def _failed(path: str, error: Any) -> FileReport:
    return FileReport(path, "failed", sentence=error.sentence, hint=error.hint)


def _file_report(path: str, outcome: str, capture: Capture, seconds: float) -> FileReport:
    sentence = hint = reason = ""
    byte = 0
    if outcome == "partial":
        reason, byte = str(capture.details["truncated_why"]), int(str(capture.details["truncated_at"]))
        why = Problem("input.partial", path=path, byte=byte, reason=reason, packets=capture.packets)
        sentence, hint = why.sentence(), why.hint()
    return FileReport(
        path,
        outcome,
        capture=capture.id,
        sentence=sentence,
        hint=hint,
        reason=reason,
        broke_at=byte,
        packets=capture.packets,
        bytes=capture.bytes,
        first=capture.first,
        last=capture.last,
        records=capture.records,
        seconds=seconds,
    )


class Hosts(Mapping[str, str]):
    """Names of devices → an address of theirs, for logs that tell the name alone. Looked up when first asked for."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for device in self._home.state.all_devices():
            name, ip = (device.value("hostname") or "").lower(), next((a.ip for a in device.addresses if a.ip), "")
            if name and ip:
                found.setdefault(name, ip)
                found.setdefault(name.partition(".")[0], ip)
        return found

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
