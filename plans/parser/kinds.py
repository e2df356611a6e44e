"""What each unit of the outline is: from its heading's words and the tree's shape."""

import re
from collections import defaultdict
from collections.abc import Sequence

from plans.parser.outline import Node

# Guiding thought, or what has been done: text that commits to nothing new.
_NOTE = re.compile(
    "总体(?:工作)?(?:思路|要求)|(?:工作|基本)思路|指导思想|(?:基本|工作|整治|总体)原则|^原则$|(?:重大|重要)意义|(?:试点|实施|适用|工作)范围|^整治范围$|^重点区域$|编制依据|工作依据"
    "|起草(?:背景|过程|说明)|制定(?:背景|依据)|形势(?:分析|与)|(?:基本|发展)情况|工作(?:回顾|总结|成效|基础)|完成情况|主要(?:成效|做法)|存在(?:的)?(?:主要|突出|困难和?|不足和?|、)*问题|工作背景|名词解释"
    r"|^(?:20\d\d年)?(?:全年|上年|去年)?(?:主要)?工作(?:开展)?情况$"
)
# An article that says on what ground the document stands.
_GROUNDS = re.compile("^.{0,200}(?:制定|制订)本(?:细则|办法|规定|方案|意见|要点|计划|措施)$")
# Dashes below a sentence that looks ahead to a year list what is to be reached by then.
_BY_YEAR, _WORDS_BEFORE = re.compile(r"到\s?20\d\d年|目标"), 600
_GOALS_ALONE = re.compile(
    "^(?:主要|总体|工作|年度|预期|发展|奋斗|具体|近期|中期|远期|阶段性?|试点|建设)*目标(?:任务)?$"
)
_LISTS = 4  # from `1.` down: what such a sentence announces is a list, not the document's parts
_ANNOUNCED = re.compile(r"目标(?:要求|任务)?(?:是|为)?\s*[：:]\s*$")
_WORK = re.compile("任务|措施|举措|安排|打算|重点工作")
_GOAL = re.compile("目标|主要指标|预期指标|^[^，,。、]{0,12}指标$")
_NOT_GOAL = re.compile("任务|计划|规划|措施|举措|重点工作|责任|考核|坚持|围绕|聚焦|落实|分解|推进|加强")
_GOAL_TASKS = re.compile("^(?:工作|主要|年度|总体|具体)*目标任务$")
# Headings that only say "here come the tasks".
_PART = re.compile(
    "^(?:20\\d\\d年)?(?:今年)?(?:全[省市县区局])?(?:的)?(?:重点|主要|具体|工作|目标|年度|科技|总体|有关|组织|保障|实施|推进|政策|时间|进度|方法|职责"
    "|责任|任务|监督|下一步|下阶段|今后|相关|几项|整治|和|及|与|的|、|[一二三四五六七八九十]+[个项方]面?)*"
    "(?:任务|工作|内容|措施|举措|要求|保障|实施|步骤|安排|职责|分工|打算|计划|考虑|重点|落实|领导)$"
)
# What a notice arranges: when, where and with whom.
_ARRANGED = re.compile("^(?:调研|会议|活动|培训|检查|督查|参加|参会)?(?:时间|地点|人员|对象|日程|行程)$")
_AHEAD = re.compile("下一步|下阶段|下步|今后|打算|接下来|工作计划|工作安排")
_REPLY = re.compile(
    "(?:建议|提案|议案|来信)\\S{0,20}(?:答复|回复|复函|办理)|(?:答复|回复|复函)\\S{0,30}(?:建议|提案|议案|来信)"
)

_RECEIVED = re.compile(r"(?:建议|提案|议案|来信|来函)[^。]{0,40}(?:收悉|已收到)")


def is_reply(title: str | None, head: str) -> bool:
    """Whether the document answers a suggestion, so that its parts report what has been done."""
    return bool(title and _REPLY.search(title) or _RECEIVED.search(head))


def is_goals_heading(heading: str) -> bool:
    """A goals part; one that begins with guiding thought is a note with goals in it."""
    if _NOTE.search(heading):
        return False
    return bool(_GOAL_TASKS.search(heading) or _GOAL.search(heading) and not _NOT_GOAL.search(heading))


def is_note_heading(heading: str) -> bool:
    part = bool(_NOTE.search(heading)) and len(heading) <= 24 and not _WORK.search(heading)
    return part or bool(_GROUNDS.search(heading))


def is_part_heading(heading: str) -> bool:
    """A heading that only says that tasks follow."""
    return bool(_PART.match(heading))


def is_duties_heading(heading: str) -> bool:
    """A part that says which unit does what: each unit's name is a heading in it."""
    return bool(re.search("职责|分工", heading)) and len(heading) <= 16


def kinds(
    nodes: Sequence[Node], headings: Sequence[str], bodies: Sequence[str], *, reply: bool, head: str = ""
) -> list[str]:
    """One kind per node, in order; `head` is what stands above the first."""
    return _Kinds(nodes, headings, bodies, reply, head).all()


class _Kinds:
    def __init__(
        self, nodes: Sequence[Node], headings: Sequence[str], bodies: Sequence[str], reply: bool, head: str
    ) -> None:
        self.head = head
        self.nodes, self.headings, self.bodies, self.reply = nodes, headings, bodies, reply
        self.children: list[list[int]] = [[] for _ in nodes]
        self.roots: list[int] = []
        self.depth: list[int] = []
        self.levels: dict[tuple[int, str], list[int]] = defaultdict(list)
        for index, node in enumerate(nodes):
            self.depth.append(0 if node.parent is None else self.depth[node.parent] + 1)
            self.levels[self.depth[index], node.mark.form.name].append(index)
            (self.roots if node.parent is None else self.children[node.parent]).append(index)
        # Asked again for every neighbour, so each is worked out once.
        self.shares: dict[object, float] = {}
        self.holds_goals = [self._holds_goals(index) for index in range(len(nodes))]

    def all(self) -> list[str]:
        found: list[str] = []
        for index, node in enumerate(self.nodes):
            above = found[node.parent] if node.parent is not None else None
            found.append(self._kind(index, above, node.parent))
        return found

    def _kind(self, index: int, above: str | None, parent: int | None) -> str:
        heading = self.headings[index]
        if self.reply and parent is None and not _AHEAD.search(heading):
            return "note"
        row = self.nodes[index].mark.row
        if row and row.is_title:
            return "section"
        if above in ("task", "measure"):
            return "measure"
        in_goals = parent is not None and self.holds_goals[parent]
        if in_goals or above == "goal":
            return "goal"
        if self.holds_goals[index]:
            return "section"
        if self._looks_ahead(index, parent):
            return "goal"
        if above == "note" or is_note_heading(heading):
            return "note"
        return "section" if _ARRANGED.match(heading) or self._is_section(index) else "task"

    def _looks_ahead(self, index: int, parent: int | None) -> bool:
        """Whether it is a dash below words on what is to be reached by some year, or listed behind 目标：."""
        form = self.nodes[index].mark.form
        text = self.head if parent is None else self.bodies[parent]
        listed = parent is None and form == self.nodes[0].mark.form and form.level >= _LISTS
        if listed and _ANNOUNCED.search(text[-_WORDS_BEFORE:]):
            return True
        return "—" in form.name and not self.children[index] and bool(_BY_YEAR.search(text[-_WORDS_BEFORE:]))

    def _holds_goals(self, index: int) -> bool:
        """A goals part; one with units of units or with a goals part of its own is something else."""
        children = self.children[index]
        if not is_goals_heading(self.headings[index]) or any(self.children[c] for c in children):
            return False
        if self.nodes[index].mark.row and not children:  # a task that is named by what measures it
            return False
        if not _GOALS_ALONE.match(self.headings[index]) and self._is_among_tasks(index):
            return False
        goals = [is_goals_heading(self.headings[c]) for c in children]
        return all(goals) or not (any(goals) or any(is_note_heading(self.headings[c]) for c in children))

    def _is_among_tasks(self, index: int) -> bool:
        """Whether a unit that speaks of a goal stands beside units of work (发展目标 beside 理顺体制)."""
        parent = self.nodes[index].parent
        if (
            parent is None
            or is_note_heading(self.headings[parent])
            or is_goals_heading(self.headings[parent])
        ):
            return False
        key = ("work", parent)
        if key not in self.shares:
            peers = self.children[parent]
            self.shares[key] = sum(1 for n in peers if self._is_work(n)) / len(peers)
        return self.shares[key] > 0

    def _is_section(self, index: int) -> bool:
        children = self.children[index]
        if not children:
            return False
        if _PART.match(self.headings[index]) or self.nodes[index].mark.row:
            return True
        forms = [self.nodes[child].mark.form for child in children]
        if all(form.step for form in forms):
            # Signs list steps, or the units themselves when those have headings and texts of their own.
            signs = all(form.sign for form in forms) and not self.bodies[index]
            return signs and any(self.bodies[child] for child in children)
        if not self.bodies[index] and all(self.bodies[child] for child in children):
            return True  # headings with a text of their own are the deepest such level
        share = self._grouping_share(index)
        return share > 0.5 if self.bodies[index] else share >= 0.5

    def _grouping_share(self, index: int) -> float:
        """How many of a unit's neighbours group others; a tie is settled by its depth's units."""
        parent = self.nodes[index].parent
        share = self._share(parent, self.roots if parent is None else self.children[parent])
        if share != 0.5:
            return share
        level = self.depth[index], self.nodes[index].mark.form.name
        return self._share(level, self.levels[level])

    def _share(self, key: object, peers: list[int]) -> float:
        if key not in self.shares:
            peers = [n for n in peers if self._is_work(n)]
            grouping = sum(
                1 for n in peers if any(not self.nodes[c].mark.form.step for c in self.children[n])
            )
            self.shares[key] = grouping / len(peers) if peers else 1.0
        return self.shares[key]

    def _is_work(self, index: int) -> bool:
        heading = self.headings[index]
        return not (is_note_heading(heading) or is_goals_heading(heading) or _PART.match(heading))
