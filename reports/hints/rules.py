"""Why a report is worth a second look: rules on plain values. Few, and right nearly always.

Each says what it saw in one neutral sentence; whether anything is amiss, people find out. docs/hints.md tells
how often the rules are right.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from rapidfuzz import fuzz, process

from config.templatetags.pages import quantity
from reports.hints.wording import clauses, essence, figures, plain, sentences, telling
from reports.models import ReportHint

Reason = ReportHint.Reason
# Earlier reports that one may resemble.
LOOKED_BACK = 3
# Of a hundred: alike in what was done, in that and what comes next, and clause by clause.
ALIKE, ALIKE_WHOLE, ALIKE_CLAUSE = 90, 85, 85
# Below so many characters likeness means little: only the same is the same.
SHORT = 8
RISE = 20
NEARLY_DONE, FAR, SHORT_OF_ALL = 90, Decimal("0.6"), Decimal("0.9")
QUOTED = 30
# A clause with one of these tells of a step: were it new, the report would tell something new.
STEP = re.compile(
    r"已|完成|通过|印发|出台|批复|签|获|建成|召开|举办|报送|提交|启动|到位|竣工|开工|验收|形成|评审|公示|中标"
    r"|新增|认定|赴|走访|调研|考察|培训|对接|会商|拜访"
)
NOW = r"(?:截至)?(?:目前|现在|至此|现)?"
IT = (
    r"(?:(?:本|该|此|这)项?|各项|全部|全年|年度|本年度)?(?:重点|目标|工作|任务|项目|事项|平台|系统|工程){0,3}"
)
DONE = re.compile(
    rf"{NOW}(?P<what>{IT})(?:目前)?(?:均|现)?已经?"
    r"(?:全部|全面|圆满|如期|按期|提前|顺利|按时|按要求|超额|高质量){0,3}完成"
)
# Done, and the formalities are under way: no contradiction to a progress below 100.
CLOSING = re.compile(r"收尾|扫尾|验收|归档|总结|办结|评估|公示|拨付|结算|决算|审计|审核|审议|移交|备案")
NOT_BEGUN = re.compile(
    rf"{NOW}{IT}(?:目前)?(?:[尚还暂仍](?:未|没有)(?:正式|全面|实质性)?(?:启动|开展|实施|开始)(?:实施)?"
    r"|(?:正在|[仍尚]在|[仍尚]?处于)(?:前期)?(?:筹备|谋划|准备|酝酿)(?:阶段|之?中)?)"
)
OVERALL = re.compile(
    rf"{NOW}{IT}(?:总体|整体|总)(?:完成|工作|推进)?进度(?:已|为|约|达到?|至|完成|超过){{0,3}}(\d{{1,3}})%"
)
STRIDES = re.compile(r"(?:较大|重大|明显|显著|突破性|实质性)的?(?:进展|成效|突破|成果)")
NO_STRIDES = re.compile(r"未|无|没有|力争|争取|确保|推动|推进|努力|预计|有望|将|期待")
EXPLAINED = re.compile(
    r"调整|下调|核减|更正|修正|订正|重新|返工|退回|原因|因|由于|受|误|核实|核定|暂停|停工|变更|口径|扣除|剔除"
)


class Said(NamedTuple):
    """What a report says."""

    on: date
    progress: int
    done: str
    next_steps: str = ""
    problems: str = ""


@dataclass(frozen=True)
class Figure:
    """A target, what it had reached with this report, and whether this report says so."""

    name: str
    comparator: str
    value: Decimal
    unit: str = ""
    actual: Decimal | None = None
    before: Decimal | None = None
    stated: bool = False

    @property
    def reached(self) -> Decimal | None:
        """The share of what is asked; None where nothing was stated, or it can't be told."""
        if self.actual is None or self.value <= 0 or self.actual < 0:
            return None
        if self.comparator == "<=":
            return min(Decimal(1), self.value / self.actual) if self.actual else Decimal(1)
        return self.actual / self.value


@dataclass(frozen=True)
class Facts:
    """What is known besides the words.

    `restarted`: returned, reassigned, reopened or resumed since the last report.
    """

    figures: Sequence[Figure] = ()
    has_file: bool = False
    restarted: bool = False

    @property
    def stated(self) -> bool:
        return any(figure.stated for figure in self.figures)

    @property
    def moved(self) -> bool:
        return any(figure.stated and figure.actual != figure.before for figure in self.figures)


class Hint(NamedTuple):
    reason: Reason
    text: str


class Likeness(NamedTuple):
    """An earlier report that says the same, how much of it, of a hundred, and how many came in between."""

    earlier: Said
    percent: int
    place: int


def hints_of(report: Said, earlier: Sequence[Said], facts: Facts) -> list[Hint]:
    """At most one hint for each reason. `earlier`: of the same task and department, the latest first."""
    like = None if facts.moved else resembled(report, earlier)
    odds = next(at_odds(report, earlier, facts, like), None)
    told = [
        like and Hint(Reason.COPIED, copied(report, like)),
        is_bare(report, facts) and Hint(Reason.BARE, "本期填报没有数据，也没有附件。"),
        odds and Hint(Reason.AT_ODDS, odds),
    ]
    return [hint for hint in told if hint]


def resembled(report: Said, earlier: Sequence[Said]) -> Likeness | None:
    """The earlier report that this one repeats, the most alike and then the latest; or None.

    What differs by its figures tells of progress, and so does a new step. A finished task has nothing new.
    """
    told = telling(report.done)
    found: Likeness | None = None
    for place, before in enumerate(earlier[:LOOKED_BACK]):
        if report.progress == before.progress == 100 or telling(before.done) != told:
            continue
        percent = likeness(report, before)
        if percent and (found is None or percent > found.percent) and not new_step(report.done, before.done):
            found = Likeness(before, percent, place)
    return found


def likeness(report: Said, before: Said) -> int:
    """Of a hundred, rounded down; 0 when they are not alike."""
    done, was_done = essence(report.done), essence(before.done)
    if done == was_done == "":
        done, was_done = plain(report.done).strip(), plain(before.done).strip()
    whole, was_whole = done + essence(report.next_steps), was_done + essence(before.next_steps)
    if done != was_done and (len(done) < SHORT or not fuzz.ratio(done, was_done, score_cutoff=ALIKE)):
        return 0
    return int(fuzz.ratio(whole, was_whole, score_cutoff=ALIKE_WHOLE))


def new_step(text: str, before: str) -> bool:
    """Does a text tell of a step that the earlier one does not, not even in slightly other words?"""
    said, was_said = (set(map(essence, clauses(each))) for each in (text, before))
    gone = list(was_said - said)
    return any(
        STEP.search(clause)
        and process.extractOne(clause, gone, scorer=fuzz.ratio, score_cutoff=ALIKE_CLAUSE) is None
        for clause in said - was_said
    )


def copied(report: Said, like: Likeness) -> str:
    day = day_of(like.earlier)
    if like.percent < 100:
        return f"与{day}的填报有{like.percent}%相同，请核实是否有新的进展。"
    if len(report.done.strip()) <= QUOTED:
        return f"与{day}的填报内容相同（“{report.done.strip()}”），请核实是否有新的进展。"
    return f"与{day}的填报内容相同，请核实是否有新的进展。"


def is_bare(report: Said, facts: Facts) -> bool:
    texts = (report.done, report.problems, report.next_steps)
    return not facts.stated and not facts.has_file and not any(map(figures, texts))


def at_odds(report: Said, earlier: Sequence[Said], facts: Facts, like: Likeness | None) -> Iterator[str]:
    """What does not go together, the plainest first."""
    since = [] if facts.restarted else earlier
    return chain(
        unreached(report, facts.figures),
        done_below_hundred(report),
        risen_without_doing(report, since, like),
        other_progress_told(report),
        lower_unexplained(report, since),
        strides_at_a_standstill(report, since),
    )


def unreached(report: Said, targets: Iterable[Figure]) -> Iterator[str]:
    asked = SHORT_OF_ALL if report.progress == 100 else FAR
    for figure in targets:
        if report.progress >= NEARLY_DONE and figure.reached is not None and figure.reached < asked:
            reached, value = (f"{quantity(n)}{figure.unit[:10]}" for n in (figure.actual, figure.value))
            name = quoted(figure.name)
            yield f"进度填报为{report.progress}%，指标{name}完成值为{reached}、目标值为{value}，请核实。"


def done_below_hundred(report: Said) -> Iterator[str]:
    if report.progress == 100 or CLOSING.search(report.done + report.next_steps):
        return
    for sentence in sentences(report.done):
        for place, clause in enumerate(clauses(sentence)):
            found = DONE.fullmatch(clause)
            if found and (found["what"] or place == 0):
                yield f"文中称{quoted(clause)}，填报进度为{report.progress}%，请核实。"


def risen_without_doing(report: Said, earlier: Sequence[Said], like: Likeness | None) -> Iterator[str]:
    if not earlier or report.progress - earlier[0].progress < RISE:
        return
    rise = f"进度由{earlier[0].progress}%升至{report.progress}%"
    for clause in clauses(report.done):
        if NOT_BEGUN.fullmatch(clause):
            yield f"{rise}，文中称{quoted(clause)}，请核实。"
    if like and like.earlier in earlier:
        yield f"{rise}，所填内容与{day_of(like.earlier)}的填报雷同，请核实。"


def other_progress_told(report: Said) -> Iterator[str]:
    for clause in clauses(report.done):
        found = OVERALL.fullmatch(clause)
        if found and abs(int(found[1]) - report.progress) >= RISE:
            yield f"文中称{quoted(clause)}，填报进度为{report.progress}%，请核实。"


def lower_unexplained(report: Said, earlier: Sequence[Said]) -> Iterator[str]:
    is_lower = bool(earlier) and report.progress < earlier[0].progress
    is_explained = report.problems.strip() or EXPLAINED.search(report.done + report.next_steps)
    if is_lower and not is_explained:
        last, day = earlier[0].progress, day_of(earlier[0])
        yield f"进度由{day}的{last}%降为{report.progress}%，文中未说明原因，请核实。"


def strides_at_a_standstill(report: Said, earlier: Sequence[Said]) -> Iterator[str]:
    """Three reports of one progress, well below the end, and great strides."""
    last = [each.progress for each in earlier[:2]]
    if report.progress >= NEARLY_DONE or last != [report.progress] * 2:
        return
    for clause in clauses(report.done):
        if (found := STRIDES.search(clause)) and not NO_STRIDES.search(clause[: found.start()]):
            yield f"文中称{quoted(clause)}，进度已连续三次填报为{report.progress}%，请核实。"


def day_of(said: Said) -> str:
    return f"{said.on.year}年{said.on.month}月{said.on.day}日"


def quoted(text: str) -> str:
    return f"“{text[:QUOTED]}…”" if len(text) > QUOTED else f"“{text}”"
