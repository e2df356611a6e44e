"""Whole plans saved by Word: read as their text is, whether their numbers are typed or generated."""

import re

import pytest
from docx.document import Document as WordDocument

from plans.parser import Table
from plans.readers import ClassifiedDocument
from plans.readers import read as read_file
from plans.readers.word import read
from tests.plans.readers.same import items
from tests.plans.readers.word_files import blank, insert, level, listed, part, saved
from tests.plans.reading import OWN
from tests.plans.reading import document as text_document

PLANS = sorted(OWN.glob("*.txt"))
NUMERALS = "一二三四五六七八九十"
# How the plans print their labels, and the same as Word's levels.
FORMS = {
    re.compile(rf"([{NUMERALS}]+)、"): level(0, "%1、", "chineseCountingThousand", suffix="nothing"),
    re.compile(rf"（([{NUMERALS}]+)）"): level(0, "（%1）", "chineseCountingThousand", suffix="nothing"),
    re.compile(r"(\d+)\."): level(0, "%1."),
    re.compile(r"（(\d+)）"): level(0, "（%1）", suffix="space"),
}


def typed(text: str) -> bytes:
    """The plan with its numbers as text, its tables drawn."""
    word, plain = blank(), text_document(text)
    for block in plain.blocks:
        if isinstance(block, Table):
            rows = [[plain.slice(cell) for cell in row.cells] for row in block.rows if row.cells]
            drawn = word.add_table(len(rows), max(map(len, rows)))
            for place, row in enumerate(rows):
                for column, words in enumerate(row):
                    drawn.cell(place, column).text = words
        else:
            word.add_paragraph(plain.slice(block))
    return saved(word)


def generated(text: str) -> bytes:
    """The plan with its numbers generated: a list goes on, or restarts, as its numbers do."""
    word, numbers, last = blank(), Numbers(), {}
    for line in text.split("\n"):
        for form, pattern in enumerate(FORMS):
            label = pattern.match(line)
            if label:
                value = number(label.group(1))
                if value != last.get(form, 0) + 1:
                    numbers.restart(form, value)
                last[form] = value
                insert(word, listed(line[label.end() :], numbers.lists[form]))
                break
        else:
            word.add_paragraph(line)
    numbers.write(word)
    return saved(word)


class Numbers:
    """The part that defines a document's lists: one definition for each form, a list for each restart."""

    def __init__(self) -> None:
        self.lists = {form: form + 1 for form in range(len(FORMS))}
        self.overrides = {list_id: "" for list_id in self.lists.values()}
        self.form_of = {list_id: form for form, list_id in self.lists.items()}

    def restart(self, form: int, value: int) -> None:
        list_id = len(self.overrides) + 1
        start = f'<w:startOverride w:val="{value}"/>'
        self.overrides[list_id] = f'<w:lvlOverride w:ilvl="0">{start}</w:lvlOverride>'
        self.lists[form], self.form_of[list_id] = list_id, form

    def write(self, word: WordDocument) -> None:
        designs = "".join(
            f'<w:abstractNum w:abstractNumId="{form}">{design}</w:abstractNum>'
            for form, design in enumerate(FORMS.values())
        )
        lists = "".join(
            f'<w:num w:numId="{list_id}"><w:abstractNumId w:val="{self.form_of[list_id]}"/>{override}</w:num>'
            for list_id, override in self.overrides.items()
        )
        word.part.numbering_part._element = part("numbering", designs + lists)


def number(printed: str) -> int:
    if printed.isdecimal():
        return int(printed)
    tens, _, ones = printed.rpartition("十")
    counted = 10 * (NUMERALS.index(tens) + 1 if tens else 1) if "十" in printed else 0
    return counted + (NUMERALS.index(ones) + 1 if ones else 0)


@pytest.mark.parametrize("save", [typed, generated])
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_a_plan_gives_the_same_items_as_its_text(plan, save):
    text = plan.read_text(encoding="utf-8")
    found = items(read(save(text)))
    assert found
    assert found == items(text_document(text))


def test_generated_numbers_stand_nowhere_in_the_file():
    """Else the test above would not show that they are worked out."""
    stored = "一、任务\n（一）甲\n1.乙\n2.丙\n（二）丁\n1.戊\n"
    assert read(generated(stored)).text == "一、任务\n（一）甲\n1. 乙\n2. 丙\n（二）丁\n1. 戊\n"
    words = read_file(generated(stored), "要点.docx").text
    assert words == read(generated(stored)).text


def test_a_classified_word_file_is_refused_by_its_running_head():
    word = blank()
    word.add_paragraph("一、甲")
    word.sections[0].header.paragraphs[0].text = "机密★1年"
    with pytest.raises(ClassifiedDocument):
        read_file(saved(word), "要点.docx")
