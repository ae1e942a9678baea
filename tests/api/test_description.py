"""The OpenAPI description: fresh in the console, and kept by the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hinomi.api import create_app
from hinomi.api.describe import description
from hinomi.home import Home

LOCAL = {"Host": "127.0.0.1:8733"}
KEPT = Path(__file__).parents[2] / "console" / "src" / "api" / "openapi.json"


def test_the_console_knows_the_newest_description() -> None:
    assert KEPT.read_text("utf-8") == description(), "run `npm run gen` in console/"


def test_every_route_has_a_sentence_and_a_shape() -> None:
    said = json.loads(KEPT.read_text("utf-8"))
    assert len(said["paths"]) > 15
    for path, acts in said["paths"].items():
        for act, route in acts.items():
            assert route.get("description"), f"{act} {path} says nothing about itself"
            assert "default" in route["responses"], f"{act} {path} does not say how it fails"


CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


OPERATIONS = [
    (path, act)
    for path, acts in json.loads(KEPT.read_text("utf-8"))["paths"].items()
    for act in acts
    if path != "/api/live"  # never ends; see below
]


@pytest.mark.parametrize(("path", "act"), OPERATIONS)
def test_whatever_is_asked_gets_an_answer_of_its_shape(full: Home, path: str, act: str) -> None:
    """schemathesis makes up questions from the description, right ones and wrong ones."""
    described = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(full), headers=LOCAL)
    asked = 0

    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(described[path][act.upper()].as_strategy())
    def ask_all(case: schemathesis.Case) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers=LOCAL, checks=CHECKS)

    ask_all()
    assert asked


def test_the_event_stream_tells_the_version(full: Home) -> None:
    """Read by hand, because it has no end."""
    import asyncio

    from hinomi.api.routes.live import live

    class Asked:
        app = create_app(full)
        gone = False

        async def is_disconnected(self) -> bool:
            return self.gone

    async def first() -> list[str]:
        asked = Asked()
        body = (await live(asked)).body_iterator  # type: ignore[arg-type]
        said = [str(await anext(body)), str(await anext(body))]
        assert asked.app.state.listeners == 1
        asked.gone = True
        await body.aclose()  # type: ignore[union-attr]
        assert asked.app.state.listeners == 0
        return said

    said = asyncio.run(first())
    assert said[1].startswith("event: changed\ndata: ")
