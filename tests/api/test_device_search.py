"""The device list's search: kana find kanji, and what a person changed is found at once."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from hinomi.api.readings import folded, read_aloud
from hinomi.home import Home


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("手術室2", "しゅじゅつしつ2"),
        ("東3階病棟", "ひがし3かいびょうとう"),
        ("生体情報モニタ", "せいたいじょうほうもにた"),
        ("ICU", ""),
        ("鷹", ""),
    ],
)
def test_words_of_a_hospital_are_read(written: str, read: str) -> None:
    assert read_aloud(written) == read


def test_width_case_and_kana_are_one() -> None:
    assert folded("ﾓﾆﾀ Ｍ１") == folded("もにた m1") == folded("モニタ M1")


def ids(ask: TestClient, q: str) -> set[str]:
    answer = ask.get("/api/devices", params={"q": q})
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


def test_hiragana_and_katakana_find_what_is_written_in_kanji(ask: TestClient) -> None:
    written = ids(ask, "超音波")
    assert written and ids(ask, "ちょうおんぱ") == written == ids(ask, "チョウオンパ")
    assert ids(ask, "ちょうおんぱおんぱ") == set()


def test_a_persons_word_is_found_at_once_and_the_rest_stays(ask: TestClient, full: Home) -> None:
    before = ask.get("/api/devices", params={"sort": "label"}).json()
    chosen = before["items"][0]["id"]
    full.state.decide_device(chosen, "set", by="me", reason="seen", attribute="department", value="内視鏡室")
    assert ids(ask, "ないしきょうしつ") == {chosen}
    after = ask.get("/api/devices", params={"sort": "label"}).json()
    assert [item["id"] for item in after["items"]] == [item["id"] for item in before["items"]]
    assert after["types"] == before["types"] and after["items"][1:] == before["items"][1:]


def test_one_word_on_many_devices_and_back(ask: TestClient, full: Home) -> None:
    chosen = [item["id"] for item in ask.get("/api/devices").json()["items"]][:3]
    said = ask.post(
        "/api/device-words",
        json={"devices": [*chosen, chosen[0]], "department": " 臨床工学室 ", "owner": "ME", "reason": "棚卸し"},
    )
    assert said.status_code == 200, said.text
    assert len(said.json()["ids"]) == 6 and ids(ask, "りんしょうこうがく") == set(chosen)
    device = full.state.device(chosen[0])
    assert device is not None and device.attributes["owner"].by_person and "location" not in device.attributes
    back = ask.post("/api/device-words/undo", json={"ids": said.json()["ids"], "reason": "誤り"})
    assert back.status_code == 200
    assert all(decision.undone for one in chosen for decision in full.state.decisions(one, undone=True))


def test_many_is_all_or_nothing(ask: TestClient, full: Home) -> None:
    known = ask.get("/api/devices").json()["items"][0]["id"]
    nothing = ask.post("/api/device-words", json={"devices": [known], "reason": "r"})
    assert nothing.status_code == 422 and "department" in nothing.json()["hint"]
    wrong = ask.post("/api/device-words", json={"devices": [known, "d-nobody"], "owner": "ME", "reason": "r"})
    assert wrong.status_code >= 400
    too_many = ask.post("/api/device-words", json={"devices": ["d"] * 1001, "owner": "ME", "reason": "r"})
    assert too_many.status_code == 422
    assert full.state.decisions(known) == []
