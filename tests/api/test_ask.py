"""A person's own questions: answered, within limits, and nothing but reading."""

from __future__ import annotations

import pytest


def put(client, sql):
    return client.post("/api/ask", json={"sql": sql})


def test_what_can_be_asked_is_told(ask):
    told = ask.get("/api/ask/records").json()
    names = {record["name"]: record for record in told["records"]}
    assert {"flow", "clue", "exchange", "reading", "note", "coverage", "conversation"} == set(names)
    assert names["flow"]["rows"] > 0
    assert any(column["doc"] for column in names["flow"]["columns"])


def test_an_answer_holds_what_the_records_hold(ask, full):
    told = put(ask, "SELECT service, count(*) AS n FROM flow GROUP BY service ORDER BY n DESC, service;").json()
    assert [head["name"] for head in told["columns"]] == ["service", "n"]
    wanted = full.history.sql("SELECT service, count(*) AS n FROM flow GROUP BY service ORDER BY n DESC, service")
    assert told["rows"] == [[row["service"], str(row["n"])] for row in wanted.to_pylist()]
    assert not told["more"]


def test_times_keep_all_their_digits(ask):
    told = put(ask, "SELECT start FROM flow LIMIT 1").json()
    assert told["columns"] == [{"name": "start", "time": True, "number": True}]
    assert len(told["rows"][0][0]) == 19


def test_a_long_answer_is_cut_and_says_so(ask):
    told = put(ask, "SELECT * FROM range(5000)").json()
    assert len(told["rows"]) == 1000
    assert told["more"]


def test_a_comment_at_the_end_harms_nothing(ask):
    assert put(ask, "SELECT 1 AS one -- first").json()["rows"] == [["1"]]


@pytest.mark.parametrize(
    "sql",
    [
        "DROP VIEW flow",
        "SELECT 1; SELECT 2",
        "CREATE TABLE x (a INT)",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "ATTACH '/tmp/x.db'",
        "SET memory_limit = '1TB'",
        "INSTALL httpfs",
        "PRAGMA database_list",
        "",
        "hello",
    ],
)
def test_nothing_but_one_select(ask, sql):
    answer = put(ask, sql)
    assert answer.status_code == 422
    assert answer.json()["title_ja"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('/tmp/*.parquet')",
        "SELECT getenv('HOME')",
    ],
)
def test_nothing_outside_the_records_is_reached(ask, sql):
    answer = put(ask, sql)
    assert answer.status_code == 422, answer.text
    assert "root:" not in answer.text


def test_a_question_without_end_is_given_up(ask, monkeypatch):
    from hinomi.store.history import asking

    monkeypatch.setattr(asking.tell, "__kwdefaults__", {"rows_max": 10, "seconds_max": 0.2})
    answer = put(ask, "SELECT count(*) FROM range(100000000) a, range(100000000) b")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("ask.too_slow")
    assert put(ask, "SELECT 1").status_code == 200


def test_each_question_is_in_the_audit_chain(ask, full):
    put(ask, "SELECT 42 AS answer")
    assert any(e.act == "records.asked" and "42" in str(e.detail) for e in full.state.audit_entries(limit=5))


def test_questions_are_kept_replaced_and_dropped(ask):
    first = ask.post("/api/ask/kept", json={"name": " 接続の数 ", "sql": "SELECT count(*) FROM flow"}).json()
    assert [one["name"] for one in first["items"]] == ["接続の数"]
    again = ask.post("/api/ask/kept", json={"name": "接続の数", "sql": "SELECT 2"}).json()
    assert [one["sql"] for one in again["items"]] == ["SELECT 2"]
    assert ask.post("/api/ask/kept", json={"name": "x", "sql": "DROP VIEW flow"}).status_code == 422
    assert ask.delete(f"/api/ask/kept/{again['items'][0]['id']}").json()["items"] == []
