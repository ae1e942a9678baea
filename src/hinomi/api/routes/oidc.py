"""Signing in with the hospital's own accounts: the way there, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from hinomi.api import problems
from hinomi.api import shapes_people as shapes
from hinomi.api.deps import TheDoor
from hinomi.api.gate import secret_of, set_cookie, set_way, way_of
from hinomi.api.routes.account import address, agent, origin, told

router = APIRouter(prefix="/api", tags=["account"])
Word = Annotated[str, Field(min_length=1, max_length=4_000)]


class OidcWay(BaseModel):
    """Where the browser goes."""

    address: str


class OidcAnswer(BaseModel):
    """What the sign-in service sent back with the browser."""

    state: Word
    code: Word
    iss: Annotated[str, Field(max_length=400)] = ""


@router.post("/session/oidc")
def begin(request: Request, response: Response, door: TheDoor) -> OidcWay:
    """The way to the hospital's sign-in service; it belongs to this browser."""
    if not door.guarded():
        raise problems.RefusedError("api.nobody_yet", 409)
    secret, there = door.oidc.begin(origin=origin(request), address=address(request))
    set_way(response.headers, request.scope, secret)
    return OidcWay(address=there)


@router.post("/session/oidc/answer")
def sign_in(request: Request, response: Response, door: TheDoor, ask: OidcAnswer) -> shapes.Me:
    """Signs in with what the service sent back."""
    entered = door.oidc.answer(
        way_of(request), state=ask.state, code=ask.code, issuer=ask.iss, address=address(request),
        agent=agent(request), before=secret_of(request),
    )  # fmt: skip
    set_way(response.headers, request.scope, None)
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)
