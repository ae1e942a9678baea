"""Passkeys over the API, with a security key in software; the browser's own is in console/e2e/access.spec.ts."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.api.authenticator import Authenticator

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.people import Door, passwords
from hinomi.people import pending as waiting
from hinomi.people.passkeys import place_of
from hinomi.people.pending import Pending
from hinomi.store.state import clock, passkeys

ORIGIN = "http://localhost:8733"
PASSWORD = "kawa-no-nagare-7"
SHORT = "kawa7umi"


@pytest.fixture
def hospital(home: Home) -> Home:
    door = Door(home)
    for name, role in (("hana", "administrator"), ("ken", "viewer")):
        door.add(name, role, by="test", password=passwords.read(PASSWORD))
    return home


@pytest.fixture
def client(hospital: Home) -> Iterator[TestClient]:
    with TestClient(create_app(hospital), base_url=ORIGIN) as made:
        yield made


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> None:
    answer = client.post("/api/session", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text


def enrol(client: TestClient, key: Authenticator, password: str = PASSWORD) -> dict[str, Any]:
    asked = client.post("/api/account/passkeys", json={"password": password}).json()
    body = {"id": asked["id"], "label": "desk", "credential": key.make(asked["options"], ORIGIN)}
    answer = client.post("/api/account/passkeys/confirm", json=body)
    assert answer.status_code == 200, answer.text
    return body


def begin(client: TestClient, **who: str) -> dict[str, Any]:
    answer = client.post("/api/session/passkey", json=who)
    assert answer.status_code == 200, answer.text
    asked: dict[str, Any] = answer.json()
    return asked


def answer(client: TestClient, asked: dict[str, Any], credential: dict[str, Any]) -> tuple[int, str]:
    client.cookies.clear()
    said = client.post("/api/session/passkey/answer", json={"id": asked["id"], "credential": credential})
    return said.status_code, said.json().get("type", "").removeprefix("urn:hinomi:problem:")


@pytest.fixture
def key(client: TestClient) -> Authenticator:
    """The passkey of hana, who is signed out."""
    sign_in(client, "hana")
    made = Authenticator()
    enrol(client, made)
    client.cookies.clear()
    return made


def test_a_passkey_alone_signs_in_and_the_chain_says_how(
    client: TestClient, key: Authenticator, hospital: Home
) -> None:
    asked = begin(client)
    assert asked["options"]["allowCredentials"] == []  # tells a stranger of nobody
    assert asked["options"]["userVerification"] == "required"
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (200, "")
    me = client.get("/api/session").json()
    assert (me["name"], me["second_factor"]) == ("hana", True)
    last = next(one for one in hospital.state.audit_entries() if one.act == "session.sign_in")
    assert (last.actor, last.detail["how"]) == ("hana", "passkey")
    assert hospital.state.verify_audit().broken_at is None


def test_behind_the_password_a_passkey_is_asked_for(client: TestClient, key: Authenticator) -> None:
    """Also one that checks nobody's finger, which alone would not do."""
    said = client.post("/api/session", json={"name": "hana", "password": PASSWORD})
    assert (said.status_code, said.json()["type"]) == (401, "urn:hinomi:problem:people.passkey_needed")
    assert client.post("/api/session", json={"name": "hana", "password": PASSWORD, "code": "123456"}).status_code == 401
    key.checks = False
    asked = begin(client)
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (401, "people.passkey_refused")
    asked = begin(client, name="hana", password=PASSWORD)
    assert [one["id"] for one in asked["options"]["allowCredentials"]] == [key.sign(asked["options"], ORIGIN)["id"]]
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (200, "")


def test_no_challenge_without_the_right_password(client: TestClient, key: Authenticator) -> None:
    for name in ("hana", "nobody"):
        said = client.post("/api/session/passkey", json={"name": name, "password": "guess"})
        assert (said.status_code, said.json()["type"]) == (401, "urn:hinomi:problem:people.wrong")
    said = client.post("/api/session/passkey", json={"name": "ken", "password": PASSWORD})
    assert said.json()["type"] == "urn:hinomi:problem:people.passkey_none"


@pytest.mark.parametrize("origin", ["http://localhost:9999", "https://localhost:8733", "http://evil.example",
                                    "http://localhost.evil.example:8733", "http://127.0.0.1:8733"])  # fmt: skip
def test_what_was_signed_for_another_page_is_refused(client: TestClient, key: Authenticator, origin: str) -> None:
    asked = begin(client)
    assert answer(client, asked, key.sign(asked["options"], origin)) == (401, "people.passkey_refused")


def test_what_was_signed_for_another_name_is_refused(client: TestClient, key: Authenticator) -> None:
    asked = begin(client)
    wrong = key.sign(asked["options"], ORIGIN, place="evil.example")
    assert answer(client, asked, wrong) == (401, "people.passkey_refused")


def test_a_challenge_counts_once(client: TestClient, key: Authenticator) -> None:
    asked = begin(client)
    signed = key.sign(asked["options"], ORIGIN)
    assert answer(client, asked, signed) == (200, "")
    assert answer(client, asked, signed) == (409, "people.passkey_over")
    other = begin(client)  # the old signature under a new challenge
    assert answer(client, other, signed) == (401, "people.passkey_refused")
    assert answer(client, other, key.sign(other["options"], ORIGIN)) == (409, "people.passkey_over")


def test_a_challenge_ends(client: TestClient, key: Authenticator, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = begin(client)
    now = clock.now_ns
    monkeypatch.setattr(clock, "now_ns", lambda: now() + (waiting.WAITING_S + 1) * 10**9)
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (409, "people.passkey_over")


def test_a_count_that_goes_back_is_refused_and_told(client: TestClient, key: Authenticator, hospital: Home) -> None:
    twin = copy.copy(key)  # a copy of the key, made here and now
    for _ in range(2):
        asked = begin(client)
        assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (200, "")
    asked = begin(client)
    assert answer(client, asked, twin.sign(asked["options"], ORIGIN)) == (401, "people.passkey_refused")
    last = hospital.state.audit_entries()[0]
    assert (last.act, last.detail["wrong"]) == ("session.refused", "passkey count went back")


def test_a_key_that_does_not_count_works_again_and_again(client: TestClient) -> None:
    sign_in(client, "hana")
    key = Authenticator(counts=False)
    enrol(client, key)
    for _ in range(3):
        asked = begin(client)
        assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (200, "")


def test_the_passkey_of_one_does_not_open_the_door_to_another(client: TestClient, key: Authenticator) -> None:
    sign_in(client, "ken")
    his = Authenticator()
    enrol(client, his)
    asked = begin(client, name="hana", password=PASSWORD)
    assert answer(client, asked, his.sign(asked["options"], ORIGIN)) == (401, "people.passkey_refused")
    asked = begin(client)
    posing = his.sign(asked["options"], ORIGIN)
    posing["response"]["userHandle"] = key.handle
    assert answer(client, asked, posing) == (401, "people.passkey_refused")
    asked = begin(client)
    named = his.sign(asked["options"], ORIGIN) | {"id": key.sign(asked["options"], ORIGIN)["id"]}
    named["rawId"] = named["id"]
    assert answer(client, asked, named) == (401, "people.passkey_refused")


def test_a_challenge_for_enrolling_belongs_to_who_asked(client: TestClient, key: Authenticator) -> None:
    sign_in(client, "ken")
    asked = client.post("/api/account/passkeys", json={"password": PASSWORD}).json()
    body = {"id": asked["id"], "credential": Authenticator().make(asked["options"], ORIGIN)}
    mine = begin(client)
    assert answer(client, mine, key.sign(mine["options"], ORIGIN)) == (200, "")
    said = client.post("/api/account/passkeys/confirm", json=body)
    assert (said.status_code, said.json()["type"]) == (409, "urn:hinomi:problem:people.passkey_over")


def test_enrolling_is_as_strict(client: TestClient, key: Authenticator) -> None:
    sign_in(client, "ken")
    assert client.post("/api/account/passkeys", json={"password": "guess"}).status_code == 403
    for origin, change in (("http://evil.example", {}), (ORIGIN, {"challenge": "AAAA"})):
        asked = client.post("/api/account/passkeys", json={"password": PASSWORD}).json()
        credential = Authenticator().make(asked["options"] | change, origin)
        said = client.post("/api/account/passkeys/confirm", json={"id": asked["id"], "credential": credential})
        assert said.json()["type"] == "urn:hinomi:problem:people.passkey_refused"
    asked = client.post("/api/account/passkeys", json={"password": PASSWORD}).json()
    same = {"id": asked["id"], "credential": Authenticator(id=key.id).make(asked["options"], ORIGIN)}
    said = client.post("/api/account/passkeys/confirm", json=same)
    assert said.json()["type"] == "urn:hinomi:problem:people.passkey_there"


def test_a_short_password_is_content_with_a_passkey(client: TestClient, hospital: Home) -> None:
    Door(hospital).add("yuki", "viewer", by="test", password=passwords.read(SHORT))
    sign_in(client, "yuki", SHORT)
    assert client.get("/api/session").json()["todo"] == ["second_factor"]
    enrol(client, Authenticator(), SHORT)
    assert client.get("/api/session").json()["todo"] == []
    mine = client.get("/api/account").json()["passkeys"]
    gone = client.post(f"/api/account/passkeys/{mine[0]['id']}/remove", json={"password": SHORT})
    assert gone.json()["type"] == "urn:hinomi:problem:people.second_needed"
    assert len(client.get("/api/account").json()["passkeys"]) == 1


def test_one_names_and_removes_ones_own_only(client: TestClient, key: Authenticator, hospital: Home) -> None:
    asked = begin(client)
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (200, "")
    one = client.get("/api/account").json()["passkeys"][0]
    assert (one["label"], one["place"], one["alone"]) == ("desk", "localhost", True)
    assert one["used"] > 0
    with TestClient(client.app, base_url=ORIGIN) as other:
        sign_in(other, "ken")
        assert other.get("/api/account").json()["passkeys"] == []
        assert other.post(f"/api/account/passkeys/{one['id']}/name", json={"label": "mine"}).status_code == 404
        assert other.post(f"/api/account/passkeys/{one['id']}/remove", json={"password": PASSWORD}).status_code == 404
    assert client.post(f"/api/account/passkeys/{one['id']}/name", json={"label": "  ward  3 "}).status_code == 204
    assert client.get("/api/account").json()["passkeys"][0]["label"] == "ward 3"
    assert client.post(f"/api/account/passkeys/{one['id']}/remove", json={"password": "guess"}).status_code == 403
    assert client.post(f"/api/account/passkeys/{one['id']}/remove", json={"password": PASSWORD}).status_code == 204
    asked = begin(client)
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (401, "people.passkey_refused")
    acts = [one.act for one in hospital.state.audit_entries()]
    assert {"account.passkey_add", "account.passkey_name", "account.passkey_remove"} <= set(acts)


def test_who_is_shut_out_stays_out(client: TestClient, key: Authenticator, hospital: Home) -> None:
    door = Door(hospital)
    door.add("second", "administrator", by="test", password=passwords.read(PASSWORD))
    asked = begin(client)
    door.set_disabled("hana", True, by="test")
    assert answer(client, asked, key.sign(asked["options"], ORIGIN)) == (401, "people.passkey_refused")
    door.set_disabled("hana", False, by="test")
    door.reset("hana", by="test")  # a lost passkey: begun anew
    assert door.passkeys.of("hana") == []


def test_guessing_has_to_wait_and_the_person_does_not(client: TestClient, key: Authenticator) -> None:
    known = key.sign(begin(client)["options"], ORIGIN)
    for _ in range(20):
        asked = begin(client)
        assert answer(client, asked, known)[0] == 401
    assert client.post("/api/session/passkey", json={}).status_code == 429
    assert answer(client, asked, known)[0] == 429
    with TestClient(client.app, base_url=ORIGIN, client=("192.0.2.7", 1)) as elsewhere:
        asked = begin(elsewhere)
        assert answer(elsewhere, asked, key.sign(asked["options"], ORIGIN)) == (200, "")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("value", ["AAAA", "!!", "e30", "oWNmbXRkbm9uZQ", "x" * 4000])
def test_bytes_of_a_stranger_are_refused(client: TestClient, key: Authenticator, part: str, value: str) -> None:
    asked = begin(client)
    signed = key.sign(asked["options"], ORIGIN)
    signed["response"][part] = value
    assert answer(client, asked, signed) == (401, "people.passkey_refused")


def test_where_passkeys_work() -> None:
    assert place_of("http://localhost:8733", "") == "localhost"
    assert place_of("https://hinomi.example:8733", "") == "hinomi.example"
    assert place_of("https://hinomi.example", "hinomi.example") == "hinomi.example"
    assert place_of("https://old.example", "hinomi.example") == ""
    assert place_of("http://localhost:8733", "hinomi.example") == "localhost"
    for none in ("http://127.0.0.1:8733", "https://192.0.2.1", "https://[::1]:8733", "http://hinomi.example", "", "x"):
        assert place_of(none, "") == "", none


def test_at_a_number_it_says_to_use_a_name(hospital: Home) -> None:
    with TestClient(create_app(hospital), base_url="http://127.0.0.1:8733") as client:
        assert client.get("/api/session").json()["passkeys"] is False
        said = client.post("/api/session/passkey", json={}).json()
        assert said["type"] == "urn:hinomi:problem:people.passkey_place"
        assert "localhost" in said["hint"]


def test_a_passkey_of_one_name_does_not_work_under_another(hospital: Home) -> None:
    names = frozenset({"localhost", "hinomi.example"})
    app = create_app(hospital, names=names)
    key = Authenticator()
    with TestClient(app, base_url=ORIGIN) as client:
        sign_in(client, "hana")
        enrol(client, key)
    with TestClient(app, base_url="https://hinomi.example") as client:
        asked = begin(client)
        assert asked["options"]["rpId"] == "hinomi.example"
        assert answer(client, asked, key.sign(asked["options"], "https://hinomi.example"))[0] == 401
        said = client.post("/api/session/passkey", json={"name": "hana", "password": PASSWORD})
        assert said.json()["type"] == "urn:hinomi:problem:people.passkey_none"


def test_passkeys_of_one_person_are_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 2)
    sign_in(client, "hana")
    for _ in range(2):
        enrol(client, Authenticator())
    asked = client.post("/api/account/passkeys", json={"password": PASSWORD}).json()
    body = {"id": asked["id"], "credential": Authenticator().make(asked["options"], ORIGIN)}
    assert client.post("/api/account/passkeys/confirm", json=body).json()["type"].endswith("people.passkeys_full")


def test_what_was_begun_is_bounded_and_what_is_forgotten_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "WAITING_MAX", 5)
    monkeypatch.setattr(waiting, "EACH_MAX", 3)
    kept: Pending[str] = Pending()
    first = kept.keep("a", "192.0.2.1")
    for word in "bcd":
        kept.keep(word, "192.0.2.1")  # pushes out its own
    assert kept.take(first) is None
    others = [kept.keep(word, f"192.0.2.{10 + at}") for at, word in enumerate("efg")]
    assert (len(kept), kept.forgotten) == (5, 2)
    assert kept.take(others[0]) == "e" and kept.take(others[0]) is None
