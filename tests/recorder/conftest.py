"""A room in processes of its own: the recorder and whoever speaks to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hinomi.connect.frames import socket_path


class RoomProcess:
    """`hinomi desk run` on a plan, started and killed as often as a test likes."""

    def __init__(self, home: Path, plan: str) -> None:
        self.home = home
        self.plan = home / "room.toml"
        self.plan.write_text(plan)
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = socket_path(home, "OR1")

    def start(self) -> None:
        command = [sys.executable, "-m", "hinomi.cli", "desk", "run", str(self.plan)]
        self.socket.unlink(missing_ok=True)  # one that a killed process left says nothing
        self.process = subprocess.Popen(command, env=os.environ | {"HINOMI_HOME": str(self.home)})
        wait(lambda: self.socket.exists() or None, 60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    @property
    def folders(self) -> list[Path]:
        return sorted((self.home / "theatre" / "records").glob("*"))


def wait(ask: Callable[[], object], seconds: float) -> object:
    """Asks until there is an answer; fails when there is none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if found is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Callable[[str], RoomProcess]]:
    made: list[RoomProcess] = []

    def make(plan: str = 'room = "OR1"\nlab = true\n') -> RoomProcess:
        made.append(RoomProcess(tmp_path, plan))
        return made[-1]

    yield make
    for one in made:
        one.stop()
