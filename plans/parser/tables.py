"""Task tables: which column holds what, and one row per task."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from plans.parser.document import Document, Row, Span, Table
from plans.parser.numbering import Form, labels, number_of
from plans.parser.owners import COOPERATING, LEAD, PLAIN

# What a column's title says it holds; the first pattern that fits decides.
_COLUMNS = (
    ("number", re.compile(r"^(?:序号|编号|项次|No\.?)$", re.IGNORECASE)),
    (
        "other",
        re.compile(
            "分值|得分|评分|分数|考核(?:单位|部门)|备注|责任人|负责人|联系人|领导|电话|进展|完成情况|落实情况"
        ),
    ),
    (COOPERATING, re.compile("配合|协办|参与|协同")),
    (LEAD, re.compile("牵头|主办")),
    (PLAIN, re.compile("(?:责任|负责|承办|实施|落实|完成)(?:单位|部门|处室|科室|主体)|责任分工|^责任$")),
    ("deadline", re.compile("时限|时间|期限|节点")),
    ("text", re.compile("")),
)
_TASK = re.compile("任务|事项|项目|工作|举措|目标|指标|内容|措施|要求")
_TOTAL = re.compile(r"^(?:合计|总计|总分|小计|共计)$")
# The title row is among the first: above it at most the table's own title and a merged line.
_HEADER_WITHIN = 3
_TITLE = Form("row_title", 20, "")
_PLAIN_ROW = Form("row_plain", 39, "")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of a task table by what its cells hold."""

    form: Form
    value: int
    number: str
    start: int
    end: int
    heading: Span
    content: tuple[Span, ...] = ()
    owners: tuple[tuple[Span, str], ...] = ()
    deadline: Span | None = None


@dataclass
class _Columns:
    roles: list[str]
    heading: int
    cells: dict[str, list[int]] = field(default_factory=dict)


def task_rows(document: Document, table: Table) -> list[TaskRow]:
    """The rows of a table of tasks; empty for any other table."""
    for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
        columns = _columns([document.slice(cell) for cell in row.cells])
        if columns:
            return list(_read(document, table.rows[at + 1 :], columns))
    return []


def _columns(titles: list[str]) -> _Columns | None:
    titles = [re.sub(r"\s", "", title) for title in titles]
    roles = [
        next(role for role, words in _COLUMNS if words.search(title)) if title else "other"
        for title in titles
    ]
    texts = [i for i, role in enumerate(roles) if role == "text" and _TASK.search(titles[i])]
    numbered = "number" in roles
    answered = any(role in (LEAD, PLAIN, COOPERATING, "deadline") for role in roles)
    if not texts or any(len(title) > 16 for title in titles) or not (numbered or answered):
        return None
    return _Columns(roles, texts[0])


def _read(document: Document, rows: tuple[Row, ...], columns: _Columns) -> Iterator[TaskRow]:
    """A row without number and task goes on with the row above it (merged cells)."""
    parts: list[TaskRow] = []
    for row in rows:
        read = _row(document, row, columns)
        if read is None:
            continue
        if parts and (read.number or read.heading.end > read.heading.start):
            yield _merged(parts)
            parts = []
        parts.append(read)
    if parts:
        yield _merged(parts)


def _merged(parts: list[TaskRow]) -> TaskRow:
    return replace(
        parts[0],
        end=parts[-1].end,
        content=tuple(cell for part in parts for cell in part.content),
        owners=tuple(owner for part in parts for owner in part.owners),
        deadline=next((part.deadline for part in parts if part.deadline), None),
    )


def _row(document: Document, row: Row, columns: _Columns) -> TaskRow | None:
    filled = [
        (columns.roles[i] if i < len(columns.roles) else "other", i, cell) for i, cell in enumerate(row.cells)
    ]
    filled = [(role, i, cell) for role, i, cell in filled if cell.end > cell.start]
    if not filled:
        return None
    heading = next((cell for _, i, cell in filled if i == columns.heading), Span(row.start, row.start))
    numbers = [document.slice(cell) for role, _, cell in filled if role == "number"]
    title_only = len(filled) == 1 and filled[0][1] <= columns.heading
    form, value, number = _numbered(numbers[0] if numbers else "", title_only)
    if title_only:
        form, value, number, heading = _titled(document, filled[0][2])
    if _TOTAL.match(document.slice(heading)):
        return None
    return TaskRow(
        form,
        value,
        number,
        row.start,
        row.end,
        heading,
        tuple(cell for role, i, cell in filled if role == "text" and i != columns.heading),
        tuple((cell, role) for role, _, cell in filled if role in (LEAD, PLAIN, COOPERATING)),
        next((cell for role, _, cell in filled if role == "deadline"), None),
    )


def _titled(document: Document, cell: Span) -> tuple[Form, int, str, Span]:
    """A row that is only a title may hold its number in the same cell (（一）平台建设)."""
    label = next(labels(document, cell), None)
    if label is None or label.where != "line" or label.end == cell.end:
        return _TITLE, 0, "", cell
    return _row_form(label.form), label.value, label.number, Span(label.end, cell.end)


def _row_form(form: Form) -> Form:
    """Rows lie below any label outside the table; among themselves their order is the forms' own."""
    return replace(form, name=f"row_{form.name}", level=form.level + 20, step=False)


def _numbered(printed: str, title_only: bool) -> tuple[Form, int, str]:
    found = number_of(printed)
    if found is None:
        return (_TITLE if title_only else _PLAIN_ROW), 0, re.sub(r"\s", "", printed)
    form, value, number = found
    return _row_form(form), value, number
