"""How right the inventory is, against the truth of a case: `python -m hinomi.inventory.score CASE_DIR`.

Of an attribute only what the host let out in this capture is asked for (`let_out`); what is stated
beyond that is judged too, because being confidently wrong is the worst an inventory can do.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from hinomi.inventory.knowledge import Knowledge, fold, load, maker
from hinomi.inventory.resolver import Inventory, resolve
from hinomi.model import Device, Zone

ATTRIBUTES = (
    "category",
    "type",
    "manufacturer",
    "model",
    "serial",
    "software_version",
    "os",
    "hostname",
    "department",
    "ae_titles",
)
SURE = 0.9
# "embedded" is no operating system that a packet could name; the kernel beneath it may well be Linux. The
# truth's name of an outside host is the lab's own and nobody's on the wire.
NOT_JUDGED = frozenset({("os", "embedded")})


@dataclass(slots=True)
class Tally:
    """Counts for one attribute. `asked` = hosts that let it out."""

    asked: int = 0
    right: int = 0
    wrong: int = 0
    unknown: int = 0
    beyond_right: int = 0  # stated and true although `let_out` does not name it
    beyond_wrong: int = 0
    sure: int = 0  # stated with confidence of at least SURE
    sure_wrong: int = 0
    faults: list[str] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)  # let out, and not told
    judged: list[tuple[float, bool]] = field(default_factory=list)  # (confidence, right) of all that was stated

    @property
    def recall(self) -> float | None:
        return self.right / self.asked if self.asked else None

    @property
    def precision(self) -> float | None:
        stated = self.right + self.wrong
        return self.right / stated if stated else None


@dataclass(slots=True)
class Score:
    """Everything that the table shows."""

    case: str
    hosts: int
    found: int
    missed: list[str]
    split: list[str]
    merged: list[str]
    extra: list[str]
    attributes: dict[str, Tally]
    in_use_right: int = 0  # filled by `hinomi.context.score`
    in_use_asked: int = 0
    in_use_faults: list[str] = field(default_factory=list)


def score(truth: dict[str, Any], devices: Sequence[Device], knowledge: Knowledge) -> Score:
    """Compare devices with a case's truth (see `cases/README.md`)."""
    hosts = truth["hosts"]
    of_host = {host["id"]: devices_of(host, devices) for host in hosts}
    owner: dict[str, list[str]] = {}
    for host_id, found in of_host.items():
        for device in found:
            owner.setdefault(device.id, []).append(host_id)
    external = {h["id"] for h in hosts if h["attributes"].get("type") == "external"}
    out = Score(
        case=truth.get("case", ""),
        hosts=len(hosts),
        found=sum(bool(f) for f in of_host.values()),
        missed=[h for h, found in of_host.items() if not found],
        # An outside host is known by its addresses only: several of them are several devices.
        split=[h for h, found in of_host.items() if len(found) > 1 and h not in external],
        merged=[f"{' + '.join(names)} in {i}" for i, names in owner.items() if len(names) > 1],
        extra=[
            f"{d.label} ({', '.join(a.ip or a.mac for a in d.addresses[:2])})" for d in devices if d.id not in owner
        ],
        attributes={name: Tally() for name in ATTRIBUTES},
    )
    for host in hosts:
        if of_host[host["id"]]:
            best = max(of_host[host["id"]], key=lambda d: (len(d.attributes), d.last - d.first))
            for name in ATTRIBUTES:
                _judge(out.attributes[name], host, best, name, knowledge)
        else:
            for name in set(host["let_out"]) & set(ATTRIBUTES):
                out.attributes[name].asked += 1
                _blank(out.attributes[name], host, name, True)
    return out


def devices_of(host: dict[str, Any], devices: Sequence[Device]) -> list[Device]:
    """Devices that hold an address of a host of the truth."""
    macs, ips = set(host["mac"]), set(host["ip"])
    return [d for d in devices if any((a.mac and a.mac in macs) or (a.ip and a.ip in ips) for a in d.addresses)]


def _judge(tally: Tally, host: dict[str, Any], device: Device, name: str, knowledge: Knowledge) -> None:
    true = host["attributes"].get(name)
    asked = name in host["let_out"]
    if asked:
        tally.asked += 1
    if name == "ae_titles":
        stated, confidence = device.names.get("ae_title", []), 0.9
        if not stated:
            _blank(tally, host, name, asked)
            return
        right = bool(true) and set(true) <= set(stated)
        shown = ", ".join(stated)
        if not true:  # a rogue's borrowed title is a finding, not an error of the inventory
            return
    else:
        attribute = device.attributes.get(name)
        if attribute is None or (name == "type" and attribute.value == "unknown"):
            _blank(tally, host, name, asked)
            return
        confidence, shown = attribute.confidence, attribute.value
        if true in (None, "") or (name, true) in NOT_JUDGED or (name == "hostname" and device.outside):
            return
        right = agrees(name, attribute.value, str(true), knowledge)
        if name == "type" and not right and is_broader(attribute.value, str(true), knowledge):
            _blank(tally, host, name, asked)  # `server` for a kind of server: true, but not yet an answer
            return
    if asked:
        tally.right += right
        tally.wrong += not right
    else:
        tally.beyond_right += right
        tally.beyond_wrong += not right
    if name != "ae_titles":  # names carry no confidence
        tally.judged.append((confidence, right))
    if confidence >= SURE:
        tally.sure += 1
        tally.sure_wrong += not right
    if not right:
        tally.faults.append(f"{host['id']}: {shown} ({confidence:.2f}), truth {true}")


def _blank(tally: Tally, host: dict[str, Any], name: str, asked: bool) -> None:
    if asked:
        tally.unknown += 1
        tally.blanks.append(f"{host['id']}: truth {host['attributes'].get(name)}")


def agrees(name: str, stated: str, true: str, knowledge: Knowledge) -> bool:
    """Whether the stated value is the true one; a coarser operating system (Linux for Debian 12) is right."""
    a, b = fold(stated), fold(true)
    if name == "manufacturer":
        return fold(maker(knowledge, stated)) == fold(maker(knowledge, true))
    if name == "os":
        return a == b or _chain(knowledge, b).count(a) > 0 or _chain(knowledge, a).count(b) > 0
    return a == b


def is_broader(stated: str, true: str, knowledge: Knowledge) -> bool:
    """Whether the stated type is one that the true one refines."""
    up = knowledge.parent("type", true)
    return up is not None and (fold(up) == fold(stated) or is_broader(stated, up, knowledge))


def _chain(knowledge: Knowledge, value: str) -> list[str]:
    out = [value]
    while (up := knowledge.parent("os", out[-1])) is not None and len(out) < 8:
        out.append(fold(up))
    return out


def tables_of(case: Path) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """(truth, records and `conversations`) of a case. Raises OSError when it has no truth or capture."""
    from hinomi import conversations
    from hinomi.inventory.capture import records_of

    truth = json.loads((case / "truth.json").read_text("utf-8"))
    captures = [p for p in sorted(case.iterdir()) if p.name.startswith("capture.")]
    if not captures:
        raise FileNotFoundError(f"{case} holds no capture")
    tables = records_of(captures[0])
    tables["conversations"] = conversations.build(tables["flow"])
    return truth, tables


def zones_of(truth: dict[str, Any]) -> list[Zone]:
    """The truth's zones, as a person would have named them."""
    return [
        Zone(z["id"], z["kind"], z["name_ja"], z["name_en"], list(z["subnets"]), z.get("vlan"), by_person=True)
        for z in truth["zones"]
    ]


def table(result: Score) -> str:
    """The result as text."""

    def share(value: float | None) -> str:
        return "   -  " if value is None else f"{value:6.3f}"

    lines = [
        f"{result.case}: {result.found} of {result.hosts} hosts found, {len(result.split)} split, "
        f"{len(result.merged)} merged, {len(result.extra)} beyond the truth",
        "",
        "attribute          asked right wrong unknown  recall precision  beyond +/-   sure (wrong)",
    ]
    for name, t in result.attributes.items():
        counts = f"{t.asked:5} {t.right:5} {t.wrong:5} {t.unknown:7}"
        beyond = f"{t.beyond_right:4}/{t.beyond_wrong:<4}"
        shares = f"{share(t.recall)}    {share(t.precision)}"
        lines.append(f"{name:18} {counts}  {shares}   {beyond}  {t.sure:5} ({t.sure_wrong})")
    if result.in_use_asked:
        lines.append(f"\nin use, within 10 s: {result.in_use_right} of {result.in_use_asked}")
    for title, rows in (
        ("missed", result.missed),
        ("split", result.split),
        ("merged", result.merged),
        ("beyond the truth", result.extra),
        ("in use", result.in_use_faults),
    ):
        lines += [f"  {title}: {row}" for row in rows]
    for name, t in result.attributes.items():
        lines += [f"  {name}: {fault}" for fault in t.faults]
    for name, t in result.attributes.items():
        lines += [f"  {name}, not told: {blank}" for blank in t.blanks]
    return "\n".join(lines)


def parser(prog: str, description: str) -> argparse.ArgumentParser:
    """Arguments of the measuring commands."""
    made = argparse.ArgumentParser(prog=prog, description=description)
    made.add_argument("case", type=Path)
    made.add_argument("--json", action="store_true", help="machine-readable")
    made.add_argument("--zones", action="store_true", help="use the truth's zones, as if a person had named them")
    return made


def show(result: Score, as_json: bool) -> None:
    """Print a result. A reader that has seen enough (`| head`) is no error."""
    text = json.dumps(asdict(result), ensure_ascii=False, indent=1) if as_json else table(result)
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def resolved(case: Path, with_zones: bool) -> tuple[dict[str, Any], dict[str, pa.Table], Inventory]:
    """(truth, tables, inventory) of a case."""
    truth, tables = tables_of(case)
    named = zones_of(truth) if with_zones else []
    return truth, tables, resolve("local", tables["clue"], tables["conversations"], zones=named)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table (or JSON); 0 unless the case cannot be read. In-use intervals: `hinomi.context.score`."""
    options = parser("hinomi.inventory.score", (__doc__ or "").splitlines()[0]).parse_args(arguments)
    try:
        truth, _, found = resolved(options.case, options.zones)
    except OSError as error:
        print(f"cannot read the case: {error}", file=sys.stderr)
        return 2
    show(score(truth, found.devices, load()), options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
