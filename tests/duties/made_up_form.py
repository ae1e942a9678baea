"""A made-up form in the manner of an official one: merged cells, boxes to tick, columns to mark, lists, a picture."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

QUESTIONS = [
    ("2.管理・運用", "①", "サーバ、端末PC、ネットワーク機器の台帳管理を行っている。"),
    ("2.管理・運用", "②", "リモートメンテナンス(保守)を利用している機器の有無を事業者等に確認した。"),
    ("2.管理・運用", "③", "パスワードの使い回しを禁止し、認証の失敗が続けばアカウントを止める設定にしている。"),
    ("3.備え", "①", "インシデント発生時における組織内と外部関係機関への連絡体制図がある。"),
    ("3.備え", "②", "朝礼で合言葉を唱和している。"),
]


def png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = b"".join(b"\0" + b"\xb4\x53\x09" * 24 for _ in range(24))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def make() -> bytes:
    """The form as bytes."""
    book = Workbook()
    sheet = book.active
    sheet.title = "医療機関・薬局確認用"
    thin = Side(style="thin")
    frame = Border(thin, thin, thin, thin)
    for column, width in zip("ABCDEFGH", (14, 6, 52, 9, 9, 9, 14, 14), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.merge_cells("A1:H1")
    sheet["A1"] = "架空年度版 医療機関・薬局におけるサイバーセキュリティ対策チェックリスト"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells("A2:H2")
    sheet["A2"] = "*立入検査時、本チェックリストを確認します。(これは試験のための架空の様式です)"
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("B4:B5")
    sheet.merge_cells("C4:C5")
    sheet.merge_cells("D4:F4")
    sheet.merge_cells("G4:G5")
    sheet.merge_cells("H4:H5")
    for cell, word in {"A4": "区分", "B4": "番号", "C4": "チェック項目", "D4": "回答", "D5": "はい", "E5": "いいえ",
                       "F5": "対象外", "G4": "確認日", "H4": "目標日"}.items():  # fmt: skip
        sheet[cell] = word
        sheet[cell].fill = PatternFill("solid", fgColor="DDEBF7")
        sheet[cell].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    first = 6
    for place, (part, number, text) in enumerate(QUESTIONS, start=first):
        sheet.cell(place, 1, part)
        sheet.cell(place, 2, number)
        sheet.cell(place, 3, text).alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[place].height = 34
    sheet.merge_cells(start_row=6, end_row=8, start_column=1, end_column=1)
    sheet.merge_cells(start_row=9, end_row=10, start_column=1, end_column=1)
    for row in range(4, first + len(QUESTIONS)):
        for column in range(1, 9):
            sheet.cell(row, column).border = frame
    boxes = book.create_sheet("事業者確認用")
    boxes.column_dimensions["A"].width = 8
    boxes.column_dimensions["B"].width = 60
    boxes.column_dimensions["C"].width = 30
    for column, word in enumerate(("番号", "確認項目", "回答"), start=1):
        boxes.cell(1, column, word).border = frame
    for row, text in enumerate(
        ("リモートメンテナンスを行う機器を確認している。", "バックグラウンドで動く不要なサービスを停止している。"), 2
    ):
        boxes.cell(row, 1, f"({row})").border = frame
        boxes.cell(row, 2, text).border = frame
        boxes.cell(row, 3, "□はい  □いいえ  □対象外").border = frame
    choice = DataValidation(type="list", formula1='"○"', allow_blank=True)
    choice.add("D6:F10")
    sheet.add_data_validation(choice)
    sheet.conditional_formatting.add(
        "E6:E10", CellIsRule("equal", ['"○"'], fill=PatternFill("solid", bgColor="FFC7CE"))
    )
    sheet.print_area = "A1:H10"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.protection.sheet = False
    out = io.BytesIO()
    book.save(out)
    return _with_picture(out.getvalue())


_DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:oneCellAnchor><xdr:from><xdr:col>7</xdr:col>'
    "<xdr:colOff>500000</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    '<xdr:ext cx="228600" cy="228600"/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="seal"/><xdr:cNvPicPr/></xdr:nvPicPr>'
    '<xdr:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rId1"/>'
    '<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr></xdr:pic>'
    "<xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
)


def _with_picture(data: bytes) -> bytes:
    """Adds a picture by hand: the part that a library that rewrites files loses."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            body = source.read(info.filename)
            if info.filename == "xl/worksheets/sheet1.xml":
                link = b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
                body = body.replace(b"</worksheet>", link + b"</worksheet>")
            if info.filename == "[Content_Types].xml":
                more = (
                    b'<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing1.xml" '
                    b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
                )
                body = body.replace(b"</Types>", more + b"</Types>")
            target.writestr(info, body)
        target.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels", _RELS.format(kind="drawing", target="../drawings/drawing1.xml")
        )
        target.writestr("xl/drawings/drawing1.xml", _DRAWING)
        target.writestr("xl/drawings/_rels/drawing1.xml.rels", _RELS.format(kind="image", target="../media/image1.png"))
        target.writestr("xl/media/image1.png", png())
    return out.getvalue()
