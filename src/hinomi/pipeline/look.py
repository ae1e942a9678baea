"""What is stored, as the duties look at it: the same view that the watch had, without working anything out again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hinomi.model import Device

if TYPE_CHECKING:
    from hinomi.duties import DutiesView
    from hinomi.home import Home
    from hinomi.watch import WatchView


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


_LINES_NS = 24 * 3600 * 1_000_000_000  # a line that was silent for longer would hardly be missed at this minute


def advice_view(home: Home) -> WatchView:
    """A view for advice: who is on a patient, and which lines ran within the last day that was heard."""
    import pyarrow as pa

    from hinomi.pipeline.stages import places, registers
    from hinomi.store.history.schemas import schema
    from hinomi.watch import WatchView

    state, history = home.state, home.history
    devices = state.all_devices()
    now = max((device.last for device in devices), default=0)
    talks = history.conversations(where="last >= ? AND answered > 0", params=[now - _LINES_NS], by_hour=False)
    names = {"client_ip": "orig_ip", "server_ip": "resp_ip", "client_mac": "orig_mac", "server_mac": "resp_mac"}
    shape = schema("flow")
    columns = {names.get(name, name): talks.column(name) for name in talks.column_names}
    columns |= {"start": talks.column("first"), "resp_port": talks.column("server_port")}
    blank = {field.name: pa.nulls(talks.num_rows, field.type) for field in shape}
    for field in shape:
        if not field.nullable:
            filler: object = 0 if pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type) else ""
            blank[field.name] = pa.array([filler] * talks.num_rows, pa.int64() if filler == 0 else pa.string())
    told = {name: columns[name] for name in shape.names if name in columns}
    fixed = {"outcome": pa.array(["answered"] * talks.num_rows), "phase": pa.array(["end"] * talks.num_rows),
             "flow_id": pa.array(range(talks.num_rows))}  # fmt: skip
    arrays = [(blank | told | fixed)[field.name].cast(field.type) for field in shape]
    return WatchView(
        conversations=talks,
        flows=pa.Table.from_arrays(arrays, schema=shape),
        exchanges=pa.Table.from_batches([], schema("exchange")),
        inventory=Stored(devices),
        intervals=state.intervals(),
        zones=state.zones(),
        registers=registers(home),
        now=now,
        places=places(home),
    )
