"""`State`: the one door to the state database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hinomi.model import Decision, Device, Interval, Severity, Status, Zone
from hinomi.store.state import acts, filing, indicators, notices, read_devices, read_findings, read_rest
from hinomi.store.state.engine import open_engine, reading, writing
from hinomi.store.state.shapes import (
    AuditEntry,
    AuditFilter,
    AuditVerdict,
    Capture,
    DeviceSummary,
    Filed,
    Finding,
    FindingEvent,
    HistoryFile,
    IndicatorList,
    KeptSummary,
    Mark,
    Notice,
    Page,
    RemotePath,
)
from hinomi.store.state.transaction import Transaction

if TYPE_CHECKING:
    from hinomi.store.state.passkeys import Passkeys
    from hinomi.store.state.people import People
    from hinomi.store.state.registers import Registers


class State:
    """The state of one site. Cheap to keep open; safe to use from several threads."""

    def __init__(self, url: str, *, site: str) -> None:
        """Opens the database and brings its schema up to date.

        Raises:
            hinomi.texts.Problem: it cannot be opened, or a newer program wrote it.
        """
        self.site = site
        self._engine = open_engine(url)

    @property
    def database(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One writing transaction: all of it is kept, or nothing. Waits for other writers."""
        with writing(self._engine) as connection:
            yield Transaction(connection, self.site)

    def version(self) -> int:
        """Grows with every change that a screen could show; ask it to know whether to reload."""
        with reading(self._engine) as c:
            return read_rest.version(c)

    def note(self, name: str) -> str:
        """What `Transaction.put_note` kept, '' when nothing."""
        with reading(self._engine) as c:
            return read_rest.note(c, name)

    # --- captures and history files

    def captures(self) -> list[Capture]:
        """Every capture that was read, newest reading first."""
        with reading(self._engine) as c:
            return read_rest.captures(c)

    def capture(self, id: str) -> Capture | None:
        with reading(self._engine) as c:
            return read_rest.capture(c, id)

    def history_files(self, record: str | None = None) -> list[HistoryFile]:
        """The files that make up the history now."""
        with reading(self._engine) as c:
            return read_rest.history_files(c, record)

    # --- devices

    def devices(
        self,
        *,
        text: str = "",
        zone: str | None = None,
        category: str | None = None,
        type: str | None = None,
        outside: bool | None = None,
        finding_open: bool | None = None,
        sort: str = "label",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[DeviceSummary]:
        """The device list.

        Args:
            text: every word must occur in a name, address, attribute or service of the device.
            zone, category, type: exact ids; "" finds those without one.
            finding_open: only those that some waiting finding names (or that none names).
            sort: label, type, manufacturer, model, zone, first, last, open_findings, worst.
            limit: None for all.

        Raises:
            ValueError: unknown `sort`.
        """
        with reading(self._engine) as c:
            return read_devices.devices(
                c,
                self.site,
                text=text,
                zone=zone,
                category=category,
                type=type,
                outside=outside,
                finding_open=finding_open,
                sort=sort,
                descending=descending,
                limit=limit,
                offset=offset,
            )

    def device_counts(self, by: str) -> dict[str, int]:
        """Number of devices per value of `by`: category, type, zone, manufacturer, os, outside."""
        with reading(self._engine) as c:
            return read_devices.counts(c, self.site, by)

    def device(self, id: str) -> Device | None:
        """One device with all its attributes and their sources."""
        with reading(self._engine) as c:
            return read_devices.device(c, id)

    def device_summary(self, id: str) -> DeviceSummary | None:
        with reading(self._engine) as c:
            return read_devices.summary(c, self.site, id)

    def device_by(self, word: str) -> list[str]:
        """Ids of the devices that an id, IP address, MAC, host name, AE title, serial … means, best first."""
        with reading(self._engine) as c:
            return read_devices.find(c, self.site, word)

    def summaries_again(self, kept: Mapping[str, KeptSummary]) -> dict[str, KeptSummary]:
        """All rows of the device list by id, each with a mark; rows whose mark is still that of `kept` are reused."""
        with reading(self._engine) as c:
            return read_devices.summaries_again(c, self.site, kept)

    def all_devices(self) -> list[Device]:
        """Every device in full: what `inventory.resolve` takes as `previous`."""
        with reading(self._engine) as c:
            return read_devices.all_devices(c, self.site)

    def labels(self, ids: Iterable[str] | None = None) -> dict[str, str]:
        """Device id -> label; of all devices when `ids` is None."""
        with reading(self._engine) as c:
            return read_devices.labels(c, self.site, ids)

    def addresses(self) -> list[tuple[str, str, str, int, int]]:
        """(device id, mac, ip, first, last) of every address held, for joins with the history."""
        with reading(self._engine) as c:
            return read_devices.addresses(c, self.site)

    def decisions(self, device: str | None = None, *, undone: bool = False) -> list[Decision]:
        """People's decisions on devices, oldest first; with `undone`, also those taken back."""
        with reading(self._engine) as c:
            return read_rest.decisions(c, self.site, device, undone)

    def decide_device(
        self,
        device: str,
        kind: str,
        *,
        by: str,
        reason: str,
        attribute: str = "",
        value: str = "",
        other: str = "",
    ) -> Decision:
        """Keeps a person's word on a device, with an audit entry.

        A `set` shows at once; `merge` and `split` need `hinomi.pipeline.refresh(home)`.

        Raises:
            hinomi.texts.Problem: no such device, or no reason given.
        """
        with self.transaction() as tx:
            return acts.decide_device(
                tx, device, kind, by=by, reason=reason, attribute=attribute, value=value, other=other
            )

    def decide_devices(
        self, devices: Sequence[str], said: Mapping[str, str], *, by: str, reason: str
    ) -> list[Decision]:
        """Keeps the same words (attribute → value) on many devices, in one step."""
        with self.transaction() as tx:
            return acts.decide_devices(tx, devices, said, by=by, reason=reason)

    def undo_decision(self, id: str, *, by: str, reason: str) -> Decision:
        """Takes a decision back; `hinomi.pipeline.refresh(home)` then shows what clues say."""
        with self.transaction() as tx:
            return acts.undo_decision(tx, id, by=by, reason=reason)

    def undo_decisions(self, ids: Sequence[str], *, by: str, reason: str) -> list[Decision]:
        """Takes many decisions back, all of them or none."""
        with self.transaction() as tx:
            return [acts.undo_decision(tx, id, by=by, reason=reason) for id in ids]

    # --- zones

    def zones(self) -> list[Zone]:
        """People's zones and those that Hinomi proposes, by id."""
        with reading(self._engine) as c:
            return read_rest.zones(c, self.site)

    def set_zones(self, zones: Sequence[Zone], *, by: str, replace: bool = False) -> None:
        """Adds or changes zones as a person's word; `replace` drops the others."""
        with self.transaction() as tx:
            acts.set_zones(tx, zones, by=by, replace=replace)

    # --- findings

    def findings(
        self,
        *,
        status: Iterable[Status] | None = None,
        severity_at_least: Severity | None = None,
        detection: str | None = None,
        device: str | Collection[str] | None = None,
        zone: str | None = None,
        story: str | None = None,
        start: int | None = None,
        end: int | None = None,
        sort: str = "severity",
        descending: bool = True,
        limit: int | None = None,
        offset: int = 0,
    ) -> Page[Finding]:
        """Findings. Without `status` all of them; those that wait for a person are open and reopened.

        Args:
            device: only findings that name it (or one of several); `zone`: that name a device of it.
            start, end: only findings whose first..last touches [start, end).
            sort: severity (then last), last, first, detection, created_at.
        """
        with reading(self._engine) as c:
            return read_findings.findings(
                c,
                self.site,
                status=status,
                severity_at_least=severity_at_least,
                detection=detection,
                device=device,
                zone=zone,
                story=story,
                start=start,
                end=end,
                sort=sort,
                descending=descending,
                limit=limit,
                offset=offset,
            )

    def finding(self, id: str) -> Finding | None:
        with reading(self._engine) as c:
            return read_findings.finding(c, id)

    def finding_events(self, id: str) -> list[FindingEvent]:
        """The life of a finding, oldest first."""
        with reading(self._engine) as c:
            return read_findings.events(c, id)

    def finding_counts(self) -> dict[Status, dict[Severity, int]]:
        """Number of findings per effective status and severity; zeros left out."""
        with reading(self._engine) as c:
            return read_findings.counts(c, self.site)

    def decide_findings(
        self, ids: Sequence[str], status: Status, *, by: str, reason: str, until: int | None = None
    ) -> list[Finding]:
        """One answer for several findings: all of them, or, when one cannot be decided, none."""
        with self.transaction() as tx:
            return [acts.decide_finding(tx, id, status, by=by, reason=reason, until=until) for id in dict.fromkeys(ids)]

    def decide_finding(self, id: str, status: Status, *, by: str, reason: str, until: int | None = None) -> Finding:
        """A person decides: acknowledged, explained, resolved, or open again.

        Explained holds whatever comes until `until`; resolved is reopened by newer traffic of the
        same cause. The reason and an audit entry stay for ever.

        Raises:
            hinomi.texts.Problem: no such finding, no reason, `until` in the past, or status
                `reopened` (only Hinomi reopens).
        """
        with self.transaction() as tx:
            return acts.decide_finding(tx, id, status, by=by, reason=reason, until=until)

    # --- context, theatre, registers

    def intervals(
        self,
        *,
        device: str | None = None,
        location: str | None = None,
        start: int | None = None,
        end: int | None = None,
    ) -> list[Interval]:
        """In-use intervals that touch [start, end), oldest first."""
        with reading(self._engine) as c:
            return read_rest.intervals(c, self.site, device, location, start, end)

    def marks(self, location: str, start: int | None = None, end: int | None = None) -> list[Mark]:
        """Marks of a room that were not taken back, oldest first."""
        with reading(self._engine) as c:
            return read_rest.marks(c, self.site, location, start, end)

    def add_mark(
        self, location: str, time: int, text: str, *, by: str, kind: str = "note", end: int | None = None
    ) -> Mark:
        with self.transaction() as tx:
            return acts.add_mark(tx, location, time, text, by=by, kind=kind, end=end)

    def undo_mark(self, id: str, *, by: str) -> None:
        with self.transaction() as tx:
            acts.undo_mark(tx, id, by=by)

    def remote_paths(self, *, ended: bool = False) -> list[RemotePath]:
        """The register of remote-maintenance paths; with `ended`, also those that ended."""
        with reading(self._engine) as c:
            return read_rest.remote_paths(c, self.site, ended)

    def put_remote_path(self, path: RemotePath) -> None:
        """Adds or changes a registered path (by `id`), with an audit entry."""
        with self.transaction() as tx:
            acts.put_remote_path(tx, path)

    # --- what people file for the duties

    def file(self, kind: str, body: Mapping[str, Any], *, by: str, id: str = "", gone: bool = False) -> Filed:
        """Files an entry, or how an entry with this `id` stands from now on; `gone` withdraws it. Nothing is erased.

        Raises:
            hinomi.texts.Problem: no name, or over a named limit.
        """
        with self.transaction() as tx:
            return filing.put(tx, kind, body, by=by, id=id, gone=gone)

    def filed(self, kind: str, *, gone: bool = False) -> list[Filed]:
        """Every entry of a kind as it stands now, in the order in which they came."""
        with reading(self._engine) as c:
            return filing.newest(c, self.site, kind, gone=gone)

    def filed_history(self, kind: str, id: str) -> list[Filed]:
        """How one entry stood, oldest first."""
        with reading(self._engine) as c:
            return filing.history(c, self.site, kind, id)

    def filed_count(self) -> int:
        """Rows filed so far; `filing.FILED_MAX` is the limit."""
        with reading(self._engine) as c:
            return filing.count(c, self.site)

    @cached_property
    def registers(self) -> Registers:
        """What people add to the inventory: ledger, told places, documents, words on weaknesses."""
        from hinomi.store.state.registers import Registers

        return Registers(self._engine, self.site, self.transaction)

    @cached_property
    def people(self) -> People:
        """Who may use Hinomi: people, their sessions and tokens."""
        from hinomi.store.state.people import People

        return People(self._engine, self.transaction)

    @cached_property
    def passkeys(self) -> Passkeys:
        """Public halves of the keys that people sign in with."""
        from hinomi.store.state.passkeys import Passkeys

        return Passkeys(self._engine, self.transaction)

    def end_remote_path(self, id: str, *, by: str, reason: str) -> RemotePath:
        """From now on nothing may come by this path; what came before stays as it was judged.

        Raises:
            hinomi.texts.Problem: no such path, or it ended already, or no reason.
        """
        with self.transaction() as tx:
            return acts.end_remote_path(tx, id, by=by, reason=reason)

    # --- notices

    def due_notices(self, now: int) -> list[Notice]:
        """Notices that wait and may go now, oldest first."""
        with reading(self._engine) as c:
            return notices.due(c, self.site, now)

    def notices(self, limit: int = 100) -> list[Notice]:
        """The newest notices, whatever became of them."""
        with reading(self._engine) as c:
            return notices.newest(c, self.site, limit)

    def notice_counts(self) -> dict[str, int]:
        """Notices by state, and `lost` over the limit of the queue."""
        with reading(self._engine) as c:
            return notices.counts(c, self.site)

    # --- lists of known-bad things

    def indicator_lists(self) -> list[IndicatorList]:
        """The lists that were loaded, newest first."""
        with reading(self._engine) as c:
            return indicators.lists(c, self.site)

    def indicator_rows(self) -> list[tuple[str, str, str, str, int]]:
        """(kind, value, label, name of the list, until) of every list."""
        with reading(self._engine) as c:
            return indicators.rows(c, self.site)

    def put_indicators(
        self, name: str, rows: Iterable[indicators.Row], skipped: Mapping[str, int], *, by: str
    ) -> IndicatorList:
        """Loads a list; one of the same name is replaced.

        Raises:
            hinomi.texts.Problem: nothing in it can be used, or over the limit.
        """
        with self.transaction() as tx:
            return indicators.put(tx, name, rows, skipped, by=by)

    def drop_indicators(self, id: str, *, by: str, reason: str) -> None:
        """Forgets a list (by id or name). What it found stays."""
        with self.transaction() as tx:
            indicators.drop(tx, id, by=by, reason=reason)

    # --- audit

    def audit(self, actor: str, act: str, subject: str, detail: Mapping[str, object] | None = None) -> None:
        """Adds an entry to the chain: an access to patient-related data, or an act done elsewhere."""
        with self.transaction() as tx:
            tx.audit(actor, act, subject, detail or {})

    def audit_entries(self, *, limit: int = 100, before: int | None = None) -> list[AuditEntry]:
        """Entries, newest first; `before` is a `seq` to page on."""
        with reading(self._engine) as c:
            return read_rest.audit_entries(c, limit, before)

    def find_audit(self, wanted: AuditFilter, limit: int) -> list[AuditEntry]:
        """Entries that fit, newest first."""
        with reading(self._engine) as c:
            return read_rest.find_audit(c, wanted, limit)

    def audit_words(self) -> tuple[list[str], list[str]]:
        """Who stands in the chain, and which acts."""
        with reading(self._engine) as c:
            return read_rest.audit_words(c)

    def verify_audit(self) -> AuditVerdict:
        """Recomputes the whole chain."""
        with reading(self._engine) as c:
            return read_rest.verify_audit(c)
