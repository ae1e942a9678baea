"""POCT1-A device messaging layer: a point-of-care analyser reports a result to its data manager.

The lab's own implementation. XML messages one after the other on a TCP connection: hello
(HEL.R01), device status (DST.R01), observations (OBS.R01), end of topic (EOT.R01), each
acknowledged with ACK.R01 (CLSI POCT01-A2, appendix B).
"""

from __future__ import annotations

import argparse
import datetime
import re
import socket
import time

ENDING = re.compile(rb"</(HEL|DST|OBS|EOT|ACK|REQ|END)\.R01>")


def now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def header(control: int) -> str:
    return f'<HDR><HDR.control_id V="{control}"/><HDR.version_id V="POCT1"/><HDR.creation_dttm V="{now()}"/></HDR>'


def receive(line: socket.socket) -> bytes:
    data = b""
    while not ENDING.search(data):
        more = line.recv(4096)
        if not more:
            return b""
        data += more
    return data


def send(options: argparse.Namespace) -> None:
    host, port = options.to.rsplit(":", 1)
    messages = [
        f'<HEL.R01>{header(1)}<DEV><DEV.device_id V="{options.eui}"/><DEV.vendor_id V="{options.maker}"/>'
        f'<DEV.model_id V="{options.model}"/><DEV.serial_id V="{options.serial}"/>'
        f'<DEV.device_name V="{options.model}"/>'
        f'<DEV.sw_version V="{options.version}"/><DCP><DCP.application_timeout V="60"/></DCP></DEV></HEL.R01>',
        f'<DST.R01>{header(2)}<DST><DST.status_dttm V="{now()}"/><DST.new_observations_qty V="1"/>'
        f'<DST.condition_cd V="R"/></DST></DST.R01>',
        f'<OBS.R01>{header(3)}<SVC><SVC.role_cd V="OBS"/><SVC.observation_dttm V="{now()}"/><PT>'
        f'<PT.patient_id V="00001003"/><OBS><OBS.observation_id V="2339-0" SN="LN"/><OBS.value V="143" U="mg/dL"/>'
        f'<OBS.method_cd V="M"/></OBS></PT><OPR><OPR.operator_id V="N0001"/></OPR></SVC></OBS.R01>',
        f'<EOT.R01>{header(4)}<EOT><EOT.topic_cd V="OBS"/></EOT></EOT.R01>',
    ]
    with socket.create_connection((host, int(port)), timeout=10) as line:
        for message in messages:
            line.sendall(message.encode())
            assert b"ACK.R01" in receive(line)
            time.sleep(0.5)


def serve(options: argparse.Namespace) -> None:
    with socket.create_server(("", options.port)) as server:
        while True:
            line, _ = server.accept()
            with line:
                count = 100
                while data := receive(line):
                    count += 1
                    asked = re.search(rb'control_id V="(\d+)"', data)
                    line.sendall(
                        (
                            f'<ACK.R01>{header(count)}<ACK><ACK.type_cd V="AA"/><ACK.ack_control_id '
                            f'V="{asked.group(1).decode() if asked else 0}"/></ACK></ACK.R01>'
                        ).encode()
                    )


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve")
    server.add_argument("--port", type=int, default=3001)
    client = commands.add_parser("send")
    client.add_argument("--to", required=True)
    for name in ("maker", "model", "version", "serial", "eui"):
        client.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    {"serve": serve, "send": send}[options.command](options)


if __name__ == "__main__":
    main()
