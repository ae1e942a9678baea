"""Rows to meaning: conversations → inventory → context → watch → state. The order of decision 1."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hinomi.pipeline.report import ReadReport

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.inventory import Inventory
    from hinomi.model import FindingDraft, Interval
    from hinomi.store.state import Transaction


@dataclass(slots=True)
class Meaning:
    """What the stages made of all rows; not yet written."""

    inventory: Inventory
    intervals: list[Interval]
    drafts: list[FindingDraft]


def prepare(home: Home) -> None:
    """Loads all that `understand` needs: for the time in which the reader is at work.

    Half a second of imports, knowledge files and first calls, that would otherwise be waited for.
    """
    import importlib

    for name in _HEAVY:
        importlib.import_module(name)
    from hinomi.inventory import knowledge
    from hinomi.inventory.oui import registry as makers
    from hinomi.watch import registry

    knowledge.load()
    makers()
    registry()


_HEAVY = (
    "numpy",
    "numpy.ma",
    "pyarrow.compute",
    "pyarrow.acero",  # what groups tables loads it, with all of Arrow's data sets
    "hinomi.context",
    "hinomi.conversations.gather",
    "hinomi.inventory.resolver",
    "hinomi.watch.runner",
    "hinomi.watch.view",
    "hinomi.context.use",
    "hinomi.store.history.staging",
    "hinomi.store.state",
    "hinomi.store.state.registers",
    "hinomi.inventory.teach",
    "hinomi.inventory.places",
    "hinomi.pipeline.told",
    "hinomi.pipeline.conduits",
)


def understand(home: Home, say: Callable[[str], None], seconds: dict[str, float]) -> Meaning:
    """Runs the stages over all rows that the history holds (and those it `include`s)."""
    from hinomi.columns import Columns
    from hinomi.context import intervals
    from hinomi.inventory import resolve
    from hinomi.inventory.knowledge import with_own
    from hinomi.inventory.teach import own_files
    from hinomi.pipeline.told import told
    from hinomi.watch import WatchView, run

    state, history = home.state, home.history
    with no_garbage():
        with timed("devices", say, seconds):
            conversations = history.conversations()
            clues = history.clues_merged()
            shared = [Columns.of(table) for table in (conversations, clues)]  # as long as any stage may ask
            zones = [zone for zone in state.zones() if zone.by_person]
            inventory = resolve(
                home.site,
                clues,
                conversations,
                state.all_devices(),
                state.decisions(undone=True),
                zones,
                with_own(own_files(home.knowledge_path)),
            )
        with timed("context", say, seconds):
            readings, exchanges = history.raw("reading"), history.raw("exchange")
            shared += [Columns.of(readings), Columns.of(exchanges)]
            flows = history.raw("flow")
            in_use = intervals(readings, exchanges, inventory, flows)
        with timed("findings", say, seconds):
            view = WatchView(
                conversations=conversations,
                flows=flows,
                exchanges=exchanges,
                inventory=inventory,
                intervals=in_use,
                zones=inventory.zones,
                now=newest(conversations),
                clues=clues,
                readings=readings,
                coverage=history.raw("coverage"),
                **told(home),
            )
            drafts = run(view)
    return Meaning(inventory, in_use, drafts)


def save(tx: Transaction, meaning: Meaning, report: ReadReport) -> None:
    """Writes the meaning in the caller's transaction."""
    with no_garbage():
        report.devices = tx.put_devices(meaning.inventory.devices)
        tx.put_proposed_zones(zone for zone in meaning.inventory.zones if not zone.by_person)
        tx.put_intervals(meaning.intervals)
        report.findings = tx.put_findings(meaning.drafts)
        report.device_count = len(meaning.inventory.devices)


def refresh(home: Home, *, say: Callable[[str], None] = lambda stage: None) -> ReadReport:
    """Works everything out again from the rows that are there.

    Raises:
        hinomi.texts.Problem: another process is writing.
    """
    report = ReadReport(run="")
    with home.writing():
        meaning = understand(home, say, report.seconds)
        with timed("saving", say, report.seconds), home.state.transaction() as tx:
            save(tx, meaning, report)
    return report


@contextmanager
def timed(stage: str, say: Callable[[str], None], seconds: dict[str, float]) -> Iterator[None]:
    say(stage)
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start


@contextmanager
def no_garbage() -> Iterator[None]:
    """Without the cycle collector: it would walk hundreds of thousands of fresh objects, in vain."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def newest(conversations: object) -> int:
    import pyarrow.compute as pc

    return int(pc.max(conversations.column("last")).as_py() or 0)  # type: ignore[attr-defined]
