"""Under what wrong tries are counted."""

from __future__ import annotations

import hashlib


def digest(data: bytes) -> str:
    """SHA-256 in hex: what is counted or looked up is kept without the words themselves."""
    return hashlib.sha256(data).hexdigest()


def keys_of(name: str, address: str) -> dict[str, str]:
    """The name that was tried, and the address it came from."""
    return {"name": digest(f"name {name}".encode()), "address": address_only(address)["address"]}


def address_only(address: str) -> dict[str, str]:
    """Where the name is not counted: who holds no key must not be able to lock out who does."""
    return {"address": digest(f"address {address}".encode())}
