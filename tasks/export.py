"""The ledger as a file: every task asked for, row by row, in memory that does not grow with their number."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import IO

import xlsxwriter
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from config.errors import InputInvalid
from config.plain import plain
from tasks.columns import COLUMNS, Columns, Value, values_of
from tasks.models import Report, Task
from tasks.workbook import AS_TEXT, MOST_SHEETS, Formats, free_name, lay_out, write_cell

FORMATS = ("xlsx", "csv")
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
# More rows than these no office opens in Excel, and the request would take minutes.
MOST_ROWS = 100_000
CHUNK, PART = 500, 100  # rows fetched, and sent, at a time
# What Excel would take for a formula in a file of plain text, also behind the mark that prevents it.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


class ExportTooLarge(InputInvalid):
    """More than a workbook is good for; the message says the way out."""

    code = "export_too_large"


def download(
    tasks: QuerySet[Task],
    ordering: str,
    *,
    kind: str,
    grouped: bool,
    today: date,
    columns: Columns = COLUMNS,
) -> HttpResponse:
    """The tasks (rows of `for_display`) as an attachment, in the office's language. Raises ExportTooLarge."""
    rows = in_order(tasks, ordering, grouped)
    name = f"台账-{today}.{kind}"
    if kind == "csv":
        response = StreamingHttpResponse(csv_parts(rows.iterator(CHUNK), columns), content_type=TYPES[kind])
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
    check_size(tasks, grouped)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_book(file, rows.iterator(CHUNK), grouped, today, columns)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[kind])


def in_order(tasks: QuerySet[Task], ordering: str, grouped: bool) -> QuerySet[Task]:
    """As the list has them; ties by id in the same direction."""
    ties = "-pk" if ordering.startswith("-") else "pk"
    units = ["lead__code"] if grouped else []
    return with_last_report(tasks).order_by(*units, ordering, ties)


def with_last_report(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Adds what was said last of each."""
    said = {
        "done": "done",
        "problems": "problems",
        "next_steps": "next_steps",
        "on": TruncDate("reported_at"),
    }
    last = Report.objects.filter(task=OuterRef("pk")).order_by("-reported_at", "-id")
    return tasks.annotate(last_report=Subquery(last.values(json=JSONObject(**said))[:1]))


def check_size(tasks: QuerySet[Task], grouped: bool) -> None:
    if tasks.order_by()[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise ExportTooLarge(
            _("任务超过{most}项，请加筛选条件分次导出，或导出为CSV（format=csv）。").format(most=MOST_ROWS)
        )
    if grouped and tasks.order_by().values("lead").distinct().count() > MOST_SHEETS:
        raise ExportTooLarge(
            _("牵头单位超过{most}个，请加筛选条件分次导出，或不分单位导出（去掉group）。").format(
                most=MOST_SHEETS
            )
        )


def csv_parts(tasks: Iterable[Task], columns: Columns = COLUMNS) -> Iterator[str]:
    """Some rows at a time, after the mark by which Excel knows UTF-8."""
    echo = csv.writer(Echo(), lineterminator="\r\n")
    yield "\ufeff" + echo.writerow([column.heading for column in columns])
    rows = iter(tasks)
    while some := "".join(
        echo.writerow(map(in_csv, values_of(task, columns))) for task in islice(rows, PART)
    ):
        yield some


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def in_csv(value: Value) -> str:
    return inert(plain(value)) if isinstance(value, str) else "" if value is None else str(value)


def inert(text: str) -> str:
    """With a mark before what Excel would compute; an import takes it away again."""
    return f"'{text}" if FORMULA.match(text) else text


def write_book(
    file: IO[bytes], tasks: Iterable[Task], grouped: bool, today: date, columns: Columns = COLUMNS
) -> None:
    """One sheet, or one for each lead department; rows go to disk as they come."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, **AS_TEXT}) as book:
        book.set_properties({"title": f"台账 {today}"})
        names: set[str] = set()
        formats = Formats(book)
        for lead, own in groupby(tasks, lambda task: task.lead.name if grouped else "台账"):
            fill(book.add_worksheet(free_name(lead, names)), lead, own, formats, today, columns)
        if not names:
            fill(book.add_worksheet("台账"), "台账", (), formats, today, columns)


def fill(
    sheet: Worksheet, title: str, tasks: Iterable[Task], formats: Formats, today: date, columns: Columns
) -> None:
    lay_out(sheet, title, today)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(0, at, column.heading, formats.heading)
    last = 0
    for last, task in enumerate(tasks, 1):
        for at, value in enumerate(values_of(task, columns)):
            write_cell(sheet, last, at, value, formats)
    sheet.autofilter(0, 0, last, len(columns) - 1)
