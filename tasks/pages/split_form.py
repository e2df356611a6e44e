"""The form that splits a task: a row per part, as many as are asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.days import KNOWN_DAY
from config.lengths import TITLE_LENGTH
from config.pages import date_input
from plans.org.forms import department_field
from plans.org.models import Department
from tasks.forms import SeenForm
from tasks.models import Task, TaskTarget
from tasks.services.splitting import MOST_PARTS, Part, Share

FIRST_ROWS = 3


class PartForm(forms.Form):
    """One part. What is left out is as in the whole; a row left empty makes none."""

    def __init__(
        self, *args: Any, units: list[Department], targets: list[TaskTarget], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.targets = targets
        self.fields["lead"] = department_field(units, label=_("承办单位"), required=False)
        self.fields["due_on"] = forms.DateField(
            label=_("期限"), required=False, widget=date_input(), validators=KNOWN_DAY
        )
        self.fields["title"] = forms.CharField(
            label=_("任务（不填则同原任务）"), max_length=TITLE_LENGTH, required=False
        )
        for target in targets:
            unit = gettext("（{name}）").format(name=target.unit) if target.unit else ""
            self.fields[f"share-{target.pk}"] = forms.DecimalField(
                label=f"{target.name[:30]}{unit}",
                max_digits=20,
                decimal_places=4,
                required=False,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )

    @property
    def shares(self) -> list[forms.BoundField]:
        return [self[f"share-{target.pk}"] for target in self.targets]

    def clean_lead(self) -> Department:
        """Not `required`: only what is typed in a row asks for its unit."""
        if self.cleaned_data["lead"] is None:
            raise forms.ValidationError(_("请选择承办单位。"))
        return self.cleaned_data["lead"]

    def part(self) -> Part:
        given = self.cleaned_data
        shares = [(target.pk, given[f"share-{target.pk}"]) for target in self.targets]
        return Part(
            lead=given["lead"],
            title=given["title"],
            due_on=given["due_on"],
            targets=[Share(id=pk, value=value) for pk, value in shares if value is not None],
        )


PartRows = forms.formset_factory(PartForm, extra=FIRST_ROWS, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


class SplitForm(SeenForm):
    def __init__(
        self, task: Task, units: list[Department], targets: list[TaskTarget], data: Any | None = None
    ) -> None:
        super().__init__(data, initial={"version": task.version})
        self.rows = PartRows(data, prefix="part", form_kwargs={"units": units, "targets": targets})

    def clean(self) -> None:
        if not self.rows.is_valid():
            for message in self.rows.non_form_errors():
                self.add_error(None, message)
            if not self.errors:
                self.add_error(None, _("请改正标出的内容。"))
        elif not self.parts:
            self.add_error(None, _("请至少填写一个承办单位。"))

    @property
    def parts(self) -> list[Part]:
        return [row.part() for row in self.rows if row.has_changed()]


def with_more_rows(data: Any) -> Any:
    """What was typed, with room for more parts."""
    data = data.copy()
    sent = data.get("part-TOTAL_FORMS", "")
    data["part-TOTAL_FORMS"] = (int(sent) if sent.isdecimal() and len(sent) < 5 else 0) + FIRST_ROWS
    return data
