"""督查通知单 and 催办函: who may have which, and what a reader sees in them."""

import re
from datetime import date, timedelta
from typing import Any

from django.test import SimpleTestCase
from django.urls import reverse
from django.utils import timezone

from plans.models import Plan
from plans.org import workdays
from plans.org.models import User
from reports.letters import contents
from reports.letters.making import make
from reports.letters.templates import OURS
from reports.models import LetterTemplate, Reminder, ReminderRule
from tasks import access, services
from tasks.models import Task, TaskEvent
from tests.builders import a_department, a_membership, a_plan, a_task, a_user, moved
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today
from tests.reports import word

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def on(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class LetterCase(OfficeCase):
    def of_task(self, task: Task, kind: str, who: str | User = "supervisor", **query: Any) -> Any:
        return self.as_(who).get(f"/api/v1/tasks/{task.pk}/letter/", {"kind": kind, **query})

    def of_unit(self, kind: str, who: str | User = "supervisor", unit: Any = None, **query: Any) -> Any:
        unit = unit or self.gxc
        return self.as_(who).get(f"/api/v1/departments/{unit.pk}/letter/", {"kind": kind, **query})

    def content(self, answer: Any) -> bytes:
        self.assertEqual(answer.status_code, 200, answer.content.decode("utf-8", "replace"))
        self.assertEqual(answer["Content-Type"], DOCX)
        return answer.content

    def assert_refused(self, answer: Any, status: int, code: str) -> None:
        self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), answer.json()["detail"])

    def a_task(self, **fields: Any) -> Task:
        values = {"status": "in_progress", "due_on": days(30), "issued_on": days(-60)}
        return a_task(fields.pop("lead", self.gxc), **values | fields)


class NoticeTest(LetterCase):
    def test_it_asks_for_a_task_as_an_official_letter_does(self):
        task = self.a_task(
            status="pending",
            title="建设科技企业孵化器",
            body="新建5家以上。",
            cooperating=[self.cgc, self.rcc],
            targets=[("孵化器", 5)],
        )
        content = self.content(self.of_task(task, "notice"))
        text = word.seen(content)
        for line in (
            "云江市科学技术局督查通知单",
            f"编号：{task.code}\t签发人：分管领导",
            "高新技术处：",
            "联系人：杜查",
            f"云江市科学技术局\n{on(today())}",
            f"请于{on(workdays.calendar().add(today(), 5))}前签收",
            "《云江市科学技术局2026年工作要点》中由你单位牵头的1项重点任务".replace(
                "2026", str(days(30).year)
            ),
        ):
            self.assertIn(line, text)
        heading, row = word.rows(content)
        self.assertEqual(heading, ["序号", "任务", "协办单位", "办结时限"])
        what = f"{task.code} 建设科技企业孵化器\n新建5家以上。\n指标：孵化器≥ 5 家"
        self.assertEqual(row, ["1", what, "配合：成果转化处、人才处", on(task.due_on)])

    def test_a_department_gets_one_letter_of_all_it_has_to_do(self):
        later = self.a_task(title="后到期", due_on=days(60))
        first = self.a_task(title="先到期", due_on=days(20), status="pending")
        same_day = self.a_task(title="同日到期", due_on=days(60))
        for status in ("submitted", "completed", "suspended", "cancelled", "declined"):
            self.a_task(title=status, status=status, issued_on=days(-1))
        self.a_task(title="别处牵头", lead=self.cgc, cooperating=[self.gxc])
        answer = self.of_unit("notice")
        content = self.content(answer)
        listed = [row[1] for row in word.rows(content)[1:]]
        self.assertEqual(listed, [f"{task.code} {task.title}" for task in (first, later, same_day)])
        self.assertIn(f"编号：GXC-{today():%Y%m%d}", word.seen(content))
        name = re.search(r"filename\*=utf-8''(\S+)", answer["Content-Disposition"])[1]
        self.assertEqual(
            name,
            "%E7%9D%A3%E6%9F%A5%E9%80%9A%E7%9F%A5%E5%8D%95-"  # 督查通知单-
            f"%E9%AB%98%E6%96%B0%E6%8A%80%E6%9C%AF%E5%A4%84-{today():%Y%m%d}.docx",
        )

    def test_only_what_a_plan_asks_for(self):
        plans = [a_plan(self.kjj, code=f"K{n}", title=f"计划{n}") for n in (1, 2)]
        for plan in plans:
            self.a_task(title=f"{plan.title}的任务", plan=plan)
        self.assertIn(
            "现将《计划1》、《计划2》中由你单位牵头的2项", word.seen(self.content(self.of_unit("notice")))
        )
        text = word.seen(self.content(self.of_unit("notice", plan=plans[1].pk)))
        self.assertIn("现将《计划2》中由你单位牵头的1项", text)
        self.assertNotIn("计划1的任务", text)


class UrgeTest(LetterCase):
    def test_it_tells_how_late_what_was_said_and_how_often_it_was_urged(self):
        task = self.a_task(due_on=days(-20), progress=40)
        moved(task, "report", on=days(-30), progress=45, note="选址已定，正在会签")
        for _ in range(2):
            services.urge(task.pk, actor=self.leader, now=timezone.now())
        self.remind(task, 3)
        content = self.content(self.of_task(task, "urge"))
        heading, row = word.rows(content)
        self.assertEqual(heading, ["序号", "任务", "办结时限", "最近填报", "催办情况"])
        self.assertEqual(row[2], f"{on(days(-20))}\n已逾期20天")
        self.assertEqual(row[3], f"{on(days(-30))}：选址已定，正在会签\n进度45%")
        self.assertEqual(row[4], "第5次催办（人工催办2次，系统提醒3次）")
        text = word.seen(content)
        self.assertIn("云江市科学技术局催办函", text)
        self.assertIn(f"截至{on(today())}", text)
        self.assertIn(f"并于{on(workdays.calendar().add(today(), 5))}前书面回复", text)

    def remind(self, task: Task, count: int) -> None:
        """So many reminders that reached somebody, and one that nobody was there for."""
        rule = ReminderRule.objects.first()
        for step in range(count + 1):
            outcome = "sent" if step < count else "redirected"
            Reminder.objects.create(
                task=task,
                rule=rule,
                due_on=task.due_on,
                step=step,
                audience="liaison",
                remind_on=days(-5),
                owed_at=timezone.now() - timedelta(days=5),
                delivered_at=timezone.now() - timedelta(days=5),
                outcome=outcome,
            )

    def test_a_task_that_nobody_reported_on_or_urged_says_so(self):
        row = word.rows(self.content(self.of_task(self.a_task(), "urge")))[1]
        self.assertEqual(row[2:], [f"{on(days(30))}\n未到期", "尚未填报\n进度0%", "尚未催办"])

    def test_a_department_is_urged_about_what_is_late_alone(self):
        late = [self.a_task(title=f"逾期{n}", due_on=days(-n)) for n in (3, 9)]
        waiting = self.a_task(title="晚报的", due_on=days(-5), issued_on=days(-9), status="pending")
        self.a_task(title="未到期")
        self.a_task(title="暂缓的", due_on=days(-3), status="suspended")
        listed = [row[1] for row in word.rows(self.content(self.of_unit("urge")))[1:]]
        self.assertEqual(listed, [f"{t.code} {t.title}" for t in (late[1], waiting, late[0])])


class TextTest(LetterCase):
    """What people type comes out as what they typed."""

    HOSTILE = (
        "{{ sender }}{% for x in tasks %}",
        "{_{ kind }_} {_% raw %_}",
        "</w:t></w:r></w:p><w:p>&amp;<b>\"'",
        "响\x07铃\x0c换页\x1b\x9b",
        "第一行\n第二行\r\n第三行",
        "{%tr endfor %}",
        "👩‍👩‍👧‍👦𠮷",
    )

    def test_titles_and_reports_are_text(self):
        for title in self.HOSTILE:
            task = self.a_task(due_on=days(-20))
            Task.objects.filter(pk=task.pk).update(title=title, body=title)
            moved(Task.objects.get(pk=task.pk), "report", on=days(-1), note=title, progress=10)
            shown = re.sub("[\x07\x0c\x1b\x9b]", "", title).replace("\r\n", "\n")
            with self.subTest(title):
                notice = word.rows(self.content(self.of_task(task, "notice")))
                self.assertEqual(notice[1][1].split(" ", 1)[1], f"{shown}\n{shown}")
                urge = word.rows(self.content(self.of_task(task, "urge")))
                self.assertIn(shown, urge[1][3])
                self.assertEqual(len(urge), 2)

    def test_names_of_units_and_plans_are_text_too(self):
        name = "{{ kind }}<w:t>&"
        unit = a_department("X", name, self.kjj)
        task = self.a_task(lead=unit)
        Plan.objects.filter(pk=task.plan_id).update(title=name)
        answer = self.of_unit("notice", unit=unit)
        text = word.seen(self.content(answer))
        self.assertIn(f"{name}：", text)
        self.assertIn(f"《{name}》", text)
        self.assertNotIn("/", answer["Content-Disposition"])

    def test_the_longest_title_is_whole_and_a_long_body_is_cut(self):
        task = self.a_task(status="pending")
        Task.objects.filter(pk=task.pk).update(title="长" * 2000, body="详" * 50_000)
        cell = word.rows(self.content(self.of_task(task, "notice")))[1][1]
        self.assertEqual((cell.count("长"), cell.count("详"), cell[-1]), (2000, 1999, "…"))


class WhoTest(LetterCase):
    def test_who_may_have_a_letter_about_a_task(self):
        task = self.a_task(cooperating=[self.cgc])
        expected = {
            **dict.fromkeys(("supervisor", "leader", "head", "liaison", "admin"), 200),
            **dict.fromkeys(("viewer", "head2", "liaison2"), 403),
            **{"stranger": 404, "anonymous": 401},
        }
        for who, status in expected.items():
            with self.subTest(who):
                self.assertEqual(self.of_task(task, "notice", who).status_code, status)
                self.assertEqual(self.of_unit("notice", who).status_code, {404: 409}.get(status, status))

    def test_the_rule_for_one_and_for_many_is_the_same(self):
        whole = self.a_task(cooperating=[self.cgc])
        part = services.splitting.Part(lead=self.ptc, title="分任务")
        services.split_task(whole.pk, [part], actor=self.head, now=timezone.now())
        self.a_task(lead=self.elsewhere)
        above = a_department("CITY", "云江市人民政府")
        type(self.kjj).objects.filter(pk=self.kjj.pk).update(parent=above)
        mayor, lead_of_part = a_user("mayor"), a_user("part")
        a_membership(mayor, above, "leader")
        a_membership(lead_of_part, self.ptc, "liaison")
        for who in (
            mayor,
            lead_of_part,
            self.supervisor,
            self.leader,
            self.viewer,
            self.head,
            self.liaison,
            self.head2,
            self.stranger,
            self.admin,
        ):
            who = User.objects.get(pk=who.pk)
            tasks = Task.objects.select_related("plan")
            one_by_one = {task.pk for task in tasks if access.may_have_letters(who, task)}
            with self.subTest(who.username):
                self.assertEqual(set(tasks.letters_for(who).values_list("pk", flat=True)), one_by_one)

    def test_a_head_sends_letters_about_what_it_split_off(self):
        whole = self.a_task()
        part = services.splitting.Part(lead=self.ptc, title="分任务")
        (part,) = services.split_task(whole.pk, [part], actor=self.head, now=timezone.now())[1:] or [
            whole.children.get()
        ]
        text = word.seen(self.content(self.of_task(part, "notice", "head")))
        self.assertIn("高新技术处督查通知单", text)
        self.assertEqual(self.of_task(part, "notice", "liaison").status_code, 403)
        self.a_task(lead=self.ptc, title="局里交办的")
        text = word.seen(self.content(self.of_unit("notice", unit=self.ptc)))
        self.assertIn("云江市科学技术局督查通知单", text)
        self.assertIn("2项", text)

    def test_a_letter_has_one_sender(self):
        city = a_plan(a_department("CITY", "云江市人民政府"), title="政府工作报告")
        self.a_task(plan=city)
        ours = self.a_task()
        self.assertEqual(len(word.rows(self.content(self.of_unit("notice")))), 2, "the city's are not theirs")
        answer = self.of_unit("notice", "head")
        self.assert_refused(answer, 409, "letter_of_several")
        self.assertEqual(answer.json()["plans"], sorted([city.pk, ours.plan_id]))
        self.assertIn("云江市人民政府、云江市科学技术局", answer.json()["detail"])
        text = word.seen(self.content(self.of_unit("notice", "head", plan=city.pk)))
        self.assertIn("云江市人民政府督查通知单", text)

    def test_several_leaders_leave_the_signer_to_the_office(self):
        a_membership(a_user("second", display_name="另一位"), self.kjj, "leader")
        a_membership(a_user("gone", display_name="已离任", is_active=False), self.kjj, "supervisor")
        text = word.seen(self.content(self.of_task(self.a_task(), "notice")))
        self.assertIn("签发人：\n", text)
        self.assertIn("联系人：杜查\n", text)

    def test_nothing_to_write_about(self):
        for kind in ("notice", "urge"):
            for status in ("completed", "cancelled", "suspended", "declined"):
                task = self.a_task(status=status, issued_on=days(-1))
                self.assert_refused(self.of_task(task, kind), 409, "letter_empty")
            self.assert_refused(self.of_unit(kind), 409, "letter_empty")
        task = self.a_task(status="submitted", due_on=days(-3))
        self.assert_refused(self.of_task(task, "notice"), 409, "letter_empty")
        self.content(self.of_task(task, "urge"))

    def test_too_much_for_a_letter(self):
        contents.MOST_TASKS, most = 2, contents.MOST_TASKS
        self.addCleanup(setattr, contents, "MOST_TASKS", most)
        for _ in range(2):
            self.a_task()
        self.content(self.of_unit("notice"))
        self.a_task()
        self.assert_refused(self.of_unit("notice"), 409, "letter_too_long")

    def test_wrong_questions(self):
        task = self.a_task()
        for answer in (
            self.of_task(task, "summons"),
            self.of_task(task, ""),
            self.as_("supervisor").get(f"/api/v1/tasks/{task.pk}/letter/"),
            self.of_task(task, "notice", plan=task.plan_id),
            self.of_unit("notice", plan=10**6),
            self.of_unit("notice", plan="x"),
            self.of_unit("notice", department="GXC"),
        ):
            self.assertEqual(answer.status_code, 400, answer.content)
        self.assertEqual(self.of_unit("notice", unit=type(self.gxc)(pk=10**6)).status_code, 404)

    def test_nothing_is_put_on_the_record(self):
        task = self.a_task(due_on=days(-3))
        before = (TaskEvent.objects.count(), Task.objects.get(pk=task.pk).version)
        for kind in ("notice", "urge"):
            self.content(self.of_task(task, kind))
            self.content(self.of_unit(kind))
        self.assertEqual((TaskEvent.objects.count(), Task.objects.get(pk=task.pk).version), before)


class OurTemplatesTest(SimpleTestCase):
    def test_they_are_what_the_command_makes(self):
        """Write them anew: python manage.py make_letter_templates"""
        for kind in LetterTemplate.Kind:
            committed = (OURS / f"{kind}.docx").read_bytes()
            self.assertEqual(word.parts(make(kind)), word.parts(committed), kind)

    def test_they_are_laid_out_as_the_standard_asks(self):
        for kind in LetterTemplate.Kind:
            parts = word.parts(make(kind))
            body = parts["word/document.xml"].decode()
            for said in ('w:w="11906"', 'w:h="16838"', 'w:top="2098"', 'w:left="1587"'):
                self.assertIn(said, body)
            self.assertIn('w:eastAsia="仿宋_GB2312"', parts["word/styles.xml"].decode())
            self.assertIn('<w:altName w:val="仿宋"/>', parts["word/fontTable.xml"].decode())


class PagesTest(LetterCase):
    def test_the_task_page_offers_what_there_is_to_whom_it_is_for(self):
        task = a_late_task(self)
        for who, offered in {"supervisor": 2, "head": 2, "viewer": 0, "head2": 0}.items():
            page = signed_in(getattr(self, who)).get(f"/tasks/{task.pk}/")
            found = re.findall(r'href="(/tasks/\d+/letters/\w+/)"', page.content.decode())
            with self.subTest(who):
                self.assertEqual(len(found), offered)
            for url in found:
                file = page.client.get(url)
                self.assertEqual((file.status_code, file["Content-Type"]), (200, DOCX))
        done = self.a_task(status="closed")
        self.assertNotContains(signed_in(self.supervisor).get(f"/tasks/{done.pk}/"), "/letters/")

    def test_the_board_and_the_ledger_offer_those_of_a_department(self):
        task = a_late_task(self)
        client = signed_in(self.supervisor)
        urge = reverse("department-letter", args=[self.gxc.pk, "urge"])
        self.assertContains(client.get("/overdue/"), f'href="{urge}"')
        self.assertContains(
            client.get(f"/overdue/?plan={task.plan_id}"), f'href="{urge}?plan={task.plan_id}"'
        )
        self.assertNotContains(client.get(f"/overdue/?as_of={days(-3)}"), urge)
        self.assertNotContains(signed_in(self.viewer).get("/overdue/"), urge)
        listed = client.get(f"/tasks/?lead=GXC&plan={task.plan_id}")
        for kind in ("notice", "urge"):
            url = reverse("department-letter", args=[self.gxc.pk, kind]) + f"?plan={task.plan_id}"
            self.assertContains(listed, f'href="{url}"')
            self.assertEqual(client.get(url)["Content-Type"], DOCX)
        self.assertNotContains(client.get("/tasks/"), "/letters/")

    def test_a_refusal_is_said_on_the_page(self):
        task = self.a_task(status="closed")
        client = signed_in(self.supervisor)
        page = client.get(f"/tasks/{task.pk}/letters/notice/", follow=True)
        self.assertRedirects(page, f"/tasks/{task.pk}/")
        self.assertContains(page, "任务为已销号，无需督查通知单。")
        page = client.get(f"/departments/{self.gxc.pk}/letters/urge/", follow=True)
        self.assertContains(page, "没有逾期任务，无需催办函")
        for url in (
            f"/tasks/{task.pk}/letters/summons/",
            f"/departments/{self.gxc.pk}/letters/urge/?plan=x",
            f"/departments/{self.gxc.pk}/letters/urge/?plan=999999",
            "/tasks/999999/letters/urge/",
        ):
            self.assertEqual(client.get(url).status_code, 404, url)

    def test_it_costs_the_same_for_many(self):
        a_late_task(self)
        client, url = signed_in(self.supervisor), f"/departments/{self.gxc.pk}/letters/urge/"
        few = queries_of(client, url)
        for _ in range(10):
            a_late_task(self)
        self.assertEqual(queries_of(client, url), few)
        self.assertLessEqual(few, MOST_QUERIES)

    def test_the_list_of_tags_is_for_those_who_write_templates(self):
        for who, status in {"supervisor": 200, "admin": 200, "head": 403, "viewer": 403}.items():
            page = signed_in(getattr(self, who)).get(reverse("letter-tags"))
            self.assertEqual(page.status_code, status, who)
        page = signed_in(self.supervisor).get(reverse("letter-tags"))
        for said in ("{{ recipient }}", "{{ task.urged }}", "{%tr for task in tasks %}", "主送单位"):
            self.assertContains(page, said)
        self.assertNotRegex(page.content.decode(), INLINE)
