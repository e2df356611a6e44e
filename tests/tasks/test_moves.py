"""Every move × every status × every role, and what each move makes true."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from config.errors import InputInvalid, NotAllowed
from plans.org import workdays
from tasks import access, record
from tasks.models import Report, Task, TaskEvent
from tasks.services import make_move
from tasks.services.moves import MoveInput, MoveNotAllowed, TargetActual, TaskChanged
from tasks.states import MOVES, Status
from tests.builders import ISSUED_ON, a_membership, a_task, a_user, at, moved
from tests.cases import OfficeCase

# Who may make a move on a task led by GXC, helped by CGC, of a plan of KJJ, by the cast's names.
LEAD = {"liaison", "head"}
EXPECTED = {
    "accept": LEAD,
    "decline": {"head"},
    "reassign": {"supervisor"},
    "report": {"liaison", "head", "liaison2", "head2"},
    "submit": LEAD,
    "withdraw": LEAD,
    "return": {"supervisor"},
    "approve": {"supervisor"},
    "close": {"supervisor", "leader"},
    "recheck": {"supervisor", "leader"},
    "reopen": {"supervisor"},
    "suspend": {"supervisor"},
    "resume": {"supervisor"},
    "cancel": {"supervisor"},
}
CAST = ("liaison", "head", "liaison2", "head2", "supervisor", "leader", "viewer", "stranger")
DAY = date(2026, 3, 4)


class EveryMoveTest(OfficeCase):
    def given(self, name: str) -> MoveInput:
        more = {"lead": self.ptc} if name == "reassign" else {}
        return MoveInput(note="说明", progress=50, outcome="solid", **more)

    def test_every_move_from_every_status_by_everyone(self):
        tasks = {s: a_task(self.gxc, status=s, cooperating=[self.cgc], title=f"任务{s}") for s in Status}
        for name, move in MOVES.items():
            for status, task in tasks.items():
                for who in (*CAST, "admin"):
                    allowed = who == "admin" or who in EXPECTED[name]
                    with self.subTest(move=name, status=status, who=who):
                        self.try_move(task, name, who, allowed=allowed, possible=status in move.sources)

    def try_move(self, task: Task, name: str, who: str, *, allowed: bool, possible: bool) -> None:
        events = TaskEvent.objects.filter(task=task).count()
        actor = getattr(self, who)
        with transaction.atomic():
            if allowed and possible:
                make_move(task.pk, name, actor=actor, now=at(DAY), given=self.given(name))
                after = Task.objects.get(pk=task.pk)
                self.assertEqual(after.status, MOVES[name].target or task.status)
                self.assertEqual(TaskEvent.objects.filter(task=task).count(), events + 1)
                self.assertIsNone(record.broken_link(task.pk), "the event says what the row says")
            else:
                with self.assertRaises(MoveNotAllowed if allowed else NotAllowed), transaction.atomic():
                    make_move(task.pk, name, actor=actor, now=at(DAY), given=self.given(name))
                after = Task.objects.get(pk=task.pk)
                self.assertEqual((after.status, after.version), (task.status, task.version))
                self.assertEqual(TaskEvent.objects.filter(task=task).count(), events)
            transaction.set_rollback(True)

    def test_the_moves_shown_are_the_moves_that_work(self):
        calendar = workdays.calendar()
        for status in Status:
            task = a_task(self.gxc, status=status, cooperating=[self.cgc], title=f"任务{status}")
            for who in CAST:
                shown = {
                    m.name
                    for m in access.allowed_moves(getattr(self, who), task, today=DAY, calendar=calendar)
                }
                works = {n for n, m in MOVES.items() if status in m.sources and who in EXPECTED[n]}
                with self.subTest(status=status, who=who):
                    self.assertEqual(shown, works)

    def test_a_note_is_required_where_the_table_says_so(self):
        for name, move in MOVES.items():
            task = a_task(self.gxc, status=move.sources[0], title=f"任务{name}")
            given = self.given(name)
            given.note = "  "
            with self.subTest(move=name):
                if move.note_required:
                    with self.assertRaises(InputInvalid) as caught:
                        make_move(task.pk, name, actor=self.admin, now=at(DAY), given=given)
                    self.assertEqual(caught.exception.code, "note_required")
                else:
                    make_move(task.pk, name, actor=self.admin, now=at(DAY), given=given)


class WhatMovesMakeTrueTest(OfficeCase):
    def test_accept_is_dated(self):
        task = moved(a_task(self.gxc), "accept", on=DAY, actor=self.liaison)
        self.assertEqual(task.accepted_on, DAY)

    def test_a_decline_comes_within_five_working_days(self):
        last = date(2026, 3, 9)  # assigned on Monday 2 March
        self.assertEqual(moved(a_task(self.gxc), "decline", on=last, actor=self.head).status, "declined")
        with self.assertRaises(MoveNotAllowed) as caught:
            moved(a_task(self.gxc, title="另一项"), "decline", on=date(2026, 3, 10), actor=self.head)
        self.assertEqual(caught.exception.code, "decline_too_late")
        self.assertIn("交办后5个工作日内", caught.exception.message)
        with self.settings(DECLINE_WORKING_DAYS=6):
            moved(a_task(self.gxc, title="第三项"), "decline", on=date(2026, 3, 10), actor=self.head)

    def test_a_late_decline_is_not_offered(self):
        task, calendar = a_task(self.gxc), workdays.calendar()
        for day, offered in ((date(2026, 3, 9), True), (date(2026, 3, 10), False)):
            names = [m.name for m in access.allowed_moves(self.head, task, today=day, calendar=calendar)]
            self.assertEqual("decline" in names, offered)

    def test_reassign_starts_the_new_leads_clock(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc, self.ptc])
        task = moved(task, "reassign", on=date(2026, 4, 1), actor=self.supervisor, lead=self.cgc)
        self.assertEqual((task.lead, task.status), (self.cgc, "pending"))
        self.assertEqual((task.assigned_on, task.accepted_on), (date(2026, 4, 1), None))
        self.assertEqual(task.helper_ids(), [self.ptc.pk], "the new lead is no helper of its own")
        event = task.events.latest("seq")
        self.assertEqual(event.data["lead"], [self.gxc.pk, self.cgc.pk])
        self.assertEqual(event.helpers, [{"department": self.ptc.pk, "role": "cooperating"}])

    def test_reassigning_to_the_same_lead_refuses_its_decline(self):
        task = a_task(self.gxc, status="declined")
        task = moved(task, "reassign", on=date(2026, 3, 6), actor=self.supervisor, lead=self.gxc)
        self.assertEqual((task.lead, task.status, task.assigned_on), (self.gxc, "pending", date(2026, 3, 6)))

    def test_the_leads_report_sets_progress_and_a_helpers_does_not(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc])
        task = moved(
            task, "report", on=DAY, actor=self.liaison, progress=40, problems="缺人", next_steps="增派"
        )
        task = moved(task, "report", on=DAY, actor=self.liaison2, progress=90, note="我处已完成")
        self.assertEqual(task.progress, 40)
        told = [(r.department, r.progress, r.done) for r in Report.objects.order_by("id")]
        self.assertEqual(told, [(self.gxc, 40, "已按要求办理"), (self.cgc, 90, "我处已完成")])

    def test_submit_wants_a_figure_or_a_reason_for_every_target(self):
        task = a_task(self.gxc, status="in_progress", targets=[("新增企业", 60), ("新增平台", 5)])
        first, second = task.targets.all()
        with self.assertRaises(MoveNotAllowed) as caught:
            moved(task, "submit", on=DAY, targets=[TargetActual(first.pk, Decimal(61))])
        self.assertEqual(caught.exception.code, "actuals_missing")
        first.refresh_from_db()
        self.assertIsNone(first.actual, "nothing half saved")
        given = [TargetActual(first.pk, Decimal(61)), TargetActual(second.pk, reason="年底统计")]
        task = moved(task, "submit", on=DAY, actor=self.liaison, targets=given)
        self.assertEqual((task.status, task.submitted_on), ("submitted", DAY))
        self.assertEqual([(t.actual, t.reason) for t in task.targets.all()], [(61, ""), (None, "年底统计")])

    def test_a_reason_alone_leaves_the_figure_stated_before(self):
        task = a_task(self.gxc, status="in_progress", targets=[("新增企业", 60)])
        target = task.targets.get()
        moved(task, "report", on=DAY, progress=30, targets=[TargetActual(target.pk, Decimal(41))])
        moved(task, "submit", on=DAY, targets=[TargetActual(target.pk, reason="其余年底统计")])
        target.refresh_from_db()
        self.assertEqual((target.actual, target.reason), (41, "其余年底统计"))

    def test_a_report_tells_of_the_period_of_its_cycle(self):
        for cycle, words, period in (("weekly", "每周", "2026-W10"), ("quarterly", "每季度", "2026-Q1")):
            task = a_task(self.gxc, status="in_progress", title=words)
            Task.objects.filter(pk=task.pk).update(reporting_cycle=cycle)
            moved(task, "report", on=DAY, progress=10)
            self.assertEqual(task.reports.get().period, period)

    def test_another_tasks_target_is_refused(self):
        task = a_task(self.gxc, status="in_progress")
        other = a_task(self.cgc, title="另一项", targets=[("项目", 3)]).targets.get()
        with self.assertRaises(InputInvalid):
            moved(task, "report", on=DAY, progress=10, targets=[TargetActual(other.pk, Decimal(3))])
        other.refresh_from_db()
        self.assertIsNone(other.actual)

    def test_approve_counts_from_the_day_the_lead_applied(self):
        task = a_task(self.gxc, status="submitted", due_on=date(2026, 3, 20), moved_on=date(2026, 3, 20))
        task = moved(task, "approve", on=date(2026, 4, 9), actor=self.supervisor)
        self.assertEqual((task.completed_on, task.progress, task.was_late), (date(2026, 3, 20), 100, False))

    def test_approve_of_a_late_task_says_so_for_ever(self):
        task = a_task(self.gxc, status="submitted", due_on=date(2026, 3, 20), moved_on=date(2026, 3, 21))
        task = moved(task, "approve", on=date(2026, 4, 9), actor=self.supervisor)
        self.assertTrue(task.was_late)
        task = moved(task, "reopen", on=date(2026, 4, 10), actor=self.supervisor)
        self.assertEqual((task.status, task.completed_on, task.submitted_on), ("in_progress", None, None))
        self.assertTrue(task.was_late)

    def test_return_and_withdraw_start_the_clock_again(self):
        for name, actor in (("return", self.supervisor), ("withdraw", self.liaison)):
            task = moved(a_task(self.gxc, status="submitted", title=name), name, on=DAY, actor=actor)
            self.assertEqual((task.status, task.submitted_on), ("in_progress", None))

    def test_resume_goes_back_to_where_it_was(self):
        never = moved(a_task(self.gxc), "suspend", on=DAY)
        self.assertEqual(moved(never, "resume", on=DAY).status, "pending")
        task = moved(
            a_task(self.gxc, status="suspended", title="另"), "resume", on=DAY, due_on=date(2026, 12, 20)
        )
        self.assertEqual((task.status, task.due_on), ("in_progress", date(2026, 12, 20)))
        self.assertEqual(task.original_due_on, date(2026, 11, 30))
        self.assertEqual(task.events.latest("seq").data["due_on"], ["2026-11-30", "2026-12-20"])

    def test_recheck_keeps_the_status_and_its_outcome(self):
        task = moved(
            a_task(self.gxc, status="closed"), "recheck", on=DAY, actor=self.leader, outcome="not_solid"
        )
        self.assertEqual(task.status, "closed")
        self.assertEqual(task.events.latest("seq").data, {"outcome": "not_solid"})

    def test_submit_can_be_kept_for_heads(self):
        task = a_task(self.gxc, status="in_progress")
        with self.settings(SUBMIT_NEEDS_HEAD=True):
            with self.assertRaises(NotAllowed):
                moved(task, "submit", on=DAY, actor=self.liaison)
            self.assertEqual(moved(task, "submit", on=DAY, actor=self.head).status, "submitted")

    def test_a_stale_caller_loses(self):
        task = a_task(self.gxc)
        with self.assertRaises(TaskChanged):
            make_move(task.pk, "accept", actor=self.liaison, now=at(DAY), version=task.version + 1)
        self.assertEqual(Task.objects.get(pk=task.pk).version, task.version)

    def test_a_supervisor_of_a_helper_sees_but_does_not_supervise(self):
        above = a_user("county")
        a_membership(above, self.cgc, "supervisor")
        task = a_task(self.gxc, status="submitted", cooperating=[self.cgc])
        self.assertIn(task, Task.objects.visible_to(above))
        with self.assertRaises(NotAllowed):
            moved(task, "approve", on=DAY, actor=above)

    def test_the_tasks_first_event_is_its_issue(self):
        task = a_task(self.gxc, cooperating=[self.cgc])
        event = task.events.get()
        self.assertEqual(
            (event.kind, event.status, event.lead, event.seq), ("issued", "pending", self.gxc, 1)
        )
        self.assertEqual(event.assigned_on, ISSUED_ON)
