"""The drop folder: every file is recognised by its content and read; what cannot be read is told, not lost."""

from __future__ import annotations

import gzip
import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from hinomi.vulnerabilities import csaf, exploited, jvn
from hinomi.vulnerabilities.shapes import NOT_GIVEN, Advisory, FileNote, Library

FILES_MAX = 20_000
FILE_BYTES_MAX = 300_000_000  # also of what a packed file holds
ADVISORIES_MAX = 300_000
_ENDINGS = (".json", ".xml", ".rdf", ".rss", ".csv", ".gz")


class _OtherError(ValueError):
    """A file of another kind."""


def read(folder: Path) -> Library:
    """What the folder holds now; read again only when a file changed."""
    paths = (
        sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in _ENDINGS) if folder.is_dir() else []
    )
    key = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in paths[:FILES_MAX])
    return _read(key, max(0, len(paths) - FILES_MAX))


@lru_cache(maxsize=2)
def _read(files: tuple[tuple[str, int, int], ...], over: int) -> Library:
    out = Library(left_out=over)
    known: dict[str, bool] = {}
    chances: dict[str, float] = {}
    for name, _, size in files:
        path = Path(name)
        if size > FILE_BYTES_MAX:
            out.files.append(FileNote(path.name, "", 0, "大きすぎます", "too large"))
            out.left_out += 1
            continue
        try:
            _one(path, _content(path), out, known, chances)
        except (OSError, EOFError, zlib.error) as error:
            out.files.append(FileNote(path.name, "", 0, f"開けません（{error}）", f"cannot be opened ({error})"))
        except json.JSONDecodeError as error:
            ja, en = f"JSON が {error.lineno} 行目で壊れています", f"its JSON is broken at line {error.lineno}"
            out.files.append(FileNote(path.name, "", 0, ja, en))
        except _OtherError:
            ja, en = "CSAF・JVN・KEV・EPSS のどれでもありません", "it is neither CSAF, JVN, KEV nor EPSS"
            out.files.append(FileNote(path.name, "", 0, ja, en))
        except (ValueError, RecursionError) as error:
            said = str(error)[:120]
            out.files.append(FileNote(path.name, "", 0, f"読めません（{said}）", f"cannot be read ({said})"))
    for advisory in out.advisories.values():
        advisory.known_exploited = any(cve in known for cve in advisory.cves)
        advisory.ransomware = any(known.get(cve, False) for cve in advisory.cves)
        told = [chances[cve] for cve in advisory.cves if cve in chances]
        advisory.epss = max(told) if told else None
    return out


def _content(path: Path) -> bytes:
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    with gzip.open(path) as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise ValueError("over the size limit when unpacked")
    return content


def _one(path: Path, content: bytes, out: Library, known: dict[str, bool], chances: dict[str, float]) -> None:
    begin = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if begin in (b"{", b"["):
        document: Any = json.loads(content.decode("utf-8-sig"))
        listed = exploited.kev(document)
        if listed:
            known.update(listed)
            out.files.append(FileNote(path.name, "kev", len(listed)))
            return
        if jvn.is_feed(document):
            _take(path, "jvn", jvn.read_feed(document), out)
            return
        documents = document if isinstance(document, list) else [document]
        if not documents or not all(csaf.is_csaf(one) for one in documents):
            raise _OtherError
        found = [advisory for one in documents for advisory in csaf.read(one)]
        _take(path, "csaf", found, out)
    elif begin == b"<":
        _take(path, "jvn", jvn.read(content), out)
    else:
        text = content.decode("utf-8-sig", "replace")
        listed = exploited.kev_table(text)
        if listed:
            known.update(listed)
            out.files.append(FileNote(path.name, "kev", len(listed)))
            return
        told = exploited.epss(text)
        if not told:
            raise _OtherError
        chances.update(told)
        out.files.append(FileNote(path.name, "epss", len(told)))


def _take(path: Path, kind: str, found: list[Advisory], out: Library) -> None:
    for advisory in found:
        earlier = out.advisories.get(advisory.id)
        if earlier is None and len(out.advisories) >= ADVISORIES_MAX:
            out.left_out += 1
            continue
        advisory.file = path.name
        if earlier is None or _rank(advisory) >= _rank(earlier):
            out.advisories[advisory.id] = advisory
    out.files.append(FileNote(path.name, kind, len(found)))


def _rank(advisory: Advisory) -> tuple[bool, bool, str]:
    """Of two editions the newer holds; a JVN list, which names no versions, never hides its details."""
    versions = any(product.versions not in ("", NOT_GIVEN) for product in advisory.products)
    return versions, bool(advisory.products), advisory.published
