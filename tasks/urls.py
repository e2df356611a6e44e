from django.urls import path, re_path

from tasks import views
from tasks.pages import excel, previews, record, revisions, runs, saved, years
from tasks.pages.act_forms import FORMS
from tasks.states import MOVES

app_name = "tasks"
urlpatterns = [
    path("tasks/export/", excel.export, name="export"),
    path("tasks/import/", excel.import_page, name="import"),
    path("tasks/", views.ledger, name="list"),
    path("tasks/views/", saved.views, name="views"),
    path("tasks/views/<int:pk>/rename/", saved.rename, name="view-rename"),
    path("tasks/views/<int:pk>/delete/", saved.delete, name="view-delete"),
    path("tasks/bulk/", runs.bulk, name="bulk"),
    path("tasks/bulk/runs/", runs.bulk_runs, name="bulk-runs"),
    path("tasks/bulk/<int:pk>/", runs.bulk_run, name="bulk-run"),
    path("tasks/<int:pk>/", views.detail, name="detail"),
    path("tasks/<int:pk>/edit/", views.edit, name="edit"),
    re_path(rf"^tasks/(?P<pk>\d{{1,18}})/moves/(?P<name>{'|'.join(MOVES)})/$", views.move, name="move"),
    re_path(
        rf"^tasks/(?P<pk>\d{{1,18}})/acts/(?P<name>{'|'.join(FORMS)})/(?:(?P<about>\d{{1,18}})/)?$",
        views.act,
        name="act",
    ),
    path("tasks/<int:pk>/split/", views.split, name="split"),
    path("tasks/<int:pk>/record/", record.page, name="record"),
    path("tasks/<int:pk>/attachments/<int:attachment>/", views.attachment, name="attachment"),
    path("tasks/<int:pk>/attachments/<int:attachment>/preview/", previews.preview, name="preview"),
    path(
        "tasks/<int:pk>/attachments/<int:attachment>/preview/<int:number>/",
        previews.picture,
        name="preview-page",
    ),
    path("plans/<int:pk>/revisions/", revisions.revisions, name="revisions"),
    path("plans/<int:pk>/revisions/<int:number>/", revisions.revision, name="revision"),
    path("plans/<int:pk>/revisions/<int:number>/source/", revisions.source, name="revision-source"),
    path("plans/<int:pk>/revisions/<int:number>/discard/", revisions.discard, name="revision-discard"),
    path("plans/<int:pk>/archive/", views.archive, name="archive"),
    path("plans/<int:pk>/compare/<int:other>/", years.compare, name="compare"),
    path("plans/<int:pk>/carry/<int:other>/", years.carry, name="carry"),
    path("plans/<int:pk>/issue/", views.issue, name="issue"),
]
