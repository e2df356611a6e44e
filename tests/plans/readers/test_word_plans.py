"""Whole plans saved by Word: read as their text is, whether their numbers are typed or generated."""

import io
import re
from html import escape

import pytest
from docx import Document as WordFile
from docx.document import Document as WordDocument

from plans.parser import Document, Table
from plans.readers import ClassifiedDocument
from plans.readers import read as read_file
from plans.readers.word import read
from tests.plans.readers.same import items
from tests.plans.readers.word_files import a_list, blank, definition, insert, level, listed, part, saved
from tests.plans.reading import OWN, SHARED
from tests.plans.reading import document as text_document

PLANS = [*sorted(OWN.glob("*.txt")), *sorted((SHARED / "text").glob("*.txt"))]
NUMERALS = "一二三四五六七八九十"
# How the plans print their labels, and the same as Word's levels.
FORMS = {
    re.compile(rf"([{NUMERALS}]+)、"): ("%1、", "chineseCountingThousand"),
    re.compile(rf"（([{NUMERALS}]+)）"): ("（%1）", "chineseCountingThousand"),
    re.compile(r"(\d+)\."): ("%1.", "decimal"),
    re.compile(r"（(\d+)）"): ("（%1）", "decimal"),
}


def typed(text: str) -> bytes:
    """The plan with its numbers as text, its tables drawn."""
    word, plain = blank(), text_document(text)
    for block in plain.blocks:
        if isinstance(block, Table):
            draw(word, plain, block)
        else:
            word.add_paragraph(plain.slice(block))
    return saved(word)


def generated(text: str, suffix: str = "nothing") -> bytes:
    """The plan with its numbers generated: a list goes on, or restarts, as its numbers do."""
    word, plain, numbers = blank(), text_document(text), Numbers()
    for block in plain.blocks:
        if isinstance(block, Table):
            draw(word, plain, block)
            continue
        line = plain.slice(block)
        labels = enumerate(pattern.match(line) for pattern in FORMS)
        form, label = next(((form, label) for form, label in labels if label), (0, None))
        if label:
            list_id = numbers.counted(form, number(label.group(1)))
            insert(word, listed(escape(line[label.end() :]), list_id))
        else:
            word.add_paragraph(line)
    numbers.write(word, suffix)
    return saved(word)


def generated_with_tabs(text: str) -> bytes:
    """As Word does it unless told otherwise."""
    return generated(text, "tab")


def draw(word: WordDocument, plain: Document, block: Table) -> None:
    rows = [[plain.slice(cell) for cell in row.cells] for row in block.rows if row.cells]
    drawn = word.add_table(len(rows), max(map(len, rows)))
    for place, row in enumerate(rows):
        for column, words in enumerate(row):
            drawn.cell(place, column).text = words


class Numbers:
    """The part that defines a document's lists: one definition for each form, a list for each restart."""

    def __init__(self) -> None:
        self.last = dict.fromkeys(range(len(FORMS)), 0)
        self.lists = {form: form + 1 for form in self.last}
        self.form_of = {list_id: form for form, list_id in self.lists.items()}
        self.overrides = dict.fromkeys(self.form_of, "")

    def counted(self, form: int, value: int) -> int:
        """The list that prints this number next."""
        if value != self.last[form] + 1:
            list_id = self.lists[form] = len(self.form_of) + 1
            start = f'<w:startOverride w:val="{value}"/>'
            self.form_of[list_id] = form
            self.overrides[list_id] = f'<w:lvlOverride w:ilvl="0">{start}</w:lvlOverride>'
        self.last[form] = value
        return self.lists[form]

    def write(self, word: WordDocument, suffix: str) -> None:
        designs = "".join(
            definition(level(0, *design, suffix=suffix), name=form)
            for form, design in enumerate(FORMS.values())
        )
        lists = "".join(
            a_list(list_id, self.form_of[list_id], override) for list_id, override in self.overrides.items()
        )
        word.part.numbering_part._element = part("numbering", designs + lists)


def number(printed: str) -> int:
    if printed.isdecimal():
        return int(printed)
    tens, _, ones = printed.rpartition("十")
    counted = 10 * (NUMERALS.index(tens) + 1 if tens else 1) if "十" in printed else 0
    return counted + (NUMERALS.index(ones) + 1 if ones else 0)


@pytest.mark.parametrize("save", [typed, generated, generated_with_tabs])
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_a_plan_gives_the_same_items_as_its_text(plan, save):
    text = plan.read_text(encoding="utf-8")
    found = items(read(save(text)))
    assert found
    assert found == items(text_document(text))


def test_generated_numbers_stand_nowhere_in_the_file():
    """Else the test above would not show that they are worked out."""
    plan = "一、任务\n（一）甲\n1.乙\n2.丙\n（二）丁\n1.戊\n"
    content = generated(plan)
    stored = WordFile(io.BytesIO(content)).paragraphs
    assert [each.text for each in stored] == ["任务", "甲", "乙", "丙", "丁", "戊"]
    assert read(content).text == plan
    assert read_file(content, "要点.docx").text == plan


def test_a_classified_word_file_is_refused_by_its_running_head():
    word = blank()
    word.add_paragraph("一、甲")
    word.sections[0].header.paragraphs[0].text = "机密★1年"
    with pytest.raises(ClassifiedDocument):
        read_file(saved(word), "要点.docx")
