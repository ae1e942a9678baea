"""Each connector hears a real peer of its protocol."""

from __future__ import annotations

import datetime
import http.server
import json
import os
import pty
import shutil
import socket
import threading
import time
import uuid
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hinomi.connect import dicom, openigtlink, serial
from hinomi.privacy.pseudonym import patient
from hinomi.privacy.secret import Secret


def test_openigtlink_hears_pyigtl(connect, port):
    import pyigtl

    server = pyigtl.OpenIGTLinkServer(port=port, local_server=True)
    kept = connect("openigtlink", "--to", f"127.0.0.1:{port}", "--source", "NAV")
    matrix = np.eye(4)
    matrix[:3, 3] = [1.5, -2.5, 30]
    matrix[:3, :3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]
    end = time.monotonic() + 15
    while not kept.of("NAV/Pointer") and time.monotonic() < end:
        if server.is_connected():
            server.send_message(pyigtl.TransformMessage(matrix, device_name="Pointer"))
            server.send_message(pyigtl.StringMessage("ready", device_name="Info"))
            server.send_message(pyigtl.ImageMessage(np.arange(24, dtype=np.uint8).reshape(2, 3, 4), device_name="CT"))
        time.sleep(0.1)
    kept.wait(lambda k: bool(k.of("NAV/Info")) and bool(k.of("NAV/CT")))
    server.stop()
    assert np.allclose(np.array(kept.of("NAV/Pointer")[0]["value"]).reshape(4, 4), matrix)
    assert kept.of("NAV/Info")[0]["value"] == "ready"
    image = kept.of("NAV/CT")[0]
    assert image["x"]["size"] == [4, 3, 2] and image["tail"] == bytes(range(24))
    assert (True, "") in kept.states


def test_openigtlink_refuses_a_wrong_checksum(connect, port):
    body = bytes(48)
    head = openigtlink.HEADER.pack(1, b"TRANSFORM", b"Pointer", 0, len(body), openigtlink.crc64(body) ^ 1)
    with socket.create_server(("127.0.0.1", port)) as server:
        kept = connect("openigtlink", "--to", f"127.0.0.1:{port}")
        line, _ = server.accept()
        line.sendall(head + body)
        kept.wait(lambda k: (False, "checksum differs") in k.states)
        line.close()
    assert not kept.samples


def test_bcap_reads_the_labs_controller(connect, peer, port):
    peer(
        "-m",
        "lab.own.bcap",
        "serve",
        "--port",
        str(port),
        "--maker",
        "M",
        "--model",
        "Arm",
        "--version",
        "1",
        "--serial",
        "7",
    )
    kept = connect("bcap", "--to", f"127.0.0.1:{port}", "--source", "ARM", "--every", "0.05",
                   "--variable", "ArmAngle=deg", "--variable", "Model", "--variable", "Nothing")  # fmt: skip
    kept.wait(lambda k: len(k.of("ARM/ArmAngle")) > 5 and bool(k.of("ARM/Model")))
    assert kept.channels["ARM/ArmAngle"].unit == "deg"
    assert all(34.9 <= said["value"] <= 55.1 for said in kept.of("ARM/ArmAngle"))
    assert [said["value"] for said in kept.of("ARM/Model")] == ["Arm"], "words are told when they change"
    assert "ARM/Nothing" not in kept.channels


ORU = (
    "MSH|^~\\&|MON|LAB|H|H|20261128010203+0900||ORU^R01^ORU_R01|7|P|2.6\rPID|||00123^^^H^PI||Yamada^Taro||19500101|M\r"
    "PV1||I|OR1^1^1\rOBR|1|||vitals\r"
    "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.0.1|71|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20261128010203+0900||||MON-1^LAB\r"
    "OBX|2|NA|131330^MDC_ECG_ELEC_POTL_II^MDC|1.1.1|1^2^3^4|266418^MDC_DIM_MICRO_VOLT^MDC|||||R|||20261128010203+0900||||MON-1^LAB\r"
    "OBX|3|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.1.1.1|200|264608^MDC_DIM_PER_SEC^MDC|||||R\r"
)


def test_hl7_listens_and_acknowledges_only(connect, port, tmp_path, monkeypatch):
    monkeypatch.setenv("HINOMI_HOME", str(tmp_path))
    kept = connect("hl7", "--listen", f"127.0.0.1:{port}", "--every", "1")
    kept.wait(lambda k: bool(k.states))
    end = time.monotonic() + 5
    while True:
        try:
            line = socket.create_connection(("127.0.0.1", port))
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.05)
    data = b"\x0b" + ORU.encode() + b"\x1c\r"
    line.sendall(data + data[:20])  # two messages, the second in pieces
    time.sleep(0.1)
    line.sendall(data[20:])
    answers = b""
    while answers.count(b"\x1c\r") < 2:
        answers += line.recv(4096)
    assert answers.count(b"MSA|AA|7") == 2 and b"OBX" not in answers
    kept.wait(lambda k: len(k.of("MON-1/131330-w")) == 2)
    line.close()
    value = kept.of("MON-1/147842")[0]
    assert value["value"] == 71 and kept.channels["MON-1/147842"].unit == "/min"
    assert value["device_ns"] == 1_795_795_323_000_000_000
    assert [said["first"] for said in kept.of("MON-1/131330-w")] == [0, 4]
    from hinomi.home import Home

    assert value["x"]["patient"] == patient(Home(tmp_path).key, "123")
    assert "Yamada" not in json.dumps([said for _, said in kept.samples], default=str)
    kept.wait(lambda k: k.states[-1][0] is False)


def test_serial_through_a_plugin_of_at_most_100_lines(connect, tmp_path):
    master, slave = pty.openpty()
    kept = connect("serial", "--port", os.ttyname(slave), "--plugin", "esu_ascii", "--source", "ESU", "--every", "0.1")
    kept.wait(lambda k: (False, "nothing comes from the port") in k.states, 15)
    os.write(master, b"garbage\r\nESU CUT=035 COAG=000 ACT")
    time.sleep(0.1)
    os.write(master, b"IVE=1 RET=042\r\n")
    kept.wait(lambda k: bool(k.of("ESU/active")))
    assert kept.of("ESU/cut-power")[0]["value"] == 35 and kept.channels["ESU/cut-power"].unit == "W"
    os.set_blocking(master, False)
    with pytest.raises(BlockingIOError):
        os.read(master, 10)  # nothing was written to the device
    long = tmp_path / "long.py"
    long.write_text("\n" * 101)
    with pytest.raises(ValueError, match="at most 100 lines"):
        serial.load(str(long))


def test_dicom_receives_an_image_and_a_step(connect, port, tmp_path, monkeypatch):
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, UltrasoundImageStorage, generate_uid
    from pynetdicom import AE
    from pynetdicom.sop_class import ModalityPerformedProcedureStep

    monkeypatch.setenv("HINOMI_HOME", str(tmp_path))
    kept = connect("dicom", "--port", str(port))
    kept.wait(lambda k: bool(k.states))
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = UltrasoundImageStorage, generate_uid()
    image.Modality, image.PatientID, image.PatientName = "US", "00123", "Yamada^Taro"
    image.ManufacturerModelName = "Nagisa"
    image.Rows = image.Columns = 16
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit, image.PixelRepresentation, image.SamplesPerPixel = 7, 0, 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.PixelData = bytes(range(256))
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ae = AE()
    ae.add_requested_context(UltrasoundImageStorage, ExplicitVRLittleEndian)
    ae.add_requested_context(ModalityPerformedProcedureStep)
    end = time.monotonic() + 15
    while not (line := ae.associate("127.0.0.1", port)).is_established:
        assert time.monotonic() < end
        time.sleep(0.2)
    assert line.send_c_store(image).Status == 0
    step = Dataset()
    step.PerformedProcedureStepStatus, step.Modality = "IN PROGRESS", "US"
    assert line.send_n_create(step, ModalityPerformedProcedureStep, generate_uid())[0].Status == 0
    line.release()
    kept.wait(lambda k: bool(k.of("Nagisa/image")) and bool(k.of("mpps")))
    said = kept.of("Nagisa/image")[0]
    assert said["tail"].startswith(b"\x89PNG") and said["format"] == "png"
    assert "Yamada" not in str(said["x"]) and said["x"]["patient"].startswith("P-")
    assert kept.of("mpps")[0]["value"] == "IN PROGRESS"


def test_the_png_is_one():
    data = dicom.png(np.arange(12, dtype="u1").reshape(3, 4))
    import io

    from matplotlib.image import imread  # another reader

    assert np.allclose(imread(io.BytesIO(data)) * 255, np.arange(12).reshape(3, 4))


def test_dicomweb_only_gets(connect, port):
    asked = []

    class Pacs(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.command, self.path))
            rendered = self.path.endswith("/rendered")
            body = b"\xff\xd8\xff\xe0JPEG" if rendered else json.dumps(
                [{"00080018": {"Value": ["1.2.3"]}, "0020000E": {"Value": ["1.2"]}, "00080060": {"Value": ["CT"]}}]
            ).encode()  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg" if rendered else "application/dicom+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Pacs)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept = connect("dicomweb", "--url", f"http://127.0.0.1:{port}/dicom-web", "--study", "9.9", "--every", "0.1")
    kept.wait(lambda k: len(asked) > 3)
    server.shutdown()
    assert len(kept.of("PACS/image")) == 1, "the same image is taken once"
    assert {command for command, _ in asked} == {"GET"}
    assert asked[1][1] == "/dicom-web/studies/9.9/series/1.2/instances/1.2.3/rendered"


DEVICE = {
    "name": "SDC-T", "manufacturer": "Lab", "model": "Test monitor", "serial": "T1", "software_version": "1",
    "location": "OR1", "mds": "70001^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS",
    "values": [{"mdc": "149530^MDC_PULS_OXIM_PULS_RATE", "unit": "264864^MDC_DIM_BEAT_PER_MIN", "mean": 70, "spread": 5}],
}  # fmt: skip


def test_sdc_discovers_subscribes_and_reads(connect, peer, tmp_path):
    about = tmp_path / "device.json"
    about.write_text(json.dumps(DEVICE))
    peer("-m", "lab.peers.sdc_provider", "--address", "127.0.0.1", "--device", str(about), "--every", "0.3")
    kept = connect("sdc", "--address", "127.0.0.1")
    kept.wait(lambda k: len(k.of("Test-monitor-T1/m0")) >= 3, 60)
    said = kept.of("Test-monitor-T1/m0")
    assert all(60 <= one["value"] <= 80 for one in said)
    assert [one["device_ns"] for one in said] == sorted(one["device_ns"] for one in said)
    channel = kept.channels["Test-monitor-T1/m0"]
    assert (channel.code, channel.unit) == ("149530", "/min")


class Authority:
    """A certification authority in a folder, and certificates of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder, self.ca = folder, folder / "ca.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, folder.name)])
        self._sign("ca", self._name, self._key, ca=True)

    def certificate(self, name: str) -> list[str]:
        """Paths of key, certificate and authority, as both programs take them."""
        key = ec.generate_private_key(ec.SECP256R1())
        self._sign(name, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, ca=False)
        return [str(self.folder / f"{name}.key"), str(self.folder / f"{name}.pem"), str(self.ca)]

    def _sign(self, name: str, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> None:
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject).issuer_name(self._name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .sign(self._key, hashes.SHA256())
        )  # fmt: skip
        (self.folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / f"{name}.key").write_bytes(private)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_sdc_shows_its_certificate_and_asks_for_one(connect, peer, tmp_path):
    """Two providers with certificates, one of an authority that nobody here knows; and a consumer of that one."""
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    reference = {}
    for name, authority in (("ward", ours), ("stranger", theirs)):
        about, serial = tmp_path / f"{name}.json", f"{name}-{uuid.uuid4().hex[:8]}"
        about.write_text(json.dumps(DEVICE | {"serial": serial, "model": name}))
        reference[name] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_DNS, serial)}"
        key, certificate, _ = authority.certificate(name)
        peer("-m", "lab.peers.sdc_provider", "--address", "127.0.0.1", "--device", str(about), "--every", "0.3",
             "--tls", key, certificate, str(ours.ca))  # fmt: skip
    only = [word for one in reference.values() for word in ("--only", one)]
    kept = connect("sdc", "--address", "127.0.0.1", "--tls", *ours.certificate("hinomi"), *only)
    kept.wait(lambda k: any(id.startswith("ward") and len(k.of(id)) >= 3 for id in k.channels), 90)
    kept.wait(lambda k: any(up and reference["stranger"] in why for up, why in k.states), 90)
    assert not [id for id in kept.channels if id.startswith("stranger")]
    key, certificate, _ = ours.certificate("visitor")
    trusting = connect("sdc", "--address", "127.0.0.1", "--tls", key, certificate, str(theirs.ca),
                       "--only", reference["stranger"])  # fmt: skip
    trusting.wait(lambda k: any(id.startswith("stranger") and k.of(id) for id in k.channels), 90)
    # A consumer whose certificate the provider's authority did not sign, and one that has none, hear nothing.
    foreign = theirs.certificate("foreign")
    for tls in (["--tls", *foreign[:2], str(ours.ca)], []):
        other = connect("sdc", "--address", "127.0.0.1", *tls, "--only", reference["ward"])
        other.wait(lambda k: any(not up and reference["ward"] in why for up, why in k.states), 90)
        assert other.samples == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="GStreamer is a process that only video needs")
def test_video_is_remuxed_and_not_transcoded(connect, peer, port):
    from hinomi.connect import video

    for codec in video.DEPAY:
        assert not any(
            word.endswith(("enc", "dec", "decodebin", "convert")) for word in video.pipeline("rtsp://x", codec)
        )
    peer(str(Path("lab/peers/rtsp_h264.py")), str(port), python="/usr/bin/python3")
    kept = connect("rtsp", "--url", f"rtsp://127.0.0.1:{port}/live", "--source", "SCOPE")
    kept.wait(lambda k: len(k.of("SCOPE/video")) > 3, 40)
    first, *rest = kept.of("SCOPE/video")
    assert first["init"] and first["tail"][4:8] == b"ftyp" and b"avc1" in first["tail"]
    assert all(one["tail"][4:8] == b"moof" and not one["init"] for one in rest)


def test_pseudonyms_are_those_of_the_wire():
    from lab.peers.patients import PATIENTS

    from hinomi import _wire

    key = bytes(range(32))
    heard: set[str] = set()
    capture = next(Path("cases/hl7").glob("capture.*"))
    for record, batch in _wire.Reader(capture, site="s", sensor="t", key=key):
        if record == "reading":
            import pyarrow as pa

            heard |= set(pa.record_batch(batch).column("patient").to_pylist()) - {""}
    ours = {patient(Secret(key), one.id) for one in PATIENTS}
    assert heard and heard <= ours
    assert patient(Secret(key), "0001234 ") == patient(Secret(key), "1234") != patient(Secret(key), "1235")
    assert patient(Secret(key), "  ") == ""
