"""Logs of VPN boxes, firewalls, servers and Windows. Lines have the form that the makers' references give;
`logon-failed.evtx` is a real log (omerbenamram/evtx, MIT), `*.real.log` come out of the lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.home import Home
from hinomi.intake import could_be_log
from hinomi.intake.log import open_log
from hinomi.intake.sniff import kind_of
from hinomi.pipeline import read as read_files

DATA = Path(__file__).parent / "data"
KEY = bytes(32)
NIGHT = 1_795_827_600  # 2026-11-28T01:00:00Z, ten o'clock in Tokyo

FORTI = 'date=2026-11-28 time=10:00:{s:02} devname="FGT" devid="FG100F" eventtime=17958276{s:02}123456789 tz="+0900" vd="root" logid="{id}" type="event" '
TUNNEL = (
    FORTI
    + 'subtype="vpn" action="{action}" tunneltype="ssl-tunnel" remip=198.51.100.7 tunnelip=10.212.134.2 user="vendor1" group="maint" '
)
LINES: dict[str, tuple[str, dict[str, Any]]] = {
    "FortiGate, refused": (
        FORTI.format(s=1, id="0101039426") + 'subtype="vpn" action="ssl-login-fail" tunneltype="ssl-web" remip=198.51.100.7 '
        'srccountry="Netherlands" user="vendor1" reason="sslvpn_login_permission_denied"',
        {"client_ip": "198.51.100.7", "protocol": "sslvpn", "outcome": "refused", "server_name": "FGT"},
    ),
    "FortiGate behind a head of syslog": (
        "<189>Nov 28 10:00:05 192.0.2.1 " + TUNNEL.format(s=5, id="0101039424", action="tunnel-up"),
        {"client_ip": "198.51.100.7", "server_ip": "192.0.2.1", "protocol": "sslvpn", "outcome": "ok"},
    ),
    "FortiGate, its own page": (
        FORTI.format(s=7, id="0100032002") + 'subtype="system" user="admin" ui="https(203.0.113.9)" action="login" '
        'status="failed" reason="name_invalid" dstip=192.0.2.1',
        {"client_ip": "203.0.113.9", "server_ip": "192.0.2.1", "protocol": "management", "outcome": "refused"},
    ),
    "ASA, a name refused": (
        "<166>Nov 28 2026 10:10:01 192.0.2.2 %ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : "
        "server = 10.1.1.1 : user = bob : user IP = 203.0.113.6",
        {"client_ip": "203.0.113.6", "server_ip": "192.0.2.2", "outcome": "refused", "status": "AAA failure"},
    ),
    "ASA, AnyConnect": (
        "<164>Nov 28 2026 10:00:00 asa1 : %ASA-6-113039: Group <Maint> User <vendor2> IP <203.0.113.5> AnyConnect parent "
        "session started.",
        {"client_ip": "203.0.113.5", "server_name": "asa1", "protocol": "sslvpn", "outcome": "ok"},
    ),
    "FTD, its shell": (
        'Nov 28 2026 10:10:03 192.0.2.2 %FTD-6-605004: Login denied from 203.0.113.8/50002 to outside:192.0.2.2/ssh for user "a"',
        {"client_ip": "203.0.113.8", "client_port": 50002, "protocol": "management", "outcome": "refused"},
    ),
    "PAN-OS GlobalProtect": (
        "Nov 28 10:16:00 pa1 1,2026/11/28 10:16:00,0123,GLOBALPROTECT,0,2561,2026/11/28 10:16:00,vsys1,gateway-auth,login,"
        'LDAP,,erin,RU,PC9,203.0.113.18,0.0.0.0,0.0.0.0,0.0.0.0,hid,,5.2,Windows,"Windows 10",1,,,"",failure,,0,,0,gw',
        {"client_ip": "203.0.113.18", "server_name": "pa1", "protocol": "sslvpn", "outcome": "refused"},
    ),
    "SonicWall": (
        'id=firewall sn=0017C5000001 time="2026-11-28 01:15:00 UTC" fw=192.0.2.6 pri=6 c=16 m=1080 msg="SSL VPN zone remote '
        'user login allowed" n=1 usr="dave" src=203.0.113.17:50000:X1 dst=192.0.2.6:443:X1',
        {"client_ip": "203.0.113.17", "server_ip": "192.0.2.6", "protocol": "sslvpn", "outcome": "ok"},
    ),
    "OpenVPN": (
        "<165>1 2026-11-28T01:12:00.000003Z 192.0.2.3 openvpn 77 - - 203.0.113.11:51000 [client1] Peer Connection "
        "Initiated with [AF_INET]203.0.113.11:51000",
        {"client_ip": "203.0.113.11", "client_port": 51000, "server_ip": "192.0.2.3", "protocol": "openvpn", "outcome": "ok"},
    ),
    "OpenVPN in a file of its own": (
        "2026-11-28 10:12:02 203.0.113.12:51002 TLS Error: TLS handshake failed",
        {"client_ip": "203.0.113.12", "protocol": "openvpn", "outcome": "refused", "status": "TLS Error"},
    ),
    "strongSwan": (
        "Nov 28 10:14:01 192.0.2.5 charon: 09[IKE] IKE_SA rw[3] established between 192.0.2.5[vpn]...203.0.113.16[carol]",
        {"client_ip": "203.0.113.16", "server_ip": "192.0.2.5", "protocol": "ipsec", "outcome": "ok"},
    ),
    "sshd": (
        "Nov 28 10:11:00 192.0.2.7 sshd[100]: Failed password for invalid user admin from 2001:db8::9 port 40000 ssh2",
        {"client_ip": "2001:db8::9", "server_name": "192.0.2.7", "protocol": "ssh", "outcome": "refused"},
    ),
    "Samba": (
        "  Auth: [SMB2,(null)] user [HOSP]\\[taro] at [Sat, 28 Nov 2026 01:00:00.500000 UTC] with [NTLMv2] status "
        "[NT_STATUS_WRONG_PASSWORD] workstation [PC7] remote host [ipv4:10.0.0.7:41000] mapped to [HOSP]\\[taro]. local "
        "host [ipv4:10.0.0.2:445]",
        {"client_ip": "10.0.0.7", "server_ip": "10.0.0.2", "server_port": 445, "protocol": "smb", "outcome": "refused"},
    ),
    "WireGuard": (
        "Nov 28 10:11:00 192.0.2.7 kernel: wireguard: wg0: Invalid handshake initiation from 203.0.113.30:51820",
        {"client_ip": "203.0.113.30", "protocol": "wireguard", "outcome": "refused"},
    ),
    "YAMAHA RTX, its page": (
        "2026/11/28 10:13:00: Login failed for HTTP: 192.168.100.5",
        {"client_ip": "192.168.100.5", "protocol": "management", "outcome": "refused"},
    ),
}  # fmt: skip

SECURITY = {
    "EventID": 4625, "ProviderName": "Microsoft-Windows-Security-Auditing", "Hostname": "DC01.hospital.example",
    "EventTime": "2026-11-28 10:00:00.5 +0900", "TargetUserName": "administrator", "LogonType": 3,
    "IpAddress": "::ffff:10.0.0.77", "IpPort": "50123", "SubStatus": "0xC000006A", "WorkstationName": "PC7",
}  # fmt: skip
NS = 'xmlns="http://schemas.microsoft.com/win/2004/08/events/event"'
CLEARED = (
    f'<Event {NS}><System><Provider Name="Microsoft-Windows-Eventlog"/><EventID>1102</EventID>'
    '<TimeCreated SystemTime="2026-11-28T01:01:40.123456700Z"/><Channel>Security</Channel><Computer>DC01</Computer>'
    f'</System><UserData><LogFileCleared xmlns="x"><SubjectUserName>admin2</SubjectUserName></LogFileCleared>'
    "</UserData></Event>"
)


def rows_of(path: Path, hosts: dict[str, str] | None = None) -> dict[str, list[dict[str, Any]]]:
    log = open_log(str(path), site="s", sensor="other", key=KEY, hosts=hosts)
    assert log is not None, f"{path.name} is not known"
    found: dict[str, list[dict[str, Any]]] = {}
    for record, batch in log:
        batch.validate(full=True)
        found.setdefault(record, []).extend(pa.record_batch(batch).to_pylist())
    found["summary"] = [log.summary() or {}]
    return found


def put(path: Path, text: str, coding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(coding))
    return path


@pytest.mark.parametrize("name", LINES)
def test_a_line_becomes_a_logon(name: str, tmp_path: Path) -> None:
    line, wanted = LINES[name]
    found = rows_of(put(tmp_path / "box.log", line + "\n"))["exchange"]
    assert len(found) == 1 and found[0]["operation"] == "login"
    assert {key: found[0][key] for key in wanted} == wanted
    assert abs(found[0]["time"].timestamp() - NIGHT) < 3600
    for user in ("vendor", "admin", "bob", "dave", "client1", "carol", "taro", "erin"):
        assert user not in json.dumps(found, default=str).replace("administrators", ""), "a name stands in the clear"


def test_the_same_name_is_the_same_pseudonym_in_every_log(tmp_path: Path) -> None:
    whole = "\n".join(LINES[name][0].replace("bob", "dave") for name in ("ASA, a name refused", "SonicWall"))
    found = rows_of(put(tmp_path / "both.log", whole + "\n"))["exchange"]
    assert len({row["client_name"] for row in found}) == 1


def test_all_in_one_file_in_any_character_set(tmp_path: Path) -> None:
    whole = "Nov 28 10:00:00 192.0.2.9 karte: 受付を始めました\n" + "".join(line + "\n" for line, _ in LINES.values())
    wanted = None
    for coding in ("utf-8", "utf-8-sig", "cp932", "utf-16"):
        path = put(tmp_path / f"{coding}.log", whole.replace("\n", "\r\n"), coding)
        assert could_be_log(str(path)) and kind_of(path) == "syslog"
        found = rows_of(path)
        told = [{k: v for k, v in row.items() if k not in ("capture", "offset")} for row in found["exchange"]]
        assert len(told) == len(LINES) and not found["summary"][0]["malformed"]
        wanted = wanted or told
        assert told == wanted
        assert ("192.0.2.9", "karte") in {(row["host_ip"], row["value"]) for row in found["clue"]}


def test_a_tunnel_that_ended_is_a_connection_of_its_length(tmp_path: Path) -> None:
    up = "Nov 28 10:00:05 192.0.2.1 " + TUNNEL.format(s=5, id="0101039424", action="tunnel-up")
    down = TUNNEL.format(s=59, id="0101039425", action="tunnel-down") + "duration=50 sentbyte=200 rcvdbyte=100"
    found = rows_of(put(tmp_path / "forti.log", f"{up}\n{down}\n"))
    (flow,) = found["flow"]
    assert (flow["orig_ip"], flow["resp_ip"], flow["service"]) == ("198.51.100.7", "192.0.2.1", "sslvpn")
    assert (flow["last"] - flow["start"]).total_seconds() == 50
    assert (flow["orig_bytes"], flow["resp_bytes"]) == (100, 200)
    assert [row["operation"] for row in found["exchange"]] == ["login", "logout"]
    assert json.loads(found["exchange"][0]["detail"])["tunnel_ip"] == "10.212.134.2"


def test_a_box_known_by_name_alone_is_looked_up(tmp_path: Path) -> None:
    down = TUNNEL.format(s=59, id="0101039425", action="tunnel-down") + "duration=50 sentbyte=200 rcvdbyte=100"
    path = put(tmp_path / "forti.log", down + "\n")
    without = rows_of(path)
    assert "flow" not in without and [n["name"] for n in without["note"]] == ["events.address_unknown"]
    assert rows_of(path, {"fgt": "192.0.2.44"})["flow"][0]["resp_ip"] == "192.0.2.44"


CONNECTIONS = {
    "FortiGate": 'date=2026-11-28 time=10:00:06 tz="+0900" devname="F" vd="root" logid="0000000013" type="traffic" srcip=10.0.0.5 '
    "srcport=50000 dstip=10.0.0.9 dstport=443 proto=6 action=close duration=60 sentbyte=9000 rcvdbyte=5000 sentpkt=5 rcvdpkt=6",
    "ASA": "Nov 28 2026 10:00:06 asa %ASA-6-302014: Teardown TCP connection 1 for outside:10.0.0.5/50000 to "
    "inside:10.0.0.9/443 duration 0:01:00 bytes 5000 TCP FINs",
    "PAN-OS": "1,2026/11/28 10:00:06,0123,TRAFFIC,end,2561,2026/11/28 10:00:06,10.0.0.5,10.0.0.9,,,rule,,,ssl,vsys1,in,out,e1,"
    "e2,fw,x,1,1,50000,443,0,0,0x1,tcp,allow,14000,9000,5000,11,2026/11/28 09:59:06,60,any,x,1,0x0,JP,US,x,5,6,tcp-fin",
    "SonicWall": 'id=firewall sn=1 time="2026-11-28 01:00:06 UTC" fw=192.0.2.6 pri=6 c=1024 m=537 msg="Connection Closed" n=1 '
    "src=10.0.0.5:50000:X0 dst=10.0.0.9:443:X1 proto=tcp/https sent=9000 rcvd=5000 spkt=5 rpkt=6 cdur=60000",
}


@pytest.mark.parametrize("name", CONNECTIONS)
def test_what_passed_a_firewall_is_a_connection(name: str, tmp_path: Path) -> None:
    (flow,) = rows_of(put(tmp_path / "fw.log", CONNECTIONS[name] + "\n"))["flow"]
    ends = (flow["orig_ip"], flow["orig_port"], flow["resp_ip"], flow["resp_port"], flow["proto"])
    assert ends == ("10.0.0.5", 50000, "10.0.0.9", 443, "tcp") and flow["outcome"] == "answered"
    assert flow["resp_bytes"] == 5000 and flow["last"].timestamp() == NIGHT + 6
    assert (flow["last"] - flow["start"]).total_seconds() == 60 and flow["service"] is None


@pytest.mark.parametrize("way", ["outbound", "inbound"])
def test_who_began_is_told_by_the_line_that_built_the_connection(way: str, tmp_path: Path) -> None:
    """The server's port is the higher one: without that line the ports would tell it the wrong way round."""
    ends = "outside:203.0.113.8/{a} ({b}/1) to inside:10.0.0.9/{b} ({b}/1)"
    a, b = ("50443", "1024") if way == "outbound" else ("1024", "50443")
    built = f"Nov 28 2026 10:00:01 asa %ASA-6-302013: Built {way} TCP connection 77 for " + ends.format(a=a, b=b)
    down = (
        f"Nov 28 2026 10:00:06 asa %ASA-6-302014: Teardown TCP connection 77 for outside:203.0.113.8/{a} to "
        f"inside:10.0.0.9/{b} duration 0:00:05 bytes 5000 TCP FINs"
    )
    (flow,) = rows_of(put(tmp_path / "fw.log", f"{built}\n{down}\n"))["flow"]
    began = "10.0.0.9" if way == "outbound" else "203.0.113.8"
    assert (flow["orig_ip"], flow["orig_port"], flow["resp_port"]) == (began, 1024, 50443)


@pytest.mark.parametrize(
    "line",
    [
        'Nov 28 10:00:02 asa %ASA-4-106023: Deny tcp src outside:203.0.113.8/50001 dst inside:10.0.0.9/22 by access-group "O"',
        "2026/11/28 10:00:02: PP[01] Rejected at IN(2000) filter: TCP 203.0.113.8:50001 > 10.0.0.9:22",
    ],
)  # fmt: skip
def test_what_a_filter_refused(line: str, tmp_path: Path) -> None:
    (flow,) = rows_of(put(tmp_path / "fw.log", line + "\n"))["flow"]
    assert (flow["orig_ip"], flow["resp_ip"], flow["resp_port"]) == ("203.0.113.8", "10.0.0.9", 22)
    assert flow["outcome"] == "refused"


def test_yamaha_names_the_user_after_the_address(tmp_path: Path) -> None:
    lines = (
        "2026/11/28 10:13:00: [L2TP] TUNNEL[1] connected from 203.0.113.13\n"
        "2026/11/28 10:13:01: PP[ANONYMOUS01] Call detected from user 'hosyu'\n"
        "2026/11/28 10:13:02: PP[ANONYMOUS01] PPP/IPCP up (Local: 192.168.100.1, Remote: 192.168.100.10)\n"
    )
    found = rows_of(put(tmp_path / "rtx.log", lines))["exchange"]
    assert [(row["operation"], row["client_ip"]) for row in found] == [
        ("login", "203.0.113.13"), ("address", "203.0.113.13"),
    ]  # fmt: skip
    assert "hosyu" not in json.dumps(found, default=str)


def test_strongswan_tells_whose_failure_it_was_a_line_before(tmp_path: Path) -> None:
    lines = (
        "Nov 28 10:14:00 gw charon: 08[NET] received packet: from 203.0.113.15[500] to 192.0.2.5[500] (300 bytes)\n"
        "Nov 28 10:14:00 gw charon: 08[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
    )
    (row,) = rows_of(put(tmp_path / "charon.log", lines))["exchange"]
    assert (row["client_ip"], row["server_ip"], row["outcome"]) == ("203.0.113.15", "192.0.2.5", "refused")


def test_real_servers(tmp_path: Path) -> None:
    """sshd and OpenVPN as rsyslog wrote them down (`data/make_logs.sh`): three strangers, an owner of a key, a client
    with a certificate and one with its own."""
    path = tmp_path / "servers.log"
    path.write_bytes((DATA / "servers.real.log").read_bytes())
    found = rows_of(path, {"vpn-gate": "192.0.2.1"})
    told = [(row["protocol"], row["operation"], row["outcome"], row["client_port"]) for row in found["exchange"]]
    assert [one[:3] for one in told if one[0] == "ssh"] == [("ssh", "login", "refused")] * 3 + [("ssh", "login", "ok")]
    assert [one for one in told if one[0] == "openvpn"] == [
        ("openvpn", "login", "ok", 51000), ("openvpn", "address", "ok", 51000), ("openvpn", "login", "refused", 51001),
    ]  # fmt: skip
    (tunnel,) = found["flow"]
    assert (tunnel["orig_ip"], tunnel["resp_ip"], tunnel["service"]) == ("198.51.100.7", "192.0.2.1", "openvpn")
    assert not found["summary"][0]["malformed"]


# --- Windows

WRITERS = {
    "NXLog": json.dumps(SECURITY),
    "winlogbeat": json.dumps({
        "@timestamp": "2026-11-28T01:00:00.500Z", "winlog": {
            "event_id": "4625", "computer_name": "DC01.hospital.example", "provider_name": SECURITY["ProviderName"],
            "event_data": {k: str(v) for k, v in SECURITY.items()}}}),
    "evtx_dump": json.dumps({"Event": {
        "System": {"EventID": {"#text": 4625}, "Computer": "DC01.hospital.example",
                   "TimeCreated": {"#attributes": {"SystemTime": "2026-11-28T01:00:00.500000Z"}},
                   "Provider": {"#attributes": {"Name": SECURITY["ProviderName"]}}},
        "EventData": {k: SECURITY[k] for k in ("TargetUserName", "LogonType", "IpAddress", "IpPort", "SubStatus", "WorkstationName")}}}),
    "Get-WinEvent": json.dumps([{
        "Id": 4625, "ProviderName": SECURITY["ProviderName"], "MachineName": "DC01.hospital.example",
        "TimeCreated": "/Date(1795827600500)/", "Properties": [{"Value": value} for value in (
            "S-1-0-0", "-", "-", 0, "S-1-0-0", "administrator", "HOSP", -1073741715, "%%2313", -1073741718, 3, "NtLmSsp",
            "NTLM", "PC7", "-", "-", 0, 0, "-", "10.0.0.77", "50123")]}], indent=4),
    "XML": f'<Events><Event {NS}><System><Provider Name="{SECURITY["ProviderName"]}"/><EventID>4625</EventID><TimeCreated '
           'SystemTime="2026-11-28T01:00:00.500Z"/><Computer>DC01.hospital.example</Computer></System><EventData>'
           + "".join(f'<Data Name="{k}">{v}</Data>' for k, v in SECURITY.items()) + "</EventData></Event></Events>",
}  # fmt: skip


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_failed_logon_of_windows_whoever_wrote_it(name: str, coding: str, tmp_path: Path) -> None:
    (row,) = rows_of(put(tmp_path / "events.json", WRITERS[name], coding))["exchange"]
    wanted = {
        "protocol": "windows", "operation": "login", "outcome": "refused", "status": "0xc000006a", "client_ip": "10.0.0.77",
        "client_port": 50123, "server_name": "DC01.hospital.example", "client_name": "PC7",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted and row["time"].timestamp() == NIGHT + 0.5
    assert json.loads(row["detail"])["reason"] == "wrong password" and "administrator" not in str(row)


def test_a_real_log_of_windows_and_a_piece_of_it(tmp_path: Path, home: Home) -> None:
    found = rows_of(DATA / "logon-failed.evtx")["exchange"]
    assert [(row["protocol"], row["outcome"]) for row in found] == [("ntlm", "refused"), ("windows", "refused")]
    assert found[1]["client_ip"] == "23.94.153.202" and found[1]["client_port"] == 60167
    piece = tmp_path / "piece.evtx"
    piece.write_bytes((DATA / "logon-failed.evtx").read_bytes()[:9000])
    (file,) = read_files(home, [piece]).files
    assert file.outcome == "failed" and file.hint


def test_a_cleared_log_and_a_new_service(tmp_path: Path) -> None:
    service = {"EventID": 7045, "ProviderName": "Service Control Manager", "Hostname": "DC01", "EventTime": "2026-11-28T01:00:00Z",
               "ServiceName": "PSEXESVC", "ImagePath": "C:\\Users\\taro\\x.exe", "AccountName": "LocalSystem"}  # fmt: skip
    (cleared,) = rows_of(put(tmp_path / "a.xml", CLEARED))["exchange"]
    assert (cleared["operation"], cleared["object"], cleared["server_name"]) == ("log_cleared", "Security", "DC01")
    (new,) = rows_of(put(tmp_path / "b.json", json.dumps(service)))["exchange"]
    assert (new["operation"], new["object"]) == ("service_installed", "PSEXESVC")


def test_what_is_everyday_is_silent_but_read(tmp_path: Path) -> None:
    everyday = {**SECURITY, "EventID": 4624, "LogonType": 5}
    found = rows_of(put(tmp_path / "e.json", json.dumps(everyday)))
    assert "exchange" not in found and [note["name"] for note in found["note"]] == ["events.nothing_told"]


# --- bad input


def test_the_rest_is_read(tmp_path: Path) -> None:
    lines = [line for line, _ in LINES.values()]
    found = rows_of(put(tmp_path / "x.log", f"{lines[0]}\n{lines[0][:60]}\n\0\0\n{lines[1]}\n{lines[2][:70]}"))
    assert len(found["exchange"]) == 2 and found["summary"][0]["malformed"] >= 2
    assert found["summary"][0]["truncated_why"] == "the log ends inside a line"
    broken = CLEARED.replace("</System>", "")
    assert len(rows_of(put(tmp_path / "x.xml", f"{broken}\n{CLEARED}"))["exchange"]) == 1


@pytest.mark.parametrize(
    "content", [b"hello\nworld\n", b"[1, 2]", b"{}", b"ElfFile\0", b"<Events/>", b"\xff\xfe", b"MZ\x90\0" * 99, b"a,b\n1,2\n"]
)  # fmt: skip
def test_what_is_no_log_is_said(content: bytes, home: Home, tmp_path: Path) -> None:
    path = tmp_path / "what"
    path.write_bytes(content)
    (file,) = read_files(home, [path]).files
    assert file.outcome == "failed"


@given(st.sampled_from(sorted(LINES)), st.integers(0, 300), st.binary(max_size=12))
@settings(max_examples=150, deadline=None)
def test_bent_lines(tmp_path_factory: pytest.TempPathFactory, name: str, at: int, put_in: bytes) -> None:
    line = LINES[name][0].encode()
    path = tmp_path_factory.mktemp("bent") / "x.log"
    whole = LINES["sshd"][0].encode()
    path.write_bytes(whole + b"\n" + line[:at] + put_in + line[at:] + b"\n" + whole + b"\n")
    assert sum(row["protocol"] == "ssh" for row in rows_of(path)["exchange"]) >= 2


def test_they_reach_inventory_and_findings(home: Home, tmp_path: Path) -> None:
    base = "Nov 28 10:{m:02}:{s:02} 192.0.2.7 sshd[9]: {how} password for root from 203.0.113.50 port {p} ssh2\n"
    lines = "".join(base.format(m=n // 60, s=n % 60, how="Failed", p=40000 + n) for n in range(40))
    lines += base.format(m=2, s=0, how="Accepted", p=50000)
    report = read_files(home, [put(tmp_path / "auth.log", lines), put(tmp_path / "sec.xml", CLEARED)])
    assert [file.outcome for file in report.files] == ["read", "read"]
    found = {finding.detection for finding in home.state.findings().items}
    assert {"brute_force", "log_cleared"} <= found
