"""Theatre: one room on one time axis — readings, images, findings, in-use times, people's marks.

`rooms` lists the places with data, `timeline` gives one of them. Not for diagnosis or monitoring.
"""

from __future__ import annotations

from typing import Any

from hinomi.theatre.shapes import (
    DeviceClock,
    Image,
    Room,
    Said,
    Timeline,
    Track,
)

__all__ = ["DeviceClock", "Image", "Room", "Said", "Timeline", "Track", "rooms", "timeline"]


def __getattr__(name: str) -> Any:
    if name in ("rooms", "timeline"):
        from hinomi.theatre import axis

        return getattr(axis, name)
    raise AttributeError(name)
