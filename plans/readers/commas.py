"""Tables as plain text with commas or tabs between the cells (.csv), as systems export them."""

import csv
import io

from plans.parser.document import Document, Warning
from plans.readers import ledger
from plans.readers.assembly import MOST_CELLS, Assembly
from plans.readers.encodings import decode
from plans.readers.refusal import PlanNotReadable

_SAMPLE = 20


def read(content: bytes) -> Document:
    rows, doubts = rows_of(content)
    assembly = Assembly()
    assembly.warnings.extend(doubts)
    ledger.lay_out(assembly, rows)
    return assembly.document()


def rows_of(content: bytes) -> tuple[list[list[str]], tuple[Warning, ...]]:
    """The cells, and what is doubtful about their encoding."""
    text, doubts = decode(content)
    rows: list[list[str]] = []
    count = 0
    # What the first lines have most of stands between the cells.
    between = max(",\t;，", key=lambda mark: sum(line.count(mark) for line in text.splitlines()[:_SAMPLE]))
    csv.field_size_limit(len(text) + 1)
    for row in csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=between):
        count += len(row)
        if count > MOST_CELLS:
            raise PlanNotReadable("文件中的表格超过三十万格，不像是计划文件，请核对后重新上传。")
        rows.append(row)
    return rows, doubts
