"""结转: what an older plan left unfinished goes on in the newer one, once, with both ends on the record."""

from datetime import date
from decimal import Decimal
from functools import partial

from config.errors import DomainError
from plans.models import Plan, PlanChange, PlanItem
from plans.org.models import Department
from plans.services import delete_draft
from tasks import record, services
from tasks.models import Task, TaskEvent
from tasks.services.actuals import TargetActual
from tasks.services.carrying import Carried, carry
from tasks.services.issuing import issue_plan
from tasks.services.splitting import Part
from tests.builders import a_plan, a_task, an_item, at, issued, moved
from tests.cases import Office, OfficeCase, OfficeTransactionCase
from tests.races import at_once
from tests.snapshots import everything

DAY = date(2026, 1, 20)
NOW = at(DAY)


class Years(Office):
    """Last year's plan with a task of GXC under way, this year's as a draft."""

    def setUp(self) -> None:
        super().setUp()
        self.last = a_plan(self.kjj, year=2025)
        self.task = a_task(self.gxc, plan=self.last, status="in_progress", **LAST_YEAR)
        self.this = a_plan(self.kjj, year=2026)

    def carry(self, **more) -> list[Carried]:
        return carry(self.this, self.last, actor=self.supervisor, now=NOW, **more)

    def issue(self, plan: Plan | None = None, **more) -> list[Task]:
        return issue_plan(plan or self.this, actor=self.supervisor, now=NOW, **more)


LAST_YEAR = {"due_on": date(2025, 11, 30), "issued_on": date(2025, 3, 3)}


def told(found: list[Carried]) -> list[tuple[str, int | None, str]]:
    return [(one.task.code, one.item and one.item.pk, one.result) for one in found]


class CarryTest(Years, OfficeCase):
    def test_an_open_task_gets_an_item_in_the_new_plan_as_it_stands_now(self):
        self.task.set_helpers({self.ptc.pk: "cooperating"})
        moved(self.task, "reassign", on=date(2025, 6, 2), lead=self.cgc, cooperating=[self.ptc])
        ((code, pk, result),) = told(self.carry())
        self.assertEqual((code, result), ("KJJ-2025-01", "created"))
        item = self.this.items.get()
        self.assertEqual((item.pk, item.kind, item.heading), (pk, "task", self.task.title))
        self.assertEqual((item.continues, item.due_on), (self.task.plan_item, None))
        self.assertEqual(
            [(owner.department, owner.role) for owner in item.owners.all()],
            [(self.cgc, "lead"), (self.ptc, "cooperating")],
        )
        change = PlanChange.objects.get(plan=self.this, kind="carried")
        said = {"from": "KJJ-2025", "tasks": {"KJJ-2025-01": ["created", item.pk]}}
        self.assertEqual((change.data, change.actor), (said, self.supervisor))

    def test_targets_that_were_reached_stay_behind(self):
        targets = [("孵化器", 5), ("众创空间", 6), ("在孵企业", 100)]
        task = a_task(
            self.cgc, plan=self.last, status="in_progress", title="培育载体", targets=targets, **LAST_YEAR
        )
        reached, short, _ = task.targets.all()
        stated = [TargetActual(reached.pk, Decimal(5)), TargetActual(short.pk, Decimal(4))]
        moved(task, "report", on=date(2025, 9, 1), progress=60, targets=stated)
        (one,) = self.carry(tasks=[task.pk])
        self.assertEqual(
            [(target.name, target.value) for target in one.item.targets.all()],
            [("众创空间", Decimal(6)), ("在孵企业", Decimal(100))],
        )

    def test_a_ceiling_is_reached_from_below(self):
        task = a_task(
            self.cgc,
            plan=self.last,
            status="in_progress",
            title="压缩时限",
            targets=[("天数", 10)],
            **LAST_YEAR,
        )
        target = task.targets.get()
        task.targets.update(comparator="<=")
        moved(
            task, "report", on=date(2025, 9, 1), progress=60, targets=[TargetActual(target.pk, Decimal(12))]
        )
        (one,) = self.carry(tasks=[task.pk], dry_run=True)
        self.assertEqual(one.item, None)
        (one,) = self.carry(tasks=[task.pk])
        self.assertEqual(one.item.targets.count(), 1)

    def test_who_is_not_in_use_any_more_leads_nothing_new(self):
        Department.objects.filter(pk=self.gxc.pk).update(is_active=False)
        (one,) = self.carry()
        self.assertEqual(one.item.owners.count(), 0)

    def test_the_new_plans_own_item_takes_the_task_over(self):
        own = an_item(self.this, "做强科技企业孵化器", lead=self.cgc)
        self.assertEqual(told(self.carry()), [("KJJ-2025-01", own.pk, "linked")])
        own.refresh_from_db()
        self.assertEqual((own.continues, own.lead), (self.task.plan_item, self.cgc))
        self.assertEqual(self.this.items.count(), 1)

    def test_again_nothing_is_done_twice(self):
        first = told(self.carry())
        before = everything()
        self.assertEqual(told(self.carry()), [(first[0][0], first[0][1], "known")])
        self.assertEqual(everything(), before)

    def test_what_another_plan_of_the_year_took_over_is_not_taken_twice(self):
        self.carry()
        further = a_plan(self.kjj, year=2026, code="KJJ-2026B")
        (one,) = carry(further, self.last, actor=self.supervisor, now=NOW)
        self.assertEqual((one.result, one.item.plan), ("known", self.this))
        self.assertFalse(further.items.exists())

    def test_what_a_revision_took_out_takes_nothing_over(self):
        (one,) = self.carry()
        PlanItem.objects.filter(pk=one.item.pk).update(withdrawn_at=NOW)
        (again,) = self.carry()
        self.assertEqual((again.result, again.item == one.item), ("created", False))

    def test_what_is_over_in_the_new_plan_takes_nothing_over(self):
        """Else the open task would end in favour of one that nobody works on."""
        own = an_item(self.this, "做强科技企业孵化器", lead=self.cgc)
        (new,) = self.issue()
        moved(new, "cancel", on=DAY, actor=self.supervisor)
        (one,) = self.carry()
        self.assertEqual((one.result, one.item == own), ("created", False))
        self.assertEqual(Task.objects.get(pk=self.task.pk).status, "in_progress")

    def test_two_old_tasks_do_not_share_one_item(self):
        a_task(self.gxc, plan=self.last, status="in_progress", title="建设专业孵化器", **LAST_YEAR)
        an_item(self.this, "建设科技企业孵化器", lead=self.gxc)
        self.assertEqual([one.result for one in self.carry()], ["linked", "created"])

    def test_a_dry_run_tells_the_same_and_changes_nothing(self):
        a_task(self.cgc, plan=self.last, title="选派特派员", **LAST_YEAR)
        own = an_item(self.this, "深化特派员制度", lead=self.cgc)
        before = everything()
        found = told(self.carry(dry_run=True))
        self.assertEqual(found, [("KJJ-2025-01", None, "created"), ("KJJ-2025-02", own.pk, "linked")])
        self.assertEqual(everything(), before)

    def test_done_ended_and_split_off_work_stays_where_it_is(self):
        a_task(self.cgc, plan=self.last, status="completed", title="办结的", **LAST_YEAR)
        a_task(self.cgc, plan=self.last, status="cancelled", title="终止的", **LAST_YEAR)
        services.split_task(self.task.pk, [Part(self.ptc)], actor=self.head, now=at(date(2025, 4, 1)))
        self.assertEqual([one.task for one in self.carry()], [self.task])


class HandOverTest(Years, OfficeCase):
    def test_issuing_ends_the_old_task_and_both_records_say_so(self):
        self.carry()
        (new,) = self.issue(default_lead=self.gxc)
        old = Task.objects.get(pk=self.task.pk)
        self.assertEqual((old.status, new.status), ("cancelled", "pending"))
        last = old.events.latest("seq")
        self.assertEqual((last.kind, last.note, last.actor), ("cancel", "结转至KJJ-2026-01", self.supervisor))
        self.assertEqual(last.data["carried_to"], {"task": new.pk, "code": new.code})
        self.assertEqual(new.events.get().data["carried_from"], {"task": old.pk, "code": old.code})
        for task in (old, new):
            self.assertIsNone(record.broken_link(task.pk))

    def test_its_parts_end_with_it(self):
        services.split_task(
            self.task.pk, [Part(self.ptc), Part(self.rcc)], actor=self.head, now=at(date(2025, 4, 1))
        )
        one, other = Task.objects.filter(parent=self.task).order_by("pk")
        for name in ("accept", "submit", "approve"):
            moved(one, name, on=date(2025, 5, 6))
        self.carry()
        (new,) = self.issue()
        one.refresh_from_db()
        other.refresh_from_db()
        self.assertEqual((one.status, other.status), ("completed", "cancelled"))
        self.assertEqual(other.events.latest("seq").note, f"结转至{new.code}")

    def test_what_was_done_meanwhile_stays_done(self):
        self.carry()
        for name in ("submit", "approve"):
            moved(self.task, name, on=date(2026, 1, 15))
        (new,) = self.issue()
        old = Task.objects.get(pk=self.task.pk)
        self.assertEqual((old.status, old.events.latest("seq").kind), ("completed", "approve"))
        self.assertEqual(new.events.get().data["carried_from"]["code"], old.code)

    def test_an_item_that_was_issued_before_takes_over_at_once(self):
        an_item(self.this, "做强科技企业孵化器", lead=self.cgc)
        (new,) = self.issue()
        before = new.events.count()
        self.carry()
        old = Task.objects.get(pk=self.task.pk)
        self.assertEqual((old.status, old.events.latest("seq").note), ("cancelled", f"结转至{new.code}"))
        self.assertEqual(new.events.count(), before)
        self.assertEqual(told(self.carry(tasks=[old.pk]))[0][2], "known")

    def test_into_an_issued_plan_it_goes_with_the_next_issue(self):
        an_item(self.this, "选派特派员", lead=self.cgc)
        self.issue()
        self.carry()
        self.assertEqual(Task.objects.get(pk=self.task.pk).status, "in_progress")
        (new,) = self.issue()
        self.assertEqual((new.code, new.title), ("KJJ-2026-02", self.task.title))
        self.assertEqual(Task.objects.get(pk=self.task.pk).status, "cancelled")
        self.assertEqual(self.issue(), [])

    def test_a_plan_taken_back_leaves_the_old_tasks_alone(self):
        self.carry()
        before = TaskEvent.objects.count()
        delete_draft(self.this, actor=self.supervisor)
        self.task.refresh_from_db()
        self.assertEqual((self.task.status, TaskEvent.objects.count()), ("in_progress", before))
        again = a_plan(self.kjj, year=2026)
        (one,) = carry(again, self.last, actor=self.supervisor, now=NOW)
        self.assertEqual(one.result, "created")

    def test_the_old_plan_can_be_archived_then(self):
        self.carry()
        self.issue()
        services.archive_plan(self.last, actor=self.supervisor, now=NOW)

    def test_nothing_is_issued_where_the_old_task_is_not_the_actors_to_end(self):
        mine = a_plan(self.elsewhere, year=2026)
        item = an_item(mine, "接着办", lead=self.elsewhere)
        PlanItem.objects.filter(pk=item.pk).update(continues=self.task.plan_item)
        other = self.stranger
        other.memberships.create(department=self.elsewhere, role="supervisor")
        before = everything()
        with self.assertRaises(DomainError) as refused:
            issue_plan(mine, actor=type(other).objects.get(pk=other.pk), now=NOW)
        self.assertEqual((refused.exception.code, everything()), ("move_not_yours", before))


class RefusedTest(Years, OfficeCase):
    def refused(self, plan: Plan, other: Plan, who: str = "supervisor", **more) -> str:
        before = everything()
        with self.assertRaises(DomainError) as refused:
            carry(plan, other, actor=getattr(self, who), now=NOW, **more)
        self.assertEqual(everything(), before)
        return refused.exception.code

    def test_only_forward(self):
        issued(self.this, DAY)
        self.assertEqual(self.refused(self.last, self.this), "plan_not_older")
        self.assertEqual(self.refused(self.last, self.last), "plan_not_older")

    def test_only_what_is_open_and_of_that_plan(self):
        done = a_task(self.cgc, plan=self.last, status="completed", title="办结的", **LAST_YEAR)
        foreign = a_task(self.cgc, plan=self.this, title="别的")
        self.assertEqual(self.refused(self.this, self.last, tasks=[self.task.pk, done.pk]), "task_not_open")
        self.assertEqual(self.refused(self.this, self.last, tasks=[self.task.pk, foreign.pk]), "task_unknown")

    def test_only_between_plans_in_use(self):
        draft = a_plan(self.kjj, year=2024)
        self.assertEqual(self.refused(self.this, draft), "plan_state")
        Plan.objects.filter(pk=self.this.pk).update(status="failed")
        self.assertEqual(self.refused(self.this, self.last), "plan_state")

    def test_only_by_who_supervises_both(self):
        for who in ("head", "leader", "viewer", "stranger"):
            self.assertEqual(self.refused(self.this, self.last, who), "permission_denied", who)
        foreign = a_plan(self.elsewhere, year=2024, status="issued", released_at=NOW)
        self.assertEqual(self.refused(self.this, foreign), "permission_denied")


class RaceTest(Years, OfficeTransactionCase):
    def test_of_two_at_once_one_makes_the_items(self):
        found = at_once(self.carry, self.carry)
        self.assertEqual(sorted(one.result for (one,) in found), ["created", "known"])
        self.assertEqual(self.this.items.count(), 1)

    def test_into_two_plans_at_once_it_goes_into_one(self):
        further = a_plan(self.kjj, year=2026, code="KJJ-2026B")
        calls = [
            partial(carry, plan, self.last, actor=self.supervisor, now=NOW) for plan in (self.this, further)
        ]
        found = at_once(*calls)
        self.assertEqual(sorted(one.result for (one,) in found), ["created", "known"])
        self.assertEqual(PlanItem.objects.filter(continues=self.task.plan_item).count(), 1)

    def test_issued_twice_while_the_lead_submits_both_records_stay_whole(self):
        self.carry()

        def submit() -> object:
            return moved(self.task, "submit", on=DAY, actor=self.head)

        found = at_once(self.issue, self.issue, submit)
        self.assertEqual(sorted(len(tasks) for tasks in found[:2]), [0, 1])
        old = Task.objects.get(pk=self.task.pk)
        self.assertEqual(old.status, "cancelled")
        for task in Task.objects.all():
            self.assertIsNone(record.broken_link(task.pk))
