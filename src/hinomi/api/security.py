"""What stands before every answer: who may ask, from where, and what a browser may do with it.

Hinomi serves its own machine until a person says otherwise. A page of another site that the same
browser has open must be able to do nothing: names other than ours are refused (DNS rebinding),
writes need our own origin, and the answers forbid every foreign script, frame and request.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_BYTES_MAX = 1_000_000  # of a question; the largest honest one is a decision of 2,000 letters
# Files a person hands in: only here, and only as bytes, which no form of a foreign page can send.
UPLOADS = frozenset({"/api/ledger/look", "/api/ledger", "/api/places", "/api/documents"})
UPLOAD_BYTES_MAX = 50_000_000
UPLOAD_TYPE = "application/octet-stream"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()",
}


def policy(nonce: str) -> str:
    """Content-Security-Policy: only our own files; styles that our page makes carry the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _host(value: str) -> str:
    """Name of a Host header without its port; '' when it is none."""
    if "@" in value or "/" in value:
        return ""
    try:
        return (urlsplit(f"//{value}").hostname or "").lower()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    id: str


class Guard:
    """ASGI middleware: checks the question, adds the headers to the answer."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Scope, Refusal], ASGIApp], hosts: frozenset[str]) -> None:
        self.app = app
        self.refuse = refuse
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # A page of another site can open a socket to us without asking: its origin tells it.
            headers = Headers(scope=scope)
            host, origin = headers.get("host", ""), headers.get("origin")
            if _host(host) not in self.hosts or (origin is not None and urlsplit(origin).netloc != host):
                await receive()
                await send({"type": "websocket.close", "code": 4403})
                return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        scope.setdefault("state", {})["nonce"] = nonce

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = policy(nonce)
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                if scope["path"].startswith("/api"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        app = self.refuse(scope, refusal) if refusal else self.app
        await app(scope, receive, answer)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _host(host) not in self.hosts:
            return Refusal(421, "api.host")
        if scope["method"] in SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return Refusal(403, "api.origin")
        # A browser always says where a question comes from; other programs need not.
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Refusal(403, "api.origin")
        if "transfer-encoding" in headers:
            return Refusal(411, "api.no_length")
        length = headers.get("content-length", "0")
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        upload = kind == UPLOAD_TYPE and scope["path"] in UPLOADS
        if not length.isdigit() or int(length) > (UPLOAD_BYTES_MAX if upload else BODY_BYTES_MAX):
            return Refusal(413, "api.too_long")
        # A form of a foreign page can send anything but these.
        if int(length) and not upload and kind != "application/json":
            return Refusal(415, "api.not_json")
        return None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, by the name that the audit chain gets. Whether they may was judged by `hinomi.api.gate`."""

    name: str
