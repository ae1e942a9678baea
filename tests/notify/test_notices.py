"""Notices reach real local servers: SMTP, HTTP, syslog; once, late in quiet hours, and again after a kill."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from hinomi.home import Home
from hinomi.model import EvidenceRef, FindingDraft, Severity, Status
from hinomi.notify.channels import Channel, channels, put, remove, secret
from hinomi.notify.worker import Worker, only_one
from hinomi.store.state import notices
from hinomi.texts import Problem

NS = 1_000_000_000
T0 = 1_790_000_000 * NS


def draft(key: str = "a", severity: Severity = Severity.HIGH, story: str = "s1", last: int = T0) -> FindingDraft:
    facts: dict[str, Any] = {
        "variant": "default", "device": "us01", "device_ip": "10.20.0.21", "device_type": "ultrasound",
        "device_zone_ja": "画像診断", "device_zone_en": "Imaging", "destination": "cloud.example", "count": 2,
        "addresses": ["203.0.113.25"], "names": ["cloud.example"], "services": ["tls"], "sent_bytes": 1200,
        "received_bytes": 3400, "category": "unknown", "first_at": T0, "last_at": T0, "owner": "—",
    }  # fmt: skip
    return FindingDraft("first_contact_outside", key, severity, 0.9, ["d-us"], facts, T0, last, 2,
                        [EvidenceRef("cafe", 1, 10)], None, story)  # fmt: skip


def raised(home: Home, *drafts: FindingDraft) -> list[str]:
    with home.state.transaction() as tx:
        return tx.put_findings(drafts).raised


class Mails:
    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def mails() -> Iterator[tuple[Mails, int]]:
    box = Mails()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, port
    server.stop()


class Hook:
    """A web server that keeps what is posted; `answers` are the codes it gives, the last one for ever."""

    def __init__(self, *answers: int) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        answers_left = list(answers)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                self.send_response(answers_left.pop(0) if len(answers_left) > 1 else answers_left[0])
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook(200)
    yield made
    made.server.shutdown()


def mail(smtp: int, **more: Any) -> Channel:
    told: dict[str, Any] = {
        "id": "", "type": "mail", "name": "当直", "host": "127.0.0.1", "port": smtp, "sender": "hinomi@hospital.example",
        "to": ("night@hospital.example",),
    }  # fmt: skip
    return Channel(**{**told, **more})


def webhook(url: str, **more: Any) -> Channel:
    return Channel(**{"id": "", "type": "webhook", "name": "hook", "url": url, **more})


def test_one_mail_for_one_story_in_plain_japanese(home: Home, mails: tuple[Mails, int]) -> None:
    box, port = mails
    put(home, mail(port), by="a person")
    worker = Worker(home)
    raised(home, draft("a", Severity.MEDIUM), draft("b"), draft("c", Severity.LOW), draft("d", story="s2"))
    assert worker.step() == 2 and worker.step() == 0
    subjects = sorted(str(one["Subject"]) for _, one in box.got)
    assert len(box.got) == 2 and all("火の見 高" in subject and "cloud.example" in subject for subject in subjects)
    to, first = next(got for got in box.got if "同じ原因" in got[1].get_content())
    text = first.get_content()
    assert to == ["night@hospital.example"] and "まず行うこと" in text and "使用中" in text
    assert home.state.notice_counts() == {"sent": 3, "lost": 0}  # the low one was not wanted


def test_what_happened_before_the_first_channel_is_not_told(home: Home, mails: tuple[Mails, int]) -> None:
    box, port = mails
    raised(home, draft("old"))
    put(home, mail(port), by="a person")
    assert Worker(home).step() == 0 and box.got == []


def test_webhook_signed_and_as_ocsf(home: Home, hook: Hook) -> None:
    made = put(home, webhook(hook.url), by="a person", secret="key")
    put(home, webhook(hook.url, form="ocsf", lang="en"), by="a person")
    raised(home, draft())
    assert Worker(home).step() == 2
    bodies = {"list" if isinstance(json.loads(body), list) else "own": (head, body) for head, body in hook.got}
    head, body = bodies["own"]
    assert head["X-Hinomi-Signature"] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["in_use"] == "unknown" and json.loads(body)["first_steps"]
    assert json.loads(bodies["list"][1])[0]["class_uid"] == 2004
    path = home.path / "keys" / f"channel-{made.id}.secret"
    assert path.stat().st_mode & 0o077 == 0 and secret(home, made.id) == "key"
    assert "key" not in json.dumps([dict(one.body) for one in home.state.filed("channel")])
    remove(home, made.id, by="a person")
    assert not path.exists() and len(channels(home)) == 1


@pytest.mark.parametrize("proto", ["udp", "tcp"])
def test_syslog_carries_cef(home: Home, proto: str) -> None:
    kind = socket.SOCK_DGRAM if proto == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as server:
        server.settimeout(10)
        server.bind(("127.0.0.1", 0))
        if proto == "tcp":
            server.listen()
        port = server.getsockname()[1]
        put(home, Channel("", "syslog", "log", host="127.0.0.1", port=port, proto=proto, lang="en"), by="a person")
        raised(home, draft())
        assert Worker(home).step() == 1
        if proto == "udp":
            data = server.recv(65_000)
        else:
            taken, _ = server.accept()
            with taken:
                length, _, rest = taken.recv(65_000).partition(b" ")
                data = rest
                assert int(length) == len(rest)
    assert data.startswith(b"<107>1 2") and b" hinomi - " in data and b"CEF:0|Hinomi|Hinomi|" in data


def test_quiet_hours_hold_back_what_can_wait(home: Home, hook: Hook) -> None:
    put(home, webhook(hook.url, quiet_start="22:00", quiet_end="07:00"), by="a person")
    raised(home, draft("high", story="h"), draft("medium", Severity.MEDIUM, story="m"))
    tokyo = ZoneInfo("Asia/Tokyo")
    (channel,) = channels(home)

    def due(text: str, severity: Severity = Severity.MEDIUM) -> str:
        at = int(datetime.fromisoformat(text).replace(tzinfo=tokyo).timestamp()) * NS
        return datetime.fromtimestamp(channel.due(at, severity, "Asia/Tokyo") / NS, tokyo).strftime("%d %H:%M")

    assert due("2026-09-21T23:30") == "22 07:00" and due("2026-09-22T02:00") == "22 07:00"
    assert due("2026-09-22T07:00") == "22 07:00" and due("2026-09-22T12:00") == "22 12:00"
    assert due("2026-09-21T23:30", Severity.HIGH) == "21 23:30"
    assert Worker(home).step(time.time_ns() + 24 * 3600 * NS) == 2  # a day later both are due


def test_escalation_only_of_what_still_waits(home: Home, hook: Hook) -> None:
    put(home, webhook(hook.url, after_min=30), by="a person")
    ids = raised(home, draft("a", story="a"), draft("b", story="b"))
    worker = Worker(home)
    assert worker.step() == 0
    home.state.decide_finding(ids[0], Status.ACKNOWLEDGED, by="a person", reason="on it")
    assert worker.step(time.time_ns() + 31 * 60 * NS) == 1
    (told,) = [json.loads(body) for _, body in hook.got]
    assert told["finding"] == ids[1] and told["why"] == "escalation"
    assert home.state.notice_counts() == {"not_needed": 1, "sent": 1, "lost": 0}


def test_worse_and_reopened_are_told_seen_again_is_not(home: Home, hook: Hook) -> None:
    put(home, webhook(hook.url), by="a person")
    worker = Worker(home)
    (id,) = raised(home, draft("a", Severity.MEDIUM))
    worker.step()
    raised(home, draft("a", Severity.MEDIUM, last=T0 + NS))
    worker.step()
    raised(home, draft("a", Severity.HIGH, last=T0 + 2 * NS))
    worker.step()
    home.state.decide_finding(id, Status.RESOLVED, by="a person", reason="done")
    raised(home, draft("a", Severity.HIGH, last=T0 + 3 * NS))
    worker.step()
    assert [json.loads(body)["why"] for _, body in hook.got] == ["raised", "worse", "reopened"]


def test_a_receiver_that_fails_is_tried_again_and_given_up_at_last(home: Home) -> None:
    hook = Hook(500, 500, 200)
    put(home, webhook(hook.url), by="a person")
    raised(home, draft())
    worker, now = Worker(home), time.time_ns() + NS
    assert [worker.step(now), worker.step(now), worker.step(now + 11 * NS), worker.step(now + 60 * NS)] == [0, 0, 0, 1]
    assert len({head["Idempotency-Key"] for head, _ in hook.got}) == 1 and len(hook.got) == 3
    hook.server.shutdown()
    hook.server.server_close()
    raised(home, draft("b", story="s2"))
    for n in range(20):
        worker.step(now + (n + 1) * 3600 * NS)
    counts = home.state.notice_counts()
    assert counts["given_up"] == 1 and counts.get("waiting", 0) == 0
    assert "notice.given_up" in [entry.act for entry in home.state.audit_entries()]


def test_the_queue_is_bounded_and_says_what_it_lost(home: Home, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "WAITING_MAX", 3)
    put(home, webhook(hook.url), by="a person")
    raised(home, *(draft(f"k{n}", story=f"s{n}") for n in range(5)))
    Worker(home).step()
    assert len(hook.got) == 3 and home.state.notice_counts() == {"sent": 3, "lost": 2}


def test_killed_between_queue_and_delivery_nothing_is_lost(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and never answers
        put(home, webhook(f"http://127.0.0.1:{silent.getsockname()[1]}/"), by="a person")
        raised(home, draft())
        script = "from hinomi.cli import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", script, "notify", "run"], env={**os.environ, "HINOMI_HOME": str(home.path)}
        )
        try:
            silent.settimeout(60)
            silent.accept()  # the worker is in the middle of its delivery
            with only_one(home) as mine:
                assert mine is False
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
    assert home.state.notice_counts() == {"waiting": 1, "lost": 0}
    hook = Hook(200)
    (channel,) = channels(home)
    put(home, webhook(hook.url, id=channel.id), by="a person")
    with only_one(home) as mine:
        assert mine is True
        assert Worker(home).step() == 1
    assert len(hook.got) == 1
    hook.server.shutdown()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "pigeon"}, {"name": " "}, {"severity": "loud"}, {"to": ()}, {"to": ("a@b\r\nBcc: c@d",)}, {"port": 0},
        {"tls": "maybe"}, {"quiet_start": "22:00"}, {"quiet_start": "25:00", "quiet_end": "07:00"}, {"after_min": -1},
        {"type": "webhook", "url": "file:///etc/passwd"},
    ],
)  # fmt: skip
def test_what_could_never_arrive_is_refused(home: Home, wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as told:
        put(home, mail(25, **wrong), by="a person")
    assert told.value.id == "notify.bad_entry" and channels(home) == []
