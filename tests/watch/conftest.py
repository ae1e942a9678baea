"""A small hospital made of rows, for tests of detections: no capture, no store."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from hinomi.conversations import build
from hinomi.model import Address, Attribute, Device, EvidenceRef, FindingDraft, Interval, Zone
from hinomi.records import SCHEMAS
from hinomi.watch import MaintenancePath, WatchView, knowledge, render, run
from hinomi.watch.habits import Word

SECOND = 1_000_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 1_780_000_000 * SECOND  # a Thursday in 2026


def _table(record: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = SCHEMAS[record]
    blank: dict[str, Any] = {}
    for column in schema:
        number = pa.types.is_integer(column.type) or pa.types.is_timestamp(column.type)
        blank[column.name] = None if column.nullable else 0 if number else ""
    if "detail" in blank:
        blank["detail"] = "{}"
    return pa.Table.from_pylist([blank | row for row in rows], schema=schema)


class Inventory:
    def __init__(self, devices: list[Device]) -> None:
        self.devices = devices


class House:
    """Rows are added with `t` in seconds since the start."""

    def __init__(self) -> None:
        self.zones: list[Zone] = []
        self.devices: list[Device] = []
        self.intervals: list[Interval] = []
        self.registers: list[MaintenancePath] = []
        self.rows: dict[str, list[dict[str, Any]]] = {record: [] for record in SCHEMAS}
        self.words: list[Word] = []
        self.doubted: list[tuple[str, str, int]] = []
        self.packet = 0
        self.latest = START
        for id, kind, net in (
            ("imaging", "imaging", "10.20.0.0/24"), ("or1", "theatre", "10.30.1.0/24"), ("icu", "icu", "10.30.2.0/24"),
            ("server", "server", "10.50.0.0/24"), ("office", "office", "10.60.0.0/24"), ("dmz", "dmz", "10.70.0.0/24"),
            ("nurse", "nurse_call", "10.40.0.0/24"), ("mgmt", "management", "10.80.0.0/24"),
            ("partner", "partner", "10.90.0.0/24"), ("guest", "guest", "10.100.0.0/24"),
        ):  # fmt: skip
            self.zones.append(Zone(id, kind, f"{id}（試験）", f"{id} (test)", [net]))

    def at(self, t: float) -> int:
        return START + int(t * SECOND)

    def device(
        self, id: str, ip: str, type: str = "", *, mac: str | None = None, first: float = 0, last: float = 10 * 86400,
        outside: bool = False, **attributes: str,
    ) -> Device:  # fmt: skip
        kind = knowledge.types().get(type)
        if type:
            attributes["type"] = type
            attributes.setdefault("category", kind.category if kind else "unknown")
        if mac is None:
            mac = "" if outside else f"02:00:00:00:{len(self.devices) >> 8:02x}:{len(self.devices) & 255:02x}"
        stated = {name: Attribute(name, value, 0.95) for name, value in attributes.items()}
        stated.setdefault("hostname", Attribute("hostname", id, 0.9))
        zone = next((z.id for z in self.zones if ip.startswith(z.subnets[0].rsplit(".", 1)[0] + ".")), None)
        device = Device(
            id, "test", [Address(mac, ip, None, self.at(first), self.at(last))], stated, {}, [],
            None if outside else zone, outside, self.at(first), self.at(last),
        )  # fmt: skip
        self.devices.append(device)
        return device

    def _end(self, side: Device | str) -> tuple[str, str]:
        if isinstance(side, str):
            return side, ""
        return side.addresses[-1].ip, side.addresses[-1].mac

    def _common(self, t: float) -> dict[str, Any]:
        self.packet += 1
        self.latest = max(self.latest, self.at(t))
        return {"site": "test", "sensor": "tap", "capture": "cafe", "packet": self.packet, "offset": self.packet * 100}

    def flow(
        self, orig: Device | str, resp: Device | str, port: int = 0, service: str | None = None, *, t: float = 0,
        secs: float = 1, up: int = 500, down: int = 500, outcome: str = "answered", proto: str = "tcp", **more: Any,
    ) -> int:  # fmt: skip
        (orig_ip, orig_mac), (resp_ip, resp_mac) = self._end(orig), self._end(resp)
        if outcome not in ("answered", "half_heard"):
            up = down = 0
        row = self._common(t) | {
            "flow_id": self.packet, "phase": "end", "start": self.at(t), "last": self.at(t + secs), "proto": proto,
            "orig_ip": orig_ip, "orig_mac": orig_mac, "resp_ip": resp_ip, "resp_mac": resp_mac, "orig_port": 40000,
            "resp_port": port, "orig_packets": 4 + up // 1000,
            "resp_packets": 0 if outcome == "unanswered" else 4 + down // 1000,
            "orig_bytes": up + 160, "resp_bytes": down, "orig_payload": up, "resp_payload": down, "outcome": outcome,
            "ended_by": "fin", "service": service,
        }  # fmt: skip
        self.latest = max(self.latest, self.at(t + secs))
        self.rows["flow"].append(row | more)
        return int(row["flow_id"])

    def exchange(
        self, protocol: str, operation: str, client: Device | str, server: Device | str, *, t: float = 0,
        detail: dict[str, str] | None = None, outcome: str = "ok", **more: Any,
    ) -> None:  # fmt: skip
        (client_ip, client_mac), (server_ip, server_mac) = self._end(client), self._end(server)
        row = self._common(t) | {
            "flow_id": more.pop("flow_id", self.packet), "time": self.at(t),
            "client_ip": client_ip, "client_mac": client_mac,
            "server_ip": server_ip, "server_mac": server_mac, "client_port": 40000, "protocol": protocol,
            "operation": operation, "outcome": outcome, "detail": json.dumps(detail or {}),
        }  # fmt: skip
        self.rows["exchange"].append(row | more)

    def dns(
        self,
        client: Device | str,
        name: str,
        answer: str = "",
        *,
        t: float = 0,
        server: str = "10.50.0.53",
        **more: Any,
    ) -> None:
        self.exchange(
            "dns", more.pop("kind", "A"), client, server, t=t, object=name,
            status=more.pop("status", "NOERROR" if answer else "NXDOMAIN"),
            outcome=more.pop("outcome", "ok" if answer else "refused"), detail={"answer_ips": answer} if answer else {}, **more,
        )  # fmt: skip

    def clue(
        self,
        host: Device,
        attribute: str,
        value: str,
        *,
        t: float = 0,
        protocol: str = "",
        mac: str = "",
        count: int = 1,
    ) -> None:
        ip, own_mac = self._end(host)
        self.rows["clue"].append(
            self._common(t)
            | {"first": self.at(t), "last": self.at(t), "count": count, "host_mac": mac or own_mac, "host_ip": ip,
               "protocol": protocol, "attribute": attribute, "value": value}
        )  # fmt: skip

    def in_use(self, device: Device, start: float, end: float) -> None:
        self.intervals.append(
            Interval(device.id, "", self.at(start), self.at(end), "hl7_oru", "p1", EvidenceRef("cafe", 1, 24))
        )

    def table(self, record: str) -> pa.Table:
        return _table(record, self.rows[record])

    def view(self) -> WatchView:
        return WatchView(
            conversations=build(self.table("flow")), words=self.words, doubted=self.doubted, flows=self.table("flow"), exchanges=self.table("exchange"),
            inventory=Inventory(self.devices), intervals=self.intervals, zones=self.zones, registers=self.registers,
            now=self.latest, clues=self.table("clue"), readings=self.table("reading"), coverage=self.table("coverage"),
        )  # fmt: skip

    def run(self, *only: str) -> list[FindingDraft]:
        """Drafts of the wanted detections (all when none is named); every draft must render in both languages."""
        drafts = run(self.view(), strict=True, only=only or None)
        for draft in drafts:
            for lang in ("ja", "en"):
                text = render(draft, lang)
                assert text.title and text.seen and text.why and text.first_steps
            assert draft.evidence, f"{draft.key} shows no packet"
            assert draft.story
        return drafts


@pytest.fixture
def house() -> House:
    return House()
