from django.urls import path

from reports import calendar_views, views

# Without a namespace: settings name the first as the place to go after signing in.
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("overdue/", views.overdue, name="overdue"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications-read"),
    path("notifications/<int:pk>/read/", views.read_notification, name="notification-read"),
    path("calendars/", calendar_views.calendars, name="calendars"),
    path("calendars/<int:pk>/delete/", calendar_views.delete_calendar, name="calendar-delete"),
]
