"""`make bench`: Hinomi beside its peers on the same capture, in the same run, interleaved, with ratios.

    bench/run.py [--capture FILE] [--megabytes 1000] [--rounds 5] [--only NAME,…] [--out FILE.md]

Without --capture, the bundled capture is repeated with changed addresses to the size asked for. Each round
runs every program once, in turn, so that a drift of the machine's speed meets all of them. A program's
figure is the median of its rounds; the ratio is the median of the ratios round by round. A run that failed
or did not count every packet is no result and is printed as such.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from peers import ROOT, Peer, peers

OUT = ROOT / "bench" / "out"


@dataclass
class Result:
    peer: Peer
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    peak_mib: list[float] = field(default_factory=list)
    fault: str = ""


def bench_python() -> Path | None:
    """The interpreter with nfstream, set up at first use; None when it cannot be had."""
    python = ROOT / ".venv-bench" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ROOT / ".venv-bench")], check=True)
    probe = subprocess.run([str(python), "-c", "import nfstream"], capture_output=True, check=False)
    if probe.returncode != 0:
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", "-r", str(ROOT / "bench/requirements.txt")],
            capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            print("nfstream could not be installed; it is left out")
            return None
    return python


def make_capture(megabytes: int) -> Path:
    """The bundled capture, repeated with changed addresses."""
    target = OUT / f"hospital-{megabytes}MB.pcap"
    if target.exists():
        return target
    OUT.mkdir(parents=True, exist_ok=True)
    source = sorted((ROOT / "cases/first-light").glob("capture.*"))
    if not source:
        sys.exit("The bundled capture is missing.\nhint: clone the whole repository; it is in cases/first-light/.")
    subprocess.run(
        [sys.executable, str(ROOT / "bench/multiply.py"), str(source[0]), str(target), "--megabytes", str(megabytes)],
        check=True,
    )
    return target


def run_once(peer: Peer, capture: Path) -> tuple[float, float, float, int, str]:
    """Wall seconds, CPU seconds of it and its children, peak MiB of the largest process, exit code, output."""
    scratch = Path(tempfile.mkdtemp(prefix="bench-", dir=OUT))
    try:
        environment = dict(os.environ)
        if peer.environment:
            environment |= peer.environment(scratch)
        with tempfile.TemporaryFile() as output:
            start = time.monotonic()
            child = subprocess.Popen(
                peer.command(capture, scratch), stdout=output, stderr=subprocess.STDOUT, env=environment
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode, text
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def counted(peer: Peer, capture: Path, output: str) -> int | None:
    if peer.check is None:
        return peer.count(output)
    done = subprocess.run(peer.check(capture), capture_output=True, text=True, check=False)
    return peer.count(done.stdout + done.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--capture", type=Path)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=OUT / "bench.md")
    arguments = parser.parse_args()

    OUT.mkdir(parents=True, exist_ok=True)
    capture = arguments.capture or make_capture(arguments.megabytes)
    wanted = {name for name in arguments.only.split(",") if name}
    chosen = [peer for peer in peers(bench_python()) if not wanted or peer.name in wanted]

    truth = subprocess.run(["capinfos", "-M", "-c", str(capture)], capture_output=True, text=True, check=True)
    packets = int(truth.stdout.rsplit(":", 1)[1])
    with capture.open("rb") as handle:  # warm the page cache
        while handle.read(1 << 24):
            pass

    results = {peer.name: Result(peer) for peer in chosen}
    for round_number in range(arguments.rounds):
        for result in results.values():
            if result.fault:
                continue
            wall, cpu, peak, code, output = run_once(result.peer, capture)
            if code != 0:
                result.fault = f"exit code {code}: {output.strip()[-200:]}"
                continue
            if round_number == 0:
                count = counted(result.peer, capture, output)
                short = count is None or (count != packets and not (result.peer.only_ip and count > 0.95 * packets))
                if short:
                    result.fault = f"counted {count} of {packets} packets"
                    continue
            result.wall_s.append(wall)
            result.cpu_s.append(cpu)
            result.peak_mib.append(peak)
            print(f"round {round_number + 1}: {result.peer.name}: {wall:.2f} s", file=sys.stderr)

    report = render(capture, packets, arguments.rounds, list(results.values()))
    arguments.out.write_text(report, "utf-8")
    print(report)
    return 1 if any(result.fault for result in results.values()) else 0


def render(capture: Path, packets: int, rounds: int, results: list[Result]) -> str:
    size = capture.stat().st_size
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; "
        f"{capture.name}: {packets:,} packets, {size / 1e6:,.0f} MB, mean {size / packets:.0f} bytes; "
        f"medians of {rounds} interleaved rounds, page cache warm.",
        "",
        "| program | version | what it does | wall s | CPU s | peak MiB | packets/s "
        "| `hinomi read` is | `hinomi engine` is |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    by_name = {result.peer.name: result for result in results}
    for result in results:
        peer = result.peer
        if result.fault or not result.wall_s:
            lines.append(f"| {peer.name} | {peer.version} | {peer.what} | no result: {result.fault} | | | | | |")
            continue
        wall = statistics.median(result.wall_s)
        ratios = []
        for ours in ("hinomi read", "hinomi engine"):
            mine = by_name.get(ours)
            if mine is None or mine.fault or mine is result or len(mine.wall_s) != len(result.wall_s):
                ratios.append("")
                continue
            times = statistics.median(b / a for a, b in zip(mine.wall_s, result.wall_s, strict=True))
            ratios.append(f"{times:.2f} × as fast")
        lines.append(
            f"| {peer.name} | {peer.version} | {peer.what} | {wall:.2f} | {statistics.median(result.cpu_s):.2f} "
            f"| {max(result.peak_mib):,.0f} | {packets / wall:,.0f} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
