"""概览: the API's figures, each with the tasks counted, and what changed as the record says."""

from datetime import date
from urllib.parse import parse_qs, urlparse

from django.utils import timezone

from reports import queries
from reports.changes import Changes
from reports.scope import Scope
from tasks import services
from tasks.lights import Light
from tasks.models import Task
from tests.builders import a_goal, a_task, a_user, an_actual, moved, the_plan_of
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today

IN_PLACE = {"HTTP_HX_REQUEST": "true"}


class DashboardCase(OfficeCase):
    def setUp(self):
        """Something of every light, a split task, and one that two departments share."""
        plan = the_plan_of(self.gxc, days(-20).year)
        a_goal(plan)
        self.late = a_late_task(self, title="逾期的")
        a_task(self.gxc, plan=plan, title="在办", status="in_progress", issued_on=days(-2), due_on=days(200))
        self.done = a_late_task(self, plan=plan, title="办结的", due_on=days(100))
        moved(self.done, "submit", on=days(-3), actor=self.head)
        moved(self.done, "approve", on=days(-2), actor=self.supervisor)
        self.turned = a_late_task(self, title="刚转红", due_on=days(-2), progress=99)
        whole = a_late_task(self, plan=plan, title="分解的", due_on=days(150))
        part = services.splitting.Part(self.cgc)
        services.split_task(whole.pk, [part], actor=self.head, now=timezone.now())
        returned = a_late_task(self, plan=plan, title="退回的", due_on=days(90))
        moved(returned, "submit", on=days(-5), actor=self.head)
        self.returned = moved(returned, "return", on=days(-4), actor=self.supervisor)

    def page(self, who, query: str = ""):
        return signed_in(who).get(f"/dashboard/{query}").context["page"]


class FigureTests(DashboardCase):
    def test_a_person_without_a_post_reads_no_departments_name(self):
        page = signed_in(a_user("postless")).get(f"/dashboard/tasks/?lead={self.gxc.pk}")
        self.assertNotContains(page, self.gxc.name, status_code=400)

    def test_they_are_those_of_the_api_for_everyone(self):
        for who in ("admin", "supervisor", "leader", "liaison", "liaison2", "viewer", "stranger"):
            for query in ("", f"?as_of={days(-3)}", f"?plan={self.late.plan_id}"):
                with self.subTest(who=who, query=query):
                    told = self.as_(who).get(f"/api/v1/reports/overview/{query}").json()
                    if "code" in told:  # another bureau's plan
                        self.assertIsNone(self.page(getattr(self, who), query).scope)
                        continue
                    page = self.page(getattr(self, who), query)
                    shown = {entry["name"]: entry["count"] for entry in page.lights}
                    self.assertEqual(shown, told["by_light"])
                    self.assertEqual(page.overview.on_time_rate, told["on_time_rate"])
                    self.assertEqual(page.overview.average_progress, told["average_progress"])
                    units = self.as_(who).get(f"/api/v1/reports/departments/{query}").json()["departments"]
                    here = {unit.department.code: unit.by_light for unit in page.units}
                    self.assertEqual(here, {unit["department"]["code"]: unit["by_light"] for unit in units})

    def test_every_number_leads_to_as_many_tasks(self):
        for query in ("", f"?as_of={days(-3)}"):
            client, page = signed_in(self.leader), self.page(self.leader, query)
            numbers = [(entry["count"], entry["url"]) for entry in page.lights]
            numbers += [(page.overview.tasks, page.all_tasks), (page.done, page.done_tasks)]
            for row in page.rows:
                numbers += [
                    (row["unit"].tasks, row["url"]),
                    *((count, url) for _, count, url in row["lights"]),
                ]
            for count, url in numbers:
                with self.subTest(url):
                    self.assertEqual(len(client.get(url).context["page"].tasks), count)

    def test_the_past_is_shown_as_it_was(self):
        page = signed_in(self.leader).get(f"/dashboard/tasks/?as_of={days(-3)}&status=submitted")
        self.assertContains(page, "办结的")
        self.assertContains(page, "申请办结")

    def test_goals_are_told_with_what_was_reached(self):
        goal = a_goal(self.late.plan, "科技企业500家", targets=[("科技企业", 500)])
        an_actual(goal.targets.get(), 500, days(-1))
        page = signed_in(self.leader).get("/dashboard/")
        self.assertContains(page, "✓ 已达成")
        self.assertEqual(page.context["page"].goals_reached, 1)

    def test_nothing_yet_says_what_to_do(self):
        self.assertContains(signed_in(self.stranger).get("/dashboard/"), "还没有下达的任务")

    def test_nonsense_is_said(self):
        client = signed_in(self.leader)
        for query in ("plan=999", "as_of=x", f"as_of={days(1)}"):
            for path in ("", "changes/", "tasks/"):
                self.assertEqual(client.get(f"/dashboard/{path}?{query}").status_code, 400, path + query)
        self.assertEqual(client.get("/dashboard/tasks/?light=pink").status_code, 400)

    def test_names_of_any_kind_do_no_harm(self):
        self.gxc.name = EVIL + "长" * 60
        self.gxc.save()
        Task.objects.filter(pk=self.late.pk).update(title=EVIL * 9)
        client = signed_in(self.leader)
        for path in ("", "changes/", "tasks/"):
            page = client.get(f"/dashboard/{path}").content.decode()
            self.assertIsNone(INLINE.search(page))
            self.assertNotIn(EVIL, page)

    def test_queries_are_few_and_do_not_grow(self):
        paths = ("", f"?as_of={days(-3)}", "changes/", f"changes/?as_of={days(-3)}", "tasks/?light=red")
        client = signed_in(self.leader)
        few = [queries_of(client, f"/dashboard/{path}") for path in paths]
        for n in range(5):
            a_goal(self.late.plan, f"目标{n}")
            a_late_task(self)
        for path, count in zip(paths, few, strict=True):
            self.assertLessEqual(queries_of(client, f"/dashboard/{path}"), MOST_QUERIES, path)
            self.assertLessEqual(abs(queries_of(client, f"/dashboard/{path}") - count), 0, path)


class ChangeTests(DashboardCase):
    def changes(self, who=None, **asked) -> dict[str, set[str]]:
        found = Changes(Scope.asked(who or self.leader, today(), **asked), today())
        titles = dict(Task.objects.values_list("pk", "title"))
        return {change.kind: {titles[pk] for pk in change.ids} for change in found.told}

    def test_the_week_is_told_from_the_record(self):
        found = self.changes()
        self.assertEqual(found["completed"], {"办结的"})
        self.assertEqual(found["returned"], {"退回的"})
        self.assertIn("刚转红", found["red"])
        self.assertNotIn("逾期的", found["red"], "it was red a week ago")
        self.assertEqual(found["issued"], {"在办", "分解的"})

    def test_red_is_what_is_red_now_and_was_not(self):
        scope = Scope.asked(self.leader, today())
        red = [self.red_on(day) for day in (None, days(-7))]
        self.assertEqual(Changes(scope, today()).turned_red, red[0] - red[1])

    def red_on(self, as_of: date | None) -> set[int]:
        scope = Scope.asked(self.leader, today(), as_of=as_of)
        shown = scope.all_rows().annotate(shown=queries.lights.light(scope.day, scope.calendar))
        return set(shown.filter(shown=Light.RED).values_list(scope.task_id, flat=True))

    def test_a_new_date_is_told(self):
        given = {"due_on": days(60), "note": "调整", "version": self.late.version}
        services.edit_task(self.late.pk, **given, actor=self.supervisor, now=timezone.now())
        self.assertEqual(self.changes()["dates"], {"逾期的"})

    def test_nobody_is_told_of_what_they_do_not_see(self):
        self.assertEqual(self.changes(self.stranger), {})

    def test_each_leads_to_its_tasks(self):
        client = signed_in(self.leader)
        page = client.get("/dashboard/changes/", **IN_PLACE)
        self.assertNotContains(page, "<!doctype html>")
        for change in page.context["page"].changes.told:
            listed = client.get(f"/dashboard/tasks/?change={change.kind}").context["page"].tasks
            self.assertEqual([task.id for task in sorted(listed, key=lambda task: task.id)], change.ids)

    def test_a_week_ago_is_what_the_api_says_of_that_day(self):
        told = self.as_("leader").get(f"/api/v1/reports/overview/?as_of={days(-7)}").json()
        figures = Changes(Scope.asked(self.leader, today()), today()).moved
        self.assertEqual((figures[0].then, figures[1].then), (told["tasks"], told["by_light"]["red"]))

    def test_without_a_record_a_week_ago_nothing_is_compared(self):
        self.assertEqual(Changes(Scope.asked(self.stranger, today()), today()).moved, [])

    def test_addresses_keep_the_day_asked_for(self):
        url = self.page(self.leader, f"?as_of={days(-3)}").lights[0]["url"]
        self.assertEqual(parse_qs(urlparse(url).query)["as_of"], [str(days(-3))])
