"""Plain text that was cut into lines of one width."""

from plans.parser import parse
from plans.readers import text
from plans.readers.wrapped import joined

PARAGRAPHS = (
    "为做好全年科技工作，加快建设区域创新高地，结合本市实际，按照年度工作部署，制定本工作要点，请认真落实。",
    "一、建设创新平台。支持企业牵头组建创新联合体，推动市级重点实验室优化重组，全年新建省级以上创新平台八个。",
    "二、培育创新主体。完善高新技术企业梯次培育机制，开展上门服务，全年净增高新技术企业一百二十家以上。",
    "三、促进成果转化。建设概念验证中心和中试基地，举办成果对接活动十场，技术合同成交额突破四十五亿元。",
)


def wrapped(width: int) -> str:
    lines = []
    for paragraph in PARAGRAPHS:
        lines += [paragraph[at : at + width] for at in range(0, len(paragraph), width)]
    return "\n".join(["青垣市2024年科技工作要点", *lines])


def test_lines_cut_in_mid_sentence_are_joined():
    assert joined(wrapped(20)) == "\n".join(["青垣市2024年科技工作要点", *PARAGRAPHS])


def test_a_wrapped_plan_is_read_as_if_it_were_whole():
    items = parse(text.read(wrapped(22).encode())).items
    assert [(item.path, item.heading) for item in items] == [
        ("一", "建设创新平台"),
        ("二", "培育创新主体"),
        ("三", "促进成果转化"),
    ]
    assert "\n" not in "".join(item.body for item in items)
    assert items[0].body == PARAGRAPHS[1].partition("。")[2]


def test_whole_paragraphs_and_short_lists_stay_as_they_are():
    whole = "\n".join(PARAGRAPHS * 3)
    assert joined(whole) == whole
    steps = "\n".join(f"（{n}）推进第{n}项事项按期落实到位" for n in range(1, 30))
    assert joined(steps) == steps


def test_a_few_cut_paragraphs_among_short_lines_are_joined():
    lines = [
        "青垣市2024年农田建设计划",
        "一、建设目标",
        "    全年新增高效节水灌溉面积三万亩，恢复和改善灌溉面积",
        "2.5万亩；灌溉水有效利用系数提高到0.56，保证率较上年提高",
        "3.1个百分点。",
        "二、主要任务",
        "    1.疏浚沟渠。疏浚县乡两级沟渠一百八十公里、塘坝四百口，清淤",
        "2.4万立方米以上，三月底前全部完工并通过验收。",
        "    2.改造泵站。对效率偏低的泵站进行更新改造，提水能力提高1.5",
        "倍。其中城北片区完成二十座，城南片区完成十二座，总装机容量",
        "不减少。",
        "三、保障措施",
        "    落实责任。",
    ]
    found = [item.path for item in parse(text.read("\n".join(lines).encode())).items]
    assert found == ["一", "一/", "一/", "一/", "一/", "二", "二/1", "二/2", "三"]
    assert "提高1.5倍。" in joined("\n".join(lines))


def test_a_line_wider_than_the_page_shows_that_there_is_none():
    lines = [PARAGRAPHS[0][:20], PARAGRAPHS[0][20:40]] * 4 + [PARAGRAPHS[1] * 2] * 6
    assert joined("\n".join(lines)) == "\n".join(lines)
