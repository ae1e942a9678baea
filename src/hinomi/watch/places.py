"""Where an address beyond the hospital is registered: its country, and the owner of its network.

Nothing is asked over the network. The country is the one under which a regional registry gave the
block out (the library ships the registries' own lists); where the machine stands may differ. The
owner comes from a file that the hospital may put into its home, and is '' without one.
"""

from __future__ import annotations

import bisect
import gzip
from functools import cached_property, lru_cache
from pathlib import Path

from .who import is_private, parse

ROWS_MAX = 2_000_000  # ranges read from the file of networks; the rest is counted
FILE_NAMES = ("networks.tsv", "networks.tsv.gz")


@lru_cache(maxsize=65_536)
def country(ip: str) -> str:
    """ISO 3166-1 code, '' for an address of a house or one that no registry gave out."""
    if parse(ip) is None or is_private(ip):
        return ""
    from iptocc import country_code

    return country_code(ip) or ""


class Places:
    """Owners of networks, from a file of ranges: first, last, AS number, country, owner, by tabs.

    That is the form in which iptoasn.com publishes its public-domain table; any other source can be
    written so.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.left_out = 0  # rows that could not be read, or stood beyond the limit

    @classmethod
    def of_folder(cls, folder: Path) -> Places:
        """The file of networks in a folder, where there is one; read again only when it has changed."""
        file = next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)
        return _of_file(file, file.stat().st_mtime_ns if file else 0)

    def country(self, ip: str) -> str:
        found = self._find(ip)
        return (found[0] if found and found[0] else "") or country(ip)

    def owner(self, ip: str) -> str:
        """Who announces the network, '' where no file says so."""
        found = self._find(ip)
        return found[1] if found else ""

    def _find(self, ip: str) -> tuple[str, str] | None:
        address = parse(ip)
        if address is None or self.path is None or is_private(ip):
            return None
        starts, rows = self._ranges[address.version]
        place = bisect.bisect_right(starts, int(address)) - 1
        if place < 0 or int(address) > rows[place][0]:
            return None
        return rows[place][1:]

    @cached_property
    def _ranges(self) -> dict[int, tuple[list[int], list[tuple[int, str, str]]]]:
        found: dict[int, list[tuple[int, int, str, str]]] = {4: [], 6: []}
        assert self.path is not None
        opener = gzip.open if self.path.suffix == ".gz" else open
        with opener(self.path, "rt", encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines):
                cells = line.rstrip("\n").split("\t")
                first, last = (parse(cells[0]), parse(cells[1])) if len(cells) >= 5 else (None, None)
                if number >= ROWS_MAX or first is None or last is None or first.version != last.version:
                    self.left_out += 1
                    continue
                if cells[2] == "0":  # announced by nobody
                    continue
                code = cells[3] if len(cells[3]) == 2 and cells[3].isalpha() else ""
                found[first.version].append((int(first), int(last), code, cells[4]))
        made = {}
        for version, rows in found.items():
            rows.sort()
            made[version] = ([row[0] for row in rows], [row[1:] for row in rows])
        return made


@lru_cache(maxsize=1)
def _of_file(file: Path | None, stamp: int) -> Places:
    return Places(file)
