"""The programs that stand beside Hinomi in the bench: how each is run, and how its count is read.

A run counts only when its exit code is 0 and it counted the packets that the capture holds.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NFSTREAM = """
import sys
from nfstream import NFStreamer
packets = flows = 0
for flow in NFStreamer(source=sys.argv[1], statistical_analysis=False, n_dissections=20, n_meters=2):
    packets += flow.bidirectional_packets
    flows += 1
print("packets", packets, "flows", flows)
"""


@dataclass(frozen=True)
class Peer:
    """One program. `command(capture, scratch)` is timed; `count(output)` gives the packets it says it read.

    `check` is run once, untimed, where the timed command does not print its count.
    """

    name: str
    what: str
    version: str
    command: Callable[[Path, Path], list[str]]
    count: Callable[[str], int | None]
    check: Callable[[Path], list[str]] | None = None
    environment: Callable[[Path], dict[str, str]] | None = None
    only_ip: bool = False  # counts IP packets only
    one_core: bool = False  # held on one processor
    rounds_max: int = 1000  # a slow program runs fewer rounds


def _text(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return done.stdout + done.stderr


def _number(pattern: str) -> Callable[[str], int | None]:
    def read(output: str) -> int | None:
        found = re.search(pattern, output)
        return int(found.group(1).replace(",", "")) if found else None

    return read


def hinomi_version() -> str:
    return _text(str(ROOT / ".venv/bin/hinomi"), "--version").strip() or "?"


def peers(bench_python: Path | None) -> list[Peer]:
    """Every peer that is installed here, Hinomi first."""
    hinomi, python = str(ROOT / ".venv/bin/hinomi"), str(ROOT / ".venv/bin/python")
    found = [
        Peer(
            "hinomi read",
            "the whole program into an empty home: six records, inventory, findings, stores",
            hinomi_version(),
            lambda capture, _: [hinomi, "read", "--json", str(capture)],
            _number(r'"packets":\s*(\d+)'),
            environment=lambda scratch: {"HINOMI_HOME": str(scratch)},
        ),
        Peer(
            "hinomi engine",
            "one core: capture, flows, all dissectors; rows said and counted, no batches, no store",
            hinomi_version(),
            lambda capture, _: [python, str(ROOT / "bench/engine.py"), str(capture)],
            _number(r"packets (\d+)"),
            one_core=True,
        ),
        Peer(
            "hinomi rows",
            "as the engine, on all cores; every Arrow batch made and dropped, no store",
            hinomi_version(),
            lambda capture, _: [python, str(ROOT / "bench/engine.py"), "--batches", str(capture)],
            _number(r"packets (\d+)"),
        ),
    ]
    if shutil.which("ndpiReader"):
        version = re.search(r"nDPI ([\d.]+)", _text("ndpiReader", "-h"))
        found.append(
            Peer(
                "ndpiReader",
                "flows and protocol names, -q, one thread",
                version.group(1) if version else "?",
                lambda capture, _: ["ndpiReader", "-q", "-i", str(capture)],
                _number(r"IP packets:\s+\d+\s+of (\d+) packets total"),
                check=lambda capture: ["ndpiReader", "-i", str(capture)],
            )
        )
    if bench_python is not None:
        version_text = _text(str(bench_python), "-c", "import nfstream; print(nfstream.__version__)").strip()
        found.append(
            Peer(
                "nfstream",
                "flows with nDPI dissection, 2 meters",
                version_text or "?",
                lambda capture, _: [str(bench_python), "-c", NFSTREAM, str(capture)],
                _number(r"packets (\d+)"),
                only_ip=True,
                rounds_max=3,
            )
        )
    if shutil.which("tshark"):
        version = re.search(r"([\d.]+)", _text("tshark", "--version"))
        found.append(
            Peer(
                "tshark",
                "-T fields: addresses, protocol, DICOM and HL7 fields",
                version.group(1) if version else "?",
                lambda capture, scratch: [
                    "sh",
                    "-c",
                    f"tshark -n -r '{capture}' -T fields -e ip.src -e ip.dst -e _ws.col.Protocol "
                    "-e dicom.assoc.ae.calling -e hl7.event.type "
                    f"> '{scratch}/tshark.txt' && wc -l < '{scratch}/tshark.txt'",
                ],
                _number(r"(\d+)"),
                rounds_max=2,
            )
        )
    if shutil.which("suricata"):
        version = re.search(r"version ([\d.]+)", _text("suricata", "-V"))
        found.append(
            Peer(
                "suricata",
                "Debian's settings, no rules",
                version.group(1) if version else "?",
                lambda capture, scratch: ["suricata", "-r", str(capture), "-l", str(scratch), "-S", "/dev/null"],
                _number(r"read \d+ file.?, (\d+) packets"),
            )
        )
    if shutil.which("capinfos"):
        version = re.search(r"([\d.]+)", _text("capinfos", "--version"))
        found.append(
            Peer(
                "capinfos -c",
                "one core: only counts records: the floor",
                version.group(1) if version else "?",
                lambda capture, _: ["capinfos", "-M", "-c", str(capture)],
                _number(r"Number of packets:\s+(\d+)"),
                one_core=True,
            )
        )
    return found
