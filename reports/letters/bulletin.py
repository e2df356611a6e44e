"""What a 通报 says: a period's figures, the text about them, and its tasks as they stood on the last day."""

from dataclasses import dataclass, replace

from reports.letters.tags import listed, samples, tag

# Of anything: who wants more asks for each department.
MOST_LISTED = 5000


@dataclass(frozen=True)
class Paragraph:
    """`{{ paragraph.text }}` within `{%p for paragraph in narrative %}`."""

    text: str = tag("一段正文", "截至2026年10月31日，22项重点任务中已完成8项、超进度3项。")


@dataclass(frozen=True)
class UnitLine:
    no: int = tag("序号", 1)
    code: str = tag("单位代码", "GXC")
    name: str = tag("单位", "高新技术处")
    tasks: int = tag("牵头任务数", 6)
    done: int = tag("已完成", 2)
    ahead: int = tag("超进度", 1)
    on_pace: int = tag("达进度", 1)
    behind: int = tag("欠进度", 2)
    other: int = tag("其他", 0)


@dataclass(frozen=True)
class TaskLine:
    """As it stood at the end of the period's last day, by the record."""

    no: int = tag("序号", 1)
    code: str = tag("任务编号", "KJJ-2026-04")
    title: str = tag("任务", "建设科技企业孵化器")
    plan: str = tag("所属计划", "云江市科学技术局2026年工作要点")
    lead: str = tag("牵头单位", "高新技术处")
    co_leads: str = tag("共同牵头单位（可能为空）", "平台基地处")
    cooperating: str = tag("配合单位（可能为空）", "成果转化处、人才处")
    assigned_on: str = tag("交办日期", "2026年3月2日")
    due_on: str = tag("办结时限", "2026年9月30日")
    days_overdue: int = tag("逾期天数（未逾期为0）", 31)
    status: str = tag("状态", "办理中")
    progress: str = tag("进度", "60%")
    pace: str = tag("进度评价", "欠进度")
    light: str = tag("亮灯", "红灯")
    newly_red: str = tag("本期转红的为“本期转红”，其余为空", "本期转红")
    completed_on: str = tag("办结日期（未办结为空）", "2026年10月15日")
    last_report: str = tag("最近一次填报的日期和内容", "2026年9月25日：新增孵化器3家。")
    problems: str = tag("最近一次填报的问题（可能为空）", "场地尚未交付。")
    next_steps: str = tag("最近一次填报的下一步打算（可能为空）", "十一月完成场地验收。")


@dataclass(frozen=True)
class GoalLine:
    no: int = tag("序号", 1)
    heading: str = tag("目标", "高新技术企业达到300家")
    targets: str = tag("量化指标（可能为空）", "高新技术企业 ≥ 300 家")
    actuals: str = tag("完成值", "285 家（2026年9月30日）")
    reached: str = tag("是否达成", "未达成")


@dataclass(frozen=True)
class ProblemLine:
    no: int = tag("序号", 1)
    code: str = tag("任务编号", "KJJ-2026-04")
    title: str = tag("任务", "建设科技企业孵化器")
    department: str = tag("填报单位", "高新技术处")
    date: str = tag("填报日期", "2026年10月16日")
    text: str = tag("问题", "场地尚未交付。")


@dataclass(frozen=True)
class BulletinLetter:
    kind: str = tag("文种", "通报")
    number: str = tag("编号：单位代码加期间", "KJJ-2026-10")
    title: str = tag("标题", "2026年10月重点工作推进情况通报")
    draft: str = tag("未发布的为“草稿”，发布后为空", "草稿")
    sender: str = tag("发文单位", "云江市科学技术局")
    scope: str = tag("通报的单位；通报全部工作的为空", "高新技术处")
    period: str = tag("期间", "2026年10月")
    starts_on: str = tag("期间第一日", "2026年10月1日")
    ends_on: str = tag("期间最后一日", "2026年10月31日")
    date: str = tag("成文日期：发布日期，未发布的为汇总日期", "2026年11月2日")
    signer: str = tag("签发人，即分管领导；不止一人时为空", "陈明")
    contact: str = tag("联系人，即督查员（可能为空）", "杜查")
    task_count: int = tag("任务数", 22)
    done: int = tag("已完成任务数", 8)
    ahead: int = tag("超进度任务数", 3)
    on_pace: int = tag("达进度任务数", 6)
    behind: int = tag("欠进度任务数", 4)
    other: int = tag("其他任务数", 1)
    red_count: int = tag("亮红灯任务数", 3)
    completed_count: int = tag("本期办结任务数", 2)
    turned_red_count: int = tag("本期转红任务数", 1)
    returned_count: int = tag("本期退回重办次数", 1)
    report_count: int = tag("本期填报次数", 19)
    missing_report_count: int = tag("本期逾期未填报次数", 2)
    reminder_count: int = tag("本期催办提醒次数", 12)
    on_time: str = tag("按期办结率（没有已完成任务时为空）", "87.5%")
    unit_count: int = tag("牵头单位数", 5)
    goal_count: int = tag("主要目标数", 6)
    goals_reached: int = tag("已达成的主要目标数", 2)
    problem_count: int = tag("反映的问题数", 3)
    seal: str = tag("办理记录的封存值（尚未封存时为空）", "9f86d081884c7d659a2feaa0c55ad015" * 2)
    sealed_on: str = tag("封存值截至的日期（尚未封存时为空）", "2026年10月31日")
    seal_note: str = tag("封存说明", "本通报所依据的办理记录已封存至2026年10月31日。")
    narrative: tuple[Paragraph, ...] = listed("通报正文", Paragraph, "paragraph", MOST_LISTED)
    departments: tuple[UnitLine, ...] = listed("各牵头单位进展", UnitLine, "unit", MOST_LISTED)
    tasks: tuple[TaskLine, ...] = listed("全部任务（台账）", TaskLine, "task", MOST_LISTED)
    completed: tuple[TaskLine, ...] = listed("本期办结的任务", TaskLine, "task", MOST_LISTED)
    red: tuple[TaskLine, ...] = listed("亮红灯的任务", TaskLine, "task", MOST_LISTED)
    goals: tuple[GoalLine, ...] = listed("主要目标", GoalLine, "goal", MOST_LISTED)
    problems: tuple[ProblemLine, ...] = listed("反映的问题", ProblemLine, "problem", MOST_LISTED)


def sample() -> BulletinLetter:
    """Two of everything that is listed, of which one lacks all that may be missing."""
    bare = {"no": 2, "co_leads": "", "cooperating": "", "days_overdue": 0, "newly_red": ""}
    bare |= {"completed_on": "", "last_report": "尚未填报", "problems": "", "next_steps": ""}
    task, goal = TaskLine(**samples(TaskLine)), GoalLine(**samples(GoalLine))
    unit, problem = UnitLine(**samples(UnitLine)), ProblemLine(**samples(ProblemLine))
    tasks = (task, replace(task, **bare))
    return BulletinLetter(
        **samples(BulletinLetter)
        | {
            "narrative": (Paragraph(**samples(Paragraph)),) * 2,
            "departments": (unit, replace(unit, no=2)),
            "goals": (goal, replace(goal, no=2, targets="", actuals="")),
            "problems": (problem, replace(problem, no=2)),
            **dict.fromkeys(("tasks", "completed", "red"), tasks),
        }
    )
