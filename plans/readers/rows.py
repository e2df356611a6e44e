"""The rows of a workbook or of text with commas: for a list with columns, which is no plan."""

from collections.abc import Iterator

from plans.readers import commas
from plans.readers.grid import Grid
from plans.readers.refusal import PlanNotReadable
from plans.readers.sheet.cells import read_rows
from plans.readers.sheet.package import Package
from plans.readers.sheet.styles import Styles


def read(content: bytes) -> list[Grid]:
    """Every visible sheet that something is written on. Raises PlanNotReadable."""
    found = list(_sheets(content) if content.startswith(b"PK") else _commas(content))
    if not any(grid.rows for grid in found):
        raise PlanNotReadable("文件中没有可见的文字，请确认内容没有隐藏后重新上传。")
    return found


def _sheets(content: bytes) -> Iterator[Grid]:
    with Package(content) as package:
        visible = package.visible_sheets()
        styles, strings = Styles(package, iso_days=True), package.strings()
        for name, part in visible:
            rows, hidden = read_rows(package, part, styles, strings)
            if rows or hidden:
                yield Grid(name, tuple(rows), hidden)


def _commas(content: bytes) -> Iterator[Grid]:
    rows, _ = commas.rows_of(content)
    yield Grid("", tuple((at, tuple(row)) for at, row in enumerate(rows, 1) if any(map(str.strip, row))))
