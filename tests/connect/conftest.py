"""Connectors against real peers. What they hand on is kept by a line that has no socket."""

from __future__ import annotations

import argparse
import importlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hinomi.connect.frames import Channel
from hinomi.connect.registry import KINDS

ROOT = Path(__file__).parent.parent.parent


class Kept:
    """Takes what a connector hands on, as `Line` does."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.samples: list[tuple[str, dict[str, Any]]] = []
        self.states: list[tuple[bool, str]] = []

    def channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel

    def sample(self, channel: str, **said: Any) -> None:
        assert channel in self.channels, "a channel is declared before its first sample"
        self.samples.append((channel, said))

    def state(self, up: bool, why: str = "") -> None:
        self.states.append((up, why))

    def flush(self, timeout_s: float = 5.0) -> bool:
        return True

    def of(self, channel: str) -> list[dict[str, Any]]:
        return [said for id, said in self.samples if id == channel]

    def wait(self, enough: Callable[[Kept], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if enough(self):
                return
            time.sleep(0.05)
        raise AssertionError(f"it did not come: {self.states[-3:]} {list(self.channels)} {self.samples[-3:]}")


@pytest.fixture
def connect() -> Callable[..., Kept]:
    """Runs a connector in a thread of its own, as the process would; the thread ends with the tests."""

    def start(kind: str, *args: str) -> Kept:
        module = importlib.import_module(KINDS[kind])
        parser = argparse.ArgumentParser()
        parser.add_argument("--name", default=kind)
        parser.add_argument("--room", default="OR1")
        module.options(parser)
        kept = Kept()
        threading.Thread(target=module.run, args=(kept, parser.parse_args(args)), daemon=True).start()
        return kept

    return start


@pytest.fixture
def peer() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A program of the lab, in a process of its own."""
    made: list[subprocess.Popen[bytes]] = []

    def start(*args: str, python: str = sys.executable) -> subprocess.Popen[bytes]:
        made.append(subprocess.Popen([python, *args], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return made[-1]

    yield start
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
