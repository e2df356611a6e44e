"""Task tables: one item per row."""

import pytest

from plans.parser import ParsedPlan, parse
from plans.readers.assembly import Assembly, Merged
from tests.plans.reading import plan

TABLE = """2024年重点任务清单
序号 | 重点任务 | 主要内容 | 牵头单位 | 配合单位 | 完成时限
一、 | 创新平台 |  |  |  |
1 | 建设实验室 | 完成可研批复；开工建设。 | 甲处 | 乙处、丙处 | 9月
2 | 新建平台 | 新增平台8家以上。 | 甲处 |  | 长期坚持
 |  | 开展培训10场。 |  |  |
二、 | 成果转化 |  |  |  |
3 | 技术市场 | 登记额120亿元。 | 丙处 | 各区 | 每季度
 | 合计 | | | |
"""


def test_each_row_is_an_item_and_a_title_row_a_section():
    items = plan(TABLE).items
    assert [(i.path, i.kind, i.heading) for i in items] == [
        ("一", "section", "创新平台"),
        ("一/1", "task", "建设实验室"),
        ("一/2", "task", "新建平台"),
        ("二", "section", "成果转化"),
        ("二/3", "task", "技术市场"),
    ]


def test_columns_give_body_owners_deadline_and_targets():
    first, second, _, third = plan(TABLE).items[1:]
    assert (first.body, first.lead, first.cooperating) == (
        "完成可研批复；开工建设。",
        ["甲处"],
        ["乙处", "丙处"],
    )
    assert first.deadline.date.isoformat() == "2024-09-30"
    assert (second.deadline.kind, third.deadline.kind) == ("ongoing", "recurring")
    assert (third.lead, third.cooperating) == (["丙处"], [])


def test_a_row_without_number_and_task_goes_on_with_the_row_above():
    second = plan(TABLE).items[2]
    assert second.body == "新增平台8家以上。开展培训10场。"
    assert [(int(t.value), t.unit) for t in second.targets] == [(8, "家"), (10, "场")]


def test_a_cell_may_know_better_than_its_column_who_leads():
    text = "清单\n序号 | 任务 | 责任单位\n1 | 甲事 | 牵头：甲处；配合：乙处\n2 | 乙事 | 丙处、丁处\n"
    found = [(item.lead, item.cooperating) for item in plan(text).items]
    assert found == [(["甲处"], ["乙处"]), (["丙处"], ["丁处"])]


def test_a_table_may_stand_below_a_heading_of_the_text():
    head = "某市方案\n一、工作目标\n平台更优。\n二、重点任务\n"
    text = head + "序号 | 任务 | 责任单位\n1 | 甲事 | 甲处\n2 | 乙事 | 乙处\n三、工作要求\n加强领导。"
    paths = [item.path for item in plan(text).items]
    assert paths == ["一", "一/", "二", "二/1", "二/2", "三"]


def test_scores_and_who_assesses_are_nobodys_work():
    head = "考核表\n序号 | 考核项目 | 分值 | 考核指标 | 负责考核部门\n"
    text = head + "1 | 建台账 | 5 | 建立台账，得5分。 | 甲办\n2 | 报信息 | 3 | 报送信息。 | 乙办\n"
    first = plan(text).items[0]
    assert (first.body, first.owners, first.targets) == ("建立台账，得5分。", (), ())


def test_page_data_is_no_task_table():
    assert plan("索引号 | 1 | 分类 | 科技\n发布机构 | 甲局 | 日期 | 2021-07-29\n甲。\n").items == []


def test_a_title_row_may_hold_its_number_in_its_only_cell():
    text = "| 序号 | 任务 | 责任单位 |\n|---|---|---|\n| （一）平台建设 | | |\n| 1 | 甲事 | 甲处 |\n"
    assert [(i.path, i.kind, i.heading) for i in plan(text).items] == [
        ("(一)", "section", "平台建设"),
        ("(一)/1", "task", "甲事"),
    ]


HEADER = ["序号", "重点任务", "主要内容", "责任单位", "完成时限"]


def tables(*found: list[list[str | Merged]], above: tuple[str, ...] = ()) -> ParsedPlan:
    assembly = Assembly()
    for line in ("2024年重点任务清单", *above):
        assembly.paragraph(line)
    for table in found:
        assembly.table(table)
    return parse(assembly.document())


def outline(read: ParsedPlan) -> list[tuple[str, str, str]]:
    return [(item.path, item.kind, item.heading) for item in read.items]


def unclear(read: ParsedPlan) -> list[str]:
    return [read.text[w.start : w.end] for w in read.warnings if w.code == "table_unclear"]


def test_a_merged_owner_answers_for_each_of_its_rows():
    rows = [
        ["1", "甲事", "内容一。", "市甲局", "6月底前"],
        ["2", "乙事", "内容二。", Merged(1, 3), Merged(1, 4)],
    ]
    read = tables([HEADER, *rows])
    assert [(i.lead, i.deadline.text) for i in read.items] == [(["市甲局"], "6月底前")] * 2
    assert unclear(read) == []


def test_a_merged_task_is_one_item_and_says_when_its_rows_differ():
    rows = [
        ["1", "甲事", "内容一。", "市甲局", "6月底前"],
        [Merged(1, 0), Merged(1, 1), "内容二。", "市乙局", "9月底前"],
    ]
    read = tables([HEADER, *rows])
    assert [(i.number, i.heading, i.body) for i in read.items] == [("1", "甲事", "内容一。内容二。")]
    assert [words.split(" | ")[-3:] for words in unclear(read)] == [["内容二。", "市乙局", "9月底前"]]


def test_a_column_that_groups_rows_gives_sections():
    titles = ["类别", "序号", "任务", "责任单位"]
    rows = [
        ["平台", "1", "甲事", "市甲局"],
        [Merged(1, 0), "2", "乙事", "市乙局"],
        ["人才", "3", "丙事", "市乙局"],
    ]
    expected = [
        ("", "section", "平台"),
        ("/1", "task", "甲事"),
        ("/2", "task", "乙事"),
        ("", "section", "人才"),
        ("/3", "task", "丙事"),
    ]
    assert outline(tables([titles, *rows])) == expected
    untitled = [[row[1], row[0] if row[0] in ("平台", "人才") else Merged(1, 1), *row[2:]] for row in rows]
    assert outline(tables([["序号", "重点工作", "具体任务", "责任单位"], *untitled])) == expected


def test_a_row_merged_across_is_a_section():
    across = [["一、平台", *[Merged(1, 0)] * 4], ["1", "甲事", "内容。", "市甲局", "年底前"]]
    assert outline(tables([HEADER, *across])) == [("一", "section", "平台"), ("一/1", "task", "甲事")]


def test_titles_may_stand_on_two_lines_and_come_again_on_each_page():
    upper = ["序号", "重点任务", "责任单位", Merged(0, 2), "完成时限"]
    lower = [Merged(0, 0), Merged(0, 1), "牵头单位", "配合单位", Merged(0, 4)]
    again = ["序号", "重点任务", "责任单位", Merged(3, 2), "完成时限"]
    rows = [["1", "甲事", "市甲局", "市乙局", "6月底前"], again, ["2", "乙事", "市丙局", "", "年底前"]]
    read = tables([upper, lower, *rows])
    assert [(i.number, i.lead, i.cooperating) for i in read.items] == [
        ("1", ["市甲局"], ["市乙局"]),
        ("2", ["市丙局"], []),
    ]


def test_a_table_without_titles_is_read_where_its_columns_are_evident():
    rows = [[str(n), f"推进事项{n}落实", "市甲局", f"{n}月底前"] for n in (4, 5, 6)]
    read = tables(rows)
    assert [(i.number, i.lead, i.deadline.text) for i in read.items][0] == ("4", ["市甲局"], "4月底前")
    rows = [[str(n), f"推进事项{n}落实", "好"] for n in (1, 2, 3)]
    assert [words.count("\n") for words in unclear(tables(rows))] == [2]


def test_a_table_that_goes_on_behind_a_page_break_keeps_its_columns():
    read = tables(
        [HEADER, ["1", "甲事", "内容。", "市甲局", "年底前"]], [["2", "乙事", "内容。", "市乙局", "年底前"]]
    )
    assert [(i.number, i.heading, i.lead) for i in read.items][1] == ("2", "乙事", ["市乙局"])


def test_a_frame_holds_text():
    read = tables([["内容"], ["一、平台\n（一）建实验室。新建2家。\n（二）建中心。新建1家。"]])
    assert [path for path, _, _ in outline(read)] == ["一", "一/(一)", "一/(二)"]


def test_a_cell_set_in_several_lines_is_one_heading():
    read = tables([HEADER, ["1", "建设省级\n实验室", "甲。\n乙。", "市甲局", "年底前"]])
    assert [(i.heading, i.body) for i in read.items] == [("建设省级实验室", "甲。乙。")]


def test_a_table_that_says_the_tasks_again_is_entered_once():
    text = ("一、建设平台。新建2家。", "二、培育企业。新增3家。", "三、引进人才。引进1人。", "附件")
    rows = [["1", "建设平台"], ["2", "培育企业"], ["3", "引进人才"]]
    read = tables([HEADER, *([*row, "", "市甲局", "年底前"] for row in rows)], above=text)
    assert [i.path for i in read.items] == ["一", "二", "三"]
    assert [w.code for w in read.warnings] == ["table_repeats"]


CELLS = (("序号", "工作任务", "责任单位"), ("一、平台",), ("1", "甲事", "市甲局"), ("2", "乙事", "市乙局"))
PLAIN = {
    "tabs": "填报：甲\t时间：乙\n" + "\n".join("\t".join(row) for row in CELLS),
    "blanks": "\n".join("    ".join(row) for row in CELLS),
    "lines": "\n\n".join(cell for row in CELLS for cell in row),
}


@pytest.mark.parametrize("saved", PLAIN)
def test_a_table_in_plain_text_is_known_by_its_titles(saved):
    read = plan(f"2024年清单\n{PLAIN[saved]}\n")
    assert [(i.path, i.heading, i.lead) for i in read.items] == [
        ("一", "平台", []),
        ("一/1", "甲事", ["市甲局"]),
        ("一/2", "乙事", ["市乙局"]),
    ]


def test_a_blank_cell_in_plain_text_stays_blank():
    text = "2024年清单\n序号   工作任务     责任单位    完成时限\n"
    text += "1      甲事                     年底前\n2      乙事         市乙局      6月底前\n"
    assert [(i.lead, i.deadline.text) for i in plan(text).items] == [([], "年底前"), (["市乙局"], "6月底前")]


def test_tabs_and_blanks_in_prose_make_no_table():
    assert outline(plan("2024年要点\n一、\t平台\n1.\t甲事。\n2.\t乙事。\n")) == [
        ("一", "section", "平台"),
        ("一/1", "task", "甲事"),
        ("一/2", "task", "乙事"),
    ]


def test_a_column_of_troubles_or_works_holds_the_tasks():
    head = "青垣市整改清单\n序号 | 问题名称 | 整改内容 | 整改目标 | 牵头单位\n"
    found = plan(
        head
        + "1 | 柳堤塌陷 | 加固护坡；修复步道。 | 修复1.2公里 | 甲处\n2 | 老桥开裂 | 换梁。 | 换梁3片 | 乙处\n"
    )
    assert [(i.heading, i.body) for i in found.items][0] == ("柳堤塌陷", "加固护坡；修复步道。修复1.2公里")
    works = plan("民生实事\n序号 | 民生实事 | 完成时限\n1 | 新建公厕 | 9月\n2 | 改造步道 | 年底前\n")
    assert [item.heading for item in works.items] == ["新建公厕", "改造步道"]


def test_content_scored_in_the_same_column_is_content():
    head = "考核表\n序号\t考核项目\t分值\t考核内容及评分标准\t考核部门\n"
    first = plan(head + "1\t建台账\t5\t建立台账6本，得5分。\t甲办\n2\t报信息\t3\t报送信息。\t乙办\n").items[0]
    assert (first.body, first.owners) == ("建立台账6本，得5分。", ())


def test_tasks_and_what_they_consist_in_make_a_table_without_owners_or_dates():
    found = plan(
        "目标责任书\n工作任务 | 目标及质量要求\n招商引资 | 引进项目3个。\n乡村振兴 | 整治村庄5个。\n"
    )
    assert [(i.number, i.heading, i.body) for i in found.items] == [
        ("", "招商引资", "引进项目3个。"),
        ("", "乡村振兴", "整治村庄5个。"),
    ]
    assert plan("简表\n项目 | 数量\n桌子 | 3\n椅子 | 5\n").items == []


def test_a_row_without_number_beside_numbered_ones_is_a_task_of_its_own():
    table = "清单\n序号 | 任务 | 责任单位\n1 | 建设书院 | 甲处\n | 整修老馆 | 甲处\n2 | 整修步道 | 乙处\n"
    assert [(i.path, i.kind) for i in plan(table).items] == [("1", "task"), ("", "task"), ("2", "task")]


@pytest.mark.parametrize("title", ["责任单位", "责任股室", "承办科室", "责任机构"])
def test_offices_of_every_size_answer_for_a_row(title):
    rows = "1 | 建好书屋 | 宣传股 | 6月底前\n2 | 办好书市 | 文化股 | 年底前\n"
    found = plan(f"序号 | 工作任务 | {title} | 完成时限\n{rows}")
    assert [item.lead for item in found.items] == [["宣传股"], ["文化股"]]
