"""One sheet's cells as they are seen: hidden rows and columns left out, merged ones as one."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from plans.readers.assembly import MOST_CELLS, Merged
from plans.readers.refusal import PlanNotReadable, noted
from plans.readers.sheet.package import Package, local, text_of, unescaped
from plans.readers.sheet.styles import Styles

# Formatted down to the last row, a sheet has millions of empty cells.
_MOST_ELEMENTS = 1_500_000
_MOST_MERGED = 100_000
_TOO_LARGE = noted(
    "工作表超过三十万格或合并单元格过多，不像是计划文件，请删去多余的空白行列，另存后重新上传。"
)
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_LAST_COLUMN = 16_384

Range = tuple[int, int, int, int]


@dataclass
class Sheet:
    """What is seen of a sheet; `hidden` says what is not, in words."""

    rows: list[list[str | Merged]]
    hidden: str = ""


@dataclass
class _Raw:
    """A sheet as the file has it, only what is written; rows and columns from 1."""

    texts: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def read_sheet(package: Package, part: str, styles: Styles, strings: list[str]) -> Sheet:
    """The cells that are shown and the rows and columns they stand in."""
    raw = _read(package, part, styles, strings)
    hidden = _hidden(raw)
    _show_merged(raw)
    rows = sorted(row for row, texts in raw.texts.items() if texts and row not in raw.hidden_rows)
    columns = sorted({column for row in rows for column in raw.texts[row]} - raw.hidden_columns)
    if len(rows) * len(columns) > MOST_CELLS:
        raise PlanNotReadable(_TOO_LARGE)
    laid: list[list[str | Merged]] = [[raw.texts[row].get(column, "") for column in columns] for row in rows]
    _merge(laid, rows, columns, raw.merged)
    return Sheet(laid, hidden)


def read_rows(
    package: Package, part: str, styles: Styles, strings: list[str]
) -> tuple[list[tuple[int, tuple[str, ...]]], str]:
    """Rows that are shown, each with its number and all its columns; what is hidden, in words.

    Hidden columns are read: a heading says what they are. A cell merged downwards says the same in each row.
    """
    raw = _read(package, part, styles, strings)
    raw.hidden_columns.clear()
    hidden = _hidden(raw)
    _show_merged(raw)
    _fill_down(raw)
    shown = sorted(row for row, texts in raw.texts.items() if texts and row not in raw.hidden_rows)
    last = max((column for row in shown for column in raw.texts[row]), default=0)
    if len(shown) * last > MOST_CELLS:
        raise PlanNotReadable(_TOO_LARGE)
    rows = [(row, tuple(raw.texts[row].get(column, "") for column in range(1, last + 1))) for row in shown]
    return rows, hidden


def _fill_down(raw: _Raw) -> None:
    written = set(raw.texts)
    for top, left, bottom, right in raw.merged:
        text = raw.texts.get(top, {}).get(left, "")
        for row in written.intersection(range(top + 1, bottom + 1)) if text and left == right else ():
            raw.texts[row][left] = text


def _read(package: Package, part: str, styles: Styles, strings: list[str]) -> _Raw:
    raw, row, column, written = _Raw(), 0, 0, 0
    for count, element in enumerate(package.elements(part, "c", "row", "col", "mergeCell")):
        kind = local(element)
        if kind == "c":
            column = _column(element, column)
            text = _text(element, styles, strings) if len(element) else ""
            if text.strip():
                raw.texts[_row(element.getparent(), row)][column] = text
                written += 1
        elif kind == "row":
            row, column = _row(element, row), 0
            if element.get("hidden") in ("1", "true"):
                raw.hidden_rows.add(row)
        elif kind == "col":
            raw.hidden_columns.update(_hidden_columns(element))
        else:
            raw.merged.extend(_range(element.get("ref") or ""))
        if count > _MOST_ELEMENTS or written > MOST_CELLS or len(raw.merged) > _MOST_MERGED:
            raise PlanNotReadable(_TOO_LARGE)
    return raw


def _row(element: etree._Element | None, above: int) -> int:
    """A row's number; one without stands below the last."""
    stated = element.get("r") if element is not None else None
    return int(stated) if stated and stated.isascii() and stated.isdigit() and len(stated) < 8 else above + 1


def _column(element: etree._Element, before: int) -> int:
    found = _REFERENCE.fullmatch(element.get("r") or "")
    return _number(found[1]) if found else before + 1


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _text(element: etree._Element, styles: Styles, strings: list[str]) -> str:
    """What the cell shows; a formula's result is stored beside it, an error is nothing to read."""
    kind = element.get("t") or "n"
    if kind == "inlineStr":
        return text_of(element)
    value = next((child.text or "" for child in element if local(child) == "v"), "")
    if kind == "s":
        at = value.strip()
        return strings[int(at)] if at.isascii() and at.isdigit() and int(at) < len(strings) else ""
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind == "d":
        return value.removesuffix("T00:00:00")
    if kind == "n":
        return styles.shown(value, element.get("s")) if value else ""
    return unescaped(value) if kind == "str" else ""


def _hidden_columns(element: etree._Element) -> range:
    """Columns hidden, or made so narrow that they are."""
    if element.get("hidden") not in ("1", "true") and element.get("width") not in ("0", "0.0"):
        return range(0)
    first, last = (element.get(end) or "" for end in ("min", "max"))
    if not (first.isdigit() and last.isdigit()):
        return range(0)
    return range(int(first[:6]), min(int(last[:6]), _LAST_COLUMN) + 1)


def _range(reference: str) -> list[Range]:
    ends = [_REFERENCE.fullmatch(end) for end in reference.split(":")]
    if len(ends) != 2 or not all(ends):
        return []
    (left, top), (right, bottom) = ((_number(end[1]), int(end[2])) for end in ends if end)
    return [(min(top, bottom), min(left, right), max(top, bottom), max(left, right))]


def _show_merged(raw: _Raw) -> None:
    """A merged cell whose first row or column is hidden shows its text in the first that is not."""
    for top, left, bottom, right in raw.merged:
        if top not in raw.hidden_rows and left not in raw.hidden_columns:
            continue
        text = raw.texts.get(top, {}).get(left)
        row = next(
            (r for r in range(top, min(bottom, top + MOST_CELLS) + 1) if r not in raw.hidden_rows), None
        )
        column = next(
            (c for c in range(left, min(right, _LAST_COLUMN) + 1) if c not in raw.hidden_columns), None
        )
        if text and row is not None and column is not None:
            del raw.texts[top][left]
            raw.texts[row][column] = text


def _merge(laid: list[list[str | Merged]], rows: list[int], columns: list[int], merged: list[Range]) -> None:
    """Put the cells that are one with another in their places."""
    count = 0
    for top, left, bottom, right in merged:
        inside = range(bisect_left(rows, top), bisect_right(rows, bottom))
        across = range(bisect_left(columns, left), bisect_right(columns, right))
        count += len(inside) * len(across)
        if count > MOST_CELLS:
            raise PlanNotReadable(_TOO_LARGE)
        for row in inside:
            for column in across:
                if (row, column) != (inside[0], across[0]) and isinstance(laid[inside[0]][across[0]], str):
                    laid[row][column] = Merged(inside[0], across[0])


def _hidden(raw: _Raw) -> str:
    """How many rows and columns with something in them are not shown."""
    written = {column for texts in raw.texts.values() for column in texts}
    rows = sum(1 for row in raw.hidden_rows if raw.texts.get(row))
    columns = len(written & raw.hidden_columns)
    parts = [f"{rows}行" if rows else "", f"{columns}列" if columns else ""]
    return "、".join(filter(None, parts)) + "被隐藏" if rows or columns else ""
