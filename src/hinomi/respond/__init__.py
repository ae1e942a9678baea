"""Respond: what to do about a finding, without harming the patient at the device's end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .advice import Advice, Cut, advice

__all__ = ["Advice", "Cut", "advice"]


def __getattr__(name: str) -> Any:
    """Load on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(f"{__name__}.advice")
    for each in __all__:
        globals()[each] = getattr(module, each)
    return globals()[name]
