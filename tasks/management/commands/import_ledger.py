from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from config.commands import OfficeCommand
from config.errors import InputInvalid
from plans import services as plan_services
from plans.models import Plan
from tasks.management.commands.import_plan import acting, shown
from tasks.services import import_ledger
from tasks.services.ledger import RowResult


class Command(OfficeCommand):
    help = "Bring in a ledger (xlsx or csv) by task code, and say per line what it did. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--plan", help="code of the plan that lines without a known code belong to")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
        parser.add_argument("--user", help="whose name stands on the record (a superuser when left out)")

    def handle(self, *args: Any, file: Path, plan: str | None, **options: Any) -> None:
        into = Plan.objects.defer("text").select_related("issuer").filter(code=plan).first()
        if plan and into is None:
            raise InputInvalid(f"没有代码为“{plan}”的计划。", code="plan_unknown")
        actor = acting(options["user"], into and into.issuer)
        try:
            with file.open("rb") as opened:
                upload = plan_services.Upload.of(opened, file.name)
        except OSError as error:
            raise InputInvalid(f"无法读取 {shown(file)}：{error.strerror}。", code="file_missing") from None
        done = import_ledger(upload, actor=actor, now=timezone.now(), plan=into, dry_run=options["dry_run"])
        self.stdout.writelines(f"{line_of(result)}\n" for result in done.results)
        self.stderr.writelines(f"{warning}\n" for warning in done.warnings)
        if refused := done.count("refused"):
            raise InputInvalid(f"{refused}行没有导入。", code="import_failed")


def line_of(result: RowResult) -> str:
    """refused 台账!7 KJJ-2026-04: 状态请通过办理操作变更"""
    place = f"{result.sheet}!{result.row}" if result.sheet else str(result.row)
    told = result.message or "；".join(f"{name} {old} → {new}" for name, (old, new) in result.changes.items())
    return " ".join(f"{result.action} {place} {result.code}".split()) + (f": {told}" if told else "")
