"""`duties`: what listening says to each item of the ministry's checklist."""

from __future__ import annotations

from typing import Any

from hinomi.cli.out import lang, note, put_json, put_table, say, t
from hinomi.home import Home
from hinomi.texts import Problem


def answer(edition: str, audience: str, item: str, *, json: bool) -> None:
    """The whole list, or one item with everything behind it.

    Raises:
        hinomi.texts.Problem: no such edition, audience or item.
    """
    from hinomi.duties import answers, checklists
    from hinomi.duties.checklist import AUDIENCES
    from hinomi.pipeline.look import duties_view

    editions = checklists()
    if edition not in editions:
        raise Problem("duties.no_edition", edition=edition, editions=", ".join(editions))
    if audience not in AUDIENCES:
        raise Problem("duties.no_audience", audience=audience, audiences=", ".join(AUDIENCES))
    checklist = editions[edition]
    items = {row.id: row for row in checklist.of(audience)}
    home = Home()
    found = answers(checklist, audience, duties_view(home)) if items else []
    if item:
        found = [one for one in found if item in (one.item, items[one.item].number)]
        if not found:
            raise Problem("duties.no_item", item=item, edition=edition)
    home.state.audit("local", "duties.read", edition, {"audience": audience})
    if json:
        put_json([{"number": items[one.item].number, "text": _of(items[one.item]), "answer": one} for one in found])
        return
    if not items:
        say(checklist.target_rule_ja if lang() == "ja" else checklist.target_rule_en)
        return
    japanese = lang() == "ja"
    put_table(
        [t(f"head.{name}") for name in ("item", "duty", "answer", "says")],
        (
            (
                items[one.item].number,
                items[one.item].ja if japanese else items[one.item].en,
                t(f"duties.{one.word}"),
                one.says_ja if japanese else one.says_en,
            )
            for one in found
        ),
    )
    if item:
        for one in found:
            for line in one.lines:
                packet = f"{line.evidence.capture} #{line.evidence.packet}" if line.evidence else ""
                say(f"  {line.label}\t{line.what}\t{packet}")
            if one.needs_ja:
                note(one.needs_ja if japanese else one.needs_en)
    note(t("duties.summary_mark"))


def _of(item: Any) -> dict[str, str]:
    return {"ja": item.ja, "en": item.en, "scope": item.scope}
