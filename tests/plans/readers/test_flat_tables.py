"""Tables whose cells stand on lines, or side by side with single blanks."""

from plans.parser import Table, parse
from plans.readers.assembly import Assembly
from tests.plans.reading import document, plan

TITLES = "序号\n重点任务\n牵头单位\n配合单位\n完成时限\n"
SHORT = "序号\n任务\n责任单位\n完成时限\n"
ROWS = "1\n建成青垣书院\n市文化局\n市财政局\n6月底前\n2\n整修柳堤步道\n市园林局\n9月底前\n"


def cells(text):
    found = document(text)
    tables = [block for block in found.blocks if isinstance(block, Table)]
    return [[found.slice(cell) for cell in row.cells] for table in tables for row in table.rows]


def said(text):
    return [
        (i.path, i.heading, i.lead, i.cooperating, i.deadline and i.deadline.text) for i in plan(text).items
    ]


def test_a_cell_left_out_is_told_from_what_the_others_hold():
    assert said("青垣市2024年任务清单\n" + TITLES + ROWS) == [
        ("1", "建成青垣书院", ["市文化局"], ["市财政局"], "6月底前"),
        ("2", "整修柳堤步道", ["市园林局"], [], "9月底前"),
    ]


def test_each_line_may_keep_the_bar_behind_its_cell():
    barred = "".join(line + " |\n" for line in (TITLES + ROWS).splitlines())
    assert said("青垣市2024年任务清单\n" + barred) == said("青垣市2024年任务清单\n" + TITLES + ROWS)


def test_units_on_lines_of_their_own_are_one_cell():
    text = SHORT + "1\n建成青垣书院\n市文化局\n市财政局\n市住建局\n6月底前\n2\n整修步道\n市园林局\n年底前\n"
    assert said(text)[0] == ("1", "建成青垣书院", ["市文化局"], ["市财政局", "市住建局"], "6月底前")


def test_a_second_task_with_its_own_date_below_one_number_is_a_row():
    text = (
        SHORT + "1\n开工建设书院\n市文化局\n5月底前\n整修老馆屋面\n12月底前\n2\n整修步道\n市园林局\n年底前\n"
    )
    found = [(i.path, i.kind, i.heading) for i in plan(text).items]
    assert found == [("1", "task", "开工建设书院"), ("", "task", "整修老馆屋面"), ("2", "task", "整修步道")]


def test_sections_stand_between_the_rows_and_titles_may_come_again():
    first, second = ROWS[: ROWS.index("2\n")], "2\n整修柳堤步道\n市园林局\n市财政局\n9月底前\n"
    text = TITLES + "（一）\n文化惠民\n" + first + TITLES + "（二）交通出行\n" + second
    assert [(i.path, i.kind, i.heading) for i in plan(text).items] == [
        ("(一)", "section", "文化惠民"),
        ("(一)/1", "task", "建成青垣书院"),
        ("(二)", "section", "交通出行"),
        ("(二)/2", "task", "整修柳堤步道"),
    ]


def test_single_blanks_part_the_cells_where_they_part_the_titles():
    text = (
        "青垣市2024年任务分解表\n序号 重点任务 责任单位 完成时限\n"
        "33 新建 A 类场馆2座。 市文化局 2024年12月底\n34 整修步道。 市园林局\n市财政局\n2024年9月底\n"
    )
    assert said(text) == [
        ("33", "新建 A 类场馆2座", ["市文化局"], [], "2024年12月底"),
        ("34", "整修步道", ["市园林局"], ["市财政局"], "2024年9月底"),
    ]


def test_what_follows_the_table_is_none_of_its_rows():
    rows = cells(TITLES + ROWS + "以上事项由市督查室按月通报，逾期未办结的说明原因。\n一、工作要求\n")
    assert rows[-1] == ["2", "整修柳堤步道", "市园林局", "", "9月底前"]


def test_a_row_whose_cells_fit_no_titles_is_kept_whole_and_said():
    odd = plan(TITLES + "1\n建成书院\n6月底前\n市文化局\n2\n整修步道\n市园林局\n市财政局\n9月底前\n")
    assert [warning.code for warning in odd.warnings if warning.code == "table_unclear"] == ["table_unclear"]
    assert [item.heading for item in odd.items] == ["建成书院6月底前市文化局", "整修步道"]


def test_numbers_on_lines_without_titles_are_rows_if_all_say_who_answers():
    tasks = ("建成青垣书院", "整修柳堤步道", "新建城区泊位", "疏浚柳河河道")
    text = "青垣市分工\n" + "".join(f"{at}\n{task}\n市住建局\n" for at, task in enumerate(tasks, 1))
    assert [(i.number, i.heading, i.lead) for i in plan(text).items][2] == ("3", "新建城区泊位", ["市住建局"])
    assert cells("1\n甲段文字很长\n乙段文字\n2\n甲段文字\n乙段文字\n3\n甲段\n乙段文字\n4\n甲段\n乙段\n") == []


def test_paragraphs_of_any_file_may_be_rows():
    assembly = Assembly()
    for line in (
        "青垣市2024年任务清单",
        "序号\t任务\t责任单位",
        "1\t建成书院\t市文化局",
        "2\t整修步道\t市园林局",
    ):
        assembly.paragraph(line)
    assert [(i.number, i.lead) for i in parse(assembly.document()).items] == [
        ("1", ["市文化局"]),
        ("2", ["市园林局"]),
    ]


def test_lines_a_reader_calls_unclear_stay_text():
    assembly = Assembly()
    start = assembly.length
    for line in ("序号\t任务\t责任单位", "1\t建成书院\t市文化局"):
        assembly.paragraph(line)
    assembly.warn("table_unclear", "行列对不齐", start)
    assert not any(isinstance(block, Table) for block in assembly.document().blocks)


def test_the_last_row_may_be_numbered_like_a_section_and_lack_its_score():
    head = "序号 考核项目 分值 考核内容 考核部门\n1 建台账 5 建立台账，每月更新。 甲办\n"
    rows = cells(head + "二 加减分项 工作经验被推广的加分，被通报的减分。\n注：共一百分，加分不超过十分\n")
    assert rows[-1] == ["二", "加减分项", "", "工作经验被推广的加分，被通报的减分。", ""]


def test_a_numbered_line_without_bars_names_the_rows_below_it():
    text = (
        "序号 | 重点任务 | 牵头单位 | 配合单位\n一、防洪保安\n1 | 加固水库 | 市水利局 | 市财政局\n"
        "二、农村供水\n（一）水厂\n2 | 新建水厂 | 市水务集团 | 市住建局、市财政局\n备注：每月报送。\n"
    )
    items = plan(text).items
    told = [(item.kind, item.path, item.lead, item.cooperating) for item in items]
    assert told == [
        ("section", "一", [], []),
        ("task", "一/1", ["市水利局"], ["市财政局"]),
        ("section", "二", [], []),
        ("section", "二/(一)", [], []),
        ("task", "二/(一)/2", ["市水务集团"], ["市住建局", "市财政局"]),
    ]
