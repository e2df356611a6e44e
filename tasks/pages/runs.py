"""The addresses of 批量办理: chosen and previewed, carried out at once or by a job, and found again later."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.pages import attempt
from plans.org import workdays
from tasks import jobs, services
from tasks.models import BulkRun, Task
from tasks.pages.bulk import Bulk, BulkForm
from tasks.services.bulk import BULK_MOVES, MOST, Result
from tasks.states import MOVES

# So many are carried out while one waits; a job goes on with more.
AT_ONCE = 20
PAGE_SIZE = 20


@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """A move is chosen, then previewed by a dry run, then confirmed."""
    page = Bulk(request, timezone.localdate(), workdays.calendar())
    if request.method != "POST":
        context = {"page": page, "most": MOST}
        return render(request, "tasks/bulk.html", context, status=400 if page.too_many else 200)
    if request.POST.get("move") not in BULK_MOVES:
        raise Http404
    form = page.form(MOVES[request.POST["move"]], request.POST)
    if request.POST.get("step") == "confirm":
        return confirm(request, page, form)
    outcome = attempt(form, lambda: try_many(form, page))
    if not outcome.done:
        return again(request, page, form, outcome.status)
    return preview(request, page, form, outcome.result)


def again(request: HttpRequest, page: Bulk, form: BulkForm, status: int) -> HttpResponse:
    context = {"page": page, "sent": form, "most": MOST}
    return render(request, "tasks/bulk.html", context, status=status)


def picked(page: Bulk) -> list[int]:
    return page.pks if page.too_many else [task.pk for task in page.tasks]


def try_many(form: BulkForm, page: Bulk) -> list[Result]:
    given, now = form.given(), timezone.now()
    return services.move_many(
        picked(page), form.move.name, actor=page.user, now=now, given=given, dry_run=True
    )


def preview(request: HttpRequest, page: Bulk, form: BulkForm, results: list[Result]) -> HttpResponse:
    rows = page.rows(results)
    able = [row["about"].pk for row in rows if not row["code"]]
    context = {"page": page, "form": form, "rows": rows, "ids": able, "key": uuid4().hex}
    context |= {"done": len(able), "refused": len(rows) - len(able), "at_once": AT_ONCE}
    return render(request, "tasks/bulk_preview.html", context)


def confirm(request: HttpRequest, page: Bulk, form: BulkForm) -> HttpResponse:
    """Sent twice, by a second press or the back button, it is one run."""
    key = key_of(request.POST.get("key", ""))
    run = BulkRun.objects.filter(key=key, user=request.user).first()
    if run is None:
        outcome = attempt(form, lambda: begin(form, page, key))
        if not outcome.done:
            return again(request, page, form, outcome.status)
        run = outcome.result
    return redirect("tasks:bulk-run", run.pk)


def key_of(text: str) -> str:
    try:
        return UUID(text).hex
    except ValueError:
        return uuid4().hex


def begin(form: BulkForm, page: Bulk, key: str) -> BulkRun:
    now, pks = timezone.now(), picked(page)
    run = services.request_run(pks, form.move.name, actor=page.user, now=now, given=form.given(), key=key)
    if len(pks) <= AT_ONCE:
        services.carry_out(run.pk, now=now)
    else:
        kick_bulk_run(run.pk)
    return run


def kick_bulk_run(pk: int) -> None:
    """Ask a worker to carry it out now. With the broker down the sweeper finds it within a minute."""

    def kick() -> None:
        jobs.carry_out_bulk_run.delay(pk)

    transaction.on_commit(kick, robust=True)


class RunPage:
    """The rows of a run: those refused first, then those done; what is left is shown when no more comes."""

    def __init__(self, run: BulkRun) -> None:
        self.move = MOVES[run.move]
        self.all = list(run.rows.all())
        seen = Task.objects.visible_to(run.user).select_related("lead")
        tasks = seen.only("code", "title", "lead__name").in_bulk([row.task_id for row in self.all])
        for row in self.all:
            row.about = tasks.get(row.task_id)
        told = [row for row in self.all if row.done_at]
        self.refused = [row for row in told if row.code]
        self.done = [row for row in told if not row.code]
        self.left = [row for row in self.all if not row.done_at]
        self.rows = self.refused + self.done + (self.left if run.is_over else [])
        self.told, self.total = len(told), len(self.all)


@login_required
@require_GET
def bulk_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, and what became of each."""
    run = get_object_or_404(BulkRun, pk=pk, user=request.user)
    return render(request, "tasks/bulk_run.html", {"run": run, "page": RunPage(run)})


@login_required
@require_GET
def bulk_runs(request: HttpRequest) -> HttpResponse:
    """A person's own, the latest first."""
    done = Count("rows", filter=Q(rows__done_at__isnull=False, rows__code=""))
    refused = Count("rows", filter=Q(rows__done_at__isnull=False) & ~Q(rows__code=""))
    runs = request.user.bulk_runs.annotate(total=Count("rows"), done=done, refused=refused).order_by("-id")
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
    for run in page:
        run.label = MOVES[run.move].label
    return render(request, "tasks/bulk_runs.html", {"page": page})
