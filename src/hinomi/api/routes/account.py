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
from hinomi.store.state.people import Token

router = APIRouter(prefix="/api", tags=["account"])


@router.get("/session")
def me(request: Request, door: TheDoor) -> shapes.Me:
    """Who asks. Answered to everybody, so that the page knows whether to show the sign-in."""
    return _me(request.state.who, guarded=door.guarded())


@router.post("/session")
def sign_in(request: Request, response: Response, door: TheDoor, ask: shapes.SignInAsk) -> shapes.Me:
    """Signs in with name and password, and the code of the second factor where there is one."""
    if not door.guarded():
        raise problems.RefusedError("api.nobody_yet", 409)
    entered = door.sign_in(
        ask.name, _typed(ask.password), ask.code, address=_address(request), agent=_agent(request),
        before=secret_of(request),
    )  # fmt: skip
    set_cookie(response.headers, request.scope, entered.secret)
    return _me(entered.who, guarded=True)


@router.post("/session/end", status_code=204)
def sign_out(request: Request, response: Response, door: TheDoor, who: TheWho) -> None:
    """Ends this session."""
    _own(who)
    door.sign_out(who)
    set_cookie(response.headers, request.scope, None)
    response.headers["Clear-Site-Data"] = '"cache"'


@router.get("/account")
def account(door: TheDoor, who: TheWho) -> shapes.Account:
    """One's own sessions and tokens."""
    sessions = [] if who is OPERATOR else door.sessions(who)
    return shapes.Account(
        sessions=[
            shapes.Session(
                id=one.id, at=one.at, seen=one.seen, until=one.until, address=one.address, agent=one.agent,
                here=one.id == who.session,
            )
            for one in sessions
        ],
        tokens=[] if who is OPERATOR else [token_shape(one) for one in door.tokens(who.name)],
        scopes=sorted(TOKEN_RIGHTS & who.rights),
    )  # fmt: skip


@router.post("/account/sessions/{id}/end", status_code=204)
def end_session(door: TheDoor, who: TheWho, id: str) -> None:
    """Ends one of one's own sessions."""
    _own(who)
    door.end_session(who, id)


@router.post("/account/password")
def change_password(
    request: Request, response: Response, door: TheDoor, who: TheWho, ask: shapes.PasswordAsk
) -> shapes.Me:
    """A new password. Every session of this person ends, and a new one begins here."""
    _own(who)
    entered = door.change_password(
        who, _typed(ask.old), _typed(ask.new), address=_address(request), agent=_agent(request)
    )
    set_cookie(response.headers, request.scope, entered.secret)
    return _me(entered.who, guarded=True)


@router.post("/account/second-factor")
def begin(request: Request, door: TheDoor, who: TheWho, ask: shapes.AgainAsk) -> shapes.SecondFactor:
    """A key for the phone. It counts once a code of it was given."""
    _own(who)
    key, said = door.begin_second_factor(who, _typed(ask.password), address=_address(request))
    picture = segno.make(said, micro=False).svg_data_uri(scale=5, border=4)
    return shapes.SecondFactor(key=key.reveal().decode(), picture=picture)


@router.post("/account/second-factor/confirm")
def confirm(request: Request, response: Response, door: TheDoor, who: TheWho, ask: shapes.CodeAsk) -> shapes.Me:
    """The first code of the phone: from now on it is asked for at sign-in."""
    _own(who)
    entered = door.confirm_second_factor(who, ask.code, address=_address(request), agent=_agent(request))
    set_cookie(response.headers, request.scope, entered.secret)
    return _me(entered.who, guarded=True)


@router.post("/account/second-factor/end", status_code=204)
def end_second(request: Request, door: TheDoor, who: TheWho, ask: shapes.AgainAsk) -> None:
    """No second factor any more; only with a long password."""
    _own(who)
    door.end_second_factor(who, _typed(ask.password), address=_address(request))


@router.post("/account/tokens")
def make_token(request: Request, door: TheDoor, who: TheWho, ask: shapes.TokenAsk) -> shapes.TokenMade:
    """A token for a program: some of one's own rights, until a day."""
    _own(who)
    door.ask_again(who, _typed(ask.password), address=_address(request))
    token, word = door.make_token(who.name, ask.label, ask.scope, ask.days, by=who.name)
    return shapes.TokenMade(token=token_shape(token), word=word.reveal().decode())


@router.post("/account/tokens/{id}/revoke", status_code=204)
def revoke_token(door: TheDoor, who: TheWho, id: str) -> None:
    """Ends one of one's own tokens."""
    _own(who)
    door.revoke_token(id, by=who.name, name=who.name)


def token_shape(token: Token) -> shapes.Token:
    return shapes.Token(
        id=token.id, person=token.person, label=token.label, scope=token.scope.split(), at=token.at,
        until=token.until, revoked=token.revoked, over=token.until <= clock.now_ns(),
    )  # fmt: skip


def _me(who: Who | None, *, guarded: bool) -> shapes.Me:
    if who is None:
        return shapes.Me(guarded=guarded, signed_in=False)
    return shapes.Me(
        guarded=guarded, signed_in=True, name=who.name, shown=who.shown, role=who.role, rights=sorted(who.rights),
        todo=[word for word in ("password", "second_factor") if word in who.todo], second_factor=who.second_factor,
    )  # fmt: skip


def _own(who: Who) -> None:
    """The operator of this machine has no account."""
    if not who.session:
        raise problems.RefusedError("api.nobody_yet", 409)


def _typed(value: SecretStr) -> Secret:
    return passwords.read(value.get_secret_value())


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
