"""First inputs for the fuzzers, cut out of the cases: `python tools/fuzz_seeds.py OUT_DIR`.

For each dissector's family its flows' payloads in the shape that `wire/crates/drive` reads, for the
whole engine the same flows as small captures.
"""

from __future__ import annotations

import re
import struct
import sys
from collections import defaultdict
from pathlib import Path

from hinomi import _wire
from talks import talks

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = ROOT / "wire" / "crates" / "drive" / "src" / "family.rs"
EACH_MAX = 40  # inputs of one protocol, over all cases
INPUT_BYTES_MAX = 6_000
CASE_BYTES_MAX = 12_000_000
_HIDDEN = {"sdc": "http", "fhir": "http", "ntlm": "smb"}  # without an entry of their own


def families() -> dict[str, list[str]]:
    """Family → its protocols, as the driver lists them."""
    text = FAMILIES.read_text().partition("FAMILIES:")[2].partition("];")[0]
    return {name: re.findall(r'"(\w+)"', inside) for name, inside in re.findall(r'\("(\w+)", &\[([^\]]*)\]', text)}


def main() -> None:
    out, known = Path(sys.argv[1]), families()
    taken: dict[str, int] = defaultdict(int)
    entries = {d["name"]: d for d in _wire.dissectors()}
    for case in sorted((ROOT / "cases").rglob("capture.pcap*"), key=lambda p: p.stat().st_size):
        if case.stat().st_size > CASE_BYTES_MAX:
            continue
        for talk in talks(case):
            payloads = [p for p in talk.packets if p.payload]
            for protocol in sorted(talk.protocols):
                if taken[protocol] >= EACH_MAX or not payloads:
                    continue
                taken[protocol] += 1
                name, protocol = f"{protocol}-{taken[protocol]:03d}", _HIDDEN.get(protocol, protocol)
                _write(out / "engine" / name, talk.capture()[: 3 * INPUT_BYTES_MAX])
                _write(out / "capture" / name, talk.capture()[:INPUT_BYTES_MAX])
                _write(out / "words" / name, bytes([taken[protocol] * 9 & 63]) + payloads[0].payload[:400])
                parts = [struct.pack("<BH", p.source != talk.client, len(p.payload)) + p.payload for p in payloads]
                for family, members in known.items():
                    # As in the driver: protocols without an entry are passed over.
                    reachable = [m for m in members if m in entries and m not in _HIDDEN]
                    for entry in range(2 if protocol in reachable else 0):
                        head = bytes([reachable.index(protocol), entry])
                        _write(out / family / f"{name}-{entry}", head + b"".join(parts)[:INPUT_BYTES_MAX])
    if not taken:
        raise SystemExit("no case gave an input")
    print(" ".join(f"{name}:{count}" for name, count in sorted(taken.items())))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
