"""The forms of moves, corrections and issuing. They check shape; the rules are the services'."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.days import KNOWN_DAY
from config.lengths import NOTE_LENGTH, TITLE_LENGTH
from config.pages import date_input, text_area
from config.templatetags.pages import quantity
from plans.org.forms import department_field, departments_field
from plans.org.models import Department
from tasks.models import Report, ReportPeriod, Task, TaskTarget
from tasks.services.moves import MoveInput, TargetActual
from tasks.states import Move, Outcome

# What a note is called where it is not simply a remark.
NOTES = {
    "decline": _("退回理由"),
    "report": _("工作进展"),
    "submit": _("完成情况"),
    "return": _("退回意见"),
    "approve": _("审核意见"),
    "recheck": _("核查情况"),
    "reopen": _("重启原因"),
    "suspend": _("暂缓原因"),
    "cancel": _("终止原因"),
    "reassign": _("改派说明"),
}


def cooperating_ids(task: Task) -> list[int]:
    return [pk for pk, role in task.helper_roles().items() if role == "cooperating"]


class SeenForm(forms.Form):
    """`version` says which state of the task the sender saw."""

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": _("页面内容不完整，请刷新后再办理。")},
    )

    def refresh_version(self, version: int) -> None:
        """Who has now seen the newer state may send again what they typed."""
        self.data = self.data.copy()
        self.data["version"] = version


class MoveForm(SeenForm):
    """What one move needs, under the API's names."""

    def __init__(
        self,
        move: Move,
        task: Task,
        *,
        targets: list[TaskTarget],
        units: list[Department],
        periods: Sequence[ReportPeriod] = (),
        last: Report | None = None,
        unit: int | None = None,
        data: Any | None = None,
    ) -> None:
        """`last`: what the department `unit` reported last."""
        super().__init__(data, auto_id=f"{move.name}-%s", initial={"version": task.version})
        self.move, self.task, self.periods, self.last = move, task, periods, last
        self.is_lead = unit == task.lead_id
        self.targets = targets if move.name in ("report", "submit") else []
        self.fields |= self.more(units)
        label = NOTES.get(move.name, _("说明"))
        widget = text_area(4 if move.note_required else 2)
        self.fields["note"] = forms.CharField(
            label=label, max_length=NOTE_LENGTH, required=move.note_required, widget=widget
        )
        if move.name == "report":
            self.order_fields(["version", "period", "note", "progress", "lower"])
        for target in self.targets:
            self.fields |= self.target_fields(target)

    @property
    def slot(self) -> str:
        """Its place on the page of the task."""
        return self.move.name

    def more(self, units: list[Department]) -> dict[str, forms.Field]:
        match self.move.name:
            case "report":
                return self.report_fields()
            case "reassign":
                hint = _("仍选原牵头单位，即不同意退回。")
                return {
                    "lead": department_field(
                        units, label=_("牵头单位"), help_text=hint, initial=self.task.lead_id
                    ),
                    "cooperating": departments_field(
                        units, label=_("配合单位"), initial=cooperating_ids(self.task)
                    ),
                }
            case "recheck":
                return {
                    "outcome": forms.ChoiceField(
                        label=_("结论"), choices=Outcome.choices, widget=forms.RadioSelect
                    )
                }
            case "resume":
                return {
                    "due_on": forms.DateField(
                        label=_("新的期限"), required=False, widget=date_input(), validators=KNOWN_DAY
                    )
                }
        return {}

    def report_fields(self) -> dict[str, forms.Field]:
        """What is steady is filled in from the last report; what was done since is for them to say."""
        number = forms.NumberInput(attrs={"min": 0, "max": 100, "inputmode": "numeric"})
        progress = forms.IntegerField(
            label=_("进度（%）"), min_value=0, max_value=100, widget=number, initial=self.reached
        )
        next_steps = self.last.next_steps if self.last else ""
        texts = {"problems": (_("存在问题"), ""), "next_steps": (_("下一步打算"), next_steps)}
        return (
            self.period_field()
            | {"progress": progress}
            | self.lower_field()
            | {
                name: forms.CharField(
                    label=label,
                    max_length=NOTE_LENGTH,
                    required=False,
                    widget=text_area(2),
                    initial=initial,
                )
                for name, (label, initial) in texts.items()
            }
        )

    @property
    def reached(self) -> int | None:
        """The progress so far: the lead's is the task's, a helper's its own."""
        if self.is_lead or self.last is None:
            return self.task.progress if self.is_lead else None
        return self.last.progress

    def lower_field(self) -> dict[str, forms.Field]:
        """Only when less was typed than had been reached: that is meant, or it was a slip."""
        typed = self.data.get("progress", "").strip()
        if not (self.reached and typed.isdecimal() and len(typed) < 4 and int(typed) < self.reached):
            return {}
        label = _("确认将进度由{before}%下调为{after}%")
        said = format_lazy(label, before=self.reached, after=int(typed))
        return {"lower": forms.BooleanField(label=said, required=False)}

    def clean(self) -> dict[str, Any]:
        if "lower" in self.fields and not self.cleaned_data.get("lower"):
            said = _("低于已报的{before}%。确需下调的，请勾选确认后再提交。")
            self.add_error("progress", format_lazy(said, before=self.reached))
        return self.cleaned_data

    def period_field(self) -> dict[str, forms.Field]:
        """Only where there is a choice; what is asked for stands first."""
        if len(self.periods) < 2:
            return {}
        said = [
            (row.period, format_lazy(_("{name}（{said}）"), name=row.name, said=row.standing))
            for row in self.periods
        ]
        return {"period": forms.ChoiceField(label=_("填报期"), choices=said, initial=said[0][0])}

    def target_fields(self, target: TaskTarget) -> dict[str, forms.Field]:
        actual = forms.DecimalField(
            label=_("完成值"),
            max_digits=20,
            decimal_places=4,
            required=False,
            initial=quantity(target.actual),
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        )
        found: dict[str, forms.Field] = {f"actual-{target.pk}": actual}
        if self.move.name == "submit":
            found[f"reason-{target.pk}"] = forms.CharField(
                label=_("没有完成值的原因"), max_length=NOTE_LENGTH, required=False, initial=target.reason
            )
        return found

    def target_rows(self) -> list[tuple[TaskTarget, list[forms.BoundField]]]:
        kinds = ("actual", "reason")
        return [
            (
                target,
                [self[name] for kind in kinds if (name := f"{kind}-{target.pk}") in self.fields],
            )
            for target in self.targets
        ]

    def plain_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if "-" not in field.name]

    def given(self) -> MoveInput:
        """What was typed, for the service. A target left as it was is not stated again."""
        data = self.cleaned_data
        stated = []
        for target in self.targets:
            actual, reason = data.get(f"actual-{target.pk}"), data.get(f"reason-{target.pk}", "")
            if (actual is not None or reason) and (actual, reason) != (target.actual, target.reason):
                stated.append(TargetActual(id=target.pk, actual=actual, reason=reason))
        names = ["note", "progress", "problems", "next_steps", "period"]
        names += ["lead", "cooperating", "due_on", "outcome"]
        return MoveInput(targets=stated, **{name: data[name] for name in names if name in data})


def cycle_field(label: str, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Task.Cycle.choices, required=False, **options)


class EditForm(SeenForm):
    """A supervisor's correction of a task."""

    title = forms.CharField(label=_("任务"), max_length=TITLE_LENGTH, widget=text_area(2))
    due_on = forms.DateField(label=_("期限"), widget=date_input(), validators=KNOWN_DAY)
    reporting_cycle = cycle_field(_("填报周期"))
    note = forms.CharField(
        label=_("说明"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=text_area(2),
        help_text=_("调整期限必须说明原因，将写入办理记录和通报。"),
    )

    def __init__(self, task: Task, units: list[Department], data: Any | None = None) -> None:
        chosen = cooperating_ids(task)
        initial = {name: getattr(task, name) for name in ("version", "title", "due_on", "reporting_cycle")}
        super().__init__(data, initial={**initial, "cooperating": chosen})
        self.fields["cooperating"] = departments_field(units, label=_("配合单位"))
        self.order_fields(["version", "title", "due_on", "note", "reporting_cycle"])


class IssueForm(forms.Form):
    """What stands in where an item says nothing."""

    default_due_on = forms.DateField(
        label=_("未写明期限的任务，期限定为"), required=False, widget=date_input(), validators=KNOWN_DAY
    )

    reporting_cycle = cycle_field(_("未写明填报周期的任务，填报周期定为"))

    def __init__(self, units: list[Department], year_end: date, data: Any | None = None) -> None:
        super().__init__(data, initial={"default_due_on": year_end})
        self.fields["default_lead"] = department_field(
            units, label=_("没有牵头单位的任务，交由"), required=False, help_text=_("也可以先逐项指定。")
        )
        self.order_fields(["default_lead", "default_due_on", "reporting_cycle"])
