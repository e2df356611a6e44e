"""Plain text: where its paragraphs and tables lie."""

from collections.abc import Iterator

from plans.parser.document import Document, Paragraph, Warning
from plans.readers.assembly import MOST_CHARACTERS, normalise
from plans.readers.encodings import decode
from plans.readers.plain_tables import with_tables
from plans.readers.refusal import PlanNotReadable
from plans.readers.wrapped import joined


def read(content: bytes) -> Document:
    """The text in whichever of the usual encodings it decodes strictly."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的计划文件。")
    text, warnings = decode(content)
    text = joined(normalise(text))
    if len(text) > MOST_CHARACTERS:
        raise PlanNotReadable("文件文字超过一千万字，不像是计划文件，请核对后重新上传。")
    if not text.strip():
        raise PlanNotReadable("文件中没有文字，请上传有内容的计划文件。")
    return lay_out(text, warnings)


def lay_out(text: str, warnings: tuple[Warning, ...] = ()) -> Document:
    """Paragraphs are lines, blank ones left out; some make a table (see plain_tables)."""
    blocks, unclear = with_tables(text, list(_lines(text)))
    return Document(text, tuple(blocks), (*warnings, *unclear))


def _lines(text: str) -> Iterator[Paragraph]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            yield Paragraph(start, end)
        start = end + 1
