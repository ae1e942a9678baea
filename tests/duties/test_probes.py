"""Each probe says each of its words on the lab's captures, and never more than it heard."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from hinomi.duties import DutiesView, Word
from hinomi.duties.evidence import words
from hinomi.duties.probes import PROBES
from hinomi.watch import MaintenancePath

Look = Callable[..., DutiesView]


def say(probe: str, view: DutiesView) -> tuple[Word, list[str]]:
    said = PROBES[probe](view)
    sentence = words()[probe][f"{said.word}_ja"].format(**said.facts)
    assert "{" not in sentence
    if said.word is Word.CONTRADICTED:
        assert said.lines and all(line.evidence is not None and line.evidence.packet > 0 for line in said.lines)
    return said.word, [line.what for line in said.lines]


def at(view: DutiesView, ip: str) -> str:
    return next(d.id for d in view.inside if any(a.ip == ip for a in d.addresses))


@pytest.mark.parametrize(
    ("case", "word", "what"),
    [
        ("telnet", Word.CONTRADICTED, ["telnet 23"]),
        ("ftp", Word.CONTRADICTED, ["ftp 21"]),
        ("smb-ntlm", Word.UNKNOWN, []),  # the newer SMB, which the wire also calls smb
        ("handa-2021", Word.UNKNOWN, []),
    ],
)
def test_needless_services(look: Look, case: str, word: Word, what: list[str]) -> None:
    assert say("needless_services", look(case)) == (word, what)


def test_the_first_smb_is_told_from_the_newer(look: Look) -> None:
    """The same session, with the version that the server agreed to changed: SMB 1 is needless."""
    view = look("smb-ntlm")
    rows = [
        row | {"detail": '{"version": "1", "dialect": "NT LM 0.12"}'} if row["operation"] == "NEGOTIATE" else row
        for row in _plain(view.watch.exchanges)
    ]
    old = DutiesView(
        watch=type(view.watch)(
            **{
                name: getattr(view.watch, name)
                for name in ("conversations", "flows", "inventory", "intervals", "zones")
            },
            exchanges=pa.Table.from_pylist(rows, schema=_ints(view.watch.exchanges.schema)).cast(
                view.watch.exchanges.schema
            ),
            now=view.watch.now,
        ),
        notes=view.notes,
        today=view.today,
    )
    word, what = say("needless_services", old)
    assert word is Word.CONTRADICTED and what == ["SMB 1"]


def _ints(schema: pa.Schema) -> pa.Schema:
    return pa.schema(
        [
            pa.field(f.name, pa.int64() if pa.types.is_timestamp(f.type) else _plain_type(f.type), f.nullable)
            for f in schema
        ]
    )


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _plain(table: pa.Table) -> list[dict[str, object]]:
    return table.cast(_ints(table.schema)).to_pylist()


@pytest.mark.parametrize(
    ("case", "word", "what"),
    [
        ("musashikosugi-2026", Word.CONTRADICTED, {"openvpn ← 203.0.113.66 (203.0.113.66)"}),
        ("osaka-2022", Word.CONTRADICTED, {"rdp ← 10.90.0.20 (10.90.0.20)"}),
        ("ordinary-2", Word.UNKNOWN, set()),
    ],
)
def test_remote_maintenance(look: Look, case: str, word: Word, what: set[str]) -> None:
    told, lines = say("remote_maintenance", look(case))
    assert told is word and set(lines) == what


def test_a_registered_session_does_not_contradict(look: Look) -> None:
    view = look("osaka-2022")
    path = MaintenancePath("p", "給食", peers=("10.90.0.20",), devices=(at(view, "10.50.0.45"),))
    view.watch.registers.append(path)
    try:
        assert say("remote_maintenance", view)[0] is Word.NOT_CONTRADICTED
    finally:
        view.watch.registers.clear()


@pytest.mark.parametrize(
    ("case", "word", "count"),
    [("rdp", Word.CONTRADICTED, 1), ("okayama-2024", Word.CONTRADICTED, 2), ("osaka-2022", Word.UNKNOWN, 0)],
)
def test_source_restriction(look: Look, case: str, word: Word, count: int) -> None:
    told, lines = say("source_restriction", look(case))
    assert (told, len(lines)) == (word, count)


def test_remote_control_straight_in_is_counted_for_a_person(look: Look) -> None:
    assert say("remote_without_gateway", look("rdp")) == (Word.PERSON, ["rdp ← 203.0.113.77 (203.0.113.77)"])
    assert say("remote_without_gateway", look("musashikosugi-2026")) == (Word.PERSON, [])


def test_one_name_on_several_servers(look: Look) -> None:
    word, lines = say("admin_accounts", look("okayama-2024"))
    assert word is Word.PERSON and len(lines) == 2 and len(set(lines)) == 1
    assert say("admin_accounts", look("smb-ntlm"))[1] == []


def test_logs(look: Look) -> None:
    assert say("log_flows", look("backup-and-log-stop")) == (Word.CONTRADICTED, ["log: silence"])
    word, lines = say("log_flows", look("syslog"))
    assert word is Word.UNKNOWN and set(lines) == {"syslog"}


def test_backups(look: Look) -> None:
    view = look("backup-and-log-stop")
    assert say("backup_flows", view) == (Word.UNKNOWN, [])
    # The hospital registers a share of its file server as the place of a copy; a terminal uses the same server.
    share = look("backup-and-log-stop", backup_targets=frozenset({at(view, "10.50.0.30")}))
    word, lines = say("backup_flows", share)
    assert word is Word.CONTRADICTED and len(lines) == 1 and lines[0].startswith("smb → ")


def test_disclosure(look: Look) -> None:
    view = look("first-light")
    word, makers = say("disclosure", view)
    assert word is Word.UNKNOWN and "Nagisa Echo NE-700" in makers
    some = look("first-light", disclosed=frozenset({"株式会社 Nagisa Echo"}))
    word, left = say("disclosure", some)
    assert word is Word.CONTRADICTED and len(left) == len(makers) - 1 and "Nagisa Echo NE-700" not in left
    names = frozenset(d.value("manufacturer") for d in view.inside if d.value("manufacturer"))
    assert say("disclosure", look("first-light", disclosed=names))[0] is Word.NOT_CONTRADICTED


def test_obsolete_and_cleartext(look: Look) -> None:
    assert say("obsolete", look("first-light"))[0] is Word.UNKNOWN
    assert say("cleartext_credentials", look("telnet")) == (Word.PERSON, ["telnet × 1"])
    assert say("cleartext_credentials", look("smb-ntlm")) == (Word.PERSON, [])


def test_ledger(look: Look) -> None:
    view = look("first-light")
    whole = frozenset(d.id for d in view.inside)
    assert say("ledger", view)[0] is Word.UNKNOWN
    assert say("ledger", look("first-light", ledger=whole))[0] is Word.NOT_CONTRADICTED
    assert say("ledger", look("first-light", ledger=whole - {view.inside[0].id}))[0] is Word.CONTRADICTED


def test_every_sentence_of_every_probe_can_be_said() -> None:
    """The words that probes.toml holds are those that the tests above bring out."""
    can = {
        "ledger": {"contradicted", "not_contradicted", "unknown"},
        "remote_maintenance": {"contradicted", "not_contradicted", "unknown"},
        "disclosure": {"contradicted", "not_contradicted", "unknown"},
        "obsolete": {"contradicted", "unknown"},
        "cleartext_credentials": {"person"},
        "admin_accounts": {"person"},
        "remote_without_gateway": {"person"},
        "log_flows": {"contradicted", "unknown"},
        "needless_services": {"contradicted", "unknown"},
        "source_restriction": {"contradicted", "unknown"},
        "backup_flows": {"contradicted", "unknown"},
    }
    for probe, table in words().items():
        assert {name.rpartition("_")[0] for name in table} - {"needs"} == can[probe]
