"""All detections, found by looking into `detections/`, run over one view."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from hinomi.model import FindingDraft

from . import detections as _package
from .meta import Meta, Raised
from .sight import Sight
from .story import tell
from .view import WatchView

_log = logging.getLogger("hinomi.watch")


@dataclass(frozen=True, slots=True)
class Detection:
    """One file of `detections/`."""

    meta: Meta
    detect: Callable[[Sight], Iterable[Raised]]
    doc: str


@cache
def registry() -> dict[str, Detection]:
    """Every detection by its id, in the order in which they speak."""
    found = []
    for module in pkgutil.iter_modules(_package.__path__):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"{_package.__name__}.{module.name}")
        found.append(Detection(loaded.META, loaded.detect, (loaded.__doc__ or "").strip()))
    found.sort(key=lambda detection: (detection.meta.order, detection.meta.id))
    return {detection.meta.id: detection for detection in found}


def run(view: WatchView, *, strict: bool = False, only: Iterable[str] | None = None) -> list[FindingDraft]:
    """What the detections say of this view, stories told.

    One that fails does not silence the others: it is logged, and raised only when `strict`.
    """
    sight = Sight(view)
    wanted = set(only) if only is not None else None
    raised: list[Raised] = []
    for name, detection in registry().items():
        if wanted is not None and name not in wanted:
            continue
        try:
            raised.extend(detection.detect(sight))
        except Exception:
            if strict:
                raise
            _log.exception("the detection %s failed; the others went on", name)
    tell(raised, sight.came_by)
    return [item.draft for item in raised]
