"""The network diagram: every zone and line is there, nothing of a name is markup, the same zones give the same picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hinomi.paper import netmap
from hinomi.paper.netmap import Conduit, Plan, Zone

SVG = "{http://www.w3.org/2000/svg}"


def plan(**more: Any) -> Plan:
    zones = [
        Zone("i", "imaging", "画像診断", "10.20.0.0/24", ["4 台", "CT装置 2"], heard="both"),
        Zone("s", "server", "サーバ室", "10.50.0.0/24", ["PACS"], heard="one_way"),
        Zone("w", "ward", "病棟", "10.30.0.0/24", [], heard="nothing"),
        Zone("o", "external", "院外", "", ["cloud.example"], outside=True),
    ]
    conduits = [Conduit("i", "s", "DICOM"), Conduit("i", "o", "TLS", outside=True), Conduit("s", "gone", "?")]
    return Plan(
        "構成図", "作成", zones, conduits, [("inside", "院内"), ("box:both", "聞こえた")], ["注意"], "一覧", **more
    )


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]


def test_everything_stands_in_the_picture() -> None:
    found = texts(netmap.to_svg(plan()))
    for word in (
        "構成図",
        "画像診断",
        "サーバ室",
        "病棟",
        "院外",
        "10.20.0.0/24",
        "CT装置 2",
        "注意",
        "聞こえた",
        "1",
        "2",
    ):
        assert word in found
    assert "1. 画像診断 ― サーバ室: DICOM" in found and "3" not in found  # a line to nowhere is not drawn
    assert netmap.to_svg(plan()) == netmap.to_svg(plan())


def test_boxes_do_not_overlap_and_the_outside_is_at_the_top() -> None:
    zones = [Zone(str(n), kind, kind, "", ["x"] * (n % 9)) for n, kind in enumerate(sum(netmap.TIERS, ()) * 3)]
    boxes = list(netmap.place(zones).values())
    assert len(boxes) == len(zones)
    for n, a in enumerate(boxes):
        for b in boxes[n + 1 :]:
            assert a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
    placed = netmap.place(plan().zones)
    assert placed["o"].y < placed["s"].y < placed["i"].y < placed["w"].y


def test_a_page_takes_it_whole() -> None:
    for count in (2, 40):
        zones = [Zone(str(n), "ward", "病棟", "", []) for n in range(count)]
        made = Plan("t", "m", zones, [], [], [], "")
        view = [float(x) for x in (ET.fromstring(netmap.to_svg(made, page=True)).get("viewBox") or "").split()]
        assert view[2] / view[3] >= netmap.TALL - 0.01


def test_drawio_is_editable() -> None:
    root = ET.fromstring(netmap.to_drawio(plan()))
    cells = {cell.get("id"): cell for cell in root.iter("mxCell")}
    edges = [cell for cell in cells.values() if cell.get("edge") == "1"]
    assert len(edges) == 2 and {cells[e.get(end)].get("vertex") for e in edges for end in ("source", "target")} == {"1"}
    assert any("画像診断\n10.20.0.0/24" in (cell.get("value") or "") for cell in cells.values())


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_no_name_is_markup(name: str) -> None:
    made = Plan(name, name, [Zone("a", name, name, name, [name]), Zone("b", "ward", name, "", [name])],
                [Conduit("a", "b", name)], [("inside", name)], [name], name)  # fmt: skip
    for text in (netmap.to_svg(made), netmap.to_drawio(made)):
        tags = {node.tag.removeprefix(SVG) for node in ET.fromstring(text).iter()}
        assert tags <= {"svg", "rect", "text", "polyline", "circle", "path", "mxfile", "diagram", "mxGraphModel", "root",
                        "mxCell", "mxGeometry"}  # fmt: skip
