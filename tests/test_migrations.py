from django.core.management import call_command
from django.db import connection
from django.test import TestCase


class MigrationTest(TestCase):
    def test_models_and_migrations_agree(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    def test_triggers_are_installed(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_append_only%'"
            )
            self.assertEqual(
                {row[0] for row in cursor.fetchall()},
                {
                    *(
                        "tasks_taskevent",
                        "tasks_report",
                        "tasks_taskactual",
                        "tasks_attachment",
                        "tasks_seal",
                    ),
                    *("plans_goalactual", "plans_planchange", "reports_scorerule"),
                },
            )
