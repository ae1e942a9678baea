"""Who may ask what: every route with every role, and what a stranger gets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from starlette.websockets import WebSocketDisconnect

from hinomi.api import create_app
from hinomi.api.permissions import BY_TAG, EXCEPTIONS, GUEST, PUBLIC, Table
from hinomi.home import Home
from hinomi.people import ROLES, Door, Right, passwords
from hinomi.store.state import clock

ADDRESS = "http://127.0.0.1:8733"
PASSWORD = "kawa-no-nagare-7"


def add_all(home: Home) -> None:
    door = Door(home)
    for role in sorted(ROLES):  # administrator first
        door.add(f"{role}", role, by="test", password=passwords.read(PASSWORD))


def sign_in(client: TestClient, name: str, password: str = PASSWORD, code: str = "") -> None:
    answer = client.post("/api/session", json={"name": name, "password": password, "code": code})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def guarded(full: Home) -> Home:
    """The small hospital, with one person for each role."""
    add_all(full)
    return full


@pytest.fixture
def stranger(guarded: Home) -> Iterator[TestClient]:
    with TestClient(create_app(guarded), base_url=ADDRESS) as client:
        yield client


def table(home: Home) -> Table:
    found: Table = create_app(home).state.permissions
    return found


def test_every_route_has_a_right(home: Home) -> None:
    found = list(table(home))
    assert len(found) > 80
    for method, path, tags, _ in found:
        known = f"{method} {path}" in EXCEPTIONS or any(tag in BY_TAG for tag in tags)
        assert known, (
            f"{method} {path} (tags {tags}) is open to administrators only.\n"
            "hint: add the tag of your router to BY_TAG in src/hinomi/api/permissions.py: "
            "(right for looking, right for acting)."
        )


def test_no_exception_and_no_tag_is_left_over(home: Home) -> None:
    found = list(table(home))
    assert set(EXCEPTIONS) <= {f"{method} {path}" for method, path, _, _ in found}
    assert set(BY_TAG) <= {tag for _, _, tags, _ in found for tag in tags} | {"audit"}


def test_the_table_covers_the_whole_description(home: Home) -> None:
    app = create_app(home)
    said = {(m.upper(), p) for p, acts in app.openapi()["paths"].items() for m in acts}
    assert said == {(m, p) for m, p, _, _ in app.state.permissions if m != "WEBSOCKET"}


ENDLESS = "/api/live"


def ask(client: TestClient, method: str, path: str) -> int:
    address = path
    for word in ("id", "name", "capture", "packet", "form"):
        address = address.replace(f"{{{word}}}", "0")
    if method == "WEBSOCKET":
        try:
            with client.websocket_connect(f"ws://127.0.0.1:8733{address}?room=x"):
                return 101
        except WebSocketDisconnect as closed:
            return {4401: 401, 4403: 403}.get(closed.code, closed.code)
    return client.request(method, address, json={} if method != "GET" else None).status_code


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_route_with_every_role(guarded: Home, role: str) -> None:
    """What the role has no right for is refused; what it has is not (whatever the route says of an empty question)."""
    app = create_app(guarded)
    refused = let = 0
    with TestClient(app, base_url=ADDRESS) as client:
        sign_in(client, role)
        for method, path, _, right in app.state.permissions:
            if path == "/api/session/end":
                continue
            may = right in (PUBLIC, GUEST) or right in ROLES[role]
            if method == "WEBSOCKET":
                may = Right.PATIENT in ROLES[role]
            if may and (path == ENDLESS or method == "WEBSOCKET"):
                continue  # would not end; asked for in their own tests
            status = ask(client, method, path)
            if may:
                let += 1
                # These ask for the password once more.
                assert status != 403 or path.startswith(("/api/account", "/api/backup", "/api/retention/run")), (
                    f"{role}: {method} {path} is refused"
                )
                assert status != 401 or path == "/api/session", f"{role}: {method} {path} knows nobody"
                assert status < 500 or status == 503, f"{role}: {method} {path} failed with {status}"
            else:
                refused += 1
                assert status == 403, f"{role}: {method} {path} answered {status}"
    assert let > 5
    assert bool(refused) == (role != "administrator")


def test_a_stranger_gets_nothing(stranger: TestClient) -> None:
    asked = 0
    for method, path, _, right in stranger.app.state.permissions:  # type: ignore[attr-defined]
        if right == PUBLIC or (right == GUEST and method != "WEBSOCKET"):
            continue
        asked += 1
        assert ask(stranger, method, path) == 401, f"{method} {path}"
    assert asked > 70
    assert stranger.get("/api/openapi.json").status_code == 401
    assert stranger.get("/api/no-such-thing").status_code == 401
    said = stranger.get("/api/health").json()
    assert stranger.get("/api/session").json() == {
        "guarded": True, "signed_in": False, "name": "", "shown": "", "role": "", "rights": [], "todo": [],
        "second_factor": False, "passkeys": False, "oidc": False, "oidc_name": "",
    }  # fmt: skip
    assert said


@pytest.mark.parametrize("path", ["/api/devices/", "/api//devices", "//api/devices", "/api/../api/devices",
                                  "/API/devices", "/api/%64evices", "/api/devices%2f", "/x/../api/devices"])  # fmt: skip
def test_no_spelling_of_a_path_gets_past_the_gate(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert "addresses" not in answer.text
    assert answer.status_code in (401, 404, 503) or "text/html" in answer.headers["content-type"]


def test_without_people_the_operator_may_everything(ask: TestClient) -> None:
    me = ask.get("/api/session").json()
    assert not me["guarded"]
    assert me["name"] == "operator"
    assert ask.get("/api/devices").status_code == 200
    assert ask.post("/api/session", json={"name": "x", "password": "y"}).status_code == 409


def test_the_first_person_closes_the_door_at_once(ask: TestClient, full: Home) -> None:
    assert ask.get("/api/devices").status_code == 200
    Door(full).add("first", "administrator", by="test", password=passwords.read(PASSWORD))
    assert ask.get("/api/devices").status_code == 401


def test_a_person_acts_under_their_name(stranger: TestClient, guarded: Home) -> None:
    sign_in(stranger, "security_officer")
    finding = stranger.get("/api/findings").json()["items"][0]["id"]
    body = {"status": "explained", "reason": "scheduled"}
    assert stranger.post(f"/api/findings/{finding}/decision", json=body).status_code == 200
    stranger.get("/api/theatre/timeline", params={"room": "OR1^1^1"})
    acts = {(one.actor, one.act) for one in guarded.state.audit_entries()}
    assert ("security_officer", "session.sign_in") in acts
    assert ("security_officer", "patient.read") in acts
    assert not [one for one in guarded.state.audit_entries() if one.actor == "operator"]
    assert guarded.state.verify_audit().broken_at is None


# --- sessions


def cookie(client: TestClient) -> str:
    return client.cookies["hinomi"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: TestClient) -> None:
    answer = stranger.post("/api/session", json={"name": "viewer", "password": PASSWORD})
    told = answer.headers["set-cookie"]
    assert "HttpOnly" in told and "SameSite=Strict" in told and "Path=/" in told
    assert "Domain" not in told
    assert len(cookie(stranger)) >= 43  # 256 bits


def test_over_tls_the_cookie_is_bound_to_the_host(guarded: Home) -> None:
    with TestClient(create_app(guarded), base_url="https://127.0.0.1:8733") as client:
        answer = client.post("/api/session", json={"name": "viewer", "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-hinomi=")
        assert "; Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert client.get("/api/devices").status_code == 200


def test_a_session_planted_before_sign_in_is_not_used(stranger: TestClient) -> None:
    stranger.cookies.set("hinomi", "planted")
    sign_in(stranger, "viewer")
    first = stranger.get("/api/session").json()
    assert first["signed_in"]
    with TestClient(stranger.app, base_url=ADDRESS, cookies={"hinomi": "planted"}) as thief:
        assert thief.get("/api/devices").status_code == 401


def test_signing_in_again_ends_the_session_before(stranger: TestClient) -> None:
    sign_in(stranger, "viewer")
    before = cookie(stranger)
    sign_in(stranger, "viewer")
    assert cookie(stranger) != before
    with TestClient(stranger.app, base_url=ADDRESS, cookies={"hinomi": before}) as old:
        assert old.get("/api/devices").status_code == 401


def test_signing_out_ends_it_on_the_server(stranger: TestClient) -> None:
    sign_in(stranger, "viewer")
    kept = cookie(stranger)
    assert stranger.post("/api/session/end").status_code == 204
    with TestClient(stranger.app, base_url=ADDRESS, cookies={"hinomi": kept}) as old:
        assert old.get("/api/devices").status_code == 401


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """later[0] += seconds: the clock of the machine goes on."""
    shift = [0]
    now = clock.now_ns
    monkeypatch.setattr(clock, "now_ns", lambda: now() + shift[0] * 1_000_000_000)
    yield shift


def test_a_session_that_nobody_uses_ends(stranger: TestClient, later: list[int]) -> None:
    sign_in(stranger, "viewer")
    later[0] += 29 * 60
    assert stranger.get("/api/devices", headers={"X-Hinomi-Idle": "1"}).status_code == 200
    later[0] += 2 * 60  # the page asked by itself, nobody used it
    assert stranger.get("/api/devices").status_code == 401


def test_a_session_ends_after_a_shift_however_much_it_is_used(
    stranger: TestClient, guarded: Home, later: list[int]
) -> None:
    sign_in(stranger, "viewer")
    for _ in range(35):
        later[0] += 20 * 60
        assert stranger.get("/api/devices").status_code == 200
        end = time.monotonic() + 60  # the use is noted beside the answer
        while any(one.seen < clock.now_ns() - 120 * 10**9 for one in guarded.state.people.sessions("viewer")):
            assert time.monotonic() < end, "the use of a session was not noted"
            time.sleep(0.02)
    later[0] += 21 * 60
    assert stranger.get("/api/devices").status_code == 401


def test_a_person_shut_out_is_out_at_once(stranger: TestClient, guarded: Home) -> None:
    sign_in(stranger, "viewer")
    Door(guarded).set_disabled("viewer", True, by="test")
    assert stranger.get("/api/devices").status_code == 401
    assert stranger.post("/api/session", json={"name": "viewer", "password": PASSWORD}).status_code == 401


def test_a_role_taken_away_counts_from_the_next_question(stranger: TestClient, guarded: Home) -> None:
    sign_in(stranger, "clinical_engineer")
    assert stranger.get("/api/theatre/rooms").status_code == 200
    Door(guarded).set_role("clinical_engineer", "viewer", by="test")
    assert stranger.get("/api/theatre/rooms").status_code == 403


def test_ones_sessions_are_listed_and_ended(stranger: TestClient) -> None:
    sign_in(stranger, "viewer")
    with TestClient(stranger.app, base_url=ADDRESS) as other:
        sign_in(other, "viewer")
        sessions = stranger.get("/api/account").json()["sessions"]
        assert len(sessions) == 2
        there = next(one["id"] for one in sessions if not one["here"])
        with TestClient(stranger.app, base_url=ADDRESS) as stronger:
            sign_in(stronger, "administrator")  # not even an administrator ends another's by guessing its id
            assert stronger.post(f"/api/account/sessions/{there}/end").status_code == 404
        assert stranger.post(f"/api/account/sessions/{there}/end").status_code == 204
        assert other.get("/api/devices").status_code == 401
    assert stranger.get("/api/devices").status_code == 200


# --- CSRF


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
                                     {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}])  # fmt: skip
@pytest.mark.parametrize("path", ["/api/session", "/api/session/end", "/api/people", "/api/account/password"])
def test_another_site_cannot_act_with_ones_session(stranger: TestClient, path: str, headers: dict[str, str]) -> None:
    sign_in(stranger, "administrator")
    answer = stranger.post(path, json={}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:hinomi:problem:api.origin"
    assert stranger.get("/api/session").json()["signed_in"]


def test_another_site_cannot_sit_on_ones_socket(stranger: TestClient) -> None:
    sign_in(stranger, "administrator")
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        stranger.websocket_connect(
            "ws://127.0.0.1:8733/api/desk/live?room=x", headers={"Origin": "https://evil.example"}
        ),
    ):
        pass
    assert closed.value.code == 4403


# --- lock-out


def wrong(client: TestClient, name: str) -> int:
    return client.post("/api/session", json={"name": name, "password": "not-this-one"}).status_code


@pytest.mark.parametrize("name", ["viewer", "nobody"])
def test_wrong_tries_have_to_wait_longer_and_longer(stranger: TestClient, later: list[int], name: str) -> None:
    assert [wrong(stranger, name) for _ in range(5)] == [401] * 5
    answer = stranger.post("/api/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 429  # even the right one
    assert 1 <= int(answer.headers["retry-after"]) <= 31
    waited = []
    for _ in range(4):
        answer = stranger.post("/api/session", json={"name": name, "password": "not-this-one"})
        waited.append(int(answer.headers["retry-after"]))
        later[0] += waited[-1]
        assert wrong(stranger, name) == 401
    assert waited == sorted(waited) and waited[-1] > 4 * waited[0]


def test_the_right_password_after_the_wait_begins_anew(stranger: TestClient, later: list[int]) -> None:
    for _ in range(5):
        wrong(stranger, "viewer")
    later[0] += 31
    sign_in(stranger, "viewer")
    assert wrong(stranger, "viewer") == 401
    sign_in(stranger, "viewer")


def test_an_address_that_tries_many_names_has_to_wait(stranger: TestClient) -> None:
    tried = [wrong(stranger, f"nobody{n}") for n in range(22)]
    assert tried[:20] == [401] * 20
    assert tried[20:] == [429] * 2


def test_a_wrong_name_and_a_wrong_password_read_the_same(stranger: TestClient, guarded: Home) -> None:
    answers = [
        stranger.post("/api/session", json={"name": name, "password": "not-this-one"}).json()
        for name in ("viewer", "nobody", "x' OR '1'='1", "../../etc/passwd", "\u0000", "viewer\n")
    ]
    assert all(answer == answers[0] for answer in answers[:-1])
    refused = [one for one in guarded.state.audit_entries() if one.act == "session.refused"]
    assert len(refused) == len(answers)
    assert {one.actor for one in refused} == {"viewer", "?"}  # what else was typed is not kept


# --- tokens


def test_a_token_has_the_rights_of_its_scope_and_ends(stranger: TestClient, guarded: Home, later: list[int]) -> None:
    sign_in(stranger, "security_officer")
    ask = {"label": "SIEM", "scope": ["look"], "days": 1, "password": PASSWORD}
    made = stranger.post("/api/account/tokens", json=ask).json()
    with TestClient(stranger.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {made['word']}"}) as program:
        assert program.get("/api/devices").status_code == 200
        assert program.get("/api/theatre/rooms").status_code == 403
        assert program.get("/api/people").status_code == 403
        assert program.get("/api/account").status_code == 403
        uses = [one for one in guarded.state.audit_entries() if one.act == "token.use"]
        assert [one.actor for one in uses] == ["security_officer"]  # the first use of the day
        later[0] += 86_400
        assert program.get("/api/devices").status_code == 401
    assert made["word"] not in str(guarded.state.people.tokens())


def test_a_token_cannot_have_more_than_its_person(stranger: TestClient, guarded: Home) -> None:
    sign_in(stranger, "viewer")
    for scope in (["secure"], ["govern"], ["own"], ["look", "nonsense"]):
        ask = {"label": "x", "scope": scope, "days": 1, "password": PASSWORD}
        assert stranger.post("/api/account/tokens", json=ask).status_code == 422
    ask = {"label": "x", "scope": ["look"], "days": 1, "password": "not-this-one"}
    assert stranger.post("/api/account/tokens", json=ask).status_code == 403
    token, word = Door(guarded).make_token("security_officer", "x", ["secure"], 1, by="test")
    Door(guarded).set_role("security_officer", "viewer", by="test")  # what the person lost, the token lost
    who = Door(guarded).bearer(word.reveal().decode())
    assert who is not None and who.rights == frozenset()
    Door(guarded).revoke_token(token.id, by="test")
    assert Door(guarded).bearer(word.reveal().decode()) is None


# --- people


def test_an_administrator_adds_people_who_change_their_first_password(stranger: TestClient) -> None:
    sign_in(stranger, "administrator")
    made = stranger.post("/api/people", json={"name": "sato", "role": "clinical_engineer"}).json()
    with TestClient(stranger.app, base_url=ADDRESS) as new:
        sign_in(new, "sato", made["password"])
        assert new.get("/api/session").json()["todo"] == ["password"]
        refused = new.get("/api/devices")
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:hinomi:problem:api.todo_password"
        before = cookie(new)
        ask = {"old": made["password"], "new": "yama-to-kawa-to-umi"}
        assert new.post("/api/account/password", json=ask).status_code == 200
        assert cookie(new) != before
        assert new.get("/api/devices").status_code == 200
    assert "password" not in str(stranger.get("/api/people").json()["people"][0]).replace("first_password", "")


def test_an_administrator_always_remains(stranger: TestClient) -> None:
    sign_in(stranger, "administrator")
    assert stranger.post("/api/people/administrator/disable").status_code == 409
    assert stranger.post("/api/people/administrator/role", json={"role": "viewer"}).status_code == 409
    assert stranger.get("/api/people").status_code == 200


def test_no_page_and_no_error_shows_a_password(stranger: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    secret = "tsuki-no-hikari-99"
    for body in ({"name": "viewer", "password": secret}, {"name": ["x"], "password": secret},
                 {"name": "x" * 1000, "password": secret}, {"password": secret}):  # fmt: skip
        assert secret not in stranger.post("/api/session", json=body).text
    assert secret not in caplog.text


EXAMPLES = 3  # made up of each operation


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_operation_signed_in(full: Home, role: str) -> None:
    """schemathesis makes up questions: what the role may not is refused, nothing breaks."""
    add_all(full)
    app = create_app(full)
    rights = {(method, path): right for method, path, _, right in app.state.permissions}
    described = schemathesis.openapi.from_dict(app.openapi())
    counts = {"refused": 0, "answered": 0}
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        for found in described.get_all_operations():
            operation = found.ok()
            if operation.path in (ENDLESS, "/api/session", "/api/session/end"):
                continue  # would not end, or would end this very test; each has tests of its own
            right = rights[operation.method.upper(), operation.path]
            may = right in (PUBLIC, GUEST) or right in ROLES[role]
            made_up(client, role, operation, may=may, counts=counts)
    assert counts["answered"] > 200
    assert counts["refused"] > 20 or role == "administrator"


def made_up(client: TestClient, role: str, operation: Any, *, may: bool, counts: dict[str, int]) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        if not client.get("/api/session").json()["signed_in"]:
            sign_in(client, role)
        said = case.as_transport_kwargs(base_url=ADDRESS)
        said.pop("cookies", None)
        status = client.request(**said).status_code
        counts["answered"] += 1
        counts["refused"] += status == 403
        assert status < 500 or status == 503, (case.path, said)
        assert may or status in (403, 404, 405, 411, 413, 415), (case.path, status)

    ask()
