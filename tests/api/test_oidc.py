"""Signing in with the hospital's own accounts, against a real provider (node-oidc-provider) on this machine."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.home import Home
from hinomi.people import Door, oidc, passwords
from hinomi.store.state import clock

ORIGIN = "http://localhost:8733"
BACK = ORIGIN + oidc.CALLBACK
PASSWORD = "kawa-no-nagare-7"
NODE = Path(__file__).parents[2] / "console" / "node_modules" / "oidc-provider"
ROLES = "hinomi-admins = administrator; ward = clinical_engineer; staff = viewer"


def provider(userinfo: bool) -> Iterator[str]:
    assert NODE.is_dir(), "the provider of the tests is missing.\nhint: run npm ci in console/"
    with subprocess.Popen(
        ["node", str(Path(__file__).with_name("oidc_provider.mjs")), BACK], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=os.environ | {"HINOMI_USERINFO": str(int(userinfo))},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            yield next(line.strip() for line in process.stdout if line.startswith("http"))
        finally:
            process.kill()


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    yield from provider(userinfo=False)


@pytest.fixture(scope="module")
def shy_issuer() -> Iterator[str]:
    """Tells who somebody is only when asked."""
    yield from provider(userinfo=True)


Open = Callable[..., TestClient]


@pytest.fixture
def at(home: Home) -> Iterator[Open]:
    """A browser at a Hinomi with these settings."""
    Door(home).add("local", "administrator", by="test", password=passwords.read(PASSWORD))
    opened = []

    def make(issuer: str, **settings: str) -> TestClient:
        told = {"oidc_issuer": issuer, "oidc_client": "hinomi", "oidc_roles": ROLES} | settings
        home.settings = dataclasses.replace(home.settings, **told)
        client = TestClient(create_app(home), base_url=ORIGIN)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


def begin(client: TestClient) -> str:
    answer = client.post("/api/session/oidc")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["address"])


def go(address: str, name: str) -> dict[str, str]:
    """What a browser does at the provider: signs in as `name`, consents, and is sent back with these words."""
    with httpx.Client(follow_redirects=False) as browser:
        answer = browser.get(address)
        for _ in range(20):
            if answer.is_redirect:
                there = urljoin(str(answer.url), answer.headers["location"])
                if there.startswith(BACK):
                    return {key: values[0] for key, values in parse_qs(urlsplit(there).query).items()}
                answer = browser.get(there)
                continue
            assert answer.status_code == 200, answer.text
            form = re.search(r'action="([^"]+)"', answer.text)
            assert form, answer.text
            fields = dict(re.findall(r'name="(prompt)" value="(\w+)"', answer.text))
            answer = browser.post(urljoin(str(answer.url), form[1]), data=fields | {"login": name, "password": "x"})
    raise AssertionError("the provider goes in circles")


def answer(client: TestClient, words: dict[str, str]) -> tuple[int, str]:
    said = client.post("/api/session/oidc/answer", json={key: words.get(key, "") for key in ("state", "code", "iss")})
    return said.status_code, said.json().get("type", "").removeprefix("urn:hinomi:problem:")


def test_off_until_the_settings_name_an_issuer(at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> Any:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(httpx.Client, "send", never)
    client = at("")
    assert client.app.state.door.oidc.offered() is False  # type: ignore[attr-defined]
    monkeypatch.undo()
    assert client.get("/api/session").json()["oidc"] is False
    assert client.post("/api/session/oidc").json()["type"] == "urn:hinomi:problem:oidc.off"


def test_the_first_sign_in_makes_the_person_with_the_role_of_the_groups(at: Open, issuer: str, home: Home) -> None:
    client = at(issuer)
    words = go(begin(client), "hana")
    assert answer(client, words) == (200, "")
    me = client.get("/api/session").json()
    assert (me["name"], me["shown"], me["role"], me["todo"]) == ("hana", "hana of the ward", "administrator", [])
    acts = [(one.actor, one.act, one.detail.get("how")) for one in home.state.audit_entries()]
    assert ("hana", "session.sign_in", "sign-in service") in acts and ("oidc", "people.add", None) in acts
    assert answer(client, words) == (409, "oidc.over")  # a way counts once
    assert answer(client, go(begin(client), "hana")) == (200, "")  # and the same person comes back
    assert len(Door(home).people()) == 2


def test_the_role_follows_the_groups_at_each_sign_in(at: Open, issuer: str, home: Home) -> None:
    client = at(issuer)
    assert answer(client, go(begin(client), "hana")) == (200, "")
    client = at(issuer, oidc_roles="staff = viewer")
    assert answer(client, go(begin(client), "hana")) == (200, "")
    assert client.get("/api/session").json()["role"] == "viewer"
    assert client.get("/api/people").status_code == 403


def test_without_a_role_nobody_comes_in(at: Open, issuer: str, home: Home) -> None:
    client = at(issuer)
    assert answer(client, go(begin(client), "guest")) == (401, "oidc.no_role")
    assert not client.get("/api/session").json()["signed_in"]
    assert [one.name for one in Door(home).people()] == ["local"]


def test_who_is_shut_out_here_stays_out(at: Open, issuer: str, home: Home) -> None:
    client = at(issuer)
    assert answer(client, go(begin(client), "ken")) == (200, "")
    Door(home).set_disabled("ken", True, by="test")
    assert answer(client, go(begin(client), "ken")) == (401, "oidc.no_role")


def test_nobody_enters_as_a_person_of_the_same_name(at: Open, issuer: str) -> None:
    client = at(issuer)
    assert answer(client, go(begin(client), "boss")) == (409, "oidc.name_there")  # the service calls them "local"
    assert not client.get("/api/session").json()["signed_in"]


def test_a_way_belongs_to_the_browser_that_began_it(at: Open, issuer: str) -> None:
    """Else somebody could sign a victim in as themselves, and read what the victim writes."""
    thief, victim = at(issuer), at(issuer)
    words = go(begin(thief), "ken")
    assert answer(victim, words) == (409, "oidc.over")
    begin(victim)
    assert answer(victim, words) == (409, "oidc.over")
    assert answer(thief, words) == (200, "")


def test_words_of_another_way_are_refused(at: Open, issuer: str) -> None:
    client = at(issuer)
    first, second = go(begin(client), "ken"), go(begin(client), "ken")
    assert answer(client, second | {"code": first["code"]}) == (401, "oidc.refused")  # PKCE and nonce are not its own
    words = go(begin(client), "ken")
    assert answer(client, words | {"iss": "https://evil.example"}) == (401, "oidc.refused")
    words = go(begin(client), "ken")
    assert answer(client, {"state": words["state"], "code": words["code"]}) == (401, "oidc.refused")  # it must say iss
    words = go(begin(client), "ken")
    assert answer(client, words | {"code": "guess"}) == (401, "oidc.refused")
    words = go(begin(client), "ken")
    assert answer(client, words | {"state": "guess"}) == (409, "oidc.over")


def test_a_way_ends(at: Open, issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = at(issuer)
    words = go(begin(client), "ken")
    now = clock.now_ns
    monkeypatch.setattr(clock, "now_ns", lambda: now() + 301 * 10**9)
    assert answer(client, words) == (409, "oidc.over")


def test_a_secret_of_the_client_and_claims_at_userinfo(at: Open, shy_issuer: str, home: Home) -> None:
    path = home.path / "keys" / "oidc.secret"
    path.write_text("a secret of the test\n", "utf-8")
    path.chmod(0o600)
    client = at(shy_issuer, oidc_client="sealed")
    assert answer(client, go(begin(client), "ken")) == (200, "")
    assert client.get("/api/session").json()["role"] == "clinical_engineer"
    path.chmod(0o644)
    assert client.post("/api/session/oidc").json()["type"] == "urn:hinomi:problem:home.key_open"


def test_a_token_for_another_program_is_refused(at: Open, issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code and token of the same provider for another client, given to us with everything else right."""
    client = at(issuer, oidc_client="other")
    door = client.app.state.door  # type: ignore[attr-defined]
    words = go(begin(client), "ken")
    told = oidc.config(door._home)
    monkeypatch.setattr(oidc.Oidc, "_client", lambda self, _, way=None, real=oidc.Oidc._client: real(self, told, way))
    door._home.settings = dataclasses.replace(door._home.settings, oidc_client="hinomi")
    assert answer(client, words) == (401, "oidc.refused")


def test_a_changed_token_is_refused(at: Open, issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = oidc.jwt.decode

    def changed(token: str, *rest: Any, **more: Any) -> Any:
        head, body, signature = token.split(".")
        return real(".".join((head, body, ("A" if signature[0] != "A" else "B") + signature[1:])), *rest, **more)

    client = at(issuer)
    words = go(begin(client), "ken")
    monkeypatch.setattr(oidc.jwt, "decode", changed)
    assert answer(client, words) == (401, "oidc.refused")


def test_no_token_without_a_signature_is_read(at: Open, issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = oidc.jwt.decode

    def bare(token: str, *rest: Any, **more: Any) -> Any:
        return real(f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}.", *rest, **more)

    client = at(issuer)
    words = go(begin(client), "ken")
    monkeypatch.setattr(oidc.jwt, "decode", bare)
    assert answer(client, words) == (401, "oidc.refused")


def test_an_issuer_that_names_itself_otherwise_is_refused(at: Open, issuer: str) -> None:
    client = at(issuer.replace("127.0.0.1", "localhost"))
    assert client.post("/api/session/oidc").json()["type"] == "urn:hinomi:problem:oidc.other_issuer"


def test_an_issuer_that_is_silent_says_so(at: Open) -> None:
    client = at("http://127.0.0.1:9")  # nobody listens on the discard port of this machine
    said = client.post("/api/session/oidc")
    assert (said.status_code, said.json()["type"]) == (503, "urn:hinomi:problem:oidc.silent")
    assert client.post("/api/session", json={"name": "local", "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    ("settings", "problem"),
    [({"oidc_issuer": "http://idp.example"}, "oidc.bad_settings"), ({"oidc_client": ""}, "oidc.bad_settings"),
     ({"oidc_roles": ""}, "oidc.bad_settings"), ({"oidc_roles": "ward = boss"}, "oidc.bad_roles"),
     ({"oidc_roles": "administrator"}, "oidc.bad_roles")],
)  # fmt: skip
def test_settings_that_cannot_work_say_so(at: Open, settings: dict[str, str], problem: str) -> None:
    client = at("https://idp.example", **settings)
    assert client.post("/api/session/oidc").json()["type"] == f"urn:hinomi:problem:{problem}"


def test_what_matters_asks_for_having_come_from_there_just_now(
    at: Open, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """These people have no password of ours to be asked for again."""
    client = at(issuer)
    assert answer(client, go(begin(client), "ken")) == (200, "")
    body = {"label": "x", "scope": ["look"], "days": 1, "password": "any"}
    assert client.post("/api/account/tokens", json=body).status_code == 200
    now = clock.now_ns
    monkeypatch.setattr(clock, "now_ns", lambda: now() + 301 * 10**9)
    said = client.post("/api/account/tokens", json=body)
    assert (said.status_code, said.json()["type"]) == (403, "urn:hinomi:problem:people.sign_in_anew")
    assert client.post("/api/session", json={"name": "ken", "password": ""}).status_code == 422
    assert client.post("/api/session", json={"name": "ken", "password": "any"}).status_code == 401


def test_the_role_is_the_strongest_that_is_told() -> None:
    told = oidc.Config("", "", None, "realm.roles", (("a", "viewer"), ("b", "security_officer"), ("c", "auditor")), "")
    assert told.role({"realm": {"roles": ["a", "b", "z"]}}) == "security_officer"
    assert told.role({"realm": {"roles": "c"}}) == "auditor"
    for nothing in (
        {},
        {"realm": []},
        {"realm": {"roles": None}},
        {"realm": {"roles": [1, {"a": 1}]}},
        {"roles": ["b"]},
    ):
        assert told.role(nothing) == ""
