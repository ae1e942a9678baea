"""DICOM: receives images by C-STORE and hears of the examination by MPPS. It asks nobody for anything.

Of an image the desk gets a picture (uncompressed grey images), what it shows and where it lies in space; names
and birthdays are not read, the identifier becomes the site's pseudonym. Identifiers burned into pixels stay
there: a person must mask them before anything leaves.
"""

from __future__ import annotations

import argparse
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line
from hinomi.home import Home
from hinomi.privacy.pseudonym import patient
from hinomi.privacy.secret import Secret

SIDE_MAX = 512  # pixels of a picture's longer side; the image itself stays in the PACS
PLAIN = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")  # implicit and explicit little endian


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ae-title", default="HINOMI")
    parser.add_argument("--port", type=int, default=11112)
    parser.add_argument("--address", default="127.0.0.1")


def run(line: Line, options: argparse.Namespace) -> None:
    from pynetdicom import AE, AllStoragePresentationContexts, evt
    from pynetdicom.sop_class import ModalityPerformedProcedureStep, Verification

    key = Home(os.environ.get("HINOMI_HOME") or Path.home() / ".local/share/hinomi").key

    def on_store(event: Any) -> int:
        take(line, key, event.dataset, event.assoc.requestor.ae_title)
        return 0x0000

    def on_create(event: Any) -> tuple[int, Any]:
        step(line, event.attribute_list, str(event.request.AffectedSOPInstanceUID or ""))
        return 0x0000, event.attribute_list

    def on_change(event: Any) -> tuple[int, Any]:
        step(line, event.modification_list, str(event.request.RequestedSOPInstanceUID or ""))
        return 0x0000, event.modification_list

    ae = AE(options.ae_title)
    ae.maximum_pdu_size = 0
    for context in AllStoragePresentationContexts:
        ae.add_supported_context(context.abstract_syntax or "", list(PLAIN))
    ae.add_supported_context(Verification)
    ae.add_supported_context(ModalityPerformedProcedureStep)
    line.state(True, "listening")
    ae.start_server(
        (options.address, options.port),
        evt_handlers=[(evt.EVT_C_STORE, on_store), (evt.EVT_N_CREATE, on_create), (evt.EVT_N_SET, on_change)],
    )


def step(line: Line, said: Any, uid: str) -> None:
    """A performed procedure step: the recorder begins and ends with it. A change without a status is none."""
    status = str(said.get("PerformedProcedureStepStatus", ""))
    if status:
        line.channel(Channel("mpps", "state", "MPPS", "performed procedure step"))
        line.sample("mpps", value=status, x={"modality": str(said.get("Modality", "")), "step": uid})


def take(line: Line, key: Secret, image: Any, sender: str) -> None:
    source = str(image.get("ManufacturerModelName", "") or sender)
    id = f"{safe(source)}/image"
    line.channel(Channel(id, "image", source, str(image.get("Modality", "")) or "image"))
    about: dict[str, Any] = {
        "modality": str(image.get("Modality", "")), "description": str(image.get("SeriesDescription", "")),
        "number": str(image.get("InstanceNumber", "")), "series": str(image.get("SeriesInstanceUID", "")),
        "patient": patient(key, str(image.get("PatientID", ""))), "sender": sender,
    }  # fmt: skip
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        if image.get(name) is not None:
            about[name] = [float(v) for v in image.get(name)]
    image_png, shown = picture(image)
    line.sample(id, tail=image_png, format="png" if image_png else "", x=about | shown)


def picture(image: Any) -> tuple[bytes, dict[str, Any]]:
    """A grey PNG of the middle frame with the image's own window; empty when it is not plain grey."""
    rows, columns = int(image.get("Rows", 0)), int(image.get("Columns", 0))
    bits = int(image.get("BitsAllocated", 0))
    if not rows or not columns or bits not in (8, 16) or int(image.get("SamplesPerPixel", 1)) != 1:
        return b"", {}
    signed = int(image.get("PixelRepresentation", 0)) == 1
    kind = np.dtype({8: "i1" if signed else "u1", 16: "<i2" if signed else "<u2"}[bits])
    frames = int(image.get("NumberOfFrames", 1) or 1)
    data = np.frombuffer(image.PixelData, kind, count=rows * columns * frames).reshape(frames, rows, columns)
    values = data[frames // 2].astype("f4") * float(image.get("RescaleSlope", 1) or 1)
    values += float(image.get("RescaleIntercept", 0) or 0)
    step = max(1, -(-max(rows, columns) // SIDE_MAX))
    values = values[::step, ::step]
    centre, width = _first(image.get("WindowCenter")), _first(image.get("WindowWidth"))
    low, high = (centre - width / 2, centre + width / 2) if centre is not None and width else _ends(values)
    grey = np.clip((values - low) / max(1e-6, high - low) * 255, 0, 255).astype("u1")
    if image.get("PhotometricInterpretation") == "MONOCHROME1":
        grey = 255 - grey
    return png(grey), {"step": step}


def _ends(values: Any) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _first(value: Any) -> float | None:
    if value is None:
        return None
    return float(value[0] if hasattr(value, "__getitem__") and not isinstance(value, str) else value)


def png(grey: Any) -> bytes:
    """An 8-bit grey PNG (W3C PNG, third edition, §11)."""
    rows, columns = grey.shape
    raw = np.zeros((rows, columns + 1), "u1")
    raw[:, 1:] = grey

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(raw.tobytes(), 6)) + part(b"IEND", b"")
    )
