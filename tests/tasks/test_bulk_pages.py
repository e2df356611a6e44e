"""批量办理 from the ledger, and 归档 of a plan, as people use them."""

import re

from django.urls import reverse

from tasks.models import BulkRun, Task, TaskEvent
from tests.builders import a_task
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, days, queries_of, signed_in

BULK = reverse("tasks:bulk")


class BulkPageTests(OfficeCase):
    def setUp(self):
        fresh = {"issued_on": days(-5), "due_on": days(60)}
        self.ready = [a_task(self.gxc, title=f"建设{EVIL}{n}", status="submitted", **fresh) for n in range(2)]
        self.other = a_task(self.cgc, title="还没签收", **fresh)
        self.pks = [task.pk for task in (*self.ready, self.other)]

    def picked(self, who: str, query: dict):
        return signed_in(getattr(self, who)).get(BULK, query)

    def sends(self, who: str, move: str, **fields):
        return signed_in(getattr(self, who)).post(BULK, {"move": move, "ids": self.pks, **fields})

    def statuses(self) -> list[str]:
        return list(Task.objects.order_by("pk").values_list("status", flat=True))

    def test_the_ledger_offers_it_to_those_who_move_tasks(self):
        for who, offered in (("supervisor", True), ("liaison", True), ("leader", True), ("viewer", False)):
            html = signed_in(getattr(self, who)).get("/tasks/").content.decode()
            with self.subTest(who):
                self.assertEqual('name="ids"' in html, offered)
                self.assertEqual('id="pick"' in html, offered)

    def test_what_is_offered_are_the_moves_of_this_person(self):
        page = self.picked("supervisor", {"ids": self.pks})
        offered = {move.name: count for move, count in page.context["page"].moves}
        self.assertEqual(offered, {"approve": 2, "return": 2, "cancel": 3, "reassign": 1, "suspend": 1})
        self.assertNotRegex(page.content.decode(), INLINE)
        page = self.picked("liaison2", {"ids": self.pks})
        self.assertEqual({move.name for move, _ in page.context["page"].moves}, {"accept"})
        self.assertContains(self.picked("viewer", {"ids": self.pks}), "没有您可以批量办理的事项")

    def test_a_preview_changes_nothing_and_tells_of_each(self):
        events = TaskEvent.objects.count()
        page = self.sends("supervisor", "approve", note="同意")
        self.assertContains(page, "可以审核办结 <b>2</b> 项")
        self.assertContains(page, "不能审核办结 <b>1</b> 项")
        self.assertContains(page, "<dt>审核意见</dt><dd>同意</dd>")
        self.assertContains(page, "申请办结 → 已办结", count=2)
        self.assertContains(page, "不能“审核办结”")
        self.assertNotContains(page, EVIL)
        self.assertNotRegex(page.content.decode(), INLINE)
        self.assertEqual(self.statuses(), ["submitted", "submitted", "pending"])
        self.assertEqual(TaskEvent.objects.count(), events)

    def test_confirming_moves_each_on_its_own_and_shows_what_became_of_it(self):
        page = self.sends("supervisor", "approve", note="同意")
        confirmed = re.search(r'value="confirm".*?</form>', page.content.decode(), re.S).group()
        ids = [int(pk) for pk in re.findall(r'name="ids" value="(\d+)"', confirmed)]
        self.assertEqual(ids, self.pks[:2], "what can't be done is not tried")
        self.assertIn('value="同意"', confirmed)
        sent = self.sends("supervisor", "approve", note="同意", step="confirm")
        run = BulkRun.objects.get()
        self.assertRedirects(sent, reverse("tasks:bulk-run", args=[run.pk]), fetch_redirect_response=False)
        for _ in range(2):  # found again as often as one likes
            page = sent.client.get(sent.url)
            self.assertContains(page, "已审核办结 2 项；1 项没有办理")
            self.assertContains(page, "申请办结 → 已办结", count=2)
        self.assertEqual(self.statuses(), ["completed", "completed", "pending"])
        marks = {event.data["bulk"] for event in TaskEvent.objects.filter(kind="approve")}
        self.assertEqual(marks, {run.key})

    def test_a_page_confirmed_twice_is_one_run(self):
        page = self.sends("supervisor", "approve", note="同意")
        key = page.context["key"]
        first, second = (
            self.sends("supervisor", "approve", note="同意", step="confirm", key=key) for _ in range(2)
        )
        self.assertEqual(first.url, second.url)
        self.assertEqual(TaskEvent.objects.filter(kind="approve").count(), 2)
        foreign = self.sends("liaison2", "accept", step="confirm", key=key)
        self.assertContains(foreign, "没有这项任务", status_code=404)

    def test_all_that_a_filter_finds(self):
        page = self.picked("supervisor", {"all": "1", "status": "submitted"})
        self.assertEqual([task.pk for task in page.context["page"].tasks], self.pks[:2])
        self.assertEqual(self.picked("supervisor", {"all": "1", "plan": "x"}).context["page"].tasks, [])

    def test_a_task_given_to_another_lead_keeps_who_cooperates(self):
        task = a_task(self.gxc, issued_on=days(-5), due_on=days(60), cooperating=[self.rcc])
        self.pks = [task.pk]
        fields = {"lead": self.ptc.pk, "note": "统一由平台处承接", "step": "confirm"}
        self.assertEqual(self.sends("supervisor", "reassign", **fields).status_code, 302)
        task = Task.objects.get(pk=task.pk)
        self.assertEqual((task.lead, task.helper_ids()), (self.ptc, [self.rcc.pk]))

    def test_nonsense_is_refused_and_nothing_lost(self):
        missing = self.sends("supervisor", "return")
        self.assertContains(missing, "errorlist", status_code=400)
        self.assertEqual(self.sends("supervisor", "report").status_code, 404)
        self.assertEqual(self.sends("supervisor", "nonsense").status_code, 404)
        for ids in ([], ["x", "-1", "9" * 30, "²"], [self.other.pk + 999]):
            self.assertContains(self.picked("supervisor", {"ids": ids}), "没有选中任务")
        self.pks = list(range(1, 502))
        self.assertContains(self.sends("supervisor", "approve"), "最多办理500项", status_code=400)
        self.assertContains(self.picked("supervisor", {"ids": self.pks}), "最多办理500项", status_code=400)
        self.assertEqual(self.statuses(), ["submitted", "submitted", "pending"])

    def test_what_is_not_seen_is_not_picked(self):
        page = self.picked("stranger", {"ids": self.pks})
        self.assertContains(page, "没有选中任务")
        self.assertNotContains(page, self.other.code)

    def test_queries_do_not_grow_with_what_is_picked(self):
        client = signed_in(self.supervisor)
        few = queries_of(client, f"{BULK}?all=1")
        for n in range(12):
            a_task(self.cgc, title=f"再一件{n}", issued_on=days(-5), due_on=days(60), cooperating=[self.rcc])
        self.assertEqual(queries_of(client, f"{BULK}?all=1"), few)
        self.assertLessEqual(few, MOST_QUERIES)


class ArchivePageTests(OfficeCase):
    def test_a_plan_is_put_away_when_nothing_is_open(self):
        task = a_task(self.gxc, status="submitted", issued_on=days(-5), due_on=days(60))
        address = reverse("tasks:archive", args=[task.plan_id])
        client = signed_in(self.supervisor)
        self.assertContains(client.get(reverse("plans:detail", args=[task.plan_id])), address)
        self.assertContains(client.get(address), "申请办结 <b>1</b> 项")
        self.assertContains(client.post(address), "不能归档", status_code=409)
        done = {"move": "cancel", "ids": [task.pk], "note": "不再推进", "step": "confirm"}
        client.post(BULK, done)
        self.assertContains(client.get(address), "确认归档")
        self.assertRedirects(client.post(address), reverse("plans:detail", args=[task.plan_id]))
        self.assertContains(client.get(address), "已归档")
        self.assertNotContains(client.get(reverse("plans:detail", args=[task.plan_id])), "归档…")

    def test_only_its_supervisor_gets_there(self):
        task = a_task(self.gxc, issued_on=days(-5))
        address = reverse("tasks:archive", args=[task.plan_id])
        for who, status in (("liaison", 403), ("leader", 403), ("stranger", 404)):
            for method in ("get", "post"):
                with self.subTest(who=who, method=method):
                    response = getattr(signed_in(getattr(self, who)), method)(address)
                    self.assertEqual(response.status_code, status)
        task.plan.refresh_from_db()
        self.assertEqual(task.plan.status, "issued")
