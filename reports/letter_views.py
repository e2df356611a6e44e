"""督查通知单 and 催办函 from the pages, and the list of tags for whoever writes a template."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.errors import DomainError
from plans.models import Plan
from plans.org.models import Department
from reports.downloads import letter_download
from reports.letters.contents import LETTERS, Kind, letter_of_department, letter_of_task
from reports.letters.forms import SAMPLES
from reports.letters.tags import loops, tags
from tasks.models import Task


@login_required
@require_GET
def task_letter(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The file; or back to the task, with the reason why there is none."""
    task = get_object_or_404(Task.objects.visible_to(request.user).only("pk"), pk=pk)
    try:
        letter = letter_of_task(pk, known(kind), user=request.user, today=timezone.localdate())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("tasks:detail", task.pk)
    return letter_download(letter)


@login_required
@require_GET
def department_letter(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    department = get_object_or_404(Department.objects.visible_to(request.user), pk=pk)
    plan, today = plan_asked_for(request), timezone.localdate()
    try:
        letter = letter_of_department(department, known(kind), plan=plan, user=request.user, today=today)
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("overdue" if kind == Kind.URGE else "tasks:list")
    return letter_download(letter)


def plan_asked_for(request: HttpRequest) -> Plan | None:
    chosen = request.GET.get("plan", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise Http404
    return get_object_or_404(Plan.objects.visible_to(request.user).only("pk", "issuer"), pk=chosen)


def known(kind: str) -> str:
    if kind not in LETTERS:
        raise Http404
    return kind


@login_required
@require_GET
def letter_tags(request: HttpRequest) -> HttpResponse:
    """公文模板标签, from the same table that letters are filled from."""
    if not (request.user.is_staff or request.user.standing.departments("supervisor")):
        raise PermissionDenied
    return render(request, "reports/letter_tags.html", {"forms": forms()})


def forms() -> list[dict[str, Any]]:
    """The kinds of letters with their tags; kinds that say the same stand together."""
    found: dict[type, dict[str, Any]] = {}
    for kind, made_up in SAMPLES.items():
        letter = made_up()
        form = found.setdefault(type(letter), {"kinds": [], "tags": rows(letter), "loops": listed(letter)})
        form["kinds"].append(str(Kind(kind).label))
    return [form | {"called": _("、").join(form["kinds"])} for form in found.values()]


def rows(said: Any) -> list[tuple[str, str, Any]]:
    return [(one.name, _(one.metadata["label"]), getattr(said, one.name)) for one in tags(type(said))]


def listed(letter: Any) -> list[dict[str, Any]]:
    """Loops; those over the same entries stand together."""
    found: dict[type, dict[str, Any]] = {}
    for name, loop in loops(type(letter)).items():
        entry = getattr(letter, name)[0]
        group = found.setdefault(loop.entry, {"called": loop.called, "tags": rows(entry), "over": []})
        group["over"].append((name, _(loop.label)))
    return list(found.values())
