"""Advisories come in as mail, mailbox, CSAF and text, and go out with receipts that hold."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from fastapi.testclient import TestClient

from hinomi.api import create_app
from hinomi.duties.registers import checked, registers
from hinomi.filing import advisories, telling
from hinomi.home import Home
from hinomi.notify.channels import Channel, put
from hinomi.people import Door
from hinomi.texts import Problem

TEXT = "件名: 【注意喚起】VPN装置の更新\n\n医療セプター TLP:AMBER\n対応期限: 2026年12月4日\n版を確かめてください。\n"


def mail(subject: str = "更新のお願い", html: str = "", **head: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "alert@cert.example", "it@hospital.example", subject
    made["Date"] = "Fri, 20 Nov 2026 09:00:00 +0900"
    for name, value in head.items():
        made[name.replace("_", "-")] = value
    if html:
        made.set_content(html, subtype="html", charset="iso-2022-jp")
    else:
        made.set_content("TLP:GREEN\n装置の版を確かめてください。", charset="iso-2022-jp")
    return made


def recipient(home: Home, name: str, kind: str = "department", **more: str) -> str:
    row = checked(registers()["recipient"], {"name": name, "kind": kind, **more})
    return home.state.file("recipient", row, by="test").id


def test_a_mail_is_taken_once(home: Home) -> None:
    raw = mail(Message_ID="<1@cert.example>").as_bytes()
    (row,) = advisories.take(home, raw, "a.eml", by="test")
    assert row.body["title"] == "更新のお願い" and row.body["date"] == "2026-11-20"
    assert row.body["tlp"] == "green" and "装置の版" in row.body["text"]
    assert advisories.take(home, raw, "again.eml", by="test") == []


def test_a_page_of_html_becomes_words(home: Home) -> None:
    raw = mail(html="<style>p{}</style><p>版を&amp;確かめて</p><script>x()</script>").as_bytes()
    (row,) = advisories.take(home, raw, "a.eml", by="test")
    assert row.body["text"] == "版を&確かめて"


def test_a_mailbox_holds_many(home: Home) -> None:
    box = b"".join(
        b"From alert Fri Nov 20 09:00:00 2026\n" + mail(f"件{n}", Message_ID=f"<{n}@x>").as_bytes() + b"\n\n"
        for n in range(3)
    )
    assert [one.body["title"] for one in advisories.take(home, box, "in.mbox", by="test")] == ["件0", "件1", "件2"]


def test_csaf_also_as_an_attachment(home: Home) -> None:
    document: dict[str, Any] = {
        "document": {
            "csaf_version": "2.0", "title": "SV-40: remote start", "publisher": {"name": "Soyokaze PSIRT"},
            "distribution": {"tlp": {"label": "WHITE"}}, "notes": [{"category": "summary", "text": "Update to 2.2."}],
            "tracking": {"id": "SYK-2026-1", "version": "1", "current_release_date": "2026-11-01T00:00:00Z"},
        },
        "vulnerabilities": [{"cve": "CVE-2026-0001"}],
    }  # fmt: skip
    made = mail()
    made.add_attachment(json.dumps(document).encode(), maintype="application", subtype="json", filename="a.json")
    (row,) = advisories.take(home, made.as_bytes(), "a.eml", by="test")
    assert row.body["title"] == "SV-40: remote start" and row.body["tlp"] == "clear"
    assert "CVE-2026-0001" in row.body["text"] and row.body["date"] == "2026-11-01"
    assert advisories.take(home, json.dumps(document).encode(), "a.json", by="test") == []


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp932", "euc-jp"])
def test_a_pasted_text(home: Home, charset: str) -> None:
    (row,) = advisories.take(home, TEXT.encode(charset), "x.txt", by="test", source="医療セプター")
    assert row.body["title"] == "【注意喚起】VPN装置の更新" and row.body["source"] == "医療セプター"
    assert row.body["tlp"] == "amber" and row.body["due"] == "2026-12-04"


@pytest.mark.parametrize("data", [b"", b"   \n", b"{}", b"{not json", b"\x00\x01\x02\xff", b"From \n"])
def test_what_is_no_advisory_says_so(home: Home, data: bytes) -> None:
    with pytest.raises(Problem) as found:
        advisories.take(home, data, "x.txt", by="test")
    assert found.value.id == "advisory.unreadable"
    with pytest.raises(Problem):
        advisories.take(home, b"x" * (advisories.BYTES_MAX + 1), "x.txt", by="test")


def test_the_drop_folder_is_emptied(home: Home) -> None:
    folder = home.path / advisories.FOLDER
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail().as_bytes())
    (folder / "b.json").write_bytes(b"{}")
    assert len(advisories.take_folder(home, by="test")) == 1
    assert (folder / "read" / "a.eml").exists() and (folder / "odd" / "b.json").exists()
    assert advisories.take_folder(home, by="test") == []


@pytest.fixture
def post() -> Iterator[tuple[int, list[bytes]]]:
    got: list[bytes] = []

    class Box:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            got.append(envelope.content)
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(Box(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, got
    controller.stop()


def test_out_by_mail_and_read_by_its_link(home: Home, post: tuple[int, list[bytes]]) -> None:
    port, got = post
    put(
        home,
        Channel("", "mail", "当直", "127.0.0.1", port, sender="h@hospital.example", to=("a@hospital.example",)),
        by="t",
    )
    (row,) = advisories.take(home, TEXT.encode(), "x.txt", by="test", source="医療セプター")
    ward, fax = recipient(home, "放射線部", mail="xp@hospital.example"), recipient(home, "2階病棟", fax="03-0000-0000")
    member = recipient(home, "山の診療所", "institution", mail="c@clinic.example")
    with pytest.raises(Problem) as found:  # amber stays in the house
        telling.send(home, row.id, [ward, member], "https://hinomi.example", by="test")
    assert found.value.id == "advisory.tlp" and got == []
    sent = telling.send(home, row.id, [ward, fax], "https://hinomi.example", by="test")
    assert [one.way for one in sent] == ["mail", "paper"] and len(got) == 1
    import email
    import email.policy

    text = email.message_from_bytes(got[0], policy=email.policy.default).get_content()
    word = re.search(r"https://hinomi\.example/advisory#(\S+)", text)
    assert word is not None
    Door(home).add("sato", "administrator", by="test")
    with TestClient(create_app(home), base_url="http://127.0.0.1:8733") as client:
        ask = {"word": word.group(1)}
        page = client.post("/api/by-link/advisory", json=ask).json()
        assert page["title"] == row.body["title"] and page["read"] == ""
        assert client.post("/api/by-link/advisory/read", json=ask).status_code == 422  # nobody named
        assert client.post("/api/by-link/advisory/read", json=ask | {"person": "山口"}).json()["person"] == "山口"
        assert client.post("/api/by-link/advisory", json={"word": "guess"}).status_code == 404
    stands = {one.recipient: one for one in telling.receipts(home, row.id, today="2027-01-01")}
    assert stands[ward].read and not stands[ward].late
    assert stands[fax].late and not stands[member].allowed and not stands[member].sent


def test_who_does_not_answer_is_reminded(home: Home) -> None:
    (row,) = advisories.take(home, TEXT.replace("AMBER", "GREEN").encode(), "x.txt", by="test")
    ward = recipient(home, "放射線部")
    telling.send(home, row.id, [ward], "https://h.example", by="test")
    (before,) = telling.receipts(home, row.id)
    assert telling.remind(home, "https://h.example", by="test", today=before.sent) == []
    again = telling.remind(home, "https://h.example", by="test", today="2099-01-01")
    assert [one.name for one in again] == ["放射線部"]
    (after,) = telling.receipts(home, row.id)
    assert after.id == before.id and after.sent == before.sent and after.reminded


def test_a_mail_server_that_is_away_leaves_it_unsent(home: Home) -> None:
    put(home, Channel("", "mail", "x", "127.0.0.1", 1, sender="h@hospital.example", to=("a@hospital.example",)), by="t")
    (row,) = advisories.take(home, TEXT.encode(), "x.txt", by="test")
    ward = recipient(home, "放射線部", mail="xp@hospital.example")
    (sent,) = telling.send(home, row.id, [ward], "https://h.example", by="test")
    assert sent.way == "failed" and sent.error and telling.receipts(home, row.id)[0].sent == ""
