"""A document's own fields, from page data, head and signature."""

from datetime import date

import pytest

from tests.plans.reading import plan

BODY = "\n一、建设平台。甲。\n二、培育企业。乙。\n"
HEADS = {
    "title": {
        "首页 > 公开\n市科技局2020年工作计划\n发布时间:2020-11-30": "市科技局2020年工作计划",
        "甲市科技局文件\n\n甲市科技局关于印发\n《24年要点》的通知": "甲市科技局关于印发《24年要点》的通知",
        "标　题： | 甲市创新意见 | 发文机关： | 甲市政府\n文号： | 无 | 分类 | 甲": "甲市创新意见",
        "甲市科学技术局\n2024年工作要点": "甲市科学技术局2024年工作要点",
        "网站首页 | 图片\n\n  甲市2012年科技工作要点\n门户网站   2012年02月13日": "甲市2012年科技工作要点",
    },
    "issuer": {
        "工作要点\n发布日期:2020-02-25 来源:甲市科技局 浏览次数:": "甲市科技局",
        "工作要点\n科技门户网站   2012年02月13日   甲市科技局 字体:": "甲市科技局",
        "工作要点\n栏目: 甲市科学技术局 -通知公告": "甲市科学技术局",
        "甲市科学技术局文件\n甲科发〔2024〕3号\n工作要点": "甲市科学技术局",
        "甲市科学技术局中共甲市委文明办甲市财政局文件\n甲科发〔2024〕3号\n工作要点": "甲市科学技术局",
        "工作要点\n发布日期:2020-02-25 来源:本站": None,
    },
    "document_number": {
        "甲市科学技术局文件\n甲科发〔2024〕3号\n工作要点": "甲科发〔2024〕3号",
        "甲市统计局文件甲统计〔2021〕18号甲市统计局关于印发要点的通知": "甲统计〔2021〕18号",
        "工作要点\n根据《办法》（甲科发〔2020〕1号），制定本要点。": None,
        "文 号 | 无 | 有 效 性 | 有效\n发文日期 | 2021-07-29 | 分类 | 科技": None,
    },
    "issued_on": {
        "工作要点\n发布日期:2020-02-25 17:25": date(2020, 2, 25),
        "工作要点\n（2023年1月30日）": date(2023, 1, 30),
        "成文日期： | 2018年11月07日 | 发布日期： | 2018年11月23日\n文号 | 无 | 分类 | 甲": date(2018, 11, 7),
        "工作要点\n甲局\n二〇二四年三月五日": date(2024, 3, 5),
        "工作要点\n发布日期:2021-02-30": None,
    },
    "year": {
        "2021年工作要点\n发布日期:2020-12-25": 2021,
        "2020年工作总结及2021年工作安排\n发布日期:2020-12-25": 2021,
        "2021—2023年行动方案\n发布日期:2020-12-25": 2021,
        "工作要点\n发布日期:2020-02-25": 2020,
        "工作要点\n2018年要做好工作。": 2018,
        "工作要点": None,
    },
}


@pytest.mark.parametrize(
    ("field", "head"), [(field, head) for field, heads in HEADS.items() for head in heads]
)
def test_a_field_is_read_from_the_head(field, head):
    assert getattr(plan(head + BODY), field) == HEADS[field][head]


def test_a_signature_gives_issuer_and_date():
    read = plan("2024年工作要点" + BODY + "    甲市科学技术局\n    2024年3月5日\n")
    assert (read.issuer, read.issued_on) == ("甲市科学技术局", date(2024, 3, 5))


def test_what_is_missing_is_said():
    assert {w.code for w in plan("一、建设平台。甲。").warnings} == {"title_not_found", "year_not_found"}
