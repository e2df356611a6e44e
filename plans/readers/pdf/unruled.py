"""Tables without rulings: a row of column titles, and below it text that keeps to the columns."""

import re
from itertools import pairwise

from plans.readers.pdf.cells import joined
from plans.readers.pdf.grids import Grid, Place
from plans.readers.pdf.lines import Line, whole

_TITLE = re.compile(
    r"序号|编号|任务|事项|项目|内容|措施|举措|目标|指标|责任|牵头|配合|单位|部门|领导|时限|时间|进度|备注"
)
_LONGEST_TITLE = 12
_SENTENCE = re.compile(r"[，。；：:]")
_APART = 4.0  # times the size of type: text this far below is no longer the table's
_CLEARLY = 1.15


def laid_out(rows: list[list[Line]]) -> tuple[list[Line | Grid], bool]:
    """Rows of stretches as lines and tables; and whether one that looks like a table could not be read."""
    blocks: list[Line | Grid] = []
    unclear = False
    at = 0
    while at < len(rows):
        end = _end(rows, at) if _is_head(rows[at]) else at
        grid = _grid(rows[at:end]) if end - at > 2 else None
        unclear = unclear or (
            end > at and grid is None and any(len(row) > 1 for row in rows[at + 1 : at + 3])
        )
        blocks.append(grid or whole(rows[at]))
        at = end if grid else at + 1
    return blocks, unclear


def _is_head(row: list[Line]) -> bool:
    short = all(len(part.text) <= _LONGEST_TITLE and not _SENTENCE.search(part.text) for part in row)
    return len(row) > 1 and short and sum(bool(_TITLE.search(part.text)) for part in row) > 1


def _end(rows: list[list[Line]], head: int) -> int:
    """The first row below the head that doesn't keep to its columns."""
    columns = [(part.x0, part.x1) for part in rows[head]]
    for at in range(head + 1, len(rows)):
        if rows[at][0].top - rows[at - 1][0].bottom > _APART * rows[at][0].size:
            return at
        for part in rows[at]:
            column = _column(columns, part)
            if column is None:
                return at
            start, end = columns[column]
            columns[column] = (min(start, part.x0), max(end, part.x1))
    return len(rows)


def _column(columns: list[tuple[float, float]], part: Line) -> int | None:
    """The column that text stands in, or is nearest to; none if it runs over several."""
    met = [index for index, (start, end) in enumerate(columns) if part.x0 < end and start < part.x1]
    if len(met) > 1:
        return None
    return met[0] if met else min(range(len(columns)), key=lambda index: _away(columns[index], part))


def _away(column: tuple[float, float], part: Line) -> float:
    return max(column[0] - part.x1, part.x0 - column[1])


def _grid(rows: list[list[Line]]) -> Grid | None:
    """The rows as a table, if every record has text in two columns at least."""
    columns = [(part.x0, part.x1) for part in rows[0]]
    cells: dict[Place, list[Line]] = {}
    for record, lines in enumerate([rows[:1], *_records(rows[1:], columns)]):
        for part in (part for row in lines for part in row):
            column = _column(columns, part) or 0
            cells.setdefault((record, column), []).append(part)
            columns[column] = (min(columns[column][0], part.x0), max(columns[column][1], part.x1))
    count = max(record for record, _ in cells) + 1
    filled = [sum(record == row for row, _ in cells) for record in range(count)]
    if count < 3 or min(filled) < 2:
        return None
    edges = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]]
    owners = [[(row, column) for column in range(len(columns))] for row in range(count)]
    texts = {(r, c): joined(parts, columns[c][1] - columns[c][0]) for (r, c), parts in cells.items()}
    levels = [rows[0][0].top, *(rows[-1][0].bottom for _ in range(count))]
    return Grid(edges, levels, owners, texts)


def _records(rows: list[list[Line]], columns: list[tuple[float, float]]) -> list[list[list[Line]]]:
    """Rows of text grouped to records: each has one line in the first column, and a gap above it.

    Where no gap is clearly the widest the first column's line is the record's first.
    """
    keys = [at for at, row in enumerate(rows) if any(_column(columns, part) == 0 for part in row)]
    cuts = []
    for above, below in pairwise(keys):
        gaps = {at: rows[at][0].y - rows[at - 1][0].y for at in range(above + 1, below + 1)}
        widest = max(gaps, key=lambda at: gaps[at])
        is_clear = gaps[widest] > _CLEARLY * min(gaps.values())
        cuts.append(widest if is_clear else below)
    return [rows[a:b] for a, b in pairwise([0, *cuts, len(rows)])]
