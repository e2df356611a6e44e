"""Large plans are read by a job: once, whoever is told to, and again when a worker was lost."""

import re
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import jobs, services
from plans.models import Plan
from tests.builders import a_plan
from tests.cases import OfficeCase


class ReadingJobTests(OfficeCase):
    def setUp(self):
        self.plan = a_plan(self.kjj, status=Plan.Status.PARSING)
        self.plan.file.save("plan", ContentFile("市科技局2026年工作要点\n一、总体要求\n（空）".encode()))

    def claim(self, minutes_ago):
        claimed_at = self.now - timedelta(minutes=minutes_ago)
        Plan.objects.filter(pk=self.plan.pk).update(claimed_at=claimed_at, attempt=1)

    def waiting(self):
        return list(Plan.objects.waiting(self.now))

    def test_a_plan_nobody_reads_is_waiting(self):
        self.assertEqual(self.waiting(), [self.plan])

    def test_a_plan_being_read_is_left_to_its_worker(self):
        self.claim(minutes_ago=14)
        self.assertEqual(self.waiting(), [])
        self.assertFalse(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.status, self.plan.attempt), ("parsing", 1))

    def test_a_plan_whose_worker_was_lost_is_read_again(self):
        self.claim(minutes_ago=16)
        self.assertEqual(self.waiting(), [self.plan])
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.status, self.plan.attempt), ("draft", 2))

    def test_the_job_is_harmless_again_and_for_a_plan_that_is_gone(self):
        jobs.read_plan(self.plan.pk)
        jobs.read_plan(self.plan.pk)
        jobs.read_plan(self.plan.pk + 1)
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.status, self.plan.attempt), ("draft", 1))

    def test_each_step_is_written_as_it_begins(self):
        self.assertEqual(self.plan.progress, ("queued", "排队", 1, 4))
        with CaptureQueriesContext(connection) as captured:
            services.read_waiting(self.plan.pk, now=self.now)
        steps = re.findall(r"\"step\" = '(\w+)'", "".join(query["sql"] for query in captured))
        self.assertEqual(list(dict.fromkeys(steps)), ["reading", "parsing", "storing"])
        self.plan.refresh_from_db()
        self.assertIsNone(self.plan.progress)

    def test_what_cannot_be_read_any_more_fails_with_its_reason(self):
        self.plan.file.save("plan", ContentFile(b"%PDF-1.4 " + bytes(300)))
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual(self.plan.status, "failed")
        self.assertTrue(self.plan.failure)
        self.assertIsNone(self.plan.progress)

    def test_what_breaks_otherwise_waits_for_the_next_sweep(self):
        name = self.plan.file.name
        self.plan.file.storage.delete(name)
        with self.assertRaises(FileNotFoundError):
            services.read_waiting(self.plan.pk, now=self.now)
        self.assertEqual(self.waiting(), [self.plan])
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.progress.step, self.plan.attempt), ("queued", 1))
        self.plan.file.storage.save(name, ContentFile("一、推进平台建设。".encode()))
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))

    def test_more_items_than_a_plan_can_have_is_no_plan(self):
        noise = "市科技局2026年工作要点\n" + "一、推进\n二、推进\n" * 10_001
        self.plan.file.save("plan", ContentFile(noise.encode()))
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual((self.plan.status, self.plan.items.count()), ("failed", 0))
        self.assertIn("20002个编号", self.plan.failure)

    def test_a_file_that_failed_is_begun_anew_when_it_is_sent_again(self):
        content = self.plan.file.read()
        upload = services.Upload(content=content, name="要点.txt")
        failed = {"status": "failed", "failure": "多次识别均未完成", "sha256": upload.sha256, "attempt": 4}
        Plan.objects.filter(pk=self.plan.pk).update(**failed)
        with self.settings(PLAN_READ_AT_ONCE_BYTES=10), self.captureOnCommitCallbacks(execute=True):
            plan, created = services.import_plan(upload, actor=self.supervisor, now=self.now)
        self.assertTrue(created)
        self.assertEqual(list(Plan.objects.all()), [plan])
        self.assertTrue(services.read_waiting(plan.pk, now=self.now))
        plan.refresh_from_db()
        self.assertEqual((plan.status, plan.file.read()), ("draft", content))

    def test_a_plan_that_takes_every_worker_down_is_given_up(self):
        Plan.objects.filter(pk=self.plan.pk).update(claimed_at=self.now - timedelta(hours=1), attempt=3)
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual(self.plan.status, "failed")
        self.assertIn("重新导入", self.plan.failure)
        self.assertEqual(self.waiting(), [])
