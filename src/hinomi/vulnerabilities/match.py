"""Advisories held against devices by make, model and version; each answer with its reason in words.

confirmed     the device itself says model and version, both surely, and the advisory names them as affected
possible      make and model fit; the version is not known, not sure, or cannot be compared
fixed         the version is one the advisory calls fixed, or lies outside every affected range
not affected  the maker says so of this product

A component of an SBOM that fits is possible at most: that it is there does not say that it can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hinomi.inventory import knowledge
from hinomi.inventory.knowledge import Knowledge, maker
from hinomi.inventory.ledger.values import key
from hinomi.model import Device
from hinomi.vulnerabilities import versions
from hinomi.vulnerabilities.shapes import (
    AFFECTED,
    CONFIRMED,
    FIXED,
    NOT_AFFECTED,
    NOT_GIVEN,
    POSSIBLE,
    STANDINGS,
    Advisory,
    Library,
    Product,
    Weakness,
)

SURE = 0.9
NAME_MIN = 3  # letters of a product's name that can be compared: shorter ones fit everything
MAKER_MIN = 3
WORD_MIN = 4  # letters and digits of a word that may be a model by itself
# Order codes that Siemens and others write behind a name: `SIMATIC CPU 1516-3 (6ES7516-3AN02-0AB0)`.
_CODE = re.compile(r"\(([0-9A-Z][0-9A-Z./-]*[0-9][0-9A-Z./-]{3,})\)")
_FIRMWARE = re.compile(r"[\s:]+(?:firmware|software|ファームウェア|ソフトウェア)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a device that an advisory can name: the product itself, its system, a program, a component."""

    what: str  # device | os | software | component
    maker: str
    name: str
    version: str
    sure_name: bool
    sure_version: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on an advisory and a device."""

    id: str
    advisory: str
    device: str
    standing: str
    by: str
    reason: str


def weaknesses(
    library: Library,
    devices: Iterable[Device],
    components: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    words: Iterable[Word] = (),
) -> list[Weakness]:
    """What every advisory means for every device it concerns. `components`: Device.id → rows of its SBOMs."""
    known = knowledge.load()
    table = _Table(library, known)
    said = {(word.advisory, word.device): word for word in words}
    kept: dict[tuple[Part, ...], list[Weakness]] = {}
    out = []
    for device in devices:
        if device.outside:
            continue
        parts = tuple(_parts(device, (components or {}).get(device.id, ())))
        found = kept.get(parts)
        if found is None:
            found = kept[parts] = table.of(parts)
        for one in found:
            word = said.get((one.advisory, device.id))
            if word is None:
                out.append(Weakness(one.advisory, device.id, one.standing, one.product, one.why_ja, one.why_en))
            else:
                out.append(
                    Weakness(
                        one.advisory, device.id, word.standing, one.product,
                        f"{word.by} の判断: {word.reason}", f"{word.by} says: {word.reason}", word.id, word.by,
                    )
                )  # fmt: skip
    return out


def _parts(device: Device, components: Sequence[Mapping[str, str]]) -> Iterable[Part]:
    def stated(name: str) -> tuple[str, bool]:
        attribute = device.attributes.get(name)
        if attribute is None:
            return "", False
        return attribute.value, attribute.confidence >= SURE or attribute.by_person

    make, _ = stated("manufacturer")
    model, sure_model = stated("model")
    version, sure_version = stated("software_version")
    if make and model:
        yield Part("device", make, model, version, sure_model, sure_version and bool(version))
    system, sure_system = stated("os")
    if system:
        yield Part("os", "", system, "", sure_system, False)
    for service in device.services:
        if service.role == "offers" and service.version:
            name, _, number = service.version.replace("_", "/", 1).partition("/")
            if number:
                yield Part("software", "", name, number.split()[0], True, False)
    for row in components:
        if row.get("name"):
            yield Part(
                "component",
                row.get("supplier", ""),
                row["name"],
                row.get("version", ""),
                True,
                bool(row.get("version")),
            )


class _Table:
    """Advisories by the first letters of what they name: 300,000 of them must not be walked for every device."""

    def __init__(self, library: Library, known: Knowledge) -> None:
        self.known = known
        self.by_name: dict[str, list[tuple[Advisory, Product, str, str, bool]]] = {}
        for advisory in library.advisories.values():
            for product in advisory.products:
                its_maker = key(maker(known, product.maker)) if product.maker else ""
                names = _names(product)
                for name in names | _words(product.name) - names:
                    if len(name) >= NAME_MIN:
                        row = (advisory, product, name, its_maker, name in names)
                        self.by_name.setdefault(name[:NAME_MIN], []).append(row)

    def of(self, parts: Sequence[Part]) -> list[Weakness]:
        found: dict[str, list[tuple[Part, Product, Weakness]]] = {}
        for part in parts:
            plain = key(part.name)
            make = key(maker(self.known, part.maker)) if part.maker else ""
            for at in range(len(plain) - NAME_MIN + 1) if part.what != "component" else (0,):
                for advisory, product, name, its_maker, whole in self.by_name.get(plain[at : at + NAME_MIN], ()):
                    how = _fits(part, plain, make, at, name, its_maker, whole)
                    if how:
                        weakness = _judge(advisory, product, part, exact=how == "exact")
                        if weakness is not None:
                            found.setdefault(advisory.id, []).append((part, product, weakness))
        return [self._together(rows) for rows in found.values()]

    @staticmethod
    def _together(rows: list[tuple[Part, Product, Weakness]]) -> Weakness:
        """Of several products of one advisory that fit: a version named as fixed outweighs, then the worst."""
        answers = [weakness for _, _, weakness in rows]
        affected = [w for w in answers if w.standing == CONFIRMED]
        if affected:
            return affected[0]
        settled = [w for w in answers if w.standing in (FIXED, NOT_AFFECTED)]
        open_parts = [w for part, product, w in rows if w.standing == POSSIBLE and not (settled and product.versions)]
        if settled and not open_parts:
            return settled[0]
        return min(answers, key=lambda w: STANDINGS.index(w.standing))


def _bare(product: Product) -> str:
    """The product without its maker in front: `Microsoft Windows 10` is Windows 10."""
    first, _, rest = product.name.partition(" ")
    named = product.maker.split(" ")[0].casefold()
    return rest if rest and first.casefold() in {named, "microsoft", "canonical", "apple"} else product.name


# Beginnings of systems, and the houses that write of them: another's `Windows 7` is what its own product stands on.
_HOUSES = (
    ("windows", ("microsoft", "マイクロソフト")),
    ("macos", ("apple", "アップル")),
    ("ios", ("apple", "アップル")),
    ("android", ("google", "グーグル", "android")),
    ("ubuntu", ("canonical", "ubuntu")),
    ("debian", ("debian",)),
    ("redhat", ("redhat", "レッドハット")),
)


def _of_its_house(system: str, its_maker: str) -> bool:
    houses = next((names for begin, names in _HOUSES if system.startswith(begin)), None)
    return not its_maker or houses is None or any(name in its_maker for name in houses)


def _names(product: Product) -> set[str]:
    """What a product may be called: without its maker in front or `firmware` behind, and by its order codes."""
    plain = {product.name, _bare(product), *product.models, *_CODE.findall(product.name)}
    plain |= {name.split(", not including")[0] for name in plain}
    return {key(_FIRMWARE.sub("", name)) or key(name) for name in plain}


def _words(name: str) -> set[str]:
    """Words with letters and digits: `MX40` of `IntelliVue MX40 Patient Worn Monitor`."""
    words = {key(word) for word in name.split()}
    return {w for w in words if len(w) >= WORD_MIN and not w.isdigit() and any(c.isdigit() for c in w)}


def _fits(part: Part, plain: str, make: str, at: int, name: str, its_maker: str, whole: bool) -> str:
    """'exact', 'part', or '' when an advisory's product is not this. `whole`: the name, not a word of it."""
    if not whole and part.what != "device":
        return ""
    if part.what == "component":
        return "exact" if plain == name else ""
    if part.what == "software":
        return "exact" if plain == name else ""
    if part.what == "os":  # Windows 10 fits "Microsoft Windows 10", not "Windows 10 IoT"-less "Windows 1"
        if not _of_its_house(plain, its_maker):
            return ""
        if not any(c.isdigit() for c in plain):
            return "exact" if plain == name else ""  # `Windows` alone is none of its editions
        edition = at == 0 and plain.startswith(name) and name[-1:].isdigit()  # Windows 10 2004 of Windows 10
        fits = plain == name or (at == 0 and name.startswith(plain)) or plain.endswith(name) or edition
        return "exact" if fits else ""
    makers_agree = (
        bool(make) and bool(its_maker) and len(make) >= MAKER_MIN and (make in its_maker or its_maker in make)
    )
    if not makers_agree:
        return ""
    if not whole:
        return "part" if plain == name else ""
    bare = name.removeprefix(make) or name
    if plain in (name, bare):
        return "exact"
    # `Revo 64 Plus` of the advisory and `Revo 64` of the device: a family, so possible at most.
    return "part" if at == 0 and (plain.startswith(bare) or bare.startswith(plain)) else ""


def _judge(advisory: Advisory, product: Product, part: Part, *, exact: bool) -> Weakness | None:
    named = f"{product.maker} {product.name}".strip()
    range_ja, range_en = versions.words(product.versions)
    if product.status == NOT_AFFECTED:
        inside = versions.inside(part.version, product.versions, is_range=product.is_range) if part.version else None
        if exact and (not product.versions or inside):
            return _say(advisory, NOT_AFFECTED, named, "メーカーが、この製品は影響を受けないとしています",
                        "the maker says that this product is not affected")  # fmt: skip
        return None
    if product.status == FIXED:
        order = versions.inside(part.version, product.versions, is_range=product.is_range) if part.version else None
        if exact and part.sure_version and product.versions and (order or _newer(part.version, product)):
            return _say(advisory, FIXED, named,
                        f"版 {part.version} は対策済みの版({range_ja})以降です",
                        f"version {part.version} is the fixed one ({range_en}) or later")  # fmt: skip
        return None
    if part.what == "component":
        return _component(advisory, product, part, named)
    if not part.version:
        return _say(advisory, POSSIBLE, named,
                    "製品は当てはまりますが、版が通信から分かりません" if exact
                    else "同じ系列の製品です。版は通信から分かりません",
                    "the product fits; its version is not known from the traffic" if exact
                    else "a product of the same family; its version is not known from the traffic")  # fmt: skip
    inside = versions.inside(part.version, product.versions, is_range=product.is_range)
    if inside is False:
        if not exact or not part.sure_version or product.status != AFFECTED:
            return None
        if not versions.bounded(product.versions):
            return None  # single affected versions are named; that says nothing of another
        return _say(advisory, FIXED, named,
                    f"版 {part.version} は影響を受ける版({range_ja})に入りません",
                    f"version {part.version} is outside the affected ones ({range_en})")  # fmt: skip
    if inside is None:
        if product.versions == NOT_GIVEN:
            return _say(advisory, POSSIBLE, named, "製品は当てはまりますが、影響を受ける版が書かれていません",
                        "the product fits; the advisory does not say which versions")  # fmt: skip
        return _say(advisory, POSSIBLE, named,
                    f"版 {part.version} を、勧告の版({range_ja})と比べられません",
                    f"version {part.version} cannot be compared with the advisory's ({range_en})")  # fmt: skip
    lacking = not exact or not part.sure_name or not part.sure_version or product.component or part.what != "device"
    if product.status != AFFECTED:
        return _say(advisory, POSSIBLE, named, "メーカーが影響を調べています", "the maker is still looking into it")
    if lacking:
        return _say(advisory, POSSIBLE, named,
                    f"{part.name} {part.version} は影響を受ける版({range_ja})に当たるようですが、確実ではありません",
                    f"{part.name} {part.version} seems to be affected ({range_en}), but not for sure")  # fmt: skip
    return _say(advisory, CONFIRMED, named,
                f"機器が名乗る {part.name} の版 {part.version} が、影響を受ける版({range_ja})に当たります",
                f"the device itself says {part.name} {part.version}, which is affected ({range_en})")  # fmt: skip


def _component(advisory: Advisory, product: Product, part: Part, named: str) -> Weakness | None:
    inside = versions.inside(part.version, product.versions, is_range=product.is_range) if part.version else None
    if inside is False:
        return None
    return _say(advisory, POSSIBLE, named,
                f"部品表(SBOM)に {part.name} {part.version} があります。悪用できるかはメーカーに確認を",
                f"its SBOM lists {part.name} {part.version}; ask the maker whether it matters here")  # fmt: skip


def _newer(version: str, product: Product) -> bool:
    if product.is_range:
        return False
    order = versions.compare(version, product.versions)
    return order is not None and order >= 0


def _say(advisory: Advisory, standing: str, product: str, ja: str, en: str) -> Weakness:
    return Weakness(advisory.id, "", standing, product, ja, en)
