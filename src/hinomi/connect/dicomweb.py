"""DICOMweb: asks the PACS for one study's images (QIDO-RS) and takes their rendered pictures (WADO-RS). GET only.

Which study is a person's choice; nothing is searched by a patient's name.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

import httpx

from hinomi.connect.frames import Channel, safe
from hinomi.connect.line import Line

PICTURES_MAX = 2_000  # of one study; more stay in the PACS
PICTURE_BYTES_MAX = 16 << 20
TAGS = {"modality": "00080060", "series": "0020000E", "instance": "00080018", "number": "00200013"}


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, help="root of the service, e.g. https://pacs/dicom-web")
    parser.add_argument("--study", required=True, help="StudyInstanceUID")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks for new images")
    parser.add_argument("--ca", default="", help="certificate of the PACS's authority")
    parser.add_argument("--source", default="PACS")


def run(line: Line, options: argparse.Namespace) -> None:
    token = os.environ.get("HINOMI_DICOMWEB_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    seen: set[str] = set()
    with httpx.Client(headers=headers, verify=options.ca or True, timeout=10, follow_redirects=False) as client:
        while True:
            try:
                look(line, client, options.url.rstrip("/"), options.study, options.source, seen)
                line.state(True)
            except (httpx.HTTPError, ValueError) as error:
                line.state(False, f"{type(error).__name__}: {error}"[:300])
            time.sleep(options.every)


def look(line: Line, client: httpx.Client, root: str, study: str, source: str, seen: set[str]) -> int:
    """One look; returns how many new pictures came. Raises httpx.HTTPError, ValueError."""
    answer = client.get(f"{root}/studies/{study}/instances", headers={"Accept": "application/dicom+json"})
    answer.raise_for_status()
    found = 0
    for row in answer.json() if answer.content else []:
        facts = {name: _value(row, tag) for name, tag in TAGS.items()}
        if facts["instance"] in seen or len(seen) >= PICTURES_MAX:
            continue
        where = f"{root}/studies/{study}/series/{facts['series']}/instances/{facts['instance']}/rendered"
        picture = client.get(where, headers={"Accept": "image/jpeg"})
        picture.raise_for_status()
        if len(picture.content) > PICTURE_BYTES_MAX:
            continue
        id = f"{safe(source)}/image"
        line.channel(Channel(id, "image", source, facts["modality"] or "image"))
        line.sample(id, tail=picture.content, format="jpeg", x=facts)
        seen.add(facts["instance"])
        found += 1
    return found


def _value(row: dict[str, Any], tag: str) -> str:
    values = row.get(tag, {}).get("Value") or [""]
    return str(values[0])
