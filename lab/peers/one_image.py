"""Writes one small CT object to the given path."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from .dicom_objects import make_series
from .patients import PATIENTS


def main() -> None:
    device = {
        "manufacturer": "Asagiri Medical Systems",
        "model": "Revo 64",
        "serial": "AGR64-20417",
        "software_version": "V4.2.1",
        "station": "ct01-console",
        "department": "Radiology",
    }
    with tempfile.TemporaryDirectory() as folder:
        made = make_series(
            Path(folder),
            modality="CT",
            images=1,
            size=64,
            patient=PATIENTS[0],
            device=device,
            accession="A1001",
            description="CHEST CT",
        )
        shutil.copyfile(made[0], sys.argv[1])


if __name__ == "__main__":
    main()
