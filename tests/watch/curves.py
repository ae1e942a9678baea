"""How often the measuring detections ring, over a sweep: makes docs/detections/curves.md and its pictures.

    PYTHONPATH=src python tests/watch/curves.py

Rows, not packets: the wire is measured elsewhere. Recall is the share of attacks found; false rings
are counted on background without an attack.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hinomi.watch import run

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "detections"
_spec = importlib.util.spec_from_file_location("watch_conftest", Path(__file__).with_name("conftest.py"))
_watch = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_watch)
SEEDS = range(12)
Series = dict[str, list[tuple[float, float]]]


def rings(house: Any, detection: str) -> int:
    return len(run(house.view(), strict=True, only=[detection]))


def share(make: Callable[[int], Any], detection: str) -> float:
    return sum(rings(make(seed), detection) > 0 for seed in SEEDS) / len(SEEDS)


def beacon(seed: int, jitter: float, calls: int, named: bool) -> Any:
    house, chance = _watch.House(), random.Random(seed)
    server = house.device("s1", "10.50.0.44", "server")
    t = 0.0
    for _ in range(calls):
        size = int(800 * chance.uniform(0.8, 1.2))
        house.flow(server, "203.0.113.66", 443, "tls", t=t, sni="c.name.example" if named else None, up=size, down=900)
        t += 120 * max(0.05, 1 + chance.uniform(-jitter, jitter))
    return house


def browsing(seed: int, people: int) -> Any:
    house, chance = _watch.House(), random.Random(seed)
    for n in range(people):
        pc = house.device(f"pc{n}", f"10.60.{n // 200}.{n % 200 + 11}", "workstation")
        for _ in range(3):  # three favourite places, visited as people do: in bursts
            place, t = chance.randint(1, 5000), chance.random() * 3600
            for _ in range(chance.randint(4, 40)):
                house.flow(pc, f"203.0.{place // 250}.{place % 250 + 1}", 443, "tls", t=t, sni=f"s{place}.example",
                           up=chance.randint(300, 20_000), down=chance.randint(900, 900_000))  # fmt: skip
                t += chance.lognormvariate(4, 1.5)
    return house


def tunnel(seed: int, length: int, names: int) -> Any:
    house, chance = _watch.House(), random.Random(seed)
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(names):
        label = "".join(chance.choice("abcdefghijklmnop0123456789") for _ in range(max(4, length - 4))) + f"{n:04d}"
        house.dns(pc, f"{label}.t.bad.example", "203.0.113.53", t=n * 2, kind=chance.choice(["TXT", "A", "NULL"]))
    return house


def names_of_everyday(seed: int) -> Any:
    house, chance = _watch.House(), random.Random(seed)
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(400):
        place = chance.randint(1, 60)
        house.dns(
            pc,
            f"{chance.choice(['www', 'img', 'cdn-' + str(chance.randint(1, 99)), 'api'])}.site{place}.example",
            "203.0.113.9",
            t=n,
        )
        house.dns(pc, f"e{chance.randint(1, 999)}.dsc{chance.randint(1, 9)}.edge.cdn.example", "203.0.113.9", t=n)
    return house


def scan(seed: int, hosts: int, gap: float) -> Any:
    house, chance = _watch.House(), random.Random(seed)
    pc = house.device("pc1", "10.60.0.11", "workstation")
    for n in range(hosts):
        house.flow(pc, f"10.20.0.{n + 10}", 445, t=n * gap * chance.uniform(0.8, 1.2), outcome="unanswered")
    return house


def upload(seed: int, megabytes: float, type: str, net: str) -> Any:
    house = _watch.House()
    device = house.device("d1", f"{net}.77", type)
    for n in range(10):
        house.flow(
            device, "203.0.113.99", 443, "tls", t=n * 60, sni="drop.name.example", up=int(megabytes * 1e5), down=2000
        )
    return house


def picture(name: str, title: str, across: str, series: Series, log: bool = False) -> None:
    """A small line chart: recall (0 to 1) over one parameter."""
    import math

    width, height, left, bottom = 560, 260, 46, 40
    xs = sorted({x for line in series.values() for x, _ in line})
    place = (lambda x: math.log10(x)) if log else (lambda x: x)
    low, high = place(xs[0]), place(xs[-1])
    colours = ("#0b6e99", "#c2410c", "#4d7c0f", "#7e22ce")

    def at(x: float, y: float) -> str:
        across_px = left + (place(x) - low) / ((high - low) or 1) * (width - left - 150)
        return f"{across_px:.1f},{height - bottom - y * (height - bottom - 30):.1f}"

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        ' font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{left}" y="16" font-size="13">{title}</text>',
    ]
    for y in (0, 0.25, 0.5, 0.75, 1):
        x1, y1 = at(xs[0], y).split(",")
        x2, _ = at(xs[-1], y).split(",")
        out.append(
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y1}" stroke="#ddd"/>'
            f'<text x="8" y="{float(y1) + 4}">{y:.2f}</text>'
        )
    for x in xs:
        px, py = at(x, 0).split(",")
        out.append(f'<text x="{px}" y="{float(py) + 16}" text-anchor="middle">{x:g}</text>')
    out.append(f'<text x="{left}" y="{height - 6}">{across}</text>')
    for n, (label, line) in enumerate(series.items()):
        points = " ".join(at(x, y) for x, y in line)
        out.append(f'<polyline points="{points}" fill="none" stroke="{colours[n % 4]}" stroke-width="2"/>')
        out.append(f'<text x="{width - 145}" y="{40 + 16 * n}" fill="{colours[n % 4]}">{label}</text>')
    (PAGES / f"{name}.svg").write_text("\n".join([*out, "</svg>"]) + "\n", "utf-8")


def table(across: str, series: Series) -> list[str]:
    xs = sorted({x for line in series.values() for x, _ in line})
    out = [f"| {across} | " + " | ".join(f"{x:g}" for x in xs) + " |", "|---" * (len(xs) + 1) + "|"]
    out += [f"| {label} | " + " | ".join(f"{y:.2f}" for _, y in line) + " |" for label, line in series.items()]
    return [*out, ""]


def sweep(xs: Sequence[float], curves: dict[str, Callable[[int, float], Any]], detection: str) -> Series:
    return {
        label: [(x, share(lambda seed, x=x, make=make: make(seed, x), detection)) for x in xs]
        for label, make in curves.items()
    }


def main() -> None:
    out = [
        "<!-- Made by tests/watch/curves.py. Do not edit. -->\n", "# How surely the measuring detections ring\n",
        f"Share of attacks found (recall) over {len(SEEDS)} seeds each, on rows; and false rings on background",
        "without an attack. Made by `PYTHONPATH=src python tests/watch/curves.py`.\n",
    ]  # fmt: skip

    jitter = sweep(
        (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9),
        {
            "40 calls, by name": lambda seed, x: beacon(seed, x, 40, True),
            "16 calls, by name": lambda seed, x: beacon(seed, x, 16, True),
            "10 calls, bare address": lambda seed, x: beacon(seed, x, 10, False),
        },
        "beacon",
    )
    people = [rings(browsing(seed, 200), "beacon") for seed in range(3)]
    picture("curve-beacon", "Steady calls found, by jitter of the gaps", "jitter (share of the gap)", jitter)
    out += ["## beacon\n", "![](curve-beacon.svg)\n", *table("jitter", jitter)]
    out += [f"False rings: {people} on three days of 200 people browsing (600 habits each).\n"]

    length = sweep(
        (15, 20, 25, 30, 35, 40, 50),
        {f"{n} names": lambda seed, x, n=n: tunnel(seed, int(x), n) for n in (300, 100, 50)},
        "dns_tunnel",
    )
    everyday = sum(rings(names_of_everyday(seed), "dns_tunnel") for seed in SEEDS)
    picture(
        "curve-dns-tunnel", "Tunnels in name questions found, by length", "characters in front of the domain", length
    )
    out += ["## dns_tunnel\n", "![](curve-dns-tunnel.svg)\n", *table("length", length)]
    out += [f"False rings: {everyday} on {len(SEEDS)} computers with 800 everyday questions each.\n"]

    pace = sweep(
        (0.1, 1, 10, 30, 60, 120, 300),
        {f"{n} hosts": lambda seed, x, n=n: scan(seed, n, x) for n in (60, 20, 12)},
        "scan",
    )
    picture("curve-scan", "Scans found, by pace", "seconds between knocks", pace, log=True)
    out += ["## scan\n", "![](curve-scan.svg)\n", *table("seconds", pace)]

    amount = sweep(
        (0.5, 1, 2, 5, 10, 20, 50, 200, 500),
        {
            "medical device": lambda seed, x: upload(seed, x, "ct", "10.20.0"),
            "server": lambda seed, x: upload(seed, x, "emr_server", "10.50.0"),
            "person's computer": lambda seed, x: upload(seed, x, "workstation", "10.60.0"),
        },
        "exfiltration",
    )
    picture("curve-exfiltration", "Uploads found, by amount, to a named place", "megabytes in a day", amount, log=True)
    out += ["## exfiltration\n", "![](curve-exfiltration.svg)\n", *table("MB", amount)]
    (PAGES / "curves.md").write_text("\n".join(out).rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
