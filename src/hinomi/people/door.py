"""The door: signing in and out, sessions and tokens. Every passing is in the audit chain."""

from __future__ import annotations

import logging
import re
import secrets
import threading
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from hinomi.people import passwords, second
from hinomi.people.roles import ROLES, TOKEN_RIGHTS, Right, Who
from hinomi.people.tries import digest, keys_of
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock
from hinomi.store.state.people import People, Person, Session, Token, Wait
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home
    from hinomi.people.oidc import Oidc
    from hinomi.people.passkeys import Passkeys

_log = logging.getLogger("hinomi.people")
_S = 1_000_000_000
IDLE_S = 30 * 60  # a session that nobody used so long ends
SESSION_S = 12 * 3600  # a session ends then in any case: one long shift
SEEN_EVERY_S = 60  # how exactly the last use is kept
FRESH_S = 5 * 60  # so long a sign-in without a password of our own counts as proof for what matters
TOKEN_DAYS_MAX = 366
# Wrong tries before waiting begins: a name is one person, an address may be a whole ward behind one proxy.
TRIES = {"name": 5, "address": 20}
WAIT_FIRST_S = 30
WAIT_MAX_S = 3600
FORGIVEN_AFTER_S = 24 * 3600  # after so long without a wrong try the counting begins anew
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_TOKEN = "hinomi_"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody signed in: the secret for the cookie, and who it is."""

    secret: Secret
    who: Who


class Door:
    """Cheap to make; all it knows stands in the home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seal = second.Seal(home.path / "keys" / "people.key")
        self._kept = False  # once there is a person, there always is one
        self._noting: set[str] = set()

    @cached_property
    def passkeys(self) -> Passkeys:
        from hinomi.people.passkeys import Passkeys

        return Passkeys(self._home, self)

    @cached_property
    def oidc(self) -> Oidc:
        from hinomi.people.oidc import Oidc

        return Oidc(self._home, self)

    @property
    def _rows(self) -> People:
        return self._home.state.people

    def guarded(self) -> bool:
        """Whether anybody has to sign in: since the first person exists."""
        self._kept = self._kept or self._rows.any()
        return self._kept

    def administered(self) -> bool:
        return any(one.role == "administrator" and not one.disabled for one in self._rows.all())

    # --- signing in and out

    def sign_in(
        self, name: str, password: Secret, code: str = "", *, address: str, agent: str, before: Secret | None = None
    ) -> Entered:
        """A new session; the one of `before` ends.

        Raises:
            Problem: wrong, waiting, or `people.code_needed`.
        """
        person = self.proven(name, password, address=address)
        if person.second_factor and not code.strip():
            kinds = (bool(person.totp), person.passkeys > 0)
            raise Problem({(True, True): "people.second_wanted", (False, True): "people.passkey_needed"}.get(
                kinds, "people.code_needed"))  # fmt: skip
        if person.second_factor and not (person.totp and self._code_fits(person, person.totp, code)):
            self.wrong(person.name, keys_of(person.name, address), address, "code")
            raise Problem("people.wrong_code")
        if passwords.outdated(person.password):
            self._rows.change(person.name, "", person.name, {}, password=passwords.hashed(password))
        return self.enter(person, address, agent, before, "session.sign_in", how="code" if person.totp else "password")

    def proven(self, name: str, password: Secret, *, address: str) -> Person:
        """The person of this name and password; a second factor may still be wanted.

        Raises:
            Problem: wrong, or waiting.
        """
        name = name.strip().lower()
        keys = keys_of(name, address)
        self.waited(keys)
        person = self._rows.one(name) if _NAME.fullmatch(name) else None
        right = passwords.fits(person.password if person else "", password)
        self.waited(keys)  # others guessed while this one was being worked out
        if person is None or not right or person.disabled:
            self.wrong(name if person else "", keys, address, "password")
            raise Problem("people.wrong")
        return person

    def enter(
        self, person: Person, address: str, agent: str, before: Secret | None, act: str, *, how: str = ""
    ) -> Entered:
        """Opens a session for a person who proved to be that person; what they got wrong before is forgiven."""
        self._rows.forget_wait(keys_of(person.name, address)["name"])
        secret, now = Secret(secrets.token_urlsafe(32).encode()), clock.now_ns()
        session = Session(
            secrets.token_hex(6), digest(secret.reveal()), person.name, now, now, now + SESSION_S * _S,
            address[:64], agent[:200],
        )  # fmt: skip
        self._rows.open_session(session, digest(before.reveal()) if before else "")
        detail = {"session": session.id, "address": session.address} | ({"how": how} if how else {})
        self._home.state.audit(person.name, act, person.name, detail)
        return Entered(secret, _who(person, session=session.id))

    def waited(self, keys: dict[str, str]) -> None:
        """Raises Problem while one of the keys has to wait."""
        now = clock.now_ns()
        until = max(self._rows.wait(key).until for key in keys.values())
        if until > now:
            raise Problem("people.wait", seconds=(until - now) // _S + 1)

    def wrong(self, name: str, keys: dict[str, str], address: str, what: str) -> None:
        """Counts a wrong try against each key, and tells it."""
        now = clock.now_ns()
        for kind, key in keys.items():
            self._rows.count_failure(key, partial(_longer, now, TRIES[kind]))
        # A name that nobody has may be a password typed into the wrong field: it is not kept.
        self._home.state.audit(name or "?", "session.refused", name or "?", {"address": address[:64], "wrong": what})

    def _code_fits(self, person: Person, sealed: str, code: str) -> bool:
        step = second.step_of(self._seal.open(sealed, person.name), code, clock.now_ns())
        return step is not None and self._rows.use_step(person.name, step)

    def sign_out(self, who: Who) -> None:
        self._rows.end_session(who.session, who.name, who.name, "session.sign_out")

    def who(self, secret: Secret, *, used: bool = True) -> Who | None:
        """The person of a session that has not ended. `used` says that a person, not a clock, asked."""
        found = self._rows.session(digest(secret.reveal()))
        if found is None:
            return None
        session, person = found
        now = clock.now_ns()
        if person.disabled or now >= session.until or now - session.seen >= IDLE_S * _S:
            return None
        if used and now - session.seen >= SEEN_EVERY_S * _S:
            self._saw(session.id, now)
        return _who(person, session=session.id)

    def _saw(self, id: str, now: int) -> None:
        """Notes the use of a session beside the question: a long write of the pipeline must not hold up a page."""
        if id in self._noting:
            return
        self._noting.add(id)

        def note() -> None:
            try:
                self._rows.saw(id, now)
            except Exception:
                _log.exception("the use of a session could not be noted")
            finally:
                self._noting.discard(id)

        threading.Thread(target=note, daemon=True, name="session-seen").start()

    def sessions(self, who: Who) -> list[Session]:
        """One's own sessions that have not ended."""
        now = clock.now_ns()
        return [one for one in self._rows.sessions(who.name) if now < one.until and now - one.seen < IDLE_S * _S]

    def end_session(self, who: Who, id: str) -> None:
        if not self._rows.end_session(id, who.name, who.name, "session.end"):
            raise Problem("people.session_unknown", id=id)

    # --- tokens

    def bearer(self, word: str) -> Who | None:
        """The person behind a token in force, with the rights that both have."""
        found = self._rows.token(digest(word.encode())) if word.startswith(_TOKEN) else None
        if found is None:
            return None
        token, person = found
        now = clock.now_ns()
        if token.revoked or now >= token.until or person.disabled:
            return None
        day = now // _S // _DAY
        if token.used_day != day:
            self._rows.first_use(token, day)
        rights = _who(person).rights & TOKEN_RIGHTS & {Right(right) for right in token.scope.split()}
        return Who(person.name, person.shown, person.role, rights, token=token.id)

    def make_token(self, name: str, label: str, scope: list[str], days: int, *, by: str) -> tuple[Token, Secret]:
        """A token; its word is told once.

        Raises:
            Problem: scope that a token cannot have, or an end too far away.
        """
        person = self.person(name)
        if not scope or not set(scope) <= {str(right) for right in TOKEN_RIGHTS & ROLES[person.role]}:
            known = ", ".join(sorted(TOKEN_RIGHTS & ROLES[person.role]))
            raise Problem("people.bad_scope", known=known)
        if not 1 <= days <= TOKEN_DAYS_MAX:
            raise Problem("people.bad_days", most=TOKEN_DAYS_MAX)
        word, now = Secret(f"{_TOKEN}{secrets.token_urlsafe(32)}".encode()), clock.now_ns()
        token = Token(
            secrets.token_hex(6), digest(word.reveal()), person.name, label.strip()[:80],
            " ".join(sorted(set(scope))), now, now + days * _DAY * _S, 0, False,
        )  # fmt: skip
        self._rows.add_token(token, by)
        return token, word

    def tokens(self, name: str = "") -> list[Token]:
        return self._rows.tokens(name)

    def revoke_token(self, id: str, *, by: str, name: str = "") -> None:
        """Ends a token; with `name` only when it is that person's."""
        self._rows.revoke_token(id, by, name)

    # --- people

    def people(self) -> list[Person]:
        return self._rows.all()

    def person(self, name: str) -> Person:
        found = self._rows.one(name)
        if found is None:
            raise Problem("people.unknown", name=name)
        return found

    def add(self, name: str, role: str, *, by: str, shown: str = "", password: Secret | None = None) -> str:
        """A new person. Without a password one is made and returned, to be told once and changed at first sign-in.

        Raises:
            Problem: name, role or password will not do, or the first person is no administrator.
        """
        name = name.strip().lower()
        if not _NAME.fullmatch(name) or name == "operator":
            raise Problem("people.bad_name")
        _role(role)
        made = "" if password else passwords.make()
        secret = password or passwords.read(made)
        short = passwords.check_rule(secret, name=name)
        self._rows.add(
            Person(
                name, shown.strip()[:80] or name, role, passwords.hashed(secret), short, bool(made), "", "", 0, False,
                by, clock.now_ns(),
            )
        )  # fmt: skip
        return made

    def set_role(self, name: str, role: str, *, by: str) -> None:
        _role(role)
        before = self.person(name).role
        self._rows.change(name, "people.role", by, {"before": before, "after": role}, role=role)

    def set_disabled(self, name: str, disabled: bool, *, by: str) -> None:
        """Shuts a person out, or lets them in again; all their sessions end."""
        act = "people.disable" if disabled else "people.enable"
        self._rows.change(name, act, by, {}, disabled=disabled)
        self._rows.end_sessions(name)

    def reset(self, name: str, *, by: str, password: Secret | None = None) -> str:
        """A new first password, no second factor, no sessions, no waiting. Returns the password that was made."""
        made = "" if password else passwords.make()
        secret = password or passwords.read(made)
        short = passwords.check_rule(secret, name=name)
        self._home.state.passkeys.remove_all(name)
        self._rows.change(
            name, "people.reset", by, {}, password=passwords.hashed(secret), short=short, first=bool(made), totp="",
            totp_new="",
        )  # fmt: skip
        self._rows.end_sessions(name)
        self._rows.forget_wait(keys_of(name, "")["name"])
        return made

    # --- one's own account; each asks for the password again

    def change_password(self, who: Who, old: Secret, new: Secret, *, address: str, agent: str) -> Entered:
        """All one's sessions end; a new one begins."""
        person = self.again(who, old, address)
        short = passwords.check_rule(new, name=who.name)
        if passwords.fits(person.password, new):
            raise Problem("people.password_same")
        kept = passwords.hashed(new)
        person = self._rows.change(who.name, "account.password", who.name, {}, password=kept, short=short, first=False)
        self._rows.end_sessions(who.name)
        return self.enter(person, address, agent, None, "session.renew")

    def begin_second_factor(self, who: Who, password: Secret, *, address: str) -> tuple[Secret, str]:
        """A key for the phone, and the address that its QR code says; counts once a code of it was given."""
        self.again(who, password, address)
        key = second.make()
        self._rows.change(who.name, "", who.name, {}, totp_new=self._seal.seal(key, who.name))
        issuer = "Hinomi " + (self._home.settings.site_name or self._home.site)
        return key, second.address(key, who.name, issuer)

    def confirm_second_factor(self, who: Who, code: str, *, address: str, agent: str) -> Entered:
        person = self.person(who.name)
        if not person.totp_new or not self._code_fits(person, person.totp_new, code):
            raise Problem("people.wrong_code")
        values = {"totp": person.totp_new, "totp_new": ""}
        person = self._rows.change(who.name, "account.second_factor", who.name, {"on": True}, **values)
        self._rows.end_sessions(who.name)
        return self.enter(person, address, agent, None, "session.renew")

    def end_second_factor(self, who: Who, password: Secret, *, address: str) -> None:
        person = self.again(who, password, address)
        if person.short and not person.passkeys:
            raise Problem("people.second_needed", alone=passwords.ALONE_MIN)
        self._rows.change(who.name, "account.second_factor", who.name, {"on": False}, totp="", totp_new="")

    def ask_again(self, who: Who, password: Secret, *, address: str) -> None:
        """Raises Problem unless this is the person's password."""
        self.again(who, password, address)

    def again(self, who: Who, password: Secret, address: str) -> Person:
        """The password once more: a screen left alone must not give the account away."""
        keys = {"name": keys_of(who.name, address)["name"]}
        self.waited(keys)
        person = self.person(who.name)
        if not person.password:  # of the hospital's sign-in service: having come from there just now is the proof
            mine = next((one for one in self._rows.sessions(who.name) if one.id == who.session), None)
            if mine is None or clock.now_ns() - mine.at > FRESH_S * _S:
                raise Problem("people.sign_in_anew")
            return person
        if not passwords.fits(person.password, password):
            self.wrong(who.name, keys, address, "password again")
            raise Problem("people.wrong_again")
        return person


def _who(person: Person, *, session: str = "") -> Who:
    needs = {"password": person.first, "second_factor": person.short and not person.second_factor}
    todo = tuple(name for name, needed in needs.items() if needed)
    rights = frozenset({Right.OWN}) if todo else ROLES[person.role]
    return Who(person.name, person.shown, person.role, rights, session, "", todo, person.second_factor)


def _role(role: str) -> None:
    if role not in ROLES:
        raise Problem("people.bad_role", known=", ".join(ROLES))


def _longer(now: int, most: int, wait: Wait) -> Wait:
    """After some wrong tries each further one doubles the time to wait."""
    failures = 1 if now - wait.at > FORGIVEN_AFTER_S * _S else wait.failures + 1
    over = failures - most
    seconds = 0 if over < 0 else min(WAIT_MAX_S, WAIT_FIRST_S << min(over, 16))
    return Wait(failures, now, now + seconds * _S)
