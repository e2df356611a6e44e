"""通报 as files: asked for once, made once by whichever worker has it, and what stands in them."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from plans.access import CLAIM
from reports import bulletins, summaries
from reports.bulletins import contents, making
from reports.models import Bulletin, Summary
from reports.periods import Period
from tests.builders import a_task, at
from tests.cases import OfficeCase

OCTOBER = Period.read("2026-10")
NOVEMBER_2 = at(date(2026, 11, 2))


class RequestTest(OfficeCase):
    def setUp(self) -> None:
        a_task(self.gxc)
        self.summary = summaries.make(OCTOBER, None, now=NOVEMBER_2)

    def asked(self) -> list[tuple[int, str, int]]:
        rows = bulletins.request(self.summary, actor=self.supervisor, now=NOVEMBER_2)
        return [(row.pk, row.format, row.version) for row in rows]

    def test_both_formats_are_asked_for_once(self):
        first = self.asked()
        self.assertEqual([row[1:] for row in first], [("docx", 0), ("xlsx", 0)])
        self.assertEqual(self.asked(), first)
        Summary.objects.update(version=1)
        self.summary.refresh_from_db()
        self.assertEqual([row[1:] for row in self.asked()], [("docx", 1), ("xlsx", 1)])
        self.assertEqual(Bulletin.objects.count(), 4)

    def test_one_that_failed_is_begun_anew(self):
        docx, xlsx = self.asked()
        Bulletin.objects.filter(pk=docx[0]).update(status="failed", failure="模板有误", attempt=3)
        again = self.asked()
        self.assertNotEqual(again[0], docx)
        self.assertEqual(again[1], xlsx)
        row = Bulletin.objects.get(pk=again[0][0])
        self.assertEqual((row.status, row.failure, row.attempt), ("waiting", "", 0))


class MakingTest(OfficeCase):
    """The row of a file from the request to the file."""

    def setUp(self) -> None:
        self.task = a_task(self.gxc, title="建设科技企业孵化器")
        self.summary = summaries.make(OCTOBER, None, now=NOVEMBER_2)
        self.docx, self.xlsx = bulletins.request(self.summary, actor=None, now=NOVEMBER_2)

    def made(self, row: Bulletin, now: datetime = NOVEMBER_2) -> Bulletin:
        making.make(row.pk, now=now)
        return Bulletin.objects.get(pk=row.pk)

    def write_by(self, kind: str, writer: Callable[[Any, Any], bytes]) -> None:
        """Put this in the place of what writes the format."""
        self.addCleanup(making.WRITERS.__setitem__, kind, making.WRITERS[kind])
        making.WRITERS[kind] = writer

    def test_a_file_for_each_format(self):
        for row in (self.docx, self.xlsx):
            made = self.made(row)
            with made.file.open("rb") as file:
                content = file.read()
            self.assertEqual((made.status, made.done, made.total), ("ready", 1, 1), made.failure)
            self.assertEqual((made.size, made.made_at), (len(content), NOVEMBER_2))
            self.assertEqual(made.sha256, hashlib.sha256(content).hexdigest())
            self.assertEqual(made.file.name, f"bulletins/{made.sha256[:2]}/{made.sha256}.{row.format}")

    def test_twice_is_harmless(self):
        first = self.made(self.docx)
        self.assertFalse(making.make(self.docx.pk, now=NOVEMBER_2))
        self.assertFalse(making.make(10**6, now=NOVEMBER_2))
        again = Bulletin.objects.get(pk=first.pk)
        self.assertEqual((again.attempt, again.sha256), (1, first.sha256))

    def test_the_same_workbook_is_kept_once(self):
        first = self.made(self.xlsx)
        Bulletin.objects.filter(pk=first.pk).delete()
        _, xlsx = bulletins.request(self.summary, actor=None, now=NOVEMBER_2)
        with first.file.open("wb") as file:
            file.write(b"half")
        again = self.made(xlsx)
        self.assertEqual((again.file.name, again.file.size), (first.file.name, first.size))

    def test_the_worker_of_another_claim_is_waited_for_and_then_taken_over(self):
        Bulletin.objects.filter(pk=self.docx.pk).update(status="making", attempt=1, claimed_at=NOVEMBER_2)
        soon, late = NOVEMBER_2 + CLAIM, NOVEMBER_2 + CLAIM + timedelta(seconds=1)
        self.assertEqual(self.made(self.docx, soon).attempt, 1)
        made = self.made(self.docx, late)
        self.assertEqual((made.status, made.attempt), ("ready", 2))

    def test_a_worker_given_up_on_writes_nothing(self):
        for kind, row in (("docx", self.docx), ("xlsx", self.xlsx)):

            def overtaken(read: Any, tell: Any, pk: int = row.pk) -> bytes:
                Bulletin.objects.filter(pk=pk).update(attempt=2, claimed_at=NOVEMBER_2)
                return b"of the one given up on"

            self.write_by(kind, overtaken)
            with self.subTest(kind):
                self.assertFalse(making.make(row.pk, now=NOVEMBER_2))
                left = Bulletin.objects.get(pk=row.pk)
                self.assertEqual((left.status, left.attempt, left.file.name), ("making", 2, ""))

    def test_what_breaks_is_tried_a_few_times_and_then_said(self):
        def broken(read: Any, tell: Any) -> bytes:
            raise MemoryError

        self.write_by("docx", broken)
        for _ in range(making.MOST_ATTEMPTS):
            with self.assertRaises(MemoryError):
                making.make(self.docx.pk, now=NOVEMBER_2)
            self.assertEqual(Bulletin.objects.get(pk=self.docx.pk).claimed_at, None)
        made = self.made(self.docx)
        self.assertEqual((made.status, made.failure), ("failed", making.GIVEN_UP))

    def test_progress_is_in_the_row(self):
        seen = []

        def slow(read: Any, tell: Any) -> bytes:
            tell.told_at = -1.0
            tell(2)
            seen.append(Bulletin.objects.get(pk=self.xlsx.pk))
            return b"x"

        self.write_by("xlsx", slow)
        self.made(self.xlsx)
        self.assertEqual([(row.status, row.done, row.total) for row in seen], [("making", 1, 1)])

    def test_a_text_edited_meanwhile_is_not_made(self):
        Summary.objects.filter(pk=self.summary.pk).update(version=1, narrative="改")
        made = self.made(self.docx)
        self.assertEqual((made.status, made.failure), ("failed", "正文已修改，请下载新版本。"))

    def test_too_many_tasks_for_one(self):
        most, contents.MOST_LISTED = contents.MOST_LISTED, 0
        self.addCleanup(setattr, contents, "MOST_LISTED", most)
        made = self.made(self.xlsx)
        self.assertEqual(made.status, "failed")
        self.assertIn("请按单位（department）分别生成", made.failure)

    def test_the_sweeper_finds_what_waits_and_what_was_left(self):
        now = timezone.now()
        Bulletin.objects.filter(pk=self.docx.pk).update(status="making", claimed_at=now)
        self.assertEqual([row.pk for row in Bulletin.objects.waiting(now)], [self.xlsx.pk])
        waiting = Bulletin.objects.waiting(now + CLAIM + timedelta(seconds=1))
        self.assertEqual({row.pk for row in waiting}, {self.docx.pk, self.xlsx.pk})
        Bulletin.objects.update(status="failed")
        self.assertFalse(Bulletin.objects.waiting(now + timedelta(days=1)).exists())
