"""Whatever is edited in a plan's file: confirming the revision leads to what a fresh import would make."""

from random import Random
from typing import Any

from plans import services as plan_services
from plans.models import Plan, PlanItem
from plans.services import Upload
from plans.services.revising import compare
from tasks import record
from tasks.models import Task
from tasks.services import confirm_revision
from tasks.services.revision_lines import Line, digest_of, lines_of
from tests.cases import OfficeCase
from tests.plans.test_revising import issued_plan, proposed

UNITS = ("高新技术处", "成果转化处", "平台基地处", "人才处", "农村科技处", "办公室")
WORK = (
    ("培育高新技术企业", "建立企业梯度名单"),
    ("建设产业技术研究院", "支持龙头企业牵头组建"),
    ("引进高层次人才团队", "落实住房和子女入学服务"),
    ("推广农业新品种", "在山区建立示范基地"),
    ("举办科技成果拍卖会", "公开征集可转化的专利"),
    ("完善科技金融服务", "扩大风险补偿资金池"),
    ("修订项目管理办法", "简化预算和验收手续"),
    ("开展科普进校园", "组织专家巡回宣讲"),
    ("加强实验动物监管", "每家单位签订责任书"),
    ("清理僵尸孵化载体", "逐家核对运营台账"),
)


def a_line(rng: Random, work: tuple[str, str]) -> dict[str, Any]:
    lead, helper = rng.sample(UNITS, 2)
    values = {"amount": rng.randint(2, 90), "month": rng.randint(3, 11), "lead": lead}
    return {"work": work, "tail": "", "helper": rng.choice(("", helper)), **values}


def printed(lines: list[dict[str, Any]]) -> str:
    told = []
    for number, line in enumerate(lines, start=1):
        heading, body = line["work"]
        helper = f"；配合单位：{line['helper']}" if line["helper"] else ""
        told.append(
            f"{number}.{heading}。{body}{line['tail']}，新增示范点{line['amount']}个，{line['month']}月底前完成。"
            f"（牵头单位：{line['lead']}{helper}）"
        )
    return "云江市科学技术局2026年工作要点\n\n一、重点任务\n" + "\n".join(told) + "\n"


def edited(rng: Random, lines: list[dict[str, Any]], unused: list[tuple[str, str]]) -> list[dict[str, Any]]:
    lines = [dict(line) for line in lines]
    for _ in range(rng.randint(1, 5)):
        line = rng.choice(lines)
        match rng.choice(("add", "remove", "date", "owner", "target", "text")):
            case "add" if unused:
                lines.insert(rng.randint(0, len(lines)), a_line(rng, unused.pop()))
            case "remove" if len(lines) > 3:
                lines.remove(line)
            case "date":
                line["month"] = rng.randint(3, 11)
            case "owner":
                line["lead"], line["helper"] = rng.sample(UNITS, 2)
            case "target":
                line["amount"] = rng.randint(2, 90)
            case "text":
                line["tail"] = rng.choice(("", "和季度通报制度", "并纳入年度考核"))
    return lines


def told_of(line: Line) -> tuple[Any, ...]:
    """Without its number and the item's own state."""
    difference = line.difference
    return difference.kind, difference.before, difference.after


def said(plan: Plan) -> list[Any]:
    """What a plan's present items say, in their order."""
    rows = plan.items.filter(withdrawn_at=None).order_by("ordinal")
    return [told(row) for row in rows.prefetch_related("owners__department", "targets")]


def told(row: PlanItem) -> tuple[Any, ...]:
    places = (row.start, row.end, row.deadline_start, row.deadline_end)
    owners = {(owner.role, owner.department.code, owner.start) for owner in row.owners.all()}
    targets = {(t.name, t.comparator, t.value, t.value_max, t.unit, t.start) for t in row.targets.all()}
    words = (row.kind, row.number, row.path, row.heading, row.body, row.parent and row.parent.path)
    return *words, row.due_on, row.deadline_text, row.deadline_kind, *places, owners, targets


class RandomRevisionTest(OfficeCase):
    def test_what_is_found_and_taken_over_is_what_the_file_says(self):
        for seed in range(12):
            with self.subTest(seed=seed):
                self.revise(Random(seed))

    def test_in_two_steps_it_comes_to_the_same(self):
        """Some of the lines first; then the same file again offers just those that were left."""
        for seed in range(20, 26):
            with self.subTest(seed=seed):
                self.in_two_steps(Random(seed))

    def in_two_steps(self, rng: Random) -> None:
        work = list(WORK)
        rng.shuffle(work)
        lines = [a_line(rng, work.pop()) for _ in range(6)]
        plan = issued_plan(self, printed(lines))
        text = printed(edited(rng, lines, work))
        if text == plan.text:
            return
        revision = proposed(self, plan, text)
        found = lines_of(compare(plan, revision))
        taken = {line.no for line in found if rng.random() < 0.5}
        self.confirm(plan, text, sorted(taken))
        plan = Plan.objects.get(pk=plan.pk)
        if len(taken) < len(found):
            again = proposed(self, plan, text)
            left = [told_of(line) for line in found if line.no not in taken]
            self.assertEqual(left, [told_of(line) for line in lines_of(compare(plan, again))])
            self.confirm(plan, text)
        self.check_said(plan, text)

    def revise(self, rng: Random) -> None:
        work = list(WORK)
        rng.shuffle(work)
        lines = [a_line(rng, work.pop()) for _ in range(6)]
        plan = issued_plan(self, printed(lines))
        for _ in range(2):  # a revision of a revision
            lines = edited(rng, lines, work)
            text = printed(lines)
            if text == Plan.objects.get(pk=plan.pk).text:
                continue
            self.confirm(plan, text)
            plan = Plan.objects.get(pk=plan.pk)
            self.check_said(plan, text)
        Plan.objects.filter(pk=plan.pk).update(sha256=f"{plan.pk}")  # the next one may be of the same bytes

    def confirm(self, plan: Plan, text: str, lines: list[int] | None = None) -> None:
        revision = proposed(self, plan, text)
        expected = digest_of(lines_of(compare(plan, revision)))
        edge = {"actor": self.supervisor, "now": self.now}
        confirm_revision(revision, expected=expected, note="修订", lines=lines, **edge)
        if lines is None:
            self.assertEqual(lines_of(compare(plan, revision)), [])

    def check_said(self, plan: Plan, text: str) -> None:
        """The plan says what it would if it were imported afresh, by another name of its bytes."""
        content = text.encode("utf-8-sig")
        fresh, _ = plan_services.import_plan(Upload(content, "新.txt"), actor=self.supervisor, now=self.now)
        self.assertEqual(said(plan), said(fresh))
        self.assertEqual((plan.text, plan.preamble), (fresh.text, fresh.preamble))
        plan_services.delete_draft(fresh, actor=self.supervisor)
        self.check_tasks(plan)

    def check_tasks(self, plan: Plan) -> None:
        """A task for each item, as the item is; one ended for each that is gone."""
        for row in plan.items.filter(kind="task").prefetch_related("owners__department", "targets"):
            task = Task.objects.get(plan_item=row)
            self.assertIsNone(record.broken_link(task.pk))
            self.assertEqual(task.status == "cancelled", row.withdrawn_at is not None)
            if row.withdrawn_at is None:
                self.assertEqual((task.title, task.body, task.due_on), (row.heading, row.body, row.due_on))
                helpers = {o.department_id for o in row.owners.all() if o.role != "lead"}
                self.assertEqual((task.lead, set(task.helper_ids())), (row.lead, helpers))
                values = [
                    [target.value for target in rows.order_by("ordinal")]
                    for rows in (task.targets, row.targets)
                ]
                self.assertEqual(values[0], values[1])
