"""The pages of tasks: the ledger, one task with its moves and record, and issuing a plan."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from config.pages import attempt
from plans.access import may_supervise
from plans.models import ItemOwner, Plan, PlanItem
from plans.org import workdays
from plans.org.models import Department, User
from tasks import services
from tasks.forms import EditForm, IssueForm, MoveForm
from tasks.ledger import Ledger
from tasks.models import Task
from tasks.page import TaskPage
from tasks.states import MOVES


@login_required
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    page = Ledger(request, timezone.localdate(), workdays.calendar())
    rows = page.rows
    return render(
        request, "tasks/list.html", {"page": page, "rows": rows}, status=400 if page.errors else 200
    )


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, TaskPage.open(request.user, pk, timezone.localdate()))


def show(request: HttpRequest, page: TaskPage, status: int = 200) -> HttpResponse:
    opened = page.opened(request.GET.get("move", ""))
    context = {"page": page, "task": page.task, "opened": opened}
    return render(request, "tasks/detail.html", context, status=status)


@login_required
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if request.method != "POST":  # back from signing in again
        return HttpResponseRedirect(f"{reverse('tasks:detail', args=[pk])}?move={name}#move-{name}")
    page = TaskPage.open(request.user, pk, timezone.localdate())
    form = page.sent = page.form(MOVES[name], request.POST)
    outcome = attempt(form, lambda: make_move(form, request.user))
    if not outcome.done:
        form.refresh_version(page.task.version)
        return show(request, page, outcome.status)
    messages.success(request, f"已{MOVES[name].label}：{page.task.code} {page.task.title[:40]}")
    return redirect("tasks:detail", pk)


def make_move(form: MoveForm, actor: User) -> None:
    version = form.cleaned_data["version"]
    given, now = form.given(), timezone.now()
    services.make_move(form.task.pk, form.move.name, actor=actor, now=now, given=given, version=version)


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    page = TaskPage.open(request.user, pk, timezone.localdate())
    if not page.may_edit:
        raise PermissionDenied
    form, status = EditForm(page.task, page.units, request.POST or None), 200
    if request.method == "POST":
        now = timezone.now()
        outcome = attempt(
            form, lambda: services.edit_task(pk, actor=request.user, now=now, **form.cleaned_data)
        )
        if outcome.done:
            messages.success(request, "已保存。" if outcome.result else "内容没有变化。")
            return redirect("tasks:detail", pk)
        status = outcome.status
    return render(request, "tasks/edit.html", {"task": page.task, "form": form}, status=status)


@login_required
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """下达: lives here because it makes tasks, which plans know nothing of."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).defer("text"), pk=pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    units = list(Department.objects.visible_to(request.user).filter(is_active=True))
    form, status = IssueForm(units, date(plan.year, 12, 31), request.POST or None), 200
    if request.method == "POST":
        outcome = attempt(form, lambda: issue_plan(plan, form, request.user))
        if outcome.done:
            messages.success(request, f"已下达{len(outcome.result)}项任务。")
            return HttpResponseRedirect(f"{reverse('tasks:list')}?plan={plan.pk}")
        status = outcome.status
    context = {"plan": plan, "form": form, "items": unissued(plan)}
    return render(request, "tasks/issue.html", context, status=status)


def issue_plan(plan: Plan, form: IssueForm, actor: User) -> list[Task]:
    return services.issue_plan(plan, actor=actor, now=timezone.now(), **form.cleaned_data)


def unissued(plan: Plan) -> list[PlanItem]:
    """The task items that issuing now would make tasks of."""
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    issued = Task.objects.filter(plan=plan, parent=None).values("plan_item")
    return list(plan.items.filter(kind=PlanItem.Kind.TASK).exclude(pk__in=issued).prefetch_related(owners))
