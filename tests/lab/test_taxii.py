"""Indicators fetched from a real TAXII 2.1 server (medallion, of OASIS), page by page."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hinomi.pipeline import taxii
from hinomi.texts import Problem
from hinomi.watch.indicators import read

pytestmark = pytest.mark.lab
ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
STAMP = "2026-11-01T00:00:00.000000Z"


def indicator(number: int) -> dict[str, object]:
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2026-11-01T00:00:00.000Z", "modified": "2026-11-01T00:00:00.000Z", "name": f"c2 {number}",
        "pattern": f"[ipv4-addr:value = '203.0.113.{number}']", "pattern_type": "stix",
        "valid_from": "2026-11-01T00:00:00Z",
    }  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The collection's address. Twelve indicators, five to a page, and one object of another kind."""
    subprocess.run([ROOT / "lab" / "install.sh"], check=True)
    objects = [*map(indicator, range(1, 13)), {**indicator(13), "type": "malware", "is_family": False}]
    media = "application/stix+json;version=2.1"
    data = {
        "/discovery": {"title": "t", "default": "/feed/", "api_roots": ["/feed/"]},
        "feed": {
            "information": {"title": "feed", "versions": [taxii.MEDIA], "max_content_length": 9_000_000},
            "status": [],
            "collections": [{
                "id": COLLECTION, "title": "c", "can_read": True, "can_write": False, "media_types": [media],
                "objects": objects,
                "manifest": [{"id": o["id"], "date_added": STAMP, "version": o["modified"], "media_type": media}
                             for o in objects],
            }],
        },
    }  # fmt: skip
    (tmp_path / "data.json").write_text(json.dumps(data))
    settings = {
        "backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend",
                    "filename": str(tmp_path / "data.json")},
        "users": {"hinomi": "Ayame-2026"},
        "taxii": {"max_page_size": 5},
    }  # fmt: skip
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    python = ROOT / ".venv-lab/bin/python"
    child = subprocess.Popen(
        [python, "-m", "medallion.scripts.run", "--port", str(port), tmp_path / "settings.json"],
        stdout=sys.stderr, stderr=sys.stderr,
    )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while True:
            assert child.poll() is None and time.monotonic() < end, "the server did not come up"
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/feed/collections/{COLLECTION}/"
    finally:
        child.terminate()
        child.wait(60)


def test_all_pages_of_a_collection(server: str) -> None:
    got = read(taxii.fetch(server, "hinomi", "Ayame-2026"), "feed")
    assert {one.value for one in got.indicators} == {f"203.0.113.{n}" for n in range(1, 13)}
    assert {one.label for one in got.indicators} >= {"c2 1", "c2 12"}


def test_what_a_server_refuses_is_said(server: str) -> None:
    for url, user, told in (
        (server, "stranger", "401"),
        (server.replace(COLLECTION, "00000000-0000-0000-0000-000000000000"), "hinomi", "404"),
    ):
        with pytest.raises(Problem) as refused:
            taxii.fetch(url, user, "Ayame-2026")
        assert told in refused.value.sentence("en") and "Ayame" not in refused.value.sentence("ja")
    with pytest.raises(Problem) as wrong:
        taxii.fetch("file:///etc/passwd")
    assert wrong.value.id == "indicators.no_collection"
