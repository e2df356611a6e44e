"""The forms of moves, corrections and issuing. They check shape; the rules are the services'."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from config.days import KNOWN_DAY
from config.lengths import NOTE_LENGTH, TITLE_LENGTH
from config.pages import date_input, text_area
from plans.org.forms import department_field, departments_field
from plans.org.models import Department
from tasks.models import ReportPeriod, Task, TaskTarget
from tasks.services.moves import MoveInput, TargetActual
from tasks.states import Move, Outcome

# What a note is called where it is not simply a remark.
NOTES = {
    "decline": "退回理由",
    "report": "工作进展",
    "submit": "完成情况",
    "return": "退回意见",
    "approve": "审核意见",
    "recheck": "核查情况",
    "reopen": "重启原因",
    "suspend": "暂缓原因",
    "cancel": "终止原因",
    "reassign": "改派说明",
}


def cooperating_ids(task: Task) -> list[int]:
    return [pk for pk, role in task.helper_roles().items() if role == "cooperating"]


class SeenForm(forms.Form):
    """`version` says which state of the task the sender saw."""

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": "页面内容不完整，请刷新后再办理。"},
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
        data: Any | None = None,
    ) -> None:
        super().__init__(data, auto_id=f"{move.name}-%s", initial={"version": task.version})
        self.move, self.task, self.periods = move, task, periods
        self.targets = targets if move.name in ("report", "submit") else []
        self.fields |= self.more(units)
        label = NOTES.get(move.name, "说明")
        widget = text_area(4 if move.note_required else 2)
        self.fields["note"] = forms.CharField(
            label=label, max_length=NOTE_LENGTH, required=move.note_required, widget=widget
        )
        if move.name == "report":
            self.order_fields(["version", "period", "note", "progress"])
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
                hint = "仍选原牵头单位，即不同意退回。"
                return {
                    "lead": department_field(
                        units, label="牵头单位", help_text=hint, initial=self.task.lead_id
                    ),
                    "cooperating": departments_field(
                        units, label="配合单位", initial=cooperating_ids(self.task)
                    ),
                }
            case "recheck":
                return {
                    "outcome": forms.ChoiceField(
                        label="结论", choices=Outcome.choices, widget=forms.RadioSelect
                    )
                }
            case "resume":
                return {
                    "due_on": forms.DateField(
                        label="新的期限", required=False, widget=date_input(), validators=KNOWN_DAY
                    )
                }
        return {}

    def report_fields(self) -> dict[str, forms.Field]:
        number = forms.NumberInput(attrs={"min": 0, "max": 100, "inputmode": "numeric"})
        progress = forms.IntegerField(
            label="进度（%）", min_value=0, max_value=100, widget=number, initial=self.task.progress
        )
        texts = {"problems": "存在问题", "next_steps": "下一步打算"}
        return (
            self.period_field()
            | {"progress": progress}
            | {
                name: forms.CharField(
                    label=label, max_length=NOTE_LENGTH, required=False, widget=text_area(2)
                )
                for name, label in texts.items()
            }
        )

    def period_field(self) -> dict[str, forms.Field]:
        """Only where there is a choice; what is asked for stands first."""
        if len(self.periods) < 2:
            return {}
        said = [(row.period, f"{row.name}（{row.standing}）") for row in self.periods]
        return {"period": forms.ChoiceField(label="填报期", choices=said, initial=said[0][0])}

    def target_fields(self, target: TaskTarget) -> dict[str, forms.Field]:
        actual = forms.DecimalField(
            label="完成值",
            max_digits=20,
            decimal_places=4,
            required=False,
            initial=target.actual and target.actual.normalize(),
            widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        )
        found: dict[str, forms.Field] = {f"actual-{target.pk}": actual}
        if self.move.name == "submit":
            found[f"reason-{target.pk}"] = forms.CharField(
                label="没有完成值的原因", max_length=NOTE_LENGTH, required=False, initial=target.reason
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


class EditForm(forms.Form):
    """A supervisor's correction of a task."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = forms.CharField(label="任务", max_length=TITLE_LENGTH, widget=text_area(2))
    due_on = forms.DateField(label="期限", widget=date_input(), validators=KNOWN_DAY)
    reporting_cycle = cycle_field("填报周期")
    note = forms.CharField(
        label="说明",
        max_length=NOTE_LENGTH,
        required=False,
        widget=text_area(2),
        help_text="调整期限必须说明原因，将写入办理记录和通报。",
    )

    def __init__(self, task: Task, units: list[Department], data: Any | None = None) -> None:
        chosen = cooperating_ids(task)
        initial = {name: getattr(task, name) for name in ("version", "title", "due_on", "reporting_cycle")}
        super().__init__(data, initial={**initial, "cooperating": chosen})
        self.fields["cooperating"] = departments_field(units, label="配合单位")
        self.order_fields(["version", "title", "due_on", "note", "reporting_cycle"])


class IssueForm(forms.Form):
    """What stands in where an item says nothing."""

    default_due_on = forms.DateField(
        label="未写明期限的任务，期限定为", required=False, widget=date_input(), validators=KNOWN_DAY
    )

    reporting_cycle = cycle_field("未写明填报周期的任务，填报周期定为")

    def __init__(self, units: list[Department], year_end: date, data: Any | None = None) -> None:
        super().__init__(data, initial={"default_due_on": year_end})
        self.fields["default_lead"] = department_field(
            units, label="没有牵头单位的任务，交由", required=False, help_text="也可以先逐项指定。"
        )
        self.order_fields(["default_lead", "default_due_on", "reporting_cycle"])
