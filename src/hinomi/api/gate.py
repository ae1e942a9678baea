"""The gate behind the guard: who asks, and whether they may. Nothing below /api is answered without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hinomi.api.permissions import GUEST, GUEST_RIGHT, PUBLIC, Table
from hinomi.api.security import Refusal
from hinomi.people import OPERATOR, Door, Right, Who
from hinomi.people.door import SESSION_S
from hinomi.people.pending import WAITING_S
from hinomi.privacy.secret import Secret

LOOK_AGAIN_S = 15.0  # an answer that goes on (live events, the desk) ends with its session
IDLE_HEADER = "x-hinomi-idle"  # the page says: this question came from a clock, not from a person
LIVE = "/api/live"
_CLOSED = 4401


class EndedError(Exception):
    """The session behind a going answer is over."""


def cookie_name(scope: Scope) -> str:
    return "__Host-hinomi" if scope["scheme"] in ("https", "wss") else "hinomi"


def secret_of(connection: HTTPConnection) -> Secret | None:
    """The secret of the cookie."""
    found = connection.cookies.get(cookie_name(connection.scope), "")
    return Secret(found.encode()) if 0 < len(found) <= 100 else None


def set_cookie(headers: MutableHeaders, scope: Scope, secret: Secret | None) -> None:
    """Gives the browser its session, or takes it away."""
    name, safe = cookie_name(scope), "; Secure" if scope["scheme"] == "https" else ""
    value, age = (secret.reveal().decode(), SESSION_S) if secret else ("", 0)
    headers.append("Set-Cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{safe}")


def _way_name(scope: Scope) -> str:
    return cookie_name(scope) + "-way"


def way_of(connection: HTTPConnection) -> Secret | None:
    """The secret of a way to the hospital's sign-in service that this browser began."""
    found = connection.cookies.get(_way_name(connection.scope), "")
    return Secret(found.encode()) if 0 < len(found) <= 100 else None


def set_way(headers: MutableHeaders, scope: Scope, secret: Secret | None) -> None:
    safe = "; Secure" if scope["scheme"] == "https" else ""
    value, age = (secret.reveal().decode(), WAITING_S) if secret else ("", 0)
    headers.append("Set-Cookie", f"{_way_name(scope)}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{safe}")


class Gate:
    """ASGI middleware. Puts `who` into the state of the question; for a guest or the public it may be None."""

    def __init__(self, app: ASGIApp, door: Door, table: Table, refuse: Callable[[Scope, Refusal], ASGIApp]) -> None:
        self.app = app
        self.door = door
        self.table = table
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] not in ("http", "websocket") or not (path == "/api" or path.startswith("/api/")):
            await self.app(scope, receive, send)
            return
        who = await run_in_threadpool(self._who, scope)
        scope.setdefault("state", {})["who"] = who
        refusal = self._refusal(scope, who)
        if refusal is None:
            await self._watched(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _CLOSED if refusal.status == 401 else 4403})
        else:
            await self.refuse(scope, refusal)(scope, receive, send)

    def _who(self, scope: Scope) -> Who | None:
        if not self.door.guarded():
            return OPERATOR
        headers = Headers(scope=scope)
        kind, _, word = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self.door.bearer(word.strip())
        secret = secret_of(HTTPConnection(scope))
        # The stream of events is opened by the page, also after it was cut: no person asks for it.
        used = IDLE_HEADER not in headers and scope["path"] != LIVE
        return self.door.who(secret, used=used) if secret else None

    def _refusal(self, scope: Scope, who: Who | None) -> Refusal | None:
        right = self.table.right(scope)
        if right == PUBLIC:
            return None
        if right == GUEST:
            # A word is looked at by the route: of a socket it stands in the address, else in the body.
            if scope["type"] == "http" or parse_qs(scope.get("query_string", b"").decode("latin-1")).get("word"):
                return None
            right = GUEST_RIGHT
        if who is None:
            return Refusal(401, "api.sign_in")
        if right is None:  # no such route: the application says so
            return None
        if not isinstance(right, Right) or not who.may(right):
            return Refusal(403, f"api.todo_{who.todo[0]}" if who.todo else "api.no_right")
        return None

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the question through, and looks again at the session while the answer goes on."""
        looked = time.monotonic()

        async def answer(message: Message) -> None:
            nonlocal looked
            going_on = message["type"] == "websocket.send" or message.get("more_body", False)
            if going_on and scope["state"]["who"] is not None and time.monotonic() - looked >= LOOK_AGAIN_S:
                looked = time.monotonic()
                headers = [pair for pair in scope["headers"] if pair[0] != IDLE_HEADER.encode()]
                asking = {**scope, "headers": [*headers, (IDLE_HEADER.encode(), b"1")]}
                who = await run_in_threadpool(self._who, asking)
                if who is None:
                    if scope["type"] == "websocket":
                        await send({"type": "websocket.close", "code": _CLOSED})
                    raise EndedError
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except EndedError:
            if scope["type"] == "http":
                await send({"type": "http.response.body", "body": b"", "more_body": False})
