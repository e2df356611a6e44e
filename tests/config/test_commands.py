"""What every command of ours does before and after its own work."""

from tests.config.processes import SECONDS, a_home

COMMAND = """
import django; django.setup()
from django.db import connection
from config.commands import OfficeCommand
from config.errors import DomainError

class Command(OfficeCommand):
    def handle(self, *args, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) > count(DISTINCT (app, name)) FROM django_migrations")
            print(cursor.fetchone()[0])
        raise DomainError("不是现在。")

Command().run_from_argv(["manage.py", "any"])
"""


def test_two_commands_at_once_on_a_fresh_clone_migrate_once_and_refuse_in_one_line():
    with a_home() as fresh:
        both = [fresh.python(COMMAND) for _ in range(2)]
        for process in both:
            out, err = process.communicate(timeout=2 * SECONDS)
            assert (process.returncode, out) == (1, "False\n"), err
            assert err.endswith("不是现在。\n") and "Traceback" not in err
