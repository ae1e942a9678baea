"""What the traffic says: services that answer, logins in clear, logs, backups."""

from __future__ import annotations

from collections import defaultdict

import pyarrow.compute as pc

from hinomi.duties.evidence import DutiesView, Line, Said, Word
from hinomi.model import EvidenceRef
from hinomi.watch.detections import silence
from hinomi.watch.detections.obsolete_protocol import smb1
from hinomi.watch.sight import plain
from hinomi.watch.tables import by_value, is_in, rows
from hinomi.watch.who import OUTSIDE, is_people

# Services that the guideline's 8.1 and every vendor's hardening guide ask to replace (cleartext remote
# administration and file transfer). SMB counts only in its first version, told by what server and client agreed on.
NEEDLESS = ("telnet", "rlogin", "rsh", "ftp", "tftp")
# One user name on at least so many servers may be an administrator's name shared by them all (the attacks of
# Osaka and Okayama went from the first server to the second with it). Only a person can tell.
SHARED_SERVERS_MIN = 2
# Ways by which a copy reaches a backup server; a terminal that may use them may also destroy the copy.
SHARES = ("smb", "nfs", "ftp", "rsync", "iscsi")


def _is_cleartext(name: str) -> bool:
    return name.rpartition(".")[2] in ("cleartext_credentials", "cleartext_bind")


def needless_services(view: DutiesView) -> Said:
    """2-⑫: does a service answer that is no longer recommended?"""
    sight = view.sight
    mask = pc.and_(pc.and_(sight.service_in(*NEEDLESS), sight.answered), sight.not_having("resp", OUTSIDE))
    found: dict[tuple[str, str], Line] = {}
    columns = ("resp_ip", "resp_mac", "resp_port", "service", "start", "last", "capture", "packet", "offset")
    for ip, mac, port, service, start, last, capture, packet, offset in rows(sight.flows.filter(mask), *columns):
        name = sight.who.name(ip, mac, start)
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        what = f"{service} {port}"
        found.setdefault((name, what), Line(name, sight.who.label(name), what, start, last, ref))
    for row in smb1(sight):
        if row["resp_is"] & OUTSIDE:
            continue
        name = sight.who.name(row["resp_ip"], row["resp_mac"], row["start"])
        ref = EvidenceRef(str(row["capture"]), int(row["packet"]), int(row["offset"]))
        found.setdefault((name, "SMB 1"), Line(name, sight.who.label(name), "SMB 1", row["start"], row["last"], ref))
    lines = list(found.values())
    return Said(Word.CONTRADICTED if lines else Word.UNKNOWN, {"count": len(lines)}, lines)


def cleartext_credentials(view: DutiesView) -> Said:
    """2-⑦: logins that passed unencrypted, as the dissectors note them. The rule itself is for a person."""
    sight = view.sight
    lines = []
    table = plain(view.notes)
    table = table.filter(by_value(table.column("name"), _is_cleartext))
    columns = ("host_ip", "time", "protocol", "count", "capture", "packet", "offset")
    for ip, time, protocol, count, capture, packet, offset in rows(table, *columns):
        name = sight.who.name(ip, "", time)
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        lines.append(Line(name, sight.who.label(name), f"{protocol} × {count}", time, time, ref))
    return Said(Word.PERSON, {"count": len(lines)}, lines)


def admin_accounts(view: DutiesView) -> Said:
    """2-④: one user name (as keyed hash) that reached several servers."""
    sight = view.sight
    servers: dict[str, dict[str, Line]] = defaultdict(dict)
    table = sight.exchanges("smb", "ntlm", "rdp", "ssh")
    columns = ("client_name", "server_ip", "server_mac", "time", "protocol", "outcome", "capture", "packet", "offset")
    for user, ip, mac, time, protocol, outcome, capture, packet, offset in rows(table, *columns):
        if user and user.startswith("H-") and outcome == "ok":
            name = sight.who.name(ip, mac, time)
            ref = EvidenceRef(str(capture), int(packet), int(offset))
            servers[user].setdefault(name, Line(name, sight.who.label(name), f"{protocol} {user}", time, time, ref))
    shared = [by_server for by_server in servers.values() if len(by_server) >= SHARED_SERVERS_MIN]
    lines = [line for by_server in shared for line in by_server.values()]
    return Said(Word.PERSON, {"count": SHARED_SERVERS_MIN, "shared": len(shared)}, lines)


def _stopped(view: DutiesView, variant: str) -> list[Line]:
    """Streams that came like clockwork and stopped although their sender is still heard."""
    lines = []
    for raised in silence.detect(view.sight):
        draft = raised.draft
        if draft.facts["variant"] == variant:
            device = draft.devices[0] if draft.devices else raised.actor
            ref = draft.evidence[-1] if draft.evidence else None
            label = view.sight.who.label(device)
            lines.append(Line(device, label, f"{variant}: silence", draft.first, draft.last, ref))
    return lines


def log_flows(view: DutiesView) -> Said:
    """2-⑪: who sends its log away, and whose log stopped?"""
    sight = view.sight
    stopped = _stopped(view, "log")
    if stopped:
        return Said(Word.CONTRADICTED, {"count": len(stopped)}, stopped)
    senders: dict[str, Line] = {}
    table = sight.flows.filter(sight.service_in("syslog"))
    for ip, mac, start, last, capture, packet, offset in rows(
        table, "orig_ip", "orig_mac", "start", "last", "capture", "packet", "offset"
    ):
        name = sight.who.name(ip, mac, start)
        ref = EvidenceRef(str(capture), int(packet), int(offset))
        senders.setdefault(name, Line(name, sight.who.label(name), "syslog", start, last, ref))
    return Said(Word.UNKNOWN, {"count": len(senders)}, list(senders.values()))


def backup_targets(view: DutiesView) -> set[str]:
    """Devices that keep copies: as recognised, and as the backup register names them."""
    return {device.id for device in view.inside if device.value("type") == "backup_server"} | view.backup_targets


def backup_flows(view: DutiesView) -> Said:
    """3-②: can everyday terminals reach the backup target, and has a copy stopped that came like clockwork?"""
    sight = view.sight
    targets = backup_targets(view)
    reachers: dict[str, Line] = {}
    mask = pc.and_(is_in(sight.flows.column("service"), SHARES), sight.answered)
    columns = ("orig_ip", "orig_mac", "resp_ip", "resp_mac", "service", "start", "last", "capture", "packet", "offset")
    for c_ip, c_mac, s_ip, s_mac, service, start, last, capture, packet, offset in rows(
        sight.flows.filter(mask), *columns
    ):
        if sight.who.name(s_ip, s_mac, start) not in targets:
            continue
        client = sight.who.device(c_ip, c_mac, start)
        if client is not None and is_people(client):
            ref = EvidenceRef(str(capture), int(packet), int(offset))
            what = f"{service} → {sight.who.label(sight.who.name(s_ip, s_mac, start))}"
            reachers.setdefault(client.id, Line(client.id, client.label, what, start, last, ref))
    stopped = _stopped(view, "backup")
    if reachers or stopped:
        facts = {"count": len(reachers), "stopped": len(stopped)}
        return Said(Word.CONTRADICTED, facts, [*reachers.values(), *stopped])
    return Said(Word.UNKNOWN, {"targets": len(targets)})
