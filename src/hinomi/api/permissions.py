"""Which route needs which right. Whoever adds a router names its tag here once; nothing else is to be done.

A route is looked up by method and path in `EXCEPTIONS`, then by its router's tag in `BY_TAG`: the first
right is for looking (GET), the second for acting. A route found in neither is for the administrator
only, and a test fails. What each role may do stands in `hinomi.people.roles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from hinomi.people import Right

BY_TAG: dict[str, tuple[Right, Right]] = {
    "account": (Right.OWN, Right.OWN),
    "ask": (Right.PATIENT, Right.PATIENT),  # readings and who talks to whom, row by row
    "audit": (Right.AUDIT, Right.GOVERN),
    "by link": (Right.GOVERN, Right.GOVERN),  # opened by the word of a link alone, see below
    "coverage": (Right.LOOK, Right.CARE),
    "desk": (Right.PATIENT, Right.CARE),
    "devices": (Right.LOOK, Right.CARE),
    "duties": (Right.LOOK, Right.CARE),
    "evidence": (Right.EVIDENCE, Right.CONTENT),
    "exports": (Right.LOOK, Right.CARE),
    "findings": (Right.LOOK, Right.CARE),
    "incidents": (Right.LOOK, Right.CARE),
    "indicators": (Right.LOOK, Right.SECURE),
    "ledger": (Right.LOOK, Right.CARE),
    "live": (Right.LOOK, Right.CARE),
    "map": (Right.LOOK, Right.CARE),
    "notices": (Right.GOVERN, Right.GOVERN),  # who is told, and the secrets to reach them
    "outside": (Right.LOOK, Right.SECURE),
    "overview": (Right.LOOK, Right.CARE),
    "papers": (Right.LOOK, Right.CARE),
    "people": (Right.GOVERN, Right.GOVERN),
    "policy": (Right.LOOK, Right.SECURE),
    "remote maintenance": (Right.LOOK, Right.SECURE),
    "sigma": (Right.LOOK, Right.SECURE),
    "settings": (Right.GOVERN, Right.GOVERN),  # and the backup, which holds everything
    "theatre": (Right.PATIENT, Right.CARE),
    "weaknesses": (Right.LOOK, Right.CARE),
    "words": (Right.LOOK, Right.CARE),
}

PUBLIC = "public"  # asked before anybody signed in
GUEST = "guest"  # also by the word of an invitation, which the route looks at itself

EXCEPTIONS: dict[str, Right | str] = {
    "GET /api/health": PUBLIC,  # says that the server runs, and nothing else
    "GET /api/session": PUBLIC,
    "POST /api/session": PUBLIC,
    "POST /api/session/oidc": PUBLIC,
    "POST /api/session/oidc/answer": PUBLIC,
    "POST /api/session/passkey": PUBLIC,
    "POST /api/session/passkey/answer": PUBLIC,
    "POST /api/by-link/sheet": PUBLIC,  # by the word of a link, which the route looks at itself
    "POST /api/by-link/sheet/answers": PUBLIC,
    "POST /api/by-link/advisory": PUBLIC,
    "POST /api/by-link/advisory/read": PUBLIC,
    "GET /api/vocabulary": Right.OWN,
    "POST /api/findings/{id}/bundle": Right.CONTENT,  # packets, to be taken out
    "GET /api/desk/export": Right.CONTENT,
    "POST /api/desk/regulatory": Right.GOVERN,
    "POST /api/desk/consent": Right.SECURE,
    "POST /api/desk/consent/withdraw": Right.SECURE,
    "POST /api/desk/invitations": Right.SECURE,
    "DELETE /api/desk/invitations": Right.SECURE,
    "GET /api/desk/advice": GUEST,
    "POST /api/desk/advice": GUEST,
    "GET /api/desk/image": GUEST,
    "GET /api/desk/record": GUEST,
    "GET /api/desk/video": GUEST,
    "WEBSOCKET /api/desk/live": GUEST,
}
# Right of a guest's route for those who come without a word.
GUEST_RIGHT = Right.PATIENT


def needed(method: str, path: str, tags: Iterable[Any]) -> Right | str:
    """The right for a route, named by its method and its path with {places}."""
    told = EXCEPTIONS.get(f"{method} {path}")
    if told is not None:
        return told
    for tag in tags:
        if tag in BY_TAG:
            look, act = BY_TAG[tag]
            return look if method in ("GET", "HEAD", "WEBSOCKET") else act
    return Right.GOVERN


class Table:
    """The rights of all routes of the API, to be asked for a question."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = list(routes)

    def __iter__(self) -> Iterator[tuple[str, str, list[str], Right | str]]:
        """Method, path, tags, right: of every route."""
        for route in self._routes:
            tags = [str(tag) for tag in getattr(route, "tags", None) or []]
            path = str(getattr(route, "path", ""))
            for method in sorted(getattr(route, "methods", None) or {"WEBSOCKET"}):
                yield method, path, tags, needed(method, path, tags)

    def right(self, scope: Scope) -> Right | str | None:
        """None for what no route answers."""
        if scope["path"] == "/api/openapi.json":
            return Right.OWN
        for route in self._routes:
            if route.matches(scope)[0] is Match.FULL:
                method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
                return needed(method, str(getattr(route, "path", "")), getattr(route, "tags", None) or [])
        return None
