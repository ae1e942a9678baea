"""Delay from a device to the API's socket, through every process of the real way.

    device (OpenIGTLink server) → connector → recorder → API → WebSocket of a browser

Numerics are SENSOR messages; waveforms 20 channels of 500 samples a second in blocks of 25 from a connector
that hands on what it is given, because no open protocol server of that rate is at hand on every machine.
Times are read on one monotonic clock: what is measured holds for one machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

CHANNELS, RATE_HZ, BLOCK = 20, 500, 25
NUMERICS_HZ = 20

_WAVES = f"""
import sys, time
from pathlib import Path
from hinomi.connect.frames import Channel
from hinomi.connect.line import Line
line = Line(Path(sys.argv[1]), "waves", "latency")
for c in range({CHANNELS}):
    line.channel(Channel(f"waves/{{c}}", "waveform", "waves", f"w{{c}}", unit="mV", rate_hz={RATE_HZ}, every_s=0.05))
line.state(True)
begin, n = time.monotonic(), 0
while True:
    time.sleep(max(0, begin + (n + 1) * {BLOCK} / {RATE_HZ} - time.monotonic()))
    for c in range({CHANNELS}):
        now = time.monotonic_ns()
        line.sample(f"waves/{{c}}", samples=[float(i) for i in range({BLOCK})], first=n * {BLOCK}, heard_ns=(time.time_ns(), now))
    n += 1
"""  # noqa: E501


def measure(seconds: float) -> dict[str, dict[str, float | int]]:
    """Median and 99th percentile in milliseconds, of numerics and of waveform blocks."""
    with tempfile.TemporaryDirectory(prefix="hinomi-latency-") as folder:
        home = Path(folder)
        sensor = Sensor()
        plan = home / "room.toml"
        plan.write_text(
            f'room = "L"\nlab = true\n[[connector]]\nname = "sensor"\nkind = "openigtlink"\n'
            f'args = ["--to", "127.0.0.1:{sensor.port}"]\n'
        )
        env = os.environ | {"HINOMI_HOME": folder}
        room = subprocess.Popen([sys.executable, "-m", "hinomi.cli", "desk", "run", str(plan)], env=env,
                                stdout=subprocess.DEVNULL)  # fmt: skip
        waves = subprocess.Popen([sys.executable, "-c", _WAVES, str(home / "theatre" / "L.sock")], env=env)
        api = subprocess.Popen([sys.executable, "-m", "hinomi.cli", "serve", "--port", "0"], env=env,
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
        try:
            assert api.stdout is not None
            address = api.stdout.readline().strip()
            return asyncio.run(_listen(address, seconds, sensor))
        finally:
            sensor.close()
            for process in (api, waves, room):
                process.terminate()
            for process in (api, waves, room):
                process.wait(10)


async def _listen(address: str, seconds: float, sensor: Sensor) -> dict[str, dict[str, float | int]]:
    from websockets.asyncio.client import connect

    url = address.replace("http", "ws", 1) + "/api/desk/live?room=L&form=binary"
    numerics: list[float] = []
    waves: list[float] = []
    blocks = 0
    async with connect(url, origin=address, max_size=None) as line:  # type: ignore[arg-type]
        begin: float | None = None
        limit = time.monotonic() + 60 + seconds
        offset: int | None = None  # axis less monotonic: constant, from the health frames' own pair
        while time.monotonic() < limit:
            data = await line.recv(decode=False)
            frame: dict[str, Any] = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
            now = time.monotonic_ns()
            await line.send(json.dumps({"ack": frame["f"]}))
            if "health" in frame and "axis_minus_mono" in (frame["health"] or {}):
                offset = frame["health"]["axis_minus_mono"]
            if begin is None:
                if offset is not None and frame.get("numerics") and frame.get("moving"):
                    begin = time.monotonic() + 2  # the first seconds start processes, they are not the way
                continue
            if time.monotonic() < begin:
                continue
            for value in frame.get("numerics", ()):
                sent = sensor.sent.get(round(value["v"]))
                if sent is not None:
                    numerics.append((now - sent) / 1e6)
            for block in frame.get("moving", ()):
                if "s" in block and offset is not None:
                    waves.append(now / 1e6 - (block["a"] - offset / 1e6))
                    blocks += 1
            if time.monotonic() - begin > seconds:
                break
        assert begin is not None, "nothing came"
        took = time.monotonic() - begin
    return {
        "numerics": _figures(numerics),
        "waveforms": _figures(waves) | {"samples_per_s": round(blocks * BLOCK / took), "channels": CHANNELS},
    }


def _figures(found: list[float]) -> dict[str, float | int]:
    ordered = sorted(found)
    if not ordered:
        return {"count": 0}
    return {
        "median_ms": round(ordered[len(ordered) // 2], 1),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
        "count": len(ordered),
    }


class Sensor:
    """An OpenIGTLink device: SENSOR messages whose value is their number; remembers when each was sent."""

    def __init__(self, *, wall: bool = False) -> None:
        self.sent: dict[int, int] = {}
        self._clock = time.time_ns if wall else time.monotonic_ns
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._closed = True
        self._server.close()

    def _serve(self) -> None:
        from hinomi.connect.openigtlink import HEADER, crc64

        number = 0
        while not self._closed:
            try:
                peer, _ = self._server.accept()
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not self._closed:
                    number += 1
                    body = struct.pack(">BBQd", 1, 0, 0, float(number))
                    head = HEADER.pack(1, b"SENSOR", b"Force", 0, len(body), crc64(body))
                    self.sent[number] = self._clock()
                    peer.sendall(head + body)
                    time.sleep(1 / NUMERICS_HZ)
            except OSError:
                continue
