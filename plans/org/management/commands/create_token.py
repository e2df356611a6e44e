from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.utils import timezone

from config.commands import OfficeCommand
from config.errors import InputInvalid
from plans.org.models import ApiToken, User

MOST_DAYS = ApiToken.MOST_DAYS
LONGEST_NAME = ApiToken._meta.get_field("name").max_length


class Command(OfficeCommand):
    help = "Print a new API token for a user, and nothing else. A token of the same name is replaced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--name", required=True, help="what it is for")
        parser.add_argument("--scopes", default="read,write", help="read, write (includes read), or both")
        parser.add_argument(
            "--days", type=int, help=f"how long it is valid, up to {MOST_DAYS}; for ever when left out"
        )

    def handle(self, *args: Any, user: str, name: str, scopes: str, days: int | None, **options: Any) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise InputInvalid(f"没有用户“{user}”，或已停用。", code="user_unknown")
        wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
        if not wanted or wanted - set(ApiToken.Scope.values):
            raise InputInvalid(f"权限只能是 read、write，不能是“{scopes}”。", code="scope_unknown")
        if not name.strip() or len(name) > LONGEST_NAME:
            raise InputInvalid(f"用途应为1至{LONGEST_NAME}个字。", code="name_invalid")
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise InputInvalid(f"有效天数应在1至{MOST_DAYS}之间；长期有效则不填。", code="days_invalid")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        self.stdout.write(ApiToken.issue(person, name, wanted, expires_at)[1])
