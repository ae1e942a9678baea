"""`export`: devices, conversations or findings as csv, json, parquet or xlsx."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi.cli.out import note, t
from hinomi.home import Home
from hinomi.model import Interval
from hinomi.pipeline.utilisation import joined
from hinomi.texts import Problem

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("csv", "json", "parquet", "xlsx")
XLSX_ROWS_MAX = 1_048_575  # of a sheet, below its heading


def export(what: str, format: str, out: Path | None) -> None:
    """Writes a whole file or none; standard output when `out` is None."""
    home = Home()
    if what not in TABLES:
        raise Problem("cli.bad_export", what=what, known=", ".join(TABLES))
    if format not in FORMATS:
        raise Problem("cli.bad_format", format=format, known=", ".join(FORMATS))
    if out is None and format in ("parquet", "xlsx") and sys.stdout.isatty():
        raise Problem("cli.binary_to_screen", format=format)
    table = TABLES[what](home)
    if format == "xlsx" and table.num_rows > XLSX_ROWS_MAX:
        raise Problem("cli.too_many_rows", rows=table.num_rows, maximum=XLSX_ROWS_MAX)
    content = WRITERS[format](table)
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Problem("cli.cannot_write", path=out, reason=error.strerror) from error
    note(t("cli.exported", rows=f"{table.num_rows:,}", path=out))


# What is kept of a device beside what the list shows: by its type, by a person, by documents.
KEPT = (
    "location", "owner", "criticality", "consequence", "holder", "maintenance_vendor", "contract", "support_end",
    "phi", "jmdn", "fda_code", "modality", "firmware", "software",
)  # fmt: skip


def devices(home: Home) -> pa.Table:
    """One row per device; times are UTC timestamps."""
    import pyarrow as pa

    items = home.state.devices().items
    text = ("id", "site", "label", "category", "type")
    more = ("manufacturer", "model", "serial", "software_version", "os", "hostname", "department", "zone")
    lists = ("ips", "macs", "services")
    columns: dict[str, Any] = {name: pa.array([getattr(d, name) for d in items], pa.string()) for name in text}
    columns["type_confidence"] = pa.array([d.type_confidence for d in items], pa.float64())
    columns |= {name: pa.array([getattr(d, name) for d in items], pa.string()) for name in more}
    columns["outside"] = pa.array([d.outside for d in items], pa.bool_())
    columns |= {name: pa.array([list(getattr(d, name)) for d in items], pa.list_(pa.string())) for name in lists}
    columns["open_findings"] = pa.array([d.open_findings for d in items], pa.int64())
    stated = {d.id: d.attributes for d in home.state.all_devices()}
    for name in KEPT:
        values = [kept.value if (kept := stated.get(d.id, {}).get(name)) else "" for d in items]
        columns[name] = pa.array(values, pa.string())
    used: dict[str, list[Interval]] = {}
    for interval in home.state.intervals():
        used.setdefault(interval.device, []).append(interval)
    spans = {id: joined(intervals) for id, intervals in used.items()}
    hours = [sum(end - start for start, end in spans[d.id]) / 3.6e12 if d.id in spans else None for d in items]
    columns["used_hours"] = pa.array(hours, pa.float64())
    last_used = [spans[d.id][-1][1] if d.id in spans else None for d in items]
    columns["last_used"] = pa.array(last_used, pa.int64()).cast(pa.timestamp("ns", "UTC"))
    return _times(pa.table(columns), items)


def findings(home: Home) -> pa.Table:
    """One row per finding, in words of this run's language."""
    import pyarrow as pa

    from hinomi.cli.findings import words

    items = home.state.findings().items
    labels = home.state.labels()
    texts = [words(f, home.settings.time_zone) for f in items]
    columns: dict[str, Any] = {
        name: pa.array([str(getattr(f, name)) for f in items], pa.string())
        for name in ("id", "site", "detection", "severity", "status")
    }
    columns["title"] = pa.array([w.title if w else "" for w in texts], pa.string())
    columns["seen"] = pa.array([w.seen if w else "" for w in texts], pa.string())
    columns["confidence"] = pa.array([f.confidence for f in items], pa.float64())
    columns["devices"] = pa.array([list(f.devices) for f in items], pa.list_(pa.string()))
    columns["device_names"] = pa.array([[labels.get(id, id) for id in f.devices] for f in items], pa.list_(pa.string()))
    columns["count"] = pa.array([f.count for f in items], pa.int64())
    columns["in_use"] = pa.array([f.in_use for f in items], pa.bool_())
    columns["decided_by"] = pa.array([f.decided_by for f in items], pa.string())
    columns["reason"] = pa.array([f.reason for f in items], pa.string())
    columns["evidence"] = pa.array(
        [[f"{e.capture}:{e.packet}:{e.offset}" for e in f.evidence] for f in items], pa.list_(pa.string())
    )
    return _times(pa.table(columns), items)


def _times(table: pa.Table, items: list[Any]) -> pa.Table:
    import pyarrow as pa

    for name in ("first", "last"):
        values = pa.array([getattr(item, name) for item in items], pa.int64())
        table = table.append_column(name, values.cast(pa.timestamp("ns", "UTC")))
    return table


def conversations(home: Home) -> pa.Table:
    """One row per conversation and hour, with the names of the devices that hold the addresses."""
    import pyarrow as pa

    table = home.history.conversations()
    labels = home.state.labels()
    by_ip: dict[str, str] = {}
    for device, _, ip, _, _ in sorted(home.state.addresses(), key=lambda a: a[4]):
        by_ip[ip] = device  # the newest holder
    for side in ("server", "client"):
        ids = [by_ip.get(ip, "") for ip in table.column(f"{side}_ip").to_pylist()]
        table = table.add_column(2, f"{side}_device", pa.array(ids, pa.string()))
        table = table.add_column(3, f"{side}_name", pa.array([labels.get(id, "") for id in ids], pa.string()))
    for name in ("hour", "first", "last"):
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(pa.timestamp("ns", "UTC")))
    return table


TABLES: dict[str, Callable[[Home], Any]] = {
    "devices": devices,
    "conversations": conversations,
    "findings": findings,
}


def plain(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with times as ISO 8601 text in UTC."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            iso = pc.strftime(table.column(at), format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(at, field.name, iso)
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _json(table: pa.Table) -> bytes:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in plain(table))
    return f"[\n{lines}\n]\n".encode()


def _csv(table: pa.Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.column_names)
    for row in plain(table):
        writer.writerow([_cell(value) for value in row.values()])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    """Lists with ';'. A spreadsheet runs what begins like a formula, and devices choose their names."""
    if isinstance(value, list):
        value = ";".join(value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


def _parquet(table: pa.Table) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _xlsx(table: pa.Table) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("hinomi")
    sheet.freeze_panes = "A2"
    sheet.append(table.column_names)
    for row in plain(table):
        cells = (_cell(value) for value in row.values())
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("\ufffd", c) if isinstance(c, str) else c for c in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WRITERS: dict[str, Callable[[Any], bytes]] = {"csv": _csv, "json": _json, "parquet": _parquet, "xlsx": _xlsx}
