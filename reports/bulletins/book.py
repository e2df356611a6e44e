"""A bulletin as a workbook: the figures, the ledger, and a sheet for each unit that leads."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from config.templatetags.pages import asked
from reports.bulletins.contents import Contents, Line
from reports.notices import on_day
from reports.pace import Pace
from tasks.columns import Value
from tasks.workbook import AS_TEXT, MOST_SHEETS, Formats, free_name, lay_out, put_on_paper, write_cell

Cell = Value | float
Column = tuple[str, int]  # heading, width
# What a page holds, so that it can be read, comes first; the rest is for the desk.
PRINTED: tuple[tuple[str, int, Callable[[Line], Cell]], ...] = (
    ("任务编号", 15, lambda line: line.code),
    ("任务", 36, lambda line: line.title),
    ("牵头单位", 14, lambda line: line.lead),
    ("共同牵头单位", 14, lambda line: line.co_leads),
    ("配合单位", 18, lambda line: line.cooperating),
    ("期限", 12, lambda line: line.due_on),
    ("状态", 9, lambda line: line.status),
    ("进度(%)", 9, lambda line: line.progress),
    ("亮灯", 8, lambda line: line.light),
    ("最新进展", 40, lambda line: line.done),
    ("存在问题", 24, lambda line: line.problems),
)
LEDGER = (
    *PRINTED,
    ("下一步打算", 24, lambda line: line.next_steps),
    ("填报日期", 12, lambda line: line.reported_on),
    ("进度评价", 10, lambda line: line.pace),
    ("逾期天数", 10, lambda line: line.days_overdue),
    ("计划", 24, lambda line: line.plan),
    ("条目", 10, lambda line: line.number),
    ("交办日期", 12, lambda line: line.assigned_on),
    ("签收日期", 12, lambda line: line.accepted_on),
    ("办结日期", 12, lambda line: line.completed_on),
)
# Of a headline: its name in the figures, and in the office.
HEADLINE = {
    "tasks": "重点任务（项）",
    "red": "亮红灯（项）",
    "overdue": "逾期（项）",
    "reports": "进展填报（次）",
    "missing_reports": "逾期未填报（次）",
    "reminders": "催办提醒（次）",
}
HAPPENED = {"completed": "本期办结（项）", "turned_red": "本期转红（项）", "returned": "本期退回重办（次）"}


@dataclass
class Book:
    """A workbook under way."""

    contents: Contents
    book: xlsxwriter.Workbook
    tell: Callable[[int], None]

    def __post_init__(self) -> None:
        self.formats = Formats(self.book)
        self.title = self.book.add_format({"bold": True, "font_size": 16})
        self.note = self.book.add_format({"font_size": 10})
        self.names: set[str] = set()
        self.tables = 0

    def sheet(self, name: str) -> Worksheet:
        return self.book.add_worksheet(free_name(name, self.names))

    def table(self, sheet: Worksheet, top: int, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int:
        """A table of Excel's own, from this row on; the row behind it. One without rows is a heading."""
        for at, head in enumerate(heads):
            sheet.write_string(top, at, head, self.formats.heading)
        for n, row in enumerate(rows, top + 1):
            for at, value in enumerate(row):
                write_cell(sheet, n, at, value, self.formats)
        bottom = top + len(rows)
        if rows:
            self.tables += 1
            columns = [{"header": head, "header_format": self.formats.heading} for head in heads]
            options = {"name": f"Table_{self.tables}", "style": "Table Style Light 1", "columns": columns}
            sheet.add_table(top, 0, bottom, len(heads) - 1, options)
        return bottom + 1

    def listed(
        self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], printed: int = 0
    ) -> None:
        """A sheet that is one table. `printed`: how many of its columns go on paper; 0: all."""
        sheet, day = self.sheet(name), self.contents.summary.ends_on
        lay_out(sheet, f"{self.contents.title} {name}", day)
        for at, (_, width) in enumerate(columns):
            sheet.set_column(at, at, width)
        end = self.table(sheet, 0, [head for head, _ in columns], rows)
        sheet.print_area(0, 0, end - 1, (printed or len(columns)) - 1)

    def ledger(self, name: str, lines: Iterable[Line], told: int = 0) -> None:
        rows = []
        for line in lines:
            rows.append([value(line) for _, _, value in LEDGER])
            self.tell(told + len(rows))
        self.listed(name, [(head, width) for head, width, _ in LEDGER], rows, len(PRINTED))


def workbook_of(contents: Contents, tell: Callable[[int], None]) -> bytes:
    """`tell` hears how many tasks have been written, those of the units' sheets too: twice as many."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **AS_TEXT}) as book:
        made_at = timezone.localtime(contents.summary.made_at).replace(tzinfo=None)
        book.set_properties({"title": contents.title, "created": made_at})
        write(Book(contents, book, tell))
    return file.getvalue()


def write(book: Book) -> None:
    contents = book.contents
    by_unit = sorted(contents.lines, key=lambda line: line.lead)
    units = [(lead, list(own)) for lead, own in groupby(by_unit, lambda line: line.lead)]
    divided = len(units) <= MOST_SHEETS
    write_summary(book, divided)
    book.ledger("台账", contents.lines)
    if goals := contents.figures["goals"]["goals"]:
        columns = (("目标", 40), ("指标", 30), ("要求", 16), ("完成值", 12), ("单位", 10), ("数据日期", 12))
        book.listed("目标", (*columns, ("是否达到", 10)), [row for goal in goals for row in goal_rows(goal)])
    if problems := contents.problems:
        columns = (("任务编号", 16), ("任务", 40), ("填报单位", 16), ("填报日期", 12), ("问题", 60))
        book.listed("问题", columns, [problem_row(problem) for problem in problems])
    done = len(contents.lines)
    for lead, lines in units if divided else ():
        book.ledger(lead, lines, told=done)
        done += len(lines)


def write_summary(book: Book, divided: bool) -> None:
    contents, sheet = book.contents, book.sheet("汇总")
    figures, summary = contents.figures, contents.summary
    put_on_paper(sheet, contents.title, summary.ends_on)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 8, 12)
    sheet.write_string(0, 0, contents.title, book.title)
    released = f"{on_day(contents.dated)}发布" if summary.released_at else "未发布的草稿"
    span = f"{on_day(summary.starts_on)}至{on_day(summary.ends_on)}"
    sheet.write_string(1, 0, f"{span}，{contents.sender}，{released}", book.note)
    notes = [contents.seal_note, contents.seal.hash if contents.seal else ""]
    if not divided:
        notes.append(f"牵头单位超过{MOST_SHEETS}个，不再分单位列表，请在“台账”中按牵头单位筛选。")
    for n, note in enumerate(notes := list(filter(None, notes)), 2):
        sheet.write_string(n, 0, note, book.note)
    end = book.table(sheet, len(notes) + 3, ("指标", "本期", "上期", "增减"), compared(figures))
    shares = [(pace["name"], pace["count"], pace["percent"]) for pace in figures["pace"]]
    end = book.table(sheet, end + 1, ("进度评价", "任务（项）", "占比(%)"), shares)
    heads = ("牵头单位", "任务（项）", *Pace, "亮红灯", "逾期")
    end = book.table(sheet, end + 1, heads, [unit_row(unit) for unit in figures["departments"]])
    sheet.print_area(0, 0, end - 1, 8)


def compared(figures: dict[str, Any]) -> list[list[Cell]]:
    """The figures beside those of the period before, where there was one."""
    now, then = figures["headline"], figures["before"] or {}
    change = then.get("change", {})
    rows: list[list[Cell]] = []
    for name, label in HEADLINE.items():
        rows.append([label, now[name], then.get(name), change.get(name)])
        if name == "tasks":
            paces = then.get("pace", {}), change.get("pace", {})
            rows += [[f"　{p}（项）", now["pace"][p], *(of.get(p) for of in paces)] for p in Pace]
    rows += [[label, figures[name]["count"], None, None] for name, label in HAPPENED.items()]
    goals, targets = figures["goals"], figures["targets"]
    return [
        *rows,
        ["按期办结率(%)", figures["on_time_percent"], None, None],
        ["主要目标（项）", goals["planned"], None, None],
        ["　已达成（项）", goals["reached"], None, None],
        ["任务量化指标（项）", targets["planned"]["count"], None, None],
        ["　已达到（项）", targets["reached"]["count"], None, None],
    ]


def unit_row(unit: dict[str, Any]) -> list[Cell]:
    return [unit["name"], unit["tasks"], *(unit["pace"][pace] for pace in Pace), unit["red"], unit["overdue"]]


def goal_rows(goal: dict[str, Any]) -> list[list[Cell]]:
    """One for each of its quantities."""
    if not goal["targets"]:
        return [[goal["heading"], "", "", None, "", None, "否"]]
    return [
        [
            goal["heading"],
            target["name"],
            asked(target),
            target["actual"],
            target["unit"],
            target["measured_on"] and datetime.fromisoformat(target["measured_on"]).date(),
            "是" if target["reached"] else "否",
        ]
        for target in goal["targets"]
    ]


def problem_row(problem: dict[str, Any]) -> list[Cell]:
    at = timezone.localdate(datetime.fromisoformat(problem["at"]))
    return [problem["task"]["code"], problem["title"], problem["department"], at, problem["text"]]
