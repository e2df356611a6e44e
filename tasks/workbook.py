"""What our workbooks have in common: how cells look, sheets that print, text that stays text."""

import re
from datetime import date

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from config.plain import plain
from tasks.columns import Value

# Each sheet is a file of its own while the workbook is made.
MOST_SHEETS = 200
# Excel's own limits: a cell's characters, a sheet's name.
LONGEST_CELL, LONGEST_NAME = 32_767, 31
CUT = "……（内容过长，以下从略）"
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Formats:
    """How cells look; text wraps, days are days."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        cell = {"valign": "top", "border": 1, "font_size": 10}
        self.heading = book.add_format(
            {
                **cell,
                "bold": True,
                "bg_color": "#E7EEF6",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        self.text = book.add_format({**cell, "text_wrap": True})
        self.number = book.add_format({**cell, "num_format": "0", "align": "center"})
        self.decimal = book.add_format({**cell, "num_format": "0.0", "align": "center"})
        self.day = book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "center"})


def lay_out(sheet: Worksheet, title: str, day: date) -> None:
    """For the screen: heading and task stay in sight. For paper: the heading on each page."""
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
    put_on_paper(sheet, title, day)


def put_on_paper(sheet: Worksheet, title: str, day: date) -> None:
    """A4 across, as wide as the page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&L{title.replace('&', '&&')[:100]}&R{day}")
    sheet.set_footer("&C第 &P 页，共 &N 页")


def write_cell(sheet: Worksheet, row: int, at: int, value: Value | float, formats: Formats) -> None:
    """Text is written as text, whatever it begins with: nothing that somebody typed is computed."""
    if isinstance(value, int):
        sheet.write_number(row, at, value, formats.number)
    elif isinstance(value, float):
        sheet.write_number(row, at, value, formats.decimal)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, formats.day)
    elif value:
        sheet.write_string(row, at, cut(plain(value), LONGEST_CELL, CUT), formats.text)
    else:
        sheet.write_blank(row, at, None, formats.text)


def cut(text: str, most: int, end: str = "") -> str:
    """At most so many of UTF-16's units, which is what Excel counts."""
    units = text.encode("utf-16-le") if len(text) * 2 > most else b""
    if len(units) <= most * 2:
        return text
    return units[: (most - len(end)) * 2].decode("utf-16-le", errors="ignore") + end


def free_name(unit: str, taken: set[str]) -> str:
    """A legal name for a sheet that no other bears; Excel does not tell capitals from small letters."""
    legal = NOT_IN_NAMES.sub(" ", plain(unit)).strip(" '") or "台账"
    legal = f"{legal}_" if legal.lower() == "history" else legal  # Excel keeps that name for itself
    name, number = cut(legal, LONGEST_NAME), 1
    while name.lower() in taken:
        number += 1
        end = f"（{number}）"
        name = cut(legal, LONGEST_NAME - len(end)) + end
    taken.add(name.lower())
    return name
