"""Word's tables: cells stand below their column's title, whatever was merged, split or drawn askew."""

from plans.parser.document import Paragraph
from plans.readers.word import read
from tests.plans.readers.same import items
from tests.plans.readers.word_files import (
    blank,
    cell,
    cells,
    file,
    level,
    lines,
    listed,
    numbered,
    paragraph,
    row,
    saved,
    table,
)
from tests.plans.reading import document as text_document

ABOVE, BELOW = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def wide(text: str, columns: int) -> str:
    return cell(text, f'<w:gridSpan w:val="{columns}"/>')


def test_a_cell_over_several_columns_is_the_cell_of_each():
    found = cells(read(file(table(row(wide("甲", 3)), row("一", "二", "三")))))
    assert found == [["甲", "甲", "甲"], ["一", "二", "三"]]


def test_a_cell_over_several_rows_is_the_cell_of_each():
    body = table(
        row(cell("甲", ABOVE), "一"),
        row(cell("", BELOW), "二"),
        row("乙", "三"),
        row(cell("丙", BELOW), "四"),
    )
    document = read(file(body))
    assert cells(document) == [["甲", "一"], ["甲", "二"], ["乙", "三"], ["丙", "四"]]
    assert document.text == "甲 | 一\n | 二\n乙 | 三\n丙 | 四\n"


def test_a_cell_over_rows_and_columns_is_the_cell_of_each():
    both = '<w:gridSpan w:val="2"/>'
    body = table(
        row(cell("甲", both + ABOVE), "一"), row(cell("", both + BELOW), "二"), row("三", "四", "五")
    )
    assert cells(read(file(body))) == [["甲", "甲", "一"], ["甲", "甲", "二"], ["三", "四", "五"]]


def test_two_merged_cells_one_above_the_other_stay_two():
    column = [cell("甲", ABOVE), cell("", BELOW), cell("乙", ABOVE), cell("", BELOW)]
    body = table(*(row(c, str(i)) for i, c in enumerate(column)))
    assert [each[0] for each in cells(read(file(body)))] == ["甲", "甲", "乙", "乙"]


def test_cells_merged_the_old_way_are_one():
    body = table(
        row(cell("甲", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), cell("", "<w:hMerge/>")),
        row("一", "二", "三"),
    )
    assert cells(read(file(body))) == [["甲", "甲", "甲"], ["一", "二", "三"]]


def test_a_row_that_begins_further_in_stands_below_its_columns():
    body = table(row("一", "二", "三"), row("乙", "丙", properties='<w:gridBefore w:val="1"/>'))
    assert cells(read(file(body))) == [["一", "二", "三"], ["", "乙", "丙"]]


def test_borders_drawn_a_little_askew_are_one():
    """Dragged by hand, borders miss those of other rows by a millimetre; the file has a column for that."""
    body = table(
        row("序号", wide("任务", 2), "单位"),
        row(wide("1", 2), "甲事", "甲局"),
        row("2", wide("乙事", 2), "乙局"),
        widths=(700, 60, 4000, 3000),
    )
    assert cells(read(file(body))) == [["序号", "任务", "单位"], ["1", "甲事", "甲局"], ["2", "乙事", "乙局"]]


def test_borders_far_apart_are_two():
    body = table(row("甲", wide("乙", 2)), row(wide("丙", 2), "丁"), widths=(2000, 3000, 2000))
    assert cells(read(file(body))) == [["甲", "乙", "乙"], ["丙", "丙", "丁"]]


def test_a_title_over_two_columns_keeps_both():
    body = table(row("任务", wide("责任单位", 2)), row("", "牵头", "配合"), widths=(5000, 300, 300))
    assert cells(read(file(body))) == [["任务", "责任单位", "责任单位"], ["", "牵头", "配合"]]


def test_a_cell_s_paragraphs_are_its_lines_with_their_numbers():
    body = table(row("任务", "内容"), row("甲", cell(listed("一事") + listed("二事"))))
    found = cells(read(file(body, numbering=numbered(level(0, "%1.")))))
    assert found[1] == ["甲", "1. 一事\n2. 二事"]


def test_a_table_inside_a_cell_is_text_of_the_cell():
    inner = table(row("一", "二"), row("三", "四"))
    found = cells(read(file(table(row("甲", "乙"), row(cell(paragraph("丙") + inner), "丁")))))
    assert found == [["甲", "乙"], ["丙\n一 二\n三 四", "丁"]]


def test_a_frame_around_paragraphs_is_no_table():
    body = table(row(cell(paragraph("甲", '<w:outlineLvl w:val="0"/>') + paragraph("乙"))), row("丙"))
    document = read(file(body))
    assert [(type(block), block.level) for block in document.blocks] == [
        (Paragraph, 1),
        *[(Paragraph, None)] * 2,
    ]


def test_a_table_in_a_frame_is_a_table():
    body = table(row(cell(paragraph("甲") + table(row("一", "二"), row("三", "四")) + paragraph("乙"))))
    document = read(file(body))
    assert document.text == "甲\n一 | 二\n三 | 四\n乙\n"
    assert cells(document) == [["一", "二"], ["三", "四"]]


def test_deleted_and_hidden_rows_are_gone_and_uncounted():
    gone = [row(cell(listed("")), "乙", properties=f"<w:{how}/>") for how in ("del", "hidden")]
    body = table(row(cell(listed("")), "甲"), *gone, row(cell(listed("")), "丙", properties="<w:ins/>"))
    assert cells(read(file(body, numbering=numbered(level(0, "%1"))))) == [["1", "甲"], ["2", "丙"]]


def test_a_deleted_table_is_gone():
    gone = [row("甲", "乙", properties="<w:del/>")] * 2
    assert lines(table(*gone) + paragraph("丙")) == ["丙"]


def test_a_deleted_cell_is_gone():
    assert cells(read(file(table(row("甲", cell("乙", "<w:cellDel/>"), "丙"), row("一", "二"))))) == [
        ["甲", "丙"],
        ["一", "二"],
    ]


def test_rows_and_cells_may_stand_in_content_controls():
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    body = table(row("甲", "乙"), control(row("一", "二")), f"<w:tr>{control(cell('三'))}{cell('四')}</w:tr>")
    assert cells(read(file(control(body)))) == [["甲", "乙"], ["一", "二"], ["三", "四"]]


def test_what_a_form_asks_for_in_a_cell_leaves_the_cell_empty():
    asks = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{cell('单击')}</w:sdtContent></w:sdt>"
    assert cells(read(file(table(row("甲", "乙"), f"<w:tr>{asks}{cell('丁')}</w:tr>")))) == [
        ["甲", "乙"],
        ["", "丁"],
    ]


def test_an_empty_table_is_nothing():
    assert lines(table(row("", ""), row("", "")) + paragraph("甲")) == ["甲"]


TASKS = """青垣市2024年重点任务清单
序号 | 类别 | 任务 | 牵头单位 | 完成时限
1 | 平台 | 建设青垣实验室 | 市科技局 | 2024年6月底前
2 | 平台 | 新建技术创新中心3家 | 市工信局 | 2024年底前
3 | 主体 | 净增高新技术企业20家 | 市科技局 | 2024年底前
"""


def test_a_task_table_gives_the_same_items_as_its_text():
    title, *rows = TASKS.strip().split("\n")
    document = blank()
    document.add_paragraph(title)
    drawn = document.add_table(0, 5)
    for line in rows:
        for place, text in zip(drawn.add_row().cells, line.split(" | "), strict=True):
            place.text = text
    assert items(read(saved(document))) == items(text_document(TASKS))


def test_merged_categories_and_generated_numbers_change_no_item():
    number = cell(listed(""))
    body = paragraph("青垣市2024年重点任务清单") + table(
        row("序号", "类别", "任务", "牵头单位", "完成时限"),
        row(number, cell("平台", ABOVE), "建设青垣实验室", "市科技局", "2024年6月底前"),
        row(number, cell("", BELOW), "新建技术创新中心3家", "市工信局", "2024年底前"),
        row(number, "主体", "净增高新技术企业20家", "市科技局", "2024年底前"),
    )
    found = items(read(file(body, numbering=numbered(level(0, "%1")))))
    tasks = [item for item in found if item["kind"] == "task"]
    keys = ("number", "heading", "lead", "deadline", "targets")
    assert [[item[key] for key in keys] for item in tasks] == [
        [item[key] for key in keys] for item in items(text_document(TASKS)) if item["kind"] == "task"
    ]


def test_a_title_over_the_whole_table_is_a_section():
    plain = "清单\n序号 | 任务 | 责任单位\n一、平台建设 | |\n1 | 甲事 | 甲局\n二、转化 | |\n2 | 乙事 | 乙局\n"
    body = paragraph("清单") + table(
        row("序号", "任务", "责任单位"),
        row(wide("一、平台建设", 3)),
        row("1", "甲事", "甲局"),
        row(wide("二、转化", 3)),
        row("2", "乙事", "乙局"),
    )
    assert items(read(file(body))) == items(text_document(plain))
