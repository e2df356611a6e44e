"""Whatever is handed in: a plan, or one sentence that says what to do; through the doors that people use."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import DomainError
from plans.parser import parse
from plans.readers import ClassifiedDocument, encodings, read
from tests.plans.readers import pdf_pages
from tests.plans.readers.hostile_files import (
    LEDGERS,
    LINES,
    OURS,
    PAGES,
    PRINTED,
    SIGNS,
    TEXTS,
    WORD,
    bomb,
    docx,
    html,
    mutated,
    txt,
    xlsx,
)
from tests.plans.readers.word_files import file, paragraph

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = {
    f"{kind}: {what}": (f"要点.{kind}", make)
    for kind, files in {"docx": WORD, "pdf": PRINTED, "xlsx": LEDGERS, "html": PAGES, "txt": TEXTS}.items()
    for what, make in files.items()
}


def outcome(content: bytes, name: str) -> str:
    """How it ends: in items that lie within the text, or in a sentence for the uploader."""
    try:
        plan = parse(read(content, name))
    except DomainError as refusal:
        assert refusal.message.endswith("。")
        assert refusal.status == 400
        return "refused"
    length = len(plan.text)
    assert all(0 <= item.start <= item.end <= length for item in plan.items)
    stored = json.dumps(plan.as_json(), ensure_ascii=False).encode()
    assert b"\x00" not in stored
    assert rb"\u0000" not in stored
    return "read"


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_read_or_refused(what):
    name, make = HOSTILE[what]
    outcome(make(), name)


@pytest.mark.parametrize("sign", SIGNS)
def test_nothing_but_one_sign_is_read(sign):
    outcome(sign.encode() * 20_000, "要点.txt")


@pytest.mark.parametrize("kind", OURS)
def test_a_file_of_ours_is_read(kind):
    assert len(parse(read(OURS[kind](), f"要点.{kind}")).items) >= 2


@pytest.mark.parametrize("kind", OURS)
def test_a_file_cut_anywhere_is_read_or_refused(kind):
    content = OURS[kind]()
    for cut in (30, len(content) // 2, len(content) - 2):
        outcome(content[:cut], f"要点.{kind}")


@pytest.mark.parametrize("kind", OURS)
def test_a_file_with_bytes_changed_is_read_or_refused(kind):
    content, chance = OURS[kind](), random.Random(kind)
    for _ in range(3):
        outcome(mutated(content, chance), f"要点.{kind}")


@pytest.mark.parametrize("content", [b"", b"\0", b"a", b" \n", b"\xff", b"\xff\xfe", b"PK\x03\x04", b"%PDF-"])
def test_a_file_of_next_to_nothing_is_read_or_refused(content):
    for name in ("要点.txt", "要点.docx", "要点.pdf", "要点"):
        outcome(content, name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../../etc/passwd",
        "要\0点.txt",
        "甲" * 300,
        "要点.docx.txt",
        ".txt",
        "要点.\udcff",
        "a/b.txt/",
    ],
)
def test_a_name_changes_nothing_but_the_refusal(name):
    assert outcome(b"PK\x05\x06" + bytes(18), name) == "refused"
    outcome(txt(), name)


def test_a_document_in_disguise_is_read_for_what_it_is():
    assert read(docx(), "要点.txt").text == read(docx(), "要点.docx").text
    assert read(html(), "要点.docx").text == read(html(), "要点.html").text


def test_signs_of_no_meaning_are_counted_in_little_memory():
    """A list of them all would take a gigabyte of a file of 20 MB."""
    text = encodings._CONTROL.finditer("\ue000" * 1_000)
    assert encodings._has_over(10, text)
    assert len(list(text)) == 1_000 - 11, "no more are looked for than it takes to know"


MARKED = {
    "docx": lambda: file("".join(map(paragraph, LINES)), header=paragraph("机密★1年")),
    "pdf": lambda: pdf_pages.plan("\n".join(LINES), head="机密★1年"),
    "html": lambda: html(lines=["机密★1年", *LINES]),
    "xlsx": lambda: xlsx("机密★1年"),
    "txt": lambda: b"\xe6\x9c\xba\xe5\xaf\x86\xe2\x98\x851\xe5\xb9\xb4\n" + txt(),
}


@pytest.mark.parametrize("kind", MARKED)
def test_a_mark_of_secrecy_is_seen_in_every_format(kind):
    with pytest.raises(ClassifiedDocument):
        read(MARKED[kind](), f"要点.{kind}")


COMMAND = {
    "read": ("要点.docx", docx, 0),
    "damaged inside": ("要点.docx", lambda: bomb("word/document.xml", 1, 100), 2),
    "too large inside": ("要点.docx", WORD["a bomb"], 2),
    "too many labels": ("要点.txt", lambda: "一、甲\n".encode() * 30_000, 2),
}


@pytest.mark.parametrize("what", COMMAND)
def test_the_command_ends_in_json_or_in_one_line(what, tmp_path):
    """As a program sees it, so with whatever the log writes."""
    name, make, status = COMMAND[what]
    (tmp_path / name).write_bytes(make())
    command = [sys.executable, "manage.py", "parse_plan", str(tmp_path / name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == status
    if status:
        assert (done.stdout, len(done.stderr.splitlines())) == ("", 1)
    else:
        assert (json.loads(done.stdout)["title"], done.stderr) == (LINES[0], "")
