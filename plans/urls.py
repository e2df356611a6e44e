from django.urls import path

from plans import views

app_name = "plans"
urlpatterns = [
    path("plans/", views.plan_list, name="list"),
    path("plans/new/", views.upload, name="upload"),
    path("plans/<int:pk>/", views.detail, name="detail"),
    path("plans/<int:pk>/source/", views.source, name="source"),
    path("plans/<int:pk>/delete/", views.delete, name="delete"),
    path("plans/<int:pk>/unresolved/", views.resolve_name, name="resolve-name"),
    path("plans/<int:pk>/items/new/", views.new_item, name="new-item"),
    path("plans/<int:pk>/items/<int:item_id>/", views.item, name="item"),
    path("plans/<int:pk>/items/<int:item_id>/lead/", views.take_lead, name="take-lead"),
    path("plans/<int:pk>/goals/", views.goals, name="goals"),
    path("plans/<int:pk>/goals/<int:goal_id>/keeper/", views.goal_keeper, name="goal-keeper"),
    path(
        "plans/<int:pk>/goals/<int:goal_id>/targets/<int:target_id>/", views.goal_actual, name="goal-actual"
    ),
]
