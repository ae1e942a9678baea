"""Runs one scenario from the first namespace to the last line of the truth."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import commands, services, tap, topology  # noqa: F401 - commands registers itself
from .actions import ACTIONS, Scene
from .clock import Clock, yesterday_ns
from .house import House, PeerError
from .plan import Plan, Step, make_plan
from .topology import load_hospital
from .truth import Truth, now

HERE = Path(__file__).resolve().parent
WORK = Path("/run/hinomi-lab")
SWITCHED_ON_TOGETHER = 3


def make_private() -> None:
    """Give this run its own /run, /etc and /var, so that nothing it writes there outlives it.

    The caller has already put us into a mount namespace of our own (see run.sh).
    """
    if str(Path("/proc/self/ns/mnt").readlink()) == os.environ.get("HINOMI_LAB_HOST_MNT", ""):
        raise SystemExit("lab: this must run through lab/run.sh, in namespaces of its own")

    def mount(*args: str) -> None:
        subprocess.run(["mount", *args], check=True)

    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "-o", "mode=755", "hinomi-run", "/run")
    for name in ("etc", "var"):
        upper, inner = Path(f"/run/over/{name}/upper"), Path(f"/run/over/{name}/work")
        upper.mkdir(parents=True)
        inner.mkdir(parents=True)
        mount("-t", "overlay", "hinomi-" + name, "-o", f"lowerdir=/{name},upperdir={upper},workdir={inner}", f"/{name}")
    for path in ("/run/netns", "/run/sshd", "/run/lock/p910nd", "/run/user", "/etc/netns"):
        Path(path).mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "hinomi-x11", "/tmp/.X11-unix") if Path("/tmp/.X11-unix").is_dir() else None
    WORK.mkdir(mode=0o755)


def run(scenario: Path, seed: int, out: Path, seconds: float | None = None, case: str | None = None) -> int:
    """Build, play, write. Returns the exit code: 0 when every action did what the truth says."""
    plan = make_plan(scenario, seed)
    length = min(plan.seconds, seconds) if seconds else plan.seconds
    hospital = load_hospital(plan.hospital)
    make_private()
    clock = Clock() if plan.day_begins is None else Clock(WORK / "clock", yesterday_ns())
    clock.begin("switched on", plan.day_begins or 0)
    say(f"building {len(hospital.hosts)} hosts in {len(hospital.zones)} zones")
    for host in hospital.hosts.values():
        folder = Path("/etc/netns") / host.netns
        folder.mkdir(parents=True)
        (folder / "resolv.conf").write_text(f"nameserver {_resolver(hospital, host)}\nsearch {hospital.domain}\n")
        (folder / "hosts").write_text(f"127.0.0.1 localhost\n{host.address} {host.hostname}\n")
    topology.build(hospital)
    house = House(hospital, WORK, seed, plan.worklist, clock)
    truth = Truth(case or plan.case, seed, hospital, clock)
    truth.agenda = [row | {"at": clock.midnight_ns + row["at"] * 10**9} for row in plan.agenda]
    for name, detection in plan.incidents.items():
        truth.incident(name, detection)
    capture = WORK / "capture.pcap"
    listener = tap.Tap(capture)
    try:
        say("starting servers")
        services.start_all(house)
        listener.start()
        truth.start = now()
        time.sleep(0.3)
        clients = [host for host in hospital.hosts.values() if host.dhcp and not host.extra.get("late")]
        say(f"{len(clients)} hosts ask for an address; then {length:.0f} seconds of work")
        _lease_all(house, truth, clients)
        _play(house, truth, plan, length)
        time.sleep(1)
    finally:
        truth.end = now()
        counters = listener.stop() if listener.process else {}
        house.stop()
    say(f"tap: {counters}")
    if counters.get("dropped by kernel"):
        house.problem(f"the tap lost {counters['dropped by kernel']} packets")
    out.mkdir(parents=True, exist_ok=True)
    truth.write(WORK / "truth.json", tap.heard(capture, hospital), tap.speakers(capture))
    if clock.file:
        tap.lay(capture, clock)
    shutil.copytree(house.logs, out / "logs", dirs_exist_ok=True)
    for name in ("capture.pcap", "truth.json"):
        shutil.copyfile(WORK / name, out / (name + ".part"))
        (out / (name + ".part")).replace(out / name)
    say(f"wrote {out}/capture.pcap ({(out / 'capture.pcap').stat().st_size} bytes) and truth.json")
    for problem in house.problems:
        print(f"lab: problem: {problem}", file=sys.stderr)
    return 1 if house.problems else 0


def _resolver(hospital: topology.Hospital, host: topology.Host) -> str:
    wanted = "dhcp" if host.zone.routed else "outside_dns"
    return next((other.address for other in hospital.hosts.values() if wanted in other.services), "127.0.0.1")


def _lease_all(house: House, truth: Truth, clients: list[topology.Host]) -> None:
    """Hosts are switched on, a few at a time, and get their addresses."""
    if not clients:
        return
    server = house.hospital.by_service("dhcp")

    def switch_on(host: topology.Host) -> None:
        with truth.conversation(host.id, server.id, "dhcp", 67, "address lease (through the core router's relay)"):
            services.lease_and_wait(house, host)
        truth.show(host.id, "hostname")  # option 12
        if host.personality.dhcp_vendor_class.startswith("MSFT"):
            truth.show(host.id, "os")
        services.start_for_client(house, host)

    with ThreadPoolExecutor(SWITCHED_ON_TOGETHER) as pool:
        list(pool.map(switch_on, clients))
    truth.show(server.id, "category", "type")


def _play(house: House, truth: Truth, plan: Plan, length: float) -> None:
    """Do each stretch's steps at their seconds, each in a thread of its own; then cut to the next stretch.

    A step that failed leaves no trace in the truth.
    """
    for stretch in plan.stretches:
        if stretch.begins >= length:
            break
        house.begin(stretch.id, stretch.clock)
        begin = time.monotonic() - stretch.begins
        end = begin + min(length, stretch.begins + stretch.seconds)
        if stretch.id:
            say(f"{house.clock.now():%H:%M} {stretch.id}: {stretch.what or stretch.seconds}")
            services.renew_leases(house, truth)
        threads: list[threading.Thread] = []

        def do(step: Step, end: float = end) -> None:
            scene = Scene(house, truth, house.host(step.actor), step.args, max(5.0, end - time.monotonic()))
            try:
                ACTIONS[step.kind](scene)
            except PeerError:
                pass  # already remembered as a problem
            except Exception as error:
                house.problem(f"{step.actor} {step.kind}: {error!r}")

        for step in plan.steps:
            if step.stretch != stretch.id or step.at >= length:
                continue
            time.sleep(max(0.0, begin + step.at - time.monotonic()))
            thread = threading.Thread(target=do, args=(step,), daemon=True)
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join(max(1.0, end + 90 - time.monotonic()))


def say(text: str) -> None:
    print(f"lab: {text}", flush=True)
