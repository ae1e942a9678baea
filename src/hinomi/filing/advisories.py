"""Advisories: what came in (mail, CSAF, pasted text) becomes a row of the register."""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import html
import json
import mailbox
import re
import tempfile
from datetime import date
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from hinomi.duties.registers import LETTERS_MAX, checked, registers
from hinomi.texts import Problem
from hinomi.vulnerabilities import csaf

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.shapes import Filed

MAILS_MAX = 200  # of one mailbox
BYTES_MAX = 20_000_000  # of one file
FILES_MAX = 500  # of the drop folder in one round
FOLDER = "advisories-in"  # in the home: files dropped here are taken in by the hour
ENDINGS = (".eml", ".mbox", ".json", ".txt")
_TLP = re.compile(r"TLP[\s::]*\[?(RED|AMBER(?:\+STRICT)?|GREEN|CLEAR|WHITE)", re.IGNORECASE)
_DUE = re.compile(r"(?:期限|まで|due|by)\D{0,12}(20\d\d)[-/年.](\d{1,2})[-/月.](\d{1,2})", re.IGNORECASE)
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)


def take(home: Home, data: bytes, name: str, *, by: str, source: str = "") -> list[Filed]:
    """Files the advisories of a file; one that is there already is left as it is.

    Raises:
        hinomi.texts.Problem: too large, or nothing that can be read.
    """
    if len(data) > BYTES_MAX:
        raise Problem("advisory.too_large", most=BYTES_MAX // 1_000_000)
    rows = _rows(data, name, source)
    if not rows:
        raise Problem("advisory.unreadable", name=name)
    known = {one.id for one in home.state.filed("advisory", gone=True)}
    made = []
    for key, row in rows:
        id = f"A-{hashlib.sha256(key).hexdigest()[:16]}"
        if id not in known:
            known.add(id)
            made.append(home.state.file("advisory", checked(registers()["advisory"], row), by=by, id=id))
    return made


def take_folder(home: Home, *, by: str) -> list[Filed]:
    """What lies in the drop folder. A file that was read goes into `read/`, one that cannot be into `odd/`."""
    folder = home.path / FOLDER
    if not folder.is_dir():
        return []
    made: list[Filed] = []
    for path in sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in ENDINGS)[:FILES_MAX]:
        try:
            made += take(home, path.read_bytes(), path.name, by=by)
            place = "read"
        except (Problem, OSError):
            place = "odd"
        folder.joinpath(place).mkdir(exist_ok=True)
        path.replace(folder / place / path.name)
    return made


def _rows(data: bytes, name: str, source: str) -> list[tuple[bytes, dict[str, str]]]:
    if data.lstrip()[:1] == b"{":
        return _csaf(data, source)
    if data.startswith(b"From "):
        with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
            file.write(data)
            file.flush()
            box = mailbox.mbox(file.name, create=False)
            raws = [box.get_bytes(key) for key in list(box.keys())[:MAILS_MAX]]
        return [row for raw in raws for row in _mail(raw, source)]
    if name.lower().endswith(".eml") or re.match(rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3,}\r?\n", data):
        return _mail(data, source)
    return _text(data, source)


def _mail(raw: bytes, source: str) -> list[tuple[bytes, dict[str, str]]]:
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain", "html"))
    text = _content(body) if body is not None else ""
    if body is not None and body.get_content_type() == "text/html":
        text = html.unescape(_TAG.sub("\n", text))
    try:
        sent = parsedate_to_datetime(str(mail.get("Date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError):
        sent = ""
    title = str(mail.get("Subject", "")).strip()
    if not title and not text.strip():
        return []
    found = [
        row
        for part in mail.iter_attachments()
        if str(part.get_filename() or "").lower().endswith(".json") and isinstance(part, EmailMessage)
        for row in _csaf(_bytes(part), source or str(mail.get("From", "")))
    ]
    key = str(mail.get("Message-ID", "")).strip().encode() or raw
    return found or [(key, _row(title, text, source or str(mail.get("From", "")), sent))]


def _bytes(part: EmailMessage) -> bytes:
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _content(part: Any) -> str:
    """The words of a part; a charset that is wrong or unknown loses letters, never the mail."""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, ValueError, KeyError):
        raw = part.get_payload(decode=True) or b""
        return str(raw.decode("utf-8", "replace"))


def _csaf(data: bytes, source: str) -> list[tuple[bytes, dict[str, str]]]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return []
    if not csaf.is_csaf(document):
        return []
    head = document["document"]
    tracking = head.get("tracking") if isinstance(head.get("tracking"), dict) else {}
    publisher = head.get("publisher") if isinstance(head.get("publisher"), dict) else {}
    sharing = head.get("distribution") if isinstance(head.get("distribution"), dict) else {}
    label = sharing.get("tlp", {}).get("label", "") if isinstance(sharing.get("tlp"), dict) else ""
    notes = [n for n in head.get("notes", ()) if isinstance(n, dict)] if isinstance(head.get("notes"), list) else []
    words = [str(one.get("text", "")) for one in notes if one.get("category") in ("summary", "description", "general")]
    cves = [str(v.get("cve")) for v in document.get("vulnerabilities", ()) if isinstance(v, dict) and v.get("cve")]
    text = "\n".join([f"TLP:{label}" if label else "", str(tracking.get("id", "")), ", ".join(cves), *words])
    row = _row(str(head.get("title", "")), text, source or str(publisher.get("name", "")),
               str(tracking.get("current_release_date", ""))[:10])  # fmt: skip
    return [(f"{tracking.get('id')} {tracking.get('version')}".encode(), row)]


def _text(data: bytes, source: str) -> list[tuple[bytes, dict[str, str]]]:
    for charset in ("utf-8-sig", "cp932", "euc-jp"):
        try:
            text = data.decode(charset)
            break
        except UnicodeDecodeError:
            continue
    else:
        return []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or "\0" in text:
        return []
    subject = next((re.sub(r"^(件名|subject|題名)\s*[::]\s*", "", one, flags=re.I) for one in lines
                    if re.match(r"(件名|subject|題名)\s*[::]", one, re.I)), lines[0])  # fmt: skip
    return [(data, _row(subject, text, source, ""))]


def _row(title: str, text: str, source: str, sent: str) -> dict[str, str]:
    text = "\n".join(line.rstrip() for line in text.strip().splitlines() if line.strip() or line == "")[:LETTERS_MAX]
    try:
        date.fromisoformat(sent)
    except ValueError:
        sent = date.today().isoformat()
    row = {"date": sent, "source": source.strip()[:300] or "–", "title": title.strip()[:300] or "–", "text": text}
    found = _TLP.search(f"{title}\n{text}")
    if found:
        word = found.group(1).lower().partition("+")[0]
        row["tlp"] = "clear" if word == "white" else word
    due = _DUE.search(text)
    if due:
        year, month, of = (int(one) for one in due.groups())
        with contextlib.suppress(ValueError):
            row["due"] = date(year, month, of).isoformat()
    return {name: value for name, value in row.items() if value}
