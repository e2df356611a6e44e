"""Numbers that Word generates: printed as Word prints them, though the file holds none."""

import pytest

from plans.readers.word import read
from plans.readers.word.numerals import printed
from tests.plans.readers.word_files import (
    a_list,
    blank,
    cells,
    definition,
    file,
    in_list,
    level,
    lines,
    listed,
    numbered,
    paragraph,
    row,
    saved,
    style,
    table,
)

OUTLINE = (
    level(0, "%1、", "chineseCountingThousand", suffix="nothing"),
    level(1, "（%2）", "chineseCountingThousand", suffix="nothing"),
    level(2, "%3.", suffix="nothing"),
)


def test_an_outline_is_numbered_as_it_prints():
    body = "".join(
        listed(text, level=depth)
        for depth, text in [
            (0, "甲"),
            (1, "乙"),
            (2, "丙"),
            (2, "丁"),
            (1, "戊"),
            (2, "己"),
            (0, "庚"),
            (1, "辛"),
        ]
    )
    found = lines(body, numbering=numbered(*OUTLINE))
    assert found == ["一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "二、庚", "（一）辛"]


@pytest.mark.parametrize(
    ("style", "prints"),
    {
        "decimal": {1: "1", 21: "21"},
        "decimalZero": {1: "01", 21: "21"},
        "decimalFullWidth": {1: "１", 21: "２１"},
        "decimalFullWidth2": {12: "１２"},
        "decimalHalfWidth": {12: "12"},
        "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "21"},
        "decimalEnclosedCircleChinese": {1: "①", 10: "⑩"},
        "decimalEnclosedFullstop": {1: "⒈", 20: "⒛"},
        "decimalEnclosedParen": {1: "⑴", 20: "⒇"},
        "ideographEnclosedCircle": {1: "㊀", 10: "㊉"},
        "chineseCounting": {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一〇〇"},
        "taiwaneseCounting": {1: "一", 23: "二十三"},
        "chineseCountingThousand": {10: "十", 15: "十五", 101: "一百零一", 110: "一百一十", 1001: "一千零一"},
        "taiwaneseCountingThousand": {120: "一百二十"},
        "japaneseCounting": {1: "一", 11: "十一", 21: "二十一", 101: "百一"},
        "ideographDigital": {1: "一", 10: "一〇", 21: "二一"},
        "chineseLegalSimplified": {1: "壹", 10: "壹拾", 15: "壹拾伍", 20: "贰拾"},
        "ideographLegalTraditional": {2: "貳", 10: "壹拾"},
        "ideographTraditional": {1: "甲", 10: "癸", 11: "11"},
        "ideographZodiac": {1: "子", 12: "亥", 13: "13"},
        "ideographZodiacTraditional": {1: "甲子", 60: "癸亥"},
        "upperRoman": {4: "IV", 9: "IX", 14: "XIV", 40: "XL", 2024: "MMXXIV"},
        "lowerRoman": {3: "iii"},
        "upperLetter": {1: "A", 26: "Z", 27: "AA", 53: "AAA"},
        "lowerLetter": {2: "b", 28: "bb"},
        "ordinal": {1: "1st", 2: "2nd", 3: "3rd", 11: "11th", 22: "22nd", 113: "113th"},
        "numberInDash": {3: "- 3 -"},
        "none": {5: ""},
        "001, 002, 003, ...": {7: "007"},
        "a format of next year": {8: "8"},
        "chineseCountingThousand ": {3: "3"},
    }.items(),
)
def test_each_number_format_prints_as_in_word(style, prints):
    assert {value: printed(value, style) for value in prints} == prints


def test_numbers_far_beyond_any_list_are_digits():
    for name in (
        "chineseCounting",
        "chineseCountingThousand",
        "upperRoman",
        "upperLetter",
        "ideographTraditional",
    ):
        assert printed(10**8, name) in ("100000000", "一〇〇〇〇〇〇〇〇")


def test_zero_can_be_printed():
    assert [
        printed(0, s) for s in ("decimal", "chineseCounting", "chineseCountingThousand", "upperRoman")
    ] == [*("0", "〇", "零", "0")]


def test_a_label_shows_the_numbers_of_the_levels_above():
    body = listed("甲") + listed("乙", level=1) + listed("丙", level=2) + listed("丁", level=1)
    parts = numbered(level(0, "%1"), level(1, "%1.%2"), level(2, "%1.%2.%3"))
    assert lines(body, numbering=parts) == ["1 甲", "1.1 乙", "1.1.1 丙", "1.2 丁"]


def test_a_level_may_print_those_above_in_digits():
    """第一章 above 1.01, not 一.01: its own number keeps its form."""
    chapters = level(0, "第%1章", "chineseCounting")
    sections = level(1, "%1.%2", "decimalZero", more="<w:isLgl/>")
    body = listed("甲") + listed("乙", level=1) + listed("丙") + listed("丁", level=1)
    found = lines(body, numbering=numbered(chapters, sections))
    assert found == ["第一章 甲", "1.01 乙", "第二章 丙", "2.01 丁"]
    assert lines(body, numbering=numbered(chapters, level(1, "%1.%2")))[1] == "一.1 乙"


def test_a_level_above_without_an_entry_counts_as_if_it_had_one():
    body = listed("甲", level=1) + listed("乙") + listed("丙", level=1)
    assert lines(body, numbering=numbered(level(0, "%1"), level(1, "%1.%2"))) == ["1.1 甲", "2 乙", "2.1 丙"]


def test_what_follows_a_number_is_a_blank_or_nothing():
    """Without a blank, a number printed before a figure would read as a decimal."""
    for suffix, expected in {"tab": "1. 5万亩", "space": "1. 5万亩", "nothing": "1.5万亩"}.items():
        assert lines(listed("5万亩"), numbering=numbered(level(0, "%1.", suffix=suffix))) == [expected]


def test_lists_of_one_definition_share_their_numbers():
    body = listed("甲", 1) + listed("乙", 2) + listed("丙", 1)
    parts = definition(level(0, "%1.")) + a_list(1) + a_list(2)
    assert lines(body, numbering=parts) == ["1. 甲", "2. 乙", "3. 丙"]


def test_a_list_told_to_restart_does_so_once():
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    parts = definition(level(0, "%1.")) + a_list(1) + a_list(2, overrides=restart)
    body = listed("甲", 1) + listed("乙", 1) + listed("丙", 2) + listed("丁", 2) + listed("戊", 1)
    assert lines(body, numbering=parts) == ["1. 甲", "2. 乙", "1. 丙", "2. 丁", "3. 戊"]


def test_a_list_s_own_start_is_for_its_first_entry_only():
    """Below the next entry of the level above it begins where the definition says."""
    own = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="3"/></w:lvlOverride>'
    parts = definition(level(0, "%1、"), level(1, "（%2）")) + a_list(overrides=own)
    body = "".join(listed("甲", level=depth) for depth in (0, 1, 1, 0, 1))
    found = lines(body, numbering=parts)
    assert found == ["1、 甲", "（3） 甲", "（4） 甲", "2、 甲", "（1） 甲"]


def test_lists_of_different_definitions_count_apart():
    parts = definition(level(0, "%1.")) + definition(level(0, "（%1）"), name=7) + a_list(1) + a_list(2, 7)
    body = listed("甲", 1) + listed("乙", 2) + listed("丙", 1) + listed("丁", 2)
    assert lines(body, numbering=parts) == ["1. 甲", "（1） 乙", "2. 丙", "（2） 丁"]


def test_a_list_may_begin_elsewhere_than_at_one():
    assert lines(listed("甲") + listed("乙"), numbering=numbered(level(0, "%1.", start=5))) == [
        "5. 甲",
        "6. 乙",
    ]
    assert lines(listed("甲"), numbering=numbered(level(0, "%1.", start=0))) == ["0. 甲"]


def test_a_list_may_replace_a_level_of_its_definition():
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "（%1）", "chineseCounting")}</w:lvlOverride>'
    parts = definition(level(0, "%1."), level(1, "%2)")) + a_list(1) + a_list(2, overrides=own)
    body = listed("甲", 1) + listed("乙", 2) + listed("丙", 2, 1)
    assert lines(body, numbering=parts) == ["1. 甲", "（二） 乙", "1) 丙"]


def test_a_level_may_run_on_through_the_whole_document():
    running = level(1, "%2.", more='<w:lvlRestart w:val="0"/>')
    body = listed("甲") + listed("乙", level=1) + listed("丙") + listed("丁", level=1)
    found = lines(body, numbering=numbered(level(0, "%1、", "chineseCounting"), running))
    assert found == ["一、 甲", "1. 乙", "二、 丙", "2. 丁"]


def test_a_level_may_restart_only_after_a_certain_one():
    parts = numbered(level(0, "%1、"), level(1, "（%2）"), level(2, "%3.", more='<w:lvlRestart w:val="1"/>'))
    order = [
        (0, "1、"),
        (1, "（1）"),
        (2, "1."),
        (1, "（2）"),
        (2, "2."),
        (0, "2、"),
        (1, "（1）"),
        (2, "1."),
    ]
    body = "".join(listed("甲", level=depth) for depth, _ in order)
    assert lines(body, numbering=parts) == [f"{label} 甲" for _, label in order]


def test_the_list_zero_takes_a_number_away():
    styles = style("L", in_list(1))
    plain = paragraph("乙", '<w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    body = paragraph("甲", '<w:pStyle w:val="L"/>') + plain + paragraph("丙", '<w:pStyle w:val="L"/>')
    assert lines(body, styles=styles, numbering=numbered(level(0, "%1."))) == ["1. 甲", "乙", "2. 丙"]


HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="{i}"><w:name w:val="heading {i}"/><w:basedOn w:val="{i - 1}"/>'
    f'<w:pPr><w:numPr><w:ilvl w:val="{i - 1}"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    for i in (1, 2)
)


def test_headings_are_numbered_by_their_style():
    body = "".join(
        paragraph(text, f'<w:pStyle w:val="{style}"/>') for text, style in [("甲", 1), ("乙", 2), ("丙", 1)]
    )
    parts = {
        "styles": HEADINGS,
        "numbering": numbered(level(0, "%1、", "chineseCounting"), level(1, "（%2）")),
    }
    document = read(file(body, **parts))
    assert document.text == "一、 甲\n（1） 乙\n二、 丙\n"
    assert [block.level for block in document.blocks] == [1, 2, 1]


def test_a_style_is_at_the_level_that_names_it():
    """Word states the level in the list rather than in the style."""
    styles = "".join(style(f"S{i}", in_list(1)) for i in (1, 2))
    parts = numbered(
        level(0, "%1、", more='<w:pStyle w:val="S1"/>'), level(1, "（%2）", more='<w:pStyle w:val="S2"/>')
    )
    body = paragraph("甲", '<w:pStyle w:val="S1"/>') + paragraph("乙", '<w:pStyle w:val="S2"/>')
    assert lines(body, styles=styles, numbering=parts) == ["1、 甲", "（1） 乙"]


def test_a_style_takes_its_list_from_the_one_it_is_based_on():
    styles = style("A", in_list(1)) + style("B", '<w:basedOn w:val="A"/>')
    body = paragraph("甲", '<w:pStyle w:val="B"/>')
    assert lines(body, styles=styles, numbering=numbered(level(0, "%1."))) == ["1. 甲"]


def test_a_list_may_be_defined_by_a_style_for_lists():
    styles = style("N", in_list(2), "numbering")
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="N"/></w:abstractNum>'
    parts = definition(level(0, "（%1）")) + linked + a_list(1, 1) + a_list(2, 0)
    assert lines(listed("甲") + listed("乙"), styles=styles, numbering=parts) == ["（1） 甲", "（2） 乙"]


def test_lists_that_define_each_other_in_a_circle_print_nothing():
    styles = style("N", in_list(1), "numbering")
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="N"/></w:abstractNum>'
    assert lines(listed("甲"), styles=styles, numbering=linked + a_list(1, 1)) == ["甲"]


def test_styles_based_on_each_other_in_a_circle_are_read():
    styles = "".join(style(a, f'<w:basedOn w:val="{b}"/>') for a, b in ("AB", "BA"))
    assert lines(paragraph("甲", '<w:pStyle w:val="A"/>'), styles=styles) == ["甲"]


@pytest.mark.parametrize(
    ("sign", "font", "prints"),
    [
        ("\uf0b7", "Symbol", "●"),
        ("\uf06c", "Wingdings", "●"),
        ("\uf06e", "Wingdings", "■"),
        ("\uf075", "Wingdings", "◆"),
        ("\uf0d8", "Wingdings", "➢"),
        ("\uf0fc", "Wingdings", "✓"),
        ("\uf0ab", "Wingdings", "★"),
        ("l", "Wingdings", "●"),
        ("\uf0e9", "Wingdings", "●"),
        ("o", "Courier New", "○"),
        ("●", "宋体", "●"),
        ("—", "", "—"),
        ("\uf081", "Wingdings", "①"),
    ],
)
def test_bullets_are_the_signs_that_print(sign, font, prints):
    more = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    assert lines(listed("甲"), numbering=numbered(level(0, sign, "bullet", more=more))) == [f"{prints} 甲"]


def test_a_bullet_above_adds_nothing_to_the_numbers_below():
    parts = numbered(level(0, "●", "bullet"), level(1, "%1.%2"))
    assert lines(listed("甲") + listed("乙", level=1), numbering=parts) == ["● 甲", ".1 乙"]


def test_a_number_may_be_hidden_or_only_words():
    hidden = level(0, "%1.", more="<w:rPr><w:vanish/></w:rPr>")
    assert lines(listed("甲"), numbering=numbered(hidden)) == ["甲"]
    assert lines(listed("甲"), numbering=numbered(level(0, "附件：", "none"))) == ["附件： 甲"]


def test_a_number_format_of_the_author_s_own_is_read():
    new = '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/>'
    own = (
        f'<mc:AlternateContent><mc:Choice Requires="w14">{new}</mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    parts = numbered(f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{own}<w:lvlText w:val="%1"/></w:lvl>')
    assert lines(listed("甲"), numbering=parts) == ["001 甲"]


def test_a_table_numbers_its_rows():
    body = table(row("序号", "任务"), *(row(f"<w:tc>{listed('')}</w:tc>", text) for text in ("甲事", "乙事")))
    found = cells(read(file(body, numbering=numbered(level(0, "%1")))))
    assert found == [["序号", "任务"], ["1", "甲事"], ["2", "乙事"]]


def test_an_empty_numbered_paragraph_counts_but_says_nothing():
    body = listed("甲") + listed("") + listed("乙")
    assert lines(body, numbering=numbered(level(0, "%1."))) == ["1. 甲", "3. 乙"]


def test_a_page_break_before_a_heading_leaves_its_number_beside_it():
    broken = listed('<w:r><w:br w:type="page"/></w:r><w:r><w:t>甲</w:t></w:r>')
    assert lines(broken, numbering=numbered(level(0, "%1、"))) == ["1、 甲"]


@pytest.mark.parametrize(
    "numbering",
    [
        "",
        a_list(1, 99),
        definition(level(0, "%1.")),
        definition() + a_list(),
        definition(level(8, "%9.")) + a_list(),
        definition(level(20, "%1.")) + a_list(),
    ],
)
def test_a_list_that_is_nowhere_defined_prints_no_number(numbering):
    assert lines(listed("甲"), numbering=numbering) == ["甲"]


def test_word_s_own_list_styles_are_read():
    document = blank()
    for name in ("List Number", "List Number", "List Bullet"):
        document.add_paragraph("甲", style=name)
    assert read(saved(document)).text == "1. 甲\n2. 甲\n● 甲\n"
