"""ORiN b-CAP over TCP: a client reads and writes a controller's variables.

The lab's own implementation, after the public b-CAP description: SOH, length, serial, version,
function id, argument count, arguments (length, VARIANT type, element count, value), EOT; all
little endian. The answer's function id is an HRESULT.
"""

from __future__ import annotations

import argparse
import math
import socket
import struct
import time
from pathlib import Path

SOH, EOT = 0x01, 0x04
VT_EMPTY, VT_I4, VT_R8, VT_BSTR, VT_UI4 = 0, 3, 5, 8, 19
SERVICE_START, SERVICE_STOP, CONTROLLER_CONNECT, CONTROLLER_DISCONNECT = 1, 2, 3, 4
CONTROLLER_GETVARIABLE, VARIABLE_GETVALUE, VARIABLE_PUTVALUE, VARIABLE_RELEASE = 9, 101, 102, 111
S_OK, E_INVALIDARG = 0, -2147024809

Value = tuple[int, object]


def pack_value(value: Value) -> bytes:
    kind, content = value
    if kind == VT_EMPTY:
        body = b""
    elif kind == VT_R8:
        body = struct.pack("<d", content)
    elif kind == VT_I4:
        body = struct.pack("<i", content)
    elif kind == VT_UI4:
        body = struct.pack("<I", content)
    else:
        text = str(content).encode("utf-16-le")
        body = struct.pack("<I", len(text)) + text
    rest = struct.pack("<HI", kind, 1) + body
    return struct.pack("<I", len(rest)) + rest


def unpack_values(data: bytes, count: int) -> list[Value]:
    values, offset = [], 0
    for _ in range(count):
        (length,) = struct.unpack_from("<I", data, offset)
        kind, _elements = struct.unpack_from("<HI", data, offset + 4)
        body = data[offset + 10 : offset + 4 + length]
        if kind == VT_R8:
            values.append((kind, struct.unpack("<d", body)[0]))
        elif kind in (VT_I4, VT_UI4):
            values.append((kind, struct.unpack("<i" if kind == VT_I4 else "<I", body)[0]))
        elif kind == VT_BSTR:
            values.append((kind, body[4:].decode("utf-16-le")))
        else:
            values.append((kind, None))
        offset += 4 + length
    return values


def frame(serial: int, function: int, values: list[Value]) -> bytes:
    body = struct.pack("<HHiH", serial, 0, function, len(values)) + b"".join(map(pack_value, values))
    return struct.pack("<BI", SOH, len(body) + 6) + body + struct.pack("<B", EOT)


def read_frame(stream) -> tuple[int, int, list[Value]] | None:
    head = stream.read(5)
    if len(head) < 5:
        return None
    mark, length = struct.unpack("<BI", head)
    body = stream.read(length - 5)
    assert mark == SOH and body[-1] == EOT
    serial, _version, function, count = struct.unpack_from("<HHiH", body)
    return serial, function, unpack_values(body[10:-1], count)


def serve(options: argparse.Namespace) -> None:
    begin = time.monotonic()
    names = ["Maker", "Model", "Serial", "Version", "SuctionPower", "ArmAngle"]
    with socket.create_server(("", options.port)) as server:
        while True:
            line, _ = server.accept()
            with line, line.makefile("rb") as stream:
                handles: dict[int, str] = {}
                power = 40
                while (asked := read_frame(stream)) is not None:
                    serial, function, values = asked
                    status, answer = S_OK, []
                    if function == CONTROLLER_CONNECT:
                        answer = [(VT_UI4, 1)]
                    elif function == CONTROLLER_GETVARIABLE:
                        name = str(values[1][1])
                        if name in names:
                            handles[100 + names.index(name)] = name
                            answer = [(VT_UI4, 100 + names.index(name))]
                        else:
                            status = E_INVALIDARG
                    elif function == VARIABLE_GETVALUE:
                        name = handles.get(values[0][1], "")
                        answer = {
                            "Maker": [(VT_BSTR, options.maker)],
                            "Model": [(VT_BSTR, options.model)],
                            "Serial": [(VT_BSTR, options.serial)],
                            "Version": [(VT_BSTR, options.version)],
                            "SuctionPower": [(VT_I4, power)],
                            "ArmAngle": [(VT_R8, 45 + 10 * math.sin(time.monotonic() - begin))],
                        }.get(name, [])
                        status = S_OK if answer else E_INVALIDARG
                    elif function == VARIABLE_PUTVALUE and handles.get(values[0][1]) == "SuctionPower":
                        power = values[1][1]
                    if options.said and answer and function == VARIABLE_GETVALUE and answer[0][0] != VT_BSTR:
                        with Path(options.said).open("a", encoding="ascii") as said:
                            said.write(f"{time.time_ns()} {name} {answer[0][1]!r} -\n")
                    line.sendall(frame(serial, status, answer))


def send(options: argparse.Namespace) -> None:
    host, port = options.to.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as line, line.makefile("rb") as stream:
        serial = 0

        def call(function: int, *values: Value) -> tuple[int, list[Value]]:
            nonlocal serial
            serial += 1
            line.sendall(frame(serial, function, list(values)))
            answer = read_frame(stream)
            assert answer is not None and answer[0] == serial
            return answer[1], answer[2]

        call(SERVICE_START, (VT_BSTR, ""))
        _, (controller,) = call(
            CONTROLLER_CONNECT, (VT_BSTR, "desk"), (VT_BSTR, "CaoProv.Lab"), (VT_BSTR, "localhost"), (VT_BSTR, "")
        )
        handles = {}
        for name in ("Maker", "Model", "Serial", "Version", "SuctionPower", "ArmAngle", "Nothing"):
            status, values = call(CONTROLLER_GETVARIABLE, controller, (VT_BSTR, name), (VT_BSTR, ""))
            if status == S_OK:
                handles[name] = values[0]
        for name in ("Maker", "Model", "Serial", "Version"):
            print(name, call(VARIABLE_GETVALUE, handles[name]))
        for _ in range(options.polls):
            call(VARIABLE_GETVALUE, handles["ArmAngle"])
            call(VARIABLE_GETVALUE, handles["SuctionPower"])
            time.sleep(0.2)
        call(VARIABLE_PUTVALUE, handles["SuctionPower"], (VT_I4, 55))
        for handle in handles.values():
            call(VARIABLE_RELEASE, handle)
        call(CONTROLLER_DISCONNECT, controller)
        call(SERVICE_STOP)


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("--port", type=int, default=5007)
    for name in ("maker", "model", "version", "serial"):
        server.add_argument(f"--{name}", required=True)
    server.add_argument("--said", help="file that gets a line for each value that was answered")
    client = commands.add_parser("send")
    client.add_argument("--to", required=True)
    client.add_argument("--polls", type=int, default=20)
    options = parser.parse_args()
    {"serve": serve, "send": send}[options.command](options)


if __name__ == "__main__":
    main()
