"""Owners: units in an explicit notation, and nobody else."""

import pytest

from plans.parser.owners import owners
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
    "责任单位：甲局、各县（市、区）科技局、有关部门": (["甲局"], []),
    "[甲局牵头，乙局等部门配合]": (["甲局"], ["乙局"]),
    "【责任单位：甲局】": (["甲局"], []),
    "责任单位：甲局 乙局 完成时限：6月底前": (["甲局"], ["乙局"]),
    "（甲局负责）后文。（乙局牵头，甲局配合）": (["甲局", "乙局"], []),
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
]


@pytest.mark.parametrize("text", PROSE)
def test_who_merely_occurs_is_no_owner(text):
    assert owners(text, 0, len(text)) == ()


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
