"""Tables: which hold data and which only arrange the page, and where each cell lies."""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml import etree

from plans.readers import ledger
from plans.readers.assembly import MOST_CELLS, Merged
from plans.readers.refusal import PlanNotReadable

Element = etree._Element

# No plan's table is wider; browsers allow ten times as much.
_WIDEST = 100
# A cell with more paragraphs than this that holds most of the text is the article itself.
_PARAGRAPHS = 8


def is_data(table: Element) -> bool:
    """Whether rows and columns mean something. Older sites arrange whole pages in tables."""
    if table.get("role") in ("presentation", "none"):
        return False
    if any(ledger.is_header(_heads(row)) for row in islice(_rows(table), ledger.HEADER_WITHIN)):
        return True
    if next(table.iterdescendants("table"), None) is not None:
        return False
    wide = [row for row in _rows(table) if sum(1 for cell in _cells(row) if _has_text(cell)) > 1]
    return len(wide) > 1 and not _is_frame(table)


def rows(table: Element, text: Callable[[Element], str]) -> list[list[str | Merged]]:
    """The cells of a table, those that others extend over as one with them."""
    laid: list[list[str | Merged]] = []
    hanging: dict[int, tuple[Merged, int]] = {}
    count = 0
    for row in _rows(table):
        cells = _cells(row)
        line: list[str | Merged] = []
        while True:
            column = len(line)
            if column in hanging:
                line.append(_from_above(hanging, column))
                continue
            cell = next(cells, None)
            if cell is None and not any(other > column for other in hanging):
                break
            line.append("" if cell is None else text(cell))
            if cell is not None:
                _extend(line, hanging, cell, len(laid))
        laid.append(line)
        count += len(line)
        if count > MOST_CELLS:
            raise PlanNotReadable("网页中的表格超过三十万格，不像是计划文件，请核对后重新上传。")
    caption = next(table.iterchildren("caption"), None)
    return laid if caption is None else [[text(caption)], *_lowered(laid)]


def _extend(
    line: list[str | Merged], hanging: dict[int, tuple[Merged, int]], cell: Element, row: int
) -> None:
    """Note the rows and columns that a cell extends over."""
    column = len(line) - 1
    origin = Merged(row, column)
    below = _span(cell.get("rowspan"))
    for offset in range(min(_span(cell.get("colspan")), _WIDEST)):
        if offset:
            if len(line) in hanging:  # overlapping spans: the page is wrong
                break
            line.append(origin)
        if below > 1:
            hanging[column + offset] = (origin, below - 1)


def _from_above(hanging: dict[int, tuple[Merged, int]], column: int) -> Merged:
    origin, left = hanging.pop(column)
    if left > 1:
        hanging[column] = (origin, left - 1)
    return origin


def _lowered(laid: list[list[str | Merged]]) -> Iterator[list[str | Merged]]:
    """Rows below a caption's."""
    for row in laid:
        yield [Merged(cell.row + 1, cell.column) if isinstance(cell, Merged) else cell for cell in row]


def _span(stated: str | None) -> int:
    found = re.match(r"\s*(\d{1,6})", stated or "")
    return int(found[1]) if found else 1


def _rows(table: Element) -> Iterator[Element]:
    """A table's own rows, not those of tables in it."""
    waiting = list(table)[::-1]
    while waiting:
        element = waiting.pop()
        if element.tag == "tr":
            yield element
        elif element.tag not in ("td", "th", "table"):
            waiting.extend(list(element)[::-1])


def _cells(row: Element) -> Iterator[Element]:
    return row.iterchildren("td", "th")


def _has_text(cell: Element) -> bool:
    return any(text.strip(" \t\r\n\xa0\u3000") for text in cell.itertext())


def _heads(row: Element) -> list[str]:
    """The first words of a row's cells: enough to see a column's title."""
    return ["".join(islice(cell.itertext(), 20))[:40] for cell in islice(_cells(row), _WIDEST)]


def _is_frame(table: Element) -> bool:
    lengths = {cell: sum(map(len, cell.itertext())) for row in _rows(table) for cell in _cells(row)}
    largest = max(lengths, key=lambda cell: lengths[cell])
    paragraphs = sum(1 for _ in islice(largest.iterdescendants("p", "br", "div"), _PARAGRAPHS + 1))
    return paragraphs > _PARAGRAPHS and lengths[largest] * 2 > sum(lengths.values())
