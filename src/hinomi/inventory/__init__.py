"""Inventory: clues and conversations → devices, each attribute with confidence and the packets behind it.

`resolve` is the one entry; `Inventory.index` maps addresses and times to devices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinomi.inventory.index import HostIndex
    from hinomi.inventory.resolver import Inventory, resolve

__all__ = ["HostIndex", "Inventory", "resolve"]

_WHERE = {"HostIndex": "index", "Inventory": "resolver", "resolve": "resolver"}


def __getattr__(name: str) -> Any:
    """Load on first use: importing this package must cost nothing."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"hinomi.inventory.{_WHERE[name]}"), name)
