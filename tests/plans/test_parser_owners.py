"""Owners: units in an explicit notation, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.parser.document import Span
from plans.parser.owners import LEAD, PLAIN, heading, in_row, listed, owners
from tests.plans.reading import plan

NAMED = {
    "（责任单位：甲局、乙局）": (["甲局"], ["乙局"]),
    "牵头单位：甲局；配合单位：乙局、丙处": (["甲局"], ["乙局", "丙处"]),
    "牵头单位：甲局、乙局。配合单位：丙处。": (["甲局", "乙局"], ["丙处"]),
    "牵头单位：甲局，责任单位：乙局、丙处": (["甲局"], ["乙局", "丙处"]),
    "（甲局牵头，乙局、丙处配合）": (["甲局"], ["乙局", "丙处"]),
    "（甲局牵头，乙局、丙处按职责分工负责）": (["甲局"], ["乙局", "丙处"]),
    "（甲局、乙局按职责分工负责）": (["甲局"], ["乙局"]),
    "（甲局、乙局等按职责分工负责）": (["甲局"], ["乙局"]),
    "（甲局、乙局，各县（市）政府按职责分工负责）": (["甲局"], ["乙局"]),
    "（甲局、乙局，按职责分工负责）": (["甲局"], ["乙局"]),
    "【责任单位：甲局、乙局，持续推进】": (["甲局"], ["乙局"]),
    "（责任单位：甲局，6月底前）": (["甲局"], []),
    "（甲局会同乙局、丙处负责）": (["甲局"], ["乙局", "丙处"]),
    "（甲局会同乙局）": (["甲局"], ["乙局"]),
    "（甲局、乙局指导）": (["甲局"], ["乙局"]),
    "（甲局指导，乙社参与）": (["甲局"], ["乙社"]),
    "（甲部指导，试点市政府负责落实。以下均需试点市政府落实，不再列出）": (["甲部", "试点市政府"], []),
    "（负责部门：甲部、工业和信息化部；适用范围：所有地区，以下除标注外均为所有地区）": (
        ["甲部"],
        ["工业和信息化部"],
    ),
    "（负责部门：人民银行等部门，适用范围：浙江）": (["人民银行"], []),
    "责任单位：市委文明办（创城办）、高等教育处": (["市委文明办（创城办）"], ["高等教育处"]),
    "责任单位：甲局、各科室、直属事业单位": (["甲局"], []),
    "（甲局主责，乙局协助）": (["甲局"], ["乙局"]),
    "（甲局牵头会同乙局等有关部门负责）": (["甲局"], ["乙局"]),
    "（甲局为牵头单位，乙局、丙处为配合单位）": (["甲局"], ["乙局", "丙处"]),
    "（甲局、乙局，排在第一位的为牵头单位）": (["甲局"], ["乙局"]),
    "（第一责任单位：甲局；第二责任单位：乙局）": (["甲局"], ["乙局"]),
    "责任单位：甲局、轮值单位": (["甲局"], []),
    "责任单位：甲局、\n乙大队、供水": (["甲局"], ["乙大队", "供水"]),
    "责任单位：甲局、各县（市、区）科技局、有关部门": (["甲局"], []),
    "[甲局牵头，乙局等部门配合]": (["甲局"], ["乙局"]),
    "【责任单位：甲局】": (["甲局"], []),
    "责任单位：甲局 乙局 完成时限：6月底前": (["甲局"], ["乙局"]),
    "（甲局负责）后文。（乙局牵头，甲局配合）": (["甲局", "乙局"], []),
    "（甲局，乙局配合）": (["甲局"], ["乙局"]),
    "（甲局牵头 乙局配合）": (["甲局"], ["乙局"]),
    "（甲局负总责，乙局配合）": (["甲局"], ["乙局"]),
    "责任单位：甲局/乙局，各县区、开发区": (["甲局"], ["乙局"]),
    "责任单位：甲局牵头、乙局配合": (["甲局"], ["乙局"]),
    "（甲局牵头，会同乙局、丙处落实）": (["甲局"], ["乙局", "丙处"]),
    "（甲局会同有关部门负责）": (["甲局"], []),
    "（甲局和乙局负责）": (["甲局"], ["乙局"]),
    "（市发展和改革委、市工业和信息化局和文化和旅游局负责）": (
        ["市发展和改革委"],
        ["市工业和信息化局", "文化和旅游局"],
    ),
    "〔甲局牵头,乙局参与,各县、区人民政府(管委会)负责落实。以下各项均需各县、区负责〕": (["甲局"], ["乙局"]),
    "（牵头：甲局；配合：乙局）": (["甲局"], ["乙局"]),
    "主办：甲局 协办：乙局": (["甲局"], ["乙局"]),
    "责任单位：市城市管理局完成时限：立即": (["市城市管理局"], []),
    "责任单位：水务集团完成时限：年底前责任人：张三": (["水务集团"], []),
    "责任单位：乙局、丙局；牵头单位：甲局": (["甲局"], ["乙局", "丙局"]),
    "责任单位：甲局、乙局、\n丙局\n后文、丁局": (["甲局"], ["乙局", "丙局"]),
    "责任单位：\n甲局、乙局": (["甲局"], ["乙局"]),
    "责任单位：甲局；乙局；加强协调，形成合力": (["甲局"], ["乙局"]),
    "责任单位及责任人：甲局 张三": (["甲局"], []),
    "牵头领导：张三，责任单位：甲局": (["甲局"], []),
    "责任单位：乙局、甲局（牵头）": (["甲局"], ["乙局"]),
    "责任单位：甲局、乙局（排名第一为牵头单位）": (["甲局"], ["乙局"]),
    "责任单位（列第一位的为牵头单位，下同）：甲局、乙局": (["甲局"], ["乙局"]),
    "（甲局、乙局按职责分工负责，排在第一位的为牵头单位，下同）": (["甲局"], ["乙局"]),
    "（责任单位：甲局、乙局，排第一位的为牵头单位，下同）": (["甲局"], ["乙局"]),
    "责任单位：市政务服务局（行政审批局）、各县（市、区）政府": (["市政务服务局（行政审批局）"], []),
    "责任单位：市直机关工委、县级市、属地政府": (["市直机关工委"], []),
    "责任单位：移动、电信公司": (["移动"], ["电信公司"]),
    "推进平台建设。（县科技局、县财政局）": (["县科技局"], ["县财政局"]),
    "推进平台建设（县科技局、县财政局、各镇）": (["县科技局"], ["县财政局"]),
    "推进平台建设。（县科技局）": (["县科技局"], []),
    "（未合上的括号。\n推进建设。（甲局负责）": (["甲局"], []),
}


@pytest.mark.parametrize("text", NAMED)
def test_a_notation_names_who_leads_and_who_cooperates(text):
    found = owners(text, 0, len(text))
    lead = [o.name for o in found if o.role != "cooperating"]
    assert (lead, [o.name for o in found if o.role == "cooperating"]) == NAMED[text]
    assert all(text[o.start : o.end] == o.name for o in found)
    assert [o.role for o in found if o.role != "cooperating"] == ["lead", *["co_lead"] * (len(lead) - 1)]


PROSE = [
    "由甲局牵头会同乙局制定方案。",
    "加强与甲局、乙局的沟通。",
    "建筑业（包括设计、施工、监理等所有主体）资质。",
    "（以下简称自贸试验区）",
    "考核部门：甲局",
    "责任人：张三，联系电话：0000",
    "（详见附件，由有关部门负责）",
    "（建设单位负责）",
    "（各有关部门按职责分工负责）",
    "新建大数据中心（市政务服务中心）",
    "建设孵化器（含供排水公司、市政公司）",
    "县住房保障中心（县房管局）加强监管",
    "责任单位：要切实加强领导，明确专人负责",
    "责任单位：\n一要加强领导，完善机制",
    "牵头单位为市科技局，配合单位为市财政局。",
    "监督单位：市监委",
]


@pytest.mark.parametrize("text", PROSE)
def test_who_merely_occurs_is_no_owner(text):
    assert owners(text, 0, len(text)) == ()


@pytest.mark.parametrize(
    ("text", "named"), [("市科技局（5项）", ["市科技局"]), ("县科技局、县财政局", ["县科技局", "县财政局"])]
)
def test_a_heading_of_nothing_but_units_names_them(text, named):
    assert [o.name for o in heading(text, 0, len(text))] == named


@pytest.mark.parametrize(
    "text",
    [
        "推进科技创新中心建设",
        "建设中心",
        "统筹创新资源布局",
        "推进跨省通办",
        "建设人民满意政府",
        "市科技局要加强统筹",
        "大数据中心（3个）和平台",
    ],
)
def test_any_other_heading_names_nobody(text):
    assert heading(text, 0, len(text)) == ()


def test_beside_a_column_of_leads_the_responsible_cooperate():
    text = "甲局|乙局、丙局"
    found = in_row(text, [(Span(0, 2), LEAD), (Span(3, 8), PLAIN)])
    assert [(o.name, o.role) for o in found] == [
        ("甲局", "lead"),
        ("乙局", "cooperating"),
        ("丙局", "cooperating"),
    ]


@pytest.mark.parametrize("text", ["甲局 张三", "甲局\n张三", "甲局 东片、西片"])
def test_a_persons_name_in_a_cell_is_no_unit(text):
    assert [o.name for o in listed(text, 0, len(text), PLAIN)] == ["甲局"]


@given(
    st.text(alphabet="（()）【】〔〕责任牵头配合单位：:、，；;。\n 甲乙局委等各会同负责和县区0", max_size=120)
)
def test_whatever_is_printed_owners_lie_in_their_stretch(text):
    start, end = len(text) // 4, len(text) - len(text) // 5
    found = owners(text, start, end)
    assert all(start <= o.start < o.end <= end and text[o.start : o.end] == o.name for o in found)
    assert len({o.name for o in found}) == len(found)
    assert sum(o.role == "lead" for o in found) <= 1


def test_in_a_part_on_duties_the_heading_is_the_unit():
    items = plan("某市工作方案\n一、职责分工\n（一）甲局：负责协调。\n（二）乙处、丙处：负责落实。\n").items
    assert [(item.heading, item.lead, item.cooperating) for item in items[1:]] == [
        ("甲局", ["甲局"], []),
        ("乙处、丙处", ["乙处"], ["丙处"]),
    ]


def test_what_stands_once_behind_inline_measures_is_the_tasks():
    text = (
        "某市要点\n一、建设平台。一是建库；二是评估。（责任单位：甲局；完成时限：6月底）\n二、培育企业。丙。"
    )
    task, first, last = plan(text + "（2024年）").items[:3]
    assert (task.lead, task.deadline.text) == (["甲局"], "6月底")
    assert (first.owners, last.owners, last.deadline) == ((), (), None)
