"""Labels: which printed numbers are one, and which only look like it."""

import pytest

from plans.parser import bullets, numbering
from tests.plans.reading import only_paragraph, plan, tree

LABELS = {
    "一、任务": ("han", 1, "一"),
    "二十一、任务": ("han", 21, "二十一"),
    "（一）任务": ("han_paren", 1, "(一)"),
    "(十二)任务": ("han_paren", 12, "(十二)"),
    "（ 三 ）、任务": ("han_paren", 3, "(三)"),
    "1.任务": ("arabic", 1, "1"),
    "1、任务": ("arabic", 1, "1"),
    "１．任务": ("arabic", 1, "1"),
    "3．6月底前完成": ("arabic", 3, "3"),
    "3、6月底前完成": ("arabic", 3, "3"),
    "1.2024年任务": ("arabic", 1, "1"),
    "1.2任务": ("decimal", 2, "1.2"),
    "（1）任务": ("arabic_paren", 1, "(1)"),
    "2）任务": ("arabic_half", 2, "2)"),
    "①任务": ("circled", 1, "①"),
    "任务1：建平台": ("named", 1, "任务1"),
    "任务二、建平台": ("named", 2, "任务二"),
    "［1］任务": ("square", 1, "[1]"),
    "[12] 任务": ("square", 12, "[12]"),
    "㈡任务": ("han_paren", 2, "㈡"),
    "⑶任务": ("arabic_paren", 3, "⑶"),
    "1 、任务": ("arabic", 1, "1"),
    "一 、任务": ("han", 1, "一"),
    "第三条 任务": ("article", 3, "第三条"),
    "第二章 任务": ("part", 2, "第二章"),
    "一是抓任务": ("count", 1, "一是"),
    "二要抓任务": ("count", 2, "二要"),
    "第一，抓任务": ("ordinal", 1, "第一"),
    "首先，抓任务": ("ordinal", 1, "首先"),
    "　　■ 四、任务": ("han", 4, "四"),
}


@pytest.mark.parametrize("text", LABELS)
def test_a_label_is_read_with_its_form_value_and_printed_number(text):
    label = next(numbering.labels(*only_paragraph(text)))
    assert (label.form.name, label.value, label.number) == LABELS[text]
    assert label.where == "line"


NO_LABELS = [
    "PM2.5浓度下降3.1%，建成2.5万亩。",
    "2020.3完成",
    "增长10.5个百分点。",
    "促进一、二、三产业融合。",
    "建设5G、G60等网络。",
    "按照第（一）项、（二）款办理。",
    "落实《规划（一）、二、三》和“一、二、三”行动。",
    "详见附件1、附件2。",
    "围绕1+4人才新政、1到2名专家。",
    "第三条例如此规定",
]


@pytest.mark.parametrize("text", NO_LABELS)
def test_figures_and_citations_are_no_labels(text):
    assert list(numbering.labels(*only_paragraph("工作：" + text))) == []


def test_a_label_knows_what_stands_before_it():
    text = "抓好三点：一是甲；二是乙，三是丙"
    found = [(label.number, label.where) for label in numbering.labels(*only_paragraph(text))]
    assert found == [("一是", "sentence"), ("二是", "sentence"), ("三是", "comma")]


@pytest.mark.parametrize(
    ("cell", "expected"), [("一、", "一"), ("3", "3"), ("（二）", "(二)"), ("总计", None), ("", None)]
)
def test_a_number_cell_is_read_with_or_without_its_delimiter(cell, expected):
    found = numbering.number_of(cell)
    assert (found[2] if found else None) == expected


def test_a_blank_sets_a_number_at_a_line_s_beginning_apart_from_a_figure():
    [label] = numbering.labels(*only_paragraph("2. 3个断面提升。"))
    assert (label.number, label.where) == ("2", "line")
    assert list(numbering.labels(*only_paragraph("水质达到2. 3类。"))) == []


def test_labels_in_a_row_number_nothing_but_the_last():
    found = [label.number for label in numbering.labels(*only_paragraph("①②③完成任务"))]
    assert found == ["③"]


def test_a_label_may_end_a_heading_that_lost_its_line_break():
    found = [(x.number, x.where) for x in numbering.labels(*only_paragraph("一、明确目标任务1、建设平台。"))]
    assert found == [("一", "line"), ("1", "heading")]
    found = [x.where for x in numbering.labels(*only_paragraph("一、明确目标。涉及类别1、类别2、类别3"))]
    assert "heading" not in found


SIGNS = {
    "●建设平台三个": "●",
    "　■ 建设平台三个": "■",
    "——建设平台三个": "——",
    "• 建设平台三个": "•",
    "- 建设平台三个": "-",
}


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_at_a_lines_beginning_lists(text):
    document, line = only_paragraph(text)
    found = list(bullets.entries(document, line, list(numbering.labels(document, line))))
    assert [(label.number, label.form.step) for label in found] == [(SIGNS[text], True)]


@pytest.mark.parametrize(
    "text",
    [
        "● 一、建设平台三个",
        "— 12 —",
        "●责任单位：甲局、乙局",
        "• 约6千字",
        "-5度以下低温天气",
        "甲乙●丙丁戊己庚",
    ],
)
def test_a_sign_that_decorates_or_lists_no_unit_is_none(text):
    document, line = only_paragraph(text)
    assert list(bullets.entries(document, line, list(numbering.labels(document, line)))) == []


def test_a_paragraph_that_is_most_of_the_text_has_lost_its_line_breaks():
    head = "索引号：1\n某市2024年分工\n某市政府\n2024年1月5日\n"
    filler = "各单位要提高认识，明确责任，细化措施，按时报送进展，确保各项任务按期完成，" * 8
    run_on = (
        filler + "现印发给你们。 一、甲领域 1.建设书院。 责任单位：甲局 2.整修老馆。 责任单位："
        "乙局 二、乙领域 1.疏浚柳河。 责任单位：丙局"
    )
    found = [(item.path, item.lead) for item in plan(head + run_on).items]
    assert found == [("一", []), ("一/1", ["甲局"]), ("一/2", ["乙局"]), ("二", []), ("二/1", ["丙局"])]


def test_works_for_the_people_may_be_numbered_by_their_name():
    text = "某县2024年意见\n一、主要内容\n实事一：新建公厕20座。\n实事二：改造步道。\n"
    assert [path for path, _, _ in tree(text)] == ["一", "一/实事一", "一/实事二"]


def test_circled_numbers_may_follow_a_comma():
    text = (
        "某市要点\n一、选优干部。实施计划，①储备干部450名；②完成研判；③选派干部68名。\n"
        "二、培训干部。办班。\n三、用好干部。交流。"
    )
    assert [path for path, _, _ in tree(text)] == ["一", "一/①", "一/②", "一/③", "二", "三"]
