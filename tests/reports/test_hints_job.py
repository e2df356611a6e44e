"""Reports are looked at as they come in: each once, with what the record knows about them."""

from datetime import date, datetime
from decimal import Decimal

from plans.org.models import User
from reports import jobs
from reports.hints.services import look_at_reports
from reports.models import FeedCursor, ReportHint
from tasks import services
from tasks.models import Report, Task
from tasks.services.actuals import TargetActual
from tests.builders import a_task, at, moved
from tests.cases import OfficeTransactionCase
from tests.races import at_once

NOW = at(date(2026, 10, 14), 18)
SEPTEMBER, OCTOBER = date(2026, 9, 25), date(2026, 10, 14)


class HintCase(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc], targets=[("孵化器", 5)])

    def report(
        self,
        note: str,
        progress: int = 50,
        *,
        on: date = OCTOBER,
        by: User | None = None,
        task: Task | None = None,
        **given: object,
    ) -> Report:
        task = task or self.task
        moved(task, "report", on=on, actor=by or self.liaison, note=note, progress=progress, **given)
        return task.reports.order_by("-id").first()

    def attach(self, content: str, *, report: Report | None = None, on: date = OCTOBER) -> None:
        upload = services.Upload(content.encode(), "佐证.txt")
        given = {"report": report.pk if report else None, "now": at(on, 16)}
        services.attach(self.task.pk, upload, actor=self.liaison, **given)

    def look(self, now: datetime = NOW) -> dict[tuple[int, str], str]:
        """What there is after a look: (report, reason) → sentence."""
        look_at_reports(now)
        rows = ReportHint.objects.values_list("report", "reason", "text")
        return {(report, reason): text for report, reason, text in rows}


class LookTest(HintCase):
    def test_a_copy_is_told_with_the_day_it_was_taken_from(self):
        self.report("新增孵化器3家。", on=date(2026, 8, 25))
        self.report("按计划推进。", on=SEPTEMBER)
        report = self.report("按计划推进。")
        told = self.look()[report.pk, "copied"]
        self.assertEqual(told, "与2026年9月25日的填报内容相同（“按计划推进。”），请核实是否有新的进展。")
        hint = ReportHint.objects.get(report=report, reason="copied")
        self.assertEqual((hint.made_at, hint.seen_at, hint.seen_by), (NOW, None, None))

    def test_twice_makes_nothing_twice(self):
        self.report("按计划推进。")
        first = self.look()
        self.assertEqual(len(first), 1)
        self.assertEqual(self.look(), first)
        FeedCursor.objects.filter(name="hints").delete()
        self.assertEqual(self.look(), first, "the reader's place was lost")

    def test_two_at_once_take_turns(self):
        for n in range(3):
            self.report(f"按计划推进{'。' * n}", 50)
        at_once(*[lambda: look_at_reports(NOW)] * 3)
        self.assertEqual(ReportHint.objects.filter(reason="copied").count(), 2)
        self.assertEqual(ReportHint.objects.filter(reason="bare").count(), 3)

    def test_what_came_in_long_ago_is_not_looked_at(self):
        self.report("按计划推进。", on=date(2026, 9, 10))
        recent = self.report("有序推进。", on=date(2026, 9, 18))
        self.assertEqual(list(self.look()), [(recent.pk, "bare")])

    def test_an_old_report_is_still_what_a_new_one_resembles(self):
        self.report("按计划推进。", on=date(2026, 5, 25))
        report = self.report("按计划推进。")
        self.assertIn("2026年5月25日", self.look()[report.pk, "copied"])

    def test_each_department_is_set_beside_itself(self):
        self.report("按计划推进。", on=SEPTEMBER)
        theirs = self.report("按计划推进。", by=self.liaison2)
        other = a_task(self.gxc, status="in_progress", title="另一任务")
        elsewhere = self.report("按计划推进。", task=other)
        told = self.look()
        self.assertNotIn((theirs.pk, "copied"), told)
        self.assertNotIn((elsewhere.pk, "copied"), told)

    def test_reports_that_come_in_together_are_told_apart(self):
        reports = [self.report("按计划推进。", n, on=date(2026, 10, n)) for n in (9, 12, 13)]
        told = self.look()
        self.assertEqual([(r.pk, "copied") in told for r in reports], [False, True, True])
        self.assertIn("2026年10月12日", told[reports[2].pk, "copied"])

    def test_a_target_that_is_stated_is_a_figure(self):
        pk = self.task.targets.get().pk
        self.report("推进。", 40, on=SEPTEMBER, targets=[TargetActual(pk, Decimal(1))])
        stated = self.report("推进。", 60, targets=[TargetActual(pk, Decimal(2))])
        self.assertEqual([key for key in self.look() if key[0] == stated.pk], [])

    def test_a_target_far_off_at_the_end(self):
        pk = self.task.targets.get().pk
        self.report("新增1家。", 30, on=SEPTEMBER, targets=[TargetActual(pk, Decimal(1))])
        early = self.report("新增孵化器，组织验收2次。", 95, on=date(2026, 10, 12))
        self.report("再增3家。", 96, targets=[TargetActual(pk, Decimal(4))])
        told = self.look()
        self.assertEqual(
            told[early.pk, "at_odds"], "进度填报为95%，指标“孵化器”完成值为1家、目标值为5家，请核实。"
        )
        self.assertEqual(len([key for key in told if key[1] == "at_odds"]), 1)

    def test_a_helper_is_not_measured_by_the_lead_s_targets(self):
        pk = self.task.targets.get().pk
        self.report("新增1家。", 30, targets=[TargetActual(pk, Decimal(1))])
        theirs = self.report("配合完成2项。", 100, by=self.liaison2)
        self.assertNotIn((theirs.pk, "at_odds"), self.look())

    def test_lower_after_it_was_sent_back_needs_no_word(self):
        self.report("新增4家。", 90, on=SEPTEMBER)
        moved(self.task, "submit", on=date(2026, 10, 9))
        moved(self.task, "return", on=date(2026, 10, 10))
        report = self.report("新增1家。", 70)
        lower = self.report("新增2家。", 60)
        told = self.look()
        self.assertNotIn((report.pk, "at_odds"), told)
        self.assertIn((lower.pk, "at_odds"), told)

    def test_the_job_stands_in_the_table(self):
        self.report("按计划推进。", on=self.today)
        jobs.look_at_reports()
        self.assertTrue(FeedCursor.objects.filter(name="hints").exists())

    def test_the_cost_is_the_same_for_many(self):
        self.report("按计划推进。", on=SEPTEMBER)
        look_at_reports(at(SEPTEMBER, 18))
        for count in (1, 12):
            for n in range(count):
                title = f"任务{count}-{n}"
                task = a_task(self.gxc, status="in_progress", title=title, targets=[("企业", 5)])
                self.report("按计划推进。", 20, on=date(2026, 10, 12), task=task)
                self.report("按计划推进。", 50, task=task)
            with self.subTest(count), self.assertNumQueries(COST):
                look_at_reports(NOW)


# One batch: transaction, the reader's place, the feed's end, the reports, what is known of them, writing.
COST = 13


class FilesTest(HintCase):
    """A file is as good as a figure, whenever it comes."""

    def bare(self) -> list[int]:
        """The reports that the supervisor is shown as bare."""
        shown = ReportHint.objects.visible_to(self.supervisor).filter(reason="bare")
        return list(shown.values_list("report", flat=True))

    def test_one_that_came_before_the_look(self):
        report = self.report("见附件。")
        self.attach("台账", report=report)
        self.assertEqual(self.look(), {})

    def test_one_of_the_task_on_the_same_day(self):
        self.attach("台账")
        self.report("见附件。")
        self.assertEqual(self.look(), {})

    def test_one_of_another_day_or_another_report_is_not_this_one_s(self):
        self.attach("台账", on=date(2026, 10, 13))
        first = self.report("新增孵化器3家。")
        self.attach("说明", report=first)
        second = self.report("有序推进。")
        self.assertEqual(list(self.look()), [(second.pk, "bare")])
        self.assertEqual(self.bare(), [second.pk])

    def test_one_that_comes_later_takes_the_hint_away(self):
        report = self.report("见附件。")
        self.look()
        self.assertEqual(self.bare(), [report.pk])
        self.attach("台账", report=report, on=date(2026, 10, 20))
        self.assertEqual(self.bare(), [])

    def test_so_does_one_of_the_task_later_that_day(self):
        self.report("见附件。")
        self.look()
        self.attach("台账")
        self.assertEqual(self.bare(), [])

    def test_a_copy_stays_one(self):
        self.report("按计划推进。", on=SEPTEMBER)
        report = self.report("按计划推进。")
        self.look()
        self.attach("台账", report=report)
        shown = ReportHint.objects.visible_to(self.supervisor).filter(report=report)
        self.assertEqual([hint.reason for hint in shown], ["copied"])
