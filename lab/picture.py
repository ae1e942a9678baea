"""Draws the topology of a hospital file as an SVG: `python -m lab.picture [HOSPITAL] > docs/lab-topology.svg`.

Every zone with its hosts, the core router between the zones, the firewall before the outside, the mirror port
and the tap: drawn from what `topology.load_hospital` reads, so the picture cannot say anything else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.sax.saxutils import escape

from .topology import Hospital, Zone, load_hospital

HERE = Path(__file__).resolve().parent
DEFAULT = HERE / "scenarios" / "whole-hospital.toml"
COLUMNS, WIDTH, GAP, LINE, HEAD = 5, 248, 16, 17, 46
# Light on white with dark text (contrast above 7 to 1); the kind of zone is also said in words.
COLOURS = {
    "theatre": "#dcefe6", "icu": "#dcefe6", "ward": "#dcefe6", "imaging": "#e3ecf9", "laboratory": "#e3ecf9",
    "endoscopy": "#e3ecf9", "dialysis": "#dcefe6", "pharmacy": "#e3ecf9", "nurse_call": "#dcefe6", "server": "#efe9f7",
    "office": "#f6f0dc", "guest": "#f1f1f1", "building": "#f6e6dc", "dmz": "#fbe3e3", "partner": "#fbe3e3",
    "management": "#efe9f7", "external": "#ffffff",
}  # fmt: skip


def _box(hospital: Hospital, zone: Zone, x: int, y: int) -> tuple[str, int]:
    hosts = [host for host in hospital.hosts.values() if host.zone is zone]
    height = HEAD + LINE * len(hosts) + 8
    parts = [
        f'<g><rect x="{x}" y="{y}" width="{WIDTH}" height="{height}" rx="6" fill="{COLOURS.get(zone.kind, "#ffffff")}" '
        f'stroke="#5a6470" {"" if zone.mirrored else "stroke-dasharray=" + chr(34) + "5 4" + chr(34)}/>',
        f'<text x="{x + 10}" y="{y + 19}" class="zone">{escape(zone.name_ja)}</text>',
        f'<text x="{x + 10}" y="{y + 36}" class="sub">{escape(zone.id)} · {zone.subnet}</text>',
    ]
    for number, host in enumerate(hosts):
        words = " ".join(word for word in (host.personality.type.replace("_", " "), host.personality.model) if word)
        parts.append(
            f'<text x="{x + 10}" y="{y + HEAD + LINE * number + 12}" class="host">{escape(host.id)}'
            f'<tspan class="what"> {escape(words[:30])}</tspan></text>'
        )
    return "\n".join([*parts, "</g>"]), height


def draw(hospital: Hospital) -> str:
    """Zones in columns, filled where there is most room; the core router is the bar between them and the top."""
    top = 128
    ends = [top] * COLUMNS
    boxes, cables = [], []
    inside = [zone for zone in hospital.zones.values() if zone.routed]
    for zone in sorted(inside, key=lambda zone: -sum(host.zone is zone for host in hospital.hosts.values())):
        column = ends.index(min(ends))
        x = GAP + column * (WIDTH + GAP)
        text, height = _box(hospital, zone, x, ends[column])
        boxes.append(text)
        cables.append(f'<path d="M{x - GAP // 2} 96 V{ends[column] + 14} H{x}" class="cable"/>')
        ends[column] += height + GAP
    width = COLUMNS * (WIDTH + GAP) + GAP
    bottom = max(ends)
    outside = [zone for zone in hospital.zones.values() if not zone.routed]
    walls = [host for host in hospital.hosts.values() if "firewall" in host.services]
    for zone in outside:
        text, height = _box(hospital, zone, width - WIDTH - GAP, bottom)
        boxes.append(text)
        wall = walls[0].id if walls else ""
        boxes.append(
            f'<text x="{width - WIDTH - GAP - 12}" y="{bottom + 26}" class="note" text-anchor="end">'
            f"{escape(wall)} (DMZ) — NAT — {escape(zone.name_en)} →</text>"
        )
        bottom += height + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom}" role="img" '
            'aria-labelledby="title"><title id="title">The hospital in a box: zones, hosts, core router, mirror port'
            "</title>",
            "<style>text{font-family:system-ui,sans-serif;fill:#14181d}.zone{font-size:15px;font-weight:600}"
            ".sub,.what,.note{font-size:11.5px;fill:#3c4550}.host{font-size:12.5px;font-family:ui-monospace,monospace}"
            ".what{font-family:system-ui,sans-serif}.cable{fill:none;stroke:#5a6470;stroke-width:1.5}</style>",
            f'<rect width="{width}" height="{bottom}" fill="#ffffff"/>',
            *cables,
            f'<rect x="{GAP // 2}" y="60" width="{width - GAP - 250}" height="36" rx="6" fill="#2d3743"/>',
            f'<text x="{GAP + 8}" y="83" style="fill:#ffffff;font-size:14px;font-weight:600">core router, DHCP relay'
            f" — {len(inside)} zones, {len(hospital.hosts)} hosts</text>",
            f'<path d="M{width - GAP // 2 - 242} 78 H{width - 190}" class="cable" stroke-dasharray="6 4"/>',
            f'<rect x="{width - 190}" y="60" width="182" height="36" rx="6" fill="#fff3c4" stroke="#5a6470"/>',
            f'<text x="{width - 180}" y="83" style="font-size:13px;font-weight:600">tap (mirror port)</text>',
            f'<text x="{GAP + 8}" y="24" class="note">Each zone is a bridge; each host is a namespace on a cable to it.'
            " The mirror copies each frame once, as it enters from a host (dashed zones are not mirrored).</text>",
            f'<text x="{GAP + 8}" y="44" class="note">Made by `python -m lab.picture` from the hospital file; do not'
            " edit by hand.</text>",
            *boxes,
            "</svg>",
            "",
        ]
    )


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    sys.stdout.write(draw(load_hospital(path)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
