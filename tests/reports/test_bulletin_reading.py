"""A bulletin opened with LibreOffice: what a reader sees, on paper and on the sheets."""

from datetime import date
from io import StringIO
from unittest import skipUnless

from django.core.management import call_command

from reports import bulletins, summaries
from reports.bulletins import making
from reports.letters.templates import keep_template
from reports.models import Bulletin, LetterTemplate, Summary
from reports.periods import Period
from tasks.models import Seal
from tests.builders import a_goal, a_plan, a_task, an_actual, an_item, at, issued, moved
from tests.cases import OfficeTransactionCase
from tests.reports import libreoffice, word
from tests.reports.libreoffice import Paper

NOVEMBER_2 = at(date(2026, 11, 2))
FORMULAS = ("=1+1", "+1+1", "@SUM(1,1)", '=HYPERLINK("http://198.51.100.7/")')
WHY = "LibreOffice is not installed (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui)"


@skipUnless(libreoffice.SOFFICE, WHY)
class ReadingTest(OfficeTransactionCase):
    """With real commits: only what is committed gets sealed."""

    def setUp(self) -> None:
        super().setUp()
        plan = a_plan(self.kjj, code="KJJ-2026B")
        goal = a_goal(plan, "技术合同成交额达到50亿元", targets=[("成交额", 50, "亿元")])
        for n in range(40):
            title = FORMULAS[n] if n < len(FORMULAS) else f"推进第{n}项科研仪器开放共享"
            item = an_item(plan, title, due_on=date(2026, 10, 20))
            item.owners.create(role="lead", ordinal=0, department=(self.gxc, self.cgc)[n % 2], printed="处室")
        self.tasks = issued(plan, self.issued_on)
        an_actual(goal.targets.get(), "49.5", date(2026, 9, 30))
        moved(self.tasks[5], "accept", on=date(2026, 3, 3), actor=self.admin)
        said = {"progress": 10, "problems": "场地未交付"}
        moved(self.tasks[5], "report", on=date(2026, 10, 16), actor=self.admin, **said)
        a_task(self.ptc, status="suspended")
        self.summary = summaries.make(Period.read("2026-10"), None, now=NOVEMBER_2)

    def made(self, kind: str, summary: Summary | None = None) -> Bulletin:
        asked = bulletins.request(summary or self.summary, actor=None, now=NOVEMBER_2)
        row = next(row for row in asked if row.format == kind)
        making.make(row.pk, now=NOVEMBER_2)
        row.refresh_from_db()
        self.assertEqual((row.status, row.failure), ("ready", ""))
        return row

    def content(self, row: Bulletin) -> bytes:
        with row.file.open("rb") as file:
            return file.read()

    def test_the_letter_on_paper(self) -> None:
        row = self.made("docx")
        paper = Paper.of(self.content(row), "docx")
        self.assertGreater(len(paper.pages), 2)
        for said in (
            "云江市科学技术局通报",
            "2026年10月重点工作推进情况通报",
            "截至2026年10月31日，41项重点任务中",
            "编号：KJJ-2026-10",
            "技术合同成交额达到50亿元",
            "49.5亿元（2026年9月30日）",
            "场地未交付",
            "任务台账",
            *(formula.replace(" ", "") for formula in FORMULAS),
        ):
            self.assertIn(said, paper.text)
        self.assertNotIn("{{", paper.text)
        self.assertNotIn("{%", paper.text)
        pages = [page for page in paper.pages if "推进第" in page]
        self.assertGreater(len(pages), 1)
        for page in pages:
            self.assertIn("牵头单位" if "责任单位" not in page else "责任单位", page, "the heading repeats")

    def test_the_seal_on_paper_proves_the_record(self) -> None:
        row = self.made("docx")
        seal = Seal.objects.get(day=date(2026, 10, 31))
        self.assertEqual(row.seal, seal.hash)
        paper = Paper.of(self.content(row), "docx")
        self.assertIn(seal.hash, paper.text)
        self.assertIn("办理记录已封存至2026年10月31日", paper.text)
        out = StringIO()
        call_command("verify_audit", "--seal", row.seal, stdout=out)
        self.assertIn("记录完整，未发现改动", out.getvalue())
        self.assertIn(
            [row.seal], [line[:1] for line in libreoffice.sheets(self.content(self.made("xlsx")))["汇总"]]
        )

    def test_the_workbook_on_the_screen(self) -> None:
        sheets = libreoffice.sheets(self.content(self.made("xlsx")))
        self.assertEqual(
            set(sheets), {"汇总", "台账", "目标", "问题", "平台基地处", "成果转化处", "高新技术处"}
        )
        heads, *rows = sheets["台账"]
        self.assertEqual(len(rows), 41)
        shown = [dict(zip(heads, row, strict=True)) for row in rows]
        self.assertEqual(
            [row["任务"] for row in shown[: len(FORMULAS)]], list(FORMULAS), "nothing is computed"
        )
        self.assertEqual((shown[0]["期限"], shown[0]["逾期天数"]), ("2026-10-20", "11"))
        figures = {row[0]: row[1:4] for row in sheets["汇总"]}
        self.assertEqual(figures["重点任务（项）"], ["41", "41", "0"])
        self.assertEqual(len(sheets["成果转化处"]), 21)
        self.assertIn("49.5", sheets["目标"][1])

    def test_the_workbook_on_paper(self) -> None:
        paper = Paper.of(self.content(self.made("xlsx")), "xlsx")
        pages = [page for page in paper.pages if "推进第" in page]
        self.assertGreater(len(pages), 2)
        for page in pages:
            self.assertIn("任务编号", page)
            self.assertNotIn("签收日期", page, "what is for the desk is not printed")
        self.assertIn("第1页，共", paper.text)

    def test_the_bureau_s_own_form(self) -> None:
        template = LetterTemplate(kind="bulletin", department=self.kjj)
        table = ("{%tr for unit in departments %}", "{{ unit.name }}{{ unit.tasks }}项", "{%tr endfor %}")
        content = word.a_template("本局红头", "{{ title }}", "{{ seal }}", table=table)
        keep_template(template, content, "x.docx", actor=self.admin, now=NOVEMBER_2)
        row = self.made("docx")
        text = Paper.of(self.content(row), "docx").text
        self.assertEqual(
            text,
            f"本局红头2026年10月重点工作推进情况通报{row.seal}成果转化处20项高新技术处20项平台基地处1项",
        )
