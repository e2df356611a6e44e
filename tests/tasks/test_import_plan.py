import os
from contextlib import redirect_stderr
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


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class ImportPlanTest(OfficeCase):
    def run_command(self, *args: str | Path) -> str:
        self.err, out = StringIO(), StringIO()
        try:
            call_command("import_plan", *map(str, args), stdout=out, stderr=self.err)
        finally:
            self.told = out.getvalue()
        return self.told

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

    def test_folders_below_come_in_too_in_order(self):
        folder = self.folder("flat-2024.txt")
        (folder / "b").mkdir()
        (folder / "a" / "c").mkdir(parents=True)
        for path, year in {"b/甲.txt": 2021, "a/c/乙.txt": 2022, "a/丙.md": 2023}.items():
            (folder / path).write_text(
                f"云江市科学技术局{year}年工作要点\n\n一、办好一件事。\n", encoding="utf-8"
            )
        told = self.run_command(folder, "--issuer", "KJJ").splitlines()
        self.assertEqual([line.split()[1] for line in told], ["KJJ-2024", "KJJ-2023", "KJJ-2022", "KJJ-2021"])

    def test_what_is_no_plan_is_passed_over_with_a_word(self):
        folder = self.folder("flat-2024.txt")
        for name in (".隐藏.txt", "~$要点.docx", "图片.png", "说明.exe"):
            (folder / name).write_bytes(b"x")
        (folder / ".git").mkdir()
        (folder / ".git" / "config.txt").write_bytes(b"x")
        told = self.run_command(folder, "--issuer", "KJJ")
        self.assertEqual(told.count("skipped"), 4, told)
        for words in (".隐藏.txt: 隐藏文件", "~$要点.docx: Word", "图片.png: 不是", "说明.exe: 不是"):
            self.assertIn(words, told)
        self.assertEqual(self.err.getvalue(), "")
        self.assertEqual(Plan.objects.count(), 1)

    def test_an_old_word_file_is_a_failure_that_says_what_to_do(self):
        folder = self.folder("flat-2024.txt")
        (folder / "旧.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        with self.assertRaises(DomainError):
            self.run_command(folder, "--issuer", "KJJ")
        self.assertIn(".docx", self.err.getvalue())
        self.assertEqual(Plan.objects.count(), 1)

    def test_failures_are_listed_together_and_the_run_goes_on(self):
        folder = self.folder("flat-2024.txt", "sections-2025.txt")
        (folder / "a.txt").write_bytes(b"")
        (folder / "g.txt").symlink_to(folder / "nowhere.txt")
        (folder / "机密.txt").write_text("机密★1年\n\n一、办一件事。\n", encoding="utf-8")
        with self.assertRaises(DomainError) as caught:
            self.run_command(folder, "--issuer", "KJJ")
        self.assertEqual(caught.exception.message, "3个文件没有导入。")
        told = [line.split(maxsplit=2)[:2] for line in self.told.splitlines()]
        self.assertEqual([word for word, _ in told], ["failed", "imported", "failed", "imported", "failed"])
        listed = self.err.getvalue().splitlines()
        self.assertEqual(len(listed), 3)
        for line, words in zip(
            listed, ["a.txt: 文件为空", "g.txt: 无法读取文件", "机密.txt: 文件标有密级"], strict=True
        ):
            self.assertIn(words, line)

    def test_a_name_that_is_no_text_ends_nothing(self):
        folder = self.folder("flat-2024.txt")
        Path(os.fsdecode(bytes(folder) + b"/\xd2\xaa\xb5\xe3\n.txt")).write_bytes(b"")
        with self.assertRaises(DomainError):
            self.run_command(folder, "--issuer", "KJJ")
        self.err.getvalue().encode()
        self.assertEqual((self.err.getvalue().count("\n"), Plan.objects.count()), (1, 1))

    def test_two_hundred_files_come_in_and_are_known_again(self):
        folder = self.folder()
        for n in range(200):
            text = f"云江市科学技术局2024年第{n}号工作要点\n\n一、办好第{n}件事。\n"
            (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
        for word in ("imported", "known"):
            told = self.run_command(folder, "--issuer", "KJJ").splitlines()
            self.assertEqual([line.split()[0] for line in told], [word] * 200)
        self.assertEqual(Plan.objects.count(), 200)

    def test_a_terminal_sees_a_bar_and_a_log_does_not(self):
        for kind, has_bar in ((Terminal, True), (StringIO, False)):
            with redirect_stderr(kind()) as screen:
                told = self.run_command(OURS / "flat-2024.txt", "--issuer", "KJJ")
            self.assertEqual("0/1" in screen.getvalue(), has_bar)
            self.assertEqual(len(told.splitlines()), 1)

    @override_settings(PLAN_READ_AT_ONCE_BYTES=10)
    def test_a_large_file_that_fails_is_a_failure(self):
        text = "一、推进\n二、推进\n" * 10_001
        folder = self.folder()
        (folder / "大.txt").write_text(text, encoding="utf-8")
        with self.assertRaises(DomainError):
            self.run_command(folder, "--issuer", "KJJ")
        self.assertIn("大.txt: 识别出20002个编号", self.err.getvalue())

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
