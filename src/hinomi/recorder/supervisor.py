"""Starts a room's connectors, each a process of its own, and starts again what ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from hinomi.connect.__main__ import ALREADY, end_orphan
from hinomi.recorder.hub import Hub
from hinomi.recorder.plan import Connector, Plan

AGAIN_FIRST_S = 0.3
AGAIN_MAX_S = 5.0
GOOD_AFTER_S = 30.0  # who ran so long begins with the short wait again


async def keep(connector: Connector, home: Path, room: str) -> None:
    """Runs one connector for as long as the room is up."""
    wait = AGAIN_FIRST_S
    command = [
        sys.executable, "-m", "hinomi.connect", connector.kind, "--name", connector.name, "--room", room,
        *connector.args,
    ]  # fmt: skip
    loop = asyncio.get_running_loop()
    while True:
        begun = loop.time()
        process = await asyncio.create_subprocess_exec(*command, env=os.environ | {"HINOMI_HOME": str(home)})
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            end_orphan(home, room, connector.name)
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(process.wait(), 3)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            raise
        if code == ALREADY:
            try:
                await asyncio.sleep(AGAIN_MAX_S)
            except asyncio.CancelledError:
                end_orphan(home, room, connector.name)
                raise
            continue
        print(f"{connector.name}: ended with {code}; starting it again", file=sys.stderr, flush=True)
        wait = AGAIN_FIRST_S if loop.time() - begun > GOOD_AFTER_S else min(AGAIN_MAX_S, wait * 2)
        await asyncio.sleep(wait)


async def run_room(hub: Hub, plan: Plan, home: Path) -> None:
    """The hub and its connectors, until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    tasks = [asyncio.create_task(hub.run())]
    tasks += [asyncio.create_task(keep(connector, home, plan.room)) for connector in plan.connectors]
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if task is not stopping:
                task.result()  # a hub that fell says why
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
