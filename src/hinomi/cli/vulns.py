"""`vulns …` and `document …`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hinomi.cli.devices import one
from hinomi.cli.out import lang, note, put_json, put_table, say, t
from hinomi.home import Home
from hinomi.pipeline import documents as papers
from hinomi.pipeline import weaknesses
from hinomi.texts import Problem


def listing(device: str, *, whole: bool, json: bool) -> None:
    home = Home()
    id = one(home, device) if device else ""
    now = weaknesses.standing(home)
    rows = [
        (
            advisory,
            [w for w in found if (not id or w.device == id) and (whole or w.standing in ("confirmed", "possible"))],
        )
        for advisory, found in now.by_advisory()
    ]
    rows = [row for row in rows if row[1]]
    if json:
        put_json({"advisories": [{"advisory": a, "devices": found} for a, found in rows], "files": now.library.files})
        return
    for file in now.library.files:
        if file.problem_en:
            note(f"{file.name}: {file.problem_ja if lang() == 'ja' else file.problem_en}")
    if not rows:
        say(
            t(
                "cli.vulns_none",
                number=len(now.library.advisories),
                files=len(now.library.files),
                path=home.advisories_path,
            )
        )
        return
    labels = home.state.labels(w.device for _, found in rows for w in found)
    ja = lang() == "ja"
    put_table(
        [
            t(f"head.{n}")
            for n in ("advisory", "cve", "score", "exploited", "epss", "title", "device", "standing", "why")
        ],
        (
            (
                advisory.id,
                " ".join(advisory.cves),
                "" if advisory.score is None else f"{advisory.score:.1f}",
                "KEV" if advisory.known_exploited else "",
                "" if advisory.epss is None else f"{advisory.epss:.0%}",
                advisory.title,
                labels.get(w.device, w.device),
                t(f"standing.{w.standing}"),
                w.why_ja if ja else w.why_en,
            )
            for advisory, found in rows
            for w in found
        ),
    )


def support(*, json: bool) -> None:
    home = Home()
    found = weaknesses.standing(home).ends
    if json:
        put_json(found)
        return
    labels = home.state.labels(end.device for end in found)
    put_table(
        [t(f"head.{n}") for n in ("device", "name", "ends", "proof")],
        ((labels.get(end.device, end.device), end.name, end.ends, end.source) for end in found),
    )


def add(files: Sequence[Path]) -> None:
    say(t("cli.vulns_added", number=len(weaknesses.add(Home(), files))))


def fetch() -> None:
    say(t("cli.vulns_added", number=len(weaknesses.fetch(Home()))))


def say_standing(advisory: str, word: str, standing: str, *, by: str, reason: str) -> None:
    home = Home()
    if advisory not in weaknesses.standing(home).library.advisories:
        raise Problem("weakness.unknown", id=advisory)
    made = home.state.registers.say_weakness(advisory, one(home, word), standing, by=by, reason=reason)
    say(t("cli.decided", id=made.id))


def attach(file: Path, kind: str, *, device: str, maker: str, model: str, by: str) -> None:
    home = Home()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Problem("input.unreadable", path=file, reason=error.strerror or error) from error
    id = papers.attach(
        home,
        content,
        file.name,
        kind,
        by=by,
        device=one(home, device) if device else "",
        manufacturer=maker,
        model=model,
    )
    made = next(d for d in home.state.registers.documents() if d.id == id)
    say(t("cli.document_added", id=id, components=len(made.components), answers=len(made.facts)))


def documents(*, json: bool) -> None:
    home = Home()
    found = home.state.registers.documents()
    if json:
        put_json(found)
        return
    labels = home.state.labels(d.device for d in found if d.device)
    put_table(
        [
            t(f"head.{n}")
            for n in ("document", "kind", "name", "device", "manufacturer", "model", "components", "answers")
        ],
        (
            (
                d.id,
                d.kind,
                d.name,
                labels.get(d.device, d.device),
                d.manufacturer,
                d.model,
                str(len(d.components)),
                str(len(d.facts)),
            )
            for d in found
        ),
    )


def search(word: str, *, json: bool) -> None:
    home = Home()
    found = papers.components(home, word)
    if json:
        put_json([{"document": d.id, "component": row} for d, row in found])
        return
    put_table(
        [t(f"head.{n}") for n in ("name", "value", "supplier", "document", "device", "model")],
        ((row["name"], row.get("version", ""), row.get("supplier", ""), d.id, d.device, d.model) for d, row in found),
    )


def end(id: str, *, by: str, reason: str) -> None:
    Home().state.registers.end_document(id, by=by, reason=reason)
    say(t("cli.undone", id=id))
