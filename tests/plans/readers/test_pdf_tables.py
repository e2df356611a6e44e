"""PDF files: tables drawn with rulings, and those that only line up."""

import pytest

from plans.parser.document import Document, Table
from plans.readers import pdf
from tests.plans.readers.pdf_pages import HEIGHT, LEFT, SIZE, TOP, Sheets

HEAD = ["序号", "工作任务", "责任单位"]
WORK = "改造老旧小区十二个，完善排水、照明和停车设施，惠及居民三千户以上。"
WIDTHS = [48.0, 250.0, 150.0]


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[document.slice(cell) for cell in row.cells] for row in block.rows]
        for block in document.blocks
        if isinstance(block, Table)
    ]


def rows(count: int) -> list[list[str]]:
    return [[str(number), f"第{number}片区：{WORK}", "市住建局、市水务局"] for number in range(1, count + 1)]


def rule(sheets: Sheets, x0: float, y0: float, x1: float, y1: float) -> None:
    sheets.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)


def test_a_ruled_table_keeps_its_rows_and_joins_the_lines_in_its_cells():
    sheets = Sheets()
    sheets.paragraph("任务分工如下：")
    sheets.table([HEAD, *rows(3)], WIDTHS)
    sheets.paragraph("请认真落实。")
    document = pdf.read(sheets.content())
    assert tables(document) == [[HEAD, *rows(3)]]
    assert document.text.startswith("任务分工如下：\n序号") and document.text.endswith("\n请认真落实。\n")


def test_a_table_over_several_pages_with_its_head_repeated_is_one():
    sheets = Sheets(head="青垣市人民政府文件")
    given = rows(24)
    for at in range(0, 24, 8):
        sheets.table([HEAD, *given[at : at + 8]], WIDTHS)
        if at < 16:
            sheets.turn()
    assert tables(pdf.read(sheets.content())) == [[HEAD, *given]]


def test_a_row_broken_between_pages_is_put_together():
    sheets = Sheets()
    sheets.table([HEAD, ["1", "新建公园两个，打通断头路", "市园林局"]], WIDTHS)
    sheets.turn()
    sheets.table([["", "三条，修建步道。", ""], ["2", WORK, "市住建局"]], WIDTHS)
    whole = ["1", "新建公园两个，打通断头路三条，修建步道。", "市园林局"]
    assert tables(pdf.read(sheets.content())) == [[HEAD, whole, ["2", WORK, "市住建局"]]]


def test_the_last_line_of_a_table_alone_on_the_next_page_belongs_to_its_row():
    sheets = Sheets()
    sheets.table([HEAD, ["1", "新建公园两个，打通断头路", "市园林局"]], WIDTHS)
    sheets.turn()
    sheets.table([["", "三条，修建步道。", ""]], WIDTHS)
    whole = ["1", "新建公园两个，打通断头路三条，修建步道。", "市园林局"]
    assert tables(pdf.read(sheets.content())) == [[HEAD, whole]]


def test_cells_merged_over_the_page_belong_to_the_one_above():
    sheets = Sheets()
    sheets.table([["类别", "工作任务", "责任单位"], ["城建", "新建公园。", "市园林局"]], WIDTHS)
    sheets.turn()
    sheets.table([["", "修建道路。", "市住建局"]], WIDTHS)
    assert tables(pdf.read(sheets.content()))[0][2] == ["城建", "修建道路。", "市住建局"]


def test_a_missing_ruling_makes_two_cells_one():
    sheets = Sheets()
    x0, x1, x2, x3 = 80.0, 180.0, 280.0, 380.0
    y0, y1, y2, y3 = 100.0, 130.0, 160.0, 190.0
    for y in (y0, y2, y3):
        rule(sheets, x0, y, x3, y)
    rule(sheets, x1, y1, x3, y1)
    for x in (x0, x1, x3):
        rule(sheets, x, y0, x, y3)
    rule(sheets, x2, y1, x2, y3)
    for x, y, text in (
        (90, 150, "任务"), (190, 120, "责任"), (190, 150, "牵头"), (290, 150, "配合"),
        (90, 180, "新建公园"), (190, 180, "市园林局"), (290, 180, "市水务局"),
    ):  # fmt: skip
        sheets.print(x, y, text, 12)
    assert tables(pdf.read(sheets.content())) == [
        [["任务", "责任", "责任"], ["任务", "牵头", "配合"], ["新建公园", "市园林局", "市水务局"]]
    ]


def test_a_table_open_at_its_sides_has_its_outer_columns():
    sheets = Sheets()
    for y in (100, 130, 160):
        rule(sheets, 80, y, 400, y)
    rule(sheets, 200, 100, 200, 160)
    for x, y, text in ((90, 120, "任务"), (210, 120, "单位"), (90, 150, "修路"), (210, 150, "市住建局")):
        sheets.print(x, y, text, 12)
    assert tables(pdf.read(sheets.content())) == [[["任务", "单位"], ["修路", "市住建局"]]]


def test_rulings_filled_as_thin_rectangles_make_a_table_too():
    sheets = Sheets()
    for y in (100, 130, 160):
        sheets.canvas.rect(80, HEIGHT - y, 320, 0.5, stroke=0, fill=1)
    for x in (80, 200, 400):
        sheets.canvas.rect(x, HEIGHT - 160, 0.5, 60, stroke=0, fill=1)
    for x, y, text in ((90, 120, "任务"), (210, 120, "单位"), (90, 150, "修路"), (210, 150, "市住建局")):
        sheets.print(x, y, text, 12)
    assert tables(pdf.read(sheets.content())) == [[["任务", "单位"], ["修路", "市住建局"]]]


def test_a_frame_around_text_is_no_table():
    sheets = Sheets()
    sheets.paragraph("一、" + WORK)
    sheets.canvas.rect(60, 600, 480, 180)
    document = pdf.read(sheets.content())
    assert document.text == f"一、{WORK}\n" and not tables(document)


def test_separate_entries_in_a_cell_stay_separate():
    sheets = Sheets()
    sheets.table([HEAD], WIDTHS)
    top = sheets.y - SIZE - 28
    sheets.canvas.rect(LEFT, HEIGHT - top - 60, 48, 60)
    sheets.canvas.rect(LEFT + 48, HEIGHT - top - 60, 250, 60)
    sheets.canvas.rect(LEFT + 298, HEIGHT - top - 60, 150, 60)
    for index, unit in enumerate(("市住建局", "市水务局", "市园林局")):
        sheets.print(LEFT + 304, top + 18 * (index + 1), unit, 12)
    sheets.print(LEFT + 54, top + 18, "新建公园", 12)
    assert tables(pdf.read(sheets.content()))[0][1] == ["", "新建公园", "市住建局\n市水务局\n市园林局"]


def unruled(sheets: Sheets, cells: list[list[str]], places: list[float]) -> None:
    for row in cells:
        for x, text in zip(places, row, strict=True):
            sheets.print(x, sheets.y, text, 12)
        sheets.y += 24


def test_columns_that_line_up_below_their_titles_are_a_table():
    sheets = Sheets()
    given = [
        HEAD,
        ["1", "新建公园", "市园林局"],
        ["2", "修建道路", "市住建局、市水务局"],
        ["3", "清理河道", "市水务局"],
    ]
    unruled(sheets, given, [80, 140, 300])
    document = pdf.read(sheets.content())
    assert tables(document) == [given] and not document.warnings


def test_a_cell_of_two_lines_belongs_to_the_record_it_stands_at():
    sheets = Sheets()
    unruled(sheets, [HEAD], [80, 140, 400])
    for number in (1, 2, 3):
        for x, step, text in ((140, 0, "新建公园两座，完善步道、照明和"), (140, 16, "停车设施。")):
            sheets.print(x, sheets.y + step, text, 12)
        sheets.print(80, sheets.y + 8, str(number), 12)
        sheets.print(400, sheets.y + 8, "市园林局", 12)
        sheets.y += 44
    work = "新建公园两座，完善步道、照明和停车设施。"
    assert tables(pdf.read(sheets.content())) == [[HEAD, *([str(n), work, "市园林局"] for n in (1, 2, 3))]]


def test_titles_whose_columns_do_not_line_up_are_text_and_say_so():
    sheets = Sheets()
    unruled(sheets, [HEAD], [80, 140, 300])
    unruled(sheets, [["1", "新建公园两座并完善步道照明停车设施", "市园林局"]], [80, 200, 440])
    document = pdf.read(sheets.content())
    assert [warning.code for warning in document.warnings] == ["table_unclear"] and not tables(document)


@pytest.mark.parametrize("text", ["牵头单位：市住建局", "2024年"])
def test_words_far_apart_on_a_line_are_no_table(text):
    sheets = Sheets()
    for _ in range(4):
        sheets.print(LEFT, sheets.y, text)
        sheets.print(LEFT + 260, sheets.y, "配合单位：市水务局")
        sheets.y += 28
    assert not tables(pdf.read(sheets.content())) and TOP
