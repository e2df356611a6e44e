"""What a letter about tasks says: 督查通知单 and 催办函."""

from dataclasses import dataclass, replace

from config.language import in_office_language
from reports.letters.tags import listed, samples, tag
from reports.models import LetterTemplate

# A letter of more is no letter any more.
MOST_TASKS = 500


@dataclass(frozen=True)
class Entry:
    """One task in a letter: `{{ task.code }}` within `{%tr for task in tasks %}`."""

    no: int = tag("序号", 1)
    code: str = tag("任务编号", "KJJ-2026-04")
    title: str = tag("任务", "建设科技企业孵化器")
    body: str = tag("任务内容（可能为空）", "新建科技企业孵化器5家以上，完善孵化服务。")
    targets: str = tag("量化指标（可能为空）", "科技企业孵化器≥ 5 家")
    lead: str = tag("牵头单位", "高新技术处")
    co_leads: str = tag("共同牵头单位（可能为空）", "平台基地处")
    cooperating: str = tag("配合单位（可能为空）", "成果转化处、人才处")
    assigned_on: str = tag("交办日期", "2026年3月2日")
    due_on: str = tag("办结时限", "2026年9月30日")
    days_overdue: int = tag("逾期天数（未逾期为0）", 14)
    status: str = tag("状态", "办理中")
    progress: str = tag("进度", "60%")
    last_report: str = tag("最近一次填报的日期和内容", "2026年9月25日：新增孵化器3家。")
    urge_number: int = tag("第几次催办（未催办过为0）", 3)
    urged: str = tag("催办情况", "第3次催办（人工催办1次，系统提醒2次）")


@dataclass(frozen=True)
class Letter:
    """The letter itself: `{{ recipient }}`."""

    kind: str = tag("文种", "督查通知单")
    number: str = tag("编号：任务编号，或单位代码加日期", "KJJ-2026-04")
    sender: str = tag("发文单位，即交办单位", "云江市科学技术局")
    recipient: str = tag("主送单位，即牵头单位", "高新技术处")
    plans: str = tag("所涉计划名称", "《云江市科学技术局2026年工作要点》")
    count: int = tag("任务数", 2)
    date: str = tag("成文日期", "2026年10月14日")
    answer_by: str = tag("回复期限，成文后第5个工作日", "2026年10月21日")
    signer: str = tag("签发人，即分管领导；不止一人时为空", "陈明")
    contact: str = tag("联系人，即督查员（可能为空）", "杜查")
    tasks: tuple[Entry, ...] = listed("任务", Entry, "task", MOST_TASKS)


def sample(kind: LetterTemplate.Kind) -> Letter:
    """Two tasks, of which one lacks all that may be missing."""
    with in_office_language():
        called = str(kind.label)
    full = Entry(**samples(Entry))
    bare = {"no": 2, "body": "", "targets": "", "co_leads": "", "cooperating": ""}
    bare |= {"days_overdue": 0, "urge_number": 0, "urged": "尚未催办", "last_report": "尚未填报"}
    return Letter(**samples(Letter) | {"kind": called, "tasks": (full, replace(full, **bare))})
