"""What people file: rows are only added, the newest counts, each with its audit entry."""

from __future__ import annotations

import pytest

from hinomi.store.state import State, filing
from hinomi.texts import Problem


def test_the_newest_counts_and_the_past_stays(url: str) -> None:
    state = State(url, site="s")
    try:
        first = state.file("contact", {"name": "県警", "phone": ["110"]}, by="山口")
        state.file("contact", {"name": "保険会社"}, by="山口")
        state.file("contact", {"name": "県警 サイバー"}, by="谷口", id=first.id)
        assert [one.body["name"] for one in state.filed("contact")] == ["県警 サイバー", "保険会社"]
        state.file("contact", {}, by="谷口", id=first.id, gone=True)
        assert [one.body["name"] for one in state.filed("contact")] == ["保険会社"]
        assert [(one.by, one.gone) for one in state.filed_history("contact", first.id)] == [
            ("山口", False), ("谷口", False), ("谷口", True),
        ]  # fmt: skip
        assert [one.act for one in state.audit_entries()] == [
            "contact.withdraw", "contact.file", "contact.file", "contact.file",
        ]  # fmt: skip
        assert state.verify_audit().broken_at is None
        assert state.filed_count() == 4 and state.filed("other") == []
    finally:
        state.close()


def test_limits_are_named_and_reached(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(url, site="s")
    try:
        with pytest.raises(Problem, match="too long"):
            state.file("x", {"text": "あ" * filing.BODY_LETTERS_MAX}, by="a")
        with pytest.raises(Problem, match="Nobody"):
            state.file("x", {}, by=" ")
        state.file("x", {}, by="a")
        monkeypatch.setattr(filing, "FILED_MAX", 1)
        with pytest.raises(Problem, match="limit"):
            state.file("x", {}, by="a")
        assert state.filed_count() == 1
    finally:
        state.close()
