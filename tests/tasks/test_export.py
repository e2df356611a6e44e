"""The ledger as a file: what stands in it, for whom, and that nothing typed into a task is computed."""

import csv
import io
from datetime import date, datetime
from urllib.parse import unquote

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from rest_framework.response import Response

from tasks import export, workbook
from tasks.columns import COLUMNS
from tests.builders import a_department, a_plan, a_task, moved
from tests.cases import OfficeCase

EXPORT = "/api/v1/tasks/export/"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://example.test")')


def day_of(value: object) -> object:
    """Excel has no days, only their midnights."""
    return value.date() if isinstance(value, datetime) else value


class ExportCase(OfficeCase):
    def export(self, query: str = "", who: str = "supervisor") -> Response:
        response = self.as_(who).get(f"{EXPORT}?{query}")
        self.assertEqual(response.status_code, 200, response.content if not response.streaming else "")
        return response

    def book(self, query: str = "", who: str = "supervisor") -> Workbook:
        return load_workbook(io.BytesIO(b"".join(self.export(query, who).streaming_content)))

    def rows(self, query: str = "", who: str = "supervisor") -> list[dict[str, object]]:
        """Of every sheet, by the headings."""
        found = []
        for sheet in self.book(query, who):
            heads, *rows = sheet.iter_rows(values_only=True)
            found += [dict(zip(heads, map(day_of, row), strict=True)) for row in rows]
        return found

    def lines(self, query: str = "", who: str = "supervisor") -> list[dict[str, str]]:
        text = b"".join(self.export(f"format=csv&{query}", who).streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))


class WhatStandsInItTest(ExportCase):
    def setUp(self) -> None:
        self.task = a_task(
            self.gxc,
            title="建设孵化器",
            body="第一行\r\n第二行",
            status="in_progress",
            progress=40,
            due_on=date(2026, 6, 30),
            cooperating=[self.cgc, self.ptc],
            targets=[("新增孵化器", 3)],
        )

    def test_a_row_is_a_line_of_the_offices_ledger(self):
        [row] = self.rows()
        self.assertEqual(list(row), [column.heading for column in COLUMNS])
        expected = {
            "任务编号": "KJJ-2026-01",
            "任务": "建设孵化器",
            "内容": "第一行\n第二行",
            "牵头单位": "高新技术处",
            "配合单位": "成果转化处、平台基地处",
            "期限": date(2026, 6, 30),
            "原定期限": date(2026, 6, 30),
            "状态": "办理中",
            "进度(%)": 40,
            "亮灯": "红灯",
            "逾期天数": (timezone.localdate() - date(2026, 6, 30)).days,
            "交办日期": date(2026, 3, 2),
            "办结日期": None,
            "量化指标": "新增孵化器 ≥ 3 家",
            "最新进展": "已按要求办理",
            "填报日期": date(2026, 3, 2),
        }
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_text_with_commas_says_the_same(self):
        [line] = self.lines()
        [row] = self.rows()
        for name, value in row.items():
            shown = value.isoformat() if isinstance(value, date) else str(value or "")
            self.assertEqual(line[name], str(value) if value == 0 else shown, name)

    def test_an_actual_is_beside_what_was_asked(self):
        [target] = self.task.targets.all()
        given = [{"id": target.pk, "actual": 2}]
        self.as_("liaison").post(
            f"/api/v1/tasks/{self.task.pk}/moves/report/",
            {"note": "又两家", "progress": 60, "targets": given},
        )
        [row] = self.rows()
        self.assertEqual((row["完成值"], row["最新进展"]), ("新增孵化器 2 家", "又两家"))

    def test_it_is_laid_out_for_screen_and_paper(self):
        sheet = self.book().active
        self.assertEqual((sheet.title, sheet.freeze_panes), ("台账", "C2"))
        self.assertEqual(sheet.auto_filter.ref, f"A1:{sheet.cell(2, len(COLUMNS)).coordinate}")
        setup = sheet.page_setup
        self.assertEqual((setup.orientation, setup.paperSize, setup.fitToHeight), ("landscape", 9, 0))
        self.assertEqual(sheet.print_title_rows, "$1:$1")
        due = next(cell for cell in sheet[2] if isinstance(cell.value, datetime))
        self.assertEqual(due.number_format, "yyyy-mm-dd")
        self.assertTrue(sheet["C2"].alignment.wrap_text)
        self.assertEqual(int(sheet.column_dimensions["B"].width), 36)

    def test_it_is_a_download_named_by_its_day(self):
        for kind in export.FORMATS:
            response = self.export(f"format={kind}")
            name = unquote(response["Content-Disposition"])
            self.assertEqual(name, f"attachment; filename*=utf-8''台账-{timezone.localdate()}.{kind}")
            self.assertEqual(response["X-Content-Type-Options"], "nosniff")
            self.assertEqual(response["Content-Type"], export.TYPES[kind])
            b"".join(response.streaming_content)
        raw = b"".join(self.export("format=csv").streaming_content)
        self.assertTrue(raw.startswith(b"\xef\xbb\xbf"))

    def test_whoever_accepts_workbooks_only_gets_one(self):
        client = self.as_("supervisor")
        for accepted in (export.TYPES["xlsx"], "text/csv"):
            response = client.get(EXPORT, HTTP_ACCEPT=accepted)
            self.assertEqual(response.status_code, 200)
            b"".join(response.streaming_content)


class RowsTest(ExportCase):
    def setUp(self) -> None:
        self.mine = a_task(self.gxc, title="甲", due_on=date(2026, 9, 1), cooperating=[self.cgc])
        self.theirs = a_task(self.cgc, title="乙", due_on=date(2026, 8, 1), status="closed")
        self.other = a_task(self.ptc, title="丙", due_on=date(2026, 9, 1))

    def titles(self, query: str = "", who: str = "supervisor") -> list[str]:
        found = [row["任务"] for row in self.rows(query, who)]
        self.assertEqual(found, [line["任务"] for line in self.lines(query, who)])
        return found

    def test_each_gets_what_they_see(self):
        seen = {"supervisor": ["乙", "甲", "丙"], "liaison": ["甲"], "head2": ["乙", "甲"], "stranger": []}
        for who, titles in seen.items():
            with self.subTest(who):
                self.assertEqual(self.titles(who=who), titles)

    def test_filters_and_orderings_are_the_lists(self):
        for query in (
            *("status=closed", "lead=GXC", "department=CGC", "due_after=2026-08-15", "q=丙", "light=blue"),
            *(
                "ordering=-due_on",
                "ordering=id",
                "ordering=progress",
                f"plan={self.mine.plan_id}",
                "overdue=true",
            ),
        ):
            with self.subTest(query):
                listed = self.as_("supervisor").get(f"/api/v1/tasks/?{query}").json()["results"]
                self.assertEqual(self.titles(query), [row["title"] for row in listed])

    def test_what_is_not_understood_is_refused(self):
        for query, code in {
            "format=pdf": "invalid",
            "group=plan": "invalid",
            "ordering=title": "invalid",
            "light=violet": "invalid",
            "page_size=5": "unknown_parameter",
            "cursor=x": "unknown_parameter",
        }.items():
            with self.subTest(query):
                response = self.as_("supervisor").get(f"{EXPORT}?{query}", HTTP_ACCEPT="text/csv")
                self.assertEqual((response.status_code, response.json()["code"]), (400, code))
        self.assertEqual(self.as_("anonymous").get(EXPORT).status_code, 401)

    def test_a_sheet_for_each_unit_in_the_order_of_codes(self):
        book = self.book("group=department&ordering=-due_on")
        self.assertEqual(book.sheetnames, ["成果转化处", "高新技术处", "平台基地处"])
        self.assertEqual([row[1].value for row in book["高新技术处"]], ["任务", "甲"])
        self.assertEqual([line["任务"] for line in self.lines("group=department")], ["乙", "甲", "丙"])

    def test_nothing_found_is_a_ledger_without_rows(self):
        for query in ("q=没有", "q=没有&group=department"):
            self.assertEqual(self.rows(query), [])
            self.assertEqual(self.lines(query), [])

    def test_queries_do_not_grow_with_the_rows(self):
        def cost(query: str) -> int:
            client = self.as_("supervisor")
            with CaptureQueriesContext(connection) as queries:
                b"".join(client.get(f"{EXPORT}?{query}").streaming_content)
            return len(queries)

        kinds = ("format=csv", "format=xlsx", "group=department")
        before = [cost(query) for query in kinds]
        for n in range(12):
            a_task(self.gxc, title=f"再{n}", cooperating=[self.cgc], targets=[("企业", 5)])
        self.assertEqual([cost(query) for query in kinds], before)

    def test_more_than_a_workbook_holds_is_refused_with_the_way_out(self):
        self.addCleanup(setattr, export, "MOST_ROWS", export.MOST_ROWS)
        self.addCleanup(setattr, export, "MOST_SHEETS", export.MOST_SHEETS)
        export.MOST_ROWS, export.MOST_SHEETS = 3, 2
        self.assertEqual(len(self.rows()), 3)
        export.MOST_ROWS = 2
        refused = self.as_("supervisor").get(EXPORT)
        self.assertEqual((refused.status_code, refused.json()["code"]), (400, "export_too_large"))
        self.assertIn("format=csv", refused.json()["detail"])
        self.assertEqual(len(self.lines()), 3)
        export.MOST_ROWS = 3
        refused = self.as_("supervisor").get(f"{EXPORT}?group=department")
        self.assertEqual(refused.json()["code"], "export_too_large")


class InertTest(ExportCase):
    def test_nothing_that_somebody_typed_is_computed(self):
        plan = a_plan(self.kjj)
        for text in FORMULAS:
            a_task(self.gxc, plan=plan, title=text, body=text)
        for row in self.book("ordering=id").active.iter_rows(min_row=2):
            self.assertEqual({cell.data_type for cell in row} - {"s", "n", "d"}, set())
            self.assertFalse(any(cell.hyperlink for cell in row))
        self.assertEqual([row["任务"] for row in self.rows("ordering=id")], list(FORMULAS))
        for line, text in zip(self.lines("ordering=id"), FORMULAS, strict=True):
            self.assertEqual((line["任务"], line["内容"]), (f"'{text}", f"'{text}"))

    def test_what_a_file_cannot_hold_is_left_out(self):
        title = "甲\x01\x0b乙\ufffe_x0041_<b>&丙𠮷"
        a_task(self.gxc, title=title, body="长" * 40_000)
        [row] = self.rows()
        self.assertEqual(unescape(row["任务"]), "甲乙_x0041_<b>&丙𠮷")
        self.assertEqual(len(row["内容"]), workbook.LONGEST_CELL)
        self.assertTrue(row["内容"].endswith(workbook.CUT))
        [line] = self.lines()
        self.assertEqual((line["任务"], len(line["内容"])), ("甲乙_x0041_<b>&丙𠮷", 40_000))

    def test_names_of_sheets_are_legal_and_differ(self):
        plan = a_plan(self.kjj)
        names = [
            "'History'",
            "HISTORY",
            "a:b*c?d/e\\f[g]h",
            "单" * 40,
            "单" * 45,
            "𠮷" * 20,
            "办公室",
            "Abc",
            "ABC",
        ]
        for number, name in enumerate(names):
            above = self.kjj if number % 2 else self.gxc
            a_task(a_department(f"X{number:02}", name, above), plan=plan, title=name)
        made = self.book("group=department").sheetnames
        self.assertEqual(len({name.lower() for name in made}), len(names))
        for name in made:
            self.assertLessEqual(len(name.encode("utf-16-le")) // 2, 31)
            self.assertFalse(set(name) & set("[]:*?/\\"), name)
            self.assertFalse(name.lower() == "history" or "'" in (name[0], name[-1]), name)
        self.assertEqual(made[3:5], ["单" * 31, "单" * 28 + "（2）"])

    def test_moved_work_shows_its_last_word(self):
        task = a_task(self.gxc, status="in_progress")
        for day, word in ((date(2026, 5, 1), "早"), (date(2026, 6, 1), "晚")):
            moved(task, "report", on=day, progress=10, note=word)
        [row] = self.rows()
        self.assertEqual((row["最新进展"], row["填报日期"]), ("晚", date(2026, 6, 1)))
