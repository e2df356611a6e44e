"""Kinds: from headings' words and the tree's shape."""

from tests.plans.reading import plan, tree


def kinds(text: str) -> dict[str, str]:
    return {path: kind for path, kind, _ in tree(text)}


def test_the_only_level_with_a_text_holds_the_tasks():
    assert kinds("一、建设平台。新建实验室。\n二、培育企业。建立培育库。") == {"一": "task", "二": "task"}


def test_a_heading_that_only_groups_is_a_section():
    found = kinds("一、建设平台\n1.建实验室。甲。\n2.建中心。乙。\n二、培育企业\n3.建库。丙。")
    assert found == {"一": "section", "一/1": "task", "一/2": "task", "二": "section", "二/3": "task"}


def test_listed_steps_are_measures():
    found = kinds("一、建设平台\n一是甲。\n二是乙。\n二、培育企业\n（1）丙。\n（2）丁。")
    assert found["一"] == found["二"] == "task"
    assert {found[path] for path in ("一/一是", "一/二是", "二/(1)", "二/(2)")} == {"measure"}


def test_below_a_heading_that_announces_tasks_listed_steps_are_the_tasks():
    assert kinds("一、下一步工作打算\n一是甲。\n二是乙。") == {
        "一": "section",
        "一/一是": "task",
        "一/二是": "task",
    }


def test_a_unit_among_leaves_keeps_its_list_as_measures():
    text = "一、主要任务\n（一）甲。乙。\n（二）丙。丁。\n（三）戊。己。\n1.庚。\n2.辛。"
    found = kinds(text)
    assert (found["一/(三)"], found["一/(三)/1"]) == ("task", "measure")


def test_below_a_bare_heading_units_with_a_text_are_the_tasks():
    text = "一、甲。乙。\n二、丙。\n（一）丁。戊。\n（二）己。庚。\n三、辛。壬。"
    found = kinds(text)
    assert (found["一"], found["二"], found["二/(一)"]) == ("task", "section", "task")


def test_guiding_thought_is_a_note_and_so_is_what_lies_below():
    found = kinds(
        "一、总体要求\n（一）指导思想。甲。\n（二）基本原则。一是乙；二是丙。\n二、主要任务\n（一）丁。戊。"
    )
    assert {found[p] for p in ("一", "一/(一)", "一/(二)", "一/(二)/一是")} == {"note"}
    assert (found["二"], found["二/(一)"]) == ("section", "task")


def test_a_goals_part_holds_a_goal_per_number_or_per_clause():
    numbered = kinds("一、主要目标\n1、产值增长10%；\n2、新增平台3个。")
    assert numbered == {"一": "section", "一/1": "goal", "一/2": "goal"}
    running = tree("一、主要目标\n产值增长10%，建成平台3个；创新能力明显增强。\n二、建设平台。甲。")
    assert running == [
        ("一", "section", "主要目标"),
        ("一/", "goal", "产值增长10%"),
        ("一/", "goal", "建成平台3个"),
        ("一/", "goal", "创新能力明显增强"),
        ("二", "task", "建设平台"),
    ]


def test_goals_may_be_told_before_the_first_number():
    found = tree(
        "某市工作要点\n甲。\n主要预期目标是：产值增长10%；平台更优。重点做好以下工作：\n一、建设平台。乙。"
    )
    assert found[:2] == [("", "goal", "产值增长10%"), ("", "goal", "平台更优")]
    assert found[2][0] == "一"


def test_a_clause_of_circumstance_is_no_goal_and_its_date_is_shared():
    items = plan("一、发展目标\n到2025年，平台达到9个，产值翻一番，为建设强市提供支撑。").items
    assert [item.heading for item in items[1:]] == ["平台达到9个", "产值翻一番"]
    assert [str(item.deadline.date) for item in items[1:]] == ["2025-12-31"] * 2


def test_a_reply_reports_before_it_promises():
    text = "关于第36号建议的答复\n一、工作开展情况\n一是甲。\n二是乙。\n二、下一步打算\n一是丙。\n二是丁。"
    found = kinds(text)
    assert {found[p] for p in ("一", "一/一是", "一/二是")} == {"note"}
    assert (found["二"], found["二/一是"]) == ("section", "task")


def test_nothing_numbered_is_said():
    read = plan("青垣市2024年工作要点\n各处室要认真做好全年工作。\n")
    assert read.items == []
    assert [w.code for w in read.warnings] == ["no_tasks_found"]
