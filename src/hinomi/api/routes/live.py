"""What is live: one event when something a screen shows has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

router = APIRouter(prefix="/api", tags=["live"])

LOOK_EVERY_S = 2.0
ALIVE_EVERY = 7  # looks between two signs of life, so that a dead line is noticed
LISTENERS_MAX = 64  # open event streams; more are told to come back later


@router.get("/live", response_class=StreamingResponse)
async def live(request: Request) -> StreamingResponse:
    """Server-sent events: `changed` with the new version of the state. Ask again for what you show."""
    state = request.app.state
    if state.listeners >= LISTENERS_MAX:
        return StreamingResponse(iter(()), 503, headers={"Retry-After": "30"})

    async def events() -> AsyncIterator[str]:
        state.listeners += 1
        try:
            known = -1
            looks = 0
            yield "retry: 3000\n\n"
            while not await request.is_disconnected():
                version = await run_in_threadpool(state.home.state.version)
                if version != known:
                    known = version
                    yield f"event: changed\ndata: {version}\n\n"
                elif looks % ALIVE_EVERY == 0:
                    yield ": alive\n\n"
                looks += 1
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            state.listeners -= 1

    return StreamingResponse(events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
