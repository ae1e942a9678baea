"""tshark and the wire say the same of the first-light capture, field by field.

tshark is the second program: what it takes out of each packet is compared with what the
infrastructure dissectors said. JA4, which this tshark does not know, is computed here from tshark's
fields, independently of the wire.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from hinomi import _wire

CASE = Path(__file__).parents[2] / "cases" / "first-light"
CAPTURE = CASE / "capture.pcap.zst"

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The capture without compression: tshark 4.0 does not read zstd."""
    out = tmp_path_factory.mktemp("tshark") / "capture.pcap"
    subprocess.run(["zstd", "-q", "-d", str(CAPTURE), "-o", str(out)], check=True)
    return out


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every record."""
    out: dict[str, list[dict[str, Any]]] = {name: [] for name in _wire.RECORDS}
    for record, batch in _wire.Reader(CAPTURE, site="test", sensor="tap", key=bytes(32)):
        table = pa.record_batch(batch)
        # Python's own times have no nanoseconds.
        times = [name for name in table.schema.names if pa.types.is_timestamp(table.schema.field(name).type)]
        for name in times:
            table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int64()))
        out[record].extend(table.to_pylist())
    assert out["exchange"], "the wire said nothing"
    return out


def tshark(capture: Path, wanted: str, *fields: str) -> list[list[str]]:
    """Fields of the packets that match; several values of one field are joined by `|`."""
    command = ["tshark", "-r", str(capture), "-Y", wanted, "-T", "fields", "-E", "separator=/t", "-E", "aggregator=|"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = [line.split("\t") for line in done.stdout.splitlines()]
    assert found, f"tshark finds no {wanted}"
    return found


def exchanges(rows: dict[str, list[dict[str, Any]]], protocol: str) -> list[dict[str, Any]]:
    found = [
        {**row, "detail": json.loads(row["detail"] or "{}")} for row in rows["exchange"] if row["protocol"] == protocol
    ]
    assert found, f"the wire says no exchange of {protocol}"
    return found


def clues(rows: dict[str, list[dict[str, Any]]], attribute: str, key: str = "host_ip") -> set[tuple[str, str]]:
    return {(row[key], row["value"]) for row in rows["clue"] if row["attribute"] == attribute}


def pairs(found: Iterable[list[str]]) -> set[tuple[str, str]]:
    return {(line[0], line[1]) for line in found if line[1]}


def test_arp_senders(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = tshark(plain, "arp && !(arp.src.proto_ipv4 == 0.0.0.0)", "arp.src.hw_mac", "arp.src.proto_ipv4")
    assert clues(rows, "arp.ip", "host_mac") == pairs(seen)


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("dhcp.host_name", "dhcp.option.hostname"),
        ("dhcp.vendor_class", "dhcp.option.vendor_class_id"),
        ("dhcp.requested_ip", "dhcp.option.requested_ip_address"),
        ("dhcp.parameter_list", "dhcp.option.request_list_item"),
    ],
)
def test_dhcp_clients(plain: Path, rows: dict[str, list[dict[str, Any]]], attribute: str, field: str) -> None:
    seen = tshark(plain, "dhcp.type == 1", "dhcp.hw.mac_addr", field)
    # The client identifier repeats the address.
    expected = {(mac.split("|")[0], value.replace("|", ",")) for mac, value in pairs(seen)}
    assert clues(rows, attribute, "host_mac") == expected


def test_dhcp_leases_and_servers(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    acks = tshark(
        plain,
        "dhcp.option.dhcp == 5",
        "dhcp.hw.mac_addr",
        "dhcp.ip.your",
        "dhcp.option.dhcp_server_id",
        "dhcp.option.ip_address_lease_time",
    )
    acks = [[line[0].split("|")[0], *line[1:]] for line in acks]
    assert clues(rows, "dhcp.ip", "host_mac") == pairs(acks)
    assert {value for _, value in clues(rows, "dhcp.server")} == {line[2] for line in acks}
    said = {
        (e["detail"]["mac"], e["detail"]["ip"], e["detail"]["lease_s"])
        for e in exchanges(rows, "dhcp")
        if e["status"] == "ACK"
    }
    assert said == {(mac, ip, lease) for mac, ip, _, lease in acks}
    kinds = Counter(line[0] for line in tshark(plain, "dhcp", "dhcp.id", "dhcp.option.dhcp"))
    assert {e["detail"]["xid"] for e in exchanges(rows, "dhcp")} == {xid.removeprefix("0x") for xid in kinds}


QTYPES = {"1": "A", "28": "AAAA", "12": "PTR", "33": "SRV", "16": "TXT", "6": "SOA"}
RCODES = {"0": "NOERROR", "2": "SERVFAIL", "3": "NXDOMAIN", "5": "REFUSED"}


def test_dns_answers(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = Counter(
        (client, name, QTYPES[qtype], RCODES[rcode], ",".join(sorted(filter(None, [*a.split("|"), *aaaa.split("|")]))))
        for client, name, qtype, rcode, a, aaaa in tshark(
            plain,
            "dns.flags.response == 1 && !mdns",
            "ip.dst",
            "dns.qry.name",
            "dns.qry.type",
            "dns.flags.rcode",
            "dns.a",
            "dns.aaaa",
        )
    )
    said = Counter(
        (
            e["client_ip"],
            e["object"],
            e["operation"],
            e["status"],
            ",".join(sorted(filter(None, e["detail"].get("answer_ips", "").split(",")))),
        )
        for e in exchanges(rows, "dns")
        if e["status"]
    )
    assert said == seen
    lengths = {(e["object"], int(e["detail"]["qname_len"])) for e in exchanges(rows, "dns")}
    assert all(len(name) == length for name, length in lengths)


def test_mdns_names_and_services(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = tshark(plain, "mdns && dns.srv.port", "ip.src", "dns.srv.port")
    services = {
        (row["host_ip"], str(row["port"]))
        for row in rows["clue"]
        if row["attribute"] == "mdns.service" and row["port"] is not None
    }
    assert services == {(ip, port) for ip, ports in pairs(seen) for port in ports.split("|")}
    names = {ip: name for ip, name in clues(rows, "mdns.name")}
    addresses = {a for line in tshark(plain, "mdns && dns.a", "dns.a") for a in line[0].split("|")}
    assert set(names) == addresses


def ja4(ciphers: str, extensions: str, signatures: str, alpn: str, versions: str, legacy: str) -> str:
    """The published description, from tshark's fields."""
    grease = {f"{n:x}a{n:x}a" for n in range(16)}

    def numbers(text: str) -> list[str]:
        return [value for value in (f"{int(item, 0):04x}" for item in text.split("|") if item) if value not in grease]

    kinds, suites = numbers(extensions), numbers(ciphers)
    best = max(numbers(versions) or numbers(legacy))
    version = {"0304": "13", "0303": "12", "0302": "11", "0301": "10"}[best]
    first = alpn.split("|")[0]
    ends = f"{first[0]}{first[-1]}" if first else "00"
    short = [kind for kind in sorted(kinds) if kind not in {"0000", "0010"}]
    last = ",".join(short) + ("_" + ",".join(numbers(signatures)) if signatures else "")

    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    sni = "d" if "0000" in kinds else "i"
    return f"t{version}{sni}{len(suites):02}{len(kinds):02}{ends}_{digest(','.join(sorted(suites)))}_{digest(last)}"


def test_tls_clients(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = tshark(
        plain,
        "tls.handshake.type == 1",
        "ip.src",
        "tcp.srcport",
        "tls.handshake.extensions_server_name",
        "tls.handshake.ja3",
        "tls.handshake.ciphersuite",
        "tls.handshake.extension.type",
        "tls.handshake.sig_hash_alg",
        "tls.handshake.extensions_alpn_str",
        "tls.handshake.extensions.supported_version",
        "tls.handshake.version",
    )
    expected = {
        (ip, int(port)): (sni, ja4(suites, kinds, signatures, alpn, versions, legacy))
        for ip, port, sni, _, suites, kinds, signatures, alpn, versions, legacy in seen
    }
    said = {
        (e["client_ip"], e["client_port"]): (e["detail"].get("sni", ""), e["detail"]["ja4"])
        for e in exchanges(rows, "tls")
    }
    assert said == expected
    assert clues(rows, "tls.ja3") == {(line[0], line[3]) for line in seen}
    flows = {
        (f["orig_ip"], f["orig_port"]): (f["sni"] or "", f["ja4"])
        for f in rows["flow"]
        if f["phase"] == "end" and f["ja4"]
    }
    assert flows == expected


def test_tls_servers(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = tshark(
        plain,
        "tls.handshake.type == 2",
        "ip.dst",
        "tcp.dstport",
        "tls.handshake.version",
        "tls.handshake.extensions.supported_version",
        "tls.handshake.ciphersuite",
        "tls.handshake.ja3s",
    )
    words = {"0x0304": "1.3", "0x0303": "1.2", "0x0302": "1.1", "0x0301": "1.0"}
    expected = {}
    for ip, port, legacy, agreed, suite, _ in seen:
        version = words[agreed or legacy.split("|")[0]]
        expected[(ip, int(port))] = (version, f"{int(suite.split('|')[0], 0):04x}")
    said = {
        (e["client_ip"], e["client_port"]): (e["detail"]["version"], e["detail"]["cipher"])
        for e in exchanges(rows, "tls")
        if "version" in e["detail"]
    }
    assert said == expected
    assert {value for _, value in clues(rows, "tls.ja3s")} == {line[5] for line in seen}


def test_tls_certificates(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = tshark(plain, "tls.handshake.type == 11", "ip.src", "tls.handshake.certificate")
    leaves = {
        (ip, hashlib.sha256(bytes.fromhex(chain.split("|")[0].replace(":", ""))).hexdigest())
        for ip, chain in pairs(seen)
    }
    assert clues(rows, "tls.certificate.sha256") == leaves
    serials = {
        (line[0], line[1].split("|")[0].replace(":", "").lower().removeprefix("0x"))
        for line in tshark(plain, "x509af.serialNumber", "ip.src", "x509af.serialNumber")
    }
    assert clues(rows, "tls.certificate.serial") == serials


def test_http_requests(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    asked = Counter(
        map(
            tuple,
            tshark(plain, "http.request", "ip.src", "ip.dst", "http.request.method", "http.host", "http.user_agent"),
        )
    )
    said = exchanges(rows, "http")
    assert (
        Counter(
            (e["client_ip"], e["server_ip"], e["operation"], e["detail"]["host"], e["detail"]["user_agent"])
            for e in said
        )
        == asked
    )
    answered = Counter(map(tuple, tshark(plain, "http.response", "ip.src", "http.response.code", "http.server")))
    assert Counter((e["server_ip"], e["status"], e["detail"]["server"]) for e in said) == answered


def test_smb_shares_names_and_files(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    said = exchanges(rows, "smb")
    trees = Counter(line[0] for line in tshark(plain, "smb2.cmd == 3 && smb2.flags.response == 0", "smb2.tree"))
    assert Counter(e["object"] for e in said if e["operation"] == "TREE_CONNECT") == trees
    created = Counter(line[0] for line in tshark(plain, "smb2.cmd == 5 && smb2.flags.response == 1", "smb2.nt_status"))
    assert Counter(e["status"] for e in said if e["operation"] == "CREATE") == created
    hosts = pairs(tshark(plain, "ntlmssp.auth.hostname", "ip.src", "ntlmssp.auth.hostname"))
    clients = {(e["client_ip"], e["detail"]["host"]) for e in said if e["detail"].get("host")}
    assert clients == hosts
    written = sum(
        int(n)
        for line in tshark(plain, "smb2.cmd == 9 && smb2.flags.response == 0", "smb2.write_length")
        for n in line[0].split("|")
        if n
    )
    assert sum(int(e["detail"]["bytes"]) for e in said if e["operation"] == "WRITE") == written
    users = {line[0] for line in tshark(plain, "ntlmssp.auth.username", "ntlmssp.auth.username")}
    text = json.dumps([row for record in rows.values() for row in record], default=str)
    assert not any(user and user != "NULL" and f'"{user}"' in text for user in users), (
        "a user name left the wire in clear"
    )


def test_ssh_versions_and_hassh(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = pairs(tshark(plain, "ssh.protocol", "ip.src", "ssh.protocol"))
    assert clues(rows, "ssh.client_version") | clues(rows, "ssh.server_version") == seen
    assert clues(rows, "ssh.hassh") == pairs(tshark(plain, "ssh.kex.hassh", "ip.src", "ssh.kex.hassh"))
    assert clues(rows, "ssh.hassh_server") == pairs(
        tshark(plain, "ssh.kex.hasshserver", "ip.src", "ssh.kex.hasshserver")
    )


def test_vnc_session(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    desktop = {line[0] for line in tshark(plain, "vnc.desktop_name", "vnc.desktop_name")}
    assert {value for _, value in clues(rows, "vnc.desktop")} == desktop
    assert [e["outcome"] for e in exchanges(rows, "vnc")] == ["ok"]


def test_ntp_servers(plain: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    seen = pairs(tshark(plain, "ntp.flags.mode == 4", "ip.src", "ntp.stratum"))
    assert clues(rows, "ntp.server") == seen
