"""`python -m lab run|plan`: called by run.sh inside its own namespaces."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from .plan import make_plan

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("run", "play a scenario and write capture and truth"), ("plan", "print the plan of a seed")):
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "--scenario", default="whole-day", help="a file of lab/scenarios without .toml, or a path that ends in it"
        )
        command.add_argument("--seed", type=int, default=1)
        if name == "run":
            command.add_argument("folder", type=Path, nargs="?", help="where capture and truth go (default: lab/out)")
            command.add_argument("--out", type=Path, help="the same, by name")
            command.add_argument("--case", help="the name written into the truth (default: the scenario's own)")
            command.add_argument("--seconds", type=float, help="end the scenario early")
    options = parser.parse_args()
    scenario = HERE / "scenarios" / f"{options.scenario}.toml"
    if options.scenario.endswith(".toml"):  # a file of one's own, with its personalities beside it
        scenario = (Path(os.environ.get("HINOMI_LAB_FROM", ".")) / options.scenario).resolve()
    if not scenario.exists():
        known = ", ".join(sorted(path.stem for path in (HERE / "scenarios").glob("*.toml")))
        print(f"lab: no scenario named {options.scenario}\nhint: known are {known}", file=sys.stderr)
        return 2
    if options.command == "plan":
        plan = make_plan(scenario, options.seed)
        if plan.agenda:
            for row in plan.agenda:
                clock = f"{row['at'] // 3600:02d}:{row['at'] % 3600 // 60:02d}"
                print(f"{clock} {row['kind']}: {row['what']} ({', '.join(row['who'])})", file=sys.stderr)
        json.dump([dataclasses.asdict(step) for step in plan.steps], sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    from .run import run

    folder = options.out or options.folder or HERE / "out"
    folder = (Path(os.environ.get("HINOMI_LAB_FROM", ".")) / folder).resolve()
    return run(scenario, options.seed, folder, options.seconds, options.case)


if __name__ == "__main__":
    sys.exit(main())
