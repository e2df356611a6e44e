from django.urls import path

from reports import views

# Without a namespace: settings name the first as the place to go after signing in.
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("overdue/", views.overdue, name="overdue"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications-read"),
    path("notifications/<int:pk>/read/", views.read_notification, name="notification-read"),
]
