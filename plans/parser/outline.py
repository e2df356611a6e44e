"""Which labels are real, and the tree they make: by sequence, and by the order of the forms' first use."""

from collections import defaultdict
from dataclasses import dataclass, field

from plans.parser.document import Warning
from plans.parser.numbering import Form, Label
from plans.parser.tables import TaskRow


@dataclass(frozen=True, slots=True)
class Mark:
    """Something the outline is made of: a label in the text or a row of a task table."""

    form: Form
    value: int
    number: str
    start: int
    text_start: int
    where: str = "row"
    run_together: bool = False
    row: TaskRow | None = None
    level: int | None = None  # of the heading, where the file states it

    @property
    def breaks_block(self) -> bool:
        """Whether it stands where a new unit may begin, not merely an inline list."""
        return self.where in ("line", "tight", "row", "titled") or self.run_together and not self.form.step

    @classmethod
    def of(cls, label: Label, level: int | None = None) -> "Mark":
        place = (label.start, label.end, label.where, label.run_together)
        return cls(label.form, label.value, label.number, *place, level=level)


@dataclass(frozen=True, slots=True)
class Break:
    """A place where no item goes on; with `restarts` a new document part begins, with its own numbers."""

    start: int
    restarts: bool = False
    of_table: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A unit of the outline; its own text is `start` to `end`."""

    mark: Mark
    start: int
    end: int
    parent: int | None

    @property
    def number(self) -> str:
        return self.mark.number


_ODD = {
    "gap": ("number_skipped", "之前有缺号"),
    "again": ("number_repeated", "重复出现"),
    "restart": ("number_repeated", "重复出现"),
}
_LOWEST = 99
# How far ahead the second entry of a list is looked for before its first one is believed.
_AHEAD = 60
# A gap wider than this is not a slip of the typist but another list, or a number in prose.
_WIDEST_GAP = 5
# Where a heading ends at the latest.
_HEADING = 60


@dataclass
class _State:
    open: list[tuple[Mark, int]] = field(default_factory=list)  # the path to the current unit
    running: dict[str, int] = field(default_factory=dict)  # last value of each form
    inside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # forms seen below a form

    def find(self, form: Form) -> int | None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0].form.name == form.name:
                return index
        return None


def outline(events: list[Mark | Break], end: int) -> tuple[list[Node], list[Warning]]:
    """The tree from marks and breaks in reading order."""
    nodes: list[Node] = []
    warnings: list[Warning] = []
    state = _State()
    opened: tuple[Mark, int | None] | None = None
    second = _followed(events)
    below_page = False
    for index, event in enumerate(events):
        if isinstance(event, Mark):
            astray = below_page and not event.form.counts  # below the page's own words
            if astray or not _believe(event, state, second[index] or _encloses(events, index), warnings):
                continue
        below_page = isinstance(event, Break) and not event.of_table and bool(opened or nodes)
        if opened:
            nodes.append(Node(opened[0], opened[0].start, event.start, opened[1]))
            opened = None
        if isinstance(event, Mark):
            opened = event, _push(event, state, len(nodes))
        elif event.restarts:
            state = _State()
        else:
            state.open = [(mark, at) for mark, at in state.open if mark.row is None]
    if opened:
        nodes.append(Node(opened[0], opened[0].start, end, opened[1]))
    return nodes, warnings


def _followed(events: list[Mark | Break]) -> list[bool]:
    """For each event whether the next number of its form comes soon after it."""
    seen: dict[tuple[str, int], int] = {}
    followed = [False] * len(events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, Mark):
            later = seen.get((event.form.name, event.value + event.form.counts))
            followed[index] = later is not None and later - index <= _AHEAD
            seen[event.form.name, event.value] = index
    return followed


def _encloses(events: list[Mark | Break], index: int) -> bool:
    """Whether a label in a text without line breaks is at once followed by the first of another list."""
    mark, below = events[index], events[index + 1] if index + 1 < len(events) else None
    return (
        mark.run_together
        and not mark.form.step
        and isinstance(below, Mark)
        and below.value == 1
        and below.form.level > mark.form.level
    )


def _believe(mark: Mark, state: _State, followed: bool, warnings: list[Warning]) -> bool:
    """Whether the mark continues what is open or begins a list; says what is odd about it."""
    if mark.where == "titled":
        return True
    step = _step(mark, state)
    if mark.where == "row":  # a cell of its own leaves no doubt that it is a number
        if mark.number:
            _believe_line(mark, step, True, warnings)
        return True
    if mark.where == "line":
        return _believe_line(mark, step, followed, warnings)
    if mark.where == "tight":  # only in its place can it be told from a decimal
        return step in ("next", "continue") or step == "first" and followed
    if not (
        mark.run_together
        or mark.where in ("sentence", "heading")
        or mark.where == "comma"
        and mark.form.name in ("count", "circled")
    ):
        return False
    if step == "next":
        return True
    if step == "continue":
        return not mark.form.step
    if mark.run_together and not mark.form.step and mark.where == "sentence" and step in ("gap", "again"):
        return followed and _doubted(mark, step, warnings)
    return step == "first" and (followed or _begins_again(mark, state))


def _begins_again(mark: Mark, state: _State) -> bool:
    """Whether a first number stands right behind a heading; its form has to have been used before."""
    above = state.open[-1][0] if state.open else None
    return (
        above is not None
        and mark.run_together
        and not mark.form.step
        and mark.form.name in state.running
        and above.form.level < mark.form.level
        and mark.start - above.text_start <= _HEADING
    )


def _believe_line(mark: Mark, step: str, followed: bool, warnings: list[Warning]) -> bool:
    if not mark.form.counts:  # a single sign is an ornament, or a dash in a quotation
        return step != "first" or followed
    if mark.form.level == 6 and step != "next":  # words that also begin plain sentences need their second
        return step == "first" and followed
    if step in ("next", "continue", "first"):
        return True
    if step == "elsewhere" and followed and mark.value > 1:
        step = "gap"  # wider than a slip, but the list goes on from here
    return step in _ODD and _doubted(mark, step, warnings)


def _doubted(mark: Mark, step: str, warnings: list[Warning]) -> bool:
    """Believe the mark, and say what is odd about its number."""
    code, what = _ODD[step]
    message = f"编号“{mark.number}”{what}，请核对原文"
    warnings.append(Warning(code, message, mark.start, mark.text_start))
    return True


def _step(mark: Mark, state: _State) -> str:
    """How the mark's number follows what came before in its form."""
    at = state.find(mark.form)
    last = state.open[at][0].value if at is not None else state.running.get(mark.form.name)
    if not mark.form.counts:
        return "first" if last is None else "continue" if at is None else "next"
    if at is None and mark.value == 1:
        return "first"
    if last is not None and mark.value == last + 1:
        return "next" if at is not None else "continue"
    if mark.value == 1:
        return "restart"
    if mark.value == last:
        return "again"
    if (last or 0) < mark.value <= (last or 0) + _WIDEST_GAP:
        return "gap"
    return "elsewhere"


def _push(mark: Mark, state: _State, index: int) -> int | None:
    """Close what the mark ends, open it, and return its parent's index."""
    at = state.find(mark.form)
    at = _depth(mark, state) if at is None else at
    if mark.level is not None:
        at = _closed_by(mark, state, at)
    del state.open[at:]
    for above, _ in state.open:
        state.inside[above.form.name].add(mark.form.name)
    parent = state.open[-1][1] if state.open else None
    state.open.append((mark, index))
    state.running[mark.form.name] = mark.value
    return parent


def _closed_by(mark: Mark, state: _State, depth: int) -> int:
    """How many open units a heading leaves open whose level the file states."""
    if mark.where != "titled":  # a number's place is known from the numbers; other headings end by level
        while (
            depth
            and state.open[depth - 1][0].where == "titled"
            and state.open[depth - 1][0].level >= mark.level
        ):
            depth -= 1
        return depth
    while depth and (state.open[depth - 1][0].level or _LOWEST) >= mark.level:
        depth -= 1
    return depth


def _depth(mark: Mark, state: _State) -> int:
    """How many open units enclose a form that is not open yet."""
    depth = len(state.open)
    if mark.where == "titled":
        return depth
    below = state.inside.get(mark.form.name, ())
    while depth and (
        state.open[depth - 1][0].form.name in below  # the document has used that form inside this one
        or mark.breaks_block
        and _inline(state.open[depth - 1][0])
    ):
        depth -= 1
    if not mark.breaks_block:
        return depth
    higher = depth
    while higher and state.open[higher - 1][0].form.level > mark.form.level:
        higher -= 1
    # Where nothing encloses it, （一） under 1. is believed, 一、 under anything but a 部分 is not.
    return higher if higher or mark.form.level <= 1 else depth


def _inline(mark: Mark) -> bool:
    return mark.form.step and not mark.breaks_block
