"""Holds a theatre's record against its truth, sample by sample.

    .venv/bin/python -m lab.theatre_compare HOME [--into docs/desk-theatre.md]

A sample that the device stamped is found by its stamp; its time is the stamp laid on the record's axis by the
clock graph, and the truth must lie within the error bar that comes with it. One without a stamp is found by
value and time, its bar is the way of a message and what the connector says itself. Exit code 1: something that
reached Hinomi is not in the record, is in it twice or in another order, lies outside its bar, or is missing
without a marked gap.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hinomi.recorder.folder import load_meta, read_messages
from hinomi.recorder.hub import CLOCK_ERROR_NS
from hinomi.theatre.clock_graph import Link, Pair

MS = 1_000_000
S = 1_000_000_000
ORDER = ("HL7", "HL7 waveform", "SDC", "OpenIGTLink", "b-CAP", "serial", "DICOM", "RTSP")


@dataclass
class Row:
    """What became of one device."""

    name: str
    kind: str
    speaks: str
    said: int = 0
    recorded: int = 0
    in_gaps: int = 0  # said, not recorded, inside a marked gap of its channel
    before: int = 0  # said before its connector stood, or after the last that it could take
    lost: int = 0  # said, not recorded, and no gap tells it; or acknowledged and not recorded
    twice: int = 0
    invented: int = 0  # recorded, and never said
    disorder: int = 0
    overtaken: int = 0  # came after a younger one of its device (another connection), by its own stamp in its place
    outside: int = 0  # the truth is outside the error bar
    worst: float = 0.0  # ms, the largest distance from the truth
    bar: float = 0.0  # ms, the bar there
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.invented or self.disorder or self.outside) and self.recorded > 0


def record_of(home: Path) -> tuple[Path, dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """(folder, bodies by channel in the order of the file, Hinomi's own events)."""
    folders = sorted((home / "theatre" / "records").iterdir())
    if len(folders) != 1:
        raise SystemExit(f"{len(folders)} records: a killed recorder goes on with its record, so there is one")
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    events = []
    for path in sorted(folders[0].glob("data-*.mcap")):
        for _, channel, message in read_messages(path):
            body = json.loads(message.data)
            if channel.topic == "/hinomi":
                events.append(body)
            else:
                held[channel.topic.lstrip("/")].append(body)
    return folders[0], held, events


def compare(truth: dict[str, Any], held: dict[str, list[dict[str, Any]]], events: list[dict[str, Any]]) -> list[Row]:
    gaps: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in events:
        if event["kind"] == "gap":
            gaps[event["detail"]["channel"]].append((event["detail"]["from"], event["detail"]["to"]))
    rows = []
    for name, device in truth.items():
        row = Row(name, device["kind"], device["speaks"])
        channels = {id: bodies for id, bodies in held.items() if id.split("/")[0].endswith(name)}
        link = _clock(channels)
        for what, said in device["said"].items():
            id = next((id for id in channels if id.split("/", 1)[1] == what), f"{name}/{what}")
            _channel(row, said, channels.get(id, []), gaps[id], link)
        if device["speaks"] == "RTSP":
            _video(row, channels, gaps)
        rows.append(row)
    return sorted(rows, key=lambda row: (ORDER.index(row.speaks), row.name))


def _clock(channels: dict[str, list[dict[str, Any]]]) -> tuple[Link, int] | None:
    """(the device's clock against the axis, how coarse its stamps are): by the record alone, as the recorder does."""
    stamped = sorted((b["heard"], b["device"]) for bodies in channels.values() for b in bodies if "device" in b)
    if not stamped:
        return None
    resolution = S
    for _, stamp in stamped:
        while stamp % resolution:
            resolution = max(1, resolution // 1000)
    pairs: list[tuple[int, int]] = []
    for heard, stamp in stamped:
        if not pairs or heard - pairs[-1][0] >= S // 2:
            pairs.append((heard, stamp))
    link = Link("axis", "device")
    link.learn(Pair(heard, stamp, CLOCK_ERROR_NS + resolution, one_way=True) for heard, stamp in pairs)
    return link, resolution


def _value(body: dict[str, Any], what: str) -> Any:
    if "samples" in body:
        return body["samples"]
    if "matrix" in body:
        return body["matrix"][3]
    if "data" in body:
        return float(body["detail"]["number"])
    return body["value"]


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, list):
        return len(a) == len(b) and all(abs(x - y) < 1e-3 for x, y in zip(a, b, strict=True))
    return abs(float(a) - float(b)) < 1e-3


def _channel(row: Row, said: list[list[Any]], bodies: list[dict[str, Any]], gaps: list[tuple[int, int]],
             link: tuple[Link, int] | None) -> None:  # fmt: skip
    row.said += len(said)
    row.recorded += len(bodies)
    numbers = Counter((b["run"], b["q"]) for b in bodies)
    row.twice += sum(count - 1 for count in numbers.values())
    row.disorder += sum(a["heard"] > b["heard"] for a, b in itertools.pairwise(bodies))
    by_stamp: dict[int, list[int]] = defaultdict(list)
    for place, (_, _, stamp, _) in enumerate(said):
        if stamp is not None:
            by_stamp[round(stamp / MS)].append(place)
    used: set[int] = set()
    reached, free = -1, 0
    for body in bodies:
        value, place = _value(body, ""), None
        if "device" in body:
            stamp = round(body["device"] / MS)  # SDC carries milliseconds, cut and not rounded
            near = [p for key in (stamp, stamp + 1, stamp - 1) for p in by_stamp.get(key, ())]
            place = next((p for p in near if p not in used and _same(said[p][1], value)), None)
        else:
            early = body["heard"] - body.get("error", 0) - CLOCK_ERROR_NS
            while free < len(said) and said[free][0] < early:
                free += 1
            for p in range(free, len(said)):
                if said[p][0] > body["heard"] + MS:
                    break
                if p not in used and _same(said[p][1], value):
                    place = p
                    break
        if place is None:
            row.invented += 1
            continue
        used.add(place)
        if place < reached:  # it came after a younger one; with its own stamp it still stands where it belongs
            if "device" in body:
                row.overtaken += 1
            else:
                row.disorder += 1
        reached = max(reached, place)
        _time(row, said[place][0], body, link)
    first, last = min(used, default=len(said)), max(used, default=-1)
    for place, (time, _, _, acknowledged) in enumerate(said):
        if place in used:
            continue
        if acknowledged:
            row.lost += 1
        elif any(start - CLOCK_ERROR_NS <= time <= end + CLOCK_ERROR_NS for start, end in gaps):
            row.in_gaps += 1
        elif place < first or place > last:
            row.before += 1
        else:
            row.lost += 1


def _time(row: Row, truth: int, body: dict[str, Any], link: tuple[Link, int] | None) -> None:
    """How far the record's time lies from the truth, and whether its bar holds it."""
    if "device" in body and link is not None:
        offset, bar = link[0].at(body["device"], of_b=True)
        bar += link[1] // 2  # the stamp was cut: the device meant any time from it to the next
        time = body["device"] - offset + link[1] // 2
    else:
        bar = (body.get("error", 0) + CLOCK_ERROR_NS) // 2
        time = body["heard"] - bar
    away = abs(time - truth)
    row.outside += away > bar + MS
    if away / MS > row.worst:
        row.worst, row.bar = away / MS, bar / MS


def _video(row: Row, channels: dict[str, list[dict[str, Any]]], gaps: dict[str, list[tuple[int, int]]]) -> None:
    """Fragments of each file follow each other without a hole."""
    for bodies in channels.values():
        reached: dict[str, int] = {}
        for body in bodies:
            if "file" in body:
                row.recorded += 1
                row.lost += body["offset"] != reached.get(body["file"], 0)
                reached[body["file"]] = body["offset"] + body["bytes"]
    row.said = row.recorded


def table(rows: list[Row], events: list[dict[str, Any]], about: str) -> str:
    lines = [
        about, "",
        "| device | kind | speaks | said | recorded | missing in a marked gap | before it was listened to "
        "| lost untold | twice | out of order | overtaken | outside its bar | worst error / bar, ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for r in rows:
        error = f"{r.worst:.0f} / {r.bar:.0f}" if r.worst else "–"
        lines.append(
            f"| {r.name} | {r.kind} | {r.speaks} | {r.said:,} | {r.recorded:,} | {r.in_gaps:,} | {r.before} "
            f"| {r.lost} | {r.twice} | {r.disorder} | {r.overtaken} | {r.outside + r.invented} | {error} |"
        )
    counted = ("said", "recorded", "in_gaps", "before", "lost", "twice", "disorder", "overtaken")
    total = [sum(getattr(r, name) for r in rows) for name in counted]
    lines.append(f"| **{len(rows)} devices, {len({r.kind for r in rows})} kinds** | | | " +
                 " | ".join(f"{n:,}" for n in total) +
                 f" | {sum(r.outside + r.invented for r in rows)} | |")  # fmt: skip
    told = Counter(event["kind"] for event in events)
    lines += ["", f"Told by the recorder meanwhile: {told['gap']} gaps, {told['silent']} silences, "
              f"{told['clock']} clock steps, {told['connector']} comings and goings of connectors."]  # fmt: skip
    steps = [event["text"] for event in events if event["kind"] == "clock"]
    if steps:
        lines.append("Clock steps: " + "; ".join(steps[:12]) + ".")
    return "\n".join(lines) + "\n"


def about(home: Path, folder: Path) -> str:
    meta = load_meta(folder)
    script = json.loads((home / "script.json").read_text())
    faults = ", ".join(f"{what} at {second:.0f} s" for second, what in script["faults"]) or "none"
    return (
        f"A theatre of {script['seconds'] / 60:.0f} minutes at natural speed ({script['host']}); "
        f"record `{meta.room}`. Faults: {faults}."
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--into", type=Path, help="a document: what stands between its two `theatre` marks is replaced")
    options = parser.parse_args()
    folder, held, events = record_of(options.home)
    rows = compare(json.loads((options.home / "truth.json").read_text()), held, events)
    text = table(rows, events, about(options.home, folder))
    print(text)
    if options.into is not None:
        document = options.into.read_text("utf-8")
        head, _, rest = document.partition("<!-- theatre -->\n")
        _, _, tail = rest.partition("<!-- /theatre -->")
        options.into.write_text(f"{head}<!-- theatre -->\n{text}<!-- /theatre -->{tail}", "utf-8")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
