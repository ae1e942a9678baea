"""Values that cannot print themselves."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """Bytes that no log, traceback, format string, pickle or JSON shows.

    `reveal()` is the only way out, so that a search for it finds every place that needs the value.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytes(value)

    def reveal(self) -> bytes:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # a set of secrets would compare them in the open

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written anywhere")
