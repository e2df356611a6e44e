"""A document or sheets as JSON and back, between the process that reads a file and the one that asked."""

import json

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.readers.grid import Grid


def dumps(made: Document | list[Grid]) -> bytes:
    if isinstance(made, list):
        return json.dumps([[grid.name, grid.rows, grid.hidden] for grid in made], ensure_ascii=False).encode()
    return _document(made)


def _document(document: Document) -> bytes:
    blocks = [_table(b) if isinstance(b, Table) else [b.start, b.end, b.level] for b in document.blocks]
    warnings = [[w.code, w.message, w.start, w.end] for w in document.warnings]
    made = {"text": document.text, "blocks": blocks, "warnings": warnings, "margins": document.margins}
    return json.dumps(made, ensure_ascii=False).encode()


def loads(sent: bytes) -> Document:
    """What `dumps` wrote. Only JSON: a child that a hostile file took over could send anything."""
    made = json.loads(sent)
    blocks = tuple(
        _loaded(block) if isinstance(block[2], list) else Paragraph(*block) for block in made["blocks"]
    )
    return Document(made["text"], blocks, tuple(Warning(*w) for w in made["warnings"]), made["margins"])


def loads_grids(sent: bytes) -> list[Grid]:
    return [
        Grid(name, tuple((number, tuple(texts)) for number, texts in rows), hidden)
        for name, rows, hidden in json.loads(sent)
    ]


def _table(table: Table) -> list:
    rows = [[row.start, row.end, [[cell.start, cell.end] for cell in row.cells]] for row in table.rows]
    return [table.start, table.end, rows]


def _loaded(table: list) -> Table:
    start, end, rows = table
    return Table(start, end, tuple(Row(a, b, tuple(Span(*cell) for cell in cells)) for a, b, cells in rows))
