"""附件: who may attach what, what is kept of it, and how it is given out."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError
from django.http import HttpResponse

from tasks import record
from tasks.models import Attachment, Task, TaskEvent
from tasks.services import attachments
from tests.builders import WAYS, a_task, moved
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once
from tests.tasks.files import GOOD, HTML, LYING, PDF, TEXT, a_docx

CLASSIFIED = "机密★1年\n\n关于孵化器建设的情况\n"


def files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def body_of(content: bytes = TEXT, name: str = "说明.txt", **fields: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), **fields}


class AttachmentCase(OfficeCase):
    def setUp(self) -> None:
        self.task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc])
        self.url = f"/api/v1/tasks/{self.task.pk}/attachments/"
        self.before = files()

    def attach(
        self, content: bytes = TEXT, name: str = "说明.txt", who: str = "liaison", **fields: Any
    ) -> HttpResponse:
        return self.as_(who).post(self.url, body_of(content, name, **fields), format="multipart")

    def assert_nothing_kept(self, response: HttpResponse, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code), response.content)
        self.assertEqual(files(), self.before)
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, self.task.version)
        self.assertFalse(TaskEvent.objects.filter(task=self.task, kind="attached").exists())
        self.assertFalse(Attachment.objects.exists())


class AttachTest(AttachmentCase):
    def test_a_file_is_kept_as_it_came_and_is_on_the_record(self):
        response = self.attach()
        self.assertEqual(response.status_code, 201, response.content)
        told, sha256 = response.json(), hashlib.sha256(TEXT).hexdigest()
        self.assertEqual(
            {name: told[name] for name in told if name not in ("id", "uploaded_at")},
            {
                "name": "说明.txt",
                "sha256": sha256,
                "size": len(TEXT),
                "media_type": "text/plain",
                "report": None,
                "uploaded_by": "高新处联络员",
            },
        )
        (stored,) = files() - self.before
        self.assertEqual(
            (stored.name, stored.read_bytes()), (sha256, TEXT), "named by content, not by people"
        )
        event = self.task.events.get(kind="attached")
        self.assertEqual(event.data, {"name": "说明.txt", "sha256": sha256, "size": len(TEXT)})
        self.assertEqual((event.seq, record.broken_link(self.task.pk)), (self.task.version + 1, None))

    def test_every_type_that_offices_send(self):
        for name in ("认定.docx", "名单.xlsx", "汇报.pptx", "旧文.doc", "扫描.PDF", "现场.jpg", "国标.txt"):
            make, media_type = GOOD[name]
            content = make()
            response = self.attach(content, name)
            self.assertEqual(response.status_code, 201, (name, response.content))
            told = response.json()
            self.assertEqual((told["size"], told["media_type"]), (len(content), media_type))

    def test_the_same_bytes_again_are_the_same_attachment(self):
        first, version = self.attach().json(), self.task.version + 1
        again = self.attach(name="改名.txt", who="head2")
        self.assertEqual((again.status_code, again.json()), (200, first))
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, version, "nothing happened to the task")
        self.assertEqual(len(files() - self.before), 1)

    def test_another_task_keeps_a_file_of_its_own(self):
        self.attach()
        other = a_task(self.gxc, title="另一项", status="in_progress")
        response = self.as_("liaison").post(
            f"/api/v1/tasks/{other.pk}/attachments/", body_of(), format="multipart"
        )
        self.assertEqual((response.status_code, len(files() - self.before)), (201, 2))

    def test_under_a_key_it_is_attached_once(self):
        client = self.as_("liaison")
        for replayed in (None, "true"):
            response = client.post(self.url, body_of(), format="multipart", headers={"Idempotency-Key": "k"})
            self.assertEqual((response.status_code, response.get("Idempotent-Replayed")), (201, replayed))
        self.assertEqual(len(files() - self.before), 1)

    def test_a_stale_caller_is_told_so(self):
        client = self.as_("liaison")
        response = client.post(self.url, body_of(), format="multipart", headers={"If-Match": '"1"'})
        self.assert_nothing_kept(response, 412, "task_changed")


class ReportTest(AttachmentCase):
    def setUp(self) -> None:
        super().setUp()
        moved(self.task, "report", on=self.issued_on, actor=self.liaison, progress=10)
        moved(self.task, "report", on=self.issued_on, actor=self.liaison2, progress=20, hour=11)
        self.task.refresh_from_db()
        self.mine, self.theirs = self.task.reports.order_by("id")

    def test_a_file_bears_out_a_report(self):
        told = self.attach(report=self.mine.pk).json()
        self.assertEqual(told["report"], self.mine.pk)
        reports = self.as_("viewer").get(f"/api/v1/tasks/{self.task.pk}/reports/").json()["results"]
        listed = {report["id"]: report["attachments"] for report in reports}
        self.assertEqual(listed, {self.mine.pk: [told], self.theirs.pk: []})

    def test_only_ones_own_departments(self):
        self.assert_nothing_kept(self.attach(report=self.theirs.pk), 403, "report_not_yours")
        self.assert_nothing_kept(self.attach(report=self.mine.pk, who="supervisor"), 403, "report_not_yours")

    def test_and_one_of_this_task(self):
        other = a_task(self.gxc, title="另一项", status="in_progress", progress=10)
        for pk in (other.reports.get().pk, 999_999):
            self.assert_nothing_kept(self.attach(report=pk), 400, "report_unknown")
        for pk in ("x", 0, -1, 2**63, "1.5", "9" * 5000):
            self.assert_nothing_kept(self.attach(report=pk), 400, "invalid")


class RefusedTest(AttachmentCase):
    def test_who_may(self):
        for who, status in {
            "anonymous": 401,
            "stranger": 404,
            "viewer": 403,
            "liaison": 201,
            "head": 201,
            "head2": 201,
            "supervisor": 201,
            "leader": 201,
            "admin": 201,
        }.items():
            with self.subTest(who):
                count = Attachment.objects.count()
                response = self.attach(TEXT + who.encode(), "说明.txt", who)
                self.assertEqual(response.status_code, status, response.content)
                self.assertEqual(Attachment.objects.count(), count + (status == 201))
        reader = self.as_("liaison", "read").post(self.url, body_of(), format="multipart")
        self.assertEqual(reader.json()["code"], "scope_missing")

    def test_a_viewers_file_is_not_even_read(self):
        self.assert_nothing_kept(self.attach(CLASSIFIED.encode(), "a.txt", "viewer"), 403, "move_not_yours")

    def test_in_which_states(self):
        for status in WAYS:
            task = a_task(self.gxc, title=status, status=status)
            url = f"/api/v1/tasks/{task.pk}/attachments/"
            response = self.as_("supervisor").post(url, body_of(), format="multipart")
            self.assertEqual(response.status_code, 409 if status == "cancelled" else 201, status)

    def test_classified_documents(self):
        for content, name in (
            (CLASSIFIED.encode(), "a.txt"),
            (CLASSIFIED.encode("gb18030"), "a.csv"),
            (CLASSIFIED.encode("utf-16"), "a.txt"),
            (CLASSIFIED.encode() + "续".encode() * 2**18, "a.txt"),
            (a_docx("绝密★长期"), "a.docx"),
        ):
            with self.subTest(name):
                self.assert_nothing_kept(self.attach(content, name), 400, "classified_document")

    def test_files_that_lie(self):
        for name, content in LYING.items():
            with self.subTest(name):
                self.assert_nothing_kept(self.attach(content, name), 400, "file_type_mismatch")

    def test_nothing_too_much_and_what_is_not_taken(self):
        self.assert_nothing_kept(self.attach(b""), 400, "file_empty")
        self.assert_nothing_kept(self.attach(HTML, "a.html"), 400, "file_type_not_allowed")
        large = TEXT + bytes(settings.ATTACHMENT_MAX_BYTES)
        self.assert_nothing_kept(self.attach(large), 413, "file_too_large")

    def test_wrong_requests(self):
        client = self.as_("liaison")
        for given, kind, status in (
            ({}, "multipart", 400),
            ({"file": "x"}, "multipart", 400),
            ({**body_of(), "colour": "red"}, "multipart", 400),
            ({"file": "x"}, "json", 415),
        ):
            response = client.post(self.url, given, format=kind)
            self.assertEqual(response.status_code, status, response.content)
        self.assertEqual(client.post(f"{self.url}?x=1", body_of(), format="multipart").status_code, 400)
        self.assertFalse(Attachment.objects.exists())

    def test_no_more_than_two_hundred(self):
        self.attach()
        self.addCleanup(setattr, attachments, "MOST", attachments.MOST)
        attachments.MOST = 1
        response = self.attach(PDF, "a.pdf")
        self.assertEqual((response.status_code, response.json()["code"]), (409, "too_many_attachments"))
        self.assertEqual((Attachment.objects.count(), len(files() - self.before)), (1, 1))
        self.assertEqual(self.attach().status_code, 200, "what is there is there")

    def test_what_fails_after_it_was_written_leaves_no_file(self):
        row = Attachment(
            task=self.task,
            name="a.pdf",
            sha256="0" * 64,
            size=4,
            media_type="x" * 101,
            uploaded_by=self.liaison,
        )
        with self.assertRaises(DataError):
            attachments.store(row, b"%PDF", actor=self.liaison, now=self.now, version=None)
        self.assertEqual((files(), Attachment.objects.count()), (self.before, 0))
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, self.task.version)


class DownloadTest(AttachmentCase):
    def test_a_download_and_nothing_else(self):
        """A PDF that is a page as well: no browser is told to look at it."""
        both = PDF + HTML
        pk = self.attach(both, "认定.pdf").json()["id"]
        response = self.as_("viewer").get(f"{self.url}{pk}/file/")
        self.assertEqual(b"".join(response.streaming_content), both)
        self.assertEqual(response["Content-Type"], "application/octet-stream")
        self.assertTrue(response["Content-Disposition"].startswith("attachment;"))
        self.assertIn("%E8%AE%A4%E5%AE%9A.pdf", response["Content-Disposition"])
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response["Content-Security-Policy"], "sandbox; default-src 'none'")

    def test_whatever_the_caller_accepts(self):
        pk = self.attach().json()["id"]
        for kind in ("application/octet-stream", "text/plain", "*/*"):
            response = self.as_("viewer").get(f"{self.url}{pk}/file/", headers={"Accept": kind})
            self.assertEqual(b"".join(response.streaming_content), TEXT, kind)
        response = self.as_("viewer").get(f"{self.url}999999/file/", headers={"Accept": "image/png"})
        self.assertEqual((response.status_code, response.json()["code"]), (404, "not_found"))

    def test_names_are_data(self):
        names = [
            '"><img src=x onerror=alert(1)>.txt',
            "\u202etxt.exe.txt",
            "甲" * 10_000 + ".txt",
        ]
        for n, name in enumerate(names):
            told = self.attach(TEXT + bytes([65 + n]), name).json()
            response = self.as_("viewer").get(f"{self.url}{told['id']}/file/")
            self.assertTrue(response["Content-Disposition"].startswith("attachment;"), name)
            self.assertLessEqual(len(told["name"]), 255)
            self.assertTrue(told["name"].isprintable(), name)
        self.client.force_login(self.viewer)
        page = self.client.get(f"/tasks/{self.task.pk}/").content.decode()
        self.assertNotIn("<img src=x", page)
        self.assertIn("&lt;img src=x", page, "shown as the text it is")

    def test_who_sees_it(self):
        pk = self.attach().json()["id"]
        for who, status in {"anonymous": 401, "stranger": 404, "viewer": 200, "liaison2": 200}.items():
            for url in (self.url, f"{self.url}{pk}/", f"{self.url}{pk}/file/"):
                self.assertEqual(self.as_(who).get(url).status_code, status, (who, url))

    def test_only_below_its_own_task(self):
        pk = self.attach().json()["id"]
        other = a_task(self.gxc, title="另一项")
        for url in (f"/api/v1/tasks/{other.pk}/attachments/{pk}/", f"{self.url}{pk + 1}/"):
            for end in ("", "file/"):
                self.assertEqual(self.as_("admin").get(url + end).status_code, 404)

    def test_nothing_takes_it_away(self):
        pk = self.attach().json()["id"]
        for method in ("put", "patch", "delete"):
            response = getattr(self.as_("admin"), method)(f"{self.url}{pk}/")
            self.assertEqual(response.status_code, 405)


class AtOnceTest(OfficeTransactionCase):
    def test_of_two_identical_ones_at_once_one_is_attached(self):
        task = a_task(self.gxc, status="in_progress")
        before, client = files(), self.as_("liaison")
        url = f"/api/v1/tasks/{task.pk}/attachments/"
        calls = [partial(client.post, url, body_of(), format="multipart") for _ in range(4)]
        answers = at_once(*calls)
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 200, 200, 201])
        self.assertEqual(len({answer.json()["id"] for answer in answers}), 1)
        self.assertEqual((len(files() - before), task.events.filter(kind="attached").count()), (1, 1))
        self.assertEqual(Task.objects.get(pk=task.pk).version, task.version + 1)
