"""Large plans are read by a job: once, whoever is told to, and again when a worker was lost."""

from datetime import timedelta

from django.core.files.base import ContentFile

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

    def test_a_plan_that_takes_every_worker_down_is_given_up(self):
        Plan.objects.filter(pk=self.plan.pk).update(claimed_at=self.now - timedelta(hours=1), attempt=3)
        self.assertTrue(services.read_waiting(self.plan.pk, now=self.now))
        self.plan.refresh_from_db()
        self.assertEqual(self.plan.status, "failed")
        self.assertIn("重新导入", self.plan.failure)
        self.assertEqual(self.waiting(), [])
