"""分解: a task in parts over REST, and figures that add up from the parts to the whole."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tasks import record
from tasks.models import Task, TaskActual, TaskEvent
from tasks.pages.timeline import Names, changes
from tests.builders import a_department, a_membership, a_task, a_user, moved
from tests.cases import OfficeCase

LIST = "/api/v1/tasks/"


class SplitCase(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc], targets=[("新增企业", 60)])
        self.target = self.task.targets.get()

    def url(self, task: Task | int, rest: str = "children/") -> str:
        return f"{LIST}{task if isinstance(task, int) else task.pk}/{rest}"

    def split(self, body: Any, *, who: str = "head", task: Task | int | None = None, **headers: str) -> Any:
        return self.as_(who).post(self.url(task or self.task), body, headers=headers)

    def parts(self, *values: int, leads: tuple[str, ...] = ("PTC", "RCC", "NCC")) -> list[Task]:
        """Parts with shares of the target, accepted."""
        body = [
            {"lead": lead, "targets": [{"id": self.target.pk, "value": value}]}
            for lead, value in zip(leads, values, strict=False)
        ]
        answer = self.split(body)
        self.assertEqual(answer.status_code, 201, answer.content)
        return [self.accepted(row["id"]) for row in answer.json()]

    def accepted(self, pk: int) -> Task:
        return moved(Task.objects.get(pk=pk), "accept", on=timezone.localdate())

    def reports(self, task: Task, actual: int | str, **more: Any) -> Any:
        body = {"note": "进展", "progress": 50, **more}
        body.setdefault("targets", [{"id": task.targets.get().pk, "actual": actual}])
        return self.as_("admin").post(self.url(task, "moves/report/"), body)

    def assert_unbroken(self) -> None:
        for pk in Task.objects.values_list("pk", flat=True):
            self.assertIsNone(record.broken_link(pk))


class SplittingTest(SplitCase):
    def test_a_part_is_a_task_of_its_own_under_the_department_that_splits(self):
        answer = self.split(
            {
                "lead": "PTC",
                "title": "建设平台类孵化器",
                "body": "三家",
                "due_on": "2026-10-31",
                "cooperating": ["CGC", self.ptc.pk, "CGC"],
                "targets": [{"id": self.target.pk, "value": 20, "value_max": 25}],
                "note": "请平台处承担",
            }
        )
        self.assertEqual(answer.status_code, 201, answer.content)
        row = answer.json()
        self.assertEqual(answer["ETag"], '"1"')
        self.assertEqual((row["code"], row["status"], row["progress"]), (f"{self.task.code}-1", "pending", 0))
        self.assertEqual((row["title"], row["body"]), ("建设平台类孵化器", "三家"))
        self.assertEqual((row["due_on"], row["original_due_on"]), ("2026-10-31", "2026-10-31"))
        self.assertEqual(row["assigned_on"], timezone.localdate().isoformat())
        self.assertEqual([(u["code"], u["role"]) for u in row["cooperating"]], [("CGC", "cooperating")])
        target = row["targets"][0]
        self.assertEqual((target["name"], target["value"], target["value_max"]), ("新增企业", 20, 25))
        self.assertEqual((target["comparator"], target["unit"], target["actual"]), (">=", "家", None))
        part = Task.objects.get(pk=row["id"])
        self.assertEqual((part.parent, part.issuer, part.lead), (self.task, self.gxc, self.ptc))
        self.assertEqual((part.plan, part.plan_item), (self.task.plan, self.task.plan_item))
        self.assertEqual(part.targets.get().share_of, self.target)

    def test_the_record_of_both_tells_of_it(self):
        first, second = self.split(
            [{"lead": "PTC", "note": "甲"}, {"lead": "PTC", "due_on": "2026-11-01"}]
        ).json()
        whole = self.task.events.latest("seq")
        self.assertEqual((whole.kind, whole.data), ("edited", {"children": [first["id"], second["id"]]}))
        self.assertEqual((whole.actor, whole.status), (self.head, "in_progress"))
        issued = TaskEvent.objects.get(task=first["id"])
        self.assertEqual((issued.kind, issued.note, issued.seq), ("issued", "甲", 1))
        self.assertEqual((issued.data["parent"], issued.data["asked"]["code"]), (self.task.pk, first["code"]))
        self.assertEqual(issued.data["asked"]["original_due_on"], "2026-11-30")
        self.assert_unbroken()

    def test_what_is_left_out_is_as_in_the_whole(self):
        Task.objects.filter(pk=self.task.pk).update(reporting_cycle="weekly")
        row = self.split({"lead": "PTC"}).json()
        for name in ("title", "body", "due_on", "deadline_kind", "item_path", "plan"):
            self.assertEqual(row[name], self.as_("head").get(self.url(self.task, "")).json()[name], name)
        self.assertEqual((row["reporting_cycle"], row["targets"], row["cooperating"]), ("weekly", [], []))

    def test_numbers_go_on_and_a_department_may_have_several_parts(self):
        codes = [row["code"] for row in self.split([{"lead": "PTC"}, {"lead": "PTC"}]).json()]
        codes.append(self.split({"lead": "GXC"}, who="supervisor").json()["code"])
        self.assertEqual(codes, [f"{self.task.code}-{n}" for n in (1, 2, 3)])

    def test_a_rate_does_not_add_up_so_it_is_the_parts_own(self):
        task = a_task(self.gxc, title="研发", status="in_progress", targets=[("研发投入占比", "3.1", "%")])
        whole = task.targets.get()
        answer = self.split({"lead": "PTC", "targets": [{"id": whole.pk, "value": "3.3"}]}, task=task)
        part = Task.objects.get(pk=answer.json()["id"])
        self.assertIsNone(part.targets.get().share_of)
        self.reports(self.accepted(part.pk), "3.4")
        whole.refresh_from_db()
        self.assertIsNone(whole.actual)
        self.assertEqual(self.reports(task, "3.2").status_code, 200)

    def test_who_splits(self):
        for who, status in {
            "anonymous": 401, "stranger": 404, "head2": 403, "liaison2": 403, "liaison": 403,
            "leader": 403, "viewer": 403, "head": 201, "supervisor": 201, "admin": 201,
        }.items():  # fmt: skip
            before = self.task.children.count(), Task.objects.get(pk=self.task.pk).version
            with self.subTest(who):
                self.assertEqual(self.split({"lead": "PTC"}, who=who).status_code, status)
                added = 1 if status == 201 else 0
                after = self.task.children.count(), Task.objects.get(pk=self.task.pk).version
                self.assertEqual(after, (before[0] + added, before[1] + added))

    def test_each_refusal_says_why_and_makes_nothing(self):
        stopped = a_department("OLD", "撤销处", self.kjj, is_active=False)
        other = a_task(self.cgc, title="另一项", targets=[("项目", 3)]).targets.get()
        share = {"id": self.target.pk, "value": 20}
        ok = {"lead": "PTC"}
        events = TaskEvent.objects.count()
        for body, headers, status, code in [
            ({}, {}, 400, "invalid"),
            ([], {}, 400, "invalid"),
            ("PTC", {}, 400, "invalid"),
            ([ok, "PTC"], {}, 400, "invalid"),
            ([ok] * 201, {}, 400, "too_many_parts"),
            ({"lead": "XYZ"}, {}, 400, "invalid"),
            ({"lead": stopped.pk}, {}, 400, "invalid"),
            ({**ok, "cooperating": ["OLD"]}, {}, 400, "invalid"),
            ({**ok, "titel": "错"}, {}, 400, "invalid"),
            ({**ok, "title": "长" * 2001}, {}, 400, "invalid"),
            ({**ok, "due_on": "2026-02-30"}, {}, 400, "invalid"),
            ({**ok, "targets": [{"id": self.target.pk}]}, {}, 400, "invalid"),
            ({**ok, "targets": [{**share, "value_max": 19}]}, {}, 400, "invalid"),
            ({**ok, "targets": [share, share]}, {}, 400, "target_repeated"),
            ([ok, {**ok, "targets": [{**share, "id": other.pk}]}], {}, 400, "target_unknown"),
            (ok, {"If-Match": "seven"}, 400, "bad_if_match"),
            (ok, {"If-Match": '"9"'}, 412, "task_changed"),
            ([ok, {**ok, "due_on": "2026-12-01"}], {}, 409, "due_after_parent"),
        ]:
            with self.subTest(body=str(body)[:80], code=code):
                answer = self.split(body, **headers)
                self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), answer.content)
                self.assertEqual((Task.objects.count(), TaskEvent.objects.count()), (2, events))

    def test_the_error_names_the_unit_that_is_out_of_use(self):
        a_department("OLD", "撤销处", self.kjj, is_active=False)
        answer = self.split([{"lead": "PTC"}, {"lead": "OLD"}])
        self.assertEqual(
            [(e["field"], e["code"]) for e in answer.json()["errors"]], [("1.lead", "department_inactive")]
        )

    def test_only_work_under_way_is_split(self):
        for status, expected in {
            "pending": 201,
            "submitted": 409,
            "suspended": 409,
            "cancelled": 409,
        }.items():
            task = a_task(self.gxc, title=f"任务{status}", status=status)
            answer = self.split({"lead": "PTC"}, who="supervisor", task=task)
            self.assertEqual(answer.status_code, expected, status)
            self.assertEqual(task.children.count(), 1 if expected == 201 else 0)

    def test_three_levels_and_two_hundred_parts(self):
        second = self.split({"lead": "GXC"}).json()["id"]
        third = self.split({"lead": "GXC"}, task=second).json()
        self.assertEqual(third["code"], f"{self.task.code}-1-1")
        answer = self.split({"lead": "GXC"}, task=third["id"])
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "split_too_deep"))
        self.assertEqual(self.split([{"lead": "PTC"}] * 150, task=second).status_code, 201)
        answer = self.split([{"lead": "PTC"}] * 50, task=second)
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "too_many_parts"))
        self.assertEqual(Task.objects.filter(parent=second).count(), 151)

    def test_the_splitters_head_and_the_plans_supervisor_approve_a_part(self):
        for who, status in {
            "head2": 404,
            "liaison": 403,
            "leader": 403,
            "head": 200,
            "supervisor": 200,
        }.items():
            part = self.accepted(self.split({"lead": "PTC"}).json()["id"])
            part = moved(part, "submit", on=timezone.localdate())
            with self.subTest(who):
                answer = self.as_(who).post(self.url(part, "moves/approve/"), {})
                self.assertEqual(answer.status_code, status, answer.content)

    def test_the_plans_supervisor_sees_parts_of_a_lead_of_another_house(self):
        director = a_user("director")
        a_membership(director, self.elsewhere, "head")
        task = a_task(self.elsewhere, plan=self.task.plan, title="农业科技", status="in_progress")
        part = self.as_(director).post(self.url(task), {"lead": "NYJ"}).json()["id"]
        for who in ("supervisor", "leader", director):
            self.assertEqual(self.as_(who).get(self.url(part, "")).status_code, 200, who)
        self.assertEqual(self.as_("head").get(self.url(part, "")).status_code, 404)

    def test_parts_are_listed_as_tasks_are_to_whom_sees_them(self):
        self.parts(20, 30)
        head2 = a_user("ptc_head")
        a_membership(head2, self.ptc, "head")
        answer = self.as_("head").get(self.url(self.task)).json()
        self.assertEqual([row["lead"]["code"] for row in answer["results"]], ["PTC", "RCC"])
        self.assertEqual([row["targets"][0]["value"] for row in answer["results"]], [20, 30])
        self.assertEqual(self.as_("head2").get(self.url(self.task)).json()["results"], [], "only a helper")
        self.assertEqual(self.as_(head2).get(self.url(self.task)).status_code, 404)
        page = self.as_("supervisor").get(self.url(self.task) + "?page_size=1").json()
        rest = self.as_("supervisor").get(page["next"]).json()
        self.assertEqual([row["lead"]["code"] for row in rest["results"]], ["RCC"])
        refused = self.as_("head").get(self.url(self.task) + "?lead=PTC")
        self.assertEqual((refused.status_code, refused.json()["code"]), (400, "unknown_parameter"))

    def test_a_part_is_late_by_its_own_date(self):
        yesterday = timezone.localdate() - timedelta(days=1)
        row = self.split({"lead": "PTC", "due_on": min(yesterday, date(2026, 11, 30)).isoformat()}).json()
        self.assertTrue(row["is_overdue"])


class AddingUpTest(SplitCase):
    def whole(self) -> Any:
        self.target.refresh_from_db()
        return self.target.actual

    def test_the_parts_figures_add_up_on_the_wholes_record(self):
        first, second = self.parts(20, 40)
        self.assertIsNone(self.whole())
        self.assertEqual(self.reports(first, "11.5").status_code, 200)
        self.assertEqual(self.whole(), 11.5)
        self.assertEqual(self.reports(second, 30).status_code, 200)
        self.assertEqual(self.whole(), 41.5)
        event = self.task.events.latest("seq")
        data = {"targets": [{"id": self.target.pk, "actual": "41.5000"}], "from": second.pk}
        self.assertEqual((event.kind, event.data), ("edited", data))
        self.assertEqual((event.actor.username, event.progress), ("admin", 0))
        self.assert_unbroken()

    def test_the_time_line_says_so_in_words(self):
        self.reports(self.parts(20)[0], 12)
        names = Names({}, {self.target.pk: "新增企业"})
        said = [changes(event, names) for event in self.task.events.order_by("-seq")[:2]]
        self.assertEqual(said, [["分解任务填报后汇总", "新增企业：完成值 12"], ["分解为1项任务"]])

    def test_a_corrected_figure_is_summed_anew_and_the_same_one_leaves_no_trace(self):
        (part,) = self.parts(20)
        self.reports(part, 30)
        self.reports(part, 12)
        self.assertEqual(self.whole(), 12)
        version = Task.objects.get(pk=self.task.pk).version
        self.reports(part, 12)
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, version)

    def test_it_goes_up_to_the_top(self):
        (second,) = self.parts(60, leads=("GXC",))
        share = second.targets.get()
        body = [{"lead": lead, "targets": [{"id": share.pk, "value": 30}]} for lead in ("PTC", "RCC")]
        thirds = [self.accepted(row["id"]) for row in self.split(body, task=second).json()]
        for part in thirds:
            self.reports(part, 25)
        share.refresh_from_db()
        self.assertEqual((share.actual, self.whole()), (50, 50))
        self.assertEqual(self.task.events.latest("seq").data["from"], second.pk)
        self.assertEqual(second.events.latest("seq").data["from"], thirds[1].pk)
        self.assert_unbroken()

    def test_what_the_parts_add_up_to_nobody_states_by_hand(self):
        (part,) = self.parts(60)
        for actual, before in ((61, None), (12, 30)):
            if before:
                self.reports(part, before)
            version = Task.objects.get(pk=self.task.pk).version
            answer = self.reports(self.task, actual)
            self.assertEqual((answer.status_code, answer.json()["code"]), (409, "target_is_shared"))
            self.assertEqual((self.whole(), Task.objects.get(pk=self.task.pk).version), (before, version))

    def test_the_whole_applies_to_close_with_the_sum(self):
        (part,) = self.parts(60)
        submit = self.url(self.task, "moves/submit/")
        answer = self.as_("head").post(submit, {})
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "actuals_missing"))
        self.reports(part, 61)
        answer = self.as_("head").post(submit, {})
        self.assertEqual((answer.status_code, answer.json()["targets"][0]["actual"]), (200, 61))

    def test_while_no_part_has_a_figure_the_whole_may_say_why(self):
        self.parts(60)
        body = {"targets": [{"id": self.target.pk, "reason": "各区年底统计"}]}
        self.assertEqual(self.as_("head").post(self.url(self.task, "moves/submit/"), body).status_code, 200)

    def test_figures_over_time(self):
        (part,) = self.parts(60)
        self.reports(part, 10)
        reason = [{"id": part.targets.get().pk, "reason": "其余年底统计"}]
        self.reports(part, 0, targets=reason)
        self.as_("admin").post(
            self.url(part, "moves/submit/"), {"targets": [{"id": part.targets.get().pk, "actual": "60.5"}]}
        )
        rows = self.as_("head").get(self.url(part, "actuals/")).json()["results"]
        self.assertEqual(
            [(row["actual"], row["reason"]) for row in rows], [(10, ""), (10, "其余年底统计"), (60.5, "")]
        )
        self.assertEqual(
            set(rows[0]), {"id", "target", "actual", "reason", "stated_at", "stated_by", "event"}
        )
        kinds = TaskEvent.objects.in_bulk([row["event"] for row in rows])
        self.assertEqual([kinds[row["event"]].kind for row in rows], ["report", "report", "submit"])
        whole = self.as_("liaison2").get(self.url(self.task, "actuals/")).json()["results"]
        self.assertEqual([row["actual"] for row in whole], [10, 60.5])
        latest = self.as_("head").get(self.url(part, "actuals/?ordering=-id&page_size=1")).json()
        self.assertEqual([row["actual"] for row in latest["results"]], [60.5])
        self.assertEqual(self.as_("stranger").get(self.url(part, "actuals/")).status_code, 404)

    def test_a_figure_is_stated_once_in_one_report(self):
        task = a_task(self.gxc, title="另一项", status="in_progress", targets=[("项目", 3)])
        pk = task.targets.get().pk
        answer = self.reports(task, 0, targets=[{"id": pk, "actual": 1}, {"id": pk, "actual": 2}])
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "target_repeated"))
        self.assertEqual((TaskActual.objects.count(), Task.objects.get(pk=task.pk).version), (0, 2))

    def test_a_sum_too_large_to_keep_changes_nothing(self):
        first, second = self.parts(20, 40)
        most = "9" * 16
        self.assertEqual(self.reports(first, most).status_code, 200)
        answer = self.reports(second, most)
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "out_of_range"))
        self.assertEqual((str(self.whole()), Task.objects.get(pk=second.pk).version), (f"{most}.0000", 2))

    def test_a_refused_report_of_a_part_leaves_the_whole_alone(self):
        (part,) = self.parts(60)
        version = Task.objects.get(pk=self.task.pk).version
        body = {"note": "进展", "progress": 5, "targets": [{"id": part.targets.get().pk, "actual": 9}]}
        answer = self.as_("head").post(self.url(part, "moves/report/"), body)
        self.assertEqual(answer.status_code, 403, "who split it does not report for the part")
        self.assertEqual((self.whole(), Task.objects.get(pk=self.task.pk).version), (None, version))
