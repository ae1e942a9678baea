"""Clinical context: when was a device, or a place, in use on a patient, and what showed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hinomi.context.signs import intervals
    from hinomi.context.use import InUse

__all__ = ["InUse", "intervals"]


def __getattr__(name: str) -> Any:
    """Load on first use: importing this package must cost nothing."""
    if name == "intervals":
        from hinomi.context.signs import intervals

        return intervals
    if name == "InUse":
        from hinomi.context.use import InUse

        return InUse
    raise AttributeError(name)
