import django_filters

from plans.models import Plan
from plans.org.api.fields import DepartmentFilter


class PlanFilterSet(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Plan.Status.choices)
    year = django_filters.NumberFilter(min_value=1949, max_value=2200)
    issuer = DepartmentFilter()

    class Meta:
        model = Plan
        fields: list[str] = []
