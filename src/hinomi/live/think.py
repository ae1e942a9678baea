"""The process that thinks: `python -m hinomi.live.think HOME CAPTURE`.

Beside the session, never in its way: takes the new rows out of the segments, folds them into what is
kept, works out devices, use and findings, and keeps the history small. Ends when its standard input is
closed, after a last look.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.live import privileges

if TYPE_CHECKING:
    import pyarrow as pa

    from hinomi.home import Home
    from hinomi.inventory.knowledge import Knowledge
    from hinomi.live.folds import Folds
    from hinomi.model import Device, FindingDraft, Interval

TAKE_EVERY_S = 0.2
THINK_EVERY_S = 2.0
# After a thought that took t, the next begins after t times this: most of a core stays free.
REST = 3.0
# The same when somebody did something that was not heard before: whatever rings, rings then.
NEWS_EVERY_S = 0.2
NEWS_REST = 1.0
KINDS_MAX = 500_000  # kinds of doing that are remembered; then they are forgotten, and all is new once more
_KINDS = {
    "flow": ("orig_ip", "resp_ip", "resp_port", "service", "outcome"),
    "exchange": ("client_ip", "server_ip", "protocol", "operation", "outcome"),
}
SAVE_EVERY_S = 15.0  # of what is only "seen again"
GATHER_EVERY_S = 60.0
COMPACT_EVERY_S = 300.0
FOLDED = "live.folded"  # what of the segments is in the conversations
FLOW = "flow"

_log = logging.getLogger("hinomi.live")


class Thinker:
    """The stages over a tap that does not end."""

    def __init__(self, home: Home, capture: str) -> None:
        from hinomi.live.folds import Folds

        self.home = home
        self.capture = capture
        self.folds: Folds = Folds()
        self.devices: list[Device] = []
        self._seen: dict[str, int] = {}  # segment → batches taken
        self._over: set[str] = set()  # segments of which nothing more comes
        self._settled: dict[str, int] = {}  # segments of earlier sessions, wholly in the conversations
        self._unsaved: list[pa.Table] = []  # parts of conversations
        self._told: set[tuple[str, str, str, int]] = set()
        self._kinds: set[tuple[str, ...]] = set()
        self.news = 0  # kinds of doing since the last thought that were never heard before
        self._shape: object = None
        self._people: object = None
        self._knowledge: tuple[list[tuple[Path, int]], Knowledge] | None = None

    # --- rows in

    def load(self) -> None:
        """What the stores know from before this session."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from hinomi.conversations.live import Gatherer
        from hinomi.live.folds import RECENT_NS

        self._finish_left()
        self._gatherer = Gatherer()
        history = self.home.history
        others = f"capture <> '{self.capture}'"
        clues = history.raw("clue")
        self.folds.add("clue", clues.filter(pc.not_equal(clues.column("capture").cast(pa.string()), self.capture)))
        self.folds.add_conversations(history.conversations(where=others))
        edge = self.folds.now - RECENT_NS
        for record, column in (("flow", "last"), ("exchange", "time"), ("reading", "time"), ("coverage", "hour")):
            rows = history.table(record, where=f"{others} AND {column} >= ?", params=[edge])
            self.folds.add(record, _as_kept(record, rows))
        self.devices = self.home.state.all_devices()

    def _finish_left(self) -> None:
        """Flows of broken-off sessions that were not gathered yet become conversations.

        Those that had only opened when the session broke off are among them: no later word will come.
        """
        from hinomi.conversations import build
        from hinomi.conversations.live import Gatherer
        from hinomi.store.history.segment import read_segment

        before = self._folded()
        known = self.home.path / str(before.get("known") or "-")
        gatherer = Gatherer(_read_table(known) if known.is_file() else None)
        # Of these sessions something may be open: the one that wrote last, and those with rows not gathered.
        broken = {str(before.get("capture", ""))}
        everything: list[pa.RecordBatch] = []
        for path in self._segments(FLOW):
            batches = [b for b in read_segment(path) if self._is_other(b)]
            fresh = batches[int(before.get("segments", {}).get(path.name, 0)) :]
            everything += batches
            if batches:
                self._settled[path.name] = len(batches)
            if fresh:
                broken |= {str(b.column("capture")[0].as_py()) for b in fresh}
                self._unsaved.append(gatherer.add(_table(fresh)))
        gatherer.close()
        left = [b for b in everything if b.column("capture")[0].as_py() in broken]
        if left:
            self._unsaved.append(build(_young(_table(left))))
        self._save_conversations(None)

    def tell(self) -> None:
        """What was left out at the limits, for `doctor` and Today: one small file, replaced whole."""
        place = self.home.path / "thinking.json"
        temporary = place.with_suffix(".new")
        with contextlib.suppress(OSError):
            temporary.write_text(json.dumps({"session": self.capture, "left_out": dict(self.folds.counters)}))
            temporary.rename(place)

    def take(self) -> int:
        """Folds rows that were written since the last time; returns their number."""
        from hinomi.store.history.names import LIVE, WIRE_RECORDS
        from hinomi.store.history.segment import read_segment

        rows = 0
        for file in self.home.state.history_files():
            if not file.path.startswith("live/") or file.record not in WIRE_RECORDS or file.path in self._over:
                continue
            path = self.home.history_path / file.path
            batches = read_segment(path)
            before = self._seen.get(path.name, 0)
            if batches and self._is_other(batches[0]):
                self._over.add(file.path)
                continue
            new = batches[before:]
            self._seen[path.name] = len(batches)
            if file.format != LIVE:
                self._over.add(file.path)
            if new:
                table = _table(new)
                rows += table.num_rows
                self.folds.add(file.record, table)
                self.news += self._new_kinds(file.record, table)
                if file.record == FLOW:
                    part = self._gatherer.add(table)
                    self.folds.add_conversations(part)
                    self._unsaved.append(part)
        return rows

    def _new_kinds(self, record: str, table: pa.Table) -> int:
        """How many rows do what nobody did before: who, with whom, by what, with which outcome."""
        columns = _KINDS.get(record)
        if columns is None:
            return 0
        import pyarrow as pa

        rows = table.select(list(columns)).cast(pa.schema([(name, pa.string()) for name in columns]))
        kinds = rows.group_by(list(columns)).aggregate([]).to_pylist()
        fresh = {(record, *(str(kind[name]) for name in columns)) for kind in kinds} - self._kinds
        if len(self._kinds) + len(fresh) > KINDS_MAX:
            self._kinds.clear()
        self._kinds |= fresh
        return len(fresh)

    def _is_other(self, batch: pa.RecordBatch) -> bool:
        return bool(batch.num_rows and batch.column("capture")[0].as_py() != self.capture)

    def _segments(self, record: str) -> list[Path]:
        files = [f for f in self.home.state.history_files(record) if f.path.startswith("live/")]
        return [self.home.history_path / f.path for f in files if f.format != "parquet"]

    # --- conversations out

    def _folded(self) -> dict[str, Any]:
        """Segment → batches that are in the conversations, the session that said so, and where what it held lies."""
        found: dict[str, Any] = json.loads(self.home.state.note(FOLDED) or "{}")
        return found

    def save_conversations(self) -> None:
        """Writes what the flows added since the last time, with how far they were read: both or neither."""
        self._save_conversations(self._gatherer.known(self.capture))

    def _save_conversations(self, known: pa.Table | None) -> None:
        import pyarrow as pa

        from hinomi.store.history.segment import Segment
        from hinomi.store.state import HistoryFile

        parts, self._unsaved = [p for p in self._unsaved if p.num_rows], []
        stamp = f"{time.time_ns():019d}-{os.getpid()}"
        files = []
        if parts:
            name = f"live/{stamp}.conversation.arrows"
            rows = pa.concat_tables(parts).combine_chunks()
            with Segment(self.home.history_path / name, rows.schema) as segment:
                for batch in rows.to_batches():
                    segment.write(batch)
            size = (self.home.history_path / name).stat().st_size
            files = [HistoryFile(name, "conversation", self.home.site, "", "arrow", rows.num_rows, size, "")]
        flows = {path.name for path in self._segments(FLOW)}
        segments = {name: n for name, n in {**self._settled, **self._seen}.items() if name in flows}
        held = ""
        if known is not None:
            held = f"live-flows-{stamp}.arrows"
            _write_table(self.home.path / held, known)
        note = {"segments": segments, "capture": self.capture if known is not None else "", "known": held}
        with self.home.state.transaction() as tx:
            tx.put_history_files(files)
            tx.put_note(FOLDED, json.dumps(note))
        for path in self.home.path.glob("live-flows-*.arrows"):
            if path.name != held:
                path.unlink()

    # --- meaning out

    def think(self, *, always: bool = False) -> bool:
        """Works out devices, use and findings; returns whether something was saved."""
        from hinomi.context import intervals
        from hinomi.inventory import resolve
        from hinomi.pipeline.stages import no_garbage
        from hinomi.pipeline.told import told
        from hinomi.watch import WatchView, run

        state, folds = self.home.state, self.folds
        with no_garbage():
            clues, conversations = folds.clues(), self._with_young(folds.conversations())
            zones = [zone for zone in state.zones() if zone.by_person]
            decisions = state.decisions(undone=True)
            inventory = resolve(self.home.site, clues, conversations, self.devices, decisions, zones, self._taught())
            exchanges, readings, flows = (folds.recent(name) for name in ("exchange", "reading", "flow"))
            edge = folds.edge()
            before = state.intervals(start=edge)
            in_use = joined(before, intervals(readings, exchanges, inventory, flows))
            view = WatchView(
                conversations=conversations,
                flows=flows,
                exchanges=exchanges,
                inventory=inventory,
                intervals=in_use,
                zones=inventory.zones,
                now=folds.now,
                clues=clues,
                readings=readings,
                coverage=folds.recent("coverage"),
                **told(self.home),
            )
            drafts = run(view)
        self.devices = inventory.devices
        marks = {_mark(draft) for draft in drafts}
        shape = _shape(inventory.devices)
        people = (decisions, zones)
        news = not marks <= self._told or shape != self._shape or people != self._people
        if not (news or always):
            return False
        with state.transaction() as tx:
            tx.put_devices(inventory.devices)
            tx.put_proposed_zones(zone for zone in inventory.zones if not zone.by_person)
            tx.put_intervals(in_use, since=edge)
            tx.put_findings(drafts)
            self._touch_capture(tx)
        self._told, self._shape, self._people = self._told | marks, shape, people
        return True

    def _taught(self) -> Knowledge:
        """Knowledge with what people of the site taught, put together again when a file of theirs has changed."""
        from hinomi.inventory.knowledge import with_own
        from hinomi.inventory.teach import own_files

        files = own_files(self.home.knowledge_path)
        stamp = [(path, path.stat().st_mtime_ns) for path in files]
        if self._knowledge is None or stamp != self._knowledge[0]:
            self._knowledge = stamp, with_own(files)
        return self._knowledge[1]

    def _touch_capture(self, tx: object) -> None:
        """The session's newest numbers, as the session itself tells them."""
        import dataclasses

        from hinomi.store.state import Transaction

        assert isinstance(tx, Transaction)
        try:
            told = json.loads((self.home.path / "listening.json").read_text())
        except (OSError, ValueError):
            return
        capture = self.home.state.capture(self.capture)
        if capture is None or told.get("capture") != self.capture:
            return
        details = {**capture.details, "drops": int(told["drops"])}
        first = capture.first or int(told["began"])
        tx.put_capture(
            dataclasses.replace(
                capture,
                packets=int(told["packets"]),
                bytes=int(told["bytes"]),
                first=first,
                last=int(told["newest"]),
                records=told["rows"],
                details=details,
            )
        )

    def _with_young(self, conversations: pa.Table) -> pa.Table:
        """And the connections that have only opened so far."""
        import pyarrow as pa

        from hinomi.conversations import build

        young = _young(self.folds.recent(FLOW))
        return pa.concat_tables([conversations, build(young)]) if young.num_rows else conversations

    # --- order

    def compact(self) -> None:
        """Sealed segments → Parquet, small Parquet files → larger ones."""
        from hinomi.store.history.compact import compact, merge_small

        self.take()
        self.save_conversations()
        history, state, staging = self.home.history, self.home.state, self.home.staging_path
        compact(history, state, staging, only=lambda f: f.record == "conversation" or f.path in self._over)
        merge_small(history, state, staging)
        from hinomi.filing import retention

        retention.apply(self.home, by="hinomi")


def joined(before: Iterable[Interval], found: Sequence[Interval]) -> list[Interval]:
    """Intervals of the recent rows, those that began earlier with their true beginning and proof.

    Of one that no recent row shows any more, the older word stands.
    """
    import dataclasses

    rest: dict[tuple[str, str, str, str], list[Interval]] = {}
    for old in before:
        rest.setdefault((old.device, old.location, old.patient, old.why), []).append(old)
    out = []
    for new in found:
        same = rest.get((new.device, new.location, new.patient, new.why), [])
        for old in [o for o in same if o.start <= new.end and o.end >= new.start]:
            same.remove(old)
            if old.start < new.start:
                new = dataclasses.replace(new, start=old.start, evidence=old.evidence)
            new = dataclasses.replace(new, end=max(new.end, old.end))
        out.append(new)
    out += [old for left in rest.values() for old in left]
    return sorted(out, key=lambda i: (i.start, i.device, i.location, i.why))


def _mark(draft: FindingDraft) -> tuple[str, str, str, int]:
    return draft.detection, draft.key, str(draft.severity), len(draft.devices)


def _shape(devices: Iterable[Device]) -> object:
    """What of the devices a person would notice: not when they were last heard."""
    return {d.id: (d.label, d.zone, *(f"{n}={a.value}" for n, a in sorted(d.attributes.items()))) for d in devices}


def _young(flows: pa.Table) -> pa.Table:
    """Flows of which only the opening was told."""
    import pyarrow as pa
    import pyarrow.compute as pc

    phase = flows.column("phase").cast(pa.string())
    spoken = flows.filter(pc.not_equal(phase, "open")).column("flow_id").combine_chunks()
    return flows.filter(pc.and_(pc.equal(phase, "open"), pc.invert(pc.is_in(flows.column("flow_id"), spoken))))


def _table(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([pa.Table.from_batches([b]) for b in batches], promote_options="permissive")


def _as_kept(record: str, rows: pa.Table) -> pa.Table:
    """Rows of a question in the schema of the files."""
    from hinomi.store.history.schemas import schema

    return rows.cast(schema(record))


def _read_table(path: Path) -> pa.Table | None:
    from hinomi.store.history.segment import read_segment

    batches = read_segment(path)
    return _table(batches) if batches else None


def _write_table(path: Path, rows: pa.Table) -> None:
    """Whole or not at all."""
    from hinomi.store.history.segment import Segment

    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with Segment(temporary, rows.schema) as segment:
        for batch in rows.combine_chunks().to_batches():
            segment.write(batch)
    temporary.rename(path)


def main() -> None:
    from hinomi.home import Home
    from hinomi.pipeline.stages import prepare

    privileges.leave_signals()
    os.nice(5)
    home = Home(sys.argv[1])
    prepare(home)
    thinker = Thinker(home, sys.argv[2])
    thinker.load()
    thought = saved = gathered = compacted = time.monotonic()
    took, waiting, ended = 0.0, 0, False
    while not ended:
        ended = bool(select.select([sys.stdin], [], [], TAKE_EVERY_S)[0])
        waiting += thinker.take()
        now = time.monotonic()
        every, rest = (NEWS_EVERY_S, NEWS_REST) if thinker.news else (THINK_EVERY_S, REST)
        if ended or now - thought >= max(every, took * rest):
            begun = time.monotonic()
            thinker.news = 0
            due = ended or now - saved >= SAVE_EVERY_S
            if (waiting or due) and thinker.think(always=due):
                saved = now
            waiting = 0
            thinker.tell()
            thought = time.monotonic()
            took = thought - begun
        if ended or now - gathered >= GATHER_EVERY_S:
            gathered = now
            thinker.save_conversations()
        if now - compacted >= COMPACT_EVERY_S:
            compacted = now
            thinker.compact()
    home.close()


if __name__ == "__main__":
    main()
