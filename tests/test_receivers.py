"""The receivers behave and misbehave as told: what other tests rest on."""

import smtplib
import socket
import time
from email.message import EmailMessage
from http.client import HTTPConnection, RemoteDisconnected
from unittest import TestCase

from tests.receivers import Answer, http_receiver, smtp_server


def send(server, **options):
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "第1次催办", "<1@example.test>"
    message.set_content("请签收")
    with smtplib.SMTP(server.host, server.port, timeout=options.get("timeout", 10)) as client:
        client.send_message(message, "office@example.test", ["head@example.test"])


class SmtpServerTests(TestCase):
    def test_it_keeps_what_it_accepts_with_the_envelope(self):
        seen = []
        with smtp_server() as server:
            server.on_message = seen.append
            send(server)
        (message,) = server.messages
        self.assertEqual(seen, server.messages)
        self.assertEqual(message["Subject"], "第1次催办")
        self.assertEqual(message.get_content().strip(), "请签收")
        self.assertEqual(
            (message.mail_from, message.rcpt_tos), ("office@example.test", ["head@example.test"])
        )

    def test_it_refuses_in_turn_and_the_last_behaviour_stays(self):
        refusals = ["refuse_sender_4xx", "refuse_recipient_5xx", "refuse_data_4xx", "accept"]
        with smtp_server(refusals) as server:
            with self.assertRaises(smtplib.SMTPSenderRefused) as sender:
                send(server)
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as recipient:
                send(server)
            with self.assertRaises(smtplib.SMTPDataError) as data:
                send(server)
            send(server)
            send(server)
        self.assertEqual((sender.exception.smtp_code, data.exception.smtp_code), (451, 451))
        self.assertEqual({code for code, _ in recipient.exception.recipients.values()}, {550})
        self.assertEqual(len(server.messages), 2)

    def test_it_hangs(self):
        for behaviour in ("hang", "hang_on_connect"):
            with self.subTest(behaviour), smtp_server(behaviour) as server:
                with self.assertRaisesRegex(smtplib.SMTPServerDisconnected, "timed out"):
                    send(server, timeout=0.2)
                self.assertEqual(server.messages, [])

    def test_it_takes_a_message_and_drops_the_line(self):
        with smtp_server("drop_after_data") as server:
            with self.assertRaises(smtplib.SMTPServerDisconnected):
                send(server)
            server.behaviour = "accept"
            send(server)
        self.assertEqual([message["Message-ID"] for message in server.messages], ["<1@example.test>"] * 2)

    def test_it_drips(self):
        with smtp_server("drip") as server:
            start = time.monotonic()
            send(server)
        self.assertGreater(time.monotonic() - start, 1)
        self.assertEqual(len(server.messages), 1)


class HttpReceiverTests(TestCase):
    def ask(self, receiver, timeout=10.0):
        connection = HTTPConnection("127.0.0.1", receiver.port, timeout=timeout)
        self.addCleanup(connection.close)
        connection.request("POST", "/hook?a=1", b'{"id": 1}', {"Webhook-Id": "msg_1"})
        return connection.getresponse()

    def test_it_keeps_requests_and_answers_in_turn(self):
        answers = [Answer(200, '{"errcode": 93000}'), 503, lambda request: Answer(200, request.body)]
        with http_receiver(answers) as receiver:
            self.assertEqual(self.ask(receiver).read(), b'{"errcode": 93000}')
            self.assertEqual(self.ask(receiver).status, 503)
            self.assertEqual(self.ask(receiver).read(), b'{"id": 1}')
            self.assertEqual(self.ask(receiver).read(), b'{"id": 1}')
        first = receiver.requests[0]
        self.assertEqual((first.method, first.path, first.body), ("POST", "/hook?a=1", b'{"id": 1}'))
        self.assertEqual(first.headers["webhook-id"], "msg_1")

    def test_it_redirects(self):
        with http_receiver(Answer(302, headers={"Location": "http://169.254.169.254/"})) as receiver:
            answer = self.ask(receiver)
            self.assertEqual((answer.status, answer.headers["Location"]), (302, "http://169.254.169.254/"))

    def test_it_hangs_and_drops(self):
        for how, error in (("hang", TimeoutError), ("drop", RemoteDisconnected)):
            with self.subTest(how), http_receiver(Answer(how=how)) as receiver, self.assertRaises(error):
                self.ask(receiver, timeout=0.2)

    def test_it_drips_headers_without_an_end(self):
        with http_receiver(Answer(how="drip")) as receiver:
            line = self.enterContext(socket.create_connection(("127.0.0.1", receiver.port), timeout=10))
            line.sendall(b"GET / HTTP/1.1\r\n\r\n")
            heard = b""
            while heard.count(b"x") < 10:
                heard += line.recv(1)
        self.assertTrue(heard.startswith(b"HTTP/1.1 200 OK\r\nX-Slow: x"))

    def test_it_streams_without_an_end(self):
        with http_receiver(Answer(how="stream")) as receiver:
            answer = self.ask(receiver)
            self.assertEqual(len(answer.read(10_000_000)), 10_000_000)
            answer.close()
