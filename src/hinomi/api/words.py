"""Words for ids and times: what people read instead of keys and nanoseconds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from hinomi.api.shapes import Words
from hinomi.watch import knowledge

if TYPE_CHECKING:
    from hinomi.model import Zone

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
NOT_FOR_DIAGNOSIS = Words(ja="診療・監視の判断に使用不可", en="Not for diagnosis or monitoring")


def when(ns: int) -> str:
    """RFC 3339 with nine digits; whole seconds and the rest kept apart, so that nothing is rounded."""
    seconds, rest = divmod(int(ns), 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def when_or_none(ns: int | None) -> str | None:
    return when(ns) if ns else None


def nanoseconds(text: str) -> int:
    """The opposite of `when`; any RFC 3339 time is taken.

    Raises:
        ValueError: it is none.
    """
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("not an RFC 3339 time")
    whole, rest, zone = found.groups()
    seconds = int(datetime.fromisoformat(whole + ("+00:00" if zone == "Z" else zone)).timestamp())
    return seconds * 1_000_000_000 + int((rest or "0").ljust(9, "0"))


def for_people(ips: Iterable[str]) -> list[str]:
    """Addresses as people look for them: those that only hold on one wire (link-local) stand last."""
    return sorted(ips, key=lambda ip: ip.lower().startswith(("fe80:", "169.254.")))


@cache
def type_words(type_id: str) -> Words:
    """Words of a device type; of `unknown` when it is not stated."""
    types = knowledge.types()
    found = types.get(type_id or "unknown") or types["unknown"]
    return Words(ja=found.ja, en=found.en)


_CATEGORIES = {
    "medical": Words(ja="医療機器・医療システム", en="Medical"),
    "it": Words(ja="IT機器", en="IT"),
    "iot": Words(ja="IoT機器", en="IoT"),
    "ot": Words(ja="設備機器", en="Building and plant"),
    "external": Words(ja="院外", en="Outside"),
    "unknown": Words(ja="不明", en="Unknown"),
}


def value_words(attribute: str, value: str) -> Words | None:
    """Words of an attribute's value where that value is an id."""
    if attribute == "type":
        return type_words(value)
    if attribute == "category":
        return _CATEGORIES.get(value)
    return None


def zone_words(zone: Zone) -> Words:
    kind = knowledge.kinds().get(zone.kind)
    return Words(ja=zone.name_ja or (kind.ja if kind else zone.id), en=zone.name_en or (kind.en if kind else zone.id))
