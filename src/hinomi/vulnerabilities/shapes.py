"""Shapes of advisories and of what they mean for a device."""

from __future__ import annotations

from dataclasses import dataclass, field

AFFECTED, FIXED, NOT_AFFECTED, INVESTIGATED = "affected", "fixed", "not_affected", "under_investigation"
NOT_GIVEN = "?"  # versions of a product of which an advisory names none
CONFIRMED, POSSIBLE = "confirmed", "possible"
# What needs a person first stands first.
STANDINGS = (CONFIRMED, POSSIBLE, FIXED, NOT_AFFECTED)


@dataclass(frozen=True, slots=True)
class Product:
    """One product an advisory speaks of. `versions`: '' = every one; a version, or a range as written."""

    maker: str
    name: str
    versions: str
    status: str  # affected | fixed | not_affected | under_investigation
    is_range: bool = False
    models: tuple[str, ...] = ()  # model numbers that the advisory names
    component: bool = False  # part of something else: its presence says less


@dataclass(slots=True)
class Advisory:
    """One advisory: whose, about what, how bad."""

    id: str
    source: str  # csaf | jvn
    publisher: str
    title: str
    cves: tuple[str, ...]
    url: str
    published: str  # as written: ISO date or time
    score: float | None  # CVSS base score, the highest given
    products: tuple[Product, ...]
    remedy: str = ""  # what the publisher says to do, first sentence of it
    file: str = ""
    known_exploited: bool = False  # CISA KEV names one of its CVEs
    ransomware: bool = False  # KEV knows of use in ransomware campaigns
    epss: float | None = None  # highest of its CVEs: chance of exploitation within 30 days


@dataclass(frozen=True, slots=True)
class Weakness:
    """What one advisory means for one device."""

    advisory: str
    device: str  # Device.id
    standing: str  # confirmed | possible | fixed | not_affected
    product: str
    why_ja: str
    why_en: str
    word: str = ""  # id of the person's word that says so, '' when a program matched
    by: str = ""


@dataclass(frozen=True, slots=True)
class FileNote:
    """What was made of one file of the drop folder."""

    name: str
    kind: str  # csaf | jvn | kev | epss | '' when it could not be read
    entries: int
    problem_ja: str = ""
    problem_en: str = ""


@dataclass(slots=True)
class Library:
    """Everything that the drop folder holds."""

    advisories: dict[str, Advisory] = field(default_factory=dict)
    files: list[FileNote] = field(default_factory=list)
    left_out: int = 0  # files or entries over a limit
