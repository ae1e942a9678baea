"""What a route asks for by its type: the home, the newest look, the person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from hinomi.api.look import Look
from hinomi.api.security import Actor, actor
from hinomi.home import Home


def _home(request: Request) -> Home:
    home: Home = request.app.state.home
    return home


def _look(request: Request) -> Look:
    look: Look = request.app.state.looks.now()
    return look


TheHome = Annotated[Home, Depends(_home)]
TheLook = Annotated[Look, Depends(_look)]
TheActor = Annotated[Actor, Depends(actor)]
