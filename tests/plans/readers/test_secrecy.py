"""Marks of secrecy at a document's head."""

import pytest

from plans.readers import ClassifiedDocument, read

TEXT = "青垣市科学技术局2024年工作要点\n\n一、建设青垣实验室。\n二、培育高新技术企业20家。\n"

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
