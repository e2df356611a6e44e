"""核对: the source with everything recognised marked on it, beside the items, until the plan is issued."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from config.errors import DomainError
from config.pages import attempt
from plans import services
from plans.access import may_supervise
from plans.forms import ResolveNameForm
from plans.models import Plan, PlanItem
from plans.org.models import User
from plans.pages.asked import items_of, supervised, to_review, visible
from plans.reviewing import SHOWN, Review, in_question
from plans.source import passages
from plans.unit_fields import Names
from plans.unresolved import UnresolvedName, names_in

# Who is named most is asked about first.
MOST_ASKED = 20


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(visible(request), pk=pk)
    if request.htmx and "reading" in request.GET:
        return still_reading(request, plan)
    items = list(items_of(plan))
    review = Review(plan, items)
    may_edit = may_supervise(request.user.standing, plan.issuer_id)
    show = request.GET.get("show", "") if request.GET.get("show") in SHOWN else ""
    context = {"plan": plan, "items": items, "review": review, "rows": review.shown(show), "show": show}
    context |= {"passages": passages(plan, items), "may_edit": may_edit}
    return render(request, "plans/detail.html", context | asked(plan, review, items, may_edit))


def still_reading(request: HttpRequest, plan: Plan) -> HttpResponse:
    """How far the job is that reads it; when it is done, the whole page has something else to show."""
    if not plan.progress:
        return HttpResponseClientRefresh()
    return render(request, "plans/_progress.html", {"plan": plan})


def asked(plan: Plan, review: Review, items: list[PlanItem], may_edit: bool) -> dict[str, Any]:
    """What only a draft's reviewer is asked: 未对应的单位, 识别提示, and the names that may be typed."""
    editable = may_edit and plan.is_editable
    names = Names(plan.issuer) if editable and items else None
    unresolved = names_in(items, names.directory) if names else []
    ranked = sorted(unresolved, key=lambda name: -name.items)[:MOST_ASKED]
    return {
        "editable": editable,
        "names": names,
        "unresolved": [name_row(n, name, names, review) for n, name in enumerate(ranked)],
        "unnamed": len(unresolved),
        "doubts": in_question(review.doubts, asked_apart=bool(unresolved)) if may_edit else [],
    }


def name_row(n: int, name: UnresolvedName, names: Names, review: Review) -> dict[str, Any]:
    flags = (doubt.number for doubt in review.doubts if doubt.warning.get("start") == name.start)
    form = ResolveNameForm(names, initial={"name": name.name}, auto_id=f"name{n}-%s")
    return {"asked": name, "flag": name.start is not None and next(flags, None), "form": form}


@login_required
@require_POST
def resolve_name(request: HttpRequest, pk: int) -> HttpResponse:
    plan = supervised(request, pk)
    form = ResolveNameForm(Names(plan.issuer), data=request.POST)
    outcome = attempt(form, lambda: say_name(plan, form, request.user))
    if outcome.done:
        messages.success(request, outcome.result)
    else:
        for error in form.errors.values():
            messages.error(request, error[0])
    return to_review(pk, anchor="unresolved")


def say_name(plan: Plan, form: ResolveNameForm, actor: User) -> str:
    resolved = services.resolve_name(plan, **form.cleaned_data, actor=actor, now=timezone.now())
    name, department = form.cleaned_data["name"], form.cleaned_data["department"]
    others = _("（含其他{count}份草稿）").format(count=resolved.plans - 1) if resolved.plans > 1 else ""
    return _("“{name}”已对应到{department}，更新{items}项{others}；以后的计划也照此识别。").format(
        name=name, department=department, items=resolved.items, others=others
    )


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """已确认 in one press: an item as it was shown (`item` = id:stamp), or all that raise no doubt."""
    plan = supervised(request, pk)
    review = Review(plan, list(items_of(plan)))
    try:
        if "rest" in request.POST:
            done = services.confirm_items(plan, review.sure, actor=request.user, now=timezone.now())
            messages.success(request, _("已确认{count}项。").format(count=done))
            return to_review(pk, anchor="review")
        return confirm_one(request, plan, review)
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseClientRefresh() if request.htmx else to_review(pk)


def confirm_one(request: HttpRequest, plan: Plan, review: Review) -> HttpResponse:
    said = request.POST.get("item") or request.POST.get("undo") or ""
    item_id, _colon, stamp = said.partition(":")
    row = review.by_pk.get(int(item_id)) if item_id.isdecimal() and len(item_id) < 19 else None
    if row is None:
        return to_review(plan.pk)
    given = {"actor": request.user, "now": timezone.now()}
    changed = bool(stamp) and stamp != row.item.stamp
    if "undo" in request.POST:
        services.unconfirm_item(row.item, **given)
    elif not changed:
        services.confirm_items(plan, [row.item], **given)
    words = _("刚刚有人改过这一条，请再看一眼后确认。") if changed else ""
    if not request.htmx:
        if words:
            messages.warning(request, words)
        following = None if changed or "undo" in request.POST else review.next_after(row.item.pk)
        return to_review(plan.pk, following.pk if following else row.item.pk)
    return row_again(request, plan, row.item.pk, words=words, stays=changed or "undo" in request.POST)


def row_again(
    request: HttpRequest, plan: Plan, item_id: int, *, words: str = "", stays: bool = False
) -> HttpResponse:
    """An item's row as it is now, with all else on the page that tells of it."""
    items = list(items_of(plan))
    review = Review(plan, items)
    row = review.by_pk[item_id]
    passage = next((one for one in passages(plan, items) if one.item and one.item.pk == item_id), None)
    context = {"plan": plan, "items": items, "review": review, "row": row, "passage": passage}
    context |= {"editable": True, "may_edit": True, "words": words, "stays": stays}
    return render(request, "plans/_row_again.html", context)
