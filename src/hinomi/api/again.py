"""After a person's word on a register: everything is worked out again, beside the questions."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home

_log = logging.getLogger("hinomi.api")
_one = threading.Lock()  # at work
_next = threading.Lock()  # waiting: a third would do the same work as the second


def work_out_again(home: Home) -> None:
    """Runs the stages over what is there. Where another process writes, that one does it at its next look."""
    if not _next.acquire(blocking=False):
        return
    with _one:
        _next.release()
        from hinomi.pipeline import refresh

        try:
            if home.state.captures():
                refresh(home)
        except Problem as problem:
            if problem.id != "home.locked":
                _log.exception("the findings could not be worked out again")
