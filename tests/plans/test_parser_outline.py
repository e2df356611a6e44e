"""The tree: by sequence, and by the order in which a document uses its forms."""

from tests.plans.reading import plan, tree


def paths(text: str) -> list[str]:
    return [path for path, _, _ in tree(text)]


def codes(text: str) -> list[str]:
    return [w.code for w in plan(text).warnings if w.code.startswith("number")]


def test_forms_nest_in_the_order_of_their_first_use():
    text = "一、甲\n（一）乙\n1.丙\n2.丁\n（二）戊\n1.己\n二、庚\n（一）辛"
    assert paths(text) == ["一", "一/(一)", "一/(一)/1", "一/(一)/2", "一/(二)", "一/(二)/1", "二", "二/(一)"]


def test_a_number_glued_to_a_figure_is_a_label_only_in_its_place():
    assert paths("一、甲\n1.乙。\n2.3个断面达标。\n3.丙。") == ["一", "一/1", "一/2", "一/3"]
    assert paths("一、甲\n1.乙。\n3.1万亩丙。\n2.丁。") == ["一", "一/1", "一/2"]


def test_a_document_may_put_bracketed_numbers_below_arabic_ones():
    assert paths("1.甲\n（一）乙\n（二）丙\n2.丁\n（一）戊") == ["1", "1/(一)", "1/(二)", "2", "2/(一)"]


def test_numbers_that_run_on_across_sections_keep_their_value():
    assert paths("一、甲\n1.乙\n2.丙\n二、丁\n3.戊\n4.己") == ["一", "一/1", "一/2", "二", "二/3", "二/4"]


def test_a_skipped_level_hangs_below_what_is_open():
    assert paths("一、甲\n（一）乙\n1.丙\n二、丁\n1.戊\n2.己") == [
        "一",
        "一/(一)",
        "一/(一)/1",
        "二",
        "二/1",
        "二/2",
    ]


def test_an_inline_list_is_found_when_its_second_entry_comes():
    assert paths("一、甲。一是乙；二是丙。\n二、丁") == ["一", "一/一是", "一/二是", "二"]
    assert paths("一、甲。其中一是乙。\n二、丁") == ["一", "二"]


def test_an_inline_list_does_not_swallow_the_next_unit():
    text = "一、甲\n抓好两点：一是乙；二是丙。\n1.丁\n2.戊"
    assert paths(text) == ["一", "一/一是", "一/二是", "一/1", "一/2"]


def test_labels_are_found_where_the_line_breaks_were_lost():
    text = "某市工作方案为做好工作制定本方案。一、工作要求(一)甲。乙2.5万亩(二)丙三、丁二、其他要求1.戊2.己"
    assert paths(text) == ["一", "一/(一)", "一/(二)", "二", "二/1", "二/2"]


def test_a_gap_and_a_repetition_are_said():
    assert codes("一、甲\n三、乙\n三、丙") == ["number_skipped", "number_repeated"]
    assert paths("一、甲\n三、乙\n三、丙") == ["一", "三", "三"]
    assert codes("一、甲\n1.乙\n2.丙\n二、丁\n3.戊\n1.己") == ["number_repeated"]


def test_a_number_far_from_the_sequence_is_text():
    assert paths("一、甲\n1.乙\n2.丙\n95、丁") == ["一", "一/1", "一/2"]


def test_an_attachment_starts_its_numbers_anew():
    text = "一、甲\n二、乙\n附件1\n实施细则\n一、丙\n二、丁"
    assert paths(text) == ["一", "二", "一", "二"]
    assert codes(text) == []


def test_a_list_of_attachments_holds_no_units():
    text = "一、甲\n二、乙\n附件：1.任务表\n      2.联系表\n"
    assert paths(text) == ["一", "二"]
    assert plan(text).items[-1].body == ""


def test_what_follows_a_signature_is_in_no_item():
    read = plan("一、甲。\n乙。\n青垣市科学技术局\n2024年3月1日\n（此件公开发布）\n")
    assert [(item.heading, item.body) for item in read.items] == [("甲", "乙。")]
    assert read.text[read.furniture[0].start :].startswith("青垣市科学技术局")


def test_a_table_of_contents_holds_no_units():
    text = "某市要点\n目 录\n一、甲……1\n二、乙……3\n\n一、甲\n1.丙\n二、乙\n2.丁"
    assert paths(text) == ["一", "一/1", "二", "二/2"]


def test_a_heading_may_begin_with_a_year():
    assert paths("一、2023年工作回顾\n二、2024年工作安排\n1.2024年任务") == ["一", "二", "二/1"]


def test_the_page_ends_a_text_whose_line_breaks_were_lost():
    read = plan("某市要点 一、甲。乙。 二、丙。丁。 打印 关闭 上一篇：关于戊的通知")
    assert read.items[-1].body == "丁。"
    assert "打印" in read.text[read.furniture[-1].start :]
