"""How fast the console is in a large house: `bench/console.py` (`make bench-console`).

Makes a home once (`bench/out/console-home`): the case `whole-day` with 45 wings and copies of the bundled hospital
beside it, together 5,000 devices; the same day's rows are heard again on 29 days before, so that the history spans
30. Serves it and lets Chromium go through every page (`console/e2e/bench.mjs`): time until the page has its heading
and its data and no long task runs, the longest task while the list scrolls and the map moves, and the JavaScript of
the first page. `--limits` fails when a figure is over its limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bench"))
OUT = ROOT / "bench" / "out"
DAYS = 30
WINGS = 45
COPIES = 40  # of the bundled hospital, beside the wings: what is missing to 5,000 devices
TIMES = ("first", "last", "hour")  # of conversations these are whole numbers
MOVED = ("conversation", "clue", "coverage")  # the rows that pages ask for over the whole history
HINOMI = [sys.executable, "-c", "import sys; sys.argv[0] = 'hinomi'; from hinomi.cli import main; sys.exit(main())"]


def hinomi(home: Path, *words: str) -> None:
    env = {**os.environ, "HINOMI_HOME": str(home), "HINOMI_SITE": "bench", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([*HINOMI, *words], check=True, env=env, stdout=sys.stderr)


def make(home: Path) -> None:
    """The home, whole or not at all."""
    building = home.with_name(home.name + ".part")
    shutil.rmtree(building, ignore_errors=True)
    building.parent.mkdir(parents=True, exist_ok=True)
    capture = building.with_suffix(".pcap")
    subprocess.run(
        [sys.executable, "-m", "lab.scale", "cases/whole-day", str(capture), "--wings", str(WINGS)],
        check=True,
        cwd=ROOT,
        stdout=sys.stderr,
    )
    hinomi(building, "read", str(capture))
    capture.unlink()
    lengthen(building)
    building.rename(home)


def lengthen(path: Path) -> None:
    """More houses, and the days before."""
    from hinomi.home import Home
    from hinomi.store.state.shapes import HistoryFile
    from inventory import multiply, rows_of_the_capture

    run = "days-before"
    folder = path / "history" / "runs" / run
    files = []
    home = Home(path)
    with home.writing():
        folder.mkdir(parents=True)
        begin = span(home.history.raw("conversation"))
        for record, table in rows_of_the_capture().items():
            target = folder / f"copies.{record}.arrows"
            rows = multiply(moved(table, begin - span(table)), COPIES, 1, target)
            files.append((target, record, rows))
        for record in MOVED:
            table = home.history.raw(record).unify_dictionaries().combine_chunks()
            if table.num_rows == 0:
                continue
            target = folder / f"days.{record}.arrows"
            with pa.OSFile(str(target), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
                for day in range(1, DAYS):
                    for batch in moved(table, -day * 86_400_000_000_000).to_batches():
                        stream.write_batch(batch)
            files.append((target, record, table.num_rows * (DAYS - 1)))
        with home.state.transaction() as tx:
            tx.put_history_files(
                [
                    HistoryFile(f"runs/{run}/{f.name}", record, "bench", "", "arrow", rows, f.stat().st_size, run)
                    for f, record, rows in files
                ]
            )
    home.history.close()
    home.state.close()
    hinomi(path, "refresh")


def span(table: pa.Table) -> int:
    import pyarrow.compute as pc

    name = "first" if "first" in table.column_names else "hour"
    return int(pc.min(table.column(name).cast(pa.int64())).as_py())


def moved(table: pa.Table, by_ns: int) -> pa.Table:
    """The rows at another time; whole hours, so that hours stay hours."""
    import pyarrow.compute as pc

    by_ns -= by_ns % 3_600_000_000_000
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) or field.name in TIMES:
            later = pc.add(table.column(place).cast(pa.int64()), by_ns).cast(field.type)
            table = table.set_column(place, field, later)
    return table


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


def main() -> int:
    parser = argparse.ArgumentParser(description="The console in a house of 5,000 devices and 30 days.")
    parser.add_argument("--home", type=Path, default=OUT / "console-home")
    parser.add_argument("--limits", action="store_true", help="fail when a figure is over its limit")
    args = parser.parse_args()
    if not args.home.exists():
        make(args.home)
    port = free_port()
    env = {**os.environ, "HINOMI_HOME": str(args.home), "HINOMI_SITE": "bench", "PYTHONPATH": str(ROOT / "src")}
    server = subprocess.Popen([sys.executable, "-c", f"from hinomi.api import serve; serve(port={port})"], env=env)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/health", 120)
        words = ["node", "e2e/bench.mjs", f"http://127.0.0.1:{port}", *(["--limits"] if args.limits else [])]
        return subprocess.run(words, cwd=ROOT / "console", check=False).returncode
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
