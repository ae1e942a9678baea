"""Logs of Zeek and Suricata, line by line in the form that their documentation gives."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi import _wire
from hinomi.home import Home
from hinomi.intake import could_be_log
from hinomi.intake.log import open_log
from hinomi.intake.rows import community_id, nanos
from hinomi.intake.sniff import kind_of
from hinomi.model import EvidenceRef
from hinomi.pipeline import read as read_files
from hinomi.texts import Problem

DATA = Path(__file__).parent / "data"
FIRST_LIGHT = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"

KEY = bytes(32)
HEAD = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{path}\n#fields\t{fields}\n#types\t{types}\n"
CONN = (
    HEAD.format(
        path="conn",
        fields="ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes"
        "\tconn_state\tmissed_bytes\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\tvlan",
        types="time\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tcount\tcount\tcount\tcount\tint",
    )
    + "1795381200.123456\tCa\t10.0.0.5\t50000\t10.0.0.9\t445\ttcp\tgssapi,ntlm,smb\t1.500000\t500\t3000\tSF\t7\t10\t1020\t12\t3624\t20\n"
    + "1795381201.5\tCb\t10.0.0.5\t50001\t10.0.0.10\t104\ttcp\t-\t-\t-\t-\tS0\t0\t1\t60\t0\t0\t-\n"
    + "1795381202.5\tCc\tfe80::1\t134\tff02::1\t133\ticmp\t-\t-\t-\t-\tOTH\t0\t1\t60\t0\t0\t-\n"
)
EVE = [
    {"timestamp": "2026-11-22T21:00:03.250000+0000", "flow_id": 11, "event_type": "flow", "src_ip": "10.0.0.5",
     "src_port": 50002, "dest_ip": "203.0.113.9", "dest_port": 443, "proto": "TCP", "app_proto": "tls",
     "flow": {"pkts_toserver": 5, "pkts_toclient": 6, "bytes_toserver": 700, "bytes_toclient": 9000,
              "start": "2026-11-22T21:00:01.000001+0000", "end": "2026-11-22T21:00:03.000000+0000", "state": "closed"}},
    {"timestamp": "2026-11-22T21:00:02.000000+0900", "flow_id": 11, "event_type": "alert", "src_ip": "10.0.0.5",
     "src_port": 50002, "dest_ip": "203.0.113.9", "dest_port": 443, "proto": "TCP",
     "alert": {"action": "allowed", "signature_id": 2024291, "signature": "ET MALWARE Example Beacon", "category": "A", "severity": 1}},
    {"timestamp": "2026-11-22T21:00:02.100000+0000", "flow_id": 12, "event_type": "dns", "src_ip": "10.0.0.53",
     "src_port": 53, "dest_ip": "10.0.0.5", "dest_port": 40000, "proto": "UDP",
     "dns": {"type": "answer", "rrname": "pacs.example.jp", "rrtype": "A", "rcode": "NOERROR",
             "answers": [{"rrname": "pacs.example.jp", "rrtype": "A", "ttl": 60, "rdata": "10.0.0.9"}]}},
    {"timestamp": "2026-11-22T21:00:02.200000+0000", "flow_id": 13, "event_type": "http", "src_ip": "10.0.0.5",
     "src_port": 40100, "dest_ip": "10.0.0.9", "dest_port": 80, "proto": "TCP",
     "http": {"hostname": "emr.example.jp", "url": "/patients/00012345/view?name=Yamada", "http_method": "GET",
              "http_user_agent": "Mozilla/5.0", "status": 403, "length": 12}},
    {"timestamp": "2026-11-22T21:00:02.300000+0000", "flow_id": 14, "event_type": "anomaly", "src_ip": "10.0.0.5"},
]  # fmt: skip


def rows_of(path: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    log = open_log(str(path), site="s", sensor="other", key=KEY, **options)
    assert log is not None
    found: dict[str, list[dict[str, Any]]] = {}
    for record, batch in log:
        batch.validate(full=True)
        assert batch.column("capture")[0].as_py() == _wire.capture_id(path)
        found.setdefault(record, []).extend(pa.record_batch(batch).to_pylist())
    return found


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def conn(tmp_path: Path) -> Path:
    path = tmp_path / "conn.log"
    path.write_text(CONN)
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return write(tmp_path / "eve.json", EVE)


def test_zeek_connections(conn: Path) -> None:
    smb, unanswered, six = rows_of(conn)["flow"]
    assert (smb["service"], smb["outcome"], smb["ended_by"], smb["vlan"]) == ("smb", "answered", "fin", 20)
    assert (smb["orig_bytes"], smb["orig_payload"], smb["resp_packets"], smb["gap_bytes"]) == (1020, 500, 12, 7)
    assert smb["start"].value == 1795381200123456000 and smb["last"].value - smb["start"].value == 1_500_000_000
    assert (unanswered["outcome"], unanswered["service"], unanswered["vlan"]) == ("unanswered", None, None)
    assert (six["proto"], six["orig_port"], six["resp_port"]) == ("icmp6", 134, 133)
    assert smb["community_id"] == community_id("tcp", "10.0.0.5", "10.0.0.9", 50000, 445)
    # Line and byte lead back to the log.
    line = CONN.encode()[smb["offset"] :].split(b"\n")[0]
    assert line.startswith(b"1795381200.123456") and CONN.encode()[: smb["offset"]].count(b"\n") == smb["packet"] - 1


def test_community_id_of_its_specification() -> None:
    # github.com/corelight/community-id-spec, baseline: tcp 128.232.110.120:34855 → 66.35.250.204:80
    assert community_id("tcp", "128.232.110.120", "66.35.250.204", 34855, 80) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
    assert community_id("tcp", "66.35.250.204", "128.232.110.120", 80, 34855) == "1:LQU9qZlK+B5F3KDmev6m5PMibrg="


def test_the_same_log_as_json_and_packed(conn: Path, tmp_path: Path) -> None:
    wanted = [
        {"ts": 1795381200.123456, "uid": "Ca", "id.orig_h": "10.0.0.5", "id.orig_p": 50000, "id.resp_h": "10.0.0.9",
         "id.resp_p": 445, "proto": "tcp", "service": "gssapi,ntlm,smb", "duration": 1.5, "orig_bytes": 500,
         "resp_bytes": 3000, "conn_state": "SF", "missed_bytes": 7, "orig_pkts": 10, "orig_ip_bytes": 1020,
         "resp_pkts": 12, "resp_ip_bytes": 3624, "vlan": 20, "_path": "conn"}
    ]  # fmt: skip
    as_json = rows_of(write(tmp_path / "zeek.json", wanted))["flow"][0]
    packed = tmp_path / "conn.00.log.gz"
    packed.write_bytes(gzip.compress(CONN.encode()))
    assert could_be_log(str(packed)) and kind_of(packed) == "zeek"
    for other in (as_json, rows_of(packed)["flow"][0]):
        without = ("capture", "packet", "offset")
        assert {k: v for k, v in other.items() if k not in without} == {
            k: v for k, v in rows_of(conn)["flow"][0].items() if k not in without
        }


ZEEK = [
    ("dns", {"query": "pacs.example.jp", "qtype_name": "A", "rcode_name": "NOERROR", "answers": ["10.0.0.9"], "rtt": 0.002, "proto": "udp"},
     {"protocol": "dns", "operation": "A", "outcome": "ok", "object": "pacs.example.jp", "duration_ns": 2_000_000}),
    ("dns", {"query": "none.example.jp", "qtype_name": "AAAA", "proto": "udp"}, {"outcome": "unanswered", "status": ""}),
    ("ssl", {"version": "TLSv12", "server_name": "emr.example.jp", "established": True, "ja3": "e7d705a3286e19ea42f587b344ee6865"},
     {"protocol": "tls", "operation": "handshake", "outcome": "ok", "server_name": "emr.example.jp"}),
    ("http", {"method": "GET", "host": "emr", "uri": "/p/00012345?pid=9", "status_code": 401, "user_agent": "curl/8"},
     {"protocol": "http", "outcome": "refused", "status": "401"}),
    ("ntlm", {"username": "yamada", "hostname": "PC-01", "success": False}, {"operation": "SESSION_SETUP", "outcome": "refused"}),
    ("ntlm", {"username": "yamada", "hostname": "PC-01"}, {"outcome": "half_heard"}),
    ("smb_files", {"action": "SMB::FILE_RENAME", "path": "\\\\SRV\\share", "name": "karte\\yamada.xlsx.locked", "size": 5},
     {"protocol": "smb", "operation": "RENAME"}),
    ("kerberos", {"request_type": "TGS", "client": "yamada/EXAMPLE", "service": "cifs/srv", "success": True},
     {"protocol": "kerberos", "operation": "TGS", "outcome": "ok", "server_name": "cifs/srv"}),
    ("rdp", {"cookie": "yamada", "result": "encrypted", "client_name": "VENDOR-PC"},
     {"protocol": "rdp", "operation": "connect", "outcome": "ok", "client_name": "VENDOR-PC"}),
    ("ssh", {"auth_success": False, "client": "SSH-2.0-x", "server": "SSH-2.0-y"}, {"protocol": "ssh", "outcome": "refused"}),
    ("ftp", {"user": "yamada", "command": "STOR", "arg": "karte.pdf", "reply_code": 226}, {"protocol": "ftp", "operation": "STOR", "outcome": "ok"}),
    ("notice", {"note": "Scan::Port_Scan", "src": "10.0.0.66", "dst": "10.0.0.9"}, {"protocol": "zeek", "operation": "notice", "object": "Scan::Port_Scan"}),
]  # fmt: skip


@pytest.mark.parametrize(("log", "fields", "wanted"), ZEEK)
def test_zeek_exchanges(log: str, fields: dict[str, Any], wanted: dict[str, Any], tmp_path: Path) -> None:
    ends = {
        "ts": 1795381200.5,
        "uid": "C1",
        "id.orig_h": "10.0.0.5",
        "id.orig_p": 40000,
        "id.resp_h": "10.0.0.9",
        "id.resp_p": 53,
    }
    found = rows_of(write(tmp_path / f"{log}.log", [{**ends, **fields}]))
    (row,) = found["exchange"]
    assert {name: row[name] for name in wanted} == wanted
    assert "yamada" not in json.dumps(found, default=str).lower() and "00012345" not in json.dumps(found, default=str)


def test_zeek_leases_become_names(tmp_path: Path) -> None:
    lease = {"ts": 1795381200.5, "uids": ["C1"], "mac": "02:48:4d:00:00:01", "assigned_addr": "10.0.0.5", "host_name": "mon-icu1",
             "server_addr": "10.0.0.1", "msg_types": ["REQUEST", "ACK"], "lease_time": 3600.0}  # fmt: skip
    found = rows_of(write(tmp_path / "dhcp.log", [lease]))
    clues = {(c["host_mac"], c["host_ip"], c["attribute"], c["value"]) for c in found["clue"]}
    assert ("02:48:4d:00:00:01", "10.0.0.5", "dhcp.ip", "10.0.0.5") in clues
    assert ("02:48:4d:00:00:01", "10.0.0.5", "dhcp.host_name", "mon-icu1") in clues


def test_suricata(events: Path) -> None:
    found = rows_of(events)
    (flow,) = found["flow"]
    # EVE counts the link's head with each of the six packets.
    ended = (flow["service"], flow["outcome"], flow["ended_by"], flow["resp_bytes"])
    assert ended == ("tls", "answered", "fin", 9000 - 6 * 14)
    assert flow["start"].value % 1_000_000_000 == 1000
    by = {row["protocol"]: row for row in found["exchange"]}
    assert (by["suricata"]["operation"], by["suricata"]["object"], by["suricata"]["flow_id"]) == (
        "alert",
        "ET MALWARE Example Beacon",
        11,
    )
    # +0900: nine hours earlier than the same digits in UTC
    assert flow["last"].value - by["suricata"]["time"].value == 9 * 3600 * 10**9 + 10**9
    assert (by["dns"]["client_ip"], by["dns"]["server_ip"], by["dns"]["outcome"]) == ("10.0.0.5", "10.0.0.53", "ok")
    assert (
        by["http"]["outcome"] == "refused"
        and "00012345" not in by["http"]["object"]
        and "Yamada" not in by["http"]["object"]
    )
    (note,) = found["note"]
    assert (note["kind"], note["name"]) == ("unknown", "eve.kind")


def test_suricata_agrees_with_the_wire(tmp_path: Path) -> None:
    """Suricata's own file of the bundled capture beside what the wire reads in it."""
    path = tmp_path / "eve.json"
    path.write_bytes(pa.input_stream(str(DATA / "first-light.eve.json.zst")).read())
    told = rows_of(path)
    wire: dict[str, list[dict[str, object]]] = {"flow": [], "exchange": []}
    for record, batch in _wire.Reader(str(FIRST_LIGHT), site="s", sensor="t", key=bytes(32)):
        if record in wire:
            wire[record] += pa.record_batch(batch).to_pylist()

    columns = ("orig_ip", "orig_port", "resp_ip", "resp_port", "proto")
    counted = ("outcome", "orig_packets", "resp_packets", "orig_bytes", "resp_bytes")
    ours = {tuple(f[c] for c in columns): f for f in wire["flow"] if f["phase"] == "end"}
    same = [(f, ours[key]) for f in told["flow"] if (key := tuple(f[c] for c in columns)) in ours]
    assert len(same) > 160
    for theirs, own in same:
        assert [theirs[c] for c in counted] == [own[c] for c in counted], theirs
        # Where both name what was spoken it is the same; DICOM, HL7 and raw printing only the wire knows.
        assert theirs["service"] in (None, own["service"])
    unknown = {own["service"] for theirs, own in same if theirs["service"] is None and own["service"]}
    assert unknown == {"dicom", "hl7", "mdns", "pjl"}

    def kinds(rows: list[dict[str, object]], protocol: str) -> Counter[tuple[object, object]]:
        return Counter((e["operation"], e["outcome"]) for e in rows if e["protocol"] == protocol)

    for protocol in ("dns", "tls", "http", "ssh", "vnc"):
        assert kinds(told["exchange"], protocol) == kinds(wire["exchange"], protocol) != Counter(), protocol
    files = kinds(told["exchange"], "smb")
    for kind, number in kinds(wire["exchange"], "smb").items():
        if kind[0] in ("CREATE", "QUERY_DIRECTORY", "READ", "WRITE", "TREE_CONNECT", "SESSION_SETUP"):
            assert files[kind] == number, kind
    (note,) = told["note"]
    assert (note["name"], note["count"]) == ("eve.kind", 13)  # twelve of files and one of its own state
    content = json.dumps(told, default=str)
    assert "f22f0bb297596802da1aef310d0d4e3f" not in content  # the answer to a password's challenge


def test_read_as_any_file(home: Home, conn: Path, events: Path) -> None:
    report = read_files(home, [conn, events])
    assert [file.outcome for file in report.files] == ["read", "read"]
    assert home.state.devices(text="10.0.0.9").total == 1
    assert home.history.conversations().num_rows == 4
    assert [f.outcome for f in read_files(home, [conn]).files] == ["known"]
    row = home.history.table("flow", ["capture", "packet", "offset"], limit=1).to_pylist()[0]
    with pytest.raises(Problem) as told:
        home.history.packet(EvidenceRef(**row))
    assert told.value.id == "evidence.is_log"


@pytest.mark.parametrize(
    "content",
    [b"#separator \\x09\n", b"#separator \\x09\n#path\tconn\n#fields\tts\n1\n", b'{"event_type": "flow", "timestamp": "x"}\n',
     b'{"ts": 1, "uid": "C", "_path": "conn"}\n'],
)  # fmt: skip
def test_what_tells_nothing_is_said(content: bytes, home: Home, tmp_path: Path) -> None:
    path = tmp_path / "conn.log"
    path.write_bytes(content)
    (file,) = read_files(home, [path]).files
    assert file.outcome == "failed" or file.records.get("note")
    assert file.outcome != "failed" or (file.sentence.startswith("Cannot read ") and file.hint)


def test_cut_inside_a_line(events: Path, home: Home) -> None:
    events.write_bytes(events.read_bytes()[:-20])
    (file,) = read_files(home, [events]).files
    assert file.outcome == "partial" and "inside a line" in file.sentence
    assert home.history.counts()["flow"] == 1


def test_cut_inside_the_packing(conn: Path, home: Home, tmp_path: Path) -> None:
    packed = tmp_path / "conn.log.gz"
    packed.write_bytes(gzip.compress(CONN.encode() * 50)[:-30])
    (file,) = read_files(home, [packed]).files
    assert file.outcome in ("partial", "failed") and file.sentence


@settings(max_examples=200, deadline=None)
@given(put=st.binary(max_size=60), at=st.integers(0, 700), is_eve=st.booleans())
def test_bent_lines(put: bytes, at: int, is_eve: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = bytearray("".join(json.dumps(e) + "\n" for e in EVE).encode() if is_eve else CONN.encode())
    content[at : at + len(put)] = put
    path = tmp_path_factory.mktemp("bent") / ("eve.json" if is_eve else "conn.log")
    path.write_bytes(bytes(content))
    try:
        log = open_log(str(path), site="s", sensor="t", key=KEY)
        for _, batch in log or ():
            batch.validate(full=True)
    except _wire.CaptureError as error:
        assert error.sentence and error.hint


@pytest.mark.parametrize(
    ("text", "wanted"), [("1.5", 1_500_000_000), (0, 0), ("1795381200.123456789", 1795381200123456789)]
)
def test_digits_are_kept(text: object, wanted: int) -> None:
    assert nanos(text) == wanted
