"""Calls between Windows machines (DCE/RPC), by interface and number, however the wire told them.

The wire says each operation when it is first answered (`call`), and the association as a whole when it
ends (`bind`, `alter`). Where both tell the same, the calls count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .sight import Sight, read_detail

COLUMNS = (
    "client_ip", "client_mac", "server_ip", "server_mac", "time", "protocol", "operation", "object", "outcome",
    "status", "detail", "capture", "packet", "offset",
)  # fmt: skip


def calls(sight: Sight) -> Iterator[dict[str, Any]]:
    """Rows with `interface`, the numbers called (`numbers`), how often (`calls`) and the other `fields`."""
    said = sight.said("dcerpc").where_in("operation", "call", "bind", "alter").sorted("time")
    told: set[tuple[str, str, str]] = set()
    whole: list[dict[str, Any]] = []
    for row in said.dicts(*COLUMNS):
        fields = read_detail(row["detail"])
        if row["operation"] != "call":
            whole.append(row | {"fields": fields})
            continue
        name = fields.get("interface") or str(row["object"]).split(".")[0]
        told.add((row["client_ip"], row["server_ip"], name.lower()))
        yield row | {"interface": name.lower(), "numbers": {fields.get("opnum", "")}, "calls": _count(fields),
                     "fields": fields}  # fmt: skip
    for row in whole:
        numbers = set(row["fields"].get("operations", "").split(",")) - {""}
        for name in row["fields"].get("interfaces", "").lower().split(","):
            if name and (row["client_ip"], row["server_ip"], name) not in told:
                yield row | {"interface": name, "numbers": numbers, "calls": _count(row["fields"])}


def _count(fields: dict[str, str]) -> int:
    return int(fields["calls"]) if fields.get("calls", "").isdigit() else 1
