"""The forms of what is done to a task besides moving it. They check shape; the rules are the services'."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.days import KNOWN_DAY
from config.lengths import NOTE_LENGTH, TITLE_LENGTH
from config.pages import date_input, text_area
from plans.org.models import User
from tasks import evidence, services
from tasks.forms import SeenForm
from tasks.models import Report, Task
from tasks.states import ACTS


def note_field(label: str, rows: int = 3, *, required: bool = True, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=NOTE_LENGTH,
        required=required,
        widget=text_area(rows),
        help_text=help_text,
    )


class ActForm(forms.Form):
    """One of ACTS. `about` is the row that it is about; `anchor` where on the page its effect is seen."""

    name: ClassVar[str]
    act: ClassVar[str]
    about_kind: ClassVar[str] = ""  # the list of TaskPage that holds such rows
    anchor: ClassVar[str] = ""
    button: ClassVar[str] = ""
    choice: ClassVar[str] = ""  # the field whose options are the buttons

    def __init__(
        self, task: Task, *, about: Any | None = None, data: Any | None = None, files: Any | None = None
    ) -> None:
        self.task, self.about = task, about
        self.slot = f"{self.name}-{about.pk}" if about else self.name
        super().__init__(data, files, auto_id=f"{self.slot}-%s", initial={"version": task.version})

    @property
    def label(self) -> str:
        return self.button or ACTS[self.act].label

    @property
    def address(self) -> str:
        """Down the page a refusal is shown where the form stands."""
        about = [self.about.pk] if self.about else []
        place = f"#move-{self.slot}" if self.anchor else ""
        return reverse("tasks:act", args=[self.task.pk, self.name, *about]) + place

    def refresh_version(self, version: int) -> None:
        """Most carry none."""

    def plain_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name != self.choice]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return self.fields[self.choice].choices if self.choice else []

    @property
    def choice_errors(self) -> list[str]:
        return self.errors.get(self.choice, [])

    def perform(self, actor: User, now: datetime) -> str:
        """Do it, and say so."""
        raise NotImplementedError


class AskExtensionForm(SeenForm, ActForm):
    name = act = "ask_extension"
    due_on = forms.DateField(label=_("申请延至"), widget=date_input(), validators=KNOWN_DAY)
    note = note_field(_("申请理由"))

    def perform(self, actor: User, now: datetime) -> str:
        services.ask_extension(self.task.pk, actor=actor, now=now, **self.cleaned_data)
        return _("已提交延期申请，请等待审批。")


class DecideExtensionForm(SeenForm, ActForm):
    name = act = "decide_extension"
    about_kind, choice = "extensions", "granted"
    granted = forms.TypedChoiceField(
        choices=[("yes", _("同意延期")), ("no", _("不同意"))],
        coerce=lambda choice: choice == "yes",
        error_messages={"required": _("请选择同意或不同意。")},
    )
    note = note_field(_("审批意见"), 2, required=False)

    def perform(self, actor: User, now: datetime) -> str:
        services.decide_extension(self.about.pk, actor=actor, now=now, **self.cleaned_data)
        if self.cleaned_data["granted"]:
            return _("已同意延期至{day}。").format(day=self.about.due_on)
        return _("已答复不同意延期。")


class InstructForm(SeenForm, ActForm):
    name = act = "instruct"
    note = note_field(_("批示内容"))
    answer_by = forms.DateField(
        label=_("要求答复日期"), required=False, widget=date_input(), validators=KNOWN_DAY
    )

    def perform(self, actor: User, now: datetime) -> str:
        services.instruct(self.task.pk, actor=actor, now=now, **self.cleaned_data)
        return _("批示已下发牵头单位。")


class AnswerForm(ActForm):
    """Whatever has changed meanwhile, an answer is an answer: it carries no version."""

    name = act = "answer"
    about_kind, button = "instructions", _("提交答复")
    note = note_field(_("办理情况"))

    def perform(self, actor: User, now: datetime) -> str:
        services.answer_instruction(self.about.pk, actor=actor, now=now, **self.cleaned_data)
        return _("已答复批示。")


class UrgeForm(SeenForm, ActForm):
    name = act = "urge"
    note = note_field(_("附言"), 2, required=False)

    def perform(self, actor: User, now: datetime) -> str:
        event = services.urge(self.task.pk, actor=actor, now=now, **self.cleaned_data)
        return _("已催办（第{number}次）。").format(number=event.data["number"])


class CommentForm(ActForm):
    name = act = "comment"
    note = note_field(_("留言"))

    def perform(self, actor: User, now: datetime) -> str:
        last = self.task.events.filter(actor=actor).order_by("-seq").first()
        if last and last.kind == "comment" and last.note == self.cleaned_data["note"]:
            return _("这条留言已经提交，没有重复记录。")  # sent again after going back
        services.comment(self.task.pk, actor=actor, now=now, **self.cleaned_data)
        return _("已留言。")


class AddStepForm(ActForm):
    name, act, anchor, button = "add_step", "check", "steps", _("增加步骤")
    text = forms.CharField(label=_("步骤内容"), max_length=TITLE_LENGTH)

    def perform(self, actor: User, now: datetime) -> str:
        services.add_step(self.task.pk, actor=actor, now=now, **self.cleaned_data)
        return _("已增加步骤。")


class TickStepForm(ActForm):
    """A step is done today, or was not done after all."""

    name, act, anchor = "tick_step", "check", "steps"
    about_kind, choice = "steps", "done"
    done = forms.TypedChoiceField(
        choices=[("yes", _("完成")), ("no", _("改为未完成"))], coerce=lambda choice: choice == "yes"
    )

    def perform(self, actor: User, now: datetime) -> str:
        done = self.cleaned_data["done"]
        # A second press, or a second person, leaves the day on which it was done.
        if done != bool(self.about.done_on):
            done_on = timezone.localdate(now) if done else None
            services.edit_step(self.task.pk, self.about.pk, {"done_on": done_on}, actor=actor, now=now)
        said = _("已完成：{step}") if done else _("已改为未完成：{step}")
        return said.format(step=self.about.text[:40])


class AttachForm(ActForm):
    name, act, anchor, button = "attach", "attach", "files", _("上传材料")
    file = forms.FileField(
        label=_("文件"),
        allow_empty_file=True,
        help_text=_("PDF、Word、Excel、图片等，每个不超过20 MB。严禁上传涉密文件。"),
        widget=forms.FileInput(attrs={"accept": ",".join(evidence.KINDS)}),
    )

    def __init__(self, task: Task, *, reports: list[Report], **options: Any) -> None:
        """`reports`: those of this person's departments, latest first."""
        super().__init__(task, **options)
        if reports:
            told = [
                (row.pk, _("{day} 进展填报（{progress}%）").format(day=day_of(row), progress=row.progress))
                for row in reports
            ]
            fresh = day_of(reports[0]) == timezone.localdate()
            self.fields["report"] = forms.TypedChoiceField(
                label=_("佐证哪次填报"),
                choices=[("", _("不限")), *told],
                coerce=int,
                empty_value=None,
                required=False,
                initial=reports[0].pk if fresh else None,
            )

    def perform(self, actor: User, now: datetime) -> str:
        file, report = self.cleaned_data["file"], self.cleaned_data.get("report")
        upload = services.Upload.of(file, file.name)
        attachment, is_new = services.attach(self.task.pk, upload, actor=actor, now=now, report=report)
        said = _("已上传：{name}") if is_new else _("内容相同的文件已有：{name}")
        return said.format(name=attachment.name)


def day_of(report: Report) -> date:
    return timezone.localdate(report.reported_at)


FORMS: dict[str, type[ActForm]] = {
    form.name: form
    for form in (
        AskExtensionForm,
        DecideExtensionForm,
        InstructForm,
        AnswerForm,
        UrgeForm,
        CommentForm,
        AddStepForm,
        TickStepForm,
        AttachForm,
    )
}
