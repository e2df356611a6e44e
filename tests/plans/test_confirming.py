"""22项中19项已确认: who looked at what was read, on the page and over the API."""

import gzip
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plans import services
from plans.models import Plan, PlanItem
from plans.reviewing import Review
from tests.builders import a_plan, a_task, an_item
from tests.cases import OfficeCase
from tests.pages import EVIL, MOST_QUERIES, queries_of, signed_in
from tests.plans.long_plan import plan_text

TEXT = """云江市科学技术局2026年工作要点

一、主要目标

高新技术企业总数达到460家。

二、重点任务

1.建设科技企业孵化器。年底前新增孵化器3家以上。（责任单位：高新技术处、成果转化处）

2.办好对接会。每季度举办一次。（责任单位：海洋处）

3.选派科技特派员。9月底前选派260名。
"""
HTMX = {"HX-Request": "true"}


class ReviewCase(OfficeCase):
    def setUp(self) -> None:
        self.client.force_login(self.supervisor)
        self.plan = self.bring_in(TEXT)
        self.goal = self.plan.items.get(kind="goal")
        self.sure, self.stranger, self.lonely = self.plan.items.filter(kind="task")
        self.page = reverse("plans:detail", args=[self.plan.pk])
        self.confirming = reverse("plans:confirm", args=[self.plan.pk])

    def bring_in(self, text: str) -> Plan:
        self.client.post(reverse("plans:upload"), {"file": SimpleUploadedFile("要点.txt", text.encode())})
        return Plan.objects.latest("pk")

    def now_of(self, item: PlanItem) -> PlanItem:
        return PlanItem.objects.prefetch_related("owners__department", "targets").get(pk=item.pk)

    def said(self, item: PlanItem) -> str:
        return f"{item.pk}:{self.now_of(item).stamp}"

    def confirmed(self) -> set[int]:
        return set(self.plan.items.exclude(confirmed_at=None).values_list("pk", flat=True))

    def row(self, item: PlanItem, **asked: Any) -> str:
        address = reverse("plans:item", args=[self.plan.pk, item.pk])
        return self.client.get(address, asked, headers=HTMX).content.decode()

    def save(self, item: PlanItem, **fields: Any) -> str:
        address = reverse("plans:item", args=[self.plan.pk, item.pk])
        values = {"seen": self.now_of(item).stamp, "kind": item.kind, "heading": item.heading, **fields}
        return self.client.post(address, values, headers=HTMX).content.decode()


class ConfirmTests(ReviewCase):
    def test_each_press_confirms_one_and_leads_to_the_next(self):
        self.assertContains(self.client.get(self.page), "<b>4项中0项已确认</b>")
        sent = self.client.post(self.confirming, {"item": self.said(self.goal)})
        self.assertRedirects(sent, f"{self.page}#item-{self.sure.pk}", fetch_redirect_response=False)
        self.assertEqual(self.confirmed(), {self.goal.pk})
        change = self.plan.changes.latest("pk")
        self.assertEqual((change.kind, change.actor), ("items_confirmed", self.supervisor))
        self.assertContains(self.client.get(self.page), "<b>4项中1项已确认</b>")

    def test_confirmed_twice_is_once_and_the_first_stays_named(self):
        services.confirm_items(self.plan, [self.goal], actor=self.supervisor, now=self.now)
        again = services.confirm_items(self.plan, [self.goal, self.sure], actor=self.admin, now=self.now)
        self.assertEqual(again, 1)
        self.assertEqual(self.now_of(self.goal).confirmed_by, self.supervisor)

    def test_it_is_taken_back_in_one_press(self):
        services.confirm_items(self.plan, [self.goal], actor=self.supervisor, now=self.now)
        self.client.post(self.confirming, {"undo": self.goal.pk})
        self.assertEqual(self.confirmed(), set())
        self.assertEqual(self.plan.changes.latest("pk").kind, "item_unconfirmed")

    def test_the_rest_is_what_raises_no_doubt(self):
        self.assertContains(self.client.get(self.page), "其余 2 项无疑问，全部确认")
        self.client.post(self.confirming, {"rest": 1})
        self.assertEqual(self.confirmed(), {self.goal.pk, self.sure.pk})
        self.assertNotContains(self.client.get(self.page), "无疑问，全部确认")

    def test_a_warning_is_a_doubt_about_the_item_in_whose_text_it_stands(self):
        start = self.plan.text.index("年底前")
        told = {"code": "x", "message": "期限不明确", "start": start, "end": start + 3}
        Plan.objects.update(warnings=[told])
        page = self.client.get(self.page)
        self.assertContains(page, f'<a class="no" href="#item-{self.sure.pk}">')
        self.assertContains(page, "其余 1 项无疑问，全部确认")

    def test_what_somebody_changed_meanwhile_is_shown_and_not_confirmed_unseen(self):
        said = self.said(self.sure)
        services.change_item(self.sure, actor=self.admin, now=self.now, heading="改过的标题", confirmed=False)
        answer = self.client.post(self.confirming, {"item": said}, headers=HTMX)
        self.assertContains(answer, "刚刚有人改过这一条")
        self.assertContains(answer, "改过的标题")
        self.assertEqual(self.confirmed(), set())
        plain = self.client.post(self.confirming, {"item": said}, follow=True)
        self.assertContains(plain, "刚刚有人改过这一条")

    def test_an_item_of_another_plan_or_nonsense_confirms_nothing(self):
        other = an_item(a_plan(self.kjj, year=2025))
        PlanItem.objects.filter(pk=other.pk).update(confirmed_at=None, confirmed_by=None)
        for said in (str(other.pk), "x", "", "9" * 30, "-1:0"):
            with self.subTest(said):
                self.assertEqual(self.client.post(self.confirming, {"item": said}).status_code, 302)
        self.assertFalse(PlanItem.objects.exclude(confirmed_at=None).exists())

    def test_only_the_supervisor_confirms_and_only_a_draft(self):
        said = {"item": self.said(self.goal)}
        self.assertEqual(signed_in(self.leader).post(self.confirming, said).status_code, 403)
        self.assertEqual(signed_in(self.liaison).post(self.confirming, said).status_code, 404)
        Plan.objects.update(status="issued", released_at=self.now)
        self.assertContains(self.client.post(self.confirming, said, follow=True), "不能这样修改")
        self.assertEqual(self.confirmed(), set())

    def test_what_is_left_or_doubtful_can_be_listed_alone(self):
        services.confirm_items(self.plan, [self.goal, self.stranger], actor=self.supervisor, now=self.now)
        for show, there in {
            "open": [self.sure, self.lonely],
            "doubtful": [self.stranger, self.lonely],
        }.items():
            with self.subTest(show):
                rows = self.client.get(self.page, {"show": show}).context["rows"]
                self.assertEqual([row.item for row in rows], there)
        services.confirm_items(self.plan, [self.sure, self.lonely], actor=self.supervisor, now=self.now)
        self.assertContains(self.client.get(self.page, {"show": "open"}), "都已确认，可以下达了")

    def test_an_item_added_by_hand_needs_nobody_to_look(self):
        item = services.add_item(
            self.plan, actor=self.supervisor, now=self.now, kind="task", heading="新增的任务"
        )
        self.assertIn(item.pk, self.confirmed())


class RowTests(ReviewCase):
    def test_a_row_becomes_a_form_and_a_row_again(self):
        form = self.row(self.sure)
        self.assertIn('value="高新技术处"', form)
        self.assertIn("data-first", form)
        self.assertNotIn("<main", form)
        self.assertIn("建设科技企业孵化器", self.row(self.sure, row=1))

    def test_saving_confirms_and_tells_all_that_the_page_tells_of_it(self):
        answer = self.save(self.lonely, lead="bgs", cooperating="高新处、成果处", due_on="2026-11-30")
        self.assertTrue(answer.startswith(f'<tr id="item-{self.lonely.pk}"'))
        self.assertIn("<b>4项中1项已确认</b>", answer)
        self.assertIn("1 项没有牵头单位", answer)
        self.assertIn(f'id="source-{self.lonely.pk}" hx-swap-oob="true"', answer)
        item = self.now_of(self.lonely)
        units = [(owner.role, owner.department) for owner in item.owners.all()]
        expected = [("lead", self.bgs), ("cooperating", self.gxc), ("cooperating", self.cgc)]
        self.assertEqual((units, item.due_on), (expected, date(2026, 11, 30)))

    def test_saving_as_it_is_confirms_and_changes_nothing(self):
        before = list(self.sure.owners.values_list("role", "printed", "start"))
        self.save(self.sure, lead="高新处", cooperating="CGC", due_on="2026-12-31")
        self.assertEqual(list(self.sure.owners.values_list("role", "printed", "start")), before)
        self.assertEqual(self.confirmed(), {self.sure.pk})
        self.assertFalse(self.plan.changes.filter(kind="item_changed").exists())

    def test_what_is_wrong_is_said_in_the_row_with_what_was_typed(self):
        answer = self.save(self.lonely, lead="成果专班", heading="改过的标题")
        self.assertIn("没有找到单位“成果专班”", answer)
        self.assertIn("改过的标题", answer)
        self.assertEqual((self.now_of(self.lonely).heading, self.confirmed()), (self.lonely.heading, set()))

    def test_two_people_in_one_item_lose_nothing(self):
        seen = self.now_of(self.sure).stamp
        services.change_item(self.sure, actor=self.admin, now=self.now, heading="别人改的标题")
        answer = self.save(self.sure, seen=seen, heading="我改的标题")
        for words in ("有人改过这一条", "别人改的标题", "我改的标题"):
            self.assertIn(words, answer)
        self.assertEqual(self.now_of(self.sure).heading, "别人改的标题")
        self.save(self.sure, seen=self.now_of(self.sure).stamp, heading="我改的标题", lead="高新处")
        self.assertEqual(self.now_of(self.sure).heading, "我改的标题")

    def test_an_issued_item_says_so_in_its_row(self):
        Plan.objects.update(status="issued", released_at=self.now)
        self.assertIn("不能这样修改", self.save(self.sure, heading="改"))

    def test_names_that_two_units_bear_are_told_apart_by_their_codes(self):
        unit = self.rcc.__class__.objects.create(code="RSC2", name="人才处", parent=self.elsewhere)
        services.change_item(self.sure, actor=self.supervisor, now=self.now, lead=unit)
        self.assertIn('value="人才处（RSC2）"', self.row(self.sure))
        self.save(self.sure, lead="人才处（RSC2）")
        self.assertEqual(self.now_of(self.sure).lead, unit)

    def test_what_people_wrote_is_text(self):
        services.change_item(self.sure, actor=self.supervisor, now=self.now, heading=EVIL * 3 + "长" * 300)
        self.lonely.owners.create(role="cooperating", ordinal=9, printed=EVIL)
        answers = [self.client.get(self.page).content.decode(), self.row(self.sure), self.row(self.lonely)]
        answers.append(self.save(self.sure, lead=EVIL))
        for answer in answers:
            self.assertNotIn(EVIL, answer)

    def test_a_suggested_lead_is_taken_in_the_row(self):
        address = reverse("plans:take-lead", args=[self.plan.pk, self.lonely.pk])
        answer = self.client.post(address, {"lead": self.ncc.pk}, headers=HTMX)
        self.assertContains(answer, "<b>4项中1项已确认</b>")
        self.assertEqual(self.now_of(self.lonely).lead, self.ncc)


class ApiTests(ReviewCase):
    def change(self, item: PlanItem, **fields: Any) -> Any:
        address = f"/api/v1/plans/{self.plan.pk}/items/{item.pk}/"
        return self.as_("supervisor").patch(address, fields, format="json")

    def test_it_is_said_and_taken_back(self):
        self.assertFalse(
            self.as_("supervisor").get(f"/api/v1/plans/{self.plan.pk}/").json()["items"][1]["confirmed"]
        )
        self.assertTrue(self.change(self.goal, confirmed=True).json()["confirmed"])
        self.assertFalse(self.change(self.goal, confirmed=False).json()["confirmed"])

    def test_a_correction_confirms_unless_told_otherwise(self):
        self.assertTrue(self.change(self.sure, heading="改").json()["confirmed"])
        self.assertFalse(self.change(self.sure, heading="再改", confirmed=False).json()["confirmed"])


class CostTests(ReviewCase):
    def test_the_review_of_sixty_items_with_all_that_can_be_asked_stays_within_twelve_queries(self):
        a_task(self.gxc, plan=a_plan(self.kjj, year=2025))
        plan = self.bring_in(plan_text())
        self.assertEqual(len(Review(plan, list(plan.items.all())).reviewed), 60)
        page = reverse("plans:detail", args=[plan.pk])
        html = self.client.get(page).content.decode()
        for words in ("未对应的单位", "与2026年对比", "60项中0项已确认"):
            self.assertIn(words, html)
        self.assertLessEqual(queries_of(self.client, page), MOST_QUERIES)
        self.assertLess(len(gzip.compress(html.encode())), 100 * 1024 / 4)

    def test_five_hundred_tasks_still_make_a_light_page(self):
        plan = self.bring_in(plan_text(tasks=500))
        page = self.client.get(reverse("plans:detail", args=[plan.pk])).content
        self.assertLess(len(gzip.compress(page)), 100 * 1024)
