"""Cells of a ledger made comparable: Japanese dates, addresses, full-width digits."""

from __future__ import annotations

import datetime
import ipaddress
import re
import unicodedata

# First year of each era (the year before it counts as 0).
_ERAS = {
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
    "m": 1867,
    "t": 1911,
    "s": 1925,
    "h": 1988,
    "r": 2018,
}
_ERA_DATE = re.compile(
    r"^(明治|大正|昭和|平成|令和|[MTSHRmtshr])\s*\.?\s*(元|\d{1,2})\s*(?:年度|年|[./-])?\s*(?:(\d{1,2})\s*(?:月|[./-])?\s*(?:(\d{1,2})\s*日?)?)?$"
)
_PLAIN_DATE = re.compile(
    r"^(\d{4})\s*(?:年度|年|[./-])?\s*(?:(\d{1,2})\s*(?:月|[./-])?\s*(?:(\d{1,2})\s*日?)?)?(?:[ T]\d{1,2}:\d{2}.*)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MAC = re.compile(r"[0-9a-f]{2}(?:[:\-. ]?[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}")
_IP4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ－", "-"))


CELL_LETTERS_MAX = 4_000
# Excel's day 1 is 1900-01-01, and it believes in a 29 February 1900: so days count from 1899-12-30.
_EXCEL_DAY = re.compile(r"^\d{5}$")
_EXCEL_BEGIN = datetime.date(1899, 12, 30)
# What people write into a cell that holds nothing.
_NOTHING = frozenset(
    ("なし", "無し", "無", "無い", "不明", "未定", "未設定", "未登録", "該当なし", "対象外", "空欄", "-", "--", "*",
     "n/a", "na", "none", "unknown", "tbd", "?")
)  # fmt: skip
_GIVEN_BY_DHCP = frozenset(("dhcp", "自動", "自動取得", "自動割当", "自動割り当て", "dynamic", "auto"))
_DITTO = frozenset(("〃", "々", "同上", "仝", '"', "''", "ditto"))


def written(cell: object) -> str:
    """A cell as a person wrote it: dates as ISO, whole floats as integers, else unchanged but for its ends."""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()[:CELL_LETTERS_MAX]


def text(cell: object) -> str:
    """A cell as one line to compare: full-width made plain, spaces single."""
    return " ".join(unicodedata.normalize("NFKC", written(cell)).split())


def nothing(cell: str) -> bool:
    """Whether a cell says in words that there is nothing: なし, 不明, a dash."""
    return text(cell).translate(_DASHES).casefold() in _NOTHING


def by_dhcp(cell: str) -> bool:
    """Whether a cell says that the address is given anew each time."""
    return text(cell).casefold() in _GIVEN_BY_DHCP


def ditto(cell: str) -> bool:
    """Whether a cell stands for the one above it."""
    return text(cell).casefold() in _DITTO or cell.strip() in _DITTO


def date(cell: str) -> str | None:
    """ISO date (`2023-04-01`, `2023-04` or `2023`) of a Japanese or western date; None when it is none."""
    plain = text(cell).replace("/ ", "/")
    if _EXCEL_DAY.match(plain) and 10_000 <= int(plain) <= 80_000:  # 1927 to 2119
        return (_EXCEL_BEGIN + datetime.timedelta(days=int(plain))).isoformat()
    found = _COMPACT.match(plain)
    if found:
        return _iso(int(found[1]), found[2], found[3])
    found = _ERA_DATE.match(plain)
    if found:
        year = _ERAS[found[1].lower()] + (1 if found[2] == "元" else int(found[2]))
        return _iso(year, found[3], found[4])
    found = _PLAIN_DATE.match(plain)
    return _iso(int(found[1]), found[2], found[3]) if found else None


def _iso(year: int, month: str | None, day: str | None) -> str | None:
    if not 1868 <= year <= 2200:
        return None
    if month is None:
        return f"{year:04d}"
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year:04d}-{int(month):02d}"
    try:
        return datetime.date(year, int(month), int(day)).isoformat()
    except ValueError:
        return None


def macs(cell: str) -> list[str]:
    """Every hardware address in a cell, as `00:11:22:33:44:55`."""
    found = []
    for match in _MAC.findall(text(cell).translate(_DASHES).lower()):
        digits = re.sub(r"[^0-9a-f]", "", match)
        if len(digits) == 12:
            found.append(":".join(digits[i : i + 2] for i in range(0, 12, 2)))
    return found


def ips(cell: str) -> list[str]:
    """Every address in a cell; leading zeros in IPv4 parts are dropped (010.001.002.003)."""
    plain = text(cell)
    found = []
    for match in _IP4.findall(plain):
        parts = [int(p) for p in match.split(".")]
        if all(p < 256 for p in parts):
            found.append(".".join(str(p) for p in parts))
    for word in re.split(r"[\s,;、]+", plain):
        if ":" in word:
            try:
                found.append(str(ipaddress.IPv6Address(word.split("/")[0])))
            except ValueError:
                continue
    return found


def key(value: str) -> str:
    """For comparing serials, models and names: letters and digits only, without case or width."""
    folded = unicodedata.normalize("NFKC", value).casefold().translate(_DASHES)
    return "".join(c for c in folded if c.isalnum())
