"""台账 as somebody likes to have it: chips, columns, ordering by heads, pages of 200, empty states."""

import io

from django.urls import reverse
from openpyxl import load_workbook

from tasks.columns import COLUMNS
from tests.builders import a_task, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today

LEDGER = reverse("tasks:list")


class LedgerTests(OfficeCase):
    def ledger(self, query: str = "", who: str = "supervisor"):
        return signed_in(getattr(self, who)).get(f"{LEDGER}?{query}")

    def titles(self, query: str, who: str = "supervisor") -> list[str]:
        return [row.task.title for row in self.ledger(query, who).context["rows"]]

    def test_each_filter_in_use_can_be_taken_away(self):
        a_late_task(self)
        page = self.ledger("status=in_progress&status=submitted&department=GXC&ordering=-due_on&q=")
        chips = {str(chip.value): chip.without for chip in page.context["page"].chips}
        self.assertEqual(
            chips,
            {
                "办理中": "status=submitted&department=GXC&ordering=-due_on&q=",
                "申请办结": "status=in_progress&department=GXC&ordering=-due_on&q=",
                "高新技术处": "status=in_progress&status=submitted&ordering=-due_on&q=",
            },
        )
        self.assertContains(page, "清除全部条件")

    def test_who_only_helps_can_be_asked_for(self):
        a_task(self.gxc, title="配合的", cooperating=[self.cgc], issued_on=today(), due_on=days(60))
        a_task(self.cgc, title="牵头的", issued_on=today(), due_on=days(60))
        self.assertEqual(self.titles("cooperating=CGC"), ["配合的"])
        answer = self.as_("supervisor").get("/api/v1/tasks/?cooperating=CGC").json()
        self.assertEqual([row["title"] for row in answer["results"]], ["配合的"])

    def test_columns_are_chosen_in_the_address(self):
        task = a_late_task(self)
        moved(task, "report", on=today(), note=f"完成选址{EVIL}", progress=50, problems="用地未批")
        page = self.ledger("columns=done&columns=problems&columns=cooperating&columns=nonsense")
        self.assertEqual(
            [head["column"].name for head in page.context["page"].heads],
            ["code", "cooperating", "done", "problems"],
        )
        for text in ("完成选址", "用地未批", "成果转化处"):
            self.assertContains(page, text)
        self.assertNotContains(page, EVIL)
        self.assertNotRegex(page.content.decode(), INLINE)
        usual = self.ledger("columns=nonsense").context["page"].columns
        self.assertEqual([c.name for c in usual], ["light", "lead", "due_on", "progress", "status"])

    def test_heads_order_the_list_and_turn_it_round(self):
        for n, title in enumerate("甲乙丙"):
            a_task(self.gxc, title=title, issued_on=today(), due_on=days(60 - n))
        self.assertEqual(self.titles("ordering=-due_on"), ["甲", "乙", "丙"])
        self.assertEqual(self.titles("ordering=-id"), ["丙", "乙", "甲"])
        heads = {head["column"].name: head for head in self.ledger().context["page"].heads}
        self.assertEqual((heads["due_on"]["now"], heads["due_on"]["next"]), ("ascending", "-due_on"))
        self.assertContains(self.ledger("ordering=-due_on"), 'aria-sort="descending"')

    def test_the_workbook_has_the_columns_of_the_page(self):
        a_late_task(self)
        heads = self.exported("columns=lead&columns=due_on")
        self.assertEqual(heads, ["任务编号", "任务", "牵头单位", "期限"])
        self.assertEqual(self.exported(""), [column.heading for column in COLUMNS])

    def exported(self, query: str, **headers: str) -> list[str]:
        answer = signed_in(self.supervisor).get(f"{reverse('tasks:export')}?{query}", **headers)
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        self.rows = list(sheet.iter_rows(values_only=True))
        return list(self.rows[0])

    def test_a_workbook_is_the_office_s_whatever_the_reader_s_language(self):
        a_late_task(self)
        client = signed_in(self.supervisor)
        client.cookies["django_language"] = "en"
        answer = client.get(f"{reverse('tasks:export')}?columns=status&columns=light")
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("任务编号", "任务", "状态", "亮灯"))
        self.assertEqual(rows[1][2:], ("办理中", "红灯"))
        client.cookies["django_language"] = "en"
        text = client.get("/api/v1/tasks/export/?format=csv")
        told = b"".join(text.streaming_content).decode()
        self.assertIn("办理中", told)

    def test_an_english_reader_imports_a_chinese_ledger(self):
        task = a_late_task(self)
        client = signed_in(self.supervisor)
        client.cookies["django_language"] = "en"
        file = io.BytesIO(
            f"任务编号,任务,状态,期限\r\n{task.code},新的名称,办理中,{task.due_on}\r\n".encode()
        )
        file.name = "台账.csv"
        page = client.post(reverse("tasks:import"), {"file": file, "plan": ""})
        self.assertEqual(page.status_code, 200)
        task.refresh_from_db()
        self.assertEqual(task.title, "新的名称")

    def test_pages_hold_what_is_asked_for_and_cost_the_same(self):
        client = signed_in(self.supervisor)
        few = queries_of(client, f"{LEDGER}?columns=done&columns=targets&page_size=200")
        for n in range(60):
            a_task(self.bgs, title=f"第{n:02}件", issued_on=today(), due_on=days(n + 1))
        self.assertEqual(len(self.titles("page_size=100")), 60)
        self.assertEqual(queries_of(client, f"{LEDGER}?columns=done&columns=targets&page_size=200"), few)
        self.assertLessEqual(few, MOST_QUERIES)

    def test_an_empty_list_says_what_to_do_next(self):
        self.assertContains(self.ledger(), "导入已有台账")
        self.assertContains(self.ledger(who="liaison"), "查看计划")
        a_late_task(self)
        page = self.ledger("light=grey")
        self.assertContains(page, "清除条件，查看全部")
        self.assertNotContains(page, "导入已有台账")
