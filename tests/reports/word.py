"""Word files for tests: what a reader sees in one, and templates of somebody's own, sound or not."""

import io
import zipfile
from collections.abc import Callable, Iterable

from docx import Document

LOOP = ("{%tr for task in tasks %}", "{{ task.code }} {{ task.title }}", "{%tr endfor %}")
TYPES = "[Content_Types].xml"


def seen(content: bytes) -> str:
    """All that stands in it, headers and tables too."""
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    lines += [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([*lines, *(" | ".join(row) for row in rows(content))])


def rows(content: bytes) -> list[list[str]]:
    """The cells of its tables."""
    tables = Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def a_template(*texts: str, table: Iterable[str] = LOOP, header: str = "") -> bytes:
    """A paragraph for each text, then a table of one column."""
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    lines = list(table)
    if lines:
        made = document.add_table(rows=len(lines), cols=1)
        for row, text in zip(made.rows, lines, strict=True):
            row.cells[0].text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def saved(document: object) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The same zip with each part changed, and more parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in more.items():
            new.writestr(name, part)
    return made.getvalue()


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same file with something else in one of its parts."""
    return repacked(content, lambda name, data: data.replace(old, new, 1) if name == part else data)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}
