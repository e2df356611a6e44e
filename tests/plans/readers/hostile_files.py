"""Files made to do harm, of a size that shows it; and files of ours in every format, to damage."""

import io
import random
import struct
import zlib
from collections.abc import Callable

from openpyxl import Workbook

from tests.plans.readers import pdf_pages
from tests.plans.readers.test_sheet_limits import SHEET
from tests.plans.readers.test_sheet_limits import packed as book
from tests.plans.readers.word_files import (
    MAIN,
    cell,
    file,
    level,
    listed,
    numbered,
    packed,
    paragraph,
    row,
    run,
    table,
)

TITLE = "云江市科学技术局2026年工作要点"
TASK = "建设创新平台，新增100家（责任单位：高新技术处；完成时限：6月底前）。"
LINES = [TITLE, f"一、{TASK}", f"二、推进{TASK}"]
HEADS = ["序号", "重点任务", "责任单位", "完成时限"]
ROWS = [HEADS, ["1", "建设创新平台", "高新技术处", "6月底前"], ["2", "办好对接会", "成果转化处", "9月底前"]]


def docx() -> bytes:
    return file("".join(map(paragraph, LINES)) + table(*(row(*cells) for cells in ROWS)))


def pdf() -> bytes:
    return pdf_pages.plan("\n".join([*LINES, *(" | ".join(cells) for cells in ROWS)]))


def html(head: str = "", lines: list[str] = LINES) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    rows = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in cells)}</tr>" for cells in ROWS)
    return f"<html><head>{head}</head><body>{body}<table>{rows}</table></body></html>".encode()


def xlsx(first: str = TITLE) -> bytes:
    made, content = Workbook(), io.BytesIO()
    for cells in [[first], *ROWS]:
        made.active.append(cells)
    made.save(content)
    return content.getvalue()


def txt() -> bytes:
    return "\n".join([*LINES, *(" | ".join(cells) for cells in ROWS)]).encode()


OURS: dict[str, Callable[[], bytes]] = {"docx": docx, "pdf": pdf, "html": html, "xlsx": xlsx, "txt": txt}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """With some bytes changed, put in or taken out."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at, much = chance.randrange(len(damaged)), chance.randint(1, 6)
        match chance.randrange(3):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                damaged[at:at] = chance.randbytes(much)
            case 2:
                del damaged[at : at + much]
    return bytes(damaged)


def bomb(part: str, megabytes: int, stated: int, copies: int = 1) -> bytes:
    """A zip of one part of zeros, listed under `copies` names that lie over one another."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    names = [part.encode(), *(f"{part}{copy}".encode() for copy in range(1, copies))]
    sizes = (0, 0, 0, len(data), stated)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, *sizes, len(names[0]), 0) + names[0] + data
    listing = b"".join(
        struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, *sizes, len(name), *[0] * 6) + name
        for name in names
    )
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies, copies, len(listing), len(local), 0)
    return local + listing + end


def entities(declared: str) -> bytes:
    body = f'<w:document xmlns:w="{MAIN}"><w:body>{paragraph(run("&b;"))}</w:body></w:document>'
    return packed({"word/document.xml": f"<!DOCTYPE w [{declared}]>{body}"})


def a_pdf(drawn: bytes, pages: bytes = b"[3 0 R]", more: bytes = b"") -> bytes:
    """One page on which this is drawn, `more` being the form that it may draw."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids %s /Count 1 >>" % pages,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
        a_stream(b"BT /F1 12 Tf 72 600 Td (Plan 2024) Tj ET " + drawn),
        font,
        more or b"null",
    ]
    objects = (b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer << /Root 1 0 R /Size 7 >>\n%%EOF"


def a_stream(content: bytes, about: bytes = b"") -> bytes:
    data = zlib.compress(content)
    return b"<< %s /Filter /FlateDecode /Length %d >> stream\n%s\nendstream" % (about, len(data), data)


def a_picture(coding: str) -> bytes:
    about = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8"
    colour = b"/ColorSpace /DeviceRGB /Filter /%s /Length 1280" % coding.encode()
    picture = b"<< %s %s >> stream\n%s\nendstream" % (about, colour, bytes(range(256)) * 5)
    return a_pdf(b"/X Do", more=picture)


def page(body: str) -> bytes:
    return f"<html><body>{body}".encode()


def cells(body: str, merged: str = "") -> bytes:
    return book(SHEET.format(f"<sheetData>{body}</sheetData><mergeCells>{merged}</mergeCells>"))


NINE = numbered(*(level(at, "".join(f"%{upper + 1}." for upper in range(at + 1))) for at in range(9)))
ITSELF = a_stream(b"/X Do " * 50, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")

WORD = {
    "a bomb": lambda: bomb("word/document.xml", 120, 120 * 2**20),
    "a bomb that says it is small": lambda: bomb("word/document.xml", 120, 100),
    "parts over one another": lambda: bomb("word/document.xml", 1, 2**20, copies=12_000),
    "a billion laughs": lambda: entities('<!ENTITY a "甲甲甲甲"><!ENTITY b "&a;&a;&a;&a;">'),
    "tables 300 deep": lambda: file("<w:tbl><w:tr><w:tc>" * 300 + "</w:tc></w:tr></w:tbl>" * 300),
    "a cell over a million columns": lambda: file(
        table(row(cell("甲", '<w:gridSpan w:val="1000000"/>'), "乙")) * 50
    ),
    "one row of thousands of cells": lambda: file(table(row(*["甲"] * 8_000))),
    "levels that change all the time": lambda: file(
        "".join(listed("甲", 1, at * 7 % 9) for at in range(5_000)), numbering=NINE
    ),
}
PRINTED = {
    "pages inside themselves": lambda: a_pdf(b"", pages=b"[2 0 R 2 0 R]"),
    "a form that draws itself": lambda: a_pdf(b"/X Do", more=ITSELF),
    "brackets without end": lambda: a_pdf(b"[" * 100_000),
    "type of any size": lambda: a_pdf(b"BT /F1 1e30 Tf (a) Tj ET BT 1e20 0 0 1e20 0 0 Tm (b) Tj ET"),
    "a picture in JBIG2": lambda: a_picture("JBIG2Decode"),
    "a bomb": lambda: a_pdf(b" " * 20_000_000),
}
LEDGERS = {
    "a bomb": lambda: bomb("xl/workbook.xml", 220, 100),
    "cells in two corners": lambda: cells(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    ),
    "ranges over one another": lambda: cells(
        '<row r="1"><c r="A1"><v>1</v></c></row>', '<mergeCell ref="A1:XFD1048576"/>' * 3_000
    ),
    "half characters": lambda: cells('<row><c t="str"><v>一、甲_xD800__x0000__xFFFF_乙</v></c></row>'),
    "one row of thousands of cells": lambda: cells("<row>" + "<c><v>1</v></c>" * 8_000 + "</row>"),
}
PAGES = {
    "elements inside one another": lambda: page("<div>" * 100_000 + "甲"),
    "tags never closed": lambda: page("<p><span><font><b>甲" * 20_000),
    "cells over all others": lambda: page(
        "<table>" + ("<tr>" + "<td rowspan=65535 colspan=1000>甲" * 3) * 1_000
    ),
    "tables 500 deep": lambda: page("<table><tr><td>甲<td>" * 500 + "乙"),
    "an encoding that is none": lambda: html('<meta charset="base64">'),
    "numbers of no character": lambda: page("<p>一、甲&#0;&#xD800;&#x110000;&#99999999999;乙</p>"),
    "comments before anything else": lambda: b"<!----> " * 500 + html(),
    "zeros": lambda: html().replace("建".encode(), "建\0".encode()),
}
TEXTS = {
    "half characters": lambda: b"\xff\xfe" + ("一、甲\n".encode("utf-16-le") + b"\x00\xd8") * 2_000,
    "zeros": lambda: bytes(10_000),
    "characters of no meaning": lambda: "\ue000".encode() * 100_000,
    "letters that none can read": lambda: "一、建设平台。\n".encode("utf-7") * 1_000,
    "one line without end": lambda: f"{TITLE}\n一、{TASK * 3_000}".encode(),
    "titles of a table again and again": lambda: "序号\n重点任务\n责任单位\n（一）甲\n".encode() * 3_000,
    "titles in a line again and again": lambda: "序号 重点任务 责任单位\n（一）甲\n".encode() * 3_000,
    "a row that is one long line": lambda: (" | ".join("甲" * 8_000) + "\n").encode() * 2,
    "forms in turn": lambda: "一、甲（一）乙1.丙（1）丁①戊".encode() * 2_000,
    "lines of forms in turn": lambda: "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n".encode() * 1_000,
}
SIGNS = (
    *(
        "（",
        "（）",
        "一、",
        "|",
        "\t",
        "（责任单位：",
        "（责任单位：甲局）",
        "1",
        "1.",
        "年底前",
        "《",
        "“",
        "①",
        "第",
        "百分之",
    ),
    *(
        "——",
        "主要目标：",
        "甲局、",
        "（一）",
        "●",
        "序号\n",
        "1\n",
        "附件1\n",
        "甲|乙\n",
        "甲\n",
        "、",
        "。",
        " ",
        "二是",
    ),
)
