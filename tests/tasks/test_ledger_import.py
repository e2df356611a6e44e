"""An office's Excel ledger brought in: by task code, twice is once, and each line says what it did."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from rest_framework.response import Response

from config.errors import DomainError
from plans.models import Plan
from tasks import record
from tasks.models import Report, Task, TaskEvent
from tasks.services import issue_plan
from tasks.services.ledger import rows as ledger_rows
from tasks.states import Status
from tests.builders import a_department, a_plan, a_task, a_user, an_item, moved
from tests.cases import OfficeCase
from tests.plans.readers import hostile_files

IMPORT, EXPORT = "/api/v1/tasks/import/", "/api/v1/tasks/export/"
HEADS = ["任务编号", "任务", "牵头单位", "期限"]


def book(*rows: list[Any], **sheets: list[list[Any]]) -> bytes:
    workbook, content = Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    for name, lines in sheets.items():
        added = workbook.create_sheet(name)
        for line in lines:
            added.append(line)
    if not rows:
        del workbook["Sheet"]
    workbook.save(content)
    return content.getvalue()


class ImportCase(OfficeCase):
    def setUp(self) -> None:
        self.plan = a_plan(self.kjj)
        issue_plan(self.plan, actor=self.admin, now=self.now)

    def post(
        self, content: bytes, who: str = "supervisor", name: str = "台账.xlsx", **given: Any
    ) -> Response:
        body = {"file": SimpleUploadedFile(name, content), **given}
        return self.as_(who).post(IMPORT, body, format="multipart")

    def take_in(self, content: bytes, **given: Any) -> list[dict[str, Any]]:
        response = self.post(content, **given)
        self.assertEqual(response.status_code, 200, response.content)
        told = response.json()
        for action in ("created", "updated", "unchanged", "refused"):
            self.assertEqual(told[action], sum(1 for row in told["results"] if row["action"] == action))
        return told["results"]

    def actions(self, content: bytes, **given: Any) -> list[str]:
        """What each line did; of a refused one, why."""
        return [row.get("error") or row["action"] for row in self.take_in(content, **given)]

    def exported(self, **changes: Any) -> bytes:
        """The ledger as exported, with cells of the first line changed: heading = value."""
        response = self.as_("supervisor").get(EXPORT)
        workbook = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
        heads = [cell.value for cell in workbook.active[1]]
        for heading, value in changes.items():
            workbook.active.cell(2, heads.index(heading) + 1).value = value
        content = io.BytesIO()
        workbook.save(content)
        return content.getvalue()

    def state(self) -> list[Any]:
        return [
            list(Task.objects.order_by("id").values()),
            TaskEvent.objects.count(),
            list(self.plan.items.values()),
            self.plan.changes.count(),
        ]


class RoundTripTest(ImportCase):
    def test_what_was_exported_and_not_edited_changes_nothing(self):
        plan = self.plan
        a_task(self.gxc, plan=plan, title="=1+1", body="一\r\n二", cooperating=[self.cgc, self.ptc])
        a_task(
            self.gxc, plan=plan, title="\t两头有空格 ", status="in_progress", progress=40, targets=[("家", 3)]
        )
        for status in (Status.SUBMITTED, Status.CLOSED, Status.SUSPENDED, Status.DECLINED, Status.CANCELLED):
            a_task(self.cgc, plan=plan, title=f"任务{status}", status=status, body="长" * 40_000)
        before = self.state()
        for query in ("", "group=department", "format=csv"):
            with self.subTest(query):
                response = self.as_("supervisor").get(f"{EXPORT}?{query}")
                name = "a.csv" if "csv" in query else "a.xlsx"
                results = self.take_in(b"".join(response.streaming_content), name=name)
                self.assertEqual({row["action"] for row in results}, {"unchanged"}, results)
                self.assertEqual([row for row in results if "ignored" in row], [])
                self.assertEqual(len(results), 7)
        self.assertEqual(self.state(), before)

    def test_two_units_of_one_name_stay_who_they_are(self):
        other = a_department("NYJ-BGS", "办公室", self.elsewhere)
        a_task(self.bgs, plan=self.plan, cooperating=[other])
        self.assertEqual(self.actions(self.exported()), ["unchanged"])


class UpdateTest(ImportCase):
    def setUp(self) -> None:
        super().setUp()
        values = {"plan": self.plan, "title": "旧题", "due_on": date(2026, 11, 30), "cooperating": [self.cgc]}
        self.task = a_task(self.gxc, status="in_progress", progress=40, **values)

    def fresh(self) -> Task:
        return Task.objects.get(pk=self.task.pk)

    def test_what_differs_is_changed_and_put_on_the_record(self):
        content = self.exported(
            任务="新题", 期限="2026年12月15日", 配合单位="PTC、人才处", **{"进度(%)": "55%"}
        )
        [row] = self.take_in(content)
        expected = {
            "title": ["旧题", "新题"],
            "due_on": ["2026-11-30", "2026-12-15"],
            "progress": [40, 55],
            "cooperating": [["成果转化处"], ["平台基地处", "人才处"]],
        }
        self.assertEqual((row["action"], row["code"], row["row"]), ("updated", self.task.code, 2))
        self.assertEqual(row["changes"], expected)
        task, event = self.fresh(), self.task.events.latest("seq")
        self.assertEqual((task.title, task.due_on, task.progress), ("新题", date(2026, 12, 15), 55))
        self.assertEqual(task.original_due_on, date(2026, 11, 30))
        self.assertEqual((event.kind, event.actor, event.note), ("due_changed", self.supervisor, "台账导入"))
        self.assertEqual(event.data["progress"], [40, 55])
        self.assertEqual(event.data["imported"]["row"], 2)
        self.assertIsNone(record.broken_link(task.pk))
        self.assertEqual(self.actions(content), ["unchanged"])

    def test_the_lines_own_note_says_why(self):
        self.take_in(book([*HEADS, "说明"], [self.task.code, "", "", "2026/12/31", "等省里文件"]))
        self.assertEqual(self.task.events.latest("seq").note, "台账导入：等省里文件")

    def test_another_lead_is_a_reassignment_and_the_same_file_again_is_nothing(self):
        content = self.exported(牵头单位="成果处")
        [row] = self.take_in(content)
        self.assertEqual(row["changes"], {"lead": ["高新技术处", "成果转化处"]})
        self.assertEqual((self.fresh().lead, self.fresh().status), (self.cgc, Status.PENDING))
        self.assertEqual(self.task.events.latest("seq").kind, "reassign")
        self.assertEqual(self.actions(content), ["unchanged"])

    def test_a_state_is_changed_by_moves_alone(self):
        for status in ("已办结", "办结", "待签收"):
            before = self.state()
            self.assertEqual(self.actions(self.exported(状态=status, 任务="新题")), ["status_by_moves"])
            self.assertEqual(self.state(), before)

    def test_what_an_import_leaves_alone_is_said(self):
        [row] = self.take_in(self.exported(内容="新的内容", 交办日期=date(2026, 1, 1), 最新进展="都办好了"))
        self.assertEqual((row["action"], row["ignored"]), ("unchanged", ["内容", "交办日期", "最新进展"]))

    def test_each_line_stands_for_itself(self):
        done = a_task(self.ptc, plan=self.plan, title="办完的", status="closed")
        rows = [
            [self.task.code, "新题", "", ""],
            [done.code, "改不得", "", ""],
            [self.task.code, "又一次", "", ""],
            ["KJJ-2026-77", "没有计划", "GXC", ""],
        ]
        results = self.take_in(book(HEADS, *rows))
        told = [(row["row"], row.get("error", row["action"])) for row in results]
        self.assertEqual(
            told, [(2, "updated"), (3, "move_not_allowed"), (4, "duplicate_row"), (5, "plan_required")]
        )
        self.assertEqual(self.fresh().title, "新题")

    def test_a_refused_line_leaves_nothing_behind(self):
        before = self.state()
        submitted = {"状态": "办理中", "任务": "新题", "牵头单位": "没有这个处"}
        [row] = self.take_in(self.exported(**submitted))
        self.assertEqual((row["error"], "changes" in row), ("department_unknown", False))
        waiting = a_task(self.ptc, plan=self.plan, title="待签收", due_on=date(2026, 12, 1))
        before = self.state()
        content = book([*HEADS, "进度"], [waiting.code, "改了", "成果处", "", "30"])
        self.assertEqual(self.actions(content), ["move_not_allowed"])
        self.assertEqual(self.state(), before)

    def test_a_trial_tells_the_same_and_changes_nothing(self):
        content = book(
            HEADS, [self.task.code, "新题", "CGC", "2026-12-31"], ["", "新任务", "GXC", "2026-12-31"]
        )
        before = self.state()
        trial = self.post(content, plan=self.plan.code, dry_run="true").json()
        self.assertEqual(self.state(), before)
        self.assertEqual(self.post(content, plan=self.plan.code).json(), trial)
        self.assertEqual((trial["updated"], trial["created"]), (1, 1))

    def test_a_day_that_is_no_day_is_refused(self):
        for text in ("10月底", "2026年10月", "2026-02-30", "46326", "年底前", "26/10/31", "9999-01-01"):
            with self.subTest(text):
                self.assertEqual(self.actions(book(HEADS, [self.task.code, "", "", text])), ["date_unclear"])
        for text in (
            "2026-10-31",
            "2026/10/31",
            "2026.10.31",
            "2026年10月31日",
            "２０２６年10月31日",
            date(2026, 10, 31),
        ):
            with self.subTest(text):
                self.take_in(book(HEADS, [self.task.code, "", "", text]))
                self.assertEqual(self.fresh().due_on, date(2026, 10, 31))
                Task.objects.filter(pk=self.task.pk).update(due_on=date(2026, 11, 30))

    def test_whose_task_it_is_not_can_do_nothing(self):
        content = self.exported(任务="新题")
        before = self.state()
        for who in ("liaison", "head", "leader", "viewer", "stranger"):
            response = self.post(content, who=who)
            self.assertEqual((response.status_code, response.json()["code"]), (403, "permission_denied"))
        for name, unit, error in (
            ("far", self.elsewhere, "not_found"),
            ("near", self.gxc, "permission_denied"),
        ):
            person = a_user(name)
            person.memberships.create(department=unit, role="supervisor")
            with self.subTest(name):
                self.assertEqual(self.actions(content, who=person), [error])
        self.assertEqual(self.state(), before)
        self.assertEqual(self.post(content, who="anonymous").status_code, 401)


class NewTaskTest(ImportCase):
    WIDE = [*HEADS, "配合单位", "状态", "进度", "交办日期", "签收日期", "办结日期", "最新进展", "填报日期"]

    def begin(self, **cells: Any) -> Task:
        row = {"任务": "新任务", "牵头单位": "GXC", "期限": "2026-09-30", **cells}
        [told] = self.take_in(book(self.WIDE, [row.get(head) for head in self.WIDE]), plan=self.plan.code)
        self.assertEqual(told["action"], "created", told)
        return Task.objects.get(code=told["code"])

    def test_a_new_line_becomes_an_item_and_its_task(self):
        task = self.begin(配合单位="成果处，PTC")
        self.assertEqual((task.code, task.status, task.lead), ("KJJ-2026-01", Status.PENDING, self.gxc))
        self.assertEqual((task.plan_item.heading, task.plan_item.kind), ("新任务", "task"))
        self.assertEqual(set(task.helper_ids()), {self.cgc.pk, self.ptc.pk})
        self.assertEqual(task.assigned_on, timezone.localdate())
        [event] = task.events.all()
        self.assertEqual((event.kind, event.actor), ("issued", self.supervisor))
        self.assertEqual(event.data["asked"]["title"], "新任务")
        self.assertIsNone(record.broken_link(task.pk))
        self.assertEqual(issue_plan(self.plan, actor=self.admin, now=self.now), [])

    def test_its_own_code_stays_and_running_numbers_pass_it(self):
        self.assertEqual(self.begin(任务编号="KJJ-2026-02").code, "KJJ-2026-02")
        an_item(self.plan, "后来的", lead=self.gxc)
        issue_plan(self.plan, actor=self.admin, now=self.now)
        an_item(self.plan, "再后来的", lead=self.gxc)
        issue_plan(self.plan, actor=self.admin, now=self.now)
        codes = Task.objects.order_by("id").values_list("code", flat=True)
        self.assertEqual(list(codes), ["KJJ-2026-02", "KJJ-2026-03", "KJJ-2026-04"])

    def test_codes_named_further_down_are_given_to_no_other_line(self):
        rows = [["", "甲", "GXC", ""], ["KJJ-2026-01", "乙", "GXC", ""], [7, "丙", "GXC", ""]]
        results = self.take_in(book(HEADS, *rows), plan=self.plan.pk)
        self.assertEqual([row["code"] for row in results], ["KJJ-2026-02", "KJJ-2026-01", "KJJ-2026-03"])

    def test_the_same_file_twice_makes_nothing_twice(self):
        rows = [
            ["", "甲", "高新处", "2026-06-30", "", "已办结", "", "2026-01-05", "", "2026-06-20"],
            ["督2026-9", "乙", "CGC", "", "", "办理中", "40%", "", "", "", "已选址", "2026-05-01"],
            ["", "丙", "GXC", date(2026, 12, 31)],
            ["", "丁", "没有", ""],
        ]
        content = book(self.WIDE, *rows)
        first = self.actions(content, plan=self.plan.code)
        self.assertEqual(first, ["created", "created", "created", "department_unknown"])
        before = self.state()
        again = self.actions(content, plan=self.plan.code)
        self.assertEqual(again, ["unchanged", "unchanged", "unchanged", "department_unknown"])
        moved(Task.objects.get(title="丙"), "accept", on=timezone.localdate())
        self.assertEqual(self.actions(content, plan=self.plan.code)[2], "unchanged")
        self.assertEqual(len(before[0]), Task.objects.count())

    def test_a_task_under_way_begins_where_it_stands(self):
        late = self.begin(状态="已办结", 期限="2026-06-30", 交办日期="2026-01-05", 办结日期="2026-07-02")
        days = (late.assigned_on, late.accepted_on, late.submitted_on, late.completed_on)
        self.assertEqual(days, (date(2026, 1, 5), date(2026, 1, 5), date(2026, 7, 2), date(2026, 7, 2)))
        self.assertEqual((late.status, late.progress, late.was_late), (Status.COMPLETED, 100, True))
        [event] = late.events.all()
        told = event.data["imported"]
        self.assertEqual((told["status"], told["completed_on"], told["row"]), ("completed", "2026-07-02", 2))
        self.assertEqual((len(told["sha256"]), told["assumed"]), (64, ["accepted_on", "submitted_on"]))
        self.assertIn("台账导入", event.note)
        self.assertEqual((event.status, event.was_late), ("completed", True))
        self.assertIsNone(record.broken_link(late.pk))

    def test_every_state_holds_what_the_tables_ask(self):
        for status in ("待签收", "办理中", "申请办结", "已办结", "已销号", "暂缓"):
            for due_on in ("2025-03-01", "2030-03-01"):
                for assigned_on in ("", "2025-01-10"):
                    with self.subTest(status=status, due_on=due_on, assigned_on=assigned_on):
                        title = f"{status}{due_on}{assigned_on}"
                        cells = {"任务": title, "状态": status, "期限": due_on, "交办日期": assigned_on}
                        task = self.begin(**cells)
                        self.assertEqual(Status(task.status).label, status)
                        self.assertIsNone(record.broken_link(task.pk))
                        # No lateness is made up for what was handed in.
                        if task.submitted_on and not assigned_on:
                            self.assertFalse(task.was_late)
        for task in Task.objects.all():
            self.as_("supervisor").get(f"/api/v1/tasks/{task.pk}/")

    def test_a_task_past_its_day_is_late_from_the_start(self):
        self.assertTrue(self.begin(状态="办理中", 期限="2025-06-30").was_late)

    def test_no_state_is_read_from_what_is_told(self):
        for cells, status in (
            ({"办结日期": "2026-06-01"}, "completed"),
            ({"进度": 30}, "in_progress"),
            ({"签收日期": "2026-06-01"}, "in_progress"),
            ({}, "pending"),
        ):
            self.assertEqual(self.begin(任务=str(cells), **cells).status, status)

    def test_its_last_word_is_a_report(self):
        task = self.begin(
            状态="办理中", 进度=60, 交办日期="2026-01-05", 最新进展="已选址", 填报日期="2026-05-06"
        )
        report = Report.objects.get()
        self.assertEqual(
            (report.task, report.done, report.period, report.progress), (task, "已选址", "2026-05", 60)
        )
        self.assertEqual(timezone.localdate(report.reported_at), date(2026, 5, 6))
        [row] = self.as_("supervisor").get(f"/api/v1/tasks/{task.pk}/reports/").json()["results"]
        self.assertEqual(row["reported_by"], "杜查")
        self.assertEqual(self.actions(self.exported()), ["unchanged"])

    def test_what_cannot_be_together_is_refused(self):
        tomorrow = timezone.localdate() + timedelta(days=1)
        lines = [
            ({"办结日期": "2026-01-01", "交办日期": "2026-02-01"}, "row_contradicts"),
            ({"状态": "办理中", "办结日期": "2026-02-01"}, "row_contradicts"),
            ({"状态": "待签收", "进度": 10}, "row_contradicts"),
            ({"状态": "已办结", "进度": 80}, "row_contradicts"),
            ({"交办日期": tomorrow}, "row_contradicts"),
            ({"状态": "办理中", "最新进展": "x", "填报日期": tomorrow}, "row_contradicts"),
            ({"状态": "已终止"}, "status_not_importable"),
            ({"状态": "差不多了"}, "status_unknown"),
            ({"进度": "过半"}, "progress_unclear"),
            ({"进度": "101"}, "progress_unclear"),
            ({"任务": ""}, "title_required"),
            ({"牵头单位": ""}, "lead_required"),
            ({"任务": "长" * 2001}, "text_too_long"),
            ({"任务编号": "a b"}, "code_invalid"),
            ({"任务编号": "NYJ-2026-01"}, "code_invalid"),
            ({"配合单位": "成果处、没有"}, "department_unknown"),
        ]
        a_plan(self.elsewhere)
        before = self.state()
        rows = []
        for n, (cells, _) in enumerate(lines):
            row = {"任务": f"任务{n}", "牵头单位": "GXC", "任务编号": f"X-{n}", **cells}
            rows.append([row.get(head) for head in self.WIDE])
        told = self.take_in(book(self.WIDE, *rows), plan=self.plan.code)
        self.assertEqual([row.get("error") for row in told], [code for _, code in lines])
        self.assertTrue(all(row["message"] for row in told))
        self.assertEqual(self.state(), before)

    def test_a_title_without_code_means_the_one_task_of_that_title(self):
        task = a_task(self.gxc, plan=self.plan, title="建设孵化器")
        twins = [a_task(self.gxc, plan=self.plan, title="同名") for _ in range(2)]
        rows = [["", "建设孵化器", "", "2026-12-01"], ["", "同名", "", "2026-12-01"]]
        self.assertEqual(
            self.actions(book(HEADS, *rows), plan=self.plan.code), ["updated", "ambiguous_title"]
        )
        self.assertEqual(Task.objects.get(pk=task.pk).due_on, date(2026, 12, 1))
        self.assertEqual(
            Task.objects.filter(due_on=date(2026, 12, 1), pk__in=[t.pk for t in twins]).count(), 0
        )
        double = [["", "新的", "GXC", ""], ["", "新的", "CGC", ""]]
        self.assertEqual(self.actions(book(HEADS, *double), plan=self.plan.code), ["ambiguous_title"] * 2)

    def test_the_plan_must_be_issued_and_theirs(self):
        content = book(HEADS, ["", "新任务", "GXC", ""])
        draft, foreign = a_plan(self.kjj, year=2027), a_plan(self.elsewhere)
        for plan, status, code in (
            (draft.code, 409, "plan_state"),
            (foreign.pk, 400, "invalid"),
            ("x", 400, "invalid"),
        ):
            response = self.post(content, plan=plan)
            self.assertEqual((response.status_code, response.json()["code"]), (status, code))
        Plan.objects.filter(pk=foreign.pk).update(status="issued", released_at=self.now)
        self.plan.refresh_from_db()
        self.assertEqual(self.post(content, plan=self.plan.code, who="head").status_code, 403)
        self.assertEqual(Task.objects.count(), 0)


class FileTest(ImportCase):
    def test_headings_are_known_by_their_words_in_any_order(self):
        rows = [
            ["云江市科学技术局2026年督查台账"],
            ["填表单位：督查室", None, "2026年10月"],
            ["序号", "完成时限", "责任单位（处室）", "重点任务", "进度（%）", "领导批示"],
            ["一、科技创新"],
            [1, date(2026, 9, 30), "高新处", "建设孵化器", 20, "抓紧"],
            ["序号", "完成时限", "责任单位（处室）", "重点任务", "进度（%）", "领导批示"],
            [2, "2026年12月31日", "成果处", "办好对接会", "", ""],
            ["填表人：张三"],
        ]
        results = self.take_in(book(*rows), plan=self.plan.code)
        self.assertEqual([(row["row"], row["action"]) for row in results], [(5, "created"), (7, "created")])
        first, second = Task.objects.order_by("id")
        self.assertEqual((first.title, first.lead, first.progress), ("建设孵化器", self.gxc, 20))
        self.assertEqual((first.due_on, second.due_on), (date(2026, 9, 30), date(2026, 12, 31)))

    def test_sheets_merged_cells_and_hidden_rows(self):
        workbook = load_workbook(
            io.BytesIO(
                book(
                    高新处=[
                        HEADS,
                        ["", "甲", "GXC", date(2026, 9, 30)],
                        ["", "乙", None, None],
                        ["", "藏", "GXC", ""],
                    ],
                    说明=[["本表由督查室填写"]],
                    成果处=[HEADS, ["", "丙", "CGC", "2026-09-30"]],
                )
            )
        )
        sheet = workbook["高新处"]
        sheet.merge_cells("C2:C3")
        sheet.merge_cells("D2:D3")
        sheet["D2"].number_format = 'm"月"d"日"'
        sheet.row_dimensions[4].hidden = True
        content = io.BytesIO()
        workbook.save(content)
        told = self.post(content.getvalue(), plan=self.plan.code).json()
        self.assertEqual(
            [(row["sheet"], row["row"]) for row in told["results"]],
            [("高新处", 2), ("高新处", 3), ("成果处", 2)],
        )
        self.assertEqual(told["created"], 3, told)
        self.assertIn("1行", told["warnings"][0])
        self.assertEqual(Task.objects.get(title="乙").due_on, date(2026, 9, 30))

    def test_csv_as_excel_saves_it(self):
        task = a_task(self.gxc, plan=self.plan, title="旧")
        for encoding in ("utf-8-sig", "gb18030"):
            text = io.StringIO()
            csv.writer(text).writerows([HEADS, [task.code, f"'=新{encoding}", "", "2026/12/31"]])
            [row] = self.take_in(text.getvalue().encode(encoding), name="台账.csv")
            self.assertEqual((row["action"], "sheet" in row), ("updated", False))
            self.assertEqual(Task.objects.get().title, f"=新{encoding}")

    def test_files_that_are_no_ledger_are_refused(self):
        before = self.state()
        bomb = hostile_files.bomb("xl/worksheets/sheet1.xml", 300, 1000)
        cases = {
            "pdf": (hostile_files.pdf(), "台账.xlsx", "plan_not_readable"),
            "docx": (hostile_files.docx(), "台账.xlsx", "plan_not_readable"),
            "html": (hostile_files.html(), "台账.csv", "plan_not_readable"),
            "empty": (b"", "台账.xlsx", "plan_not_readable"),
            "noise": (bytes(range(256)) * 9, "台账.xlsx", "plan_not_readable"),
            "bomb": (bomb, "台账.xlsx", "plan_not_readable"),
            "locked": (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "a.xlsx",
                "plan_not_readable",
            ),
            "secret": (book(["机密★1年"], HEADS, ["", "甲", "GXC", ""]), "台账.xlsx", "classified_document"),
            "without heading": (book(["甲", "乙"], [1, 2]), "台账.xlsx", "ledger_without_heading"),
            "one column": (book(["任务"], ["甲"]), "台账.xlsx", "ledger_without_heading"),
        }
        for what, (content, name, code) in cases.items():
            with self.subTest(what):
                response = self.post(content, name=name, plan=self.plan.code)
                self.assertEqual((response.status_code, response.json()["code"]), (400, code))
        self.assertEqual(self.state(), before)

    def test_too_much_is_refused(self):
        response = self.post(b"x" * (20 * 2**20 + 1))
        self.assertEqual((response.status_code, response.json()["code"]), (413, "file_too_large"))
        self.addCleanup(setattr, ledger_rows, "MOST_ROWS", ledger_rows.MOST_ROWS)
        ledger_rows.MOST_ROWS = 2
        rows = [["", f"任务{n}", "GXC", ""] for n in range(3)]
        response = self.post(book(HEADS, *rows), plan=self.plan.code)
        self.assertEqual((response.status_code, response.json()["code"]), (400, "too_many_rows"))
        self.assertEqual(Task.objects.count(), 0)

    def test_the_form_is_strict(self):
        for body in ({}, {"file": SimpleUploadedFile("a.xlsx", b"x"), "plans": 1}, {"file": "text"}):
            response = self.as_("supervisor").post(IMPORT, body, format="multipart")
            self.assertEqual((response.status_code, response.json()["code"]), (400, "invalid"))
        self.assertEqual(self.as_("supervisor").post(IMPORT, {}).status_code, 415)


class CommandTest(ImportCase):
    def run_command(self, content: bytes, *args: str) -> list[str]:
        out, self.err = io.StringIO(), io.StringIO()
        with TemporaryDirectory() as folder:
            file = Path(folder) / "台账.xlsx"
            file.write_bytes(content)
            try:
                call_command("import_ledger", str(file), *args, stdout=out, stderr=self.err)
            finally:
                self.told = out.getvalue().splitlines()
        return self.told

    def test_each_line_says_what_it_did(self):
        task = a_task(self.gxc, plan=self.plan, title="旧题")
        content = book(HEADS, [task.code, "新题", "", ""], ["", "新任务", "GXC", ""])
        args = ("--plan", self.plan.code, "--user", "supervisor")
        expected = [f"updated Sheet!2 {task.code}: title 旧题 → 新题", "created Sheet!3 KJJ-2026-02"]
        self.assertEqual(self.run_command(content, *args, "--dry-run"), expected)
        self.assertEqual(Task.objects.get().title, "旧题")
        self.assertEqual(self.run_command(content, *args), expected)
        self.assertEqual(TaskEvent.objects.latest("id").actor, self.supervisor)
        again = self.run_command(content, *args)
        self.assertEqual([line.split()[0] for line in again], ["unchanged", "unchanged"])

    def test_a_refused_line_makes_it_fail_after_the_others_are_in(self):
        content = book(HEADS, ["", "甲", "没有", ""], ["", "乙", "GXC", ""])
        with self.assertRaisesMessage(DomainError, "1行没有导入"):
            self.run_command(content, "--plan", self.plan.code)
        self.assertIn("没有名为", self.told[0])
        self.assertEqual(Task.objects.get().title, "乙")
        for args in (["--plan", "X"], ["--user", "nobody"]):
            with self.assertRaises(DomainError):
                self.run_command(content, *args)
