"""`duties assess` and `duties survey`: one institution's own answers, and many together with nobody recognisable."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hinomi.cli.out import lang, put_json, put_table, say, t
from hinomi.duties import survey as work
from hinomi.home import Home
from hinomi.texts import Problem

KIND = "survey_told"  # what was shown so far: the next distribution must not be its neighbour
TOLD_MAX = 200


def _told(body: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    return {(name.partition("/")[0], name.partition("/")[2]): dict(counts) for name, counts in body.items()}


def assess(answers: list[str], beds: int, out: Path | None) -> None:
    """Shows what is asked; with answers (`area=answer`) checks them and writes them without any name."""
    japanese = lang() == "ja"
    if not answers:
        put_table(
            [t(f"head.{name}") for name in ("area", "says", "answer")],
            (
                (id, area["question_ja" if japanese else "question_en"],
                 " / ".join(f"{one[0]}={one[1 if japanese else 2]}" for one in area["answers"]))
                for id, area in work.areas().items()
            ),
        )  # fmt: skip
        return
    kept = work.checked({area: answer for area, _, answer in (one.partition("=") for one in answers)}, beds)
    text = jsonlib.dumps({"beds": beds, "answers": kept}, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        say(text.rstrip())
    else:
        out.write_text(text, "utf-8")
        say(str(out))


def survey(files: list[Path], *, json: bool) -> None:
    """Distributions by size; what fewer than five institutions stand behind is not shown."""
    rows = []
    for file in files:
        try:
            body = jsonlib.loads(file.read_text("utf-8"))
            rows.append((int(body["beds"]), work.checked(body["answers"], int(body["beds"]))))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem("survey.unreadable", path=file) from error
    home = Home()
    shares = work.distribution(rows, [_told(one.body) for one in home.state.filed(KIND)][-TOLD_MAX:])
    shown = work.told(shares)
    home.state.file(KIND, {f"{area}/{size}": counts for (area, size), counts in shown.items()}, by="hinomi")
    if json:
        put_json(shares)
        return
    place = 1 if lang() == "ja" else 2
    words = {(id, one[0]): one[place] for id, area in work.areas().items() for one in area["answers"]}
    put_table(
        [t(f"head.{name}") for name in ("area", "beds_class", "answer", "count")],
        (
            (
                work.areas()[share.area]["ja" if place == 1 else "en"],
                t(f"size.{share.size}"),
                words[(share.area, share.answer)],
                t("survey.hidden", k=work.K) if share.count is None else f"{share.count} / {share.of}",
            )
            for share in shares
        ),
    )
