"""Printed names that mean no department: listed once, answered once, for good."""

import re
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.errors import DomainError
from plans import services
from plans.models import ItemOwner, Plan
from plans.org.models import Department, DepartmentAlias
from tests.builders import a_department, a_plan, an_item
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.pages import MOST_QUERIES, queries_of, signed_in
from tests.races import at_once

TEXT = """云江市科学技术局2026年工作要点

一、培育企业。（牵头单位：科企专班；配合单位：高新处、火星办）

二、办好对接会。（牵头单位：成果处；配合单位：火星办、科企专班）

三、选派特派员。（责任单位：火星办）
"""


def the_names(plan: Plan) -> list[str]:
    return list(
        ItemOwner.objects.filter(item__plan=plan, department=None)
        .order_by("item__ordinal", "ordinal")
        .values_list("printed", flat=True)
    )


class NamesCase(OfficeCase):
    def bring_in(self, text: str = TEXT, actor=None) -> Plan:
        upload = services.Upload(content=text.encode(), name="要点.txt")
        return services.import_plan(upload, actor=actor or self.supervisor, now=self.now)[0]

    def address(self, plan: Plan) -> str:
        return f"/api/v1/plans/{plan.pk}/unresolved/"

    def answer(self, plan: Plan, name: str, department: str, who: str = "supervisor"):
        return self.as_(who).post(self.address(plan), {"name": name, "department": department})

    def units(self, plan: Plan, ordinal: int) -> list[tuple[str, str | None]]:
        owners = plan.items.get(ordinal=ordinal).owners.select_related("department")
        return [(owner.role, owner.department and owner.department.code) for owner in owners]


class ListTest(NamesCase):
    def test_each_name_is_listed_once_with_its_first_place(self):
        plan = self.bring_in()
        found = self.as_("supervisor").get(self.address(plan)).json()
        self.assertEqual((found["next"], found["previous"]), (None, None))
        told = [(row["name"], row["items"]) for row in found["results"]]
        self.assertEqual(told, [("科企专班", 2), ("火星办", 3)])
        for row in found["results"]:
            self.assertEqual(plan.text.index(row["name"]), row["start"])
            self.assertEqual(plan.text[row["start"] : row["end"]], row["name"])

    def test_there_is_a_warning_for_each_name_where_it_stands_first(self):
        plan = self.bring_in()
        told = [w for w in plan.warnings if w["code"] == "owner_unknown"]
        self.assertEqual([plan.text[w["start"] : w["end"]] for w in told], ["科企专班", "火星办"])
        self.assertTrue(all(plan.text.index(plan.text[w["start"] : w["end"]]) == w["start"] for w in told))

    def test_those_between_which_a_name_is_ambiguous_are_suggested(self):
        a_department("CGB", "成果推广处", self.kjj)
        a_department("CGJ", "成果交易处", self.kjj)
        Department.objects.filter(pk=self.cgc.pk).update(short_name="")
        plan = self.bring_in()
        row = next(r for r in self.as_("viewer").get(self.address(plan)).json()["results"])
        self.assertEqual(row["name"], "科企专班")
        rows = {r["name"]: r for r in self.as_("viewer").get(self.address(plan)).json()["results"]}
        codes = [unit["code"] for unit in rows["成果处"]["suggestions"]]
        self.assertEqual(sorted(codes), ["CGB", "CGC", "CGJ"])

    def test_who_does_not_see_the_plan_does_not_see_its_names(self):
        plan = self.bring_in()
        for who, status in {"viewer": 200, "leader": 200, "liaison": 404, "stranger": 404}.items():
            self.assertEqual(self.as_(who).get(self.address(plan)).status_code, status, who)


class AnswerTest(NamesCase):
    def test_an_answer_is_an_alias_and_resolves_every_item(self):
        plan = self.bring_in()
        sent = self.answer(plan, "火星办", "BGS")
        self.assertEqual((sent.status_code, sent.json()), (200, {"items": 3, "plans": 1}))
        self.assertEqual(DepartmentAlias.objects.get(name="火星办").department, self.bgs)
        self.assertEqual(self.units(plan, 2), [("lead", "BGS")])
        self.assertEqual(
            self.units(plan, 0), [("lead", None), ("cooperating", "GXC"), ("cooperating", "BGS")]
        )
        self.assertEqual(the_names(plan), ["科企专班", "科企专班"])
        change = plan.changes.get(kind="name_resolved")
        self.assertEqual(change.data, {"name": "火星办", "department": "BGS", "items": 3})
        self.assertEqual(change.actor, self.supervisor)

    def test_the_warning_goes_with_the_answer(self):
        plan = self.bring_in()
        self.answer(plan, "火星办", "BGS")
        plan.refresh_from_db()
        told = [w["message"] for w in plan.warnings if w["code"] == "owner_unknown"]
        self.assertEqual(told, ["“科企专班”未能对应到系统中的单位。"])

    def test_the_next_plan_knows_the_name(self):
        self.answer(self.bring_in(), "火星办", "BGS")
        self.assertNotIn("火星办", the_names(self.bring_in(TEXT + "\n四、再办一件。（责任单位：火星办）\n")))

    def test_other_drafts_of_the_organisation_are_answered_too(self):
        plan, other = self.bring_in(), self.bring_in(TEXT + "\n四、再办一件。（责任单位：火星办）\n")
        foreign = a_plan(self.elsewhere)
        item = an_item(foreign, lead=self.elsewhere)
        item.owners.create(role="cooperating", ordinal=9, printed="火星办")
        self.assertEqual(self.answer(plan, "火星办", "BGS").json(), {"items": 7, "plans": 2})
        self.assertNotIn("火星办", the_names(other))
        self.assertEqual(the_names(foreign), ["火星办"])
        self.assertEqual(other.changes.get(kind="name_resolved").data["items"], 4)

    def test_an_issued_plan_stays_as_it_was_issued(self):
        plan, issued = self.bring_in(), self.bring_in(TEXT + "\n")
        Plan.objects.filter(pk=issued.pk).update(status="issued", released_at=self.now)
        self.assertEqual(self.answer(plan, "火星办", "BGS").json()["plans"], 1)
        self.assertIn("火星办", the_names(issued))
        refused = self.answer(issued, "火星办", "BGS")
        self.assertEqual((refused.status_code, refused.json()["code"]), (409, "plan_state"))

    def test_a_department_is_not_doubled_and_keeps_its_stronger_role(self):
        plan = self.bring_in()
        self.answer(plan, "科企专班", "GXC")
        self.assertEqual(self.units(plan, 0), [("lead", "GXC"), ("cooperating", None)])
        self.answer(plan, "火星办", "CGC")
        self.assertEqual(self.units(plan, 1), [("lead", "CGC"), ("cooperating", "GXC")])

    def test_an_item_whose_lead_became_known_can_be_issued(self):
        plan = self.bring_in()
        issue = partial(self.as_("supervisor").post, f"/api/v1/plans/{plan.pk}/issue/", {})
        self.assertEqual(issue().json()["code"], "items_without_lead")
        self.answer(plan, "火星办", "BGS")
        self.answer(plan, "科企专班", "PTC")
        self.assertEqual(issue().json(), {"tasks": 3})

    def test_the_same_answer_again_changes_nothing(self):
        plan = self.bring_in()
        self.answer(plan, "火星办", "BGS")
        self.assertEqual(self.answer(plan, "火星办", "BGS").json(), {"items": 0, "plans": 0})
        self.assertEqual(plan.changes.filter(kind="name_resolved").count(), 1)

    def test_a_name_of_another_department_is_refused_and_nothing_changes(self):
        a_department("CGB", "成果推广处", self.kjj, short_name="火星办")
        a_department("CGD", "成果登记处", self.kjj, short_name="火星办")
        plan = self.bring_in()
        refused = self.answer(plan, "火星办", "BGS")
        self.assertEqual((refused.status_code, refused.json()["code"]), (409, "alias_taken"))
        self.assertIn("成果推广处、成果登记处", refused.json()["detail"])
        self.assertFalse(DepartmentAlias.objects.exists())
        self.assertEqual(the_names(plan).count("火星办"), 3)

    def test_refusals(self):
        plan = self.bring_in()
        Department.objects.filter(pk=self.rcc.pk).update(is_active=False)
        for who, body, status, code in [
            ("supervisor", {"name": "金星办", "department": "BGS"}, 400, "name_unknown"),
            ("supervisor", {"name": "火星办", "department": "XYZ"}, 400, "invalid"),
            ("supervisor", {"name": "火星办", "department": "RCC"}, 400, "invalid"),
            ("supervisor", {"name": "火星办"}, 400, "invalid"),
            ("supervisor", {"name": "火星办" * 50, "department": "BGS"}, 400, "invalid"),
            ("supervisor", {"name": "火星办", "department": "BGS", "x": 1}, 400, "invalid"),
            ("leader", {"name": "火星办", "department": "BGS"}, 403, "permission_denied"),
            ("liaison", {"name": "火星办", "department": "BGS"}, 404, "not_found"),
            ("anonymous", {"name": "火星办", "department": "BGS"}, 401, "not_authenticated"),
        ]:
            with self.subTest(who=who, body=body):
                sent = self.as_(who).post(self.address(plan), body)
                self.assertEqual((sent.status_code, sent.json()["code"]), (status, code))
        self.assertFalse(DepartmentAlias.objects.exists())

    def test_a_unit_set_by_hand_takes_its_warning_away(self):
        plan = self.bring_in(TEXT.replace("、科企专班", ""))
        first = plan.items.get(ordinal=0)
        services.change_item(first, lead=self.ptc, actor=self.supervisor, now=self.now)
        plan.refresh_from_db()
        self.assertEqual(len([w for w in plan.warnings if w["code"] == "owner_unknown"]), 1)


class PageTest(NamesCase):
    def page(self, plan: Plan) -> str:
        return reverse("plans:detail", args=[plan.pk])

    def test_names_are_asked_for_and_answered_on_the_review_page(self):
        plan, client = self.bring_in(), signed_in(self.supervisor)
        html = client.get(self.page(plan)).content.decode()
        self.assertIn("未对应的单位", html)
        self.assertEqual(html.count('name="name" value="火星办"'), 1)
        self.assertNotIn("未能对应到系统中的单位", html)
        fields = {"name": "火星办", "department": self.bgs.pk}
        sent = client.post(reverse("plans:resolve-name", args=[plan.pk]), fields, follow=True)
        self.assertContains(sent, "“火星办”已对应到办公室，更新3项")
        self.assertNotContains(sent, 'name="name" value="火星办"')
        self.assertContains(sent, 'name="name" value="科企专班"')

    def test_suggestions_stand_first(self):
        Department.objects.filter(pk=self.cgc.pk).update(short_name="")
        a_department("CGB", "成果推广处", self.kjj)
        html = signed_in(self.supervisor).get(self.page(self.bring_in())).content.decode()
        likely = re.findall(r'<button class="small" name="department" value="\d+">([^<]*)', html)
        self.assertIn("成果推广处", likely)
        self.assertIn("成果转化处", likely)
        self.assertNotIn("人才处", likely)

    def test_a_name_is_answered_by_typing_whatever_the_unit_is_called(self):
        plan, client = self.bring_in(), signed_in(self.supervisor)
        address = reverse("plans:resolve-name", args=[plan.pk])
        refused = client.post(address, {"name": "火星办", "department": "金星处"}, follow=True)
        self.assertContains(refused, "没有找到单位“金星处”")
        client.post(address, {"name": "火星办", "department": "bgs"})
        self.assertTrue(DepartmentAlias.objects.filter(name="火星办", department=self.bgs).exists())

    def test_a_refusal_is_said(self):
        plan, client = self.bring_in(), signed_in(self.supervisor)
        address = reverse("plans:resolve-name", args=[plan.pk])
        for fields, words in [
            ({"name": "金星办", "department": self.bgs.pk}, "没有未对应的单位"),
            ({"name": "火星办", "department": ""}, "必填"),
        ]:
            self.assertContains(client.post(address, fields, follow=True), words)

    def test_only_the_supervisor_is_asked(self):
        plan = self.bring_in()
        self.assertNotContains(signed_in(self.leader).get(self.page(plan)), "未对应的单位")
        fields = {"name": "火星办", "department": self.bgs.pk}
        sent = signed_in(self.leader).post(reverse("plans:resolve-name", args=[plan.pk]), fields)
        self.assertEqual(sent.status_code, 403)

    def test_many_names_cost_no_more_queries_and_are_asked_in_turn(self):
        plan, client = self.bring_in(), signed_in(self.supervisor)
        few = queries_of(client, self.page(plan))
        item = plan.items.first()
        for n in range(40):
            item.owners.create(role="cooperating", ordinal=100 + n, printed=f"第{n}专班")
        self.assertEqual(queries_of(client, self.page(plan)), few)
        self.assertLessEqual(few, MOST_QUERIES)
        html = client.get(self.page(plan)).content.decode()
        self.assertEqual(html.count('name="name"'), 20)
        self.assertIn("42 个", html)


class AnswerRaceTest(OfficeTransactionCase):
    def test_two_answers_at_once_make_one_alias(self):
        client = signed_in(self.supervisor)
        file = SimpleUploadedFile("要点.txt", TEXT.encode())
        client.post(reverse("plans:upload"), {"file": file})
        plan = Plan.objects.get()
        units = [self.bgs, self.ptc, self.rcc]
        calls = [
            partial(services.resolve_name, plan, "火星办", unit, actor=self.supervisor, now=self.now)
            for unit in units
        ]
        results = at_once(*calls)
        self.assertEqual(sum(isinstance(result, DomainError) for result in results), 2)
        self.assertEqual(DepartmentAlias.objects.filter(name="火星办").count(), 1)
