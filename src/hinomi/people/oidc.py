"""Signing in with the hospital's own accounts (OpenID Connect): off until `oidc_issuer` stands in the settings.

Authorization code with PKCE, state, nonce; the one issuer of the settings and no other. What a person
may do follows from a claim (`oidc_roles`), anew at each sign-in; without a role nobody comes in.
Nothing is asked of the network before a person presses the button.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from hinomi.people.pending import Pending
from hinomi.people.roles import ROLES
from hinomi.people.tries import address_only
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock
from hinomi.store.state.people import Identity, Person
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.people.door import Door, Entered

_log = logging.getLogger("hinomi.people")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
TIMEOUT_S = 10
ANSWER_BYTES_MAX = 1_000_000
KNOWN_S = 3600  # so long the issuer's own description counts
KEYS_EVERY_S = 30  # its keys are asked for again at most so often
LEEWAY_S = 60
CALLBACK = "/signed-in"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Config:
    """What the settings say; `issuer` "" is off."""

    issuer: str
    client: str
    secret: Secret | None
    claim: str
    roles: tuple[tuple[str, str], ...]  # value of the claim, role
    name: str

    def role(self, claims: dict[str, Any]) -> str:
        """The role with the most rights among those that the claim's values mean; "" when none."""
        said: Any = claims
        for part in self.claim.split("."):
            said = said.get(part) if isinstance(said, dict) else None
        values = {said} if isinstance(said, str) else {one for one in said or () if isinstance(one, str)}
        found = [role for value, role in self.roles if value in values]
        return max(found, key=lambda role: len(ROLES[role]), default="")


def config(home: Home) -> Config:
    """Raises Problem when what the settings say cannot work."""
    told = home.settings
    roles = []
    for pair in told.oidc_roles.split(";"):
        value, sign, role = (part.strip() for part in pair.rpartition("="))
        if not sign and not role:
            continue
        if not value or role not in ROLES:
            raise Problem("oidc.bad_roles", known=", ".join(ROLES))
        roles.append((value, role))
    parts = urlsplit(told.oidc_issuer)
    if told.oidc_issuer and (
        not told.oidc_client or not roles or not parts.hostname
        or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL))
    ):  # fmt: skip
        raise Problem("oidc.bad_settings")
    path = home.path / "keys" / "oidc.secret"
    secret = None
    if path.exists():
        if path.stat().st_mode & 0o077:
            raise Problem("home.key_open", path=path)
        secret = Secret(path.read_bytes().strip())
    return Config(told.oidc_issuer, told.oidc_client, secret, told.oidc_role_claim, tuple(roles), told.oidc_name)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to the issuer and back; it belongs to the browser that holds its id."""

    state: str
    nonce: str
    verifier: str
    back: str


class Oidc:
    """The part of the door that knows the hospital's own sign-in."""

    def __init__(self, home: Home, door: Door) -> None:
        self._home = home
        self._door = door
        self.pending: Pending[_Way] = Pending()
        self._lock = threading.Lock()
        self._described: tuple[float, dict[str, Any]] = (0.0, {})
        self._keys: tuple[float, KeySet | None] = (0.0, None)

    def offered(self) -> bool:
        return bool(self._home.settings.oidc_issuer)

    @property
    def name(self) -> str:
        """What people call it."""
        return self._home.settings.oidc_name

    def begin(self, *, origin: str, address: str) -> tuple[Secret, str]:
        """The browser's own secret for this way, and the address to send it to."""
        told = self._config()
        meta = self._meta(told)
        way = _Way(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), origin + CALLBACK
        )  # fmt: skip
        with self._client(told, way) as client:
            url, _ = client.create_authorization_url(
                meta["authorization_endpoint"], state=way.state, nonce=way.nonce, code_verifier=way.verifier
            )
        return Secret(self.pending.keep(way, address).encode()), str(url)

    def answer(
        self, secret: Secret | None, *, state: str, code: str, issuer: str, address: str, agent: str,
        before: Secret | None,
    ) -> Entered:  # fmt: skip
        """A new session for the person whom the issuer names.

        Raises:
            Problem: not this browser's way, not this issuer, no role, shut out, or the issuer does not answer.
        """
        keys = address_only(address)
        self._door.waited(keys)
        told = self._config()
        way = self.pending.take(secret.reveal().decode()) if secret else None
        if way is None or not hmac.compare_digest(way.state.encode(), state.encode()):
            raise Problem("oidc.over")
        try:
            claims = self._claims(told, way, code, issuer)
        except Problem:
            raise
        except httpx.HTTPError as error:
            raise Problem("oidc.silent", reason=type(error).__name__) from None
        except Exception as error:  # whatever the libraries say of a false token
            _log.warning("what the sign-in service sent was refused: %s", type(error).__name__)
            self._door.wrong("", keys, address, "sign-in service")
            raise Problem("oidc.refused") from None
        person = self._person(told, claims, keys, address)
        return self._door.enter(person, address, agent, before, "session.sign_in", how="sign-in service")

    def _claims(self, told: Config, way: _Way, code: str, issuer: str) -> dict[str, Any]:
        meta = self._meta(told)
        if (issuer or meta.get("authorization_response_iss_parameter_supported")) and issuer != told.issuer:
            raise ValueError("issuer of the answer")
        with self._client(told, way) as client:
            token = client.fetch_token(
                meta["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=way.verifier
            )
            signed = self._decoded(told, str(token["id_token"]))
            claims = CodeIDToken(
                signed.claims, signed.header,
                options={"iss": {"essential": True, "value": told.issuer},
                         "aud": {"essential": True, "value": told.client}},
                params={"nonce": way.nonce, "client_id": told.client, "access_token": token.get("access_token")},
            )  # fmt: skip
            claims.validate(leeway=LEEWAY_S)
            found = dict(claims)
            if not 0 < len(str(found["sub"])) <= 255:
                raise ValueError("subject")
            if not told.role(found) and meta.get("userinfo_endpoint"):
                more = _json(client.get(meta["userinfo_endpoint"]))
                if more.get("sub") != found["sub"]:
                    raise ValueError("another person's userinfo")
                found = more | found
        return found

    def _decoded(self, told: Config, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._keyset(told), algorithms=ALGORITHMS)
        except Exception:
            # The issuer may have a new key since we asked.
            if not self._keyset_again(told):
                raise
            return jwt.decode(token, self._keyset(told), algorithms=ALGORITHMS)

    def _person(self, told: Config, claims: dict[str, Any], keys: dict[str, str], address: str) -> Person:
        """The person of this identity, with today's role; made at the first sign-in."""
        role, rows, sub = told.role(claims), self._home.state.people, str(claims["sub"])
        name = rows.identity(told.issuer, sub)
        person = rows.one(name) if name else None
        if not role or (person is not None and person.disabled):
            self._door.wrong(name, keys, address, "no role" if not role else "shut out")
            raise Problem("oidc.no_role")
        if person is None:
            name = _name(claims)
            if rows.one(name) is not None:
                self._door.wrong(name, keys, address, "name of another")
                raise Problem("oidc.name_there", name=name)
            shown = " ".join(str(claims.get("name") or "").split())[:80] or name
            made = Person(name, shown, role, "", False, False, "", "", 0, False, "oidc", clock.now_ns())
            rows.add(made, Identity(told.issuer, sub, name, clock.now_ns()))
            return made
        if person.role != role:
            detail: dict[str, object] = {"before": person.role, "after": role}
            return rows.change(person.name, "people.role", "oidc", detail, role=role)
        return person

    # --- the issuer

    def _config(self) -> Config:
        told = config(self._home)
        if not told.issuer:
            raise Problem("oidc.off")
        return told

    def _client(self, told: Config, way: _Way | None = None) -> OAuth2Client:
        return OAuth2Client(
            client_id=told.client,
            client_secret=told.secret.reveal().decode() if told.secret else None,
            token_endpoint_auth_method="client_secret_basic" if told.secret else "none",
            scope="openid profile" + (f" {told.claim}" if told.claim.isidentifier() else ""),
            redirect_uri=way.back if way else None,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            follow_redirects=False,
        )

    def _meta(self, told: Config) -> dict[str, Any]:
        """What the issuer says of itself; it must name itself as the settings do."""
        with self._lock:
            at, known = self._described
            if known.get("issuer") == told.issuer and time.monotonic() - at < KNOWN_S:
                return known
            found = self._asked(told.issuer.rstrip("/") + "/.well-known/openid-configuration")
            places = [found.get(f"{what}_endpoint") for what in ("authorization", "token")] + [found.get("jwks_uri")]
            if found.get("issuer") != told.issuer or not all(_safe(place, told.issuer) for place in places):
                raise Problem("oidc.other_issuer", issuer=told.issuer)
            self._described = (time.monotonic(), found)
            self._keys = (0.0, None)
            return found

    def _keyset(self, told: Config) -> KeySet:
        keys = self._keys[1]
        if keys is None:
            keys = KeySet.import_key_set(self._asked(self._meta(told)["jwks_uri"]))  # type: ignore[arg-type]
            self._keys = (time.monotonic(), keys)
        return keys

    def _keyset_again(self, told: Config) -> bool:
        with self._lock:
            if time.monotonic() - self._keys[0] < KEYS_EVERY_S:
                return False
            self._keys = (0.0, None)
        self._keyset(told)
        return True

    def _asked(self, url: str) -> dict[str, Any]:
        try:
            with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
                return _json(client.get(url))
        except (httpx.HTTPError, ValueError) as error:
            raise Problem("oidc.silent", reason=type(error).__name__) from None


def _json(answer: httpx.Response) -> dict[str, Any]:
    answer.raise_for_status()
    if len(answer.content) > ANSWER_BYTES_MAX:
        raise ValueError("too long")
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _safe(place: object, issuer: str) -> bool:
    """An https address, or one on this machine for an issuer on this machine."""
    if not isinstance(place, str):
        return False
    parts = urlsplit(place)
    local = parts.hostname in _LOCAL and urlsplit(issuer).hostname in _LOCAL
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def _name(claims: dict[str, Any]) -> str:
    """A name for the audit chain, from what the issuer calls the person."""
    said = str(claims.get("preferred_username") or claims.get("email") or claims["sub"]).lower()
    name = re.sub(r"[^a-z0-9._-]+", "-", said.split("@")[0]).strip("-._")[:32]
    if len(name) < 2 or name == "operator":
        name = f"user-{secrets.token_hex(4)}"
    return name
