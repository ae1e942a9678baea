"""Suricata's EVE: one JSON object a line (docs.suricata.io, "EVE JSON Format").

Counters of flows run from client to server and back. An event of a kind that is not in `READERS` is
counted in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hinomi.intake.rows import Rows, address, flow_id, mac, number, port, text

Event = Mapping[str, Any]

SERVICES = {
    "krb5": "kerberos",
    "dcerpc": "dcerpc",
    "ftp-data": "ftp",
    "pgsql": "postgresql",
    "rfb": "vnc",
    "failed": "",
    "unknown": "",
}
# [MS-SMB2] 2.2.1.2 by the names of the wire's own reader; EVE takes those of its source.
_SMB_COMMANDS = {"NEGOTIATE_PROTOCOL": "NEGOTIATE", "FIND": "QUERY_DIRECTORY"}
_SMB_MORE = 0xC0000016  # a step of a logon that goes on
# [MS-ERREF] 2.3.1: who asked may not, or what was asked for is not there.
_SMB_REFUSED = {
    0xC0000022, 0xC0000034, 0xC000003A, *range(0xC000006A, 0xC0000074), 0xC00000CC, 0xC0000043, 0xC000015B, 0xC0000193,
    0xC0000224, 0xC0000234, 0xC0000064, 0xC00000CA, 0xC0000035, 0xC000000F, 0xC000018B,
}  # fmt: skip
_DNS_REFUSED = {"NXDOMAIN", "REFUSED", "NOTAUTH"}
# EVE counts the link's head with each packet, the records begin at IP.
_ETHERNET_BYTES, _TAG_BYTES = 14, 4
_STATES = {"new": "unanswered", "established": "answered", "closed": "answered"}
_TLS = {"TLS 1.0": "1.0", "TLS 1.1": "1.1", "TLS 1.2": "1.2", "TLS 1.3": "1.3"}
_PROTO = {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "ipv6-icmp": "icmp6", "sctp": "sctp", "gre": "gre"}


def when(stamp: object) -> int:
    """ISO 8601 with microseconds and a zone → UTC nanoseconds.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(str(stamp))
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def read(rows: Rows, event: Event) -> bool:
    """One event; False when it is of a kind that is not read.

    Raises:
        ValueError, KeyError: a field that must be there is not.
    """
    reader = READERS.get(text(event, "event_type"))
    if reader is None:
        return False
    reader(rows, event)
    return True


def _ends(event: Event) -> dict[str, Any]:
    client, server = address(event["src_ip"]), address(event["dest_ip"])
    if not client or not server:
        raise ValueError
    return {
        "flow_id": number(event.get("flow_id")) or flow_id("eve", client, server, event.get("timestamp")),
        "time": when(event["timestamp"]),
        "client_ip": client,
        "client_port": port(event.get("src_port")),
        "server_ip": server,
        "server_port": port(event.get("dest_port")),
    }


def _of(event: Event, name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, Mapping) else {}


def _macs(event: Event) -> tuple[str, str]:
    ether = _of(event, "ether")
    src = ether.get("src_mac") or (ether.get("src_macs") or [""])[0]
    dst = ether.get("dest_mac") or (ether.get("dest_macs") or [""])[0]
    return mac(src), mac(dst)


def _flow(rows: Rows, event: Event) -> None:
    ends, flow = _ends(event), _of(event, "flow")
    up, down = number(flow.get("pkts_toserver")), number(flow.get("pkts_toclient"))
    outcome = _STATES.get(text(flow, "state"), "answered")
    if not down:
        outcome = "unanswered"
    elif not up:
        outcome = "half_heard"
    elif outcome == "unanswered":
        outcome = "answered"
    service = text(event, "app_proto")
    orig_mac, resp_mac = _macs(event)
    vlan = event.get("vlan") or [None]
    head = _ETHERNET_BYTES + (_TAG_BYTES * len(vlan) if vlan[0] is not None else 0)
    rows.flow(
        flow_id=ends["flow_id"],
        start=when(flow["start"]),
        last=when(flow.get("end") or event["timestamp"]),
        community_id=text(event, "community_id"),
        proto=_PROTO.get(text(event, "proto").lower(), "other"),
        vlan=number(vlan[0]) if vlan[0] is not None else None,
        orig_mac=orig_mac,
        resp_mac=resp_mac,
        orig_ip=ends["client_ip"],
        resp_ip=ends["server_ip"],
        orig_port=ends["client_port"],
        resp_port=ends["server_port"],
        orig_packets=up,
        resp_packets=down,
        orig_bytes=max(0, number(flow.get("bytes_toserver")) - head * up),
        resp_bytes=max(0, number(flow.get("bytes_toclient")) - head * down),
        outcome=outcome,
        ended_by="fin" if text(flow, "state") == "closed" else "idle",
        service=SERVICES.get(service, service) or None,
    )


def _alert(rows: Rows, event: Event) -> None:
    """What a rule of the other sensor rang for."""
    alert = _of(event, "alert")
    rows.exchange(
        **_ends(event),
        protocol="suricata",
        operation="alert",
        outcome="refused" if text(alert, "action") == "blocked" else "warning",
        status=text(alert, "severity"),
        object=text(alert, "signature"),
        detail={
            "signature_id": text(alert, "signature_id"),
            "category": text(alert, "category"),
            "severity": text(alert, "severity"),
            "app_proto": text(event, "app_proto"),
        },
    )


def _dns(rows: Rows, event: Event) -> None:
    """Version 3 tells question and answer in one event, version 2 in two; a bare question waits for nobody."""
    ends, dns = _ends(event), _of(event, "dns")
    kind = text(dns, "type")
    question = (dns.get("queries") or [dns])[0]
    code = text(dns, "rcode")
    answers = dns.get("answers") or []
    if kind in ("answer", "response"):
        # The event of an answer may be told in the answer's own direction.
        if ends["client_port"] == 53:
            ends["client_ip"], ends["server_ip"] = ends["server_ip"], ends["client_ip"]
            ends["client_port"], ends["server_port"] = ends["server_port"], ends["client_port"]
        ips = [found for found in (address(a.get("rdata")) for a in answers if isinstance(a, Mapping)) if found]
        rows.exchange(
            **ends,
            protocol="dns",
            operation=text(question, "rrtype") or "?",
            outcome="ok" if code == "NOERROR" else "refused" if code in _DNS_REFUSED else "failed",
            status=code,
            object=text(question, "rrname"),
            detail={"rcode": code, "answers": len(answers) or "", "answer_ips": ",".join(ips)},
        )
        rows.clue(ends["time"], ends["server_ip"], "dns.server", ends["server_ip"], "dns", port=53)


def _tls(rows: Rows, event: Event) -> None:
    ends, tls = _ends(event), _of(event, "tls")
    version = _TLS.get(text(tls, "version"), text(tls, "version"))
    ja4 = text(tls, "ja4")
    rows.exchange(
        **ends,
        protocol="tls",
        operation="handshake",
        outcome="ok" if version and version != "UNDETERMINED" else "half_heard",
        server_name=text(tls, "sni"),
        object=text(tls, "sni"),
        detail={
            "sni": text(tls, "sni"), "version": version, "ja4": ja4, "subject": text(tls, "subject"),
            "certificate": text(tls, "fingerprint").replace(":", ""),
        },
    )  # fmt: skip
    at = {"port": ends["server_port"]}
    rows.clue(ends["time"], ends["server_ip"], "tls.certificate.subject", text(tls, "subject"), "tls", **at)
    rows.clue(ends["time"], ends["server_ip"], "tls.certificate.issuer", text(tls, "issuerdn"), "tls", **at)
    rows.clue(ends["time"], ends["client_ip"], "tls.ja4", ja4, "tls")
    rows.clue(ends["time"], ends["client_ip"], "tls.ja3", text(_of(tls, "ja3"), "hash"), "tls")


def _http(rows: Rows, event: Event) -> None:
    ends, http = _ends(event), _of(event, "http")
    code = number(http.get("status"))
    rows.exchange(
        **ends,
        protocol="http",
        operation=text(http, "http_method") or "?",
        outcome="unanswered"
        if not code
        else "ok"
        if code < 400
        else "refused"
        if code in (401, 403, 407)
        else "failed",
        status=str(code) if code else "",
        server_name=text(http, "hostname"),
        object=rows.masked("target", text(http, "url")),
        response_bytes=number(http.get("length")),
        detail={
            "host": text(http, "hostname"),
            "user_agent": text(http, "http_user_agent"),
            "response_content_type": text(http, "http_content_type"),
        },
    )
    rows.clue(ends["time"], ends["client_ip"], "http.user_agent", text(http, "http_user_agent"), "http")


def _smb(rows: Rows, event: Event) -> None:
    smb = _of(event, "smb")
    name = text(smb, "filename")
    status = text(smb, "status")
    operation = text(smb, "command").removeprefix("SMB2_COMMAND_").removeprefix("SMB1_COMMAND_")
    code = int(text(smb, "status_code") or "0", 16)
    if code == _SMB_MORE:
        return
    rows.exchange(
        **_ends(event),
        protocol="smb",
        operation=_SMB_COMMANDS.get(operation, operation) or "?",
        outcome=_smb_outcome(code, status),
        status=status,
        object=rows.masked("file", name) if name else text(smb, "share"),
        detail={
            "dialect": text(smb, "dialect"),
            "share": text(smb, "share"),
            "ending": name.rpartition(".")[2][:16] if "." in name else "",
        },
    )
    ntlm = _of(smb, "ntlmssp")
    rows.clue(when(event["timestamp"]), address(event["src_ip"]), "ntlm.host", text(ntlm, "host"), "ntlm")
    rows.clue(when(event["timestamp"]), address(event["src_ip"]), "ntlm.domain", text(ntlm, "domain"), "ntlm")


def _smb_outcome(code: int, status: str) -> str:
    if code == 0:
        return "ok" if status in ("", "STATUS_SUCCESS") else "failed"
    if code in _SMB_REFUSED:
        return "refused"
    return "warning" if code >> 30 == 2 else "failed"


def _rfb(rows: Rows, event: Event) -> None:
    """A screen that is seen from elsewhere; the challenge of its password and the answer stay out."""
    rfb = _of(event, "rfb")
    login = _of(rfb, "authentication")
    versions = [_of(rfb, f"{side}_protocol_version") for side in ("client", "server")]
    refused = text(login, "security_result") == "FAIL"
    outcome = "half_heard" if not all(versions) else "refused" if refused else "ok"
    named = ["{}.{}".format(text(v, "major").lstrip("0"), text(v, "minor").lstrip("0")) if v else "" for v in versions]
    rows.exchange(
        **_ends(event), protocol="vnc", operation="connect", outcome=outcome,
        detail={"client_version": named[0], "server_version": named[1], "security": text(login, "security_type")},
    )  # fmt: skip


def _dhcp(rows: Rows, event: Event) -> None:
    dhcp, time = _of(event, "dhcp"), when(event["timestamp"])
    hardware, given = mac(dhcp.get("client_mac")), address(dhcp.get("assigned_ip"))
    kind = text(dhcp, "dhcp_type").upper()
    given = "" if given == "0.0.0.0" else given
    rows.exchange(
        **{**_ends(event), "client_port": 68, "server_port": 67},
        client_mac=hardware,
        protocol="dhcp",
        operation=kind or "?",
        outcome="refused" if kind == "NAK" else "ok",
        object=given,
        detail={"mac": hardware, "ip": given, "lease_s": text(dhcp, "lease_time")},
    )
    host = given or address(dhcp.get("requested_ip"))
    rows.clue(time, host, "dhcp.host_name", text(dhcp, "hostname"), "dhcp", mac=hardware)
    rows.clue(time, host, "dhcp.vendor_class", text(dhcp, "vendor_class_identifier"), "dhcp", mac=hardware)
    if kind == "ACK":
        rows.clue(time, given, "dhcp.ip", given, "dhcp", mac=hardware)


def _ssh(rows: Rows, event: Event) -> None:
    ends, ssh = _ends(event), _of(event, "ssh")
    client, server = _of(ssh, "client"), _of(ssh, "server")
    said = [text(side, "software_version") for side in (client, server)]
    rows.exchange(
        **ends, protocol="ssh", operation="connect", outcome="ok" if all(said) else "half_heard",
        detail={"client_version": said[0], "server_version": said[1]},
    )  # fmt: skip
    rows.clue(ends["time"], ends["client_ip"], "ssh.client_version", said[0], "ssh")
    rows.clue(ends["time"], ends["server_ip"], "ssh.server_version", said[1], "ssh", port=ends["server_port"])


def _krb5(rows: Rows, event: Event) -> None:
    krb = _of(event, "krb5")
    name, failed = text(krb, "cname"), text(krb, "error_code")
    rows.exchange(
        **_ends(event),
        protocol="kerberos",
        operation="TGS" if "TGS" in text(krb, "msg_type") else "AS",
        outcome="failed" if failed else "ok",
        status=failed,
        client_name=rows.masked("user", name) if name and name != "<empty>" else "",
        server_name=text(krb, "sname"),
        object=text(krb, "sname"),
        detail={"realm": text(krb, "realm"), "error": failed},
    )


READERS: dict[str, Callable[[Rows, Event], None]] = {
    "flow": _flow, "alert": _alert, "dns": _dns, "tls": _tls, "http": _http, "smb": _smb, "dhcp": _dhcp, "ssh": _ssh,
    "krb5": _krb5, "rfb": _rfb,
}  # fmt: skip
