"""Servers of free software: OpenVPN, strongSwan, WireGuard (its kernel module), OpenSSH and Samba."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hinomi.intake.events.frame import Frame, Line
from hinomi.intake.events.out import Out, ends, plain
from hinomi.intake.rows import port

HELD_MAX = 10_000  # names and addresses kept of peers whose story goes on in later lines; then the oldest goes

# --- OpenSSH, sshd(8)

_SSH = re.compile(r"(Accepted|Failed) ([\w/-]+) for (invalid user )?(.*?) from ([0-9a-fA-F.:]+) port (\d+)")

_SSH_CLOSED = re.compile(
    r"(?:Connection (?:closed|reset) by|Disconnected from) (invalid|authenticating) user (.*?)"
    r" ([0-9a-fA-F.:]+) port (\d+) \[preauth\]"
)


def is_sshd(line: Line) -> bool:
    return line.app.startswith("sshd") or _SSH.match(line.text) is not None


class Sshd:
    """A refused key is told by the end of the connection alone; a refused password by a line of its own before it."""

    def __init__(self) -> None:
        self._refused: dict[str, bool] = {}

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        if found := _SSH.match(line.text):
            how, method, unknown, user, source, source_port = found.groups()
            if method == "none":
                return True  # a client asks which ways there are
            _keep(self._refused, f"{source} {source_port}", True)
        elif found := _SSH_CLOSED.match(line.text):
            how, method = "Failed", ""
            unknown, user, source, source_port = found.groups()
            if self._refused.pop(f"{source} {source_port}", False):
                return True
        else:
            return True  # the rest of its lines tell the same, or nothing
        out.logon(
            line, "ssh", how == "Accepted", user=user, client=source, client_port=port(source_port), method=method,
            status="invalid user" if (unknown or "").startswith("invalid") else "", log="sshd",
        )  # fmt: skip
        return True


# --- OpenVPN 2.x, --verb 3

_PEER = r"(?:(?P<name>[^/\s]+)/)?(?:\[AF_INET6?\])?(?P<end>\d+(?:\.\d+){3}:\d+|\[?[0-9a-fA-F:]+\]?:\d+)"
_VPN_IN = re.compile(rf"{_PEER} \[(?P<user>[^\]]*)\] Peer Connection Initiated with (?:\[AF_INET6?\])?(?P<to>\S+)")
_VPN_LEARN = re.compile(rf"MULTI: Learn: (?P<ip>[0-9a-fA-F.:]+) -> {_PEER}")
_VPN_BAD = re.compile(
    rf"{_PEER} (?P<why>TLS Error: TLS handshake failed|VERIFY ERROR: .*|TLS Auth Error: .*"
    r"|SENT CONTROL .*AUTH_FAILED.*)"
)
_VPN_OUT = re.compile(rf"{_PEER} SIG(?:USR1|TERM|HUP)\[soft,(?P<why>[\w-]+)\]")
_VPN_OWN = re.compile(
    r"UDPv[46] link (?:local|remote)|TCPv[46]_SERVER link|OpenVPN \d|MULTI: multi_init"
    r"|Initialization Sequence Completed"
)


def is_openvpn(line: Line) -> bool:
    if line.app.startswith(("openvpn", "ovpn-")):
        return True
    text = openvpn_text(line)
    return any(p.search(text) for p in (_VPN_IN, _VPN_LEARN, _VPN_BAD, _VPN_OUT, _VPN_OWN))


def openvpn_text(line: Line) -> str:
    """A file of its own has no tag, and the peer in front may look like one."""
    return line.text if not line.app or line.app.startswith(("openvpn", "ovpn-")) else f"{line.app}: {line.text}"


class OpenVpn:
    def __init__(self) -> None:
        self._refused: dict[str, int] = {}  # end → when: one attempt is refused in several lines

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        text = openvpn_text(line)
        if found := _VPN_IN.search(text):
            source, source_port = ends(found["end"])
            out.logon(
                line,
                "openvpn",
                True,
                user=found["user"],
                client=source,
                client_port=source_port,
                port=1194,
                log="openvpn",
            )
            out.opened(f"{line.host}/{found['end']}", line, "openvpn", source, line.host, (source_port, 1194))
        elif found := _VPN_LEARN.search(text):
            source, source_port = ends(found["end"])
            out.said(
                line, "openvpn", "address", "ok", user=found["name"] or "", client=source, client_port=source_port,
                port=1194, tunnel_ip=found["ip"], log="openvpn",
            )  # fmt: skip
        elif found := _VPN_BAD.search(text):
            source, source_port = ends(found["end"])
            if line.time - self._refused.get(found["end"], -(10**18)) > 90 * 10**9:
                out.logon(
                    line, "openvpn", False, user=found["name"] or "", client=source, client_port=source_port, port=1194,
                    status=found["why"].partition(":")[0].partition(" '")[0], log="openvpn",
                )  # fmt: skip
            _keep(self._refused, found["end"], line.time)
        elif found := _VPN_OUT.search(text):
            out.closed(f"{line.host}/{found['end']}", line.time)
        return True


# --- strongSwan, charon

_THREAD = re.compile(r"^(?:(\d\d)\[(\w+)\] )?(.*)$")
_IKE_FROM = re.compile(r"received packet: from (\S+?)\[(\d+)\] to (\S+?)\[(\d+)\]")
_IKE_UP = re.compile(
    r"IKE_SA (\S+?)\[(\d+)\] established between ([0-9a-fA-F.:]+)\[(.*?)\]\.\.\.([0-9a-fA-F.:]+)\[(.*?)\]$"
)
_IKE_GONE = re.compile(r"deleting IKE_SA (\S+?)\[(\d+)\] between")
_IKE_ADDRESS = re.compile(r"assigning virtual IP ([0-9a-fA-F.:]+) to peer '(.*)'")
_IKE_BAD = re.compile(
    r"generating \w+ response \d+ \[.*N\((AUTH_FAILED|NO_PROP|TS_UNACCEPT|INVAL_KE)\).*\]|EAP method (EAP_\w+) failed|"
    r"XAuth authentication of '.*' failed"
)
_IKE_NAME = re.compile(
    r"(?:looking for peer configs matching .*\[(?P<a>[^\]]*)\]$)|for peer '?(?P<b>[^']+)'?$|of '(?P<c>[^']*)' failed"
)


def is_charon(line: Line) -> bool:
    own = re.match(r"\d\d\[(?:IKE|NET|CFG|ENC|DMN|KNL|JOB|LIB|MGR|CHD|TNC|APP|ESP)\] ", line.text)
    return line.app.startswith(("charon", "ipsec")) or own is not None


class Charon:
    """A failure does not say whose it is: the packet that the same thread took before it does."""

    def __init__(self) -> None:
        self._packet: dict[str, tuple[str, int, str, int]] = {}  # thread → peer, port, local, port
        self._name: dict[str, str] = {}
        self._refused: dict[str, int] = {}

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        match = _THREAD.match(line.text)
        thread, text = (match[1] or "", match[3]) if match else ("", line.text)
        thread = f"{line.host}/{thread}"
        if found := _IKE_FROM.search(text):
            _keep(self._packet, thread, (found[1], port(found[2]), found[3], port(found[4])))
        elif found := _IKE_UP.search(text):
            peer, server = found[5], found[3]
            out.logon(line, "ipsec", True, user=found[6], client=peer, server=server, port=500, log="charon")
            out.opened(f"{line.host}/{found[2]}", line, "ipsec", peer, server, (500, 500))
        elif found := _IKE_GONE.search(text):
            out.closed(f"{line.host}/{found[2]}", line.time)
        elif found := _IKE_ADDRESS.search(text):
            peer = self._packet.get(thread, ("", 0, "", 0))
            out.said(
                line, "ipsec", "address", "ok", user=found[2], client=peer[0], server=peer[2], port=500,
                tunnel_ip=found[1], log="charon",
            )  # fmt: skip
        elif found := _IKE_BAD.search(text):
            peer = self._packet.get(thread, ("", 0, "", 0))
            again = line.time - self._refused.get(f"{peer[0]}:{peer[1]}", -(10**18)) < 10**9
            if peer[0] and not again:
                out.logon(
                    line, "ipsec", False, user=self._name.pop(thread, ""), client=peer[0], client_port=peer[1],
                    server=peer[2], port=500, status=found[1] or found[2] or "XAUTH", log="charon",
                )  # fmt: skip
                _keep(self._refused, f"{peer[0]}:{peer[1]}", line.time)
        if named := _IKE_NAME.search(text):
            _keep(self._name, thread, named["a"] or named["b"] or named["c"] or "")
        return True


# --- WireGuard: what the kernel's module says with its debugging on (drivers/net/wireguard/receive.c)

_WG_UP = re.compile(r"(?:wireguard: )?(\S+): Receiving handshake initiation from peer (\d+) \((\S+)\)")
_WG_KEY = re.compile(r"(?:wireguard: )?(\S+): Keypair \d+ created for peer (\d+)")
_WG_BAD = re.compile(
    r"(?:wireguard: )?(\S+): Invalid (?:handshake initiation|MAC of handshake.*) from (\S+?),?(?: dropping.*)?$"
)


def is_wireguard(line: Line) -> bool:
    text = line.text
    return line.app in ("wireguard", "kernel") and any(p.search(text) for p in (_WG_UP, _WG_KEY, _WG_BAD))


class WireGuard:
    def __init__(self) -> None:
        self._peer: dict[str, str] = {}

    def __call__(self, out: Out, line: Line, frame: Frame) -> bool:
        if found := _WG_UP.search(line.text):
            _keep(self._peer, f"{line.host}/{found[1]}/{found[2]}", found[3])
        elif found := _WG_KEY.search(line.text):
            at = self._peer.pop(f"{line.host}/{found[1]}/{found[2]}", "")
            if at:
                source, source_port = ends(at)
                out.logon(
                    line, "wireguard", True, client=source, client_port=source_port, user=f"peer {found[2]}",
                    interface=found[1].rpartition(" ")[2], log="wireguard",
                )  # fmt: skip
        elif found := _WG_BAD.search(line.text):
            source, source_port = ends(found[2])
            out.logon(line, "wireguard", False, client=source, client_port=source_port, log="wireguard")
        return True


# --- Samba, `log level = auth_audit:3`

_AUTH = re.compile(
    r"Auth: \[(?P<service>[^,\]]*),(?P<what>[^\]]*)\] user \[(?P<domain>[^\]]*)\]"
    r"\\\[(?P<user>[^\]]*)\] at \[(?P<at>[^\]]*)\]"
    r" with \[(?P<how>[^\]]*)\] status \[(?P<status>[^\]]*)\] workstation \[(?P<station>[^\]]*)\]"
    r" remote host \[ipv[46]:(?P<client>\S+?)\].*?(?:local host \[ipv[46]:(?P<server>\S+?)\])?\s*$"
)  # fmt: skip


def is_samba(line: Line) -> bool:
    return "Auth: [" in line.text and _AUTH.search(line.text) is not None


def samba(out: Out, line: Line, frame: Frame) -> bool:
    found = _AUTH.search(line.text)
    if found is None:
        return False
    try:  # Sat, 28 Nov 2026 07:00:00.123456 UTC
        moment = datetime.strptime(found["at"].strip(), "%a, %d %b %Y %H:%M:%S.%f %Z").replace(tzinfo=UTC)
        line.time = int(moment.replace(microsecond=0).timestamp()) * 10**9 + moment.microsecond * 1000
    except ValueError:
        if not line.time:
            raise
    source, source_port = _samba_end(found["client"])
    server, server_port = _samba_end(found["server"] or "")
    service = "smb" if found["service"].startswith("SMB") else "kerberos" if "Kerberos" in found["service"] else "ldap"
    out.logon(
        line, service, found["status"] == "NT_STATUS_OK", user=found["user"], client=source, client_port=source_port,
        server=server, port=server_port, status="" if found["status"] == "NT_STATUS_OK" else found["status"],
        method=found["how"], client_name=found["station"] if found["station"] != "(null)" else "", log="samba",
    )  # fmt: skip
    return True


def _samba_end(text: str) -> tuple[str, int]:
    host, _, last = text.rpartition(":")
    return plain(host), port(last)


def _keep(held: dict[str, Any], key: str, value: Any) -> None:
    held.pop(key, None)
    if len(held) >= HELD_MAX:
        held.pop(next(iter(held)))
    held[key] = value
