"""Tables that go on over pages put together to one."""

from plans.readers.pdf.cells import ENDED
from plans.readers.pdf.grids import Grid, Place
from plans.readers.pdf.lines import join

_SAME = 4.0  # points between the same edge on two pages


def take_up(table: Grid, part: Grid) -> bool:
    """Add a table's next part, if it is one: its columns are the same, or some of them run together.

    Heads that are printed again are left out; a row broken between the pages is put together.
    """
    if not _lay_on(part, table.columns) and not _lay_on(table, part.columns):
        return False
    skip = _repeated(table, part)
    if skip < len(part.owners) and _is_broken(table, part, skip):
        _mend(table, part, skip)
        skip += 1
    base = len(table.owners)
    last = table.owners[-1]
    for owners in part.owners[skip:]:
        table.owners.append([last[c] if r < skip else (r - skip + base, c) for r, c in owners])
    for (row, column), text in part.texts.items():
        if row >= skip:
            table.texts[row - skip + base, column] = text
    if skip < len(part.owners):
        _merge_up(table, base)
    return True


def _lay_on(grid: Grid, columns: list[float]) -> bool:
    """Give the grid these columns, if its edges are among them and the outer ones are the same."""
    shift = columns[0] - grid.columns[0]
    places = []
    for edge in grid.columns:
        near = min(range(len(columns)), key=lambda index: abs(columns[index] - edge - shift))
        if abs(columns[near] - edge - shift) > _SAME:
            return False
        places.append(near)
    if places[-1] != len(columns) - 1 or len(set(places)) < len(places):
        return False
    wide = [b - a for a, b in zip(places, places[1:], strict=False)]
    grid.owners = [
        [(r, places[c]) for (r, c), times in zip(owners, wide, strict=True) for _ in range(times)]
        for owners in grid.owners
    ]
    grid.texts = {(r, places[c]): text for (r, c), text in grid.texts.items()}
    grid.columns = [edge - shift for edge in columns]
    return True


def _repeated(table: Grid, part: Grid) -> int:
    """How many rows at the part's head are the table's own head again."""
    count = 0
    while count < min(len(table.owners), len(part.owners)) and _printed(table, count) == _printed(
        part, count
    ):
        count += 1
    return count


def _printed(grid: Grid, row: int) -> list[tuple[Place, str]]:
    return [(owner, grid.texts.get(owner, "")) for owner in grid.owners[row]]


def _is_broken(table: Grid, part: Grid, row: int) -> bool:
    """A row without a number whose longest cell takes up an unfinished sentence, or that is mostly empty."""
    if part.text(row, 0) or len(table.owners) < 2:
        return False
    pairs = [(table.text(-1, column), part.text(row, column)) for column in range(len(part.columns) - 1)]
    before, longest = max(pairs, key=lambda pair: len(pair[1]))
    if not before or not longest:
        return False
    gone = sum(1 for text, below in pairs if text and not below)
    return not before.endswith(ENDED) or gone * 3 > len(pairs) * 2


def _mend(table: Grid, part: Grid, row: int) -> None:
    for owner in dict.fromkeys(part.owners[row]):
        text = part.texts.get(owner, "")
        if text:
            above = table.owners[-1][owner[1]]
            table.texts[above] = join(table.texts.get(above, ""), text)


def _merge_up(table: Grid, base: int) -> None:
    """A cell merged over rows is empty at the next page's top; so are those before a row's first text."""
    for column, owner in enumerate(table.owners[base]):
        above = table.owners[base - 1][column]
        if table.texts.get(owner) or not table.texts.get(above):
            return
        for owners in table.owners[base:]:
            if owners[column] == owner:
                owners[column] = above
