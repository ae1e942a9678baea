"""An hour's work for a clinic without a tap: what to fill in, in which order, and what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hinomi.duties import Word
from hinomi.filing import sheets, vendors
from hinomi.filing.sheets import Audience, Sheet

if TYPE_CHECKING:
    from hinomi.home import Home

CONTACTS_MIN = 3  # somebody inside, a vendor, a public body


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `where` is the address of its page."""

    id: str
    ja: str
    en: str
    says_ja: str
    says_en: str
    done: bool
    where: str


def steps(home: Home, edition: str = "R7", audience: Audience = "hospital") -> list[Step]:
    """The steps in order, each with how it stands."""
    state = home.state
    ledger = state.registers.ledger()
    contacts, servers = state.filed("contact"), state.filed("server")
    sides = {str(row.body["side"]) for row in contacts}
    rows = sheets.rows(home, Sheet(edition, audience))
    answered = sum(row.newest is not None for row in rows)
    deemed = vendors.deemed(home)
    backups = state.filed("backup")
    listed = len(ledger.sheet.rows) if ledger is not None else 0
    word = {
        Word.CONTRADICTED: (
            "満たしていません(自院の責任か、契約のないサーバがあります)",
            "not met: a server is ours, or in no contract",
        ),
        Word.NOT_CONTRADICTED: ("今のところ矛盾なし", "not contradicted so far"),
        Word.PERSON: ("台帳の上では満たしています(人が確認)", "met as registered, for a person to check"),
        Word.UNKNOWN: ("まだ分かりません", "not known yet"),
    }[deemed.word]
    return [
        Step("ledger", "機器の台帳(Excel)を読み込む", "Load the ledger of devices (Excel)",
             f"{listed} 行", f"{listed} rows", listed > 0, "/ledger"),
        Step("servers", "サーバごとに、更新の責任と契約の条項を書く",
             "Per server: who owes its updates, by which clause",
             f"{len(servers)} 台。みなし遵守: {word[0]}", f"{len(servers)} servers. Deemed compliance: {word[1]}",
             bool(servers) and deemed.word is not Word.CONTRADICTED, "/registers?name=server"),
        Step("contacts", "連絡先を書く(院内・事業者・公的機関、日本医師会の相談窓口)",
             "Write the contacts (inside, vendor, public body; the medical association's desk)",
             f"{len(contacts)} 件", f"{len(contacts)} rows",
             len(contacts) >= CONTACTS_MIN and {"inside", "vendor"} <= sides, "/registers?name=contact"),
        Step("backup", "控えの置き場所を書く(3-2-1)", "Write where copies lie (3-2-1)",
             f"{len(backups)} 件", f"{len(backups)} rows", bool(backups), "/registers?name=backup"),
        Step("checklist", "点検票に答える", "Answer the checklist",
             f"{answered} / {len(rows)}", f"{answered} of {len(rows)}",
             bool(rows) and answered == len(rows), "/checklist"),
        Step("paper", "手元用の一枚を印刷して綴じる", "Print the incident binder",
             "ネットワークが止まっても使えます", "works when the network does not", False, "/papers"),
    ]  # fmt: skip
