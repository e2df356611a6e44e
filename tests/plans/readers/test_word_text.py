"""The words of a Word file: exactly those that a person sees printed, each once."""

import pytest

from plans.readers import PlanNotReadable
from plans.readers.word import read
from tests.plans.readers.word_files import (
    STRICT,
    blank,
    file,
    in_list,
    level,
    lines,
    listed,
    numbered,
    packed,
    paragraph,
    relations,
    row,
    run,
    saved,
    style,
    table,
)

DELETED_MARK = '<w:rPr><w:del w:id="1" w:author="甲"/></w:rPr>'
HIDDEN_MARK = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"


def field(instruction: str, result: str = "", ends: bool = True) -> str:
    begin = (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
    )
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if result else ""
    return begin + shown + ('<w:r><w:fldChar w:fldCharType="end"/></w:r>' if ends else "")


def box(inner: str) -> str:
    """A text box as Word writes it, for newer and for older programs."""
    content = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


SEEN = {
    "runs are one text": (run("加快") + run("建设"), "加快建设"),
    "a tab is a blank": ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲 乙"),
    "a hyphen that keeps words together": ("<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t></w:r>", "A-B"),
    "a hyphen that only may print": ("<w:r><w:t>甲</w:t><w:softHyphen/><w:t>乙</w:t></w:r>", "甲乙"),
    "blanks that only lay out the file": ("<w:r><w:t>\n  甲乙\n </w:t></w:r>" + run("丙"), "甲乙丙"),
    "a sign of a symbol font": ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + run("甲"), "☑甲"),
    "a letter in a symbol font": (run("n", '<w:rFonts w:ascii="Wingdings"/>') + run("甲"), "■甲"),
    "text in a symbol font's own area": (run("\uf06e甲"), "■甲"),
    "Chinese in a symbol font": (run("甲2", '<w:rFonts w:ascii="Symbol"/>'), "甲2"),
    "a sign that nobody can know": ('<w:r><w:sym w:font="Wingdings" w:char="zz"/></w:r>' + run("甲"), "甲"),
    "small letters above the text": (
        "<w:r><w:ruby><w:rt><w:r><w:t>zhong</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>重</w:t></w:r></w:rubyBase></w:ruby></w:r>" + run("点"),
        "重点",
    ),
    "a link": (f"<w:hyperlink>{run('通知')}</w:hyperlink>", "通知"),
    "a smart tag": (f"<w:smartTag><w:smartTag>{run('青垣市')}</w:smartTag></w:smartTag>", "青垣市"),
    "a field shows its result": (run("共") + field(" NUMPAGES ", run("3")) + run("页"), "共3页"),
    "a simple field too": (f'<w:fldSimple w:instr=" DATE ">{run("2024")}</w:fldSimple>', "2024"),
    "a field inside another's instruction": (
        field(" IF " + "</w:instrText></w:r>" + field(" X ", run("内")) + "<w:r><w:instrText>", run("外")),
        "外",
    ),
    "a number in a circle": (field(r" eq \o\ac(○,12) ") + run("甲"), "⑫甲"),
    "a character in a circle": (field(r"EQ \o\ac(○,密)"), "密"),
    "letters above the text, the old way": (
        field(r" EQ \* jc2 \* hps10 \o\ad(\s\up 9(zhong),重)") + run("点"),
        "重点",
    ),
    "inserted text": (f"<w:ins>{run('甲')}</w:ins>" + run("乙"), "甲乙"),
    "deleted text": ("<w:del><w:r><w:delText>甲</w:delText></w:r></w:del>" + run("乙"), "乙"),
    "text inserted and deleted again": (f"<w:ins><w:del>{run('甲')}</w:del></w:ins>" + run("乙"), "乙"),
    "text moved": (f"<w:moveFrom>{run('甲')}</w:moveFrom><w:moveTo>{run('乙')}</w:moveTo>", "乙"),
    "hidden text": (run("甲", "<w:vanish/>") + run("乙", '<w:vanish w:val="0"/>'), "乙"),
    "formatting that was changed": (run("甲", "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>"), "甲"),
    "marks of notes and comments": (
        run("甲") + '<w:r><w:footnoteReference w:id="1"/></w:r><w:commentRangeStart w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>' + run("乙"),
        "甲乙",
    ),
    "what is asked for in a form": (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处')}</w:sdtContent></w:sdt>"
        + run("甲"),
        "甲",
    ),
    "what was filled in": (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt>" + run("甲"),
        "乙甲",
    ),
    "an equation": (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
        "x=1/2",
    ),
    "text for newer and older programs": (
        f'<mc:AlternateContent><mc:Choice Requires="w14">{run("新")}</mc:Choice>'
        f"<mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent>",
        "新",
    ),
    "text for older programs only": (
        '<mc:AlternateContent><mc:Choice Requires="x"><w:r><w:drawing/></w:r></mc:Choice>'
        f"<mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent>",
        "旧",
    ),
    "a picture": (run("甲") + "<w:r><w:drawing/></w:r>", "甲"),
    "lettering drawn as a picture": (
        '<w:r><w:pict><v:shape><v:textpath string="青垣市文件"/></v:shape></w:pict></w:r>',
        "青垣市文件",
    ),
}


@pytest.mark.parametrize("what", SEEN)
def test_a_paragraph_holds_what_prints(what):
    inner, prints = SEEN[what]
    assert lines(paragraph(inner)) == [prints]


def test_a_line_break_begins_a_line():
    assert lines(paragraph("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>")) == [
        "甲",
        "乙",
        "丙",
    ]


def test_text_hidden_by_a_style_does_not_print():
    styles = style("H", "<w:rPr><w:vanish/></w:rPr>", "character") + style("P", "<w:rPr><w:vanish/></w:rPr>")
    body = paragraph(run("甲", '<w:rStyle w:val="H"/>') + run("乙"))
    body += paragraph(run("丙") + run("丁", '<w:vanish w:val="false"/>'), '<w:pStyle w:val="P"/>')
    assert lines(body, styles=styles) == ["乙", "丁"]


def test_a_text_box_is_read_once_after_the_paragraph_it_stands_at():
    body = paragraph(run("甲") + box(paragraph("框一") + paragraph("框二")) + run("乙")) + paragraph("丙")
    assert lines(body) == ["甲乙", "框一", "框二", "丙"]


def test_a_table_in_a_text_box_is_a_table():
    document = read(file(paragraph(box(table(row("甲", "乙"), row("丙", "丁"))))))
    assert document.text == "甲 | 乙\n丙 | 丁\n"


def test_a_text_box_is_numbered_for_itself():
    body = listed("甲") + paragraph(box(listed("框"))) + listed("乙")
    assert lines(body, numbering=numbered(level(0, "%1."))) == ["1. 甲", "1. 框", "2. 乙"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs_and_the_second_s_form_remains():
    body = listed("甲") + paragraph("乙", DELETED_MARK) + listed("丙") + listed("丁")
    assert lines(body, numbering=numbered(level(0, "%1."))) == ["1. 甲", "2. 乙丙", "3. 丁"]


def test_a_deleted_paragraph_counts_for_nothing():
    gone = f"<w:p><w:pPr>{in_list(1)[7:-8]}{DELETED_MARK}</w:pPr><w:del>{run('乙')}</w:del></w:p>"
    body = listed("甲") + gone + gone + listed("丙")
    assert lines(body, numbering=numbered(level(0, "%1."))) == ["1. 甲", "2. 丙"]


def test_a_deleted_mark_at_the_end_loses_nothing():
    assert lines(paragraph("甲") + paragraph("乙", DELETED_MARK)) == ["甲", "乙"]


def test_a_heading_with_a_hidden_mark_leads_into_its_paragraph():
    """Word's style separator: heading and text are one line, numbered as the heading."""
    heading = paragraph("总体要求。", in_list(1)[7:-8] + '<w:outlineLvl w:val="0"/>' + HIDDEN_MARK)
    document = read(file(heading + paragraph("坚持创新。"), numbering=numbered(level(0, "%1、"))))
    assert document.text == "1、 总体要求。坚持创新。\n"
    assert document.blocks[0].level == 1


def test_tracked_changes_are_told():
    [warning] = read(file(paragraph(f"<w:ins>{run('甲')}</w:ins>"))).warnings
    assert (warning.code, warning.start, warning.end) == ("changes_accepted", 0, 2)
    assert read(file(paragraph("甲"))).warnings == ()


@pytest.mark.parametrize(
    "what", ['<w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>', "<w:altChunk/>"]
)
def test_a_file_inside_the_file_is_told(what):
    [warning] = read(file(paragraph(run("甲")) + f"<w:p><w:r>{what}</w:r></w:p>")).warnings
    assert warning.code == "embedded_left_out"


CONTENTS = {
    "in a block of its own": (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('目录')}{paragraph('一、甲 1')}</w:sdtContent></w:sdt>"
    ),
    "as a field": (
        paragraph(field(r' TOC \o "1-3" ', run("一、甲 1"), ends=False))
        + paragraph(field(" PAGEREF _1 ", run("1")))
        + paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    ),
    "as a simple field": paragraph(f'<w:fldSimple w:instr="TOC \\o">{run("一、甲 1")}</w:fldSimple>'),
    "by its style": paragraph("一、甲 1", '<w:pStyle w:val="T"/>'),
    "as a field that never ends": paragraph(field(" TOC ", run("一、甲 1"), ends=False))
    + paragraph("二、乙 2"),
}


@pytest.mark.parametrize("how", CONTENTS)
def test_a_table_of_contents_is_left_out(how):
    styles = style("T", '<w:name w:val="toc 1"/>') + style("1", '<w:name w:val="heading 1"/>')
    body = CONTENTS[how] + paragraph("一、甲", '<w:pStyle w:val="1"/>') + paragraph("正文")
    assert lines(body, styles=styles) == ["一、甲", "正文"]


def test_an_instruction_that_never_ends_takes_no_more_than_its_paragraph():
    assert lines(paragraph(run("甲") + field(" REF ", ends=False)) + paragraph("乙")) == ["甲", "乙"]


RANKS = {
    "by the paragraph": ('<w:outlineLvl w:val="1"/>', 2),
    "by a style's name": ('<w:pStyle w:val="a"/>', 3),
    "by a style's id": ('<w:pStyle w:val="Heading4"/>', 4),
    "by what a style is based on": ('<w:pStyle w:val="b"/>', 3),
    "by a style's outline level": ('<w:pStyle w:val="c"/>', 1),
    "by a Chinese style's name": ('<w:pStyle w:val="d"/>', 2),
    "as body text in a heading's style": ('<w:pStyle w:val="a"/><w:outlineLvl w:val="9"/>', None),
    "as body text by a style": ('<w:pStyle w:val="e"/>', None),
    "not at all": ("", None),
    "as the title": ('<w:pStyle w:val="f"/>', None),
}


@pytest.mark.parametrize("how", RANKS)
def test_a_heading_s_rank_is_stated(how):
    styles = "".join(
        (
            style("a", '<w:name w:val="heading 3"/>'),
            style("Heading4", '<w:name w:val="x"/>'),
            style("b", '<w:basedOn w:val="a"/>'),
            style("c", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
            style("d", '<w:name w:val="标题 2"/>'),
            style("e", '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>'),
            style("f", '<w:name w:val="Title"/>'),
        )
    )
    properties, rank = RANKS[how]
    assert read(file(paragraph("甲", properties), styles=styles)).blocks[0].level == rank


def test_word_s_own_headings_have_their_ranks():
    document = blank()
    for rank in (1, 2, 3):
        document.add_heading("甲", rank)
    document.add_paragraph("乙")
    assert [block.level for block in read(saved(document)).blocks] == [1, 2, 3, None]


def test_running_heads_and_feet_are_margins_and_no_text():
    parts = {
        "header": paragraph("机密★1年"),
        "footer": paragraph(run("第") + field(" PAGE ", run("1")) + run("页")),
    }
    document = read(file(paragraph("甲"), **parts))
    assert (document.text, document.margins) == ("甲\n", "机密★1年\n第1页")


def test_a_watermark_is_a_margin():
    mark = '<w:r><w:pict><v:shape><v:textpath string="内部资料"/></v:shape></w:pict></w:r>'
    assert read(file(paragraph("甲"), header=paragraph(mark))).margins == "内部资料"


def test_python_docx_s_heads_are_found():
    document = blank()
    document.add_paragraph("甲")
    document.sections[0].header.paragraphs[0].text = "秘密"
    assert read(saved(document)).margins == "秘密"


def test_the_strict_form_of_the_standard_is_read_alike():
    body = listed("甲") + table(row("乙", "丙"), row("丁", "戊")) + paragraph(run("己", "<w:vanish/>"))
    usual = f'<w:document xmlns:w="{STRICT}"><w:body>{body}</w:body></w:document>'
    numbers = f'<w:numbering xmlns:w="{STRICT}">{numbered(level(0, "%1."))}</w:numbering>'
    strict = packed({"word/document.xml": usual, "word/numbering.xml": numbers})
    assert read(strict).text == "1. 甲\n乙 | 丙\n丁 | 戊\n"


@pytest.mark.parametrize("name", ["word\\document.xml", "/word/document.xml", "Word/Document.XML"])
def test_parts_are_found_however_their_names_are_written(name):
    source = f'<w:document xmlns:w="{STRICT}"><w:body>{paragraph("甲")}</w:body></w:document>'
    assert read(packed({name: source})).text == "甲\n"


@pytest.mark.parametrize(
    "target", ["/text/main.xml", "text/main.xml", "x/../text/main.xml", "../../text/main.xml"]
)
def test_the_text_is_where_the_file_says(target):
    source = f'<w:document xmlns:w="{STRICT}"><w:body>{paragraph("甲")}</w:body></w:document>'
    parts = {"_rels/.rels": relations({target: "officeDocument"}), "text/main.xml": source}
    assert read(packed(parts)).text == "甲\n"


def test_pictures_without_text_are_told_to_be_a_scan():
    with pytest.raises(PlanNotReadable, match="只有图片"):
        read(file(paragraph("<w:r><w:drawing/></w:r>")))


def test_characters_that_no_office_prints_are_dropped():
    assert lines(paragraph("甲&#xFEFF;乙&#x200B;丙")) == ["甲乙丙"]
