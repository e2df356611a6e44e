"""Kinds: from headings' words and the tree's shape."""

from plans.parser import parse
from plans.readers.assembly import Assembly
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


def test_main_indicators_before_the_first_number_are_goals():
    found = tree(
        "甲县要点\n甲。\n主要经济指标:到2017年末,全县养殖要达到:奶牛7万头、羊9万只;产值实现45亿元。\n"
        "工作重点:一是建设平台。二是培育企业。"
    )
    assert found[:2] == [
        ("", "goal", "全县养殖要达到:奶牛7万头、羊9万只"),
        ("", "goal", "产值实现45亿元"),
    ]


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


def test_signs_with_headings_and_texts_of_their_own_are_the_tasks():
    found = tree("一、重点工作\n（一）建设平台\n●新建实验室。建成2家以上。\n●新建中心。建成1家以上。")
    assert [kind for _, kind, _ in found] == ["section", "section", "task", "task"]
    found = tree(
        "一、重点工作\n（一）建设平台\n●新建实验室两家以上。\n●新建中心一家以上。\n（二）培育企业。甲。"
    )
    assert [kind for _, kind, _ in found] == ["section", "task", "measure", "measure", "task"]


def test_dashes_below_a_look_ahead_are_goals():
    text = "某市方案\n一、总体要求\n坚持创新。\n到2027年，平台达到9个。\n"
    text += "——平台体系加快完善。新建3个。\n——成果加快涌现。转化5项。"
    assert tree(text) == [
        ("一", "note", "总体要求"),
        ("一/", "goal", "平台达到9个"),
        ("一/——", "goal", "平台体系加快完善"),
        ("一/——", "goal", "成果加快涌现"),
    ]


def test_a_list_behind_goals_and_a_colon_is_of_goals():
    found = tree("某县打算\n2024年的目标要求：1、加快发展。甲。2、健全体系。乙。")
    assert [kind for _, kind, _ in found] == ["goal", "goal"]


def test_goals_with_plans_are_tasks():
    found = kinds("一、经济发展目标与计划\n1.推进农业。甲。\n2.推进工业。乙。")
    assert found == {"一": "section", "一/1": "task", "一/2": "task"}


def test_a_part_of_goals_and_scope_holds_both():
    found = kinds(
        "一、主要目标和整治范围\n（一）主要目标。平台达到9个。\n（二）整治范围。全市。\n二、任务。甲。"
    )
    assert (found["一"], found["一/(一)"], found["一/(一)/"], found["一/(二)"]) == (
        "section",
        "section",
        "goal",
        "note",
    )


def test_a_document_without_numbers_has_a_task_per_headed_paragraph():
    head = "某市工作要点\n为做好工作，制定本要点。\n"
    text = (
        head + "依法行政强法治。推进法治建设，培训10场。\n平台建设上台阶。新建实验室2家。\n责任单位：甲局\n"
    )
    text += "某市科学技术局\n2024年3月1日\n"
    read = plan(text)
    assert [(i.number, i.path, i.kind, i.heading) for i in read.items] == [
        ("", "", "task", "依法行政强法治"),
        ("", "", "task", "平台建设上台阶"),
    ]
    assert (read.items[1].body, read.items[1].lead) == ("新建实验室2家。责任单位：甲局", ["甲局"])


def test_headed_paragraphs_below_a_bare_announcement_are_tasks_and_below_a_task_its_text():
    paragraphs = "依法行政强法治。推进法治建设，培训10场。\n平台建设上台阶。新建实验室2家。\n"
    assert kinds(f"一、重点工作\n{paragraphs}二、其他。甲。") == {
        "一": "section",
        "一/": "task",
        "二": "task",
    }
    assert kinds(f"一、抓好队伍\n{paragraphs}二、其他。甲。") == {"一": "task", "二": "task"}


def test_prose_without_numbers_holds_no_tasks():
    assert (
        tree("某市简报\n今天上午，会议召开。会议指出，要抓好落实。\n会议强调。各单位要高度重视这项工作。\n")
        == []
    )


def headings(*lines: tuple[str, int | None]) -> list[tuple[str, str, str]]:
    assembly = Assembly()
    for words, level in lines:
        assembly.paragraph(words, level)
    return [(item.path, item.kind, item.heading) for item in parse(assembly.document()).items]


def test_headings_that_the_file_states_are_units_and_its_title_is_none():
    found = headings(
        ("某市2024年工作要点", 1),
        ("为做好工作。", None),
        ("强化平台", 1),
        ("建设实验室", 2),
        ("新建2家。", None),
        ("壮大主体", 1),
        ("培育企业", 2),
        ("入库100家。", None),
    )
    assert found == [
        ("", "section", "强化平台"),
        ("/", "task", "建设实验室"),
        ("", "section", "壮大主体"),
        ("/", "task", "培育企业"),
    ]


def test_a_stated_heading_stands_below_a_number_of_a_higher_level():
    found = headings(
        ("一、强化平台", 1),
        ("建设实验室", 2),
        ("新建2家。", None),
        ("二、壮大主体", 1),
        ("培育企业", 2),
        ("入库。", None),
    )
    assert [path for path, _, _ in found] == ["一", "一/", "二", "二/"]


def test_traditional_characters_are_read_and_kept():
    read = plan(
        "某市2024年工作要點\n一、總體要求\n堅持創新。\n二、重點任務\n（一）建設平臺。新增8個。"
        "（責任單位：市財政局）\n（二）培育企業。新增9家。"
    )
    assert [(i.path, i.kind, i.heading) for i in read.items][:3] == [
        ("一", "note", "總體要求"),
        ("二", "section", "重點任務"),
        ("二/(一)", "task", "建設平臺"),
    ]
    assert (read.title, read.items[2].lead) == ("某市2024年工作要點", ["市財政局"])
    assert [(t.text, t.unit) for t in read.items[2].targets] == [("新增8個", "個")]


def test_what_last_year_was_like_and_its_troubles_are_notes():
    text = (
        "某局2023年总结和2024年打算\n一、2023年工作情况\n（一）造林成效明显。造林2万亩。\n"
        "（二）管护加强。巡林30次。\n"
        "二、存在的困难和问题\n人手不足。\n三、2024年工作打算\n（一）推进造林。造林3万亩。\n"
        "（二）加强管护。巡林40次。\n"
    )
    found = {path: kind for path, kind, _ in tree(text)}
    assert [found[path] for path in ("一", "一/(一)", "二")] == ["note"] * 3
    assert found["三/(二)"] == "task"


def test_a_part_of_indicators_holds_goals_and_a_row_named_by_one_is_a_task():
    text = "某市2024年分工\n一、主要任务\n（一）主要经济指标\n1.生产总值增长8%。\n2.投资增长9%。\n"
    assert [kind for _, kind, _ in tree(text)] == ["section", "section", "goal", "goal"]
    assert [
        kind for _, kind, _ in tree("责任书\n工作任务 | 目标要求\n考核指标 | 见附件。\n招商 | 引资。\n")
    ] == ["task"] * 2


def test_what_a_notice_arranges_is_no_task():
    text = (
        "关于开展调研的通知\n一、调研时间\n9月8日上午。\n二、调研人员\n张三。\n三、调研内容\n"
        "1.摸清底数。列出清单。\n2.听取意见。形成报告。\n"
    )
    assert [kind for _, kind, _ in tree(text)] == ["section", "section", "section", "task", "task"]


def test_support_is_split_by_its_headings_where_the_work_is():
    work = (
        "一、重点任务\n依法行政强法治。推进复议改革，办结案件。\n公共服务提质效。健全三级平台，办理援助。\n"
    )
    support = (
        "二、工作保障\n队伍建设强素质。开展岗位练兵，培训干部。\n科技赋能增动力。打通数据接口，上线平台。\n"
    )
    assert [path for path, _, _ in tree("某局2024年要点\n" + work + support)] == [
        "一",
        "一/",
        "一/",
        "二",
        "二/",
        "二/",
    ]
    numbered = "一、重点任务\n（一）强法治。推进改革。\n（二）提质效。健全平台。\n"
    assert [path for path, _, _ in tree("某局2024年要点\n" + numbered + support)][-1] == "二"


def test_a_stated_heading_above_each_of_several_tables_is_a_section():
    assembly = Assembly()
    assembly.paragraph("青垣市2024年工作台账", 1)
    for name, task in (("创新平台", "建设书院"), ("成果转化", "疏浚柳河")):
        assembly.paragraph(name, 2)
        assembly.table([["序号", "任务", "责任单位"], ["1", task, "甲局"], ["2", "整修步道", "乙局"]])
    found = parse(assembly.document())
    assert [(i.path, i.kind, i.heading) for i in found.items][3:5] == [
        ("", "section", "成果转化"),
        ("/1", "task", "疏浚柳河"),
    ]
    assert found.title == "青垣市2024年工作台账"
