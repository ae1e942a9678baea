"""Address and time → device, for single look-ups and for whole table columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hinomi.columns import Columns, Ints
from hinomi.inventory import addresses
from hinomi.inventory.endpoints import NO_VLAN, column, encode, numbers, times
from hinomi.model import Device

FEW = 16  # times for which looking one by one is quicker
Span = tuple[int, int, int, str, int]  # first, last, vlan, mac, device number


class HostIndex:
    """Which device held an address at a time. Built from the devices' addresses alone."""

    def __init__(self, devices: Iterable[Device]) -> None:
        self.ids: list[str] = []
        self._by_ip: dict[str, list[Span]] = {}
        self._by_mac: dict[str, int] = {}
        mac_counts: dict[str, set[int]] = {}
        for device in devices:
            number = len(self.ids)
            self.ids.append(device.id)
            for held in device.addresses:
                vlan = NO_VLAN if held.vlan is None else held.vlan
                if held.ip:
                    self._by_ip.setdefault(held.ip, []).append((held.first, held.last, vlan, held.mac, number))
                if held.mac:
                    mac_counts.setdefault(held.mac, set()).add(number)
        for mac, numbers_of in mac_counts.items():
            if len(numbers_of) == 1:
                self._by_mac[mac] = next(iter(numbers_of))

    def device_of(self, mac: str, ip: str, vlan: int | None, time: int) -> str | None:
        """Device.id that held this address at `time` (UTC ns), or None.

        The IP decides; the MAC only where there is no IP, or where it picks one of several holders
        (a router's MAC picks none).
        """
        number = self._find(mac, ip, NO_VLAN if vlan is None else vlan, time)
        return self.ids[number] if number >= 0 else None

    def _find(self, mac: str, ip: str, vlan: int, time: int) -> int:
        if ip:
            spans = self._by_ip.get(ip)
            if spans:
                return spans[0][4] if len(spans) == 1 else _best(spans, mac, vlan, time)
            # An address nobody held: the MAC may tell, but not of an outside host (a router's MAC bears it).
            unset = ip in ("0.0.0.0", "::")
            return self._by_mac.get(mac, -1) if unset or addresses.kind(ip).inside else -1
        return self._by_mac.get(mac, -1)

    def numbers_of(
        self, mac: pa.ChunkedArray, ip: pa.ChunkedArray, vlan: pa.ChunkedArray | None, time: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Positions in `ids` for columns of equal length; -1 where no device is known."""
        words, (codes,) = encode(ip)
        out = np.full(len(codes), -1, np.int64)
        if not len(codes):
            return out
        single = np.full(len(words), -2, np.int64)  # -2: needs the row itself
        for at, word in enumerate(words):
            spans = self._by_ip.get(word)
            if spans is not None and len({s[4] for s in spans}) == 1:
                single[at] = spans[0][4]
        out = single[codes]
        rest = np.flatnonzero(out == -2)
        if not len(rest):
            return out
        mac_words, (mac_codes,) = encode(mac)
        vlans = numbers(vlan.cast(pa.int64())) if vlan is not None else np.full(len(codes), NO_VLAN, np.int64)
        # Rows that agree in all but time share one answer unless the address moved.
        cache: dict[tuple[int, int, int], int] = {}
        for row in rest.tolist():
            key = (int(codes[row]), int(mac_codes[row]), int(vlans[row]))
            moved = words[key[0]] in self._by_ip
            if not moved and key in cache:
                out[row] = cache[key]
                continue
            found = self._find(mac_words[key[1]], words[key[0]], key[2], int(time[row]))
            out[row] = cache[key] = found
        return out

    def numbers_in(self, columns: Columns, mac: str, ip: str, time: str) -> npt.NDArray[np.int64]:
        """The same for the rows of a table, by the names of its columns, whatever the VLAN."""
        words, codes = columns.coded(ip)
        if not len(codes):
            return np.zeros(0, np.int64)
        single = np.full(len(words), -1, np.int64)  # -2: the address moved; -3: the MAC may tell
        for at, word in enumerate(words):
            spans = self._by_ip.get(word)
            if spans is None:
                single[at] = -3
            else:
                single[at] = spans[0][4] if len({s[4] for s in spans}) == 1 else -2
        out = single[codes]
        if not (single < -1).any():
            return out
        macs, mac_codes = columns.coded(mac)
        rest = np.flatnonzero(out == -3)
        pairs, inverse = np.unique(codes[rest] * len(macs) + mac_codes[rest], return_inverse=True)
        found = [self._find(macs[p % len(macs)] or "", words[p // len(macs)] or "", NO_VLAN, 0) for p in pairs.tolist()]
        out[rest] = np.array(found or [-1], np.int64)[inverse]
        moved = np.flatnonzero(out == -2)
        if len(moved):
            out[moved] = self._moved(columns, mac, ip, time, moved)
        return out

    def _moved(self, columns: Columns, mac: str, ip: str, time: str, rows: Ints) -> Ints:
        """Holders of addresses that several devices held; mostly the MAC tells which, once for all its rows."""
        ips, macs = columns.coded(ip), columns.coded(mac)
        when = columns.numbers(time)[rows]
        pairs, inverse = np.unique(ips.codes[rows] * len(macs.words) + macs.codes[rows], return_inverse=True)
        low, high = np.full(len(pairs), np.iinfo(np.int64).max), np.full(len(pairs), np.iinfo(np.int64).min)
        np.minimum.at(low, inverse, when)
        np.maximum.at(high, inverse, when)
        of_pair = np.full(len(pairs), -2, np.int64)
        for at, (pair, first, last) in enumerate(zip(pairs.tolist(), low.tolist(), high.tolist(), strict=True)):
            own = macs.words[pair % len(macs.words)]
            spans = [s for s in self._by_ip[ips.words[pair // len(macs.words)]] if own and s[3] == own]
            if len({s[4] for s in spans}) == 1 and any(s[0] <= first and last <= s[1] for s in spans):
                of_pair[at] = spans[0][4]
        out: Ints = of_pair[inverse]
        rest = np.flatnonzero(out == -2)
        rest = rest[np.argsort(inverse[rest], kind="stable")]
        for part in np.split(rest, np.flatnonzero(np.diff(inverse[rest])) + 1) if len(rest) else ():
            pair = int(pairs[inverse[part[0]]])
            spans, own = self._by_ip[ips.words[pair // len(macs.words)]], macs.words[pair % len(macs.words)]
            out[part] = _best_of_each(spans, own, when[part])
        return out

    def devices_of(self, table: pa.Table, mac: str, ip: str, time: str, vlan: str = "vlan") -> pa.DictionaryArray:
        """Device ids for the rows of a table, by the names of its columns; null where none is known."""
        text = pa.string()
        at = self.numbers_of(
            column(table, mac, "", text),
            column(table, ip, "", text),
            column(table, vlan, NO_VLAN, pa.int64()),
            times(table, time),
        )
        indices = pa.array(at, pa.int32(), mask=at < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.ids, text))

    def __len__(self) -> int:
        return len(self.ids)


def _best(spans: list[Span], mac: str, vlan: int, time: int) -> int:
    def rank(span: Span) -> tuple[Any, ...]:
        first, last, on, own, _ = span
        away = max(first - time, time - last, 0)
        return (away == 0 and bool(mac) and own == mac, vlan == on, -away, bool(mac) and own == mac, first - last)

    return max(spans, key=rank)[4]


def _best_of_each(spans: list[Span], mac: str, times: Ints) -> Ints:
    """`_best` for many times, whatever the VLAN."""
    if len(times) < FEW:
        return np.array([_best(spans, mac, NO_VLAN, time) for time in times.tolist()], np.int64)
    # `rank` in its order; of equal ones the first stays. What does not hang on the time is sorted beforehand.
    fixed = [(on == NO_VLAN, bool(mac) and own == mac, first - last) for first, last, on, own, _ in spans]
    best, least = np.full(len(times), -1), np.zeros(len(times), np.int64)
    here = np.zeros(len(times), bool)
    vlans, tails = np.zeros(len(times), bool), np.full(len(times), -1)
    tail_rank = {tail: number for number, tail in enumerate(sorted({tail[1:] for tail in fixed}))}
    for (first, last, _, _, number), (vlan, own, length) in zip(spans, fixed, strict=True):
        away = np.maximum(np.maximum(first - times, times - last), 0)
        inside, tail = (away == 0) & own, tail_rank[own, length]
        more = (best < 0) | (inside & ~here)
        even = (best >= 0) & (inside == here)
        more |= even & (vlan & ~vlans)
        even &= vlans == vlan
        more |= even & ((away < least) | ((away == least) & (tail > tails)))
        best[more], least[more], here[more], vlans[more], tails[more] = number, away[more], inside[more], vlan, tail
    return best
