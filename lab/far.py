"""The remote desk on a poor line: 5 Mbit/s, 80 ms each way, 2 % loss; then much narrower; then cut for a minute.

    python -m lab.far [--shaped 25] [--narrow 20] [--cut 60] [--after 30] [--into FILE]      (root, Linux)

A device, twenty waveforms of 500 Hz, recorder and API run at the near end, the console in Chromium at the far end of
`lab.link`, through one TCP line as a tunnel has it. The device counts, so each number tells when it was sent: the
figures are the age of what came and of what stood on the page. All clocks are one machine's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hinomi.recorder.latency import _WAVES, CHANNELS, RATE_HZ, Sensor
from hinomi.recorder.reader import RecordReader

from . import link

ROOT = Path(__file__).resolve().parent.parent
OWN = "HINOMI_FAR_NET"
NARROW_MBIT = 0.06  # less than the waveforms need (0.4 Mbit/s and words): they must give way
END_S = 30


@contextlib.contextmanager
def running(*words: str, home: Path, **more: Any) -> Iterator[subprocess.Popen[str]]:
    env = os.environ | {"HINOMI_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    one = subprocess.Popen(words, env=env, cwd=more.pop("cwd", ROOT), text=True, **more)
    try:
        yield one
    finally:
        if one.stdin is not None:
            with contextlib.suppress(OSError):
                one.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.wait(END_S if one.stdin is not None else 0.01)
        one.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            one.wait(END_S)
        one.kill()
        one.wait()


def heard(one: subprocess.Popen[str]) -> str:
    """The next line that it says."""
    assert one.stdout is not None
    line = one.stdout.readline().strip()
    assert line, f"{one.args} ended before it was ready"
    return line


def say(one: subprocess.Popen[str], words: str) -> float:
    assert one.stdin is not None
    one.stdin.write(words + "\n")
    one.stdin.flush()
    return time.time() * 1e3


def play(home: Path, shaped: float, narrow: float, cut: float, after: float) -> dict[str, Any]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    sensor = Sensor(wall=True)
    plan = home / "room.toml"
    plan.write_text('room = "L"\nlab = true\n[[connector]]\nname = "sensor"\nkind = "openigtlink"\n'
                    f'args = ["--to", "127.0.0.1:{sensor.port}"]\n')  # fmt: skip
    python = sys.executable
    with (
        running(python, "-m", "lab.link", "relay", home=home, **pipes) as line,
        running(python, "-m", "hinomi.cli", "desk", "run", str(plan), home=home, stdout=subprocess.DEVNULL),
        running(python, "-c", _WAVES, str(home / "theatre" / "L.sock"), home=home) as waves,
        running(python, "-m", "hinomi.cli", "serve", "--port", "0", home=home, stdout=subprocess.PIPE) as api,
    ):
        assert heard(line) == "open"
        address = heard(api)
        port = address.rpartition(":")[2]
        away = ("nsenter", "--net", "--target", str(line.pid))
        with (
            running(python, "-m", "lab.link", "forward", f"{link.NEAR}:{port}", f"127.0.0.1:{port}", home=home,
                    stdout=subprocess.PIPE) as tunnel,
            running(*away, python, "-m", "lab.link", "forward", f"127.0.0.1:{port}", f"{link.NEAR}:{port}", home=home,
                    stdout=subprocess.PIPE) as mouth,
        ):  # fmt: skip
            assert heard(tunnel) == heard(mouth) == "open"
            with running(*away, "node", "e2e/desk-far.mjs", address, home=home, cwd=ROOT / "console", **pipes) as desk:
                assert heard(desk) == "open"
                times = {"shaped": time.time() * 1e3}
                time.sleep(shaped)
                times["narrow"] = say(line, f"mbit {NARROW_MBIT}")
                time.sleep(narrow)
                times["wide"] = say(line, "mbit 5")
                time.sleep(shaped / 2)
                times["cut"] = say(line, "cut")
                time.sleep(cut)
                times["open"] = say(line, "open")
                time.sleep(after)
                times["end"] = time.time() * 1e3
                assert desk.stdin is not None
                desk.stdin.close()
                told = json.loads(heard(desk))
        waves.terminate()
        sensor.close()
        subprocess.run([python, "-m", "hinomi.cli", "desk", "record", "L", "end"], check=True,
                       env=os.environ | {"HINOMI_HOME": str(home)})  # fmt: skip
        limit = time.monotonic() + 60
        while not list(home.glob("theatre/records/*/numerics.parquet")) and time.monotonic() < limit:
            time.sleep(0.2)
        assert line.stdin is not None
        line.stdin.close()
        through = json.loads(heard(line))
    return judged(told, times, sensor.sent) | {"record": record(home), "line": through}


def _ages(rows: list[tuple[float, float]]) -> dict[str, float | int]:
    ages = sorted(age for _, age in rows)
    if not ages:
        return {"count": 0}
    return {
        "count": len(ages),
        "median_ms": round(statistics.median(ages)),
        "p99_ms": round(ages[int(len(ages) * 0.99)]),
    }


def judged(told: dict[str, Any], times: dict[str, float], sent: dict[int, int]) -> dict[str, Any]:
    """What each part of the play looked like from afar. Times in ms of the wall clock."""
    frames, seen = told["frames"], told["seen"]
    came = [
        (at, at - sent[round(v)] / 1e6, round(v)) for at, _, values, *_ in frames for v in values if round(v) in sent
    ]
    shown = [(at, at - sent[round(v)] / 1e6) for at, v, _ in seen if v and round(v) in sent]
    out: dict[str, Any] = {}
    for part, start, end in (("shaped", "shaped", "narrow"), ("narrow", "narrow", "wide"), ("after", "open", "end")):
        # What a change of the line does is over after a few seconds; a cut is over when the page says so.
        begin = times[start] + (5_000 if part != "shaped" else 0)
        inside = [one for one in frames if begin <= one[0] < times[end]]
        seconds = (times[end] - begin) / 1e3
        out[part] = {
            "came": _ages([(at, age) for at, age, _ in came if begin <= at < times[end]]),
            "on_the_page": _ages([one for one in shown if begin <= one[0] < times[end]]),
            "levels": {str(level): sum(one[1] == level for one in inside) for level in range(4)},
            "waveform_samples_per_s": round(sum(one[4] for one in inside) / max(seconds, 1e-9)),
        }
    lost = [at for at, _, state in seen if state == "lost" and at > times["cut"]]
    back = [at for at, _, number in came if at > times["open"]]
    first, last = min(number for *_, number in came), max(number for *_, number in came)
    have: dict[int, float] = {}
    for at, _, values, _, _, filled in frames:
        for value in (*values, *filled):
            have.setdefault(round(value), at)
    missing = [n for n in range(first, last + 1) if n not in have]
    out["cut"] = {
        "said_after_s": round((min(lost) - times["cut"]) / 1e3, 1) if lost else None,
        "back_after_s": round((min(back) - times["open"]) / 1e3, 1) if back else None,
        "caught_up_after_s": round((max(at for n, at in have.items() if n <= last and sent[n] / 1e6 < times["open"])
                                    - times["open"]) / 1e3, 1),
        "values": last - first + 1, "missing_on_the_desk": len(missing),
    }  # fmt: skip
    return out


def record(home: Path) -> dict[str, Any]:
    """Whether the record holds every value and every sample once."""
    reader = RecordReader(next(home.glob("theatre/records/*/")))
    table = reader.trend.numerics
    values = [round(v) for v in table.column("v").to_pylist()]
    broken, samples, following = 0, 0, {}
    for channel, _, body in reader.messages(reader.meta.start, reader.end + 1, ("waveform",)):
        broken += following.get(channel.id, body["first"]) != body["first"]
        following[channel.id] = body["first"] + len(body["samples"])
        samples += len(body["samples"])
    return {
        "values": len(values), "missing": max(values) - min(values) + 1 - len(set(values)),
        "twice": len(values) - len(set(values)),
        "channels": len(following), "samples": samples, "breaks": broken,
        "gaps": sum(kind == "gap" for kind in reader.trend.events.column("kind").to_pylist()),
    }  # fmt: skip


def table(found: dict[str, Any], cut: float) -> str:
    """The figures for `docs/desk.md`."""
    names = {
        "shaped": "5 Mbit/s, 80 ms each way, 2 % loss",
        "narrow": f"{NARROW_MBIT * 1000:.0f} kbit/s, the same delay and loss",
        "after": f"5 Mbit/s again, after {cut:.0f} s without a packet",
    }
    full = CHANNELS * RATE_HZ
    rows = ["| line | values came, median / p99 | on the page | frames: no pictures / thin / no curves | curves |",
            "|---|---|---|---|---|"]  # fmt: skip
    for part, name in names.items():
        one = found[part]
        levels, count = one["levels"], max(1, sum(one["levels"].values()))
        share = " / ".join(f"{levels[str(n)] / count:.0%}" for n in (1, 2, 3))
        came, seen = one["came"], one["on_the_page"]
        rows.append(
            f"| {name} | {came.get('median_ms', '–')} / {came.get('p99_ms', '–')} ms "
            f"| {seen.get('median_ms', '–')} / {seen.get('p99_ms', '–')} ms | {share} "
            f"| {one['waveform_samples_per_s'] / full:.0%} |"
        )
    c, r = found["cut"], found["record"]
    said = (
        f"The cut: the page said so after {c['said_after_s']} s, showed values again {c['back_after_s']} s after the "
        f"line was back and had fetched what it missed after {c['caught_up_after_s']} s; of {c['values']:,} values "
        f"{c['missing_on_the_desk']} are missing on the desk. The record holds {r['values']:,} values and "
        f"{r['samples']:,} samples of {r['channels']} curves: {r['missing']} missing, {r['twice']} twice, "
        f"{r['breaks']} breaks, {r['gaps']} gaps."
    )
    return "\n".join([*rows, "", said])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("shaped", 25.0), ("narrow", 20.0), ("cut", 60.0), ("after", 30.0)):
        parser.add_argument(f"--{name}", type=float, default=usual, help="seconds")
    parser.add_argument("--into", type=Path, help="the figures as JSON")
    options = parser.parse_args()
    if not os.environ.get(OWN):
        os.environ[OWN] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, "-m", "lab.far", *sys.argv[1:]])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory(prefix="hinomi-far-") as place:
        found = play(Path(place), options.shaped, options.narrow, options.cut, options.after)
    if options.into is not None:
        options.into.write_text(json.dumps(found))
    print(json.dumps(found, indent=1), file=sys.stderr)
    print(table(found, options.cut))
    return 0


if __name__ == "__main__":
    sys.exit(main())
