"""Targets: committed quantities, their comparators and units."""

from decimal import Decimal

import pytest

from plans.parser.targets import targets

COMMITTED = {
    "净增高新技术企业800家以上": [("800", None, "家", ">=")],
    "经费投入不低于220亿元": [("220", None, "亿元", ">=")],
    "企业总数突破5200家": [("5200", None, "家", ">=")],
    "总额超过1.5亿元": [("1.5", None, "亿元", ">=")],
    "至少举办2场活动": [("2", None, "场", ">=")],
    "抽查比例控制在5%以内": [("5", None, "%", "<=")],
    "办理环节不超过3个": [("3", None, "个", "<=")],
    "验收周期缩短至30天以内": [("30", None, "天", "<=")],
    "产值达到120亿元左右": [("120", None, "亿元", "~")],
    "预计达到4200亿元": [("4200", None, "亿元", "~")],
    "支持项目约25项": [("25", None, "项", "~")],
    "引进1到2名专家": [("1", "2", "名", "=")],
    "新建平台3—5家": [("3", "5", "家", "=")],
    "新建平台8至10家": [("8", "10", "家", "=")],
    "增长10%-15%": [("10", "15", "%", "=")],
    "融资3个亿": [("3", None, "亿", "=")],
    "力争总规模突破15亿，不断提升": [("15", None, "亿", ">=")],
    "孵化面积500万平方米": [("500", None, "万平方米", "=")],
    "高标准农田2.5万亩": [("2.5", None, "万亩", "=")],
    "惠及5万人次以上": [("5", None, "万人次", ">=")],
    "企业总数突破1,050家": [("1050", None, "家", ">=")],
    "占比提高2个百分点": [("2", None, "个百分点", "=")],
    "入网仪器1200台（套）以上": [("1200", None, "台（套）", ">=")],
    "覆盖率达到百分之八十": [("80", None, "%", "=")],
    "死亡率不高于2.4‰": [("2.4", None, "‰", "<=")],
    "企业数量翻一番": [("1", None, "番", "=")],
    "每周不少于二天到企业现场办公": [("2", None, "天", ">=")],
    "打造千亿元产业": [("1000", None, "亿元", "=")],
    "建有率由40%提高到45%": [("45", None, "%", "=")],
    "产值增幅30%，预计达到4200亿元": [("30", None, "%", "="), ("4200", None, "亿元", "~")],
    "新增平台50家、孵化器40家": [("50", None, "家", "="), ("40", None, "家", "=")],
    "在已认定100家的基础上，新认定50家企业": [("50", None, "家", "=")],
}


@pytest.mark.parametrize("text", COMMITTED)
def test_a_committed_quantity_is_read(text):
    found = targets(text, 0, len(text))
    expected = [(Decimal(a), Decimal(b) if b else None, unit, how) for a, b, unit, how in COMMITTED[text]]
    assert [(t.value, t.value_max, t.unit, t.comparator) for t in found] == expected
    assert all(text[t.start : t.end] == t.text for t in found)


NOT_COMMITTED = [
    "2024年3月1日发布",
    "办好第九届大赛和第278号建议",
    "实施“339”行动计划、863计划",
    "建设5G、G60、P4、1+4体系",
    "落实《三年行动方案（2023—2025年）》",
    "目前全市共有平台45家",
    "截至2020年底，企业达到10400家，位居第七",
    "去年引进人才30名",
    "支持年满18周岁的公民",
    "对营业收入5000万元以上的企业",
    "给予最高50万元补助",
    "按投资额的20%给予支持",
    "围绕10个重点产业链",
    "实施三大工程，培育一批企业，突破一批技术",
    "得5分，扣2分",
    "提供24小时服务",
    "进入全国前10名",
    "从10%起步",
]


@pytest.mark.parametrize("text", NOT_COMMITTED)
def test_dates_names_the_past_and_descriptions_are_no_targets(text):
    assert targets(text, 0, len(text)) == ()


def test_the_text_names_what_is_measured_without_modal_words():
    text = "一、甲。力争新增省级以上平台50家、市级平台40家，全年净增企业100家以上。"
    assert [t.text for t in targets(text, 0, len(text))] == [
        "新增省级以上平台50家",
        "市级平台40家",
        "净增企业100家以上",
    ]


def test_a_predicate_borrows_the_clause_before_it():
    text = "高新技术产业产值增幅30%，预计达到4200亿元"
    assert [t.text for t in targets(text, 0, len(text))] == ["高新技术产业产值增幅30%", text]


def test_a_year_before_the_plans_tells_the_past():
    text = "2020年完成投资3亿元，今年再完成投资5亿元，与去年相比增长20%"
    assert [int(t.value) for t in targets(text, 0, len(text), 2021)] == [5, 20]
