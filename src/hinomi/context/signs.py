"""Readings and exchanges → in-use intervals of devices and places.

Signs of use: a stream of readings about a patient (HL7 ORU, SDC, IntelliVue), a study being stored by
the device that makes it (DICOM C-STORE), a procedure step between its start and its end (MPPS). An
interval ends with the last sign heard; whoever asks later must also ask how long ago that was
(`hinomi.context.use`). A sign is never taken as the end of use.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hinomi.columns import Columns, runs
from hinomi.inventory.endpoints import Ints, column, numbers, times
from hinomi.inventory.knowledge import fold
from hinomi.inventory.resolver import Inventory
from hinomi.model import EvidenceRef, Interval

SECOND = 1_000_000_000
# Readings further apart than this are two uses. Slow senders give a set every one to five minutes
# (non-invasive pressure, ventilators' trend), so shorter gaps would tear one use apart.
READING_GAP_NS = 330 * SECOND
# Objects of one study further apart than this are two uses (a patient may wait between series).
STUDY_GAP_NS = 900 * SECOND
# The end of a regular stream is put this far behind its last set at most.
TAIL_NS_MAX = 60 * SECOND
# A procedure step that was never ended is not believed to last longer.
STEP_NS_MAX = 8 * 3600 * SECOND

# Protocols whose readings come from a device at a patient, and the name of that sign. Of the others
# (results of specimens, values of plant and robots) a reading says nothing of a patient at the device.
_WHY = {
    "hl7": "hl7_oru",
    "sdc": "sdc",
    "http": "sdc",  # SDC runs over HTTP; other readings over HTTP are told apart by their codes
    "intellivue": "intellivue",
    "phd": "phd",
    "igtl": "openigtlink",
    "": "hl7_oru",  # the exchange of the flow was not kept
}
# Types that send readings of patients who are elsewhere.
_ELSEWHERE = frozenset(
    ("analyzer", "poct_analyzer", "lis", "emr_server", "pacs", "worklist_server", "ordering_gateway", "pharmacy_system")
)
# Types that pass on the readings of others: a name they give that nobody bears shows the place only.
_PASSERS = frozenset(("monitor_gateway", "device_gateway", "central_monitor", "serial_server"))
# Types that store what others made: their C-STORE shows no patient at the device.
_NOT_MAKERS = frozenset(
    (
        "pacs",
        "dicom_workstation",
        "dicom_router",
        "worklist_server",
        "server",
        "workstation",
        "external",
        "strategy_desk",
        "maintenance_host",
    )
)

_STUDY = ("time", "client_mac", "client_ip", "patient", "detail", "outcome", "capture", "packet", "offset")


@dataclass(slots=True)
class _Sign:
    """One stretch of signs of one device, place and patient. `count` readings at distinct times."""

    device: str
    location: str
    patient: str
    why: str
    first: int
    last: int
    evidence: EvidenceRef
    pause: int = 0  # usual time between two signs of a regular sender
    closed: int = 0  # when the device itself hung up the connection of the last sign, soon after it


def intervals(
    readings: pa.Table, exchanges: pa.Table, inventory: Inventory, flows: pa.Table | None = None
) -> list[Interval]:
    """In-use intervals, in order of their start.

    `readings`, `exchanges`, `flows`: columns of `schema/records.toml`. One device may have overlapping intervals
    of different kinds (`why`), because each has its own proof. Where a reading names a place, the place
    is in use too, even if the device behind it is not known (`device` '').

    A regular sender that stops did so somewhere between its last set and the next that did not come:
    the interval ends in the middle (at most `TAIL_NS_MAX` after the last set). A device that kept the
    connection of its last set and then hung up was there until it did (within the same limit).
    """
    found = [*_from_readings(readings, exchanges, inventory, flows), *_from_studies(exchanges, inventory)]
    merged = _merge(found)
    merged.sort(key=lambda i: (i.start, i.device, i.location, i.why))
    return merged


def _spoken(inventory: Inventory) -> dict[str, str]:
    """Names under which gateways speak of a device → its id."""
    return {fold(name): device.id for device in inventory.devices for name in device.names.get("spoken_for_as", [])}


def _protocols(exchanges: pa.Table, flows: Ints) -> list[str]:
    """Protocol of each flow in `flows`, '' where no exchange of it is known."""
    if not exchanges.num_rows or "flow_id" not in exchanges.column_names:
        return [""] * len(flows)
    columns = Columns.of(exchanges)
    words, codes = _words(columns, "protocol")
    known, first = np.unique(columns.numbers("flow_id"), return_index=True)
    at = np.searchsorted(known, flows)
    return [
        words[codes[first[i]]] if i < len(known) and known[i] == flow else ""
        for i, flow in zip(at.tolist(), flows.tolist(), strict=True)
    ]


def _whys(readings: pa.Table, exchanges: pa.Table) -> tuple[list[str], Ints]:
    """(signs, number of the sign of each reading row); '' is no sign."""
    columns = Columns.of(readings)
    flows, of_row = np.unique(columns.numbers("flow_id"), return_inverse=True)
    protocols = _protocols(exchanges, flows)
    signs = ["", *sorted(set(_WHY.values()))]
    number = np.array([signs.index(_WHY.get(word, "")) for word in protocols], np.int64)[of_row]
    is_mdc = columns.where_in("code_system", ("MDC",))
    over_http = np.array([word == "http" for word in protocols], bool)[of_row]
    # Reports of SDC bear handles only; their sender gave the codes before.
    host = columns.coded("host_ip").codes
    speaks_sdc = np.isin(host, np.unique(host[over_http & is_mdc]))
    return signs, np.where(over_http & ~speaks_sdc, 0, number)


def _hung_up(readings: pa.Table, flows: pa.Table | None, rows: Ints, own: npt.NDArray[np.bool_]) -> Ints:
    """Of each reading row in `rows` the time at which its connection was closed, 0 where it was not soon after.

    `own`: whether a row's device sent it itself; what a gateway hangs up says nothing of those behind it.
    """
    none = np.zeros(len(rows), np.int64)
    if flows is None or not flows.num_rows or not len(rows):
        return none
    columns = Columns.of(flows)
    ended = np.flatnonzero(columns.where_in("phase", ("end",)) & columns.where_in("ended_by", ("fin", "rst")))
    if not len(ended):
        return none
    ids, closed = columns.numbers("flow_id")[ended], columns.numbers("last")[ended]
    order = np.argsort(ids, kind="stable")
    ids, closed = ids[order], closed[order]
    sent = Columns.of(readings)
    flow, at = sent.numbers("flow_id")[rows], sent.numbers("time")[rows]
    place = np.minimum(np.searchsorted(ids, flow), len(ids) - 1)
    after = closed[place] - at
    return np.where(own & (ids[place] == flow) & (after > 0) & (after <= TAIL_NS_MAX), closed[place], none)


def _from_readings(
    readings: pa.Table, exchanges: pa.Table, inventory: Inventory, flows: pa.Table | None
) -> list[_Sign]:
    if not readings.num_rows:
        return []
    columns = Columns.of(readings)
    at = columns.numbers("time")
    host = inventory.index.numbers_in(columns, "host_mac", "host_ip", "time")
    source_words, source = _words(columns, "source")
    location_words, location = _words(columns, "location")
    patient_words, patient = _words(columns, "patient")
    signs, why = _whys(readings, exchanges)
    device = _devices(inventory, source_words, source, host)
    own = device == host
    types = [d.value("type") for d in inventory.devices]
    elsewhere = np.array([t in _ELSEWHERE for t in types] + [False], bool)[device]
    device = np.where(np.array([t in _PASSERS for t in types] + [False], bool)[device], -1, device)
    placed = np.array([bool(word) for word in location_words] or [False], bool)[location]
    keep = np.flatnonzero((why > 0) & ~elsewhere & ((device >= 0) | placed))
    if not len(keep):
        return []
    # A message carries many readings of one time, one after the other: one of them is enough.
    keep = keep[runs(*(key[keep] for key in (at, device, why, location, patient)))]
    order = keep[np.lexsort((at[keep], patient[keep], location[keep], why[keep], device[keep]))]
    when = at[order]
    new = np.ones(len(order), bool)
    same = np.ones(len(order) - 1, bool)
    for part in (device, why, location, patient):
        same &= part[order][1:] == part[order][:-1]
    new[1:] = ~same | (when[1:] - when[:-1] > READING_GAP_NS)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(order)) - 1
    rows = order[starts]
    closed = np.maximum.reduceat(_hung_up(readings, flows, order, own[order]), starts)
    proof = _evidence(readings, rows)
    out = []
    for k, row in enumerate(rows.tolist()):
        number = int(device[row])
        sets = np.unique(when[starts[k] : ends[k] + 1] // SECOND)
        out.append(
            _Sign(
                inventory.index.ids[number] if number >= 0 else "",
                location_words[location[row]],
                patient_words[patient[row]],
                signs[int(why[row])],
                int(when[starts[k]]),
                int(when[ends[k]]),
                proof[k],
                _usual(np.diff(sets)) * SECOND if len(sets) > 1 else 0,
                int(closed[k]),
            )
        )
    return _settled(out)


def _words(columns: Columns, name: str) -> tuple[list[str], Ints]:
    words, codes = columns.coded(name)
    return [word or "" for word in words], codes


def _devices(inventory: Inventory, words: list[str], source: Ints, host: Ints) -> Ints:
    """Device number of each reading: by the name in it, else the sender."""
    spoken = _spoken(inventory)
    by_id = {device_id: number for number, device_id in enumerate(inventory.index.ids)}
    named = np.array([by_id.get(spoken.get(fold(word), ""), -1) for word in words] or [-1], np.int64)
    return np.where(named[source] >= 0, named[source], host)


def _settled(signs: list[_Sign]) -> list[_Sign]:
    """A device that names its place now and then is there in between, unless it names several."""
    places: dict[str, set[str]] = {}
    for sign in signs:
        if sign.device and sign.location:
            places.setdefault(sign.device, set()).add(sign.location)
    for sign in signs:
        known = places.get(sign.device, set())
        if not sign.location and len(known) == 1:
            sign.location = next(iter(known))
    return signs


def _usual(pauses: Ints) -> int:
    """The 75th percentile: by hand, because numpy's takes a hundred times as long for a few numbers."""
    ordered = np.sort(pauses).tolist()
    at, rest = divmod(3 * (len(ordered) - 1), 4)
    low, high = ordered[at], ordered[min(at + 1, len(ordered) - 1)]
    return int(4 * low + rest * (high - low)) // 4


def _evidence(table: pa.Table, rows: Ints) -> list[EvidenceRef]:
    part = table.select([n for n in ("capture", "packet", "offset") if n in table.column_names]).take(pa.array(rows))
    capture = column(part, "capture", "", pa.string()).to_pylist()
    packet = numbers(column(part, "packet", 0, pa.int64())).tolist()
    offset = numbers(column(part, "offset", 0, pa.int64())).tolist()
    return [EvidenceRef(c, p, o) for c, p, o in zip(capture, packet, offset, strict=True)]


def _from_studies(exchanges: pa.Table, inventory: Inventory) -> list[_Sign]:
    """C-STORE by the maker of the images; N-CREATE … N-SET of procedure steps."""
    if not exchanges.num_rows:
        return []
    words, operation = _words(Columns.of(exchanges), "operation")
    wanted = {"C-STORE", "N-CREATE", "N-SET"}
    rows = np.flatnonzero(np.array([w in wanted for w in words], bool)[operation])
    if not len(rows):
        return []
    part = exchanges.select([name for name in _STUDY if name in exchanges.column_names]).take(pa.array(rows))
    text = pa.string()
    at = times(part, "time")
    client = inventory.index.numbers_of(
        column(part, "client_mac", "", text), column(part, "client_ip", "", text), None, at
    )
    patients = column(part, "patient", "", text).to_pylist()
    details = column(part, "detail", "", text).to_pylist()
    outcomes = column(part, "outcome", "", text).to_pylist()
    proof = _evidence(part, np.arange(len(rows)))
    types = {d.id: d.value("type") for d in inventory.devices}
    locations = {d.id: d.value("location") for d in inventory.devices}
    steps: dict[tuple[str, str], _Sign] = {}
    out: list[_Sign] = []
    for k, code in enumerate(operation[rows].tolist()):
        number = int(client[k])
        device = inventory.index.ids[number] if number >= 0 else ""
        if not device or types.get(device, "") in _NOT_MAKERS or outcomes[k] in ("refused", "failed"):
            continue
        detail = _detail(details[k])
        time = int(at[k])
        if words[code] == "C-STORE":
            if detail.get("originator"):
                continue  # a sub-operation of C-MOVE sends what was made earlier
            out.append(_Sign(device, locations.get(device, ""), patients[k], "dicom_study", time, time, proof[k]))
            continue
        key = (device, detail.get("instance", ""))
        if words[code] == "N-CREATE":
            steps[key] = _Sign(device, locations.get(device, ""), patients[k], "mpps", time, time, proof[k])
        elif key in steps:
            step = steps[key]
            step.last = max(step.last, min(time, step.first + STEP_NS_MAX))
            step.patient = step.patient or patients[k]
    return out + list(steps.values())


def _detail(text: str) -> dict[str, str]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _merge(signs: Iterable[_Sign]) -> list[Interval]:
    """Join stretches of one device, place, patient and kind that overlap or lie closer than the gap."""
    groups: dict[tuple[str, str, str, str], list[_Sign]] = {}
    for sign in signs:
        groups.setdefault((sign.device, sign.location, sign.patient, sign.why), []).append(sign)
    out = []
    for (_, _, _, why), rows in groups.items():
        rows.sort(key=lambda s: s.first)
        gap = STUDY_GAP_NS if why == "dicom_study" else READING_GAP_NS
        at = rows[0]
        for row in rows[1:]:
            if row.first - at.last <= gap:
                at.last, at.pause = max(at.last, row.last), max(at.pause, row.pause)
                at.closed = max(at.closed, row.closed)
            else:
                out.append(_interval(at))
                at = row
        out.append(_interval(at))
    return out


def _interval(sign: _Sign) -> Interval:
    end = max(sign.last + min(sign.pause // 2, TAIL_NS_MAX), sign.closed)
    return Interval(sign.device, sign.location, sign.first, end, sign.why, sign.patient, sign.evidence)
