"""`make bench`: Hinomi beside its peers on the same captures, in the same run, interleaved, with ratios.

    bench/run.py [--capture FILE] [--megabytes 1000] [--rounds 5] [--only NAME,…] [--out FILE.md]

Without --capture there are two: the bundled capture, repeated with changed addresses to the size asked for
(a hospital's mix), and the short conversations of all lab captures, repeated (small flows). Each round runs
every program once, in turn, so that a drift of the machine's speed meets all of them; the slowest run in
fewer rounds, and the table says in how many. A program's figure is the median of its rounds; the ratio is
the median of the ratios round by round. A run that failed or did not count every packet is no result and
is printed as such. Programs "on one core" are held on one processor.
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
import small_flows
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
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print("nfstream could not be installed; it is left out")
            return None
    return python


def multiplied(name: str, source: Path, megabytes: int) -> Path:
    """A capture, repeated with changed addresses."""
    target = OUT / f"{name}-{megabytes}MB.pcap"
    if not target.exists():
        command = [sys.executable, str(ROOT / "bench/multiply.py"), str(source), str(target)]
        subprocess.run([*command, "--megabytes", str(megabytes)], check=True)
    return target


def captures(megabytes: int) -> list[Path]:
    """The two reference captures."""
    source = sorted((ROOT / "cases/first-light").glob("capture.*"))
    if not source:
        sys.exit("The bundled capture is missing.\nhint: clone the whole repository; it is in cases/first-light/.")
    short = OUT / "small-flows.pcap"
    if not short.exists():
        small_flows.make(short)
    return [
        multiplied("hospital", source[0], megabytes),
        # Copies are told apart by one byte of the address, so there are at most 256.
        multiplied("small-flows", short, max(1, min(megabytes // 5, short.stat().st_size * 250 // 1_000_000))),
    ]


def run_once(peer: Peer, capture: Path) -> tuple[float, float, float, int, str]:
    """Wall seconds, CPU seconds of it and its children, peak MiB of the largest process, exit code, output."""
    scratch = Path(tempfile.mkdtemp(prefix="bench-", dir=OUT))
    try:
        environment = dict(os.environ)
        if peer.environment:
            environment |= peer.environment(scratch)
        with tempfile.TemporaryFile() as output:
            start = time.monotonic()
            command = peer.command(capture, scratch)
            if peer.one_core and shutil.which("taskset"):
                command = ["taskset", "-c", "0", *command]
            child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
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
    wanted = {name for name in arguments.only.split(",") if name}
    chosen = [peer for peer in peers(bench_python()) if not wanted or peer.name in wanted]
    reports, faults = [], False
    for capture in [arguments.capture] if arguments.capture else captures(arguments.megabytes):
        report, any_fault = compare(capture, chosen, arguments.rounds)
        reports.append(report)
        faults |= any_fault
        print(report)
        arguments.out.write_text("\n".join(reports), "utf-8")
    return 1 if faults else 0


def compare(capture: Path, chosen: list[Peer], rounds: int) -> tuple[str, bool]:
    """Runs all programs on one capture; returns the table, and whether one gave no result."""
    truth = subprocess.run(["capinfos", "-M", "-c", str(capture)], capture_output=True, text=True, check=True)
    packets = int(truth.stdout.rsplit(":", 1)[1])
    with capture.open("rb") as handle:  # warm the page cache
        while handle.read(1 << 24):
            pass

    results = {peer.name: Result(peer) for peer in chosen}
    for round_number in range(rounds):
        for result in results.values():
            if result.fault or round_number >= result.peer.rounds_max:
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

    report = render(capture, packets, rounds, list(results.values()))
    return report, any(result.fault for result in results.values())


def render(capture: Path, packets: int, rounds: int, results: list[Result]) -> str:
    size = capture.stat().st_size
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; "
        f"{capture.name}: {packets:,} packets, {size / 1e6:,.0f} MB, mean {size / packets:.0f} bytes; "
        f"medians of {rounds} interleaved rounds, page cache warm.",
        "",
        "| program | version | what it does | rounds | wall s | CPU s | peak MiB | packets/s "
        "| `hinomi read` is | `hinomi engine` is |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    by_name = {result.peer.name: result for result in results}
    for result in results:
        peer = result.peer
        if result.fault or not result.wall_s:
            lines.append(f"| {peer.name} | {peer.version} | {peer.what} | no result: {result.fault} | | | | | | |")
            continue
        wall = statistics.median(result.wall_s)
        ratios = []
        for ours in ("hinomi read", "hinomi engine"):
            mine = by_name.get(ours)
            if mine is None or mine.fault or mine is result:
                ratios.append("")
                continue
            times = statistics.median(b / a for a, b in zip(mine.wall_s, result.wall_s, strict=False))
            ratios.append(f"{times:.2f} × as fast")
        lines.append(
            f"| {peer.name} | {peer.version} | {peer.what} | {len(result.wall_s)} "
            f"| {wall:.2f} | {statistics.median(result.cpu_s):.2f} "
            f"| {max(result.peak_mib):,.0f} | {packets / wall:,.0f} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
