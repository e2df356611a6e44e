from django.urls import path

from reports.api import bulletins, calendars, contacts, hints, letters, scorecard, summaries, webhooks
from reports.api.reminders import ReminderViewSet
from reports.api.views import DepartmentsView, NotificationViewSet, OverdueView, OverviewView

urlpatterns = [
    path("reports/overview/", OverviewView.as_view(), name="report-overview"),
    path("reports/overdue/", OverdueView.as_view(), name="report-overdue"),
    path("reports/departments/", DepartmentsView.as_view(), name="report-departments"),
    path("reminders/", ReminderViewSet.as_view({"get": "list"}), name="reminder-list"),
    path("notifications/", NotificationViewSet.as_view({"get": "list"}), name="notification-list"),
    path(
        "notifications/<int:pk>/read/",
        NotificationViewSet.as_view({"post": "read"}),
        name="notification-read",
    ),
    *calendars.urlpatterns,
    *hints.urlpatterns,
    *webhooks.urlpatterns,
    *letters.urlpatterns,
    *contacts.urlpatterns,
    *scorecard.urlpatterns,
    *summaries.urlpatterns,
    *bulletins.urlpatterns,
]
