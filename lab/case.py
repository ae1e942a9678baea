"""Makes one folder of `cases/` out of a finished run: capture, truth, story with measured versions.

usage: python -m lab.case SCENARIO[@SEED] RUN_FOLDER
A scenario that says `kept = "days"` has its case in `cases/days/`, any other in `cases/`.
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from .clock import JST
from .plan import read_scenario

HERE = Path(__file__).resolve().parent
PLAIN_LIMIT = 300_000  # bytes; a larger capture is kept compressed


def versions(software: list[str]) -> list[str]:
    """`deb:NAME` and `pypi:NAME` with the version that is installed now; anything else as it stands."""
    found = []
    for entry in software:
        where, _, name = entry.partition(":")
        if where == "deb":
            done = subprocess.run(
                ["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=True
            )
            found.append(f"{name} {done.stdout.strip()} (Debian)")
        elif where == "pypi":
            found.append(f"{name} {importlib.metadata.version(name)} (PyPI)")
        else:
            found.append(entry)
    return found


def story(data: dict, name: str, truth: dict) -> str:
    lines = [f"# {data['title']}", "", data["story"].strip(), "", "| who | what it plays |", "|---|---|"]
    for host in truth["hosts"]:
        if host["id"] != "core":
            attributes = host["attributes"]
            named = " ".join(attributes[key] for key in ("manufacturer", "model") if key in attributes)
            what = host.get("kind_en", attributes["type"])
            kind = what + (f": {named}" if named else "")
            lines.append(f"| {host['id']} ({host['ip'][0]}) | {kind} |")
    if truth["incidents"]:
        lines += ["", "| incident | step | what a perfect observer could know |", "|---|---|---|"]
        for incident in truth["incidents"]:
            for step in incident["steps"]:
                told = f"{step['actor']} → {step['target']}: {step['what']}"
                known = step.get("knowable") or "nothing"
                lines.append(f"| `{incident['id']}` | {_when(step['time'], truth)}: {told} | {known} |")
    if truth.get("agenda"):
        lines += ["", "| planned | what | who |", "|---|---|---|"]
        for row in truth["agenda"]:
            lines.append(f"| {_when(row['at'], truth)} | {row['what']} | {', '.join(row['who'])} |")
    lines += [
        "",
        "**Made with** " + "; ".join(versions(data.get("software", []))) + ".",
        "",
        f"**Again:** `{name}/make.sh`. **tshark against the truth:** "
        f"`.venv-lab/bin/python -m lab.check_tshark {name}`. Where the tap listens: `cases/README.md`.",
        "",
    ]
    return "\n".join(lines)


def _when(time_ns: int, truth: dict) -> str:
    """Seconds of a short run, the clock of a day."""
    if "clock" in truth:
        return f"{datetime.fromtimestamp(time_ns / 1e9, JST):%H:%M}"
    return f"{(time_ns - truth['start']) / 1e9:.0f} s"


def main() -> int:
    scenario, run_folder = sys.argv[1], Path(sys.argv[2])
    data = read_scenario(HERE / "scenarios" / f"{scenario.partition('@')[0]}.toml")
    truth = json.loads((run_folder / "truth.json").read_text())
    case_folder = HERE.parent / "cases" / data.get("kept", "") / truth["case"]
    case_folder.mkdir(parents=True, exist_ok=True)
    capture = run_folder / "capture.pcap"
    for old in case_folder.glob("capture.*"):
        old.unlink()
    if capture.stat().st_size <= PLAIN_LIMIT:
        shutil.copyfile(capture, case_folder / "capture.pcap")
    else:
        subprocess.run(["zstd", "-19", "-qf", str(capture), "-o", str(case_folder / "capture.pcap.zst")], check=True)
    shutil.copyfile(run_folder / "truth.json", case_folder / "truth.json")
    if "story" in data:
        (case_folder / "story.md").write_text(story(data, str(case_folder.relative_to(HERE.parent)), truth))
    make = case_folder / "make.sh"
    make.write_text(
        "#!/bin/sh\n# Makes this case again (root). The plan is the same, the times are new.\n"
        f'exec "$(dirname "$0")/{"../" * (3 if data.get("kept") else 2)}lab/make_case.sh" {scenario}\n'
    )
    make.chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit(main())
