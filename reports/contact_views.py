"""消息设置 as a page: by what ways one is reached, and when not."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.errors import DomainError
from config.pages import attempt
from reports import contacts, outbox
from reports.channels import email
from reports.channels.robots import VENDORS, allowed
from reports.models import Bot


def time_input() -> forms.TimeInput:
    """The browser's own; it wants and sends hours and minutes."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ContactForm(forms.Form):
    by_email = forms.BooleanField(label=_("通过邮件接收"), required=False)
    quiet_from = forms.TimeField(label=_("免打扰开始"), required=False, widget=time_input())
    quiet_until = forms.TimeField(
        label=_("免打扰结束"),
        required=False,
        widget=time_input(),
        help_text=_("这段时间内的消息到结束时再发送，可以跨零点；不需要时请都留空。"),
    )


class BotForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=50, help_text=_("例如：高新处工作群。"))
    url = forms.CharField(
        label=_("机器人地址"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "在群设置中添加自定义机器人后，复制其 Webhook 地址。钉钉加签的，请填写 dingtalk://密钥@令牌。"
        ),
    )


def show(request: HttpRequest, status: int = 200, **forms_filled: forms.Form) -> HttpResponse:
    contact = contacts.contact_of(request.user)
    names = ("by_email", "quiet_from", "quiet_until")
    bots = Bot.objects.present().without_url().filter(user=request.user)
    page: dict[str, Any] = {
        "form": ContactForm(initial={name: getattr(contact, name) for name in names}),
        "bot_form": BotForm(),
        "bots": [(bot, gettext(VENDORS[bot.scheme].name)) for bot in bots],
        "vendors": gettext("、").join(gettext(vendor.name) for vendor in allowed()),
        "email_is_on": email.is_on(),
    }
    return render(request, "reports/contact.html", page | forms_filled, status=status)


@login_required
def contact(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return show(request)
    form = ContactForm(request.POST)
    outcome = attempt(form, lambda: contacts.change_contact(request.user, **form.cleaned_data))
    if not outcome.done:
        return show(request, outcome.status, form=form)
    messages.success(request, gettext("消息设置已保存。"))
    return redirect("contact")


@login_required
@require_POST
def add_bot(request: HttpRequest) -> HttpResponse:
    form = BotForm(request.POST)
    outcome = attempt(form, lambda: contacts.add_bot(request.user, **form.cleaned_data, now=timezone.now()))
    if not outcome.done:
        return show(request, outcome.status, bot_form=form)
    bot, is_new = outcome.result
    messages.success(
        request, gettext("已添加机器人“{name}”，可点“发送测试”查看能否收到。").format(name=bot.name)
    )
    return redirect("contact")


def own_bot(request: HttpRequest, pk: int) -> Bot:
    return get_object_or_404(Bot.objects.present().without_url(), pk=pk, user=request.user)


@login_required
@require_POST
def remove_bot(request: HttpRequest, pk: int) -> HttpResponse:
    bot = own_bot(request, pk)
    try:
        contacts.remove_bot(bot, timezone.now())
        messages.success(request, gettext("已移除机器人“{name}”。").format(name=bot.name))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("contact")


@login_required
@require_POST
def try_bot(request: HttpRequest, pk: int) -> HttpResponse:
    bot = own_bot(request, pk)
    try:
        trial = outbox.try_out(bot, timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("contact")
    if trial.outcome == trial.Outcome.SENT:
        told = gettext("机器人“{name}”已发出测试消息，请到群内查看。")
        messages.success(request, told.format(name=bot.name))
    else:
        told = gettext("机器人“{name}”未能发出测试消息：{error}")
        error = format_html('<span lang="zh-CN">{}</span>', trial.error)  # as it was recorded
        messages.error(request, format_html(told, name=bot.name, error=error))
    return redirect("contact")
