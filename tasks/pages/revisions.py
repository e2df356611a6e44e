"""修订: bring a corrected file of an issued plan, look at what differs, confirm or put aside."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.lengths import NOTE_LENGTH
from config.pages import attempt, text_area
from plans import services as plan_services
from plans.access import may_supervise, revisions_for
from plans.forms import SUFFIXES
from plans.models import Plan, PlanRevision
from plans.org.forms import department_field
from plans.org.models import Department, User
from tasks import services
from tasks.api.revisions import as_came
from tasks.pages.compared import LABELS, grouped
from tasks.services.revision_lines import Line, digest_of, needs_lead, shown

# Beyond that a browser's form says more than we take: then all lines are confirmed, or none.
MOST_TICKED = 800
Status = PlanRevision.Status


class RevisionForm(forms.Form):
    file = forms.FileField(
        label=_("修订后的文件"),
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text=_("上传后先列出与现行文本的差异，确认前不改动任何任务。"),
    )


class ConfirmForm(forms.Form):
    """`digest` says which lines were seen; `lines` which of them are ticked, where they can be."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("修订说明"),
        max_length=NOTE_LENGTH,
        widget=text_area(2),
        help_text=_("记入每项任务的办理记录。"),
    )

    def __init__(self, found: list[Line], units: list[Department], data: Any | None = None) -> None:
        super().__init__(data, initial={"digest": digest_of(found)})
        self.lines = [line.no for line in found if line.possible]
        self.may_choose = len(found) <= MOST_TICKED
        chosen = data.getlist("lines") if data is not None and self.may_choose else []
        given = {int(no) for no in chosen if no.isascii() and no.isdigit() and len(no) < 10}
        self.ticked = given if data is not None and self.may_choose else set(self.lines)
        if any(needs_lead(line.difference) for line in found):
            label = _("文件未写明牵头单位的新任务由谁牵头")
            self.fields["default_lead"] = department_field(units, label=label, required=False)

    def given(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        chosen = {"lines": sorted(self.ticked)} if self.may_choose else {}
        return {"expected": given.pop("digest"), **given, **chosen}


def seen(request: HttpRequest, pk: int) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("issuer"), pk=pk)


def supervised(request: HttpRequest, pk: int) -> Plan:
    plan = seen(request, pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    return plan


def revision_of(request: HttpRequest, plan: Plan, pk: int) -> PlanRevision:
    mine = revisions_for(request.user, plan).select_related("uploaded_by", "decided_by", "plan__issuer")
    return get_object_or_404(mine, pk=pk)


@login_required
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """The revisions so far, and the way to bring another."""
    plan = supervised(request, pk)
    form, status = RevisionForm(), 200
    if request.method == "POST":
        form = RevisionForm(request.POST, request.FILES)
        outcome = attempt(form, lambda: bring_in(form, plan, request.user))
        if outcome.done:
            return redirect("tasks:revision", pk, outcome.result.pk)
        status = outcome.status
    found = plan.revisions.select_related("uploaded_by").order_by("-number")
    context = {"plan": plan, "form": form, "revisions": found}
    return render(request, "tasks/revisions.html", context, status=status)


def bring_in(form: RevisionForm, plan: Plan, actor: User) -> PlanRevision:
    file = form.cleaned_data["file"]
    upload = plan_services.Upload.of(file, file.name)
    return plan_services.propose(plan, upload, actor=actor, now=timezone.now())[0]


@login_required
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What differs, item by item; ticked lines are confirmed together."""
    plan = seen(request, pk)
    row = revision_of(request, plan, number)
    may_edit = may_supervise(request.user.standing, plan.issuer_id)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    found, status = shown(row), 200
    units = list(Department.objects.visible_to(request.user).filter(is_active=True)) if may_edit else []
    form = ConfirmForm(found, units, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        outcome = attempt(form, lambda: confirm(row, form, request.user))
        if outcome.done:
            messages.success(request, told(outcome.result))
            return redirect("plans:detail", pk)
        status = outcome.status
        if status == 409:
            form.data = form.data.copy()
            form.data["digest"] = digest_of(found)
    return render(request, "tasks/revision.html", page(plan, row, found, form, may_edit), status=status)


def page(
    plan: Plan, row: PlanRevision, found: list[Line], form: ConfirmForm, may_edit: bool
) -> dict[str, Any]:
    """For the template. Half of the plan gone or more, it may be the wrong file."""
    waits = row.status == Status.PROPOSED
    lines = [line.as_json() for line in found] if waits else row.differences
    items = plan.items.filter(withdrawn_at=None).count()
    gone = sum(line["kind"] == "removed" for line in lines)
    return {
        **{"plan": plan, "revision": row, "groups": grouped(lines), "form": form, "lines": lines},
        "may_decide": may_edit and waits and plan.status == Plan.Status.ISSUED,
        "waits": waits,
        "unlike": waits and gone * 2 > items,
        "counts": [(label, sum(line["kind"] == kind for line in lines)) for kind, label in LABELS.items()],
    }


def confirm(row: PlanRevision, form: ConfirmForm, actor: User) -> PlanRevision:
    return services.confirm_revision(row, actor=actor, now=timezone.now(), **form.given())


def told(row: PlanRevision) -> str:
    """What a confirmed revision did."""
    applied = [line["kind"] for line in row.differences if line["applied"]]
    counts = _("、").join(
        _("{label}{count}处").format(label=label, count=applied.count(kind))
        for kind, label in LABELS.items()
        if kind in applied
    )
    left = len(row.differences) - len(applied)
    rest = _("另有{left}处未确认，再次上传该文件可继续办理。").format(left=left) if left else ""
    said = _("修订{number}已确认：{counts}。")
    return said.format(number=row.number, counts=counts or _("没有改动任务")) + rest


@login_required
@require_POST
def discard(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row = revision_of(request, supervised(request, pk), number)
    try:
        plan_services.discard_revision(row, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("tasks:revision", pk, number)
    messages.success(request, _("已放弃修订{number}，计划和任务未作改动。").format(number=row.number))
    return redirect("plans:detail", pk)


@login_required
@require_GET
def source(request: HttpRequest, pk: int, number: int) -> FileResponse:
    return as_came(revision_of(request, seen(request, pk), number))
