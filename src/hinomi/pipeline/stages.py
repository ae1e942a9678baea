"""Rows to meaning: conversations → inventory → context → watch → state. The order of decision 1."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hinomi.pipeline.report import ReadReport

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.inventory import Inventory
    from hinomi.model import FindingDraft, Interval
    from hinomi.store.state import RemotePath, Transaction
    from hinomi.watch import Conduit, Indicator, MaintenancePath
    from hinomi.watch.habits import Word
    from hinomi.watch.places import Places


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
    "pyarrow.compute",
    "hinomi.context",
    "hinomi.conversations.gather",
    "hinomi.inventory.resolver",
    "hinomi.watch.runner",
    "hinomi.watch.view",
    "hinomi.context.use",
    "hinomi.store.history.staging",
    "hinomi.store.state",
)


def understand(home: Home, say: Callable[[str], None], seconds: dict[str, float]) -> Meaning:
    """Runs the stages over all rows that the history holds (and those it `include`s)."""
    from hinomi.columns import Columns
    from hinomi.context import intervals
    from hinomi.inventory import resolve
    from hinomi.inventory.knowledge import with_own
    from hinomi.inventory.teach import own_files
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
            in_use = intervals(readings, exchanges, inventory)
        with timed("findings", say, seconds):
            flows = history.raw("flow")
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


def told(home: Home) -> dict[str, Any]:
    """What people and lists told: the fields of `WatchView` that no packet says, for a file and for a live tap."""
    return {
        "registers": registers(home),
        "places": places(home),
        "indicators": known_bad(home),
        "policy": policy(home),
        "words": habit_words(home),
        "doubted": doubted(home),
    }


def registers(home: Home) -> list[MaintenancePath]:
    """The register of remote-maintenance paths, those that ended too, as the watch holds sessions against it."""
    return [register(path, home.settings.time_zone) for path in home.state.remote_paths(ended=True)]


def register(path: RemotePath, zone: str = "Asia/Tokyo") -> MaintenancePath:
    from hinomi.watch import MaintenancePath, Weekly, Window

    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return MaintenancePath(
        id=path.id,
        vendor=path.vendor,
        peers=path.peers,
        devices=path.devices,
        services=path.services,
        windows=tuple(Window(start, end) for start, end in path.windows),
        weekly=tuple(Weekly(week.days, minutes(week.start), minutes(week.end), zone) for week in path.weekly),
        countries=path.countries,
        until=path.ended_at or 0 if path.ended else 0,
        approved=bool(path.approver),
        approver=path.approver,
        ticket=path.ticket,
    )


def known_bad(home: Home) -> list[Indicator]:
    """What the lists that were loaded hold."""
    from hinomi.watch import Indicator

    rows = home.state.indicator_rows()
    return [Indicator(kind, value, label, name, until) for kind, value, label, name, until in rows]


def habit_words(home: Home, device: str = "") -> list[Word]:
    """What people called usual for a device, or not."""
    from hinomi.watch.habits import Word

    said = home.state.registers.habit_words(device=device)
    return [Word(word.device, word.kind, word.value, word.usual, word.by, word.at, word.reason) for word in said]


DOUBTED_MAX = 2_000  # open findings whose traffic is kept from being learnt


def doubted(home: Home) -> list[tuple[str, str, int]]:
    """Two ends of each open finding that asks a person, and since when: what it rang for teaches nothing."""
    from hinomi.model import Severity, Status

    waiting = home.state.findings(
        status=(Status.OPEN, Status.REOPENED, Status.ACKNOWLEDGED), severity_at_least=Severity.MEDIUM, limit=DOUBTED_MAX
    ).items  # fmt: skip
    found = []
    for finding in waiting:
        ends = list(finding.devices[:8])
        ends += [str(finding.facts[name]) for name in ("peer_ip", "client_ip", "server_ip") if name in finding.facts]
        outside = finding.facts.get("addresses")
        ends += [str(one) for one in outside][:8] if isinstance(outside, list) else []
        found += [(one, other, finding.first) for one, other in itertools.combinations(dict.fromkeys(ends), 2)]
    return found


def policy(home: Home) -> list[Conduit]:
    """The conduits that people approved, when they are switched on."""
    from hinomi.pipeline.conduits import approved, switched_on

    return approved(home) if switched_on(home) else []


def places(home: Home) -> Places:
    """Countries, and owners of networks where the home has a file of them; its own known destinations too."""
    from hinomi.watch import outside
    from hinomi.watch.places import Places

    outside.use_folder(home.path / "outside")
    return Places.of_folder(home.path / "outside")
