"""Makes one folder of `cases/` out of a finished run: capture, truth, story with measured versions.

usage: python -m lab.case SCENARIO RUN_FOLDER CASE_FOLDER
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

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
            kind = attributes["type"] + (f": {named}" if named else "")
            lines.append(f"| {host['id']} ({host['ip'][0]}) | {kind} |")
    if truth["incidents"]:
        lines += ["", "| incident | step |", "|---|---|"]
        start = truth["start"]
        for incident in truth["incidents"]:
            for step in incident["steps"]:
                second = (step["time"] - start) / 1e9
                told = f"{step['actor']} → {step['target']}: {step['what']}"
                lines.append(f"| `{incident['id']}` | {second:.0f} s: {told} |")
    lines += [
        "",
        "**Made with** " + "; ".join(versions(data.get("software", []))) + ".",
        "",
        f"**Again:** `cases/{name}/make.sh`. **tshark against the truth:** "
        f"`.venv-lab/bin/python -m lab.check_tshark cases/{name}`. Where the tap listens: `cases/README.md`.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    scenario, run_folder, case_folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with (HERE / "scenarios" / f"{scenario.partition('@')[0]}.toml").open("rb") as stream:
        data = tomllib.load(stream)
    truth = json.loads((run_folder / "truth.json").read_text())
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
        (case_folder / "story.md").write_text(story(data, case_folder.name, truth))
    make = case_folder / "make.sh"
    make.write_text(
        "#!/bin/sh\n# Makes this case again (root). The plan is the same, the times are new.\n"
        f'exec "$(dirname "$0")/../../lab/make_case.sh" {scenario}\n'
    )
    make.chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit(main())
