"""消息设置: how people are reached besides the system itself. They choose the way, not whether."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from plans.org.models import User
from reports.channels import email
from reports.channels.robots import Robot
from reports.models import Bot, Contact

BOTS = 5  # of one person: each message goes to all of them


class ChannelNeeded(DomainError):
    """Somebody would be reached by nothing."""

    code = "channel_needed"


def with_ways(people: QuerySet[User]) -> QuerySet[User]:
    """With all that the functions below ask, in two queries however many."""
    active = Bot.objects.without_url().filter(is_active=True)
    return people.select_related("contact").prefetch_related(Prefetch("bots", active, "active_bots"))


def contact_of(user: User) -> Contact:
    """What was chosen, or what holds for whoever chose nothing."""
    try:
        return user.contact
    except Contact.DoesNotExist:
        return Contact(user=user)


def gets_email(person: User) -> bool:
    """Of `with_ways`. Who switched it off gets it all the same once no robot is left."""
    reachable = person.is_active and bool(person.email) and email.is_on()
    return reachable and (contact_of(person).by_email or not person.active_bots)


def unreachable(people: Iterable[User]) -> list[User]:
    """Those whom nothing reaches outside the system. Where no e-mail is set up nobody is expected to be."""
    if not email.is_on():
        return []
    found = with_ways(User.objects.filter(pk__in=[person.pk for person in people])).order_by("username")
    return [person for person in found if not person.active_bots and not gets_email(person)]


def when_awake(contact: Contact, moment: datetime) -> datetime:
    """That moment, or the end of the quiet hours that it falls into."""
    begin, end = contact.quiet_from, contact.quiet_until
    local = timezone.localtime(moment)
    if begin is None or not is_between(local.time(), begin, end):
        return moment
    day = local.date() + timedelta(days=local.time() >= end)
    return timezone.make_aware(datetime.combine(day, end))


def is_between(moment: time, begin: time, end: time) -> bool:
    """From `begin` to before `end`, over midnight where that is earlier."""
    if begin < end:
        return begin <= moment < end
    return moment >= begin or moment < end


@transaction.atomic
def change_contact(user: User, **changes: bool | time | None) -> Contact:
    """`by_email`, `quiet_from`, `quiet_until`; what is not named stays.

    Raises InputInvalid for quiet hours that are none, ChannelNeeded for e-mail off without a robot.
    """
    contact = locked(user)
    for name, value in changes.items():
        setattr(contact, name, value)
    if (contact.quiet_from is None) != (contact.quiet_until is None):
        raise InputInvalid(_("免打扰时段须同时填写起止时间；不需要时请都留空。"), code="quiet_hours_invalid")
    if contact.quiet_from is not None and contact.quiet_from == contact.quiet_until:
        raise InputInvalid(_("免打扰时段的起止时间不能相同。"), code="quiet_hours_invalid")
    if changes.get("by_email") is False and not user.bots.filter(is_active=True).exists():
        raise ChannelNeeded(_("关闭邮件前，请先添加一个机器人：消息须至少有一种方式送达。"))
    contact.save(update_fields=list(changes))
    return contact


@transaction.atomic
def add_bot(user: User, name: str, url: str, now: datetime) -> tuple[Bot, bool]:
    """The robot, and whether it is a new one: the same again is switched on again, under its new name.

    Raises InputInvalid, and DomainError (`too_many_bots`).
    """
    robot = Robot.at(url)
    locked(user)
    others = user.bots.present().exclude(fingerprint=robot.fingerprint)
    if others.count() >= BOTS:
        raise DomainError(
            _("每人最多添加{most}个机器人，请先移除不用的。").format(most=BOTS), code="too_many_bots"
        )
    given = {"name": name, "url": robot.url, "is_active": True, "removed_at": None}
    what = {"scheme": robot.vendor.scheme, "ending": robot.key[-4:], "created_at": now}
    return Bot.objects.without_url().update_or_create(
        user=user, fingerprint=robot.fingerprint, defaults=given, create_defaults=given | what
    )


@transaction.atomic
def remove_bot(bot: Bot, now: datetime) -> None:
    """What still waited for it is not sent. Raises ChannelNeeded for the last one while e-mail is off."""
    contact = locked(bot.user)
    left = bot.user.bots.filter(is_active=True).exclude(pk=bot.pk)
    if not contact.by_email and bot.is_active and not left.exists():
        raise ChannelNeeded(_("邮件已关闭，不能移除最后一个机器人：请先开启邮件，或添加其他机器人。"))
    bot.is_active, bot.removed_at, bot.url = False, now, ""
    bot.save(update_fields=["is_active", "removed_at", "url"])


def locked(user: User) -> Contact:
    """One change of a person's ways at a time: two at once must not take away the last two."""
    contact, made = Contact.objects.select_for_update().get_or_create(user=user)
    return contact
