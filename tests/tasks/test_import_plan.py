from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import override_settings

from config.errors import DomainError
from plans.models import Plan
from plans.org.models import User
from tasks.models import Task, TaskEvent
from tests.cases import OfficeCase

OURS = Path(__file__).resolve().parents[1] / "data" / "plans"


class ImportPlanTest(OfficeCase):
    def run_command(self, *args: str | Path) -> str:
        self.err, out = StringIO(), StringIO()
        call_command("import_plan", *map(str, args), stdout=out, stderr=self.err)
        return out.getvalue()

    def folder(self, *names: str) -> Path:
        made = TemporaryDirectory()
        self.addCleanup(made.cleanup)
        for name in names:
            (Path(made.name) / name).write_bytes((OURS / name).read_bytes())
        return Path(made.name)

    def test_a_folder_comes_in_and_is_issued_and_again_does_nothing(self):
        folder = self.folder("flat-2024.txt", "sections-2025.txt")
        args = (folder, "--issuer", "KJJ", "--issue", "--default-lead", "BGS")
        told = self.run_command(*args).splitlines()
        self.assertEqual(
            [line.split()[:2] for line in told], [["imported", "KJJ-2024"], ["imported", "KJJ-2025"]]
        )
        count = Task.objects.count()
        self.assertGreater(count, 10)
        again = self.run_command(*args).splitlines()
        self.assertTrue(
            all(line.startswith("known") and line.endswith("issued 0 tasks") for line in again), again
        )
        self.assertEqual((Task.objects.count(), Plan.objects.count()), (count, 2))

    @override_settings(PLAN_READ_AT_ONCE_BYTES=10)
    def test_a_large_file_is_read_on_the_spot(self):
        self.run_command(self.folder("flat-2024.txt"), "--issuer", "KJJ")
        self.assertEqual(Plan.objects.get().status, "draft")

    def test_who_brought_it_in_is_on_the_record(self):
        self.run_command(OURS / "flat-2024.txt", "--issuer", "KJJ", "--user", "supervisor")
        self.assertEqual(Plan.objects.get().uploaded_by, self.supervisor)
        User.objects.filter(is_superuser=True).update(is_superuser=False, is_active=False)
        self.run_command(OURS / "sections-2025.txt", "--issuer", "KJJ", "--issue", "--default-lead", "BGS")
        self.assertEqual(TaskEvent.objects.latest("id").actor, self.supervisor)

    def test_a_bad_file_is_named_and_the_others_come_in(self):
        folder = self.folder("flat-2024.txt")
        (folder / "空.txt").write_bytes(b"")
        with self.assertRaises(DomainError):
            self.run_command(folder, "--issuer", "KJJ")
        self.assertIn("空.txt", self.err.getvalue())
        self.assertEqual(Plan.objects.count(), 1)

    def test_what_is_missing_is_said(self):
        for args in (
            ["nowhere.txt", "--issuer", "KJJ"],
            [OURS / "flat-2024.txt", "--issuer", "XYZ"],
            [OURS / "flat-2024.txt"],  # two bureaus: whose is it?
            [OURS / "flat-2024.txt", "--issuer", "KJJ", "--user", "nobody"],
        ):
            with self.subTest(args=args), self.assertRaises(DomainError):
                self.run_command(*args)
        self.assertEqual(Plan.objects.count(), 0)

    def test_without_leads_nothing_is_issued_and_the_draft_waits(self):
        with self.assertRaises(DomainError):
            self.run_command(OURS / "flat-2024.txt", "--issuer", "KJJ", "--issue")
        self.assertEqual((Plan.objects.get().status, Task.objects.count()), ("draft", 0))
