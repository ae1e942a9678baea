"""The network diagram that a hospital must hold, drawn from zones, conduits, registered paths and coverage."""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from hinomi import paper
from hinomi.inventory.index import HostIndex
from hinomi.paper import netmap
from hinomi.watch import knowledge

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.model import Device
    from hinomi.model import Zone as NamedZone

Lang = Literal["ja", "en"]
Form = Literal["svg", "pdf", "drawio"]
MEDIA = {"svg": "image/svg+xml", "pdf": "application/pdf", "drawio": "application/vnd.jgraph.mxfile"}
OUTSIDE, NO_ZONE = "outside", "unnamed"
SERVICES_SHOWN = 5
_NS = 1_000_000_000
_SAYS: dict[str, tuple[str, str]] = {
    "title": ("ネットワーク構成図", "Network diagram"),
    "outside": ("院外", "Outside"),
    "unnamed": ("場所の分からない機器", "Devices without a zone"),
    "devices": ("{n} 台", "{n} devices"),
    "more": ("ほか {n} 種", "{n} more kinds"),
    "unknown": ("種類不明 {n}", "unknown {n}"),
    "proposed": ("(仮の名前)", "(proposed name)"),
    "list": ("通信路の一覧(番号は図の線。上から通信量の多い順)", "Conduits (numbers as in the picture, busiest first)"),
    "inside": ("院内の通信", "inside"),
    "line_outside": ("院外との通信", "with the outside"),
    "line_remote": ("登録された保守回線", "registered maintenance path"),
    "box:both": ("双方向で聞こえた区画", "heard both ways"),
    "box:one_way": ("片方向しか聞こえない区画", "heard one way only"),
    "box:nothing": ("聞こえていない区画", "not heard"),
    "peers": ("相手 {n} 件", "{n} peers"),
    "made": (
        "作成 {made} ・ 通信の記録 {first} ～ {last} ・ 火の見",
        "made {made} · traffic {first} to {last} · Hinomi",
    ),
    "nothing": ("まだ何も聞いていません", "nothing was heard yet"),
    "note": (
        "この図は聞こえた通信から描いています。聞こえない所にある機器や回線は載っていません。人の確認が必要です。",
        "Drawn from the traffic that was heard; what the tap does not hear is missing. A person must check it.",
    ),
    "deaf": ("片方向しか、または聞こえないネットワーク: {nets}", "Networks heard one way only or not at all: {nets}"),
    "left": ("載せきれない通信路 {n} 本", "{n} conduits do not fit on the picture"),
    "paths": ("登録された保守回線: {paths}", "Registered maintenance paths: {paths}"),
}  # fmt: skip


class _Say(Protocol):
    def __call__(self, id: str, **facts: object) -> str: ...


def plan(home: Home, lang: Lang) -> netmap.Plan:
    """Zones, conduits and words of the diagram as things stand now."""
    at = 0 if lang == "ja" else 1

    def word(id: str, **facts: object) -> str:
        return _SAYS[id][at].format(**facts)

    devices = home.state.all_devices()
    named = {zone.id: zone for zone in home.state.zones()}
    of = {d.id: OUTSIDE if d.outside else d.zone if d.zone in named else NO_ZONE for d in devices}
    members: dict[str, list[Device]] = defaultdict(list)
    for device in devices:
        members[of[device.id] or NO_ZONE].append(device)
    heard = _heard(home)
    zones = [_zone(z, members.get(z.id, []), heard, at, word) for z in list(named.values())[: netmap.ZONES_MAX]]
    if members.get(NO_ZONE):
        zones.append(
            netmap.Zone(NO_ZONE, "unknown", word("unnamed"), "", _lines(members[NO_ZONE], at, word), heard="nothing")
        )
    if members.get(OUTSIDE):
        names = [word("peers", n=len(members[OUTSIDE])), *[d.label for d in members[OUTSIDE][: netmap.LINES_MAX - 1]]]
        zones.append(netmap.Zone(OUTSIDE, "external", word("outside"), "", names, outside=True))
    outer = {z.id for z in zones if z.outside}
    conduits = _conduits(home, devices, of, outer)
    span = home.history.span()
    zone = ZoneInfo(home.settings.time_zone)
    days = [_day(ns, zone) for ns in span] if span else [word("nothing"), ""]
    notes = [word("note")]
    deaf = sorted(net for net, state in heard.items() if state != "both")
    if deaf:
        notes.append(word("deaf", nets=", ".join(deaf[:40])))
    paths = [f"{p.vendor} ({', '.join(p.services) or '-'})" for p in home.state.remote_paths()]
    if paths:
        notes.append(word("paths", paths=" / ".join(paths)))
    if len(conduits) > netmap.CONDUITS_MAX:
        notes.append(word("left", n=len(conduits) - netmap.CONDUITS_MAX))
    name = home.settings.site_name or home.site
    made = word("made", made=datetime.now(UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M"), first=days[0], last=days[1])
    legend = [
        ("inside", word("inside")),
        ("outside", word("line_outside")),
        ("box:both", word("box:both")),
        ("box:one_way", word("box:one_way")),
        ("box:nothing", word("box:nothing")),
    ]
    return netmap.Plan(f"{name} {word('title')}", made, zones, conduits, legend, notes, word("list"))


def _zone(zone: NamedZone, members: list[Device], heard: dict[str, str], at: int, word: _Say) -> netmap.Zone:
    name = (zone.name_ja, zone.name_en)[at] or zone.id
    for subnet in zone.subnets:  # stands on its own line
        name = name.removesuffix(subnet).rstrip()
    if not zone.by_person:
        name = f"{name} {word('proposed')}"
    nets = ", ".join(zone.subnets) + (f" VLAN {zone.vlan}" if zone.vlan is not None else "")
    states = {_state(subnet, heard) for subnet in zone.subnets}
    worst = "nothing" if not states or states == {"nothing"} else "both" if states == {"both"} else "one_way"
    return netmap.Zone(
        zone.id, zone.kind, name, nets, _lines(members, at, word), zone.kind == "external", not zone.by_person, worst
    )


def _lines(members: list[Device], at: int, word: _Say) -> list[str]:
    """Kinds and their numbers, most first; what is unknown always stands there."""
    types = knowledge.types()
    kinds = Counter(d.value("type") or "unknown" for d in members)
    unknown = kinds.pop("unknown", 0)
    out = [word("devices", n=len(members))]
    shown = kinds.most_common(netmap.LINES_MAX - 3)
    for kind, number in shown:
        words = types.get(kind)
        name = (words.ja, words.en)[at] if words else kind
        labels = [d.label for d in members if d.value("type") == kind][:2]
        out.append(f"{name} {number}" if number > 2 else f"{name} ({', '.join(labels)})")
    if len(kinds) > len(shown):
        out.append(word("more", n=len(kinds) - len(shown)))
    if unknown:
        out.append(word("unknown", n=unknown))
    return out


def _conduits(home: Home, devices: list[Device], of: dict[str, str], outer: set[str]) -> list[netmap.Conduit]:
    index = HostIndex(devices)
    table = home.history.conversations(by_hour=False)
    names = ("client_mac", "client_ip", "server_mac", "server_ip", "service", "proto", "server_port", "bytes_up",
             "bytes_down", "first")  # fmt: skip
    volume: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    lists = [table.column(name).to_pylist() for name in names]
    for c_mac, c_ip, s_mac, s_ip, service, proto, port, up, down, first in zip(*lists, strict=True):
        client = index.device_of(c_mac or "", c_ip or "", None, first)
        server = index.device_of(s_mac or "", s_ip or "", None, first)
        if client is None or server is None or of.get(client) == of.get(server):
            continue
        a, b = sorted((of[client], of[server]))
        volume[a, b][service.upper() if service else f"{proto}/{port}"] += int(up or 0) + int(down or 0) + 1
    ranked = sorted(volume.items(), key=lambda item: (-item[1].total(), item[0]))
    out = []
    for (a, b), services in ranked:
        label = ", ".join(name for name, _ in services.most_common(SERVICES_SHOWN))
        label += " …" if len(services) > SERVICES_SHOWN else ""
        out.append(netmap.Conduit(a, b, label, outside=a in outer or b in outer))
    return out


def _heard(home: Home) -> dict[str, str]:
    """Network → both, one_way or nothing; addresses of nobody (broadcast, link-local) left out."""
    table = home.history.sql(
        "SELECT subnet, max(CASE heard WHEN 'both' THEN 2 WHEN 'one_way' THEN 1 ELSE 0 END) AS heard"
        " FROM coverage GROUP BY subnet"
    )
    out = {}
    for row in table.to_pylist():
        try:
            net = ipaddress.ip_network(row["subnet"], strict=False)
        except ValueError:
            continue
        if not (net.is_multicast or net.is_link_local or net.network_address.packed[0] in (0, 255)):
            out[str(net)] = ("nothing", "one_way", "both")[int(row["heard"])]
    return out


def _state(subnet: str, heard: dict[str, str]) -> str:
    net = ipaddress.ip_network(subnet, strict=False)
    states = set()
    for other, state in heard.items():
        its = ipaddress.ip_network(other)
        if its.version == net.version and its.overlaps(net):
            states.add(state)
    return "both" if "both" in states else "one_way" if "one_way" in states else "nothing"


def _day(ns: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(ns // _NS, UTC).astimezone(zone).strftime("%Y-%m-%d")


def write(home: Home, form: Form, lang: Lang) -> bytes:
    """The diagram as a file.

    Raises:
        hinomi.texts.Problem: a PDF is asked for and this machine has no Japanese face.
    """
    made = plan(home, lang)
    if form == "drawio":
        return netmap.to_drawio(made).encode()
    svg = netmap.to_svg(made)
    if form == "svg":
        return svg.encode()
    sheet = paper.Paper(made.title, lang, made.made, wide=netmap.is_wide(made))
    sheet.add(paper.Picture(netmap.to_svg(made, page=True), made.title))
    return paper.to_pdf(sheet)
