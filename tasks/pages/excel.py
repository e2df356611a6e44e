"""The ledger page's way to Excel and back: export with the page's filters, import with what each line did."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from config.errors import DomainError
from config.pages import attempt
from plans import services as plan_services
from plans.models import Plan
from plans.org import workdays
from plans.org.models import User
from tasks import services
from tasks.columns import HEADINGS
from tasks.export import download
from tasks.pages.ledger import Ledger
from tasks.pages.ledger_columns import in_workbook
from tasks.services.ledger import Imported, may_import

ACTIONS = {"created": _("新增"), "updated": _("更新"), "unchanged": _("未变"), "refused": _("未导入")}


@login_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """As a workbook; what the page's address does not say well, or too much, goes back to the page."""
    today, calendar = timezone.localdate(), workdays.calendar()
    page = Ledger(request, today, calendar)
    back = HttpResponseRedirect(f"{reverse('tasks:list')}?{request.GET.urlencode()}")
    if not page.filters.is_valid() or page.ordering not in page.orderings:
        return back
    rows, grouped = page.filters.qs.for_display(today, calendar), "group" in request.GET
    columns = in_workbook(request.GET.getlist("columns"))
    try:
        return download(rows, page.ordering, kind="xlsx", grouped=grouped, today=today, columns=columns)
    except DomainError as error:
        messages.error(request, error.message)
        return back


class ImportForm(forms.Form):
    """A ledger, and the plan that lines without a known code belong to."""

    file = forms.FileField(
        label=_("台账文件"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("可先导出台账作为样表；按任务编号更新，不会重复。"),
    )

    def __init__(self, user: User, data: Any | None = None, files: Any | None = None) -> None:
        super().__init__(data, files)
        plans = Plan.objects.visible_to(user).filter(status=Plan.Status.ISSUED).defer("text")
        by_id = {plan.pk: plan for plan in plans.order_by("-year", "-id")}
        self.fields["plan"] = forms.TypedChoiceField(
            label=_("新任务归入计划"),
            required=False,
            choices=[("", _("只更新已有任务")), *((pk, plan.title) for pk, plan in by_id.items())],
            coerce=lambda pk: by_id[int(pk)],
            empty_value=None,
        )


@login_required
def import_page(request: HttpRequest) -> HttpResponse:
    """A trial first, which changes nothing and tells what would be done; then the same file in earnest."""
    if not may_import(request.user.standing):
        raise PermissionDenied
    form, status, done, trial = ImportForm(request.user), 200, None, "trial" in request.POST
    if request.method == "POST":
        form = ImportForm(request.user, request.POST, request.FILES)
        outcome = attempt(form, lambda: bring_in(form, request.user, trial))
        done, status = outcome.result, outcome.status
    context = {"form": form, "done": done and told(done), "trial": trial}
    return render(request, "tasks/import.html", context, status=status)


def bring_in(form: ImportForm, actor: User, trial: bool) -> Imported:
    file, plan = form.cleaned_data["file"], form.cleaned_data["plan"]
    upload = plan_services.Upload.of(file, file.name)
    return services.import_ledger(upload, actor=actor, now=timezone.now(), plan=plan, dry_run=trial)


def told(done: Imported) -> dict[str, Any]:
    """For the page: counts and lines in words."""
    lines = [
        {
            "place": f"{result.sheet} {_('第{row}行').format(row=result.row)}".strip(),
            "code": result.code,
            "refused": result.action == "refused",
            "action": ACTIONS[result.action],
            "message": result.message,
            "changes": [(HEADINGS[name], *map(words, pair)) for name, pair in result.changes.items()],
            "ignored": result.ignored,
        }
        for result in done.results
    ]
    counts = [(label, done.count(action)) for action, label in ACTIONS.items()]
    return {"lines": lines, "counts": counts, "warnings": done.warnings}


def words(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)
