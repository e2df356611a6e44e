"""Workbooks that no program would write so: too large, damaged, made to do harm."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from config.errors import DomainError
from plans.readers import PlanNotReadable, sheet

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f"""<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{RELATIONS}">
<sheets><sheet name="一" sheetId="1" r:id="r1"/></sheets></workbook>"""
TARGETS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"""


def packed(sheet_part: str | bytes, strings: str | bytes = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", TARGETS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet_part)
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
    return file.getvalue()


def rows(body: str, merged: str = "") -> str:
    return SHEET.format(f"<sheetData>{body}</sheetData><mergeCells>{merged}</mergeCells>")


def each(count: int, template: str) -> str:
    return "".join(template.format(n, get_column_letter(n % 16_000 + 1)) for n in range(1, count + 1))


FIRST = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
TASKS = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>一、推进第{0}项工作。</t></is></c></row>'
CORNERS = """<row r="1"><c r="A1" t="str"><v>甲</v></c></row>
<row r="1048576"><c r="XFD1048576" t="str"><v>乙</v></c></row>"""
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "a million empty rows": lambda: packed(
        rows(each(1_000_000, '<row r="{0}"/>') + '<row r="1048576"><c t="str"><v>一、甲</v></c></row>')
    ),
    "empty cells all over": lambda: packed(
        rows(each(500, '<row r="{0}">' + '<c r="A{0}" s="1"/>' * 7_000 + "</row>"))
    ),
    "cells in two corners": lambda: packed(rows(CORNERS)),
    "cells on a diagonal": lambda: packed(rows(each(9_000, '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'))),
    "one row without end": lambda: packed(rows("<row>" + "<c><v>1</v></c>" * 400_000 + "</row>")),
    "a million merged ranges": lambda: packed(
        rows(each(1, TASKS), each(1_000_000, '<mergeCell ref="A{0}:XFD{0}"/>'))
    ),
    "ranges over one another": lambda: packed(
        rows(each(2000, TASKS), '<mergeCell ref="A1:XFD1048576"/>' * 2000)
    ),
    "strings without end": lambda: packed(
        rows(FIRST), "<sst>" + ("<si><t>" + "a" * 300 + "</t></si>") * 700_000 + "</sst>"
    ),
    "runs without end": lambda: packed(
        rows(FIRST), "<sst><si>" + "<r><t>a</t></r>" * 1_000_000 + "</si></sst>"
    ),
    "a part without end": lambda: packed(rows("").encode()[:120] + b" " * 210_000_000),
    "a string longer than a cell": lambda: packed(
        rows(FIRST), "<sst><si><t>" + "a" * 9_000_000 + "</t></si></sst>"
    ),
    "entities": lambda: packed(BOMB + rows('<row><c t="str"><v>&b;</v></c></row>')),
    "entities in strings": lambda: packed(rows(FIRST), BOMB + "<sst><si><t>&b;</t></si></sst>"),
    "characters no file has": lambda: packed(
        rows('<row><c t="str"><v>一、甲_xD800__x0000__xFFFF_乙</v></c></row>')
    ),
    "numbers no cell holds": lambda: packed(
        rows('<row r="99999999999999"><c r="ZZZ0" s="-1"><v>1E+99999999</v></c><c t="s"><v>9</v></c></row>')
    ),
    "no workbook": lambda: b"PK\x05\x06" + bytes(18),
    "no zip": lambda: b"PK\x03\x04 and nothing else",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_workbooks_are_read_or_refused(what):
    try:
        document = sheet.read(HOSTILE[what]())
    except DomainError as refusal:
        assert refusal.message.endswith("。")
    else:
        document.text.encode()


@pytest.mark.parametrize("what", ["entities", "entities in strings"])
def test_an_entity_is_never_expanded(what):
    with pytest.raises(PlanNotReadable):
        sheet.read(HOSTILE[what]())


def test_a_million_empty_rows_lose_nothing():
    assert sheet.read(HOSTILE["a million empty rows"]()).text == "一、甲\n"


def test_characters_that_no_file_has_are_dropped():
    assert sheet.read(HOSTILE["characters no file has"]()).text == "一、甲乙\n"


def test_a_size_that_lies_is_found_out():
    content = bytearray(HOSTILE["a part without end"]())
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets"))
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises((DomainError, zipfile.BadZipFile, SyntaxError)):
        sheet.read(bytes(content))


def test_a_formula_s_stored_result_is_read():
    cells = '<c r="A1" t="str"><f>1&amp;2</f><v>一、甲</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
    assert sheet.read(packed(rows(f'<row r="1">{cells}</row>'))).text == "一、甲 | 2\n"


def whole() -> dict[str, bytes]:
    workbook = Workbook()
    for row in (["台账"], ["序号", "重点任务", "责任单位"], [1, "建设公开栏120处", "市农业农村局"]):
        workbook.active.append(row)
    workbook.active.merge_cells("A1:C1")
    file = io.BytesIO()
    workbook.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = whole()


@given(st.integers(0, 2**32), st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_a_damaged_workbook_is_a_document_or_one_of_two_exceptions(seed, count):
    """Those of damaged markup, the process that reads for us puts into our own words."""
    chance = random.Random(seed)
    parts = {name: bytearray(part) for name, part in PARTS.items()}
    for _ in range(count):
        part = parts[chance.choice(sorted(parts))]
        at = chance.randrange(len(part))
        part[at : at + chance.randrange(4)] = chance.choice(
            [b"<", b">", b'"', b"0", b"9999999", b"/", b"\xff"]
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, bytes(part))
    try:
        document = sheet.read(file.getvalue())
    except (DomainError, SyntaxError):
        return
    document.text.encode()
