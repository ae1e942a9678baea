"""The devices of the lab's theatre: what they are and how each speaks. See `theatre.py`."""

from __future__ import annotations

import json
import math
import os
import pty
import random
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.own import bcap

HERE = Path(__file__).resolve().parent
NET = "HINOMI_LAB_THEATRE_NET"  # set: we are in a network of our own


@dataclass
class Device:
    """One device: its kind, its protocol, and what it said.

    `said`: name -> rows of [time, value or samples, stamp as sent or None, whether it was acknowledged or None].
    """

    name: str
    kind: str
    speaks: str
    said: dict[str, list[list[Any]]] = field(default_factory=dict)
    log: Path | None = None  # of a device in a process of its own

    def say(self, what: str, value: Any, stamp: int | None = None, *, asks: bool = False) -> list[Any]:
        """`asks`: the other side acknowledges, so the row's last place becomes True when it did."""
        row = [stamp if stamp is not None and stamp % 1_000_000_000 else time.time_ns(), value, stamp,
               False if asks else None]  # fmt: skip
        self.said.setdefault(what, []).append(row)
        return row


# name, kind, values: (code^MDC name^MDC, mean, spread, unit code^name^MDC, digits)
HL7_DEVICES: list[tuple[str, str, list[tuple[str, float, float, str, int]]]] = [
    ("MON-1", "patient_monitor", [
        ("147842^MDC_ECG_HEART_RATE^MDC", 72, 4, "264864^MDC_DIM_BEAT_PER_MIN^MDC", 0),
        ("150456^MDC_PULS_OXIM_SAT_O2^MDC", 98, 1, "262688^MDC_DIM_PERCENT^MDC", 0),
        ("150033^MDC_PRESS_BLD_ART_SYS^MDC", 118, 6, "266016^MDC_DIM_MMHG^MDC", 0),
        ("150034^MDC_PRESS_BLD_ART_DIA^MDC", 66, 4, "266016^MDC_DIM_MMHG^MDC", 0),
        ("150344^MDC_TEMP^MDC", 36.4, 0.2, "268192^MDC_DIM_DEGC^MDC", 1)]),
    ("ANE-1", "anaesthesia_machine", [
        ("151708^MDC_CONC_AWAY_CO2_ET^MDC", 36, 2, "266016^MDC_DIM_MMHG^MDC", 0),
        ("151562^MDC_RESP_RATE^MDC", 12, 1, "264928^MDC_DIM_RESP_PER_MIN^MDC", 0),
        ("152464^MDC_CONC_AWAY_SEVOFL_ET^MDC", 1.8, 0.2, "262688^MDC_DIM_PERCENT^MDC", 1)]),
    ("VENT-1", "ventilator", [
        ("151976^MDC_VOL_AWAY_TIDAL^MDC", 450, 20, "263762^MDC_DIM_MILLI_L^MDC", 0),
        ("151957^MDC_PRESS_AWAY_MAX^MDC", 18, 2, "268064^MDC_DIM_CM_H2O^MDC", 0)]),
    ("PUMP-1", "infusion_pump", [("157784^MDC_FLOW_FLUID_PUMP^MDC", 12, 0, "265266^MDC_DIM_MILLI_L_PER_HR^MDC", 1)]),
    ("PUMP-2", "infusion_pump", [("157784^MDC_FLOW_FLUID_PUMP^MDC", 4, 0, "265266^MDC_DIM_MILLI_L_PER_HR^MDC", 1)]),
    ("PUMP-3", "syringe_pump", [("157784^MDC_FLOW_FLUID_PUMP^MDC", 2.5, 0, "265266^MDC_DIM_MILLI_L_PER_HR^MDC", 1)]),
    ("PUMP-4", "syringe_pump", [("157784^MDC_FLOW_FLUID_PUMP^MDC", 0.8, 0, "265266^MDC_DIM_MILLI_L_PER_HR^MDC", 1)]),
    ("BIS-1", "neuro_monitor", [("153836^MDC_EEG_BISPECTRAL_INDEX^MDC", 45, 5, "262656^MDC_DIM_DIMLESS^MDC", 0)]),
    ("WARM-1", "patient_warmer", [("150344^MDC_TEMP^MDC", 38.0, 0.1, "268192^MDC_DIM_DEGC^MDC", 1)]),
    ("COX-1", "cerebral_oximeter", [("150472^MDC_SAT_O2_TISSUE^MDC", 68, 2, "262688^MDC_DIM_PERCENT^MDC", 0)]),
    ("SUCT-1", "suction_pump", [("151957^MDC_PRESS_AWAY_MAX^MDC", 40, 2, "266016^MDC_DIM_MMHG^MDC", 0)]),
    ("INSUF-1", "insufflator", [("151957^MDC_PRESS_AWAY_MAX^MDC", 12, 1, "266016^MDC_DIM_MMHG^MDC", 0)]),
]  # fmt: skip
BCAP_DEVICES = [("LIGHT-1", "surgical_light"), ("TABLE-1", "surgical_table"), ("ARM-1", "surgical_robot")]
TOOLS = ("Pointer", "Suction")


class Theatre:
    """All devices, started and stopped together."""

    def __init__(self, home: Path, *, sdc: bool, rtsp: bool) -> None:
        self.home, self.sdc, self.rtsp = home, sdc, rtsp
        self.chance = random.Random(7)
        self.devices: list[Device] = []
        self.connectors: list[dict[str, Any]] = []
        self.processes: list[subprocess.Popen[bytes]] = []
        self.level = {"spo2": 0.0, "esu": 0.0}
        self.done: set[str] = set()
        self.cut = self.cable = self.loss = False
        self.skew = 0
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._hl7_port, self._dicom_port = _port(), _port()
        self.connectors.append(
            {"name": "hl7", "kind": "hl7", "args": ["--listen", f"127.0.0.1:{self._hl7_port}", "--every", "1"]}
        )
        for name, kind, values in HL7_DEVICES:
            self._add(Device(name, kind, "HL7"), self._hl7, values)
        for name, kind in BCAP_DEVICES:
            self._bcap(name, kind)
        navigation = Device("NAV-1", "surgical_navigation", "OpenIGTLink")
        server = socket.create_server(("127.0.0.1", 0))
        port = server.getsockname()[1]
        self._add(navigation, self._igtl, server)
        self.connectors.append(
            {"name": "navigation", "kind": "openigtlink", "args": ["--to", f"127.0.0.1:{port}", "--source", "NAV-1"]}
        )
        waves = Device("ECG-1", "electrocardiograph", "HL7 waveform")
        self._add(waves, self._waves, None)
        esu = Device("ESU-1", "electrosurgical_unit", "serial")
        self.master, slave = pty.openpty()
        self._add(esu, self._serial, None)
        self.connectors.append(
            {
                "name": "esu",
                "kind": "serial",
                "args": ["--port", os.ttyname(slave), "--plugin", "esu_ascii", "--source", "ESU-1", "--every", "0.5"],
            }
        )
        for name, kind in (("US-1", "ultrasound"), ("CARM-1", "c_arm"), ("MR-1", "mri")):
            self._add(Device(name, kind, "DICOM"), self._dicom, name)
        self.connectors.append({"name": "images", "kind": "dicom", "args": ["--port", str(self._dicom_port)]})
        if sdc:
            for number in (1, 2):
                self._sdc(f"SDC-{number}")
            self.connectors.append({"name": "sdc", "kind": "sdc", "args": ["--address", "127.0.0.1"]})
        if rtsp:
            self._rtsp()

    # --- running

    def _add(self, device: Device, run: Any, what: Any) -> None:
        self.devices.append(device)
        self._threads.append(threading.Thread(target=self._safely, args=(run, device, what), daemon=True))

    def _safely(self, run: Any, device: Device, what: Any) -> None:
        while not self._over.is_set():
            try:
                run(device, what)
            except OSError:
                self._over.wait(0.5)  # the other side is not there yet, or was killed

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for process in self.processes:
            process.terminate()
        for thread in self._threads:
            thread.join(2)

    def truth(self) -> dict[str, Any]:
        for device in self.devices:
            if device.log is not None and device.log.exists():
                for line in device.log.read_text().splitlines():
                    moment, what, value, stamp = line.split(" ")
                    row = [int(moment), float(value), int(stamp) if stamp != "-" else None, None]
                    device.said.setdefault(what, []).append(row)
        return {d.name: {"kind": d.kind, "speaks": d.speaks, "said": d.said} for d in self.devices}

    def script(self, at: float) -> None:
        """What happens in the operation: the electrosurgical unit cuts, saturation falls and comes back."""
        self.level["esu"] = 35.0 if at % 30 > 18 else 0.0
        self.level["spo2"] = -11.0 if 40 < at % 90 < 60 else 0.0

    def fault(self, what: str, home: Path) -> None:
        if what == "cable" and os.environ.get(NET):  # what the devices send is lost, they do not know it
            self.cable = not self.cable
            _filter("flush chain inet theatre in" if not self.cable else
                    f"add rule inet theatre in tcp dport {self._hl7_port} drop; "
                    f"add rule inet theatre in tcp sport {self._hl7_port} drop")  # fmt: skip
        elif what == "cable":
            self.cut = not self.cut  # the HL7 devices fall silent without a goodbye; the second time it is put back
        elif what == "loss":
            self.loss = not self.loss
            _filter("add rule inet theatre loss numgen random mod 100 < 5 drop" if self.loss
                    else "flush chain inet theatre loss")  # fmt: skip
        elif what == "clock":
            self.skew = 10
        elif what == "connector":
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = path.read_bytes().split(b"\0")
                    mine = f"HINOMI_HOME={home}".encode() in (path.parent / "environ").read_bytes().split(b"\0")
                except OSError:
                    continue
                if b"hinomi.connect" in words and b"openigtlink" in words and mine:
                    os.kill(int(path.parent.name), 9)

    # --- each kind of device

    def _hl7(self, device: Device, values: list[tuple[str, float, float, str, int]]) -> None:
        with socket.create_connection(("127.0.0.1", self._hl7_port), 5) as line:
            line.settimeout(10)
            count = 0
            while not self._over.wait(1.0):
                if self.cut:
                    continue
                count += 1
                second = int(time.time()) + (self.skew if device.name == "PUMP-1" else 0)
                now = time.strftime("%Y%m%d%H%M%S", time.gmtime(second)) + "+0000"
                told = []
                rows = [
                    f"MSH|^~\\&|{device.name}|LAB|HINOMI|LAB|{now}||ORU^R01^ORU_R01|{device.name}{count}|P|2.6",
                    "PID|||LAB0001^^^LAB^PI", "PV1||I|OR1^1^1", f"OBR|1|||vitals|||{now}",
                ]  # fmt: skip
                for number, (code, mean, spread, unit, digits) in enumerate(values, 1):
                    shift = self.level["spo2"] if "SAT_O2" in code else 0.0
                    value = round(
                        mean
                        + shift
                        + math.sin(count / 9 + number) * spread / 2
                        + self.chance.uniform(-spread, spread) / 2,
                        digits,
                    )
                    rows.append(
                        f"OBX|{number}|NM|{code}|1.0.0.{number}|{value}|{unit}|||||R|||{now}||||{device.name}^LAB"
                    )
                    told.append(device.say(code.split("^")[0], value, second * 10**9, asks=True))
                if "patient_monitor" in device.kind and self.level["spo2"] and count % 5 == 0:
                    alarm = [rows[0].replace("ORU^R01^ORU_R01", "ORU^R40^ORU_R40"), *rows[1:4],
                             "OBX|1|ST|196670^MDC_EVT_LO^MDC|1.0.0.1|SpO2 low||||||R|||"
                             f"{now}||||{device.name}^LAB"]  # fmt: skip
                    line.sendall(b"\x0b" + "\r".join(alarm).encode() + b"\r\x1c\r")
                    _answer(line)
                line.sendall(b"\x0b" + "\r".join(rows).encode() + b"\r\x1c\r")
                _answer(line)
                for row in told:
                    row[3] = True

    def _bcap(self, name: str, kind: str) -> None:
        port, log = _port(), self.home / f"{name}.said"
        command = [
            sys.executable,
            "-m",
            "lab.own.bcap",
            "serve",
            "--port",
            str(port),
            "--maker",
            "Lab",
            "--model",
            kind,
            "--version",
            "1",
            "--serial",
            name,
            "--said",
            str(log),
        ]
        self.processes.append(subprocess.Popen(command, cwd=HERE.parent))
        self.devices.append(Device(name, kind, "b-CAP", log=log))
        self.connectors.append({"name": name.lower(), "kind": "bcap", "args": [
            "--to", f"127.0.0.1:{port}", "--source", name, "--variable", "ArmAngle=deg", 
            "--variable", "SuctionPower=%", "--variable", "Model"]})  # fmt: skip
        assert bcap.SOH == 1

    def _igtl(self, device: Device, server: socket.socket) -> None:
        from hinomi.connect.openigtlink import HEADER, crc64

        peer, _ = server.accept()
        with peer:
            begin = time.monotonic()
            while not self._over.wait(0.05):
                angle = (time.monotonic() - begin) / 2
                for tool, radius in zip(TOOLS, (40.0, 25.0), strict=True):
                    c, s = (
                        math.cos(angle * (1 if radius > 30 else -0.7)),
                        math.sin(angle * (1 if radius > 30 else -0.7)),
                    )
                    tilt = 0.6
                    body = struct.pack(">12f", c, s, 0, -s * math.cos(tilt), c * math.cos(tilt), math.sin(tilt),
                                       s * math.sin(tilt), -c * math.sin(tilt), math.cos(tilt),
                                       radius * c, radius * s, 120 + 12 * math.sin(angle * 1.3))  # fmt: skip
                    now = time.time_ns()
                    raw = (now // 10**9 << 32) | ((now % 10**9) << 32) // 10**9
                    device.say(tool, radius * c, now)
                    peer.sendall(HEADER.pack(1, b"TRANSFORM", tool.encode(), raw, len(body), crc64(body)) + body)

    def _waves(self, device: Device, _: Any) -> None:
        """An electrocardiograph: lead II at 250 Hz as HL7 blocks of one second (IHE waveform content module)."""
        with socket.create_connection(("127.0.0.1", self._hl7_port), 5) as line:
            line.settimeout(10)
            count = 0
            while not self._over.wait(1.0):
                if self.cut:
                    continue
                second = int(time.time())
                now = time.strftime("%Y%m%d%H%M%S", time.gmtime(second)) + "+0000"
                samples = [
                    round(900 * math.exp(-(((n % 208 - 60) / 4) ** 2)) + 130 * math.exp(-(((n % 208 - 105) / 14) ** 2)))
                    for n in range(count * 250, count * 250 + 250)
                ]
                pleth = [
                    round(500 + 400 * math.sin(n / 208 * 2 * math.pi) + 120 * math.sin(n / 104 * 2 * math.pi))
                    for n in range(count * 250, count * 250 + 250)
                ]
                rows = [
                    f"MSH|^~\\&|ECG-1|LAB|HINOMI|LAB|{now}||ORU^R01^ORU_R01|W{count}|P|2.6",
                    "PID|||LAB0001^^^LAB^PI",
                    "PV1||I|OR1^1^1",
                ]
                for number, (code, block) in enumerate(
                    (("131330^MDC_ECG_ELEC_POTL_II^MDC", samples), ("150452^MDC_PULS_OXIM_PLETH^MDC", pleth)), 1
                ):
                    rows += [f"OBX|{number * 2}|NA|{code}|1.1.{number}|{'^'.join(map(str, block))}|"
                        f"266418^MDC_DIM_MICRO_VOLT^MDC|||||R|||{now}||||ECG-1^LAB",
                             f"OBX|{number * 2 + 1}|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.{number}.1|250|"
                        f"264608^MDC_DIM_PER_SEC^MDC|||||R"]  # fmt: skip
                count += 1
                told = [
                    device.say(what, block, second * 10**9, asks=True)
                    for what, block in (("131330-w", samples), ("150452-w", pleth))
                ]
                line.sendall(b"\x0b" + "\r".join(rows).encode() + b"\r\x1c\r")
                _answer(line)
                for row in told:
                    row[3] = True

    def _serial(self, device: Device, _: Any) -> None:
        while not self._over.wait(0.5):
            power = self.level["esu"]
            device.say("active", 1.0 if power else 0.0)
            os.write(self.master, f"ESU CUT={power:03.0f} COAG=000 ACTIVE={1 if power else 0} RET=042\r\n".encode())

    def _dicom(self, device: Device, name: str) -> None:
        import numpy as np
        from pydicom.dataset import Dataset, FileMetaDataset
        from pydicom.uid import ExplicitVRLittleEndian, UltrasoundImageStorage, generate_uid
        from pynetdicom import AE

        self._over.wait({"US-1": 8, "CARM-1": 20, "MR-1": 4}[name])
        series, number = generate_uid(), 0
        while not self._over.is_set():
            ae = AE("LAB")
            ae.add_requested_context(UltrasoundImageStorage, ExplicitVRLittleEndian)
            association = ae.associate("127.0.0.1", self._dicom_port, ae_title="HINOMI")
            if not association.is_established:
                self._over.wait(2)
                continue
            number += 1
            y, x = np.mgrid[-1:1:256j, -1:1:256j]
            ripple = np.sin(14 * np.hypot(x + 0.1 * number, y)) * np.exp(-1.5 * np.hypot(x, y))
            pixels = np.clip(
                120 + 110 * ripple + np.random.default_rng(number).normal(0, 12, ripple.shape), 0, 255
            ).astype("u1")
            image = Dataset()
            image.SOPClassUID, image.SOPInstanceUID = UltrasoundImageStorage, generate_uid()
            image.StudyInstanceUID, image.SeriesInstanceUID, image.InstanceNumber = series, series, number
            image.Modality = {"US-1": "US", "CARM-1": "XA", "MR-1": "MR"}[name]
            image.SeriesDescription, image.ManufacturerModelName, image.PatientID = f"{name} intra-op", name, "LAB0001"
            image.Rows, image.Columns, image.BitsAllocated, image.BitsStored, image.HighBit = 256, 256, 8, 8, 7
            image.SamplesPerPixel, image.PhotometricInterpretation, image.PixelRepresentation = 1, "MONOCHROME2", 0
            image.PixelData = pixels.tobytes()
            image.file_meta = FileMetaDataset()
            image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            row = device.say("image", number, asks=True)
            answer = association.send_c_store(image)
            row[3] = getattr(answer, "Status", None) == 0
            association.release()
            self._over.wait(25)

    def _sdc(self, name: str) -> None:
        about, log = self.home / f"{name}.json", self.home / f"{name}.said"
        about.write_text(json.dumps({
            "name": name, "manufacturer": "Lab", "model": f"{name} monitor", 
            "serial": name, "software_version": "1", "location": "OR1",
            "mds": "70001^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS",
            "values": [{"mdc": "149530^MDC_PULS_OXIM_PULS_RATE", "unit": "264864^MDC_DIM_BEAT_PER_MIN",
                        "mean": 70, "spread": 5},
                       {"mdc": "150021^MDC_PRESS_BLD_NONINV_SYS", "unit": "266016^MDC_DIM_MMHG",
                        "mean": 120, "spread": 8}]}))  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "lab.peers.sdc_provider",
            "--address",
            "127.0.0.1",
            "--device",
            str(about),
            "--said",
            str(log),
        ]
        self.processes.append(
            subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        self.devices.append(Device(name, "sdc_monitor", "SDC", log=log))

    def _rtsp(self) -> None:
        port = _port()
        command = ["/usr/bin/python3", str(HERE / "peers" / "rtsp_h264.py"), str(port)]
        self.processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.devices.append(Device("SCOPE-1", "endoscope_camera", "RTSP"))
        self.connectors.append(
            {"name": "scope", "kind": "rtsp", "args": ["--url", f"rtsp://127.0.0.1:{port}/live", "--source", "SCOPE-1"]}
        )


def network() -> None:
    """A network of our own, in which packets may be dropped: loopback alone, and nftables to drop with."""
    for command in (["ip", "link", "set", "lo", "up"], ["ip", "route", "add", "224.0.0.0/4", "dev", "lo"]):
        subprocess.run(command, check=True)
    _filter("add table inet theatre; "
            "add chain inet theatre in { type filter hook input priority 0; }; "
            "add chain inet theatre loss { type filter hook input priority 1; }")  # fmt: skip


def _filter(rules: str) -> None:
    subprocess.run(["nft", *rules.split("\n")], check=True)


def _answer(line: socket.socket) -> bytes:
    data = b""
    while b"\x1c\r" not in data:
        part = line.recv(4096)
        if not part:
            raise OSError("the listener closed the line")
        data += part
    return data


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
