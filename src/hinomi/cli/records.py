"""`records`: what the six records hold, from the one place that declares them."""

from __future__ import annotations

from hinomi.cli.out import put_json, put_table, say, t
from hinomi.texts import Problem


def show(name: str, *, json: bool) -> None:
    from hinomi.records import DOCS, SCHEMAS

    if name and name not in SCHEMAS:
        raise Problem("cli.no_record", name=name, known=", ".join(SCHEMAS))
    wanted = [name] if name else list(SCHEMAS)
    if json:
        put_json(
            {
                record: [
                    {"name": f.name, "type": str(f.type), "null": f.nullable, "doc": DOCS[record].get(f.name, "")}
                    for f in SCHEMAS[record]
                ]
                for record in wanted
            }
        )
        return
    for record in wanted:
        say(f"\n{record}")
        put_table(
            [t(f"head.{n}") for n in ("column", "kind", "meaning")],
            (
                (f.name + ("?" if f.nullable else ""), str(f.type), DOCS[record].get(f.name, ""))
                for f in SCHEMAS[record]
            ),
        )
