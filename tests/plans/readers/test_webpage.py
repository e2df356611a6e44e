"""Saved pages: the article whole, the site's own lines gone, lists and tables as a browser shows them."""

import email.mime.image
import email.mime.multipart
import email.mime.text
import html
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import DomainError
from plans.parser import Document, Table, parse
from plans.readers import PlanNotReadable, text, webpage
from tests.plans.readers import sites
from tests.plans.readers.same import items
from tests.plans.reading import OWN

PLANS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(OWN.glob("*.txt"))}
ARTICLE = """各县（区）农业农村局：
一、推进村务公开。6月底前建成公开栏120处。（责任单位：市农业农村局）
二、培训信息员。全年培训村级信息员不少于300人次。（责任单位：市委网信办）
汀洲市农业农村局
2024年3月1日
"""
FURNITURE = (
    "位置 打印 关闭 上一篇 下一篇 分享 相关链接 图解 版权 ICP 标识码 脚本 隐藏 扫一扫 首页 English"
    " 通知公告 建议使用 热门 不得转载 责任编辑 请启用 理性评论 局长信箱 阅读原文 友情 请输入 搜索 省直部门"
)


def read(markup: str | bytes) -> Document:
    return webpage.read(markup.encode() if isinstance(markup, str) else markup)


def lines(markup: str) -> list[str]:
    return read(markup).text.splitlines()


# A text on one line is known by hardly anything standing beside it; there this page's data do.
PAGES = [(p, layout) for p in PLANS for layout in sites.LAYOUTS if (p, layout) != ("one-line-2022", "jpaas")]


@pytest.mark.parametrize("form", [sites.paragraphs, sites.line_breaks, sites.divs])
@pytest.mark.parametrize(("plan", "layout"), PAGES)
def test_a_plan_on_a_page_gives_the_same_items(plan, layout, form):
    plain = text.read(PLANS[plan].encode())
    page = sites.page(layout, form(PLANS[plan]), parse(plain).title)
    assert items(read(page)) == items(plain)


@pytest.mark.parametrize("layout", sites.LAYOUTS)
def test_nothing_of_the_site_is_left(layout):
    found = lines(sites.page(layout, sites.paragraphs(ARTICLE)))
    assert found[-5:] == ARTICLE.splitlines()
    assert found.count(sites.TITLE) == 1
    assert [word for word in FURNITURE.split() if word in "".join(found)] == []


SENTENCES = st.text("推进建设数字乡村完成任务百分之三年度，、（）《》 1234", min_size=1, max_size=40).map(
    lambda s: f"甲{s}"
)


@given(
    st.lists(SENTENCES, min_size=3, max_size=12),
    st.sampled_from(sites.LAYOUTS),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_no_paragraph_of_the_article_is_lost(sentences, layout, chance):
    marked = [
        f"{at}.{words.strip()}。" if chance.random() < 0.6 else words.strip()
        for at, words in enumerate(sentences, 1)
    ]
    marked[0], marked[-1] = "一、总体要求", "附注到此为止"
    article = chance.choice([sites.paragraphs, sites.line_breaks, sites.divs])("\n".join(marked))
    found = lines(sites.page(layout, article))
    start = found.index("一、总体要求")
    assert found[start : start + len(marked)] == [" ".join(line.split()) for line in marked]


def test_the_page_s_data_give_the_plan_s_fields():
    for layout in ("trs", "jpaas"):
        plan = parse(read(sites.page(layout, sites.paragraphs(ARTICLE))))
        assert (plan.title, plan.issuer) == (sites.TITLE, "汀洲市农业农村局")
        assert (plan.document_number, plan.issued_on.isoformat()) == ("汀农发〔2024〕9号", "2024-03-01")


def test_data_that_only_the_page_s_head_states_stand_above_the_article():
    page = (
        '<head><meta name="ArticleTitle" content="汀洲市2024年工作要点">'
        '<meta name="PubDate" content="2024-03-05 10:00">'
        '<meta name="ContentSource" content="汀洲市民政局"></head><p>一、甲。</p><p>二、乙。</p>'
    )
    assert lines(page) == [
        "汀洲市2024年工作要点",
        "发布日期：2024-03-05",
        "来源：汀洲市民政局",
        "一、甲。",
        "二、乙。",
    ]


def test_a_number_between_title_and_article_is_kept():
    page = "<h1>汀洲市2024年工作要点</h1><p>汀农发〔2024〕9号</p><div><p>一、甲。</p><p>二、乙。</p></div>"
    assert lines(page)[:2] == ["汀洲市2024年工作要点", "汀农发〔2024〕9号"]


ENCODED = sites.page("cms", sites.paragraphs(ARTICLE)).replace('<meta charset="utf-8">', "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("said", ["", "utf-8", "gb2312", "big5"])
def test_the_bytes_tell_the_encoding_whatever_the_page_says(encoding, said):
    page = ENCODED.replace("<head>", f'<head><meta charset="{said}">') if said else ENCODED
    assert read(page.encode(encoding)) == read(ENCODED)


def test_a_traditional_page_in_big5_is_read():
    said = '<meta http-equiv="Content-Type" content="text/html; charset=big5">'
    page = f"{said}<p>一、推進實驗室建設，六月底前完成。</p>"
    assert read(page.encode("big5")).text == "一、推進實驗室建設，六月底前完成。\n"


def test_a_single_file_archive_is_unpacked():
    archive = email.mime.multipart.MIMEMultipart("related")
    archive.attach(email.mime.text.MIMEText(sites.page("cms", sites.paragraphs(ARTICLE)), "html", "gb18030"))
    archive.attach(email.mime.image.MIMEImage(b"\x89PNG" + bytes(5000), "png"))
    assert read(archive.as_bytes()) == read(sites.page("cms", sites.paragraphs(ARTICLE)))


def test_an_archive_without_a_page_is_refused():
    archive = email.mime.multipart.MIMEMultipart("related")
    archive.attach(email.mime.text.MIMEText("一、甲。"))
    with pytest.raises(PlanNotReadable, match="没有网页"):
        read(archive.as_bytes())


def test_lines_break_where_a_browser_breaks_them():
    page = (
        "<div><div>一、甲<b>乙</b>\n丙<br>二、丁<p>三、戊</p>己 \n a\n b</div>"
        "<p><span>四、庚</span><span style='display:block'>辛</span></p></div>"
    )
    assert lines(page) == ["一、甲乙丙", "二、丁", "三、戊", "己 a b", "四、庚", "辛"]
    assert lines("<pre>一、甲\n  二、乙\n</pre>") == ["一、甲", "二、乙"]


def test_headings_have_levels_and_the_title_has_none():
    page = sites.page(
        "cms",
        "<h3>一、总体要求</h3><p>甲乙。</p><h3>二、任务</h3><h4>（一）丙</h4><p>丁。</p>",
        "汀洲市工作要点",
    )
    document = read(page)
    assert [(document.slice(block), block.level) for block in document.blocks if block.level] == [
        ("一、总体要求", 3),
        ("二、任务", 3),
        ("（一）丙", 4),
    ]


LISTS = {
    "<ol><li>甲<li>乙</ol>": ["1. 甲", "2. 乙"],
    "<ol start=3><li>甲<li value=7>乙<li>丙</ol>": ["3. 甲", "7. 乙", "8. 丙"],
    "<ol reversed><li>甲<li>乙</ol>": ["2. 甲", "1. 乙"],
    "<ol type=a><li>甲<li>乙</ol>": ["a. 甲", "b. 乙"],
    "<ol type=I><li>甲<li>乙</ol>": ["I. 甲", "II. 乙"],
    "<ol style='list-style-type:cjk-ideographic'><li>甲<li>乙</ol>": ["一、甲", "二、乙"],
    "<ol style='list-style:none'><li>甲<li>乙</ol>": ["甲", "乙"],
    "<ol><li>（一）甲<li>（二）乙</ol>": ["（一）甲", "（二）乙"],
    "<ol><li><p>甲</p><p>乙</p><li>丙<ul><li>丁<li>戊</ul></ol>": ["1. 甲", "乙", "2. 丙", "●丁", "●戊"],
    "<ul><li>甲<li>乙</ul>": ["●甲", "●乙"],
    "<ul><li><p>甲</p><p>乙</p></ul>": ["甲", "乙"],
}


@pytest.mark.parametrize("markup", LISTS)
def test_lists_are_numbered_as_a_browser_numbers_them(markup):
    assert lines(f"<p>一、重点任务。</p>{markup}<p>二、其他。</p>")[1:-1] == LISTS[markup]


def test_labels_that_word_pasted_are_part_of_the_line():
    label = (
        "<![if !supportLists]><span style='mso-list:Ignore'>{}<span style='font:7.0pt'>&nbsp;&nbsp; </span>"
        "</span><![endif]>"
    )
    page = "<p class=MsoNormal>一、任务<o:p></o:p></p>" + "".join(
        f"<p class=MsoListParagraph style='mso-list:l0'>{label.format(mark)}{words}<o:p></o:p></p>"
        for mark, words in [("1.", "推进甲"), ("2.", "推进乙"), ("l", "推进丙"), ("·", "推进丁")]
    )
    assert lines(page) == ["一、任务", "1.推进甲", "2.推进乙", "●推进丙", "●推进丁"]


TABLE = """<table border=1><caption>任务分解表</caption>
<tr><th rowspan=2>序号</th><th rowspan=2>任务</th><th colspan=2>责任单位</th></tr>
<tr><th>牵头单位</th><th>配合单位</th></tr>
<tr><td>1</td><td rowspan=2>建设<br>公开栏</td><td>甲局</td><td>乙局</td></tr>
<tr><td>2</td><td><table><tr><td>丙局</td></tr></table></td><td></td></tr></table>"""


@pytest.mark.parametrize("layout", sites.LAYOUTS)
def test_a_table_of_data_is_kept_with_its_merged_cells(layout):
    document = read(sites.page(layout, "<p>一、见下表。</p>" + TABLE))
    [table] = [b for b in document.blocks if isinstance(b, Table) and "建设" in document.slice(b)]
    assert [[document.slice(cell) for cell in row.cells] for row in table.rows] == [
        ["序号", "任务", "责任单位", "责任单位"],
        ["序号", "任务", "牵头单位", "配合单位"],
        ["1", "建设\n公开栏", "甲局", "乙局"],
        ["2", "建设\n公开栏", "丙局", ""],
    ]
    assert "任务分解表\n序号" in document.text


def test_a_table_that_arranges_the_page_is_none():
    document = read(
        "<table><tr><td>目录<td>公告</tr><tr><td>左边<td>" + sites.paragraphs(ARTICLE * 3) + "</table>"
    )
    assert not [block for block in document.blocks if isinstance(block, Table)]


def test_a_task_table_gives_the_same_items_as_its_text():
    rows = [["序号", "重点任务", "责任单位", "完成时限"]] + [
        [str(n), f"建设第{n}处公开栏{n * 10}个", "市农业农村局", "2024年6月底前"] for n in range(1, 8)
    ]
    plain = text.read("\n".join(" | ".join(row) for row in rows).encode())
    table = (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        + "</table>"
    )
    expected = items(plain)
    assert len(expected) == 7
    for layout in sites.LAYOUTS:
        assert items(read(sites.page(layout, table))) == expected


@pytest.mark.parametrize("box", ["share", "login-box", "detailComment"])
def test_an_article_in_a_box_with_a_site_s_name_is_read(box):
    page = f"<div class={box}>{sites.paragraphs(ARTICLE)}</div><p>本网站内容由各部门提供，仅供参考使用。</p>"
    assert lines(page)[:5] == ARTICLE.splitlines()


LIKE_THE_SITE_S = [
    "主办单位：市农业农村局",
    "承办单位：市数字办",
    "2.推广“扫一扫”办事。",
    "建议使用新系统填报。",
    "网站首页开设专栏。",
    "联系人：甲",
]


@pytest.mark.parametrize("line", LIKE_THE_SITE_S)
def test_a_plan_s_line_that_sounds_like_the_site_s_is_kept(line):
    for layout in sites.LAYOUTS:
        assert line in lines(
            sites.page(layout, sites.paragraphs(f"一、推进公开。\n{line}\n三、培训信息员。"))
        )


def test_what_a_browser_does_not_show_is_left_out():
    page = "<p>一、甲。</p><p style='display: none'>二、乙。</p><p hidden>丙。</p><!--丁。--><p>五、戊。</p>"
    assert lines(page) == ["一、甲。", "五、戊。"]


def test_a_page_that_hides_its_text_until_a_script_shows_it_is_read():
    page = f"<p>加载中，请稍候。</p><div style='display:none'>{sites.paragraphs(ARTICLE)}</div>"
    assert ARTICLE.splitlines()[1] in lines(page)


def test_an_article_inside_an_unclosed_link_is_read():
    page = f"<a href='x'><div>{sites.paragraphs(ARTICLE * 2)}</div>"
    assert lines(page) == ARTICLE.splitlines() * 2


def test_hundreds_of_unclosed_fonts_lose_nothing():
    page = "".join(f"<font><span>{n}.推进第{n}项工作。<br>" for n in range(1, 2001))
    assert lines(page) == [f"{n}.推进第{n}项工作。" for n in range(1, 2001)]


def test_a_page_without_text_says_what_to_do():
    for page in ("<html></html>", "<frameset><frame src=a></frameset>", "<!--甲-->"):
        with pytest.raises(PlanNotReadable, match="另存|保存为"):
            read(page)


HOSTILE = {
    "deep boxes": "<div>" * 100_000 + "一、甲。",
    "deep tables": "<table><tr><td>" * 600 + "一、甲。",
    "deep lists": "<ol><li>" * 900 + "一、甲。",
    "a million tags": "<p>一、甲。</p>" * 249_000,
    "too many tags": "<b>" * 2_000_000,
    "entities": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;</p>' * 1000,
    "a wide cell": "<table><tr><th>序号<th>任务</tr><tr><td colspan=9999999 rowspan=9999999>甲</table>",
    "wide rows": "<table><tr><th>序号<th>任务</tr>"
    + "<tr><td colspan=1000>甲</td></tr>" * 9_000
    + "</table>",
    "spans over all": "<table><tr><th>序号<th>任务</tr>" + "<tr><td rowspan=99999>甲" * 3_000 + "</table>",
    "one long attribute": f"<p class='{'a ' * 1_000_000}'>一、甲。</p>",
    "blanks": "<p>一、甲" + " " * 2_000_000 + "乙</p>",
    "half an element": "<p style='" + "display:" * 200_000,
    "letters no file has": "<p>一、甲\x00\ud800\ufffe&#0;&#xD800;&#x1F;乙。</p>",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_pages_are_read_or_refused(what):
    content = HOSTILE[what].encode("utf-8", "surrogatepass")
    try:
        document = webpage.read(content)
    except DomainError as refusal:
        assert refusal.message.endswith("。")
    else:
        document.text.encode()


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_page_is_read_or_refused(data):
    layout = data.draw(st.sampled_from(sites.LAYOUTS))
    page = bytearray(sites.page(layout, sites.paragraphs(ARTICLE) + TABLE).encode())
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 40))):
        at = chance.randrange(len(page))
        kind = chance.randrange(3)
        page[at : at + (kind and 20)] = chance.choice(
            [b"<", b">", b"</div>", b"<table>", b"\xff", b'"', b"&", page[at : at + 9]]
        )
    try:
        document = webpage.read(bytes(page))
    except DomainError:
        return
    document.text.encode()
    assert all(block.start <= block.end <= len(document.text) for block in document.blocks)


def test_characters_written_as_entities_are_read():
    coded = (
        "".join(f"&#{ord(c)};" for c in "一、推进村务公开。") + html.escape("<甲>") + "&nbsp;&ldquo;乙&rdquo;"
    )
    assert lines(f"<p>{coded}</p>") == ["一、推进村务公开。<甲> “乙”"]
