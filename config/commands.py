"""What the project's own commands share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.errors import DomainError

# The advisory lock that migrating processes hold; the number means nothing.
MIGRATING = 7_303_014


class OfficeCommand(BaseCommand):
    """A command on the database. It works on a fresh clone, and says what the rules forbid in one line."""

    migrates = False

    def run_from_argv(self, argv: list[str]) -> None:
        # Only when typed: what calls a command from Python has a database already.
        self.migrates = settings.EMBEDDED
        try:
            super().run_from_argv(argv)
        except DomainError as error:
            self.stderr.write(error.message)
            sys.exit(1)

    def execute(self, *args: Any, **options: Any) -> str | None:
        if self.migrates:
            migrate()
        return super().execute(*args, **options)


def migrate() -> None:
    """Apply what is pending, without a word. Of two processes the second waits and finds nothing to do."""
    if not pending():
        return
    with migrating_alone():
        call_command("migrate", verbosity=0, interactive=False)


def pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def migrating_alone() -> Iterator[None]:
    """The server frees the lock of a killed process with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
