"""The wire is called from threads that come and go, as a web server's do: an allocator of our own once crashed there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CASE = Path(__file__).resolve().parents[2] / "cases" / "first-light"

WORK = """
import sys, threading
from hinomi import _wire
path = sys.argv[1]
seen = []
def look():
    for number in (1, 400, 4000):
        seen.append(len(_wire.packet(path, number)["data"]))
for _ in range(40):
    threads = [threading.Thread(target=look) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print(len(seen))
"""


def test_packets_are_looked_at_from_threads_that_end() -> None:
    (capture,) = CASE.glob("capture.*")
    done = subprocess.run([sys.executable, "-c", WORK, str(capture)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(40 * 6 * 3)), done.stderr[-500:]


def test_the_allocator_is_the_systems() -> None:
    """Decision 3, item 10: the crash is rare, so what leads to it is kept out by name."""
    wire = Path(__file__).resolve().parents[2] / "wire"
    sources = [*wire.glob("crates/*/src/**/*.rs")]
    assert sources
    assert [path.name for path in sources if "global_allocator" in path.read_text("utf-8")] == []
