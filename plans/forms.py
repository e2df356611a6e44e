"""The forms of plans: upload, an item corrected or added, a goal's figure."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings

from config.days import FIRST_YEAR, KNOWN_DAY, LAST_YEAR
from config.lengths import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from config.pages import date_input, text_area
from plans.models import ItemOwner, PlanItem
from plans.org.forms import department_field, departments_field
from plans.org.models import Department
from plans.readers import READERS

# As the readers have them, less what no browser can be asked to offer.
SUFFIXES = [suffix for suffix in READERS if suffix]


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件",
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
        help_text=f"可上传 {' '.join(SUFFIXES)} 文件，不超过{settings.PLAN_MAX_BYTES // 2**20} MB。",
    )
    title = forms.CharField(label="标题", max_length=300, required=False, help_text="不填则取文中标题。")
    year = forms.IntegerField(
        label="年度",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        help_text="不填则取文中年度。",
    )

    def __init__(self, units: list[Department], data: Any | None = None, files: Any | None = None) -> None:
        super().__init__(data, files)
        self.fields["issuer"] = department_field(
            units, label="印发单位", required=False, empty="按文中署名识别"
        )


class LeadForm(forms.Form):
    """One of the suggested leads."""

    def __init__(self, units: list[Department], data: Any | None = None) -> None:
        super().__init__(data)
        self.fields["lead"] = department_field(units, label="牵头单位")


class ItemForm(forms.Form):
    """What was recognised of an item. Only what is changed is sent on: printed names keep their places."""

    kind = forms.ChoiceField(label="类别", choices=PlanItem.Kind.choices)
    heading = forms.CharField(label="标题", max_length=TITLE_LENGTH, widget=text_area(2))
    due_on = forms.DateField(label="期限", required=False, widget=date_input(), validators=KNOWN_DAY)

    def __init__(
        self, units: list[Department], item: PlanItem | None = None, data: Any | None = None
    ) -> None:
        super().__init__(data, initial=initial(item) if item else {"kind": PlanItem.Kind.TASK})
        self.fields["lead"] = department_field(units, label="牵头单位", required=False, empty="未指定")
        self.fields["cooperating"] = departments_field(units, label="配合单位")
        self.order_fields(["kind", "number", "heading", "body", "lead", "due_on", "cooperating"])
        if item and item.continues_id:
            label = "取消结转（不再承接较早计划的任务，原任务继续办理）"
            self.fields["unlink"] = forms.BooleanField(label=label, required=False)

    def changes(self) -> dict[str, Any]:
        changed = {name: self.cleaned_data[name] for name in self.changed_data}
        return {"continues": None} | changed if changed.pop("unlink", False) else changed


class NewItemForm(ItemForm):
    """动态调整: one more item, which the document did not have."""

    number = forms.CharField(label="编号", max_length=50, required=False)
    body = forms.CharField(label="内容", max_length=BODY_LENGTH, required=False, widget=text_area(4))


def initial(item: PlanItem) -> dict[str, Any]:
    cooperating = [
        owner.department_id
        for owner in item.owners.all()
        if owner.role == ItemOwner.Role.COOPERATING and owner.department_id
    ]
    values = {name: getattr(item, name) for name in ("kind", "heading", "due_on")}
    return {**values, "lead": item.lead and item.lead.pk, "cooperating": cooperating}


class ResolveNameForm(forms.Form):
    """Which department a printed name means; those it may mean come first."""

    name = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(
        self,
        units: list[Department],
        suggestions: Iterable[Department] = (),
        data: Any | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        field = department_field(units, label="对应单位")
        if suggestions:
            likely = [(unit.pk, unit.name) for unit in suggestions]
            empty, *everyone = field.choices
            field.choices = [empty, ("可能是", likely), ("全部单位", everyone)]
        self.fields["department"] = field


class ActualForm(forms.Form):
    """What a goal's target had reached on a day."""

    value = forms.DecimalField(
        label="完成值",
        max_digits=20,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    measured_on = forms.DateField(label="截至", widget=date_input(), validators=KNOWN_DAY)
    note = forms.CharField(label="说明", max_length=NOTE_LENGTH, required=False)


class KeeperForm(forms.Form):
    def __init__(self, units: list[Department], data: Any | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["keeper"] = department_field(units, label="数据单位", required=False, empty="未指定")
