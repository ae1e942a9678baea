"""A short hospital is built, played, written and taken down; nothing of it stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "lab" / "run.sh"
pytestmark = pytest.mark.lab


MARK = f"test-{os.getpid()}"  # every program of these tests carries it, so other runs on the machine do not disturb
ENVIRONMENT = os.environ | {"HINOMI_LAB_MARK": MARK}


def traces() -> dict[str, str]:
    """What a run could leave on the machine: namespaces, mounts, interfaces, processes, rules, accounts."""

    def printed(*args: str) -> str:
        return subprocess.run(args, capture_output=True, text=True).stdout

    processes = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"HINOMI_LAB_MARK={MARK}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    processes.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return {
        "namespaces": printed("ip", "netns", "list"),
        "mounts": "\n".join(line for line in Path("/proc/mounts").read_text().splitlines() if "hinomi" in line),
        "interfaces": "\n".join(sorted(line.split(": ")[1] for line in printed("ip", "-o", "link").splitlines())),
        "routes": printed("ip", "route"),
        "rules": printed("nft", "list", "ruleset"),
        "processes": "\n".join(sorted(processes)),
        "accounts": Path("/etc/passwd").read_text(),
        "resolver": Path("/etc/resolv.conf").read_text(),
        "folders": "\n".join(
            sorted(
                str(path)
                for where, names in (("/run", "hinomi-*"), ("/etc/netns", "hinomi-*"), ("/tmp", "hinomi-lab*"))
                for path in Path(where).glob(names)
            )
        ),
    }


@pytest.fixture(scope="module")
def short_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, str]]:
    subprocess.run([ROOT / "lab" / "install.sh"], check=True)
    out, before = tmp_path_factory.mktemp("lab"), traces()
    done = subprocess.run(
        [RUN, "--scenario", "short", "--seed", "3", "--out", str(out)], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out, before, traces()


def test_it_leaves_nothing(short_run: tuple[Path, dict[str, str], dict[str, str]]) -> None:
    _, before, after = short_run
    assert after == before


def test_tshark_agrees_with_the_truth(short_run: tuple[Path, dict[str, str], dict[str, str]]) -> None:
    done = subprocess.run(
        [ROOT / ".venv-lab/bin/python", "-m", "lab.check_tshark", str(short_run[0])],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_truth_has_measured_times(short_run: tuple[Path, dict[str, str], dict[str, str]]) -> None:
    truth = json.loads((short_run[0] / "truth.json").read_text())
    assert truth["schema"] == 1 and truth["seed"] == 3
    assert truth["conversations"] and truth["in_use"] and truth["incidents"]
    for row in truth["conversations"]:
        assert truth["start"] <= row["first"] <= row["last"] <= truth["end"], row
    for incident in truth["incidents"]:
        assert incident["steps"], incident
        times = [step["time"] for step in incident["steps"]]
        assert times == sorted(times)
        assert truth["start"] <= times[0] and times[-1] <= truth["end"]


def test_each_frame_is_seen_once(short_run: tuple[Path, dict[str, str], dict[str, str]]) -> None:
    """The mirror copies only what enters from hosts, so no TCP segment is a plain repetition."""
    done = subprocess.run(
        [
            "tshark",
            "-n",
            "-r",
            str(short_run[0] / "capture.pcap"),
            "-Y",
            "tcp.analysis.retransmission",
            "-T",
            "fields",
            "-e",
            "frame.number",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    frames = subprocess.run(
        ["tshark", "-n", "-r", str(short_run[0] / "capture.pcap"), "-Y", "tcp", "-T", "fields", "-e", "frame.number"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(frames.stdout.split()) > 200
    assert len(done.stdout.split()) <= len(frames.stdout.split()) * 0.01


def _inner(process: subprocess.Popen[bytes]) -> int:
    """The run itself: the one child of the process that holds its namespaces."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 1, "the run had not begun, so the test shows nothing"
    return int(children[0])


@pytest.mark.parametrize("whom", ["the holder of the namespaces", "the run itself"])
@pytest.mark.parametrize("after", ["lab: building", "lab: starting servers", "seconds of work"])
def test_kill_leaves_nothing(tmp_path: Path, after: str, whom: str) -> None:
    """SIGKILL while building, while servers start and while playing: namespaces, processes, mounts, rules are gone."""
    before = traces()
    process = subprocess.Popen(
        [RUN, "--scenario", "short", "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    assert process.stdout
    for line in process.stdout:
        if after in line.decode():
            break
    time.sleep(1.5)  # somewhere in the middle of it
    assert process.poll() is None
    assert traces()["processes"] != before["processes"], "nothing had been started, so the test shows nothing"
    os.kill(process.pid if whom.startswith("the holder") else _inner(process), signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(50):
        if traces() == before:
            break
        time.sleep(0.2)
    assert traces() == before
    assert not (tmp_path / "truth.json").exists()


def test_without_root_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", str(RUN)],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert done.returncode == 77
    assert "needs root" in done.stderr and "hint:" in done.stderr
