"""The forms of plans: upload, an item corrected or added, a goal's figure."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.days import FIRST_YEAR, KNOWN_DAY, LAST_YEAR
from config.lengths import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from config.pages import date_input, text_area
from plans.models import ItemOwner, PlanItem
from plans.org.forms import department_field
from plans.org.models import Department
from plans.readers import READERS
from plans.unit_fields import Names, UnitField, UnitsField

# As the readers have them, less what no browser can be asked to offer.
SUFFIXES = [suffix for suffix in READERS if suffix]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    title = forms.CharField(
        label=_("标题"), max_length=300, required=False, help_text=_("不填则取文中标题。")
    )
    year = forms.IntegerField(
        label=_("年度"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        help_text=_("不填则取文中年度。"),
    )

    def __init__(self, units: list[Department], data: Any | None = None, files: Any | None = None) -> None:
        super().__init__(data, files)
        self.fields["file"].help_text = _(
            "点击选择，或将文件拖到框内。可上传 {suffixes} 文件，不超过{most} MB。"
        ).format(suffixes=" ".join(SUFFIXES), most=settings.PLAN_MAX_BYTES // 2**20)
        self.fields["issuer"] = department_field(
            units, label=_("印发单位"), required=False, empty=_("按文中署名识别")
        )


class LeadForm(forms.Form):
    """One of the suggested leads."""

    def __init__(self, units: list[Department], data: Any | None = None) -> None:
        super().__init__(data)
        self.fields["lead"] = department_field(units, label=_("牵头单位"))


class ItemForm(forms.Form):
    """What was recognised of an item. Only what is changed is sent on: printed names keep their places.

    `seen` is the item as the page showed it: who has corrected it since loses nothing by this form.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=12, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=PlanItem.Kind.choices)
    heading = forms.CharField(label=_("标题"), max_length=TITLE_LENGTH, widget=text_area(2))
    due_on = forms.DateField(label=_("期限"), required=False, widget=date_input(), validators=KNOWN_DAY)

    def __init__(
        self, names: Names, item: PlanItem | None = None, data: Any | None = None, **options: Any
    ) -> None:
        start = initial(item) if item else {"kind": PlanItem.Kind.TASK}
        super().__init__(data, initial=start, **options)
        self.names = names
        if item:
            names.know(owner.department for owner in item.owners.all() if owner.department)
        self.fields["lead"] = UnitField(names, label=_("牵头单位"), required=False)
        help_text = _("填名称、简称或代码，多个用“、”分隔。")
        self.fields["cooperating"] = UnitsField(
            names, label=_("配合单位"), required=False, help_text=help_text
        )
        self.order_fields(["kind", "number", "heading", "body", "lead", "cooperating", "due_on"])
        if item and item.continues_id:
            label = _("取消结转（不再承接较早计划的任务，原任务继续办理）")
            self.fields["unlink"] = forms.BooleanField(label=label, required=False)

    def changes(self) -> dict[str, Any]:
        names = [name for name in self.changed_data if name != "seen"]
        changed = {name: self.cleaned_data[name] for name in names}
        return {"continues": None} | changed if changed.pop("unlink", False) else changed

    def start_at(self) -> None:
        """Where typing begins: what is wrong first, else who answers for it."""
        wrong = next(iter(name for name in self.errors if name in self.fields), "") if self.is_bound else ""
        self.fields[wrong or "lead"].widget.attrs["data-first"] = True


class NewItemForm(ItemForm):
    """动态调整: one more item, which the document did not have."""

    seen = None
    number = forms.CharField(label=_("编号"), max_length=50, required=False)
    body = forms.CharField(label=_("内容"), max_length=BODY_LENGTH, required=False, widget=text_area(4))


def initial(item: PlanItem) -> dict[str, Any]:
    cooperating = [
        owner.department
        for owner in item.owners.all()
        if owner.role == ItemOwner.Role.COOPERATING and owner.department
    ]
    values = {name: getattr(item, name) for name in ("kind", "heading", "due_on")}
    return {**values, "seen": item.stamp, "lead": item.lead, "cooperating": cooperating}


class ResolveNameForm(forms.Form):
    """Which department a printed name means: typed, or one of the likely ones in one press."""

    name = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, names: Names, data: Any | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["department"] = UnitField(names, label=_("对应单位"))


class ActualForm(forms.Form):
    """What a goal's target had reached on a day."""

    value = forms.DecimalField(
        label=_("完成值"),
        max_digits=20,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    measured_on = forms.DateField(label=_("截至"), widget=date_input(), validators=KNOWN_DAY)
    note = forms.CharField(label=_("说明"), max_length=NOTE_LENGTH, required=False)


class KeeperForm(forms.Form):
    def __init__(self, names: Names, data: Any | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["keeper"] = UnitField(names, label=_("数据单位"), required=False)
