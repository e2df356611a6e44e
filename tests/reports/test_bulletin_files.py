"""What stands in a bulletin's files, who gets them, and what is said while there is none."""

import io
from datetime import date
from typing import Any
from urllib.parse import unquote

from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from plans.org.models import Department
from reports import bulletins, summaries
from reports.bulletins import making
from reports.bulletins.word import asked_of
from reports.letters.templates import keep_template
from reports.models import Bulletin, LetterTemplate, Summary
from reports.periods import Period
from tasks import services
from tasks.models import Task
from tests.builders import a_department, a_goal, a_plan, a_task, an_actual, at, issued, moved
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, queries_of, signed_in
from tests.reports import word
from tests.snapshots import everything

OCTOBER = Period.read("2026-10")
NOVEMBER_2 = at(date(2026, 11, 2))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HOSTILE = '=HYPERLINK("http://example.test")'


class BulletinCase(OfficeCase):
    """A small office's October."""

    def setUp(self) -> None:
        given = {"status": "in_progress", "plan": a_plan(self.kjj, code="KJJ-2026A")}
        self.done = a_task(self.gxc, due_on=date(2026, 10, 30), **given)
        self.late = a_task(
            self.gxc, title=HOSTILE, due_on=date(2026, 10, 20), cooperating=[self.cgc, self.rcc], **given
        )
        other = a_plan(self.kjj, code="KJJ-2026C")
        self.idle = a_task(self.ptc, status="suspended", title="{{ sender }}建设科技资料库", plan=other)
        moved(self.done, "submit", on=date(2026, 10, 14))
        moved(self.done, "approve", on=date(2026, 10, 15), actor=self.supervisor)
        moved(self.late, "report", on=date(2026, 10, 16), progress=60, problems="场地未交付", note="完成选址")

    def summary(self, unit: Department | None = None, period: Period = OCTOBER) -> Summary:
        return summaries.make(period, unit, now=NOVEMBER_2)

    def content(self, summary: Summary, kind: str) -> bytes:
        row = next(r for r in bulletins.request(summary, actor=None, now=NOVEMBER_2) if r.format == kind)
        making.make(row.pk, now=NOVEMBER_2)
        row.refresh_from_db()
        self.assertEqual((row.status, row.failure), ("ready", ""))
        with row.file.open("rb") as file:
            return file.read()

    def book(self, summary: Summary) -> Workbook:
        return load_workbook(io.BytesIO(self.content(summary, "xlsx")))


class WordTest(BulletinCase):
    def test_it_says_what_happened_as_an_official_letter_does(self) -> None:
        content = self.content(self.summary(), "docx")
        text = word.seen(content)
        for line in (
            "云江市科学技术局通报",
            "编号：KJJ-2026-10\t签发人：分管领导",
            "2026年10月重点工作推进情况通报",
            "（草稿）",
            "截至2026年10月31日，3项重点任务中已完成1项",
            "云江市科学技术局\n2026年11月2日",
            "（截至2026年10月31日，办理记录尚未封存。）",
        ):
            self.assertIn(line, text)
        rows = word.rows(content)
        self.assertIn(["1", "高新技术处", "2", "1", "0", "0", "1", "0"], rows)
        self.assertIn(
            ["1", f"{self.done.code} {self.done.title}", "高新技术处", "2026年10月30日", "2026年10月14日"],
            rows,
        )
        late = f"{self.late.code} {HOSTILE}"
        self.assertIn(["1", late, "高新技术处", "2026年10月16日", "场地未交付"], rows)
        ledger = [row for row in rows if len(row) == 8 and row[1] == late]
        self.assertEqual(ledger[0][2], "牵头：高新技术处\n配合：成果转化处、人才处")
        self.assertEqual(
            ledger[0][3:], ["2026年10月20日", "办理中", "60%", "红灯", "2026年10月16日：完成选址"]
        )
        self.assertIn("{{ sender }}建设科技资料库", text, "typed braces are no tag")

    def test_made_late_it_says_what_it_would_have_said_in_time(self) -> None:
        summary = self.summary()
        first = word.seen(self.content(summary, "docx"))
        sheets = [list(sheet.values) for sheet in self.book(summary)]
        Bulletin.objects.all().delete()
        moved(self.late, "report", on=date(2026, 11, 3), progress=90, note="十一月的进展")
        moved(self.late, "submit", on=date(2026, 11, 4))
        task = Task.objects.get(pk=self.late.pk)
        services.edit_task(
            task.pk, title="改了名", actor=self.supervisor, now=at(date(2026, 11, 5)), version=task.version
        )
        self.assertEqual(word.seen(self.content(summary, "docx")), first)
        self.assertEqual([list(sheet.values) for sheet in self.book(summary)], sheets)

    def test_a_released_one_is_no_draft_and_stays_the_same(self) -> None:
        summary = self.summary()
        self.content(summary, "docx")
        released = summaries.release(summary.pk, actor=self.admin, now=at(date(2026, 11, 6)))
        content = self.content(released, "docx")
        self.assertNotIn("草稿", word.seen(content))
        self.assertIn("云江市科学技术局\n2026年11月6日", word.seen(content))
        moved(self.late, "submit", on=date(2026, 11, 7))
        for _ in range(2):
            self.assertEqual(self.content(Summary.objects.get(pk=summary.pk), "docx"), content)

    def test_a_department_s_is_about_its_own_and_sent_by_who_supervises_it(self) -> None:
        text = word.seen(self.content(self.summary(self.gxc), "docx"))
        for said in ("云江市科学技术局通报", "编号：GXC-2026-10", "高新技术处2026年10月重点工作推进情况通报"):
            self.assertIn(said, text)
        self.assertNotIn(self.idle.code, text)

    def test_a_department_without_tasks_is_told_so(self) -> None:
        summary = self.summary(self.ncc)
        text = word.seen(self.content(summary, "docx"))
        self.assertIn("没有承担重点任务", text)
        self.assertIn("没有重点任务。", text)
        self.assertEqual(word.rows(self.content(summary, "docx")), [])
        self.assertEqual(self.book(summary).sheetnames, ["汇总", "台账"])

    def test_a_plan_archived_within_the_period_is_in_it_and_not_in_the_next(self) -> None:
        for task in (self.done, self.late):
            type(task.plan).objects.filter(pk=task.plan_id).update(
                status="archived", archived_at=at(date(2026, 10, 20))
            )
        self.assertIn(self.late.code, word.seen(self.content(self.summary(), "docx")))
        later = summaries.make(Period.read("2026-11"), None, now=at(date(2026, 12, 2)))
        text = word.seen(self.content(later, "docx"))
        self.assertNotIn(self.late.code, text)
        self.assertIn(self.idle.code, text)

    def test_goals_are_told_with_what_they_reached(self) -> None:
        plan = a_plan(self.kjj, code="KJJ-2026B")
        goal = a_goal(plan, "技术合同成交额达到50亿元", targets=[("成交额", 50, "亿元")])
        issued(plan, self.issued_on)
        an_actual(goal.targets.get(), "49.5", date(2026, 9, 30))
        summary = self.summary()
        rows = word.rows(self.content(summary, "docx"))
        told = ["1", goal.heading, "成交额 ≥ 50 亿元", "49.5 亿元（2026年9月30日）", "未达成"]
        self.assertIn(told, rows)
        row = list(self.book(summary)["目标"].values)[1]
        self.assertEqual(row[3:5], (49.5, "亿元"))

    def test_a_quantity_that_its_name_tells_stands_there_once(self) -> None:
        target = {"comparator": ">=", "value": 60, "value_max": None, "unit": "家"}
        for name, told in (
            ("高新技术企业达到60家以上", "高新技术企业达到60家以上"),
            ("由160家增加", "由160家增加 ≥ 60 家"),
            ("高新技术企业", "高新技术企业 ≥ 60 家"),
        ):
            with self.subTest(name):
                self.assertEqual(asked_of(target | {"name": name}), told)

    def test_the_record_s_seal_is_on_the_first_page_of_the_workbook(self) -> None:
        first = [row[0] for row in self.book(self.summary())["汇总"].values]
        self.assertIn("尚未封存", first[2])


class OwnFormTest(BulletinCase):
    def keep(self, *texts: str, unit: Department | None = None) -> LetterTemplate:
        template = LetterTemplate(kind="bulletin", department=unit or self.kjj)
        table = ("{%tr for task in red %}", "{{ task.title }}", "{%tr endfor %}")
        content = word.a_template(*texts, table=table)
        keep_template(template, content, "红头.docx", actor=self.admin, now=timezone.now())
        return template

    def test_the_bureau_s_own_is_filled(self) -> None:
        self.keep("{{ title }}", "{%p for unit in departments %}", "{{ unit.name }}", "{%p endfor %}")
        content = self.content(self.summary(), "docx")
        text = "2026年10月重点工作推进情况通报\n高新技术处\n平台基地处"
        self.assertIn(text, word.seen(content))
        self.assertEqual(word.rows(content), [[HOSTILE]])

    def test_one_that_breaks_later_fails_the_job_with_the_reason(self) -> None:
        template = self.keep("好")
        with template.file.open("wb") as file:
            file.write(word.a_template("{{ since_removed }}"))
        docx, xlsx = bulletins.request(self.summary(), actor=None, now=NOVEMBER_2)
        for row in (docx, xlsx):
            making.make(row.pk, now=NOVEMBER_2)
            row.refresh_from_db()
        self.assertEqual((docx.status, docx.file.name, docx.sha256), ("failed", "", ""))
        self.assertIn("“红头.docx”（通报）有误：未知标签 {{ since_removed }}", docx.failure)
        self.assertEqual(xlsx.status, "ready", "the workbook needs no form")
        answer = self.as_("admin").get(f"/api/v1/summaries/{docx.summary_id}/file/?format=docx")
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "bulletin_failed"))
        self.assertIn("since_removed", answer.json()["detail"])
        template.delete()
        self.content(docx.summary, "docx")


class BookTest(BulletinCase):
    def test_its_sheets_are_tables_for_screen_and_paper(self) -> None:
        book = self.book(self.summary())
        self.assertEqual(book.sheetnames, ["汇总", "台账", "问题", "平台基地处", "高新技术处"])
        self.assertEqual(len(book["汇总"].tables), 3)
        names = [name for sheet in book for name in sheet.tables]
        self.assertEqual(len(set(names)), len(names))
        for sheet in book.worksheets[1:]:
            table = next(iter(sheet.tables.values()))
            self.assertEqual(table.ref, sheet.dimensions)
            self.assertEqual(sheet.freeze_panes, "C2")
            self.assertEqual(sheet.print_title_rows, "$1:$1")
            self.assertTrue(sheet.print_area.startswith(f"'{sheet.title}'!$A$1:$"))
            setup = sheet.page_setup
            self.assertEqual((setup.orientation, setup.paperSize, setup.fitToHeight), ("landscape", 9, 0))
        unit = [row[0] for row in book["高新技术处"].iter_rows(min_row=2, values_only=True)]
        self.assertEqual(unit, [self.done.code, self.late.code])

    def test_numbers_are_numbers_days_are_days_and_text_is_text(self) -> None:
        sheet = self.book(self.summary())["台账"]
        heads = [cell.value for cell in sheet[1]]
        row = dict(zip(heads, sheet[3], strict=True))
        self.assertEqual((row["任务"].value, row["任务"].data_type), (HOSTILE, "s"))
        self.assertIsNone(row["任务"].hyperlink)
        self.assertEqual((row["进度(%)"].value, row["进度(%)"].data_type), (60, "n"))
        self.assertEqual((row["期限"].is_date, row["期限"].number_format), (True, "yyyy-mm-dd"))
        self.assertEqual(row["期限"].value.date(), date(2026, 10, 20))
        self.assertEqual((row["逾期天数"].value, row["亮灯"].value), (11, "红灯"))

    def test_the_figures_stand_beside_those_of_the_period_before(self) -> None:
        rows = {row[0]: row[1:4] for row in self.book(self.summary())["汇总"].values if row[0]}
        self.assertEqual(rows["重点任务（项）"], (3, 3, 0))
        self.assertEqual(rows["　已完成（项）"], (1, 0, 1))
        self.assertEqual(rows["本期办结（项）"], (1, None, None))
        self.assertEqual(rows["已完成"], (1, 33.3, None))

    def test_names_of_units_that_no_sheet_may_bear(self) -> None:
        for code, name in (("X1", "[甲]:乙/丙*?"), ("X2", "台账"), ("X3", "长" * 40), ("X4", "长" * 41)):
            a_task(a_department(code, name, self.kjj), plan=self.done.plan)
        names = self.book(self.summary()).sheetnames
        self.assertEqual(len({name.lower() for name in names}), 9)
        self.assertIn("台账（2）", names)


class DownloadTest(BulletinCase):
    def setUp(self) -> None:
        super().setUp()
        self.row = self.summary()
        self.path = f"/api/v1/summaries/{self.row.pk}/file/"

    def file(self, kind: str = "docx", who: str = "admin") -> Any:
        return self.as_(who).get(self.path, {"format": kind})

    def assert_refused(self, answer: Any, status: int, code: str) -> None:
        self.assertEqual((answer.status_code, answer.json()["code"]), (status, code), answer.json())

    def test_from_the_request_to_the_file(self) -> None:
        client, before = self.as_("admin"), everything()
        self.assert_refused(client.get(self.path, {"format": "docx"}), 409, "bulletin_not_made")
        self.assertEqual(everything(), before)
        docx, _ = bulletins.request(self.row, actor=None, now=NOVEMBER_2)
        answer = self.file()
        self.assert_refused(answer, 409, "bulletin_being_made")
        self.assertGreater(int(answer["Retry-After"]), 0)
        content = self.content(self.row, "docx")
        answer = self.file()
        self.assertEqual((answer.status_code, b"".join(answer.streaming_content)), (200, content))
        self.assertEqual(answer["Content-Type"], DOCX)
        self.assertIn("2026年10月重点工作推进情况通报（草稿）.docx", unquote(answer["Content-Disposition"]))
        self.assertEqual(
            (answer["Cache-Control"], answer["X-Content-Type-Options"]), ("private, no-store", "nosniff")
        )
        docx.refresh_from_db()
        docx.file.storage.delete(docx.file.name)
        self.assert_refused(self.file(), 409, "bulletin_failed")
        bulletins.request(self.row, actor=None, now=NOVEMBER_2)
        self.assert_refused(self.file(), 409, "bulletin_being_made")

    def test_progress_is_told(self) -> None:
        bulletins.request(self.row, actor=None, now=NOVEMBER_2)
        Bulletin.objects.update(status="making", done=40, total=500)
        answer = self.file("xlsx").json()
        self.assertEqual((answer["done"], answer["total"]), (40, 500))
        self.assertIn("40/500项", answer["detail"])

    def test_wrong_questions(self) -> None:
        for query in ({}, {"format": "pdf"}, {"format": ""}, {"format": "docx", "page": 1}):
            self.assertEqual(self.as_("admin").get(self.path, query).status_code, 400, query)
        self.assertEqual(self.as_("admin").get("/api/v1/summaries/0/file/?format=x").status_code, 404)

    def test_who_sees_a_summary_gets_its_files(self) -> None:
        for who in ("docx", "xlsx"):
            self.content(self.row, who)
        Department.objects.filter(pk=self.elsewhere.pk).update(is_active=False)
        expected = dict.fromkeys(("supervisor", "leader", "viewer", "admin"), 200)
        expected |= {"head": 404, "stranger": 404, "anonymous": 401}
        for who, status in expected.items():
            with self.subTest(who):
                self.assertEqual(self.file(who=who).status_code, status)

    def test_on_the_page_a_refusal_is_said(self) -> None:
        client = signed_in(self.admin)
        url = reverse("summary-file", args=[self.row.pk, "docx"])
        page = client.get(url, follow=True)
        self.assertRedirects(page, reverse("summary", args=[self.row.pk]))
        self.assertContains(page, "通报文件尚未生成")
        content = self.content(self.row, "docx")
        self.assertEqual(b"".join(client.get(url).streaming_content), content)
        for wrong in (
            reverse("summary-file", args=[self.row.pk, "pdf"]),
            reverse("summary-file", args=[0, "docx"]),
        ):
            self.assertEqual(client.get(wrong).status_code, 404)


class PrintedPageTest(BulletinCase):
    def test_it_says_what_the_letter_says(self) -> None:
        url = reverse("summary-print", args=[self.summary().pk])
        page = signed_in(self.admin).get(url)
        for said in (
            "云江市科学技术局通报",
            "3项重点任务",
            "2026年10月20日，已逾期11天",
            "办理记录尚未封存",
            HOSTILE.replace('"', "&quot;"),
        ):
            self.assertContains(page, said)
        self.assertNotRegex(page.content.decode(), INLINE)
        self.assertEqual(signed_in(self.head).get(url).status_code, 404)
        self.assertEqual(self.client.get(url).status_code, 302)

    def test_it_costs_the_same_for_many(self) -> None:
        client = signed_in(self.admin)
        few = queries_of(client, reverse("summary-print", args=[self.summary().pk]))
        for _ in range(10):
            a_task(self.gxc, plan=self.done.plan, cooperating=[self.cgc])
        Summary.objects.all().delete()
        many = queries_of(client, reverse("summary-print", args=[self.summary().pk]))
        self.assertEqual(many, few)
        self.assertLessEqual(many, MOST_QUERIES)
