"""What the columns of a task table hold, from their titles or from what stands in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from plans.parser.document import Document, Row
from plans.parser.numbering import number_of
from plans.parser.owners import COOPERATING, LEAD, PLAIN
from plans.parser.units import is_unit

# What a column's title says it holds; the first pattern that fits decides.
_COLUMNS = (
    ("number", re.compile(r"^(?:序号|编号|项次|序|No\.?)$", re.IGNORECASE)),
    ("text", re.compile("(?:内容|要求|指标)(?:及|和|与|、).{0,2}(?:评分|得分|分值|计分|考核)")),
    (
        "other",
        re.compile(
            "分值|得分|评分|分数|考核(?:单位|部门)|备注|责任人|负责人|联系人|领导|电话|进展|完成情况|落实情况"
        ),
    ),
    (COOPERATING, re.compile("配合|协办|参与|协同")),
    (LEAD, re.compile("牵头|主办")),
    (
        PLAIN,
        re.compile("(?:责任|负责|承办|实施|落实|完成)(?:单位|部门|[处科股]室|主体|机构)|责任分工|^责任$"),
    ),
    ("deadline", re.compile("时限|时间|期限|节点")),
    ("text", re.compile("")),
)
_ANSWERS = (LEAD, PLAIN, COOPERATING, "deadline")
# What is to be done, or the trouble that is to be put right.
_TASK = re.compile("任务|事项|项目|工作|举措|目标|指标|内容|措施|要求|实事|问题|隐患|(?<!单位)(?<!部门)名称")
# Such columns alone make a task table, though none says who answers or by when.
_WHAT, _HOW = re.compile("任务|事项|实事"), re.compile("内容|要求|措施|目标|标准")
_CATEGORY = re.compile("^(?:类别|分类|大类|类型|领域|板块|方面|专项|重点领域|工作类别|任务类别|一级指标)$")
# The lower line of a title row that has two (责任单位 above 牵头 and 配合).
_LOWER_TITLE = re.compile("牵头|配合|协办|主办|责任|单位|部门|时限|时间|节点|任务|内容|措施|目标|备注|领导")
_LONGEST_TITLE, _LONGEST_LOWER = 16, 8
# What cells hold where nothing names them.
_BETWEEN_UNITS = re.compile(r"[、，,；;\s]+")
_WHEN = re.compile(r"\d{1,2}月|年底|全年|季度|半年|长期|持续|20\d\d[年./-]")
_LEAST_ROWS, _LEAST_TEXT = 3, 6


@dataclass(frozen=True, slots=True)
class Columns:
    """Which role each column has, which one holds the task, and which one groups rows, if any."""

    roles: tuple[str, ...]
    titles: tuple[str, ...]
    heading: int
    category: int | None = None

    def role(self, index: int) -> str:
        return self.roles[index] if index < len(self.roles) else "other"

    @property
    def number(self) -> int | None:
        return self.roles.index("number") if "number" in self.roles else None

    def after_heading(self) -> int | None:
        """The next column with text, which holds the task where the first only groups tasks."""
        return next((i for i in range(self.heading + 1, len(self.roles)) if self.roles[i] == "text"), None)


def titled(titles: Sequence[str]) -> Columns | None:
    """The columns of a title row; None when the row is none, or not of tasks."""
    titles = tuple(re.sub(r"\s", "", title) for title in titles)
    if any(len(title) > _LONGEST_TITLE for title in titles):
        return None
    roles = tuple(_role(title) for title in titles)
    texts = [i for i, role in enumerate(roles) if role == "text" and _TASK.search(titles[i])]
    if not texts or not ("number" in roles or any(role in _ANSWERS for role in roles) or _says_how(titles)):
        return None
    heading = next((i for i in texts if not _CATEGORY.match(titles[i])), texts[0])
    category = next((i for i in range(heading) if _CATEGORY.match(titles[i])), None)
    return Columns(roles, titles, heading, category)


def _says_how(titles: Sequence[str]) -> bool:
    """Whether one column has the task and another what it consists in."""
    what = next((i for i, title in enumerate(titles) if _WHAT.search(title)), None)
    return what is not None and any(_HOW.search(title) for title in titles[what + 1 :])


def _role(title: str) -> str:
    return next(role for role, words in _COLUMNS if words.search(title)) if title else "other"


def with_lower_line(document: Document, columns: Columns, header: Row, below: Row) -> Columns | None:
    """The columns of a title row of two lines; None when the row below holds a task already."""
    own = {i: document.slice(cell) for i, cell in enumerate(below.cells) if is_own(below, i)}
    kept = {columns.heading, columns.number}
    words = [re.sub(r"\s", "", text) for i, text in own.items()]
    if not words or kept & own.keys() or any(len(w) > _LONGEST_LOWER for w in words):
        return None
    if not all(_LOWER_TITLE.search(w) for w in words):
        return None
    upper = [document.slice(cell) for cell in header.cells]
    return titled([title + own.get(i, "") for i, title in enumerate(upper)])


def grouped(document: Document, columns: Columns, rows: Sequence[Row]) -> Columns:
    """With the first text column as a grouping one where it stands once for several tasks."""
    after = columns.after_heading()
    if columns.category is not None or after is None:
        return columns
    alone = [row for row in rows if is_own(row, after) and not is_own(row, columns.heading)]
    number = columns.number
    answering = [i for i, role in enumerate(columns.roles) if role in _ANSWERS]
    if number is not None:
        tasks = [row for row in alone if is_own(row, number)]
    else:
        tasks = [row for row in alone if any(is_own(row, i) for i in answering)]
    if not tasks:
        return columns
    return replace(columns, heading=after, category=columns.heading)


def evident(document: Document, rows: Sequence[Row]) -> Columns | None:
    """The columns of a table without titles: numbers that count up, a text, units, perhaps a time."""
    width = len(rows[0].cells) if rows else 0
    if len(rows) < _LEAST_ROWS or width < 3 or not counts_up(document, rows):
        return None
    roles = ["number"]
    for index in range(1, width):
        words = [document.slice(row.cells[index]).strip() for row in rows if index < len(row.cells)]
        roles.append(_held(words))
    if "text" not in roles or not (PLAIN in roles or "deadline" in roles):
        return None
    return Columns(tuple(roles), ("",) * width, roles.index("text"))


def _held(words: list[str]) -> str:
    filled = [word for word in words if word]
    if not filled:
        return "other"
    if all(is_unit(name) for word in filled for name in _BETWEEN_UNITS.split(word)):
        return PLAIN
    if all(_WHEN.search(word) and len(word) <= _LONGEST_TITLE for word in filled):
        return "deadline"
    return "text" if sum(map(len, filled)) >= _LEAST_TEXT * len(filled) else "other"


def counts_up(document: Document, rows: Sequence[Row]) -> bool:
    """Whether the first cells of all rows number them one by one."""
    values = [number_of(document.slice(row.cells[0])) if row.cells else None for row in rows]
    return all(values) and all(b[1] == a[1] + 1 for a, b in zip(values, values[1:], strict=False))


def is_own(row: Row, index: int) -> bool:
    """Whether the row prints this cell itself: not blank, nor one with a cell above it or beside it."""
    if index >= len(row.cells):
        return False
    cell = row.cells[index]
    return cell.end > cell.start >= row.start and (not index or row.cells[index - 1] != cell)
