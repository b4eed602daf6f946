"""The outline of a plan: marks, titles, commitments, owners, parts."""

from __future__ import annotations

import pytest

from xinglin.plan.reading import Commitment, Reading, read_plan
from xinglin.plan.reading.owners import owners

NESTED = """青禾市卫生健康局2026年工作要点
一、总体要求
坚持健康优先，完成100项任务。
二、主要任务
（一）做强医院
1．建设专科。新增专科3个。（责任科室：医政科、科教科等有关科室）
2．改善服务
优化流程，缩短等候。（责任单位：医政科(护理科)；配合单位：信息中心）
（二）做优公卫。一是抓监测。完善哨点。二是抓处置。开展演练2次。
三、工作保障
加强领导。
青禾市卫生健康局
2026年2月1日
"""

FLAT = (
    "桐安县2025年卫生健康工作要点 一、总体思路 坚持人民至上。 二、重点工作 (一)深化改革 "
    "(1)推进医联体。提升双随机、一公开水平。 (2)升级平台。推广2.0平台。 (二)强化党建 "
    "(1)建强支部。落实制度。 |"
)

TWO_PARTS = """岚山区卫生健康局2024年工作总结和2025年工作计划
2024年岚山区卫生健康工作总结
一年来，全系统干部职工团结奋斗，圆满完成了各项目标任务，全区卫生健康事业发展迈上新的台阶。
一、疾病防控扎实。全年接种疫苗4.5万剂次，全区居民健康状况得到持续的改善，群众满意度稳步提高。
二、医疗服务提升。新建门诊3个，全区医疗机构的服务能力得到全面加强，群众看病就医更加便捷。
2025年岚山区卫生健康工作计划
新的一年，全系统将以更高的标准、更实的作风推进各项工作，努力为全区人民提供更好的健康服务。
一、抓项目。新建门诊5个，并持续推进区医院改造工程，切实改善群众的就医环境和就医体验。
二、抓队伍。招聘护士30名，并加强在职人员培训，不断提高全区卫生健康队伍的专业化服务水平。
"""


def commitment(reading: Reading, title: str) -> Commitment:
    return next(one for one in reading.commitments if one.title == title)


def test_the_deepest_marked_unit_is_a_commitment() -> None:
    """Units with marked units below are headings; those without are commitments."""
    reading = read_plan(NESTED, name="plan")
    assert [one.id for one in reading.commitments] == [
        "plan/二/一/1",
        "plan/二/一/2",
        "plan/二/二/一是",
        "plan/二/二/二是",
        "plan/三",
    ]


def test_a_path_leads_from_the_top_to_the_own_title() -> None:
    """A path holds the headings above a commitment and then its run-in title."""
    reading = read_plan(NESTED)
    assert commitment(reading, "抓监测").path == ("主要任务", "做优公卫", "抓监测")


def test_a_section_of_aims_holds_no_commitment() -> None:
    """总体要求 is a heading, and a number in it has no commitment."""
    reading = read_plan(NESTED)
    assert [one.title for one in reading.headings if one.level == 1] == ["总体要求", "主要任务"]
    hundred = next(one for one in reading.targets if one.value == 100)
    assert hundred.commitment is None


def test_a_title_may_stand_on_its_own_line() -> None:
    """A first line without a full stop is a title when text follows it."""
    assert commitment(read_plan(NESTED), "改善服务").marker == "2．"


def test_the_signature_belongs_to_no_commitment() -> None:
    """The last commitment ends before the signature and the date."""
    last = read_plan(NESTED).commitments[-1]
    assert NESTED[last.start : last.end].endswith("加强领导。")


def test_a_page_without_line_breaks_keeps_its_tree() -> None:
    """Marks behind a space or a full stop open units; marks inside slogans and versions do not."""
    reading = read_plan(FLAT)
    assert [one.path for one in reading.commitments] == [
        ("重点工作", "深化改革", "推进医联体"),
        ("重点工作", "深化改革", "升级平台"),
        ("重点工作", "强化党建", "建强支部"),
    ]
    last = reading.commitments[-1]
    assert FLAT[last.start : last.end].endswith("落实制度。")


def test_a_file_with_two_documents_has_two_kinds() -> None:
    """Commitments under the summary's title are summary, those under the plan's title plan."""
    reading = read_plan(TWO_PARTS, name="f")
    assert [(one.id, one.kind) for one in reading.commitments] == [
        ("f/S/一", "summary"),
        ("f/S/二", "summary"),
        ("f/P/一", "plan"),
        ("f/P/二", "plan"),
    ]
    assert reading.commitments[2].path == ("2025年岚山区卫生健康工作计划", "抓项目")


def test_the_summary_reports_and_the_plan_promises() -> None:
    """The same words are achieved in a summary and a target in a plan."""
    kinds = {one.value: one.kind for one in read_plan(TWO_PARTS).targets}
    assert kinds == {45_000: "achieved", 3: "achieved", 5: "target", 30: "target"}


def test_a_chapter_that_reviews_the_year_is_summary() -> None:
    """Without title lines the first chapter's own title tells that it reports."""
    text = "一、2024年工作回顾\n（一）防病有力。接种5万剂。\n二、2025年工作安排\n（一）强基层。新建站点2个。\n"
    assert [one.kind for one in read_plan(text).commitments] == ["summary", "plan"]


def test_numbering_may_run_on_through_the_chapters() -> None:
    """A list that goes on under the next heading is the same list."""
    text = "一、强基\n1.甲项。做好。\n2.乙项。做好。\n二、提质\n3.丙项。做好。\n4.丁项。做好。\n"
    ids = [one.id for one in read_plan(text).commitments]
    assert ids == ["一/1", "一/2", "二/3", "二/4"]


def test_parts_of_one_sentence_are_no_commitments() -> None:
    """一是…；二是… within a sentence opens no unit."""
    text = "一、强基。办好两件事：一是建站；二是配车。\n二、提质。抓好落实。\n"
    assert len(read_plan(text).commitments) == 2


def test_numbering_that_starts_anew_keeps_ids_apart() -> None:
    """Two lists under one heading never give two commitments one id."""
    text = "一、强基。一是甲。做好。二是乙。做好。再抓三项。一是丙。做好。二是丁。做好。\n"
    ids = [one.id for one in read_plan(text).commitments]
    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize(
    ("text", "names", "etc"),
    [
        ("做好。（责任科室：医政科、药政科）", ("医政科", "药政科"), False),
        ("做好。(责任科室:组织科等有关科室)", ("组织科",), True),
        ("做好。（牵头单位：疾控局；配合单位：各镇卫生院）", ("疾控局", "各镇卫生院"), False),
        ("做好。（责任单位：医政科（中医科）、规财科）", ("医政科（中医科）", "规财科"), False),
        ("做好。\n责任科室：医政科、\n", ("医政科",), False),
        ("做好（包括甲、乙）。", (), False),
    ],
)
def test_owners_are_named_in_brackets_or_on_a_line(text: str, names: tuple[str, ...], etc: bool) -> None:
    """Names are split at commas outside brackets, and "and others" is kept as a flag."""
    assert owners(text) == (names, etc)


def test_wrapped_lines_do_not_cut_sentences() -> None:
    """Text broken at the width of a page reads as if it were not broken."""
    line = "持续推进各级医疗卫生机构能力建设不断优化资源布局和服务"
    text = "一、强基。" + "\n".join([line] * 14) + "\n签约率达到\n60%以上。\n二、提质。抓好落实。\n"
    (target,) = read_plan(text).targets
    assert (target.value, target.comparator) == (0.6, ">=")
    assert target.indicator.endswith("签约率")


def test_the_text_of_a_part_starts_at_its_title_line() -> None:
    """Chapters called 第一部分 and 第二部分 are parts of the file, not units of the plan."""
    text = TWO_PARTS.replace("2024年岚山区卫生健康工作总结\n", "第一部分 2024年工作回顾\n").replace(
        "2025年岚山区卫生健康工作计划\n", "第二部分 2025年工作计划\n"
    )
    reading = read_plan(text)
    assert [one.path[0] for one in reading.commitments] == ["2024年工作回顾"] * 2 + ["2025年工作计划"] * 2
