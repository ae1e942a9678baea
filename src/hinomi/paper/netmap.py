"""A network diagram of zones and what runs between them: laid out once, written as SVG or as a draw.io file.

Zones stand in tiers, the outside at the top and the building at the bottom. Each line bears a number; what it
carries stands in a list beside the picture. Pure arithmetic: the same zones give the same picture.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

FONT = "'Noto Sans CJK JP','Noto Sans JP','BIZ UDPGothic','Yu Gothic','Meiryo','Hiragino Sans','IPAexGothic',sans-serif"
BOX_W, LINE_H, HEAD_H = 236, 15, 40
GAP_X, GAP_Y, MARGIN = 44, 64, 24
IN_ROW_MAX = 5
ZONES_MAX, CONDUITS_MAX, LINES_MAX = 60, 80, 9
TIERS: tuple[tuple[str, ...], ...] = (
    ("external",),
    ("partner", "dmz"),
    ("server", "management"),
    ("imaging", "laboratory", "pharmacy", "endoscopy", "dialysis"),
    ("theatre", "icu", "ward", "nurse_call"),
    ("office", "guest", "building", "unknown"),
)
_RADIUS = 9.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Zone:
    """A box. `lines` are what stands in it; `heard`: both, one_way, nothing, '' when it has no network."""

    id: str
    kind: str
    name: str
    nets: str
    lines: Sequence[str]
    outside: bool = False
    proposed: bool = False
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Conduit:
    """A line. `mark`: '' or why it needs an eye (the outside, a registered maintenance path)."""

    a: str
    b: str
    label: str
    outside: bool = False
    remote: bool = False


@dataclass(slots=True)
class Plan:
    """A diagram with its words. `notes` stand under the picture: date, what the tap could not hear."""

    title: str
    made: str
    zones: list[Zone]
    conduits: list[Conduit]
    legend: list[tuple[str, str]] = field(default_factory=list)  # (style, words)
    notes: list[str] = field(default_factory=list)
    list_title: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def holds(self, x: float, y: float, room: float = 0.0) -> bool:
        return self.x - room <= x <= self.x + self.w + room and self.y - room <= y <= self.y + self.h + room


def place(zones: Sequence[Zone]) -> dict[str, Box]:
    """Zone id → its box, tier by tier."""
    tiers: list[list[Zone]] = [[] for _ in TIERS]
    for zone in zones:
        tier = 0 if zone.outside else next((n for n, kinds in enumerate(TIERS) if zone.kind in kinds), len(TIERS) - 1)
        tiers[tier].append(zone)
    rows = [tier[at : at + IN_ROW_MAX] for tier in tiers for at in range(0, len(tier), IN_ROW_MAX)]
    widest = max((len(row) for row in rows), default=1)
    width = widest * (BOX_W + GAP_X) - GAP_X
    out: dict[str, Box] = {}
    y = 78.0
    for number, row in enumerate(rows):
        used = len(row) * (BOX_W + GAP_X) - GAP_X
        # Neighbouring rows are shifted a little, so that lines do not run through the middles of boxes.
        x = MARGIN + (width - used) / 2 + (GAP_X / 3 if number % 2 else 0)
        tallest = 0.0
        for zone in row:
            h = HEAD_H + 8 + LINE_H * max(1, min(len(zone.lines), LINES_MAX))
            out[zone.id] = Box(x, y, BOX_W, h)
            x += BOX_W + GAP_X
            tallest = max(tallest, h)
        y += tallest + GAP_Y
    return out


WIDE, TALL = 1.78, 0.77  # width by height of what an A4 page leaves beside title and foot


def page_shape(width: float, height: float) -> float:
    """Shape of the page that shows a picture larger."""
    return WIDE if width >= height else TALL


def is_wide(plan: Plan) -> bool:
    """Whether the picture stands better on a page in landscape."""
    boxes = place(plan.zones)
    right = max((b.x + b.w for b in boxes.values()), default=600.0) + MARGIN
    bottom = max((b.y + b.h for b in boxes.values()), default=100.0)
    listed = 16 * (min(len(plan.conduits), CONDUITS_MAX) // (2 if right >= 1000 else 1)) + 120
    return max(right, 900.0) >= bottom + listed - 66


def to_svg(plan: Plan, *, page: bool = False) -> str:
    """The picture with title, legend, numbered list and notes; for a `page`, without title and of its shape."""
    boxes = place(plan.zones)
    right = max((b.x + b.w for b in boxes.values()), default=600.0) + MARGIN
    bottom = max((b.y + b.h for b in boxes.values()), default=100.0)
    width = max(right, 900.0)
    top = 66.0 if page else 0.0
    parts = (
        []
        if page
        else [
            f'<text x="{MARGIN}" y="36" font-size="22" font-weight="700">{escape(plan.title)}</text>',
            f'<text x="{MARGIN}" y="58" font-size="12" fill="#52606d">{escape(plan.made)}</text>',
        ]
    )
    badges: list[tuple[float, float]] = []
    drawn = [c for c in plan.conduits[:CONDUITS_MAX] if c.a in boxes and c.b in boxes]
    lines, marks = [], []
    for number, conduit in enumerate(drawn, 1):
        (x1, y1), (x2, y2) = boxes[conduit.a].middle, boxes[conduit.b].middle
        if (
            abs(boxes[conduit.a].y - boxes[conduit.b].y) < 1
        ):  # beside each other in one row: an arch above the boxes between them
            above = boxes[conduit.a].y - GAP_Y * 0.3 - (number % 4) * 7
            points = [(x1, y1), (x1 + (x2 - x1) * 0.1, above), (x2 - (x2 - x1) * 0.1, above), (x2, y2)]
        else:
            points = [(x1, y1), (x2, y2)]
        colour = "#b3361e" if conduit.outside else "#8a5a00" if conduit.remote else "#3b5b7a"
        dash = ' stroke-dasharray="7 4"' if conduit.outside or conduit.remote else ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>')
        x, y = _badge(points, list(boxes.values()), badges)
        badges.append((x, y))
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="#fff" stroke="{colour}"/>'
            f'<text x="{x:.1f}" y="{y + 3.7:.1f}" font-size="10" text-anchor="middle" fill="{colour}">{number}</text>'
        )
    parts += lines
    parts += [_box(zone, boxes[zone.id]) for zone in plan.zones if zone.id in boxes]
    parts += marks
    y = bottom + 34
    parts += _legend(plan, y)
    y += 28
    parts.append(f'<text x="{MARGIN}" y="{y}" font-size="13" font-weight="700">{escape(plan.list_title)}</text>')
    columns = 2 if width >= 1000 else 1
    share = (width - 2 * MARGIN) / columns
    per = -(-len(drawn) // columns) if drawn else 0
    twice = [zone.name for zone in plan.zones]
    names = {z.id: f"{z.name} {z.nets}".rstrip() if twice.count(z.name) > 1 else z.name for z in plan.zones}
    for number, conduit in enumerate(drawn):
        column, row = divmod(number, per)
        text = f"{number + 1}. {names[conduit.a]} ― {names[conduit.b]}: {conduit.label}"
        colour = "#b3361e" if conduit.outside else "#1f2933"
        for line, piece in enumerate(_wrapped(text, share - 20, 11)[:1]):
            parts.append(
                f'<text x="{MARGIN + column * share:.1f}" y="{y + 18 + (row + line) * 16:.1f}" font-size="11" '
                f'fill="{colour}">{escape(piece)}</text>'
            )
    y += 18 + per * 16 + 14
    for note in plan.notes:
        for piece in _wrapped(note, width - 2 * MARGIN, 11):
            parts.append(f'<text x="{MARGIN}" y="{y:.1f}" font-size="11" fill="#52606d">{escape(piece)}</text>')
            y += 16
    height = y + MARGIN
    left = 0.0
    if page:  # blank at both sides, so that one page takes it whole
        shape = page_shape(width, height - top)
        left = max(0.0, (height - top) * shape - width) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + 2 * left:.0f}" height="{height - top:.0f}" '
        f'viewBox="{-left:.0f} {top:.0f} {width + 2 * left:.0f} {height - top:.0f}" '
        f'font-family={quoteattr(FONT)} fill="#1f2933" role="img" '
        f"aria-label={quoteattr(plan.title)}>"
        f'<rect x="{-left:.0f}" width="100%" height="{height:.0f}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _badge(
    points: list[tuple[float, float]], boxes: list[Box], taken: list[tuple[float, float]]
) -> tuple[float, float]:
    """A place on the line outside every box and away from other numbers, as near its middle as can be."""
    best = (float("-inf"), points[0])
    spots = []
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        spots += [(x1 + (x2 - x1) * t / 40, y1 + (y2 - y1) * t / 40) for t in range(41)]
    for number, (x, y) in enumerate(spots):
        inside = any(box.holds(x, y, _RADIUS) for box in boxes)
        near = min((abs(x - a) + abs(y - b) for a, b in taken), default=999.0)
        middle = abs(number - len(spots) / 2) / len(spots)
        score = -100.0 * inside - 50.0 * (near < _RADIUS * 2.4) - 10 * middle
        if score > best[0]:
            best = (score, (x, y))
    return best[1]


_HEARD = {"both": "#2f5d8a", "one_way": "#8a5a00", "nothing": "#7b8794", "": "#7b8794"}


def _box(zone: Zone, box: Box) -> str:
    stroke = "#b3361e" if zone.outside else _HEARD[zone.heard]
    dash = ' stroke-dasharray="5 4"' if zone.heard in ("nothing", "one_way") else ""
    head = "#fdeeea" if zone.outside else "#eef3f8"
    name = _wrapped(zone.name, BOX_W - 20, 13)[0]
    out = [
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.w}" height="{box.h:.1f}" rx="4" fill="#fff" '
        f'stroke="{stroke}" stroke-width="1.5"{dash}/>',
        f'<rect x="{box.x + 1:.1f}" y="{box.y + 1:.1f}" width="{box.w - 2}" height="{HEAD_H - 2}" rx="3" '
        f'fill="{head}"/>',
        f'<text x="{box.x + 10:.1f}" y="{box.y + 17:.1f}" font-size="13" font-weight="700">{escape(name)}</text>',
        f'<text x="{box.x + 10:.1f}" y="{box.y + 32:.1f}" font-size="10" fill="#52606d">'
        f"{escape(_wrapped(zone.nets, BOX_W - 20, 10)[0])}</text>",
    ]
    for number, line in enumerate(zone.lines[:LINES_MAX]):
        piece = _wrapped(line, BOX_W - 20, 11)[0]
        out.append(
            f'<text x="{box.x + 10:.1f}" y="{box.y + HEAD_H + 14 + number * LINE_H:.1f}" font-size="11">'
            f"{escape(piece)}</text>"
        )
    return "".join(out)


def _legend(plan: Plan, y: float) -> list[str]:
    out, x = [], float(MARGIN)
    for style, words in plan.legend:
        if style.startswith("box:"):
            dash = ' stroke-dasharray="5 4"' if style != "box:both" else ""
            out.append(
                f'<rect x="{x:.1f}" y="{y - 10:.1f}" width="24" height="13" rx="2" fill="#fff" '
                f'stroke="{_HEARD[style[4:]]}" stroke-width="1.5"{dash}/>'
            )
        else:
            colour = {"outside": "#b3361e", "remote": "#8a5a00"}.get(style, "#3b5b7a")
            dash = ' stroke-dasharray="7 4"' if style != "inside" else ""
            out.append(f'<path d="M{x:.1f} {y - 4:.1f}h24" stroke="{colour}" stroke-width="1.6"{dash}/>')
        out.append(f'<text x="{x + 30:.1f}" y="{y:.1f}" font-size="11">{escape(words)}</text>')
        x += 46 + _width(words, 11)
    return out


def _width(text: str, size: float) -> float:
    """About how wide a text is: full-width letters are square, others about half of it."""
    return sum(size if ord(c) > 0x2E7F else size * 0.56 for c in text)


def _wrapped(text: str, room: float, size: float) -> list[str]:
    """Lines that fit; a text of one line that does not fit ends with `…` where only one line is taken."""
    if _width(text, size) <= room:
        return [text]
    out, line = [], ""
    for letter in text:
        if _width(line + letter + "…", size) > room:
            out.append(line)
            line = ""
        line += letter
    out.append(line)
    return [piece if number == len(out) - 1 else piece + ("…" if number == 0 and len(out) > 1 and room < 400 else "")
            for number, piece in enumerate(out)]  # fmt: skip


def to_drawio(plan: Plan) -> str:
    """The same plan as an editable diagrams.net file: every box and line is an object of its own."""
    boxes = place(plan.zones)
    cells = ['<mxCell id="0"/>', '<mxCell id="1" parent="0"/>']
    cells.append(
        _label("title", f"{plan.title}\n{plan.made}", MARGIN, 10, 900, 50, "align=left;fontSize=18;fontStyle=1")
    )
    ids = {zone.id: f"z{number}" for number, zone in enumerate(plan.zones)}
    for zone in plan.zones:
        box = boxes[zone.id]
        stroke = "#b3361e" if zone.outside else _HEARD[zone.heard]
        dashed = "dashed=1;" if zone.heard in ("nothing", "one_way") else ""
        text = "\n".join([zone.name, zone.nets, *zone.lines])
        style = (
            "rounded=1;arcSize=4;whiteSpace=wrap;html=0;verticalAlign=top;align=left;spacingLeft=8;spacingTop=4;"
            f"{dashed}strokeColor={stroke};fillColor=#ffffff;fontSize=11"
        )
        cells.append(
            f'<mxCell id="{ids[zone.id]}" value={_value(text)} style="{style}" vertex="1" parent="1">'
            f'<mxGeometry x="{box.x:.0f}" y="{box.y:.0f}" width="{box.w:.0f}" height="{box.h:.0f}" as="geometry"/>'
            "</mxCell>"
        )
    drawn = [c for c in plan.conduits[:CONDUITS_MAX] if c.a in boxes and c.b in boxes]
    for number, conduit in enumerate(drawn, 1):
        colour = "#b3361e" if conduit.outside else "#8a5a00" if conduit.remote else "#3b5b7a"
        dashed = "dashed=1;" if conduit.outside or conduit.remote else ""
        cells.append(
            f'<mxCell id="c{number}" value={_value(f"{number}. {conduit.label}")} '
            f'style="endArrow=none;html=0;fontSize=10;labelBackgroundColor=#ffffff;{dashed}strokeColor={colour}" '
            f'edge="1" parent="1" source="{ids[conduit.a]}" target="{ids[conduit.b]}">'
            f'<mxGeometry relative="1" as="geometry"/></mxCell>'
        )
    bottom = max((b.y + b.h for b in boxes.values()), default=100.0) + 30
    told = "\n".join([*(words for _, words in plan.legend), "", *plan.notes])
    cells.append(_label("notes", told, MARGIN, bottom, 1000, 200, "align=left;verticalAlign=top;fontSize=11"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mxfile host="hinomi"><diagram id="network" name={quoteattr(plan.title)}>'
        '<mxGraphModel grid="1" gridSize="10" page="1" pageWidth="1654" pageHeight="1169" math="0" shadow="0"><root>'
        f"{''.join(cells)}</root></mxGraphModel></diagram></mxfile>\n"
    )


def _label(id: str, text: str, x: float, y: float, w: float, h: float, style: str) -> str:
    return (
        f'<mxCell id="{id}" value={_value(text)} style="text;html=0;whiteSpace=wrap;{style}" vertex="1" parent="1">'
        f'<mxGeometry x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" as="geometry"/></mxCell>'
    )


def _value(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;"})
