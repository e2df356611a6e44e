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
        "首页 > 公开 > 规划 甲市2024年工作要点 发布日期：2024-03-05": "甲市2024年工作要点",
        "- 甲市2024年工作要点\n- 大小：33KB": "甲市2024年工作要点",
        "甲市2024年工作制度 甲市2024年工作制度 为做好工作，制定本制度。": "甲市2024年工作制度",
        "标　题：甲市关于印发乙方案的通知\n文　号：甲〔2024〕1号\n\n乙方案": "甲市关于印发乙方案的通知",
        "2024年甲市政府重点工作 2025-01-22 15:45\n为做好工作，作如下安排：": "2024年甲市政府重点工作",
        "首页\n甲区今年十件实事：新建学校\n2024-02-13 09:47:05 来源: 甲报": "甲区今年十件实事：新建学校",
        "网站首页 | 图片\n\n  甲市2012年科技工作要点\n门户网站   2012年02月13日": "甲市2012年科技工作要点",
    },
    "issuer": {
        "工作要点\n发布日期:2020-02-25 来源:甲市科技局 浏览次数:": "甲市科技局",
        "工作要点\n科技门户网站   2012年02月13日   甲市科技局 字体:": "甲市科技局",
        "工作要点\n栏目: 甲市科学技术局 -通知公告": "甲市科学技术局",
        "甲市科学技术局文件\n甲科发〔2024〕3号\n工作要点": "甲市科学技术局",
        "甲市科学技术局中共甲市委文明办甲市财政局文件\n甲科发〔2024〕3号\n工作要点": "甲市科学技术局",
        "首页 > 公开 2024年工作要点 来源：甲市统计局 字体：【大】" + "工作有序。" * 50: "甲市统计局",
        "工作要点\n发布日期:2020-02-25 来源:本站": None,
        "重点任务台账\n填报单位：甲市水务局（盖章）　填报日期：2024年2月18日": "甲市水务局",
        "重点任务台账\n填报单位：（盖章）　填报日期：2024年2月18日": None,
        "【发布单位】青垣市\n工作要点\n青垣市人民政府\n2024年3月5日": "青垣市人民政府",
        "【发布单位】青垣市\n工作要点": "青垣市",
    },
    "document_number": {
        "甲市科学技术局文件\n甲科发〔2024〕3号\n工作要点": "甲科发〔2024〕3号",
        "甲市统计局文件甲统计〔2021〕18号甲市统计局关于印发要点的通知": "甲统计〔2021〕18号",
        "工作要点\n根据《办法》（甲科发〔2020〕1号），制定本要点。": None,
        "工作要点\n甲科规﹝2024﹞3号": "甲科规﹝2024﹞3号",
        "甲市关于印发“净水”方案的通知甲政办发〔2022〕31号各镇：现印发给你们。": "甲政办发〔2022〕31号",
        "甲市2024年工作要点甲教发〔2024〕3号": "甲教发〔2024〕3号",
        "甲市关于推进平台的意见(甲政〔2024〕3号)": "甲政〔2024〕3号",
        "甲府函〔2024〕55 号\n工作要点": "甲府函〔2024〕55号",
        "文 号 | 无 | 有 效 性 | 有效\n发文日期 | 2021-07-29 | 分类 | 科技": None,
    },
    "issued_on": {
        "工作要点\n发布日期:2020-02-25 17:25": date(2020, 2, 25),
        "工作要点\n（2023年1月30日）": date(2023, 1, 30),
        "成文日期： | 2018年11月07日 | 发布日期： | 2018年11月23日\n文号 | 无 | 分类 | 甲": date(2018, 11, 7),
        "工作要点\n甲局\n二〇二四年三月五日": date(2024, 3, 5),
        "工作要点\n发布日期:2021-02-30": None,
        "工作要点\n发布日期：2021/3/5": date(2021, 3, 5),
        "整改方案\n2024年4月8日至4月28日，督察组开展督察。": None,
        "【制定机关】甲市政府•【公布日期】2005.02.01\n工作要点": date(2005, 2, 1),
    },
    "year": {
        "2021年工作要点\n发布日期:2020-12-25": 2021,
        "2021年甲市政府重点工作 2023-01-22 15:45": 2021,
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


def test_a_spaced_out_last_word_belongs_to_the_title():
    head = "甲市科学技术局\n关于印发《2024年工作要点》的\n通  知\n甲科发〔2024〕3号\n各县区：现印发给你们。"
    assert plan(head + BODY).title == "甲市科学技术局关于印发《2024年工作要点》的通知"


def test_of_units_that_sign_side_by_side_the_first_issues():
    read = plan("2024年工作要点" + BODY + "    甲市科学技术局        甲市财政局\n    2024年3月5日\n")
    assert read.issuer == "甲市科学技术局"


PAGE = """责任编辑：张三
【打印本页】 【关闭窗口】
上一篇：关于丙的通知
分享到：微信 微博
相关附件：
1.任务表.docx
扫一扫在手机打开当前页
主办单位：甲市科学技术局 承办：甲市信息中心
版权所有 甲ICP备1号
"""


def test_the_pages_own_words_are_furniture():
    read = plan("甲市2024年工作要点\n字体：大 中 小\n" + BODY + PAGE)
    assert [item.heading for item in read.items] == ["建设平台", "培育企业"]
    assert [item.body for item in read.items] == ["甲。", "乙。"]
    assert read.text[read.furniture[-1].start : read.furniture[-1].end] == PAGE


@pytest.mark.parametrize("line", ["[作者:张三  编辑:李四]", "【记者：张三】", "相关阅读", "来源:甲市办综合"])
def test_a_report_s_last_lines_are_no_part_of_the_last_task(line):
    assert plan(f"甲市2024年工作要点{BODY}{line}\n").items[-1].body == "乙。"


def test_a_line_that_names_whose_list_comes_next_ends_the_list_above():
    text = "市水务局:\n(1)建设平台。甲。\n(2)培育企业。乙。\n东塘区:\n(1)办好学校。丙。\n(2)修好路。丁。\n"
    assert [item.body for item in plan(text).items] == ["甲。", "乙。", "丙。", "丁。"]
    within = "一、建设平台。甲。\n市水务局:\n办好乙事。\n二、培育企业。丙。"
    assert plan(within).items[0].body == "甲。市水务局:办好乙事。"


def test_a_short_issuer_gives_way_to_the_signature_that_names_the_place():
    text = (
        "发布机构：市政府办公室\n关于印发2024年分工的通知\n一、甲事。办好。\n"
        "青垣市人民政府办公室\n2024年3月1日\n"
    )
    assert plan(text).issuer == "青垣市人民政府办公室"
    assert plan(text.replace("市政府办公室\n关于", "青垣市政府办\n关于")).issuer == "青垣市政府办"
    assert plan(text.replace("发布机构：市政府办公室", "来源：信息公开办")).issuer == "青垣市人民政府办公室"


def test_a_field_ends_where_the_next_one_begins_without_a_gap():
    text = (
        "青垣市教育局2024年要点\n发布时间：2024-03-28信息来源：青垣市教育局阅读次数：编辑："
        "某某\n一、甲事。办好。\n"
    )
    assert plan(text).issuer == "青垣市教育局"


def test_the_number_tells_the_year_where_nothing_else_does():
    assert plan("关于优化环境的措施\n青府办〔2019〕10号\n一、甲事。办好。\n").year == 2019


def test_a_title_may_stand_alone_in_a_row_of_the_page_s_table():
    head = (
        "索引号 | 1 | 日期 | 2024-04-18\n发布机构 | 青垣市政府办 | 有效性 | 有效\n"
        "青垣市2024年重点工作责任分解的通知 |\n"
    )
    assert plan(head + "一、甲事。办好。\n").title == "青垣市2024年重点工作责任分解的通知"


def test_a_title_goes_on_with_how_the_work_is_divided():
    text = "关于加快残疾人事业发展的实施意见\n重点任务分工方案\n各单位：\n一、甲事。办好。\n"
    assert plan(text).title == "关于加快残疾人事业发展的实施意见重点任务分工方案"


def test_a_text_on_one_line_ends_with_thanks_and_a_signature():
    found = plan(
        "对第56号建议的答复信息公开。您的建议收悉，现答复如下："
        "一、基本情况我市城区现有学校42所，在校学生六万余人。今年开展整治3次。"
        "二、下一步工作措施（一）推进改造。完成8所学校改造。（二）完善机制。每月会商一次。"
        "感谢您对教育工作的关心！青垣市教育局2024年8月14日联系单位：安全科"
    )
    assert found.issuer == "青垣市教育局"
    assert found.items[0].heading == "基本情况"
    assert found.items[-1].body == "每月会商一次。"


def test_the_day_of_publication_may_run_into_the_title():
    found = plan(
        "首页 > 规划 青垣市2024年工作要点发布日期：2024-03-18 来源：青垣市农业局字体：【大 中】"
        "一、甲事。办好。二、乙事。办好。"
    )
    assert (found.issued_on.isoformat(), found.issuer) == ("2024-03-18", "青垣市农业局")
