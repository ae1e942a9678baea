"""Vendors: the sheet that goes out, what comes back, and whether it agrees with what was seen."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from hinomi.duties import Line, Word
from hinomi.duties.probes.remote import sessions
from hinomi.duties.registers import LETTERS_MAX
from hinomi.duties.replies import Reply, Said
from hinomi.filing import look, sheets
from hinomi.filing.papers.words import SAID, begin
from hinomi.filing.sheets import Sheet
from hinomi.paper import Heading, Paper, Table, Text
from hinomi.store.state import filing
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.shapes import Filed
    from hinomi.store.state.transaction import Transaction

KEY = "hinomi-vendor-sheet"  # stands in a cell of the file, so that what comes back is known again
REMOTE = {"yes": ("あり", "Yes"), "no": ("なし", "No"), "unknown": ("不明", "Unknown")}
ROWS_MAX = 500  # rows read of a returned sheet


def vendor(home: Home, id: str) -> Filed:
    found = next((one for one in home.state.filed("vendor") if one.id == id), None)
    if found is None:
        raise Problem("register.no_entry", id=id)
    return found


def sheet(home: Home, edition: str, id: str, lang: Literal["ja", "en"]) -> Paper:
    """The vendor's sheet as it goes out: questions and empty answers. It tells the vendor nothing of others."""
    ja = lang == "ja"
    of, row = sheets.checklist(home, Sheet(edition, "vendor")), vendor(home, id)
    title = (
        f"事業者確認用: {row.body['name']} / {row.body['system']}"
        if ja
        else f"Vendor sheet: {row.body['name']} / {row.body['system']}"
    )
    paper = begin(home, title, lang)
    paper.add(
        Text(
            "項目の文は要約です。公式の様式ではありません。"
            if ja
            else "The items are summaries, not the official wording.",
            "muted",
        )
    )
    paper.add(Text(f"{KEY} {edition} {id}", "muted"))
    head = (
        ("番号", "対象", "項目(要約)", "はい/いいえ/対象外", "確認日", "目標日", "備考")
        if ja
        else ("No.", "Scope", "Item (summary)", "Yes/No/Not applicable", "Date", "Target", "Note")
    )
    paper.add(
        Table(
            head,
            [(i.number, i.scope, i.ja if ja else i.en, "", "", "", "") for i in of.of("vendor")],
            (1, 1.5, 6, 2, 1.6, 1.6, 3),
            title="回答" if ja else "Answers",
        )
    )
    paper.add(Heading("リモート保守" if ja else "Remote maintenance"))
    lines = (
        ("有無(あり/なし)", "回線", "装置とファームウェア", "使う時間", "接続元")
        if ja
        else ("Yes or no", "Line", "Box and firmware", "Hours", "From where")
    )
    paper.add(Table(lines, [("", "", "", "", "")] * 3, title="リモート" if ja else "Remote"))
    return paper


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where what the vendor says and what was seen do not agree."""

    item: str  # number of the item, or `remote`
    said_ja: str
    said_en: str
    seen_ja: str
    seen_en: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """What was read of a returned sheet."""

    vendor: str
    edition: str
    answers: int
    unread: tuple[str, ...]  # cells that could not be read, in words
    remote: str  # yes | no | unknown
    differences: tuple[Difference, ...]


def take_back(home: Home, data: bytes, *, by: str, day: str = "") -> Returned:
    """Reads a returned sheet, files its answers under the vendor's name, and compares.

    Raises:
        hinomi.texts.Problem: the file is no Excel, or no sheet of ours.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        raise Problem("forms.unreadable") from error
    mark = _mark(book)
    if mark is None:
        raise Problem("vendor.not_ours")
    edition, id = mark
    row = vendor(home, id)
    of = Sheet(edition, "vendor", id)
    items = {(item.number, item.scope): item for item in sheets.checklist(home, of).of("vendor")}
    unread: list[str] = []
    count = 0
    for cells in _rows(book, ("回答", "Answers")):
        item = items.get((cells[0], cells[1]))
        if item is None or not cells[3]:
            continue
        said = answer_of(cells[3])
        if said is None:
            unread.append(f"{item.number}: {cells[3]}")
            continue
        when = _date(cells[4]) or day or date.today().isoformat()
        target = _date(cells[5])
        if said is Said.NO and not target:
            unread.append(f"{item.number}: {cells[3]} (目標日 / target)")
            continue
        person = f"{row.body['name']} {row.body.get('person', '')}".strip()
        sheets.reply(home, of, Reply(item.id, 1, said, when, person, target, cells[6][:500]), by=by)
        count += 1
    remote, how = _remote(book)
    with home.state.transaction() as tx:
        keep_remote(tx, row, remote, how, by=by)
    return Returned(id, edition, count, tuple(unread), remote, tuple(compare(home, edition, id)))


def compare(home: Home, edition: str, id: str) -> list[Difference]:
    """What the vendor says against what was seen of its devices."""
    row = vendor(home, id)
    of = Sheet(edition, "vendor", id)
    found = [
        Difference(
            r.item.number,
            SAID[r.newest.answer]["ja"],
            SAID[r.newest.answer]["en"],
            r.network.says_ja,
            r.network.says_en,
            r.network.lines,
        )
        for r in sheets.rows(home, of)
        if r.amber and r.newest is not None
    ]
    if row.body.get("remote") == "no":
        mine = sheets.vendor_devices(home, id)
        lines = tuple(line for line, _ in sessions(look.view(home)) if line.device in mine)
        if lines:
            found.append(
                Difference(
                    "remote",
                    *REMOTE["no"],
                    f"リモート保守は「なし」ですが、この事業者の機器への遠隔の接続を{len(lines)}件見ました。",
                    f"Remote maintenance is said to be none; remote connections to its devices seen: {len(lines)}.",
                    lines,
                )
            )
    return found


def answer_of(text: str) -> Said | None:
    """はい, yes, ○, ☑ … as an answer; None when it cannot be told."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in ("はい", "yes", "y", "○", "◯", "〇", "☑", "✓", "レ"):
        return Said.YES
    if word in ("いいえ", "no", "n", "×", "✕"):
        return Said.NO
    if word in ("対象外", "該当なし", "n/a", "na", "not applicable", "-", "―"):
        return Said.NOT_APPLICABLE
    return None


def _mark(book: Any) -> tuple[str, str] | None:
    for sheet_ in book.worksheets:
        for cells in sheet_.iter_rows(max_row=20, values_only=True):
            for cell in cells:
                words = str(cell or "").split()
                if len(words) == 3 and words[0] == KEY:
                    return words[1], words[2]
    return None


def _rows(book: Any, names: tuple[str, str]) -> list[list[str]]:
    for name in names:
        if name in book.sheetnames:
            rows = book[name].iter_rows(min_row=2, max_row=ROWS_MAX, max_col=7, values_only=True)
            return [
                [str(cell if cell is not None else "").strip() for cell in cells] + [""] * (7 - len(cells))
                for cells in rows
            ]
    return []


def _remote(book: Any) -> tuple[str, str]:
    """yes, no or unknown, and the lines that say how."""
    said, how = "unknown", []
    for cells in _rows(book, ("リモート", "Remote")):
        if cells[0] in REMOTE["yes"]:
            said = "yes"
        elif cells[0] in REMOTE["no"] and said == "unknown":
            said = "no"
        if any(cells[1:5]):
            how.append(" / ".join(cell or "–" for cell in cells[1:5]))
    return said, "\n".join(how)


def keep_remote(tx: Transaction, row: Filed, remote: str, how: str, *, by: str) -> None:
    """What the vendor says of remote maintenance, on its row of the register; unknown leaves what stood there."""
    told = {"remote": remote} if remote in ("yes", "no") else {}
    if how.strip():
        told["remote_how"] = how.strip()[:LETTERS_MAX]
    if told:
        filing.put(tx, "vendor", {**row.body, **told}, by=by, id=row.id, gone=False)


def _date(text: str) -> str:
    """An ISO date out of a cell; '' when there is none."""
    try:
        return date.fromisoformat(text[:10].replace("/", "-")).isoformat()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Deemed:
    """みなし遵守: does every server that was seen have a vendor who owes its updates by contract?"""

    word: Word
    covered: tuple[str, ...]
    uncovered: tuple[tuple[str, str], ...]  # device id, label: seen as a server, in no contract
    ours: tuple[str, ...]  # registered, and not the vendor's duty


def deemed(home: Home) -> Deemed:
    """Every server in the register must be the vendor's; a server that was seen and stands in no row breaks it."""
    filed = home.state.filed("server")
    covered = {
        d for one in filed if one.body["owed_by"] == "vendor" for d in home.state.device_by(str(one.body["server"]))[:1]
    }
    named = {d for one in filed for d in home.state.device_by(str(one.body["server"]))[:1]}
    ours = tuple(str(one.body["server"]) for one in filed if one.body["owed_by"] != "vendor")
    servers = [
        d
        for d in look.view(home).inside
        if d.value("type").endswith("_server") or d.value("type") in ("pacs", "lis", "ris")
    ]
    uncovered = tuple((d.id, d.label) for d in servers if d.id not in named)
    agreed = Word.NOT_CONTRADICTED if covered else Word.UNKNOWN
    if filed and not look.view(home).inside:
        agreed = Word.PERSON  # nothing is listened to: the register alone speaks
    word = Word.CONTRADICTED if uncovered or ours else agreed
    return Deemed(word, tuple(sorted(covered)), uncovered, ours)
