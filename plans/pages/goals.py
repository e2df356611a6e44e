"""主要目标: every target of a plan with what it had reached."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config import charts
from config.pages import attempt
from plans import services
from plans.access import may_supervise
from plans.forms import ActualForm, KeeperForm
from plans.models import Goal, GoalActual, Plan, Target
from plans.org.models import User
from plans.pages.asked import supervised, visible
from plans.unit_fields import Names


@login_required
def goals(request: HttpRequest, pk: int) -> HttpResponse:
    """主要目标: every target with its latest figure."""
    return show_goals(request, get_object_or_404(visible(request).defer("text"), pk=pk))


def show_goals(
    request: HttpRequest, plan: Plan, sent: tuple[int, ActualForm] | None = None, status: int = 200
) -> HttpResponse:
    may_edit = may_supervise(request.user.standing, plan.issuer_id)
    names = Names(plan.issuer) if may_edit else None
    rows = (
        Goal.objects.filter(item__plan=plan, item__withdrawn_at=None)
        .select_related("item__plan", "keeper")
        .order_by("item__ordinal")
    )
    found = [
        goal_row(goal, request.user, names, sent) for goal in rows.prefetch_related("item__targets__actuals")
    ]
    context = {"plan": plan, "goals": found, "may_edit": may_edit, "names": names}
    return render(request, "plans/goals.html", context, status=status)


def goal_row(
    goal: Goal, user: User, names: Names | None, sent: tuple[int, ActualForm] | None
) -> dict[str, Any]:
    keeps = may_supervise(user.standing, goal.item.plan.issuer_id) or user.standing.holds(
        goal.keeper_id, "liaison", "head"
    )
    targets = []
    for target in goal.item.targets.all():
        fresh = ActualForm(auto_id=f"t{target.pk}-%s", initial={"measured_on": timezone.localdate()})
        form = sent[1] if sent and sent[0] == target.pk else fresh
        targets.append({**reached(target), "form": form if keeps else None})
    keeper = KeeperForm(names, auto_id=f"g{goal.pk}-%s", initial={"keeper": goal.keeper}) if names else None
    return {"goal": goal, "targets": targets, "keeper": keeper}


def reached(target: Target) -> dict[str, Any]:
    """The latest figure, what share of the aim that is, and the way there once there is one."""
    actuals = sorted(target.actuals.all(), key=lambda actual: (actual.measured_on, actual.pk))
    latest = actuals[-1] if actuals else None
    grows = target.comparator != Target.Comparator.AT_MOST and target.value > 0
    percent = int(latest.value * 100 / target.value) if latest and grows else None
    return {"target": target, "latest": latest, "percent": percent, "curve": curve(target, actuals)}


def curve(target: Target, actuals: list[GoalActual]) -> charts.LineChart | None:
    by_day = {actual.measured_on: float(actual.value) for actual in actuals}  # the last word on a day counts
    if len(by_day) < 2:
        return None
    days = list(by_day)
    aim = charts.Series(_("目标"), [(day, float(target.value)) for day in (days[0], days[-1])], planned=True)
    series = [aim, charts.Series(_("完成值"), list(by_day.items()))]
    return charts.line(series, title=target.name, today=timezone.localdate(), unit=target.unit)


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
    messages.success(request, _("已记录完成值：{target}").format(target=target.name[:40]))
    return redirect("plans:goals", pk)


def state_actual(goal: Goal, target: Target, form: ActualForm, actor: User) -> None:
    given = form.cleaned_data
    now = timezone.now()
    value, measured_on, note = given["value"], given["measured_on"], given["note"]
    services.state_goal_actual(goal, target, value, measured_on, actor=actor, now=now, note=note)


@login_required
@require_POST
def goal_keeper(request: HttpRequest, pk: int, goal_id: int) -> HttpResponse:
    plan = supervised(request, pk)
    goal = get_object_or_404(Goal.objects.select_related("item__plan"), pk=goal_id, item__plan=plan)
    form = KeeperForm(Names(plan.issuer), request.POST)
    for errors in form.errors.values():
        messages.error(request, errors[0])
    if form.is_valid():
        keeper, now = form.cleaned_data["keeper"], timezone.now()
        services.set_goal_keeper(goal, keeper, actor=request.user, now=now)
        messages.success(request, _("已指定数据单位。"))
    return redirect("plans:goals", pk)
