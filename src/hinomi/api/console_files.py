"""The built console, served by the API: one page for every address, files by their hashed names."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from hinomi.api import problems

_NONCE = "HINOMI_NONCE"  # stands in the built page where the nonce of the answer goes
_KINDS = {".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".ico": "image/x-icon"}


def place() -> Path:
    """Where the built console lies: HINOMI_CONSOLE, in the installed package, or beside the source."""
    told = os.environ.get("HINOMI_CONSOLE")
    if told:
        return Path(told)
    packaged = Path(__file__).resolve().parent / "console"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "console" / "dist"


def install(app: FastAPI, root: Path) -> None:
    """Adds the routes of the console; everything under /api stays the API's."""

    @app.get("/assets/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        path = (root / "assets" / name).resolve()
        if path.parent != (root / "assets").resolve() or not path.is_file():
            raise HTTPException(404)
        # The name holds the hash of the content.
        return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})

    @app.get("/{path:path}", include_in_schema=False)
    def page(request: Request, path: str) -> Response:
        if path == "api" or path.startswith(("api/", "assets")):
            raise HTTPException(404)
        own = root / path
        if path and "/" not in path and own.suffix in _KINDS and own.is_file():
            return FileResponse(own, media_type=_KINDS[own.suffix])
        index = root / "index.html"
        if not index.is_file():
            return problems.answer("api.no_console", 503)
        nonce = request.scope["state"]["nonce"]
        return HTMLResponse(index.read_text("utf-8").replace(_NONCE, nonce), headers={"Cache-Control": "no-store"})
