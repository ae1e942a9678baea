"""The lab's theatre: twenty and more devices of twelve kinds, each by its own protocol, and a script of events.

    .venv/bin/python -m lab.theatre --home FOLDER [--seconds 120] [--speed 1] [--fault cable=20 …]

Everything runs on this machine's loopback, each device a thread or process with a real protocol: SDC (sdc11073,
mutual TLS when certificates are given), HL7 over MLLP, OpenIGTLink, ORiN b-CAP, DICOM C-STORE and MPPS
(pynetdicom), a serial line (a pseudo terminal), RTSP (GStreamer). It writes the room's plan, starts
`hinomi desk run` on it, plays the script, and leaves `truth.json`: what each device said, and when.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hinomi.home import Home
from hinomi.recorder import words
from lab import theatre_devices as devices

ROOM = "OR1"


def plan(home: Path, made: devices.Theatre) -> Path:
    """The room's plan for these devices."""
    rows = [f'room = "{ROOM}"', "lab = true", "end_after_s = 600", ""]
    for connector in made.connectors:
        args = json.dumps(connector["args"])
        rows += [
            "[[connector]]",
            f'name = "{connector["name"]}"',
            f'kind = "{connector["kind"]}"',
            f"args = {args}",
            "",
        ]
    path = home / "room.toml"
    path.write_text("\n".join(rows))
    return path


def room(home: Path, path: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"HINOMI_HOME": str(home)}
    return subprocess.Popen([sys.executable, "-m", "hinomi.cli", "desk", "run", str(path)], env=env)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--sdc", action="store_true", help="also the SDC devices (they need a moment to be found)")
    parser.add_argument("--rtsp", action="store_true", help="also a camera (GStreamer's RTSP server)")
    parser.add_argument("--fault", action="append", default=[], metavar="WHAT=SECOND",
                        help="cable, connector, recorder, clock or loss, at a second of the script")  # fmt: skip
    options = parser.parse_args()
    if any(one.startswith(("cable", "loss")) for one in options.fault) and not os.environ.get(devices.NET):
        alone = ["unshare", "--net", *(() if os.geteuid() == 0 else ("--map-root-user",))]
        if subprocess.run([*alone, "nft", "list", "ruleset"], capture_output=True, check=False).returncode == 0:
            os.environ[devices.NET] = "1"
            os.execvp(alone[0], [*alone, sys.executable, "-m", "lab.theatre", *sys.argv[1:]])
        print("theatre: no network of our own (unshare, nft): the cable is cut in the devices, no packet is lost")
    if os.environ.get(devices.NET):
        devices.network()
    options.home.mkdir(parents=True, exist_ok=True)
    made = devices.Theatre(options.home, sdc=options.sdc, rtsp=options.rtsp)
    played: list[tuple[float, str]] = []
    faults = sorted((float(second), what) for what, _, second in (one.partition("=") for one in options.fault))
    path = plan(options.home, made)
    if options.rtsp:
        words.give_consent(Home(options.home).state, ROOM, "the lab's theatre: a test picture, nobody in it", by="lab")
    recorder = room(options.home, path)
    print(f"theatre: {len(made.devices)} devices of {len({d.kind for d in made.devices})} kinds", flush=True)
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
    try:
        made.start()
        begin = time.monotonic()
        while (at := time.monotonic() - begin) < options.seconds and not stopping:
            made.script(at)
            while faults and faults[0][0] <= at:
                _, what = faults.pop(0)
                played.append((at, what))
                print(f"theatre: {at:.0f} s, fault {what}", flush=True)
                if what == "recorder":
                    recorder.kill()
                    recorder.wait()
                    recorder = room(options.home, path)
                else:
                    made.fault(what, options.home)
            time.sleep(0.1)
    except KeyboardInterrupt:
        pass
    finally:
        made.stop()
        time.sleep(1.5)
        command = [sys.executable, "-m", "hinomi.cli", "desk", "record", ROOM, "end"]
        subprocess.run(command, env=os.environ | {"HINOMI_HOME": str(options.home)}, check=False)
        ended = time.monotonic() + 60
        while time.monotonic() < ended and not list((options.home / "theatre" / "records").glob("*/numerics.parquet")):
            time.sleep(0.2)
        recorder.terminate()
        recorder.wait(20)
        (options.home / "truth.json").write_text(json.dumps(made.truth()))
        script = {"seconds": options.seconds, "faults": played, "host": f"{os.cpu_count()} cores"}
        (options.home / "script.json").write_text(json.dumps(script))
    return 0


if __name__ == "__main__":
    sys.exit(main())
