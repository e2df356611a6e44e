import os
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from tqdm import tqdm

from config.commands import OfficeCommand
from config.errors import DomainError, InputInvalid
from plans import services as plan_services
from plans.access import top_department
from plans.models import Plan
from plans.org.api.fields import find_department
from plans.org.models import Department, Membership, Role, User
from plans.readers import READERS
from tasks.services import issue_plan

# What plans may be in. The last are refused with what to do about them, unless they are web pages inside.
TRIED = {*READERS, ".doc", ".wps", ".rtf", ".odt", ".ofd", ".xls", ".et"}


class Command(OfficeCommand):
    """It stands in `tasks` because it can issue: a plan alone knows no tasks."""

    help = "Bring in plan files (or all in a folder and below), and issue them when asked. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR")
        parser.add_argument("--issuer", help="code of the issuing department")
        parser.add_argument("--issue", action="store_true", help="issue at once")
        parser.add_argument("--default-lead", help="code of the lead for tasks without one")
        parser.add_argument("--user", help="whose name stands on the record (a superuser when left out)")

    def handle(self, *args: Any, paths: list[Path], issuer: str | None, **options: Any) -> None:
        unit = department(issuer)
        actor = acting(options["user"], unit)
        if unit is None and top_department(actor) is None:
            raise InputInvalid("请用 --issuer 指明印发单位的代码。", code="issuer_required")
        lead = department(options["default_lead"])
        bring_in = partial(self.bring_in, actor=actor, unit=unit, lead=lead, issue=options["issue"])
        failures: list[str] = []
        files = [found for given in paths for found in files_in(given)]
        # The bar is for a terminal, and stands below the lines.
        for path, passed_over in tqdm(files, unit="个", leave=False, disable=None):
            try:
                line = f"skipped {shown(path)}: {passed_over}" if passed_over else bring_in(path)
            except Exception as error:  # whatever is wrong with one file is no reason to keep the others out
                line = f"failed {shown(path)}"
                failures.append(f"{line}: {reason(error)}")
            with tqdm.external_write_mode():
                self.stdout.write(line)
        if failures:
            self.stderr.write("\n".join(failures))
            raise InputInvalid(f"{len(failures)}个文件没有导入。", code="import_failed")

    def bring_in(
        self, path: Path, *, actor: User, unit: Department | None, lead: Department | None, issue: bool
    ) -> str:
        """What was done, in a line."""
        now = timezone.now()
        with path.open("rb") as file:
            upload = plan_services.Upload.of(file, path.name, issuer=unit)
        plan, created = plan_services.import_plan(upload, actor=actor, now=now)
        if plan.status == Plan.Status.PARSING:
            plan_services.read_waiting(plan.pk, now=now)
            plan.refresh_from_db()
        if plan.status == Plan.Status.FAILED:
            raise InputInvalid(plan.failure)
        done = f"{'imported' if created else 'known'} {plan.code} {plan.title} ({plan.items.count()} items)"
        if issue:
            done += f", issued {len(issue_plan(plan, actor=actor, now=now, default_lead=lead))} tasks"
        return done


def acting(username: str | None, unit: Department | None) -> User:
    """Who stands on the record: the named user, else a superuser, else a supervisor of the issuer."""
    people = User.objects.filter(is_active=True).order_by("-is_superuser", "id")
    if username:
        people = people.filter(username=username)
    else:
        above = Department.objects.above([unit.pk]) if unit else Department.objects.all()
        post = Membership.objects.filter(user=OuterRef("pk"), role=Role.SUPERVISOR, department__in=above)
        people = people.filter(Q(is_superuser=True) | Exists(post))
    person = people.first()
    if person is None:
        wanted = f"用户“{username}”" if username else "超级用户或该单位的督查员"
        raise InputInvalid(f"没有{wanted}，无法记录是谁导入的。", code="user_unknown")
    return person


def department(code: str | None) -> Department | None:
    try:
        return find_department(code) if code else None
    except ValueError as error:
        raise InputInvalid(str(error), code="department_unknown") from None


def files_in(given: Path) -> Iterator[tuple[Path, str]]:
    """Each file of a folder and those below, with why it is passed over if it is; what is named is tried."""
    if given.is_dir():
        for folder, below, names in os.walk(given):
            below[:] = sorted(name for name in below if not name.startswith("."))
            yield from ((Path(folder, name), why_not(name)) for name in sorted(names))
    elif given.is_file():
        yield given, ""
    else:
        raise InputInvalid(f"没有这个文件：{shown(given)}。", code="file_missing")


def why_not(name: str) -> str:
    if name.startswith("~$"):
        return "Word打开文件时的临时文件"
    if name.startswith("."):
        return "隐藏文件"
    return "" if Path(name).suffix.lower() in TRIED else "不是计划文件的格式"


def reason(error: Exception) -> str:
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, OSError) and error.strerror:
        return f"无法读取文件：{error.strerror}"
    return f"程序出错（{type(error).__name__}：{error}）"


def shown(path: Path) -> str:
    """On one line, also where a name has line breaks or bytes that are no text."""
    return "".join(letter if letter.isprintable() else "_" for letter in str(path))
