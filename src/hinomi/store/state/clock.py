"""The clock of the machine, in one place so that tests can set it."""

import time


def now_ns() -> int:
    """UTC nanoseconds."""
    return time.time_ns()
