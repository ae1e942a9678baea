"""Zeek's logs: columns with `#fields` above them (TSV), or one JSON object a line.

Field names and values as in Zeek's own documentation (docs.zeek.org, "Log Files"). A log that is not
in `READERS` is counted in a note, and so is a line that does not fit its columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hinomi.intake.rows import Rows, address, flow_id, mac, nanos, number, port, text

Line = Mapping[str, Any]

# Zeek's names of services → the wire's.
SERVICES = {
    "ssl": "tls", "krb": "kerberos", "krb_tcp": "kerberos", "dce_rpc": "dcerpc", "smb": "smb", "ftp-data": "ftp",
    "postgresql": "postgresql", "ldap_tcp": "ldap", "ldap_udp": "ldap",
}  # fmt: skip
# Layers that say less than what they carry.
_CARRIERS = ("gssapi", "ntlm", "spnego")
# conn_state → (outcome, ended_by).
STATES = {
    "SF": ("answered", "fin"), "S1": ("answered", "idle"), "S2": ("answered", "idle"), "S3": ("answered", "idle"),
    "RSTO": ("answered", "rst"), "RSTR": ("answered", "rst"), "REJ": ("refused", "rst"), "S0": ("unanswered", "idle"),
    "SH": ("half_heard", "idle"), "RSTOS0": ("unanswered", "rst"), "RSTRH": ("half_heard", "rst"),
    "SHR": ("half_heard", "idle"), "OTH": ("half_heard", "idle"),
}  # fmt: skip
_TLS = {"TLSv10": "1.0", "TLSv11": "1.1", "TLSv12": "1.2", "TLSv13": "1.3"}
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")


class Columns:
    """A TSV log: its head says the columns, each line after it is a row."""

    def __init__(self) -> None:
        self.separator, self.set_separator, self.empty, self.unset = "\t", ",", "(empty)", "-"
        self.path = ""
        self.fields: list[str] = []
        self.types: list[str] = []

    def head(self, line: str) -> None:
        """A line that begins with #."""
        if line.startswith("#separator"):
            self.separator = unescaped(line.partition(" ")[2].strip()) or "\t"
            return
        name, _, rest = line.partition(self.separator)
        values = rest.split(self.separator)
        match name:
            case "#set_separator":
                self.set_separator = values[0] or ","
            case "#empty_field":
                self.empty = values[0]
            case "#unset_field":
                self.unset = values[0]
            case "#path":
                self.path = values[0]
            case "#fields":
                self.fields = values
            case "#types":
                self.types = values

    def row(self, line: str) -> dict[str, Any] | None:
        """The fields of a line; None when it does not fit the columns."""
        values = line.split(self.separator)
        if not self.fields or len(values) != len(self.fields):
            return None
        found: dict[str, Any] = {}
        for place, (name, value) in enumerate(zip(self.fields, values, strict=True)):
            if value == self.unset:
                continue
            kind = self.types[place] if place < len(self.types) else "string"
            if value == self.empty:
                found[name] = [] if kind.startswith(("vector", "set")) else ""
            elif kind.startswith(("vector", "set")):
                found[name] = [unescaped(part) for part in value.split(self.set_separator)]
            else:
                found[name] = unescaped(value)
        return found


def unescaped(value: str) -> str:
    if "\\x" not in value:
        return value
    raw = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), value)
    try:  # bytes of UTF-8 are escaped one by one
        return raw.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return raw


def path_of(line: Line, file: str) -> str:
    """Which log a JSON line is of: it says so, or the file's name does."""
    said = text(line, "_path")
    if said:
        return said
    name = file.rsplit("/", 1)[-1].split(".")[0]
    return name if name in READERS else ""


def when(line: Line) -> int:
    """`ts`: seconds since 1970, or (a setting of Zeek's JSON) ISO 8601."""
    value = line.get("ts")
    if isinstance(value, str) and "T" in value:
        from datetime import datetime

        seconds, _, part = value.rstrip("Z").partition(".")
        return nanos(f"{int(datetime.fromisoformat(seconds + '+00:00').timestamp())}.{part or 0}")
    return nanos(value)


def read(rows: Rows, path: str, line: Line) -> bool:
    """One row of the log `path`; False when it is a log that is not read.

    Raises:
        ValueError, KeyError: a field that must be there is not, or is no number.
    """
    reader = READERS.get(path)
    if reader is None:
        return False
    reader(rows, line)
    return True


def _ends(line: Line) -> dict[str, Any]:
    client, server = address(line["id.orig_h"]), address(line["id.resp_h"])
    if not client or not server:
        raise ValueError
    return {
        "flow_id": flow_id("zeek", text(line, "uid")),
        "time": when(line),
        "client_ip": client,
        "client_port": port(line.get("id.orig_p")),
        "server_ip": server,
        "server_port": port(line.get("id.resp_p")),
    }


def _yes(line: Line, name: str) -> bool:
    return str(line.get(name)).lower() in ("t", "true")


def _service(line: Line) -> str | None:
    names = [n for n in text(line, "service").split(",") if n]
    names = [n for n in names if n not in _CARRIERS] or names
    return SERVICES.get(names[-1], names[-1]) if names else None


def _conn(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    lasted = nanos(line.get("duration", 0) or 0)
    outcome, ended_by = STATES.get(text(line, "conn_state"), ("half_heard", "idle"))
    proto = text(line, "proto") or "other"
    if proto == "icmp" and ":" in ends["client_ip"]:
        proto = "icmp6"
    vlan = line.get("vlan")
    rows.flow(
        flow_id=ends["flow_id"],
        start=ends["time"],
        last=ends["time"] + lasted,
        community_id=text(line, "community_id"),
        proto=proto if proto in ("tcp", "udp", "icmp", "icmp6") else "other",
        vlan=number(vlan) if vlan is not None else None,
        orig_mac=mac(line.get("orig_l2_addr")),
        resp_mac=mac(line.get("resp_l2_addr")),
        orig_ip=ends["client_ip"],
        resp_ip=ends["server_ip"],
        orig_port=ends["client_port"],
        resp_port=ends["server_port"],
        orig_packets=number(line.get("orig_pkts")),
        resp_packets=number(line.get("resp_pkts")),
        orig_bytes=number(line.get("orig_ip_bytes") or line.get("orig_bytes")),
        resp_bytes=number(line.get("resp_ip_bytes") or line.get("resp_bytes")),
        orig_payload=number(line.get("orig_bytes")),
        resp_payload=number(line.get("resp_bytes")),
        outcome=outcome,
        ended_by=ended_by,
        gap_bytes=number(line.get("missed_bytes")),
        service=_service(line),
    )


def _dns(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    code = text(line, "rcode_name")
    answers = line.get("answers") or []
    ips = [found for found in (address(a) for a in answers) if found]
    outcome = "ok" if code == "NOERROR" else "failed" if code else "unanswered"
    rows.exchange(
        **ends,
        protocol="mdns" if ends["server_port"] == 5353 else "llmnr" if ends["server_port"] == 5355 else "dns",
        operation=text(line, "qtype_name") or "?",
        outcome=outcome,
        status=code,
        object=text(line, "query"),
        duration_ns=nanos(line["rtt"]) if line.get("rtt") is not None else None,
        detail={
            "rcode": code,
            "answers": len(answers) or "",
            "answer_ips": ",".join(ips),
            "qname_len": len(text(line, "query")) or "",
            "transport": text(line, "proto"),
        },
    )
    if code and ends["server_port"] == 53:
        rows.clue(ends["time"], ends["server_ip"], "dns.server", ends["server_ip"], "dns", port=53)


def _ssl(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    version = _TLS.get(text(line, "version"), text(line, "version"))
    subject = text(line, "subject")
    rows.exchange(
        **ends,
        protocol="tls",
        operation="handshake",
        outcome="ok" if _yes(line, "established") else "failed",
        status=text(line, "last_alert"),
        server_name=text(line, "server_name"),
        object=text(line, "server_name"),
        detail={
            "sni": text(line, "server_name"), "version": version, "cipher": text(line, "cipher"),
            "alpn": text(line, "next_protocol"), "ja4": text(line, "ja4"), "subject": subject,
            "resumed": "yes" if _yes(line, "resumed") else "",
        },
    )  # fmt: skip
    at = {"port": ends["server_port"]}
    for attribute, name in (("tls.certificate.subject", "subject"), ("tls.certificate.issuer", "issuer")):
        rows.clue(ends["time"], ends["server_ip"], attribute, text(line, name), "tls", **at)
    for attribute, name in (("tls.ja3", "ja3"), ("tls.ja4", "ja4")):
        rows.clue(ends["time"], ends["client_ip"], attribute, text(line, name), "tls")
    if version:
        rows.clue(ends["time"], ends["server_ip"], "tls.server_version", version, "tls", **at)


def _http(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    code = number(line.get("status_code"))
    outcome = "unanswered" if not code else "ok" if code < 400 else "refused" if code in (401, 403, 407) else "failed"
    user = text(line, "username")
    rows.exchange(
        **ends,
        protocol="http",
        operation=text(line, "method") or "?",
        outcome=outcome,
        status=str(code) if code else "",
        client_name=rows.masked("user", user) if user else "",
        server_name=text(line, "host"),
        object=rows.masked("target", text(line, "uri")),
        request_bytes=number(line.get("request_body_len")),
        response_bytes=number(line.get("response_body_len")),
        detail={
            "host": text(line, "host"),
            "user_agent": text(line, "user_agent"),
            "response_content_type": text(line, "resp_mime_types"),
        },
    )
    rows.clue(ends["time"], ends["client_ip"], "http.user_agent", text(line, "user_agent"), "http")


def _dhcp(rows: Rows, line: Line) -> None:
    time, hardware = when(line), mac(line.get("mac"))
    given = address(line.get("assigned_addr") or line.get("requested_addr") or line.get("client_addr"))
    server = address(line.get("server_addr"))
    for message in line.get("msg_types") or ["?"]:
        rows.exchange(
            flow_id=flow_id("zeek", text(line, "uids")),
            time=time,
            client_mac=hardware,
            client_ip=address(line.get("client_addr")) or "0.0.0.0",
            client_port=68,
            server_ip=server or "255.255.255.255",
            server_port=67,
            protocol="dhcp",
            operation=str(message),
            outcome="refused" if message == "NAK" else "ok",
            object=given,
            detail={"mac": hardware, "ip": given, "server": server, "lease_s": text(line, "lease_time")},
        )
    said = (
        ("dhcp.host_name", text(line, "host_name")),
        ("dhcp.fqdn", text(line, "client_fqdn")),
        ("dhcp.vendor_class", text(line, "client_software") or text(line, "vendor_class")),
        ("dhcp.ip", given if "ACK" in (line.get("msg_types") or []) else ""),
    )
    for attribute, value in said:
        rows.clue(time, given, attribute, value, "dhcp", mac=hardware)
    if server:
        rows.clue(time, server, "dhcp.server", server, "dhcp")


def _ntlm(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    _clue = rows.clue
    _clue(ends["time"], ends["client_ip"], "ntlm.host", text(line, "hostname"), "ntlm")
    _clue(ends["time"], ends["client_ip"], "ntlm.domain", text(line, "domainname"), "ntlm")
    _clue(ends["time"], ends["server_ip"], "ntlm.host", text(line, "server_nb_computer_name"), "ntlm")
    _clue(ends["time"], ends["server_ip"], "ntlm.dns_name", text(line, "server_dns_computer_name"), "ntlm")
    user, status = text(line, "username"), text(line, "status")
    good = _yes(line, "success") or status in ("SUCCESS", "OK")
    known = "success" in line or bool(status)
    rows.exchange(
        **ends,
        protocol="smb" if ends["server_port"] == 445 else "ntlm",
        operation="SESSION_SETUP",
        outcome="ok" if good else "refused" if known else "half_heard",
        status=status,
        client_name=rows.masked("user", user) if user else "",
        server_name=text(line, "server_nb_computer_name"),
        detail={
            "user": rows.masked("user", user) if user else "",
            "domain": text(line, "domainname"),
            "mechanism": "NTLM",
        },
    )


_SMB = {
    "SMB::FILE_OPEN": "CREATE", "SMB::FILE_READ": "READ", "SMB::FILE_WRITE": "WRITE", "SMB::FILE_CLOSE": "CLOSE",
    "SMB::FILE_DELETE": "DELETE", "SMB::FILE_RENAME": "RENAME",
}  # fmt: skip


def _smb_files(rows: Rows, line: Line) -> None:
    name = text(line, "name")
    ending = name.rpartition(".")[2] if "." in name.rsplit("\\", 1)[-1] else ""
    rows.exchange(
        **_ends(line),
        protocol="smb",
        operation=_SMB.get(text(line, "action"), text(line, "action").rpartition("::")[2] or "CREATE"),
        outcome="ok",
        server_name=text(line, "path"),
        object=rows.masked("file", name),
        response_bytes=number(line.get("size")),
        detail={"share": text(line, "path"), "ending": ending[:16]},
    )


def _smb_mapping(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    rows.exchange(**ends, protocol="smb", operation="TREE_CONNECT", outcome="ok", object=text(line, "path"))
    rows.clue(ends["time"], ends["server_ip"], "smb.share", text(line, "path").rsplit("\\", 1)[-1], "smb")


def _kerberos(rows: Rows, line: Line) -> None:
    client = text(line, "client")
    rows.exchange(
        **_ends(line),
        protocol="kerberos",
        operation=text(line, "request_type") or "AS",
        outcome="ok" if _yes(line, "success") else "failed" if "success" in line else "unanswered",
        status=text(line, "error_msg"),
        client_name=rows.masked("user", client) if client else "",
        server_name=text(line, "service"),
        object=text(line, "service"),
        detail={"etype": text(line, "cipher"), "error": text(line, "error_msg"), "service": text(line, "service")},
    )


def _rdp(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    cookie = text(line, "cookie")
    rows.exchange(
        **ends,
        protocol="rdp",
        operation="connect",
        outcome="ok"
        if "success" in text(line, "result").lower() or "encrypted" in text(line, "result").lower()
        else "failed",
        status=text(line, "result"),
        client_name=text(line, "client_name"),
        detail={
            "user": rows.masked("user", cookie) if cookie else "",
            "selected": text(line, "security_protocol"),
            "client_name": text(line, "client_name"),
        },
    )
    rows.clue(ends["time"], ends["client_ip"], "rdp.client_name", text(line, "client_name"), "rdp")
    rows.clue(ends["time"], ends["client_ip"], "rdp.client_build", text(line, "client_build"), "rdp")


def _ssh(rows: Rows, line: Line) -> None:
    ends = _ends(line)
    outcome = "ok" if _yes(line, "auth_success") else "refused" if "auth_success" in line else "half_heard"
    rows.exchange(
        **ends,
        protocol="ssh",
        operation="connect",
        outcome=outcome,
        detail={"client_version": text(line, "client"), "server_version": text(line, "server")},
    )
    rows.clue(ends["time"], ends["client_ip"], "ssh.client_version", text(line, "client"), "ssh")
    rows.clue(
        ends["time"], ends["server_ip"], "ssh.server_version", text(line, "server"), "ssh", port=ends["server_port"]
    )


def _ftp(rows: Rows, line: Line) -> None:
    user, code = text(line, "user"), number(line.get("reply_code"))
    rows.exchange(
        **_ends(line),
        protocol="ftp",
        operation=text(line, "command") or "?",
        outcome="unanswered" if not code else "ok" if code < 400 else "failed",
        status=str(code) if code else "",
        client_name=rows.masked("user", user) if user else "",
        object=rows.masked("file", text(line, "arg")) if line.get("arg") else "",
    )


def _x509(rows: Rows, line: Line) -> None:
    """Certificates stand in ssl.log with their hosts; alone they name nobody."""


def _software(rows: Rows, line: Line) -> None:
    host, kind = address(line.get("host")), text(line, "software_type")
    attribute = "http.server" if "SERVER" in kind and "HTTP" in kind else ""
    attribute = attribute or ("http.user_agent" if "BROWSER" in kind else "")
    if host and attribute:
        rows.clue(when(line), host, attribute, text(line, "unparsed_version") or text(line, "name"), "http")


def _notice(rows: Rows, line: Line) -> None:
    """What the other sensor found worth a notice."""
    source, target = (
        address(line.get("src") or line.get("id.orig_h")),
        address(line.get("dst") or line.get("id.resp_h")),
    )
    rows.exchange(
        flow_id=flow_id("zeek", text(line, "uid")),
        time=when(line),
        client_ip=source,
        server_ip=target,
        server_port=port(line.get("p") or line.get("id.resp_p")),
        protocol="zeek",
        operation="notice",
        outcome="warning",
        status=text(line, "note"),
        object=text(line, "note"),
    )


READERS: dict[str, Callable[[Rows, Line], None]] = {
    "conn": _conn, "dns": _dns, "ssl": _ssl, "http": _http, "dhcp": _dhcp, "ntlm": _ntlm, "smb_files": _smb_files,
    "smb_mapping": _smb_mapping, "kerberos": _kerberos, "rdp": _rdp, "ssh": _ssh, "ftp": _ftp, "x509": _x509,
    "software": _software, "notice": _notice,
}  # fmt: skip
