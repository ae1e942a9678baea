"""One view, made ready for the detections: each connection once, each address judged once."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.columns import Columns, Ints, Rows
from hinomi.conversations.gather import last_words
from hinomi.model import Device, EvidenceRef, Interval

from .habits import Usual
from .severity import in_use_at
from .tables import encoded, is_in, one, rows
from .view import WatchView
from .who import Who, is_medical, is_private

_FLOW_COLUMNS = (
    "sensor", "capture", "packet", "offset", "flow_id", "phase", "start", "last", "proto", "orig_mac", "resp_mac",
    "orig_ip", "resp_ip", "orig_port", "resp_port", "orig_packets", "resp_packets", "orig_bytes", "resp_bytes",
    "orig_payload", "resp_payload", "outcome", "service", "sni", "tls_version",
    "ended_by", "ja4", "certificate",
)  # fmt: skip


class Sight:
    """What a detection reads. Everything here is computed once, on first use."""

    def __init__(self, view: WatchView) -> None:
        self.view = view
        self.now = view.now
        self.who = Who(view.inventory.devices, view.zones, getattr(view.inventory, "index", None))
        self._behind_vpn_boxes()
        self._ordered: dict[str, tuple[Ints, Ints, dict[str, int]]] = {}
        self._intervals: dict[str, list[Interval]] = defaultdict(list)
        for interval in view.intervals:
            if interval.device:
                self._intervals[interval.device].append(interval)

    def _behind_vpn_boxes(self) -> None:
        boxes = [device for device in self.who.devices.values() if device.value("type") == "vpn_gateway"]
        macs = {address.mac for box in boxes for address in box.addresses if address.mac}
        if not macs:
            return
        own = {address.ip for box in boxes for address in box.addresses}
        table = self.view.flows
        behind = table.filter(is_in(table.column("orig_mac"), macs)).column("orig_ip").unique().to_pylist()
        self.who.came_by_vpn(ip for ip in behind if ip not in own and is_private(ip))

    # --- connections

    @cached_property
    def flows(self) -> pa.Table:
        """The last word on each connection, with `orig_is` and `resp_is`: bits of `who`."""
        table = plain(self.view.flows.select(list(_FLOW_COLUMNS)))
        last = last_words(Columns.of(table))
        if len(last) < table.num_rows:
            kept = np.zeros(table.num_rows, bool)  # a mask copies in runs: quicker than row by row
            kept[last] = True
            table = table.filter(pa.array(kept))
        for side in ("orig", "resp"):
            table = table.append_column(f"{side}_is", self._traits(table.column(f"{side}_ip")))
        return table

    @cached_property
    def connections(self) -> Columns:
        """The same as numbers."""
        return Columns.of(self.flows)

    def began(self, side: str, ip: str) -> Rows:
        """The connections whose `side` (orig, resp) is an address, in the order in which they began."""
        order, starts, at = self._order_of(side)
        number = at.get(ip)
        return Rows(self.connections, order[:0] if number is None else order[starts[number] : starts[number + 1]])

    def _order_of(self, side: str) -> tuple[Ints, Ints, dict[str, int]]:
        """Connections by address and start, where those of each address begin, and each address's number."""
        found = self._ordered.get(side)
        if found is None:
            words, codes = self.connections.coded(f"{side}_ip")
            order = np.lexsort((self.connections.numbers("start"), codes))
            starts = np.searchsorted(codes[order], np.arange(len(words) + 1))
            found = self._ordered[side] = order, starts, {word: number for number, word in enumerate(words)}
        return found

    @cached_property
    def origins(self) -> Ints:
        """Device number of the origin of each connection (`who.at`), -1 where none is known."""
        return self.who.holders(self.connections, "orig", "start")

    def _traits(self, column: pa.ChunkedArray) -> pa.Array:
        array = encoded(column)
        bits = pa.array([self.who.traits(ip) for ip in array.dictionary.to_pylist()], pa.int32())
        return pc.take(bits, array.indices)

    def having(self, side: str, bits: int, without: int = 0) -> pa.Array:
        """Mask of the connections whose `side` (orig, resp) has any of `bits` and none of `without`."""
        column = one(self.flows.column(f"{side}_is"))
        mask = pc.not_equal(pc.bit_wise_and(column, bits), 0)
        if without:
            mask = pc.and_(mask, pc.equal(pc.bit_wise_and(column, without), 0))
        return mask

    def not_having(self, side: str, bits: int) -> pa.Array:
        """Mask of the connections whose `side` (orig, resp) has none of `bits`."""
        return pc.equal(pc.bit_wise_and(one(self.flows.column(f"{side}_is")), bits), 0)

    def service_in(self, *names: str) -> pa.Array:
        return is_in(self.flows.column("service"), names)

    @cached_property
    def answered(self) -> pa.Array:
        return is_in(self.flows.column("outcome"), ("answered",))

    def listened(self, since: int, until: int) -> int:
        """Nanoseconds between two times in which some capture was listening.

        Between two captures nobody listened: that a device was not heard then says nothing.
        """
        return sum(max(0, min(end, until) - max(start, since)) for start, end in self._heard_spans)

    @cached_property
    def _heard_spans(self) -> list[tuple[int, int]]:
        table = self.flows.select(["capture", "start", "last"])
        table = table.set_column(0, "capture", table.column("capture").cast(pa.string()))
        grouped = table.group_by("capture").aggregate([("start", "min"), ("last", "max")])
        spans: list[tuple[int, int]] = []
        for start, end in sorted(rows(grouped, "start_min", "last_max")):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def came_by(self, name: str) -> set[str]:
        """Devices whose Ethernet address stands on packets of `name` (a Device.id or an address).

        What comes out of a VPN or from behind a router bears the box's Ethernet address.
        """
        device = self.who.devices.get(name)
        ips = {address.ip for address in device.addresses if address.ip} if device else {name}
        macs = set().union(*(self._macs_of.get(ip, set()) for ip in ips))
        return {other.id for other in self.who.devices.values() for a in other.addresses if a.mac in macs} - {name}

    @cached_property
    def _macs_of(self) -> dict[str, set[str]]:
        grouped = self.flows.group_by(["orig_ip", "orig_mac"]).aggregate([])
        found: dict[str, set[str]] = defaultdict(set)
        for ip, mac in rows(grouped, "orig_ip", "orig_mac"):
            if mac:
                found[ip].add(mac)
        return found

    @cached_property
    def carried_by(self) -> dict[str, set[str]]:
        """Ethernet address → IPv4 addresses that it sent packets for: many behind a router, one behind a machine."""
        found: dict[str, set[str]] = defaultdict(set)
        for ip, macs in self._macs_of.items():
            if ":" not in ip and ip not in ("", "0.0.0.0"):
                for mac in macs:
                    found[mac].add(ip)
        return found

    @cached_property
    def called(self) -> dict[str, frozenset[str]]:
        """Each address → those that it called itself."""
        flows = self.connections
        found: dict[str, set[str]] = defaultdict(set)
        pair = flows.key("orig_ip", "resp_ip")
        _, first = np.unique(pair, return_index=True)
        for orig, resp in Rows(flows, first).tuples("orig_ip", "resp_ip"):
            found[orig].add(resp)
        return {orig: frozenset(peers) for orig, peers in found.items()}

    @cached_property
    def usual(self) -> Usual:
        """What is usual for each device."""
        return Usual(self.view.conversations, self.who, self.view.words, self.view.doubted)

    # --- exchanges

    def exchanges(self, *protocols: str) -> pa.Table:
        """Transactions of these protocols as a table. Who wants few of many rows asks `said` instead."""
        return plain(self.view.exchanges.take(pa.array(self.said(*protocols).at)))

    def said(self, *protocols: str) -> Rows:
        """Transactions of these protocols, in the order in which they were heard."""
        columns = self.transactions
        return columns.rows(columns.where_in("protocol", protocols))

    @cached_property
    def transactions(self) -> Columns:
        """All exchanges."""
        return Columns.of(self.view.exchanges)

    @cached_property
    def clients(self) -> Ints:
        """Device number of the client of each exchange (`who.at`), -1 where none is known."""
        return self.who.holders(self.transactions, "client", "time")

    @cached_property
    def servers(self) -> Ints:
        """Device number of the server of each exchange, -1 where none is known."""
        return self.who.holders(self.transactions, "server", "time")

    @cached_property
    def names_of(self) -> dict[tuple[str, str], str]:
        """(asker, address) → the name it asked for when it got that address."""
        found: dict[tuple[str, str], str] = {}
        asked = self.said("dns", "mdns")
        key = self.transactions.key("client_ip", "object", "detail")
        _, first = np.unique(key[asked.at], return_index=True)
        once = Rows(self.transactions, asked.at[np.sort(first)])
        for client, name, answers in zip(
            *(self.transactions.values(word, once.at) for word in ("client_ip", "object")),
            once.field("detail", "answer_ips"),
            strict=True,
        ):
            if answers:
                clean = clean_name(name)
                for address in split_addresses(answers):
                    found[(client, address)] = clean
                    found.setdefault(("", address), clean)
        return found

    @cached_property
    def house_domains(self) -> frozenset[str]:
        """Domains of the house: handed out by DHCP, or such below which inside addresses were answered."""
        found = {clean_name(name) for name in set(self.said("dhcp").field("detail", "domain"))}
        found.discard("")
        for (_, address), name in self.names_of.items():
            # An answer can name any address: only one that somebody here holds makes the name one of the house.
            held = self.who.device(address) is not None or self.who.zone(address) is not None
            if held and not self.who.outside(address) and name.count(".") >= 2:
                found.add(name.split(".", 1)[1])
        return frozenset(found)

    def asked_name(self, client: str, address: str) -> str:
        """The name by which `client` (else anybody) came to `address`, or ''."""
        return self.names_of.get((client, address)) or self.names_of.get(("", address), "")

    # --- readings and clues

    @cached_property
    def readings(self) -> Columns:
        return _columns(self.view.readings)

    @cached_property
    def clues(self) -> Columns:
        return _columns(self.view.clues)

    # --- patients

    def in_use(self, device: Device | None, time: int) -> bool | None:
        """Whether the device was on a patient then; null is unknown and counts as in use."""
        if device is None:
            return None
        return in_use_at(device, self._intervals.get(device.id, []), time, is_medical(device))


def _columns(table: pa.Table | None) -> Columns:
    return Columns(pa.table({})) if table is None else Columns.of(table)


def plain(table: pa.Table) -> pa.Table:
    """Times as integers, one chunk, one dictionary for each column of words."""
    for index, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(index, column.name, table.column(index).cast(pa.int64()))
    return table.unify_dictionaries().combine_chunks()


def evidence(row: dict[str, Any]) -> EvidenceRef:
    """The packet that a row of any record points to."""
    return EvidenceRef(str(row["capture"]), int(row["packet"]), int(row["offset"]))


def clean_name(name: str) -> str:
    return name.strip().rstrip(".").lower()


def dns_addresses(detail: str | None) -> list[str]:
    """Addresses in the answer of a DNS exchange."""
    return split_addresses(read_detail(detail).get("answer_ips", ""))


def split_addresses(found: str) -> list[str]:
    return [part.strip() for part in found.split(",") if part.strip()]


def read_detail(detail: str | None) -> dict[str, str]:
    """The further fields of an exchange."""
    if not detail:
        return {}
    fields = json.loads(detail)
    return {str(key): str(value) for key, value in fields.items()} if isinstance(fields, dict) else {}
