"""How long the device list and its search take in a very large house: `bench/device_list.py`.

Copies of the bundled hospital (`bench/inventory.py`) are named and kept in a new home, then the API is asked as the
console asks it: the list in several orders, words of every kind, filters, a page deep in the list. Each question is
asked several times; printed are the middle wall time and the middle processor time, which other work on the machine
changes less. Apart from that stands the first question after a change, which
pays for what is worked out anew.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
WANTED_MS = 200.0
TIMES = 5
QUESTIONS: dict[str, dict[str, Any]] = {
    "the list": {},
    "by name": {"sort": "label"},
    "by address": {"sort": "ip"},
    "by last heard, the other way round": {"sort": "last", "descending": True},
    "deep in the list": {"offset": 40_000},
    "a kind of device": {"type": "patient_monitor"},
    "unknown ones": {"unknown": True},
    "search: a kind, in kanji": {"q": "生体情報モニタ"},
    "search: a kind, in hiragana": {"q": "せいたいじょうほう"},
    "search: a maker": {"q": "asagiri"},
    "search: an address": {"q": "10.20.0.11"},
    "search: two words": {"q": "revo ct"},
    "search: one letter": {"q": "a"},
    "search: nothing like it": {"q": "zzzz"},
}


def make(folder: Path, devices: int) -> int:
    """A home with that many devices; returns how many there are."""
    from hinomi.home import Home
    from hinomi.inventory import resolve
    from hinomi.store.history.segment import read_segment
    from inventory import multiply, rows_of_the_capture

    rows = rows_of_the_capture()
    alone = len(resolve("bench", rows["clue"], rows["conversation"]).devices)
    tables = {}
    for name, table in rows.items():
        multiply(table, -(-devices // alone), 1, folder / f"{name}.arrows")
        tables[name] = pa.Table.from_batches(read_segment(folder / f"{name}.arrows"))
    found = resolve("bench", tables["clue"], tables["conversation"])
    home = Home(folder / "home")
    with home.writing(), home.state.transaction() as tx:
        tx.put_devices(found.devices)
        tx.insert_zones(found.zones)
    home.close()
    return len(found.devices)


def measure(folder: Path) -> dict[str, tuple[float, float]]:
    """Milliseconds of each question: on the clock, and of the processor."""
    from fastapi.testclient import TestClient

    from hinomi.api import create_app
    from hinomi.home import Home

    home = Home(folder / "home")
    out: dict[str, tuple[float, float]] = {}
    with TestClient(create_app(home), base_url="http://127.0.0.1:8733") as client:

        def asked(params: dict[str, Any]) -> tuple[float, float]:
            began, spent = time.perf_counter(), time.process_time()
            answer = client.get("/api/devices", params={"limit": 100, **params})
            times = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - spent)
            answer.raise_for_status()
            return times

        out["first of all"] = asked({})
        client.app.state.looks.warm()  # type: ignore[attr-defined]  # what the server works out by itself when it starts
        for name, params in QUESTIONS.items():
            wall, cpu = zip(*(asked(params) for _ in range(TIMES)), strict=True)
            out[name] = statistics.median(wall), statistics.median(cpu)
        first = client.get("/api/devices").json()["items"][0]["id"]
        home.state.decide_device(first, "set", by="bench", reason="bench", attribute="department", value="ICU")
        out["the first after a person's word"] = asked({})
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--devices", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, help="make the home here, or measure the one that is there")
    parser.add_argument("--limits", action="store_true", help="fail when a question takes over 200 ms")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "home").exists():
            print(f"{make(folder, options.devices)} devices", file=sys.stderr)
        times = measure(folder)
    print(f"{'':36}{'wall ms':>8}{'cpu ms':>8}")
    for name, (wall, cpu) in times.items():
        print(f"{name:36}{wall:8.0f}{cpu:8.0f}")
    slow = [name for name in QUESTIONS if times[name][0] > WANTED_MS]
    if slow:
        print(f"over {WANTED_MS:.0f} ms: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow and options.limits else 0


if __name__ == "__main__":
    sys.exit(main())
