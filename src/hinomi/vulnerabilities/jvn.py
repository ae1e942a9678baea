"""JVN iPedia: MyJVN's JVNRSS lists and VULDEF details (IPA, JVNRSS 3.2 and VULDEF 3.2)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from hinomi.vulnerabilities.shapes import AFFECTED, NOT_GIVEN, Advisory, Product

ENTRIES_MAX = 300_000
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}")


class NotJvnError(ValueError):
    """The document is neither JVNRSS nor VULDEF."""


def read(content: bytes) -> list[Advisory]:
    """Every entry of a list or of details. Document types and entities are refused: JVN uses none."""
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
        raise NotJvnError("a document type is not expected here")
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        raise NotJvnError(str(error)) from error
    found = [*_rss(root), *_vuldef(root)]
    if not found:
        raise NotJvnError("it holds no entry")
    return found[:ENTRIES_MAX]


def is_feed(document: Any) -> bool:
    """Whether a document is MyJVN's list in JSON (feed format `oka`)."""
    feed = document.get("feed") if isinstance(document, dict) else None
    return isinstance(feed, dict) and isinstance(feed.get("entry"), list)


def read_feed(document: Any) -> list[Advisory]:
    """Every entry of MyJVN's list in JSON; it names products without versions."""
    found = []
    for entry in document["feed"]["entry"][:ENTRIES_MAX]:
        if not isinstance(entry, dict) or not entry.get("id"):
            continue
        rows = {name: [r for r in entry.get(name) or [] if isinstance(r, dict)] for name in ("products", "references")}
        contents = [m.get("content") for m in entry.get("metrics") or [] if isinstance(m, dict)]
        scores = [
            _number(str(kind.get("baseScore", "")))
            for content in contents
            if isinstance(content, dict)
            for name, kind in content.items()
            if name.startswith("cvss_") and isinstance(kind, dict)
        ]
        known = [score for score in scores if score is not None]
        found.append(
            Advisory(
                id=str(entry["id"]),
                source="jvn",
                publisher="JVN iPedia",
                title=str(entry.get("title") or entry["id"]),
                cves=tuple(
                    sorted({c for ref in rows["references"] for c in _CVE.findall(str(ref.get("summary", "")))})
                ),
                url=str(entry.get("link") or ""),
                published=str(entry.get("modified") or entry.get("public") or ""),
                score=max(known) if known else None,
                products=tuple(
                    Product(str(p.get("vname") or ""), str(p.get("pname") or ""), NOT_GIVEN, AFFECTED, True)
                    for p in rows["products"]
                ),
            )
        )
    if not found:
        raise NotJvnError("it holds no entry")
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element if _local(child.tag) == name)


def _text(element: ET.Element, *path: str) -> str:
    here: ET.Element | None = element
    for name in path:
        here = next(_children(here, name), None) if here is not None else None
    return (here.text or "").strip() if here is not None else ""


def _rss(root: ET.Element) -> Iterator[Advisory]:
    for item in root.iter():
        if _local(item.tag) != "item":
            continue
        id = _text(item, "identifier")
        if not id:
            continue
        products = []
        for cpe in _children(item, "cpe"):
            maker, name, version = _cpe(cpe.text or "")
            version = version or cpe.get("version_number", "")
            products.append(
                Product(
                    cpe.get("vendor") or maker, cpe.get("product") or name, version or NOT_GIVEN, AFFECTED, not version
                )
            )
        cves = {ref.get("id", "") for ref in _children(item, "references") if (ref.get("source") or "") == "CVE"}
        scores = [_number(cvss.get("score")) for cvss in _children(item, "cvss")]
        known = [score for score in scores if score is not None]
        yield Advisory(
            id=id,
            source="jvn",
            publisher="JVN iPedia",
            title=_text(item, "title") or id,
            cves=tuple(sorted(c for c in cves if _CVE.fullmatch(c))),
            url=_text(item, "link") or item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", ""),
            published=_text(item, "modified") or _text(item, "date") or _text(item, "issued"),
            score=max(known) if known else None,
            products=tuple(products),
        )


def _vuldef(root: ET.Element) -> Iterator[Advisory]:
    for info in root.iter():
        if _local(info.tag) != "Vulinfo":
            continue
        id = _text(info, "VulinfoID")
        data = next(_children(info, "VulinfoData"), None)
        if not id or data is None:
            continue
        products = []
        for affected in _children(data, "Affected"):
            for item in _children(affected, "AffectedItem"):
                maker, name, version = _cpe(_text(item, "Cpe"))
                numbers = [(v.text or "").strip() for v in _children(item, "VersionNumber") if (v.text or "").strip()]
                for number in numbers or [version or NOT_GIVEN]:
                    ranged = not re.fullmatch(r"[\w.\- ]+", number, re.ASCII)
                    products.append(
                        Product(
                            _text(item, "Name") or maker, _text(item, "ProductName") or name, number, AFFECTED, ranged
                        )
                    )
        cves = {
            _text(item, "VulinfoID")
            for related in _children(data, "Related")
            for item in _children(related, "RelatedItem")
            if _CVE.fullmatch(_text(item, "VulinfoID"))
        }
        scores = [
            _number(_text(cvss, "Base")) for impact in _children(data, "Impact") for cvss in _children(impact, "Cvss")
        ]
        known = [score for score in scores if score is not None]
        remedy = next(
            (_text(item, "Description") for s in _children(data, "Solution") for item in _children(s, "SolutionItem")),
            "",
        )
        yield Advisory(
            id=id,
            source="jvn",
            publisher="JVN iPedia",
            title=_text(data, "Title") or id,
            cves=tuple(sorted(cves)),
            url=f"https://jvndb.jvn.jp/ja/contents/{id.split('-')[1]}/{id}.html" if id.count("-") == 2 else "",
            published=_text(data, "DateLastUpdated") or _text(data, "DatePublic"),
            score=max(known) if known else None,
            products=tuple(products),
            remedy=remedy[:500],
        )


def _cpe(text: str) -> tuple[str, str, str]:
    """(maker, product, version) of a CPE 2.2 or 2.3 name; '' where it says nothing."""
    bits = text.strip().removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")
    if len(bits) < 3:
        return "", "", ""
    version = bits[3] if len(bits) > 3 and bits[3] not in ("*", "-") else ""
    return bits[1].replace("_", " "), bits[2].replace("_", " "), version


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
