"""Every page there is, with who reads it: a route that stands in no table here fails a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from reports import summaries
from reports.periods import Kind, Period
from tasks import services
from tasks.models import SavedView
from tasks.services import bulk_runs
from tests import bureaus
from tests.cases import Office
from tests.pages import a_late_task, today

# Programs' addresses, and pages that are Django's own.
NOT_PAGES = ("api", "admin")
ALL = ("supervisor", "leader", "liaison", "viewer")


@dataclass(frozen=True)
class Sight:
    """A page, its main reader first. `about`: things of the bureau by name, or words as they are."""

    route: str
    readers: tuple[str, ...]
    about: tuple[str, ...] = ()
    query: str = ""
    picture: str = ""

    def __str__(self) -> str:
        return self.picture or self.route.replace(":", "-")

    def address(self, things: dict[str, Any]) -> str:
        return reverse(self.route, args=[things.get(name, name) for name in self.about]) + self.query.format(
            **things
        )


SUPERVISOR, ANYBODY = ("supervisor",), ("anonymous",)
PAGES = (
    Sight("login", ANYBODY),
    Sight("account_inactive", ANYBODY, picture="login-inactive"),
    Sight("password", ("liaison",)),
    Sight("mfa_index", ("liaison",), picture="second-factor"),
    Sight("workbench", ("supervisor", "liaison", "leader", "head", "viewer")),
    Sight("search", ("liaison", "leader"), query="?q=企业"),
    Sight("work", SUPERVISOR),
    Sight("notifications", ("liaison",)),
    Sight("calendars", ("liaison",)),
    Sight("contact", ("liaison", "supervisor")),
    Sight("plans:list", ALL, picture="plans"),
    Sight("plans:upload", SUPERVISOR, picture="plan-upload"),
    Sight("plans:detail", SUPERVISOR, ("draft",), picture="plan-review"),
    Sight("plans:detail", ("leader", "liaison"), ("issued",), picture="plan"),
    Sight("plans:item", SUPERVISOR, ("draft", "draft_item"), picture="plan-item"),
    Sight("plans:new-item", SUPERVISOR, ("issued",), picture="plan-new-item"),
    Sight("plans:goals", ALL, ("issued",), picture="goals"),
    Sight("tasks:issue", SUPERVISOR, ("draft",), picture="plan-issue"),
    Sight("tasks:archive", SUPERVISOR, ("done_plan",), picture="plan-archive"),
    Sight("tasks:revisions", SUPERVISOR, ("issued",), picture="revisions"),
    Sight("tasks:revision", SUPERVISOR, ("issued", "revision"), picture="revision"),
    Sight("tasks:compare", ALL, ("issued", "done_plan"), picture="compare"),
    Sight("tasks:list", ALL, picture="ledger"),
    Sight("tasks:import", SUPERVISOR, picture="ledger-import"),
    Sight("tasks:bulk", SUPERVISOR, query="?move=close&ids={completed}&ids={busy}", picture="bulk"),
    Sight("tasks:bulk-run", SUPERVISOR, ("run",), picture="bulk-run"),
    Sight("tasks:bulk-runs", SUPERVISOR, picture="bulk-runs"),
    Sight("tasks:views", SUPERVISOR, picture="ledger-views"),
    Sight("tasks:detail", ("liaison", "supervisor", "leader", "viewer"), ("busy",), picture="task"),
    Sight("tasks:detail", ("head", "supervisor"), ("whole",), picture="task-parts"),
    Sight("tasks:edit", SUPERVISOR, ("busy",), picture="task-edit"),
    Sight("tasks:record", ("leader",), ("busy",), picture="task-record"),
    Sight("tasks:preview", ("liaison",), ("busy", "picture"), picture="attachment"),
    Sight("tasks:split", ("head",), ("busy",), picture="task-split"),
    Sight("overdue", ("leader", "supervisor", "liaison", "viewer")),
    Sight("overdue-trend", ("leader",)),
    Sight("overdue-act", ("leader",), ("late", "urge"), picture="overdue-urge"),
    Sight("dashboard", ("leader", "supervisor", "liaison", "viewer")),
    Sight("dashboard-changes", ("leader",)),
    Sight("dashboard-tasks", ("leader",)),
    Sight("summaries", ALL),
    Sight("summary", ("supervisor", "leader"), ("summary",)),
    Sight("summary-tasks", ("leader",), ("summary",)),
    Sight("summary-print", ("leader",), ("released",)),
    Sight("hints", SUPERVISOR),
    Sight("letter-tags", SUPERVISOR),
    Sight("scorecard", ("supervisor", "head", "leader")),
)
FILES = (
    Sight("plans:source", SUPERVISOR, ("draft",)),
    Sight("tasks:export", ALL),
    Sight("tasks:attachment", ("liaison",), ("busy", "attachment")),
    Sight("tasks:revision-source", SUPERVISOR, ("issued", "revision")),
    Sight("task-letter", SUPERVISOR, ("late", "urge")),
    Sight("department-letter", SUPERVISOR, ("lead", "urge")),
    Sight("summary-file", SUPERVISOR, ("summary", "xlsx")),
)
# Doors to them open on the way only: tests/config tells of each.
ON_THE_WAY = {
    "account_login",  # another name of `login`
    *("account_reauthenticate", "mfa_authenticate", "mfa_reauthenticate", "unsent"),
    *("mfa_activate_totp", "mfa_deactivate_totp"),
    *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes"),
    *("openid_connect_login", "openid_connect_callback", "socialaccount_login_cancelled"),
    *("overdue-row", "tasks:preview-page"),  # parts of pages
}
# Forms go there; who only looks is told that there is nothing to see.
SENT = {
    *("logout", "language"),
    *("plans:delete", "plans:resolve-name", "plans:take-lead", "plans:goal-keeper", "plans:goal-actual"),
    *("tasks:move", "tasks:act", "tasks:revision-discard", "tasks:carry"),
    *("plans:confirm", "tasks:view-rename", "tasks:view-delete", "overdue-urge"),
    *("notifications-read", "notification-read", "calendar-delete", "hint-seen"),
    *("summary-edit", "summary-release", "summary-files", "scorecard-object", "scorecard-answer"),
    *("bot-add", "bot-remove", "bot-test"),
}


def routes(within: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of every page's route; a nameless one leads somewhere else."""
    for pattern in (within or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield space + pattern.name
        elif pattern.namespace not in NOT_PAGES:
            yield from routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)


def a_picture() -> services.Upload:
    """A picture that a department could send."""
    image = Image.new("RGB", (640, 400), "#dfe7ee")
    draw = ImageDraw.Draw(image)
    for n, height in enumerate((90, 140, 180, 260, 310)):
        draw.rectangle((70 + n * 110, 360 - height, 130 + n * 110, 360), fill="#1d4f7c")
    out = BytesIO()
    image.save(out, "PNG")
    return services.Upload(out.getvalue(), "完成情况.png")


def furnished(office: Office) -> dict[str, Any]:
    """What `about` names, in the bureau of the named cast."""
    bureau = bureaus.the_cast(office)
    bureaus.Furnished(office, bureau)
    now, supervisor = timezone.now(), office.supervisor
    late = a_late_task(office)
    before = Period.around(today(), Kind.MONTH).before.before
    released = summaries.make(before, office.kjj, now=now)
    summaries.release(released.pk, actor=supervisor, now=now)
    given = services.moves.MoveInput()
    run = bulk_runs.request_run([late.pk], "close", actor=supervisor, now=now, given=given, key="1")
    bulk_runs.carry_out(run.pk, now=now)
    SavedView.objects.create(user=supervisor, name="逾期的", query="overdue=true")
    shown, _ = services.attach(bureau.ids["busy"], a_picture(), actor=office.liaison, now=now)
    more = {"picture": shown.pk}
    more |= {"lead": office.gxc.pk, "late": late.pk, "released": released.pk, "run": run.pk}
    return bureau.ids | more
