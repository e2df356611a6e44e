"""年度对比, 结转 and 拟牵头单位 as people and programs meet them."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plans.models import ItemOwner, Plan, PlanItem
from plans.org.models import Department
from tasks import services
from tasks.models import Task
from tests import years
from tests.builders import a_department, a_goal, a_plan, a_task, an_item, issued, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, queries_of, signed_in
from tests.snapshots import everything

LAST_YEAR = {"due_on": date(2025, 11, 30), "issued_on": date(2025, 3, 3)}


class YearsCase(OfficeCase):
    """Last year: 孵化器 under way (GXC), 特派员 done (CGC); this year's draft has the first again."""

    def setUp(self) -> None:
        super().setUp()
        self.last = a_plan(self.kjj, year=2025)
        self.open = a_task(
            self.gxc, plan=self.last, status="in_progress", targets=[("新增孵化器", 5)], **LAST_YEAR
        )
        self.done = a_task(self.cgc, plan=self.last, status="completed", title="选派科技特派员", **LAST_YEAR)
        self.this = a_plan(self.kjj, year=2026)
        self.again = an_item(self.this, "做强科技企业孵化器", targets=[("新增孵化器", 8)])
        self.new = an_item(self.this, "发展低空经济", lead=self.ptc)
        self.url = f"/api/v1/plans/{self.this.pk}/"

    def page(self) -> str:
        return reverse("tasks:compare", args=[self.this.pk, self.last.pk])


class CompareApiTest(YearsCase):
    def compare(self, who: str = "supervisor", other: Plan | None = None):
        return self.as_(who).get(f"{self.url}compare/{(other or self.last).pk}/")

    def test_it_tells_what_goes_on_what_is_new_and_what_was_dropped(self):
        answer = self.compare()
        self.assertEqual(answer.status_code, 200, answer.content)
        told = answer.json()
        self.assertEqual((told["plan"]["year"], told["other"]["code"]), (2026, "KJJ-2025"))
        (carried,) = told["carried"]
        self.assertEqual((carried["then"]["heading"], carried["now"]["id"]), (self.open.title, self.again.pk))
        self.assertEqual((carried["then"]["lead"]["code"], carried["now"]["lead"]), ("GXC", None))
        self.assertEqual((carried["then"]["task"]["status"], carried["now"]["task"]), ("in_progress", None))
        (target,) = carried["targets"]
        self.assertEqual((target["direction"], target["then"]["value"], target["now"]["value"]), ("up", 5, 8))
        self.assertFalse(carried["linked"])
        self.assertGreater(carried["likeness"], 0.15)
        self.assertEqual([item["heading"] for item in told["new"]], ["发展低空经济"])
        (dropped,) = told["dropped"]
        self.assertEqual((dropped["task"]["status"], dropped["due_on"]), ("completed", "2025-11-30"))

    def test_a_reassigned_task_tells_who_has_it_now(self):
        moved(self.open, "reassign", on=date(2025, 6, 2), lead=self.ptc)
        then = self.compare().json()["carried"][0]["then"]
        self.assertEqual((then["lead"]["code"], then["task"]["lead"]["code"]), ("GXC", "PTC"))

    def test_a_liaison_sees_both_plans_and_the_state_of_its_own_tasks(self):
        issued_plan = a_plan(self.kjj, year=2027)
        an_item(issued_plan, "选派科技特派员", lead=self.cgc)
        issued(issued_plan, date(2026, 3, 2))
        told = self.as_("liaison2").get(f"/api/v1/plans/{issued_plan.pk}/compare/{self.last.pk}/").json()
        self.assertEqual(told["carried"][0]["then"]["task"]["id"], self.done.pk)
        self.assertEqual([item["task"] for item in told["dropped"]], [None])

    def test_both_must_be_seen(self):
        foreign = a_plan(self.elsewhere, year=2025, status="issued", released_at=self.now)
        for who, other in (("liaison", None), ("stranger", None), ("supervisor", foreign)):
            self.assertEqual(self.compare(who, other).status_code, 404, who)

    def test_a_plan_beside_itself_is_refused(self):
        answer = self.compare(other=self.this)
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "same_plan"))

    def test_goals_are_compared_too(self):
        a_goal(self.last, "高新技术企业达到300家")
        a_goal(self.this, "高新技术企业达到260家", targets=[("高新技术企业", 260)])
        goals = [one for one in self.compare().json()["carried"] if one["now"]["kind"] == "goal"]
        self.assertEqual([target["direction"] for target in goals[0]["targets"]], ["down"])

    def test_longer_plans_cost_no_more_queries(self):
        client = self.as_("supervisor")
        before = queries_of(client, f"{self.url}compare/{self.last.pk}/")
        for n in range(8):
            a_task(self.gxc, plan=self.last, title=f"建设第{n}号实验室", **LAST_YEAR)
            an_item(self.this, f"建成第{n}号实验室", lead=self.gxc)
        self.assertEqual(queries_of(client, f"{self.url}compare/{self.last.pk}/"), before)


class CarryApiTest(YearsCase):
    def carry(self, who: str = "supervisor", **body):
        body = {"from": self.last.pk} | body
        return self.as_(who).post(f"{self.url}carry/", body, format="json")

    def test_it_tells_of_each_task_what_became_of_it(self):
        said = {"task": self.open.pk, "code": "KJJ-2025-01", "item": self.again.pk}
        for body, result in (
            ({"dry_run": True}, "linked"),
            ({}, "linked"),
            ({"tasks": [self.open.pk]}, "known"),
        ):
            answer = self.carry(**body)
            self.assertEqual(answer.status_code, 200, answer.content)
            self.assertEqual(answer.json(), {"results": [said | {"result": result}]})

    def test_a_refusal_leaves_nothing(self):
        foreign = a_plan(self.elsewhere, year=2025, status="issued", released_at=self.now)
        people = {who: self.as_(who) for who in ("supervisor", "leader", "liaison")}
        before, url = everything(), f"{self.url}carry/"
        for body, status, code in (
            ({"from": 0}, 400, "invalid"),
            ({"from": foreign.pk}, 400, "plan_unknown"),
            ({"from": self.this.pk}, 400, "plan_not_older"),
            ({"tasks": []}, 400, "invalid"),
            ({"tasks": [10**6]}, 400, "task_unknown"),
            ({"tasks": [self.done.pk]}, 409, "task_not_open"),
            ({"all": True}, 400, "invalid"),
        ):
            answer = people["supervisor"].post(url, {"from": self.last.pk} | body, format="json")
            self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), body)
        for who, status in (("leader", 403), ("liaison", 404)):
            self.assertEqual(people[who].post(url, {"from": self.last.pk}, format="json").status_code, status)
        self.assertEqual(everything(), before)


class UnlinkTest(YearsCase):
    """A wrong match is undone before the new plan is issued."""

    def setUp(self) -> None:
        super().setUp()
        services.carry(self.this, self.last, actor=self.supervisor, now=self.now)
        self.item = f"{self.url}items/{self.again.pk}/"

    def linked_to(self) -> int | None:
        return PlanItem.objects.get(pk=self.again.pk).continues_id

    def test_an_item_lets_go_of_the_old_task(self):
        client = self.as_("supervisor")
        self.assertEqual(client.get(self.item).json()["continues"], self.open.plan_item_id)
        answer = client.patch(self.item, {"continues": self.done.plan_item_id}, format="json")
        self.assertEqual((answer.status_code, self.linked_to()), (400, self.open.plan_item_id))
        answer = client.patch(self.item, {"continues": None}, format="json")
        self.assertEqual((answer.status_code, answer.json()["continues"]), (200, None))
        change = self.this.changes.latest("pk")
        self.assertEqual(change.data, {"continues_id": [self.open.plan_item_id, None]})
        services.issue_plan(self.this, actor=self.supervisor, now=self.now, default_lead=self.gxc)
        self.assertEqual(Task.objects.get(pk=self.open.pk).status, "in_progress")

    def test_the_page_of_an_item_does_the_same(self):
        client, address = (
            signed_in(self.supervisor),
            reverse("plans:item", args=[self.this.pk, self.again.pk]),
        )
        self.assertIn("取消结转", client.get(address).content.decode())
        sent = {"kind": "task", "heading": self.again.heading}
        client.post(address, sent)
        self.assertEqual(self.linked_to(), self.open.plan_item_id)
        client.post(address, {**sent, "unlink": "on"})
        self.assertIsNone(self.linked_to())
        self.assertNotIn("取消结转", client.get(address).content.decode())


class SuggestedLeadTest(YearsCase):
    def suggestions(self, who: str = "supervisor") -> list[dict]:
        answer = self.as_(who).get(f"{self.url}suggestions/")
        self.assertEqual(answer.status_code, 200, answer.content)
        return answer.json()["results"]

    def test_who_led_the_same_work_is_suggested_with_the_reason(self):
        (one,) = self.suggestions()
        self.assertEqual((one["item"], one["heading"]), (self.again.pk, "做强科技企业孵化器"))
        (lead,) = one["suggestions"]
        self.assertEqual(lead["department"]["code"], "GXC")
        self.assertEqual(lead["reason"], "2025年同类任务“建设科技企业孵化器”由高新技术处牵头")
        self.assertEqual((lead["plan"]["id"], lead["item"]), (self.last.pk, self.open.plan_item_id))

    def test_the_record_goes_before_what_was_printed(self):
        moved(self.open, "reassign", on=date(2025, 6, 2), lead=self.ptc)
        self.assertEqual(self.suggestions()[0]["suggestions"][0]["department"]["code"], "PTC")

    def test_nobody_is_suggested_who_is_not_in_use_or_declined(self):
        Department.objects.filter(pk=self.gxc.pk).update(is_active=False)
        self.assertEqual(self.suggestions()[0]["suggestions"], [])
        Department.objects.filter(pk=self.gxc.pk).update(is_active=True)
        declined = a_task(
            self.rcc, plan=self.last, status="declined", title="做强科技企业孵化器", **LAST_YEAR
        )
        self.assertEqual(declined.status, "declined")
        self.assertEqual([s["department"]["code"] for s in self.suggestions()[0]["suggestions"]], ["GXC"])

    def test_a_printed_name_is_asked_about_and_not_guessed_past(self):
        printed = {"role": "lead", "printed": "火星办", "ordinal": 0}
        ItemOwner.objects.create(item=self.again, **printed)
        self.assertEqual(self.suggestions(), [])

    def test_nothing_is_guessed_for_work_that_nobody_had(self):
        item = an_item(self.this, "举办文艺汇演")
        self.assertEqual([one["suggestions"] for one in self.suggestions() if one["item"] == item.pk], [[]])

    def test_plans_of_later_years_other_issuers_and_drafts_tell_nothing(self):
        an_item(self.this, "举办文艺汇演")
        for plan, lead in (
            (a_plan(self.kjj, year=2027), self.rcc),
            (a_plan(self.elsewhere, year=2025), self.elsewhere),
        ):
            a_task(lead, plan=plan, title="举办文艺汇演", due_on=date(plan.year, 12, 1))
        an_item(a_plan(self.kjj, year=2024), "举办文艺汇演", lead=self.rcc)
        self.assertEqual(self.suggestions()[1]["suggestions"], [])

    def test_more_items_cost_no_more_queries(self):
        client, url = self.as_("supervisor"), f"{self.url}suggestions/"
        before = queries_of(client, url)
        for n in range(8):
            a_task(self.cgc, plan=self.last, title=f"建设第{n}号实验室", **LAST_YEAR)
            an_item(self.this, f"建成第{n}号实验室")
        self.assertEqual(queries_of(client, url), before)

    def test_the_years_of_a_bureau_are_suggested_as_docs_reading_tells(self):
        counts = [[tuple(years.guessed(*one, years.leads)) for one in plans] for _, plans in years.sets()]
        self.assertEqual(
            [tuple(map(sum, zip(*own, strict=True))) for own in counts[:2]],
            [(87, 80, 73, 77), (59, 52, 48, 49)],
        )
        self.assertEqual(counts[2], [(33, 32, 26, 29)])

    def test_plans_as_they_are_read_are_suggested_from(self):
        """Through the reader, the import and the issue, as an office would."""
        for n, name in enumerate(
            sorted({work.lead for year in years.YEARS for work in years.tasks_of(year)})
        ):
            if not Department.objects.filter(name=name).exists():
                a_department(f"D{n}", name, self.kjj)
        client = self.as_("supervisor")
        plans = {}
        for year in (2023, 2024):
            content = (years.OWN / f"yunjiang-{year}.txt").read_bytes()
            file = SimpleUploadedFile(f"{year}.txt", content)
            plans[year] = client.post(
                "/api/v1/plans/", {"file": file, "issuer": "KJJ"}, format="multipart"
            ).json()["id"]
            if year == 2023:
                self.assertEqual(client.post(f"/api/v1/plans/{plans[year]}/issue/", {}).json(), {"tasks": 28})
        ItemOwner.objects.filter(item__plan=plans[2024]).delete()
        told = client.get(f"/api/v1/plans/{plans[2024]}/suggestions/").json()["results"]
        first = {one["heading"]: one["suggestions"][0]["reason"] for one in told if one["suggestions"]}
        self.assertEqual(len(told), 29)
        self.assertEqual(first["健全科技特派员制度"], "2023年同类任务“选派科技特派员”由农村科技处牵头")
        compared = client.get(f"/api/v1/plans/{plans[2024]}/compare/{plans[2023]}/").json()
        tasks = [one for one in compared["carried"] if one["now"]["kind"] == "task"]
        self.assertEqual(len(tasks), 26)


class PageTest(YearsCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = signed_in(self.supervisor)

    def read(self, address: str) -> str:
        answer = self.client.get(address)
        self.assertEqual(answer.status_code, 200)
        page = answer.content.decode()
        self.assertIsNone(INLINE.search(page))
        return page

    def test_the_plan_leads_to_the_year_before_and_to_who_had_the_work(self):
        page = self.read(reverse("plans:detail", args=[self.this.pk]))
        self.assertIn(f'href="{self.page()}">与2025年对比', page)
        self.assertIn("2025年同类任务“建设科技企业孵化器”由高新技术处牵头", page)
        self.assertNotIn("对比", self.read(reverse("plans:detail", args=[self.last.pk])))

    def test_a_suggested_lead_is_taken_in_one_press(self):
        address = reverse("plans:take-lead", args=[self.this.pk, self.again.pk])
        answer = self.client.post(address, {"lead": self.gxc.pk})
        self.assertRedirects(
            answer,
            reverse("plans:detail", args=[self.this.pk]) + f"#item-{self.again.pk}",
            fetch_redirect_response=False,
        )
        self.assertEqual(PlanItem.objects.get(pk=self.again.pk).lead, self.gxc)
        for sent in ({}, {"lead": "0"}, {"lead": self.elsewhere.pk + 999}):
            self.client.post(address, sent)
        self.assertEqual(PlanItem.objects.get(pk=self.again.pk).lead, self.gxc)
        self.assertEqual(signed_in(self.leader).post(address, {"lead": self.cgc.pk}).status_code, 403)

    def test_the_comparison_is_told_in_words(self):
        page = self.read(self.page())
        for words in (
            "延续",
            "新增（2026年）",
            "未延续（2025年）",
            "↑ 提高",
            "发展低空经济",
            "选派科技特派员",
            "已办结",
        ):
            self.assertIn(words, page)

    def test_it_can_be_narrowed_to_one_unit(self):
        page = self.read(f"{self.page()}?department={self.ptc.pk}")
        self.assertIn("发展低空经济", page)
        self.assertNotIn("选派科技特派员", page)
        self.assertNotIn("全部结转", page)
        self.assertIn("选派科技特派员", self.read(f"{self.page()}?department=x"))

    def test_who_may_not_carry_sees_no_button(self):
        self.client = signed_in(self.leader)
        self.assertNotIn("结转", self.read(self.page()))
        address = reverse("tasks:carry", args=[self.this.pk, self.last.pk])
        self.assertEqual(self.client.post(address, {"all": "1"}).status_code, 403)
        self.assertEqual(signed_in(self.liaison).get(self.page()).status_code, 404)

    def test_the_ticked_tasks_are_carried_over_and_the_pages_lead_to_one_another(self):
        address = reverse("tasks:carry", args=[self.this.pk, self.last.pk])
        page = self.client.post(address, {"tasks": [self.open.pk]}, follow=True).content.decode()
        self.assertIn("结转1项任务：并入已有条目1项", page)
        self.assertIn("已结转", page)
        self.assertIn("结转自KJJ-2025-01", self.read(reverse("tasks:issue", args=[self.this.pk])))
        Task.objects.filter(pk=self.open.pk).update(was_late=True)
        self.client.post(reverse("tasks:issue", args=[self.this.pk]), {"default_lead": self.gxc.pk})
        new = Task.objects.get(plan_item=self.again)
        page = self.read(reverse("tasks:detail", args=[new.pk]))
        for words in ("<dt>结转自</dt>", "KJJ-2025-01", "曾逾期"):
            self.assertIn(words, page)
        page = self.read(reverse("tasks:detail", args=[self.open.pk]))
        for words in ("<dt>结转至</dt>", f"结转至{new.code}"):
            self.assertIn(words, page)

    def test_nothing_ticked_or_refused_is_said(self):
        address = reverse("tasks:carry", args=[self.this.pk, self.last.pk])
        before = everything()
        for sent, words in (
            ({}, "请先勾选"),
            ({"tasks": "x"}, "请先勾选"),
            ({"tasks": self.done.pk}, "不能结转"),
        ):
            self.assertIn(words, self.client.post(address, sent, follow=True).content.decode())
        self.assertEqual(everything(), before)

    def test_the_issue_page_warns_of_work_that_was_done_meanwhile(self):
        self.client.post(reverse("tasks:carry", args=[self.this.pk, self.last.pk]), {"all": "1"})
        for name in ("submit", "approve"):
            moved(self.open, name, on=date(2025, 12, 20))
        self.assertIn("原任务已办结", self.read(reverse("tasks:issue", args=[self.this.pk])))

    def test_what_people_wrote_is_shown_as_text(self):
        an_item(self.last, EVIL)
        an_item(self.this, EVIL)
        self.assertNotIn(EVIL, self.read(self.page()))

    def test_longer_plans_cost_no_more_queries(self):
        plan = reverse("plans:detail", args=[self.this.pk])
        before = [queries_of(self.client, address) for address in (self.page(), plan)]
        for n in range(8):
            a_task(self.gxc, plan=self.last, title=f"建设第{n}号实验室", **LAST_YEAR)
            an_item(self.this, f"建成第{n}号实验室")
        self.assertEqual([queries_of(self.client, address) for address in (self.page(), plan)], before)
        self.assertLessEqual(before[0], MOST_QUERIES + 4)
