"""Who there is, and who is asking."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentShort, department_json
from plans.org.models import ApiToken, Department, Membership, Role, User


class DepartmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ["id", "code", "name", "short_name", "parent", "is_active"]


@extend_schema_view(retrieve=extend_schema(description="One department."))
class DepartmentViewSet(Endpoint, ReadOnlyModelViewSet):
    """The organisation chart."""

    serializer_class = DepartmentSerializer
    queryset = Department.objects.all()
    orderings = ("code", "id")

    def get_queryset(self) -> QuerySet[Department]:
        return super().get_queryset().visible_to(self.request.user)


class MembershipSerializer(serializers.ModelSerializer):
    department = DepartmentShort()
    role = serializers.ChoiceField(Role.choices)

    class Meta:
        model = Membership
        fields = ["department", "role"]


class MeSerializer(serializers.ModelSerializer):
    """The person a token or session acts as, their posts, and what this token may do."""

    memberships = MembershipSerializer(many=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(ApiToken.Scope.choices))

    class Meta:
        model = User
        fields = ["id", "username", "display_name", "email", "is_superuser", "memberships", "scopes"]


class MeView(Endpoint, APIView):
    """Who is asking."""

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        user = request.user
        posts = user.memberships.select_related("department").order_by("id")
        names = ("id", "username", "display_name", "email", "is_superuser")
        memberships = [{"department": department_json(post.department), "role": post.role} for post in posts]
        scopes = request.auth.scopes if request.auth else ApiToken.Scope.values
        return Response(
            {**{n: getattr(user, n) for n in names}, "memberships": memberships, "scopes": scopes}
        )
