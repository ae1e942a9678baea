"""More made-up forms, each laid out in another way that Japanese offices use. None is an official one."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

THIN = Side(style="thin")
FRAME = Border(THIN, THIN, THIN, THIN)
GREY = PatternFill("solid", fgColor="E7E6E6")
WRAP = Alignment(wrap_text=True, vertical="center")
MIDDLE = Alignment(wrap_text=True, vertical="center", horizontal="center")


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _frame(sheet: Worksheet, area: str) -> None:
    for row in sheet[area]:
        for cell in row:
            cell.border = FRAME


def circles() -> bytes:
    """「はい・いいえ」 with its date in one cell, three checks, two head rows, headings across the table, numbers in the text."""
    book = Workbook()
    sheet = book.active
    sheet.title = "医療機関確認用"
    for column, width in zip("ABCDEFG", (16, 50, 14, 12, 14, 12, 14), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.merge_cells("A1:G1")
    sheet["A1"] = "架空年度 医療機関におけるサイバーセキュリティ対策チェックリスト"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells("A2:G2")
    sheet["A2"] = "○ いずれかに丸をつけてください。「いいえ」の場合は目標日を記入してください。"
    for area in ("A4:A5", "B4:B5", "C4:G4"):
        sheet.merge_cells(area)
    heads = {"A4": "区分", "B4": "チェック項目(年度内にすべて「はい」にする)", "C4": "確認結果(日付)", "C5": "1回目", "D5": "目標日",
             "E5": "2回目", "F5": "目標日", "G5": "3回目"}  # fmt: skip
    for cell, word in heads.items():
        sheet[cell] = word
        sheet[cell].alignment = MIDDLE
        sheet[cell].fill = GREY
    rows: list[tuple[str, str]] = [
        ("医療情報システムの有無", "医療情報システムを導入、運用している。(「いいえ」の場合、以下は確認不要)"),
        ("heading", "2 医療情報システム全般について、以下を実施している。"),
        ("管理・運用", "(1) サーバ、端末PC、ネットワーク機器の台帳管理を行っている。"),
        ("", "(2) リモートメンテナンス(保守)を利用している機器の有無を事業者等に確認した。"),
        ("heading", "3 インシデント発生に備えた対応"),
        ("備え", "(1) 連絡体制図がある。"),
        ("", "(2) 診療を続けるために必要な情報を検討し、バックアップの実施と復旧手順を確認している。"),
    ]
    for row, (part, text) in enumerate(rows, start=6):
        if part == "heading":
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=7)
            sheet.cell(row, 1, text).fill = GREY
        else:
            sheet.cell(row, 1, part or None).alignment = WRAP
            sheet.cell(row, 2, text).alignment = WRAP
            for column in (3, 5, 7):
                sheet.cell(row, column, "はい・いいえ\n(   /   )").alignment = MIDDLE
            for column in (4, 6):
                sheet.cell(row, column, "(   /   )").alignment = MIDDLE
            sheet.row_dimensions[row].height = 34
    sheet.merge_cells("A8:A9")
    sheet.merge_cells("A11:A12")
    _frame(sheet, "A4:G12")
    sheet.print_area = "A1:G12"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return _bytes(book)


def boxes_below() -> bytes:
    """No head at all: (1) ① ア in columns of their own, lone boxes beside words, the answers below each question."""
    book = Workbook()
    sheet = book.active
    sheet.title = "点検表"
    for column, width in zip("ABCDEFGHIJ", (5, 5, 5, 4, 10, 4, 10, 4, 12, 30), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.merge_cells("A1:J1")
    sheet["A1"] = "病院情報システム 自主点検表(架空)"
    sheet["A1"].font = Font(bold=True, size=14)
    questions = [
        ("(1)", "", "", "安全管理の責任者を置いていますか。"),
        ("", "①", "", "責任者の任命書を保管していますか。"),
        ("", "②", "ア", "退職者のアカウントを削除していますか。"),
        ("", "", "イ", "使われていない管理者アカウントを止めていますか。"),
        ("(2)", "", "", "停電や攻撃のときの診療手順を紙で用意していますか。"),
        ("", "①", "", "訓練を年1回以上行っていますか。"),
    ]
    row = 3
    for one, two, three, text in questions:
        for column, number in enumerate((one, two, three), start=1):
            sheet.cell(row, column, number or None)
        sheet.merge_cells(start_row=row, start_column=4, end_row=row, end_column=10)
        sheet.cell(row, 4, text).alignment = WRAP
        for column, word in zip(range(4, 10), ("☐", "はい", "☐", "いいえ", "☐", "該当なし"), strict=True):
            sheet.cell(row + 1, column, word)
        sheet.cell(row + 1, 10, "確認日: 令和  年  月  日")
        row += 2
    _frame(sheet, f"A3:J{row - 1}")
    return _bytes(book)


def lists() -> bytes:
    """Several sheets, lists in a hidden sheet, ○/×/- to choose, dates as dates, a count by formula, a head repeated on
    each sheet, an example that is no question, and rows that the file does not hold."""
    book = Workbook()
    kept = book.active
    kept.title = "選択肢"
    for row, word in enumerate(("○", "×", "-"), start=1):
        kept.cell(row, 1, word)
    kept.sheet_state = "hidden"
    texts = {
        "サーバ": ["管理者の権限を持つ者を明らかにしている。", "アクセスログを管理し、点検している。"],
        "端末": [
            "セキュリティパッチを適用している。",
            "不要なソフトウェアとサービスを止めている。",
            "USBストレージの接続を制限している。",
        ],
        "記入例": ["アクセスログを管理し、点検している。"],
    }
    for name, questions in texts.items():
        sheet = book.create_sheet(name)
        for column, width in zip("BCDEFG", (8, 56, 10, 14, 14, 24), strict=True):
            sheet.column_dimensions[column].width = width
        sheet["B2"] = f"院内システム点検シート 【{name}】(架空)"
        for column, word in enumerate(("No.", "点検内容", "判定", "実施日", "対応予定日", "備考"), start=2):
            sheet.cell(4, column, word).fill = GREY
        for row, text in enumerate(questions, start=5):
            sheet.cell(row, 2, row - 4)
            sheet.cell(row, 3, text).alignment = WRAP
            for column in (5, 6):
                sheet.cell(row, column).number_format = "yyyy/m/d"
        last = 4 + len(questions)
        _frame(sheet, f"B4:G{last}")
        choice = DataValidation(type="list", formula1="選択肢!$A$1:$A$3", allow_blank=True)
        choice.add(f"D5:D{last}")
        sheet.add_data_validation(choice)
        day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
        day.add(f"E5:F{last}")
        sheet.add_data_validation(day)
        sheet.conditional_formatting.add(
            f"D5:D{last}", CellIsRule("equal", ['"×"'], fill=PatternFill("solid", bgColor="FFC7CE"))
        )
        sheet.cell(last + 2, 3, "○の数")
        sheet.cell(last + 2, 4, f'=COUNTIF(D5:D{last},"○")')
    book.active = 1
    return _remembered(_bytes(book))


def _remembered(data: bytes) -> bytes:
    """As Excel saves it: each formula with the result it had (0)."""
    return _parts(data, lambda name, body: re.sub(rb"</f><v\s*/>|</f><v></v>|</f>(?=</c>)", b"</f><v>0</v>", body))


def _parts(data: bytes, change: object, more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info, change(info.filename, source.read(info.filename)))  # type: ignore[operator]
        for name, body in (more or {}).items():
            target.writestr(name, body)
    return out.getvalue()


def with_macros(data: bytes) -> bytes:
    """The same as .xlsm: another kind of book, and a part with macros."""

    def change(name: str, body: bytes) -> bytes:
        if name == "[Content_Types].xml":
            body = body.replace(b"spreadsheetml.sheet.main+xml", b"__MAIN__")
            body = body.replace(
                b"application/vnd.openxmlformats-officedocument.__MAIN__",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            kind = b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            body = body.replace(b"</Types>", kind + b"</Types>")
        return body

    return _parts(data, change, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros that nobody runs"})


def with_prefix(data: bytes) -> bytes:
    """The same, with each element of the sheets under a prefix (<x:row>), as some programs write it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(name: str, body: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return body
        ElementTree.register_namespace("x", main)
        made = ElementTree.tostring(ElementTree.fromstring(body), encoding="utf-8", xml_declaration=True)
        ElementTree.register_namespace("", main)
        return made

    return _parts(data, change)


def left_and_english() -> bytes:
    """A maker's sheet: answers left of the question, 有・無 to be circled, Yes | No | N/A columns, boxes after the word."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Vendor"
    for column, width in zip("ABCD", (16, 8, 60, 26), strict=True):
        sheet.column_dimensions[column].width = width
    sheet["A1"] = "医療機器ベンダー回答票 / Vendor questionnaire (made up)"
    for row, (number, text) in enumerate(
        [
            ("A-1", "遠隔保守の回線がある。"),
            ("A-2", "保守に使う端末を院内に常設している。"),
            ("A-3", "保守の記録を医療機関へ提出している。"),
        ],
        start=3,
    ):
        sheet.cell(row, 1, "有 ・ 無 ・ 非該当").alignment = MIDDLE
        sheet.cell(row, 2, number)
        sheet.cell(row, 3, text)
    for row, (number, text) in enumerate(
        [("1.1", "Does the product encrypt data at rest?"), ("1.2", "Is remote service logged?")], start=9
    ):
        sheet.cell(row, 2, number)
        sheet.cell(row, 3, text)
    for column, word in zip(range(2, 8), ("No.", "Question", "Notes", "Yes", "No", "N/A"), strict=True):
        sheet.cell(8, column, word).fill = GREY
    sheet["B13"] = "Q1"
    sheet["C13"] = "患者情報を院外へ送る機能がありますか。"
    sheet["D13"] = "はい□  いいえ□  対象外□"
    _frame(sheet, "A3:D5")
    _frame(sheet, "B8:G10")
    return _bytes(book)


def ticks() -> bytes:
    """A list where a done thing gets its box ticked, and nothing is written otherwise."""
    book = Workbook()
    sheet = book.active
    sheet.title = "日常点検"
    sheet.column_dimensions["A"].width = 5
    sheet.column_dimensions["B"].width = 70
    sheet["A1"] = "サーバ室 日常点検リスト(架空)"
    for row, text in enumerate(
        [
            "無停電電源装置の表示に異常がない。",
            "バックアップの完了を画面で確かめた。",
            "見慣れない機器がつながっていない。",
        ],
        start=3,
    ):
        sheet.cell(row, 1, "□")
        sheet.cell(row, 2, f"{'①②③'[row - 3]} {text}")
    sheet["A7"] = "□ 施錠を確かめてから退出した。"
    return _bytes(book)
