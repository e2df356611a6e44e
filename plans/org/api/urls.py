from django.urls import path
from rest_framework.routers import SimpleRouter

from plans.org.api.views import DepartmentViewSet, MeView

router = SimpleRouter()
router.register("departments", DepartmentViewSet, "department")

urlpatterns = [*router.urls, path("me/", MeView.as_view(), name="me")]
