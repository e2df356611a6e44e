"""A summary made after a plan was revised says what one made in time would have said."""

from datetime import date

from plans.services.revising import compare
from reports.figures import figures_of
from reports.past import PeriodRecord
from reports.periods import Period
from tasks.services import confirm_revision
from tasks.services.actuals import TargetActual
from tasks.services.revision_lines import digest_of, lines_of
from tests.builders import an_actual, at, moved
from tests.cases import OfficeCase
from tests.plans.test_revising import PLAN, issued_plan, proposed

OCTOBER, NOVEMBER = Period.read("2026-10"), Period.read("2026-11")
LATER = at(date(2026, 11, 6))


class RevisedTest(OfficeCase):
    def setUp(self) -> None:
        self.plan = issued_plan(self)

    def figures(self, period: Period = OCTOBER) -> dict:
        return figures_of(PeriodRecord(period), None)

    def revise(self, *edits: tuple[str, str]) -> None:
        text = PLAN
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        revision = proposed(self, self.plan, text)
        seen = digest_of(lines_of(compare(self.plan, revision)))
        confirm_revision(revision, actor=self.supervisor, now=LATER, expected=seen, note="年中调整")

    def test_tasks_ask_for_what_was_asked_then(self):
        task = moved(self.plan.tasks.get(title__startswith="推进科技"), "accept", on=self.today)
        stated = [TargetActual(task.targets.get().pk, 300)]
        moved(task, "report", on=self.today, progress=50, targets=stated)
        before = self.figures()
        self.assertEqual(before["targets"]["reached"]["count"], 1)
        self.revise(("300人下沉一线", "350人下沉一线，举办培训班12期"), ("不少于600家", "有序推进"))
        self.assertEqual(self.figures(), before)
        november = self.figures(NOVEMBER)["targets"]
        self.assertEqual((november["planned"]["count"], november["reached"]["count"]), (2, 0))

    def test_goals_are_those_of_then(self):
        enterprises = self.plan.items.get(kind="goal", heading__startswith="净增").targets.get()
        an_actual(enterprises, 121, self.today)
        before = self.figures()
        self.assertEqual((before["goals"]["planned"], before["goals"]["reached"]), (2, 1))
        self.revise(("120家，技术合同成交额突破45亿元", "150家，新增省级孵化器3家"))
        self.assertEqual(self.figures(), before)
        november = self.figures(NOVEMBER)["goals"]
        self.assertEqual((november["planned"], november["reached"]), (2, 0))
        self.assertEqual([goal["targets"][0]["value"] for goal in november["goals"]], [150, 3])
