"""Word files that are damaged or made to do harm: read, or refused at once in words a person can act on."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.parser import Document
from plans.readers import PlanNotReadable
from plans.readers.word import markup, package, read
from tests.plans.readers.word_files import (
    MAIN,
    a_list,
    blank,
    cell,
    definition,
    file,
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


def document_part(body: str, head: str = "") -> dict[str, str]:
    return {"word/document.xml": f'{head}<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body></w:document>'}


ENTITIES = '<!DOCTYPE w [<!ENTITY a "甲甲甲甲甲甲甲甲甲甲"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("head", [ENTITIES, OUTSIDE, "<!DOCTYPE w>"])
def test_declared_entities_are_refused_before_they_are_used(head):
    with pytest.raises(PlanNotReadable, match="XML实体"):
        read(packed(document_part(paragraph(run("&a;") if "ENTITY" in head else "甲"), head)))


@pytest.mark.parametrize("part", ["styles", "numbering", "header"])
def test_entities_are_refused_in_every_part(part):
    parts = document_part(paragraph("甲")) | {f"word/{part}.xml": ENTITIES + f'<w:x xmlns:w="{MAIN}"/>'}
    with pytest.raises(PlanNotReadable, match="XML实体"):
        read(packed(parts))


def test_a_part_that_unpacks_to_too_much_is_refused_unread():
    content = packed({"word/document.xml": b" " * (package.MOST_BYTES + 1)})
    assert len(content) < package.MOST_BYTES / 500
    with pytest.raises(PlanNotReadable, match="展开后过大"):
        read(content)


def test_a_lie_about_a_part_s_size_does_not_help(monkeypatch):
    """The stated size is only a promise: what comes out is counted too."""
    monkeypatch.setattr(package, "MOST_BYTES", 10_000)
    content = bytearray(file(paragraph("甲" * 10_000)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        real = archive.getinfo("word/document.xml").file_size
    for at in (content.find(real.to_bytes(4, "little")), content.rfind(real.to_bytes(4, "little"))):
        content[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises((PlanNotReadable, zipfile.BadZipFile)):
        read(bytes(content))


def test_parts_that_are_small_alone_and_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(package, "MOST_BYTES", 10_000)
    assert read(file(paragraph("甲" * 2_000))).text
    with pytest.raises(PlanNotReadable, match="展开后过大"):
        read(file(paragraph("甲" * 2_000), header=paragraph("乙" * 2_000)))


def test_a_zip_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(package, "MOST_PARTS", 100)
    with pytest.raises(PlanNotReadable, match="展开后过大"):
        read(packed({f"word/media/{i}.png": b"" for i in range(101)}))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_to_pack_that_word_never_uses_are_refused(method):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        archive.writestr("word/document.xml", document_part(paragraph("甲"))["word/document.xml"])
    with pytest.raises(PlanNotReadable, match="不是完整的Word文档"):
        read(content.getvalue())


def test_a_zip_with_a_password_says_so():
    content = bytearray(packed(document_part(paragraph("甲"))))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PlanNotReadable, match="已加密"):
        read(bytes(content))


def test_a_zip_without_a_text_is_refused():
    for parts in ({}, {"xl/workbook.xml": "<x/>"}, {"_rels/.rels": relations({"x.xml": "officeDocument"})}):
        with pytest.raises(PlanNotReadable, match="不是完整的Word文档"):
            read(packed({"a": b"", **parts}))


def test_relations_to_parts_that_are_not_there_are_ignored():
    parts = document_part(listed("甲"))
    parts["word/_rels/document.xml.rels"] = relations(
        {"numbering.xml": "numbering", "../../../etc/passwd": "styles"}
    )
    assert read(packed(parts)).text == "甲\n"


def test_names_that_lead_elsewhere_lead_nowhere():
    parts = document_part(paragraph("甲")) | {"../../styles.xml": "<x/>", "/etc/passwd": "x", "C:\\x": "y"}
    assert read(packed(parts)).text == "甲\n"


def test_a_part_that_is_damaged_ends_in_an_error():
    content = bytearray(packed(document_part(paragraph("甲" * 50))))
    content[60] ^= 0xFF
    with pytest.raises(Exception, match=r"\S"):
        read(bytes(content))


def test_elements_inside_one_another_without_end_are_refused():
    for opened, closed in (("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"), ("<w:x>", "</w:x>")):
        with pytest.raises(PlanNotReadable, match="结构异常"):
            lines(opened * 10_000 + closed * 10_000)
    with pytest.raises(PlanNotReadable, match="结构异常"):
        lines("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000)


def test_elements_within_properties_and_within_what_is_left_out_count_too():
    for name in ("rPr", "del"):
        deep = f"<w:r><w:{name}>{'<w:x>' * 10_000}{'</w:x>' * 10_000}</w:{name}></w:r>"
        with pytest.raises(PlanNotReadable, match="结构异常"):
            lines(paragraph(deep))


def test_tables_inside_one_another_are_read_as_deep_as_they_may_be():
    depth = 40
    inner = paragraph("甲")
    for _ in range(depth):
        inner = table(row(cell(inner), cell(paragraph("乙"))))
    text = read(file(inner)).text
    assert text.count("乙") == depth and "甲" in text


def test_more_elements_than_any_document_has_are_refused(monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 1_000)
    assert lines(paragraph("甲") * 100)
    with pytest.raises(PlanNotReadable, match="结构异常"):
        lines("<w:p/>" * 1_001)


def test_more_cells_than_any_table_has_are_refused(monkeypatch):
    monkeypatch.setattr("plans.readers.word.body.MOST_CELLS", 100)
    with pytest.raises(PlanNotReadable, match="的表格超过"):
        lines(table(row(*["甲"] * 101)))


def test_a_cell_over_a_billion_columns_is_as_wide_as_word_allows():
    wide = cell("甲", '<w:gridSpan w:val="999999999"/>')
    document = read(
        file(table(row(wide, "乙"), row("丙", "丁", properties='<w:gridBefore w:val="99999999"/>')))
    )
    assert document.text.count("|") < 200


def test_many_runs_are_one_paragraph():
    document = read(file(paragraph(run("甲") * 50_000)))
    assert document.text == "甲" * 50_000 + "\n"


def test_many_joined_paragraphs_are_one():
    mark = "<w:rPr><w:del/></w:rPr>"
    assert read(file(paragraph("甲", mark) * 20_000)).text == "甲" * 20_000 + "\n"


def test_many_fields_that_never_end_hide_nothing_after_them():
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 20_000
    assert lines(paragraph(begun) + paragraph("甲")) == ["甲"]


def test_many_lists_and_styles_are_read():
    lists = "".join(definition(level(0, "%1."), name=i) + a_list(i, i) for i in range(1, 5_000))
    styles = "".join(style(str(i), f'<w:basedOn w:val="{i + 1}"/>') for i in range(5_000))
    body = "".join(listed("甲", i) for i in range(1, 5_000)) + paragraph("乙", '<w:pStyle w:val="0"/>')
    assert lines(body, numbering=lists, styles=styles) == ["1. 甲"] * 4_999 + ["乙"]


@pytest.mark.parametrize(
    "body",
    [
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="-1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>',
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId w:val=""/></w:numPr></w:pPr></w:p>',
        '<w:p><w:pPr><w:outlineLvl w:val="99999999999999999999"/></w:pPr></w:p>',
        '<w:p><w:r><w:sym w:char="110000000"/><w:sym/><w:sym w:char="D800" w:font="x"/></w:r></w:p>',
        '<w:p><w:r><w:fldChar w:fldCharType="end"/><w:fldChar/></w:r></w:p>',
        "<w:p><w:p><w:p/></w:p></w:p>",
        "<w:t>x</w:t><w:r><w:t>x</w:t></w:r>",
        "<w:tbl/><w:tbl><w:tr/></w:tbl><w:tbl><w:tr><w:tc/><w:tc/></w:tr></w:tbl>",
        "<w:sdt/><w:sdt><w:sdtContent/></w:sdt>",
    ],
)
def test_nonsense_in_properties_is_overlooked(body):
    found = read(file(body + paragraph("甲"), numbering=numbered(level(0, "%1."))))
    assert found.text.endswith("甲\n")


ORIGINAL = saved(blank())
SEED = file(
    listed("甲")
    + table(row(cell("乙", "<w:vMerge/>"), "丙"), row("丁", "戊"))
    + paragraph(run("己", "<w:vanish/>")),
    styles=style("a", '<w:name w:val="heading 1"/>'),
    numbering=numbered(level(0, "%1.")),
    header=paragraph("秘密"),
)


def outcome(content: bytes) -> str:
    """How reading ends: in a document, a refusal or a library's error, and in nothing worse."""
    try:
        found = read(content)
    except PlanNotReadable as refusal:
        assert refusal.message.endswith("。")
        return "refused"
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return "damaged"
    assert isinstance(found, Document)
    assert all(0 <= block.start <= block.end <= len(found.text) for block in found.blocks)
    return "read"


def test_every_way_in_which_reading_may_end_is_seen():
    assert {outcome(ORIGINAL), outcome(packed({"a": b""})), outcome(SEED[:-30])} == {
        "read",
        "refused",
        "damaged",
    }


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([ORIGINAL, SEED]), st.randoms(use_true_random=False))
def test_damaged_bytes_do_no_harm(content, chance: random.Random):
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    outcome(bytes(damaged[: chance.randint(1, len(damaged))] if chance.random() < 0.2 else damaged))


TAGS = (
    *(
        "p",
        "r",
        "t",
        "tbl",
        "tr",
        "tc",
        "pPr",
        "rPr",
        "tcPr",
        "trPr",
        "sdt",
        "sdtPr",
        "sdtContent",
        "ins",
        "del",
    ),
    *(
        "moveFrom",
        "txbxContent",
        "fldChar",
        "instrText",
        "numPr",
        "numId",
        "ilvl",
        "vMerge",
        "gridSpan",
        "vanish",
    ),
    *("ruby", "rt", "br", "tab", "sym", "hyperlink", "gridCol", "tblGrid", "outlineLvl", "pStyle"),
)
NODES = st.recursive(
    st.sampled_from(["", "甲", "一、乙", " "]),
    lambda inner: st.builds(
        lambda tag, value, content: f'<w:{tag} w:val="{value}">{"".join(content)}</w:{tag}>',
        st.sampled_from(TAGS),
        st.sampled_from(["", "0", "1", "7", "-1", "restart", "x", "999999999"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(NODES, max_size=6).map("".join))
def test_elements_in_any_order_do_no_harm(body):
    outcome(file(body, numbering=numbered(level(0, "%1."), level(1, "%1.%2"))))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_read(text):
    kept = "".join(c for c in text if c in "\t\n\r" or c >= " " and c not in "\ufffe\uffff")
    escaped = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert outcome(file(paragraph(run(escaped)))) == "read"
