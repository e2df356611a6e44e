"""Every address: the only place that sees all packages."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from config.api.errors import not_found
from config.api.views import ContractView
from plans.api import urls as plans_api
from plans.org.api import urls as org_api
from reports import health
from reports.api import urls as reports_api
from tasks.api import urls as tasks_api

api = [
    *org_api.urlpatterns,
    *plans_api.urlpatterns,
    *tasks_api.urlpatterns,
    *reports_api.urlpatterns,
    path("schema/", ContractView.as_view(), name="schema"),
    path(
        "docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", metadata_class=None), name="docs"
    ),
]

urlpatterns = [
    re_path(r"^api/(?P<version>v\d+)/", include((api, "api"))),
    re_path(r"^api/", not_found),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("config.doors")),  # before the admin, whose own doors it replaces
    path("admin/", admin.site.urls),
    path("", include("plans.urls")),
    path("", include("tasks.urls")),
    path("", include("reports.urls")),
]
