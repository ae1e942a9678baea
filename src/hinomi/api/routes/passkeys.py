"""Passkeys: one's own, and signing in with one. Each has two questions: a challenge, then its answer."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hinomi.api import problems
from hinomi.api import shapes_people as shapes
from hinomi.api.deps import TheDoor, TheWho
from hinomi.api.gate import secret_of, set_cookie
from hinomi.api.routes.account import address, agent, origin, own, told, typed

router = APIRouter(prefix="/api", tags=["account"])


@router.post("/session/passkey")
def begin(request: Request, door: TheDoor, ask: shapes.PasskeyBegin) -> shapes.PasskeyAsked:
    """A challenge for signing in: with a passkey alone, or behind name and password."""
    if not door.guarded():
        raise problems.RefusedError("api.nobody_yet", 409)
    here = {"origin": origin(request), "address": address(request)}
    if ask.name:
        id, options = door.passkeys.begin_second(ask.name, typed(ask.password), **here)
    else:
        id, options = door.passkeys.begin_alone(**here)
    return shapes.PasskeyAsked(id=id, options=options)


@router.post("/session/passkey/answer")
def sign_in(request: Request, response: Response, door: TheDoor, ask: shapes.PasskeyAnswer) -> shapes.Me:
    """Signs in with the answer of a passkey to the challenge of this id."""
    entered = door.passkeys.sign_in(
        ask.id, ask.credential.model_dump(), address=address(request), agent=agent(request), before=secret_of(request)
    )
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)


@router.post("/account/passkeys")
def begin_enrol(request: Request, door: TheDoor, who: TheWho, ask: shapes.AgainAsk) -> shapes.PasskeyAsked:
    """A challenge for a new passkey of one's own."""
    own(who)
    id, options = door.passkeys.begin_enrol(
        who, typed(ask.password), origin=origin(request), address=address(request)
    )  # fmt: skip
    return shapes.PasskeyAsked(id=id, options=options)


@router.post("/account/passkeys/confirm")
def confirm(request: Request, response: Response, door: TheDoor, who: TheWho, ask: shapes.PasskeyNew) -> shapes.Me:
    """Keeps a new passkey. Every session of this person ends, and a new one begins here."""
    own(who)
    entered = door.passkeys.confirm_enrol(
        who, ask.id, ask.credential.model_dump(), ask.label, address=address(request), agent=agent(request)
    )
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)


@router.post("/account/passkeys/{id}/name", status_code=204)
def rename(door: TheDoor, who: TheWho, id: str, ask: shapes.PasskeyLabel) -> None:
    """Another name for one of one's own passkeys."""
    own(who)
    door.passkeys.rename(who, id, ask.label)


@router.post("/account/passkeys/{id}/remove", status_code=204)
def remove(request: Request, door: TheDoor, who: TheWho, id: str, ask: shapes.AgainAsk) -> None:
    """Removes one of one's own passkeys."""
    own(who)
    door.passkeys.remove(who, id, typed(ask.password), address=address(request))
