from django.urls import path

from config.api.views import WhateverIsAsked
from plans.api.views import GoalActualViewSet, GoalViewSet, PlanItemViewSet, PlanViewSet, UnresolvedViewSet

# The file as it came, whichever kind the caller says it accepts.
source = PlanViewSet.as_view({"get": "source"}, content_negotiation_class=WhateverIsAsked)

urlpatterns = [
    path("plans/", PlanViewSet.as_view({"get": "list", "post": "create"}), name="plan-list"),
    path(
        "plans/<int:pk>/", PlanViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="plan-detail"
    ),
    path("plans/<int:pk>/source/", source, name="plan-source"),
    path(
        "plans/<int:plan>/unresolved/",
        UnresolvedViewSet.as_view({"get": "retrieve", "post": "resolve"}),
        name="plan-unresolved",
    ),
    path(
        "plans/<int:plan>/items/",
        PlanItemViewSet.as_view({"get": "list", "post": "create"}),
        name="item-list",
    ),
    path(
        "plans/<int:plan>/items/<int:item>/",
        PlanItemViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="item-detail",
    ),
    path("plans/<int:plan>/goals/", GoalViewSet.as_view({"get": "list"}), name="goal-list"),
    path(
        "plans/<int:plan>/goals/<int:goal>/",
        GoalViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="goal-detail",
    ),
    path(
        "plans/<int:plan>/goals/<int:goal>/actuals/",
        GoalActualViewSet.as_view({"get": "list", "post": "create"}),
        name="goal-actual-list",
    ),
]
