from django.urls import path

from plans.pages import goals, items, plans, review

app_name = "plans"
urlpatterns = [
    path("plans/", plans.plan_list, name="list"),
    path("plans/new/", plans.upload, name="upload"),
    path("plans/<int:pk>/", review.detail, name="detail"),
    path("plans/<int:pk>/source/", plans.source, name="source"),
    path("plans/<int:pk>/delete/", plans.delete, name="delete"),
    path("plans/<int:pk>/unresolved/", review.resolve_name, name="resolve-name"),
    path("plans/<int:pk>/confirm/", review.confirm, name="confirm"),
    path("plans/<int:pk>/items/new/", items.new_item, name="new-item"),
    path("plans/<int:pk>/items/<int:item_id>/", items.item, name="item"),
    path("plans/<int:pk>/items/<int:item_id>/lead/", items.take_lead, name="take-lead"),
    path("plans/<int:pk>/goals/", goals.goals, name="goals"),
    path("plans/<int:pk>/goals/<int:goal_id>/keeper/", goals.goal_keeper, name="goal-keeper"),
    path(
        "plans/<int:pk>/goals/<int:goal_id>/targets/<int:target_id>/", goals.goal_actual, name="goal-actual"
    ),
]
