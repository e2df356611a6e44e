"""/healthz and /readyz, for whoever asks."""

import threading
from unittest.mock import patch

from django.db import connection
from django.test import SimpleTestCase, TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from config import embedded
from plans.org.models import Department
from reports.models import JobRun
from tests.builders import a_superuser


class HealthTests(SimpleTestCase):
    def test_the_process_answers_without_asking_the_database(self):
        response = self.client.get("/healthz")
        self.assertEqual((response.status_code, response.json()), (200, {"status": "ok"}))


class ReadyTests(TransactionTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        embedded.start_valkey()

    def test_all_is_well(self):
        ran_at = timezone.now()
        JobRun.objects.note("reports.jobs.deliver", ran_at)
        response = self.client.get("/readyz")
        self.assertEqual(response.status_code, 200)
        answer = response.json()
        # Other tests' transactions run on the same server.
        self.assertGreaterEqual(answer.pop("feed_lag_seconds"), 0)
        self.assertEqual(
            answer,
            {
                "status": "ok",
                "database": "ok",
                "broker": "ok",
                "deliveries": {"waiting": 0, "dead": 0},
                "jobs": {"reports.jobs.deliver": ran_at.isoformat()},
            },
        )

    def test_a_slow_transaction_that_writes_is_the_feed_s_lag(self):
        began, done = threading.Event(), threading.Event()

        def write_slowly() -> None:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                Department.objects.create(code="X", name="X")
                began.set()
                done.wait(30)
                cursor.execute("ROLLBACK")
            connection.close()

        writer = threading.Thread(target=write_slowly)
        writer.start()
        try:
            self.assertTrue(began.wait(30))
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            lag = self.client.get("/readyz").json()["feed_lag_seconds"]
        finally:
            done.set()
            writer.join()
        self.assertGreaterEqual(lag, 0.3)

    def test_without_a_broker_it_is_not_ready_and_says_no_more(self):
        secret = ConnectionRefusedError("redis://:secret@broker:6379")
        with patch("reports.health.reach_broker", side_effect=secret), self.assertLogs("reports.health"):
            response = self.client.get("/readyz")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(
            (response.json()["status"], response.json()["broker"]), ("unavailable", "unavailable")
        )
        self.assertNotIn("secret", response.content.decode())

    def test_without_a_database_it_is_not_ready(self):
        with patch("reports.health.read_figures", side_effect=OSError), self.assertLogs("reports.health"):
            response = self.client.get("/readyz")
        self.assertEqual((response.status_code, response.json()["database"]), (503, "unavailable"))


class AdminTests(TransactionTestCase):
    def test_the_ledger_is_read_only_and_rules_are_not_deleted(self):
        self.client.force_login(a_superuser())
        for name in ("reminderrule", "reminder", "summary"):
            self.assertEqual(self.client.get(reverse(f"admin:reports_{name}_changelist")).status_code, 200)
        for name in ("reminder", "summary"):
            self.assertEqual(self.client.get(reverse(f"admin:reports_{name}_add")).status_code, 403)
