"""Small clue and conversation tables, with the columns that the wire and the conversations give."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from hinomi.inventory import Inventory, resolve
from hinomi.model import Decision, Device, Zone

S = 1_000_000_000
CLUE = pa.schema(
    [
        ("host_mac", pa.string()),
        ("host_ip", pa.string()),
        ("vlan", pa.uint16()),
        ("attribute", pa.string()),
        ("value", pa.string()),
        ("protocol", pa.string()),
        ("port", pa.uint16()),
        ("count", pa.uint64()),
        ("first", pa.int64()),
        ("last", pa.int64()),
        ("capture", pa.string()),
        ("packet", pa.uint64()),
        ("offset", pa.uint64()),
    ]
)
CONVERSATION = pa.schema(
    [
        ("client_mac", pa.string()),
        ("client_ip", pa.string()),
        ("server_mac", pa.string()),
        ("server_ip", pa.string()),
        ("vlan", pa.uint16()),
        ("proto", pa.string()),
        ("server_port", pa.uint16()),
        ("service", pa.string()),
        ("flows", pa.uint64()),
        ("answered", pa.uint64()),
        ("refused", pa.uint64()),
        ("unanswered", pa.uint64()),
        ("half_heard", pa.uint64()),
        ("bytes_down", pa.uint64()),
        ("first", pa.int64()),
        ("last", pa.int64()),
        ("names", pa.list_(pa.string())),
        ("capture", pa.string()),
        ("packet", pa.uint64()),
        ("offset", pa.uint64()),
    ]
)


class Tap:
    """Collects what a tap would have heard; `resolve()` names the devices."""

    def __init__(self) -> None:
        self.clues: list[dict[str, Any]] = []
        self.conversations: list[dict[str, Any]] = []

    def clue(self, mac: str, ip: str, attribute: str, value: str, first: int = 1, last: int = 2, **more: Any) -> Tap:
        """Times in seconds."""
        self.clues.append(
            {
                "host_mac": mac,
                "host_ip": ip,
                "vlan": None,
                "attribute": attribute,
                "value": value,
                "protocol": attribute.split(".")[0],
                "port": None,
                "count": 1,
                "first": first * S,
                "last": last * S,
                "capture": "c0",
                "packet": len(self.clues) + 1,
                "offset": 24,
                **more,
            }
        )
        return self

    def talk(
        self,
        client: tuple[str, str],
        server: tuple[str, str],
        port: int,
        service: str | None,
        first: int = 1,
        last: int = 2,
        **more: Any,
    ) -> Tap:
        """`client` and `server` are (MAC, IP); times in seconds."""
        self.conversations.append(
            {
                "client_mac": client[0],
                "client_ip": client[1],
                "server_mac": server[0],
                "server_ip": server[1],
                "vlan": None,
                "proto": "tcp",
                "server_port": port,
                "service": service,
                "flows": 1,
                "answered": 1,
                "refused": 0,
                "unanswered": 0,
                "half_heard": 0,
                "bytes_down": 400 * more.get("answered", 1),
                "first": first * S,
                "last": last * S,
                "names": None,
                "capture": "c0",
                "packet": 1,
                "offset": 24,
                **more,
            }
        )
        return self

    def tables(self) -> tuple[pa.Table, pa.Table]:
        return pa.Table.from_pylist(self.clues, CLUE), pa.Table.from_pylist(self.conversations, CONVERSATION)

    def resolve(
        self,
        previous: list[Device] | None = None,
        decisions: list[Decision] | None = None,
        zones: list[Zone] | None = None,
    ) -> Inventory:
        clues, conversations = self.tables()
        return resolve("site-a", clues, conversations, previous or [], decisions or [], zones or [])


@pytest.fixture
def tap() -> Tap:
    return Tap()


def by_ip(inventory: Inventory, ip: str) -> Device:
    """The one device that holds an address."""
    found = [d for d in inventory.devices if any(a.ip == ip for a in d.addresses)]
    assert len(found) == 1, f"{ip}: {[d.id for d in found]}"
    return found[0]
