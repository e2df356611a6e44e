"""年度对比: this year's plan beside last year's, and what was left unfinished carried over from there."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from plans.access import may_supervise
from plans.models import Plan
from plans.org.models import Department
from tasks import services
from tasks.comparing import Row, SideBySide
from tasks.services.carrying import Carried

MOST_OTHERS = 10
SAID = {"created": _("新增条目"), "linked": _("并入已有条目"), "known": _("此前已结转")}


def pair_of(request: HttpRequest, pk: int, other: int) -> tuple[Plan, Plan]:
    plans = Plan.objects.visible_to(request.user).select_related("issuer").defer("text")
    if pk == other:
        raise Http404
    return get_object_or_404(plans, pk=pk), get_object_or_404(plans, pk=other)


@login_required
@require_GET
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    plan, earlier = pair_of(request, pk, other)
    found = SideBySide(plan, earlier, request.user)
    sections = [
        ("carried", _("延续"), found.carried),
        ("new", _("新增（{year}年）").format(year=plan.year), found.new),
        ("dropped", _("未延续（{year}年）").format(year=earlier.year), found.dropped),
    ]
    units = leads(row for _, _, rows in sections for row in rows)
    unit = next((unit for unit in units if str(unit.pk) == request.GET.get("department")), None)
    shown = [
        (name, title, [row for row in rows if unit is None or unit in row.leads])
        for name, title, rows in sections
    ]
    carries = may_carry(request, plan, earlier)
    context = {
        "plan": plan,
        "other": earlier,
        "sections": shown,
        "units": units,
        "unit": unit,
        "carries": carries,
    }
    context["unfinished"] = (
        sum(is_unfinished(row) for row in (*found.carried, *found.dropped)) if carries else 0
    )
    context["others"] = others(request, plan, earlier)
    return render(request, "tasks/compare.html", context)


def leads(rows: Iterable[Row]) -> list[Department]:
    """Those that lead something on the page."""
    return sorted({unit for row in rows for unit in row.leads}, key=lambda unit: unit.code)


def others(request: HttpRequest, plan: Plan, shown: Plan) -> list[Plan]:
    """The issuer's other plans, the latest first."""
    mine = (
        Plan.objects.visible_to(request.user)
        .filter(issuer=plan.issuer_id)
        .exclude(pk__in=[plan.pk, shown.pk])
    )
    return list(mine.defer("text").order_by("-year", "-pk")[:MOST_OTHERS])


def may_carry(request: HttpRequest, plan: Plan, other: Plan) -> bool:
    """As the service asks: forward, between plans in use, by who supervises both."""
    is_forward = (other.year, other.pk) < (plan.year, plan.pk)
    in_use = other.status == Plan.Status.ISSUED and plan.status in (Plan.Status.DRAFT, Plan.Status.ISSUED)
    standing = request.user.standing
    return is_forward and in_use and all(may_supervise(standing, one.issuer_id) for one in (plan, other))


def is_unfinished(row: Row) -> bool:
    return row.then is not None and row.then.is_open


@login_required
@require_POST
def carry(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """结转: the ticked tasks, or with the button for it all that are open."""
    plan, earlier = pair_of(request, pk, other)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    chosen = [int(pk) for pk in request.POST.getlist("tasks") if pk.isdecimal() and len(pk) < 19]
    if not chosen and "all" not in request.POST:
        messages.error(request, _("请先勾选要结转的任务。"))
        return redirect("tasks:compare", pk, other)
    given = {"tasks": None if "all" in request.POST else chosen}
    try:
        found = services.carry(plan, earlier, **given, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told(found))
    return redirect("tasks:compare", pk, other)


def told(found: list[Carried]) -> str:
    counts = {result: sum(one.result == result for one in found) for result in SAID}
    if not found:
        return _("没有未完成的任务。")
    said = _("，").join(
        _("{what}{count}项").format(what=SAID[result], count=count)
        for result, count in counts.items()
        if count
    )
    told = _("结转{count}项任务：{said}。下达后原任务终止并注明去向。")
    return told.format(count=len(found), said=said)
