"""PDF files that are damaged, locked, scanned or made to break a reader."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from plans.parser import parse
from plans.parser.document import Document
from plans.readers import PlanNotReadable, pdf, read
from plans.readers.pdf.pages import MOST_CHARACTERS, MOST_PAGES
from tests.plans.readers.pdf_pages import FONT, HEIGHT, LEFT, SIZE, WIDTH, Sheets, plan
from tests.plans.reading import OWN

PRINTED = plan((OWN / "measures-2022.txt").read_text(encoding="utf-8"))


def scan(sheets: Sheets) -> None:
    picture = ImageReader(Image.new("L", (60, 80), 200))
    sheets.canvas.drawImage(picture, 0, 0, WIDTH, HEIGHT)


def refusal(content: bytes) -> str:
    with pytest.raises(PlanNotReadable) as refused:
        pdf.read(content)
    return str(refused.value.message)


def test_a_scanned_file_says_what_to_do():
    sheets = Sheets()
    for _ in range(3):
        scan(sheets)
        sheets.turn()
    message = refusal(sheets.content())
    assert "扫描" in message and "OCR" in message


def test_scanned_pages_among_text_are_named():
    sheets = Sheets()
    sheets.paragraph("一、新建城市公园12个，改造老旧小区3个，责任单位：市园林局。")
    for _ in range(2):
        sheets.turn()
        scan(sheets)
    document = pdf.read(sheets.content())
    (warning,) = document.warnings
    assert warning.code == "pages_without_text" and "第2、3页" in warning.message
    assert document.text.startswith("一、新建城市公园")


def locked(password: str) -> bytes:
    buffer = BytesIO()
    encryption = StandardEncryption(password, ownerPassword="owner", canCopy=0)
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), encrypt=encryption)
    canvas.setFont(FONT, SIZE)
    canvas.drawString(LEFT, 700, "一、新建城市公园十二个。")
    canvas.save()
    return buffer.getvalue()


def test_a_file_with_a_password_says_what_to_do():
    assert "已加密" in refusal(locked("secret"))


def test_a_file_that_merely_forbids_copying_is_read():
    assert pdf.read(locked("")).text == "一、新建城市公园十二个。\n"


def test_a_file_without_any_text_or_picture_is_empty():
    assert "没有文字" in refusal(Sheets(number="").content())


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", PRINTED[:200], b"%PDF-1.7\n" + bytes(5000)])
def test_what_only_begins_like_a_pdf_is_damaged(content):
    assert "损坏" in refusal(content)


def test_a_broken_cross_reference_table_is_mended():
    at = PRINTED.rindex(b"startxref")
    assert pdf.read(PRINTED[:at]).text == pdf.read(PRINTED).text
    assert pdf.read(PRINTED.replace(b"xref\n0", b"xref\n9")).text == pdf.read(PRINTED).text


def test_fonts_that_do_not_say_their_characters_are_refused():
    sheets = Sheets(number="")
    for _ in range(4):
        sheets.line("".join(chr(0xE000 + code) for code in range(25)))
    assert "无法识别" in refusal(sheets.content())


def test_too_many_pages_are_refused():
    sheets = Sheets()
    for _ in range(MOST_PAGES):
        sheets.turn()
    assert MOST_PAGES == 2000 and "超过两千页" in refusal(sheets.content())


def test_too_many_characters_are_refused():
    sheets = Sheets(number="")
    sheets.canvas.setFont("Helvetica", 3)
    for index in range(MOST_CHARACTERS // 400 + 1):
        sheets.canvas.drawString(index % 7, index * 0.6, f"{index:04}" * 100)
    assert "文字超过" in refusal(sheets.content())


def test_a_map_of_countless_lines_is_no_table():
    sheets = Sheets()
    sheets.line("一、建设城市公园十二个。")
    for index in range(60_000):
        at = index % 500
        sheets.canvas.line(50 + at, 50, 50 + at, 500)
        sheets.canvas.line(50, 50 + at, 500, 50 + at)
    assert pdf.read(sheets.content()).text == "一、建设城市公园十二个。\n"


def test_thousands_of_crossing_rulings_are_no_table():
    sheets = Sheets()
    sheets.line("一、建设城市公园十二个。")
    for index in range(150):
        at = 5 * index
        sheets.canvas.line(0, at, WIDTH, at)
        sheets.canvas.line(at * 0.75, 0, at * 0.75, HEIGHT)
    assert pdf.read(sheets.content()).text == "一、建设城市公园十二个。\n"


def test_a_form_that_draws_itself_comes_to_an_end():
    content = recursive()
    assert read(content, "要点.pdf").text == "Plan 2024\n"


def recursive() -> bytes:
    """A page whose drawing contains itself."""
    stream = b"BT /F1 12 Tf 72 600 Td (Plan 2024) Tj ET /X1 Do"
    form = b"/X1 Do 0 0 m 100 0 l S"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        b" /XObject << /X1 5 0 R >> >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X1 5 0 R >> >>"
        b" /Length %d >> stream\n%s\nendstream" % (len(form), form),
    ]
    objects = (b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.4\n" + b"".join(objects) + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(PRINTED) - 1), st.binary(max_size=6)), max_size=12),
    st.integers(0, len(PRINTED)),
)
def test_a_mutated_file_is_read_or_refused(changes, cut):
    content = bytearray(PRINTED)
    for place, mutation in changes:
        content[place : place + len(mutation)] = mutation
    try:
        document = pdf.read(bytes(content if cut % 3 else content[:cut]))
    except PlanNotReadable as refused:
        assert refused.message
    else:
        assert isinstance(document, Document)
        parse(document)
