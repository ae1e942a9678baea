"""What a route asks for by its type: the home, the newest look, the person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from hinomi.api.look import Look
from hinomi.api.permissions import GUEST_RIGHT
from hinomi.api.problems import RefusedError
from hinomi.api.security import Actor
from hinomi.home import Home
from hinomi.people import Door, Who


def _home(request: Request) -> Home:
    home: Home = request.app.state.home
    return home


def _look(request: Request) -> Look:
    look: Look = request.app.state.looks.now()
    return look


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


def _who(request: Request) -> Who:
    who: Who | None = request.state.who
    if who is None:
        raise RefusedError("api.sign_in", 401)
    return who


def _actor(who: Annotated[Who, Depends(_who)]) -> Actor:
    return Actor(who.name)


def _actor_or_guest(request: Request) -> Actor | None:
    """For routes that a guest's word opens: None when nobody signed in may act here."""
    who: Who | None = request.state.who
    return Actor(who.name) if who and who.may(GUEST_RIGHT) else None


TheHome = Annotated[Home, Depends(_home)]
TheLook = Annotated[Look, Depends(_look)]
TheDoor = Annotated[Door, Depends(_door)]
TheWho = Annotated[Who, Depends(_who)]
TheActor = Annotated[Actor, Depends(_actor)]
TheActorOrGuest = Annotated[Actor | None, Depends(_actor_or_guest)]
