"""Watch: what is dangerous, said early, said rarely, said with proof.

`run(view)` gives finding drafts; `render(finding, lang)` gives the words for people. Everything
here is a function of what it gets: no store, no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .indicators import Indicator
    from .policy import Conduit
    from .runner import registry, run
    from .text import FindingText, render
    from .view import MaintenancePath, WatchView, Weekly, Window

_HOME = {
    "run": "runner",
    "registry": "runner",
    "render": "text",
    "FindingText": "text",
    "WatchView": "view",
    "MaintenancePath": "view",
    "Window": "view",
    "Weekly": "view",
    "Indicator": "indicators",
    "Conduit": "policy",
}

__all__ = [
    "Conduit", "FindingText", "Indicator", "MaintenancePath", "WatchView", "Weekly", "Window", "registry", "render",
    "run",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load on first use: who only renders a text need not load Arrow."""
    import importlib

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
