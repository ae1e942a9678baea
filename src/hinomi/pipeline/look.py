"""What is stored, as the duties look at it: the same view that the watch had, without working anything out again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hinomi.model import Device

if TYPE_CHECKING:
    from hinomi.duties import DutiesView
    from hinomi.home import Home


@dataclass(frozen=True, slots=True)
class Stored:
    """The devices as they were saved."""

    devices: list[Device]


def duties_view(home: Home) -> DutiesView:
    """The newest state and history. No ledger is stored yet, so that the ledger stays unknown."""
    from hinomi.duties import DutiesView
    from hinomi.pipeline.stages import newest, places, registers
    from hinomi.watch import WatchView

    state, history = home.state, home.history
    conversations = history.conversations()
    now = newest(conversations)
    watch = WatchView(
        conversations=conversations,
        flows=history.raw("flow"),
        exchanges=history.raw("exchange"),
        inventory=Stored(state.all_devices()),
        intervals=state.intervals(),
        zones=state.zones(),
        registers=registers(home),
        now=now,
        places=places(home),
    )
    today = time.strftime("%Y-%m-%d", time.gmtime(now // 10**9)) if now else ""
    return DutiesView(watch=watch, notes=history.raw("note"), today=today)
