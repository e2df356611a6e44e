"""Files to documents: what is refused whatever its name, and marks of secrecy."""

import random
import time

import pytest

from config.errors import DomainError
from plans.parser import parse
from plans.readers import ClassifiedDocument, PlanNotReadable, read

TEXT = "青垣市科学技术局2024年工作要点\n\n一、建设青垣实验室。\n二、培育高新技术企业20家。\n"


NOISE = random.Random(7)
UNREADABLE = {
    "a photo": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + NOISE.randbytes(20_000),
    "a picture": b"\x89PNG\r\n\x1a\n" + NOISE.randbytes(20_000),
    "a Word file": b"PK\x03\x04" + NOISE.randbytes(20_000),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_holds_no_plan_text_is_refused(what):
    with pytest.raises(PlanNotReadable) as refusal:
        read(UNREADABLE[what], "要点.txt")
    assert isinstance(refusal.value, DomainError)
    assert (refusal.value.code, refusal.value.status) == ("plan_not_readable", 400)
    assert refusal.value.message.endswith("。")


@pytest.mark.parametrize("name", ["要点.docx", "要点.PDF", "要点.jpg"])
def test_other_formats_say_what_to_do(name):
    with pytest.raises(PlanNotReadable, match="另存为纯文本"):
        read(TEXT.encode(), name)


MARKED = [
    "机密★1年\n青垣市科学技术局文件\n",
    "秘密\n青垣市科学技术局文件\n",
    "绝　密 ☆ 长期\n青垣市科学技术局文件\n",
    "000012\n机  密★ ５年\n特 急\n青垣市科学技术局文件\n",
    "密级：秘密\n青垣市科学技术局文件\n",
    "000012    秘密★6个月    特急\n",
    "\n\n  秘密＊10年  \n",
    "密级 | 机密\n编号 | 1\n",
    "机密★1年青垣市科学技术局文件青科发〔2024〕3号\n",
]


@pytest.mark.parametrize("head", MARKED)
def test_a_classified_document_is_refused(head):
    with pytest.raises(ClassifiedDocument) as refusal:
        read((head + TEXT).encode(), "要点.txt")
    assert (refusal.value.code, refusal.value.status) == ("classified_document", 400)


UNMARKED = [
    "各处室要增强保守国家秘密的意识。\n",
    "秘密级文件管理规定\n",
    "关于做好机密文件清退工作的通知\n",
    "密级：无\n",
    "一、严守秘密。\n二、销毁机密载体。\n",
]


@pytest.mark.parametrize("head", UNMARKED)
def test_the_word_in_prose_is_no_mark(head):
    assert read((head + TEXT).encode(), "要点.txt").warnings == ()


@pytest.mark.parametrize("mark", ["内部资料\n", "内部文件，注意保存\n", "（此件不予公开）\n"])
def test_a_restricted_document_is_read_with_a_warning(mark):
    document = read((mark + TEXT).encode(), "要点.txt")
    [warning] = document.warnings
    assert warning.code == "restricted_document"
    assert document.text[warning.start : warning.end].strip() in mark


# A run that one rule looks at, and an end that disappoints it: what is tried again from each place in the run
# takes minutes.
RUNS = {
    "blank lines": "内" + "\n" * 300_000,
    "only blank lines": "\n" * 300_000 + "甲",
    "blanks in a line": "甲" + " " * 300_000 + "乙",
    "blanks before a line": " " * 300_000 + "乙",
    "dates in a sentence": "一、推进甲" + "1月" * 50_000,
    "rows merged into one": "|序号|任务|单位|\n|1|甲|乙局|\n" + "|||丙局|\n" * 40_000,
    "leaders in a line": "甲" + "." * 300_000 + "乙",
}


@pytest.mark.parametrize("name", RUNS)
def test_a_long_run_takes_no_longer_than_its_length(name):
    started = time.process_time()
    parse(read(f"2026年工作要点\n{RUNS[name]}\n".encode(), "要点.txt"))
    assert time.process_time() - started < 10  # measured: under 2 seconds; before, from 10 to thousands
