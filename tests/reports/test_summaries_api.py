"""汇总与通报 over REST. Of a year long over, since the clock is the machine's."""

from datetime import date
from typing import Any

from django.utils import timezone
from rest_framework.response import Response

from plans.org.models import User
from reports import summaries
from reports.models import Bulletin, Summary
from reports.narrative import draft
from reports.periods import Kind, Period
from tests.builders import a_membership, a_task, at
from tests.cases import OfficeCase

URL = "/api/v1/summaries/"
OVER = at(date(2026, 1, 9))


class SummaryApiCase(OfficeCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        year = {"issued_on": date(2025, 3, 3), "due_on": date(2025, 11, 30)}
        cls.task = a_task(cls.gxc, status="in_progress", cooperating=[cls.cgc], **year)

    def a_summary(self, unit: Any = None, period: str = "2025-10") -> Summary:
        return summaries.make(Period.read(period), unit, now=OVER)

    def assertRefused(self, response: Response, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code), response.content)


class MakingTests(SummaryApiCase):
    def post(self, who: str | User = "supervisor", period: Any = "2025-10", **more: Any) -> Response:
        return self.as_(who).post(URL, {"period": period, **more})

    def test_it_is_answered_with_its_figures_text_and_files(self):
        answer = self.post(department="GXC")
        self.assertEqual(answer.status_code, 202)
        body, summary = answer.json(), Summary.objects.get()
        self.assertEqual(
            {name: body[name] for name in ("id", "period", "starts_on", "ends_on", "version", "released_at")},
            {
                **{"id": summary.pk, "period": "2025-10", "starts_on": "2025-10-01"},
                **{"ends_on": "2025-10-31", "version": 0, "released_at": None},
            },
        )
        self.assertEqual(body["department"], {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"})
        self.assertEqual(body["figures"]["tasks"], 1)
        self.assertEqual(body["narrative"], draft(summary.figures))
        self.assertEqual(
            {file["format"]: file["status"] for file in body["files"]},
            {
                "docx": "waiting",
                "xlsx": "waiting",
            },
        )
        self.assertEqual(answer["ETag"], '"0"')

    def test_again_it_is_the_same_one_with_the_same_files(self):
        first, again = self.post(), self.post()
        self.assertEqual((again.status_code, again.json()), (202, first.json()))
        self.assertEqual((Summary.objects.count(), Bulletin.objects.count()), (1, 2))

    def test_each_kind_of_period(self):
        for period in ("2025-W44", "2025-10", "2025-Q3", "2025"):
            with self.subTest(period):
                self.assertEqual(self.post(period=period).json()["period"], period)

    def test_without_a_department_it_is_the_bureau_that_one_supervises_or_the_whole(self):
        self.assertEqual(self.post().json()["department"]["code"], "KJJ")
        self.assertIsNone(self.post("admin").json()["department"])
        a_membership(self.supervisor, self.elsewhere, "supervisor")
        self.assertIsNone(self.post(User.objects.get(pk=self.supervisor.pk)).json()["department"])

    def test_what_is_no_finished_period(self):
        today = timezone.localdate()
        lasting = {Period.around(today, kind).name: "period_not_finished" for kind in Kind}
        wrong = {"2025-13": "period_unknown", "十月": "period_unknown", "2199-01": "period_not_finished"}
        for period, code in (lasting | wrong).items():
            with self.subTest(period):
                self.assertRefused(self.post(period=period), 400, code)
        self.assertEqual(Summary.objects.count(), 0)

    def test_what_is_no_request(self):
        for body, code in (
            ({}, "required"),
            ({"period": "2025-10", "department": "XYZ"}, "department_unknown"),
            ({"period": "2025-10", "what": 1}, "unknown_field"),
        ):
            with self.subTest(body):
                answer = self.as_("supervisor").post(URL, body)
                self.assertRefused(answer, 400, "invalid")
                self.assertEqual(answer.json()["errors"][0]["code"], code)
        self.assertEqual(Summary.objects.count(), 0)

    def test_who_may_not(self):
        for who in ("liaison", "head", "leader", "viewer", "stranger"):
            with self.subTest(who):
                self.assertRefused(self.post(who), 403, "permission_denied")
                self.assertRefused(self.post(who, department="GXC"), 403, "permission_denied")
        self.assertRefused(self.post(department="NYJ"), 403, "permission_denied")
        self.assertEqual(Summary.objects.count(), 0)

    def test_a_department_without_tasks_has_a_clear_sentence(self):
        body = self.post(department="NCC").json()
        self.assertEqual(body["figures"]["tasks"], 0)
        self.assertEqual(body["narrative"], "截至2025年10月31日，农村科技处没有承担重点任务。")

    def test_one_key_makes_one(self):
        client, key = self.as_("supervisor"), {"Idempotency-Key": "oa-1"}
        first = client.post(URL, {"period": "2025-10"}, headers=key)
        again = client.post(URL, {"period": "2025-10"}, headers=key)
        self.assertEqual((again.status_code, again.json()), (202, first.json()))
        self.assertEqual(again["Idempotent-Replayed"], "true")


class ListTests(SummaryApiCase):
    def setUp(self) -> None:
        self.october, self.week = self.a_summary(self.kjj), self.a_summary(self.kjj, "2025-W44")
        self.of_gxc, self.year = self.a_summary(self.gxc, "2025-Q3"), self.a_summary(self.kjj, "2025")
        summaries.release(self.october.pk, actor=self.supervisor, now=OVER)

    def found(self, who: str = "supervisor", **query: str) -> list[int]:
        answer = self.as_(who).get(URL, query)
        self.assertEqual(answer.status_code, 200, answer.content)
        return [row["id"] for row in answer.json()["results"]]

    def test_the_latest_first_without_what_is_long(self):
        ids = [summary.pk for summary in (self.year, self.week, self.october, self.of_gxc)]
        self.assertEqual(self.found(), ids)
        (row,) = self.as_("supervisor").get(URL, {"period": "2025-10"}).json()["results"]
        self.assertEqual(
            set(row),
            {
                *("id", "period", "department", "starts_on", "ends_on", "made_at"),
                *("version", "released_at", "released_by"),
            },
        )
        self.assertEqual(row["released_by"], "杜查")

    def test_filters(self):
        week, october, of_gxc, year = (s.pk for s in (self.week, self.october, self.of_gxc, self.year))
        expected = {
            ("kind", "week"): [week],
            ("kind", "month"): [october],
            ("kind", "quarter"): [of_gxc],
            ("kind", "year"): [year],
            ("period", "2025-W44"): [week],
            ("department", "GXC"): [of_gxc],
            ("released", "true"): [october],
            ("released", "false"): [year, week, of_gxc],
        }
        for (name, value), ids in expected.items():
            with self.subTest(f"{name}={value}"):
                self.assertEqual(self.found(**{name: value}), ids)

    def test_filters_that_mean_nothing(self):
        for name, value in (("kind", "day"), ("period", "2025-13"), ("released", "maybe"), ("what", "1")):
            with self.subTest(name):
                self.assertEqual(self.as_("supervisor").get(URL, {name: value}).status_code, 400)

    def test_pages_follow_one_another(self):
        client, found = self.as_("supervisor"), []
        url = f"{URL}?page_size=1"
        while url:
            page = client.get(url).json()
            found += [row["id"] for row in page["results"]]
            url = page["next"]
        self.assertEqual(found, self.found())

    def test_each_sees_their_own_and_what_was_released_above(self):
        self.assertEqual(self.found("head"), [self.october.pk, self.of_gxc.pk])
        self.assertEqual(self.found("head2"), [self.october.pk])
        self.assertEqual(self.found("stranger"), [])


class TextTests(SummaryApiCase):
    def setUp(self) -> None:
        self.summary = self.a_summary(self.kjj)
        self.url = f"{URL}{self.summary.pk}/"

    def edit(self, text: str = "改过的正文。", who: str = "supervisor", tag: str | None = '"0"') -> Response:
        headers = {"If-Match": tag} if tag else {}
        return self.as_(who).patch(self.url, {"narrative": text}, headers=headers)

    def release(self, who: str = "supervisor", **headers: str) -> Response:
        return self.as_(who).post(f"{self.url}release/", headers=headers)

    def assertUntouched(self) -> None:
        self.summary.refresh_from_db()
        self.assertEqual((self.summary.version, self.summary.narrative), (0, ""))
        self.assertEqual(Bulletin.objects.count(), 0)

    def test_an_edit_asks_for_new_files(self):
        answer = self.edit()
        self.assertEqual(answer.status_code, 200)
        body = answer.json()
        self.assertEqual((body["narrative"], body["version"], answer["ETag"]), ("改过的正文。", 1, '"1"'))
        self.assertEqual(len(body["files"]), 2)
        self.assertEqual(set(Bulletin.objects.values_list("version", flat=True)), {1})

    def test_an_edit_without_or_with_an_old_version(self):
        self.assertRefused(self.edit(tag=None), 428, "precondition_required")
        self.assertRefused(self.edit(tag='"7"'), 412, "summary_changed")
        self.assertRefused(self.edit(tag="*"), 400, "bad_if_match")
        self.assertUntouched()

    def test_an_edit_without_words_or_with_too_many(self):
        for text in ("", "  ", "长" * 20_001):
            with self.subTest(text[:3]):
                self.assertRefused(self.edit(text), 400, "invalid")
        self.assertUntouched()

    def test_who_may_not_edit_or_release(self):
        for who, status in (("leader", 403), ("viewer", 403), ("head", 404), ("stranger", 404)):
            with self.subTest(who):
                self.assertEqual(self.edit(who=who).status_code, status)
                self.assertEqual(self.release(who).status_code, status)
        self.assertUntouched()

    def test_a_release_freezes_the_text(self):
        text = draft(self.summary.figures)
        body = self.release(**{"If-Match": '"0"'}).json()
        self.assertEqual((body["narrative"], body["released_by"], body["version"]), (text, "杜查", 1))
        self.assertRefused(self.edit(tag='"1"'), 409, "summary_released")
        again = self.release("admin")
        self.assertEqual((again.status_code, again.json()), (200, body))

    def test_a_release_of_what_somebody_changed_meanwhile(self):
        self.edit()
        self.assertRefused(self.release(**{"If-Match": '"0"'}), 412, "summary_changed")
        self.assertIsNone(Summary.objects.get().released_at)

    def test_a_released_one_is_read_by_those_below(self):
        self.assertEqual(self.as_("liaison").get(self.url).status_code, 404)
        self.release()
        self.assertEqual(self.as_("liaison").get(self.url).status_code, 200)
        self.assertEqual(self.as_("stranger").get(self.url).status_code, 404)
