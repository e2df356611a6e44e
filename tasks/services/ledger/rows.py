"""A ledger as an office keeps it in Excel: which columns it has, and its rows of texts. Pure: no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.readers import Grid
from tasks.columns import COLUMNS

# A ledger of 5,000 tasks is a city's; more at once would keep everybody else waiting.
MOST_ROWS = 5_000
# Above the headings stand at most the title, who keeps it and since when, and a blank line or two.
HEADING_WITHIN = 10
NOTE_HEADINGS = ("说明", "备注", "导入说明", "调整说明")
UNSEEN = ("Cc", "Cs", "Cf")  # control characters, halves of characters, marks without width
_UNIT = re.compile(r"[(（\[【].*?[)）\]】]|\s")
_BLANKS = str.maketrans({"\xa0": " ", "\u3000": " ", "\ufffe": None, "\uffff": None})
_CODE_LIKE = re.compile(r"[!-~]*\d[!-~]*")


@dataclass(frozen=True)
class LedgerRow:
    """A line of the ledger: what is written in the columns that are known, by their names."""

    sheet: str
    number: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def code(self) -> str:
        return self.get("code")


def heading(text: str) -> str:
    """A heading without its unit and blanks: 进度（%） is 进度."""
    return _UNIT.sub("", unicodedata.normalize("NFKC", text))


WORDS = {heading(word): column.name for column in COLUMNS for word in (column.heading, *column.also)}
WORDS |= dict.fromkeys(NOTE_HEADINGS, "note")
OWN_WORDS = {heading(column.heading) for column in COLUMNS}


def rows_of(grids: Iterable[Grid]) -> list[LedgerRow]:
    """Raises InputInvalid `ledger_without_heading`, `too_many_rows`."""
    found, has_heading = [], False
    for grid in grids:
        columns, start = columns_of(grid)
        has_heading = has_heading or bool(columns)
        for row in rows_below(grid, columns, start):
            if len(found) == MOST_ROWS:
                told = _("台账超过{most}行，请分成几个文件导入。").format(most=MOST_ROWS)
                raise InputInvalid(told, code="too_many_rows")
            found.append(row)
    if not has_heading:
        message = _(
            "没有找到表头：表头应有“任务编号”或“任务”，以及牵头单位、期限等列名，可先导出台账作为样表。"
        )
        raise InputInvalid(message, code="ledger_without_heading")
    return found


def columns_of(grid: Grid) -> tuple[dict[int, str], int]:
    """Which column holds what, and how many rows stand above the first task."""
    for at, (_number, cells) in enumerate(grid.rows[:HEADING_WITHIN]):
        named = {n: WORDS[word] for n, cell in enumerate(cells) if (word := heading(cell)) in WORDS}
        if len(named) > 1 and {"code", "title"} & set(named.values()):
            return once_each(named, cells), at + 1
    return {}, 0


def once_each(named: dict[int, str], cells: Sequence[str]) -> dict[int, str]:
    """Of two columns for the same, the one under our own heading, else the first."""
    best: dict[str, int] = {}
    for n in sorted(named, key=lambda n: (heading(cells[n]) not in OWN_WORDS, n)):
        best.setdefault(named[n], n)
    return {n: name for name, n in best.items()}


def rows_below(grid: Grid, columns: dict[int, str], start: int) -> Iterator[LedgerRow]:
    """The lines that are tasks: not the name of a section or a note, nor the headings of the next page."""
    for number, cells in grid.rows[start:] if columns else ():
        found = {name: text for n, name in columns.items() if n < len(cells) and (text := tidy(cells[n]))}
        is_heading = found and all(WORDS.get(heading(text)) == name for name, text in found.items())
        alone = sum(map(bool, map(str.strip, cells))) == 1
        says_which = "title" in found or _CODE_LIKE.fullmatch(found.get("code", ""))
        if found and not is_heading and (says_which or not alone):
            yield LedgerRow(grid.name, number, found)


def tidy(text: str) -> str:
    """Without blanks around it, line breaks and blanks of one kind: how texts are compared."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in UNSEEN).strip()
