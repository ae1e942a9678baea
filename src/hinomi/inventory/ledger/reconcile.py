"""Ledger rows held against devices: matched, seen and not listed, listed and never seen, differing.

Each match says by what, each difference says which side is likelier right and why. A device that the
tap could not hear is not "gone": `unseen` means not heard, no more.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hinomi.inventory import knowledge
from hinomi.inventory.knowledge import Knowledge, maker
from hinomi.inventory.ledger import values
from hinomi.inventory.ledger.read import Row, Sheet, keys
from hinomi.model import Attribute, Device

MATCH_MIN = 0.55
# What an agreement is worth, by how hard it is to agree by accident. Addresses move and names repeat.
_WORTH = {"mac": 0.97, "serial": 0.93, "hostname": 0.6, "ae_title": 0.6, "ip": 0.5}
_WORD_JA = {
    "mac": "MACアドレス",
    "serial": "製造番号",
    "hostname": "ホスト名",
    "ae_title": "AEタイトル",
    "ip": "IPアドレス",
}
_WORD_EN = {
    "mac": "MAC address",
    "serial": "serial number",
    "hostname": "host name",
    "ae_title": "AE title",
    "ip": "IP address",
}
BY_PERSON = "person"
MAYBE_MAX = 5
_SERIAL_LENGTH_MIN = 4
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which ledger and network disagree. `likelier`: ledger, network or unclear."""

    field: str
    ledger: str
    network: str
    likelier: str
    why_ja: str
    why_en: str


@dataclass(slots=True)
class Match:
    """A ledger row and the device it stands for."""

    row: Row
    device: Device
    sure: float
    by: list[str]  # fields that agreed
    why_ja: str
    why_en: str
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class Reconciliation:
    """The three answers of a reconciliation, and what could be two things."""

    matches: list[Match]
    unlisted: list[Device]  # seen, not in the ledger
    unseen: list[Row]  # in the ledger, never seen
    doubtful: list[tuple[Row, list[str]]]  # rows that fit several devices alike (Device.id)


def reconcile(
    sheet: Sheet,
    devices: Sequence[Device],
    known: Knowledge | None = None,
    links: Mapping[str, str] | None = None,
) -> Reconciliation:
    """Match each row to at most one device and each device to at most one row, the surest pairs first.

    `links` (row key of `keys` → Device.id) are people's words and come before everything else.
    Outside devices are left out; so are rows with a disposal date when nothing matches them.
    """
    own = [d for d in devices if not d.outside]
    tables = _index(own)
    scored: list[tuple[float, int, int, list[str]]] = []
    doubtful: list[tuple[Row, list[str]]] = []
    for number, row in enumerate(sheet.rows):
        found: dict[int, list[str]] = {}
        for name, wanted in _keys_of_row(row).items():
            for one in wanted:
                for at in tables[name].get(one, ()):
                    by = found.setdefault(at, [])
                    if name not in by:
                        by.append(name)
        ranked = sorted(((_sure(by), at, by) for at, by in found.items()), key=lambda r: (-r[0], r[1]))
        for sure, at, by in ranked:
            if sure >= MATCH_MIN or by == ["ip"]:
                scored.append((sure, number, at, by))
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][0] >= MATCH_MIN:
            doubtful.append((row, [own[at].id for sure, at, _ in ranked if sure == ranked[0][0]]))
    scored.sort(key=lambda s: (-s[0], s[1], s[2]))
    matches: dict[int, Match] = {}
    taken: set[int] = set()
    known = known or knowledge.load()
    if links:
        places = {device.id: at for at, device in enumerate(own)}
        for number, key in enumerate(keys(sheet)):
            at = places.get(links.get(key, ""), -1)
            if at >= 0 and at not in taken:
                taken.add(at)
                row = sheet.rows[number]
                matches[number] = Match(
                    row, own[at], 1.0, [BY_PERSON], "人が結び付けました", "linked by a person",
                    _differences(row, own[at], known),
                )  # fmt: skip
    for sure, number, at, by in scored:
        row, device = sheet.rows[number], own[at]
        if number in matches or at in taken or (by == ["ip"] and not _address_is_enough(row, device)):
            continue
        taken.add(at)
        ja, en = "、".join(_WORD_JA[name] for name in by), ", ".join(_WORD_EN[name] for name in by)
        matches[number] = Match(row, device, sure, by, f"{ja}が一致", f"same {en}", _differences(row, device, known))
    said = {id(m.row) for m in matches.values() if m.by == [BY_PERSON]}
    doubtful = [(row, ids) for row, ids in doubtful if id(row) not in said]
    unseen = [r for n, r in enumerate(sheet.rows) if n not in matches and not r.values.get("retired")]
    return Reconciliation(
        [matches[n] for n in sorted(matches)], [d for n, d in enumerate(own) if n not in taken], unseen, doubtful
    )


@dataclass(frozen=True, slots=True)
class Unseen:
    """A row that was never seen, and whether the tap could have: heard, not_heard or unknown."""

    row: Row
    hearing: str
    why_ja: str
    why_en: str
    maybe: tuple[str, ...] = ()  # devices (Device.id) that could be it: same address or same model, not listed


def candidates(rows: Sequence[Row], unlisted: Sequence[Device], matched: Sequence[Match]) -> dict[int, list[Device]]:
    """Row number → devices that a person may want to link: those at its address, then unlisted ones of its model."""
    at: dict[str, list[Device]] = {}
    of_model: dict[str, list[Device]] = {}
    for device in (*unlisted, *(m.device for m in matched)):
        for address in device.addresses:
            if address.ip:
                at.setdefault(address.ip, []).append(device)
    for device in unlisted:
        if device.value("model"):
            of_model.setdefault(values.key(device.value("model")), []).append(device)
    out: dict[int, list[Device]] = {}
    for row in rows:
        found = [d for ip in row.ips for d in at.get(ip, ())]
        found += of_model.get(values.key(row.values.get("model", "")), ())
        if found:
            out[row.number] = list({d.id: d for d in found}.values())[:MAYBE_MAX]
    return out


def hearing(row: Row, heard: Sequence[str], maybe: Sequence[Device] = ()) -> Unseen:
    """What silence means for a row: only where its network was heard both ways does it mean anything.

    `heard`: networks (CIDR) that the tap heard both ways; `maybe`: as `candidates` found them.
    """
    ids = tuple(device.id for device in maybe)
    there = next((d for d in maybe for a in d.addresses if a.ip in row.ips), None)
    if there is not None:
        serial = there.value("serial")
        return Unseen(
            row,
            "heard",
            f"このアドレスでは {there.label}{f'(製造番号 {serial})' if serial else ''} が通信しています。"
            "入れ替えか、台帳の書き間違いの可能性",
            f"{there.label}{f' (serial number {serial})' if serial else ''} speaks at this address: "
            "another device in its place, or an error in the ledger",
            ids,
        )
    if not row.ips:
        return Unseen(
            row,
            "unknown",
            "台帳にIPアドレスが無く、聞こえる場所にあるかどうか分かりません",
            "the ledger gives no IP address, so nobody can tell whether the tap could hear it",
            ids,
        )
    nets = [ipaddress.ip_network(one, strict=False) for one in heard]
    for ip in row.ips:
        address = ipaddress.ip_address(ip)
        if any(address in net for net in nets):
            return Unseen(
                row,
                "heard",
                f"{ip} のネットワークは聞こえていましたが、この機器の通信はありませんでした",
                f"the network of {ip} was heard, and nothing came from this device",
                ids,
            )
    return Unseen(
        row,
        "not_heard",
        f"{', '.join(row.ips)} のネットワークは聞こえていません。無いとは言えません",
        f"the network of {', '.join(row.ips)} was not heard; this says nothing about the device",
        ids,
    )


def _keys_of_row(row: Row) -> dict[str, list[str]]:
    serial = values.key(row.values.get("serial", ""))
    return {
        "mac": row.macs,
        "serial": [serial] if len(serial) >= _SERIAL_LENGTH_MIN else [],
        "hostname": _words(row.values.get("hostname", "")),
        "ae_title": _words(row.values.get("ae_title", "")),
        "ip": row.ips,
    }


def _words(cell: str) -> list[str]:
    return [
        values.key(word.split(".")[0]) for word in cell.replace("、", ",").replace("/", ",").split(",") if word.strip()
    ]


def _index(devices: Sequence[Device]) -> dict[str, dict[str, list[int]]]:
    out: dict[str, dict[str, list[int]]] = {name: {} for name in _WORTH}
    for at, device in enumerate(devices):
        keys = {
            "mac": {a.mac for a in device.addresses if a.mac},
            "ip": {a.ip for a in device.addresses if a.ip},
            "hostname": {
                values.key(n.split(".")[0]) for n in (*device.names.get("hostname", []), device.value("hostname"))
            },
            "ae_title": {values.key(n) for n in device.names.get("ae_title", [])},
            "serial": {values.key(device.value("serial"))},
        }
        for name, found in keys.items():
            for one in found - {""}:
                out[name].setdefault(one, []).append(at)
    return out


def _sure(by: Sequence[str]) -> float:
    left = 1.0
    for name in by:
        left *= 1.0 - _WORTH[name]
    return 1.0 - left


def _address_is_enough(row: Row, device: Device) -> bool:
    """An IP alone will do when the ledger gave nothing harder to compare and the device let nothing out."""
    harder = {
        "mac": bool(row.macs),
        "serial": bool(row.values.get("serial")),
        "hostname": bool(row.values.get("hostname")),
    }
    let_out = {
        "mac": any(a.mac for a in device.addresses),
        "serial": bool(device.value("serial")),
        "hostname": bool(device.value("hostname")),
    }
    return not any(harder[name] and let_out[name] for name in harder)


def _differences(row: Row, device: Device, known: Knowledge) -> list[Difference]:
    out = []
    compare: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
        ("manufacturer", lambda a, b: _contains(maker(known, a), maker(known, b))),
        ("model", _contains),
        ("serial", lambda a, b: values.key(a) == values.key(b)),
        ("software_version", _contains),
        ("os", _contains),
        ("department", _contains),
    )
    for name, same in compare:
        told, heard = row.values.get(name, ""), device.attributes.get(name)
        if told and heard is not None and heard.value and not same(told, heard.value):
            out.append(_judge(name, told, heard))
    if row.values.get("retired"):
        out.append(
            Difference(
                "retired", row.values["retired"], "", "network",
                "台帳では廃棄済みですが、通信しています", "disposed of by the ledger, and yet it speaks",
            )
        )  # fmt: skip
    for name, told_list in (("ip", row.ips), ("mac", row.macs)):
        heard_list = [getattr(a, name) for a in sorted(device.addresses, key=lambda a: -a.last) if getattr(a, name)]
        if told_list and heard_list and not set(told_list) & set(heard_list):
            out.append(_moved(name, ", ".join(told_list), ", ".join(dict.fromkeys(heard_list[:4]))))
    return out


def _contains(one: str, other: str) -> bool:
    a, b = values.key(one), values.key(other)
    return a in b or b in a


def _judge(name: str, told: str, heard: Attribute) -> Difference:
    if heard.by_person:
        return Difference(name, told, heard.value, "network", "人が確認した値です", "a person confirmed the value seen")
    if name == "department":
        return Difference(
            name,
            told,
            heard.value,
            "ledger",
            "所属は機器の設定より台帳の方が新しいことが多い",
            "departments are renamed and the device's own setting stays behind",
        )
    if heard.confidence >= SURE:
        return Difference(
            name,
            told,
            heard.value,
            "network",
            f"機器自身がそう名乗っています(確信度 {heard.confidence:.2f})",
            f"the device says so itself (confidence {heard.confidence:.2f})",
        )
    return Difference(
        name,
        told,
        heard.value,
        "unclear",
        f"通信からの推定です(確信度 {heard.confidence:.2f})。現物を確認してください",
        f"an inference from traffic (confidence {heard.confidence:.2f}); look at the device",
    )


def _moved(name: str, told: str, heard: str) -> Difference:
    if name == "ip":
        return Difference(
            name,
            told,
            heard,
            "network",
            "実際に使われているアドレスです。変更が台帳に書かれていない可能性",
            "this address is in use; a change may not have been written down",
        )
    return Difference(
        name,
        told,
        heard,
        "unclear",
        "ネットワークカードの交換か、別の機器への入れ替えの可能性。現物を確認してください",
        "a new network card or another device in its place; look at the device",
    )


def export(sheet: Sheet, found: Reconciliation, fill: Mapping[str, str] | None = None) -> list[list[str]]:
    """The ledger in its own columns: every row as it stood, then one row for each unlisted device.

    Only cells that were empty are filled (with what is sure); nothing a person wrote is changed. `fill`
    gives values for every new row, e.g. `{"note": "Hinomi で確認"}`.
    """
    width = max((len(r.cells) for r in sheet.rows), default=0)
    width = max(width, len(sheet.columns))
    out = [[c.heading for c in sheet.columns] + [""] * (width - len(sheet.columns))]
    of_row = {match.row.number: match.device for match in found.matches}
    for row in sheet.rows:
        cells = row.cells + [""] * (width - len(row.cells))
        device = of_row.get(row.number)
        if device is not None:
            cells = _filled(cells, sheet, device, {})
        out.append(cells)
    out += [_filled([""] * width, sheet, device, dict(fill or {})) for device in found.unlisted]
    return out


def _filled(cells: list[str], sheet: Sheet, device: Device, fixed: dict[str, str]) -> list[str]:
    out = list(cells)
    for column in sheet.columns:
        if column.field and not out[column.index]:
            out[column.index] = fixed.get(column.field) or _cell(device, column.field)
    return out


def _cell(device: Device, name: str) -> str:
    if name == "mac":
        return next((a.mac for a in device.addresses if a.mac), "")
    if name == "ip":
        return next((a.ip for a in device.addresses if a.ip), "")
    if name == "ae_title":
        return ", ".join(device.names.get("ae_title", []))
    if name == "name":
        return device.label
    if name == "kind":
        kind = device.attributes.get("type")
        words = knowledge.load().types.get(kind.value) if kind is not None and kind.confidence >= SURE else None
        return str(words["ja"]) if words else ""
    attribute = device.attributes.get(name)
    return attribute.value if attribute is not None and attribute.confidence >= SURE else ""
