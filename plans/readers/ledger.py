"""Rows of a sheet or table as an office fills them: title above, header, tasks, notes below."""

import re
from collections.abc import Sequence

from plans.readers.assembly import Assembly, Merged

Cell = str | Merged
# Above the header stand at most the title, the issuer with the date, and a blank line or two.
HEADER_WITHIN = 10
_LONGEST_TITLE = 16
# How a column's title ends; what it begins with says of what (重点任务, 市级责任单位).
_COLUMN = re.compile(
    r".{0,10}(?:序号|编号|项次|任务|事项|项目|工作|举措|目标|指标|内容|措施|要求|单位|部门|处室|科室|主体|领导|责任人?|负责人|联系人"
    r"|牵头|配合|主办|协办|时限|时间|期限|节点|进度|进展|情况|备注|类别|领域|分类|名称|分工|分值|标准|频次|来源|方式|地点|电话|金额|投资)"
    r"(?:[（(].{0,10}[)）])?"
)
_NUMBER_COLUMN = re.compile(r"序号|编号|项次|No\.?", re.I)
_TASK_COLUMN = re.compile("任务|事项|项目|工作|举措|目标|指标|内容|措施|要求")
# No column's title: a row's number, a quantity or a date.
_FILLED_IN = re.compile(r"[\d０-９]|[（(]?[一二三四五六七八九十]+[、）)]?$|.*[。；;，]")
_NOTE = re.compile(
    r"\s*[（(]?(?:备?注|说明|填表|填报|制表|审核|审批|报送|联系|单位负责人|负责人|分管领导|主要领导)[^：:]{0,12}[：:]|\s*[※*＊]"
)


def lay_out(assembly: Assembly, rows: Sequence[Sequence[Cell]]) -> None:
    """Titles and notes as paragraphs, what has columns as a table; blank rows and columns dropped."""
    kept = _compact(rows)
    starts = _headers(kept) or [_first_wide(kept)]
    for row in range(starts[0]):
        _paragraphs(assembly, kept, row)
    for start, after in zip(starts, [*starts[1:], len(kept)], strict=True):
        end = _notes(kept, start, after, before_header=after < len(kept))
        assembly.table(_part(kept, start, end))
        for row in range(end, after):
            _paragraphs(assembly, kept, row)


def is_header(titles: Sequence[str]) -> bool:
    """Whether a row names columns of tasks: short words that columns are named by, nothing filled in."""
    titles = [re.sub(r"\s", "", title) for title in titles]
    titles = [title for title in titles if title]
    if len(titles) < 2 or any(len(title) > _LONGEST_TITLE or _FILLED_IN.match(title) for title in titles):
        return False
    known = [title for title in titles if _COLUMN.fullmatch(title) or _NUMBER_COLUMN.fullmatch(title)]
    return len(known) > 1 and len(known) * 2 > len(titles) and any(map(_TASK_COLUMN.search, known))


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    return any(is_header(_own(row)) for row in rows[:HEADER_WITHIN])


def _headers(rows: list[list[Cell]]) -> list[int]:
    """Where tables begin. A sheet may hold several, and one printed on pages repeats its header."""
    heads = [at for at, row in enumerate(rows[:HEADER_WITHIN]) if is_header(_own(row))][:1]
    if not heads:
        return []
    first = _own(rows[heads[0]])
    for at in range(heads[0] + 1, len(rows)):
        titles = _own(rows[at])
        again = titles == first or (
            titles and _NUMBER_COLUMN.fullmatch(titles[0].strip()) and is_header(titles)
        )
        if again:
            heads.append(at)
    return heads


def _own(row: Sequence[Cell]) -> list[str]:
    """A row's texts, without those of cells merged into it."""
    return [cell for cell in row if isinstance(cell, str)]


def _first_wide(rows: list[list[Cell]]) -> int:
    """Where rows begin to have columns."""
    return next((at for at, row in enumerate(rows) if len(_filled(row)) > 1), len(rows))


def _notes(rows: list[list[Cell]], start: int, after: int, *, before_header: bool) -> int:
    """Where a table ends: below it stand notes, and before the next header that table's title."""
    end = after
    while end > start + 1:
        filled = _filled(rows[end - 1])
        alone = len(filled) == 1
        if not filled or not (_NOTE.match(filled[0]) or (before_header and alone)):
            break
        end -= 1
    return end


def _filled(row: list[Cell]) -> list[str]:
    return [cell for cell in _own(row) if cell.strip()]


def _paragraphs(assembly: Assembly, rows: list[list[Cell]], row: int) -> None:
    """A row that is no table's: its cells stand side by side."""
    assembly.paragraph("  ".join(_filled(rows[row])))


def _part(rows: list[list[Cell]], start: int, end: int) -> list[list[Cell]]:
    """Some rows as a table of their own."""

    def moved(cell: Cell) -> Cell:
        if isinstance(cell, str):
            return cell
        return Merged(cell.row - start, cell.column) if cell.row >= start else ""

    return [[moved(cell) for cell in row] for row in rows[start:end]]


def _compact(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows and columns in which something is written, each row as long as the longest."""

    def text(cell: Cell) -> str:
        origin = rows[cell.row][cell.column] if isinstance(cell, Merged) else cell
        return origin if isinstance(origin, str) else ""

    filled = [[column for column, cell in enumerate(row) if text(cell).strip()] for row in rows]
    row_at = {row: at for at, row in enumerate(row for row, columns in enumerate(filled) if columns)}
    written = sorted({column for columns in filled for column in columns})
    column_at = {column: at for at, column in enumerate(written)}

    def moved(cell: Cell) -> Cell:
        if isinstance(cell, str) or not text(cell).strip():
            return cell if isinstance(cell, str) else ""
        return Merged(row_at[cell.row], column_at[cell.column])

    return [
        [moved(rows[row][column]) if column < len(rows[row]) else "" for column in written] for row in row_at
    ]
