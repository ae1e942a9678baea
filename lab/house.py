"""The running house: starts programs inside host namespaces and keeps what they print."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from .clock import SETTLE_SECONDS, Clock
from .topology import Hospital, Host

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
CLOCK = "JST-9"  # the wall clock of the house


class House:
    """One hospital that is up: its plan, its work folder, its processes."""

    def __init__(
        self, hospital: Hospital, work: Path, seed: int, worklist: list[dict[str, str]], clock: Clock | None = None
    ) -> None:
        self.hospital, self.work, self.seed, self.worklist = hospital, work, seed, worklist
        self.clock = clock or Clock()
        self.processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        self.leases: dict[str, tuple[subprocess.Popen[bytes], int]] = {}  # client program, when it last leased
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self.logs = work / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)

    def host(self, name: str) -> Host:
        return self.hospital.hosts[name]

    def folder(self, host: Host | str, *parts: str) -> Path:
        """A folder that only this host uses."""
        name = host if isinstance(host, str) else host.id
        path = self.work.joinpath("hosts", name, *parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _inside(self, host: Host, args: list[str]) -> list[str]:
        """The command as it runs in the host: own network, own host name."""
        name = host.hostname
        return [
            "ip",
            "netns",
            "exec",
            host.netns,
            "unshare",
            "--uts",
            "sh",
            "-c",
            f'hostname {name}; exec "$@"',
            "sh",
            *args,
        ]

    def _environment(self, host: Host, extra: dict[str, str] | None) -> dict[str, str]:
        environment = {key: os.environ[key] for key in ("PATH", "LANG", "HINOMI_LAB_MARK") if key in os.environ}
        environment["PATH"] = environment.get("PATH", "") + ":/usr/sbin:/sbin"
        environment |= {
            "TZ": CLOCK,
            "HOME": str(self.folder(host, "home")),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
        }
        return environment | self.clock.environment() | (extra or {})

    def begin(self, stretch: str, at_second: int) -> None:
        """The house's clock jumps to the beginning of a stretch; every program has noticed when this returns."""
        self.clock.begin(stretch, at_second)
        if self.clock.file:
            time.sleep(SETTLE_SECONDS)

    def log(self, label: str) -> IO[bytes]:
        return (self.logs / f"{label}.log").open("ab")

    def spawn(
        self, host: Host, label: str, args: list[str], env: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program that stays."""
        with self.log(f"{host.id}-{label}") as log:
            process = subprocess.Popen(
                self._inside(host, args),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self._environment(host, env),
                cwd=self.folder(host),
                start_new_session=True,
            )  # smbd ends its whole group
        with self._lock:
            self.processes.append((f"{host.id}-{label}", process))
        return process

    def run(
        self,
        host: Host,
        label: str,
        args: list[str],
        *,
        text: str | None = None,
        seconds: float = 120,
        ok: tuple[int, ...] = (0,),
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end; a failure is remembered, because the truth must not claim it happened."""
        try:
            done = subprocess.run(
                self._inside(host, args),
                input=text.encode() if text is not None else b"",
                capture_output=True,
                timeout=seconds,
                env=self._environment(host, env),
                cwd=self.folder(host),
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            self.problem(f"{host.id} {label}: did not end within {seconds} s")
            raise PeerError(label) from error
        with self.log(f"{host.id}-{label}") as log:
            log.write(f"$ {' '.join(args)}\n".encode() + done.stdout + done.stderr + b"\n")
        if done.returncode not in ok:
            tail = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-1:]
            self.problem(f"{host.id} {label}: ended with {done.returncode}: {' '.join(tail)}")
            raise PeerError(label)
        return done

    def account(self, name: str) -> None:
        """A user account in the lab's own copy of /etc (see run.py), never in the machine's."""
        with self._lock:
            if subprocess.run(["id", name], capture_output=True).returncode:
                subprocess.run(
                    [
                        "useradd",
                        "--no-create-home",
                        "--home-dir",
                        str(self.work),
                        "--shell",
                        "/bin/sh",
                        "--password",
                        "*",
                        name,
                    ],
                    check=True,
                    capture_output=True,
                )

    def problem(self, text: str) -> None:
        with self._lock:
            self.problems.append(text)
        print(f"lab: problem: {text}", file=sys.stderr, flush=True)

    def peer(self, module: str, *args: object) -> list[str]:
        """The command line of one of the lab's own peers."""
        return [PYTHON, "-m", f"lab.peers.{module}", *(str(arg) for arg in args)]

    def wait_for(self, host: Host, port: int, seconds: float = 60) -> None:
        """Wait until a TCP port of the host listens, without sending anything."""
        if not self._waits(lambda: self._asks(host, "ss", "-Htln", f"sport = :{port}"), seconds):
            self.problem(f"{host.id}: nothing listens on {port}")

    def wait_for_screen(self, host: Host, display: int, seconds: float = 60) -> None:
        """Wait until an X server of the host shows this display (its abstract socket)."""
        name = f"@/tmp/.X11-unix/X{display}"
        if not self._waits(lambda: self._asks(host, "ss", "-Hxl", f"src = {name}"), seconds):
            self.problem(f"{host.id}: no screen {display}")

    @staticmethod
    def _asks(host: Host, *args: str) -> str:
        return subprocess.run(["ip", "netns", "exec", host.netns, *args], capture_output=True, text=True).stdout.strip()

    @staticmethod
    def _waits(true: Callable[[], str], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                return False
            time.sleep(0.2)
        return True

    def stop(self) -> None:
        """End every program that is still there, politely first; tell of those that had ended by themselves."""
        for label, process in self.processes:
            if (process.poll() or 0) > 0 and process.returncode != 143:
                print(f"lab: note: {label} had ended by itself with {process.returncode}", flush=True)
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + 3
        for _, process in self.processes:
            try:
                process.wait(max(0.05, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    # --- certificates, made at run time

    def certificate(self, name: str, names: list[str]) -> tuple[Path, Path, Path]:
        """A certificate for these names, from the house's own authority: (certificate, key, authority)."""
        folder = self.work / "tls"
        folder.mkdir(exist_ok=True)
        authority, authority_key = folder / "ca.crt", folder / "ca.key"
        with self._lock:
            if not authority.exists():
                _openssl(
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "3650",
                    "-subj",
                    "/C=JP/O=Hinomi Lab/CN=Hinomi Lab CA",
                    "-keyout",
                    str(authority_key),
                    "-out",
                    str(authority),
                    env=self.clock.environment(),
                )
            certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
            if not certificate.exists():
                request = folder / f"{name}.csr"
                _openssl(
                    "req",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-subj",
                    f"/C=JP/O=Hinomi Lab/CN={names[0]}",
                    "-addext",
                    "subjectAltName=" + ",".join(f"DNS:{n}" for n in names),
                    "-keyout",
                    str(key),
                    "-out",
                    str(request),
                    env=self.clock.environment(),
                )
                _openssl(
                    "x509",
                    "-req",
                    "-in",
                    str(request),
                    "-CA",
                    str(authority),
                    "-CAkey",
                    str(authority_key),
                    "-CAcreateserial",
                    "-days",
                    "825",
                    "-copy_extensions",
                    "copyall",
                    "-out",
                    str(certificate),
                    env=self.clock.environment(),
                )
        return certificate, key, authority


class PeerError(RuntimeError):
    """A real program of the lab failed; the action that used it did not happen."""


def _openssl(*args: str, env: dict[str, str]) -> None:
    done = subprocess.run(["openssl", *args], capture_output=True, text=True, env=dict(os.environ) | env)
    if done.returncode:
        raise RuntimeError(f"openssl {args[0]}: {done.stderr.strip()}")


def have(*programs: str) -> list[str]:
    """Which of these programs are missing on this machine."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [program for program in programs if shutil.which(program, path=path) is None]
