"""Device ids that stay: today's devices matched to those of earlier runs.

An id is made from the site and the hardest thing to share by accident that the device bears, so that
the same capture read anew into an empty house gives the same ids, and two sites never share one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hinomi.inventory import addresses
from hinomi.model import Decision, Device

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32

# How much a shared token says that it is the same device as before.
_WEIGHT = {"serial": 8.0, "said": 6.0, "out": 6.0, "mac": 4.0, "name": 1.5, "ip": 1.0}

OTHER_CARD_MIN = 2.0  # what must agree before a device is believed to have got another card


def make_id(site: str, token: str) -> str:
    """`d-` and 13 characters, from site and token."""
    number = int.from_bytes(hashlib.blake2b(f"{site}\0{token}".encode(), digest_size=9).digest(), "big")
    return "d-" + "".join(_ALPHABET[number >> (5 * i) & 31] for i in range(13))


@dataclass(slots=True)
class Draft:
    """A device of this run before it has its id."""

    tokens: set[tuple[str, str]] = field(default_factory=set)
    first: int = 0
    forced: str = ""  # id that a person's decision gives it


def tokens_of(device: Device) -> set[tuple[str, str]]:
    """What an earlier device is recognised by."""
    out: set[tuple[str, str]] = set()
    macs = {a.mac for a in device.addresses if a.mac}
    for held in device.addresses:
        if held.mac:
            out.add(("mac", held.mac))
        if held.ip:
            out.add(("out" if device.outside and not macs else "ip", held.ip))
    serial = device.attributes.get("serial")
    if serial is not None and serial.confidence >= 0.8:
        out.add(("serial", serial.value.casefold()))
    out |= {("said", value) for value in device.names.get("spoken_for_as", [])}
    out |= {("name", value.casefold()) for value in device.names.get("hostname", [])}
    return out


def assign(site: str, drafts: Sequence[Draft], previous: Iterable[Device], decisions: Sequence[Decision]) -> list[str]:
    """An id for each draft: the best match among earlier devices (each used once), else a new one."""
    earlier = {device.id: tokens_of(device) for device in previous}
    holders: dict[tuple[str, str], list[str]] = {}
    for device_id, tokens in earlier.items():
        for token in tokens:
            holders.setdefault(token, []).append(device_id)
    scored: list[tuple[float, int, int, str]] = []
    for number, draft in enumerate(drafts):
        found: dict[str, float] = {}
        for token in draft.tokens:
            among = holders.get(token, ())
            for device_id in among:
                found[device_id] = found.get(device_id, 0.0) + _WEIGHT.get(token[0], 0.5) / len(among)
        macs = {t for t in draft.tokens if t[0] == "mac"}
        for device_id, score in found.items():
            if not _other_card(draft.tokens, earlier[device_id], macs, score):
                scored.append((-score, draft.first, number, device_id))
    scored.sort()
    ids = [draft.forced for draft in drafts]
    used = {i for i in ids if i}
    for _, _, number, device_id in scored:
        if not ids[number] and device_id not in used:
            ids[number] = device_id
            used.add(device_id)
    _returned(site, ids, drafts, used, decisions)
    for number, draft in enumerate(drafts):
        if not ids[number]:
            ids[number] = _fresh(site, draft, used)
            used.add(ids[number])
    return ids


def _other_card(new: set[tuple[str, str]], old: set[tuple[str, str]], macs: set[tuple[str, str]], score: float) -> bool:
    """Both have cards and share none: a lease or a name that moved, unless name and address agree."""
    if not macs or not any(kind == "mac" for kind, _ in old) or macs & old:
        return False
    return score < OTHER_CARD_MIN


def _returned(
    site: str, ids: list[str], drafts: Sequence[Draft], used: set[str], decisions: Sequence[Decision]
) -> None:
    """After an undone merge the device that had been swallowed gets its own id back."""
    for decision in decisions:
        if decision.kind == "merge" and decision.undone and decision.other not in used:
            free = [n for n, i in enumerate(ids) if not i and decision.other in candidates(drafts[n], site)]
            if free:
                ids[free[0]] = decision.other
                used.add(decision.other)


def candidates(draft: Draft, site: str) -> set[str]:
    """Ids that this draft could have been given when it was new."""
    return {make_id(site, f"{kind}:{value}") for kind, value in draft.tokens}


def _strength(token: tuple[str, str]) -> tuple[float, str]:
    kind, value = token
    weight = _WEIGHT.get(kind, 0.5)
    if kind == "mac" and addresses.is_local_mac(value):
        weight -= 1.0
    if kind == "serial":  # the id of a device first heard without its serial must not change with it
        weight = 2.0
    return -weight, value


def _fresh(site: str, draft: Draft, used: set[str]) -> str:
    ordered = sorted(draft.tokens, key=_strength) or [("at", str(draft.first))]
    for kind, value in ordered:
        made = make_id(site, f"{kind}:{value}")
        if made not in used:
            return made
    base = ":".join(ordered[0])
    count = 2
    while (made := make_id(site, f"{base}#{count}")) in used:
        count += 1
    return made
