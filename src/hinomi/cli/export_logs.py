"""`export logs`: the history in the forms that other tools read. Zeek's logs (RITA, Zui, SIEMs), or OCSF.

Names and columns of Zeek's logs as in docs.zeek.org ("Log Files"); OCSF 1.3 (schema.ocsf.io): Network
Activity (4001) and Detection Finding (2004). What Hinomi does not know is left out, not guessed; names of
users, files and patients are the pseudonyms that the history holds.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from hinomi.cli.out import note, t
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

FORMATS = ("zeek", "ocsf")
BATCH_ROWS = 20_000
Row = dict[str, Any]
Line = dict[str, Any]

_STATES = {"answered": "SF", "refused": "REJ", "unanswered": "S0", "half_heard": "OTH"}
_SERVICES = {"tls": "ssl", "kerberos": "krb", "dcerpc": "dce_rpc"}
_TLS = {"1.0": "TLSv10", "1.1": "TLSv11", "1.2": "TLSv12", "1.3": "TLSv13"}
_ENDS = (
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
    ("id.resp_p", "port"),
)  # fmt: skip

# log → (its further columns with Zeek's types, the question, row → further values)
Log = tuple[tuple[tuple[str, str], ...], str, Callable[[Row], Line]]


def _conn(r: Row) -> Line:
    service = r["service"]
    return {
        "proto": {"icmp6": "icmp"}.get(r["proto"], r["proto"]),
        "service": _SERVICES.get(service, service),
        "duration": (r["last"] - r["start"]) / 1e9,
        "orig_bytes": r["orig_payload"],
        "resp_bytes": r["resp_payload"],
        "conn_state": _state(r),
        "missed_bytes": r["gap_bytes"],
        "orig_pkts": r["orig_packets"],
        "orig_ip_bytes": r["orig_bytes"],
        "resp_pkts": r["resp_packets"],
        "resp_ip_bytes": r["resp_bytes"],
        "orig_l2_addr": r["orig_mac"] or None,
        "resp_l2_addr": r["resp_mac"] or None,
        "vlan": r["vlan"],
        "community_id": r["community_id"] or None,
    }


def _state(r: Row) -> str:
    """conn_state as far as an outcome tells it."""
    if r["outcome"] == "answered" and r["proto"] == "tcp" and r["ended_by"] != "fin":
        return "RSTO" if r["ended_by"] == "rst" else "S1"
    return _STATES[str(r["outcome"])]


def _dns(r: Row) -> Line:
    detail = _detail(r)
    answers = [a for a in str(detail.get("answers", "")).split(",") if a] or detail.get("answer_ips", "").split(",")
    return {
        "proto": detail.get("transport") or "udp",
        "query": r["object"],
        "qtype_name": r["operation"],
        "rcode_name": r["status"] or None,
        "rtt": r["duration_ns"] / 1e9 if r["duration_ns"] is not None else None,
        "answers": [a for a in answers if a] or None,
    }


def _ssl(r: Row) -> Line:
    detail = _detail(r)
    version = detail.get("version", "")
    return {
        "version": _TLS.get(version, version) or None,
        "cipher": detail.get("cipher"),
        "server_name": detail.get("sni") or r["server_name"] or None,
        "next_protocol": detail.get("alpn"),
        "established": r["outcome"] == "ok",
        "subject": detail.get("subject"),
        "ja4": detail.get("ja4"),
    }


def _http(r: Row) -> Line:
    detail = _detail(r)
    code = str(r["status"])
    return {
        "method": r["operation"],
        "host": detail.get("host") or r["server_name"] or None,
        "uri": r["object"],
        "user_agent": detail.get("user_agent"),
        "request_body_len": r["request_bytes"],
        "response_body_len": r["response_bytes"],
        "status_code": int(code) if code.isdigit() else None,
        "username": detail.get("user"),
    }


def _dhcp(r: Row) -> Line:
    detail = _detail(r)
    return {
        "mac": detail.get("mac") or r["client_mac"] or None,
        "assigned_addr": detail.get("ip") or None,
        "server_addr": detail.get("server") or None,
        "lease_time": float(detail["lease_s"]) if detail.get("lease_s", "").isdigit() else None,
        "msg_types": [r["operation"]],
    }


def _detail(r: Row) -> dict[str, str]:
    return json.loads(r["detail"]) if r["detail"] else {}


def _exchanges(protocols: str) -> str:
    return f"SELECT * FROM exchange WHERE protocol IN ({protocols}) ORDER BY time"


LOGS: dict[str, Log] = {
    "conn": (
        (("proto", "enum"), ("service", "string"), ("duration", "interval"), ("orig_bytes", "count"),
         ("resp_bytes", "count"), ("conn_state", "string"), ("missed_bytes", "count"), ("orig_pkts", "count"),
         ("orig_ip_bytes", "count"), ("resp_pkts", "count"), ("resp_ip_bytes", "count"), ("orig_l2_addr", "string"),
         ("resp_l2_addr", "string"), ("vlan", "int"), ("community_id", "string")),
        # The last word on each flow; ARP is no connection in Zeek.
        "SELECT *, start AS time, orig_ip AS client_ip, orig_port AS client_port, resp_ip AS server_ip, "
        "resp_port AS server_port FROM flow WHERE proto <> 'arp' QUALIFY row_number() OVER "
        "(PARTITION BY capture, flow_id ORDER BY last DESC, phase = 'end' DESC) = 1 ORDER BY start",
        _conn,
    ),
    "dns": (
        (("proto", "enum"), ("query", "string"), ("qtype_name", "string"), ("rcode_name", "string"),
         ("rtt", "interval"), ("answers", "vector[string]")),
        _exchanges("'dns', 'mdns', 'llmnr'"), _dns,
    ),
    "ssl": (
        (("version", "string"), ("cipher", "string"), ("server_name", "string"), ("next_protocol", "string"),
         ("established", "bool"), ("subject", "string"), ("ja4", "string")),
        _exchanges("'tls', 'quic', 'dtls'"), _ssl,
    ),
    "http": (
        (("method", "string"), ("host", "string"), ("uri", "string"), ("user_agent", "string"),
         ("request_body_len", "count"), ("response_body_len", "count"), ("status_code", "count"),
         ("username", "string")),
        _exchanges("'http'"), _http,
    ),
    "dhcp": (
        (("mac", "string"), ("assigned_addr", "addr"), ("server_addr", "addr"), ("lease_time", "interval"),
         ("msg_types", "vector[string]")),
        _exchanges("'dhcp'"), _dhcp,
    ),
}  # fmt: skip


def export_logs(home: Home, format: str, folder: Path) -> None:
    """Writes the logs into a folder, each whole or not at all.

    Raises:
        Problem: another format, or the folder cannot be written.
    """
    if format not in FORMATS:
        raise Problem("cli.bad_format", format=format, known=", ".join(FORMATS))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = _zeek(home, folder) if format == "zeek" else _ocsf(home, folder)
    except OSError as error:
        raise Problem("cli.cannot_write", path=folder, reason=error.strerror) from error
    for path, rows in written:
        note(t("cli.exported", rows=f"{rows:,}", path=path))


def _rows(home: Home, query: str) -> Iterator[Row]:
    for batch in home.history.sql(query).to_batches(BATCH_ROWS):
        yield from batch.to_pylist()


def _whole(path: Path, write: Callable[[IO[str]], int]) -> tuple[Path, int]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            rows = write(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path, rows


# --- Zeek


def _zeek(home: Home, folder: Path) -> list[tuple[Path, int]]:
    return [_whole(folder / f"{name}.log", lambda file, name=name: _log(file, name, home)) for name in LOGS]  # type: ignore[misc]


def _log(file: IO[str], name: str, home: Home) -> int:
    more, query, values = LOGS[name]
    columns = (*_ENDS, *more)
    stamp = time.strftime("%Y-%m-%d-%H-%M-%S", time.gmtime())
    file.write("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n")
    file.write(f"#path\t{name}\n#open\t{stamp}\n")
    file.write("#fields\t" + "\t".join(column for column, _ in columns) + "\n")
    file.write("#types\t" + "\t".join(kind for _, kind in columns) + "\n")
    count = 0
    for row in _rows(home, query):
        line = {**_ends(row), **values(row)}
        file.write("\t".join(_text(line.get(column), kind) for column, kind in columns) + "\n")
        count += 1
    file.write(f"#close\t{stamp}\n")
    return count


def _ends(r: Row) -> Line:
    return {
        "ts": r["time"],
        "uid": f"C{_base62(r['flow_id'])}",
        "id.orig_h": r["client_ip"],
        "id.orig_p": r["client_port"],
        "id.resp_h": r["server_ip"],
        "id.resp_p": r["server_port"],
    }


def _base62(number: int) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    out = ""
    while number or not out:
        number, rest = divmod(number, 62)
        out = letters[rest] + out
    return out


def _text(value: Any, kind: str) -> str:
    if value is None:
        return "-"
    if kind == "time":
        return f"{value // 10**9}.{value % 10**9 // 1000:06d}"
    if kind == "interval":
        return f"{value:.6f}"
    if kind == "bool":
        return "T" if value else "F"
    if isinstance(value, list):
        return ",".join(_escaped(str(part)).replace(",", "\\x2c") for part in value) or "(empty)"
    return _escaped(str(value)) or "(empty)"


def _escaped(text: str) -> str:
    """What would break a line or a column, or be taken for "unset"."""
    out = "".join(f"\\x{ord(c):02x}" if ord(c) < 32 or c in "\\\x7f" else c for c in text)
    return "\\x2d" if out == "-" else out


# --- OCSF

_OCSF = "1.3.0"
_DISPOSITION = {"answered": 1, "refused": 2}
# severity_id: 1 informational … 5 critical
_SEVERITY = {"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
_STATUS = {"open": 1, "acknowledged": 2, "explained": 3, "resolved": 4}


def _ocsf(home: Home, folder: Path) -> list[tuple[Path, int]]:
    def lines(events: Iterable[Line]) -> Callable[[IO[str]], int]:
        def write(file: IO[str]) -> int:
            count = 0
            for event in events:
                file.write(json.dumps(event, ensure_ascii=False) + "\n")
                count += 1
            return count

        return write

    return [
        _whole(folder / "network_activity.json", lines(_activity(row) for row in _rows(home, LOGS["conn"][1]))),
        _whole(folder / "detection_finding.json", lines(_findings(home))),
    ]


def _metadata(uid: str) -> Line:
    from hinomi import __version__

    return {
        "version": _OCSF,
        "uid": uid,
        "product": {"name": "Hinomi", "vendor_name": "Hinomi", "version": __version__},
    }


def _endpoint(ip: str, port: int, mac: str) -> Line:
    found: Line = {"ip": ip}
    if port:
        found["port"] = port
    if mac:
        found["mac"] = mac
    return found


def _activity(r: Row) -> Line:
    """Network Activity: one connection, when it was over (activity 2: close), or still lives (6: traffic)."""
    activity = 2 if r["phase"] == "end" else 6
    proto = {"tcp": 6, "udp": 17, "icmp": 1, "icmp6": 58, "sctp": 132, "gre": 47, "esp": 50, "ah": 51}
    return {
        "class_uid": 4001, "class_name": "Network Activity", "category_uid": 4, "category_name": "Network Activity",
        "activity_id": activity, "type_uid": 400100 + activity, "severity_id": 1,
        "time": r["last"] // 10**6, "start_time": r["start"] // 10**6, "end_time": r["last"] // 10**6,
        "status_id": _DISPOSITION.get(str(r["outcome"]), 0), "status_detail": r["outcome"],
        "src_endpoint": _endpoint(r["client_ip"], r["client_port"], r["orig_mac"]),
        "dst_endpoint": _endpoint(r["server_ip"], r["server_port"], r["resp_mac"]),
        "connection_info": {
            "uid": f"C{_base62(r['flow_id'])}", "protocol_name": r["proto"], "protocol_num": proto.get(r["proto"], -1),
            "direction_id": 0, "community_uid": r["community_id"] or None,
        },
        "app_name": r["service"],
        "traffic": {
            "bytes_out": r["orig_bytes"], "bytes_in": r["resp_bytes"], "bytes": r["orig_bytes"] + r["resp_bytes"],
            "packets_out": r["orig_packets"], "packets_in": r["resp_packets"],
            "packets": r["orig_packets"] + r["resp_packets"],
        },
        "metadata": _metadata(f"{r['capture']}:{r['flow_id']}"),
    }  # fmt: skip


def _findings(home: Home) -> Iterator[Line]:
    """Detection Finding: what the watch found, with what people decided."""
    from hinomi.cli.findings import words

    labels = home.state.labels()
    for finding in home.state.findings().items:
        said = words(finding, home.settings.time_zone)
        yield {
            "class_uid": 2004, "class_name": "Detection Finding", "category_uid": 2, "category_name": "Findings",
            "activity_id": 1, "type_uid": 200401, "severity_id": _SEVERITY.get(str(finding.severity), 0),
            "status_id": _STATUS.get(str(finding.status), 0), "confidence_score": round(finding.confidence * 100),
            "time": finding.last // 10**6, "start_time": finding.first // 10**6, "end_time": finding.last // 10**6,
            "count": finding.count, "comment": finding.reason or None,
            "finding_info": {
                "uid": finding.id, "title": said.title if said else finding.detection,
                "desc": said.seen if said else "",
                "types": [finding.detection], "first_seen_time": finding.first // 10**6,
                "last_seen_time": finding.last // 10**6,
            },
            "resources": [{"uid": id, "name": labels.get(id, id), "type": "device"} for id in finding.devices],
            "evidences": [
                {"data": {"capture": e.capture, "packet": e.packet, "offset": e.offset}} for e in finding.evidence
            ],
            "metadata": _metadata(finding.id),
        }  # fmt: skip
