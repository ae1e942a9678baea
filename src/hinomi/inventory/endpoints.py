"""Clue and conversation rows → endpoints: the distinct (MAC, IP, VLAN) that were heard, and when.

This is the only place that touches every row; all later work loops over endpoints and devices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hinomi.columns import Columns, runs, unite

Ints = npt.NDArray[np.int64]
NO_VLAN = 4095  # 802.1Q reserves it, so it can stand for "no VLAN"

# Services that need no answer: who is sent them is believed to be there.
ONE_WAY = frozenset({"syslog", "snmp", "netflow", "sflow", "rtp"})
# Bits of what an endpoint row was: it sent; it was only sent to; the host itself said the IP is at the
# MAC; somebody else spoke of it; it was sent to with an effect; no router stood between (initial TTL);
# DHCP gave the address to the MAC.
SPOKE, SILENT, BOUND, HEARSAY, USED = 1, 2, 4, 8, 16
DIRECT, LEASED = 32, 64


@dataclass(slots=True)
class Endpoint:
    """One (MAC, IP, VLAN) as heard."""

    mac: str
    ip: str
    vlan: int | None
    first: int
    last: int
    bits: int

    @property
    def spoke(self) -> bool:
        return bool(self.bits & SPOKE)

    @property
    def bound(self) -> bool:
        """The host itself said that this IP is at this MAC (ARP, neighbour discovery, DHCP)."""
        return bool(self.bits & BOUND)


@dataclass(slots=True)
class Endpoints:
    """`rows[i]` is endpoint i; the arrays give for each table row the number of its endpoint."""

    rows: list[Endpoint]
    of_clue: Ints
    of_client: Ints
    of_server: Ints

    def talks(self) -> list[tuple[int, int]]:
        """Pairs of endpoints with a conversation in which both spoke."""
        pairs = np.unique(self.of_client * len(self.rows) + self.of_server)
        spoke = np.array([row.spoke for row in self.rows], bool)
        one, other = np.divmod(pairs, max(len(self.rows), 1))
        both = spoke[one] & spoke[other] if len(pairs) else np.zeros(0, bool)
        return list(zip(one[both].tolist(), other[both].tolist(), strict=True))


def column(table: pa.Table, name: str, default: Any, kind: pa.DataType) -> pa.ChunkedArray:
    """A column with nulls filled and dictionaries decoded; a column of defaults where it is missing."""
    if name not in table.column_names:
        return pa.chunked_array([pa.array([default] * table.num_rows, kind)])
    data = table.column(name)
    if pa.types.is_dictionary(data.type):
        data = data.cast(data.type.value_type)
    if data.type != kind:
        data = data.cast(kind)
    return pc.fill_null(data, default) if data.null_count else data


def times(table: pa.Table, name: str) -> Ints:
    """A time column as UTC nanoseconds."""
    if name not in table.column_names or not table.num_rows:
        return np.zeros(table.num_rows, np.int64)
    data = table.column(name)
    if pa.types.is_timestamp(data.type) and data.type.unit != "ns":
        data = data.cast(pa.timestamp("ns", data.type.tz))
    return numbers(data.cast(pa.int64()))


def numbers(data: pa.ChunkedArray) -> Ints:
    if data.null_count:
        data = pc.fill_null(data, 0)
    out: Ints = data.to_numpy().astype(np.int64, copy=False)
    return out


def encode(*columns: pa.ChunkedArray) -> tuple[list[str], list[Ints]]:
    """The distinct words of several text columns, and each column as numbers into them."""
    lengths = [len(c) for c in columns]
    whole = pa.chunked_array([chunk for c in columns for chunk in c.chunks], columns[0].type)
    if not len(whole):
        return [], [np.zeros(0, np.int64) for _ in columns]
    encoded = whole.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):  # over 2 GB of text
        encoded = encoded.unify_dictionaries()
    encoded = pc.dictionary_encode(encoded)
    codes = np.asarray(encoded.indices).astype(np.int64, copy=False)
    words: list[str] = encoded.dictionary.to_pylist()
    return words, list(np.split(codes, np.cumsum(lengths)[:-1]))


def gather(clues: pa.Table, conversations: pa.Table, bits_of_clue: dict[str, int]) -> Endpoints:
    """Endpoints of both tables. `bits_of_clue` says for attributes what they prove (default: SPOKE)."""
    heard, talk = Columns.of(clues), Columns.of(conversations)
    mac_words, mac_codes = unite(heard.coded("host_mac"), talk.coded("client_mac"), talk.coded("server_mac"))
    ip_words, ip_codes = unite(heard.coded("host_ip"), talk.coded("client_ip"), talk.coded("server_ip"))
    vlan_c, vlan_t = heard.numbers("vlan", NO_VLAN), talk.numbers("vlan", NO_VLAN)
    first = np.concatenate([heard.numbers("first"), *[talk.numbers("first")] * 2])
    last = np.concatenate([heard.numbers("last"), *[talk.numbers("last")] * 2])
    bits = np.concatenate([_clue_bits(clues, bits_of_clue), *_conversation_bits(conversations)])
    key = (np.concatenate(mac_codes) * max(len(ip_words), 1) + np.concatenate(ip_codes)) * 4096 + np.concatenate(
        [vlan_c, vlan_t, vlan_t]
    )
    order = np.argsort(key, kind="stable")
    new = runs(key[order])
    starts = np.flatnonzero(new)
    distinct = key[order[starts]]
    inverse = np.empty(len(key), np.int64)
    inverse[order] = np.cumsum(new) - 1
    lo, hi, seen = (
        np.minimum.reduceat(first[order], starts) if len(starts) else first,
        np.maximum.reduceat(last[order], starts) if len(starts) else last,
        np.bitwise_or.reduceat(bits[order], starts) if len(starts) else bits,
    )
    vlans = distinct % 4096
    pair = distinct // 4096
    width = max(len(ip_words), 1)
    rows = [
        Endpoint(mac_words[m], ip_words[i], None if v == NO_VLAN else v, f, t, b)
        for m, i, v, f, t, b in zip(
            (pair // width).tolist(),
            (pair % width).tolist(),
            vlans.tolist(),
            lo.tolist(),
            hi.tolist(),
            seen.tolist(),
            strict=True,
        )
    ]
    a, b, _ = (len(m) for m in mac_codes)
    return Endpoints(rows, inverse[:a], inverse[a : a + b], inverse[a + b :])


def _clue_bits(clues: pa.Table, bits_of_clue: dict[str, int]) -> Ints:
    words, codes = Columns.of(clues).coded("attribute")
    return np.array([bits_of_clue.get(w, SPOKE) for w in words] or [0], np.int64)[codes]


def _conversation_bits(conversations: pa.Table) -> tuple[Ints, Ints]:
    """Clients spoke. A server spoke when bytes of its own were heard; a refusal alone may be a router's word
    (ICMP unreachable) for an address that nobody holds."""
    rows = conversations.num_rows
    client = np.full(rows, SPOKE | USED, np.int64)
    if not rows:
        return client, client.copy()
    names = set(conversations.column_names)
    answered = np.zeros(rows, bool)
    for name in ("answered", "bytes_down" if "bytes_down" in names else "refused"):
        if name in names:
            answered |= numbers(conversations.column(name).cast(pa.int64())) > 0
    known = np.zeros(rows, bool)
    if "service" in names:
        service = column(conversations, "service", "", pa.string())
        words, (codes,) = encode(service)
        known = np.array([word in ONE_WAY for word in words] or [False], bool)[codes]
    if "half_heard" in names:
        known |= numbers(conversations.column("half_heard").cast(pa.int64())) > 0
    server = np.where(answered, SPOKE, SILENT) | np.where(known, USED, 0)
    return client, server.astype(np.int64)
