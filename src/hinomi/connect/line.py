"""The way from a connector to the room's recorder: in order, each sample once, kept until it is on disk.

The connector keeps what the recorder has not yet confirmed. When the recorder dies the line is opened again
and what is not confirmed goes once more; the recorder knows by `hello` and number what it has. What no longer
fits is dropped, oldest first, counted, and told as a gap.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hinomi.connect.frames import LENGTHS_BYTES, Channel, Head, lengths, pack, samples_out, unpack_head

KEPT_BYTES_MAX = 256 << 20  # of samples that are not confirmed: minutes of a full room
AGAIN_AFTER_S = 0.25


def boot_id() -> str:
    """Names the run of this machine's monotonic clock."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""


class Line:
    """Thread-safe. `connector` is the name a person gave; each process is a new `run`."""

    def __init__(
        self,
        path: Path,
        connector: str,
        kind: str,
        *,
        wall: Callable[[], int] = time.time_ns,
        mono: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.path = path
        self.connector = connector
        self.kind = kind
        self.run = uuid.uuid4().hex[:12]
        self.dropped = 0
        self._wall, self._mono = wall, mono
        self._lock = threading.Condition()
        self._channels: dict[str, Channel] = {}
        self._kept: deque[tuple[int, bytes]] = deque()
        self._kept_bytes = 0
        self._number = 0
        self._sent = 0  # number of the last sample that went into the socket
        self._socket: socket.socket | None = None
        self._state: Head = {"t": "state", "up": False, "why": "starting"}
        self._closing = False
        self._thread = threading.Thread(target=self._keep_open, name="line", daemon=True)
        self._thread.start()

    # --- what a connector calls

    def channel(self, channel: Channel) -> None:
        """Declares a channel, again when something about it has changed."""
        with self._lock:
            if self._channels.get(channel.id) == channel:
                return
            self._channels[channel.id] = channel
            self._write(pack(channel.head()))

    def state(self, up: bool, why: str = "") -> None:
        """Whether the device is heard; goes at once, and again with each new line."""
        with self._lock:
            self._state = {"t": "state", "up": up, "why": why}
            self._write(pack(self._state))

    def sample(
        self,
        channel: str,
        *,
        value: Any = None,
        samples: list[float] | None = None,
        tail: bytes = b"",
        device_ns: int | None = None,
        first: int | None = None,
        heard_ns: tuple[int, int] | None = None,
        **more: Any,
    ) -> None:
        """Hands on one sample.

        Args:
            device_ns: the device's own stamp; of a waveform that of its first sample.
            first: number of a waveform's first sample, counted by the connector or the device.
            heard_ns: (wall, monotonic) when it was heard, if that was not now.
        """
        wall, mono = heard_ns or (self._wall(), self._mono())
        if samples is not None:
            tail = samples_out(samples)
        head: Head = {"t": "sample", "c": channel, "w": wall, "m": mono}
        if device_ns is not None:
            head["d"] = device_ns
        if value is not None:
            head["v"] = value
        if first is not None:
            head["n"] = first
        head.update(more)
        with self._lock:
            self._number += 1
            head["q"] = self._number
            frame = pack(head, tail)
            self._kept.append((self._number, frame))
            self._kept_bytes += len(frame)
            while self._kept_bytes > KEPT_BYTES_MAX and len(self._kept) > 1:
                number, old = self._kept.popleft()
                self._kept_bytes -= len(old)
                self.dropped += 1
                self._sent = max(self._sent, number)
            if self._sent == self._number - 1 and self._write(frame):
                self._sent = self._number

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Waits until all is on disk; False when time ran out."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._kept, timeout_s)

    def close(self) -> None:
        self.flush(1.0)
        with self._lock:
            self._closing = True
            self._drop_socket()
        self._thread.join(2)

    # --- the socket

    def _write(self, data: bytes) -> bool:
        if self._socket is None:
            return False
        try:
            self._socket.sendall(data)
        except OSError:
            self._drop_socket()
            return False
        return True

    def _drop_socket(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket = None

    def _keep_open(self) -> None:
        while not self._closing:
            with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as line:
                line.connect(os.fspath(self.path))
                self._talk(line)
            with self._lock:
                self._drop_socket()
            time.sleep(AGAIN_AFTER_S)

    def _talk(self, line: socket.socket) -> None:
        stream = line.makefile("rb")
        hello: Head = {
            "t": "hello", "connector": self.connector, "kind": self.kind, "run": self.run, "boot": boot_id(),
            "pid": os.getpid(), "w": self._wall(), "m": self._mono(), "dropped": self.dropped,
        }  # fmt: skip
        line.sendall(pack(hello))
        while (head := _read(stream)) is not None:
            if head["t"] == "have":
                with self._lock:
                    self._confirm(int(head["q"]))
                    self._socket = line
                    for channel in self._channels.values():
                        self._write(pack(channel.head()))
                    self._write(pack(self._state))
                    for number, frame in list(self._kept):
                        if not self._write(frame):
                            break
                        self._sent = number
            elif head["t"] == "ack":
                with self._lock:
                    self._confirm(int(head["q"]))

    def _confirm(self, number: int) -> None:
        while self._kept and self._kept[0][0] <= number:
            self._kept_bytes -= len(self._kept.popleft()[1])
        if not self._kept:
            self._lock.notify_all()


def _read(stream: Any) -> Head | None:
    first = stream.read(LENGTHS_BYTES)
    if len(first) < LENGTHS_BYTES:
        return None
    head, tail = lengths(first)
    data = stream.read(head + tail)
    return unpack_head(data[:head]) if len(data) == head + tail else None
