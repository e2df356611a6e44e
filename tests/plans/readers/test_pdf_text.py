"""PDF files: paragraphs and columns as a person reads them, without what pages repeat."""

import pytest
from reportlab.lib.colors import Color

from plans.readers import ClassifiedDocument, pdf, read
from plans.readers.pdf.letters import plain
from plans.readers.pdf.lines import lines as found_lines
from plans.readers.pdf.pages import Glyph
from tests.plans.readers.pdf_pages import HEIGHT, LEFT, SIZE, TOP, Sheets, broken, plan
from tests.plans.readers.same import items
from tests.plans.reading import OWN, document

PLANS = sorted(OWN.glob("*.txt"))
LONG = (
    "完善城市更新机制，推进老旧小区改造和历史街区保护，新建停车泊位一千个，打通道路十条，让群众出行更便利。"
)


def lines(sheets: Sheets) -> list[str]:
    return pdf.read(sheets.content()).text.splitlines()


def two_pages(**options: str) -> Sheets:
    sheets = Sheets(**options)
    sheets.paragraph("一、" + LONG)
    sheets.turn()
    sheets.paragraph("二、" + LONG)
    return sheets


@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_a_printed_plan_gives_the_items_of_its_text(file):
    text = file.read_text(encoding="utf-8")
    printed = pdf.read(plan(text, head="青垣市人民政府文件"))
    assert items(printed) == items(document(text))
    assert "— 1 —" in printed.margins and "青垣市人民政府文件" in printed.margins


def test_a_printed_plan_is_read_from_an_upload():
    text = PLANS[0].read_text(encoding="utf-8")
    assert items(read(plan(text), "要点.pdf")) == items(document(text))


@pytest.mark.parametrize(
    "number",
    [
        "— {} —",
        "- {} -",
        "－{}－",
        "{}",
        "第{}页",
        "第 {} 页 共 2 页",
        "第{}页，共2页",
        "{} / 2",
        "Page {} of 2",
        "·{}·",
    ],
)
def test_page_numbers_of_any_form_are_left_out(number):
    assert lines(two_pages(number=number)) == ["一、" + LONG, "二、" + LONG]


@pytest.mark.parametrize("number", ["— {} —", "第{}页 共1页", "{}"])
def test_a_single_page_has_a_number_too(number):
    sheets = Sheets(number=number)
    sheets.paragraph(LONG)
    assert lines(sheets) == [LONG]


def test_a_number_that_ends_the_text_amid_the_page_is_kept():
    sheets = Sheets(number="")
    sheets.print(LEFT, 300, "12")
    assert lines(sheets) == ["12"]


def test_sentences_that_pages_repeat_at_the_same_height_are_no_running_heads():
    sheets = Sheets()
    for _ in range(4):
        sheets.y = 60
        sheets.paragraph("由办公室牵头办理。")
        sheets.turn()
    assert lines(sheets) == ["由办公室牵头办理。"] * 4


def test_a_numbered_line_at_the_same_height_on_every_page_is_no_page_number():
    sheets = Sheets()
    for number in (12, 40, 3, 27, 60):
        sheets.y = 60
        sheets.line(f"改造小区{number}个")
        sheets.turn()
    assert lines(sheets) == [f"改造小区{number}个" for number in (12, 40, 3, 27, 60)]


def test_a_mark_of_secrecy_in_the_running_head_refuses_the_file():
    with pytest.raises(ClassifiedDocument):
        read(two_pages(head="机密★1年").content(), "要点.pdf")


def test_a_mark_of_secrecy_as_a_watermark_refuses_the_file():
    sheets = two_pages()
    sheets.mark("机密★1年")
    with pytest.raises(ClassifiedDocument):
        read(sheets.content(), "要点.pdf")


def test_watermarks_are_no_text():
    sheets = Sheets()
    sheets.mark("青垣市内部资料")
    sheets.paragraph(LONG)
    sheets.canvas.setFillColor(Color(0.85, 0.85, 0.85))
    sheets.print(100, 500, "征求意见稿", 72)
    assert lines(sheets) == [LONG]


def test_a_large_red_letterhead_is_text():
    sheets = Sheets()
    sheets.canvas.setFillColor(Color(1, 0, 0))
    sheets.print(100, 80, "青垣市人民政府文件", 44)
    sheets.canvas.setFillColor(Color(0, 0, 0))
    sheets.paragraph(LONG)
    assert lines(sheets) == ["青垣市人民政府文件", LONG]


def test_bold_printed_as_the_same_characters_twice_is_read_once():
    sheets = Sheets()
    for x in (LEFT, LEFT + 0.4):
        sheets.print(x, TOP, "一、加快建设11个项目")
    assert lines(sheets) == ["一、加快建设11个项目"]


def test_invisible_text_counts_only_where_nothing_is_visible():
    for visible, expected in (("一、建设公园。", ["一、建设公园。"]), ("", ["二、修建道路。"])):
        sheets = Sheets(number="")
        sheets.print(LEFT, TOP, visible)
        hidden = sheets.canvas.beginText(LEFT, HEIGHT - 200)
        hidden.setTextRenderMode(3)
        hidden.setFont("STSong-Light", SIZE)
        hidden.textOut("二、修建道路。")
        sheets.canvas.drawText(hidden)
        assert lines(sheets) == expected


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_turned_on_its_side_is_read_upright(turn):
    sheets = Sheets(number="")
    sheets.canvas.translate(297, 421)
    sheets.canvas.rotate(turn)
    for index, text in enumerate(broken(LONG, 20 * SIZE)):
        sheets.canvas.setFont("STSong-Light", SIZE)
        sheets.canvas.drawString(-160, 100 - 28 * index, text)
    assert lines(sheets) == [LONG]


def test_a_paragraph_goes_on_over_the_page():
    sheets = Sheets(head="青垣市人民政府文件")
    sheets.paragraph(LONG)
    rows = broken("（一）" + LONG, 28 * SIZE, 2 * SIZE)
    sheets.line(rows[0], LEFT + 2 * SIZE)
    sheets.turn()
    for row in rows[1:]:
        sheets.line(row)
    assert lines(sheets) == [LONG, "（一）" + LONG]


EARLY = {  # what a line began with, that would not fit on the line above, and how wide that one is then
    "an indented line as far from the right edge": ("场，", 24),
    "a quotation mark": ("度“回头看”", 23),
    "a number behind a comma": ("条，12月底前", 24),
}


@pytest.mark.parametrize("what", EARLY)
def test_a_line_that_ends_early_since_no_more_fitted_goes_on(what):
    begins, width = EARLY[what]
    rows = [("建立工作台账每月调度进展" * 3)[:width], begins + "完成全部任务。"]
    sheets = Sheets()
    sheets.paragraph(LONG)
    sheets.line(rows[0], LEFT + 2 * SIZE)
    sheets.line(rows[1])
    assert lines(sheets) == [LONG, "".join(rows)]


def test_a_dash_drawn_as_one_wide_character_stays_two():
    # Noto's fonts draw two dashes as one, which a file then names twice at one place.
    glyphs = [Glyph("—", 100.0, 127.0, 300.0, 16.0)] * 2 + [Glyph("推", 128.0, 144.0, 300.0, 16.0)]
    assert [line.text for line in found_lines(glyphs)] == ["——推"]


def test_a_title_broken_by_hand_stays_two_lines():
    sheets = Sheets()
    sheets.centred("青垣市2024年城市更新")
    sheets.centred("工作要点")
    sheets.paragraph(LONG)
    assert lines(sheets) == ["青垣市2024年城市更新", "工作要点", LONG]


def test_a_first_line_indent_begins_a_paragraph_though_the_line_above_is_full():
    full = "各区各部门要按照任务分工逐项落实责任压紧压实工作" + "抓好"
    sheets = Sheets()
    sheets.paragraph(full)
    sheets.paragraph(LONG)
    assert len(full) == 26
    assert lines(sheets) == [full, LONG]


def test_a_gap_begins_a_paragraph_where_none_is_indented():
    sheets = Sheets()
    full = "各区各部门要按照任务分工逐项落实责任压紧压实工作抓好跟踪"
    for text in (full, LONG):
        sheets.paragraph(text, indent=0)
        sheets.y += 16
    assert lines(sheets) == [full, LONG]


def test_a_label_begins_a_paragraph_after_a_sentence_that_fills_its_line():
    sheets = Sheets()
    full = "1.各区各部门要按照任务分工逐项落实责任压紧压实各项工作。"
    for text in (full, full.replace("1", "2")):
        sheets.paragraph(text, indent=0)
    assert lines(sheets) == [full, full.replace("1", "2")]


def test_latin_words_keep_their_blank_and_chinese_ones_get_none():
    texts = [
        "为推动全市公共数据资源共享，统一推广应用 Open Government Data Platform 系统。",
        "完善大型科研仪器共享平台，入网仪器设备超过1200台（套），平均使用率提高5个百分点。",
    ]
    sheets = Sheets()
    for text in texts:
        sheets.paragraph(text)
    assert lines(sheets) == texts


def test_a_gap_is_a_blank_though_no_blank_is_typed():
    sheets = Sheets()
    sheets.print(LEFT, 300, "发布单位：青垣市科技局")
    sheets.print(LEFT + 11.3 * SIZE, 300, "发布时间：")
    sheets.print(LEFT + 18 * SIZE, 300, "二月八日")
    assert lines(sheets) == ["发布单位：青垣市科技局 发布时间：  二月八日"]


def test_a_stretched_line_and_letters_set_apart_have_no_blanks():
    sheets = Sheets()
    for y, apart in ((300, 1.25), (400, 1.6)):
        for index, char in enumerate("青垣市城市更新工作要点"):
            sheets.print(LEFT + index * apart * SIZE, y, char)
    assert lines(sheets) == ["青垣市城市更新工作要点"] * 2


def test_two_columns_are_read_one_after_the_other_below_their_title():
    sheets = Sheets(number="— {} —")
    sheets.centred("青垣市城市更新简报")
    top, gutter = sheets.y, 24
    width = 13 * SIZE
    for column in (0, 1):
        sheets.y, sheets.left, sheets.right = top, LEFT + column * (width + gutter), 0
        sheets.right = sheets.left + width
        for number in (1, 2, 3):
            sheets.paragraph(f"{column * 3 + number}.{LONG}")
    assert lines(sheets) == ["青垣市城市更新简报", *(f"{number}.{LONG}" for number in range(1, 7))]


def test_look_alike_characters_become_those_an_office_types():
    assert "".join(plain(ord(char)) for char in "⼀⼆⼯⻅⻓⻋豈ﬁ") == "一二工见长车豈fi"
    assert "".join(plain(ord(char)) for char in "（Ａ，１％）：①㎡") == "（Ａ，１％）：①㎡"
    assert plain(0xF06C) == "●" and plain(0xD800) == "" and plain(7) == ""
