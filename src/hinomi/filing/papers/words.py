"""Words that several papers share, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hinomi import __version__
from hinomi.duties import Word
from hinomi.duties.replies import Said
from hinomi.filing import look
from hinomi.filing.facts import clock, now_ns
from hinomi.model import EvidenceRef
from hinomi.paper import Paper, Text

if TYPE_CHECKING:
    from hinomi.home import Home

Lang = Literal["ja", "en"]

WORDS = {
    Word.CONTRADICTED: {"ja": "矛盾あり", "en": "Contradicted"},
    Word.NOT_CONTRADICTED: {"ja": "今のところ矛盾なし", "en": "Not contradicted so far"},
    Word.UNKNOWN: {"ja": "不明", "en": "Unknown"},
    Word.PERSON: {"ja": "人が確認", "en": "For a person"},
}
SAID = {
    Said.YES: {"ja": "はい", "en": "Yes"},
    Said.NO: {"ja": "いいえ", "en": "No"},
    Said.NOT_APPLICABLE: {"ja": "対象外", "en": "Not applicable"},
}


def begin(home: Home, title: str, lang: Lang, *, wide: bool = False) -> Paper:
    """An empty paper with its foot line."""
    made = f"{home.site} ・ 火の見 {__version__} ・ {clock(now_ns())} 作成"
    if lang == "en":
        made = f"{home.site} · Hinomi {__version__} · made {clock(now_ns())}"
    return Paper(title=title, lang=lang, made=made, wide=wide)


def heard(home: Home, lang: Lang, since: int = 0, until: int = 2**62) -> Text:
    """How long and what the tap heard, in a period: nothing on the paper goes beyond it."""
    of = look.listened(home, since, until)
    if not of.first or not of.hours:
        if since:
            return Text(
                "この期間には何も聞いていません。" if lang == "ja" else "Nothing was heard in this period.", "caution"
            )
        return Text("まだ何も聞いていません。" if lang == "ja" else "Nothing was heard yet.", "caution")
    nets = len(of.subnets_both)
    one = len(of.subnets_one_way)
    if lang == "ja":
        return Text(
            f"聞いた時間は合計{of.hours:.1f}時間({clock(of.first)}〜{clock(of.last)})。双方向に聞けたネットワークは{nets}、"
            f"片方向だけは{one}。この紙の内容は、聞けた範囲を超えません。",
            "muted",
        )
    return Text(
        f"Listened for {of.hours:.1f} hours in all ({clock(of.first)} to {clock(of.last)}). {nets} networks were heard "
        f"both ways, {one} one way only. Nothing on this paper goes beyond what was heard.",
        "muted",
    )


def proof(ref: EvidenceRef | None) -> str:
    """A packet as it can be looked up: capture and frame number."""
    return f"{ref.capture}#{ref.packet}" if ref is not None and ref.packet > 0 else ""
