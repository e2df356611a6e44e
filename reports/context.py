"""What the frame of every page shows: where a person may go, and how much they have not read yet."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from plans.org.models import User
from reports.models import Notification
from tasks.states import OPEN

# The ledger opens with what is being worked on; the rest is one press away.
OPEN_ONES = "?" + urlencode({"status": OPEN}, doseq=True)
ALL = (
    ("workbench", "工作台"),
    ("tasks:list", "台账"),
    ("plans:list", "计划"),
    ("overdue", "逾期看板"),
    ("summaries", "汇总"),
    ("scorecard", "考核"),
)


@dataclass
class Frame:
    """Asked only by pages that show a frame: an API answer costs nothing."""

    user: User
    here: str

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """The navigation; a supervisor also brings plans in."""
        pages = [*ALL, ("plans:upload", "导入计划")] if self.may_import else ALL
        query = {"tasks:list": OPEN_ONES}
        return [
            {"url": reverse(name) + query.get(name, ""), "label": label, "here": name == self.here}
            for name, label in pages
        ]

    @property
    def may_import(self) -> bool:
        standing = self.user.standing
        return standing.is_superuser or bool(standing.departments("supervisor"))

    @cached_property
    def unread(self) -> int:
        return Notification.objects.filter(user=self.user, read_at=None).count()


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    return {"frame": Frame(user, match.view_name if match else "")}
