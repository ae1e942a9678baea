"""Documents into the home: the file below `documents/`, its register entry, what could be read in it."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.documents import sbom, sheet
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.registers import Document

FOUND_MAX = 1_000
BYTES_MAX = 50_000_000
_SHEETS = ("mds", "sds", "mds2")


def attach(
    home: Home,
    content: bytes,
    name: str,
    kind: str,
    *,
    by: str,
    device: str = "",
    manufacturer: str = "",
    model: str = "",
) -> str:
    """Attaches a file to a device, or to every device of a make and model. Returns the entry's id.

    Raises:
        hinomi.texts.Problem: over the limit, no subject, or an SBOM that cannot be read.
    """
    if len(content) > BYTES_MAX:
        raise Problem("document.too_large", name=name, most=BYTES_MAX // 1_000_000)
    digest = hashlib.sha256(content).hexdigest()
    home.documents_path.mkdir(exist_ok=True)
    target: Path = home.documents_path / digest
    temporary = target.with_name(f".{digest[:16]}.{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        components: list[dict[str, str]] = []
        facts: dict[str, str] = {}
        if kind == "sbom":
            components, facts = sbom.read(temporary, name)
        elif kind in _SHEETS:
            facts = sheet.read(temporary)
        id = home.state.registers.put_document(
            kind=kind, device=device, manufacturer=manufacturer, model=model, name=Path(name).name[:200],
            size=len(content), digest=digest, facts=facts, components=components, by=by,
        )  # fmt: skip
        temporary.rename(target)
    except OSError as error:
        raise Problem("home.cannot_store", path=home.path, reason=error.strerror or error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return id


def content(home: Home, id: str) -> tuple[str, bytes]:
    """(name, bytes) of a document.

    Raises:
        hinomi.texts.Problem: no such document, or its file is gone or changed.
    """
    found = next((d for d in home.state.registers.documents(ended=True) if d.id == id), None)
    if found is None:
        raise Problem("document.unknown", id=id)
    path: Path = home.documents_path / found.digest
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Problem("document.gone", id=id) from error
    if hashlib.sha256(raw).hexdigest() != found.digest:
        raise Problem("document.gone", id=id)
    return found.name, raw


def components(home: Home, word: str) -> list[tuple[Document, Mapping[str, str]]]:
    """Components of every SBOM whose name, supplier or purl holds the word; at most `FOUND_MAX`."""
    wanted = word.casefold().strip()
    out = []
    for document in home.state.registers.documents():
        for row in document.components:
            if any(wanted in row.get(name, "").casefold() for name in ("name", "supplier", "purl")):
                out.append((document, row))
                if len(out) >= FOUND_MAX:
                    return out
    return out
