"""What the frame of every page shows: where a person may go, what they have not read, what runs for them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.org.models import User
from reports.models import Notification
from reports.work import count_of, running
from tasks.states import OPEN

# The ledger opens with what is being worked on; the rest is one press away.
OPEN_ONES = "?" + urlencode({"status": OPEN}, doseq=True)
# Each with how the names of the pages within begin.
ALL = (
    ("workbench", _("工作台"), "workbench"),
    ("dashboard", _("概览"), "dashboard"),
    ("tasks:list", _("台账"), "tasks:"),
    ("plans:list", pgettext_lazy("nav", "计划"), "plans:"),
    ("overdue", _("逾期看板"), "overdue"),
    ("summaries", pgettext_lazy("nav", "汇总"), "summar"),
    ("scorecard", _("考核"), "scorecard"),
)


@dataclass
class Frame:
    """Asked only by pages that show a frame: an API answer costs nothing."""

    user: User
    here: str

    @cached_property
    def links(self) -> list[dict[str, Any]]:
        """The navigation; `here` as aria-current says it."""
        query = {"tasks:list": OPEN_ONES}
        return [
            {"url": reverse(name) + query.get(name, ""), "label": label, "here": self.relation(name, within)}
            for name, label, within in ALL
        ]

    def relation(self, name: str, within: str) -> str:
        if name == self.here:
            return "page"
        return "true" if self.here.startswith(within) else ""

    @property
    def may_import(self) -> bool:
        standing = self.user.standing
        return standing.is_superuser or bool(standing.departments("supervisor"))

    @cached_property
    def counts(self) -> tuple[int, int]:
        """In one query, which every page pays."""
        unread = count_of(Notification.objects.filter(user=self.user, read_at=None))
        found = User.objects.filter(pk=self.user.pk).values_list(unread, running(self.user)).first()
        return found or (0, 0)

    @property
    def unread(self) -> int:
        return self.counts[0]

    @property
    def working(self) -> int:
        return self.counts[1]


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    match = request.resolver_match
    return {"frame": Frame(user, match.view_name if match else "")}
