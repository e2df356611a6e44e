"""Plans as nobody writes them, and what happens to a plan under other people's hands."""

from datetime import date
from decimal import Decimal

from config.errors import DomainError
from plans import services
from plans.models import Plan
from tasks.services import issue_plan
from tests.builders import a_goal, a_plan, an_item
from tests.cases import OfficeCase


class OddPlanTest(OfficeCase):
    def bring_in(self, text: str, name: str = "要点.txt") -> Plan:
        upload = services.Upload(content=f"2026年工作要点\n{text}\n".encode(), name=name, issuer=self.kjj)
        return services.import_plan(upload, actor=self.supervisor, now=self.now)[0]

    def test_a_number_longer_than_any_quantity_is_none(self):
        plan = self.bring_in("一、推进平台建设，新增12345678901234567890家，服务企业20家。")
        self.assertEqual([target.value for target in plan.items.get().targets.all()], [20])

    def test_an_item_may_hold_more_targets_than_a_small_integer_counts(self):
        plan = self.bring_in("一、推进平台建设，" + "新增1个，" * 32_800)
        self.assertEqual(plan.items.get().targets.count(), 32_800)

    def test_noise_full_of_labels_is_no_plan(self):
        with self.assertRaises(DomainError) as caught:
            self.bring_in("一、推进\n二、推进\n" * 10_001)
        self.assertEqual(caught.exception.code, "plan_not_readable")
        self.assertEqual(Plan.objects.count(), 0)

    def test_a_name_that_no_header_can_hold_is_written_otherwise(self):
        plan = self.bring_in("一、推进平台建设。", "要\n点\udcff.txt")
        self.assertEqual(plan.file_name, "要_点_.txt")
        answer = self.as_("supervisor").get(f"/api/v1/plans/{plan.pk}/source/")
        self.assertEqual(answer.status_code, 200)

    def test_who_comes_after_the_plan_was_discarded_finds_nothing(self):
        plan = a_plan(self.kjj)
        item, goal = an_item(plan, lead=self.gxc), a_goal(plan).goal
        target = goal.item.targets.get()
        stale = Plan.objects.get(pk=plan.pk)
        services.delete_draft(plan, actor=self.supervisor)
        who = {"actor": self.supervisor, "now": self.now}
        for late in (
            lambda: issue_plan(stale, **who),
            lambda: services.change_item(item, heading="新", **who),
            lambda: services.add_item(stale, kind="task", heading="新", **who),
            lambda: services.delete_draft(stale, actor=self.supervisor),
            lambda: services.resolve_name(stale, "火星办", self.gxc, **who),
            lambda: services.set_goal_keeper(goal, self.gxc, **who),
            lambda: services.state_goal_actual(goal, target, Decimal(1), date(2026, 3, 2), **who),
        ):
            with self.assertRaises(DomainError) as caught:
                late()
            self.assertEqual((caught.exception.code, caught.exception.status), ("not_found", 404))
