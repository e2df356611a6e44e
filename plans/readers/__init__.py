"""Files to documents: the only place that knows file formats."""

from dataclasses import replace

from plans.parser.document import Document
from plans.readers import confined, secrecy, text
from plans.readers.formats import COMMAS, READERS, SHEET, TEXT, recognise
from plans.readers.grid import Grid
from plans.readers.refusal import PlanNotReadable
from plans.readers.secrecy import ClassifiedDocument

__all__ = ["READERS", "ClassifiedDocument", "Document", "Grid", "PlanNotReadable", "read", "read_rows"]


# A mark of secrecy stands above the list.
HEAD_ROWS = 12
LISTS = (SHEET, COMMAS)


def read_rows(content: bytes, name: str) -> list[Grid]:
    """The sheets of a list with columns; raises PlanNotReadable or ClassifiedDocument."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的文件。")
    if recognise(content, name) not in LISTS:
        raise PlanNotReadable("请上传Excel工作簿（.xlsx）或CSV文件。")
    grids = confined.read_grids(content, f"{__name__}.rows")
    for grid in grids:
        head = "\n".join(cell for _, cells in grid.rows[:HEAD_ROWS] for cell in cells if cell)
        secrecy.check(Document(head, ()))
    return grids


def read(content: bytes, name: str) -> Document:
    """The document in a file; raises PlanNotReadable or ClassifiedDocument, each saying what to do."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的计划文件。")
    reader = recognise(content, name)
    document = text.read(content) if reader == TEXT else confined.read(content, f"{__name__}.{reader}")
    if not document.text.strip():
        raise PlanNotReadable("文件中没有文字，请上传有内容的计划文件。")
    return replace(document, warnings=document.warnings + secrecy.check(document))
