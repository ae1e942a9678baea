"""A sheet on which everything is answered 「はい」, held against the lab: each lie the network could know is shown with
its proof, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hinomi.duties import DutiesView, answers, checklists
from hinomi.duties.replies import Reply, Row, Said, rows

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


@pytest.mark.parametrize("answer", [Said.NO, Said.NOT_APPLICABLE])
def test_an_honest_no_is_never_amber(look: Look, answer: Said) -> None:
    assert not any(row.amber for row in sheet(look("osaka-2022"), answer))


def test_nothing_is_answered_by_itself(look: Look) -> None:
    edition = checklists()["R7"]
    for row in rows(edition, "hospital", answers(edition, "hospital", look("ordinary-2")), []):
        assert row.newest is None and row.open and not row.amber
