"""修订: bring a corrected file of an issued plan, look at what differs, confirm or put aside."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.lengths import NOTE_LENGTH
from config.pages import attempt, text_area
from plans import services as plan_services
from plans.access import may_supervise
from plans.forms import SUFFIXES
from plans.models import Plan, PlanRevision
from plans.org.forms import department_field
from plans.org.models import Department, User
from plans.services.differences import Comparison
from plans.services.revising import compare
from tasks import services
from tasks.api.revisions import as_came
from tasks.pages.compared import LABELS, Group, grouped
from tasks.services.revision_lines import Line, digest_of, lines_of, needs_lead

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

    def __init__(self, found: list[Line], units: Iterable[Department], data: QueryDict | None = None) -> None:
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


class RevisionPage:
    """What a revision would change while it waits, what it changed once it was decided about."""

    def __init__(self, revision: PlanRevision, user: User, sent: QueryDict | None = None) -> None:
        self.revision, self.plan, self.sent = revision, revision.plan, sent
        self.may_edit = may_supervise(user.standing, self.plan.issuer_id)
        self.waits = revision.status == Status.PROPOSED

    @property
    def may_decide(self) -> bool:
        return self.may_edit and self.waits and self.plan.status == Plan.Status.ISSUED

    @cached_property
    def comparison(self) -> Comparison:
        return compare(self.plan, self.revision)

    @cached_property
    def found(self) -> list[Line]:
        return lines_of(self.comparison) if self.waits else []

    @cached_property
    def form(self) -> ConfirmForm:
        units = self.comparison.directory.departments.values() if self.waits else []
        return ConfirmForm(self.found, units, self.sent)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        return [line.as_json() for line in self.found] if self.waits else self.revision.differences

    @property
    def groups(self) -> list[Group]:
        return grouped(self.lines)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [(label, self.count(kind)) for kind, label in LABELS.items()]

    def count(self, kind: str) -> int:
        return sum(line["kind"] == kind for line in self.lines)

    @property
    def is_unlike(self) -> bool:
        """Half of the plan gone or more, it may be the wrong file."""
        return self.waits and self.count("removed") * 2 > len(self.comparison.rows)


def seen(request: HttpRequest, pk: int) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user).select_related("issuer"), pk=pk)


def supervised(request: HttpRequest, pk: int) -> Plan:
    plan = seen(request, pk)
    if not may_supervise(request.user.standing, plan.issuer_id):
        raise PermissionDenied
    return plan


def revision_of(request: HttpRequest, plan: int, pk: int) -> PlanRevision:
    mine = PlanRevision.objects.visible_to(request.user)
    mine = mine.select_related("uploaded_by", "decided_by", "plan__issuer")
    return get_object_or_404(mine, plan=plan, pk=pk)


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
    row = revision_of(request, pk, number)
    if request.method != "POST":
        return show(request, RevisionPage(row, request.user))
    page = RevisionPage(row, request.user, request.POST)
    if not page.may_edit:
        raise PermissionDenied
    form = page.form
    outcome = attempt(form, lambda: confirm(row, form, request.user))
    if outcome.done:
        messages.success(request, told(outcome.result))
        return redirect("plans:detail", pk)
    if outcome.status == 409:
        form.data = form.data.copy()
        form.data["digest"] = digest_of(page.found)
    return show(request, page, outcome.status)


def show(request: HttpRequest, page: RevisionPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "plan": page.plan, "revision": page.revision, "form": page.form}
    return render(request, "tasks/revision.html", context, status=status)


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
    supervised(request, pk)
    row = revision_of(request, pk, number)
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
    return as_came(revision_of(request, pk, number))
