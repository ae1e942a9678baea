"""The kinds of connector: name -> module. Each module has `options(parser)` and `run(line, options)`."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "sdc": "hinomi.connect.sdc",
    "hl7": "hinomi.connect.hl7",
    "openigtlink": "hinomi.connect.openigtlink",
    "bcap": "hinomi.connect.bcap",
    "dicom": "hinomi.connect.dicom",
    "dicomweb": "hinomi.connect.dicomweb",
    "rtsp": "hinomi.connect.video",
    "serial": "hinomi.connect.serial",
    "manual": "hinomi.connect.manual",
}
