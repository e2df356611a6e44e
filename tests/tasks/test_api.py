"""Tasks over REST: what integrators see, and what they are told when it can't be."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tasks.api.serializers import TaskDetailSerializer, TaskSerializer
from tasks.models import Task, TaskEvent
from tasks.states import MOVES, Status
from tests.builders import a_plan, a_task, moved
from tests.cases import OfficeCase

LIST = "/api/v1/tasks/"


class TaskListTest(OfficeCase):
    def ids(self, who: str, query: str = "") -> list[int]:
        response = self.as_(who).get(f"{LIST}?{query}")
        self.assertEqual(response.status_code, 200, response.content)
        return [row["id"] for row in response.json()["results"]]

    def test_a_row_has_the_fields_of_the_contract(self):
        task = a_task(
            self.gxc,
            status="in_progress",
            cooperating=[self.cgc],
            targets=[("新增企业", "60"), ("研发投入占比", "3.1", "%")],
        )
        row = self.as_("liaison").get(LIST).json()["results"][0]
        self.assertEqual(set(row), set(TaskSerializer().fields))
        self.assertEqual(row["code"], "KJJ-2026-01")
        self.assertEqual(row["lead"], {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"})
        helper = {"id": self.cgc.pk, "code": "CGC", "name": "成果转化处", "role": "cooperating"}
        self.assertEqual(row["cooperating"], [helper])
        self.assertEqual(row["plan"], {"id": task.plan_id, "title": task.plan.title})
        first, second = row["targets"]
        self.assertEqual(
            (first["value"], first["value_max"], first["actual"], first["unit"]), (60, None, None, "家")
        )
        self.assertEqual((second["value"], second["comparator"]), (3.1, ">="))
        self.assertEqual(
            (row["due_on"], row["assigned_on"], row["item_path"]), ("2026-11-30", "2026-03-02", "1")
        )
        self.assertTrue(row["updated_at"].endswith("+08:00"))

    def test_each_sees_their_own(self):
        mine = a_task(self.gxc, title="甲")
        helped = a_task(self.cgc, title="乙", cooperating=[self.gxc])
        other = a_task(self.ptc, title="丙")
        seen = {
            "admin": {mine.pk, helped.pk, other.pk},
            "supervisor": {mine.pk, helped.pk, other.pk},
            "leader": {mine.pk, helped.pk, other.pk},
            "viewer": {mine.pk, helped.pk, other.pk},
            "liaison": {mine.pk, helped.pk},
            "liaison2": {helped.pk},
            "stranger": set(),
        }
        for who, expected in seen.items():
            self.assertEqual(set(self.ids(who)), expected, who)
            status = 200 if other.pk in expected else 404
            self.assertEqual(self.as_(who).get(f"{LIST}{other.pk}/").status_code, status, who)

    def test_filters(self):
        today = timezone.localdate()
        plan = a_plan(self.kjj)
        near, gone, far = (today + timedelta(days=days) for days in (1, -1, 300))
        soon = a_task(self.gxc, title="建设孵化器", due_on=near, status="in_progress", progress=99, plan=plan)
        late = a_task(self.cgc, title="对接会", due_on=gone, status="in_progress", plan=plan)
        done = a_task(self.gxc, title="大赛", due_on=far, status="completed", plan=plan)
        day = today.isoformat()
        for query, expected in {
            f"plan={plan.pk}": {soon, late, done},
            f"plan={plan.pk + 1}": set(),
            "status=completed": {done},
            "status=completed&status=in_progress": {soon, late, done},
            "lead=GXC": {soon, done},
            f"lead={self.cgc.pk}": {late},
            "department=KJJ": {soon, late, done},
            "department=CGC": {late},
            "light=red": {late},
            "light=yellow&light=blue": {soon, done},
            "overdue=true": {late},
            "overdue=false": {soon, done},
            f"due_before={day}": {late},
            f"due_after={day}": {soon, done},
            f"due_before={late.due_on}&due_after={late.due_on}": {late},
            "q=孵化": {soon},
            f"q={late.code}": {late},
            "updated_since=2026-03-02T00:00:00%2B08:00": {soon, late, done},
            "updated_since=2099-01-01T00:00:00%2B08:00": set(),
        }.items():
            with self.subTest(query):
                self.assertEqual(set(self.ids("supervisor", query)), {task.pk for task in expected})

    def test_what_it_does_not_know_is_refused(self):
        a_task(self.gxc)
        for query, code in {
            "state=open": "unknown_parameter",
            "status=open": "invalid",
            "overdue=yes": "invalid",
            "light=purple": "invalid",
            "due_before=2026-02-30": "invalid",
            "lead=XYZ": "invalid",
            "ordering=title": "invalid",
            "page_size=0": "invalid",
            "page_size=x": "invalid",
            "plan=99999999999999999999999": "invalid",
            "cursor=abc": "bad_cursor",
            "cursor=WyJkdWVfb24iLGZhbHNlLCJub3QgYSBkYXRlIiwxXQ": "bad_cursor",
        }.items():
            with self.subTest(query):
                response = self.as_("supervisor").get(f"{LIST}?{query}")
                self.assertEqual(response.status_code, 400, response.content)
                self.assertEqual(response["Content-Type"], "application/problem+json")
                self.assertEqual(response.json()["code"], code)

    def test_pages_meet_without_gap_or_overlap_in_every_ordering(self):
        for n in range(7):
            a_task(self.gxc, title=f"任务{n}", due_on=date(2026, 11, 20 + n // 3))
        client = self.as_("supervisor")
        for ordering in ("due_on", "-due_on", "progress", "-updated_at", "id"):
            whole = self.ids("supervisor", f"ordering={ordering}")
            with self.subTest(ordering):
                forward, url = [], f"{LIST}?ordering={ordering}&page_size=3"
                while url:
                    page = client.get(url).json()
                    forward.append([row["id"] for row in page["results"]])
                    url, last = page["next"], page
                self.assertEqual([len(ids) for ids in forward], [3, 3, 1])
                self.assertEqual(sum(forward, []), whole)
                back = client.get(last["previous"]).json()
                self.assertEqual([row["id"] for row in back["results"]], forward[1])
                self.assertEqual(len(client.get(back["previous"]).json()["results"]), 3)

    def test_rows_that_change_do_not_shift_the_pages(self):
        tasks = [a_task(self.gxc, title=f"任务{n}", due_on=date(2026, 11, 20 + n)) for n in range(4)]
        first = self.as_("supervisor").get(f"{LIST}?page_size=2").json()
        moved(tasks[0], "cancel", on=date(2026, 3, 4))
        a_task(self.gxc, title="插入", due_on=date(2026, 11, 1))
        second = self.as_("supervisor").get(first["next"]).json()
        self.assertEqual([row["id"] for row in second["results"]], [tasks[2].pk, tasks[3].pk])

    def test_a_list_costs_the_same_queries_whatever_its_length(self):
        counts = []
        client = self.as_("supervisor")
        for n in (1, 12):
            for k in range(n):
                a_task(self.gxc, title=f"{n}-{k}", cooperating=[self.cgc, self.ptc], targets=[("企业", 5)])
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{LIST}?light=green&light=red&department=KJJ&q=1")
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 6)


class OneTaskTest(OfficeCase):
    def url(self, task: Task, rest: str = "") -> str:
        return f"{LIST}{task.pk}/{rest}"

    def test_detail_adds_what_this_caller_may_do(self):
        task = a_task(self.gxc)
        for who, moves in {
            "liaison": ["accept"],
            "supervisor": ["reassign", "suspend", "cancel"],
            "viewer": [],
        }.items():
            response = self.as_(who).get(self.url(task))
            self.assertEqual([m["name"] for m in response.json()["moves"]], moves, who)
            self.assertEqual(set(response.json()), set(TaskDetailSerializer().fields))
            self.assertEqual(response["ETag"], '"1"')

    def test_a_whole_life_over_rest(self):
        task = a_task(self.gxc, cooperating=[self.cgc], targets=[("新增企业", 60)])
        target = task.targets.get().pk
        steps = [
            ("liaison", "accept", {}, "in_progress"),
            (
                "liaison",
                "report",
                {"note": "已新增41家", "progress": 70, "targets": [{"id": target, "actual": 41}]},
                "in_progress",
            ),
            ("liaison2", "report", {"note": "配合完成", "progress": 100}, "in_progress"),
            ("head", "submit", {"targets": [{"id": target, "actual": "61.5"}]}, "submitted"),
            ("supervisor", "return", {"note": "请附名单"}, "in_progress"),
            ("head", "submit", {}, "submitted"),
            ("supervisor", "approve", {}, "completed"),
            ("leader", "close", {}, "closed"),
            ("leader", "recheck", {"note": "属实", "outcome": "solid"}, "closed"),
        ]
        for version, (who, move, body, status) in enumerate(steps, start=2):
            response = self.as_(who).post(self.url(task, f"moves/{move}/"), body)
            self.assertEqual(response.status_code, 200, (move, response.content))
            self.assertEqual((response.json()["status"], response.json()["version"]), (status, version))
            self.assertEqual(response["ETag"], f'"{version}"')
        shown = response.json()
        self.assertEqual(
            (shown["progress"], shown["light"], shown["targets"][0]["actual"]), (100, "blue", 61.5)
        )
        events = self.as_("viewer").get(self.url(task, "events/")).json()["results"]
        self.assertEqual([e["kind"] for e in events], ["issued", *(move for _, move, _, _ in steps)])
        self.assertEqual([e["status"] for e in events], ["pending", *(status for *_, status in steps)])
        reports = self.as_("liaison").get(self.url(task, "reports/")).json()["results"]
        self.assertEqual(
            [(r["department"]["code"], r["progress"]) for r in reports], [("CGC", 100), ("GXC", 70)]
        )

    def test_each_refusal_says_why_and_changes_nothing(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc], targets=[("新增企业", 60)])
        report = {"note": "进展", "progress": 10}
        for who, move, body, headers, status, code in [
            ("anonymous", "report", report, {}, 401, "not_authenticated"),
            ("stranger", "report", report, {}, 404, "not_found"),
            ("liaison", "report", {"progress": 10}, {}, 400, "note_required"),
            ("liaison", "report", {"note": "进展"}, {}, 400, "progress_required"),
            ("liaison", "report", {**report, "progress": 101}, {}, 400, "invalid"),
            ("liaison", "report", {**report, "progress": "多"}, {}, 400, "invalid"),
            ("liaison", "report", {**report, "procent": 1}, {}, 400, "invalid"),
            ("liaison", "report", {**report, "note": "长" * 5001}, {}, 400, "invalid"),
            (
                "liaison",
                "report",
                {**report, "targets": [{"id": 2**62, "actual": 1}]},
                {},
                400,
                "target_unknown",
            ),
            ("liaison", "report", {**report, "targets": [{"id": 1}]}, {}, 400, "target_empty"),
            ("supervisor", "reassign", {"lead": "XYZ"}, {}, 400, "invalid"),
            ("supervisor", "reassign", {}, {}, 400, "lead_required"),
            ("leader", "recheck", {"note": "看"}, {}, 400, "outcome_required"),
            ("viewer", "report", report, {}, 403, "move_not_yours"),
            ("leader", "cancel", {"note": "终止"}, {}, 403, "move_not_yours"),
            ("liaison2", "submit", {}, {}, 403, "move_not_yours"),
            ("liaison", "report", report, {"If-Match": '"1"'}, 412, "task_changed"),
            ("liaison", "report", report, {"If-Match": "seven"}, 400, "bad_if_match"),
            ("liaison", "accept", {}, {}, 409, "move_not_allowed"),
            ("liaison", "submit", {}, {}, 409, "actuals_missing"),
            ("supervisor", "approve", {}, {}, 409, "move_not_allowed"),
        ]:
            with self.subTest(who=who, move=move, code=code):
                response = self.as_(who).post(self.url(task, f"moves/{move}/"), body, headers=headers)
                self.assertEqual(
                    (response.status_code, response.json()["code"]), (status, code), response.content
                )
                self.assertEqual(response["Content-Type"], "application/problem+json")
                self.assertTrue(response.json()["detail"])
                after = Task.objects.get(pk=task.pk)
                self.assertEqual((after.status, after.version, after.progress), ("in_progress", 2, 0))
                self.assertEqual(TaskEvent.objects.filter(task=task).count(), 2)

    def test_an_unknown_move_does_not_exist(self):
        task = a_task(self.gxc)
        self.assertEqual(self.as_("supervisor").post(self.url(task, "moves/delete/"), {}).status_code, 404)

    def test_a_weakened_etag_is_accepted(self):
        task = a_task(self.gxc)
        response = self.as_("liaison").post(
            self.url(task, "moves/accept/"), {}, headers={"If-Match": 'W/"1"'}
        )
        self.assertEqual(response.status_code, 200)

    def test_a_supervisor_corrects_a_task(self):
        task = a_task(self.gxc)
        client = self.as_("supervisor")
        body = {
            "due_on": "2026-12-20",
            "title": "建设孵化器",
            "cooperating": ["CGC", self.ptc.pk],
            "note": "市政府同意",
        }
        response = client.patch(self.url(task), body, headers={"If-Match": '"1"'})
        self.assertEqual(response.status_code, 200, response.content)
        shown = response.json()
        self.assertEqual(
            (shown["due_on"], shown["original_due_on"], shown["version"]), ("2026-12-20", "2026-11-30", 2)
        )
        self.assertEqual([unit["code"] for unit in shown["cooperating"]], ["CGC", "PTC"])
        event = task.events.latest("seq")
        self.assertEqual((event.kind, event.data["due_on"]), ("due_changed", ["2026-11-30", "2026-12-20"]))

    def test_an_edit_that_can_not_be(self):
        task = a_task(self.gxc)
        title = {"title": "新标题"}
        for who, body, headers, status, code in [
            ("liaison", title, {"If-Match": '"1"'}, 403, "permission_denied"),
            ("supervisor", title, {}, 428, "precondition_required"),
            ("supervisor", title, {"If-Match": '"9"'}, 412, "task_changed"),
            ("supervisor", {"due_on": "2026-12-20"}, {"If-Match": '"1"'}, 400, "note_required"),
            ("viewer", {"due_on": "2026-12-20"}, {}, 400, "note_required"),
            ("supervisor", title, {"If-Match": "*"}, 400, "bad_if_match"),
            ("supervisor", {"due_on": "2026-09-31", "note": "x"}, {"If-Match": '"1"'}, 400, "invalid"),
            ("supervisor", {"status": "closed"}, {"If-Match": '"1"'}, 400, "invalid"),
            ("stranger", title, {"If-Match": '"1"'}, 404, "not_found"),
        ]:
            with self.subTest(who=who, code=code):
                response = self.as_(who).patch(self.url(task), body, headers=headers)
                self.assertEqual((response.status_code, response.json()["code"]), (status, code))
                self.assertEqual(Task.objects.get(pk=task.pk).version, 1)

    def test_an_edit_that_changes_nothing_leaves_no_trace(self):
        task = a_task(self.gxc)
        response = self.as_("supervisor").patch(
            self.url(task), {"title": task.title}, headers={"If-Match": '"1"'}
        )
        self.assertEqual((response.status_code, response.json()["version"]), (200, 1))
        self.assertEqual(task.events.count(), 1)

    def test_every_status_and_move_is_in_the_schema(self):
        schema = self.as_("supervisor").get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
        statuses = next(
            s["enum"] for s in schema["components"]["schemas"].values() if "in_progress" in s.get("enum", [])
        )
        self.assertEqual(set(statuses), set(Status.values))
        move = schema["paths"]["/api/v1/tasks/{id}/moves/{move}/"]["post"]["parameters"]
        self.assertEqual({*next(p["schema"]["enum"] for p in move if p["name"] == "move")}, set(MOVES))
