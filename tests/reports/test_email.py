"""E-mail through a real SMTP server: what a message says, and what a server's behaviour does to it."""

import smtplib
import socket
import time
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from unittest.mock import patch

from django.test import override_settings

from plans.org.models import User
from reports.channels import email
from reports.models import Delivery, DigestLine, Notification, Reminder, ReminderRule
from tests.builders import a_task
from tests.receivers import smtp_server
from tests.reports.sending import SendingCase, mail_to

MINUTE = timedelta(minutes=1)


class LetterTests(SendingCase):
    def sent(self, *messages: Notification):
        """What arrived."""
        with smtp_server() as server, mail_to(server):
            self.posted(*messages)
            self.assertEqual(self.send(), len(messages))
        return server.messages

    def test_it_says_what_the_message_says_and_leads_to_its_task(self):
        task = a_task(self.gxc, title="建设<孵化器>&平台")
        (mail,) = self.sent(self.message(title="第1次催办", text="请抓紧办理。\n并填报进展。", task=task))
        self.assertEqual((mail.rcpt_tos, mail.mail_from), (["head@example.test"], "ducha@example.test"))
        self.assertEqual((mail["Subject"], mail["To"]), ("第1次催办", "head@example.test"))
        self.assertEqual(mail["From"], "督查督办 <ducha@example.test>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail["Date"].datetime, self.now)
        plain, page = (part.get_content() for part in mail.iter_parts())
        url = f"https://ducha.example.test/tasks/{task.pk}/"
        for text in ("请抓紧办理。\n并填报进展。", f"{task.code} 建设<孵化器>&平台\n{url}\n"):
            self.assertIn(text, plain.replace("\r\n", "\n"))
        self.assertIn(f'<a href="{url}">{task.code} 建设&lt;孵化器&gt;&amp;平台</a>', page)
        self.assertIn("请抓紧办理。<br>并填报进展。", page)

    def test_a_digest_leads_to_each_of_its_tasks(self):
        digest = self.message(title="今日督办提醒2项", digest_on=self.today)
        tasks = [a_task(self.gxc, title=f"任务{n}") for n in range(2)]
        rule = ReminderRule.objects.first()
        for task in tasks:
            reminder = Reminder.objects.create(
                task=task,
                rule=rule,
                due_on=task.due_on,
                step=1,
                audience="head",
                remind_on=self.today,
                owed_at=self.now,
            )
            DigestLine.objects.create(notification=digest, reminder=reminder, user=self.head)
        (mail,) = self.sent(digest)
        for part in mail.iter_parts():
            for task in tasks:
                self.assertIn(f"https://ducha.example.test/tasks/{task.pk}/", part.get_content())

    def test_hostile_titles_stay_one_line_and_stop_nobody(self):
        titles = (
            *("一行\r\nBcc: someone@example.test", "👩‍👩‍👧‍👦🔴" * 20, "\x07\u2028a\x85b", "=?utf-8?q?x?="),
            *("字" * 200, "'; DROP TABLE -- {{ x }} {% y %}", " "),
        )
        mails = self.sent(*(self.message(title=title, text=title * 5000) for title in titles))
        self.assertEqual(len(mails), len(titles))
        for mail in mails:
            self.assertIsNone(mail["Bcc"])
            self.assertNotRegex(str(mail["Subject"]), r"[\r\n\x00]")
            self.assertEqual(mail.rcpt_tos, ["head@example.test"])
        self.assertEqual(mails[0]["Subject"], "一行 Bcc: someone@example.test")

    def test_an_address_that_is_none_is_given_up_at_once_and_the_rest_goes_out(self):
        for n, address in enumerate(("没有", "a@b@c", "x\r\nRCPT TO:<y@example.test>", "a b@example.test")):
            User.objects.filter(username=("head", "liaison", "head2", "liaison2")[n]).update(email=address)
        bad = [self.message(who) for who in (self.head, self.liaison, self.head2, self.liaison2)]
        with smtp_server() as server, mail_to(server):
            self.posted(*bad, self.message(self.leader))
            self.assertEqual(self.send(), 1)
        self.assertEqual(server.messages[0].rcpt_tos, ["leader@example.test"])
        self.assertEqual(
            set(Delivery.objects.dead().values_list("error", flat=True)),
            {"邮件地址无效，请在用户信息中更正。"},
        )

    def test_one_connection_serves_all(self):
        with smtp_server() as server, mail_to(server):
            self.many(20)
            self.assertEqual((self.send(), server.connections), (20, 1))


class ServerTests(SendingCase):
    """A message goes out; the server behaves badly."""

    def met(self, behaviour: str, number: int = 1) -> Delivery:
        """The first of some messages, after one run."""
        with smtp_server(behaviour) as server, mail_to(server):
            first, *_ = self.many(number)
            self.assertEqual(self.send(), 0)
            self.taken = server.messages
        first.refresh_from_db()
        return first

    def test_what_is_refused_for_good_is_given_up_at_once(self):
        for behaviour in ("refuse_recipient_5xx", "refuse_data_5xx"):
            with self.subTest(behaviour):
                delivery = self.met(behaviour)
                self.assertEqual((delivery.outcome, delivery.failures, delivery.attempts), ("dead", 1, 1))
                self.assertEqual(delivery.error, "邮件服务器答复 550 5.7.1 Not here")

    def test_what_is_refused_for_now_waits_and_each_is_tried(self):
        for behaviour in ("refuse_recipient_4xx", "refuse_data_4xx"):
            with self.subTest(behaviour):
                Delivery.objects.all().delete()
                delivery = self.met(behaviour, 3)
                self.assertEqual((delivery.outcome, delivery.failures, delivery.attempts), ("", 1, 1))
                self.assertEqual(delivery.error, "邮件服务器答复 451 4.3.0 Come back later")
                self.assertAlmostEqual(delivery.next_attempt_at, self.now + MINUTE, delta=MINUTE / 4)
                self.assertEqual(set(Delivery.objects.values_list("failures", flat=True)), {1})

    def assert_way_closed(self, delivery: Delivery, error: str) -> None:
        """One attempt was made, and the others wait untouched."""
        self.assertEqual((delivery.outcome, delivery.failures, delivery.attempts), ("", 1, 1))
        self.assertRegex(delivery.error, error)
        others = Delivery.objects.exclude(pk=delivery.pk)
        self.assertEqual(list(others.values_list("attempts", "failures")), [(0, 0)] * 2)

    def test_a_server_that_refuses_us_as_the_sender_has_not_spoken_of_the_messages(self):
        self.assert_way_closed(self.met("refuse_sender_5xx", 3), "550 5.7.1 Not here")

    def test_nobody_there(self):
        with smtp_server() as server:
            pass
        with mail_to(server):
            first, *_ = self.many(3)
            self.assertEqual(self.send(), 0)
        first.refresh_from_db()
        self.assert_way_closed(first, "ConnectionRefusedError")

    def test_a_server_that_hangs(self):
        for behaviour in ("hang_on_connect", "hang"):
            with self.subTest(behaviour), override_settings(EMAIL_TIMEOUT=0.2):
                Delivery.objects.all().delete()
                self.assert_way_closed(self.met(behaviour, 3), "time")

    def test_a_server_that_speaks_letter_by_letter_is_not_waited_for(self):
        """No single read takes long."""
        with patch.object(email, "SECONDS", 0.5):
            begun = time.monotonic()
            self.assert_way_closed(self.met("drip", 3), "0.5秒内未办妥")
        self.assertLess(time.monotonic() - begun, 5)

    def test_a_line_that_drops_before_the_answer_may_make_it_arrive_twice(self):
        first = self.met("drop_after_data", 1)
        self.assertEqual((first.outcome, first.failures), ("", 1))
        with smtp_server() as server, mail_to(server):
            self.assertEqual(self.send(2 * MINUTE), 1)
        ids = [message["Message-ID"] for message in (*self.taken, *server.messages)]
        self.assertEqual(len(ids), 2)
        self.assertEqual(len(set(ids)), 1)
        self.assertRegex(ids[0], rf"^<delivery-{first.pk}\.\d+\.\d+@ducha\.example\.test>$")

    def test_a_password_or_encryption_that_is_refused_costs_no_message(self):
        for settings in ({"EMAIL_HOST_USER": "u", "EMAIL_HOST_PASSWORD": "geheim"}, {"EMAIL_USE_TLS": True}):
            with self.subTest(settings), smtp_server() as server, mail_to(server, **settings):
                Delivery.objects.all().delete()
                first, *_ = self.many(3)
                self.assertEqual((self.send(), server.messages), (0, []))
                first.refresh_from_db()
                self.assert_way_closed(first, "邮件服务器")
                self.assertNotIn("geheim", first.error)

    def test_switched_off_meanwhile_it_says_so(self):
        with smtp_server() as server, mail_to(server):
            first, *_ = self.many(3)
        self.send()
        first.refresh_from_db()
        self.assert_way_closed(first, "EMAIL_HOST")


class DeadlineTests(SendingCase):
    def test_the_connection_is_watched_under_tls_too(self):
        """The order of the classes matters: smtplib's own must wrap what ours has opened."""
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_USE_SSL=True, EMAIL_USE_TLS=False):
            mailer = email.Mailer()
            line = [kind.__name__ for kind in mailer.connection_class.__mro__]
        self.assertLess(line.index("SMTP_SSL"), line.index("Watched"))
        self.assertTrue(issubclass(mailer.connection_class, smtplib.SMTP_SSL))

    def test_a_greeting_under_tls_that_never_ends_is_cut(self):
        """Byte by byte: no read times out, and no one message of TLS is ever complete."""
        listening = socket.create_server(("127.0.0.1", 0))
        Thread(target=drip, args=(listening,), daemon=True).start()
        given = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": listening.getsockname()[1], "EMAIL_USE_SSL": True}
        begun = time.monotonic()
        with listening, override_settings(**given), patch.object(email, "SECONDS", 0.5):
            (delivery,) = self.many(1)
            self.assertEqual(self.send(), 0)
        self.assertLess(time.monotonic() - begun, 5)
        delivery.refresh_from_db()
        self.assertIn("0.5秒内未办妥", delivery.error)


def drip(listening: socket.socket) -> None:
    line, _ = listening.accept()
    with line, suppress(OSError):
        line.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB is to come
        while True:
            line.sendall(b"\x02")
            time.sleep(0.05)
