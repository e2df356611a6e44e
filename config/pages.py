"""What every form page shares: widgets, and a try at the service that says on the form what was refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.errors import DomainError

# Said better on a page than to a program.
SAID = {
    "task_changed": _(
        "您打开页面以后，这项任务已有变化（见办理记录最新一条）。本次没有办理；您填写的内容都在，请核对后再提交。"
    ),
    "items_without_lead": _(
        "还有任务没有牵头单位，一项也没有下达。请在下表中逐项指定，或选一个单位统一承接。"
    ),
}


@dataclass
class Outcome:
    """What came of a form: `status` is what the page answers with when it is shown again."""

    status: int
    result: Any = None

    @property
    def done(self) -> bool:
        return self.status == 200


def attempt(form: forms.Form, act: Callable[[], Any]) -> Outcome:
    """Call `act` when the form is valid. A DomainError becomes an error on the form, with its own status."""
    if not form.is_valid():
        return Outcome(400)
    try:
        return Outcome(200, act())
    except DomainError as error:
        form.add_error(None, SAID.get(error.code) or gettext(error.message))
        return Outcome(error.status)


def text_area(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attributes})


def date_input() -> forms.DateInput:
    """The browser's own picker; it wants and sends ISO dates."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
