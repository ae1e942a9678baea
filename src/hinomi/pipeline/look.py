"""What is stored, as the duties look at it: the same view that the watch had, without working anything out again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    """The newest state and history. What was filed and listed is put in by who knows it (`filing/look.py`)."""
    from hinomi.duties import DutiesView
    from hinomi.pipeline.stages import newest
    from hinomi.pipeline.told import places, registers
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
    return talk_view(home, since_ns=_LINES_NS)


def talk_view(home: Home, since_ns: int | None = None) -> WatchView:
    """A view whose connections are the conversations by the hour: few rows, however long the history is."""
    import pyarrow as pa

    from hinomi.pipeline.told import places, registers
    from hinomi.store.history.schemas import schema
    from hinomi.watch import WatchView

    state, history = home.state, home.history
    devices = state.all_devices()
    now = max((device.last for device in devices), default=0)
    since = now - since_ns if since_ns is not None else 0
    talks = history.conversations(where="last >= ? AND answered > 0", params=[since], by_hour=since_ns is None)
    names = {"client_ip": "orig_ip", "server_ip": "resp_ip", "client_mac": "orig_mac", "server_mac": "resp_mac",
             "first": "start", "server_port": "resp_port"}  # fmt: skip
    shape, rows = schema("flow"), talks.num_rows
    columns = {names.get(name, name): talks.column(name) for name in talks.column_names}
    columns |= {
        "last": talks.column("last"), "outcome": pa.array(["answered"] * rows, pa.string()),
        "phase": pa.array(["end"] * rows, pa.string()), "flow_id": pa.array(range(rows), pa.int64()),
    }  # fmt: skip
    arrays = [_as(columns.get(field.name, _blank(field, rows)), field.type) for field in shape]
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


def _as(column: Any, type: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(type) and not pa.types.is_dictionary(column.type):
        return column.cast(type.value_type).dictionary_encode().cast(type)
    return column.cast(type)


def _blank(field: Any, rows: int) -> Any:
    import pyarrow as pa

    if field.nullable:
        return pa.nulls(rows, field.type)
    number = pa.types.is_integer(field.type) or pa.types.is_timestamp(field.type)
    return pa.array([0] * rows, pa.int64()) if number else pa.array([""] * rows, pa.string())
