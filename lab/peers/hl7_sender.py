"""Sends single HL7 messages over MLLP (python-hl7): admissions, changes, orders, a type nobody serves."""

from __future__ import annotations

import argparse
import datetime

from hl7.client import MLLPClient

from .patients import PATIENTS

# HL7 table 0211 name of the character set -> Python's codec
CHARSETS = {"UNICODE UTF-8": "utf-8", "ISO IR87": "iso2022_jp"}


def message(
    kind: str,
    patient_number: int,
    sender: str,
    receiver: str,
    charset: str,
    control: str,
    location: str,
    accession: str,
    ae_title: str,
    modality: str,
) -> str:
    patient = PATIENTS[patient_number]
    now = datetime.datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z")
    structure = {"ADT^A01": "ADT_A01", "ADT^A08": "ADT_A01", "ORM^O01": "ORM_O01", "DFT^P03": "DFT_P03"}[kind]
    # With ISO IR87 the first repetition is the default set, as JAHIS writes MSH-18.
    sets = charset if charset == "UNICODE UTF-8" else "~" + charset
    lines = [
        f"MSH|^~\\&|{sender}|HINOMI|{receiver}|HINOMI|{now}||{kind}^{structure}|{control}|P|2.5|||AL|NE|JPN|{sets}",
    ]
    if kind.startswith("ADT"):
        lines.append(f"EVN|{kind[-3:]}|{now}")
    lines.append(f"PID|1||{patient.id}^^^HINOMI^PI||{patient.hl7_name}||{patient.birth}|{patient.sex}")
    lines.append(f"PV1|1|I|{location}|||||||||||||||||V{patient.id}")
    if kind == "ORM^O01":
        lines.append(f"ORC|NW|{accession}|||||||{now}")
        lines.append(f"OBR|1|{accession}||{modality}^{modality} study^L||||||||||||||{ae_title}|{accession}")
    if kind == "DFT^P03":
        lines.append(f"FT1|1|||{now}||CG|DUMMY^Dummy charge^L")
    return "\r".join(lines) + "\r"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--patient", type=int, default=0)
    parser.add_argument("--sender", default="YUZUKARTE")
    parser.add_argument("--receiver", default="YUZURIS")
    parser.add_argument("--charset", default="UNICODE UTF-8", choices=sorted(CHARSETS))
    parser.add_argument("--control", required=True)
    parser.add_argument("--location", default="")
    parser.add_argument("--accession", default="")
    parser.add_argument("--ae-title", default="")
    parser.add_argument("--modality", default="")
    options = parser.parse_args()
    host, port = options.to.rsplit(":", 1)
    text = message(
        options.kind,
        options.patient,
        options.sender,
        options.receiver,
        options.charset,
        options.control,
        options.location,
        options.accession,
        options.ae_title,
        options.modality,
    )
    with MLLPClient(host, int(port), encoding=CHARSETS[options.charset]) as client:
        print(client.send_message(text).decode("utf-8", "replace").replace("\r", "\n"))


if __name__ == "__main__":
    main()
