"""Holds a capture against tshark: every service of the truth must be recognised, nothing malformed.

usage: python -m lab.check_tshark FOLDER   (a folder with capture.pcap[.zst] and truth.json)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The wire's service name -> (tshark display filter, options tshark needs to look on that port).
# None: tshark 4.0 has no dissector for it, so only the TCP conversation itself is asked for.
RECOGNISED: dict[str, tuple[str | None, list[str]]] = {
    "dicom": ("dicom", ["-d", "tcp.port==105,dicom", "-d", "tcp.port==106,dicom", "-d", "tcp.port==11112,dicom"]),
    "hl7": ("hl7", []),
    "dhcp": ("dhcp", []),
    "dns": ("dns", []),
    "mdns": ("mdns", []),
    "tls": ("tls.handshake.type == 1", []),
    "http": ("http.request", []),
    "smb": ("smb2 || smb", []),
    "ssh": ("ssh", []),
    "vnc": ("vnc", []),
    "ntp": ("ntp", []),
    "pjl": (None, []),
    "rdp": ("tpkt || rdp || tls", []),
    "ldap": ("ldap", []),
    "kerberos": ("kerberos", []),
    "snmp": ("snmp", []),
    "syslog": ("syslog", ["-d", "tcp.port==514,syslog"]),
    "ftp": ("ftp", []),
    "telnet": ("telnet", []),
    "smtp": ("smtp", []),
    "sip": ("sip", []),
    "rtp": ("rtp", ["-o", "rtp.heuristic_rtp:TRUE"]),
    "rtsp": ("rtsp", []),
    "mqtt": ("mqtt", []),
    "modbus": ("mbtcp", []),
    "bacnet": ("bacnet || bvlc", []),
    "opcua": ("opcua", []),
    "sdc": ("http || tls || udp.port == 3702", []),
    "wsd": ("udp.port == 3702", []),
    "igtl": (None, []),
    "wireguard": ("wg", []),
    "openvpn": ("openvpn", []),
    "ike": ("isakmp", []),
    "esp": ("esp", []),
    "ipp": ("ipp", []),
    "ssdp": ("ssdp", []),
    "llmnr": ("llmnr", []),
    "nbns": ("nbns", []),
    "radius": ("radius", []),
    "postgresql": ("pgsql", []),
    "mysql": ("mysql", []),
    "http2": ("http2", []),
    "rsync": ("rsync", []),
    "redis": ("resp", ["-d", "tcp.port==6379,resp"]),
    "tftp": ("tftp", []),
    "socks": ("socks", []),
    "ipmi": ("rmcp", []),
    "x11": ("x11", ["-d", "tcp.port==6007,x11"]),
    "lldp": ("lldp", []),
    "cdp": ("cdp", []),
    "stp": ("stp", []),
    "icmp6": ("icmpv6", []),
    "stun": ("stun", []),
    "dtls": ("dtls", ["-d", "udp.port==4433,dtls"]),
    "dcerpc": ("dcerpc", []),
    "l2tp": ("l2tp", []),
    "pptp": ("pptp", []),
    "knx": ("kip", []),
    "tds": ("tds", []),
    "oracle": ("tns", []),
    "enip": ("enip", []),
    "s7": ("s7comm || cotp", []),
    "ptp": ("ptp", []),
    "imap": ("imap", []),
    "pop3": ("pop", []),
    "quic": ("quic", []),
    "eapol": ("eapol", []),
    "tcp": (None, []),
    "udp": (None, []),
    "arp": (None, []),
    "icmp": ("icmp", []),
    # tshark 4.0 knows none of these; the conversation itself must be there.
    "astm": (None, []),
    "poct1a": (None, []),
    "bcap": (None, []),
    "intellivue": ("udp", []),
    "phd": (None, []),
}
MULTICAST = {"mdns", "dhcp", "ssdp", "llmnr", "wsd", "lldp", "cdp", "bacnet", "nbns"}


@contextmanager
def plain(capture: Path) -> Iterator[Path]:
    """The capture as tshark can open it (tshark 4.0 reads no zstd)."""
    if capture.suffix != ".zst":
        yield capture
        return
    with tempfile.NamedTemporaryFile(suffix=".pcap") as out:
        subprocess.run(["zstd", "-dqfc", str(capture)], stdout=out, check=True)
        yield Path(out.name)


def find_capture(folder: Path) -> Path:
    for name in ("capture.pcap", "capture.pcap.zst", "capture.pcapng", "capture.pcapng.zst"):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(f"{folder}: no capture")


def tshark(capture: Path, *args: str) -> list[str]:
    done = subprocess.run(["tshark", "-n", "-r", str(capture), *args], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def options() -> list[str]:
    return [word for _, extra in RECOGNISED.values() for word in extra]


# Case → what tshark may call malformed in it alone. tshark 4.0 does not know Oracle's connect packet whose text
# follows in a packet of its own (TNS version 320); impacket's SQL server leaves the last token of its answers out.
MISREAD = {"oracle": " && !(tns.type == 1)", "tds": " && !(tds.type == 4)"}


def check(folder: Path) -> list[str]:
    """Every disagreement as one sentence; an empty list means agreement."""
    wrong: list[str] = []
    truth = json.loads((folder / "truth.json").read_text())
    addresses = {host["id"]: set(host["ip"]) for host in truth["hosts"]}
    with plain(find_capture(folder)) as capture:
        # Where one host forwards another's packets in the same zone, the tap hears them twice and tshark's
        # reassembly stumbles over the second: that is no malformed packet. GStreamer opens the way to a camera
        # with 200 bytes of whatever lay in its memory, which may look like RTCP.
        bad = tshark(
            capture,
            *options(),
            "-Y",
            "_ws.malformed && !tcp.analysis.out_of_order && !(rtcp && udp.length == 208)"
            + MISREAD.get(folder.name, ""),
            "-T",
            "fields",
            "-e",
            "frame.number",
        )
        if bad:
            wrong.append(f"tshark finds {len(bad)} malformed packets, the first is frame {bad[0]}")
        seen: dict[str, set[tuple[str, str, str, str]]] = {}
        for row in truth["conversations"]:
            name = row["service"]
            if name not in RECOGNISED:
                wrong.append(f"no filter is known for service {name}")
                continue
            if name in ("lldp", "cdp", "esp", "arp", "eapol", "ptp"):  # no ports to compare
                if not tshark(capture, "-Y", name, "-T", "fields", "-e", "frame.number"):
                    wrong.append(f"tshark sees no {name}")
                continue
            if name not in seen or RECOGNISED[name][0] is None:
                display, _ = RECOGNISED[name]
                seen[name] = _pairs(capture, display or f"{'udp' if name == 'udp' else 'tcp'}.port == {row['port']}")
            hit = any(
                {source, target} & addresses[row["client"]]
                and port == str(row["port"])
                and (name in MULTICAST or {source, target} & addresses[row["server"]])
                for source, target, *ports in seen[name]
                for port in ports
            )
            # A client that has no address yet speaks as 0.0.0.0; its relay speaks for it.
            if not hit and name != "dhcp":
                wrong.append(f"tshark sees no {name} between {row['client']} and {row['server']} on {row['port']}")
    return wrong


def _pairs(capture: Path, display: str) -> set[tuple[str, str, str, str]]:
    rows = tshark(
        capture,
        *options(),
        "-Y",
        display,
        "-T",
        "fields",
        "-E",
        "separator=,",
        "-E",
        "occurrence=f",
        "-e",
        "ip.src",
        "-e",
        "ip.dst",
        "-e",
        "tcp.srcport",
        "-e",
        "tcp.dstport",
        "-e",
        "udp.srcport",
        "-e",
        "udp.dstport",
    )
    pairs = set()
    for row in rows:
        source, target, *ports = row.split(",")
        used = [port for port in ports if port]
        if len(used) >= 2:
            pairs.add((source, target, used[0], used[1]))
    return pairs


def main() -> int:
    worst = 0
    for name in sys.argv[1:]:
        wrong = check(Path(name))
        for sentence in wrong:
            print(f"{name}: {sentence}")
        print(f"{name}: {'disagrees' if wrong else 'tshark agrees'}")
        worst = max(worst, int(bool(wrong)))
    return worst


if __name__ == "__main__":
    sys.exit(main())
