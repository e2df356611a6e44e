from django.urls import path, re_path

from tasks.api import (
    actuals,
    archive,
    attachments,
    bulk,
    carrying,
    checklist,
    children,
    comments,
    comparing,
    extensions,
    feed,
    instructions,
    report_periods,
    revisions,
    suggesting,
    urging,
)
from tasks.api.export import ExportViewSet
from tasks.api.ledger_import import ImportView
from tasks.api.views import IssueView, TaskEventViewSet, TaskReportViewSet, TaskViewSet
from tasks.states import MOVES

urlpatterns = [
    path("tasks/import/", ImportView.as_view(), name="task-import"),
    path("tasks/export/", ExportViewSet.as_view({"get": "list"}), name="task-export"),
    path("tasks/", TaskViewSet.as_view({"get": "list"}), name="task-list"),
    path(
        "tasks/<int:pk>/",
        TaskViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="task-detail",
    ),
    re_path(
        rf"^tasks/(?P<pk>[0-9]{{1,18}})/moves/(?P<move>{'|'.join(MOVES)})/$",
        TaskViewSet.as_view({"post": "move"}),
        name="task-move",
    ),
    path("tasks/<int:pk>/events/", TaskEventViewSet.as_view({"get": "list"}), name="task-events"),
    path("tasks/<int:pk>/reports/", TaskReportViewSet.as_view({"get": "list"}), name="task-reports"),
    path("plans/<int:pk>/issue/", IssueView.as_view(), name="plan-issue"),
    *checklist.urlpatterns,
    *comments.urlpatterns,
    *extensions.urlpatterns,
    *feed.urlpatterns,
    *instructions.urlpatterns,
    *actuals.urlpatterns,
    *archive.urlpatterns,
    *attachments.urlpatterns,
    *bulk.urlpatterns,
    *carrying.urlpatterns,
    *children.urlpatterns,
    *comparing.urlpatterns,
    *report_periods.urlpatterns,
    *revisions.urlpatterns,
    *suggesting.urlpatterns,
    *urging.urlpatterns,
]
