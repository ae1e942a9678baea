"""What hosts offer: each function starts one kind of real server inside its host."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .house import House
from .peers import dicom_objects
from .topology import CORE, Host, sh
from .truth import Truth, now

LEASE_HOURS = 8
# A screen is known by its abstract socket, which belongs to the host's network namespace: a lock in /tmp,
# left by another run or another program of the machine, must not keep it from starting.
OWN_SCREEN = ("-nolock", "-nolisten", "unix")
SERVICES: dict[str, Callable[[House, Host], None]] = {}


def service(name: str) -> Callable[[Callable[[House, Host], None]], Callable[[House, Host], None]]:
    def keep(function: Callable[[House, Host], None]) -> Callable[[House, Host], None]:
        SERVICES[name] = function
        return function

    return keep


def start_all(house: House) -> None:
    """Start the servers that others need first: names and addresses, then the rest."""
    order = {"outside_dns": 0, "dhcp": 1, "dns": 2}
    wanted = [(order.get(name, 9), host, name) for host in house.hospital.hosts.values() for name in host.services]
    for _, host, name in sorted(wanted, key=lambda row: row[0]):
        if name in SERVICES and not host.dhcp:
            SERVICES[name](house, host)


def start_for_client(house: House, host: Host) -> None:
    """Start the servers of a host that has just got its address."""
    for name in host.services:
        if name in SERVICES:
            SERVICES[name](house, host)


# --- names and addresses


@service("dhcp")
def dhcp(house: House, host: Host) -> None:
    """One dnsmasq gives addresses and names to every zone; the core router relays for the others."""
    hospital = house.hospital
    lines = [
        "keep-in-foreground",
        "user=root",
        "no-hosts",
        "no-resolv",
        "bind-interfaces",
        "interface=eth0",
        "log-queries",
        "log-dhcp",
        "no-ping",
        f"pid-file={house.folder(host)}/dnsmasq.pid",
        f"dhcp-leasefile={house.folder(host)}/leases",
        f"domain={hospital.domain}",
        f"local=/{hospital.domain}/",
        "dhcp-authoritative",
        "expand-hosts",
        *(f"server={other.address}" for other in hospital.hosts.values() if "outside_dns" in other.services),
    ]
    time_server = next((other.address for other in hospital.hosts.values() if "ntp" in other.services), host.address)
    relays = []
    for zone in hospital.zones.values():
        if not (zone.routed and zone.relay_dhcp):
            continue
        low, high = zone.subnet.network_address + 100, zone.subnet.network_address + 199
        lines += [
            f"dhcp-range=set:{zone.id},{low},{high},{zone.subnet.netmask},{LEASE_HOURS}h",
            f"dhcp-option=tag:{zone.id},option:router,{zone.gateway}",
            f"dhcp-option=tag:{zone.id},option:dns-server,{host.address}",
            f"dhcp-option=tag:{zone.id},option:ntp-server,{time_server}",
        ]
        if zone.id != host.zone.id:
            relays.append(f"dhcp-relay={zone.gateway},{host.address}")
    for other in hospital.hosts.values():
        if other.dhcp:
            lines.append(f"dhcp-host={other.mac},{other.address},{other.hostname}")
        if other.zone.routed:
            lines.append(f"host-record={other.hostname}.{hospital.domain},{other.hostname},{other.address}")
    config = house.folder(host) / "dnsmasq.conf"
    config.write_text("\n".join(lines) + "\n")
    house.spawn(host, "dnsmasq", ["dnsmasq", "-C", str(config)])
    relay = house.folder("core") / "relay.conf"
    relay.write_text(
        "\n".join(
            [
                "keep-in-foreground",
                "user=root",
                "port=0",
                "log-dhcp",
                *relays,
                f"pid-file={house.folder('core')}/relay.pid",
            ]
        )
        + "\n"
    )
    with house.log("core-relay") as log:
        process = subprocess.Popen(
            ["ip", "netns", "exec", CORE, "dnsmasq", "-C", str(relay)], stdout=log, stderr=log, start_new_session=True
        )
    house.processes.append(("core-relay", process))


@service("outside_dns")
def outside_dns(house: House, host: Host) -> None:
    names = [f"host-record={name},{address}" for name, address in house.hospital.outside_names.items()]
    names += [f"server=/{name}/{address}" for name, address in host.extra.get("delegations", {}).items()]
    config = house.folder(host) / "dnsmasq.conf"
    config.write_text(
        "\n".join(
            [
                "keep-in-foreground",
                "user=root",
                "no-hosts",
                "no-resolv",
                "bind-interfaces",
                "interface=eth0",
                f"pid-file={house.folder(host)}/dnsmasq.pid",
                *names,
            ]
        )
        + "\n"
    )
    house.spawn(host, "dnsmasq", ["dnsmasq", "-C", str(config)])


def lease(house: House, host: Host) -> None:
    """Get the host's address with its own DHCP client, one try at a time, and leave the client running."""
    resolv = Path("/etc/netns") / host.netns / "resolv.conf"
    script = house.folder(host) / "lease.sh"
    folder = house.folder(host)
    # dhclient and udhcpc call their script with different names for the same things.
    script.write_text(f"""#!/bin/sh
case "$reason$1" in
  BOUND|RENEW|REBIND|REBOOT)
    ip addr replace "$new_ip_address/$new_subnet_mask" brd + dev "$interface"
    ip route replace default via "${{new_routers%% *}}"
    printf 'nameserver %s\\nsearch %s\\n' "${{new_domain_name_servers%% *}}" "$new_domain_name" > {resolv} ;;
  bound|renew)
    ip addr replace "$ip/$subnet" brd + dev "$interface"
    ip route replace default via "${{router%% *}}"
    printf 'nameserver %s\\nsearch %s\\n' "${{dns%% *}}" "$domain" > {resolv} ;;
  PREINIT) ip link set dev "$interface" up ;;
esac
exit 0
""")
    script.chmod(0o755)
    kind = host.personality
    if kind.dhcp_client == "udhcpc":
        args = [
            "udhcpc",
            "-f",
            "-i",
            "eth0",
            "-s",
            str(script),
            "-x",
            f"hostname:{host.hostname}",
            "-t",
            "6",
            "-T",
            "2",
        ]
        if kind.dhcp_vendor_class:
            args += ["-V", kind.dhcp_vendor_class]
    else:
        config = [f'send host-name "{host.hostname}";', "timeout 30;", "retry 5;", "initial-interval 2;"]
        if kind.dhcp_vendor_class:
            config.append(f'send vendor-class-identifier "{kind.dhcp_vendor_class}";')
        if kind.dhcp_request:
            config.append("request " + ", ".join(_option_name(name) for name in kind.dhcp_request) + ";")
            config += [
                f"option {name} code {code} = string;"
                for code, name in _PRIVATE.items()
                if str(code) in kind.dhcp_request
            ]
            config = sorted(config, key=lambda line: not line.startswith("option "))
        (folder / "dhclient.conf").write_text("\n".join(config) + "\n")
        args = [
            "dhclient",
            "-d",
            "-4",
            "-cf",
            f"{folder}/dhclient.conf",
            "-sf",
            str(script),
            "-lf",
            f"{folder}/leases",
            "-pf",
            f"{folder}/dhclient.pid",
            "eth0",
        ]
    house.leases[host.id] = (house.spawn(host, kind.dhcp_client, args), house.clock.lay(now()))


def lease_and_wait(house: House, host: Host, seconds: float = 25) -> None:
    """The host has its address when this returns, or the house has a problem."""
    lease(house, host)
    end = time.monotonic() + seconds
    while host.address not in sh("ip", "-4", "addr", "show", "dev", "eth0", netns=host.netns):
        if time.monotonic() > end:
            house.problem(f"{host.id}: no lease")
            return
        time.sleep(0.2)


def renew_leases(house: House, truth: Truth) -> None:
    """Clients whose half-time lay in the idle time that was cut renew at the beginning of the stretch, in turn.

    udhcpc renews when it is told to; dhclient cannot be told, so it starts again with the lease it remembers,
    as a PC does that is switched on.
    """
    server = house.hospital.by_service("dhcp") if house.leases else None
    due = [
        house.host(name)
        for name, (_, since) in house.leases.items()
        if house.clock.lay(now()) - since > LEASE_HOURS * 1800 * 10**9
    ]

    def renew() -> None:
        for host in due:
            process, _ = house.leases[host.id]
            first = now()
            if host.personality.dhcp_client == "udhcpc":
                process.send_signal(signal.SIGUSR1)
                house.leases[host.id] = (process, house.clock.lay(first))
            else:
                process.kill()  # not terminate: that would give the address back
                process.wait()
                lease(house, host)
            time.sleep(0.4)
            if server:
                truth.note(host.id, server.id, "dhcp", 67, "address lease renewed", first, now())

    threading.Thread(target=renew, daemon=True).start()


_NUMBERED = {
    1: "subnet-mask",
    3: "routers",
    6: "domain-name-servers",
    12: "host-name",
    15: "domain-name",
    31: "router-discovery",
    33: "static-routes",
    43: "vendor-encapsulated-options",
    44: "netbios-name-servers",
    46: "netbios-node-type",
    47: "netbios-scope",
    26: "interface-mtu",
    51: "dhcp-lease-time",
    58: "dhcp-renewal-time",
    59: "dhcp-rebinding-time",
    119: "domain-search",
    28: "broadcast-address",
    42: "ntp-servers",
}
_PRIVATE = {
    108: "v6-only-preferred",
    114: "captive-portal",
    121: "classless-routes",
    249: "ms-classless-routes",
    252: "wpad",
}


def _option_name(name: str) -> str:
    if not name.isdigit():
        return name
    return _NUMBERED.get(int(name)) or _PRIVATE[int(name)]


@service("ntp")
def ntp(house: House, host: Host) -> None:
    config = house.folder(host) / "chrony.conf"
    config.write_text(
        f"local stratum 3\nallow\ncmdport 0\nuser root\nbindcmdaddress /\npidfile {house.folder(host)}/chronyd.pid\n"
    )
    house.spawn(host, "chronyd", ["chronyd", "-d", "-x", "-f", str(config)])


# --- images


@service("pacs")
def pacs(house: House, host: Host) -> None:
    """Orthanc on port 104, its web page on 8042; dcmtk's storescp takes DICOM over TLS on 2762."""
    folder = house.folder(host)
    others = {}
    for other in house.hospital.hosts.values():
        for title in other.ae_titles:
            if other.id != host.id:
                others[title] = [title, other.address, 11112]
    (folder / "orthanc.json").write_text(
        json.dumps(
            {
                "Name": "PACS",
                "StorageDirectory": str(folder / "store"),
                "IndexDirectory": str(folder / "store"),
                "Plugins": [],
                "HttpPort": 8042,
                "RemoteAccessAllowed": True,
                "AuthenticationEnabled": False,
                "DicomAet": host.ae_titles[0],
                "DicomPort": 104,
                "DicomCheckCalledAet": False,
                "DicomAlwaysAllowFind": True,
                "DicomAlwaysAllowMove": True,
                "DicomModalities": others,
                "ConcurrentJobs": 1,
                "HttpThreadsCount": 4,
                "DicomScpTimeout": 30,
                "SynchronousCMove": True,
            }
        )
    )
    house.spawn(host, "orthanc", ["Orthanc", str(folder / "orthanc.json")])
    certificate, key, authority = house.certificate(host.id, [f"{host.hostname}.{house.hospital.domain}"])
    house.spawn(
        host,
        "storescp-tls",
        [
            "storescp",
            "-v",
            "--enable-tls",
            str(key),
            str(certificate),
            "--add-cert-file",
            str(authority),
            "--aetitle",
            host.ae_titles[0],
            "--output-directory",
            str(house.folder(host, "tls-in")),
            "2762",
        ],
    )
    house.wait_for(host, 104)
    house.wait_for(host, 2762)


@service("ris")
def ris(house: House, host: Host) -> None:
    """dcmtk's worklist server, a pynetdicom MPPS taker and an HL7 receiver."""
    dicom_objects.make_worklist(house.folder(host, "worklist", host.ae_titles[0]), house.worklist, house.clock.now())
    house.spawn(host, "wlmscpfs", ["wlmscpfs", "-v", "-dfp", str(house.folder(host, "worklist")), "105"])
    house.spawn(host, "mpps", house.peer("dicom_scp", "--ae-title", host.ae_titles[0], "--port", 106))
    house.spawn(host, "hl7", house.peer("hl7_receiver", "--name", "YUZURIS"))
    for port in (105, 106, 2575):
        house.wait_for(host, port)


@service("dicom_viewer")
def dicom_viewer(house: House, host: Host) -> None:
    house.spawn(
        host,
        "storescp",
        [
            "storescp",
            "-v",
            "--aetitle",
            host.ae_titles[0],
            "--output-directory",
            str(house.folder(host, "in")),
            "11112",
        ],
    )
    house.wait_for(host, 11112)


# --- records and vitals


@service("emr")
def emr(house: House, host: Host) -> None:
    """The record: nginx with TLS in front, HL7 in behind. Charges (DFT) are refused."""
    pages = house.folder(host, "www")
    (pages / "index.html").write_text(
        "<html><title>YuzuKarte 11.0</title><body>電子カルテ ログイン</body></html>" + " " * 4000
    )
    (pages / "list.html").write_text("<html><body>" + "<p>患者一覧 見本</p>" * 400 + "</body></html>")
    name = f"{host.hostname}.{house.hospital.domain}"
    _nginx(house, host, {name: pages}, tls=True)
    house.spawn(host, "hl7", house.peer("hl7_receiver", "--name", "YUZUKARTE", "--refuse", "DFT"))
    house.wait_for(host, 443)
    house.wait_for(host, 2575)


@service("monitor_gateway")
def monitor_gateway(house: House, host: Host) -> None:
    to = house.hospital.by_service("emr").address
    name = host.extra.get("application", "TBGW")
    house.spawn(host, "hl7", house.peer("hl7_receiver", "--name", name, "--forward", f"{to}:2575"))
    house.wait_for(host, 2575)


@service("sdc_device")
def sdc_device(house: House, host: Host) -> None:
    """What the personality says under `does` with kind "sdc", as an SDC provider (sdc11073)."""
    kind = host.personality
    does = next(row for row in kind.does if row["kind"] == "sdc")
    device = {
        "name": host.hostname,
        "manufacturer": kind.manufacturer,
        "model": kind.model,
        "software_version": kind.software_version,
        "serial": host.serial,
        "location": host.extra.get("location", host.department).split("^")[0],
        "mds": does["mds"],
        "values": does["value"],
    }
    path = house.folder(host) / "device.json"
    path.write_text(json.dumps(device))
    command = house.peer("sdc_provider", "--address", host.address, "--device", path, "--every", does["every"])
    if host.extra.get("sdc_tls"):
        certificate, key, authority = house.certificate(host.id, [f"{host.hostname}.{house.hospital.domain}"])
        command += ["--tls", str(key), str(certificate), str(authority)]
    house.spawn(host, "sdc", command)


# --- web, files, consoles


def _nginx(
    house: House, host: Host, sites: dict[str, Path], *, tls: bool, plain: bool = False, tokens: bool = True
) -> None:
    folder = house.folder(host)
    servers = []
    for number, (name, pages) in enumerate(sites.items()):
        if tls:
            certificate, key, _ = house.certificate(f"{host.id}-{number}", [name])
            servers.append(
                f"server {{ listen 443 ssl http2; server_name {name}; root {pages}; "
                f"ssl_certificate {certificate}; ssl_certificate_key {key}; }}"
            )
        if plain or not tls:
            servers.append(f"server {{ listen 80; server_name {name}; root {pages}; }}")
    config = folder / "nginx.conf"
    config.write_text(f"""
user root; worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{ worker_connections 64; }}
http {{
 access_log {folder}/nginx-access.log; default_type text/html; charset utf-8; server_tokens {"on" if tokens else "off"};
 client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
 uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
 {chr(10).join(servers)}
}}
""")
    house.spawn(host, "nginx", ["nginx", "-c", str(config)])


@service("outside_web")
def outside_web(house: House, host: Host) -> None:
    mine = {host.address} | {row.split("/")[0] for row in host.extra.get("second_addresses", [])}
    sites = {}
    for name, address in house.hospital.outside_names.items():
        if address in mine:
            pages = house.folder(host, "www", name)
            (pages / "index.html").write_text(
                f"<html><title>{name}</title><body>" + "<p>news</p>" * 800 + "</body></html>"
            )
            (pages / "data.bin").write_bytes(bytes(range(256)) * 160)
            sites[name] = pages
    _nginx(house, host, sites, tls=True, plain=True)
    house.wait_for(host, 443)


@service("printer_page")
def printer_page(house: House, host: Host) -> None:
    """A printer: its status page over plain HTTP, p910nd on port 9100, and its name in mDNS."""
    kind = host.personality
    pages = house.folder(host, "www")
    (pages / "index.html").write_text(
        f"<html><head><title>{kind.manufacturer} {kind.model}</title></head><body><h1>{kind.model}</h1>"
        f"<p>Serial: {host.serial}</p><p>Firmware: {kind.software_version}</p><p>Toner 63%</p></body></html>"
    )
    _nginx(house, host, {host.hostname: pages}, tls=False, tokens=False)
    paper = house.folder(host) / "paper"
    paper.touch()
    house.spawn(host, "p910nd", ["p910nd", "-b", "-d", "-f", str(paper), "0"])
    house.spawn(
        host,
        "mdns",
        house.peer(
            "mdns_announce",
            "--address",
            host.address,
            "--hostname",
            host.hostname,
            "--name",
            f"{kind.manufacturer} {kind.model}",
            "--service",
            "_pdl-datastream._tcp.local.",
            "--port",
            9100,
            "--property",
            f"ty={kind.manufacturer} {kind.model}",
            f"product=({kind.model})",
            f"usb_MFG={kind.manufacturer}",
            f"usb_MDL={kind.model}",
        ),
    )
    house.wait_for(host, 80)


@service("files")
def files(house: House, host: Host) -> None:
    """Samba with one share and one account."""
    folder = house.folder(host)
    share = house.folder(host, "share")
    config = folder / "smb.conf"
    where = "\n".join(
        f"{key} = {house.folder(host, 'samba', key.replace(' ', '-'))}"
        for key in (
            "private dir",
            "lock directory",
            "state directory",
            "cache directory",
            "pid directory",
            "ncalrpc dir",
        )
    )
    config.write_text(f"""[global]
netbios name = {host.hostname.upper()}
workgroup = HOSPITAL
server string = file server
server role = standalone server
disable netbios = yes
smb ports = 445
load printers = no
printing = bsd
log file = {folder}/smbd.log
map to guest = never
{where}
[share]
path = {share}
read only = no
force user = root
""")
    house.account("jimu")
    sh("smbpasswd", "-c", str(config), "-s", "-a", "jimu", text="Kamome-2026\nKamome-2026\n")
    for number in range(1, host.extra.get("files", 3) + 1):
        (share / f"勤務表-{number}.csv").write_text(
            "日付,氏名,勤務\n" + "2026-11-01,例 一郎,日勤\n" * 60 * (number % 7 + 1)
        )
    house.spawn(host, "smbd", ["smbd", "--foreground", "--no-process-group", "--debug-stdout", "-s", str(config)])
    house.wait_for(host, 445)


@service("ssh")
def ssh(house: House, host: Host) -> None:
    """OpenSSH with a host key made now and one key that may enter."""
    folder = house.folder(host)
    if not (folder / "hostkey").exists():
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "hostkey"))
    shared = house.work / "userkey"
    if not shared.exists():
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "maintenance", "-f", str(shared))
    house.account("service")
    (folder / "authorized").write_text((house.work / "userkey.pub").read_text())
    config = folder / "sshd.conf"
    config.write_text(
        f"Port 22\nHostKey {folder}/hostkey\nAuthorizedKeysFile {folder}/authorized\n"
        f"PidFile {folder}/sshd.pid\nStrictModes no\nPasswordAuthentication no\nUsePAM no\n"
        "UseDNS no\nSubsystem sftp internal-sftp\n"
    )
    house.spawn(host, "sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)])
    house.wait_for(host, 22)


@service("vnc")
def vnc(house: House, host: Host) -> None:
    """TigerVNC's Xvnc shows the console's screen; something on it moves."""
    folder = house.folder(host)
    display = 20 + list(house.hospital.hosts).index(host.id)
    done = subprocess.run(["vncpasswd", "-f"], input=b"asagiri1\n", capture_output=True, check=True)
    (folder / "vncpasswd").write_bytes(done.stdout)
    house.spawn(
        host,
        "xvnc",
        [
            "Xvnc",
            f":{display}",
            "-rfbport",
            "5900",
            "-SecurityTypes",
            "VncAuth",
            "-PasswordFile",
            f"{folder}/vncpasswd",
            "-geometry",
            "640x480",
            "-depth",
            "16",
            "-desktop",
            f"{host.hostname} console",
            "-nolisten",
            "tcp",
            *OWN_SCREEN,
        ],
    )
    house.wait_for(host, 5900)
    house.spawn(host, "screen", ["xclock", "-update", "5", "-geometry", "400x400"], env={"DISPLAY": f":{display}"})
