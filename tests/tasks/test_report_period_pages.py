"""Periodic reports over REST and on pages: the list, the choice of a period, the cycle, the workbench."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.test import Client
from django.utils import timezone

from plans.models import Plan
from reports import summaries
from reports.periods import Period
from tasks import services
from tasks.models import Task
from tests.builders import a_plan, a_task, an_item, at, moved
from tests.cases import OfficeCase
from tests.pages import queries_of, signed_in

API = "/api/v1/"
MISSED, PRESENT = "2026-10", "2026-11"


class ReportingCase(OfficeCase):
    """Tuesday 24 November 2026: November is due tomorrow, October was missed."""

    today = date(2026, 11, 24)

    def setUp(self):
        self.enterContext(patch.object(timezone, "now", lambda: at(self.today)))
        self.task = self.a_task(title="每月填报的", cooperating=[self.cgc])
        self.opened(date(2026, 10, 12))

    def a_task(self, **fields: Any) -> Task:
        values = {"status": "in_progress", "due_on": date(2027, 6, 30), "progress": 60} | fields
        task = a_task(self.gxc, **values)
        Task.objects.filter(pk=task.pk).update(reporting_cycle="monthly")
        return Task.objects.get(pk=task.pk)

    def opened(self, *days: date) -> None:
        for day in (*days, self.today):
            services.open_report_periods(now=at(day, 6))

    def reported(self) -> dict[str, date | None]:
        return dict(self.task.report_periods.values_list("period", "reported_on"))

    def events(self) -> int:
        return self.task.events.count()


class ApiTest(ReportingCase):
    def test_the_periods_of_a_task_latest_first(self):
        answer = self.as_("liaison").get(f"{API}tasks/{self.task.pk}/report-periods/")
        expected = [
            {
                "period": PRESENT,
                "starts_on": "2026-11-01",
                "due_on": "2026-11-25",
                "reported_on": None,
                "was_missing": False,
            },
            {
                "period": MISSED,
                "starts_on": "2026-10-01",
                "due_on": "2026-10-23",
                "reported_on": None,
                "was_missing": True,
            },
        ]
        self.assertEqual(answer.json()["results"], expected)

    def test_nobody_sees_those_of_a_task_they_do_not_see(self):
        answer = self.as_("stranger").get(f"{API}tasks/{self.task.pk}/report-periods/")
        self.assertEqual(answer.status_code, 404)

    def report(self, **body: Any):
        given = {"note": "进展", "progress": 70} | body
        return self.as_("liaison").post(f"{API}tasks/{self.task.pk}/moves/report/", given)

    def told(self) -> str:
        reports = self.as_("liaison").get(f"{API}tasks/{self.task.pk}/reports/").json()["results"]
        return reports[0]["period"]

    def test_a_report_tells_of_what_is_asked_for(self):
        self.assertEqual(self.report().status_code, 200)
        self.assertEqual(self.told(), PRESENT)
        self.assertEqual(self.reported(), {MISSED: None, PRESENT: self.today})

    def test_or_of_the_period_it_names(self):
        self.assertEqual(self.report(period=MISSED).status_code, 200)
        self.assertEqual(self.told(), MISSED)
        self.assertEqual(self.reported(), {MISSED: self.today, PRESENT: None})
        self.assertEqual(self.task.events.latest("seq").data["period"], MISSED)

    def test_another_period_is_refused(self):
        events = self.events()
        for name in ("2026-09", "2026-12", "2026-Q4"):
            answer = self.report(period=name)
            self.assertEqual((answer.status_code, answer.json()["code"]), (400, "period_unknown"))
            self.assertEqual(answer.json()["errors"][0]["field"], "period")
        self.assertEqual(self.report(period="2026-11-24 ").status_code, 400)
        self.assertEqual((self.events(), self.task.reports.count()), (events, 1))
        self.assertEqual(self.reported(), {MISSED: None, PRESENT: None})

    def patch_cycle(self, who: str, cycle: Any):
        version = Task.objects.get(pk=self.task.pk).version
        headers = {"If-Match": f'"{version}"'}
        return self.as_(who).patch(f"{API}tasks/{self.task.pk}/", {"reporting_cycle": cycle}, headers=headers)

    def test_the_supervisor_sets_the_cycle(self):
        for before, after in (("monthly", "weekly"), ("weekly", "")):
            answer = self.patch_cycle("supervisor", after)
            self.assertEqual((answer.status_code, answer.json()["reporting_cycle"]), (200, after))
            event = self.task.events.latest("seq")
            self.assertEqual((event.kind, event.data), ("edited", {"reporting_cycle": [before, after]}))

    def test_nobody_else_does_nor_to_anything_else(self):
        events = self.events()
        for who, cycle, status in (
            ("head", "weekly", 403),
            ("supervisor", "daily", 400),
            ("supervisor", None, 400),
        ):
            self.assertEqual(self.patch_cycle(who, cycle).status_code, status)
        self.assertEqual(self.events(), events)

    def test_a_plan_is_issued_with_a_cycle_where_its_text_states_none(self):
        plan = a_plan(self.kjj, code="KJJ-2026-B")
        for n, words in enumerate(("每季度报送进展", "12月底前")):
            item = an_item(plan, f"任务{n}", lead=self.gxc, due_on=date(2026, 12, 31))
            plan.items.filter(pk=item.pk).update(deadline_text=words)
        client = self.as_("supervisor")
        answer = client.post(f"{API}plans/{plan.pk}/issue/", {"reporting_cycle": "daily"})
        self.assertEqual((answer.status_code, plan.tasks.count()), (400, 0))
        answer = client.post(f"{API}plans/{plan.pk}/issue/", {"reporting_cycle": "monthly"})
        self.assertEqual(answer.status_code, 201)
        cycles = plan.tasks.order_by("id").values_list("reporting_cycle", flat=True)
        self.assertEqual(list(cycles), ["quarterly", "monthly"])


class TaskPageTest(ReportingCase):
    def page(self, who: Any = None):
        return signed_in(who or self.liaison).get(f"/tasks/{self.task.pk}/")

    def test_it_says_what_is_due_and_what_was_missed(self):
        page = self.page(self.viewer)
        self.assertContains(page, '2026年11月，<strong class="gap">11月25日前，尚未填报</strong>')
        self.assertContains(page, '<dt>逾期未报</dt><dd><strong class="late">2026年10月</strong>')
        moved(self.task, "report", on=self.today, progress=70)
        self.assertContains(self.page(), "2026年11月，11月24日已填报")

    def test_a_task_without_a_cycle_says_nothing_of_it(self):
        task = a_task(self.gxc, status="in_progress", title="不定期的", due_on=date(2027, 6, 30))
        page = signed_in(self.liaison).get(f"/tasks/{task.pk}/")
        self.assertNotContains(page, "本期填报")
        self.assertNotContains(page, 'name="period"')

    def test_the_form_offers_the_period_that_is_asked_for_first(self):
        form = next(f for f in self.page().context["page"].forms if f.move.name == "report")
        said = [(PRESENT, "2026年11月（11月25日前，尚未填报）"), (MISSED, "2026年10月（逾期未填报）")]
        self.assertEqual(form.fields["period"].choices, said)
        self.assertEqual(form.fields["period"].initial, PRESENT)

    def test_early_in_a_month_the_missed_one_comes_first(self):
        moved(self.task, "report", on=self.today, progress=70)
        self.today = date(2026, 12, 1)
        self.opened()
        self.assertEqual([row.period for row in self.page().context["page"].periods], ["2026-12", MISSED])
        Task.objects.get(pk=self.task.pk).report_periods.filter(period=PRESENT).update(
            reported_on=None, was_missing=True
        )
        asked = [row.period for row in self.page().context["page"].periods]
        self.assertEqual(asked, [PRESENT, "2026-12", MISSED])

    def send(self, **fields: Any):
        version = Task.objects.get(pk=self.task.pk).version
        body = {"version": version, "note": "进展", "progress": 70, "problems": "", "next_steps": ""}
        return signed_in(self.liaison).post(f"/tasks/{self.task.pk}/moves/report/", body | fields)

    def test_a_report_of_the_chosen_period(self):
        self.assertEqual(self.send(period=MISSED).status_code, 302)
        self.assertEqual(self.reported(), {MISSED: self.today, PRESENT: None})

    def test_another_period_is_refused_and_nothing_lost(self):
        events = self.events()
        page = self.send(period="2026-09", note="打了很久的字")
        self.assertContains(page, "打了很久的字", status_code=400)
        self.assertEqual(self.events(), events)

    def test_the_cycle_is_edited_and_told(self):
        client = signed_in(self.supervisor)
        self.assertContains(client.get(f"/tasks/{self.task.pk}/edit/"), "填报周期")
        version = Task.objects.get(pk=self.task.pk).version
        body = {"version": version, "title": self.task.title, "due_on": "2027-06-30"}
        body |= {"reporting_cycle": "weekly", "cooperating": [self.cgc.pk]}
        self.assertEqual(client.post(f"/tasks/{self.task.pk}/edit/", body).status_code, 302)
        self.assertContains(self.page(), "填报周期：每月 → 每周")

    def test_a_plan_is_issued_with_a_cycle(self):
        plan = a_plan(self.kjj, code="KJJ-2026-C")
        an_item(plan, "新任务", lead=self.gxc, due_on=date(2026, 12, 31))
        client = signed_in(self.supervisor)
        self.assertContains(client.get(f"/plans/{plan.pk}/issue/"), "未写明填报周期的任务")
        client.post(f"/plans/{plan.pk}/issue/", {"reporting_cycle": "quarterly"})
        self.assertEqual(Plan.objects.get(pk=plan.pk).tasks.get().reporting_cycle, "quarterly")


class WorkbenchTest(ReportingCase):
    def section(self, client: Client) -> list[tuple[str, str]]:
        sections = {section.key: section for section in client.get("/").context["page"].full()}
        rows = sections["report"].rows if "report" in sections else []
        return [(task.title, task.waits) for task, _ in rows]

    def test_what_is_to_report_waits_for_the_lead(self):
        client = signed_in(self.liaison)
        self.assertEqual(self.section(client), [("每月填报的", "2026年11月填报：2026-11-25前")])
        page = client.get("/")
        self.assertContains(page, "待填报")
        self.assertContains(page, f"/tasks/{self.task.pk}/?move=report#move-report")
        for person in (self.liaison2, self.supervisor, self.leader):
            self.assertEqual(self.section(signed_in(person)), [])

    def test_it_stays_until_it_is_in(self):
        self.today = date(2026, 11, 30)
        self.opened()
        client = signed_in(self.liaison)
        self.assertEqual(self.section(client), [("每月填报的", "2026年11月填报：逾期未填报")])
        moved(self.task, "report", on=self.today, progress=70)
        self.assertEqual(self.section(client), [])
        self.assertContains(client.get("/"), "没有待填报的任务")

    def test_not_before_it_is_asked_for(self):
        moved(self.task, "report", on=date(2026, 11, 3), progress=70)
        self.assertEqual(
            self.section(signed_in(self.liaison)), [("每月填报的", "2026年11月填报：2026-11-25前")]
        )
        self.today = date(2026, 11, 20)
        self.assertEqual(self.section(signed_in(self.liaison)), [])

    def test_it_is_counted_and_costs_the_same(self):
        client = signed_in(self.liaison)
        before = queries_of(client, "/")
        for n in range(12):
            self.a_task(title=f"第{n}项")
        self.opened()
        self.assertEqual(queries_of(client, "/"), before)
        sections = {section.key: section for section in client.get("/").context["page"].full()}
        self.assertEqual((sections["report"].total, len(sections["report"].rows)), (13, 8))


class FiguresTest(ReportingCase):
    def figures(self, unit: Any, now: datetime) -> dict[str, Any]:
        return summaries.make(Period.read("2026-11"), unit, now=now).figures["missing_reports"]

    def named(self, *tasks: Task) -> list[dict[str, Any]]:
        return [{"id": task.pk, "code": task.code} for task in tasks]

    def test_a_months_missing_reports_with_their_tasks(self):
        in_time = self.a_task(title="按时的")
        weekly = self.a_task(title="每周的")
        Task.objects.filter(pk=weekly.pk).update(reporting_cycle="weekly")
        self.opened()
        moved(in_time, "report", on=self.today, progress=70)
        now = at(date(2026, 12, 1))
        # W48 and, of the month, the one that was never reported on; the job has not run since.
        found = {"count": 2, "tasks": self.named(self.task, weekly)}
        self.assertEqual(self.figures(None, now), found)
        self.assertEqual(self.figures(self.gxc, now), found)
        self.assertEqual(self.figures(self.ptc, now), {"count": 0, "tasks": []})

    def test_one_handed_in_late_was_missing_all_the_same(self):
        moved(self.task, "report", on=self.today + timedelta(days=2), progress=70, period=PRESENT)
        self.assertEqual(
            self.figures(None, at(date(2026, 12, 1))), {"count": 1, "tasks": self.named(self.task)}
        )
