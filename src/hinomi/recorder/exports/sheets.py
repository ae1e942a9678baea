"""Two sheets of paper: the summary of an operation, and the hand-over for the surgeon who takes over."""

from __future__ import annotations

import datetime
import zoneinfo
from pathlib import Path
from typing import Any

import numpy as np

from hinomi.paper import Block, Heading, Items, Paper, Table, Text, to_pdf
from hinomi.paper.shapes import Lang
from hinomi.recorder.reader import RecordReader

ZONE = zoneinfo.ZoneInfo("Asia/Tokyo")
HANDOVER_NS = 30 * 60 * 1_000_000_000  # what the one who takes over must know first: the last half hour
EVENTS_MAX = 60
NOT_FOR = {"ja": "診療・監視の判断に使用不可", "en": "Not for diagnosis or monitoring"}
_WORDS = {
    "summary": ("手術記録の要約", "Summary of the operation"), "handover": ("申し送り", "Hand-over"),
    "when": ("時間", "Time"), "room": ("手術室", "Room"), "values": ("測定値", "Values"), "name": ("項目", "Value"),
    "source": ("機器", "Device"), "first": ("最初", "First"), "last": ("最後", "Last"), "low": ("最低", "Lowest"),
    "high": ("最高", "Highest"), "count": ("件数", "Count"), "events": ("できごと", "Events"),
    "losses": ("記録の欠け", "What is missing"), "none": ("欠けはありません。", "Nothing is missing."),
    "devices": ("つながっていた機器", "Devices that were connected"),
    "last30": ("直近30分", "The last 30 minutes"), "marks": ("書き込み", "Marks"),
}  # fmt: skip


def paper(reader: RecordReader, format: str, lang: Lang, marks: list[Any] = []) -> Paper:  # noqa: B006 - read only
    def w(name: str) -> str:
        return _WORDS[name][0 if lang == "ja" else 1]

    meta = reader.meta
    since = meta.start if format == "summary" else max(meta.start, reader.end - HANDOVER_NS)
    events = [e for e in reader.trend.events.to_pylist() if e["t"] >= since]
    said = [e for e in events if e["kind"] in ("alarm", "state", "mark", "phase", "clock", "finding", "text")]
    gaps = [e for e in reader.trend.events.to_pylist() if e["kind"] == "gap"]
    blocks: list[Block] = [
        Text(NOT_FOR[lang], tone="caution"),
        Text(f"{w('room')}: {meta.room}    {w('when')}: {_clock(meta.start, True)} – {_clock(reader.end)}"),
        Heading(w("values") if format == "summary" else f"{w('values')} — {w('last30')}"),
        Table(
            head=(w("name"), w("source"), w("first"), w("last"), w("low"), w("high"), w("count")),
            rows=_values(reader, since),
            widths=(3, 3, 1, 1, 1, 1, 1),
        ),
    ]
    if marks:
        blocks += [Heading(w("marks")), Items([f"{_clock(m.time)}  {m.text} ({m.by})" for m in marks])]
    blocks += [
        Heading(w("events")),
        Items([f"{_clock(e['t'])}  {e['text']}" for e in said[-EVENTS_MAX:]] or ["–"]),
        Heading(w("losses")),
        Items([f"{_clock(e['t'])}  {e['text']}" for e in gaps[-EVENTS_MAX:]] or [w("none")]),
    ]
    if format == "summary":
        blocks += [Heading(w("devices")), Items(sorted({c.source for c in reader.channels}) or ["–"])]
    return Paper(title=w(format), lang=lang, made=_clock(reader.end, True), blocks=blocks)


def _values(reader: RecordReader, since: int) -> list[tuple[str, ...]]:
    table = reader.trend.numerics
    times = table.column("t").to_numpy()
    names = np.array(table.column("c").to_pylist(), dtype=object)
    values = table.column("v").to_numpy()
    rows = []
    for channel in reader.channels:
        mine = values[(names == channel.id) & (times >= since)]
        mine = mine[np.isfinite(mine)]
        if channel.kind == "numeric" and len(mine):
            shown = [f"{v:.4g}" for v in (mine[0], mine[-1], mine.min(), mine.max())]
            rows.append((f"{channel.name} {channel.unit}".strip(), channel.source, *shown, str(len(mine))))
    return sorted(rows)


def _clock(ns: int, day: bool = False) -> str:
    moment = datetime.datetime.fromtimestamp(ns / 1e9, ZONE)
    return moment.strftime("%Y-%m-%d %H:%M:%S" if day else "%H:%M:%S")


def write(reader: RecordReader, out: Path, *, format: str, state: Any, lang: Lang) -> None:
    marks = state.marks(reader.meta.room, reader.meta.start, reader.end + 1) if state is not None else []
    out.write_bytes(to_pdf(paper(reader, format, lang, marks)))
