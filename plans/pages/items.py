"""An item corrected or added: on a page of its own, or in its row of the review."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.pages import Outcome, attempt
from plans import services
from plans.forms import ItemForm, LeadForm, NewItemForm
from plans.models import Plan, PlanItem
from plans.org.models import User
from plans.pages.asked import departments, items_of, supervised, to_review
from plans.pages.review import row_again
from plans.unit_fields import Names


@login_required
def item(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Without script a page; with htmx (`row` takes the row back unchanged) a row of the review."""
    plan = supervised(request, pk, text=bool(request.htmx))
    row = get_object_or_404(items_of(plan), pk=item_id)
    if request.htmx and "row" in request.GET:
        return row_again(request, plan, item_id, stays=True)
    auto_id = f"i{item_id}-%s" if request.htmx else "id_%s"
    form = ItemForm(Names(plan.issuer), row, request.POST or None, auto_id=auto_id)
    outcome = Outcome(0)
    if request.method == "POST":
        outcome = attempt(form, lambda: change_item(row, form, request.user))
        if outcome.done and request.htmx:
            return row_again(request, plan, item_id)
        if outcome.done:
            messages.success(
                request, _("已保存并确认：{heading}").format(heading=outcome.result.heading[:40])
            )
            return to_review(pk, item_id)
    return form_again(request, plan, row, form, outcome)


def change_item(row: PlanItem, form: ItemForm, actor: User) -> PlanItem:
    given = {"seen": form.cleaned_data["seen"], "confirmed": True, **form.changes()}
    return services.change_item(row, actor=actor, now=timezone.now(), **given)


def form_again(
    request: HttpRequest, plan: Plan, row: PlanItem, form: ItemForm, outcome: Outcome
) -> HttpResponse:
    """With what was typed; who saves again after somebody else's correction has seen that correction."""
    if form.is_bound:
        row = items_of(plan).get(pk=row.pk)
        form.data = form.data.copy()
        form.data["seen"] = row.stamp
    form.start_at()
    template = "plans/_row_form.html" if request.htmx else "plans/item.html"
    context = {"plan": plan, "item": row, "form": form, "names": form.names}
    context["changed_meanwhile"] = outcome.status == services.ItemChanged.status and plan.is_editable
    # What htmx is to put in the row's place comes as an answer, with its refusal in words.
    status = 200 if request.htmx else outcome.status or 200
    return render(request, template, context, status=status)


@login_required
@require_POST
def take_lead(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """A suggested lead, taken over in one press."""
    plan = supervised(request, pk, text=bool(request.htmx))
    row = get_object_or_404(plan.items, pk=item_id)
    form = LeadForm(departments(request.user), request.POST)
    outcome = attempt(
        form, lambda: services.change_item(row, actor=request.user, now=timezone.now(), **form.cleaned_data)
    )
    if outcome.done:
        if request.htmx:
            return row_again(request, plan, item_id)
        lead = form.cleaned_data["lead"].name
        messages.success(
            request, _("已指定{lead}牵头：{heading}").format(lead=lead, heading=row.heading[:40])
        )
    for errors in form.errors.values():
        messages.error(request, errors[0])
    return to_review(pk, item_id)


@login_required
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    plan = supervised(request, pk)
    names = Names(plan.issuer)
    form, status = NewItemForm(names, data=request.POST or None), 200
    if request.method == "POST":
        now, actor = timezone.now(), request.user
        outcome = attempt(form, lambda: services.add_item(plan, actor=actor, now=now, **form.cleaned_data))
        if outcome.done:
            messages.success(request, _("已增加条目。"))
            return to_review(pk, outcome.result.pk)
        status = outcome.status
    return render(request, "plans/item.html", {"plan": plan, "form": form, "names": names}, status=status)
