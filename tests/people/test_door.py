"""Passwords, second factor, waits that are bounded, the certificate."""

from __future__ import annotations

import stat
from pathlib import Path

import pyotp
import pytest

from hinomi.home import Home
from hinomi.people import Door, Right, passwords, tls
from hinomi.privacy.secret import Secret
from hinomi.store.state import clock, people
from hinomi.texts import Problem

LONG = "kawa-no-nagare-7"
SHORT = "kawa7umi"
HERE = {"address": "127.0.0.1", "agent": "test"}


@pytest.fixture
def door(home: Home) -> Door:
    made = Door(home)
    made.add("first", "administrator", by="test", password=passwords.read(LONG))
    return made


@pytest.mark.parametrize(
    "password",
    ["", "short", "password", "Password123!", "hospital2026", "first-first-1", "aaaaaaaaaaaaaaaa", "12345678901234",
     "abcdefghijklmnop", "1qaz2wsx3edc", "hinomi-admin-2026"],
)  # fmt: skip
def test_what_is_tried_first_is_no_password(password: str) -> None:
    with pytest.raises(Problem, match="password"):
        passwords.check_rule(passwords.read(password), name="first")


@pytest.mark.parametrize(
    ("password", "needs_second"),
    [(LONG, False), (SHORT, True), ("さくら咲く春の川を渡って行く", False), ("correct horse battery staple", False)],
)
def test_thirteen_letters_stand_alone(password: str, needs_second: bool) -> None:
    assert passwords.check_rule(passwords.read(password), name="first") is needs_second


def test_the_password_is_kept_as_argon2id_only(home: Home, door: Door) -> None:
    kept = door.person("first")
    assert kept.password.startswith("$argon2id$")
    assert LONG not in repr(kept) and kept.password not in repr(kept)
    assert LONG.encode() not in (home.path / "state.db").read_bytes() + b"".join(
        path.read_bytes() for path in home.path.glob("state.db-*")
    )


def test_the_first_person_is_an_administrator(home: Home) -> None:
    with pytest.raises(Problem, match="administrator"):
        Door(home).add("sato", "viewer", by="test", password=passwords.read(LONG))
    assert not Door(home).guarded()


def test_a_short_password_opens_nothing_without_the_second_factor(
    home: Home, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [clock.now_ns()]
    monkeypatch.setattr(clock, "now_ns", lambda: moment[0])
    door.add("sato", "clinical_engineer", by="first", password=passwords.read(SHORT))
    entered = door.sign_in("sato", passwords.read(SHORT), **HERE)
    assert entered.who.todo == ("second_factor",)
    assert entered.who.rights == {"own"}
    key, said = door.begin_second_factor(entered.who, passwords.read(SHORT), address="")
    assert said.startswith("otpauth://totp/")
    assert key.reveal().decode() not in door.person("sato").totp_new  # sealed
    totp = pyotp.TOTP(key.reveal().decode())

    def code() -> str:
        return totp.at(moment[0] // 10**9)

    with pytest.raises(Problem, match="code"):
        door.confirm_second_factor(entered.who, "000000" if code() != "000000" else "111111", **HERE)
    renewed = door.confirm_second_factor(entered.who, code(), **HERE)
    assert renewed.who.todo == () and renewed.who.may(Right.CARE)
    assert door.who(entered.secret) is None  # the session before is over
    with pytest.raises(Problem, match="code"):
        door.sign_in("sato", passwords.read(SHORT), **HERE)
    with pytest.raises(Problem, match="wrong or was used"):
        door.sign_in("sato", passwords.read(SHORT), code(), **HERE)  # this code did its work
    moment[0] += 30 * 10**9
    assert door.sign_in("sato", passwords.read(SHORT), code(), **HERE).who.name == "sato"
    with pytest.raises(Problem, match="short password"):
        door.end_second_factor(renewed.who, passwords.read(SHORT), address="")
    assert stat.S_IMODE((home.path / "keys" / "people.key").stat().st_mode) == 0o600


def test_waits_are_bounded_and_what_is_forgotten_is_counted(
    home: Home, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "WAITS_MAX", 4)
    for n in range(6):
        with pytest.raises(Problem, match="wrong"):
            door.sign_in(f"nobody{n}", Secret(b"x"), address=f"192.0.2.{n}", agent="")
    counts = home.state.people.counts()
    assert counts["waits"] == 4
    assert counts["waits_forgotten"] == 8


def test_sessions_of_one_person_are_bounded(home: Home, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "SESSIONS_MAX", 3)
    entered = [door.sign_in("first", passwords.read(LONG), **HERE) for _ in range(5)]
    assert [door.who(one.secret) is not None for one in entered] == [False, False, True, True, True]
    assert entered[-1].secret.reveal() not in (home.path / "state.db").read_bytes()


def test_tokens_of_one_person_are_bounded(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "TOKENS_MAX", 2)
    made = [door.make_token("first", "x", ["look"], 1, by="first") for _ in range(2)]
    with pytest.raises(Problem, match="at most 2"):
        door.make_token("first", "x", ["look"], 1, by="first")
    door.revoke_token(made[0][0].id, by="first")
    door.make_token("first", "x", ["look"], 1, by="first")


def test_people_are_bounded(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PEOPLE_MAX", 1)
    with pytest.raises(Problem, match="the limit is 1"):
        door.add("sato", "viewer", by="first", password=passwords.read(LONG))


def test_reset_lets_in_who_lost_the_password_and_lifts_the_wait(door: Door) -> None:
    for _ in range(5):
        with pytest.raises(Problem):
            door.sign_in("first", Secret(b"x"), address="192.0.2.1", agent="")
    made = door.reset("first", by="root")
    entered = door.sign_in("first", passwords.read(made), address="192.0.2.2", agent="")
    assert entered.who.todo == ("password",)


def test_a_certificate_is_made_and_answers_to_its_names(tmp_path: Path) -> None:
    pair = tls.place(tmp_path)
    pair.key.parent.mkdir()
    fingerprint = tls.make(pair, ["localhost", "192.0.2.7", "hinomi.example"], 30)
    assert len(fingerprint.split(":")) == 32
    assert tls.names_of(pair) == {"localhost", "192.0.2.7", "hinomi.example"}
    assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600
    pair.key.chmod(0o644)
    with pytest.raises(Problem, match="Other users may read"):
        tls.names_of(pair)
    pair.key.write_text("no key")
    pair.key.chmod(0o600)
    with pytest.raises(Problem, match="cannot be read"):
        tls.names_of(pair)


def test_the_network_is_served_only_with_an_administrator_and_tls(home: Home) -> None:
    from hinomi.api.server import serve

    with pytest.raises(Problem, match="no administrator"):
        serve(home, "0.0.0.0")
    Door(home).add("first", "administrator", by="test", password=passwords.read(LONG))
    with pytest.raises(Problem, match="no certificate"):
        serve(home, "0.0.0.0")
