"""Workbooks and tables with commas: ledgers of tasks as they are seen on the screen."""

import io
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from plans.parser import Document, Paragraph, Table, parse
from plans.readers import PlanNotReadable, commas, sheet, text
from tests.plans.readers.same import items
from tests.plans.reading import OWN

HEADER = ["序号", "重点任务", "牵头单位", "完成时限"]
ROWS = [
    [1, "建设村务公开栏120处", "市农业农村局", "2024年6月底前"],
    [2, "培训信息员300人次以上", "市委网信办", "2024年9月30日"],
    [3, "办好农民丰收节", "市农业农村局", "三季度前"],
]
PLANS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(OWN.glob("*.txt"))}


def book(*rows: list, **sheets: list[list]) -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for name, lines in sheets.items():
        added = workbook.create_sheet(name)
        for row in lines:
            added.append(row)
    if not rows:
        del workbook["Sheet"]
    return workbook


def saved(workbook: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read(workbook: openpyxl.Workbook) -> Document:
    return sheet.read(saved(workbook))


def table(document: Document) -> list[list[str]]:
    [found] = [block for block in document.blocks if isinstance(block, Table)]
    return [[document.slice(cell) for cell in row.cells] for row in found.rows]


def paragraphs(document: Document) -> list[str]:
    return [document.slice(block) for block in document.blocks if isinstance(block, Paragraph)]


def shown(value: object, number_format: str = "General") -> str:
    workbook = book([value])
    workbook.active["A1"].number_format = number_format
    return read(workbook).text.strip()


def test_a_ledger_gives_the_same_items_as_its_text():
    plain = "汀洲市2024年重点任务台账\n" + "\n".join(" | ".join(map(str, row)) for row in [HEADER, *ROWS])
    expected = items(text.read(plain.encode()))
    assert len(expected) == 3
    assert items(read(book(["汀洲市2024年重点任务台账"], HEADER, *ROWS))) == expected


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_written_into_a_column_gives_the_same_items(plan):
    lines = [line.strip() for line in PLANS[plan].split("\n") if line.strip()]
    assert items(read(book(*([line] for line in lines)))) == items(text.read(PLANS[plan].encode()))


def test_titles_and_notes_around_a_table_are_paragraphs():
    workbook = book(
        [None, "汀洲市重点任务台账"],
        [],
        [None, "填报单位：市农业农村局", None, None, "填报日期：2024-03-01"],
        [None, *HEADER],
        *([None, *row] for row in ROWS),
        [],
        [None, "注：每月5日前更新。"],
        [None, "填表人：甲", None, "审核人：乙"],
    )
    workbook.active.merge_cells("B1:E1")
    document = read(workbook)
    assert paragraphs(document) == [
        "汀洲市重点任务台账",
        "填报单位：市农业农村局  填报日期：2024-03-01",
        "注：每月5日前更新。",
        "填表人：甲  审核人：乙",
    ]
    assert table(document) == [HEADER, *([str(cell) for cell in row] for row in ROWS)]


def test_merged_cells_are_one():
    workbook = book(
        ["序号", "领域", "任务", "责任单位", None],
        [None, None, None, "牵头", "配合"],
        [1, "产业", "甲", "A局", "B局"],
        [2, None, "乙", "C局", None],
        ["二、民生保障"],
        [3, "民生", "丙", "D局", "E局"],
    )
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "B3:B4", "A5:E5"):
        workbook.active.merge_cells(merged)
    assert table(read(workbook)) == [
        ["序号", "领域", "任务", "责任单位", "责任单位"],
        ["序号", "领域", "任务", "牵头", "配合"],
        ["1", "产业", "甲", "A局", "B局"],
        ["2", "产业", "乙", "C局", ""],
        ["二、民生保障"] * 5,
        ["3", "民生", "丙", "D局", "E局"],
    ]


def test_every_sheet_is_read_under_its_name():
    document = read(book(产业发展=[HEADER, *ROWS], 民生保障=[HEADER, *ROWS], 空白=[]))
    assert [(document.slice(b), b.level) for b in document.blocks if isinstance(b, Paragraph)] == [
        ("产业发展", 1),
        ("民生保障", 1),
    ]
    assert len(parse(document).items) >= 6


def test_a_sheet_s_name_that_says_nothing_is_left_out():
    document = read(book(Sheet1=[HEADER, *ROWS], Sheet2=[HEADER, *ROWS]))
    assert paragraphs(document) == []


def test_a_header_printed_again_begins_another_table():
    document = read(book(["产业发展"], HEADER, *ROWS, ["民生保障"], HEADER, *ROWS))
    assert paragraphs(document) == ["产业发展", "民生保障"]
    assert sum(isinstance(block, Table) for block in document.blocks) == 2


def test_what_is_hidden_is_left_out_and_said():
    workbook = book(HEADER, *ROWS, 底稿=[["机密内容"]])
    workbook.active.row_dimensions[3].hidden = True
    workbook.active.column_dimensions["C"].hidden = True
    workbook["底稿"].sheet_state = "hidden"
    document = read(workbook)
    assert table(document) == [[str(row[i]) for i in (0, 1, 3)] for row in (HEADER, ROWS[0], ROWS[2])]
    messages = [warning.message for warning in document.warnings if warning.code == "hidden_rows"]
    assert len(messages) == 2
    assert "1行、1列" in messages[0]
    assert "底稿" in messages[1]


def test_a_merged_cell_whose_first_row_is_hidden_shows_its_text():
    workbook = book(HEADER, *ROWS)
    workbook.active.merge_cells("C2:C4")
    workbook.active.row_dimensions[2].hidden = True
    assert [row[2] for row in table(read(workbook))] == ["牵头单位", "市农业农村局", "市农业农村局"]


def test_a_workbook_with_nothing_to_see_says_so():
    hidden = book(HEADER)
    hidden.active.row_dimensions[1].hidden = True
    for workbook in (book([None]), hidden):
        with pytest.raises(PlanNotReadable, match="没有可见的文字"):
            read(workbook)


SHOWN = [
    (3, "General", "3"),
    (3.0, "General", "3"),
    (0.1 + 0.2, "General", "0.3"),
    (2021.6, "General", "2021.6"),
    (0.8, "0%", "80%"),
    (0.125, "0.0%", "12.5%"),
    (12000, "#,##0", "12,000"),
    (1234.5, '#,##0.00"万元"', "1,234.50万元"),
    (3, '"第"0"季度"', "第3季度"),
    (-5, "0.0_);[Red]\\(0.0\\)", "(5.0)"),
    (0, '0;-0;"—"', "—"),
    (7, "00#", "007"),
    (1.5, "0.##", "1.5"),
    (date(2021, 6, 30), "yyyy-mm-dd", "2021-06-30"),
    (date(2021, 6, 30), 'yyyy"年"m"月"', "2021年6月"),
    (date(2021, 6, 30), '[$-804]yyyy"年"m"月"d"日";@', "2021年6月30日"),
    (date(2021, 6, 1), "mmm-yy", "2021年6月"),
    (date(2021, 6, 30), "mm-dd-yy", "2021/6/30"),
    (date(2021, 6, 30), 'm"月"d"日"', "6月30日"),
    (datetime.combine(date(2021, 6, 30), time()), "yyyy-mm-dd h:mm:ss", "2021-06-30"),
    (datetime.combine(date(2021, 6, 30), time(9, 5)), "yyyy/m/d h:mm", "2021/6/30 9:05"),
    (True, "General", "TRUE"),
    ("一、甲_x000D_\n乙", "@", "一、甲\n乙"),
]


@pytest.mark.parametrize(("value", "number_format", "printed"), SHOWN)
def test_values_are_read_as_the_cell_shows_them(value, number_format, printed):
    assert shown(value, number_format) == printed


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    workbook = book([date(2021, 6, 30)])
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active["A1"].number_format = "yyyy-mm-dd"
    assert read(workbook).text == "2021-06-30\n"


def test_rich_text_is_read_and_an_error_is_blank():
    workbook = book(HEADER, [1, None, "#REF!", "三季度前"])
    workbook.active["B2"] = CellRichText("建设", TextBlock(InlineFont(b=True), "公开栏"), "120处")
    workbook.active["C2"].data_type = "e"
    assert table(read(workbook))[1] == ["1", "建设公开栏120处", "", "三季度前"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_a_table_with_commas_is_a_ledger_too(encoding, between):
    lines = [["重点任务台账"], HEADER, *ROWS, [4, '"甲,\n乙;\t丙"', "市农业农村局", "年底前"]]
    content = "\r\n".join(between.join(map(str, line)) for line in lines).encode(encoding)
    document = commas.read(content)
    assert paragraphs(document) == ["重点任务台账"]
    assert [row[2] for row in table(document)[1:]] == [*(row[2] for row in ROWS), "市农业农村局"]
    assert len(items(document)) == 4


def test_a_table_with_commas_without_end_is_refused():
    with pytest.raises(PlanNotReadable):
        commas.read(b"," * 2_000_000)
