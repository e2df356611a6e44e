"""Text files: the encodings they come in, and where their paragraphs and tables lie."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import DomainError
from plans.parser import parse
from plans.readers import PlanNotReadable, read
from tests.plans.reading import OWN

TEXT = "青垣市科学技术局2024年工作要点\n\n一、建设青垣实验室。\n二、培育高新技术企业20家。\n"
TRADITIONAL = "關於印發青垣市科技工作要點的通知\n一、推進實驗室建設，六月底前完成。（責任單位：市科技局）\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
PLANS = sorted(OWN.glob("*.txt"))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_usual_encodings_give_the_same_text(encoding):
    document = read(TEXT.encode(encoding), "要点.txt")
    assert (document.text, document.warnings) == (TEXT, ())


@pytest.mark.parametrize("encoding", [*ENCODINGS, "big5", "gbk"])
def test_traditional_characters_are_left_as_they_are(encoding):
    assert read(TRADITIONAL.encode(encoding), "要點.txt").text == TRADITIONAL


@pytest.mark.parametrize("encoding", ENCODINGS[2:])
@pytest.mark.parametrize("file", PLANS, ids=lambda file: file.stem)
def test_a_plan_is_read_alike_in_every_encoding(file, encoding):
    text = file.read_text(encoding="utf-8")
    assert parse(read(text.encode(encoding), file.name)) == parse(read(text.encode(), file.name))


@pytest.mark.parametrize("words", ["通知", "联通", "一、任务", "三农工作要点", "0000一"])
def test_a_few_words_in_gbk_are_not_taken_for_utf_8(words):
    assert read(words.encode("gbk"), "要点.txt").text == words


@given(st.text("一二三年月日工作完成任务责任单位市局推进建设科技、。，；（）\n 0123456789ABC%", min_size=4))
@settings(max_examples=200, deadline=None)
def test_any_plan_s_words_are_the_same_in_utf_8_and_gb18030(words):
    if words.strip():
        assert read(words.encode("gb18030"), "a.txt") == read(words.encode(), "a.txt")


def test_a_character_cut_off_at_the_end_is_left_out_and_said():
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        document = read((TEXT + "三、推").encode(encoding)[:-1], "要点.txt")
        assert document.text == TEXT + "三、"
        assert [warning.code for warning in document.warnings] == ["text_cut"]


def test_a_damaged_character_in_the_middle_is_left_out_and_said():
    damaged = TEXT.encode("gb18030") * 20 + b"\xff" + "完。".encode("gb18030")
    document = read(damaged, "要点.txt")
    assert document.text == TEXT * 20 + "完。"
    assert [warning.code for warning in document.warnings] == ["encoding_guessed"]


def test_line_breaks_and_blanks_are_normalised():
    document = read("一、甲\u00a0乙\r\n\u3000\u3000二、丙\u200b丁\r".encode(), "要点.txt")
    assert document.text == "一、甲 乙\n  二、丙丁\n"


def test_lines_with_bars_are_a_table_and_a_single_one_is_not():
    document = read("序号 | 任务\n\n1 | 甲 | x\n---|---\n2 | 乙\n正文\n地址 | 邮编".encode(), "表.txt")
    table, text, address = document.blocks
    assert [[document.slice(cell) for cell in row.cells] for row in table.rows] == [
        ["序号", "任务"],
        ["1", "甲", "x"],
        [],
        ["2", "乙"],
    ]
    assert [document.slice(block) for block in (text, address)] == ["正文", "地址 | 邮编"]


def test_rows_of_one_width_are_not_taken_for_lines_cut_there():
    rows = [f"{n} | 建设村务公开栏若干处并加强管理 | 市农业农村局 | 六月底前" for n in range(1, 9)]
    document = read("\n".join(["序号 | 任务 | 责任单位 | 完成时限", *rows]).encode(), "表.txt")
    assert len(document.blocks[0].rows) == 9


NOISE = random.Random(7)
UNREADABLE = {
    "nothing": b"",
    "blanks": b" \r\n\t ",
    "only a mark of the encoding": b"\xef\xbb\xbf",
    "noise": NOISE.randbytes(20_000),
    "noise of the size of a film": NOISE.randbytes(1_000_000) * 30,
    "control characters": "一、任务\x01\x02\x03\x04".encode() * 50,
    "a text of no plan's length": "一、甲\n".encode("gb18030") * 2_600_000,
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_holds_no_plan_text_is_refused(what):
    with pytest.raises(PlanNotReadable) as refusal:
        read(UNREADABLE[what], "要点.txt")
    assert isinstance(refusal.value, DomainError)
    assert (refusal.value.code, refusal.value.status) == ("plan_not_readable", 400)
    assert refusal.value.message.endswith("。")


@given(
    st.binary(max_size=4000)
    | st.builds(lambda a, b: TEXT.encode(a) + b, st.sampled_from(ENCODINGS), st.binary())
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_document_or_refused(content):
    try:
        document = read(content, "要点.txt")
    except DomainError:
        return
    document.text.encode()
    assert all(0 <= block.start <= block.end <= len(document.text) for block in document.blocks)
