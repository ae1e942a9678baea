"""What the processes of the tap may not do is tried, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

TRIES = {
    "socket": "import socket; socket.socket()",
    "packet_socket": "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)",
    "open": "open('/etc/hostname')",
    "write_file": "import os; os.open('/tmp/hinomi-never', os.O_WRONLY | os.O_CREAT)",
    "fork": "import os; os.fork()",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "kill": "import os; os.kill(1, 0)",
    "write_elsewhere": "import os; os.write(FD, b'x')",
    "send": "SOCKET.send(b'x')",
    "executable_memory": "import mmap; mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
}


def attempt(role: str, code: str, *, confined: bool = True) -> str:
    """What becomes of `code` in a process of that role."""
    program = f"""
import os, socket, mmap
from hinomi import _wire
SOCKET, other = socket.socketpair()
FD = os.open("/dev/null", os.O_WRONLY)
body = compile({code!r}, "try", "exec")
if {confined}:
    _wire.confine({role!r}, [1])
try:
    exec(body)
    os.write(1, b"done")
except PermissionError:
    os.write(1, b"refused")
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("role", ["ears", "parser"])
@pytest.mark.parametrize("name", TRIES)
def test_refused(role: str, name: str) -> None:
    assert attempt(role, TRIES[name]) == "refused"


@pytest.mark.parametrize("name", ["socket", "open", "write_elsewhere", "send", "executable_memory"])
def test_the_trials_themselves_would_work(name: str) -> None:
    assert attempt("parser", TRIES[name], confined=False) == "done"


def test_threads_may_start_in_the_parser_only() -> None:
    code = "import _thread; lock = _thread.allocate_lock(); lock.acquire(); _thread.start_new_thread(lock.release, ()); lock.acquire()"
    assert attempt("parser", code) == "done"


def test_nobody_and_no_capabilities() -> None:
    program = (
        "from hinomi.live.privileges import become_nobody; become_nobody(); print(open('/proc/self/status').read())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    status = dict(line.split(":\t", 1) for line in done.stdout.splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    if os.geteuid() == 0:
        assert "0" not in status["Uid"].split() and status["Groups"].strip() == ""
