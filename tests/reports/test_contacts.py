"""消息设置: people choose by what way they are reached and when, not whether."""

from datetime import time
from functools import partial
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from config.errors import DomainError
from plans.org.models import User
from reports import contacts
from reports.models import Bot, Contact, Delivery, Notification
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once
from tests.receivers import Answer
from tests.reports.sending import robots

CONTACT, BOTS = "/api/v1/me/contact/", "/api/v1/me/bots/"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/geheim-00ff"


class ContactsCase(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.me = self.as_("head")

    def add(self, url: str = FEISHU, name: str = "高新处群", **more: Any) -> HttpResponse:
        return self.me.post(BOTS, {"name": name, "url": url}, **more)

    def assert_refused(self, response: HttpResponse, status: int, code: str) -> None:
        answer = response.json()
        self.assertEqual((response.status_code, answer["code"]), (status, code), answer)


class WaysTests(ContactsCase):
    def test_whoever_chose_nothing_gets_mail_at_any_hour(self):
        answer = self.me.get(CONTACT)
        self.assertEqual(answer.json(), {"by_email": True, "quiet_from": None, "quiet_until": None})
        self.assertFalse(Contact.objects.exists())

    def test_quiet_hours_are_set_and_taken_back(self):
        answer = self.me.patch(CONTACT, {"quiet_from": "22:00", "quiet_until": "07:30"})
        self.assertEqual(
            (answer.status_code, answer.json()),
            (200, {"by_email": True, "quiet_from": "22:00", "quiet_until": "07:30"}),
        )
        self.assertEqual(self.me.patch(CONTACT, {"quiet_until": "06:00"}).json()["quiet_from"], "22:00")
        self.assertEqual(self.me.patch(CONTACT, {}).json()["quiet_until"], "06:00")
        answer = self.me.patch(CONTACT, {"quiet_from": None, "quiet_until": None})
        self.assertEqual(answer.json(), {"by_email": True, "quiet_from": None, "quiet_until": None})

    def test_quiet_hours_that_are_none(self):
        for given, code in (
            ({"quiet_from": "22:00"}, "quiet_hours_invalid"),
            ({"quiet_from": "22:00", "quiet_until": None}, "quiet_hours_invalid"),
            ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_hours_invalid"),
            ({"quiet_from": "25:00", "quiet_until": "07:00"}, "invalid"),
            ({"quiet_from": "22:00+08:00", "quiet_until": "07:00"}, "invalid"),
            ({"by_email": None}, "invalid"),
            ({"email": "x@example.test"}, "invalid"),
        ):
            with self.subTest(given):
                self.assert_refused(self.me.patch(CONTACT, given), 400, code)
        self.assertFalse(Contact.objects.exclude(quiet_from=None).exists())

    def test_mail_is_switched_off_only_while_a_robot_is_there(self):
        self.assert_refused(self.me.patch(CONTACT, {"by_email": False}), 409, "channel_needed")
        self.assertEqual(self.me.get(CONTACT).json()["by_email"], True)
        bot = self.add().json()["id"]
        other = self.add("wecombot://k2").json()["id"]
        self.assertEqual(self.me.patch(CONTACT, {"by_email": False}).json()["by_email"], False)
        self.assertEqual(self.me.delete(f"{BOTS}{other}/").status_code, 204)
        self.assert_refused(self.me.delete(f"{BOTS}{bot}/"), 409, "channel_needed")
        self.assertTrue(Bot.objects.get(pk=bot).is_active)
        self.me.patch(CONTACT, {"by_email": True})
        self.assertEqual(self.me.delete(f"{BOTS}{bot}/").status_code, 204)

    def test_a_lost_robot_is_no_way(self):
        bot = self.add().json()["id"]
        Bot.objects.update(is_active=False)
        self.assert_refused(self.me.patch(CONTACT, {"by_email": False}), 409, "channel_needed")
        self.assertEqual(self.me.delete(f"{BOTS}{bot}/").status_code, 204)


class BotsTests(ContactsCase):
    def test_a_robot_is_added_and_its_key_never_shown_again(self):
        made = self.add(headers={"Idempotency-Key": "k"})
        self.assertEqual(made.status_code, 201)
        row = made.json()
        self.assertEqual((row["scheme"], row["url"], row["is_active"]), ("feishu", "feishu://****00ff", True))
        self.assertEqual(self.me.get(BOTS).json()["results"], [row])
        again = self.add(headers={"Idempotency-Key": "k"})
        self.assertEqual((again.status_code, again.json()), (201, row))
        for answer in (made, again, self.me.get(BOTS)):
            self.assertNotIn("geheim", answer.content.decode())

    def test_the_same_robot_again_is_the_same(self):
        first = self.add().json()
        Bot.objects.update(is_active=False)
        again = self.add("feishu://geheim-00ff", name="新名称")
        self.assertEqual((again.status_code, again.json()), (200, first | {"name": "新名称"}))
        self.me.delete(f"{BOTS}{first['id']}/")
        self.assertEqual(self.me.get(BOTS).json()["results"], [])
        self.assertEqual(self.add().json()["id"], first["id"])

    def test_a_removed_one_forgets_its_key_and_sends_nothing_more(self):
        bot = Bot.objects.get(pk=self.add().json()["id"])
        self.me.delete(f"{BOTS}{bot.pk}/")
        bot.refresh_from_db()
        self.assertEqual((bot.url, bot.is_active), ("", False))
        for response in (self.me.delete(f"{BOTS}{bot.pk}/"), self.me.post(f"{BOTS}{bot.pk}/test/")):
            self.assertEqual(response.status_code, 404)

    def test_what_is_no_robot_is_refused(self):
        for url in ("https://evil.test/", "json://127.0.0.1", "feishu://a b", "x" * 501, ""):
            with self.subTest(url):
                self.assertEqual(self.add(url).status_code, 400)
        self.assert_refused(self.add("slack://a/b/c"), 400, "bot_url_invalid")
        self.assertFalse(Bot.objects.exists())

    def test_five_are_enough(self):
        for n in range(contacts.BOTS):
            self.assertEqual(self.add(f"feishu://key-{n}").status_code, 201)
        self.assert_refused(self.add("feishu://one-more"), 409, "too_many_bots")
        self.assertEqual(self.add("feishu://key-0").status_code, 200)

    def test_somebody_elses_is_not_there(self):
        bot, _ = contacts.add_bot(self.liaison, "别处群", "feishu://theirs", self.now)
        self.assertEqual(self.me.get(BOTS).json()["results"], [])
        for response in (self.me.delete(f"{BOTS}{bot.pk}/"), self.me.post(f"{BOTS}{bot.pk}/test/")):
            self.assertEqual(response.status_code, 404)
        self.assertTrue(Bot.objects.get().is_active)


class TrialTests(OfficeTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.bot, _ = contacts.add_bot(self.head, "高新处群", FEISHU, self.now)
        self.url = f"{BOTS}{self.bot.pk}/test/"
        self.me = self.as_("head")

    def test_it_goes_at_once_and_the_vendor_s_answer_is_told(self):
        with robots() as receiver:
            answer = self.me.post(self.url)
            self.assertEqual((answer.status_code, answer.json()), (200, {"sent": True, "error": ""}))
            self.assertIn("高新处群", receiver.requests[0].body.decode("unicode-escape"))
            receiver.behaviour = Answer(200, '{"code": 19024, "msg": "Key Words Not Found"}')
            answer = self.me.post(self.url)
        self.assertEqual(answer.json(), {"sent": False, "error": "飞书答复 19024：Key Words Not Found"})
        self.assertEqual(
            list(Delivery.objects.order_by("id").values_list("outcome", "attempts", "failures")),
            [("sent", 1, 0), ("dropped", 1, 1)],
        )

    def test_it_counts_for_the_robots_minute(self):
        with robots():
            self.me.post(self.url)
            Bot.objects.update(scheme="wecombot")
            Notification.objects.bulk_create(
                Notification(user=self.head, title=f"{n}", created_at=self.now) for n in range(19)
            )
            Delivery.objects.bulk_create(
                Delivery(
                    notification=message,
                    channel="bot",
                    bot=self.bot,
                    next_attempt_at=self.now,
                    attempts=1,
                    attempted_at=Delivery.objects.get().attempted_at,
                )
                for message in Notification.objects.filter(deliveries=None)
            )
            answer = self.me.post(self.url)
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "bot_busy"))
        self.assertEqual(Delivery.objects.count(), 20)

    def test_one_that_is_no_more_is_switched_off(self):
        with robots(Answer(200, '{"code": 19001, "msg": "token invalid"}')):
            self.assertEqual(self.me.post(self.url).json()["sent"], False)
        self.assertFalse(Bot.objects.get().is_active)

    def test_two_changes_at_once_leave_a_way(self):
        """E-mail off and the last robot removed: one of them is refused."""
        for _ in range(5):
            bot, _ = contacts.add_bot(self.head, "高新处群", FEISHU, self.now)
            came_to = at_once(
                partial(contacts.change_contact, self.head, by_email=False),
                partial(contacts.remove_bot, bot, self.now),
            )
            refused = [each for each in came_to if isinstance(each, DomainError)]
            self.assertEqual([each.code for each in refused], ["channel_needed"])
            Contact.objects.update(by_email=True)


@override_settings(EMAIL_HOST="mail.example.test")
class UnreachableTests(OfficeCase):
    def unreachable(self) -> list[str]:
        people = [self.head, self.liaison, self.head2]
        return [person.username for person in contacts.unreachable(people)]

    def test_those_without_an_address_and_a_robot(self):
        self.assertEqual(self.unreachable(), [])
        User.objects.filter(pk__in=[self.head.pk, self.liaison.pk]).update(email="")
        contacts.add_bot(self.liaison, "群", "feishu://a", self.now)
        self.assertEqual(self.unreachable(), ["head"])
        Bot.objects.update(is_active=False)
        self.assertEqual(self.unreachable(), ["head", "liaison"])
        with override_settings(EMAIL_HOST=""):
            self.assertEqual(self.unreachable(), [])

    def test_in_two_queries(self):
        with self.assertNumQueries(2):
            self.unreachable()


class PageTests(OfficeTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.head)
        self.page = reverse("contact")

    def test_it_shows_and_changes_what_the_api_does(self):
        self.assertContains(self.client.get(reverse("notifications")), self.page)
        with override_settings(EMAIL_HOST="mail.example.test"):
            self.assertContains(self.client.get(self.page), "head@example.test")
        given = {"by_email": "on", "quiet_from": "22:00", "quiet_until": "07:30"}
        self.assertRedirects(self.client.post(self.page, given), self.page)
        contact = Contact.objects.get()
        self.assertEqual((contact.quiet_from, contact.quiet_until), (time(22), time(7, 30)))
        self.assertContains(self.client.get(self.page), 'value="22:00"')

    def test_what_is_refused_is_said_on_it(self):
        for given, status, said in (
            ({}, 409, "关闭邮件前，请先添加一个机器人"),
            ({"by_email": "on", "quiet_from": "22:00"}, 400, "须同时填写起止时间"),
        ):
            response = self.client.post(self.page, given)
            self.assertContains(response, said, status_code=status)
        self.assertFalse(Contact.objects.exclude(quiet_from=None).exists())
        response = self.client.post(reverse("bot-add"), {"name": "群", "url": "https://evil.test"})
        self.assertContains(response, "机器人地址无法识别", status_code=400)

    def test_robots_are_added_tried_and_removed(self):
        self.assertRedirects(
            self.client.post(reverse("bot-add"), {"name": "高新处群", "url": FEISHU}), self.page
        )
        bot = Bot.objects.get()
        shown = self.client.get(self.page)
        self.assertContains(shown, "密钥末四位 00ff")
        self.assertNotContains(shown, "geheim")
        with robots() as receiver:
            tried = self.client.post(reverse("bot-test", args=[bot.pk]), follow=True)
            self.assertContains(tried, "已发出测试消息")
            receiver.behaviour = Answer(200, '{"code": 19021, "msg": "sign match fail"}')
            tried = self.client.post(reverse("bot-test", args=[bot.pk]), follow=True)
            self.assertContains(tried, "飞书答复 19021：sign match fail")
        contacts.change_contact(self.head, by_email=False)
        refused = self.client.post(reverse("bot-remove", args=[bot.pk]), follow=True)
        self.assertContains(refused, "不能移除最后一个机器人")
        contacts.change_contact(self.head, by_email=True)
        self.assertContains(
            self.client.post(reverse("bot-remove", args=[bot.pk]), follow=True), "已移除机器人“高新处群”"
        )
        self.assertEqual(self.client.post(reverse("bot-test", args=[bot.pk])).status_code, 404)


class AdminTests(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.admin)
        self.url = reverse("admin:reports_delivery_changelist")
        self.bot, _ = contacts.add_bot(self.head, "群", FEISHU, self.now)
        for outcome in ("dead", "", "sent", "dropped"):
            message = Notification.objects.create(user=self.head, title=f"消息{outcome}", created_at=self.now)
            Delivery.objects.create(
                notification=message,
                channel="bot",
                bot=self.bot,
                outcome=outcome,
                attempts=3,
                failures=1,
                next_attempt_at=self.now,
                finished_at=self.now if outcome else None,
                error="飞书答复 19024",
            )

    def test_the_dead_stand_there_first_and_the_rest_by_outcome(self):
        shown = self.client.get(self.url)
        self.assertContains(shown, "消息dead")
        self.assertNotContains(shown, "消息sent")
        self.assertContains(self.client.get(self.url, {"outcome": "sent"}), "消息sent")
        self.assertContains(self.client.get(self.url, {"outcome": "waiting", "q": "head"}), "飞书答复 19024")
        self.assertContains(self.client.get(self.url, {"q": "liaison"}), "0 发送")

    def test_the_dead_are_sent_again_and_no_others(self):
        given = {
            "action": "send_again",
            "_selected_action": list(Delivery.objects.values_list("pk", flat=True)),
        }
        self.client.post(self.url, given)
        again = Delivery.objects.get(notification__title="消息dead")
        self.assertEqual((again.outcome, again.attempts, again.failures), ("", 3, 1))
        self.client.post(f"{self.url}?outcome=sent", given)
        self.assertEqual(Delivery.objects.filter(outcome="sent").count(), 1)

    def test_nothing_else_can_be_done_and_no_key_is_shown(self):
        for name, pk in (("delivery", Delivery.objects.first().pk), ("bot", self.bot.pk)):
            for page in (
                reverse(f"admin:reports_{name}_changelist"),
                reverse(f"admin:reports_{name}_change", args=[pk]),
            ):
                response = self.client.get(page)
                self.assertEqual(response.status_code, 200)
                self.assertNotContains(response, "geheim")
            self.assertEqual(self.client.get(reverse(f"admin:reports_{name}_add")).status_code, 403)
            self.assertEqual(
                self.client.post(reverse(f"admin:reports_{name}_delete", args=[pk])).status_code, 403
            )

    def test_who_may_only_look_may_not_send_again(self):
        clerk = User.objects.create_user("clerk", is_staff=True)
        clerk.user_permissions.add(Permission.objects.get(codename="view_delivery"))
        self.client.force_login(clerk)
        self.assertNotContains(self.client.get(self.url), "重新发送")

    def test_an_administrator_s_workbench_says_so(self):
        self.assertContains(self.client.get(reverse("workbench")), "有1条消息未能发送")
        Delivery.objects.update(outcome="sent", finished_at=self.now)
        self.assertNotContains(self.client.get(reverse("workbench")), "未能发送")
        self.client.force_login(self.supervisor)
        self.assertNotContains(self.client.get(reverse("workbench")), "未能发送")
