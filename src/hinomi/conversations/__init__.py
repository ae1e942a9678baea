"""Flows → who talks to whom with what, by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hinomi.conversations.columns import CONVERSATION_SCHEMA, NAMES_MAX

if TYPE_CHECKING:
    from hinomi.conversations.gather import build

__all__ = ["CONVERSATION_SCHEMA", "NAMES_MAX", "build"]


def __getattr__(name: str) -> object:
    # `build` needs Arrow and NumPy; whoever only wants the columns should not wait for it.
    if name == "build":
        from hinomi.conversations.gather import build

        return build
    raise AttributeError(name)
