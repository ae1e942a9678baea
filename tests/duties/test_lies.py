"""A sheet on which everything is answered 「はい」, held against the lab: each lie the network could know is shown with
its proof, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from hinomi.duties import DutiesView, answers, checklists
from hinomi.duties.replies import Reply, Row, Said, rows

CASES = Path(__file__).resolve().parents[2] / "cases"
Look = Callable[..., DutiesView]


def sheet(view: DutiesView, answer: Said = Said.YES) -> list[Row]:
    edition = checklists()["R7"]
    network = answers(edition, "hospital", view)
    replies = [
        Reply(item.id, 1, answer, "2026-05-20", "事務長", "2027-03-31" if answer is Said.NO else "")
        for item in edition.of("hospital")
    ]
    return rows(edition, "hospital", network, replies)


# case → what else the sheet rests on → the items whose 「はい」 the network contradicts. Worked out by hand from the
# stories in cases/*/story.md, not from the program.
LIES = [
    ("telnet", {"2-⑫"}),
    ("ftp", {"2-⑫"}),
    ("rdp", {"2-②", "2-⑬"}),
    ("osaka-2022", {"2-②"}),
    ("okayama-2024", {"2-②", "2-⑬"}),
    ("handa-2021", {"2-②", "2-⑬"}),
    ("musashikosugi-2026", {"2-②", "2-⑬"}),
    ("backup-and-log-stop", {"2-⑪"}),
    ("day", {"2-②", "2-⑬"}),
    ("first-light", {"2-②"}),
    ("ordinary-2", set()),
    ("ordinary-3", set()),
    ("openvpn", {"2-②"}),
    ("wireguard", {"2-②"}),
    ("ike", {"2-②"}),
    ("ssh", {"2-②"}),
    ("vnc", {"2-②"}),
    ("whole-day", {"2-②", "2-⑬"}),
    ("held-out/handa-again", {"2-②", "2-⑬"}),
    ("held-out/musashikosugi-again", {"2-②", "2-⑬"}),
    ("held-out/devices", set()),
    ("emotet-2020", set()),
    ("rogue-dhcp", set()),
    ("server-exfiltration", set()),
    ("wrong-zone-laptop", set()),
    ("restic-backup", set()),
    ("silent-device", set()),
    ("smb-ntlm", set()),
    ("dicom", set()),
    ("sdc", set()),
]


@pytest.mark.parametrize(("case", "lies"), LIES)
def test_a_yes_that_the_network_contradicts_turns_amber(look: Look, case: str, lies: set[str]) -> None:
    amber = [row for row in sheet(look(case)) if row.amber]
    assert {row.item.number for row in amber} == lies
    for row in amber:
        assert row.network.lines, row.item.number
        assert all(line.evidence is not None and line.evidence.packet > 0 for line in row.network.lines)
        assert row.network.says_ja and row.network.needs_ja


def test_registers_that_lie_are_told_too(look: Look) -> None:
    """The ledger without a device, a sheet of one maker only, a copy kept where every terminal reaches it."""
    view = look("backup-and-log-stop")
    inside = frozenset(d.id for d in view.inside)
    files = next(d for d in view.inside if any(a.ip == "10.50.0.30" for a in d.addresses))
    lied = look(
        "backup-and-log-stop",
        ledger=inside - {files.id},
        disclosed=frozenset({"Somebody Else"}),
        backup_targets=frozenset({files.id}),
    )
    amber = {row.item.number: row for row in sheet(lied) if row.amber}
    assert set(amber) == {"2-①", "2-③", "2-⑪", "3-②"}
    assert [line.device for line in amber["2-①"].network.lines] == [files.id]


def test_a_second_false_sheet_on_another_day(look: Look) -> None:
    """A day of ninety-eight hosts; a ledger without the navigation, one maker's sheet missing, copies kept on the file
    server that every desk opens. Each lie is told with what proves it, and no honest row turns amber."""
    view = look("whole-day")
    at = {a.ip: d for d in view.inside for a in d.addresses}
    inside = frozenset(d.id for d in view.inside)
    makers = frozenset(d.value("manufacturer") for d in view.inside if d.value("manufacturer"))
    lied = look(
        "whole-day",
        ledger=inside - {at["10.30.1.31"].id},
        disclosed=makers - {"Hyoga Magnetics"},
        backup_targets=frozenset({at["10.50.0.30"].id}),
    )
    amber = {row.item.number: row for row in sheet(lied) if row.amber}
    assert set(amber) == {"2-①", "2-②", "2-③", "2-⑬", "3-②"}
    assert [line.device for line in amber["2-①"].network.lines] == [at["10.30.1.31"].id]
    assert [line.what for line in amber["2-③"].network.lines] == ["Hyoga Magnetics HM-15T"]
    assert {line.what.split(" ")[0] for line in amber["2-②"].network.lines} == {"openvpn", "vnc"}
    assert all(line.what.startswith("smb") for line in amber["3-②"].network.lines)
    honest = look("whole-day", ledger=inside, disclosed=makers)
    assert {row.item.number for row in sheet(honest) if row.amber} == {"2-②", "2-⑬"}


def test_a_remote_tool_that_calls_out_is_told_too(look_at: Callable[[Path, str], DutiesView], tmp_path: Path) -> None:
    """A desk's page of the weather becomes a remote tool's relay: the same bytes, another name of the same length."""
    (path,) = (CASES / "ordinary-2").glob("capture.*")
    raw = pa.CompressedInputStream(str(path), "zstd").read() if path.suffix == ".zst" else path.read_bytes()
    asked, tool = b"weather.sorairo.example", b"relay-12345.anydesk.com"
    assert raw.count(asked) > 0 and len(asked) == len(tool)
    changed = tmp_path / "capture.pcap"
    changed.write_bytes(raw.replace(asked, tool))
    amber = [row for row in sheet(look_at(changed, "ordinary-2")) if row.amber]
    assert [row.item.number for row in amber] == ["2-②"]
    (line,) = amber[0].network.lines
    assert line.what == "anydesk → relay-12345.anydesk.com" and line.evidence is not None and line.evidence.packet > 0


@pytest.mark.parametrize("answer", [Said.NO, Said.NOT_APPLICABLE])
def test_an_honest_no_is_never_amber(look: Look, answer: Said) -> None:
    assert not any(row.amber for row in sheet(look("osaka-2022"), answer))


def test_nothing_is_answered_by_itself(look: Look) -> None:
    edition = checklists()["R7"]
    for row in rows(edition, "hospital", answers(edition, "hospital", look("ordinary-2")), []):
        assert row.newest is None and row.open and not row.amber
