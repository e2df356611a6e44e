"""Whole documents: what our own say, that nothing is lost or invented, and how the labelled ones are read."""

import difflib
import importlib.util
import json
import random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.parser import ParsedPlan, parse
from plans.readers import read
from plans.readers.assembly import Assembly, Merged
from tests.plans.reading import OWN, SHARED, plan

NAMES = sorted(path.stem for path in OWN.glob("*.txt"))
LABELLED = ("wuhan-2020", "yichang-2023", "wuhu-2020", "wuhan-2012", "hubei-2021-reply")
FIELDS = ("title", "issuer", "document_number", "issued_on", "year")
# A target's text may be cut otherwise by another careful reader; its figures may not.
FIGURES = ("value", "value_max", "unit", "comparator")


def stated(item: dict) -> list[tuple]:
    return [tuple(target[key] for key in FIGURES) for target in item["targets"]]


@pytest.mark.parametrize("name", NAMES)
def test_our_documents_say_what_an_officer_would_enter(name):
    expected = json.loads((OWN / f"{name}.expected.json").read_text(encoding="utf-8"))
    found = parse(read((OWN / f"{name}.txt").read_bytes(), f"{name}.txt")).as_json()
    assert {key: found[key] for key in FIELDS} == {key: expected[key] for key in FIELDS}
    assert [i["path"] for i in found["items"]] == [i["path"] for i in expected["items"]]
    for got, want in zip(found["items"], expected["items"], strict=True):
        for key in ("number", "kind", "heading", "body", "lead", "cooperating"):
            assert got[key] == want[key], (want["path"], key)
        assert_targets(got, want)
        assert_deadline(got["deadline"], want["deadline"], want["path"])


def assert_targets(got: dict, want: dict) -> None:
    needed = [t for t in want["targets"] if not t.get("optional")]
    spare = [tuple(t[k] for k in FIGURES) for t in want["targets"] if t.get("optional")]
    figures = [figure for figure in stated(got) if figure not in spare]
    assert figures == stated({"targets": needed}), want["path"]


def assert_deadline(got: dict | None, want: dict | None, path: str) -> None:
    if want and want.get("optional"):
        return
    assert bool(got) == bool(want), path
    if want:
        assert (got["text"], got["date"], got["kind"]) == (want["text"], want["date"], want["kind"]), path


def pieces(read_plan: ParsedPlan) -> list[tuple[int, int]]:
    spans = [*read_plan.items, *read_plan.preamble, *read_plan.furniture]
    return sorted((span.start, span.end) for span in spans)


def assert_nothing_lost(read_plan: ParsedPlan) -> None:
    at = 0
    for start, end in pieces(read_plan):
        assert start == at, "a gap or an overlap"
        assert end >= start
        at = end
    assert at == len(read_plan.text)


def assert_in_order(read_plan: ParsedPlan) -> None:
    """Items follow one another, parents come before children, and every place lies in the text."""
    items, length = read_plan.items, len(read_plan.text)
    for index, item in enumerate(items):
        assert item.parent is None or item.parent < index
        assert index == 0 or items[index - 1].end <= item.start
    found = [f for i in items for f in (*i.owners, *i.targets, *([i.deadline] if i.deadline else []))]
    for place in (*items, *found, *read_plan.warnings, *read_plan.preamble, *read_plan.furniture):
        assert 0 <= place.start <= place.end <= length


def assert_nothing_invented(read_plan: ParsedPlan) -> None:
    text = read_plan.text
    for item in read_plan.items:
        assert all(text[t.start : t.end] == t.text for t in item.targets)
        assert all(text[o.start : o.end] == o.name for o in item.owners)
        if item.deadline:
            assert text[item.deadline.start : item.deadline.end] == item.deadline.text
        assert item.parent is None or read_plan.items[item.parent].path == item.path.rpartition("/")[0]
        assert "".join(item.heading.split()) in "".join(text.split())
    assert json.loads(json.dumps(read_plan.as_json()))["text"] == text


SOURCES = [*sorted(OWN.glob("*.txt")), *sorted((SHARED / "text").glob("*.txt"))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_nothing_is_lost_and_nothing_invented(source):
    found = parse(read(source.read_bytes(), source.name))
    assert_nothing_lost(found)
    assert_nothing_invented(found)


BITS = st.sampled_from(
    """一、 二、 三、 十一、 （一） (二) （三） 1. 2、 3． 10. （1） ① ② 一是 二是 三要 第一， 第二， 首先，
    第三条 附件1 附件：1. 总体思路 主要目标 重点任务 下一步打算 基本原则 工作职责 建设平台
    培育企业100家以上 增长10% 不少于二天 翻一番 6月底前 9月31日前 每季度 到2025年， 目前已有30家
    （责任单位：甲局、乙处） （甲局牵头，乙局配合） 牵头单位：甲局 主要预期目标是： 甲局：
    《办法（一）》 “二、丙” 青垣市科学技术局 2024年3月5日 （此件公开） 版权所有 打印 序号 任务
    ● ■ ★ —— ［1］ 任务一： 依法行政强法治。 到2027年， 说明： 注：1. 類別 總體要求 1.docx
    责任单位 | ｜ 。 ， ； ： 、 （ ） ( ) “ 《 —""".replace("\n", " ").split(" ")
    + ["\n", "\n\n", "\u3000", " "] * 3
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BITS, max_size=60).map("".join))
def test_random_documents_lose_nothing(text):
    found = plan(text)
    assert_nothing_lost(found)
    assert_nothing_invented(found)
    assert_in_order(found)


TITLES = "序号 类别 任务 重点工作 主要内容 责任单位 牵头单位 配合单位 完成时限 备注"
CELLS = "1 2 3 一、平台 （二）甲 推进某事项落实 甲局 甲局、乙局 6月底前 9月31日 合计 ●甲事项落实"
WORDS = st.sampled_from([*TITLES.split(" "), *CELLS.split(" "), "甲。\n1.乙。\n2.丙。"])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str | Merged]]:
    """A table of any words whose cells are merged with any earlier ones."""
    width = draw(st.integers(1, 6))
    rows: list[list[str | Merged]] = []
    for at in range(draw(st.integers(1, 8))):
        cells: list[str | Merged] = []
        for column in range(width):
            earlier = at * width + column
            if earlier and draw(st.integers(0, 4)) == 0:
                cells.append(Merged(*divmod(draw(st.integers(0, earlier - 1)), width)))
            else:
                cells.append(draw(st.one_of(WORDS, st.just(""))))
        rows.append(cells)
    return rows


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(tables(), BITS), max_size=5), st.integers(0, 3))
def test_random_tables_and_headings_lose_nothing(parts, level):
    assembly = Assembly()
    for part in parts:
        if isinstance(part, str):
            assembly.paragraph(part, level or None)
        else:
            assembly.table(part)
    found = parse(assembly.document())
    assert_nothing_lost(found)
    assert_nothing_invented(found)
    assert_in_order(found)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_loses_nothing(text):
    assert_nothing_lost(plan(text))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.randoms(use_true_random=False))
def test_damaged_documents_lose_nothing(name, chance: random.Random):
    text = (OWN / f"{name}.txt").read_text(encoding="utf-8")
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice(["", "\n", "。", "一、", "（"]) + text[at + chance.randint(0, 40) :]
    found = plan(text)
    assert_nothing_lost(found)
    assert_nothing_invented(found)


@pytest.mark.parametrize(
    "noise",
    [
        "一、" * 40_000,
        "（" * 80_000,
        "1." * 80_000,
        "“《（" * 30_000,
        "甲局、" * 40_000,
        "a|" * 40_000,
        "10%、" * 30_000,
        "甲\n" * 40_000,
        "●甲乙丙丁戊\n" * 20_000,
        "[1]" * 40_000,
        "|\n" * 40_000,
        "甲\t乙\n" * 20_000,
    ],
    ids=lambda noise: ascii(noise[:3]),
)
def test_long_noise_is_read_through(noise):
    assert_nothing_lost(plan(noise))


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled documents are not beside the project")
def test_the_labelled_work_plans_are_read_well():
    score = scorer()
    total = {column: score.Tally() for column in score.COLUMNS}
    for name in LABELLED:
        gold = json.loads((SHARED / "gold" / f"{name}.json").read_text(encoding="utf-8"))
        found = parse(read((SHARED / "text" / f"{name}.txt").read_bytes(), f"{name}.txt")).as_json()
        for column, tally in score.score(gold, found, lambda complaint: None).items():
            total[column].merge(tally)
    low = {c: round(t.f1, 3) for c, t in total.items() if t.f1 is not None and t.f1 < 0.92}
    assert low == {}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled documents are not beside the project")
def test_our_documents_copy_no_sentence_of_the_labelled_ones():
    theirs = "".join(path.read_text(encoding="utf-8") for path in (SHARED / "text").glob("*.txt"))
    for name in NAMES:
        ours = (OWN / f"{name}.txt").read_text(encoding="utf-8")
        match = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).find_longest_match()
        assert match.size < 40, ours[match.a : match.a + match.size]
