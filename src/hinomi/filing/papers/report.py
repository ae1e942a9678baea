"""Reports over a period: the trial's (効果検証) and the month's. By zone: made visible, suspicious, not to be heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hinomi.filing import backups, look, sheets
from hinomi.filing.facts import clock, day
from hinomi.filing.papers.words import begin, heard
from hinomi.filing.sheets import Sheet
from hinomi.model import Status
from hinomi.paper import Block, Heading, Items, Paper, Table, Text
from hinomi.watch import knowledge
from hinomi.watch.text import render

if TYPE_CHECKING:
    from hinomi.filing.papers import Ask
    from hinomi.home import Home
    from hinomi.store.state.shapes import DeviceSummary, Finding

NOWHERE = ""
FOREVER = 2**62


def _period(ask: Ask) -> tuple[int, int]:
    return ask.since, ask.until or FOREVER


def _devices(home: Home, ask: Ask) -> list[DeviceSummary]:
    since, until = _period(ask)
    return [d for d in home.state.devices(outside=False).items if d.first < until and d.last >= since]


def _findings(home: Home, ask: Ask) -> list[Finding]:
    since, until = _period(ask)
    found = home.state.findings().items
    return sorted((f for f in found if f.first < until and f.last >= since), key=lambda f: f.first)


def _zone_names(home: Home, lang: str) -> dict[str, str]:
    names = {zone.id: (zone.name_ja if lang == "ja" else zone.name_en) or zone.id for zone in home.state.zones()}
    names[NOWHERE] = "区画なし" if lang == "ja" else "No zone"
    return names


def _span(home: Home, ask: Ask) -> str:
    of = look.listened(home)
    first, last = ask.since or of.first, ask.until or of.last
    return f"{clock(first)} – {clock(last)}"


def _type(name: str, lang: str) -> str:
    types = knowledge.types()
    of = types.get(name or "unknown") or types["unknown"]
    return of.ja if lang == "ja" else of.en


def trial(home: Home, ask: Ask) -> Paper:
    """What a trial asks: per period and zone what was made visible, what was suspicious, what could not be heard."""
    ja = ask.lang == "ja"
    paper = begin(home, "効果検証の報告" if ja else "Report of the trial", ask.lang)
    paper.add(Text(_span(home, ask)), heard(home, ask.lang, *_period(ask)))
    devices, findings = _devices(home, ask), _findings(home, ask)
    unknown = sum(1 for d in devices if d.type in ("", "unknown"))
    known, one_way = len(devices) - unknown, len(look.listened(home, *_period(ask)).subnets_one_way)
    decided, closed = _decided(findings), _encrypted(home, ask)
    lines = (
        [
            f"見えるようになった機器: {len(devices)}台(種類まで分かった {known}台、不明 {unknown}台)",
            f"不審な通信としての指摘: {len(findings)}件(うち人が判断した {decided}件)",
            f"聞けなかった範囲: 片方向だけのネットワーク {one_way}、暗号化で中身の見えない接続 {closed}%",
        ]
        if ja
        else [
            f"Devices made visible: {len(devices)} (type known {known}, unknown {unknown})",
            f"Suspicious findings: {len(findings)} (decided by a person: {decided})",
            f"Not to be heard: {one_way} networks one way only, {closed} % of connections encrypted",
        ]
    )
    paper.add(Heading("1. まとめ" if ja else "1. In short"), Items(lines))
    paper.add(
        Heading("2. 区画ごとに見えたもの" if ja else "2. Made visible, by zone"), _visible(home, devices, ask.lang)
    )
    paper.add(Heading("3. 不審な通信" if ja else "3. Suspicious"), *_suspicious(home, findings, ask.lang))
    paper.add(Heading("4. 聞けなかったこと" if ja else "4. What the tap could not hear"), *_unheard(home, devices, ask))
    return paper


def _decided(findings: Iterable[Finding]) -> int:
    return sum(1 for f in findings if f.status not in (Status.OPEN, Status.REOPENED))


def _encrypted(home: Home, ask: Ask) -> int:
    """Share of answered connections whose content nobody but the ends can read."""
    closed = {"tls", "https", "ssh", "quic", "ipsec", "ike", "wireguard", "openvpn", "rdp"}
    table = home.history.sql(
        "SELECT service, sum(answered)::BIGINT AS n FROM conversation"
        f" WHERE {look.within(*_period(ask))} GROUP BY service"
    ).to_pylist()
    total = sum(row["n"] or 0 for row in table)
    return round(100 * sum(row["n"] or 0 for row in table if row["service"] in closed) / total) if total else 0


def _visible(home: Home, devices: list[DeviceSummary], lang: str) -> Table:
    ja = lang == "ja"
    names = _zone_names(home, lang)
    by: dict[str, list[DeviceSummary]] = defaultdict(list)
    for device in devices:
        by[device.zone if device.zone in names else NOWHERE].append(device)
    rows = []
    for zone, mine in sorted(by.items(), key=lambda pair: -len(pair[1])):
        types = Counter(_type(d.type, lang) for d in mine)
        unknown = sum(1 for d in mine if d.type in ("", "unknown"))
        rows.append(
            (
                names[zone],
                str(len(mine)),
                ("、" if ja else ", ").join(f"{name} {count}" for name, count in types.most_common(8)),
                str(unknown),
            )
        )
    head = ("区画", "機器", "種類", "不明") if ja else ("Zone", "Devices", "Types", "Unknown")
    return Table(head, rows, (3, 1, 7, 1), title="区画" if ja else "Zones")


def _suspicious(home: Home, findings: list[Finding], lang: str) -> list[Block]:
    ja = lang == "ja"
    if not findings:
        words = "聞けた範囲に、指摘はありませんでした。" if ja else "Nothing was found in what was heard."
        return [Text(words)]
    names, labels = _zone_names(home, lang), home.state.labels()
    zones = {d.id: d.zone for d in home.state.devices().items}
    status = {
        "open": ("未対応", "open"), "acknowledged": ("確認中", "acknowledged"),
        "explained": ("説明がついた", "explained"),
        "resolved": ("解決", "resolved"), "reopened": ("再発", "reopened"),
    }  # fmt: skip
    rows = []
    for f in findings:
        first = f.devices[0] if f.devices else ""
        packet = f"{f.evidence[0].capture[:8]}#{f.evidence[0].packet}" if f.evidence else ""
        rows.append(
            (
                clock(f.first),
                names.get(zones.get(first, ""), names[NOWHERE]),
                labels.get(first, first),
                render(f, lang).title,
                status[f.status.value][0 if ja else 1] + (f"\n{f.decided_by}" if f.decided_by else ""),
                f"{f.id} {packet}",
            )
        )
    head = (
        ("時刻", "区画", "機器", "見えたこと", "判断", "証拠")
        if ja
        else ("Time", "Zone", "Device", "What was seen", "Decision", "Evidence")
    )
    return [Table(head, rows, (2, 2, 2, 5, 1.6, 2.4), title="不審な通信" if ja else "Suspicious")]


def _unheard(home: Home, devices: list[DeviceSummary], ask: Ask) -> list[Block]:
    ja = ask.lang == "ja"
    of = look.listened(home, *_period(ask))
    lines = []
    if of.subnets_one_way:
        nets = ", ".join(of.subnets_one_way[:12])
        lines.append(f"片方向しか聞けなかったネットワーク: {nets}" if ja else f"Networks heard one way only: {nets}")
    drops = home.history.sql(
        f"SELECT coalesce(sum(drops), 0)::BIGINT AS n FROM coverage WHERE {look.within(*_period(ask))}"
    ).to_pylist()[0]["n"]
    lines.append(f"取りこぼしたパケット: {drops}" if ja else f"Packets lost by the sensor: {drops}")
    unknown = [d for d in devices if d.type in ("", "unknown")]
    if unknown:
        some = ", ".join(d.label for d in unknown[:12])
        lines.append(f"種類の分からない機器: {some}" if ja else f"Devices of unknown type: {some}")
    lines.append(
        f"暗号化されていて中身の分からない接続: {_encrypted(home, ask)}%"
        if ja
        else f"Connections whose content is encrypted: {_encrypted(home, ask)} %"
    )
    lines.append(
        "タップを通らない通信(同じスイッチの中、無線の中、聞いていない時間)は、あっても分かりません。"
        if ja
        else "Traffic that does not pass the tap (inside one switch, inside the Wi-Fi, at other hours) stays unknown."
    )
    return [Items(lines)]


def monthly(home: Home, ask: Ask) -> Paper:
    """The month for the boss: what is new, what was decided, what waits, what is due."""
    ja = ask.lang == "ja"
    since, until = _period(ask)
    paper = begin(home, "月次の報告" if ja else "Monthly report", ask.lang)
    paper.add(Text(_span(home, ask)), heard(home, ask.lang, *_period(ask)))
    devices, findings = _devices(home, ask), _findings(home, ask)
    new = [d for d in devices if since <= d.first < until] if since else []
    paper.add(Heading("1. 機器" if ja else "1. Devices"))
    lines = [f"見えた機器: {len(devices)}台" if ja else f"Devices seen: {len(devices)}"]
    if since:
        names = ", ".join(d.label for d in new[:20])
        lines.append(f"新しく見えた機器: {len(new)}台 {names}" if ja else f"Newly seen: {len(new)} {names}")
    paper.add(Items(lines))
    paper.add(Heading("2. 確認事項" if ja else "2. Findings"), *_suspicious(home, findings, ask.lang))
    paper.add(Heading("3. 点検票" if ja else "3. Checklist"))
    of = Sheet(ask.edition, ask.audience)
    rows = sheets.rows(home, of)
    amber = "、".join(row.item.number for row in rows if row.amber)
    open_ = sheets.missing(home, of)
    late = "、".join(m.row.item.number for m in open_ if m.late)
    paper.add(
        Items(
            [
                f"答えた項目: {sum(row.newest is not None for row in rows)} / {len(rows)}",
                f"通信と食い違う「はい」: {amber or 'なし'}",
                f"期日を過ぎた項目: {late or 'なし'}",
            ]
            if ja
            else [
                f"Items answered: {sum(row.newest is not None for row in rows)} of {len(rows)}",
                f"A yes that is contradicted: {amber or 'none'}",
                f"Past their day: {late or 'none'}",
            ]
        )
    )
    paper.add(Heading("4. バックアップ" if ja else "4. Backups"))
    copies = backups.copies(home)
    paper.add(Items(backups.rule(copies, ask.lang) or ["台帳がまだ空です。" if ja else "Nothing is registered yet."]))
    paper.add(Heading("5. ヒヤリハットと研修" if ja else "5. Near misses and training"))
    low, high = day(since) if since else "", day(until) if ask.until else "9999"
    for kind, words in (
        ("near_miss", ("ヒヤリハット", "Near misses")),
        ("training", ("研修", "Training")),
        ("drill", ("訓練", "Drills")),
    ):
        mine = [row for row in home.state.filed(kind) if low <= str(row.body.get("date", "")) <= high]
        paper.add(Text(f"{words[0 if ja else 1]}: {len(mine)}" + ("件" if ja else "")))
    return paper
