"""Lists of known-bad addresses and names: read from plain lists, STIX 2.1 and MISP, to one shape.

What cannot be used is counted and said, never dropped in silence: an address of the house, a name
too short to mean anybody, a pattern that says more than one thing at once.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .who import is_private, parse

KINDS = ("ip", "net", "domain", "ja4", "certificate")
_HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{1,62}$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_JA4 = re.compile(r"^[tqd][0-9s][0-9a-z]{8}_[0-9a-f]{12}_[0-9a-f]{12}$")
# One comparison (STIX 2.1 part 9): `domain-name:value = 'a.example'`. Several joined by OR are each known-bad alone.
_COMPARISON = re.compile(r"([a-z0-9-]+):([A-Za-z0-9_.'\-]+)\s*=\s*'((?:[^'\\]|\\.)*)'")
_JOINS = re.compile(r"[\s\[\]()]|\bOR\b")
COMPARISONS_MAX = 10_000  # of one pattern


@dataclass(frozen=True, slots=True)
class Indicator:
    """One known-bad thing. `until`: UTC nanoseconds after which it no longer counts, 0 for never."""

    kind: str
    value: str
    label: str  # what it stands for, in the list's own words
    source: str  # name of the list
    until: int = 0


@dataclass(slots=True)
class Reading:
    """What a list gave."""

    indicators: list[Indicator] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)  # reason → how many

    def skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


def read(text: str, source: str) -> Reading:
    """A list in whichever of the three forms it is.

    Raises:
        ValueError: the text begins like JSON and is none, or is JSON of another kind.
    """
    if text.lstrip().startswith(("{", "[")) and not text.lstrip().startswith("[Adblock"):
        data = json.loads(text)
        # A TAXII 2.1 server answers with the same objects in an envelope without a type.
        if isinstance(data, dict) and (data.get("type") == "bundle" or ("type" not in data and "objects" in data)):
            return _stix(data, source)
        if isinstance(data, dict) and ("Event" in data or "response" in data):
            return _misp(data, source)
        raise ValueError("this JSON is neither a STIX 2.1 bundle nor a MISP event")
    return _plain(text.splitlines(), source)


def _plain(lines: Iterable[str], source: str) -> Reading:
    made = Reading()
    for line in lines:
        value = re.split(r"[\s,;#]", line.strip(), maxsplit=1)[0]
        if value in ("0.0.0.0", "127.0.0.1"):  # a hosts file: the name stands behind
            parts = line.split()
            value = parts[1] if len(parts) > 1 else ""
        if value:
            _add(made, value, "", source, 0)
    return made


def _stix(bundle: dict[str, Any], source: str) -> Reading:
    made = Reading()
    for thing in bundle.get("objects", []):
        if thing.get("type") != "indicator":
            continue
        if thing.get("revoked"):
            made.skip("revoked")
            continue
        values = _values(str(thing.get("pattern", ""))) if thing.get("pattern_type", "stix") == "stix" else []
        if not values:
            made.skip("pattern says more than one thing")
        for value in values:
            _add(made, value, str(thing.get("name", "")), source, _stamp(thing.get("valid_until")))
    return made


def _values(pattern: str) -> list[str]:
    """What a pattern names, where each by itself is enough; nothing where several must come together."""
    if _JOINS.sub("", _COMPARISON.sub("", pattern)):
        return []
    found = _COMPARISON.findall(pattern)[:COMPARISONS_MAX]
    return [value.replace("\\'", "'") for _, _, value in found]


def _misp(data: dict[str, Any], source: str) -> Reading:
    made = Reading()
    for event in _events(data):
        info = str(event.get("info", ""))
        attributes = list(event.get("Attribute", []))
        for thing in event.get("Object", []):
            attributes += thing.get("Attribute", [])
        for attribute in attributes:
            if not attribute.get("to_ids", False):
                made.skip("not meant for detection")
                continue
            for value in str(attribute.get("value", "")).split("|")[:1]:
                _add(made, value, info, source, 0)
    return made


def _events(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "Event" in data:
        yield data["Event"]
    for row in data.get("response", []):
        yield row.get("Event", row)


def _stamp(text: Any) -> int:
    if not text:
        return 0
    return int(datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp() * 1e9)


def _add(made: Reading, value: str, label: str, source: str, until: int) -> None:
    value = value.strip().lower().replace("[.]", ".").replace("(.)", ".").replace("hxxp", "http").strip("\"'<>")
    if "://" in value:
        value = value.split("://", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1]
        value = value.rsplit(":", 1)[0] if value.count(":") == 1 else value
    value = value.removeprefix("||").removeprefix("*.").rstrip("^.")
    if not value.isascii() and "/" not in value:
        value = _as_on_the_wire(value)
    address = parse(value)
    if address is not None:
        if is_private(value) or address.is_multicast or address.is_unspecified:
            made.skip("address of a house")
        else:
            made.indicators.append(Indicator("ip", str(address), label, source, until))
    elif "/" in value and _network(value) is not None:
        net = _network(value)
        if net is None or net.prefixlen < (8 if net.version == 4 else 24) or is_private(str(net.network_address)):
            made.skip("network too large or of a house")
        else:
            made.indicators.append(Indicator("net", str(net), label, source, until))
    elif _SHA256.match(value):
        made.indicators.append(Indicator("certificate", value, label, source, until))
    elif _JA4.match(value):
        made.indicators.append(Indicator("ja4", value, label, source, until))
    elif _HOST.match(value):
        made.indicators.append(Indicator("domain", value, label, source, until))
    else:
        made.skip("not an address, name or fingerprint")


def _as_on_the_wire(name: str) -> str:
    """A name in its own script as name servers are asked for it (RFC 5891)."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
