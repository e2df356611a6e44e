from django.urls import path

from reports import (
    bulletin_views,
    calendar_views,
    contact_views,
    hint_views,
    letter_views,
    scorecard_views,
    summary_views,
    views,
)

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
    path("hints/", hint_views.hints, name="hints"),
    path("hints/reports/<int:pk>/seen/", hint_views.mark_seen, name="hint-seen"),
    path("letters/tags/", letter_views.letter_tags, name="letter-tags"),
    path("summaries/", summary_views.summary_list, name="summaries"),
    path("summaries/<int:pk>/", summary_views.summary, name="summary"),
    path("summaries/<int:pk>/tasks/", summary_views.summary_tasks, name="summary-tasks"),
    path("summaries/<int:pk>/text/", summary_views.edit_summary, name="summary-edit"),
    path("summaries/<int:pk>/release/", summary_views.release_summary, name="summary-release"),
    path("summaries/<int:pk>/files/", summary_views.make_files, name="summary-files"),
    path("summaries/<int:pk>/files/<slug:kind>/", bulletin_views.summary_file, name="summary-file"),
    path("summaries/<int:pk>/print/", bulletin_views.print_summary, name="summary-print"),
    path("scorecard/", scorecard_views.scorecard, name="scorecard"),
    path(
        "scorecard/points/<int:event>/<slug:anchor>/<int:department>/",
        scorecard_views.object_to_point,
        name="scorecard-object",
    ),
    path("scorecard/objections/<int:pk>/", scorecard_views.answer, name="scorecard-answer"),
    path("contact/", contact_views.contact, name="contact"),
    path("contact/bots/", contact_views.add_bot, name="bot-add"),
    path("contact/bots/<int:pk>/remove/", contact_views.remove_bot, name="bot-remove"),
    path("contact/bots/<int:pk>/test/", contact_views.try_bot, name="bot-test"),
]
