"""Contacts with the outside over the API."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_an_unknown_cloud_stands_first_with_its_devices_and_finding(ask: TestClient) -> None:
    said = ask.get("/api/outside").json()
    assert [shelf["category"] for shelf in said["shelves"]] == ["unknown"]
    (one,) = said["shelves"][0]["contacts"]
    assert [device["id"] for device in one["devices"]] == ["d-us"]
    assert (one["bytes_up"], one["bytes_down"], one["inward"]) == (1_200, 3_400, False)
    assert one["category_words"]["ja"] and len(one["findings"]) == 1 and one["new"] is False
    assert {"online_eligibility", "id_link"} <= {profile["id"] for profile in said["profiles_unseen"]}
    assert all(profile["source"] and profile["purpose"]["ja"] for profile in said["profiles_unseen"])
    assert said["owners_known"] is False


def test_nothing_heard_nothing_told(ask_empty: TestClient) -> None:
    said = ask_empty.get("/api/outside").json()
    assert said["shelves"] == [] and said["contacts"] == 0 and said["profiles_unseen"]
