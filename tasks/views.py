"""The pages of tasks: the ledger, one task with its moves and record, and issuing a plan."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.errors import DomainError
from config.pages import attempt
from plans.access import may_supervise
from plans.models import ItemOwner, Plan, PlanItem
from plans.org import workdays
from plans.org.models import Department, User
from tasks import access, services
from tasks.downloads import as_download, find_attachment
from tasks.forms import EditForm, IssueForm, MoveForm
from tasks.models import Task
from tasks.pages.ledger import Ledger
from tasks.pages.split_form import SplitForm, with_more_rows
from tasks.pages.task import TaskPage
from tasks.states import ACTS, MOVES, OPEN, Status


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


def show_again(request: HttpRequest, page: TaskPage, status: int) -> HttpResponse:
    page.came_back(page.sent)
    return show(request, page, status)


@login_required
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if request.method != "POST":  # back from signing in again
        return HttpResponseRedirect(f"{reverse('tasks:detail', args=[pk])}?move={name}#move-{name}")
    page = TaskPage.open(request.user, pk, timezone.localdate())
    form = page.sent = page.form(MOVES[name], request.POST)
    outcome = attempt(form, lambda: make_move(form, request.user))
    if not outcome.done:
        return show_again(request, page, outcome.status)
    then = _("有佐证材料的，请接着在“佐证材料”中上传。") if name == "report" else ""
    messages.success(
        request,
        _("已{label}：{code} {title}。{then}").format(
            label=MOVES[name].label, code=page.task.code, title=page.task.title[:40], then=then
        ),
    )
    return redirect("tasks:detail", pk)


def make_move(form: MoveForm, actor: User) -> None:
    version = form.cleaned_data["version"]
    given, now = form.given(), timezone.now()
    services.make_move(form.task.pk, form.move.name, actor=actor, now=now, given=given, version=version)


@login_required
def act(request: HttpRequest, pk: int, name: str, about: str | None = None) -> HttpResponse:
    """What else is done to a task: one form of FORMS, about one of its rows where there are several."""
    address = reverse("tasks:detail", args=[pk])
    slot = f"{name}-{about}" if about else name
    if request.method != "POST":  # back from signing in again
        return HttpResponseRedirect(f"{address}?move={slot}#move-{slot}")
    page = TaskPage.open(request.user, pk, timezone.localdate())
    form = page.act_form(name, about and int(about), data=request.POST, files=request.FILES)
    page.sent = form
    outcome = attempt(form, lambda: form.perform(request.user, timezone.now()))
    if not outcome.done:
        return show_again(request, page, outcome.status)
    messages.success(request, outcome.result)
    return HttpResponseRedirect(f"{address}#{form.anchor}" if form.anchor else address)


@login_required
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """分解: a row per part; without script more rows come from the server."""
    page = TaskPage.open(request.user, pk, timezone.localdate())
    if not access.may(request.user, ACTS["split"], page.task):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    more = data is not None and "more" in data
    units = list(Department.objects.visible_to(request.user).filter(is_active=True))
    form = SplitForm(page.task, units, page.targets, with_more_rows(data) if more else data)
    status = 200
    if data is not None and not more:
        outcome = attempt(form, lambda: split_task(form, page.task, request.user))
        if outcome.done:
            messages.success(
                request, _("已分解为{count}项，交各承办单位签收。").format(count=len(outcome.result))
            )
            return HttpResponseRedirect(f"{reverse('tasks:detail', args=[pk])}#parts")
        page.came_back(form)
        status = outcome.status
    return render(request, "tasks/split.html", {"page": page, "task": page.task, "form": form}, status=status)


def split_task(form: SplitForm, task: Task, actor: User) -> list[Task]:
    version = form.cleaned_data["version"]
    return services.split_task(task.pk, form.parts, actor=actor, now=timezone.now(), version=version)


@login_required
@require_GET
def attachment(request: HttpRequest, pk: int, attachment: int) -> FileResponse:
    return as_download(find_attachment(request.user, pk, attachment))


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
            messages.success(request, _("已保存。") if outcome.result else _("内容没有变化。"))
            return redirect("tasks:detail", pk)
        page.came_back(form)
        status = outcome.status
    context = {"page": page, "task": page.task, "form": form}
    return render(request, "tasks/edit.html", context, status=status)


@login_required
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """归档: lives here because it asks after tasks, which plans know nothing of."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).defer("text"), pk=pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        try:
            services.archive_plan(plan, actor=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, error.message)
            status = error.status
        else:
            messages.success(request, _("已归档：{title}").format(title=plan.title[:60]))
            return redirect("plans:detail", pk)
    tasks = dict(plan.tasks.order_by().values_list("status").annotate(count=Count("id")))
    unfinished = [(Status(name).label, tasks[name]) for name in OPEN if name in tasks]
    context = {"plan": plan, "unfinished": unfinished, "total": sum(tasks.values()), "open": OPEN}
    return render(request, "tasks/archive.html", context, status=status)


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
            messages.success(request, _("已下达{count}项任务。").format(count=len(outcome.result)))
            return HttpResponseRedirect(f"{reverse('tasks:list')}?plan={plan.pk}")
        status = outcome.status
    context = {"plan": plan, "form": form, "items": unissued(plan), "unconfirmed": unconfirmed(plan)}
    return render(request, "tasks/issue.html", context, status=status)


def issue_plan(plan: Plan, form: IssueForm, actor: User) -> list[Task]:
    return services.issue_plan(plan, actor=actor, now=timezone.now(), **form.cleaned_data)


def unconfirmed(plan: Plan) -> int:
    """The recognised items that nobody has looked at."""
    present = plan.items.filter(kind__in=PlanItem.REVIEWED, withdrawn_at=None)
    return present.filter(confirmed_at=None).count()


def unissued(plan: Plan) -> list[PlanItem]:
    """The task items that issuing now would make tasks of."""
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    issued = Task.objects.filter(plan=plan, parent=None).values("plan_item")
    items = plan.items.filter(kind=PlanItem.Kind.TASK, withdrawn_at=None)
    continued = Prefetch("continues__tasks", Task.objects.filter(parent=None), to_attr="whole")
    return list(items.exclude(pk__in=issued).select_related("continues").prefetch_related(owners, continued))
