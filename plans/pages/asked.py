"""The plan that a page is about, for those who may see or change it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from plans.access import may_supervise
from plans.models import ItemOwner, Plan, PlanItem
from plans.org.models import Department, User


def visible(request: HttpRequest) -> QuerySet[Plan]:
    return Plan.objects.visible_to(request.user).select_related("issuer")


def supervised(request: HttpRequest, pk: int, *, text: bool = False) -> Plan:
    """The plan, for its supervisor; 404 for who does not see it, 403 for who only reads it."""
    plans = visible(request) if text else visible(request).defer("text")
    plan = get_object_or_404(plans, pk=pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    return plan


def items_of(plan: Plan) -> QuerySet[PlanItem]:
    """In reading order, with who answers for them and what they commit to."""
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    return plan.items.prefetch_related(owners, "targets")


def departments(user: User) -> list[Department]:
    return list(Department.objects.visible_to(user).filter(is_active=True))


def to_review(plan_id: int, item_id: int | None = None, anchor: str = "") -> HttpResponseRedirect:
    anchor = f"item-{item_id}" if item_id else anchor
    return HttpResponseRedirect(reverse("plans:detail", args=[plan_id]) + (anchor and f"#{anchor}"))
