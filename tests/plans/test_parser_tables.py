"""Task tables: one item per row."""

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
