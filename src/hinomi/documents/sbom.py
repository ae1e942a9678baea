"""Software bills of materials: CycloneDX (JSON, XML) and SPDX (JSON, YAML, tag-value, RDF, XML)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hinomi.texts import Problem

COMPONENTS_MAX = 20_000
BYTES_MAX = 50_000_000
DEPTH_MAX = 32
Row = dict[str, str]


def read(path: Path, name: str) -> tuple[list[Row], dict[str, str]]:
    """(components, facts) of a bill of materials; `name` is the file's own name, which tells SPDX forms apart.

    Raises:
        hinomi.texts.Problem: it is neither, it is broken, or it is over a limit.
    """
    if path.stat().st_size > BYTES_MAX:
        raise Problem("document.too_large", name=name, most=BYTES_MAX // 1_000_000)
    begin = path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if b"<!DOCTYPE" in begin or b"<!ENTITY" in begin:
        raise Problem("document.no_sbom", name=name)
    try:
        if begin[:1] == b"{":
            document = json.loads(path.read_text("utf-8-sig"))
            if not isinstance(document, dict):
                raise ValueError("not an object")
            rows, facts = _cyclonedx(document) if document.get("bomFormat") == "CycloneDX" else _spdx(path, name)
        elif begin[:1] == b"<" and b"cyclonedx.org/schema/bom" in begin:
            rows, facts = _cyclonedx(path)
        else:
            rows, facts = _spdx(path, name)
    except Problem:
        raise
    except Exception as error:  # the libraries raise whatever their parsers raise
        raise Problem("document.no_sbom", name=name) from error
    if not rows:
        raise Problem("document.no_sbom", name=name)
    return rows, facts


def _cyclonedx(source: dict[str, Any] | Path) -> tuple[list[Row], dict[str, str]]:
    from cyclonedx.model.bom import Bom

    if isinstance(source, Path):
        with source.open(encoding="utf-8-sig") as file:
            bom: Any = Bom.from_xml(file)  # type: ignore[attr-defined]
    else:
        bom = Bom.from_json(source)  # type: ignore[attr-defined]
    rows = list(_limited(_components(bom.components, 0)))
    about = bom.metadata.component if bom.metadata else None
    facts = {"form": "CycloneDX", "about": f"{about.name} {about.version or ''}".strip() if about else ""}
    return rows, {name: value for name, value in facts.items() if value}


def _components(components: Iterable[Any], depth: int) -> Iterator[Row]:
    if depth > DEPTH_MAX:
        return
    for one in components:
        supplier = one.supplier.name if one.supplier else one.publisher or one.group or ""
        licences = [getattr(x, "value", "") or getattr(x, "id", "") or getattr(x, "name", "") for x in one.licenses]
        yield _row(
            name=one.name,
            version=one.version,
            supplier=supplier,
            purl=str(one.purl) if one.purl else "",
            cpe=one.cpe,
            licence=", ".join(str(x) for x in licences if x),
        )
        yield from _components(one.components, depth + 1)


def _spdx(path: Path, name: str) -> tuple[list[Row], dict[str, str]]:
    import shutil
    import tempfile

    from spdx_tools.spdx.parser.parse_anything import parse_file

    logging.getLogger("spdx_tools").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="hinomi-sbom-") as folder:
        # Its library tells the form by the ending of the name.
        copy = Path(folder) / f"document{''.join(Path(name).suffixes[-2:]).lower() or '.spdx'}"
        shutil.copyfile(path, copy)
        document = parse_file(str(copy))
    rows = []
    for package in document.packages:
        refs = {ref.reference_type: ref.locator for ref in package.external_references}
        supplier = getattr(package.supplier, "name", "") or ""
        rows.append(
            _row(
                name=package.name,
                version=package.version,
                supplier=supplier,
                purl=refs.get("purl"),
                cpe=refs.get("cpe23Type") or refs.get("cpe22Type"),
                licence=str(package.license_declared or ""),
            )
        )
    return list(_limited(rows)), {"form": "SPDX", "about": str(document.creation_info.name or "")}


def _row(**values: str | None) -> Row:
    return {name: str(value)[:400] for name, value in values.items() if value and str(value) != "NOASSERTION"}


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number >= COMPONENTS_MAX:
            raise Problem("document.too_many", most=COMPONENTS_MAX)
        if row.get("name"):
            yield row
