"""Robots: how an address is read, what they are told, and what their vendors' answers mean."""

import json
import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, quote, urlsplit

from django.db import connection
from django.test import SimpleTestCase, override_settings

from config.errors import InputInvalid
from reports import lanes
from reports.channels import bots
from reports.channels.message import Link, Message
from reports.channels.robots import VENDORS, Robot
from reports.models import Bot, Delivery
from tests.builders import a_task
from tests.races import at_once
from tests.receivers import Answer, smtp_server
from tests.reports.sending import DONE, SendingCase, mail_to, robots

MINUTE = timedelta(minutes=1)
KEY = "0a1B-xyz"


class AddressTests(SimpleTestCase):
    def test_a_robot_is_the_same_however_its_address_is_written(self):
        for scheme, key, ways in (
            (
                "feishu",
                KEY,
                [f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", f" feishu://{KEY}/?verify=no\n"],
            ),
            ("lark", KEY, [f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}"]),
            ("wecombot", KEY, [f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"]),
            (
                "dingtalk",
                "a1B2",
                ["https://oapi.dingtalk.com/robot/send?access_token=a1B2", "dingtalk://a1B2/13800000000"],
            ),
        ):
            for way in (f"{scheme}://{key}", *ways):
                with self.subTest(way):
                    robot = Robot.at(way)
                    self.assertEqual(
                        (robot.vendor.scheme, robot.key, robot.url), (scheme, key, f"{scheme}://{key}")
                    )
                    self.assertEqual(robot.fingerprint, Robot.at(f"{scheme}://{key}").fingerprint)

    def test_a_signed_one_is_the_same_robot(self):
        signed = Robot.at("dingtalk://SECabc@token1")
        self.assertEqual(
            (signed.key, signed.secret, signed.url), ("token1", "SECabc", "dingtalk://SECabc@token1")
        )
        self.assertEqual(signed.fingerprint, Robot.at("dingtalk://token1").fingerprint)

    def test_what_is_no_robot_of_ours_is_refused(self):
        for url in (
            *("", "x", "https://example.test/hook", "json://localhost/", "mailto://a:b@example.test"),
            *("feishu://", "feishu://a b", "feishu://键", "feishu://a/../b?x=@y", "dingtalk://a-b"),
            *(
                "http://open.feishu.cn/open-apis/bot/v2/hook/x",
                "https://open.feishu.cn.evil.test/open-apis/bot/v2/hook/x",
            ),
            *("https://open.feishu.cn/open-apis/bot/v2/hook/x/../../y", "wecombot://" + "k" * 5000),
            *("slack://T/B/C", "file:///etc/passwd", "feishu:///?token=http://10.0.0.1/", "FEISHU"),
        ):
            with self.subTest(url):
                try:
                    robot = Robot.at(url)
                except InputInvalid as refusal:
                    self.assertEqual(refusal.code, "bot_url_invalid")
                else:
                    self.assertRegex(robot.url, r"^feishu://[a-z]$")

    def test_only_the_sorts_that_the_bureau_allows(self):
        with override_settings(BOT_SCHEMES=["wecombot"]), self.assertRaises(InputInvalid) as refusal:
            Robot.at("feishu://x")
        self.assertIn("请填写企业微信群机器人", refusal.exception.message)
        with override_settings(BOT_SCHEMES=["none"]), self.assertRaises(InputInvalid) as refusal:
            Robot.at("feishu://x")
        self.assertIn("未开放机器人", refusal.exception.message)

    def test_a_bureau_s_own_deployment(self):
        with override_settings(BOT_HOSTS={"wecombot": "https://wx.example.gov.cn/"}):
            own = Robot.at("https://wx.example.gov.cn/cgi-bin/webhook/send?key=k1")
        self.assertEqual(own.url, "wecombot://k1")


class TextTests(SimpleTestCase):
    def message(self, text: str, links: int = 1) -> Message:
        found = tuple(Link(f"任务{n}", f"https://d.example/tasks/{n}/") for n in range(links))
        return Message("标题", text, found, "https://d.example/notifications/")

    def test_it_names_its_person_and_leads_to_the_one_task_or_to_all_messages(self):
        self.assertEqual(
            self.message("一\n二").short(2048, "杜查"), "【杜查】标题\n一\n二\nhttps://d.example/tasks/0/"
        )
        for links in (0, 2):
            self.assertTrue(
                self.message("一", links).short(2048, "杜查").endswith("\nhttps://d.example/notifications/")
            )

    def test_what_is_too_long_is_cut_at_a_line(self):
        text = "\n".join(f"{n}. " + "字" * 30 for n in range(100))
        short = self.message(text).short(2048, "杜查")
        self.assertLessEqual(len(short.encode()), 2048)
        *lines, cut, url = short.split("\n")
        self.assertEqual((cut, url), ("…详见系统", "https://d.example/tasks/0/"))
        self.assertEqual(lines[1:], text.split("\n")[: len(lines) - 1])
        self.assertGreater(len(short.encode()), 1900)

    def test_one_long_line_is_cut_between_two_characters(self):
        for text in ("字" * 5000, "👩‍👩‍👧‍👦" * 1000):
            short = self.message(text).short(2048, "杜查")
            self.assertLessEqual(len(short.encode()), 2048)
            self.assertTrue(short.endswith("\n…详见系统\nhttps://d.example/tasks/0/"), short[-100:])

    def test_just_fits(self):
        whole = self.message("x").short(10_000, "杜查")
        self.assertEqual(self.message("x").short(len(whole.encode()), "杜查"), whole)
        self.assertIn("…详见系统", self.message("x" * 300).short(len(whole.encode()) + 298, "杜查"))


class VendorTests(SendingCase):
    def test_each_is_spoken_to_as_it_wants(self):
        expected = {
            "feishu": ("/open-apis/bot/v2/hook/key1/", lambda said: said["content"]["text"]),
            "lark": ("/open-apis/bot/v2/hook/key1", lambda said: said["content"]["text"]),
            "wecombot": ("/cgi-bin/webhook/send?key=key1", lambda said: said["text"]["content"]),
            "dingtalk": ("/robot/send?access_token=key1", lambda said: said["text"]["content"]),
        }
        for scheme, (path, text_of) in expected.items():
            with self.subTest(scheme), robots(DONE[scheme]) as receiver:
                self.bot(url=f"{scheme}://key1")
                task = a_task(self.gxc, title=scheme)
                self.posted(self.message(title="催办：“孵化器”", text="请抓紧。", task=task))
                self.assertEqual(self.send(), 1)
                (request,) = receiver.requests
                self.assertEqual((request.method, request.path), ("POST", path))
                self.assertEqual(request.headers["Content-Type"].split(";")[0], "application/json")
                text = text_of(json.loads(request.body))
                self.assertEqual(
                    text,
                    f"【高新处处长】催办：“孵化器”\n请抓紧。\nhttps://ducha.example.test/tasks/{task.pk}/",
                )
                Bot.objects.all().delete()

    def test_a_signature_is_encoded_once(self):
        """apprise's plugin and `requests` together would do so twice, and 钉钉 answers: sign not match."""
        with robots(DONE["dingtalk"]) as receiver:
            self.bot(url="dingtalk://SECabc@token1")
            self.many(1)
            self.assertEqual(self.send(), 1)
        query = parse_qs(urlsplit(receiver.requests[0].path).query, strict_parsing=True)
        self.assertEqual(set(query), {"access_token", "timestamp", "sign"})
        self.assertRegex(query["sign"][0], r"^[A-Za-z0-9+/]{43}=$")
        self.assertIn(f"sign={quote(query['sign'][0], safe='')}", receiver.requests[0].path)

    def met(self, answer: object, scheme: str = "feishu", number: int = 1) -> Delivery:
        """The first of some messages, after one run."""
        Bot.objects.all().delete()
        with robots(answer) as self.receiver:
            self.bot(url=f"{scheme}://geheim1")
            first, *_ = self.many(number)
            self.assertEqual(self.send(), 0)
        first.refresh_from_db()
        self.assertNotIn("geheim", first.error)
        return first

    def test_an_error_in_the_body_of_a_200_is_a_failure_with_the_vendor_s_words(self):
        for scheme, body, outcome, error in (
            (
                "feishu",
                '{"code": 19024, "msg": "Key Words Not Found"}',
                "dead",
                "飞书答复 19024：Key Words Not Found",
            ),
            ("lark", '{"code": 19021, "msg": "sign match fail"}', "dead", "Lark答复 19021：sign match fail"),
            (
                "wecombot",
                '{"errcode": 93000, "errmsg": "invalid webhook url geheim1"}',
                "dead",
                "企业微信答复 93000：invalid webhook url ····",
            ),
            (
                "wecombot",
                '{"errcode": 45009, "errmsg": "api freq out of limit"}',
                "",
                "企业微信答复 45009：api freq out of limit",
            ),
            (
                "dingtalk",
                '{"errcode": 310000, "errmsg": "keywords not in content"}',
                "dead",
                "钉钉答复 310000：keywords not in content",
            ),
            (
                "dingtalk",
                '{"errcode": 130101, "errmsg": "send too fast"}',
                "",
                "钉钉答复 130101：send too fast",
            ),
            (
                "feishu",
                '{"code": 11232, "msg": "frequency limited"}',
                "",
                "飞书答复 11232：frequency limited",
            ),
            ("feishu", "<html>请先登录</html>", "", "飞书的答复无法识别，可能未送达。"),
            ("feishu", "[]", "", "飞书的答复无法识别，可能未送达。"),
            ("feishu", '{"code": null}', "", "飞书的答复无法识别，可能未送达。"),
        ):
            with self.subTest(scheme=scheme, body=body):
                delivery = self.met(Answer(200, body), scheme)
                self.assertEqual((delivery.outcome, delivery.failures, delivery.error), (outcome, 1, error))

    def test_other_statuses(self):
        for answer, outcome, error in (
            (
                Answer(400, '{"code": 19001, "msg": "incoming webhook access token invalid"}'),
                "dead",
                "飞书答复 19001：incoming webhook access token invalid",
            ),
            (404, "dead", "飞书答复 HTTP 404。"),
            (429, "", "飞书答复 HTTP 429。"),
            (502, "", "飞书答复 HTTP 502。"),
        ):
            with self.subTest(answer):
                delivery = self.met(answer)
                self.assertEqual((delivery.outcome, delivery.error), (outcome, error))

    def test_a_redirect_is_not_followed(self):
        with robots() as inner:
            delivery = self.met(Answer(302, headers={"Location": inner.url}))
        self.assertEqual(
            (delivery.outcome, delivery.error, inner.requests), ("dead", "飞书答复 HTTP 302。", [])
        )

    def test_a_robot_that_is_no_more_is_switched_off_and_its_person_sees_it(self):
        gone = Answer(200, '{"errcode": 93000, "errmsg": "invalid webhook url"}')
        self.met(gone, "wecombot", 3)
        self.assertEqual(len(self.receiver.requests), 1)
        self.assertEqual(self.outcomes(), {"dead": 3})
        self.assertFalse(Bot.objects.get().is_active)

    def test_one_that_hangs_drips_streams_or_drops_is_not_waited_for(self):
        for how, error in (
            ("hang", "0.5秒内未答复"),
            ("drip", "0.5秒内未答复"),
            ("drop", "连接中断"),
            ("stream", "无法识别"),
        ):
            with self.subTest(how), patch.object(bots, "SECONDS", 0.5):
                Delivery.objects.all().delete()
                begun = time.monotonic()
                delivery = self.met(Answer(200, how=how), number=1)
                self.assertEqual((delivery.outcome, delivery.failures), ("", 1))
                self.assertIn(error, delivery.error)
                self.assertLess(time.monotonic() - begun, 10)

    def test_a_robot_that_can_not_be_reached_keeps_its_others_and_nobody_else_waiting(self):
        with robots() as receiver:
            pass
        with smtp_server() as server, mail_to(server), robots(DONE["dingtalk"]) as there:
            self.enterContext(override_settings(BOT_HOSTS={"feishu": receiver.url, "dingtalk": there.url}))
            self.bot()
            self.bot(url="dingtalk://there")
            self.many(3)
            self.assertEqual(self.send(), 6)
        self.assertEqual((len(server.messages), len(there.requests)), (3, 3))
        waiting = Delivery.objects.filter(outcome="")
        self.assertEqual(sorted(waiting.values_list("attempts", "failures")), [(0, 0), (0, 0), (1, 1)])

    def test_a_proxy_that_the_environment_names_is_used(self):
        with robots() as proxy, patch.dict("os.environ", {"http_proxy": proxy.url, "no_proxy": ""}):
            self.enterContext(override_settings(BOT_HOSTS={"feishu": "http://open.example.test"}))
            self.bot()
            self.many(1)
            self.assertEqual(self.send(), 1)
        self.assertEqual(proxy.requests[0].path, "http://open.example.test/open-apis/bot/v2/hook/key-0001/")

    def test_nothing_of_a_key_is_logged_nor_kept_readable(self):
        from logging import DEBUG, getLogger

        with self.assertLogs(level=DEBUG) as logs, robots() as receiver:
            self.bot(url="feishu://geheim-0001")
            self.many(1)
            self.assertEqual(self.send(), 1)
            getLogger("apprise").critical("…")
        said = [line for line in logs.output if not line.startswith("DEBUG:django.db")]
        self.assertNotIn("geheim", "".join(said))
        self.assertEqual(len(receiver.requests), 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT reports_bot::text FROM reports_bot")
            self.assertNotIn("geheim", str(cursor.fetchall()))

    def test_a_robot_whose_address_can_not_be_opened_any_more(self):
        with robots():
            self.bot()
            self.many(1)
            with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
                self.assertEqual(self.send(), 0)
        self.assertIn("无法解密", Delivery.objects.get().error)


class RateTests(SendingCase):
    def test_no_more_than_the_vendor_takes_in_any_minute(self):
        for scheme, vendor in VENDORS.items():
            with self.subTest(scheme), robots(DONE[scheme]):
                Delivery.objects.all().delete()
                Bot.objects.all().delete()
                self.bot(url=f"{scheme}://key1")
                self.many(vendor.a_minute - 2)
                just_now = {"attempts": 1, "attempted_at": self.now, "finished_at": self.now}
                Delivery.objects.update(outcome="sent", **just_now)
                self.many(5)
                sent = [self.send(), self.send(MINUTE / 2), self.send(1.5 * MINUTE)]
                self.assertEqual(sent, [2, 0, 3])
        self.assertFalse(Delivery.objects.exclude(attempts=1).exists())

    def test_one_robot_of_several_people_has_one_limit(self):
        with robots(DONE["wecombot"]) as receiver:
            for person in (self.head, self.liaison):
                self.bot(person, url="wecombot://shared")
                self.many(15, person)
            self.bot(self.leader, url="wecombot://other")
            self.many(15, self.leader)
            self.assertEqual(self.send(), 35)
        self.assertEqual(len(receiver.requests), 35)

    def test_four_workers_keep_the_limit_together(self):
        with robots(DONE["wecombot"]) as receiver:
            self.bot(url="wecombot://key1")
            self.many(30)
            self.assertEqual(sum(at_once(*[self.send] * 4)), 20)
        self.assertEqual(len(receiver.requests), 20)
        self.assertEqual(Delivery.objects.filter(attempts=0).count(), 10)

    def test_the_plugins_own_pauses_do_not_slow_it(self):
        for scheme in VENDORS:
            with self.subTest(scheme), robots(DONE[scheme]):
                self.bot(url=f"{scheme}://key{scheme}")
                self.many(5)
                begun = time.monotonic()
                self.send()
                self.assertLess(time.monotonic() - begun, 4)
                Bot.objects.all().delete()

    def test_a_busy_robot_s_others_wait_untouched(self):
        with robots(Answer(200, '{"code": 11232, "msg": "frequency limited"}')) as receiver:
            self.bot()
            self.many(5)
            self.send()
        self.assertEqual(len(receiver.requests), 1)
        self.assertEqual(Delivery.objects.filter(attempts=0).count(), 4)

    def test_counted_are_the_attempts_of_the_last_minute(self):
        with robots(DONE["wecombot"]):
            self.bot(url="wecombot://key1")
            self.many(20)
            self.send()
            robot = Bot.objects.get()
            lane = lanes.RobotLane(robot.fingerprint, robot.scheme)
            self.many(1)
            self.assertIsNone(lane.claim(self.now + MINUTE / 2))
            self.assertIsNotNone(lane.claim(self.now + 1.5 * MINUTE))
