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
    assert paths("1.甲。\n2.121人才工程。\n3.丙。") == ["1", "2", "3"]


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


def test_signs_list_what_stands_below_a_number():
    text = "一、甲\n●乙事项落实到位。\n●丙事项落实到位。\n二、丁\n●戊事项落实到位。\n●己事项落实到位。"
    assert paths(text) == ["一", "一/●", "一/●", "二", "二/●", "二/●"]
    assert codes(text) == []


def test_a_single_sign_is_an_ornament():
    assert paths("一、甲\n★乙事项落实到位。\n二、丙") == ["一", "二"]


def test_a_signs_list_ends_with_the_page():
    text = "一、甲事项。\n打印本页\n●关于乙的通知公告\n●关于丙的通知公告\n"
    assert paths(text) == ["一"]


def test_a_wide_gap_is_believed_when_the_list_goes_on():
    text = "1.甲。\n2.乙。\n15.丙。\n16.丁。"
    assert paths(text) == ["1", "2", "15", "16"]
    assert codes(text) == ["number_skipped"]


def test_a_gap_and_a_repetition_in_a_text_without_line_breaks_are_said():
    text = "某市要点一、甲事。二、乙事。四、丙事。四、丁事。五、戊事。六、己事。"
    assert paths(text) == ["一", "二", "四", "四", "五", "六"]
    assert codes(text) == ["number_skipped", "number_repeated"]


def test_a_warning_points_at_the_number():
    read = plan("一、甲\n三、乙")
    assert [read.text[w.start : w.end] for w in read.warnings if w.code == "number_skipped"] == ["三、"]


def test_first_second_and_third_are_one_list_however_they_are_told():
    text = "一、甲。\n首先，做好乙；其次，做好丙；\n第三，做好丁。\n二、戊。"
    assert paths(text) == ["一", "一/首先", "一/其次", "一/第三", "二"]


def test_parts_and_articles_are_found_without_line_breaks():
    text = "某市措施第一部分 甲事项一、乙。第二部分 丙事项一、丁。二、戊。"
    assert paths(text) == ["第一部分", "第一部分/一", "第二部分", "第二部分/一", "第二部分/二"]
    assert paths("某市措施第一条 甲事。第二条 乙事，按照本市第一条规定。第三条 丙事。") == [
        "第一条",
        "第二条",
        "第三条",
    ]


def test_a_label_is_believed_at_once_when_another_list_begins_in_it():
    assert paths("某市某年打算。（一）强化支撑一是甲。二是乙。三是丙。") == [
        "(一)",
        "(一)/一是",
        "(一)/二是",
        "(一)/三是",
    ]


def test_what_is_remarked_below_a_table_holds_no_units():
    text = "清单\n序号 | 任务 | 责任单位\n1 | 甲事 | 甲局\n2 | 乙事 | 乙局\n说明：1.丙；\n2.丁。\n"
    assert paths(text) == ["1", "2"]


def test_a_sites_terms_are_no_units():
    text = "- 1、本文档由用户上传，可阅读全部内容。\n- 2、本站不保证质量。\n2024年要点\n一、甲。\n二、乙。\n"
    assert paths(text) == ["一", "二"]


def test_copies_end_a_text_whose_line_breaks_were_lost():
    read = plan("某市要点 一、甲事。乙。 二、行动目标力争到2027年，平台达到9个，产值翻一番。抄送：某市委办。")
    assert [(item.path, item.kind) for item in read.items][:3] == [
        ("一", "task"),
        ("二", "section"),
        ("二/", "goal"),
    ]
    assert read.text[read.furniture[-1].start :] == "抄送：某市委办。"


def test_entries_of_a_contents_page_are_no_units():
    contents = "一、甲领域........................1\n二、乙领域……………………2\n"
    text = "青垣市2024年方案\n" + contents + "一、甲领域\n办好甲事。\n二、乙领域\n办好乙事。\n"
    found = plan(text)
    assert [(item.path, item.body) for item in found.items] == [("一", "办好甲事。"), ("二", "办好乙事。")]
    assert contents.strip() in "".join(text[span.start : span.end] for span in found.furniture)


def test_the_terms_of_a_site_are_no_tasks():
    text = (
        "青垣市2024年要点\n• 1.该资料是网友上传的。\n• 2.下载该文档所得归上传者。\n一、甲事。"
        "办好。\n二、乙事。办好。\n"
    )
    assert [item.path for item in plan(text).items] == ["一", "二"]


def test_a_quotation_open_at_the_line_s_end_goes_on_with_its_heading():
    text = "分工\n1.建设基地，打造“青垣筑\n梦”品牌。\n责任单位：甲局\n2.推动“三步走\n责任单位：乙局\n"
    assert [item.heading for item in plan(text).items] == ["建设基地，打造“青垣筑梦”品牌", "推动“三步走"]
