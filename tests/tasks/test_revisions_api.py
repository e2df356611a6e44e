"""修订 over REST: upload, look, confirm or put aside."""

from django.core.files.uploadedfile import SimpleUploadedFile

from plans.models import Plan, PlanChange, PlanReading, PlanRevision
from tasks.models import Task, TaskEvent
from tests.cases import OfficeCase
from tests.plans.test_revising import PLAN, issued_plan
from tests.snapshots import everything
from tests.tasks.test_revising import GONE, LATER, MORE, NEW

NOTE = "按局长办公会意见修订"


class RevisionCase(OfficeCase):
    def setUp(self) -> None:
        self.plan = issued_plan(self)
        self.url = f"/api/v1/plans/{self.plan.pk}/revisions/"
        people = ("anonymous", "supervisor", "leader", "viewer", "head", "stranger")
        self.clients = {who: self.as_(who) for who in people}
        self.client_ = self.clients["supervisor"]

    def upload(
        self, *edits: tuple[str, str], who: str = "supervisor", text: str = PLAN, name: str = "修订.txt"
    ):
        for old, new in edits:
            text = text.replace(old, new)
        file = SimpleUploadedFile(name, text.encode())
        return self.clients[who].post(self.url, {"file": file}, format="multipart")

    def made(self, *edits: tuple[str, str]) -> dict:
        answer = self.upload(*edits)
        assert answer.status_code == 201, answer.content.decode()
        return answer.json()

    def post(self, made: dict, what: str, who: str = "supervisor", **body):
        return self.clients[who].post(f"{self.url}{made['id']}/{what}/", body)


class RevisionApiTest(RevisionCase):
    def test_upload_look_and_confirm(self):
        made = self.made(LATER, MORE)
        self.assertEqual((made["number"], made["status"], made["file_name"]), (1, "proposed", "修订.txt"))
        date, target = made["differences"]
        task = Task.objects.get(title="实施高企倍增行动")
        self.assertEqual(
            date["task"], {"id": task.pk, "code": task.code, "status": "pending", "due_on": "2026-06-30"}
        )
        self.assertEqual(date["item"]["id"], task.plan_item_id)
        self.assertEqual((date["kind"], date["possible"]), ("date", True))
        self.assertEqual(date["after"], {"due_on": "2026-10-31", "deadline": "10月底前"})
        self.assertEqual(target["before"]["targets"][0]["value"], 300)
        self.assertEqual(self.client_.get(f"{self.url}{made['id']}/").json(), made)
        answer = self.post(made, "confirm", digest=made["digest"], lines=[date["no"]], note=NOTE)
        done = answer.json()
        self.assertEqual((answer.status_code, done["status"], done["digest"]), (200, "confirmed", None))
        self.assertEqual([line["applied"] for line in done["differences"]], [True, False])
        self.assertEqual(done["decided_by"], str(self.supervisor))
        task.refresh_from_db()
        self.assertEqual(str(task.due_on), "2026-10-31")
        listed = self.client_.get(self.url).json()["results"]
        self.assertEqual([(one["id"], one["status"]) for one in listed], [(made["id"], "confirmed")])

    def test_the_same_bytes_are_the_same_revision(self):
        made = self.made(LATER)
        again = self.upload(LATER)
        self.assertEqual((again.status_code, again.json()["id"]), (200, made["id"]))
        self.post(made, "confirm", digest=made["digest"], note=NOTE)
        answer = self.upload(LATER)
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "revision_same"))
        answer = self.upload()
        self.assertEqual(answer.status_code, 201, "back to the first text is a revision too")

    def test_brought_in_as_a_plan_a_confirmed_revision_is_the_plan_itself(self):
        content = PLAN.replace(*LATER).encode()

        def bring():
            file = SimpleUploadedFile("要点.txt", content)
            return self.client_.post("/api/v1/plans/", {"file": file}, format="multipart")

        made = self.made(LATER)
        self.post(made, "confirm", digest=made["digest"], note=NOTE)
        answer = bring()
        self.assertEqual((answer.status_code, answer.json()["id"]), (200, self.plan.pk))
        self.assertEqual(Plan.objects.count(), 1)

    def test_confirmed_twice_nothing_happens_twice(self):
        made = self.made(NEW, GONE)
        self.post(made, "confirm", digest=made["digest"], note=NOTE)
        before = everything()
        again = self.post(made, "confirm", digest=made["digest"], note=NOTE)
        self.assertEqual((again.status_code, again.json()["status"]), (200, "confirmed"))
        self.assertEqual(everything(), before)
        answer = self.post(made, "discard")
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "revision_decided"))

    def test_discarded_it_changes_nothing_any_more(self):
        made = self.made(LATER)
        for _ in range(2):
            self.assertEqual(self.post(made, "discard").json()["status"], "discarded")
        answer = self.post(made, "confirm", digest=made["digest"], note=NOTE)
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "revision_decided"))
        self.assertEqual(self.upload(LATER).status_code, 201)

    def test_the_file_is_given_back_as_it_came(self):
        made = self.made(LATER)
        sent = self.client_.get(f"{self.url}{made['id']}/source/")
        self.assertEqual(b"".join(sent.streaming_content).decode(), PLAN.replace(*LATER))
        self.assertIn("attachment", sent["Content-Disposition"])

    def test_withdrawn_items_say_so(self):
        made = self.made(GONE)
        self.post(made, "confirm", digest=made["digest"], note=NOTE)
        items = self.client_.get(f"/api/v1/plans/{self.plan.pk}/items/").json()["results"]
        gone = [item["heading"] for item in items if item["withdrawn_at"]]
        self.assertEqual((gone, items[-1]["heading"]), (["办好成果对接会"], "办好成果对接会"))

    def test_the_record_names_the_revision(self):
        made = self.made(LATER)
        self.post(made, "confirm", digest=made["digest"], note=NOTE)
        task = made["differences"][0]["task"]["id"]
        event = self.client_.get(f"/api/v1/tasks/{task}/events/?ordering=-seq").json()["results"][0]
        self.assertEqual((event["kind"], event["data"]["revision"]), ("due_changed", made["id"]))
        self.assertEqual(event["note"], f"计划修订1：{NOTE}")


class RefusedTest(RevisionCase):
    def assert_refused(self, answer, status: int, code: str) -> None:
        self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), answer.content.decode())

    def test_files_that_are_no_plan(self):
        before = everything()
        for text, code in (
            ("", "plan_not_readable"),
            ("机密★1年\n" + PLAN, "classified_document"),
        ):
            self.assert_refused(self.upload(text=text), 400, code)
        self.assert_refused(self.upload(text=PLAN + "甲乙丙丁戊" * 80_000), 413, "file_too_large")
        self.assert_refused(self.upload(name="旧.doc"), 400, "plan_not_readable")
        self.assertEqual(self.client_.post(self.url, {}, format="multipart").status_code, 400)
        self.assertEqual(everything(), before)

    def test_a_plan_that_is_not_in_force(self):
        made = self.made(LATER)
        for status, more in (("draft", {}), ("archived", {"archived_at": self.now})):
            Plan.objects.filter(pk=self.plan.pk).update(status=status, **more)
            before = everything()
            self.assert_refused(self.upload(MORE), 409, "plan_state")
            self.assert_refused(
                self.post(made, "confirm", digest=made["digest"], note=NOTE), 409, "plan_state"
            )
            self.assert_refused(self.post(made, "discard"), 409, "plan_state")
            self.assertEqual(everything(), before)

    def test_what_is_missing_or_makes_no_sense(self):
        made = self.made(LATER)
        digest = made["digest"]
        before = everything()
        for body in (
            {"digest": digest},
            {"digest": digest, "note": " "},
            {"note": NOTE},
            {"digest": digest, "note": NOTE, "lines": ["一"]},
            {"digest": digest, "note": NOTE, "lines": [0]},
            {"digest": digest, "note": NOTE, "lines": 1},
            {"digest": digest, "note": NOTE, "default_lead": "XXX"},
            {"digest": digest, "note": NOTE, "force": True},
            {"digest": digest, "note": "字" * 5001},
        ):
            self.assertEqual(self.post(made, "confirm", **body).status_code, 400, body)
        wrong = self.post(made, "confirm", digest=digest, note=NOTE, lines=[7])
        self.assert_refused(wrong, 400, "line_unknown")
        self.assert_refused(self.post(made, "confirm", digest="x", note=NOTE), 409, "revision_outdated")
        self.assertEqual(everything(), before)

    def test_who_may(self):
        made = self.made(LATER)
        before = everything()
        for who, status in {
            "anonymous": 401,
            "stranger": 404,
            "head": 404,
            "leader": 403,
            "viewer": 403,
        }.items():
            for what, body in (("confirm", {"digest": made["digest"], "note": NOTE}), ("discard", {})):
                self.assertEqual(self.post(made, what, who, **body).status_code, status, (who, what))
        self.assertEqual(self.clients["head"].get(self.url).json()["results"], [])
        self.assertEqual(self.upload(MORE, who="head").status_code, 403)
        self.assertEqual(everything(), before)

    def test_another_plans_revision_is_not_there(self):
        made = self.made(LATER)
        other = issued_plan(self, PLAN.replace("2026年工作", "2026年重点工作"), "另.txt")
        self.assertEqual(
            self.client_.get(f"/api/v1/plans/{other.pk}/revisions/{made['id']}/").status_code, 404
        )

    def test_a_new_item_without_lead_is_listed(self):
        made = self.made(("三、保障措施", "5.出台人才新政。\n三、保障措施"))
        answer = self.post(made, "confirm", digest=made["digest"], note=NOTE)
        self.assert_refused(answer, 400, "items_without_lead")
        self.assertEqual([item["heading"] for item in answer.json()["items"]], ["出台人才新政"])
        answer = self.post(made, "confirm", digest=made["digest"], note=NOTE, default_lead="RCC")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(Task.objects.latest("pk").lead, self.rcc)

    def test_a_plan_whose_file_is_lost_is_compared_with_its_items(self):
        self.plan.file.delete(save=True)
        made = self.made(LATER)
        self.assertEqual([line["kind"] for line in made["differences"]], ["date"])
        self.assertEqual(PlanReading.objects.count(), 1)
        self.assertEqual(
            (PlanRevision.objects.count(), PlanChange.objects.filter(kind="revision_proposed").count()),
            (1, 1),
        )
        self.assertEqual(TaskEvent.objects.exclude(kind="issued").count(), 0)
