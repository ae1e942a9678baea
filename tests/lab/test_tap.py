"""A real interface: two ends of a veth pair, tcpreplay on one, `hinomi listen` on the other.

Each test has a network namespace of its own and runs this very file inside it.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi import _wire
from hinomi.home import Home
from hinomi.live import interfaces
from hinomi.model import EvidenceRef
from hinomi.texts import Problem

pytestmark = pytest.mark.lab
ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "cases" / "first-light" / "capture.pcap.zst"
HINOMI = str(Path(sys.executable).with_name("hinomi"))
TAP, SPAN = "hntap0", "hnspan0"
PACKETS = 9420  # of the case


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    subprocess.run([ROOT / "lab" / "install.sh"], check=True)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tap") / "first-light.pcap"
    path.write_bytes(pa.input_stream(str(CASE), compression="zstd").read())
    return path


def run(*args: object) -> str:
    return subprocess.run([str(a) for a in args], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def wire() -> Iterator[list[str]]:
    """A veth pair in a namespace; gives what to put before a command to run it there."""
    name = f"hinomi-tap-{os.getpid()}"
    inside = ["ip", "netns", "exec", name]
    run("ip", "netns", "add", name)
    try:
        run(*inside, "ip", "link", "add", TAP, "type", "veth", "peer", "name", SPAN)
        for end in (TAP, SPAN):
            run(*inside, "sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
            run(*inside, "ip", "link", "set", end, "arp", "off", "multicast", "off", "up")
        yield inside
    finally:
        until(lambda: subprocess.run(["ip", "netns", "del", name], capture_output=True).returncode == 0)


@contextmanager
def listening(wire: list[str], home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [*wire, HINOMI, "--home", str(home), "listen", TAP, *options]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        until(lambda: (home / "listening.json").exists() and status(home)["pid"] == child.pid)
        yield child
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 0, child.stderr.read() if child.stderr else ""
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def until(true: object, seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def status(home: Path) -> dict[str, object]:
    told: dict[str, object] = json.loads((home / "listening.json").read_text())
    return told


def counter(wire: list[str], interface: str, name: str) -> int:
    return int(run(*wire, "cat", f"/sys/class/net/{interface}/statistics/{name}"))


def play(wire: list[str], capture: Path, *speed: str) -> None:
    run(*wire, "tcpreplay", "-q", "--preload-pcap", *(speed or ("--pps=5000",)), "-i", SPAN, capture)


def children(parent: int) -> dict[str, int]:
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                above = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if above == parent and len(words) > 2:
                found[words[2].decode().rpartition(".")[2]] = int(entry.name)
    return found


def test_what_is_heard_is_what_was_played(wire: list[str], capture: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(wire, home):
        play(wire, capture, "--pps=3000")
        until(lambda: status(home)["packets"] == PACKETS)
        # Findings come while it listens, from another process that only looks.
        looking = Home(home)
        until(lambda: looking.state.findings().total > 0)
        assert looking.state.devices().total > 20
        looking.close()
    store = Home(home)
    (taken,) = store.state.captures()
    assert (taken.packets, taken.details["drops"], taken.details["live"]) == (PACKETS, 0, "ended")
    reader = _wire.Reader(str(capture), site="s", sensor="t", key=bytes(32))
    wanted = sum(b.num_rows for r, b in reader if r == "exchange")
    assert store.history.table("exchange").num_rows == wanted
    assert store.history.conversations().num_rows > 100
    assert sorted({f.format for f in store.state.history_files()}) == ["arrow"]
    store.close()


def test_not_one_packet_leaves(wire: list[str], capture: Path, tmp_path: Path) -> None:
    home, caught = tmp_path / "home", tmp_path / "sent.pcap"
    before = counter(wire, SPAN, "rx_packets")
    dump = subprocess.Popen(
        [*wire, "tcpdump", "-q", "-U", "-i", SPAN, "-Q", "in", "-w", caught], stderr=subprocess.PIPE
    )
    try:
        until(lambda: caught.exists() and caught.stat().st_size >= 24)
        with listening(wire, home):
            play(wire, capture)
            until(lambda: status(home)["packets"] == PACKETS)
            told = status(home)
        assert (told["outgoing"], told["sent"]) == (0, 0)
        assert counter(wire, SPAN, "rx_packets") == before == 0
        assert counter(wire, TAP, "tx_packets") == 0
        assert caught.stat().st_size == 24  # the file's head and no packet
        # The trap works: one ping from the tap's side is caught by all three.
        run(*wire, "ip", "address", "add", "192.0.2.1/24", "dev", TAP)
        run(*wire, "ip", "link", "set", TAP, "arp", "on")
        subprocess.run([*wire, "ping", "-c1", "-W1", "192.0.2.2"], capture_output=True)
        until(lambda: caught.stat().st_size > 24)
        assert counter(wire, SPAN, "rx_packets") > 0 and counter(wire, TAP, "tx_packets") > 0
    finally:
        dump.terminate()
        dump.wait()


def test_the_processes_are_confined(wire: list[str], tmp_path: Path) -> None:
    with listening(wire, tmp_path / "home") as session:
        below = children(session.pid)
        assert set(below) >= {"ears", "parser", "think"}
        for name, pid in {**below, "session": session.pid}.items():
            told = dict(
                line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
            )
            assert (told["CapEff"], told["CapPrm"], told["NoNewPrivs"]) == ("0" * 16, "0" * 16, "1"), name
            if name in ("ears", "parser"):
                assert told["Seccomp"] == "2" and "0" not in told["Uid"].split(), name
                kinds = {str(p.readlink()).partition(":")[0] for p in Path(f"/proc/{pid}/fd").iterdir()}
                assert ("socket" in kinds) == (name == "ears"), kinds


def test_killed_and_started_again(wire: list[str], capture: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(wire, home) as session:
        play(wire, capture, "--pps=3000")
        until(lambda: status(home)["packets"] == PACKETS)
        time.sleep(1.5)  # what is older than a second must be there
        below = children(session.pid)
        session.kill()
        session.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below.values()))
        session.returncode = 0
    reader = _wire.Reader(str(capture), site="s", sensor="t", key=bytes(32))
    wanted = sum(b.num_rows for r, b in reader if r == "exchange")
    store = Home(home)
    # Only what the capture's end itself says (questions without an answer) cannot be there.
    assert wanted - store.history.table("exchange").num_rows < wanted // 20
    store.close()
    with listening(wire, home):
        play(wire, capture)
        until(lambda: status(home)["packets"] == PACKETS)
    store = Home(home)
    assert sorted(str(c.details["live"]) for c in store.state.captures()) == ["broken_off", "ended"]
    # Nothing is counted twice and nothing never: each flow of both sessions is one flow of one conversation.
    told = store.history.sql(
        "SELECT capture, count(DISTINCT flow_id) AS flows FROM flow GROUP BY 1 ORDER BY 1"
    ).to_pylist()
    talked = store.history.sql("SELECT capture, sum(flows)::BIGINT AS flows FROM conversation GROUP BY 1 ORDER BY 1")
    assert len(told) == 2 and talked.to_pylist() == told
    assert store.state.devices().total > 20
    store.close()


def test_vlan_tags_come_back(wire: list[str], capture: Path, tmp_path: Path) -> None:
    """Tags that the card took off stand in the frame again: the kernel keeps them beside it."""
    home, tagged = tmp_path / "home", tmp_path / "tagged.pcap"
    content, at = capture.read_bytes(), 24
    out = [content[:24]]
    for _ in range(300):
        head, length = content[at : at + 8], int.from_bytes(content[at + 8 : at + 12], "little")
        frame = content[at + 16 : at + 16 + length]
        frame = frame[:12] + b"\x81\x00\x00\x7b" + frame[12:]
        out.append(head + struct.pack("<II", len(frame), len(frame)) + frame)
        at += 16 + length
    tagged.write_bytes(b"".join(out))
    with listening(wire, home):
        play(wire, tagged, "--pps=3000")
        until(lambda: status(home)["packets"] == 300)
    store = Home(home)
    assert store.history.sql("SELECT DISTINCT vlan FROM flow").column(0).to_pylist() == [123]
    # And the evidence has the frame as it was on the wire.
    reference = store.history.table("flow", ["capture", "packet", "offset"], limit=1).to_pylist()[0]
    assert store.history.packet(EvidenceRef(**reference))["data"][12:16] == b"\x81\x00\x00\x7b"
    store.close()


def test_an_address_that_appears_ends_it(wire: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    with listening(wire, home) as session:
        run(*wire, "ip", "address", "add", "192.0.2.1/24", "dev", TAP)
        assert session.wait(30) == 1
        assert "192.0.2.1" in session.stderr.read()  # type: ignore[union-attr]
        session.returncode = 0


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (("ip", "address", "add", "192.0.2.1/24", "dev", TAP), "has_address"),
        (("ip", "link", "set", TAP, "down"), "down"),
        (("sysctl", "-qw", f"net.ipv6.conf.{TAP}.disable_ipv6=0"), "ipv6_enabled"),
        (("sh", "-c", f"ip link add hnbr0 type bridge && ip link set {TAP} master hnbr0"), "is_member"),
    ],
)
def test_refused(wire: list[str], tmp_path: Path, harm: tuple[str, ...], problem: str) -> None:
    run(*wire, *harm)
    command = [*wire, HINOMI, "--home", tmp_path, "--lang", "en", "listen", TAP]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    ids = ("has_address",) if problem == "ipv6_enabled" else (problem,)
    wanted = [
        Problem(f"listen.{id}", name=TAP, address="", master="hnbr0").sentence().split(" the address ")[0] for id in ids
    ]
    if problem == "ipv6_enabled":  # the kernel gives itself an address at once
        wanted.append(Problem("listen.ipv6_enabled", name=TAP).sentence())
    assert done.returncode == 1 and any(w in done.stderr for w in wanted), done.stderr
    assert "hint: " in done.stderr and done.stderr.count("\n") == 2


def test_prepared_as_the_script_says(wire: list[str], tmp_path: Path) -> None:
    run(*wire, "ip", "address", "add", "192.0.2.1/24", "dev", TAP)
    run(*wire, "sysctl", "-qw", f"net.ipv6.conf.{TAP}.disable_ipv6=0")
    script = tmp_path / "prepare.sh"
    script.write_text(interfaces.prepare_script([TAP]))
    run(*wire, "sh", script)
    with listening(wire, tmp_path / "home"):
        pass


def carried(wire: list[str]) -> int:
    """Packets that were given to the pair, whether it could carry them or not. What tcpreplay says is no
    measure: from its second loop on `--unique-ip` leaves out every frame that is not IP."""
    return counter(wire, SPAN, "tx_packets") + counter(wire, SPAN, "tx_dropped")


def accounted(home: Path) -> int:
    told = status(home)
    return int(str(told["packets"])) + int(str(told["drops"]))


def drops_of(home: Path) -> tuple[int, int]:
    """Lost packets as the session's end and as the coverage tell them."""
    store = Home(home)
    (taken,) = store.state.captures()
    covered = store.history.sql("SELECT sum(drops)::BIGINT FROM coverage").column(0)[0].as_py()
    store.close()
    return int(str(taken.details["drops"])), int(covered or 0)


def test_loss_and_delay(wire: list[str], capture: Path, tmp_path: Path) -> None:
    """As fast as tcpreplay can: every packet is heard or counted as lost, and each becomes rows.
    How many were lost and how long a row took depends on the machine: it is told, not judged."""
    home = tmp_path / "home"
    with listening(wire, home):
        begun = time.monotonic()
        play(wire, capture, "--topspeed", "--loop=20", "--unique-ip")
        packets = carried(wire)
        rate = packets / (time.monotonic() - begun)
        assert packets > 19 * PACKETS  # nearly all of each loop are IP
        until(lambda: accounted(home) >= packets, 180)
        told = status(home)
        delays = seen_after(home, lambda: play(wire, capture, "--pps=2000"))
        packets = carried(wire)
        until(lambda: accounted(home) >= packets, 180)
        assert accounted(home) == packets
        assert (status(home)["unreadable"], status(home)["waiting"]) == (0, 0)
    p99 = sorted(delays)[len(delays) * 99 // 100]
    print(
        f"\n{told['packets']:,} packets at {rate:,.0f}/s heard, {told['drops']:,} lost "
        f"({told['ring']:,} ring, {told['card']:,} pair); packet to row: p99 {p99:.2f} s of {len(delays):,} rows"
    )
    ended, covered = drops_of(home)
    assert ended == covered >= int(str(told["drops"]))


def test_what_nobody_takes_is_counted(wire: list[str], capture: Path, tmp_path: Path) -> None:
    """The ears are held still while far more comes than the ring holds."""
    home = tmp_path / "home"
    with listening(wire, home, "--ring", "2") as session:
        ears = children(session.pid)["ears"]
        os.kill(ears, signal.SIGSTOP)
        try:
            play(wire, capture, "--pps=30000", "--loop=3", "--unique-ip")
        finally:
            os.kill(ears, signal.SIGCONT)
        packets = carried(wire)
        until(lambda: accounted(home) >= packets, 180)
        told = status(home)
        assert accounted(home) == packets
        assert int(str(told["drops"])) == int(str(told["ring"])) + int(str(told["card"])) > 0
        told_there = doctor(home)
        assert told_there["level"] == "warn" and f"{told['drops']:,}" in told_there["text"]
    ended, covered = drops_of(home)
    assert ended == covered == told["drops"]


def test_the_end_takes_what_still_lies_in_the_ring(wire: list[str], capture: Path, tmp_path: Path) -> None:
    """Ended while packets wait in the ring: they are heard before the session is over."""
    home = tmp_path / "home"
    with listening(wire, home) as session:
        ears = children(session.pid)["ears"]
        os.kill(ears, signal.SIGSTOP)
        try:
            play(wire, capture, "--topspeed")
            session.send_signal(signal.SIGTERM)
        finally:
            os.kill(ears, signal.SIGCONT)
        assert session.wait(120) == 0
    store = Home(home)
    (taken,) = store.state.captures()
    store.close()
    assert taken.packets + int(str(taken.details["drops"])) == carried(wire)
    assert taken.packets > 0


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_serve_listens_beside(wire: list[str], capture: Path, tmp_path: Path, by: signal.Signals) -> None:
    """`hinomi serve --listen`: the console shows the tap; whoever ends the server, even by a kill, ends the session in order."""
    home = tmp_path / "home"
    run(*wire, "ip", "link", "set", "lo", "up")
    command = [*wire, HINOMI, "--home", str(home), "serve", "--port", "0", "--listen", TAP]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        until(lambda: (home / "listening.json").exists())
        session = int(str(status(home)["pid"]))
        play(wire, capture, "--pps=3000")
        until(lambda: accounted(home) >= carried(wire))

        def today() -> dict[str, object]:
            asked = f"import urllib.request as r; print(r.urlopen({address + '/api/overview'!r}).read().decode())"
            told: dict[str, object] = json.loads(run(*wire, sys.executable, "-c", asked))["listening"]
            return told

        told = today()
        assert told["interfaces"] == [TAP] and told["packets"] == status(home)["packets"]
        assert (told["silent"], told["sent"], told["drops"]) == (False, 0, status(home)["drops"])
        server.send_signal(by)
        server.wait(120)
        until(lambda: not Path(f"/proc/{session}").exists())
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    store = Home(home)
    (taken,) = store.state.captures()
    store.close()
    assert taken.details["live"] == "ended"
    assert taken.packets + int(str(taken.details["drops"])) == carried(wire)


def doctor(home: Path) -> dict[str, str]:
    done = subprocess.run([HINOMI, "--home", home, "--lang", "en", "doctor", "--json"], capture_output=True, text=True)
    return next(row for row in json.loads(done.stdout) if row["name"] == "listening")


def seen_after(home: Path, playing: Callable[[], None]) -> list[float]:
    """Seconds from the tap's time of each exchange to the moment when a question of another process finds
    it; until no packet of what was played is still to become a row."""
    store, delays = Home(home), []
    question = "SELECT coalesce(max(time + coalesce(duration_ns, 0)), 0)::BIGINT FROM exchange"
    newest = store.history.sql(question).column(0)[0].as_py()
    child = threading.Thread(target=playing)
    child.start()
    seen: set[tuple[int, int]] = set()
    changed = time.monotonic()
    end = changed + 180
    while time.monotonic() < end and (child.is_alive() or time.monotonic() - changed < 8 or not seen):
        rows = store.history.sql(
            "SELECT flow_id, packet, (time + coalesce(duration_ns, 0))::BIGINT AS said FROM exchange "
            "WHERE outcome <> 'unanswered' AND time + coalesce(duration_ns, 0) > ?",
            [newest],
        )
        now = time.time_ns()
        for flow, packet, said in zip(
            *(rows.column(n).to_pylist() for n in ("flow_id", "packet", "said")), strict=True
        ):
            if (flow, packet) not in seen:
                seen.add((flow, packet))
                delays.append((now - said) / 1e9)
                changed = time.monotonic()
        time.sleep(0.05)
    child.join()
    store.close()
    assert delays, "no row came"
    return delays
