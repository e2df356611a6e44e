"""Task tables: one row per task, whatever is merged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from plans.parser import columns as roles
from plans.parser.columns import Columns, is_own
from plans.parser.document import Document, Row, Span, Table, Warning
from plans.parser.numbering import Form, labels, number_of
from plans.parser.owners import COOPERATING, LEAD, PLAIN

_TOTAL = re.compile(r"^(?:合计|总计|总分|小计|共计)$")
# The title row is among the first: above it at most the table's own title and a merged line.
_HEADER_WITHIN = 3
_TITLE = Form("row_title", 20, "")
_GROUP = Form("row_group", 20, "")
_PLAIN_ROW = Form("row_plain", 39, "")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of a task table by what its cells hold; `is_title`: it only says what the rows below are of."""

    form: Form
    value: int
    number: str
    start: int
    end: int
    heading: Span
    content: tuple[Span, ...] = ()
    owners: tuple[tuple[Span, str], ...] = ()
    deadline: Span | None = None
    is_title: bool = False


@dataclass
class Tables:
    """Reads a document's tables in order; one that goes on behind a page break has no titles of its own."""

    document: Document
    columns: Columns | None = None  # of the task table before
    numbered: tuple[Form, int] | None = None  # of the last row of the table that has a number
    warnings: list[Warning] = field(default_factory=list)

    def rows(self, table: Table) -> list[TaskRow]:
        """The rows of a table of tasks; empty for any other table."""
        rows = [row for row in table.rows if row.cells]
        found = self._header(rows) or self._untitled(table, rows)
        if not found:
            return []
        columns, body = found
        self.columns, self.numbered = columns, None
        columns = roles.grouped(self.document, columns, body)
        return list(self._read(body, columns))

    def _header(self, rows: Sequence[Row]) -> tuple[Columns, Sequence[Row]] | None:
        for at, row in enumerate(rows[:_HEADER_WITHIN]):
            columns = roles.titled([self.document.slice(cell) for cell in row.cells])
            if columns and at + 1 < len(rows):
                both = roles.with_lower_line(self.document, columns, row, rows[at + 1])
                return (both, rows[at + 2 :]) if both else (columns, rows[at + 1 :])
        return None

    def _untitled(self, table: Table, rows: Sequence[Row]) -> tuple[Columns, Sequence[Row]] | None:
        above = self.columns
        if above and rows and all(len(row.cells) == len(above.roles) for row in rows):
            number = above.number
            if number is not None and any(
                is_own(row, number) and number_of(self.document.slice(row.cells[number])) for row in rows
            ):
                return above, rows
        columns = roles.evident(self.document, rows)
        if columns:
            return columns, rows
        wide = len(rows) >= _HEADER_WITHIN and min(len(row.cells) for row in rows) > 1
        if wide and roles.counts_up(self.document, rows):
            message = "表格没有可识别的表头，未按任务清单读取，请核对"
            self.warnings.append(Warning("table_unclear", message, table.start, table.end))
        return None

    def _read(self, rows: Sequence[Row], columns: Columns) -> Iterator[TaskRow]:
        """A row without number and task of its own goes on with the row above it."""
        parts: list[TaskRow] = []
        for row in rows:
            group = self._group(row, columns)
            read = None if self._is_header(row, columns) else self._row(row, columns)
            if read is None:
                continue
            if parts and not _goes_on(row, columns):
                yield self._merged(parts)
                parts = []
            if group:
                yield group
                read = replace(read, start=group.end)
            parts.append(read)
        if parts:
            yield self._merged(parts)

    def _is_header(self, row: Row, columns: Columns) -> bool:
        """Whether a line of the titles comes again, as at the head of a page."""
        known = 0
        for cell, title in zip(row.cells, columns.titles, strict=False):
            word = "".join(self.document.slice(cell).split())
            if word and not (title.startswith(word) or title.endswith(word)):
                return False
            known += bool(word)
        return known > 1

    def _group(self, row: Row, columns: Columns) -> TaskRow | None:
        """The section that begins with the row, where a column groups the rows."""
        if columns.category is None or not is_own(row, columns.category) or not is_own(row, columns.heading):
            return None
        cell = row.cells[columns.category]
        form, value, number, heading = self._titled(cell)
        form = _GROUP if form is _TITLE else form
        return TaskRow(form, value, number, row.start, cell.end, heading, is_title=True)

    def _row(self, row: Row, columns: Columns) -> TaskRow | None:
        filled = [(columns.role(i), i, cell) for i, cell in enumerate(row.cells) if cell.end > cell.start]
        filled = [(role, i, cell) for role, i, cell in filled if cell not in row.cells[:i]]
        own = [(role, i, cell) for role, i, cell in filled if cell.start >= row.start]
        if not own:
            return None
        if len(filled) == 1 and own[0][1] <= columns.heading:
            form, value, number, heading = self._titled(own[0][2])
            total = _TOTAL.match(self.document.slice(heading))
            return None if total else TaskRow(form, value, number, row.start, row.end, heading, is_title=True)
        return self._task(row, columns, filled, own)

    def _task(
        self,
        row: Row,
        columns: Columns,
        filled: list[tuple[str, int, Span]],
        own: list[tuple[str, int, Span]],
    ) -> TaskRow | None:
        heading = next((cell for _, i, cell in own if i == columns.heading), Span(row.start, row.start))
        if _TOTAL.match(self.document.slice(heading)):
            return None
        goes_on = _goes_on(row, columns)
        texts = [(i, cell) for role, i, cell in own if role == "text" and i != columns.category]
        numbers = [cell for role, _, cell in own if role == "number"]
        form, value, number = self._numbered(numbers)
        if columns.number is None and not goes_on:
            form, value, number, heading = self._titled(heading)
            form = _PLAIN_ROW if form is _TITLE else form
        return TaskRow(
            form,
            value,
            number,
            row.start,
            row.end,
            heading,
            tuple(cell for i, cell in texts if goes_on or i != columns.heading),
            tuple((cell, role) for role, _, cell in (own if goes_on else filled) if role in _OWNERS),
            next((cell for role, _, cell in (own if goes_on else filled) if role == "deadline"), None),
        )

    def _merged(self, parts: list[TaskRow]) -> TaskRow:
        if len(parts) == 1:
            return parts[0]
        for part in parts[1:]:
            if parts[0].owners and part.owners or parts[0].deadline and part.deadline:
                message = "合并的任务单元格对应几个责任单位或时限，已合为一条，请核对"
                self.warnings.append(Warning("table_unclear", message, part.start, part.end))
        return replace(
            parts[0],
            end=parts[-1].end,
            content=tuple(cell for part in parts for cell in part.content),
            owners=tuple(owner for part in parts for owner in part.owners),
            deadline=next((part.deadline for part in parts if part.deadline), None),
        )

    def _titled(self, cell: Span) -> tuple[Form, int, str, Span]:
        """A cell may hold its number itself (（一）平台建设)."""
        label = next(labels(self.document, cell), None)
        if label is None or label.where != "line" or label.end == cell.end:
            return _TITLE, 0, "", cell
        return _row_form(label.form), label.value, label.number, Span(label.end, cell.end)

    def _numbered(self, cells: list[Span]) -> tuple[Form, int, str]:
        printed = self.document.slice(cells[0]) if cells else ""
        found = number_of(printed)
        if found is None:  # beside numbered rows one more task, not a part of the one above
            return *(self.numbered or (_PLAIN_ROW, 0)), re.sub(r"\s", "", printed)
        form, value, number = found
        self.numbered = _row_form(form), value
        return *self.numbered, number


def lines(document: Document, table: Table) -> Iterator[Span]:
    """The lines of a table's cells, each where the row prints it itself."""
    for row in table.rows:
        for index, cell in enumerate(row.cells):
            start = cell.start
            while is_own(row, index) and start < cell.end:
                stop = document.text.find("\n", start, cell.end)
                stop = cell.end if stop < 0 else stop
                yield Span(start, stop)
                start = stop + 1


_OWNERS = (LEAD, PLAIN, COOPERATING)


def _goes_on(row: Row, columns: Columns) -> bool:
    """Whether the row has neither a number nor a task of its own, or shares its number with the row above."""
    number = columns.number
    if number is None or number >= len(row.cells):
        return not is_own(row, columns.heading)
    if is_own(row, number):
        return False
    shared = row.cells[number].start < row.start and row.cells[number].end > row.cells[number].start
    return shared or not is_own(row, columns.heading)


@cache
def _row_form(form: Form) -> Form:
    """Rows lie below any label outside the table; among themselves their order is the forms' own."""
    return replace(form, name=f"row_{form.name}", level=form.level + 20, step=False)
