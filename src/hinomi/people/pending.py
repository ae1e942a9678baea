"""What was begun and waits for its answer, such as a challenge to a passkey. Each counts once and not for long."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

from hinomi.store.state import clock

WAITING_MAX = 2_000  # in all; the oldest is forgotten
EACH_MAX = 20  # from one address, which may be a whole ward behind one proxy
WAITING_S = 300
_NS = 1_000_000_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[_T]):
    value: _T
    address: str
    until: int


class Pending(Generic[_T]):
    """Kept in memory: strangers can begin, and must not fill the disk. A restart means to begin again."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, _Waiting[_T]] = OrderedDict()
        self._lock = threading.Lock()
        self.forgotten = 0  # begun, and pushed out by later ones

    def __len__(self) -> int:
        return len(self._waiting)

    def keep(self, value: _T, address: str) -> str:
        """An id by which the answer finds it again."""
        id, now = secrets.token_urlsafe(24), clock.now_ns()
        with self._lock:
            for old in [key for key, one in self._waiting.items() if one.until <= now]:
                del self._waiting[old]
            mine = [key for key, one in self._waiting.items() if one.address == address]
            if len(mine) >= EACH_MAX:
                self._forget(mine[0])
            elif len(self._waiting) >= WAITING_MAX:
                self._forget(next(iter(self._waiting)))
            self._waiting[id] = _Waiting(value, address, now + WAITING_S * _NS)
        return id

    def take(self, id: str) -> _T | None:
        """What was begun under this id; never a second time."""
        with self._lock:
            found = self._waiting.pop(id, None)
        return found.value if found and clock.now_ns() < found.until else None

    def _forget(self, id: str) -> None:
        del self._waiting[id]
        self.forgotten += 1
