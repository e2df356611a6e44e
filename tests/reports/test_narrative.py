"""The drafted text: its sentences, and that no number stands in it which the figures do not say. Pure."""

import json
import re

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from reports.models import Summary
from reports.narrative import PROBLEM_LENGTH, cut, draft, text_of
from reports.pace import Pace

# Each says how often something happened.
TALLIES = ("overdue", "completed", "turned_red", "returned", "reports", "missing_reports", "reminders")


def counted(n: int) -> dict:
    return {"count": n, "tasks": []}


def figures(**changed) -> dict:
    """The October of a bureau with 22 tasks."""
    paces = dict(zip(Pace, (8, 3, 6, 4, 1), strict=True))
    return {
        "period": "2026-10",
        "starts_on": "2026-10-01",
        "ends_on": "2026-10-31",
        "department": None,
        "tasks": 22,
        "by_light": {"red": 5, "yellow": 1, "green": 7, "blue": 8, "grey": 1},
        "pace": [{"name": name, "count": n, "percent": 0.0, "tasks": []} for name, n in paces.items()],
        "departments": [
            {"id": 1, "code": "GXC", "name": "高新技术处", "tasks": 10, "pace": {"欠进度": 1}},
            {"id": 2, "code": "CGC", "name": "成果转化处", "tasks": 12, "pace": {"欠进度": 3}},
            {"id": 3, "code": "PTC", "name": "平台基地处", "tasks": 0, "pace": {"欠进度": 0}},
        ],
        "overdue": counted(2),
        "completed": counted(3),
        "turned_red": counted(2),
        "returned": counted(1),
        "reports": counted(17),
        "missing_reports": counted(4),
        "reminders": counted(9),
        "problems": [
            {
                "task": {"id": 1, "code": "KJJ-2026-04"},
                "department": "高新技术处",
                "text": "场地未交付。\n 资金未到位；",
            }
        ],
        "targets": {"planned": counted(10), "reached": counted(4)},
        "goals": {"planned": 6, "reached": 2, "goals": []},
        "before": {
            "period": "2026-09",
            "change": {"tasks": 2, "done": 3, "pace": {"欠进度": -1}, "red": 0, "overdue": -2},
        },
    } | changed


class DraftTests(SimpleTestCase):
    def test_the_whole_of_a_month(self):
        self.assertEqual(
            draft(figures()).split("\n"),
            [
                "截至2026年10月31日，22项重点任务中已完成8项、超进度3项、达进度6项、欠进度4项、其他1项。"
                "亮红灯5项，其中已逾期2项。",
                "本月办结3项，转为红灯2项，退回重办1次，收到进展填报17次，逾期未填报4次，发出催办提醒9次。",
                "主要目标6项，已达成2项；任务量化指标10项，已达到4项。",
                "与上月相比，重点任务增加2项、已完成增加3项、欠进度减少1项、逾期减少2项。",
                "欠进度任务的牵头单位：成果转化处（3项）、高新技术处（1项）。"
                "请有关单位对照时限要求，采取有力措施，加快推进。",
                "存在的主要问题：高新技术处反映，场地未交付，资金未到位（KJJ-2026-04）。",
            ],
        )

    def test_other_periods_have_other_words(self):
        words = {
            "2026-W44": ("本周办结", "与上周相比"),
            "2026-Q3": ("本季度办结", "与上季度相比"),
            "2026": ("全年办结", "与上年相比"),
        }
        for period, expected in words.items():
            for phrase in expected:
                with self.subTest(phrase):
                    self.assertIn(phrase, draft(figures(period=period)))

    def test_what_did_not_happen_is_left_out_or_said(self):
        nothing = dict.fromkeys(TALLIES, counted(0))
        text = draft(
            figures(
                **nothing,
                by_light={"red": 0},
                problems=[],
                departments=[],
                targets={"planned": counted(0), "reached": counted(0)},
                goals={"planned": 6, "reached": 0, "goals": []},
                before={"period": "2026-09", "change": {}},
            )
        )
        self.assertEqual(
            text.split("\n")[1:],
            ["本月没有任务办结。", "主要目标6项，均尚未达成。", "主要数据与上月持平。"],
        )
        self.assertNotIn("红", text)

    def test_nothing_is_compared_with_a_time_before_the_record(self):
        self.assertNotIn("相比", draft(figures(before=None)))

    def test_a_department_without_tasks(self):
        before = {"period": "2026-09", "change": {"tasks": 0}}
        empty = {
            "tasks": 0,
            "goals": {"planned": 0, "reached": 0, "goals": []},
            "targets": {},
            "before": before,
        }
        unit = {"id": 5, "code": "NCC", "name": "农村科技处"}
        none = "截至2026年10月31日，农村科技处没有承担重点任务。"
        self.assertEqual(draft(figures(department=unit, **empty)), none)
        self.assertEqual(draft(figures(**empty)), "截至2026年10月31日，没有重点任务。")
        before["change"] = {"tasks": -1}  # handed on within the month
        self.assertEqual(draft(figures(department=unit, **empty)), f"{none}\n与上月相比，重点任务减少1项。")

    def test_a_department_s_share_says_whose_it_is_and_does_not_name_it_again(self):
        unit = {"id": 2, "code": "CGC", "name": "成果转化处"}
        text = draft(figures(department=unit, departments=figures()["departments"][1:2]))
        self.assertIn("，成果转化处承担的22项重点任务中", text)
        self.assertNotIn("牵头单位", text)

    def test_long_lists_are_cut_and_say_so(self):
        units = [{"id": n, "name": f"{n}处", "pace": {"欠进度": 1}} for n in range(1, 31)]
        problems = [
            {"task": {"id": n, "code": f"T-{n}"}, "department": "处", "text": f"问题{n}"} for n in range(20)
        ]
        text = draft(figures(departments=units, problems=problems))
        self.assertIn("8处（1项）等。请有关单位", text)
        self.assertTrue(text.endswith("（T-4）等。"))

    def test_of_a_task_reported_on_twice_the_latest_word_counts(self):
        task = {"id": 1, "code": "KJJ-2026-04"}
        told = [{"task": task, "department": "处", "text": text} for text in ("旧问题", "新问题")]
        self.assertTrue(
            draft(figures(problems=told)).endswith("存在的主要问题：处反映，新问题（KJJ-2026-04）。")
        )

    def test_a_long_problem_ends_with_a_clause(self):
        clause = "场地尚未交付" * 8
        self.assertEqual(cut(f"{clause}，后续仍需协调解决{'很久' * 40}"), f"{clause}……")

    def test_all_done_is_said_as_such(self):
        done = [{"name": name, "count": 22 if name == Pace.DONE else 0} for name in Pace]
        self.assertIn("22项重点任务已全部完成。", draft(figures(pace=done)))

    def test_a_number_is_never_cut_in_two(self):
        text = "长" * (PROBLEM_LENGTH - 3) + "12345.5万元"
        self.assertEqual(cut(text), "长" * (PROBLEM_LENGTH - 3) + "……")

    def test_what_people_wrote_takes_the_draft_s_place(self):
        self.assertEqual(text_of(Summary(figures=figures())), draft(figures()))
        self.assertEqual(text_of(Summary(figures=figures(), narrative="改过的")), "改过的")


COUNT = st.none() | st.integers(0, 10**6)
TEXT = st.none() | st.text("场地未交付，。 \n0123456789.%", max_size=200)
TALLY = st.none() | st.fixed_dictionaries({"count": COUNT, "tasks": st.just([])})
CHANGE = st.none() | st.integers(-(10**6), 10**6)
UNIT = st.fixed_dictionaries(
    {"name": st.none() | st.sampled_from(["高新处", "二七处", "第9处"])},
    optional={"pace": st.none() | st.fixed_dictionaries({"欠进度": COUNT})},
)
PACE = st.fixed_dictionaries({"name": st.sampled_from(list(Pace)), "count": COUNT, "percent": st.none()})
ANY = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["2026-10", "2026-W44", "2026-Q3", "2026"]),
        "ends_on": st.dates().map(str) | st.none(),
    },
    optional={
        "tasks": COUNT,
        "department": st.none() | UNIT,
        "by_light": st.none() | st.dictionaries(st.sampled_from(["red", "green"]), COUNT),
        "pace": st.none() | st.lists(PACE, max_size=5),
        "departments": st.none() | st.lists(UNIT, max_size=12),
        **dict.fromkeys(
            ("overdue", "completed", "turned_red", "returned", "reports", "missing_reports", "reminders"),
            TALLY,
        ),
        "problems": st.none()
        | st.lists(
            st.fixed_dictionaries(
                {
                    "task": st.none() | st.fixed_dictionaries({"code": st.sampled_from(["A-1", "B-22"])}),
                    "department": st.none() | st.just("高新处"),
                    "text": TEXT,
                }
            ),
            max_size=9,
        ),
        "targets": st.none() | st.fixed_dictionaries({"planned": TALLY, "reached": TALLY}),
        "goals": st.none() | st.fixed_dictionaries({"planned": COUNT, "reached": COUNT}),
        "before": st.none()
        | st.fixed_dictionaries(
            {"period": st.just("2026-09")},
            optional={
                "change": st.none()
                | st.dictionaries(st.sampled_from(["tasks", "done", "red", "overdue"]), CHANGE, max_size=4)
            },
        ),
    },
)


def numbers(text: str) -> set[int]:
    return {int(found) for found in re.findall(r"\d+", text)}


class AnyFiguresTests(SimpleTestCase):
    @given(ANY)
    def test_every_number_is_one_of_the_figures(self, figures):
        text = draft(figures)
        self.assertLessEqual(numbers(text), numbers(json.dumps(figures, ensure_ascii=False)))

    @given(ANY)
    def test_it_is_one_line_a_paragraph_and_each_is_a_sentence(self, figures):
        for line in draft(figures).split("\n"):
            self.assertTrue(line == "" or line.endswith("。"), line)
            self.assertNotIn("，。", line)
