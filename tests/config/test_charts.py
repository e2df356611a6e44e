"""Charts: what is drawn, what is said without eyes and without colour, and that nothing spills."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from django.template import Context, Template
from django.test import SimpleTestCase

from config import charts
from config.charts import Bar, Piece, Series
from config.charts.lines import ticks
from config.charts.shapes import WIDTH
from tests.pages import EVIL, INLINE

START = date(2026, 3, 2)


def drawn(chart: Any, **options: Any) -> str:
    opened = " open=True" if options.get("open") else ""
    return Template("{% load charts %}{% chart chart" + opened + " %}").render(Context({"chart": chart}))


def picture(chart: Any) -> ElementTree.Element:
    """The picture itself; that it is XML at all is half of what is tested."""
    html = drawn(chart)
    return ElementTree.fromstring(html[html.index("<svg role") : html.index("</svg>") + 6])


def weeks(*values: Any) -> list[tuple[date, Any]]:
    return [(START + timedelta(weeks=n), value) for n, value in enumerate(values)]


def lights(red: int = 0, green: int = 0) -> list[Piece]:
    return [Piece("红灯", red, "red"), Piece("绿灯", green, "green")]


class LineTests(SimpleTestCase):
    def test_a_line_is_drawn_by_time_with_its_values_on_pointing_and_in_a_table(self):
        points = [
            (START, 0),
            (START + timedelta(days=100), Decimal("12.5000")),
            (START + timedelta(days=10), 5),
        ]
        chart = charts.line([Series("实际", points)], title="新增企业", unit="家")
        marks = chart.lines[0].marks
        self.assertEqual(
            [mark.says for mark in marks], [f"实际 {day} {said}家" for day, said in self.told(points)]
        )
        self.assertEqual([mark.x for mark in marks], sorted(mark.x for mark in marks))
        self.assertGreater(marks[0].y, marks[1].y, "more stands higher")
        self.assertLess(marks[1].x - marks[0].x, marks[2].x - marks[1].x, "ten days are less than ninety")
        self.assertEqual(chart.table.heads, ["日期", "实际（家）"])
        self.assertEqual(chart.table.rows[-1], ["2026-06-10", "12.5"])

    def told(self, points: list[tuple[date, Any]]) -> list[tuple[date, str]]:
        return [(day, {0: "0", 5: "5"}.get(value, "12.5")) for day, value in sorted(points)]

    def test_it_is_told_in_words_to_who_does_not_see_it(self):
        image = picture(charts.line([Series("逾期", weeks(3, 9))], title="逾期趋势", unit="项"))
        self.assertEqual(image.get("role"), "img")
        self.assertEqual(image.find("title").text, "逾期趋势")
        self.assertEqual(image.find("desc").text, "逾期从2026-03-02的3项到2026-03-09的9项")

    def test_planned_and_actual_differ_by_more_than_colour(self):
        chart = charts.line(
            [
                Series("计划", weeks(0, 80), planned=True),
                Series("实际", weeks(0, 40)),
                Series("去年", weeks(0, 30)),
            ],
            title="进度",
            today=START + timedelta(days=3),
        )
        self.assertEqual([one.look for one in chart.lines], ["planned", "actual", "other"])
        self.assertEqual(chart.key, [("planned", "计划"), ("actual", "实际"), ("other", "去年")])
        self.assertTrue(chart.left < chart.today.x < chart.right)
        self.assertIn("今天", drawn(chart))

    def test_no_two_labels_lie_upon_each_other(self):
        for values in ([80] * 40, range(40), [0, 1000000], [Decimal("0.0001")] * 2):
            given = [Series(name, weeks(*values)) for name in ("甲", "乙", "丙")]
            chart = charts.line(given, title="三条线", today=START)
            heights = sorted(label.y for label in chart.labels)
            self.assertTrue(all(b - a >= 12 for a, b in zip(heights, heights[1:], strict=False)), values)
            days = [day.x for day in chart.days]
            self.assertTrue(all(b - a >= 40 for a, b in zip(days, days[1:], strict=False)), values)
            self.assertTrue(all(0 <= mark.x <= WIDTH for one in chart.lines for mark in one.marks))

    def test_what_has_no_points_is_no_chart(self):
        self.assertIsNone(charts.line([Series("实际", [])], title="空"))
        self.assertEqual(drawn(None), "")

    def test_one_point_and_nothing_but_nought_are_drawn(self):
        for points in ([(START, 0)], weeks(0, 0, 0), weeks(-3, 4)):
            chart = charts.line([Series("实际", points)], title="少")
            self.assertEqual(len(chart.lines[0].marks), len(points))

    def test_ticks_are_round_and_hold_the_values(self):
        for low, high in ((0, 0), (0, 1), (0, 3), (0, 4.2), (0, 97), (0, 0.35), (0, 123456), (-7, 12)):
            with self.subTest(low=low, high=high):
                steps = ticks(low, high)
                self.assertTrue(steps[0] <= low <= high <= steps[-1], steps)
                self.assertIn(0, steps)
                self.assertTrue(2 <= len(steps) <= 7, steps)


class BarTests(SimpleTestCase):
    def test_a_bar_is_as_long_as_its_value_and_compared_with_a_stroke(self):
        rows = [Bar("高新处", 50, 75), Bar("成果处", 100, None), Bar("平台处", None)]
        chart = charts.bars(rows, title="进度", heads=("单位", "进度"), mark="时间", unit="%", most=100)
        self.assertEqual([row.blocks[0].width for row in chart.rows], [WIDTH / 2, WIDTH])
        self.assertEqual([row.mark for row in chart.rows], [WIDTH * 0.75, None])
        self.assertEqual(chart.says, "高新处 50%（时间 75%）；成果处 100%")
        self.assertEqual(chart.table.rows, [["高新处", "50%", "75%"], ["成果处", "100%", "—"]])

    def test_pieces_are_drawn_to_one_scale_and_named(self):
        rows = [
            Bar("高新处", pieces=lights(2, 2)),
            Bar("成果处", pieces=lights(0, 8)),
            Bar("无", pieces=lights()),
        ]
        chart = charts.stacked(rows, title="亮灯", heads=("单位", "任务"))
        first, second = chart.rows
        self.assertEqual(
            [(block.look, block.width, block.text) for block in first.blocks],
            [("red", 90, "2"), ("green", 90, "2")],
        )
        self.assertEqual([block.width for block in second.blocks], [WIDTH])
        self.assertEqual(first.says, "高新处 4（红灯2、绿灯2）")
        self.assertEqual(chart.table.rows[1], ["成果处", "8", "0", "8"])

    def test_nothing_to_count_is_no_chart(self):
        self.assertIsNone(charts.stacked([Bar("无", pieces=lights())], title="亮灯", heads=("单位", "任务")))
        self.assertIsNone(charts.bars([Bar("无")], title="进度", heads=("单位", "进度")))


class PageTests(SimpleTestCase):
    def test_hostile_and_endless_names_stay_text(self):
        for name in (EVIL, "长" * 300, "x" * 300, "\"&'<"):
            for chart in (
                charts.line([Series(name, weeks(1, 2))], title=name, unit=name),
                charts.bars([Bar(name, 3, 4)], title=name, heads=(name, name), mark=name),
                charts.stacked([Bar(name, pieces=[Piece(name, 3, "red")])], title=name, heads=(name, name)),
            ):
                html = drawn(chart, open=True)
                self.assertIsNone(INLINE.search(html))
                self.assertNotIn("<script", html)
                image = picture(chart)
                self.assertTrue(
                    all(len(text.text) <= 45 for text in image.iter("text") if chart.says != name)
                )
                self.assertEqual(image.find("title").text, name)

    def test_the_table_folds_away_unless_asked_for(self):
        chart = charts.line([Series("实际", weeks(1, 2))], title="进度")
        self.assertIn('<details class="values">', drawn(chart))
        self.assertIn('<details class="values" open>', drawn(chart, open=True))
