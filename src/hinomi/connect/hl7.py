"""HL7 v2 over MLLP: a listener that devices and gateways send to. It answers with the acknowledgement only.

Values of ORU^R01 (IHE PCD-01), alarms of ORU^R40, waveforms of type NA; ADT tells where a patient went.
Names, birthdays and addresses are not read; the identifier becomes the site's pseudonym.
"""

from __future__ import annotations

import argparse
import datetime
import os
import socket
import socketserver
from pathlib import Path

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line
from hinomi.home import Home
from hinomi.privacy.pseudonym import patient
from hinomi.privacy.secret import Secret

START, END = b"\x0b", b"\x1c\r"
MESSAGE_BYTES_MAX = 4 << 20
SENDERS_MAX = 64
UCUM = {  # MDC units as IHE writes them; what is not here stays as it was sent
    "MDC_DIM_BEAT_PER_MIN": "/min", "MDC_DIM_RESP_PER_MIN": "/min", "MDC_DIM_PERCENT": "%",
    "MDC_DIM_MMHG": "mm[Hg]", "MDC_DIM_DEGC": "Cel", "MDC_DIM_MICRO_VOLT": "uV", "MDC_DIM_MILLI_VOLT": "mV",
    "MDC_DIM_CM_H2O": "cm[H2O]", "MDC_DIM_MILLI_L": "mL", "MDC_DIM_L_PER_MIN": "L/min",
    "MDC_DIM_MILLI_L_PER_HR": "mL/h", "MDC_DIM_WATT": "W", "MDC_DIM_DIMLESS": "", "MDC_DIM_KILO_PASCAL": "kPa",
}  # fmt: skip


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", default="127.0.0.1:2575", metavar="ADDRESS:PORT")
    parser.add_argument("--every", type=float, default=5.0, help="usual pause between two messages, seconds")


def run(line: Line, options: argparse.Namespace) -> None:
    key = Home(os.environ.get("HINOMI_HOME") or Path.home() / ".local/share/hinomi").key
    host, _, port = options.listen.rpartition(":")
    reading = Reading(line, key, options.every)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            reading.senders += 1
            line.state(True)
            try:
                if reading.senders <= SENDERS_MAX:
                    waiting = bytearray()
                    while (message := _frame(self.connection, waiting)) is not None:
                        self.wfile.write(START + reading.message(message).encode() + END)
            finally:
                reading.senders -= 1
                if not reading.senders:
                    line.state(False, "no sender is connected")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server((host, int(port)), Handler) as server:
        line.state(False, "waiting for a sender")
        server.serve_forever()


def _frame(line: socket.socket, waiting: bytearray) -> str | None:
    """One message; None at the end of the line or over MESSAGE_BYTES_MAX. What came too early stays in `waiting`."""
    while (at := waiting.find(END)) < 0:
        if len(waiting) > MESSAGE_BYTES_MAX or not (part := line.recv(1 << 16)):
            return None
        waiting += part
    message = bytes(waiting[waiting.find(START) + 1 : at]).decode("utf-8", "replace")
    del waiting[: at + len(END)]
    return message


def stamp_ns(text: str) -> int | None:
    """An HL7 DTM with its zone; without a zone it is no instant, so None."""
    body, sign, zone = text, "", ""
    for mark in "+-":
        if mark in text:
            body, zone = text.split(mark, 1)
            sign = mark
    if not sign or len(body) < 14 or len(zone) != 4:
        return None
    try:
        moment = datetime.datetime.strptime(body[:14] + sign + zone, "%Y%m%d%H%M%S%z")
        fraction = int((body[15:] + "000000000")[:9]) if len(body) > 15 else 0
    except ValueError:
        return None
    return int(moment.timestamp()) * 1_000_000_000 + fraction


class Reading:
    """What one listener has heard."""

    def __init__(self, line: Line, key: Secret, every_s: float) -> None:
        self.line, self.key, self.every_s, self.senders = line, key, every_s, 0
        self._counts: dict[str, int] = {}

    def message(self, message: str) -> str:
        """Hands its values on; returns the acknowledgement."""
        segments = [row.split("|") for row in message.replace("\n", "\r").split("\r") if row]
        header = segments[0] if segments else []
        if len(header) < 10 or header[0] != "MSH":
            return "MSH|^~\\&|HINOMI||||||ACK||P|2.6\rMSA|AR|"
        event = header[8]
        who = {row[0]: row for row in reversed(segments)}
        name = patient(self.key, who["PID"][3].split("^")[0]) if len(who.get("PID", ())) > 3 else ""
        place = who["PV1"][3] if len(who.get("PV1", ())) > 3 else ""
        if event.startswith("ORU"):
            self._values(segments, name, place, alarm="R40" in event)
        elif event.startswith("ADT"):
            self.line.channel(Channel("adt", "text", "ADT", "patient movement"))
            stay = [*who.get("PV1", ()), *[""] * 12]
            trigger = [*event.split("^"), ""][1] or [*who.get("EVN", ()), "", ""][1]
            self.line.sample("adt", value=trigger, x={"patient": name, "location": place, "temporary": stay[11]})
        control = header[9]
        return f"MSH|^~\\&|HINOMI|HINOMI|{header[2]}|{header[3]}|||ACK|{control}|P|2.6\rMSA|AA|{control}"

    def _values(self, segments: list[list[str]], name: str, place: str, *, alarm: bool) -> None:
        rows = [row + [""] * (20 - len(row)) for row in segments if row[0] == "OBX"]
        rates = {row[4].rsplit(".", 1)[0]: _float(row[5]) for row in rows if "MDC_ATTR_SAMP_RATE" in row[3]}
        for row in rows:
            code, word, system = [*row[3].split("^"), "", "", ""][:3]
            device = row[18].split("^")[0] or "HL7"
            unit = UCUM.get([*row[6].split("^"), "", ""][1], row[6].split("^")[0])
            id = f"{safe(device)}/{safe(code)}"
            at = stamp_ns(row[14])
            more = {"patient": name, "location": place, "status": row[11]}
            if alarm:
                self._declare(Channel(id + "-alarm", "alarm", device, word or code, code, system))
                self.line.sample(id + "-alarm", value=row[5] or word, device_ns=at, x=more | {"phase": row[8]})
            elif row[2] == "NM" and "MDC_ATTR_SAMP_RATE" not in row[3] and (value := _float(row[5])) is not None:
                self._declare(Channel(id, "numeric", device, word or code, code, system, unit, every_s=self.every_s))
                self.line.sample(id, value=value, device_ns=at, x=more)
            elif row[2] == "NA" and (rate := rates.get(row[4])):
                samples = [v for v in map(_float, row[5].split("^")) if v is not None]
                first = self._counts.get(id, 0)
                self._counts[id] = first + len(samples)
                self._declare(
                    Channel(id + "-w", "waveform", device, word or code, code, system, unit, rate, self.every_s * 12)
                )
                self.line.sample(id + "-w", samples=samples, first=first, device_ns=at)
            elif row[2] in ("ST", "TX", "CWE") and row[5]:
                self._declare(Channel(id, "text", device, word or code, code, system))
                self.line.sample(id, value=row[5], device_ns=at)

    def _declare(self, channel: Channel) -> None:
        self.line.channel(channel)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
