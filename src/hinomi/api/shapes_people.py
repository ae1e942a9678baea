"""Shapes of people and accounts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, SecretStr

Role = Literal["viewer", "clinical_engineer", "security_officer", "auditor", "administrator"]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Typed = Annotated[SecretStr, Field(min_length=1, max_length=400)]
Bytes = Annotated[str, Field(min_length=1, max_length=8_000)]
Waiting = Annotated[str, Field(min_length=1, max_length=64)]
Code = Annotated[str, Field(max_length=12)]


class Me(BaseModel):
    """Who asks, and what is open to them. Without sign-in (`guarded` false) it is the operator of this machine."""

    guarded: bool
    signed_in: bool
    name: str = ""
    shown: str = ""
    role: str = ""
    rights: list[str] = []
    todo: list[Literal["password", "second_factor"]] = []
    second_factor: bool = False
    passkeys: bool = Field(False, description="Passkeys work at the address by which this was asked")
    oidc: bool = Field(False, description="The hospital's own sign-in service can be used")
    oidc_name: str = ""


class SignInAsk(BaseModel):
    name: Name
    password: Typed
    code: Code = ""


class PasswordAsk(BaseModel):
    old: Typed
    new: Typed


class AgainAsk(BaseModel):
    """The password once more."""

    password: Typed


class CodeAsk(BaseModel):
    code: Code


class SecondFactor(BaseModel):
    """Shown once: the key for the phone, as letters and as a picture."""

    key: str
    picture: str = Field(description="QR code as an SVG data address")


class PasskeyBegin(BaseModel):
    """Nothing: a passkey shall be enough. Name and password: it shall be the second factor behind them."""

    name: Annotated[str, Field(max_length=64)] = ""
    password: Annotated[SecretStr, Field(max_length=400)] = SecretStr("")


class PasskeyAsked(BaseModel):
    """What the page hands to the browser, and the id under which the answer is awaited."""

    id: str
    options: dict[str, Any]


class PasskeyResponse(BaseModel):
    """Bytes are base64url, as the browser gives them."""

    clientDataJSON: Bytes  # noqa: N815
    attestationObject: Annotated[str, Field(max_length=40_000)] = ""  # noqa: N815
    authenticatorData: Annotated[str, Field(max_length=8_000)] = ""  # noqa: N815
    signature: Annotated[str, Field(max_length=8_000)] = ""
    userHandle: Annotated[str, Field(max_length=200)] | None = None  # noqa: N815
    transports: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=10)] = []


class PasskeyCredential(BaseModel):
    id: Annotated[str, Field(min_length=1, max_length=2_000)]
    rawId: Annotated[str, Field(min_length=1, max_length=2_000)]  # noqa: N815
    type: Literal["public-key"]
    response: PasskeyResponse


class PasskeyAnswer(BaseModel):
    id: Waiting
    credential: PasskeyCredential


class PasskeyNew(PasskeyAnswer):
    label: Annotated[str, Field(max_length=60)] = ""


class PasskeyLabel(BaseModel):
    label: Annotated[str, Field(min_length=1, max_length=60)]


class Passkey(BaseModel):
    id: str
    label: str
    place: str = Field(description="Name of Hinomi under which it works")
    alone: bool = Field(description="It checks its person, so that no password is needed")
    synced: bool
    at: int
    used: int = Field(description="0: never")


class Session(BaseModel):
    id: str
    at: int
    seen: int
    until: int
    address: str
    agent: str
    here: bool


class Token(BaseModel):
    id: str
    person: str
    label: str
    scope: list[str]
    at: int
    until: int
    revoked: bool
    over: bool


class TokenAsk(BaseModel):
    label: Annotated[str, Field(min_length=1, max_length=80)]
    scope: Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=10)]
    days: Annotated[int, Field(ge=1, le=366)]
    password: Typed


class TokenMade(BaseModel):
    """The word of the token; it is shown here and never again."""

    token: Token
    word: str


class Account(BaseModel):
    """One's own sessions, passkeys and tokens, and what a token may be for."""

    sessions: list[Session]
    passkeys: list[Passkey]
    tokens: list[Token]
    scopes: list[str]


class Person(BaseModel):
    name: str
    shown: str
    role: str
    second_factor: bool
    first_password: bool
    disabled: bool
    by: str
    at: int


class People(BaseModel):
    people: list[Person]
    roles: list[str]


class PersonAsk(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=32, pattern="^[a-z0-9][a-z0-9._-]+$")]
    shown: Annotated[str, Field(max_length=80)] = ""
    role: Role


class RoleAsk(BaseModel):
    role: Role


class FirstPassword(BaseModel):
    """A first password, to be told once; the person changes it at the first sign-in."""

    name: str
    password: str
