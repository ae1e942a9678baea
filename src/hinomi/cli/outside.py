"""`outside`: every contact with the world."""

from __future__ import annotations

from hinomi.cli.out import lang, put_json, put_table, size, t, when
from hinomi.home import Home


def listing(*, category: str, json: bool) -> None:
    from hinomi.api.look import Look
    from hinomi.api.routes.outside import found
    from hinomi.watch.text import shared

    home = Home()
    look = Look(home, home.state.version())
    contacts = [one for one in found(home, look) if not category or one.category == category]
    if json:
        put_json(contacts)
        return
    words = shared()[lang()]["words"]["category"]
    zone = home.settings.time_zone
    labels = home.state.labels()
    heads = ("outside", "purpose", "owner", "country", "sent", "received", "devices", "first", "last")
    put_table(
        [t(f"head.{name}") for name in heads],
        (
            (
                getattr(one.known, f"name_{lang()}", "") or one.key,
                words.get(one.category, one.category),
                (one.known.owner if one.known else "") or " / ".join(sorted(one.owners)),
                " ".join(sorted(one.countries)),
                size(one.up),
                size(one.down),
                " ".join(labels.get(id, id) for id, _ in one.devices.most_common(8)),
                when(one.first, zone),
                when(one.last, zone),
            )
            for one in contacts
        ),
    )
