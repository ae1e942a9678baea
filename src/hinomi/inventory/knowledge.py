"""Reads `knowledge/` (data that a person edits) into tables made for fast look-up.

The TOML files are the only source; what is read from them is kept compiled as JSON in the user's
cache folder, stamped with name, size and time of each file, because parsing TOML takes longer than
naming all devices of a hospital. A cache that cannot be written is done without.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from hinomi.knowledge_path import knowledge_folder

FORMAT = 3  # raise when the compiled shape changes
MATCHERS = ("is", "starts", "contains", "ends", "regex", "any")
_CONDITION = re.compile(r"^(?P<fact>.+?)\s*(?:(?P<op>>=|<=|<|>)\s*(?P<number>\d+))?$")


class KnowledgeError(ValueError):
    """An entry of `knowledge/` that cannot be used. Says file, entry and what is wrong."""


@dataclass(slots=True)
class Fingerprint:
    """One entry that reads one clue. `gives` is (attribute, value template, weight)."""

    id: str
    clues: list[str]
    how: str
    pattern: str
    gives: list[tuple[str, str, float]]
    family: str


@dataclass(slots=True)
class Direct:
    """A clue whose value is itself the value of an attribute or a name."""

    clue: str
    gives: str
    weight: float
    family: str
    normalise: str
    own_only: bool  # says something of the sender only while the sender speaks for one device
    never: list[str]  # values that say nothing here (names of the kits that programs are built with)


@dataclass(slots=True, eq=False)
class Rule:
    """A behavioural rule over a device's facts. Conditions are (fact, lowest, highest)."""

    id: str
    all: list[tuple[str, float, float]]
    any: list[tuple[str, float, float]]
    none: list[tuple[str, float, float]]
    gives: list[tuple[str, str, float]]
    family: str
    stage: int


@dataclass(slots=True)
class IdentityKey:
    """A clue whose equal value on two interfaces says that they are one device."""

    clue: str
    weight: float
    with_clue: str
    shared_max: int
    never: list[str]


@dataclass(slots=True)
class Knowledge:
    types: dict[str, dict[str, Any]]
    zone_kinds: dict[str, dict[str, Any]]
    fingerprints: list[Fingerprint]
    directs: dict[str, list[Direct]]
    rules: list[Rule]
    keys: list[IdentityKey]
    makers: dict[str, str]
    maker_prefixes: list[tuple[str, str]]
    cards: list[str]
    virtual: list[str]
    services: dict[str, dict[str, Any]]
    broader: dict[str, dict[str, Any]]
    type_zones: dict[str, str]
    pointers: dict[str, str]  # clue → mark of the host whose address is its value
    by_clue: dict[str, dict[str, Any]] = field(default_factory=dict)

    def parent(self, attribute: str, value: str) -> str | None:
        """The broader value that this one refines (`Windows 10` → `Windows`), or None."""
        table = self.broader.get(attribute)
        if table is None:
            return None
        folded = fold(value)
        up = table["is"].get(folded)
        if up is None:
            up = next((broad for start, broad in table["starts"] if folded.startswith(start)), None)
        return None if up is None or fold(up) == folded else str(up)

    def category(self, type_id: str) -> str:
        entry = self.types.get(type_id)
        return str(entry["category"]) if entry else "unknown"


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{path.name} is not readable TOML: {error}") from error


# Files of the inventory; the rest of `knowledge/` belongs to other rooms.
FILES = (
    "device_types.toml",
    "zone_kinds.toml",
    "clues.toml",
    "identity.toml",
    "makers.toml",
    "broader.toml",
    "services.toml",
    "zone_hints.toml",
    "pointers.toml",
)
FOLDERS = ("fingerprints", "rules")


def files(where: Path) -> list[Path]:
    """The inventory's files in `knowledge/`."""
    out = [path for name in FILES if (path := where / name).is_file()]
    for name in FOLDERS:
        out += sorted((where / name).glob("*.toml"))
    return out


def entries(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind, entry) of one file; what `[defaults]` says holds for each entry that does not say otherwise."""
    data = _toml(path)
    defaults = data.pop("defaults", {})
    for kind, rows in data.items():
        if isinstance(rows, list):
            for row in rows:
                yield kind, {**defaults, **row}


def condition(text: str) -> tuple[str, float, float]:
    """`clients:dicom >= 2` as (fact, lowest, highest); a bare fact means at least one."""
    found = _CONDITION.match(text.strip())
    if not found:
        raise KnowledgeError(f"cannot read the condition {text!r}")
    fact, op, number = found["fact"].strip(), found["op"], float(found["number"] or 1)
    if op is None or op == ">=":
        return fact, number, float("inf")
    if op == ">":
        return fact, number + 1, float("inf")
    return (fact, 0.0, number) if op == "<=" else (fact, 0.0, number - 1)


def _gives(entry: dict[str, Any]) -> list[list[Any]]:
    weight = float(entry.get("weight", 0.5))
    out: list[list[Any]] = []
    for name, value in entry["gives"].items():
        values = value if isinstance(value, list) else [value]
        for one in values:
            if isinstance(one, dict):
                out.append([name, str(one["value"]), float(one.get("weight", weight))])
            else:
                out.append([name, str(one), weight])
    return out


def _fingerprint(entry: dict[str, Any], where: str) -> dict[str, Any]:
    clues = entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]]
    how = [m for m in MATCHERS if m in entry]
    if len(how) != 1:
        raise KnowledgeError(f"{where}: entry {entry.get('id')} needs exactly one of {', '.join(MATCHERS)}")
    pattern = entry[how[0]]
    patterns = pattern if isinstance(pattern, list) else [pattern]
    return {
        "id": entry["id"],
        "clues": clues,
        "how": how[0],
        "patterns": [str(p) for p in patterns],
        "gives": _gives(entry),
        "family": entry.get("family", clues[0].split(".")[0]),
    }


_SECOND = ("type:", "category:", "peer:", "zone:", "behind:")


def _rule(entry: dict[str, Any]) -> dict[str, Any]:
    parts = {key: [list(condition(c)) for c in entry.get(key, [])] for key in ("all", "any", "none")}
    late = any(str(c[0]).startswith(_SECOND) for rows in parts.values() for c in rows)
    return {
        "id": entry["id"],
        **parts,
        "gives": _gives(entry),
        "family": entry.get("family", "behaviour"),
        "stage": 2 if late else 1,
    }


def compile_folder(where: Path) -> dict[str, Any]:
    """Everything of `knowledge/` as one JSON-able table."""
    out: dict[str, Any] = {
        "types": {},
        "zone_kinds": {},
        "fingerprints": [],
        "directs": [],
        "rules": [],
        "keys": [],
        "makers": {},
        "maker_prefixes": [],
        "cards": [],
        "virtual": [],
        "services": {},
        "broader": {},
        "type_zones": {},
        "pointers": {},
    }
    for path in files(where):
        name = str(path.relative_to(where))
        for kind, entry in entries(path):
            try:
                _take(out, kind, entry, name)
            except KeyError as error:
                raise KnowledgeError(f"{name}: entry {entry.get('id', '?')} lacks {error}") from error
    out["maker_prefixes"].sort(key=lambda row: -len(row[0]))
    return out


def _take(out: dict[str, Any], kind: str, entry: dict[str, Any], where: str) -> None:
    if kind == "type":
        out["types"][entry["id"]] = entry
    elif kind == "kind":
        out["zone_kinds"][entry["id"]] = entry
    elif kind == "fingerprint":
        out["fingerprints"].append(_fingerprint(entry, where))
    elif kind == "clue":
        clues = entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]]
        for clue in clues:
            out["directs"].append(
                {
                    "clue": clue,
                    "gives": entry["gives"],
                    "weight": float(entry["weight"]),
                    "family": entry.get("family", clue.split(".")[0]),
                    "normalise": entry.get("normalise", "text"),
                    "own_only": bool(entry.get("own_only", False)),
                    "never": [fold(v) for v in entry.get("never", [])],
                }
            )
    elif kind == "rule":
        out["rules"].append(_rule(entry))
    elif kind == "identity":
        clues = entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]]
        for clue in clues:
            out["keys"].append(
                {
                    "clue": clue,
                    "weight": float(entry["weight"]),
                    "with_clue": entry.get("with", ""),
                    "shared_max": int(entry.get("shared_max", 4)),
                    "never": [fold(v) for v in entry.get("never", [])],
                }
            )
    elif kind == "maker":
        for alias in [entry["name"], *entry.get("aliases", [])]:
            out["makers"][plain_maker(alias)] = entry["name"]
        for prefix in entry.get("starts", []):
            out["maker_prefixes"].append([plain_maker(prefix), entry["name"]])
    elif kind == "card":
        (out["virtual"] if entry.get("virtual") else out["cards"]).append(plain_maker(entry["name"]))
    elif kind == "service":
        hidden = entry.get("encrypted")
        hidden = hidden if isinstance(hidden, bool) else None
        out["services"][entry["id"]] = {"encrypted": hidden, "version": entry.get("version", "")}
    elif kind == "broader":
        of = out["broader"].setdefault(entry["attribute"], {"is": {}, "starts": []})
        for narrow in entry.get("narrow", []):
            of["is"][fold(narrow)] = entry["value"]
        for narrow in entry.get("starts", []):
            of["starts"].append([fold(narrow), entry["value"]])
    elif kind == "pointer":
        clues = entry["clue"] if isinstance(entry["clue"], list) else [entry["clue"]]
        out["pointers"].update(dict.fromkeys(clues, entry["mark"]))
    elif kind == "zone_hint":
        for type_id in entry["types"]:
            out["type_zones"][type_id] = entry["zone"]


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Letters compared without case, width and surrounding space (NFKC: full-width digits are digits)."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


_SUFFIX = re.compile(
    r"\b(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|gmbh|ag|kg|kgaa|bv|b\.v|nv|sa|s\.a|spa|s\.p\.a|"
    r"ab|oy|plc|pty|k\.?k|kabushiki kaisha|international|technologies|technology|holdings?|group)\b\.?"
)
_COMPANY_JA = re.compile("株式会社|合同会社|有限会社|\\(株\\)|㈱")


def plain_maker(name: str) -> str:
    """A maker's name without its legal form, for comparison: `Dell Inc.` and `DELL` are one."""
    text = _COMPANY_JA.sub(" ", fold(name))
    text = text.replace(",", " ").replace("&", " and ")
    text = _SUFFIX.sub(" ", text)
    text = re.sub(r"[\s\.\-_/()]+", " ", text).strip()
    return text or fold(name)


def maker(knowledge: Knowledge, name: str) -> str:
    """The name a maker goes by here; a maker nobody has entered keeps the name it gives itself."""
    plain = plain_maker(name)
    known = knowledge.makers.get(plain)
    if known:
        return known
    for prefix, canonical in knowledge.maker_prefixes:
        if plain == prefix or plain.startswith(prefix + " "):
            return canonical
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _stamp(where: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.blake2b(digest_size=12)
    digest.update(f"{FORMAT} {where}".encode())
    for path in paths:
        info = path.stat()
        digest.update(f"{path} {info.st_size} {info.st_mtime_ns};".encode())
    own = Path(__file__).stat()
    digest.update(f"{own.st_size} {own.st_mtime_ns}".encode())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Folder for what can be made again at any time."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "hinomi"


def write_cache(name: str, content: bytes, keep: str) -> None:
    """Write whole and rename; older files with the same prefix `keep` go. A full disk is no error."""
    place = cache_folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
        draft = place / f"{name}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(place / name)
        for old in place.glob(f"{keep}-*"):
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError:
        return


def _compiled(where: Path) -> dict[str, Any]:
    paths = files(where)
    if not paths:
        raise KnowledgeError(f"no knowledge found in {where}")
    name = f"knowledge-{_stamp(where, paths)}.json"
    kept = cache_folder() / name
    try:
        return dict(json.loads(kept.read_bytes()))
    except (OSError, ValueError):
        pass
    table = compile_folder(where)
    write_cache(name, json.dumps(table, ensure_ascii=False).encode(), "knowledge")
    return table


@lru_cache(maxsize=4)
def load(where: Path | None = None) -> Knowledge:
    """Knowledge of `where` (default: `hinomi.knowledge_path`).

    Raises KnowledgeError when an entry cannot be used, with its file and id.
    """
    table = _compiled(where or knowledge_folder())
    directs: dict[str, list[Direct]] = {}
    for row in table["directs"]:
        directs.setdefault(row["clue"], []).append(Direct(**row))
    fingerprints = []
    for row in table["fingerprints"]:
        gives = [(g[0], g[1], g[2]) for g in row["gives"]]
        for pattern in row["patterns"]:
            fingerprints.append(Fingerprint(row["id"], row["clues"], row["how"], pattern, gives, row["family"]))
    rules = [
        Rule(
            row["id"],
            [tuple(c) for c in row["all"]],
            [tuple(c) for c in row["any"]],
            [tuple(c) for c in row["none"]],
            [(g[0], g[1], g[2]) for g in row["gives"]],
            row["family"],
            row["stage"],
        )
        for row in table["rules"]
    ]
    known = Knowledge(
        types=table["types"],
        zone_kinds=table["zone_kinds"],
        fingerprints=fingerprints,
        directs=directs,
        rules=rules,
        keys=[IdentityKey(**row) for row in table["keys"]],
        makers=table["makers"],
        maker_prefixes=[(row[0], row[1]) for row in table["maker_prefixes"]],
        cards=table["cards"],
        virtual=table["virtual"],
        services=table["services"],
        broader=table["broader"],
        type_zones=table["type_zones"],
        pointers=table["pointers"],
    )
    _index(known)
    return known


def with_own(paths: Sequence[Path]) -> Knowledge:
    """Knowledge with the fingerprints that people of a site taught, see `hinomi.inventory.teach`.

    Raises KnowledgeError when an entry cannot be used, with its file and id.
    """
    known = load()
    if not paths:
        return known
    own = []
    for path in paths:
        for kind, entry in entries(path):
            if kind != "fingerprint":
                raise KnowledgeError(f"{path.name}: only fingerprints can be taught")
            try:
                row = _fingerprint(entry, path.name)
            except (KeyError, TypeError, ValueError) as error:
                raise KnowledgeError(f"{path.name}: entry {entry.get('id', '?')} lacks {error}") from error
            gives = [(g[0], g[1], g[2]) for g in row["gives"]]
            own += [Fingerprint(row["id"], row["clues"], row["how"], p, gives, row["family"]) for p in row["patterns"]]
    wider = replace(known, fingerprints=[*known.fingerprints, *own], by_clue={})
    _index(wider)
    return wider


def _index(known: Knowledge) -> None:
    """Per clue: exact values in a dictionary, the rest in short lists."""
    for entry in known.fingerprints:
        for clue in entry.clues:
            slot = known.by_clue.setdefault(clue, {"is": {}, "rest": []})
            if entry.how == "is":
                slot["is"].setdefault(fold(entry.pattern), []).append(entry)
            else:
                slot["rest"].append((entry, fold(entry.pattern)))
