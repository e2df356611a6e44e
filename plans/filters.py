import django_filters

from config.days import FIRST_YEAR, LAST_YEAR
from plans.models import Plan
from plans.org.api.fields import DepartmentFilter


class PlanFilterSet(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Plan.Status.choices)
    year = django_filters.NumberFilter(min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0)
    issuer = DepartmentFilter()

    class Meta:
        model = Plan
        fields: list[str] = []
