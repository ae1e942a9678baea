"""MAC address → who registered its prefix, from netaddr's copy of the IEEE registry (BSD-3-Clause).

The registry is kept in the cache folder as two arrays and one text, because reading netaddr's own
index takes longer than naming every device of a hospital.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hinomi.inventory.knowledge import cache_folder, write_cache

_LINE = re.compile(rb"^([0-9A-F]{6})\s+\(base 16\)\s+(.*?)\s*$", re.MULTILINE)
_UNNAMED = frozenset({"private", "ieee registration authority", ""})


@dataclass(frozen=True, slots=True)
class Registry:
    """Prefixes in rising order with the number of their maker."""

    prefixes: npt.NDArray[np.uint32]
    makers: npt.NDArray[np.uint32]
    names: list[str]

    def maker(self, mac: str) -> str:
        """Organisation of the first three bytes; '' for none, unnamed or locally made-up addresses."""
        try:
            prefix = int(mac[:8].replace(":", ""), 16)
        except ValueError:
            return ""
        if prefix & 0x030000 or len(mac) < 8:  # group or locally administered
            return ""
        at = int(np.searchsorted(self.prefixes, prefix))
        if at >= len(self.prefixes) or int(self.prefixes[at]) != prefix:
            return ""
        name = self.names[int(self.makers[at])]
        return "" if name.casefold() in _UNNAMED else name


def _read_source() -> Registry:
    spec = util.find_spec("netaddr")
    if spec is None or not spec.submodule_search_locations:
        return Registry(np.zeros(0, np.uint32), np.zeros(0, np.uint32), [])
    text = (Path(spec.submodule_search_locations[0]) / "eui" / "oui.txt").read_bytes()
    found = {int(prefix, 16): name.decode("utf-8", "replace") for prefix, name in _LINE.findall(text)}
    numbers: dict[str, int] = {}
    prefixes = sorted(found)
    makers = [numbers.setdefault(found[p], len(numbers)) for p in prefixes]
    return Registry(np.array(prefixes, np.uint32), np.array(makers, np.uint32), list(numbers))


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The registry, from the cache folder where it was made before with the same netaddr."""
    try:
        version = metadata.version("netaddr")
    except metadata.PackageNotFoundError:
        return _read_source()
    name = f"oui-{version}.bin"
    try:
        return _unpack((cache_folder() / name).read_bytes())
    except (OSError, ValueError):
        pass
    made = _read_source()
    write_cache(name, _pack(made), "oui")
    return made


def _pack(made: Registry) -> bytes:
    head = np.array([len(made.prefixes)], np.uint32).tobytes()
    return head + made.prefixes.tobytes() + made.makers.tobytes() + "\n".join(made.names).encode()


def _unpack(content: bytes) -> Registry:
    count = int(np.frombuffer(content, np.uint32, 1)[0])
    if len(content) < 4 + 8 * count:
        raise ValueError("cut short")
    prefixes = np.frombuffer(content, np.uint32, count, 4)
    makers = np.frombuffer(content, np.uint32, count, 4 + 4 * count)
    return Registry(prefixes, makers, content[4 + 8 * count :].decode().split("\n"))
