"""Rows of a log become batches of the six records."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from hinomi import _wire, records

BATCH_ROWS = 8_192
# Distinct clues and notes held at once; at the limit they are written early.
HELD_MAX = 100_000
VALUE_CHARS_MAX = 512
SECOND_NS = 1_000_000_000
_PROTO = {"tcp": 6, "udp": 17, "icmp": 1, "icmp6": 58, "sctp": 132}

Row = dict[str, Any]


class Rows:
    """Collects rows of one file. `at` is set to the line that is being read: number and byte offset."""

    def __init__(self, site: str, sensor: str, capture: str, key: bytes) -> None:
        self.capture = capture
        self._common = {"site": site, "sensor": sensor, "capture": capture}
        self._key = key
        self._held: dict[str, list[Row]] = {name: [] for name in records.SCHEMAS}
        self._clues: dict[tuple[Any, ...], Row] = {}
        self._notes: dict[tuple[str, str], Row] = {}
        self.at = (0, 0)
        self.counts: dict[str, int] = dict.fromkeys(records.SCHEMAS, 0)
        self.first: int | None = None
        self.last: int | None = None

    def _seen(self, time: int) -> None:
        if time > 0:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)

    def _add(self, record: str, row: Row) -> None:
        self._held[record].append({**self._common, "packet": self.at[0], "offset": self.at[1], **row})
        self.counts[record] += 1

    def masked(self, kind: str, text: str) -> str:
        """A user, file or path as it may be kept."""
        return _wire.masked(kind, text[: 4 * VALUE_CHARS_MAX], self._key)

    def flow(self, **row: Any) -> None:
        """A connection that has ended; `orig_ip`, `resp_ip`, `proto`, `start` and `last` must be there."""
        self._seen(row["start"])
        self._seen(row["last"])
        if not row.get("community_id"):
            row["community_id"] = community_id(
                row["proto"], row["orig_ip"], row["resp_ip"], row.get("orig_port", 0), row.get("resp_port", 0)
            )
        self._add("flow", {"phase": "end", "ended_by": "idle", **row})

    def exchange(self, **row: Any) -> None:
        self._seen(row["time"])
        detail = {name: str(value)[:VALUE_CHARS_MAX] for name, value in row.pop("detail", {}).items() if value}
        self._add("exchange", {**row, "detail": json.dumps(detail, ensure_ascii=False) if detail else ""})

    def clue(
        self, time: int, ip: str, attribute: str, value: str, protocol: str, *, mac: str = "", **more: Any
    ) -> None:
        """A thing that a host let out; said again, it is counted."""
        value = value.strip()[:VALUE_CHARS_MAX]
        if not value or not (ip or mac):
            return
        key = (mac, ip, more.get("vlan"), attribute, value, protocol, more.get("port"))
        held = self._clues.get(key)
        if held is None:
            place = {"packet": self.at[0], "offset": self.at[1], **self._common}
            self._clues[key] = {
                **place, "host_mac": mac, "host_ip": ip, "attribute": attribute, "value": value,
                "protocol": protocol, "count": 1, "first": time, "last": time, **more,
            }  # fmt: skip
            return
        held["count"] += 1
        held["first"], held["last"] = min(held["first"], time), max(held["last"], time)

    def note(self, kind: str, name: str, text: str, *, time: int = 0, protocol: str = "intake") -> None:
        held = self._notes.get((kind, name))
        if held is not None:
            held["count"] += 1
            return
        self._notes[kind, name] = {
            **self._common, "packet": self.at[0], "offset": self.at[1], "time": time, "host_ip": "",
            "protocol": protocol, "kind": kind, "name": name, "at": self.at[1], "count": 1, "text": text,
        }  # fmt: skip

    def ready(self, *, last: bool = False) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Batches that are full; all that is left when it is the `last` time."""
        if last or len(self._clues) + len(self._notes) >= HELD_MAX:
            for record, held in (("clue", self._clues), ("note", self._notes)):
                self._held[record] += held.values()
                self.counts[record] += len(held)
                held.clear()
        for record, rows in self._held.items():
            if len(rows) >= BATCH_ROWS or (last and rows):
                self._held[record] = []
                yield record, batch(record, rows)


def batch(record: str, rows: list[Row]) -> pa.RecordBatch:
    """Rows → the record's columns; what a row leaves out is null, 0 or ''."""
    arrays = []
    for field in records.SCHEMAS[record]:
        kind = field.type
        text = pa.types.is_dictionary(kind) or pa.types.is_string(kind)
        nothing = None if field.nullable else "" if text else 0
        values = [row.get(field.name, nothing) for row in rows]
        if not field.nullable:
            values = [nothing if value is None else value for value in values]
        if pa.types.is_dictionary(kind):
            arrays.append(pa.array(values, kind.value_type).dictionary_encode().cast(kind))
        elif pa.types.is_timestamp(kind):
            arrays.append(pa.array(values, pa.int64()).cast(kind))
        else:
            arrays.append(pa.array(values, kind))
    return pa.RecordBatch.from_arrays(arrays, schema=records.SCHEMAS[record])


def flow_id(*parts: object) -> int:
    """Identity of a connection from what its sensor calls it."""
    digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def nanos(seconds: object) -> int:
    """Seconds since 1970, as text or number, without going through a float: digits are kept."""
    whole, _, part = str(seconds).partition(".")
    return int(whole) * SECOND_NS + int(f"{part:0<9}"[:9] or 0)


def address(text: object) -> str:
    """An IP address in its usual form, '' when it is none."""
    try:
        return str(ipaddress.ip_address(str(text)))
    except ValueError:
        return ""


def number(value: object) -> int:
    """A count or port; 0 when it is none."""
    try:
        return max(0, min(int(float(str(value))), (1 << 63) - 1))
    except (ValueError, OverflowError):
        return 0


def port(value: object) -> int:
    found = number(value)
    return found if found < 1 << 16 else 0


def mac(text: object) -> str:
    found = str(text or "").lower().replace("-", ":")
    return found if len(found) == 17 and found.count(":") == 5 else ""


def community_id(proto: str, src: str, dst: str, sport: int, dport: int) -> str:
    """Community ID v1, seed 0 (github.com/corelight/community-id-spec); '' for protocols without ports."""
    code = _PROTO.get(proto, 0)
    if code not in (6, 17, 132):
        return ""
    ends = [(ipaddress.ip_address(src).packed, sport), (ipaddress.ip_address(dst).packed, dport)]
    (a, ap), (b, bp) = sorted(ends)
    content = b"\0\0" + a + b + bytes([code, 0]) + ap.to_bytes(2, "big") + bp.to_bytes(2, "big")
    return "1:" + base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def text(row: Mapping[str, Any], name: str) -> str:
    """A field as text, '' where the log has none."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)
