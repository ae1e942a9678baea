"""CSAF advisories (OASIS, Common Security Advisory Framework 2.0 and 2.1, chapter 3).

MyJVN gives its details as CSAF 2.1 too; its product tree has no versions, which means none were told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hinomi.vulnerabilities.shapes import AFFECTED, FIXED, INVESTIGATED, NOT_AFFECTED, NOT_GIVEN, Advisory, Product

DEPTH_MAX = 64  # of branches in a product tree
PRODUCTS_MAX = 20_000  # of one advisory
VERSIONS = ("2.0", "2.1")
_JVN = "myjvn_security_advisory"  # MyJVN's document.category
# 3.2.3.9 product status → what it means for a product
_STATUS = {
    "known_affected": AFFECTED,
    "first_affected": AFFECTED,
    "last_affected": AFFECTED,
    "fixed": FIXED,
    "first_fixed": FIXED,
    "recommended": FIXED,
    "known_not_affected": NOT_AFFECTED,
    "under_investigation": INVESTIGATED,
}


class NotCsafError(ValueError):
    """The document is no CSAF advisory; the message says what is missing."""


def is_csaf(document: Any) -> bool:
    return isinstance(document, dict) and "csaf_version" in (_dict(document.get("document")))


def read(document: Any) -> list[Advisory]:
    """One advisory for each vulnerability of the document, because each has its own state of products."""
    head = _dict(document.get("document"))
    if head.get("csaf_version") not in VERSIONS:
        raise NotCsafError(f"csaf_version {head.get('csaf_version')!r}")
    tracking = _dict(head.get("tracking"))
    id = str(tracking.get("id") or "").strip()
    if not id:
        raise NotCsafError("document.tracking.id is missing")
    products = dict(_products(_dict(document.get("product_tree"))))
    vulnerabilities = [_dict(v) for v in _list(document.get("vulnerabilities"))]
    if head.get("category") == _JVN:
        return [_jvn(id, head, tracking, products, vulnerabilities)]
    return [
        _advisory(id, head, tracking, products, one, number if len(vulnerabilities) > 1 else 0)
        for number, one in enumerate(vulnerabilities, 1)
    ]


def _jvn(
    id: str,
    head: dict[str, Any],
    tracking: dict[str, Any],
    products: dict[str, Product],
    vulnerabilities: list[dict[str, Any]],
) -> Advisory:
    """JVN's entry as one advisory, like its VULDEF details."""
    parts = [_advisory(id, head, tracking, products, one, 0) for one in vulnerabilities]
    told = {product: None for part in parts for product in part.products}
    scores = [part.score for part in parts if part.score is not None]
    return Advisory(
        id=id,
        source="jvn",
        publisher="JVN iPedia",
        title=str(head.get("title") or id),
        cves=tuple(sorted({cve for part in parts for cve in part.cves})),
        url=f"https://jvndb.jvn.jp/ja/contents/{id.split('-')[1]}/{id}.html" if id.count("-") == 2 else "",
        published=str(tracking.get("current_release_date") or ""),
        score=max(scores) if scores else None,
        products=tuple(p if p.versions else replace(p, versions=NOT_GIVEN, is_range=True) for p in told),
        remedy=next((part.remedy for part in parts if part.remedy), ""),
    )


def _advisory(
    id: str,
    head: dict[str, Any],
    tracking: dict[str, Any],
    products: dict[str, Product],
    one: dict[str, Any],
    number: int,
) -> Advisory:
    told: list[Product] = []
    for status, ids in _dict(one.get("product_status")).items():
        meaning = _STATUS.get(status)
        for product_id in _list(ids):
            known = products.get(str(product_id))
            if meaning and known is not None:
                told.append(replace(known, status=meaning))
    cve = str(one.get("cve") or "")
    # 2.1 renamed `scores` to `metrics` and put their content one level down.
    measured = [_dict(s) for s in _list(one.get("scores"))]
    measured += [_dict(_dict(m).get("content")) for m in _list(one.get("metrics"))]
    scores = [
        found
        for score in measured
        for name in ("cvss_v4", "cvss_v3", "cvss_v2")
        if (found := _number(_dict(score.get(name)).get("baseScore"))) is not None
    ]
    remedies = [_dict(r) for r in _list(one.get("remediations"))]
    remedies.sort(key=lambda r: {"vendor_fix": 0, "mitigation": 1, "workaround": 2}.get(str(r.get("category")), 3))
    link = next(
        (
            str(r.get("url"))
            for r in map(_dict, _list(head.get("references")))
            if r.get("category") == "self" and r.get("url")
        ),
        "",
    )
    return Advisory(
        id=f"{id}#{cve or number}" if number else id,
        source="csaf",
        publisher=str(_dict(head.get("publisher")).get("name") or ""),
        title=str(one.get("title") or head.get("title") or id),
        cves=(cve,) if cve else (),
        url=link,
        published=str(tracking.get("current_release_date") or ""),
        score=max(scores) if scores else None,
        products=tuple(told),
        remedy=str(remedies[0].get("details") or "")[:500] if remedies else "",
    )


def _products(tree: dict[str, Any]) -> Iterator[tuple[str, Product]]:
    """3.2.2: product id → product, from branches, the flat list, and relationships."""
    out: dict[str, Product] = {}
    for branch in _list(tree.get("branches")):
        _branch(_dict(branch), {}, 0, out)
    for entry in map(_dict, _list(tree.get("full_product_names"))):
        _take(entry, {}, out)
    for relation in map(_dict, _list(tree.get("relationships"))):
        full = _dict(relation.get("full_product_name"))
        part, whole = (
            out.get(str(relation.get(name))) for name in ("product_reference", "relates_to_product_reference")
        )
        if whole is not None and part is not None and _is_firmware(relation, part):
            out[str(full.get("product_id"))] = replace(whole, versions=part.versions, is_range=part.is_range)
        elif whole is not None:
            out[str(full.get("product_id"))] = replace(whole, component=True)
        elif part is not None:
            out[str(full.get("product_id"))] = part
    yield from out.items()


def _is_firmware(relation: dict[str, Any], part: Product) -> bool:
    """Firmware installed on hardware: its version is the device's, no part of it."""
    return relation.get("category") == "installed_on" and "firmware" in part.name.lower() and bool(part.versions)


def _branch(branch: dict[str, Any], above: dict[str, str], depth: int, out: dict[str, Product]) -> None:
    if depth > DEPTH_MAX or len(out) > PRODUCTS_MAX:
        raise NotCsafError("the product tree is over its limit")
    here = {**above, str(branch.get("category") or ""): str(branch.get("name") or "")}
    if "product" in branch:
        _take(_dict(branch["product"]), here, out)
    for inner in _list(branch.get("branches")):
        _branch(_dict(inner), here, depth + 1, out)


def _take(entry: dict[str, Any], here: dict[str, str], out: dict[str, Product]) -> None:
    id = str(entry.get("product_id") or "")
    if not id:
        return
    helper = _dict(entry.get("product_identification_helper"))
    ranged = here.get("product_version_range", "")
    version = ranged or here.get("product_version", "")
    name = here.get("product_name") or here.get("product_family") or str(entry.get("name") or "")
    maker = here.get("vendor", "")
    cpe = str(helper.get("cpe") or "")
    if cpe and not maker:
        bits = cpe.removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")
        if len(bits) > 2:
            maker, name = bits[1].replace("_", " "), bits[2].replace("_", " ")
            if len(bits) > 3 and bits[3] not in ("", "*", "-") and not version:
                version = bits[3]
    codes = [str(code).strip("*?") for name in ("model_numbers", "skus") for code in _list(helper.get(name))]
    out[id] = Product(maker, name, version, "", bool(ranged), tuple(codes))


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
