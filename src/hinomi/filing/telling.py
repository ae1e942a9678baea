"""Advisories going out to departments and member institutions: by mail or on paper, read receipts, reminders."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING

from hinomi.filing import links
from hinomi.filing.facts import day, now_ns
from hinomi.privacy.secret import Secret
from hinomi.store.state import filing
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.store.state.shapes import Filed

LINK_DAYS = 60
REMIND_DAYS = 3  # after so many days without an answer somebody is reminded
RECEIPT_LINK = "receipt_link"
# Who may get what: TLP 2.0 (FIRST). Red stays with whom it was sent to; amber stays in the house.
SHARED = {"red": (), "amber": ("department",), "green": ("department", "institution"),
          "clear": ("department", "institution"), "": ("department",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """One recipient of one advisory, and how it stands. `id` is the row of the receipt register, "" before sending."""

    id: str
    recipient: str
    name: str
    kind: str
    mail: str
    fax: str
    sent: str
    read: str
    person: str
    reminded: str
    allowed: bool  # by the advisory's TLP
    late: bool


def advisory(home: Home, id: str) -> Filed:
    found = next((one for one in home.state.filed("advisory") if one.id == id), None)
    if found is None:
        raise Problem("register.no_entry", id=id)
    return found


def receipts(home: Home, id: str, *, today: str = "") -> list[Receipt]:
    """Every recipient with what was sent, read and is late."""
    of = advisory(home, id)
    today = today or date.today().isoformat()
    allowed = SHARED.get(str(of.body.get("tlp", "")), ())
    rows = {str(one.body["recipient"]): one for one in home.state.filed("receipt") if one.body["advisory"] == id}
    found = []
    for one in home.state.filed("recipient"):
        row = rows.get(one.id)
        body = row.body if row is not None else {}
        sent, read = str(body.get("sent", "")), str(body.get("read", ""))
        last = str(body.get("reminded", "")) or sent
        waited = _days(last, today) >= REMIND_DAYS or _days(of.body.get("due"), today) > 0
        late = bool(sent) and not read and waited
        found.append(
            Receipt(
                row.id if row else "", one.id, str(one.body["name"]), str(one.body["kind"]),
                str(one.body.get("mail", "")), str(one.body.get("fax", "")), sent, read, str(body.get("person", "")),
                str(body.get("reminded", "")), one.body["kind"] in allowed, late,
            )
        )  # fmt: skip
    return found


def _days(since: object, today: str) -> int:
    try:
        return (date.fromisoformat(today) - date.fromisoformat(str(since))).days
    except ValueError:
        return 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one recipient: mailed, to be faxed or handed over on paper, or failed."""

    recipient: str
    name: str
    way: str  # mail | paper | failed
    word: Secret | None  # of the link under which it is read
    error: str = ""


def send(home: Home, id: str, wanted: Sequence[str], base: str, *, by: str, remind: bool = False) -> list[Sent]:
    """Sends an advisory (again) to recipients: by mail where there is an address and a mail channel, else on paper.

    Raises:
        hinomi.texts.Problem: a recipient whom the advisory's TLP does not name, or none at all.
    """
    of = advisory(home, id)
    every = {one.recipient: one for one in receipts(home, id)}
    chosen = [every[one] for one in wanted if one in every]
    if not chosen:
        raise Problem("advisory.nobody")
    refused = [one.name for one in chosen if not one.allowed]
    if refused:
        raise Problem("advisory.tlp", names=", ".join(refused), tlp=str(of.body.get("tlp", "")) or "–")
    return [_one(home, of, one, base, by=by, remind=remind) for one in chosen]


def remind(home: Home, base: str, *, by: str, today: str = "") -> list[Sent]:
    """Reminds everybody who is late, for every advisory that went out."""
    found = []
    for of in home.state.filed("advisory"):
        late = [one.recipient for one in receipts(home, of.id, today=today) if one.late and one.allowed]
        if late:
            found += send(home, of.id, late, base, by=by, remind=True)
    return found


def _one(home: Home, of: Filed, to: Receipt, base: str, *, by: str, remind: bool) -> Sent:
    word = Secret(secrets.token_urlsafe(24).encode())
    way, error = "paper", ""
    if to.mail:
        way, error = _post(home, of, to, f"{base.rstrip('/')}/advisory#{word.reveal().decode()}", remind=remind)
    if way == "failed":
        return Sent(to.recipient, to.name, way, None, error)
    today = date.today().isoformat()
    before = next((one.body for one in home.state.filed("receipt") if one.id == to.id), {})
    row = {**before, "advisory": of.id, "recipient": to.recipient, "sent": str(before.get("sent") or today)}
    if remind:
        row["reminded"] = today
    until = now_ns() + LINK_DAYS * 86_400 * 1_000_000_000
    with home.state.transaction() as tx:
        kept = filing.put(tx, "receipt", row, by=by, id=to.id, gone=False)
        filing.put(
            tx, RECEIPT_LINK, {"receipt": kept.id, "hash": links.hash_of(word), "until": until, "base": base}, by=by,
            id="", gone=False,
        )  # fmt: skip
        tx.audit(by, "advisory.sent", of.id, {"to": to.name, "way": way, "again": remind})
    return Sent(to.recipient, to.name, way, word)


def _post(home: Home, of: Filed, to: Receipt, link: str, *, remind: bool) -> tuple[str, str]:
    import smtplib

    from hinomi.notify.channels import channels, secret
    from hinomi.notify.send import post

    channel = next((one for one in channels(home) if one.type == "mail"), None)
    if channel is None:
        return "paper", ""
    if set(to.mail) & set("\r\n ,;") or "@" not in to.mail:
        return "failed", to.mail
    mail = EmailMessage()
    mail["From"], mail["To"] = channel.sender, to.mail
    again = "【再送】" if remind else ""
    mail["Subject"] = f"{again}【注意喚起】{of.body['title']}".replace("\r", " ").replace("\n", " ")[:200]
    due = f"対応期限 / act by: {of.body['due']}\n" if of.body.get("due") else ""
    mail.set_content(
        f"{to.name}\n\n{of.body['title']}\n出どころ / from: {of.body['source']} ({of.body['date']})\n{due}\n"
        f"{of.body.get('text', '')}\n\n"
        f"読んだら、次のページで知らせてください。\nPlease confirm here that you read it:\n{link}\n"
    )
    try:
        post(channel, mail, secret(home, channel.id))
    except (OSError, smtplib.SMTPException) as error:
        return "failed", str(error)[:300] or type(error).__name__
    return "mail", ""


# ---------------------------------------------------------------- read


def opened(home: Home, word: Secret, *, address: str) -> tuple[Filed, Filed]:
    """The receipt and the advisory of a word.

    Raises:
        hinomi.texts.Problem: waiting, never a link, or one that has ended.
    """
    link = links.by_word(home, RECEIPT_LINK, word, address=address)
    row = next((one for one in home.state.filed("receipt") if one.id == link.body["receipt"]), None)
    of = next((one for one in home.state.filed("advisory") if row and one.id == row.body["advisory"]), None)
    if row is None or of is None or now_ns() >= int(link.body["until"]):
        raise Problem("vendor.link_ended")
    return row, of


def confirm(home: Home, word: Secret, person: str, *, address: str) -> tuple[Filed, Filed]:
    """Files that somebody read it."""
    if not person.strip():
        raise Problem("filed.no_name")
    row, of = opened(home, word, address=address)
    if not row.body.get("read"):
        body = {**row.body, "read": day(now_ns()), "person": person.strip()[:100]}
        row = home.state.file("receipt", body, by=f"link {row.id}", id=row.id)
        home.state.audit(f"link {row.id}", "advisory.read", of.id, {"person": person.strip()[:100]})
    return row, of


def base_of(home: Home) -> str:
    """The address under which the last advisory went out: reminders use it again."""
    return next((str(one.body["base"]) for one in reversed(home.state.filed(RECEIPT_LINK))), "")
