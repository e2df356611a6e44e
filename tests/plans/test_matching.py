"""Items of two plans: paired by what they say, one to one."""

from hypothesis import given
from hypothesis import strategies as st

from plans.matching import Pair, Wording, pairs

LEAST = 0.6


def plan(*headings: str) -> list[Wording]:
    return [Wording(heading, number=str(n)) for n, heading in enumerate(headings, start=1)]


def indexes(
    old: list[Wording], new: list[Wording], least: float = LEAST
) -> list[tuple[int | None, int | None]]:
    return [(pair.old, pair.new) for pair in pairs(old, new, least=least)]


ROADS = ("新建科技企业孵化器", "培育高新技术企业", "组建产业技术研究院", "引进高层次人才")


def test_the_same_plan_pairs_with_itself():
    assert pairs(plan(*ROADS), plan(*ROADS), least=LEAST) == [Pair(n, n, 1.0) for n in range(4)]


def test_an_insertion_shifts_numbers_and_nothing_else():
    new = plan("完善科技金融服务", *ROADS)
    assert indexes(plan(*ROADS), new) == [(None, 0), (0, 1), (1, 2), (2, 3), (3, 4)]


def test_what_is_missing_comes_last():
    assert indexes(plan(*ROADS), plan(ROADS[0], ROADS[3])) == [(0, 0), (3, 1), (1, None), (2, None)]


def test_a_reworded_item_is_the_most_alike_one():
    new = plan("加快培育高新技术企业200家", *ROADS[2:])
    assert indexes(plan(*ROADS), new) == [(1, 0), (2, 1), (3, 2), (0, None)]


def test_a_body_tells_apart_what_headings_do_not():
    old = [Wording("加强服务", "为企业提供上门辅导。"), Wording("加强服务", "为人才办理落户手续。")]
    new = [
        Wording("加强服务", "为人才办理落户和子女入学手续。"),
        Wording("加强服务", "为企业提供上门辅导和融资。"),
    ]
    assert indexes(old, new) == [(1, 0), (0, 1)]


def test_where_a_heading_ends_or_a_line_breaks_is_no_difference():
    old, new = [Wording("加强服务", "为企业提供\n上门辅导。")], [Wording("加强服务为企业提供上门 辅导。")]
    assert pairs(old, new, least=1.0) == [Pair(0, 0, 1.0)]


def test_a_text_that_comes_twice_stays_between_its_neighbours():
    old = plan("甲部分工作", "加强领导", "乙部分工作", "加强领导")
    new = plan("丙部分事项", "加强领导", "甲部分工作", "加强领导", "乙部分工作", "加强领导")
    assert (1, 3) in indexes(old, new)
    assert (3, 5) in indexes(old, new)


def test_the_number_decides_between_equals():
    old = [Wording("甲处工作安排", number="3"), Wording("乙处工作安排", number="4")]
    assert indexes(old, [Wording("丙处工作安排", number="4")]) == [(1, 0), (0, None)]


def test_what_is_not_alike_enough_stays_alone():
    old, new = plan("培育高新技术企业"), plan("修订机关食堂制度")
    assert indexes(old, new) == [(None, 0), (0, None)]
    assert indexes(old, new, least=0.0) == [(0, 0)]


def test_nothing_beside_something():
    assert indexes([], plan("甲")) == [(None, 0)]
    assert indexes(plan("甲"), []) == [(0, None)]
    assert indexes([], []) == []


wordings = st.lists(
    st.builds(
        Wording,
        st.text("甲乙丙丁戊己", min_size=1, max_size=6),
        st.text("甲乙丙 \n", max_size=8),
        st.sampled_from("1234"),
    ),
    max_size=12,
)


@given(wordings, wordings, st.floats(0, 1))
def test_every_index_comes_once_and_always_the_same(old, new, least):
    found = pairs(old, new, least=least)
    assert [pair.new for pair in found if pair.new is not None] == list(range(len(new)))
    assert sorted(pair.old for pair in found if pair.old is not None) == list(range(len(old)))
    assert all(pair.likeness >= least - 0.0001 for pair in found if None not in (pair.old, pair.new))
    assert found == pairs(old, new, least=least)
    left = [[side[n] for n in rest] for side, rest in ((old, alone(found, 0)), (new, alone(found, 1)))]
    texts = [{"".join((one.heading + one.body).split()) for one in rest} for rest in left]
    assert not texts[0] & texts[1]


def alone(found: list[Pair], side: int) -> list[int]:
    return [pair[side] for pair in found if pair[1 - side] is None]


@given(wordings)
def test_a_plan_beside_itself_is_the_same_plan(items):
    assert indexes(items, items) == [(n, n) for n in range(len(items))]
