"""What Hinomi must say of each case, in `cases/NAME/expect.toml`: proposed here, read by a person, held by a test.

    tools/expect.py [CASE_FOLDER …]     write the proposal (all cases without an argument)

The proposal is the truth as far as Hinomi tells it today: of each host what it let out and Hinomi stated
rightly, the services that were truly spoken and heard, and the detections that ask a person for something.
What Hinomi does not tell stands nowhere in it: that is counted in `docs/accuracy.md`. A line that a change
of the program takes away is a loss that somebody has to see; a new detection is one that somebody has to want.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hinomi import pipeline
from hinomi.home import Home
from hinomi.inventory.knowledge import load
from hinomi.inventory.score import agrees
from hinomi.watch.severity import asks_a_person

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "cases"
ATTRIBUTES = ("type", "manufacturer", "model", "serial", "software_version", "os", "hostname")


def cases() -> list[Path]:
    """Every folder below `cases/` that has a truth."""
    return sorted(path.parent for path in CASES.rglob("truth.json"))


def told(case: Path) -> dict[str, Any]:
    """What Hinomi says of a case's capture, read by the whole program into a home of its own.

    `services`, `asks` (detections that ask a person) and `devices`: address -> attribute -> value.
    """
    (capture,) = case.glob("capture.*")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            pipeline.read(home, [capture])
            heard = home.history.sql("SELECT DISTINCT service FROM flow WHERE service <> ''").column(0).to_pylist()
            asks = {f.detection for f in home.state.findings(limit=10_000).items if asks_a_person(f.severity)}
            devices = {
                ip: {name: getattr(device, name) for name in ATTRIBUTES}
                for device in home.state.devices(limit=10_000).items
                for ip in device.ips
            }
        finally:
            home.close()
    return {"services": sorted(map(str, heard)), "asks": sorted(asks), "devices": devices}


def proposal(case: Path) -> dict[str, Any]:
    """The part of what is told that is true."""
    truth, said, knowledge = json.loads((case / "truth.json").read_text("utf-8")), told(case), load()
    spoken = {row["service"] for row in truth["conversations"]}
    devices = {}
    for host in truth["hosts"]:
        stated = said["devices"].get(host["ip"][0] if host["ip"] else "", {})
        right = {
            name: stated[name]
            for name in ATTRIBUTES
            if name in host["let_out"] and stated.get(name)
            if agrees(name, stated[name], str(host["attributes"].get(name)), knowledge)
        }
        if right:
            devices[host["ip"][0]] = right
    return {"services": sorted(spoken & set(said["services"])), "asks": said["asks"], "devices": devices}


def faults(case: Path) -> list[str]:
    """Each expectation of the case that does not hold, as a sentence."""
    wanted, said = tomllib.loads((case / "expect.toml").read_text("utf-8")), told(case)
    out = [f"{name} is not heard" for name in wanted["services"] if name not in said["services"]]
    out += [f"{name} does not ask" for name in wanted["asks"] if name not in said["asks"]]
    out += [f"{name} asks, and should not" for name in said["asks"] if name not in wanted["asks"]]
    for address, attributes in wanted.get("devices", {}).items():
        stated = said["devices"].get(address, {})
        out += [
            f"{address}: {name} is {stated.get(name) or 'not told'}, and should be {value}"
            for name, value in attributes.items()
            if stated.get(name) != value
        ]
    return out


def as_toml(wanted: dict[str, Any]) -> str:
    """The expectation as it stands in the file."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)  # a JSON string or list of strings is one of TOML

    lines = ["# What Hinomi must say of this capture (proposed by tools/expect.py, held by tests/test_cases.py)."]
    lines += [f"services = {text(wanted['services'])}", f"asks = {text(wanted['asks'])}"]
    for address, attributes in wanted["devices"].items():
        lines += ["", f"[devices.{text(address)}]", *(f"{name} = {text(value)}" for name, value in attributes.items())]
    return "\n".join(lines) + "\n"


def main() -> None:
    for case in [Path(name).resolve() for name in sys.argv[1:]] or cases():
        (case / "expect.toml").write_text(as_toml(proposal(case)), "utf-8")
        print(case.relative_to(ROOT))


if __name__ == "__main__":
    main()
