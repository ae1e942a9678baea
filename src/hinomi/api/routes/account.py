"""One's own account: signing in and out, password, second factor, sessions, tokens."""

from __future__ import annotations

import segno
from fastapi import APIRouter, Request, Response
from pydantic import SecretStr

from hinomi.api import problems
from hinomi.api import shapes_people as shapes
from hinomi.api.deps import TheDoor, TheWho
from hinomi.api.gate import secret_of, set_cookie
from hinomi.people import OPERATOR, Who, passwords
from hinomi.people.roles import TOKEN_RIGHTS
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock
from hinomi.store.state.passkeys import Passkey
from hinomi.store.state.people import Token

router = APIRouter(prefix="/api", tags=["account"])


@router.get("/session")
def me(request: Request, door: TheDoor) -> shapes.Me:
    """Who asks. Answered to everybody, so that the page knows whether to show the sign-in."""
    return told(request, door, request.state.who, guarded=door.guarded())


@router.post("/session")
def sign_in(request: Request, response: Response, door: TheDoor, ask: shapes.SignInAsk) -> shapes.Me:
    """Signs in with name and password, and the code of the second factor where there is one."""
    if not door.guarded():
        raise problems.RefusedError("api.nobody_yet", 409)
    entered = door.sign_in(
        ask.name, typed(ask.password), ask.code, address=address(request), agent=agent(request),
        before=secret_of(request),
    )  # fmt: skip
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)


@router.post("/session/end", status_code=204)
def sign_out(request: Request, response: Response, door: TheDoor, who: TheWho) -> None:
    """Ends this session."""
    own(who)
    door.sign_out(who)
    set_cookie(response.headers, request.scope, None)
    response.headers["Clear-Site-Data"] = '"cache"'


@router.get("/account")
def account(door: TheDoor, who: TheWho) -> shapes.Account:
    """One's own sessions, passkeys and tokens."""
    sessions = [] if who is OPERATOR else door.sessions(who)
    return shapes.Account(
        sessions=[
            shapes.Session(
                id=one.id, at=one.at, seen=one.seen, until=one.until, address=one.address, agent=one.agent,
                here=one.id == who.session,
            )
            for one in sessions
        ],
        passkeys=[] if who is OPERATOR else [passkey_shape(one) for one in door.passkeys.of(who.name)],
        tokens=[] if who is OPERATOR else [token_shape(one) for one in door.tokens(who.name)],
        scopes=sorted(TOKEN_RIGHTS & who.rights),
    )  # fmt: skip


@router.post("/account/sessions/{id}/end", status_code=204)
def end_session(door: TheDoor, who: TheWho, id: str) -> None:
    """Ends one of one's own sessions."""
    own(who)
    door.end_session(who, id)


@router.post("/account/password")
def change_password(
    request: Request, response: Response, door: TheDoor, who: TheWho, ask: shapes.PasswordAsk
) -> shapes.Me:
    """A new password. Every session of this person ends, and a new one begins here."""
    own(who)
    entered = door.change_password(who, typed(ask.old), typed(ask.new), address=address(request), agent=agent(request))
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)


@router.post("/account/second-factor")
def begin(request: Request, door: TheDoor, who: TheWho, ask: shapes.AgainAsk) -> shapes.SecondFactor:
    """A key for the phone. It counts once a code of it was given."""
    own(who)
    key, said = door.begin_second_factor(who, typed(ask.password), address=address(request))
    picture = segno.make(said, micro=False).svg_data_uri(scale=5, border=4)
    return shapes.SecondFactor(key=key.reveal().decode(), picture=picture)


@router.post("/account/second-factor/confirm")
def confirm(request: Request, response: Response, door: TheDoor, who: TheWho, ask: shapes.CodeAsk) -> shapes.Me:
    """The first code of the phone: from now on it is asked for at sign-in."""
    own(who)
    entered = door.confirm_second_factor(who, ask.code, address=address(request), agent=agent(request))
    set_cookie(response.headers, request.scope, entered.secret)
    return told(request, door, entered.who)


@router.post("/account/second-factor/end", status_code=204)
def end_second(request: Request, door: TheDoor, who: TheWho, ask: shapes.AgainAsk) -> None:
    """No second factor any more; only with a long password."""
    own(who)
    door.end_second_factor(who, typed(ask.password), address=address(request))


@router.post("/account/tokens")
def make_token(request: Request, door: TheDoor, who: TheWho, ask: shapes.TokenAsk) -> shapes.TokenMade:
    """A token for a program: some of one's own rights, until a day."""
    own(who)
    door.ask_again(who, typed(ask.password), address=address(request))
    token, word = door.make_token(who.name, ask.label, ask.scope, ask.days, by=who.name)
    return shapes.TokenMade(token=token_shape(token), word=word.reveal().decode())


@router.post("/account/tokens/{id}/revoke", status_code=204)
def revoke_token(door: TheDoor, who: TheWho, id: str) -> None:
    """Ends one of one's own tokens."""
    own(who)
    door.revoke_token(id, by=who.name, name=who.name)


def token_shape(token: Token) -> shapes.Token:
    return shapes.Token(
        id=token.id, person=token.person, label=token.label, scope=token.scope.split(), at=token.at,
        until=token.until, revoked=token.revoked, over=token.until <= clock.now_ns(),
    )  # fmt: skip


def told(request: Request, door: TheDoor, who: Who | None, *, guarded: bool = True) -> shapes.Me:
    """Who asks, as the page is told."""
    here = guarded and bool(door.passkeys.place(origin(request)))
    service = guarded and door.oidc.offered()
    if who is None:
        return shapes.Me(guarded=guarded, signed_in=False, passkeys=here, oidc=service, oidc_name=door.oidc.name)
    return shapes.Me(
        guarded=guarded, signed_in=True, name=who.name, shown=who.shown, role=who.role, rights=sorted(who.rights),
        todo=[word for word in ("password", "second_factor") if word in who.todo], second_factor=who.second_factor,
        passkeys=here, oidc=service, oidc_name=door.oidc.name,
    )  # fmt: skip


def passkey_shape(passkey: Passkey) -> shapes.Passkey:
    return shapes.Passkey(
        id=passkey.id, label=passkey.label, place=passkey.place, alone=passkey.checks, synced=passkey.synced,
        at=passkey.at, used=passkey.used,
    )  # fmt: skip


def own(who: Who) -> None:
    """The operator of this machine has no account."""
    if not who.session:
        raise problems.RefusedError("api.nobody_yet", 409)


def typed(value: SecretStr) -> Secret:
    return passwords.read(value.get_secret_value())


def origin(request: Request) -> str:
    """The address by which the page was opened; the guard knows its host."""
    return f"{request.url.scheme}://{request.headers.get('host', '').lower()}"


def address(request: Request) -> str:
    return request.client.host if request.client else ""


def agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
