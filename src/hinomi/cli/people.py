"""`people add|list|role|disable|reset`, `token make|list|revoke`, `tls make`."""

from __future__ import annotations

import getpass
import sys

from hinomi.cli.out import put_json, put_table, say, t, when
from hinomi.home import Home
from hinomi.people import Door, passwords
from hinomi.privacy.secret import Secret
from hinomi.texts import Problem


def add(name: str, role: str, shown: str, *, by: str, given: bool) -> None:
    made = Door(Home()).add(name, role, by=by, shown=shown, password=_password(given))
    say(t("cli.person_added", name=name, role=role))
    _tell(made)


def listing(*, json: bool) -> None:
    home = Home()
    people = Door(home).people()
    if json:
        put_json(
            [
                {
                    "name": one.name,
                    "shown": one.shown,
                    "role": one.role,
                    "second_factor": one.second_factor,
                    "disabled": one.disabled,
                    "by": one.by,
                    "at": one.at,
                }
                for one in people
            ]
        )
        return
    put_table(
        [t(f"head.{name}") for name in ("name", "shown", "role", "second_factor", "shut_out", "said_by", "at")],
        (
            (
                one.name,
                one.shown,
                one.role,
                _mark(one.second_factor),
                _mark(one.disabled),
                one.by,
                when(one.at, home.settings.time_zone),
            )
            for one in people
        ),
    )


def set_role(name: str, role: str, *, by: str) -> None:
    Door(Home()).set_role(name, role, by=by)
    say(t("cli.person_changed", name=name))


def disable(name: str, *, undo: bool, by: str) -> None:
    Door(Home()).set_disabled(name, not undo, by=by)
    say(t("cli.person_changed", name=name))


def reset(name: str, *, by: str, given: bool) -> None:
    made = Door(Home()).reset(name, by=by, password=_password(given))
    say(t("cli.person_changed", name=name))
    _tell(made)


def make_token(person: str, label: str, scope: list[str], days: int, *, by: str) -> None:
    token, word = Door(Home()).make_token(person, label, scope, days, by=by)
    say(t("cli.token_made", id=token.id))
    say(word.reveal().decode())


def tokens(*, json: bool) -> None:
    home = Home()
    found = Door(home).tokens()
    if json:
        put_json(
            [
                {
                    "id": one.id,
                    "person": one.person,
                    "label": one.label,
                    "scope": one.scope.split(),
                    "until": one.until,
                    "revoked": one.revoked,
                }
                for one in found
            ]
        )
        return
    zone = home.settings.time_zone
    put_table(
        [t(f"head.{name}") for name in ("id", "name", "label", "scope", "until", "revoked")],
        ((one.id, one.person, one.label, one.scope, when(one.until, zone), _mark(one.revoked)) for one in found),
    )


def revoke(id: str, *, by: str) -> None:
    Door(Home()).revoke_token(id, by=by)
    say(t("cli.token_revoked", id=id))


def make_certificate(names: list[str], days: int) -> None:
    from hinomi.people import tls

    pair = tls.place(Home().path)
    wanted = list(dict.fromkeys([*tls.own_names(), *(name.lower() for name in names)]))
    fingerprint = tls.make(pair, wanted, days)
    say(t("cli.tls_made", path=pair.certificate, names=" ".join(wanted)))
    say(t("cli.tls_fingerprint", fingerprint=fingerprint))


def _password(given: bool) -> Secret | None:
    """From standard input, from the keyboard, or None: one is made."""
    if given:
        return passwords.read(sys.stdin.readline().rstrip("\r\n"))
    if not sys.stdin.isatty():
        return None
    typed = getpass.getpass(t("cli.ask_password") + ": ")
    if typed and getpass.getpass(t("cli.ask_password_again") + ": ") != typed:
        raise Problem("people.password_differs")
    return passwords.read(typed) if typed else None


def _tell(made: str) -> None:
    if made:
        say(t("cli.first_password", password=made))


def _mark(yes: bool) -> str:
    return "●" if yes else ""
