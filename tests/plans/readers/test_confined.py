"""Files that lie about themselves, and readers that break: nothing reaches the process that asked."""

import io
import zipfile

import pytest

from config.errors import DomainError
from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.readers import PlanNotReadable, confined, read, wire
from plans.readers.formats import recognise

HERE = "tests.plans.readers.breaking"


def a_zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def an_old_file(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(600)
        + b"".join(name.encode("utf-16-le") for name in streams)
    )


KINDS = {
    "a Word file called so": (a_zip("[Content_Types].xml", "word/document.xml"), "要点.docx", "word"),
    "a Word file called by an old name": (a_zip("word/document.xml"), "要点.doc", "word"),
    "a sheet": (a_zip("xl/workbook.xml"), "台账.xlsx", "sheet"),
    "a PDF behind some bytes": (b"\n\n%PDF-1.4 ...", "要点.pdf", "pdf"),
    "a web page saved as Word": (b"<html><body>", "要点.doc", "webpage"),
    "a page behind a comment": (b"\xef\xbb\xbf<!-- saved --><!DOCTYPE html>", "要点.html", "webpage"),
    "a page with two bytes a letter": ("\ufeff<html>".encode("utf-16-le"), "要点.htm", "webpage"),
    "a page in a single file": (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "要点.mhtml", "webpage"),
    "text": ("一、任务".encode(), "要点.txt", "text"),
    "text without a suffix": ("一、任务".encode(), "要点", "text"),
    "values between commas": ("序号,任务".encode(), "台账.csv", "commas"),
}


@pytest.mark.parametrize("what", KINDS)
def test_a_file_is_known_by_its_content(what):
    content, name, reader = KINDS[what]
    assert recognise(content, name) == reader


REFUSED = {
    "an old Word file": (an_old_file("WordDocument"), "要点.doc", "另存为.docx"),
    "a WPS file": (an_old_file("WordDocument"), "要点.wps", "另存为.docx"),
    "an old sheet": (an_old_file("Workbook"), "台账.xls", "另存为.xlsx"),
    "a Word file with a password": (an_old_file("EncryptedPackage"), "要点.docx", "取消密码"),
    "a zip": (a_zip("要点.docx"), "要点.zip", "解压"),
    "slides": (a_zip("ppt/presentation.xml"), "要点.pptx", "演示文稿"),
    "an OFD file": (a_zip("OFD.xml"), "要点.ofd", "OFD"),
    "rich text": (b"{\\rtf1 ...", "要点.doc", "RTF"),
    "a photo": (b"\xff\xd8\xff\xe0", "要点.docx", "OCR"),
    "text called a photo": ("一、任务".encode(), "要点.jpg", "OCR"),
    "half a zip": (b"PK\x03\x04 and no more", "要点.docx", "已损坏"),
    "text called a Word file": ("一、任务".encode(), "要点.docx", "不是其扩展名所指的格式"),
    "text called a PDF": ("一、任务".encode(), "要点.pdf", "不是其扩展名所指的格式"),
    "a program": (b"\x7fELF", "run.exe", "暂不支持"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_reader_takes_says_what_to_do(what):
    content, name, way_out = REFUSED[what]
    with pytest.raises(PlanNotReadable, match=way_out) as refusal:
        read(content, name)
    assert isinstance(refusal.value, DomainError)
    assert (refusal.value.code, refusal.value.status) == ("plan_not_readable", 400)
    assert refusal.value.message.endswith("。")


@pytest.mark.parametrize("how", ["memory", "time", "crash", "depth"])
def test_a_file_that_breaks_its_reader_is_refused_and_nothing_else_happens(how, monkeypatch):
    monkeypatch.setattr(confined, "MOST_SECONDS", 3)
    with pytest.raises(PlanNotReadable, match="超出限制"):
        confined.read(how.encode(), HERE)


def test_a_reader_that_succeeds_says_nothing_else(caplog):
    assert confined.read(b"environment", HERE).text
    assert caplog.text == ""


def test_a_librarys_own_error_means_a_damaged_file(caplog):
    with pytest.raises(PlanNotReadable, match="已损坏"):
        confined.read(b"error", HERE)
    assert "KeyError" in caplog.text


def test_a_readers_own_words_reach_the_uploader():
    with pytest.raises(PlanNotReadable, match="没有文字层"):
        confined.read(b"refusal", HERE)


def test_a_reader_sees_no_secret_and_writes_no_file(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "the-key-of-the-office")
    assert "the-key" not in confined.read(b"environment", HERE).text
    with pytest.raises(PlanNotReadable):
        confined.read(b"file", HERE)


def test_a_document_comes_back_as_it_was_sent():
    table = Table(5, 12, (Row(5, 8, (Span(5, 6), Span(7, 8))), Row(9, 12, (Span(5, 6), Span(11, 12)))))
    document = Document(
        "标题\n\n甲 | 乙\n",
        (Paragraph(0, 2, 1), Paragraph(3, 4), table),
        (Warning("table_unclear", "表", 5, 12),),
        "机密",
    )
    assert wire.loads(wire.dumps(document)) == document
