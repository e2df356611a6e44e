from django.urls import path

from reports import calendar_views, contact_views, letter_views, views

# Without a namespace: settings name the first as the place to go after signing in.
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("overdue/", views.overdue, name="overdue"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications-read"),
    path("notifications/<int:pk>/read/", views.read_notification, name="notification-read"),
    path("calendars/", calendar_views.calendars, name="calendars"),
    path("calendars/<int:pk>/delete/", calendar_views.delete_calendar, name="calendar-delete"),
    path("tasks/<int:pk>/letters/<slug:kind>/", letter_views.task_letter, name="task-letter"),
    path(
        "departments/<int:pk>/letters/<slug:kind>/",
        letter_views.department_letter,
        name="department-letter",
    ),
    path("letters/tags/", letter_views.letter_tags, name="letter-tags"),
    path("contact/", contact_views.contact, name="contact"),
    path("contact/bots/", contact_views.add_bot, name="bot-add"),
    path("contact/bots/<int:pk>/remove/", contact_views.remove_bot, name="bot-remove"),
    path("contact/bots/<int:pk>/test/", contact_views.try_bot, name="bot-test"),
]
