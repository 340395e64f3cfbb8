from __future__ import annotations

import datetime
import io
import time

import openpyxl
import pytest

from kb.errors import DocumentError
from kb.formats.document import document_from_bytes
from kb.formats.excel_values import shown


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_a_table_with_values_as_shown():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "一覧"
    sheet.append(["番号", "発生", "影響", "割合", "継続"])
    sheet.append([1, datetime.datetime(2024, 5, 1, 10, 30), 12345, 0.1234, datetime.timedelta(hours=26, minutes=5)])
    sheet["C2"].number_format, sheet["D2"].number_format = '#,##0"件"', "0.0%"
    found = document_from_bytes(saved(book), "一覧.xlsx")
    assert found.media == "excel"
    assert found.text.splitlines() == ["一覧", "番号\t発生\t影響\t割合\t継続", "1\t2024年5月1日 10:30\t12,345件\t12.3%\t26:05"]
    (table,) = found.tables
    assert (table.cells[-1].position.page, table.cells[-1].position.line) == (1, 2)


def test_merged_cells_span_and_empty_columns_close_up():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["D2"], sheet["D5"], sheet["H5"] = "表題", "原因", "設備", "手順", "済み"
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("A2:A5")
    (table,) = document_from_bytes(saved(book), "x.xlsx").tables
    assert [[cell.text if cell else None for cell in row] for row in table.grid] == [["表題"] * 3, ["原因", "設備", None], ["原因", "手順", "済み"]]


def test_hidden_sheets_and_formulas_without_values_are_named():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "見出し", "=1+1"
    book.create_sheet("下書き")["A1"] = "見せない"
    book["下書き"].sheet_state = "hidden"
    found = document_from_bytes(saved(book), "x.xlsx")
    assert "見せない" not in found.text
    assert {notice.code for notice in found.notices} == {"hidden-sheet", "formula-without-value"}
    assert "下書き" in found.notices[0].message


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1.0, "General", "1"), (0.1 + 0.2, "General", "0.3"), (1234567, "#,##0", "1,234,567"), (-5, "#,##0;[Red]-#,##0", "-5"), (-5, "0", "-5"),
        (0.5, "0%", "50%"), (2.5, "0", "3"), (1234, '0"世帯"', "1234世帯"), (12345, '#,##0,"千件"', "12千件"), (7, "000", "007"), (1.5, "0.00", "1.50"),
        (1.5, "0.##", "1.5"), (2, '"第"0"回"', "第2回"), (0, '#,##0;-#,##0;"なし"', "なし"), (1500, "[$¥-411]#,##0", "¥1,500"), (True, "General", "TRUE"),
        (datetime.datetime(2024, 5, 1), "yyyy/m/d", "2024年5月1日"), (datetime.datetime(2024, 5, 1), 'yyyy"年"m"月"', "2024年5月"),
        (datetime.datetime(2024, 5, 1, 9, 5), "m/d h:mm", "2024年5月1日 9:05"), (datetime.datetime(2024, 5, 1), '[$-411]ge.m.d', "2024年5月1日"),
        (datetime.time(9, 5), "h:mm", "9:05"), (datetime.timedelta(minutes=65), "[h]:mm", "1:05"), (None, "0", ""),
    ],
)  # fmt: skip
def test_values_read_as_excel_shows_them(value, number_format, text):
    assert shown(value, number_format) == text


def test_a_sheet_beyond_the_limits_is_refused_soon():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(6000):
        sheet.append([number, "架空"])
    data = saved(book)
    started = time.process_time()
    with pytest.raises(DocumentError, match="rows"):
        document_from_bytes(data, "x.xlsx")
    assert time.process_time() - started < 5


def test_empty_workbooks_are_refused():
    with pytest.raises(DocumentError, match="without text on its visible sheets"):
        document_from_bytes(saved(openpyxl.Workbook()), "x.xlsx")
