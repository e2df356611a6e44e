from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from config.commands import OfficeCommand
from config.errors import DomainError, InputInvalid
from plans import services as plan_services
from plans.access import top_department
from plans.models import Plan
from plans.org.api.fields import find_department
from plans.org.models import Department, Membership, Role, User
from tasks.services import issue_plan


class Command(OfficeCommand):
    """It stands in `tasks` because it can issue: a plan alone knows no tasks."""

    help = "Bring in plan files (or every file of a folder), and issue them when asked. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|DIR")
        parser.add_argument("--issuer", help="code of the issuing department")
        parser.add_argument("--issue", action="store_true", help="issue at once")
        parser.add_argument("--default-lead", help="code of the lead for tasks without one")
        parser.add_argument("--user", help="whose name stands on the record (a superuser when left out)")

    def handle(self, *args: Any, paths: list[Path], issuer: str | None, **options: Any) -> None:
        unit = department(issuer)
        actor = self.actor(options["user"], unit)
        if unit is None and top_department(actor) is None:
            raise InputInvalid("请用 --issuer 指明印发单位的代码。", code="issuer_required")
        lead = department(options["default_lead"])
        failed = 0
        for path in [file for given in paths for file in files_in(given)]:
            try:
                self.bring_in(path, actor, unit, lead, issue=options["issue"])
            except DomainError as error:
                failed += 1
                self.stderr.write(f"failed {path}: {error.message}")
        if failed:
            raise InputInvalid(f"{failed}个文件没有导入。", code="import_failed")

    def bring_in(
        self, path: Path, actor: User, unit: Department | None, lead: Department | None, *, issue: bool
    ) -> None:
        now = timezone.now()
        upload = plan_services.Upload(content=path.read_bytes(), name=path.name, issuer=unit)
        plan, created = plan_services.import_plan(upload, actor=actor, now=now)
        if plan.status == Plan.Status.PARSING:
            plan_services.read_waiting(plan.pk, now=now)
            plan.refresh_from_db()
        done = f"{'imported' if created else 'known'} {plan.code} {plan.title} ({plan.items.count()} items)"
        if issue:
            done += f", issued {len(issue_plan(plan, actor=actor, now=now, default_lead=lead))} tasks"
        self.stdout.write(done)

    def actor(self, username: str | None, unit: Department | None) -> User:
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


def files_in(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    if not path.is_file():
        raise InputInvalid(f"没有这个文件：{path}。", code="file_missing")
    return [path]
