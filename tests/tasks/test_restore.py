"""A dump restored into another cluster, where transaction ids begin anew: readers of the feed just go on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from shutil import rmtree
from unittest import skipUnless

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from config.embedded.postgres import Postgres
from tasks import seals
from tasks.feed import Position
from tasks.models import FeedEpoch, TaskEvent
from tests.builders import a_task, at
from tests.cases import OfficeTransactionCase
from tests.tasks.test_audit import verify
from tests.tasks.test_feed import Reader, report

URL = "/api/v1/events/"


class Another(Postgres):
    """A second cluster beside the tests' own."""

    name = f"another-{os.getpid()}"

    def restore(self, database: dict[str, str]) -> None:
        """As docs/operations.md tells."""
        where = ("-h", database["HOST"], "-U", database["USER"], "-d", database["NAME"])
        self.program_runs("pg_dump", *where, "-Fc", "-f", "dump")
        self.program_runs("pg_restore", "-h", str(self.sockets), "-U", "postgres", "-d", "postgres", "dump")

    def program_runs(self, program: str, *arguments: str) -> None:
        done = self._postgres(program, *arguments)
        assert done.returncode == 0, done.stderr


@contextmanager
def restored() -> Iterator[None]:
    """The default connection leads to a copy of the database in a cluster of its own."""
    another, here = Another(), connections["default"]
    try:
        another.start()
        another.restore(here.settings_dict)
        options = {name: value for name, value in here.settings_dict["OPTIONS"].items() if name != "pool"}
        address = {"HOST": str(another.sockets), "NAME": "postgres", "OPTIONS": options}
        backend = load_backend(here.settings_dict["ENGINE"])
        connections["default"] = backend.DatabaseWrapper({**here.settings_dict, **address}, "default")
        yield
    finally:
        if connections["default"] is not here:
            connections["default"].close()
            connections["default"] = here
        another.leave()
        rmtree(another.folder, ignore_errors=True)


@skipUnless(settings.EMBEDDED, "needs the embedded servers")
class RestoreTest(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress")
        self.far_on()

    def far_on(self) -> None:
        """Let this cluster be older than the other will be."""
        with connection.cursor() as cursor:
            for _ in range(200):
                cursor.execute("SELECT pg_current_xact_id()")

    def test_readers_go_on_where_they_were(self):
        client, reader = self.as_("liaison"), Reader()
        early = reader.poll()
        cursor = client.get(URL).json()["cursor"]
        unread = report(self.task, self.liaison)
        seals.seal_record(at(date(2026, 3, 6)))
        with restored():
            call_command("migrate", verbosity=0)
            new = [report(self.task, self.liaison, n) for n in (2, 3)]
            self.assertLess(new[-1].transaction_id, unread.transaction_id, "ids began anew")
            self.assertEqual(new[0].epoch, unread.epoch + 1)
            late = [unread.pk, *(event.pk for event in new)]
            self.assertEqual(reader.poll(), late)
            self.assertEqual(
                [event["id"] for event in client.get(URL, {"after": cursor}).json()["results"]], late
            )
            self.assertEqual(Reader().poll(), [*early, *late], "from the beginning, in the same order")
            call_command("migrate", verbosity=0)
            self.assertEqual(FeedEpoch.objects.get().number, unread.epoch + 1, "once for one restore")
            seals.seal_record(at(date(2026, 3, 8)))
            self.assertTrue(verify()[0])
        self.assertEqual(TaskEvent.objects.count(), len(early) + 1, "the first is as it was")
        self.assertLess(reader.position, Position(unread.epoch + 2))
