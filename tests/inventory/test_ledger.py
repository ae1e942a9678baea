"""The hospital's ledger: read as it is, reconciled with reasons."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.inventory import ledger
from hinomi.inventory.ledger import values
from hinomi.model import Address, Attribute, Device


def device(name: str, ip: str, mac: str = "", outside: bool = False, **attributes: str) -> Device:
    stated = {k: Attribute(k, v, 0.95) for k, v in attributes.items()}
    names = {"hostname": [attributes["hostname"]]} if "hostname" in attributes else {}
    return Device(name, "s", [Address(mac, ip, None, 1, 2)], stated, names, [], None, outside, 1, 2)


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


HEAD = ["No", "機器名称", "メーカー", "型式", "製造番号", "IPアドレス", "MACアドレス", "設置場所", "購入年月日"]
ROWS = [
    [
        "1",
        "CT装置",
        "キヤノンメディカルシステムズ株式会社",
        "Aquilion",
        "ＡＢＣ－００１２",
        "１０．２０．０．１１",
        "",
        "CT室",
        "令和5年4月1日",
    ],
    ["2", "生体情報モニタ", "日本光電", "BSM-9101", "5512", "10.30.1.11", "00-11-22-AA-BB-CC", "手術室1", "H30.3.31"],
    ["3", "心電計", "フクダ電子", "FX-8322", "9911-7", "", "", "生理検査室", "2019/12"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_japanese_encodings(tmp_path: Path, encoding: str) -> None:
    rows = [[cell.replace("－", "-") for cell in row] for row in ROWS]
    sheet = ledger.read(write_csv(tmp_path / "台帳.csv", [HEAD, *rows], encoding))
    assert [c.field for c in sheet.columns] == [
        "",
        "name",
        "manufacturer",
        "model",
        "serial",
        "ip",
        "mac",
        "location",
        "bought",
    ]
    assert sheet.rows[0].ips == ["10.20.0.11"] and sheet.rows[1].macs == ["00:11:22:aa:bb:cc"]
    assert [r.values["bought"] for r in sheet.rows] == ["2023-04-01", "2018-03-31", "2019-12"]


def test_any_order_of_columns_titles_above_and_repeated_headers(tmp_path: Path) -> None:
    order = list(range(len(HEAD)))
    random.Random(3).shuffle(order)
    mixed = [[row[i] for i in order] for row in [HEAD, ROWS[0], HEAD, ROWS[1], ROWS[2]]]
    title = [["火の見病院 医療機器台帳"], ["令和6年度", "", "ME室"], []]
    sheet = ledger.read(write_csv(tmp_path / "a.csv", title + mixed, "cp932", "\t"))
    assert len(sheet.rows) == 3 and {r.values["serial"] for r in sheet.rows} == {"ABC-0012", "5512", "9911-7"}


def test_excel_with_merged_cells_two_header_rows_and_other_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "表紙"
    book.active["A1"] = "台帳"
    page = book.create_sheet("機器")
    page.append(["機器", None, "ネットワーク", None, "設置場所"])
    page.append(["機器名称", "製造番号", "IPアドレス", "MACアドレス", None])
    page.append(["CT装置", 12345678, "10.20.0.11", "001122AABBCC", "3階"])
    page.append(["ワークステーション", "W-77", "10.20.0.41", None, None])
    page.merge_cells("A1:B1")
    page.merge_cells("C1:D1")
    page.merge_cells("E1:E2")
    page.merge_cells("E3:E4")
    book.save(tmp_path / "b.xlsx")
    sheet = ledger.read(tmp_path / "b.xlsx")
    assert sheet.name.endswith("機器")
    assert [r.values.get("location") for r in sheet.rows] == ["3階", "3階"]
    assert sheet.rows[0].values["serial"] == "12345678" and sheet.rows[0].macs == ["00:11:22:aa:bb:cc"]


def test_a_person_corrects_a_column(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "c.csv", [["管理コード", "製造番号", "型式"], ["X-1", "S-100", "M"]])
    assert [c.field for c in ledger.read(path).columns] == ["", "serial", "model"]
    assert ledger.read(path, {0: "asset_number"}).rows[0].values["asset_number"] == "X-1"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("令和元年5月1日", "2019-05-01"),
        ("R5.4.1", "2023-04-01"),
        ("Ｈ３０／３／３１", "2018-03-31"),
        ("平成30年度", "2018"),
        ("昭和63年12月", "1988-12"),
        ("2023/4/1", "2023-04-01"),
        ("20230401", "2023-04-01"),
        ("2023年4月", "2023-04"),
        ("2023-04-01 00:00:00", "2023-04-01"),
        ("2023/2/30", None),
        ("不明", None),
        ("", None),
    ],
)
def test_japanese_dates(cell: str, wanted: str | None) -> None:
    assert values.date(cell) == wanted


def test_addresses_in_any_writing() -> None:
    assert values.macs("００：１１：２２：ＡＡ：ＢＢ：ＣＣ / 0011.22aa.bbcd") == [
        "00:11:22:aa:bb:cc",
        "00:11:22:aa:bb:cd",
    ]
    assert values.ips("010.001.002.003、10.1.2.4(予備) fe80::1") == ["10.1.2.3", "10.1.2.4", "fe80::1"]
    assert values.macs("未設定") == [] and values.ips("DHCP") == [] and values.ips("300.1.1.1") == []


def test_reconciled_with_reasons(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "d.csv", [HEAD, *ROWS], "utf-8"))
    ct = device("d-ct", "10.20.0.99", serial="ABC-0012", manufacturer="Canon Medical Systems", model="Aquilion ONE")
    monitor = device("d-mon", "10.30.1.11", "00:11:22:aa:bb:cc", manufacturer="Fukuda Denshi", model="BSM-9101")
    stranger = device("d-x", "10.60.0.66", hostname="unknown-pc")
    outside = device("d-out", "203.0.113.1", outside=True)
    found = ledger.reconcile(sheet, [ct, monitor, stranger, outside])
    assert [(m.row.number, m.device.id, m.by) for m in found.matches] == [
        (2, "d-ct", ["serial"]),
        (3, "d-mon", ["mac", "ip"]),
    ]
    assert [d.id for d in found.unlisted] == ["d-x"] and [r.number for r in found.unseen] == [4]
    differs = {(m.device.id, d.field): d for m in found.matches for d in m.differences}
    assert set(differs) == {
        ("d-ct", "ip"),
        ("d-mon", "manufacturer"),
    }  # キヤノン… is Canon Medical; ONE refines the model
    assert differs["d-ct", "ip"].likelier == "network" and differs["d-mon", "manufacturer"].likelier == "network"
    assert all(d.why_ja and d.why_en for d in differs.values())


def test_an_address_alone_does_not_match_against_a_harder_key(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "e.csv", [HEAD, ROWS[0]]))
    taken_over = device("d-new", "10.20.0.11", serial="ZZZ-9")
    found = ledger.reconcile(sheet, [taken_over])
    assert found.matches == [] and len(found.unseen) == 1 and found.unlisted == [taken_over]
    silent = device("d-old", "10.20.0.11")
    assert ledger.reconcile(sheet, [silent]).matches[0].by == ["ip"]


def test_double_serials_are_told_and_do_not_match_twice(tmp_path: Path) -> None:
    rows = [HEAD, ROWS[1], [*ROWS[1][:5], "10.30.1.12", "", "", ""]]
    sheet = ledger.read(write_csv(tmp_path / "f.csv", rows))
    assert any("製造番号が同じ" in note.ja and "2, 3" in note.en for note in sheet.notes)
    found = ledger.reconcile(sheet, [device("d-1", "10.30.1.11", "00:11:22:aa:bb:cc", serial="5512")])
    assert [m.row.number for m in found.matches] == [2] and [r.number for r in found.unseen] == [3]


def test_round_trip_keeps_the_hospitals_own_words(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "g.csv", [HEAD, *ROWS]))
    found = ledger.reconcile(
        sheet, [device("d-ct", "10.20.0.99", "00:11:22:00:00:01", serial="ABC-0012"), device("d-x", "10.6.0.6")]
    )
    out = ledger.export(sheet, found)
    assert out[0] == HEAD and len(out) == 5
    # The empty cell is filled, what a person wrote stays as it was written.
    assert out[1][5] == "１０．２０．０．１１" and out[1][6] == "00:11:22:00:00:01"
    assert out[1][8] == "令和5年4月1日"
    assert out[4][5] == "10.6.0.6"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("b.csv", b"\xff\x00\x81\x8d\x00"),
        ("c.csv", "これは表ではありません\n".encode()),
        ("d.xlsx", b"not a zip"),
        ("e.csv", b"PK\x03\x04rest"),
        ("f.xlsx", b"PK\x03\x04rest"),
    ],
)
def test_what_is_no_ledger_says_so(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ledger.LedgerError) as error:
        ledger.read(path)
    assert name in str(error.value) and "Traceback" not in str(error.value)


def test_three_thousand_messy_rows(tmp_path: Path) -> None:
    rng = random.Random(1)
    rows: list[list[Any]] = [["医療機器管理台帳"], [], HEAD]
    devices = []
    for n in range(3000):
        serial = f"S{n % 2900:05d}"
        wide = str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        rows.append(
            [
                wide,
                "モニタ",
                "日本光電",
                "BSM",
                serial,
                f"10.{n >> 8}.{n & 255}.7",
                "",
                "病棟",
                f"令和{rng.randint(1, 6)}年",
            ]
        )
        if n % 3 == 0:
            devices.append(device(f"d-{n}", f"10.{n >> 8}.{n & 255}.7", serial=serial))
    sheet = ledger.read(write_csv(tmp_path / "big.csv", rows, "cp932"))
    assert len(sheet.rows) == 3000 and sheet.notes
    found = ledger.reconcile(sheet, devices)
    assert len(found.matches) == len(devices)


def test_a_messy_workbook_of_three_thousand_rows(tmp_path: Path) -> None:
    """Title, two header rows with merged groups, full-width digits, eras, doubles, notes in date cells, page breaks."""
    rng = random.Random(2)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    book = openpyxl.Workbook()
    page = book.active
    page.title = "ME機器"
    page.append(["火の見病院　医療機器管理台帳"])
    page.append(["作成", "R8.11.1"])
    page.append(["№", "機器", None, None, None, "ネットワーク", None, "管理", None, None])
    page.append(
        [None, "品名", "メーカ", "型式", "S/N", "ＩＰアドレス", "MAC\nアドレス", "設置\n場所", "購入年月日", "備考"]
    )
    page.merge_cells("B3:E3")
    page.merge_cells("F3:G3")
    page.merge_cells("H3:J3")
    devices = []
    for n in range(3000):
        serial = f"S{n % 2950:05d}"
        ip = f"10.{n >> 8}.{n & 255}.7"
        date: Any = rng.choice(
            [f"令和{rng.randint(1, 8)}年{rng.randint(1, 12)}月", "H30.3.31", 20230401, "不明", None, "2019/12/1"]
        )
        page.append(
            [n + 1, "輸液ポンプ", "テルモ", "TE-LM", serial, ip.translate(wide) if n % 2 else ip, None, "3階病棟", date]
        )
        if n % 100 == 99:
            page.append([None, "品名", "メーカ", "型式", "S/N"])
        if n % 3 == 0:
            devices.append(device(f"d-{n}", ip, serial=serial))
    page["J3000"] = "=SUM("
    page.row_dimensions[1_000_000].height = 20
    page.cell(row=400_000, column=1).number_format = "0"
    book.save(tmp_path / "台帳.xlsx")
    sheet = ledger.read(tmp_path / "台帳.xlsx")
    taken = {c.field for c in sheet.columns}
    assert {"name", "manufacturer", "model", "serial", "ip", "mac", "location", "bought", "note"} <= taken
    assert len(sheet.rows) == 3000 and len(sheet.notes) <= 201
    assert any("不明" in note.ja for note in sheet.notes)
    found = ledger.reconcile(sheet, devices)
    assert len(found.matches) == len(devices) and len(found.unseen) == 3000 - len(devices)
    keys = ledger.keys(sheet)
    assert len(set(keys)) == 3000


def test_a_persons_link_wins_and_holds_for_the_next_ledger(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "a.csv", [HEAD, *ROWS]))
    monitor = device("d-mon", "10.30.1.11", "00:11:22:aa:bb:cc", serial="5512")
    silent = device("d-silent", "10.9.9.9")
    key = ledger.keys(sheet)[1]
    links = {key: "d-silent"}
    found = ledger.reconcile(sheet, [monitor, silent], links=links)
    assert [(m.row.number, m.device.id, m.by) for m in found.matches] == [(3, "d-silent", ["person"])]
    assert [d.id for d in found.unlisted] == ["d-mon"]
    later = ledger.read(write_csv(tmp_path / "b.csv", [HEAD, ROWS[2], ROWS[1]]))
    again = ledger.reconcile(later, [monitor, silent], links=links)
    assert [(m.row.number, m.device.id) for m in again.matches] == [(3, "d-silent")]
    gone = ledger.reconcile(sheet, [monitor], links=links)  # the device is no more: the row is free again
    assert [(m.device.id, m.by) for m in gone.matches] == [("d-mon", ["mac", "serial", "ip"])]


def test_silence_means_something_only_where_the_tap_heard(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "a.csv", [HEAD, *ROWS]))
    told = [ledger.hearing(row, ["10.20.0.0/24"]) for row in sheet.rows]
    assert [u.hearing for u in told] == ["heard", "not_heard", "unknown"]
    assert all(u.why_ja and u.why_en for u in told)


def test_what_speaks_at_the_address_of_a_row_is_named(tmp_path: Path) -> None:
    sheet = ledger.read(write_csv(tmp_path / "e.csv", [HEAD, ROWS[0], ROWS[2]]))
    other = device("d-new", "10.20.0.11", serial="ZZZ-9", hostname="ct-new")
    alike = device("d-ecg", "10.5.5.5", model="FX-8322")
    found = ledger.reconcile(sheet, [other, alike])
    maybe = ledger.candidates(found.unseen, found.unlisted, found.matches)
    told = [ledger.hearing(row, [], maybe.get(row.number, ())) for row in found.unseen]
    assert [(u.hearing, u.maybe) for u in told] == [("heard", ("d-new",)), ("unknown", ("d-ecg",))]
    assert "ct-new" in told[0].why_ja and "ZZZ-9" in told[0].why_en


def test_a_disposed_device_that_speaks(tmp_path: Path) -> None:
    rows = [["製造番号", "型式", "廃棄日"], ["S-1001", "M", "令和5年3月"], ["S-1002", "M", "令和5年3月"]]
    sheet = ledger.read(write_csv(tmp_path / "a.csv", rows))
    found = ledger.reconcile(sheet, [device("d", "10.0.0.1", serial="S-1001")])
    assert [(d.field, d.likelier) for d in found.matches[0].differences] == [("retired", "network")]
    assert found.unseen == []


@given(st.text(max_size=40))
def test_no_cell_breaks_the_readers(cell: str) -> None:
    values.date(cell)
    values.macs(cell)
    values.ips(cell)
    values.key(cell)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("ledger") / "x.csv"
    path.write_bytes(content)
    try:
        ledger.read(path)
    except ledger.LedgerError as error:
        assert str(error)


def test_sums_remarks_dittos_and_cells_that_say_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["資産番号", "型式", "製造番号", "IPアドレス", "設置場所", "導入年月日", "保守契約終了"])
    page.append(["ME-1", "SV-40", "S-1", "10.0.1.5", "3階病棟", 44287, "R8.3"])  # a day as Excel counts it
    page.append(["ME-2", "〃", "なし", "DHCP", "同上", "不明", "－"])
    page.append(["小計", None, None, "2 台"])
    page.append(["※以下は令和6年度導入分"])
    page.merge_cells("A5:G5")
    page.append(["備考：廃棄済みは別紙"])
    page.append(["ME-3"])
    page.append(["合計", "3 台"])
    book.save(tmp_path / "l.xlsx")
    sheet = ledger.read(tmp_path / "l.xlsx")
    assert [row.values.get("asset_number") for row in sheet.rows] == ["ME-1", "ME-2", "ME-3"]
    first, second, _ = (row.values for row in sheet.rows)
    assert (first["bought"], first["support_end"]) == ("2021-04-01", "2026-03")
    assert second == {"asset_number": "ME-2", "model": "SV-40", "location": "3階病棟"}
    told = [note.ja for note in sheet.notes]
    assert any("4 (小計), 5 (※" in one and "6 (備考" in one and "8 (合計)" in one for one in told), told
    assert any("製造番号「なし」" in one and "IPアドレス「DHCP」" in one for one in told), told
    assert not any("読めません" in one for one in told)
