"""This year's plan beside last year's: what goes on in other words, what is new, what was dropped."""

import pytest
from django.test import SimpleTestCase

from plans.comparing import Comparison, compare
from plans.likeness import MOST_COMPARED, alike, one_to_one
from plans.matching import Wording
from plans.models import PlanItem
from tests import years
from tests.builders import a_goal, a_plan, an_item
from tests.cases import OfficeCase


class LikenessTest(SimpleTestCase):
    def pairs(self, old: list[str], new: list[str]) -> dict[str, str]:
        texts = ([Wording(text) for text in old], [Wording(text) for text in new])
        return {new[one.new]: old[one.old] for one in one_to_one(alike(*texts))}

    def test_the_same_work_is_found_in_other_words(self):
        old = ["建设科技企业孵化器", "推进技术合同登记", "选派科技特派员"]
        new = ["深化特派员制度", "提升孵化器服务能力", "做活技术合同市场"]
        self.assertEqual(self.pairs(old, new), {new[0]: old[2], new[1]: old[0], new[2]: old[1]})

    def test_what_every_plan_says_makes_no_two_items_alike(self):
        self.assertEqual(self.pairs(["全面提升企业创新水平"], ["推进科技创新工作"]), {})

    def test_who_answers_for_it_makes_no_two_items_alike(self):
        old = Wording("建设孵化器", "（责任单位：高新技术处、资源配置处）")
        new = Wording("选派特派员", "（责任单位：高新技术处、资源配置处）")
        self.assertEqual(list(alike([old], [new])), [])

    def test_equal_texts_are_wholly_alike_even_where_they_say_nothing(self):
        (found,) = alike([Wording("推进工作")], [Wording("推进工作")])
        self.assertEqual(found.likeness, 1.0)

    def test_far_too_long_lists_are_matched_by_equal_texts_alone(self):
        size = int(MOST_COMPARED**0.5) + 1
        old = [Wording(f"建设孵化器{n}") for n in range(size)]
        new = [Wording("建设孵化器7"), *(Wording(f"做强孵化器{n}") for n in range(size))]
        self.assertEqual([tuple(one) for one in alike(old, new)], [(7, 0, 1.0)])

    def test_the_years_before_are_found_again_as_docs_reading_tells(self):
        told = {2024: (26, 26, 0), 2025: (26, 25, 0), 2026: (28, 25, 1)}
        for year, counts in told.items():
            self.assertEqual(years.found_again(year, years.by_likeness), counts, year)

    @pytest.mark.skipif(not years.SHARED.is_dir(), reason="the labelled documents are not beside the project")
    def test_real_plans_of_one_bureau_far_apart_share_little_and_those_of_others_nothing(self):
        wuhan = [[work.wording for work in years.labelled(f"wuhan-{year}")] for year in (2012, 2020)]
        self.assertLessEqual(len(years.by_likeness(*wuhan)), 2)
        others = ("sc-zero-waste-2019", "longyan-cable-2022")
        self.assertEqual(
            years.by_likeness(*([w.wording for w in years.labelled(name)] for name in others)), {}
        )


class ComparisonTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.last, self.this = a_plan(self.kjj, year=2025), a_plan(self.kjj, year=2026)

    def told(self, found: Comparison) -> tuple[list[tuple[str, str]], list[str], list[str]]:
        carried = [(pair.then.item.heading, pair.now.item.heading) for pair in found.carried]
        new, dropped = ([one.item.heading for one in side] for side in (found.new, found.dropped))
        return carried, new, dropped

    def test_every_item_stands_once_in_its_own_plans_order(self):
        for heading in ("建设科技企业孵化器", "办好科技活动周", "选派科技特派员"):
            an_item(self.last, heading)
        for heading in ("发展低空经济", "深化特派员制度", "提升孵化器服务能力"):
            an_item(self.this, heading)
        told = self.told(compare(self.this, self.last))
        carried = [("选派科技特派员", "深化特派员制度"), ("建设科技企业孵化器", "提升孵化器服务能力")]
        self.assertEqual(told, (carried, ["发展低空经济"], ["办好科技活动周"]))
        back = self.told(compare(self.last, self.this))
        self.assertEqual(back[1:], (told[2], told[1]))

    def test_tasks_are_compared_with_tasks_and_goals_with_goals(self):
        an_item(self.last, "高新技术企业达到300家")
        a_goal(self.this, "高新技术企业达到400家", targets=[("高新技术企业", 400)])
        self.assertEqual(compare(self.this, self.last).carried, [])
        a_goal(self.last, "高新技术企业达到300家")
        (pair,) = compare(self.this, self.last).carried
        self.assertEqual([row.direction.value for row in pair.targets], ["up"])

    def test_what_people_linked_goes_before_what_is_alike(self):
        same, other = an_item(self.last, "建设孵化器"), an_item(self.last, "选派特派员")
        item = an_item(self.this, "建设孵化器")
        PlanItem.objects.filter(pk=item.pk).update(continues=other)
        found = compare(self.this, self.last)
        (pair,) = found.carried
        self.assertEqual((pair.then.item, pair.linked, pair.likeness), (other, True, 1.0))
        self.assertEqual([one.item for one in found.dropped], [same])

    def test_a_tasks_measures_count_with_it(self):
        for plan, value in ((self.last, 5), (self.this, 8)):
            task = an_item(plan, "提升载体能力")
            measure = an_item(plan, "新建孵化器", kind="measure", targets=[("新建孵化器", value)])
            PlanItem.objects.filter(pk=measure.pk).update(parent=task)
        (pair,) = compare(self.this, self.last).carried
        self.assertEqual([(row.now.value, row.direction.value) for row in pair.targets], [(8, "up")])

    def test_what_a_revision_took_out_is_not_compared(self):
        item = an_item(self.last, "建设孵化器")
        PlanItem.objects.filter(pk=item.pk).update(withdrawn_at=self.now)
        found = compare(self.this, self.last)
        self.assertEqual((found.carried, found.new, found.dropped), ([], [], []))
