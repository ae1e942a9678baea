"""What Hinomi keeps: `State` (few things with a story), `History` (many rows), evidence, audit.

The names load their room on first use: the state needs SQLAlchemy and the history DuckDB, and a
command that needs one of them must not wait for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hinomi.store.history import History
    from hinomi.store.state import State

__all__ = ["History", "State"]


def __getattr__(name: str) -> object:
    if name == "State":
        from hinomi.store.state import State

        return State
    if name == "History":
        from hinomi.store.history import History

        return History
    raise AttributeError(name)
