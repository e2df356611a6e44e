"""Deadlines: what a text says about when, against the plan's year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.parser.deadlines import deadline, said
from plans.parser.document import Span
from tests.plans.reading import day, plan, whole

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
    "计划于5月开工": ("5月", "2021-05-31"),
    "到2025年6月底基本建成": ("到2025年6月底", "2025-06-30"),
    "延长至2022年上半年完成": ("至2022年上半年", "2022-06-30"),
    "2022年7月至2022年12月开展": ("2022年7月至2022年12月", "2022-12-31"),
    "6月底前出台方案，年底前完成": ("年底前", "2021-12-31"),
    "每月调度，9月底前完成": ("9月底前", "2021-09-30"),
    "6月底前见效。（甲局负责，10月底前完成）": ("10月底前", "2021-10-31"),
    "完成时限：2021年10月。年底前开会": ("2021年10月", "2021-10-31"),
    "各区于6月底前制定方案": ("6月底前", "2021-06-30"),
    "六月底前完成": ("六月底前", "2021-06-30"),
    "二〇二二年六月底前完成": ("二〇二二年六月底前", "2022-06-30"),
    "10月中下旬举办": ("10月中下旬", "2021-10-31"),
    "年中前完成": ("年中前", "2021-06-30"),
    "3-5月开展整治": ("3-5月", "2021-05-31"),
    "6月1日至6月20日开展检查": ("6月1日至6月20日", "2021-06-20"),
    "6月1日-20日开展检查": ("6月1日-20日", "2021-06-20"),
    "2021年7月至2022年底开展": ("2021年7月至2022年底", "2022-12-31"),
    "2021年起5年内建成": ("2021年起5年内", "2025-12-31"),
    "“十四五”末建成": ("“十四五”末", "2025-12-31"),
    "国庆节前完工": ("国庆节前", "2021-10-01"),
    "“七一”前开放": ("“七一”前", "2021-07-01"),
    "2021-09-30前完成": ("2021-09-30前", "2021-09-30"),
    "力争2021年7月1日开馆": ("2021年7月1日", "2021-07-01"),
    "自本方案印发之日起30日内报备": ("自本方案印发之日起30日内", "2021-03-02"),
    "印发后两个月内完成": ("印发后两个月内", "2021-03-31"),
    "责任单位：甲局完成时限：9月底责任人：张三": ("9月底", "2021-09-30"),
    "〔甲局，时限：9月底前〕": ("9月底前", "2021-09-30"),
    "（9月底前完成，甲局负责）": ("9月底前", "2021-09-30"),
    "时间节点：6月底出方案，9月底建成。年底总结": ("9月底", "2021-09-30"),
    "12月20日24时前报送": ("12月20日24时前", "2021-12-20"),
    "完成时限：2021年底前，并持续推进": ("2021年底前", "2021-12-31"),
}


@pytest.mark.parametrize("text", BY)
def test_a_date_is_computed_from_what_is_printed(text):
    found, _ = deadline(text, whole(text), len(text), 2021, day("2021-01-31"))
    assert (found.text, found.date, found.kind) == (BY[text][0], day(BY[text][1]), "by")
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    "text",
    [
        "每月通报",
        "每季度举办一次",
        "每周到企业",
        "每年2月底前公布",
        "每月25日前报送",
        "按季度调度",
        "每两个月调度",
        "每学期开展",
    ],
)
def test_a_rhythm_has_no_date(text):
    found, _ = deadline(text, whole(text), len(text), 2021)
    assert (found.kind, found.date) == ("recurring", None)


NONE = [
    "发放护理补贴，每人每月不低于60元",
    "发放护理补贴。（甲局、乙局；2018年起施行）",
    "2月18日，以省政府名义报送了方案",
    "截至2020年底，已建成12家",
    "4月14日，我市方案顺利通过评审",
    "自2021年6月起施行",
    "落实《三年行动方案（2023—2025年）》",
    "推进2021年度考核",
    "形成未来5年的时间表",
    "长期坚持高质量发展",
    "于2021年6月印发",
    "1日至30日开放",
    "落实2021年6月印发的方案",
    "发布时间：2021年3月1日",
    "“十四五”期间完善体系",
    "完成全年目标任务",
    "接诉后5日内答复",
    "每年开展活动",
    "年产值达到2021.5万元",
    "一月一调度",
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


CELLS = {
    "2021.6.30": ("2021-06-30", "by"),
    "2021/6/30": ("2021-06-30", "by"),
    "2021-6": ("2021-06-30", "by"),
    "12.31前": ("2021-12-31", "by"),
    "Q3": ("2021-09-30", "by"),
    "第一季度": ("2021-03-31", "by"),
    "2022年": ("2022-12-31", "by"),
    "“十四五”期间": ("2025-12-31", "by"),
    "30日内": ("2021-03-02", "by"),
    "每年": (None, "recurring"),
    "定期": (None, "recurring"),
    "立即整改，长期坚持": (None, "ongoing"),
    "6月底，每月调度": ("2021-06-30", "by"),
}


@pytest.mark.parametrize("text", CELLS)
def test_a_cell_says_when_without_more_words(text):
    found, warnings = said(text, 0, len(text), 2021, day("2021-01-31"))
    assert (found.date, found.kind, warnings) == (day(CELLS[text][0]), CELLS[text][1], [])
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", ["立即整改", "立行立改", "30日内", "两个月内", "5个工作日内"])
def test_what_counts_from_an_unknown_day_is_due_but_undated(text):
    found, warnings = said(text, 0, len(text), 2021)
    assert (found.text, found.date, found.kind) == (text, None, "by")
    assert [w.code for w in warnings] == ["relative_deadline"]


def test_between_brackets_behind_a_sentence_only_a_plain_deadline_counts():
    for text, kind in {"推广改革。（长期坚持）": "ongoing", "推广改革。（9月底前）": "by"}.items():
        assert deadline(text, whole("推广改革"), len(text), 2021)[0].kind == kind
    text = "推广改革。落实三年行动方案（2025年）"
    assert deadline(text, whole("推广改革"), len(text), 2021) == (None, [])


@given(
    st.text(
        alphabet="0123456789年月日底前至到—-./每季度上半一二十四五“”（）：，。完成时限内起于立即 ",
        max_size=80,
    ),
    st.sampled_from([None, 1, 2021, 9999]),
)
def test_whatever_is_printed_a_deadline_lies_in_its_stretch(text, year):
    start, end = len(text) // 4, len(text) - len(text) // 5
    found, warnings = deadline(text, Span(start, end), end, year, day("2021-01-31"))
    for place in (*warnings, *([found] if found else [])):
        assert start <= place.start < place.end <= end
    assert found is None or found.text == text[found.start : found.end]


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


def test_wide_figures_and_traditional_characters_say_the_same():
    text = "某市２０２４年工作要點\n一、建設平臺。（責任單位：市科技局；完成時限：６月底前）\n"
    task = plan(text).items[0]
    assert (task.deadline.text, task.deadline.date) == ("６月底前", day("2024-06-30"))
    assert task.lead == ["市科技局"]
