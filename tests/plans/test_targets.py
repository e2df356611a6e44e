"""A figure of this year beside last year's: which are the same, and whether it went up or down."""

from decimal import Decimal

from django.test import SimpleTestCase

from plans.models import Target
from plans.targets import Beside, beside


def a_target(name: str, value: str, unit: str = "家", most: str = "", comparator: str = "=") -> Target:
    value_max = Decimal(most) if most else None
    return Target(name=name, comparator=comparator, value=Decimal(value), value_max=value_max, unit=unit)


def told(rows: list[Beside]) -> list[tuple[str | None, str | None, str]]:
    return [(row.then and row.then.name, row.now and row.now.name, row.direction.value) for row in rows]


class DirectionTest(SimpleTestCase):
    def direction(self, old: Target, new: Target) -> str:
        (row,) = beside([old], [new])
        return row.direction.value

    def test_the_number_says_up_down_or_the_same(self):
        for value, said in (("60", "up"), ("30", "down"), ("45", "same")):
            old, new = a_target("净增高新技术企业45家", "45"), a_target(f"净增高新技术企业{value}家", value)
            self.assertEqual(self.direction(old, new), said)

    def test_units_are_brought_to_one_scale(self):
        old = a_target("技术合同成交额达到9800万元", "9800", "万元")
        new = a_target("技术合同成交额突破1亿元", "1", "亿元", comparator=">=")
        self.assertEqual(self.direction(old, new), "up")
        self.assertEqual(
            self.direction(
                a_target("种植面积3万亩", "3", "万亩"), a_target("种植面积30000亩", "30000", "亩")
            ),
            "same",
        )

    def test_other_units_of_the_same_figure_are_not_compared(self):
        old, new = a_target("科普活动20场", "20", "场"), a_target("科普活动5000人次", "5000", "人次")
        self.assertEqual(self.direction(old, new), "changed")

    def test_of_ranges_both_ends_must_go_one_way(self):
        ranges = {("3", "5"): "up", ("1", "1.5"): "down", ("1", "4"): "changed", ("2", "3"): "same"}
        for (low, high), said in ranges.items():
            old = a_target("举办对接会2至3场", "2", "场", "3")
            self.assertEqual(self.direction(old, a_target("举办对接会", low, "场", high)), said, (low, high))

    def test_a_ceiling_that_falls_goes_down(self):
        old = a_target("办理时限控制在10天以内", "10", "天", comparator="<=")
        self.assertEqual(
            self.direction(old, a_target("办理时限不超过5天", "5", "天", comparator="<=")), "down"
        )


class SameFigureTest(SimpleTestCase):
    def test_other_words_around_it_leave_the_figure_the_same(self):
        old = [a_target("力争入网仪器达到600台", "600", "台"), a_target("科技型中小企业入库900家以上", "900")]
        new = [a_target("科技型中小企业入库1100家", "1100"), a_target("入网大型科研仪器750台", "750", "台")]
        self.assertEqual(
            told(beside(old, new)), [(old[1].name, new[0].name, "up"), (old[0].name, new[1].name, "up")]
        )

    def test_what_is_only_in_one_year_is_told_after(self):
        old, new = [a_target("新建众创空间6家", "6")], [a_target("引进青年人才50名", "50", "名")]
        self.assertEqual(
            told(beside(old, new)), [(None, new[0].name, "added"), (old[0].name, None, "dropped")]
        )

    def test_how_many_more_is_no_up_or_down_of_how_many_in_all(self):
        old, new = a_target("新增科普基地5家", "5"), a_target("科普基地达到30家", "30")
        self.assertEqual({row.direction.value for row in beside([old], [new])}, {"added", "dropped"})

    def test_a_rank_is_part_of_the_figure(self):
        old, new = a_target("新增市级以上孵化器4家", "4"), a_target("新增国家级孵化器1家", "1")
        self.assertEqual({row.direction.value for row in beside([old], [new])}, {"added", "dropped"})

    def test_of_two_alike_the_one_of_the_same_unit_is_meant(self):
        old = [a_target("技术合同成交额增长10%", "10", "%"), a_target("技术合同成交额增长5亿元", "5", "亿元")]
        (row, left) = beside(old, [a_target("技术合同成交额增长6亿元", "6", "亿元")])
        self.assertEqual((row.then, row.direction.value, left.then), (old[1], "up", old[0]))

    def test_names_of_nothing_but_a_number_are_the_same_only_when_equal(self):
        self.assertEqual(told(beside([a_target("达到5家", "5")], [a_target("达到5家", "6")]))[0][2], "up")
        self.assertEqual(len(beside([a_target("达到5家", "5")], [a_target("新建6家", "6")])), 2)
