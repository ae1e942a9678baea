"""Write docs/protocols.md from the code: what each dissector declares, and in which cases it really spoke.

`--check` exits 1 when the page is stale. Needs the built wire (`make setup`).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa

import fuzz_seeds
import talks
from hinomi import _wire

ROOT = Path(__file__).resolve().parent.parent
FUZZERS = ROOT / "wire" / "fuzz" / "fuzz_targets"
PAGE = ROOT / "docs" / "protocols.md"
# Of what no capture of real software could be made, and why.
MISSING: dict[str, str] = {}
HEAD = """<!-- Made by tools/gen_protocol_docs.py from the dissectors and the cases. Do not edit. -->

# Protocols

Recognition is by content; a port is only a hint of the order of asking. Tier A is complete for its purpose, B gives
identity and session fields, C is recognised only. "Cases" are captures of real software in `cases/` in which the
dissector said something. "Cut" and "gap": variants of up to three of them with packets cut short by a snap
length, and with packets missing in the middle (`tools/talks.py`), so that a protocol of A and B has three
at least: as it was, cut, and with a gap (of `browser` there is one datagram, which leaves no room for a gap).
`tests/wire/test_bad_taps.py` holds that nothing breaks and that what a host let out in packets that came whole is
still told. "Fuzzed" names the fuzzer that drives the dissector ([how much](fuzzing.md)). "tshark" names the protocol
there; `tests/wire/` compares field by field on the bundled capture for the protocols it holds.

| protocol | tier | standard | gives | readings | cases | cut | gap | fuzzed | tshark |
|---|---|---|---|---|---|---|---|---|---|
"""


def heard() -> dict[str, set[str]]:
    """Protocol → cases whose capture made its dissector speak (flow service, clue, exchange or reading)."""
    found: dict[str, set[str]] = defaultdict(set)
    captures = sorted((ROOT / "cases").glob("*/capture.*"))
    if not captures:
        sys.exit("There is no capture in cases/.\nhint: clone the whole repository.")
    for path in captures:
        for record, batch in _wire.Reader(str(path), site="docs", sensor="docs", key=bytes(32)):
            columns = {"flow": ["service"], "clue": ["protocol", "attribute"], "exchange": ["protocol"]}.get(record)
            if columns is None:
                continue
            table = pa.Table.from_batches([pa.record_batch(batch).select(columns)])
            for one in table.group_by(columns).aggregate([]).to_pylist():
                for name in talks.protocols_of(record, one):
                    found[name].add(path.parent.name)
    return found


def variants() -> dict[str, tuple[int, int]]:
    """Protocol → cases of which there is a variant with cut packets, and one with missing packets."""
    return {
        protocol: (
            sum(bool(talks.truncated(chosen).touched) for chosen in cases),
            sum(bool(talks.gapped(chosen).touched) for chosen in cases),
        )
        for protocol, cases in talks.by_protocol().items()
    }


def fuzzers() -> dict[str, str]:
    """Protocol → the fuzzer that drives it; the flows themselves are driven by that of the whole engine."""
    found = {name: family for family, names in fuzz_seeds.families().items() for name in names} | {"flow": "engine"}
    missing = {target for target in found.values() if not (FUZZERS / f"{target}.rs").is_file()}
    if missing:
        sys.exit(f"No fuzzer for {', '.join(sorted(missing))}.\nhint: each family of wire/crates/drive has one.")
    return found


TSHARK = """
## Where tshark says something else

Beside the cases, protocols were compared with tshark 4.0 capture by capture on public captures of other projects (nDPI,
Suricata, Zeek, industrial networks; none is kept here). What was wrong or less here was mended; what is left:

- **A flow has one name.** TLS inside QUIC, SMTP or LDAP, mail inside a CONNECT tunnel, DTLS beside STUN, HTTP inside
  HTTP/2 are no second name of the flow; handshakes inside are told as exchanges where a dissector hands over.
- **tshark goes by the port** and names what is none: HTTP on 5060 as SIP, MySQL on 5432 as PostgreSQL, a game on 44818
  as EtherNet/IP, video calls as WireGuard. It counts what a server sends back of a request as a call (DCE/RPC in SMB).
- **tshark needs the port** and misses what is there: RDP, TLS and DCE/RPC on 502, PostgreSQL on 15432, HTTP whose
  beginning was not heard.
- **tshark knows more** of RDP over UDP, Google's QUIC before the drafts (Q0xx, T05x) and draft 22, FTP whose beginning
  was not heard, DNS in HTTP/2, and of the first fragment of a datagram whose rest never came.
"""


def row(dissector: dict[str, Any], cases: set[str], made: tuple[int, int], fuzzer: str) -> str:
    gives = []
    for name, words in (("clues", "clues"), ("operations", "operations"), ("notes", "notes")):
        if dissector[name]:
            gives.append(f"{len(dissector[name])} {words}")
    shown = sorted(cases)
    listed = ", ".join(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")
    listed = listed or MISSING.get(dissector["name"], "**none yet**")
    cut, gap = (str(number or "") for number in made)
    return (
        f"| [{dissector['name']}](#{dissector['name']}) {dissector['title']} | {dissector['tier']} "
        f"| {dissector['standard']} | {', '.join(gives)} | {'yes' if dissector['readings'] else ''} "
        f"| {listed} | {cut} | {gap} | {fuzzer or 'no'} | {dissector['tshark'] or '–'} |"
    )


def section(dissector: dict[str, Any]) -> list[str]:
    lines = [f"## {dissector['name']}", "", f"{dissector['title']}. {dissector['standard']}.", ""]
    if dissector["operations"]:
        lines += ["Operations: " + ", ".join(f"`{name}`" for name in dissector["operations"]), ""]
    for title, key in (("clue", "clues"), ("field of an exchange", "details"), ("note", "notes")):
        if dissector[key]:
            lines += [f"| {title} | meaning |", "|---|---|"]
            rows = dissector[key].items()
            lines += [f"| `{name}` | {meaning.replace('|', chr(92) + '|')} |" for name, meaning in rows]
            lines.append("")
    return lines


def page() -> str:
    cases, made, fuzzer = heard(), variants(), fuzzers()
    dissectors = _wire.dissectors()
    lines = [
        row(d, cases.get(d["name"], set()), made.get(d["name"], (0, 0)), fuzzer.get(d["name"], "")) for d in dissectors
    ]
    for dissector in dissectors:
        lines += ["", *section(dissector)] if dissector is dissectors[0] else section(dissector)
    return HEAD + "\n".join(lines).rstrip() + "\n" + TSHARK


def main() -> int:
    made = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != made:
            print("docs/protocols.md is stale\nhint: run python tools/gen_protocol_docs.py")
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    print(f"docs/protocols.md: {made.count(chr(10))} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
