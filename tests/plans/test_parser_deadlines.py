"""Deadlines: what a text says about when, against the plan's year."""

import pytest

from plans.parser.deadlines import deadline, said
from tests.plans.reading import day, whole

BY = {
    "6月底前完成": ("6月底前", "2021-06-30"),
    "2022年2月底前完成": ("2022年2月底前", "2022-02-28"),
    "年底前建成": ("年底前", "2021-12-31"),
    "今年底建成": ("今年底", "2021-12-31"),
    "到2025年底建成": ("到2025年底", "2025-12-31"),
    "明年3月底前建成": ("明年3月底前", "2022-03-31"),
    "上半年完成": ("上半年", "2021-06-30"),
    "下半年启动": ("下半年", "2021-12-31"),
    "一季度完成": ("一季度", "2021-03-31"),
    "三季度前完成": ("三季度前", "2021-09-30"),
    "10月中旬举办": ("10月中旬", "2021-10-20"),
    "8月上旬举办": ("8月上旬", "2021-08-10"),
    "11月举办": ("11月", "2021-11-30"),
    "12月20日前通过验收": ("12月20日前", "2021-12-20"),
    "年内开工": ("年内", "2021-12-31"),
    "到2025年基本建成": ("到2025年", "2025-12-31"),
    "2022年7月至2022年12月开展": ("2022年7月至2022年12月", "2022-12-31"),
    "6月底前出台方案，年底前完成": ("年底前", "2021-12-31"),
    "每月调度，9月底前完成": ("9月底前", "2021-09-30"),
    "6月底前见效。（甲局负责，10月底前完成）": ("10月底前", "2021-10-31"),
    "完成时限：2021年10月。年底前开会": ("2021年10月", "2021-10-31"),
}


@pytest.mark.parametrize("text", BY)
def test_a_date_is_computed_from_what_is_printed(text):
    found, _ = deadline(text, whole(text), len(text), 2021)
    assert (found.text, found.date, found.kind) == (BY[text][0], day(BY[text][1]), "by")
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text", ["每月通报", "每季度举办一次", "每周到企业", "每年2月底前公布", "每月25日前报送", "按季度调度"]
)
def test_a_rhythm_has_no_date(text):
    found, _ = deadline(text, whole(text), len(text), 2021)
    assert (found.kind, found.date) == ("recurring", None)


NONE = [
    "2月18日，以省政府名义报送了方案",
    "截至2020年底，已建成12家",
    "4月14日，我市方案顺利通过评审",
    "自2021年6月起施行",
    "落实《三年行动方案（2023—2025年）》",
    "推进2021年度考核",
    "形成未来5年的时间表",
    "长期坚持高质量发展",
]


@pytest.mark.parametrize("text", NONE)
def test_the_past_and_names_are_no_deadline(text):
    assert deadline(text, whole(text), len(text), 2021) == (None, [])


def test_a_heading_in_brackets_outweighs_the_body():
    text = "摸底排查（2022年5月底前）。每月25日前上报，年底前总结。"
    found, warnings = deadline(text, whole("摸底排查（2022年5月底前）"), len(text), 2021)
    assert (found.text, found.date) == ("2022年5月底前", day("2022-05-31"))
    assert warnings == []


def test_work_without_end_is_ongoing_only_where_a_deadline_is_noted():
    text = "完成时限：长期坚持"
    found, _ = deadline(text, whole(text), len(text), 2021)
    assert (found.text, found.kind, found.date) == ("长期坚持", "ongoing", None)
    assert said("持续推进", 0, 4, 2021)[0].kind == "ongoing"
    for text in ("推广改革。（甲局负责，持续推进）", "推广改革。【责任单位：甲局，持续推进】"):
        assert deadline(text, whole("推广改革"), len(text), 2021)[0].kind == "ongoing"


@pytest.mark.parametrize("text", ["2021年9月31日前完成", "9月31日前完成", "2月30日前完成", "13月底前完成"])
def test_an_impossible_date_keeps_its_words_and_is_said(text):
    found, warnings = deadline(text, whole(text), len(text), 2021)
    assert found.date is None
    assert found.kind == "by"
    assert found.text == text.removesuffix("完成")
    assert [(w.code, text[w.start : w.end]) for w in warnings] == [("impossible_date", found.text)]


def test_several_dates_are_said_and_the_last_is_taken():
    text = "6月底前出台方案，9月底前完成认定"
    found, warnings = deadline(text, whole(text), len(text), 2021)
    assert found.text == "9月底前"
    assert [w.code for w in warnings] == ["several_deadlines"]


def test_without_a_year_no_date_is_guessed():
    found, warnings = deadline("6月底前完成", whole("6月底前完成"), 6, None)
    assert (found.text, found.date) == ("6月底前", None)
    assert [w.code for w in warnings] == ["year_not_found"]
