"""The application: routes, guard, console."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Scope

from hinomi.api import console_files, desk_data, problems
from hinomi.api.gate import Gate
from hinomi.api.look import Looks
from hinomi.api.permissions import Table
from hinomi.api.routes import (
    account,
    ask,
    audit,
    by_link,
    coverage,
    desk,
    desk_live,
    devices,
    diagram,
    duties,
    evidence,
    exports,
    findings,
    habits,
    incidents,
    ledger,
    lists,
    live,
    map,
    map_times,
    notices,
    oidc,
    outside,
    overview,
    papers,
    passkeys,
    people,
    policy,
    remote,
    retention,
    settings,
    sigma,
    theatre,
    weaknesses,
    words,
)
from hinomi.api.security import LOCAL_NAMES, Guard, Refusal
from hinomi.home import Home
from hinomi.people import Door

_log = logging.getLogger("hinomi.api")

_ROUTERS = (
    overview, devices, habits, evidence, map, map_times, findings, theatre, coverage, exports, live, ledger,
    remote, outside,
    duties, incidents, papers, by_link,
    desk, desk_live,
    words, weaknesses, diagram, ask,
    lists, sigma, policy, notices,
    account, passkeys, oidc, people, audit, settings, retention,
)  # fmt: skip


def _warm(looks: Looks) -> None:
    """Beside the first questions, never before them; what fails here will be told where it is asked for."""
    try:
        looks.warm()
    except Exception:
        _log.exception("the first look could not be worked out ahead")


def create_app(
    home: Home | str | Path | None = None, *, console: Path | None = None, names: frozenset[str] = LOCAL_NAMES
) -> FastAPI:
    """The API over one home.

    Args:
        home: a `Home`, or the path of one; None for the default home.
        console: directory of the built console; None for the usual place.
        names: host names it answers to.
    """
    opened = home if isinstance(home, Home) else Home(home)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(run_in_threadpool(_warm, app.state.looks))
        rooms = asyncio.create_task(app.state.desk_feeds.run(opened.path))
        yield
        rooms.cancel()
        await app.state.desk_feeds.close()
        await warming
        opened.close()

    app = FastAPI(
        title="Hinomi",
        summary="What the tap heard: devices, who talks to whom, findings, and the proof.",
        version=overview.program_version(),
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere; the description itself is enough
        redoc_url=None,
        lifespan=life,
    )
    app.state.home = opened
    app.state.looks = Looks(opened)
    app.state.door = Door(opened)
    app.state.permissions = Table(route for room in _ROUTERS for route in room.router.routes)
    app.state.listeners = 0
    app.state.desk_feeds = desk_live.Feeds()
    app.state.desk_readers = desk_data.Readers()
    app.state.desk_viewers = 0
    problems.install(app)
    for room in _ROUTERS:
        app.include_router(room.router, responses={"default": problems.DESCRIBED})
    console_files.install(app, console or console_files.place())

    describe = app.openapi

    def described() -> dict[str, Any]:
        return problems.in_own_media_type(describe())

    app.openapi = described  # type: ignore[method-assign]

    def refuse(scope: Scope, refusal: Refusal) -> ASGIApp:
        return problems.refuse(scope, refusal.id, refusal.status)

    app.add_middleware(Gate, door=app.state.door, table=app.state.permissions, refuse=refuse)
    app.add_middleware(Guard, refuse=refuse, hosts=names)
    return app
