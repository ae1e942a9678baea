"""A vendor's sheet by a link: no account, one sheet and nothing else, until a day. Opening and sending are audited."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from hinomi.duties.replies import Reply, Said
from hinomi.filing import sheets, vendors
from hinomi.filing.sheets import Sheet
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock, filing
from hinomi.store.state.people import Wait
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.shapes import Filed

KIND = "vendor_link"
DAYS_MAX = 60
LINKS_MAX = 300  # in force at once
SENDS_MAX = 20  # of one link
TRIES = 10  # wrong words from one address before waiting begins
WAIT_FIRST_S, WAIT_MAX_S = 30, 3600
_S = 1_000_000_000
_DAY = 86_400 * _S


@dataclass(frozen=True, slots=True)
class Link:
    """One way in for one vendor, to the sheet of one system and one edition."""

    id: str
    vendor: str  # id of the row in the vendor register
    edition: str
    made: int
    until: int
    by: str
    opened: int = 0  # first time, 0: never
    sent: int = 0  # how often answers came by it
    ended: bool = False

    @property
    def open(self) -> bool:
        return not self.ended and clock.now_ns() < self.until

    @property
    def sheet(self) -> Sheet:
        return Sheet(self.edition, "vendor", self.vendor)


def make(home: Home, vendor: str, edition: str, days: int, *, by: str) -> tuple[Link, Secret]:
    """A link and its word. The word is told here once; kept is its hash.

    Raises:
        hinomi.texts.Problem: no such vendor or edition, an end too far away, or too many links in force.
    """
    vendors.vendor(home, vendor)
    sheets.checklist(home, Sheet(edition, "vendor", vendor))
    if not 1 <= days <= DAYS_MAX:
        raise Problem("vendor.link_days", most=DAYS_MAX)
    if sum(one.open for one in links(home)) >= LINKS_MAX:
        raise Problem("vendor.link_full", most=LINKS_MAX)
    word = Secret(secrets.token_urlsafe(24).encode())
    now = clock.now_ns()
    body = {"vendor": vendor, "edition": edition, "made": now, "until": now + days * _DAY, "by": by}
    return _link(home.state.file(KIND, body | {"hash": hash_of(word)}, by=by, id=f"L-{secrets.token_hex(5)}")), word


def links(home: Home, vendor: str = "") -> list[Link]:
    """Every link, or those of one vendor; the newest first."""
    found = []
    for row in home.state.filed(KIND, gone=True):
        if vendor in ("", row.body["vendor"]):
            found.append(_link(row))
    return sorted(found, key=lambda one: -one.made)


def _link(row: Filed) -> Link:
    of = row.body
    return Link(row.id, of["vendor"], of["edition"], int(of["made"]), int(of["until"]), of["by"],
                int(of.get("opened", 0)), int(of.get("sent", 0)), row.gone)  # fmt: skip


def end(home: Home, id: str, *, by: str) -> None:
    """Closes a link before its day."""
    row = next((one for one in home.state.filed(KIND) if one.id == id), None)
    if row is None:
        raise Problem("vendor.link_unknown")
    home.state.file(KIND, row.body, by=by, id=id, gone=True)


def open_(home: Home, word: Secret, *, address: str) -> Link:
    """The link of a word.

    Raises:
        hinomi.texts.Problem: waiting, never a link, or one that has ended.
    """
    found = by_word(home, KIND, word, address=address)
    link = _link(found)
    if not link.open or all(row.id != link.vendor for row in home.state.filed("vendor")):
        raise Problem("vendor.link_ended")
    if not link.opened:
        home.state.file(KIND, {**found.body, "opened": clock.now_ns()}, by=_by(link), id=link.id)
        home.state.audit(_by(link), "vendor_link.opened", link.id, {"address": address[:64]})
    return link


def by_word(home: Home, kind: str, word: Secret, *, address: str) -> Filed:
    """The entry whose hash is that of the word. Whoever guesses waits longer each time.

    Raises:
        hinomi.texts.Problem: waiting, or no such entry.
    """
    key = hashlib.sha256(f"{kind} {address}".encode()).hexdigest()
    now, wait = clock.now_ns(), home.state.people.wait(key)
    if wait.until > now:
        raise Problem("people.wait", seconds=(wait.until - now) // _S + 1)
    digest, found = hash_of(word), None
    for row in home.state.filed(kind, gone=True):
        if hmac.compare_digest(str(row.body["hash"]), digest):
            found = row
    if found is None:
        home.state.people.count_failure(key, partial(_longer, now))
        home.state.audit("?", f"{kind}.refused", "?", {"address": address[:64]})
        raise Problem("vendor.link_unknown")
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as the vendor sent it."""

    item: str
    answer: Said
    date: str = ""
    target: str = ""
    note: str = ""


def answer(home: Home, link: Link, given: Sequence[Given], person: str, remote: str, how: str, *, address: str) -> int:
    """Files what a vendor sent; all of it or nothing. What was seen of its devices is told to the hospital only.

    Raises:
        hinomi.texts.Problem: nobody named, a 「いいえ」 without its day, an item that was not asked, or sent too often.
    """
    if link.sent >= SENDS_MAX:
        raise Problem("vendor.link_sends", most=SENDS_MAX)
    if not person.strip():
        raise Problem("filed.no_name")
    row, today = vendors.vendor(home, link.vendor), date.today().isoformat()
    who = f"{row.body['name']} {person.strip()}"
    said = [Reply(one.item, 1, one.answer, one.date or today, who, one.target, one.note) for one in given]
    kept = [sheets.checked(home, link.sheet, reply) for reply in said]
    body = next(one.body for one in home.state.filed(KIND) if one.id == link.id)
    with home.state.transaction() as tx:
        for reply in kept:
            sheets.keep(tx, link.sheet, reply, by=_by(link))
        vendors.keep_remote(tx, row, remote, how, by=_by(link))
        filing.put(tx, KIND, {**body, "sent": link.sent + 1}, by=_by(link), id=link.id, gone=False)
        tx.audit(_by(link), "vendor_link.sent", link.id, {"address": address[:64], "answers": len(kept)})
    return len(kept)


def _by(link: Link) -> str:
    return f"link {link.id}"


def _longer(now: int, wait: Wait) -> Wait:
    failures = 1 if now - wait.at > _DAY else wait.failures + 1
    over = failures - TRIES
    seconds = 0 if over < 0 else min(WAIT_MAX_S, WAIT_FIRST_S << min(over, 16))
    return Wait(failures, now, now + seconds * _S)


def hash_of(word: Secret) -> str:
    """What is kept of a word."""
    return hashlib.sha256(word.reveal()).hexdigest()
