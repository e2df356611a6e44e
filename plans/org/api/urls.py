from django.urls import path
from rest_framework.routers import SimpleRouter

from plans.org.api.my_tokens import TokenViewSet
from plans.org.api.views import DepartmentViewSet, MeView
from plans.org.api.workdays import WorkdaysView

router = SimpleRouter()
router.register("departments", DepartmentViewSet, "department")

urlpatterns = [
    *router.urls,
    path("me/", MeView.as_view(), name="me"),
    path("tokens/", TokenViewSet.as_view({"get": "list", "post": "create"}), name="token-list"),
    path("tokens/<int:pk>/", TokenViewSet.as_view({"delete": "destroy"}), name="token-detail"),
    path("workdays/", WorkdaysView.as_view(), name="workdays"),
]
