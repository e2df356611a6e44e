"""The pages of plans as a whole: which there are, one brought in, given out, discarded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.pages import attempt
from plans import services
from plans.api.views import kick_reading
from plans.forms import UploadForm
from plans.models import Plan, PlanItem
from plans.org.models import User
from plans.pages.asked import departments, supervised, to_review, visible

PAGE_SIZE = 50


@login_required
@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = visible(request).defer("text", "preamble", "furniture", "warnings").order_by("-year", "-id")
    present_tasks = Q(items__kind=PlanItem.Kind.TASK, items__withdrawn_at=None)
    left = Q(items__kind__in=PlanItem.REVIEWED, items__withdrawn_at=None, items__confirmed_at=None)
    plans = plans.annotate(
        task_items=Count("items", filter=present_tasks), unconfirmed=Count("items", filter=left)
    )
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
        messages.success(request, _("已收到文件。"))
    elif created:
        messages.success(request, _("已导入，请核对识别结果。"))
    else:
        messages.info(request, _("这个文件已经导入过，下面就是当时的计划。"))
    return redirect("plans:detail", plan.pk)


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
    messages.success(request, _("已删除计划草稿：{title}").format(title=plan.title[:60]))
    return redirect("plans:list")
