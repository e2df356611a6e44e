"""A confirmed revision changes plan and tasks together, on the record, and nothing twice."""

from datetime import date
from decimal import Decimal
from functools import partial

from config.errors import DomainError
from plans import services as plan_services
from plans.models import GoalActual, Plan, PlanChange, PlanItem, PlanRevision
from plans.services import Upload
from plans.services.revising import RevisionSame, compare
from tasks import record
from tasks.models import ChecklistItem, Task, TaskEvent, TaskTarget
from tasks.services import confirm_revision, edit_task, issue_plan, make_move, split_task
from tasks.services.actuals import TargetActual
from tasks.services.moves import MoveInput
from tasks.services.revision_lines import Line, digest_of, lines_of
from tasks.services.splitting import Part, Share
from tests.builders import moved
from tests.cases import Office, OfficeCase, OfficeTransactionCase
from tests.plans.test_revising import PLAN, issued_plan, proposed
from tests.races import at_once

LATER = ("6月底前", "10月底前")
MORE = ("300人", "350人")
OTHER_LEAD = ("牵头单位：平台基地处", "牵头单位：人才处")
GONE = ("4.办好成果对接会。每季度举办一场专题对接。（牵头单位：成果转化处）\n", "")
NEW = (
    "4.办好",
    "4.建设概念验证中心。建成概念验证中心2家，8月底前启用。（牵头单位：成果转化处）\n一是选定场地。\n二是组建团队。\n5.办好",
)


class Revising(Office):
    plan: Plan

    def propose(self, *edits: tuple[str, str], text: str = PLAN) -> PlanRevision:
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        return proposed(self, self.plan, text)

    def lines(self, revision: PlanRevision) -> list[Line]:
        return lines_of(compare(self.plan, revision))

    def confirm(self, revision: PlanRevision, lines: list[int] | None = None, **given) -> PlanRevision:
        given = {"expected": digest_of(self.lines(revision)), "note": "按局长办公会意见", **given}
        return confirm_revision(revision, actor=self.supervisor, now=self.now, lines=lines, **given)

    def revise(self, *edits: tuple[str, str]) -> PlanRevision:
        return self.confirm(self.propose(*edits))

    def task(self, heading: str) -> Task:
        return Task.objects.get(plan=self.plan, parent=None, title__startswith=heading)

    def assert_sound(self) -> None:
        """Every task stands as its record says, and no text but the plan's own is left."""
        for task in Task.objects.filter(plan=self.plan):
            assert record.broken_link(task.pk) is None, task
        ordinals = list(self.plan.items.values_list("ordinal", flat=True))
        assert ordinals == list(range(len(ordinals)))


class Case(Revising, OfficeCase):
    def setUp(self) -> None:
        self.plan = issued_plan(self)

    def tearDown(self) -> None:
        self.assert_sound()


class ConfirmTest(Case):
    def test_a_date(self):
        task = self.task("实施高企")
        revision = self.revise(LATER)
        task.refresh_from_db()
        self.assertEqual((task.due_on, task.original_due_on), (date(2026, 10, 31), date(2026, 6, 30)))
        event = task.events.latest("seq")
        self.assertEqual((event.kind, event.data["due_on"]), ("due_changed", ["2026-06-30", "2026-10-31"]))
        self.assertEqual((event.data["revision"], event.note), (revision.pk, "计划修订1：按局长办公会意见"))
        self.assertIn("10月底前", task.body)
        item = task.plan_item
        self.assertEqual((item.due_on, item.deadline_text), (date(2026, 10, 31), "10月底前"))
        text = Plan.objects.get(pk=self.plan.pk).text
        self.assertEqual(text[item.deadline_start : item.deadline_end], "10月底前")

    def test_a_date_that_is_gone_is_the_years_end(self):
        self.revise(("6月底前完成首批认定", "完成首批认定"))
        task = self.task("实施高企")
        self.assertEqual((task.due_on, task.deadline_kind), (date(2026, 12, 31), ""))

    def test_another_lead(self):
        task = moved(self.task("争创"), "accept", on=self.today)
        self.revise(OTHER_LEAD)
        task.refresh_from_db()
        self.assertEqual((task.lead, task.status), (self.rcc, "pending"))
        self.assertEqual(list(task.events.values_list("kind", flat=True))[-2:], ["reassign", "edited"])
        self.assertEqual(task.plan_item.lead, self.rcc)
        self.assertIn("人才处", task.body)

    def test_other_helpers_and_the_lead_stays(self):
        self.revise(("配合单位：成果转化处", "配合单位：平台基地处、人才处"))
        task = self.task("实施高企")
        self.assertEqual((task.lead, set(task.helper_ids())), (self.gxc, {self.ptc.pk, self.rcc.pk}))
        self.assertEqual(task.status, "pending")

    def test_lead_and_helper_change_places(self):
        edits = [("牵头单位：高新技术处；配合单位：成果转化处", "牵头单位：成果转化处；配合单位：高新技术处")]
        self.revise(*edits)
        task = self.task("实施高企")
        self.assertEqual((task.lead, task.helper_roles()), (self.cgc, {self.gxc.pk: "cooperating"}))

    def test_a_helper_brought_in_by_hand_that_leads_now_is_named_once(self):
        text = PLAN.replace("2026年工作", "2026年重点工作")
        edge = {"actor": self.supervisor, "now": self.now}
        plan, _ = plan_services.import_plan(Upload(text.encode(), "另一份.txt"), **edge)
        item = plan.items.get(heading="争创省重点实验室")
        plan_services.change_item(item, cooperating=[self.rcc, self.cgc], **edge)
        issue_plan(plan, **edge)
        self.plan = Plan.objects.get(pk=plan.pk)
        self.confirm(self.propose(OTHER_LEAD, text=text))
        task = Task.objects.get(plan_item=item)
        self.assertEqual((task.lead, task.helper_ids()), (self.rcc, [self.cgc.pk]))
        self.assertEqual([str(owner) for owner in item.owners.all()], ["人才处", "成果转化处"])

    def test_who_was_brought_in_on_the_record_stays(self):
        task = self.task("实施高企")
        edge = {"actor": self.supervisor, "now": self.now, "version": task.version}
        edit_task(task.pk, cooperating=[self.cgc, self.ptc], **edge)
        self.revise(("配合单位：成果转化处", "配合单位：人才处"))
        self.assertEqual(set(task.helpers.values_list("department", flat=True)), {self.ptc.pk, self.rcc.pk})

    def test_words(self):
        self.revise(("推进科技特派员下乡。选派", "深入推进科技特派员下乡。择优选派"))
        task = self.task("深入推进")
        event = task.events.latest("seq")
        self.assertEqual(
            (event.kind, event.data["title"]), ("edited", ["推进科技特派员下乡", "深入推进科技特派员下乡"])
        )
        self.assertTrue(task.body.startswith("择优选派"))
        self.assertEqual(task.plan_item.heading, task.title)

    def test_a_target_keeps_what_was_reached(self):
        task = moved(self.task("推进科技"), "accept", on=self.today)
        asked = task.targets.get()
        moved(task, "report", on=self.today, progress=30, targets=[figure(asked.pk, 120)])
        self.revise(MORE)
        asked.refresh_from_db()
        self.assertEqual((asked.value, asked.actual), (350, 120))
        (told,) = task.events.latest("seq").data["targets_asked"]
        self.assertEqual((told["id"], [side["value"] for side in told["asked"]]), (asked.pk, ["300", "350"]))
        self.assertNotIn("targets", task.events.latest("seq").data, "those are figures reached")

    def test_targets_come_and_go(self):
        self.revise(("选派科技特派员300人下沉一线", "选派科技特派员下沉一线，举办培训班12期"))
        (asked,) = self.task("推进科技").targets.all()
        self.assertEqual((asked.value, asked.unit, asked.target.item.targets.count()), (12, "期", 1))

    def test_an_item_more(self):
        self.revise(NEW)
        task = self.task("建设概念")
        self.assertEqual((task.code, task.lead, task.due_on), ("KJJ-2026-06", self.cgc, date(2026, 8, 31)))
        self.assertEqual(list(task.checklist.values_list("text", flat=True)), ["选定场地", "组建团队"])
        self.assertEqual(task.targets.get().value, 2)
        event = task.events.get()
        self.assertEqual((event.kind, event.data["asked"]["title"]), ("issued", "建设概念验证中心"))
        self.assertIn("revision", event.data)
        item = task.plan_item
        self.assertEqual((item.number, item.parent.heading), ("4", "建好创新平台"))
        self.assertEqual(self.plan.items.get(heading="办好成果对接会").number, "5")

    def test_an_item_less(self):
        task = moved(self.task("办好成果"), "accept", on=self.today)
        self.revise(GONE)
        task.refresh_from_db()
        self.assertEqual((task.status, task.events.latest("seq").kind), ("cancelled", "cancel"))
        self.assertEqual(task.events.latest("seq").data["revision"], PlanRevision.objects.get().pk)
        self.assertEqual(task.plan_item.withdrawn_at, self.now)
        self.assertEqual(issue_plan(self.plan, actor=self.supervisor, now=self.now), [])

    def test_a_withdrawn_item_that_was_never_issued_stays_so(self):
        item = self.plan.items.get(heading="办好成果对接会")
        Task.objects.filter(plan_item=item).update(plan_item=self.plan.items.get(heading="保障措施"))
        self.revise(GONE)
        self.assertEqual(issue_plan(self.plan, actor=self.supervisor, now=self.now), [])

    def test_the_parts_of_an_item_less_end_with_it(self):
        task = moved(self.task("办好成果"), "accept", on=self.today)
        (part,) = split_task(task.pk, [Part(lead=self.gxc)], actor=self.supervisor, now=self.now)
        revision = self.propose(GONE)
        self.assertEqual([line.why for line in self.lines(revision)], ["任务将终止，分解任务一并终止。"])
        self.confirm(revision)
        part.refresh_from_db()
        self.assertEqual(
            (part.status, part.events.latest("seq").data["revision"]), ("cancelled", revision.pk)
        )

    def test_measures_are_steps(self):
        self.revise(
            (
                "二是开展年度考评。\n三是表彰先进典型。",
                "二是开展双向考评。\n三是表彰先进典型。\n四是建立服务台账20本。",
            )
        )
        task = self.task("推进科技")
        steps = ["组织供需对接", "开展双向考评", "表彰先进典型", "建立服务台账20本"]
        self.assertEqual(list(task.checklist.values_list("text", flat=True)), steps)
        told = task.events.latest("seq").data["steps"]
        self.assertEqual([step["text"][0] for step in told], ["开展年度考评", None])

    def test_a_step_that_is_done_stays(self):
        task = self.task("推进科技")
        ChecklistItem.objects.filter(task=task, text="开展年度考评").update(done_on=self.today)
        self.revise(("二是开展年度考评。\n三是", "二是"))
        self.assertEqual(task.checklist.count(), 3)
        self.assertIsNotNone(self.plan.items.get(heading="开展年度考评").withdrawn_at)

    def test_a_goal(self):
        self.revise(("高新技术企业120家", "高新技术企业150家"))
        item = self.plan.items.get(kind="goal", heading="净增高新技术企业150家")
        self.assertEqual(item.targets.get().value, 150)

    def test_all_at_once(self):
        before = Task.objects.count()
        revision = self.revise(LATER, MORE, OTHER_LEAD, GONE, ("5.加强督查", "6.加强督查"))
        self.assertEqual(Task.objects.count(), before)
        change = self.plan.changes.get(kind="revised")
        counts = {
            "added": 0,
            "removed": 1,
            "text": 0,
            "date": 1,
            "owner": 1,
            "target": 1,
            "left": 0,
            "goals": {},
        }
        self.assertEqual(change.data, {"revision": revision.pk, "number": 1, **counts})
        self.assertEqual((revision.status, revision.decided_by), ("confirmed", self.supervisor))
        self.assertEqual([line["applied"] for line in revision.differences], [True] * 4)


class SameAgainTest(Case):
    def test_the_file_that_is_in_force_changes_nothing(self):
        for text in (PLAN, PLAN.replace(*LATER)):
            with self.assertRaises(RevisionSame):
                self.propose(text=text)
            if text == PLAN:
                self.revise(LATER)
        self.assertEqual(PlanRevision.objects.count(), 1)

    def test_the_same_words_in_another_file_differ_in_nothing(self):
        self.revise(LATER)
        revision = self.propose(LATER, ("\n", "\r\n"))
        self.assertEqual(self.lines(revision), [])
        before = TaskEvent.objects.count()
        self.confirm(revision)
        self.assertEqual(TaskEvent.objects.count(), before)

    def test_confirmed_again_it_does_nothing(self):
        revision = self.revise(LATER, NEW)
        before = (Task.objects.count(), TaskEvent.objects.count(), PlanChange.objects.count())
        self.confirm(revision, expected="")
        self.assertEqual(
            (Task.objects.count(), TaskEvent.objects.count(), PlanChange.objects.count()), before
        )

    def test_bytes_that_were_put_aside_are_proposed_anew(self):
        first = self.propose(LATER)
        self.assertEqual(self.propose(LATER), first)
        plan_services.discard_revision(first, actor=self.supervisor, now=self.now)
        again = self.propose(LATER)
        self.assertEqual((again.status, again.number), ("proposed", 2))
        first.refresh_from_db()
        self.assertEqual((first.status, first.decided_by), ("discarded", self.supervisor))

    def test_what_was_confirmed_stays_written_down(self):
        first = self.propose(LATER, MORE)
        self.confirm(first, [1])
        second = self.propose(LATER, MORE)
        plan_services.discard_revision(second, actor=self.supervisor, now=self.now)
        first.refresh_from_db()
        self.assertEqual(
            (first.status, [line["applied"] for line in first.differences]), ("confirmed", [True, False])
        )
        self.assertEqual(first.file.read(), second.file.read())

    def test_back_to_what_was_issued_first(self):
        self.revise(NEW, GONE_AFTER_NEW)
        self.confirm(proposed(self, self.plan, PLAN + "\n"))
        present = self.plan.items.filter(withdrawn_at=None, kind="task").order_by("ordinal")
        self.assertEqual(present[3].heading, "办好成果对接会")
        self.assertEqual(self.task("建设概念").status, "cancelled")
        statuses = Task.objects.filter(title="办好成果对接会").order_by("pk").values_list("status", flat=True)
        self.assertEqual(list(statuses), ["cancelled", "pending"])

    def test_what_was_left_is_offered_again(self):
        revision = self.propose(LATER, MORE)
        self.confirm(revision, [line.no for line in self.lines(revision) if line.difference.kind == "target"])
        self.assertEqual(self.task("实施高企").due_on, date(2026, 6, 30))
        self.assertNotIn("10月底前", self.task("实施高企").body)
        again = self.propose(LATER, MORE)
        self.assertEqual([line.difference.kind for line in self.lines(again)], ["date"])
        self.confirm(again)
        self.assertEqual(self.task("实施高企").due_on, date(2026, 10, 31))
        self.assertIn("10月底前", self.task("实施高企").body)

    def test_an_item_left_is_offered_again(self):
        revision = self.propose(GONE, NEW_AFTER_GONE)
        self.confirm(revision, [])
        again = self.propose(GONE, NEW_AFTER_GONE)
        self.assertEqual({line.difference.kind for line in self.lines(again)}, {"added", "removed"})
        self.confirm(again)
        self.assertEqual(self.lines(self.propose(GONE, NEW_AFTER_GONE, ("\n", "\n\n"))), [])


GONE_AFTER_NEW = ("5.办好成果对接会。每季度举办一场专题对接。（牵头单位：成果转化处）\n", "")
NEW_AFTER_GONE = ("三、保障措施", "4.出台人才新政。（牵头单位：人才处）\n三、保障措施")


class ForbiddenTest(Case):
    def why(self, revision: PlanRevision) -> list[tuple[bool, str]]:
        return [(line.possible, line.why) for line in self.lines(revision)]

    def test_who_applies_to_close_is_not_disturbed(self):
        task = self.task("实施高企")
        for move in ("accept", "submit"):
            moved(task, move, on=self.today)
        revision = self.propose(LATER)
        self.assertEqual(self.why(revision), [(False, "任务正在申请办结，请先审核办结或退回重办。")])
        events = TaskEvent.objects.count()
        with self.assertRaises(DomainError) as refused:
            self.confirm(revision, [1])
        self.assertEqual((refused.exception.code, refused.exception.status), ("line_unknown", 400))
        self.confirm(revision)
        task.refresh_from_db()
        self.assertEqual((task.due_on, TaskEvent.objects.count()), (date(2026, 6, 30), events))

    def test_what_is_done_stays(self):
        task = self.task("办好成果")
        for move in ("accept", "submit", "approve"):
            moved(task, move, on=self.today)
        self.assertEqual([possible for possible, _ in self.why(self.propose(GONE))], [False])

    def test_a_target_that_something_was_said_of_stays(self):
        task = moved(self.task("推进科技"), "accept", on=self.today)
        asked = task.targets.get()
        moved(task, "report", on=self.today, progress=30, targets=[figure(asked.pk, 120)])
        revision = self.propose(("选派科技特派员300人下沉一线", "选派科技特派员下沉一线"))
        self.assertIn((False, "该指标已有完成值或已分解，不能删去。"), self.why(revision))

    def test_a_split_task_is_changed_as_a_whole(self):
        task = moved(self.task("推进科技"), "accept", on=self.today)
        share = Share(task.targets.get().pk, Decimal(100))
        split_task(task.pk, [Part(lead=self.gxc, targets=[share])], actor=self.supervisor, now=self.now)
        revision = self.propose(MORE)
        ((possible, why),) = self.why(revision)
        self.assertTrue(possible)
        self.assertIn("任务已分解", why)
        self.confirm(revision)
        self.assertEqual(
            [target.value for target in TaskTarget.objects.filter(task__plan=self.plan, unit="人")],
            [350, 100],
        )

    def test_a_new_item_needs_a_lead(self):
        revision = self.propose(("三、保障措施", "4.出台人才新政。\n三、保障措施"))
        before = Task.objects.count()
        with self.assertRaises(DomainError) as refused:
            self.confirm(revision)
        self.assertEqual(refused.exception.code, "items_without_lead")
        self.confirm(revision, default_lead=self.rcc)
        self.assertEqual((Task.objects.count(), self.task("出台").lead), (before + 1, self.rcc))

    def test_a_unit_that_nobody_knows_leads_nothing(self):
        revision = self.propose(("牵头单位：平台基地处", "牵头单位：火星开发处"))
        ((possible, why),) = self.why(revision)
        self.assertFalse(possible)
        self.assertIn("火星开发处", why)

    def test_what_changed_meanwhile_is_looked_at_again(self):
        revision = self.propose(LATER)
        seen = digest_of(self.lines(revision))
        moved(self.task("实施高企"), "accept", on=self.today)
        with self.assertRaises(DomainError) as refused:
            self.confirm(revision, expected=seen)
        self.assertEqual(refused.exception.code, "revision_outdated")
        revision.refresh_from_db()
        self.assertEqual((revision.status, self.task("实施高企").due_on), ("proposed", date(2026, 6, 30)))

    def test_only_the_issuers_supervisor_of_an_issued_plan(self):
        revision = self.propose(LATER)
        with self.assertRaises(DomainError) as refused:
            confirm_revision(revision, actor=self.head, now=self.now, expected="", note="改")
        self.assertEqual(refused.exception.status, 403)
        Plan.objects.filter(pk=self.plan.pk).update(status="archived", archived_at=self.now)
        with self.assertRaises(DomainError) as refused:
            self.confirm(revision)
        self.assertEqual(refused.exception.code, "plan_state")

    def test_a_goal_with_figures_keeps_its_target(self):
        item = self.plan.items.get(kind="goal", heading__startswith="技术合同")
        actual = {"value": Decimal(20), "measured_on": self.today, "actor": self.supervisor, "now": self.now}
        plan_services.state_goal_actual(item.goal, item.targets.get(), **actual)
        self.revise(("，技术合同成交额突破45亿元", ""))
        item.refresh_from_db()
        self.assertIsNotNone(item.withdrawn_at)
        with self.assertRaises(DomainError) as refused:
            plan_services.state_goal_actual(item.goal, item.targets.get(), **actual)
        self.assertEqual(refused.exception.code, "target_unknown")
        self.assertEqual(GoalActual.objects.count(), 1)


def figure(pk: int, value: int) -> TargetActual:
    return TargetActual(pk, Decimal(value))


class RaceTest(Revising, OfficeTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.plan = issued_plan(self)

    def test_confirmed_twice_at_once_it_is_done_once(self):
        revision = self.propose(NEW, LATER)
        given = {"expected": digest_of(self.lines(revision)), "note": "按会议意见"}
        call = partial(confirm_revision, revision, actor=self.supervisor, now=self.now, **given)
        results = at_once(*[call] * 4)
        self.assertEqual([result.status for result in results], ["confirmed"] * 4)
        self.assertEqual(Task.objects.count(), 6)
        self.assertEqual(PlanChange.objects.filter(kind="revised").count(), 1)
        self.assert_sound()

    def test_uploaded_twice_at_once_it_is_one(self):
        content = PLAN.replace(*LATER).encode()
        call = partial(
            plan_services.propose, self.plan, Upload(content, "a.txt"), actor=self.supervisor, now=self.now
        )
        results = at_once(*[call] * 4)
        self.assertEqual(sorted(created for _, created in results), [False] * 3 + [True])

    def test_against_people_at_work_either_comes_first(self):
        revision = self.propose(LATER, GONE)
        seen = digest_of(self.lines(revision))
        accept = [
            partial(
                make_move, self.task(name).pk, "accept", actor=self.admin, now=self.now, given=MoveInput()
            )
            for name in ("实施高企", "办好成果")
        ]
        confirm = partial(
            confirm_revision, revision, actor=self.supervisor, now=self.now, expected=seen, note="改"
        )
        *_, result = at_once(*accept, confirm)
        revision.refresh_from_db()
        if isinstance(result, DomainError):
            self.assertEqual((result.code, revision.status), ("revision_outdated", "proposed"))
        else:
            self.assertEqual(self.task("办好成果").status, "cancelled")
        self.assert_sound()

    def test_what_breaks_in_the_middle_leaves_nothing(self):
        """The new task, made last, has nobody to lead it: by then the others have been changed and ended."""
        revision = self.propose(LATER, GONE, ("三、保障措施", "4.出台人才新政。\n三、保障措施"))
        before = self.everything()
        with self.assertRaises(DomainError) as refused:
            self.confirm(revision)
        self.assertEqual(refused.exception.code, "items_without_lead")
        self.assertEqual(self.everything(), before)

    def everything(self) -> list:
        return [
            list(model.objects.order_by("pk").values())
            for model in (PlanItem, Task, TaskEvent, TaskTarget, PlanChange, PlanRevision)
        ]
