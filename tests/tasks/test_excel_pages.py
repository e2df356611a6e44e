"""The ledger page's way to Excel and back."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tasks import export
from tasks.models import Task
from tests.builders import a_task
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, signed_in
from tests.tasks.test_ledger_import import HEADS, book


class ExcelPagesTest(OfficeCase):
    def setUp(self) -> None:
        self.task = a_task(self.gxc, title="旧题")
        a_task(self.cgc, title="别的")

    def test_the_page_exports_what_it_shows(self):
        client = signed_in(self.supervisor)
        page = client.get("/tasks/?q=旧&ordering=-due_on")
        self.assertContains(page, "/tasks/export/?q=%E6%97%A7&amp;ordering=-due_on")
        sent = client.get("/tasks/export/?q=旧&ordering=-due_on&group=department")
        sheet = load_workbook(io.BytesIO(b"".join(sent.streaming_content))).active
        self.assertEqual((sheet.title, sheet["B2"].value, sheet.max_row), ("高新技术处", "旧题", 2))

    def test_what_cannot_be_exported_goes_back_with_a_word(self):
        client = signed_in(self.supervisor)
        self.assertRedirects(client.get("/tasks/export/?light=x"), "/tasks/?light=x", target_status_code=400)
        self.addCleanup(setattr, export, "MOST_ROWS", export.MOST_ROWS)
        export.MOST_ROWS = 1
        self.assertContains(client.get("/tasks/export/", follow=True), "任务超过1项")

    def test_a_trial_first_and_then_in_earnest(self):
        client = signed_in(self.supervisor)
        content = book(HEADS, [self.task.code, "", "没有", ""], ["", EVIL, "GXC", ""])
        sent = {"plan": self.task.plan_id}
        for given, count, words in (({"trial": 1}, 2, "尚未保存"), ({}, 3, "导入完成")):
            file = SimpleUploadedFile("台账.xlsx", content)
            page = client.post("/tasks/import/", {**sent, **given, "file": file})
            self.assertContains(page, words)
            self.assertContains(page, "没有名为“没有”的单位")
            self.assertEqual(Task.objects.count(), count)
            self.assertNotRegex(page.content.decode(), INLINE)
        file = SimpleUploadedFile("台账.pdf", b"%PDF-1.4")
        self.assertContains(client.post("/tasks/import/", {"file": file}), "请上传Excel", status_code=400)

    def test_only_supervisors_are_offered_it(self):
        for who, status in (("supervisor", 200), ("admin", 200), ("head", 403), ("leader", 403)):
            client = signed_in(getattr(self, who))
            self.assertEqual(client.get("/tasks/import/").status_code, status)
            self.assertEqual("/tasks/import/" in client.get("/tasks/").content.decode(), status == 200)
        self.assertEqual(self.client.get("/tasks/export/").status_code, 302)
