"""The pages of plans: bring in, review against the source, correct, and keep the goals' figures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.pages import attempt
from plans import services
from plans.access import may_supervise
from plans.api.views import kick_reading
from plans.forms import ActualForm, ItemForm, KeeperForm, LeadForm, NewItemForm, ResolveNameForm, UploadForm
from plans.models import Goal, ItemOwner, Plan, PlanItem
from plans.org.models import Department, User
from plans.source import passages
from plans.unresolved import OWNER_UNKNOWN, UnresolvedName, unresolved_names

PAGE_SIZE = 50
# Each offers every department.
MOST_ASKED = 20


def visible(request: HttpRequest) -> QuerySet[Plan]:
    return Plan.objects.visible_to(request.user).select_related("issuer")


def departments(user: User) -> list[Department]:
    return list(Department.objects.visible_to(user).filter(is_active=True))


def to_review(plan_id: int, item_id: int | None = None) -> HttpResponseRedirect:
    anchor = f"#item-{item_id}" if item_id else ""
    return HttpResponseRedirect(reverse("plans:detail", args=[plan_id]) + anchor)


def supervised(request: HttpRequest, pk: int) -> Plan:
    """The plan, for its supervisor; 404 for who does not see it, 403 for who only reads it."""
    plan = get_object_or_404(visible(request).defer("text"), pk=pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    return plan


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = visible(request).defer("text", "preamble", "furniture", "warnings").order_by("-year", "-id")
    present_tasks = Q(items__kind=PlanItem.Kind.TASK, items__withdrawn_at=None)
    plans = plans.annotate(task_items=Count("items", filter=present_tasks))
    page = Paginator(plans, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "plans/list.html", {"page": page})


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    mine = request.user.standing.departments("supervisor")
    if not mine and not request.user.is_superuser:
        raise PermissionDenied
    units = [unit for unit in departments(request.user) if request.user.is_superuser or unit.pk in mine]
    form, status = UploadForm(units), 200
    if request.method == "POST":
        form = UploadForm(units, request.POST, request.FILES)
        outcome = attempt(form, lambda: bring_in(form, request.user))
        if outcome.done:
            return brought_in(request, *outcome.result)
        status = outcome.status
    return render(request, "plans/upload.html", {"form": form}, status=status)


def bring_in(form: UploadForm, actor: User) -> tuple[Plan, bool]:
    given = dict(form.cleaned_data)
    file = given.pop("file")
    sent = services.Upload.of(file, file.name, **given)
    return services.import_plan(sent, actor=actor, now=timezone.now())


def brought_in(request: HttpRequest, plan: Plan, created: bool) -> HttpResponse:
    if plan.status == Plan.Status.PARSING:
        kick_reading(plan.pk)
        messages.success(request, "已收到文件。")
    elif created:
        messages.success(request, "已导入，请核对识别结果。")
    else:
        messages.info(request, "这个文件已经导入过，下面就是当时的计划。")
    return redirect("plans:detail", plan.pk)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """核对: the source with everything recognised marked on it, beside the items."""
    plan = get_object_or_404(visible(request), pk=pk)
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    items = list(plan.items.prefetch_related(owners, "targets"))
    may_edit = may_supervise(request.user.standing, plan.issuer_id)
    context = {"plan": plan, "items": items, "passages": passages(plan, items), "may_edit": may_edit}
    names = unresolved_names(plan) if may_edit and plan.is_editable else []
    doubts = {
        "warnings": warned(plan, names),
        "names": asked(plan, names, request.user),
        "unnamed": len(names),
    }
    return render(request, "plans/detail.html", context | told(items) | doubts)


def warned(plan: Plan, names: list[UnresolvedName]) -> list[tuple[int, dict[str, Any]]]:
    """The warnings with the numbers of their flags in the source, less the names that are asked for."""
    numbered = enumerate(plan.warnings, start=1)
    return [(n, warning) for n, warning in numbered if not names or warning["code"] != OWNER_UNKNOWN]


def asked(plan: Plan, names: list[UnresolvedName], user: User) -> list[dict[str, Any]]:
    """未对应的单位: who is named most comes first; the others follow once these are answered."""
    ranked = sorted(names, key=lambda name: -name.items)[:MOST_ASKED]
    flags = {warning["start"]: n for n, warning in enumerate(plan.warnings, start=1)}
    units = departments(user) if ranked else []
    return [
        {
            "asked": name,
            "flag": name.start is not None and flags.get(name.start),
            "form": ResolveNameForm(
                units, name.suggestions, initial={"name": name.name}, auto_id=f"name{n}-%s"
            ),
        }
        for n, name in enumerate(ranked)
    ]


@login_required
@require_POST
def resolve_name(request: HttpRequest, pk: int) -> HttpResponse:
    plan = supervised(request, pk)
    form = ResolveNameForm(departments(request.user), data=request.POST)
    outcome = attempt(form, lambda: say_name(plan, form, request.user))
    if outcome.done:
        messages.success(request, outcome.result)
    else:
        for error in form.errors.values():
            messages.error(request, error[0])
    return to_review(pk)


def say_name(plan: Plan, form: ResolveNameForm, actor: User) -> str:
    resolved = services.resolve_name(plan, **form.cleaned_data, actor=actor, now=timezone.now())
    name, department = form.cleaned_data["name"], form.cleaned_data["department"]
    others = f"（含其他{resolved.plans - 1}份草稿）" if resolved.plans > 1 else ""
    return f"“{name}”已对应到{department}，更新{resolved.items}项{others}；以后的计划也照此识别。"


def told(items: list[PlanItem]) -> dict[str, Any]:
    """What a reviewer wants to know first."""
    present = [item for item in items if item.withdrawn_at is None]
    tasks = [item for item in present if item.kind == PlanItem.Kind.TASK]
    return {
        "tasks": tasks,
        "goals": [item for item in present if item.kind == PlanItem.Kind.GOAL],
        "without_lead": [item for item in tasks if item.lead is None],
        "without_date": [item for item in tasks if item.due_on is None],
    }


@login_required
@require_GET
def source(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came: always a download, never shown from our origin."""
    plan = get_object_or_404(visible(request).exclude(file=""), pk=pk)
    name, kind = plan.file_name, "application/octet-stream"
    return FileResponse(plan.file.open("rb"), as_attachment=True, filename=name, content_type=kind)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    plan = supervised(request, pk)
    try:
        services.delete_draft(plan, actor=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return to_review(pk)
    messages.success(request, f"已删除计划草稿：{plan.title[:60]}")
    return redirect("plans:list")


@login_required
def item(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    plan = supervised(request, pk)
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    row = get_object_or_404(plan.items.prefetch_related(owners), pk=item_id)
    form, status = ItemForm(departments(request.user), row, request.POST or None), 200
    if request.method == "POST":
        outcome = attempt(form, lambda: change_item(row, form, request.user))
        if outcome.done:
            messages.success(request, f"已保存：{row.heading[:40]}")
            return to_review(pk, item_id)
        status = outcome.status
    return render(request, "plans/item.html", {"plan": plan, "item": row, "form": form}, status=status)


def change_item(row: PlanItem, form: ItemForm, actor: User) -> PlanItem:
    return services.change_item(row, actor=actor, now=timezone.now(), **form.changes())


@login_required
@require_POST
def take_lead(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """A suggested lead, taken over in one press."""
    plan = supervised(request, pk)
    row = get_object_or_404(plan.items, pk=item_id)
    form = LeadForm(departments(request.user), request.POST)
    outcome = attempt(
        form, lambda: services.change_item(row, actor=request.user, now=timezone.now(), **form.cleaned_data)
    )
    if outcome.done:
        messages.success(request, f"已指定{form.cleaned_data['lead'].name}牵头：{row.heading[:40]}")
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return to_review(pk, item_id)


@login_required
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    plan = supervised(request, pk)
    form, status = NewItemForm(departments(request.user), data=request.POST or None), 200
    if request.method == "POST":
        now, actor = timezone.now(), request.user
        outcome = attempt(form, lambda: services.add_item(plan, actor=actor, now=now, **form.cleaned_data))
        if outcome.done:
            messages.success(request, "已增加条目。")
            return to_review(pk, outcome.result.pk)
        status = outcome.status
    return render(request, "plans/item.html", {"plan": plan, "form": form}, status=status)


@login_required
def goals(request: HttpRequest, pk: int) -> HttpResponse:
    """主要目标: every target with its latest figure."""
    return show_goals(request, get_object_or_404(visible(request).defer("text"), pk=pk))


def show_goals(
    request: HttpRequest, plan: Plan, sent: tuple[int, ActualForm] | None = None, status: int = 200
) -> HttpResponse:
    may_edit = may_supervise(request.user.standing, plan.issuer_id)
    units = departments(request.user) if may_edit else []
    rows = (
        Goal.objects.filter(item__plan=plan, item__withdrawn_at=None)
        .select_related("item__plan", "keeper")
        .order_by("item__ordinal")
    )
    found = [
        goal_row(goal, request.user, units, sent) for goal in rows.prefetch_related("item__targets__actuals")
    ]
    context = {"plan": plan, "goals": found, "may_edit": may_edit}
    return render(request, "plans/goals.html", context, status=status)


def goal_row(
    goal: Goal, user: User, units: list[Department], sent: tuple[int, ActualForm] | None
) -> dict[str, Any]:
    keeps = may_supervise(user.standing, goal.item.plan.issuer_id) or user.standing.holds(
        goal.keeper_id, "liaison", "head"
    )
    targets = []
    for target in goal.item.targets.all():
        fresh = ActualForm(auto_id=f"t{target.pk}-%s", initial={"measured_on": timezone.localdate()})
        form = sent[1] if sent and sent[0] == target.pk else fresh
        latest = max(target.actuals.all(), key=lambda actual: (actual.measured_on, actual.pk), default=None)
        targets.append({"target": target, "latest": latest, "form": form if keeps else None})
    keeper = (
        KeeperForm(units, auto_id=f"g{goal.pk}-%s", initial={"keeper": goal.keeper_id}) if units else None
    )
    return {"goal": goal, "targets": targets, "keeper": keeper}


@login_required
@require_POST
def goal_actual(request: HttpRequest, pk: int, goal_id: int, target_id: int) -> HttpResponse:
    plan = get_object_or_404(visible(request).defer("text"), pk=pk)
    goal = get_object_or_404(Goal.objects.select_related("item__plan"), pk=goal_id, item__plan=plan)
    target = get_object_or_404(goal.item.targets, pk=target_id)
    form = ActualForm(request.POST, auto_id=f"t{target_id}-%s")
    outcome = attempt(form, lambda: state_actual(goal, target, form, request.user))
    if not outcome.done:
        return show_goals(request, plan, (target_id, form), outcome.status)
    messages.success(request, f"已记录完成值：{target.name[:40]}")
    return redirect("plans:goals", pk)


def state_actual(goal: Goal, target: Any, form: ActualForm, actor: User) -> None:
    given = form.cleaned_data
    now = timezone.now()
    value, measured_on, note = given["value"], given["measured_on"], given["note"]
    services.state_goal_actual(goal, target, value, measured_on, actor=actor, now=now, note=note)


@login_required
@require_POST
def goal_keeper(request: HttpRequest, pk: int, goal_id: int) -> HttpResponse:
    plan = supervised(request, pk)
    goal = get_object_or_404(Goal.objects.select_related("item__plan"), pk=goal_id, item__plan=plan)
    form = KeeperForm(departments(request.user), request.POST)
    if form.is_valid():
        keeper, now = form.cleaned_data["keeper"], timezone.now()
        services.set_goal_keeper(goal, keeper, actor=request.user, now=now)
        messages.success(request, "已指定数据单位。")
    return redirect("plans:goals", pk)
