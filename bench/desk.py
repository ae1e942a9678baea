"""The strategy desk's figures: `bench/desk.py [seek] [latency] [frame] [video] [--into docs/desk.md]`.

seek     a record of four hours, made once (`bench/out/desk-home`) by repeating what the lab's theatre said: its values,
         tools, images and alarms as they were, its electrocardiogram and pulse wave as 20 channels of 500 Hz. Served,
         and asked over HTTP for ten seconds at 200 places in no order.
latency  `hinomi desk latency`: device → connector → recorder → API → socket, every process its own.
frame    the same way and on to Chromium without a window: from the moment that a sample was measured to the moment
         after the frame in which it is drawn. A square wave and a counting number, told by what is on the page.
video    8K HEVC, looped by GStreamer's RTSP server at 100 Mbit/s into our connector and recorder: processor time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "src"))
OUT = ROOT / "bench" / "out"
PYTHON = sys.executable
S = 1_000_000_000
HOURS, WAVES, RATE_HZ, BLOCK = 4, 20, 500, 125
ASKED, SPAN_S = 200, 10


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HINOMI_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


@contextlib.contextmanager
def process(home: Path, *words: str, **more: Any) -> Iterator[subprocess.Popen[Any]]:
    started = subprocess.Popen([PYTHON, *words], env=environment(home), cwd=ROOT, **more)
    try:
        yield started
    finally:
        started.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(20)
        started.kill()


@contextlib.contextmanager
def served(home: Path) -> Iterator[tuple[str, int]]:
    """Address of the API on a free port, and its process."""
    with process(home, "-m", "hinomi.cli", "serve", "--port", "0", stdout=subprocess.PIPE, text=True) as api:
        assert api.stdout is not None
        yield api.stdout.readline().strip(), api.pid


def figures(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": statistics.median(ordered), "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        "most": ordered[-1], "count": len(ordered),
    }  # fmt: skip


# ---------------------------------------------------------------- seek


def theatre(home: Path) -> Path:
    """A record of the lab's theatre, played once."""
    records = home / "theatre" / "records"
    if not list(records.glob("*/numerics.parquet")):
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([PYTHON, "-m", "lab.theatre", "--home", str(home), "--seconds", "60", "--sdc"],
                       check=True, env=environment(home), cwd=ROOT, stdout=sys.stderr)  # fmt: skip
    return next(records.iterdir())


def four_hours(home: Path) -> str:
    """The record's id. Written by the recorder's own writer, flushed as the recorder does."""
    import numpy as np

    from hinomi.connect.frames import Channel, samples_out
    from hinomi.recorder.folder import FolderWriter, RecordMeta, load_meta, read_messages
    from hinomi.recorder.reader import RecordReader
    from hinomi.recorder.trend import settle

    root = home / "theatre" / "records"
    for folder in root.glob("*/numerics.parquet"):
        return folder.parent.name
    shutil.rmtree(root, ignore_errors=True)
    source = RecordReader(theatre(OUT / "desk-theatre"))
    said: list[tuple[int, str, dict[str, Any], Channel]] = []
    channels = {channel.id: channel for channel in source.channels}
    waves: dict[str, list[float]] = {}
    for path in sorted(source.folder.glob("data-*.mcap")):
        for _, about, message in read_messages(path):
            body, channel = json.loads(message.data), channels.get(about.topic.lstrip("/"))
            if channel is None:
                continue
            if channel.kind == "waveform":
                waves.setdefault(channel.id, []).extend(body["samples"])
            else:
                said.append((message.log_time, channel.id, body, channel))
    said.sort(key=lambda one: one[0])
    first, length = said[0][0], said[-1][0] - said[0][0] + S
    # The lab's curves are of 250 Hz: drawn out to 500, the same curve on every second channel, each shifted.
    drawn = [np.interp(np.arange(2 * len(w)) / 2, np.arange(len(w)), w) for w in waves.values()]
    start = load_meta(source.folder).start
    folder = root / "four-hours"
    folder.mkdir(parents=True)
    writer = FolderWriter(folder, RecordMeta(folder.name, "OR1", start, started_by="bench", lab=True))
    made = [Channel(f"WAVE/{n}", "waveform", "WAVE", f"w{n}", unit="uV", rate_hz=RATE_HZ) for n in range(WAVES)]
    for channel in [*made, *channels.values()]:
        writer.channel(channel)
    number, place, turn = 0, 0, 0
    step = BLOCK * S // RATE_HZ
    for tick in range(HOURS * 3600 * RATE_HZ // BLOCK):
        now = start + (tick + 1) * step
        while said[place][0] - first + turn * length + start < now:
            at, _, body, channel = said[place]
            heard = at - first + turn * length + start
            number += 1
            head = {"q": number, "w": heard, "m": 0, "v": body.get("value", body.get("matrix", body.get("text", ""))),
                    "x": body.get("detail", {}), "format": body.get("format", "")}  # fmt: skip
            writer.sample(channel, head, b"", heard, "bench")
            place += 1
            if place == len(said):
                place, turn = 0, turn + 1
        for n, channel in enumerate(made):
            curve = drawn[n % len(drawn)]
            block = np.take(curve, np.arange(BLOCK) + tick * BLOCK + n * 37, mode="wrap")
            number += 1
            head = {"q": number, "w": now, "m": 0, "n": tick * BLOCK}
            writer.sample(channel, head, samples_out(block.tolist()), now, "bench")
        if tick % 2:
            writer.flush()
            writer.roll(now)
    writer.meta.end = start + HOURS * 3600 * S
    writer.close()
    settle(folder)
    return folder.name


def seek(home: Path) -> list[str]:
    id = four_hours(home)
    folder = home / "theatre" / "records" / id
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    start = json.loads((folder / "record.json").read_text())["start"] / 1e6
    chance = random.Random(8)
    with served(home) as (address, pid):
        begun = time.perf_counter()
        with urllib.request.urlopen(f"{address}/api/desk/record?{urllib.parse.urlencode({'id': id})}") as answer:
            answer.read()
        opened = (time.perf_counter() - begun) * 1e3
        took, before = [], cpu_s({pid})
        for _ in range(ASKED):
            at = start + chance.random() * (HOURS * 3600 - SPAN_S) * 1e3
            query = urllib.parse.urlencode({"id": id, "start_ms": at, "end_ms": at + SPAN_S * 1e3})
            begun = time.perf_counter()
            with urllib.request.urlopen(f"{address}/api/desk/window?{query}") as answer:
                data = answer.read()
            took.append((time.perf_counter() - begun) * 1e3)
            found = json.loads(data)
            assert len(found["waves"]) >= WAVES and found["series"], "the window is empty"
        used = (cpu_s({pid}) - before) / ASKED * 1e3
    f = figures(took)
    return [
        f"| seek: {SPAN_S} s with {WAVES} × {RATE_HZ} Hz and all values out of {HOURS} hours ({size:,.0f} MB), "
        f"{ASKED} places; {used:.0f} ms of processor each | {f['median']:.0f} ms | {f['p99']:.0f} ms | < 200 ms |",
        f"| opening that record (values of four hours, events, gaps) | {opened:.0f} ms | | |",
    ]


# ---------------------------------------------------------------- latency and drawn frame


def latency(seconds: float) -> list[str]:
    from hinomi.recorder.latency import measure

    found = measure(seconds)
    n, w = found["numerics"], found["waveforms"]
    return [
        f"| numerics, device → socket ({n['count']}) | {n['median_ms']} ms | {n['p99_ms']} ms | median ≤ 38 ms |",
        f"| 20 × 500 Hz, connector → socket ({w['count']} blocks) | {w['median_ms']} ms | {w['p99_ms']} ms "
        "| median ≤ 38 ms |",
    ]


_WAVES = f"""
import sys, time
from pathlib import Path
from hinomi.connect.frames import Channel
from hinomi.connect.line import Line
rate, block, every = {RATE_HZ}, 25, 8
line = Line(Path(sys.argv[1]), "waves", "bench")
for c in range({WAVES}):
    line.channel(Channel(f"waves/{{c}}", "waveform", "waves", f"w{{c}}", unit="mV", rate_hz=rate, every_s=0.05))
line.state(True)
begin, n = time.time(), 0
while True:
    time.sleep(max(0, begin + (n + 1) * block / rate - time.time()))
    level = float(n // every % 2)
    samples = [level] * (block - 1) + [float((n + 1) // every % 2)]  # the last sample of a block is the edge
    if samples[-1] != level:
        print(int((n + 1) // every % 2), time.time(), flush=True)
    for c in range({WAVES}):
        line.sample(f"waves/{{c}}", samples=samples, first=n * block)
    n += 1
"""


def frame(seconds: float) -> list[str]:
    """From measured to drawn. Sender and browser run on one machine and read one wall clock."""
    import tempfile

    from hinomi.recorder.latency import Sensor

    with tempfile.TemporaryDirectory(prefix="hinomi-frame-") as place:
        home = Path(place)
        sensor = Sensor(wall=True)
        plan = home / "room.toml"
        plan.write_text('room = "L"\nlab = true\n[[connector]]\nname = "sensor"\nkind = "openigtlink"\n'
                        f'args = ["--to", "127.0.0.1:{sensor.port}"]\n')  # fmt: skip
        edges = (home / "edges").open("w+")
        with (
            process(home, "-m", "hinomi.cli", "desk", "run", str(plan), stdout=subprocess.DEVNULL),
            process(home, "-c", _WAVES, str(home / "theatre" / "L.sock"), stdout=edges),
            served(home) as (address, _),
        ):
            told = subprocess.run(["node", "e2e/desk-frame.mjs", address, str(seconds)], cwd=ROOT / "console",
                                  check=True, capture_output=True, text=True).stdout  # fmt: skip
        sensor.close()
        drawn = json.loads(told.splitlines()[-1])
        edges.seek(0)
        sent = [(int(level), float(at)) for level, at in map(str.split, edges.read().splitlines())]
    numbers = [at - sensor.sent[n] / 1e6 for n, at in drawn["numbers"] if n in sensor.sent]
    waves, place_ = [], 0
    for level, at in drawn["edges"]:
        while place_ < len(sent) and sent[place_][1] * 1e3 <= at:
            place_ += 1
        last = next((one for one in reversed(sent[:place_]) if one[0] == level), None)
        if last is not None:
            waves.append(at - last[1] * 1e3)
    rows = []
    measured = (("numerics, device → drawn frame", numbers), ("20 × 500 Hz, sample → drawn frame", waves))
    for name, values in measured:
        f = figures(values)
        rows.append(f"| {name} ({f['count']}) | {f['median']:.0f} ms | {f['p99']:.0f} ms | p99 < 150 ms |")
    page, drawing = (100 * drawn["cpu"].get(name, 0) for name in ("renderer", "GPU"))
    rows.append(
        f"| processor for that: page {page:.0f} %, the browser's drawing without a graphics card {drawing:.0f} % "
        "of one core | | | |"
    )
    return rows


# ---------------------------------------------------------------- video


def clip(path: Path) -> Path:
    """A second of 7680 × 4320 HEVC at 30 frames a second and about 100 Mbit/s, made once (x265 in GStreamer)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        how = "bitrate=115000:keyint=15:strict-cbr=1:vbv-maxrate=115000:vbv-bufsize=57000"
        subprocess.run(
            ["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=30", "pattern=zone-plate", "kx2=2", "ky2=2", "kt=2",
             "!", "video/x-raw,format=I420,width=7680,height=4320,framerate=30/1", "!", "x265enc", "bitrate=100000",
             "speed-preset=ultrafast", f"option-string={how}", "!", "h265parse", "!", "filesink", f"location={part}"],
            check=True,
        )  # fmt: skip
        part.replace(path)
    return path


def cpu_s(pids: set[int]) -> float:
    """Processor seconds of these processes and all below them, those that have ended included."""
    total, tick = 0.0, os.sysconf("SC_CLK_TCK")
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / tick
    return total


def below(pid: int) -> set[int]:
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                waiting += [int(child) for child in task.read_text().split()]
    return found


def video(seconds: float) -> list[str]:
    import tempfile

    from hinomi.home import Home
    from hinomi.recorder import words

    source = clip(OUT / "desk-8k.h265")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hinomi-video-", dir=OUT) as place:
        home = Path(place)
        words.give_consent(Home(home).state, "V", "a test picture for a measurement, nobody in it", by="bench")
        plan = home / "room.toml"
        plan.write_text('room = "V"\nlab = true\nauto = false\n[[connector]]\nname = "scope"\nkind = "rtsp"\n'
                        f'args = ["--url", "rtsp://127.0.0.1:{port}/live", "--codec", "h265"]\n')  # fmt: skip
        camera = subprocess.Popen(["/usr/bin/python3", "lab/peers/rtsp_loop.py", str(port), str(source)], cwd=ROOT)
        try:
            with process(home, "-m", "hinomi.cli", "desk", "run", str(plan), stdout=subprocess.DEVNULL) as room:
                limit = time.monotonic() + 60
                while not (home / "theatre" / "V.sock").exists() and time.monotonic() < limit:
                    time.sleep(0.1)
                subprocess.run([PYTHON, "-m", "hinomi.cli", "desk", "record", "V", "start"],
                               env=environment(home), check=True)  # fmt: skip
                files: list[Path] = []
                while sum(p.stat().st_size for p in files) < 20e6 and time.monotonic() < limit:
                    time.sleep(0.2)
                    files = list(home.glob("theatre/records/*/video-*.mp4"))
                before, used, begun = sum(p.stat().st_size for p in files), cpu_s(below(room.pid)), time.monotonic()
                time.sleep(seconds)
                took = time.monotonic() - begun
                used = cpu_s(below(room.pid)) - used
                came = sum(p.stat().st_size for p in home.glob("theatre/records/*/video-*.mp4")) - before
        finally:
            camera.send_signal(signal.SIGTERM)
            camera.wait(10)
        file = next(iter(home.glob("theatre/records/*/video-*.mp4")))
        with file.open("rb") as stream:
            head = stream.read(1 << 20)
        entry = head.index(b"hvc1")  # the sample entry (ISO/IEC 14496-12 §12.1.3): 24 bytes on, width and height
        wide, high = struct.unpack_from(">HH", head, entry + 28)
    return [
        f"| video H.265 {wide} × {high}, {came * 8 / took / 1e6:.0f} Mbit/s for {took:.0f} s: connector, "
        f"GStreamer and recorder together | {used / took * 100:.1f} % of one core | | < 25 % |"
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="seek, latency, frame, video; all without")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--into", type=Path, help="a document: its `figures` part is replaced")
    options = parser.parse_args()
    wanted = options.what or ["seek", "latency", "frame", "video"]
    rows: list[str] = []
    for what in wanted:
        work = {"seek": lambda: seek(OUT / "desk-home"), "latency": lambda: latency(options.seconds),
                "frame": lambda: frame(options.seconds), "video": lambda: video(options.seconds)}[what]  # fmt: skip
        rows += work()
        print(rows[-1], file=sys.stderr, flush=True)
    text = "\n".join([
        f"`bench/desk.py` on {os.cpu_count()} cores ({platform.machine()}), {time.strftime('%Y-%m-%d')}, "
        f"load {os.getloadavg()[0]:.0f} (what else ran there):", "",
        "| | median | 99th percentile | bar |", "|---|---|---|---|", *rows, "",
    ])  # fmt: skip
    print(text)
    if options.into is not None:
        document = options.into.read_text("utf-8")
        head, _, rest = document.partition("<!-- figures -->\n")
        tail = rest.partition("<!-- /figures -->")[2]
        options.into.write_text(f"{head}<!-- figures -->\n{text}<!-- /figures -->{tail}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
