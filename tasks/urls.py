from django.urls import path, re_path

from tasks import views
from tasks.states import MOVES

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.ledger, name="list"),
    path("tasks/<int:pk>/", views.detail, name="detail"),
    path("tasks/<int:pk>/edit/", views.edit, name="edit"),
    re_path(rf"^tasks/(?P<pk>\d{{1,18}})/moves/(?P<name>{'|'.join(MOVES)})/$", views.move, name="move"),
    path("plans/<int:pk>/issue/", views.issue, name="issue"),
]
