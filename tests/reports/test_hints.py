"""What about a report is worth a second look: the rules, on strings."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.test import SimpleTestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.hints import Facts, Figure, Said, hints_of
from reports.hints.wording import figures
from reports.models import ReportHint
from tests.reports import hint_figures

Reason = ReportHint.Reason
DAYS = [date(2026, 10, 23), date(2026, 9, 25), date(2026, 8, 25), date(2026, 7, 24), date(2026, 6, 25)]
DOCS = Path(__file__).resolve().parents[2] / "docs"
OFFICIAL = "一二家新增完成已未。，；、1３０%月年第按计划推进"
ANY = st.text(st.characters(codec="utf-8"), max_size=300) | st.text(OFFICIAL, max_size=300)


def said(done: str, progress: int = 50, *, back: int = 0, next_steps: str = "", problems: str = "") -> Said:
    return Said(DAYS[back], progress, done, next_steps, problems)


def hints(report: Said, *earlier: Said, facts: Facts | None = None) -> dict[str, str]:
    return {hint.reason.value: hint.text for hint in hints_of(report, earlier, facts or Facts())}


def both(done: str, before: str, progress: tuple[int, int] = (50, 40)) -> dict[str, str]:
    """A report that comes a month after another."""
    return hints(said(done, progress[0]), said(before, progress[1], back=1))


class CopiedTest(SimpleTestCase):
    """与以前的填报雷同."""

    LONG = (
        "围绕孵化器建设，与城北园区管委会对接选址，走访企业12家，完成可行性研究报告编制，"
        "正在征求规划部门意见。"
    )

    def test_the_same_words_are_named_with_their_day(self):
        text = both(self.LONG, self.LONG)["copied"]
        self.assertEqual(text, "与2026年9月25日的填报内容相同，请核实是否有新的进展。")

    def test_a_stock_phrase_is_quoted(self):
        for done in ("按计划推进。", "正按计划推进", "按计划 推进！", "10月份，按计划有序推进。"):
            with self.subTest(done):
                text = both(done, "按计划推进。")["copied"]
                self.assertEqual(text, f"与2026年9月25日的填报内容相同（“{done}”），请核实是否有新的进展。")

    def test_only_dates_blanks_and_padding_differ(self):
        for done in (
            f"截至10月23日，{self.LONG}",
            self.LONG.replace("，", "， ").replace("。", " 。"),
            self.LONG.replace("对接", "积极对接").replace("正在", "目前正在"),
            self.LONG.replace("12", "１２"),
        ):
            with self.subTest(done):
                self.assertIn("copied", both(done, self.LONG))

    def test_nearly_the_same_says_how_much(self):
        done = self.LONG.replace("围绕孵化器建设", "围绕孵化基地建设")
        self.assertRegex(both(done, self.LONG)["copied"], r"^与2026年9月25日的填报有9\d%相同，")

    def test_the_most_alike_of_the_last_three_is_named(self):
        report, other = said(self.LONG), said("另行开展工作。", back=1)
        second, third = said(self.LONG, back=2), said(self.LONG, back=3)
        self.assertIn("2026年8月25日", hints(report, other, second, third)["copied"])
        fourth = said(self.LONG, back=4)
        others = [said(f"开展{word}工作。", back=n) for n, word in ((1, "甲类"), (2, "乙类"), (3, "丙类"))]
        self.assertNotIn("copied", hints(report, *others, fourth))

    def test_other_figures_are_progress(self):
        for before, done in (
            ("新增孵化器3家，累计8家。", "新增孵化器5家，累计13家。"),
            ("新增孵化器三家。", "新增孵化器五家。"),
            (self.LONG, self.LONG.replace("12家", "15家")),
            ("完成投资2000万元，主体封顶。", "完成投资2600万元，主体封顶。"),
            ("第一批项目申报已完成并公示。", "第二批项目申报已完成并公示。"),
            ("项目总体进度约60%，各标段正常施工。", "项目总体进度约70%，各标段正常施工。"),
        ):
            with self.subTest(done):
                self.assertNotIn("copied", both(done, before))

    def test_a_new_step_in_the_same_words_is_progress(self):
        for before, done in (
            (self.LONG, self.LONG.replace("正在征求规划部门意见", "已通过规划部门审查")),
            (
                "该项目可行性研究报告待批复，设备采购方案已报送。",
                "该项目可行性研究报告已批复，设备采购方案已报送。",
            ),
            ("管理办法正在征求意见。", "管理办法已征求意见。"),
            (self.LONG, self.LONG + "召开专家论证会。"),
        ):
            with self.subTest(done):
                self.assertNotIn("copied", both(done, before))

    def test_the_same_aim_and_other_deeds_are_no_copy(self):
        aim = "继续推进城北园区选址，协调规划、土地、消防等部门办理手续，争取年内开工。" * 2
        report = said("新增备案孵化器。", next_steps=aim)
        self.assertNotIn("copied", hints(report, said("组织专场招商活动。", back=1, next_steps=aim)))

    def test_a_figure_stated_beside_the_words_is_progress(self):
        figure = Figure("新建孵化器", ">=", Decimal(5), "家", Decimal(3), Decimal(2), stated=True)
        earlier = said("按计划推进。", back=1)
        self.assertEqual(hints(said("按计划推进。"), earlier, facts=Facts([figure])), {})
        same = Figure("新建孵化器", ">=", Decimal(5), "家", Decimal(2), Decimal(2), stated=True)
        self.assertIn("copied", hints(said("按计划推进。"), earlier, facts=Facts([same])))

    def test_what_is_finished_has_nothing_new_to_tell(self):
        self.assertNotIn("copied", both("任务已完成。", "任务已完成。", (100, 100)))
        self.assertIn("copied", both("任务已完成。", "任务已完成。", (100, 90)))


class BareTest(SimpleTestCase):
    """没有数据或附件."""

    def is_bare(self, done: str, **facts: object) -> bool:
        return "bare" in hints(said(done), facts=Facts(**facts))

    def test_words_alone(self):
        for done in (
            "按计划推进。",
            "2026年10月，召开推进会，印发实施方案。",
            "1.开展调研；2.征求意见；3.修改完善。",
            "（1）制定方案。（2）组织实施。",
            "一是加强领导，二是压实责任，三是强化督导。",
            "一、提高认识。二、狠抓落实。",
            "三季度以来，第二批申报工作有序开展。",
            "按照云科发〔2026〕3号文要求，进一步统一思想。",
            "增强“四个意识”，做到两个维护，推进一批项目。",
            "5G专网方案通过评审，平台升级至2.0版。",
            "3号楼装修方案通过审查。",
            "1-9月各项工作正常推进。",
            "十四五规划中期评估形成初稿。",
        ):
            with self.subTest(done):
                self.assertTrue(self.is_bare(done))
        self.assertEqual(hints(said("有序推进。")), {"bare": "本期填报没有数据，也没有附件。"})

    def test_anything_that_is_counted(self):
        for done in (
            "新增孵化器3家。",
            "新增孵化器三家。",
            "走访企业十余家。",
            "完成投资2000万元。",
            "2026年完成投资2026万元。",
            "增长百分之八。",
            "同比增长12.5％。",
            "召开推进会两次。",
            "任务量过半。",
            "拨付１２００万元。",
            "10月新增10家。",
            "考核列全省第4位。",
            "增速居全省第三位。",
        ):
            with self.subTest(done):
                self.assertFalse(self.is_bare(done))

    def test_a_figure_anywhere_in_the_report_counts(self):
        self.assertNotIn("bare", hints(said("有序推进。", problems="2家企业资金困难。")))
        self.assertNotIn("bare", hints(said("有序推进。", next_steps="下月新增3家。")))

    def test_a_file_or_a_stated_target_says_enough(self):
        stated = Figure("新建孵化器", ">=", Decimal(5), actual=Decimal(3), stated=True)
        known = Figure("新建孵化器", ">=", Decimal(5), actual=Decimal(3))
        self.assertFalse(self.is_bare("有序推进。", has_file=True))
        self.assertFalse(self.is_bare("有序推进。", figures=[stated]))
        self.assertTrue(self.is_bare("有序推进。", figures=[known]), "from an earlier report")

    def test_figures_are_told_as_written(self):
        self.assertEqual(figures("10月15日，新增3家，完成１２.5%，签约两项。"), ["3", "12.5%", "两项"])


class AtOddsTest(SimpleTestCase):
    """与进度不一致."""

    def odds(self, report: Said, *earlier: Said, **facts: object) -> str:
        return hints(report, *earlier, facts=Facts(**facts)).get("at_odds", "")

    def test_done_below_a_hundred(self):
        for done in (
            "本项工作已全部完成。",
            "目前，该任务已完成，成效良好。",
            "各项目标任务均已完成。",
            "已全部完成。",
        ):
            with self.subTest(done):
                self.assertRegex(self.odds(said(done, 80)), r"^文中称“.*已.*完成”，填报进度为80%，请核实。$")
                self.assertEqual(self.odds(said(done, 100)), "")

    def test_a_part_that_is_done_is_no_contradiction(self):
        for done in (
            "已完成立项。",
            "已完成30%。",
            "工作已完成80%，其余正在推进。",
            "立项、用地手续已全部完成。",
            "第一阶段任务已完成。",
            "9月份任务已完成。",
            "确保年底前任务全部完成。",
            "任务全部完成后申请验收。",
            "3家企业的备案工作已完成。",
            "前期工作已完成，主体正在施工。",
            "项目尚未全部完成。",
            "主体工程建设，已完成。",
            "工作已全部完成，正在整理验收材料。",
        ):
            with self.subTest(done):
                self.assertEqual(self.odds(said(done, 80), said("前期。", 75, back=1)), "")

    def test_much_progress_with_nothing_begun(self):
        before = said("制定方案。", 10, back=1)
        text = self.odds(said("因选址调整，该项工作尚未启动。", 40), before)
        self.assertEqual(text, "进度由10%升至40%，文中称“该项工作尚未启动”，请核实。")
        self.assertNotEqual(self.odds(said("目前正在筹备中。", 40), before), "")
        self.assertEqual(self.odds(said("该项工作尚未启动。", 20), before), "")
        for done in ("2号楼尚未开工，1号楼封顶。", "正在筹备验收会。", "验收工作尚未开展，主体完工。"):
            with self.subTest(done):
                self.assertEqual(self.odds(said(done, 40), before), "")

    def test_much_progress_in_the_same_words(self):
        before = said("管理办法正在征求意见。", 40, back=1)
        text = self.odds(said("管理办法正在征求意见。", 60), before)
        self.assertEqual(text, "进度由40%升至60%，所填内容与2026年9月25日的填报雷同，请核实。")
        self.assertEqual(self.odds(said("管理办法正在征求意见。", 59), before), "")

    def test_a_target_far_off_at_the_end(self):
        def figure(actual: int, comparator: str = ">=") -> Figure:
            return Figure("新建孵化器", comparator, Decimal(10), "家", Decimal(actual))

        text = self.odds(said("完成。", 95), figures=[figure(2)])
        self.assertEqual(text, "进度填报为95%，指标“新建孵化器”完成值为2家、目标值为10家，请核实。")
        for progress, actual, is_odd in (
            (95, 6, False),
            (90, 5, True),
            (89, 0, False),
            (100, 8, True),
            (100, 9, False),
        ):
            with self.subTest(progress=progress, actual=actual):
                self.assertEqual(bool(self.odds(said("推进。", progress), figures=[figure(actual)])), is_odd)
        self.assertEqual(self.odds(said("推进。", 95), figures=[figure(2, "<=")]), "", "not above is reached")
        self.assertNotEqual(self.odds(said("推进。", 95), figures=[figure(20, "<=")]), "")
        unstated = Figure("新建孵化器", ">=", Decimal(10))
        zero = Figure("事故", "<=", Decimal(0), actual=Decimal(0))
        self.assertEqual(self.odds(said("推进。", 100), figures=[unstated, zero]), "")

    def test_lower_than_the_last_without_a_word(self):
        before = said("办理手续。", 45, back=1)
        text = self.odds(said("走访3家。", 40), before)
        self.assertEqual(text, "进度由2026年9月25日的45%降为40%，文中未说明原因，请核实。")
        for done in ("因设计变更，进度相应调整。", "上期误填，予以更正。", "受汛情影响，施工暂停。"):
            with self.subTest(done):
                self.assertEqual(self.odds(said(done, 40), before), "")
        self.assertEqual(self.odds(said("走访3家。", 40, problems="资金未到位。"), before), "")
        self.assertEqual(
            self.odds(said("走访3家。", 40), before, restarted=True), "", "sent back, or reopened"
        )

    def test_another_progress_in_the_text(self):
        text = self.odds(said("目前任务总体进度达到20%。", 60))
        self.assertEqual(text, "文中称“目前任务总体进度达到20%”,填报进度为60%，请核实。".replace(",", "，"))
        for done in ("总体进度达到55%。", "1号楼总体进度达到20%。", "主体形象进度20%。"):
            with self.subTest(done):
                self.assertEqual(self.odds(said(done, 60)), "")

    def test_great_strides_at_a_standstill(self):
        earlier = [said("走访企业。", 46, back=1), said("制定方案。", 46, back=2)]
        text = self.odds(said("服务工作取得突破性进展，反响热烈。", 46), *earlier)
        self.assertEqual(text, "文中称“服务工作取得突破性进展”，进度已连续三次填报为46%，请核实。")
        self.assertEqual(
            self.odds(said("服务工作取得突破性进展。", 46), earlier[0]), "", "twice is no standstill"
        )
        for done in ("尚未取得实质性进展。", "力争下月取得重大突破。", "推动合作取得明显成效。"):
            with self.subTest(done):
                self.assertEqual(self.odds(said(done, 46), *earlier), "")

    def test_it_is_said_once_and_neutrally(self):
        report = said("各项工作已全部完成。", 70)
        given = hints_of(report, [said("各项工作已全部完成。", 40, back=1)], Facts())
        self.assertEqual([hint.reason for hint in given], [Reason.COPIED, Reason.BARE, Reason.AT_ODDS])
        for hint in given:
            self.assertNotRegex(hint.text, "造假|虚假|敷衍|抄袭|弄虚")


class AnyTextTest(SimpleTestCase):
    @given(ANY, ANY, ANY, st.integers(0, 100), st.integers(0, 100))
    @example("", "", "", 0, 0)
    @example("。", "、", "\0", 100, 0)
    @settings(max_examples=200, deadline=None)
    def test_whatever_is_written_has_an_answer_that_fits(self, done, before, more, progress, last):
        figure = Figure(more[:500], ">=", Decimal(3), more[:50], Decimal(1), None, False)
        report = said(done, progress, next_steps=more, problems=before)
        given = hints_of(report, [said(before, last, back=1), said(more, last, back=2)], Facts([figure]))
        self.assertLessEqual(len(given), len({hint.reason for hint in given}))
        for hint in given:
            self.assertTrue(0 < len(hint.text) <= ReportHint._meta.get_field("text").max_length)

    @given(ANY)
    @settings(max_examples=100, deadline=None)
    def test_the_same_again_is_always_a_copy(self, text):
        self.assertIn("copied", both(text, text))

    def test_long_texts_take_no_longer_than_their_length(self):
        for piece in (
            "一",
            "1",
            "12家，",
            "已完成，",
            "第",
            "“",
            "1.",
            "2026年",
            "，",
            "按计划推进，新增企业",
            "尚未",
        ):
            long = [said((piece * 10_000)[: 10_000 - n] + "末" * n, back=n) for n in range(4)]
            started = time.perf_counter()
            hints_of(long[0], long[1:], Facts())
            self.assertLess(time.perf_counter() - started, 1, piece)

    def test_long_texts_of_many_clauses(self):
        def text(step: int) -> str:
            return "，".join(f"完成{chr(0x4E00 + 7 * n)}{chr(0x5E00 + n * step % 3000)}" for n in range(2000))

        started = time.perf_counter()
        both(text(1), text(2))
        self.assertLess(time.perf_counter() - started, 2)


class FiguresTest(SimpleTestCase):
    """docs/hints.md says how often the rules are right: `python -m tests.reports.hint_figures`."""

    def test_the_figures_are_as_the_document_says(self):
        told = (DOCS / "hints.md").read_text(encoding="utf-8").splitlines()
        for half in hint_figures.HALVES:
            for line in hint_figures.lines(half):
                self.assertIn(line, told)
