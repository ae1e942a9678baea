"""Making the desk's answers from what the tap heard or from a recorded folder."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from hinomi import theatre
from hinomi.api import desk_shapes as d
from hinomi.api.findings_text import texts
from hinomi.api.look import Look
from hinomi.api.shapes import Words
from hinomi.api.words import NOT_FOR_DIAGNOSIS
from hinomi.home import Home
from hinomi.recorder import words as filed
from hinomi.recorder.desk_tap import TAP, channel_of
from hinomi.recorder.folder import RecordMeta, load_meta
from hinomi.recorder.reader import Block, RecordReader
from hinomi.recorder.trend import Trend

MS = 1_000_000
READERS_MAX = 8  # opened records that are kept ready
IMAGES_MAX = 2_000  # of one record, the newest
EVENTS_MAX = 4_000  # of one answer; `events_total` says how many there are
WORDS = {
    "device-in-use": Words(ja="使用中", en="in use"),
    "gap": Words(ja="記録の欠け", en="gap in the record"),
}


class Readers:
    """Opened records, the last used last. One at a time asks a reader."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.asking = threading.Lock()  # of the live lines: they share the reader of the record that is being made
        self._open: OrderedDict[str, RecordReader] = OrderedDict()

    def get(self, root: Path, id: str) -> RecordReader:
        """Raises Problem: there is no such record."""
        with self._lock:
            folder = filed.folder_of(root, id)
            reader = self._open.pop(id, None)
            if reader is None:
                reader = RecordReader(folder)
            elif reader.meta.end is None:
                reader.refresh()
            self._open[id] = reader
            while len(self._open) > READERS_MAX:
                self._open.popitem(last=False)
            return reader


def root(home: Home) -> Path:
    return home.path / "theatre" / "records"


def records(home: Home, look: Look) -> list[d.DeskRecord]:
    """Recorded procedures, newest first; then the rooms that the tap heard, those with findings first."""
    found = []
    for path in sorted(root(home).glob("*/record.json"), reverse=True):
        try:
            found.append(record(load_meta(path.parent)))
        except (OSError, ValueError, TypeError):
            continue
    rooms = theatre.rooms(home.history, home.state)
    told = {room.id: sum(len(look.waiting_by_device.get(one, ())) for one in room.devices) for room in rooms}
    rooms.sort(key=lambda room: (-told[room.id], -room.last))
    return found + [_tap_record(room) for room in rooms]


def record(meta: RecordMeta) -> d.DeskRecord:
    return d.DeskRecord(
        id=meta.id, origin="recorded", room=meta.room, start_ms=meta.start / MS,
        end_ms=None if meta.end is None else meta.end / MS, lab=meta.lab, readings=meta.samples,
    )  # fmt: skip


def _tap_record(room: theatre.Room) -> d.DeskRecord:
    return d.DeskRecord(
        id=TAP + room.id, origin="tap", room=room.name, start_ms=room.first / MS, end_ms=(room.last + 1) / MS,
        lab=False, readings=room.readings,
    )  # fmt: skip


# ---------------------------------------------------------------- what the tap heard


def open_tap(home: Home, look: Look, id: str, points: int, until: int | None = None) -> d.DeskOpen:
    """Nothing from `until` on, ns. Raises KeyError: no reading ever named this room."""
    line = theatre.timeline(home.history, home.state, id.removeprefix(TAP), until=until, points=points)
    channels, series, gaps = [], [], []
    for track in line.tracks:
        made = channel_of(track)
        channels.append(_channel(made.channel.head(), look, made.device))
        if track.kind == "numeric":
            series.append(_series(made.channel.id, track))
        gaps += [
            d.DeskGap(channel=made.channel.id, start_ms=start / MS, end_ms=end / MS, missing=0)
            for start, end in track.gaps
        ]
    events = [
        d.DeskEvent(
            time_ms=said.time / MS, end_ms=None, kind=said.kind, source=said.source, by="", link="", in_room=True,
            text=_both(f"{said.name or said.code} {said.text}".strip()),
        )
        for said in line.said
    ]  # fmt: skip
    events += [
        d.DeskEvent(
            time_ms=used.start / MS, end_ms=used.end / MS, kind="use", by="", link="", in_room=True,
            source=look.ref(used.device).label if used.device else "", text=WORDS["device-in-use"],
        )
        for used in line.intervals
    ]  # fmt: skip
    events += [
        d.DeskEvent(
            time_ms=image.first / MS, end_ms=image.last / MS, kind="image", by="", link="", in_room=True,
            source=image.client_name, text=_both(f"{image.modality} {image.description} ×{image.count}".strip()),
        )
        for image in line.images
    ]  # fmt: skip
    events += _marks(line.marks) + _findings(home, look, line.room.devices, line.start, line.end)
    clocks = [
        d.DeskClock(
            clock=clock.source, offset_ms=clock.offset_ns / MS, error_ms=clock.error_ns / MS, drift_ppm=clock.drift_ppm,
            steps=clock.steps,
        )
        for clock in line.clocks
    ]  # fmt: skip
    return d.DeskOpen(
        record=_tap_record(line.room), channels=channels, series=series,
        events=sorted(events, key=lambda e: e.time_ms)[:EVENTS_MAX], events_total=len(events), gaps=gaps,
        clocks=clocks, videos=[], network=_network(look, line.room.devices), not_for_diagnosis=NOT_FOR_DIAGNOSIS,
    )  # fmt: skip


def window_tap(home: Home, id: str, start: int, end: int, points: int) -> d.DeskWindow:
    """Raises KeyError: no reading ever named this room."""
    line = theatre.timeline(home.history, home.state, id.removeprefix(TAP), start, end, points=points)
    waves, series = [], []
    for track in line.tracks:
        id_ = channel_of(track).channel.id
        if track.kind == "numeric":
            series.append(_series(id_, track))
        elif track.times:
            waves += _tap_waves(id_, track)
    images = [
        d.DeskImage(time_ms=i.first / MS, channel=i.client_name, modality=i.modality, description=i.description,
                    has_picture=False, detail={"count": i.count})
        for i in line.images
    ]  # fmt: skip
    return d.DeskWindow(start_ms=start / MS, end_ms=end / MS, series=series, waves=waves, tools=[], images=images)


def _tap_waves(id: str, track: theatre.Track) -> list[d.DeskWave]:
    """Steps that follow each other become one wave of (lowest, highest); a wide pause begins another."""
    found = []
    step = max(1, track.step_ns)
    begin = 0
    for place in range(1, len(track.times) + 1):
        if place < len(track.times) and track.times[place] - track.times[place - 1] <= 3 * step:
            continue
        pairs = [v for n in range(begin, place) for v in (track.lows[n], track.highs[n])]
        found.append(
            d.DeskWave(channel=id, start_ms=track.times[begin] / MS, step_ms=step / MS, samples=pairs, joined=True)
        )
        begin = place
    return found


def _series(id: str, track: theatre.Track) -> d.DeskSeries:
    joined = track.step_ns > 0
    return d.DeskSeries(
        channel=id, times_ms=[t / MS for t in track.times], values=track.values,
        lows=track.lows if joined else [], highs=track.highs if joined else [],
    )  # fmt: skip


# ---------------------------------------------------------------- a recorded procedure


def open_recorded(home: Home, look: Look, reader: RecordReader, points: int) -> d.DeskOpen:
    trend = reader.trend
    events, gaps = _recorded_events(trend)
    start, end = reader.meta.start, reader.end
    events += _marks(home.state.marks(reader.meta.room, start, end + 1))
    devices = _room_devices(home, look, reader.meta.room)
    events += _findings(home, look, devices, start, end)
    by_name = {item.label.casefold(): id for id, item in look.summaries.items()}
    return d.DeskOpen(
        record=record(reader.meta),
        channels=[_channel(c.head(), look, by_name.get(c.source.casefold(), "")) for c in reader.channels],
        series=series(trend, start, end + 1, points),
        events=sorted(events, key=lambda e: e.time_ms)[:EVENTS_MAX],
        events_total=len(events),
        gaps=gaps,
        clocks=[],
        videos=_videos(reader),
        images=_images(trend),
        network=_network(look, devices[:24]),
        not_for_diagnosis=NOT_FOR_DIAGNOSIS,
    )


def window_recorded(reader: RecordReader, start: int, end: int, points: int) -> d.DeskWindow:
    window = reader.window(start, end)
    waves = [_wave(id, block, start, end, points) for id, blocks in window.waveforms.items() for block in blocks]
    tools = []
    for id, places in window.transforms.items():
        every = max(1, -(-len(places) // points))
        kept = places[::every]
        times = [t / MS for t, _ in kept]
        tools.append(d.DeskTool.model_construct(channel=id, times_ms=times, matrices=[matrix for _, matrix in kept]))
    images = [
        d.DeskImage(
            time_ms=at / MS, channel=id, modality=str(body.get("detail", {}).get("modality", "")),
            description=str(body.get("detail", {}).get("description", "")),
            has_picture=body.get("format") in ("png", "jpeg"), detail=body.get("detail", {}),
        )
        for at, id, body in window.images
    ]  # fmt: skip
    return d.DeskWindow(
        start_ms=start / MS, end_ms=end / MS, series=series(reader.trend, start, end, points),
        waves=[wave for wave in waves if wave is not None], tools=tools, images=images,
    )  # fmt: skip


def series(trend: Trend, start: int, end: int, points: int) -> list[d.DeskSeries]:
    """Numerics of a span; a channel with more values than points is joined, its extremes kept."""
    times = trend.numerics.column("t").to_numpy()
    low, high = int(np.searchsorted(times, start)), int(np.searchsorted(times, end))
    part = trend.numerics.slice(low, high - low)
    times, values = part.column("t").to_numpy(), part.column("v").to_numpy(zero_copy_only=False)
    names = part.column("c").combine_chunks().dictionary_encode()
    found = []
    for number, id in enumerate(names.dictionary.to_pylist()):
        mine = np.flatnonzero(names.indices.to_numpy() == number)
        mine = mine[np.isfinite(values[mine])]
        t, v = times[mine], values[mine]
        if len(t) <= points:
            found.append(d.DeskSeries(channel=id, times_ms=(t / MS).tolist(), values=v.tolist(), lows=[], highs=[]))
            continue
        cuts = np.unique(np.linspace(0, len(t), points, endpoint=False).astype(int))
        found.append(
            d.DeskSeries(
                channel=id, times_ms=(t[cuts] / MS).tolist(), values=v[np.append(cuts[1:], len(t)) - 1].tolist(),
                lows=np.minimum.reduceat(v, cuts).tolist(), highs=np.maximum.reduceat(v, cuts).tolist(),
            )
        )  # fmt: skip
    return found


def _wave(id: str, block: Block, start: int, end: int, points: int) -> d.DeskWave | None:
    step = 1e9 / block.rate_hz
    first = max(0, int((start - block.first_ns) / step))
    last = min(len(block.samples), int((end - block.first_ns) / step) + 1)
    if last <= first:
        return None
    begin = (block.first_ns + first * step) / MS
    made = d.DeskWave.model_construct  # ours, and many: nothing to check
    if last - first <= 2 * points:
        return made(channel=id, start_ms=begin, step_ms=step / MS, samples=block.samples[first:last], joined=False)
    values = np.asarray(block.samples[first:last], float)
    each = -(-len(values) // points)
    cuts = np.arange(0, len(values), each)
    pairs = np.stack([np.minimum.reduceat(values, cuts), np.maximum.reduceat(values, cuts)], 1)
    return made(channel=id, start_ms=begin, step_ms=each * step / MS, samples=pairs.ravel().tolist(), joined=True)


def _recorded_events(trend: Trend) -> tuple[list[d.DeskEvent], list[d.DeskGap]]:
    events, gaps = [], []
    for row in trend.events.to_pylist():
        detail = json.loads(row["detail"])
        if row["kind"] == "gap":
            gaps.append(
                d.DeskGap(channel=detail["channel"], start_ms=detail["from"] / MS, end_ms=detail["to"] / MS,
                          missing=detail["missing"])
            )  # fmt: skip
        text = _both(row["text"])
        events.append(
            d.DeskEvent(
                time_ms=row["t"] / MS, end_ms=None, kind=row["kind"], text=text, by=str(detail.get("by", "")),
                source=row["c"].split("/")[0] if row["c"] != "hinomi" else "", link="", in_room=True,
            )
        )  # fmt: skip
    return events, gaps


def _images(trend: Trend) -> list[d.DeskImage]:
    found = []
    for row in trend.events.filter(pc.equal(trend.events.column("kind"), "image")).to_pylist():
        detail = json.loads(row["detail"])
        found.append(
            d.DeskImage(
                time_ms=row["t"] / MS, channel=row["c"], modality=str(detail.get("modality", "")),
                description=str(detail.get("description", "")), has_picture=detail.get("format") in ("png", "jpeg"),
                detail=detail,
            )
        )  # fmt: skip
    return found[-IMAGES_MAX:]


def _videos(reader: RecordReader) -> list[d.DeskVideo]:
    return [
        d.DeskVideo(channel=id, file=name, start_ms=first / MS, end_ms=last / MS)
        for name, (id, first, last) in reader.videos.items()
    ]


# ---------------------------------------------------------------- both


def _both(text: str) -> Words:
    return Words(ja=text, en=text)


def _channel(head: dict[str, Any], look: Look, device: str) -> d.DeskChannel:
    return d.DeskChannel(
        id=head["id"], kind=head["kind"], source=head["source"], name=head["name"], code=head["code"],
        unit=head["unit"], rate_hz=head["rate_hz"], device=look.ref(device) if device else None,
    )  # fmt: skip


def _marks(marks: list[Any]) -> list[d.DeskEvent]:
    return [
        d.DeskEvent(
            time_ms=mark.time / MS, end_ms=None if mark.end is None else mark.end / MS,
            kind="phase" if mark.kind == "phase" else "mark", text=_both(mark.text), source="", by=mark.by, link="",
            in_room=True,
        )
        for mark in marks
    ]  # fmt: skip


def _room_devices(home: Home, look: Look, room: str) -> tuple[str, ...]:
    """Devices of the zone that bears the room's name, and of the place that readings call so."""
    heard = [one for place in theatre.rooms(home.history, home.state) if place.id.split("^")[0] == room
             for one in place.devices]  # fmt: skip
    word = room.casefold()
    zones = {z.id for z in look.zones.values() if word in (z.id.casefold(), z.name_ja.casefold(), z.name_en.casefold())}
    return tuple(dict.fromkeys([*heard, *(id for id, item in look.summaries.items() if item.zone in zones)]))


def _findings(home: Home, look: Look, devices: tuple[str, ...], start: int, end: int) -> list[d.DeskEvent]:
    """Every finding of the span; those that touch a device of the room are marked so."""
    ours = set(devices)
    return [
        d.DeskEvent(
            time_ms=max(finding.first, start) / MS, end_ms=min(finding.last, end) / MS, kind="finding",
            text=texts(finding).title, source=", ".join(look.ref(one).label for one in finding.devices[:3]), by="",
            link=finding.id, in_room=bool(ours.intersection(finding.devices)),
        )
        for finding in home.state.findings(start=start, end=end).items
    ]  # fmt: skip


def _network(look: Look, devices: tuple[str, ...]) -> list[d.DeskPeer]:
    found = []
    for id in devices:
        talks = [talk for talk in look.talks if id in (talk.client, talk.server)]
        others = {talk.server if talk.client == id else talk.client for talk in talks}
        found.append(
            d.DeskPeer(
                device=look.ref(id), peers=len(others), outside=sum(1 for one in others if look.ref(one).outside),
                clear=sum(1 for talk in talks if talk.encrypted is False),
                findings=len(look.waiting_by_device.get(id, ())),
            )
        )  # fmt: skip
    return found
