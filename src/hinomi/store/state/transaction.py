"""What a run writes. All methods of one `Transaction` become visible together, or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, func, insert, select, update

from hinomi.model import Device, FindingDraft, Interval, Zone
from hinomi.store.state import audit_chain, write_devices, write_findings
from hinomi.store.state import tables as t
from hinomi.store.state.bulk import insert_rows
from hinomi.store.state.codec import canonical, clean, dumps
from hinomi.store.state.shapes import Capture, DeviceChanges, FindingChanges, HistoryFile

ROWS_PER_STATEMENT = 5_000


class Transaction:
    """Made by `State.transaction()`. Not for use after it has ended."""

    def __init__(self, connection: Connection, site: str) -> None:
        self.connection = connection
        self.site = site
        self.now = time.time_ns()
        self._touched = False

    def touch(self) -> None:
        """Notes that something a screen shows has changed: `State.version()` grows."""
        if self._touched:
            return
        self._touched = True
        rows = update(t.meta).where(t.meta.c.name == "version")
        seen = self.connection.execute(select(t.meta.c.value).where(t.meta.c.name == "version")).scalar()
        if seen is None:
            self.connection.execute(insert(t.meta).values(name="version", value="1"))
        else:
            self.connection.execute(rows.values(value=str(int(seen) + 1)))

    def put_note(self, name: str, value: str) -> None:
        """Keeps a word that a stage needs at its next start."""
        self.connection.execute(delete(t.meta).where(t.meta.c.name == name))
        self.connection.execute(insert(t.meta).values(name=name, value=value))

    def has_capture(self, id: str) -> bool:
        return self.connection.execute(select(t.capture.c.id).where(t.capture.c.id == id)).first() is not None

    def put_capture(self, capture: Capture) -> None:
        """Adds a capture; one that was read only in part before is replaced."""
        self.touch()
        self.connection.execute(delete(t.capture).where(t.capture.c.id == capture.id))
        self.connection.execute(
            insert(t.capture).values(
                id=capture.id,
                site=capture.site,
                sensor=capture.sensor,
                path=clean(capture.path),
                kept=capture.kept,
                size=capture.size,
                run=capture.run,
                read_at=capture.read_at,
                first_seen=capture.first,
                last_seen=capture.last,
                packets=capture.packets,
                bytes=capture.bytes,
                records=dumps(capture.records),
                complete=capture.complete,
                problem=clean(capture.problem),
                details=dumps(capture.details),
            )
        )

    def put_history_files(self, files: Iterable[HistoryFile]) -> None:
        """Makes files of the history visible; they must lie in place, whole and synced."""
        rows = [
            {
                "path": f.path,
                "record": f.record,
                "site": f.site,
                "day": f.day,
                "format": f.format,
                "rows": f.rows,
                "bytes": f.bytes,
                "run": f.run,
            }
            for f in files
        ]
        if rows:
            self.touch()
            self.connection.execute(insert(t.history_file), rows)

    def seal_history_file(self, path: str, rows: int, size: int) -> None:
        """A live segment does not grow any more."""
        self.touch()
        self.connection.execute(
            update(t.history_file).where(t.history_file.c.path == path).values(format="arrow", rows=rows, bytes=size)
        )

    def drop_history_files(self, paths: Sequence[str]) -> None:
        """Makes files invisible; the caller removes them after the transaction."""
        self.touch()
        for start in range(0, len(paths), 500):
            part = paths[start : start + 500]
            self.connection.execute(delete(t.history_file).where(t.history_file.c.path.in_(part)))

    def put_devices(self, devices: Sequence[Device]) -> DeviceChanges:
        """Makes `devices` the devices of the site; unchanged ones are not written again."""
        self.touch()
        return write_devices.put(self.connection, self.site, devices)

    def put_proposed_zones(self, zones: Iterable[Zone]) -> None:
        """Replaces the zones Hinomi proposes; zones of people stay as they are."""
        self.touch()
        mine = t.zone.c.site == self.site
        self.connection.execute(delete(t.zone).where(mine, t.zone.c.by_person.is_(False)))
        taken = set(self.connection.execute(select(t.zone.c.id).where(mine)).scalars())
        self.insert_zones([zone for zone in zones if zone.id not in taken and not zone.by_person])

    def insert_zones(self, zones: Iterable[Zone]) -> None:
        rows = [
            {
                "site": self.site,
                "id": z.id,
                "kind": z.kind,
                "name_ja": clean(z.name_ja),
                "name_en": clean(z.name_en),
                "subnets": dumps(z.subnets),
                "vlan": z.vlan,
                "by_person": z.by_person,
            }
            for z in zones
        ]
        insert_rows(self.connection, t.zone, rows)

    def put_intervals(self, intervals: Iterable[Interval], *, since: int | None = None) -> None:
        """Makes `intervals` the in-use intervals of the site; with `since`, those that end later than that."""
        self.touch()
        gone = delete(t.interval).where(t.interval.c.site == self.site)
        self.connection.execute(gone if since is None else gone.where(t.interval.c.end_at >= since))
        rows = [
            {
                "site": self.site,
                "device": i.device,
                "location": clean(i.location),
                "start_at": i.start,
                "end_at": i.end,
                "why": i.why,
                "patient": i.patient,
                "capture": i.evidence.capture,
                "packet": i.evidence.packet,
                "byte_offset": i.evidence.offset,
            }
            for i in intervals
        ]
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            insert_rows(self.connection, t.interval, rows[start : start + ROWS_PER_STATEMENT])

    def put_findings(self, drafts: Sequence[FindingDraft]) -> FindingChanges:
        """Merges what the detections say into the findings. Doing it twice changes nothing.

        A finding that the drafts no longer contain stays as it is.
        """
        self.touch()
        return write_findings.put(self.connection, self.site, drafts, self.now)

    def audit(self, actor: str, act: str, subject: str, detail: Mapping[str, object]) -> None:
        """Appends to the hash chain."""
        audit_chain.append(self.connection, self.now, actor, act, subject, canonical(detail))

    def count(self, table: str) -> int:
        """Rows of a table, for reports."""
        rows = self.connection.execute(select(func.count()).select_from(t.metadata.tables[table])).scalar()
        return int(rows or 0)


def as_person(zone: Zone) -> Zone:
    """The zone as a person's word."""
    return replace(zone, by_person=True)
