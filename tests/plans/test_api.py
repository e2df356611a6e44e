"""Plans over REST: upload, review, correct, issue; goals and their figures."""

from datetime import date, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from rest_framework.test import APIClient

from plans import services
from plans.models import Plan, PlanChange, PlanItem
from plans.org.models import Department
from tasks.models import Task
from tests.builders import a_goal, a_membership, a_plan, a_target, a_user, an_item, at
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

LIST = "/api/v1/plans/"
TEXT = """云江市科学技术局2026年工作要点

云科〔2026〕3号

发布时间：2026-02-10 来源：云江市科学技术局

一、主要目标

高新技术企业达到300家；技术合同成交额突破80亿元。

二、重点任务

1.培育高新技术企业。全年净增高新技术企业60家以上，10月底前完成申报。（责任单位：高新技术处、成果处）

2.办好对接活动。每季度举办一次对接会。（牵头单位：成果转化处；配合单位：火星办）

3.加强机关建设。推进作风建设。
"""


def a_file(text: str | bytes = TEXT, name: str = "要点.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


class PlanApiCase(OfficeCase):
    def upload(self, who: str = "supervisor", content: str | bytes = TEXT, name: str = "要点.txt", **fields):
        return self.as_(who).post(LIST, {"file": a_file(content, name), **fields}, format="multipart")


class UploadTest(PlanApiCase):
    def test_an_upload_becomes_a_draft_with_its_items(self):
        response = self.upload()
        self.assertEqual(response.status_code, 201, response.content)
        plan = response.json()
        told = [plan[name] for name in ("code", "title", "year", "status", "document_number", "issued_on")]
        expected = [
            "KJJ-2026",
            "云江市科学技术局2026年工作要点",
            2026,
            "draft",
            "云科〔2026〕3号",
            "2026-02-10",
        ]
        self.assertEqual(told, expected)
        self.assertEqual(plan["issuer"]["code"], "KJJ")
        kinds = [item["kind"] for item in plan["items"]]
        self.assertEqual(kinds, ["section", "goal", "goal", "section", "task", "task", "task"])
        first, second, third = plan["items"][4:]
        self.assertEqual(first["lead"]["code"], "GXC")
        self.assertEqual([unit["code"] for unit in first["cooperating"]], ["CGC"], "its short name is known")
        self.assertEqual((first["due_on"], first["targets"][0]["value"]), ("2026-10-31", 60))
        unknown = {"id": None, "code": None, "name": None, "role": "cooperating", "printed": "火星办"}
        self.assertEqual((second["cooperating"], second["deadline"]["kind"]), ([unknown], "recurring"))
        self.assertEqual((third["lead"], third["lead_text"], third["due_on"]), (None, "", None))
        self.assertIn("火星办", next(w["message"] for w in plan["warnings"] if w["code"] == "owner_unknown"))

    def test_spans_point_into_the_text(self):
        plan = Plan.objects.get(pk=self.upload().json()["id"])
        for item in plan.items.all():
            self.assertIn(item.heading[:6], plan.text[item.start : item.end].replace("\n", ""))

    def test_the_same_bytes_again_are_the_same_plan(self):
        first, again = self.upload(), self.upload(name="改名.txt")
        self.assertEqual((again.status_code, again.json()["id"]), (200, first.json()["id"]))
        self.assertEqual(Plan.objects.count(), 1)

    def test_a_second_plan_of_the_year_gets_a_code_of_its_own(self):
        self.upload()
        self.assertEqual(
            self.upload(content=TEXT + "\n4.另一项任务。做好另一项。\n").json()["code"], "KJJ-2026B"
        )

    def test_what_the_uploader_says_goes_before_what_is_printed(self):
        plan = self.upload(title="市科技局要点", year=2025, issuer="KJJ").json()
        self.assertEqual((plan["title"], plan["year"], plan["code"]), ("市科技局要点", 2025, "KJJ-2025"))

    def test_gb18030_and_a_byte_order_mark_read_alike(self):
        headings = []
        for content in (
            TEXT.encode("gb18030"),
            TEXT.encode("utf-8-sig"),
            TEXT.replace("\n", "\r\n").encode(),
        ):
            items = self.upload(content=content).json()["items"]
            headings.append([item["heading"] for item in items])
        self.assertEqual(headings[0], headings[1])
        self.assertEqual(headings[0], headings[2])

    def test_bad_files_are_refused_and_nothing_is_stored(self):
        photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40
        for content, status, code in [
            (b"", 400, "plan_not_readable"),
            (b"  \n ", 400, "plan_not_readable"),
            (photo, 400, "plan_not_readable"),
            ("机密★1年\n" + TEXT, 400, "classified_document"),
            ("机密★1年\n" + TEXT + "续" * 2**19, 400, "classified_document"),
            (b"\x31" * (20 * 1024 * 1024 + 1), 413, "file_too_large"),
        ]:
            with self.subTest(code=code, size=len(content)):
                response = self.upload(content=content)
                self.assertEqual((response.status_code, response.json()["code"]), (status, code))
                self.assertEqual(Plan.objects.count(), 0)

    def test_a_plan_without_any_numbered_item_says_so(self):
        response = self.upload(content="关于召开会议的通知\n\n请各处室准时参加会议。\n")
        self.assertEqual(response.status_code, 201)
        self.assertIn("no_tasks_found", [w["code"] for w in response.json()["warnings"]])

    def test_an_impossible_date_is_kept_as_text_with_a_warning(self):
        plan = self.upload(content=TEXT.replace("10月底前", "2026年9月31日前")).json()
        item = plan["items"][4]
        self.assertIsNone(item["due_on"])
        self.assertIn("impossible_date", [w["code"] for w in plan["warnings"]])

    def test_only_supervisors_upload(self):
        for who, status in {
            "anonymous": 401,
            "liaison": 403,
            "leader": 403,
            "viewer": 403,
            "stranger": 403,
        }.items():
            self.assertEqual(self.upload(who).status_code, status, who)
        self.assertEqual(self.upload(issuer="NYJ").status_code, 403, "not for another bureau")
        self.assertEqual(Plan.objects.count(), 0)

    def test_wrong_requests(self):
        client = self.as_("supervisor")
        self.assertEqual(client.post(LIST, {"title": "无文件"}, format="multipart").status_code, 400)
        self.assertEqual(client.post(LIST, {"file": "x"}, format="json").status_code, 415)
        self.assertEqual(self.upload(year="二〇二六").status_code, 400)
        self.assertEqual(self.upload(colour="red").status_code, 400)

    def test_a_source_that_is_not_kept_is_not_there(self):
        response = self.as_("viewer").get(f"{LIST}{a_plan(self.kjj).pk}/source/")
        self.assertEqual((response.status_code, response.json()["code"]), (404, "not_found"))

    def test_the_source_comes_back_as_it_was_and_as_a_download(self):
        plan = self.upload().json()
        response = self.as_("viewer").get(f"{LIST}{plan['id']}/source/")
        self.assertEqual(b"".join(response.streaming_content), TEXT.encode())
        self.assertIn("attachment", response["Content-Disposition"])
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")

    @override_settings(FILE_UPLOAD_TEMP_DIR="/nowhere")
    def test_a_large_classified_file_never_touches_a_disk(self):
        response = self.upload(content="机密★1年\n" + TEXT * 8000)
        self.assertEqual((response.status_code, response.json()["code"]), (400, "classified_document"))
        self.assertEqual(Plan.objects.count(), 0)

    @override_settings(PLAN_READ_AT_ONCE_BYTES=100)
    def test_a_large_file_is_read_by_the_job(self):
        response = self.upload()
        self.assertEqual((response.status_code, response.json()["status"]), (202, "parsing"))
        pk = response.json()["id"]
        address = f"{LIST}{pk}/"
        progress = self.as_("viewer").get(address).json()["progress"]
        self.assertEqual(progress, {"step": "queued", "label": "排队", "number": 1, "steps": 4})
        self.assertTrue(services.read_waiting(pk, now=timezone.now()))
        self.assertFalse(services.read_waiting(pk, now=timezone.now()), "once is enough")
        plan = Plan.objects.get(pk=pk)
        self.assertEqual((plan.status, plan.items.count()), ("draft", 7))
        self.assertIsNone(self.as_("viewer").get(address).json()["progress"])
        self.assertEqual(plan.title, "云江市科学技术局2026年工作要点")

    def test_a_file_is_large_by_the_text_in_it(self):
        packed = TEXT.encode("gb18030")
        with self.settings(PLAN_READ_AT_ONCE_BYTES=len(packed) + 1):
            self.assertEqual(self.upload(content=packed).status_code, 202)

    @override_settings(PLAN_READ_AT_ONCE_BYTES=100)
    def test_a_large_files_year_and_issuer_are_those_it_prints(self):
        text = TEXT.replace("2026", "2020")
        pk = self.upload(content=text).json()["id"]
        services.read_waiting(pk, now=timezone.now())
        plan = Plan.objects.get(pk=pk)
        self.assertEqual((plan.year, plan.code, plan.issuer), (2020, "KJJ-2020", self.kjj))
        stated = self.upload(content=text + "\n", year=2021, title="要点").json()["id"]
        services.read_waiting(stated, now=timezone.now())
        plan = Plan.objects.get(pk=stated)
        self.assertEqual((plan.year, plan.code, plan.title), (2021, "KJJ-2021", "要点"))


class SightTest(PlanApiCase):
    def test_a_draft_is_the_bureaus_own_and_an_issued_plan_is_open_below(self):
        plan = self.upload().json()["id"]
        drafts = {
            "supervisor": 200,
            "leader": 200,
            "viewer": 200,
            "liaison": 404,
            "stranger": 404,
            "anonymous": 401,
        }
        for who, status in drafts.items():
            self.assertEqual(self.as_(who).get(f"{LIST}{plan}/").status_code, status, who)
        self.as_("supervisor").post(f"{LIST}{plan}/issue/", {"default_lead": "BGS"})
        self.assertEqual(self.as_("liaison").get(f"{LIST}{plan}/").status_code, 200)
        self.assertEqual(self.as_("stranger").get(f"{LIST}{plan}/").status_code, 404)

    def test_a_unit_named_from_outside_sees_the_issued_plan(self):
        plan = a_plan(self.kjj)
        an_item(plan, lead=self.gxc, cooperating=[self.elsewhere])
        self.assertEqual(self.as_("stranger").get(f"{LIST}{plan.pk}/").status_code, 404)
        self.as_("supervisor").post(f"{LIST}{plan.pk}/issue/", {})
        self.assertEqual(self.as_("stranger").get(f"{LIST}{plan.pk}/").status_code, 200)

    def test_the_list_is_filtered(self):
        self.upload()
        for query, count in {"": 1, "status=draft": 1, "status=issued": 0, "year=2026&issuer=KJJ": 1}.items():
            self.assertEqual(len(self.as_("viewer").get(f"{LIST}?{query}").json()["results"]), count, query)
        self.assertEqual(self.as_("viewer").get(f"{LIST}?colour=red").json()["code"], "unknown_parameter")


class ItemTest(PlanApiCase):
    def setUp(self) -> None:
        self.plan = a_plan(self.kjj)
        self.item = an_item(self.plan, "培育企业", lead=self.gxc, cooperating=[self.cgc])
        self.url = f"{LIST}{self.plan.pk}/items/{self.item.pk}/"

    def test_what_was_recognised_can_be_corrected_until_issue(self):
        body = {
            "heading": "培育创新主体",
            "lead": "PTC",
            "cooperating": ["GXC", self.bgs.pk],
            "due_on": "2026-06-30",
        }
        shown = self.as_("supervisor").patch(self.url, body).json()
        self.assertEqual(
            (shown["heading"], shown["lead"]["code"], shown["due_on"]), ("培育创新主体", "PTC", "2026-06-30")
        )
        self.assertEqual([unit["code"] for unit in shown["cooperating"]], ["GXC", "BGS"])
        change = PlanChange.objects.filter(item=self.item, kind="item_changed").get()
        self.assertEqual(change.data["heading"], ["培育企业", "培育创新主体"])
        self.assertEqual(self.as_("supervisor").patch(self.url, {"due_on": None}).json()["due_on"], None)
        self.as_("supervisor").post(f"{LIST}{self.plan.pk}/issue/", {})
        late = self.as_("supervisor").patch(self.url, body)
        self.assertEqual((late.status_code, late.json()["code"]), (409, "plan_state"))

    def test_a_new_lead_that_helped_is_no_helper_any_more(self):
        shown = self.as_("supervisor").patch(self.url, {"lead": "CGC"}).json()
        self.assertEqual((shown["lead"]["code"], shown["cooperating"]), ("CGC", []))

    def test_work_is_given_to_departments_in_use_only(self):
        Department.objects.filter(pk=self.bgs.pk).update(is_active=False)
        client = self.as_("supervisor")
        for method, url, body in [
            ("patch", self.url, {"lead": "BGS"}),
            ("patch", self.url, {"cooperating": ["BGS"]}),
            ("post", f"{LIST}{self.plan.pk}/issue/", {"default_lead": "BGS"}),
        ]:
            response = getattr(client, method)(url, body)
            self.assertEqual(response.status_code, 400)
            self.assertEqual(response.json()["errors"][0]["code"], "department_inactive")

    def test_only_lists_take_query_parameters(self):
        client = self.as_("supervisor")
        for response in (
            client.patch(f"{self.url}?force=1", {"heading": "改"}),
            client.get(f"{LIST}{self.plan.pk}/?status=draft"),
            client.get(f"{LIST}{self.plan.pk}/source/?status=draft"),
            client.post(f"{LIST}{self.plan.pk}/issue/?dry_run=1", {}),
            client.get("/api/v1/me/?x=1"),
        ):
            self.assertEqual((response.status_code, response.json()["code"]), (400, "unknown_parameter"))
        self.item.refresh_from_db()
        self.assertEqual(self.item.heading, "培育企业")

    def test_a_lead_can_be_taken_back(self):
        client = self.as_("supervisor")
        self.assertIsNone(client.patch(self.url, {"lead": None}).json()["lead"])
        refused = client.post(f"{LIST}{self.plan.pk}/issue/", {})
        self.assertEqual(refused.json()["code"], "items_without_lead")

    def test_a_printed_unit_nobody_resolved_stays_listed(self):
        self.item.owners.create(role="cooperating", ordinal=9, printed="火星办")
        shown = self.as_("supervisor").patch(self.url, {"cooperating": ["BGS"]}).json()
        told = [(unit["code"], unit["printed"]) for unit in shown["cooperating"]]
        self.assertEqual(told, [(None, "火星办"), ("BGS", "")])

    def test_refusals(self):
        other = an_item(a_plan(self.kjj, code="KJJ-X"), "别的计划的条目")
        foreign = f"{LIST}{self.plan.pk}/items/{other.pk}/"
        for who, url, body, status in [
            ("supervisor", foreign, {"heading": "改"}, 404),
            ("supervisor", self.url, {"kind": "chore"}, 400),
            ("supervisor", self.url, {"lead": "XYZ"}, 400),
            ("supervisor", self.url, {"due_on": "2021-09-31"}, 400),
            ("supervisor", self.url, {"body": "不可改"}, 400),
            ("leader", self.url, {"heading": "改"}, 403),
            ("liaison", self.url, {"heading": "改"}, 404),
        ]:
            with self.subTest(who=who, body=body):
                self.assertEqual(self.as_(who).patch(url, body).status_code, status)
                self.item.refresh_from_db()
                self.assertEqual(self.item.heading, "培育企业")

    def test_a_draft_can_be_discarded_and_an_issued_plan_can_not(self):
        other = a_plan(self.kjj, code="KJJ-Y")
        self.assertEqual(self.as_("leader").delete(f"{LIST}{other.pk}/").status_code, 403)
        self.assertEqual(self.as_("supervisor").delete(f"{LIST}{other.pk}/").status_code, 204)
        self.as_("supervisor").post(f"{LIST}{self.plan.pk}/issue/", {})
        self.assertEqual(self.as_("supervisor").delete(f"{LIST}{self.plan.pk}/").status_code, 409)
        self.assertEqual(set(Plan.objects.values_list("code", flat=True)), {self.plan.code})


class IssueTest(PlanApiCase):
    def issue(self, plan: int, who: str = "supervisor", **body):
        return self.as_(who).post(f"{LIST}{plan}/issue/", body)

    def test_items_without_a_lead_are_listed_and_nothing_is_issued(self):
        plan = self.upload().json()["id"]
        response = self.issue(plan)
        self.assertEqual((response.status_code, response.json()["code"]), (400, "items_without_lead"))
        self.assertEqual([item["heading"] for item in response.json()["items"]], ["加强机关建设"])
        self.assertEqual(Task.objects.count(), 0)
        self.assertEqual(Plan.objects.get().status, "draft")

    def test_tasks_are_what_the_plan_says(self):
        plan = self.upload().json()["id"]
        response = self.issue(plan, default_lead="BGS", default_due_on="2026-11-30")
        self.assertEqual((response.status_code, response.json()), (201, {"tasks": 3}))
        first, second, third = Task.objects.order_by("id")
        self.assertEqual(
            [t.code for t in (first, second, third)], ["KJJ-2026-01", "KJJ-2026-02", "KJJ-2026-03"]
        )
        self.assertEqual((first.lead, first.due_on, first.status), (self.gxc, date(2026, 10, 31), "pending"))
        self.assertEqual((second.deadline_kind, second.reporting_cycle), ("recurring", "quarterly"))
        self.assertEqual(
            (third.lead, third.due_on, third.original_due_on),
            (self.bgs, date(2026, 11, 30), date(2026, 11, 30)),
        )
        self.assertEqual(first.targets.get().value, 60)
        self.assertEqual(first.events.get().kind, "issued")

    def test_again_issues_only_what_is_new(self):
        plan = self.upload().json()["id"]
        self.issue(plan, default_lead="BGS")
        again = self.issue(plan)
        self.assertEqual((again.status_code, again.json()), (200, {"tasks": 0}))
        item = self.as_("supervisor").post(
            f"{LIST}{plan}/items/", {"heading": "新增一项", "lead": "NCC", "due_on": "2026-12-01"}
        )
        self.assertEqual(item.status_code, 201, item.content)
        more = self.issue(plan)
        self.assertEqual((more.status_code, more.json()), (200, {"tasks": 1}))
        self.assertEqual(Task.objects.latest("id").code, "KJJ-2026-04")

    def test_where_no_date_is_stated_it_is_the_years_last_day(self):
        plan = a_plan(self.kjj)
        an_item(plan, lead=self.gxc)
        self.issue(plan.pk)
        self.assertEqual(Task.objects.get().due_on, date(2026, 12, 31))

    def test_measures_become_steps_and_their_targets_the_tasks(self):
        plan = a_plan(self.kjj)
        item = an_item(plan, lead=self.gxc, targets=[("企业", 60)])
        step = an_item(plan, "扩大规模", kind="measure")
        PlanItem.objects.filter(pk=step.pk).update(parent=item)
        a_target(step, 0, "基金规模", 15, "亿元")
        self.issue(plan.pk)
        task = Task.objects.get()
        self.assertEqual([s.text for s in task.checklist.all()], ["扩大规模"])
        self.assertEqual([t.name for t in task.targets.all()], ["企业", "基金规模"])

    def test_who_may(self):
        plan = self.upload().json()["id"]
        for who, status in {"anonymous": 401, "leader": 403, "viewer": 403, "liaison": 404}.items():
            self.assertEqual(self.issue(plan, who, default_lead="BGS").status_code, status, who)
        above = a_user("city")
        a_membership(above, self.kjj, "supervisor")
        self.assertEqual(
            self.as_(above).post(f"{LIST}{plan}/issue/", {"default_lead": "BGS"}).status_code, 201
        )


class GoalTest(PlanApiCase):
    def setUp(self) -> None:
        self.plan = a_plan(self.kjj, status="issued", released_at=at(date(2026, 3, 1)))
        self.item = a_goal(self.plan)
        self.goal, self.target = self.item.goal, self.item.targets.get()
        self.url = f"{LIST}{self.plan.pk}/goals/"

    def test_the_keeper_states_figures_and_the_latest_is_shown(self):
        keeper = self.as_("supervisor").patch(f"{self.url}{self.goal.pk}/", {"keeper": "GXC"})
        self.assertEqual(keeper.json()["keeper"]["code"], "GXC")
        for day, value in (("2026-06-30", 255), ("2026-03-31", "240.5")):
            body = {"target": self.target.pk, "value": value, "measured_on": day}
            response = self.as_("liaison").post(f"{self.url}{self.goal.pk}/actuals/", body)
            self.assertEqual(response.status_code, 201, response.content)
        shown = self.as_("viewer").get(self.url).json()["results"][0]
        self.assertEqual(
            (shown["targets"][0]["actual"], shown["targets"][0]["measured_on"]), (255, "2026-06-30")
        )
        actuals = self.as_("viewer").get(f"{self.url}{self.goal.pk}/actuals/").json()["results"]
        self.assertEqual([row["value"] for row in actuals], [240.5, 255])

    def test_refusals(self):
        future = (timezone.localdate() + timedelta(days=2)).isoformat()
        good = {"target": self.target.pk, "value": 1}
        other = a_goal(self.plan, "另一目标").targets.get()
        for who, body, status, code in [
            ("liaison", good, 403, "permission_denied"),
            ("stranger", good, 404, "not_found"),
            ("supervisor", {**good, "target": other.pk}, 400, "target_unknown"),
            ("supervisor", {**good, "measured_on": future}, 400, "date_in_future"),
            ("supervisor", {**good, "value": "很多"}, 400, "invalid"),
            ("supervisor", {**good, "value": "NaN"}, 400, "invalid"),
            ("supervisor", {**good, "value": 10**17}, 400, "invalid"),
        ]:
            with self.subTest(who=who, body=body):
                response = self.as_(who).post(f"{self.url}{self.goal.pk}/actuals/", body)
                self.assertEqual((response.status_code, response.json()["code"]), (status, code))
        self.assertFalse(self.target.actuals.exists())


class UploadRaceTest(OfficeTransactionCase):
    def test_the_same_bytes_at_once_are_one_plan(self):
        def work(client: APIClient) -> tuple[int, int]:
            response = client.post(LIST, {"file": a_file()}, format="multipart")
            return response.status_code, response.json()["id"]

        results = at_once(*[partial(work, self.as_("supervisor")) for _ in range(4)])
        self.assertEqual(sorted(status for status, _ in results), [200, 200, 200, 201])
        self.assertEqual(len({pk for _, pk in results}), 1)
        self.assertEqual((Plan.objects.count(), PlanItem.objects.count()), (1, 7))

    def test_issues_at_once_make_each_task_once(self):
        plan = a_plan(self.kjj)
        for n in range(5):
            an_item(plan, f"任务{n}", lead=self.gxc)

        def work(client: APIClient) -> tuple[int, int]:
            response = client.post(f"{LIST}{plan.pk}/issue/", {})
            return response.status_code, response.json()["tasks"]

        results = at_once(*[partial(work, self.as_("supervisor")) for _ in range(4)])
        self.assertEqual(sorted(results), [(200, 0), (200, 0), (200, 0), (201, 5)])
        self.assertEqual(Task.objects.count(), 5)
