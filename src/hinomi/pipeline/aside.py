"""Work done aside: in a copy of this process on the second core, because Python computes on one only."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import NoReturn, TypeVar

Made = TypeVar("Made")


def aside(work: Callable[[], Made], *, first: Callable[[], None]) -> Callable[[], Made]:
    """Starts `work` in a copy of the process; what is returned waits for its result.

    The copy sees everything as it is now and changes nothing here. It must neither speak to a database
    nor print. `first` is called in it before anything else, to let go of what only this process may
    hold. Whatever happens to the copy (no memory, killed, an error), the work is then done here.
    """
    into, out = os.pipe()
    try:
        copy = os.fork()
    except OSError:
        os.close(into)
        os.close(out)
        return work
    if not copy:
        _be_the_copy(work, first, into, out)
    os.close(out)
    os.read(into, 1)  # `first` is done, or there is no copy any more

    def result() -> Made:
        with os.fdopen(into, "rb") as told:
            found = told.read()
        _, status = os.waitpid(copy, 0)
        if status:
            return work()
        made: Made = pickle.loads(found)  # our own words
        return made

    return result


def _be_the_copy(work: Callable[[], object], first: Callable[[], None], into: int, out: int) -> NoReturn:
    try:
        first()
        os.close(into)
        os.write(out, b".")
        with os.fdopen(out, "wb") as told:
            told.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
        os._exit(0)
    except BaseException:
        os._exit(1)
