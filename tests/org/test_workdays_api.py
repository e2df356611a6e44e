"""workdays/: counted by the office's calendar, each day with its reason."""

from datetime import date

from plans.org.models import Workday
from tests.cases import OfficeCase

URL = "/api/v1/workdays/"


class WorkdaysTest(OfficeCase):
    def ask(self, start: str, days: int | str, who: str = "viewer"):
        return self.as_(who).get(URL, {"from": start, "days": days})

    def told(self, start: str, days: int) -> dict:
        response = self.ask(start, days)
        self.assertEqual(response.status_code, 200, response.content)
        return response.json()

    def test_holidays_and_made_up_days_as_published(self):
        told = self.told("2026-10-06", 4)
        self.assertEqual((told["from"], told["days"], told["date"]), ("2026-10-06", 4, "2026-10-12"))
        self.assertFalse(told["provisional"])
        days = {day["date"]: (day["is_workday"], day["why"]) for day in told["counted"]}
        expected = {
            "2026-10-07": (False, "节假日"),
            "2026-10-08": (True, "工作日"),
            "2026-10-09": (True, "工作日"),
            "2026-10-10": (True, "调休上班"),
            "2026-10-11": (False, "周末"),
            "2026-10-12": (True, "工作日"),
        }
        self.assertEqual(days, expected)

    def test_backwards_and_not_at_all(self):
        back = self.told("2026-10-12", -2)
        self.assertEqual(back["date"], "2026-10-09")
        days = [day["date"] for day in back["counted"]]
        self.assertEqual(days, ["2026-10-09", "2026-10-10", "2026-10-11"])
        still = self.told("2026-10-11", 0)
        self.assertEqual((still["date"], still["counted"]), ("2026-10-11", []), "also a day off")

    def test_the_offices_own_days_say_so(self):
        Workday.objects.create(day=date(2026, 10, 14), is_workday=False)
        Workday.objects.create(day=date(2026, 10, 17), is_workday=True)
        told = self.told("2026-10-13", 3)
        self.assertEqual(told["date"], "2026-10-17")
        own = [(day["date"], day["is_workday"]) for day in told["counted"] if day["why"] == "本单位调整"]
        self.assertEqual(own, [("2026-10-14", False), ("2026-10-17", True)])

    def test_a_year_that_is_not_published_is_provisional(self):
        told = self.told("2100-04-30", 1)
        whys = [(day["why"], day["provisional"]) for day in told["counted"]]
        self.assertTrue(told["provisional"])
        self.assertEqual(whys, [("节假日", True), ("节假日", True), ("工作日", True)])
        self.assertEqual(self.told("2100-10-29", 1)["counted"][0]["why"], "周末")

    def test_the_ends_of_what_is_known(self):
        for start, days in (("1949-01-01", -366), ("2200-12-31", 366)):
            self.assertEqual(sum(day["is_workday"] for day in self.told(start, days)["counted"]), 366)

    def test_wrong_questions(self):
        for query in (
            {},
            {"from": "2026-10-01"},
            {"days": 1},
            {"from": "明天", "days": 1},
            {"from": "2026-13-01", "days": 1},
            {"from": "0001-01-01", "days": 1},
            {"from": "9999-12-31", "days": 1},
            {"from": "2026-10-01", "days": "一"},
            {"from": "2026-10-01", "days": "1.5"},
            {"from": "2026-10-01", "days": 367},
            {"from": "2026-10-01", "days": -367},
            {"from": "2026-10-01", "days": "9" * 5000},
        ):
            with self.subTest(query=str(query)[:60]):
                response = self.as_("viewer").get(URL, query)
                self.assertEqual((response.status_code, response.json()["code"]), (400, "invalid"))
        response = self.as_("viewer").get(URL, {"from": "2026-10-01", "days": 1, "until": 5})
        self.assertEqual(response.json()["code"], "unknown_parameter")

    def test_who_may_ask(self):
        self.assertEqual(self.ask("2026-10-01", 1, "anonymous").status_code, 401)
        self.assertEqual(self.ask("2026-10-01", 1, "stranger").status_code, 200, "the calendar is no secret")
