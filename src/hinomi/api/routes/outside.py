"""Every contact with the world: by purpose, owner, country, volume, and which devices."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fastapi import APIRouter

from hinomi.api import shapes_watch as shapes
from hinomi.api.deps import TheHome, TheLook
from hinomi.api.look import Look
from hinomi.api.shapes import Words
from hinomi.api.words import for_people, when
from hinomi.watch.text import shared

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.watch.contacts import Contact, End
    from hinomi.watch.outside import Destination

router = APIRouter(prefix="/api/outside", tags=["outside"])

CONTACTS_MAX = 2_000
_NAMES_SHOWN = 6
_DEVICES_SHOWN = 8


@router.get("")
def outside(home: TheHome, look: TheLook) -> shapes.Outside:
    """Contacts with the outside, all that was heard."""
    return look.memo("outside", lambda: whole(home, look))


def found(home: Home, look: Look) -> list[Contact]:
    """The contacts, the largest upload first."""
    from hinomi.pipeline.told import places
    from hinomi.watch.contacts import End, contacts

    def end(id: str) -> End | None:
        item = look.summaries.get(id)
        return End(item.outside, item.type, item.category, item.ips) if item else None

    return contacts(look.talks, end, places(home))


def whole(home: Home, look: Look) -> shapes.Outside:
    from hinomi.pipeline.told import places
    from hinomi.watch.contacts import by_purpose
    from hinomi.watch.outside import destinations

    everything = found(home, look)
    shown = everything[:CONTACTS_MAX]
    countries: Counter[str] = Counter()
    for one in everything:
        countries[sorted(one.countries)[0] if one.countries else ""] += one.up
    shelves = [
        shapes.OutsideShelf(
            category=category,
            words=_category(category),
            contacts=[_contact(look, one) for one in ones],
            bytes_up=sum(one.up for one in ones),
            bytes_down=sum(one.down for one in ones),
        )
        for category, ones in by_purpose(shown).items()
    ]
    shelves.sort(key=lambda shelf: (shelf.category != "unknown", -shelf.bytes_up))
    seen = {one.known.id for one in everything if one.known}
    return shapes.Outside(
        shelves=shelves,
        contacts=len(everything),
        contacts_left_out=len(everything) - len(shown),
        countries=dict(countries.most_common()),
        owners_known=places(home).path is not None,
        profiles_unseen=[_profile(entry) for id, entry in destinations().items() if entry.name_ja and id not in seen],
    )


def _category(category: str) -> Words:
    both = {lang: shared()[lang]["words"]["category"].get(category, category) for lang in ("ja", "en")}
    return Words(ja=both["ja"], en=both["en"])


def _profile(entry: Destination) -> shapes.Profile:
    return shapes.Profile(
        id=entry.id,
        name=Words(ja=entry.name_ja, en=entry.name_en) if entry.name_ja else None,
        owner=entry.owner,
        purpose=Words(ja=entry.purpose_ja, en=entry.purpose_en) if entry.purpose_ja else None,
        standard=entry.standard,
        source=entry.source,
        look=entry.look,
    )


def _contact(look: Look, one: Contact) -> shapes.OutsideContact:
    devices = [id for id, _ in one.devices.most_common(_DEVICES_SHOWN)]
    addresses = for_people(one.ips)
    about = [
        finding.id for finding in look.waiting
        if look.parties[finding.id] & one.peers or one.key in finding.key.split("|")
    ]  # fmt: skip
    return shapes.OutsideContact(
        key=one.key,
        profile=_profile(one.known) if one.known else None,
        category=one.category,
        category_words=_category(one.category),
        names=[name for name, _ in one.names.most_common(_NAMES_SHOWN)],
        names_total=len(one.names),
        addresses=addresses[:_NAMES_SHOWN],
        addresses_total=len(addresses),
        countries=sorted(one.countries),
        owners=sorted(one.owners),
        services=[service for service, _ in one.services.most_common(_NAMES_SHOWN)],
        devices=look.refs(devices),
        devices_total=len(one.devices),
        not_as_profile=look.refs(sorted(one.strange)[:_DEVICES_SHOWN]),
        odd_services=sorted(one.odd_services),
        bytes_up=one.up,
        bytes_down=one.down,
        flows=one.flows,
        answered=one.answered,
        inward=one.inward,
        new=one.fresh(look.now, look.span[0] if look.span else 0),
        first=when(one.first),
        last=when(one.last),
        findings=about,
    )
