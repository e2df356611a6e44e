"""reminders/: the ledger as programs read it, and what a day would add."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.org.models import Department
from plans.org.workdays import calendar
from reports import delivery
from reports.models import Reminder
from tasks.models import ReportPeriod, Task
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase

URL = "/api/v1/reminders/"


class LedgerTests(OfficeCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.task = a_task(cls.gxc, status="in_progress", due_on=date(2026, 10, 15))
        cls.other = a_task(cls.cgc, status="in_progress", due_on=date(2026, 10, 15))
        delivery.deliver(cls.now)

    def rows(self, who: str = "supervisor", **query: str) -> list[dict]:
        answer = self.as_(who).get(URL, query)
        self.assertEqual(answer.status_code, 200, answer.content.decode())
        return answer.json()["results"]

    def test_a_line_says_what_was_told_to_whom(self):
        (row,) = self.rows(task=self.task.pk, audience="head")
        reminder = Reminder.objects.get(task=self.task, audience="head")
        self.assertEqual(
            row,
            {
                "id": reminder.pk,
                "task": {"id": self.task.pk, "code": self.task.code, "title": self.task.title},
                "rule": "due-1",
                "rule_name": "到期前1个工作日",
                "step": 1,
                "audience": "head",
                "due_on": "2026-10-15",
                "period": None,
                "instruction": None,
                "remind_on": "2026-10-14",
                "outcome": "sent",
                "number": 1,
                "delivered_at": "2026-10-14T09:00:00+08:00",
                "recipients": ["高新处处长"],
            },
        )

    def test_only_of_tasks_that_one_sees(self):
        self.assertEqual({row["task"]["code"] for row in self.rows("liaison")}, {self.task.code})
        self.assertEqual(self.rows("stranger"), [])

    def test_filters(self):
        for query, count in (
            ({"rule": "due-1"}, 4),
            ({"rule": "due-3"}, 0),
            ({"outcome": "sent"}, 4),
            ({"outcome": "owed"}, 0),
            ({"since": "2026-10-15"}, 0),
            ({"until": "2026-10-14"}, 4),
        ):
            with self.subTest(query):
                self.assertEqual(len(self.rows(**query)), count)

    def test_what_it_does_not_know_is_refused(self):
        for query in ({"outcome": "gone"}, {"since": "morgen"}, {"task": "x"}, {"day": "1"}):
            with self.subTest(query):
                self.assertEqual(self.as_("supervisor").get(URL, query).status_code, 400)


class PreviewTests(OfficeCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.tasks = [
            a_task(unit, status="in_progress", due_on=date(2026, 10, 20)) for unit in (cls.gxc, cls.cgc)
        ]

    def preview(self, who: str = "supervisor", **query: str) -> dict:
        answer = self.as_(who).get(URL, query)
        self.assertEqual(answer.status_code, 200, answer.content.decode())
        return answer.json()

    def test_what_would_go_out_that_day(self):
        rows = self.preview(preview="2026-10-19")["results"]
        self.assertEqual(
            [(row["task"]["code"], row["rule"], row["audience"], row["recipients"]) for row in rows],
            [
                (self.tasks[0].code, "due-1", "head", ["高新处处长"]),
                (self.tasks[0].code, "due-1", "liaison", ["高新处联络员"]),
                (self.tasks[1].code, "due-1", "head", ["成果处处长"]),
                (self.tasks[1].code, "due-1", "liaison", ["成果处联络员"]),
            ],
        )
        self.assertEqual({(row["id"], row["outcome"], row["number"]) for row in rows}, {(None, "owed", None)})
        self.assertEqual(Reminder.objects.count(), 0)

    def test_it_is_what_then_goes_out(self):
        seen = [
            (row["task"]["id"], row["rule"], row["audience"])
            for row in self.preview(preview="2026-10-14")["results"]
        ]
        delivery.deliver(self.now)
        went = Reminder.objects.order_by("task", "rule", "audience").values_list(
            "task", "rule__code", "audience"
        )
        self.assertEqual(seen, list(went))

    def test_a_day_off_has_none(self):
        self.assertEqual(self.preview(preview="2026-10-18")["results"], [])

    def test_only_of_tasks_that_one_sees(self):
        rows = self.preview("liaison2", preview="2026-10-19")["results"]
        self.assertEqual({row["task"]["code"] for row in rows}, {self.tasks[1].code})
        self.assertEqual(self.preview("stranger", preview="2026-10-19")["results"], [])
        self.assertEqual(len(self.preview("admin", preview="2026-10-19")["results"]), 4)

    def test_an_empty_post_shows_who_is_told_instead(self):
        self.liaison.memberships.all().delete()
        rows = self.preview(preview="2026-10-19")["results"]
        self.assertEqual(rows[1]["recipients"], ["杜查"])

    def test_pages_forth_and_back(self):
        client = self.as_("supervisor")
        first = client.get(URL, {"preview": "2026-10-19", "page_size": 3}).json()
        second = client.get(first["next"]).json()
        back = client.get(second["previous"]).json()
        self.assertEqual([len(first["results"]), len(second["results"])], [3, 1])
        self.assertIsNone(second["next"])
        self.assertEqual(back["results"], first["results"])

    def test_other_filters_and_days_that_are_none_are_refused(self):
        for query in (
            {"preview": "2026-02-30"},
            {"preview": "0001-01-01"},
            {"preview": ""},
            {"preview": "2026-10-19", "outcome": "sent"},
            {"preview": "2026-10-19", "ordering": "id"},
        ):
            with self.subTest(query):
                self.assertEqual(self.as_("supervisor").get(URL, query).status_code, 400)

    def test_the_queries_do_not_grow_with_the_departments(self):
        client = self.as_("supervisor")

        def cost() -> int:

            with CaptureQueriesContext(connection) as queries:
                client.get(URL, {"preview": "2026-10-19"})
            return len(queries)

        before = cost()
        for n in range(5):
            unit = Department.objects.create(code=f"D{n}", name=f"处{n}", parent=self.kjj)
            a_task(unit, status="in_progress", due_on=date(2026, 10, 20))
        self.assertEqual(cost(), before)

    def test_who_waits_for_others_is_left_out(self):
        moved(self.tasks[0], "suspend", on=self.today)
        self.assertEqual(len(self.preview(preview="2026-10-19")["results"]), 2)

    def test_what_was_told_already_does_not_go_out_again(self):
        delivery.deliver(at(date(2026, 10, 19)))
        self.assertEqual(self.preview(preview="2026-10-19")["results"], [])

    def test_a_report_that_will_be_missing_if_nobody_hands_it_in(self):
        today = timezone.localdate()
        due = calendar().add(today, 4)
        Task.objects.filter(pk=self.tasks[0].pk).update(
            reporting_cycle="monthly", due_on=today + timedelta(200)
        )
        ReportPeriod.objects.create(
            task=self.tasks[0], period="2026-10", starts_on=today, due_on=due, opened_at=timezone.now()
        )
        asked = {
            steps: [
                (row["rule"], row["period"])
                for row in self.preview("liaison", preview=str(calendar().add(due, steps)))["results"]
                if row["audience"] == "liaison" and row["period"]
            ]
            for steps in (-3, -2, 0, 1, 4)
        }
        self.assertEqual(
            asked,
            {
                -3: [],
                -2: [("report-2", "2026-10")],
                0: [("report-0", "2026-10")],
                1: [("report-missing-1", "2026-10")],
                4: [("report-missing-1", "2026-10")],
            },
        )
