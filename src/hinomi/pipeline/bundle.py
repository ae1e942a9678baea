"""Evidence as one file: packets, records, reasoning, and a signed manifest that names each by its hash.

    manifest.json      what is in it, with SHA-256 and size; who made it, when, why; the public key
    manifest.sig       Ed25519 over the bytes of manifest.json
    finding.json       the finding and its story, with every step of their life
    reasoning_ja.txt, reasoning_en.txt
    packets/*.pcapng   the packets behind them, one file a capture
    records/*.json, records/*.csv   what Hinomi read in these packets

The signature says that this home made the bundle and that nothing in it was changed since. That the
key is the hospital's own, a reader learns from its fingerprint, told by another way.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
import json
import os
import tempfile
import time
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hinomi import __version__
from hinomi.model import EvidenceRef
from hinomi.texts import Problem, text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from hinomi.home import Home
    from hinomi.store.state import Finding

FORM = "hinomi-evidence-1"
ROWS_MAX = 5_000  # of one record
ENTRIES_MAX = 1_000  # read of a bundle that somebody else may have made
BYTES_MAX = 4_000_000_000
RECORDS = ("flow", "clue", "exchange", "reading", "note")


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying says. `problem` is '' when the bundle is whole and its signature holds."""

    problem: str  # '' | not_a_bundle | signature | changed | missing | extra
    name: str  # the entry that does not hold
    fingerprint: str
    own_key: bool  # signed by the key of the home that looks
    manifest: dict[str, Any]


def fingerprint(public: bytes) -> str:
    """Of a public key, in groups that can be read over the telephone."""
    digest = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def own_key(home: Home) -> Ed25519PrivateKey:
    """The signing key of the home, made at first use."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = home.path / "keys" / "evidence.key"
    if not path.exists():
        new = path.with_name(f".evidence.{os.getpid()}")
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new, path)  # one that another process made meanwhile stays
        new.unlink()
    if path.stat().st_mode & 0o077:
        raise Problem("home.key_open", path=path)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def make(home: Home, id: str, out: Path, *, by: str, reason: str) -> dict[str, Any]:
    """Writes the bundle of a finding and its story; returns the manifest. The audit entry comes first.

    Raises:
        hinomi.texts.Problem: no such finding, no reason, or the file cannot be written.
    """
    if not by.strip() or not reason.strip():
        raise Problem("evidence.no_reason")
    finding = home.state.finding(id)
    if finding is None:
        raise Problem("finding.unknown", id=id)
    story = home.state.findings(story=finding.story).items if finding.story else []
    findings = [finding, *(one for one in story if one.id != finding.id)]
    refs = list(dict.fromkeys(ref for one in findings for ref in one.evidence if ref.packet))
    home.state.audit(by, "evidence.bundle", finding.id, {"reason": reason, "packets": len(refs)})
    with tempfile.TemporaryDirectory(dir=home.staging_path, prefix="bundle-") as folder:
        place = Path(folder)
        missing = _packets(home, refs, place / "packets")
        _records(home, refs, place / "records")
        _write(place / "finding.json", _json({"findings": [_told(home, one) for one in findings]}))
        for lang in ("ja", "en"):
            _write(place / f"reasoning_{lang}.txt", _reasoning(home, findings, lang))
        manifest = _manifest(home, finding, place, missing, by, reason)
        _zip(home, place, manifest, out)
    return manifest


def verify(path: Path, home: Home | None = None) -> Verdict:
    """Whether a bundle is whole: the signature over the manifest, each hash, and nothing beside."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        with zipfile.ZipFile(path) as bundle:
            entries = {entry.filename: entry for entry in bundle.infolist()}
            too_much = len(entries) > ENTRIES_MAX or sum(entry.file_size for entry in entries.values()) > BYTES_MAX
            if too_much or len(entries) != len(bundle.infolist()):
                return Verdict("not_a_bundle", "", "", False, {})
            said = bundle.read("manifest.json")
            manifest = json.loads(said)
            public = bytes.fromhex(manifest["public_key"])
            print_ = fingerprint(public)
            mine = home is not None and public == own_key(home).public_key().public_bytes_raw()
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(bundle.read("manifest.sig"), said)
            except InvalidSignature:
                return Verdict("signature", "manifest.sig", print_, mine, manifest)
            for name, told in manifest["files"].items():
                if name not in entries:
                    return Verdict("missing", name, print_, mine, manifest)
                if _hash(bundle, name) != told["sha256"]:
                    return Verdict("changed", name, print_, mine, manifest)
            extra = sorted(set(entries) - set(manifest["files"]) - {"manifest.json", "manifest.sig"})
            if extra:
                return Verdict("extra", extra[0], print_, mine, manifest)
            return Verdict("", "", print_, mine, manifest)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError):
        return Verdict("not_a_bundle", "", "", False, {})


def _hash(bundle: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with bundle.open(name) as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def _packets(home: Home, refs: Iterable[EvidenceRef], folder: Path) -> list[str]:
    """Slices, one a capture; returns the captures whose packets can no longer be had."""
    folder.mkdir()
    by_capture: dict[str, list[EvidenceRef]] = {}
    for ref in refs:
        by_capture.setdefault(ref.capture, []).append(ref)
    missing = []
    for capture, wanted in by_capture.items():
        try:
            home.history.slice(wanted, folder / f"{capture}.pcapng")
        except Problem as problem:
            missing.append(f"{capture}: {problem.sentence('en')}")
    return missing


def _records(home: Home, refs: list[EvidenceRef], folder: Path) -> None:
    folder.mkdir()
    for record in RECORDS:
        rows: list[dict[str, Any]] = []
        for capture in dict.fromkeys(ref.capture for ref in refs):
            packets = sorted({ref.packet for ref in refs if ref.capture == capture})
            marks = ", ".join("?" * len(packets))
            where = f"capture = ? AND packet IN ({marks})"
            found = home.history.table(record, where=where, params=[capture, *packets], limit=ROWS_MAX)
            rows += found.to_pylist()
        if not rows:
            continue
        _write(folder / f"{record}.json", _json(rows))
        table = io.StringIO()
        writer = csv.DictWriter(table, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        _write(folder / f"{record}.csv", table.getvalue())


def _told(home: Home, finding: Finding) -> dict[str, Any]:
    fields = {name: getattr(finding, name) for name in finding.__slots__}
    labels = home.state.labels(finding.devices)
    return {**fields, "labels": labels, "events": home.state.finding_events(finding.id)}


def _reasoning(home: Home, findings: list[Finding], lang: str) -> str:
    from hinomi.watch import render

    parts = []
    for one in findings:
        try:
            words = render(one, lang, home.settings.time_zone)
        except (KeyError, OSError):  # its detection left the program since
            parts.append(f"{one.id}  {one.detection}")
            continue
        head = f"{one.id}  {text(f'severity.{one.severity}', lang)}  {words.title}"
        lines = [head, "", words.seen, words.why, words.how_sure, "", text("head.innocent", lang)]
        lines += [f"- {line}" for line in words.innocent]
        lines += ["", text("head.first_steps", lang), *(f"- {line}" for line in words.first_steps)]
        lines += ["", text("head.proof", lang)]
        lines += [f"- {ref.capture}:{ref.packet}:{ref.offset}" for ref in one.evidence]
        parts.append("\n".join(lines))
    return "\n\n----\n\n".join(parts) + "\n"


def _manifest(home: Home, finding: Finding, place: Path, missing: list[str], by: str, reason: str) -> dict[str, Any]:
    files = {}
    for path in sorted(place.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            files[path.relative_to(place).as_posix()] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    return {
        "form": FORM,
        "program": f"hinomi {__version__}",
        "site": home.site,
        "finding": finding.id,
        "made_at": datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "by": by,
        "reason": reason,
        "missing": missing,
        "public_key": own_key(home).public_key().public_bytes_raw().hex(),
        "files": files,
    }


def _zip(home: Home, place: Path, manifest: dict[str, Any], out: Path) -> None:
    said = _json(manifest).encode()
    new = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("manifest.json", said)
            bundle.writestr("manifest.sig", own_key(home).sign(said))
            for name in manifest["files"]:
                bundle.write(place / name, name)
        new.replace(out)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise Problem("cli.cannot_write", path=out, reason=error.strerror or "") from error


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain, sort_keys=True)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    return str(value)
