"""How a value binds, to what indicator, and with what fields."""

from __future__ import annotations

import pytest

from xinglin.plan.reading import Target, read_plan, to_json


def only(sentence: str) -> Target:
    (target,) = read_plan(sentence).targets
    return target


@pytest.mark.parametrize(
    ("sentence", "comparator", "value"),
    [
        ("规范管理率达60%以上。", ">=", 0.6),
        ("规范管理率不低于60%。", ">=", 0.6),
        ("规范管理率≥60%。", ">=", 0.6),
        ("规范管理率60%。", ">=", 0.6),
        ("普惠床位不少于103张。", ">=", 103),
        ("互认机构达50家。", ">=", 50),
        ("服务量突破100万人次。", ">=", 1_000_000),
        ("每千人口床位数7.2张。", ">=", 7.2),
        ("新增床位50张。", "=", 50),
        ("培养中医骨干30名。", "=", 30),
        ("婴儿死亡率控制在3.5‰以内。", "<=", 0.0035),
        ("孕产妇死亡率控制在10/10万以下。", "<=", 10),
        ("平均住院日不超过8天。", "<=", 8),
        ("急救反应时间缩短至12分钟。", "<=", 12),
        ("费用增幅不超过5%。", "<=", 0.05),
        ("人均费用增长控制在3%以内。", "<=", 0.03),
        ("招聘医师500人左右。", "approx", 500),
        ("投入资金约3亿元。", "approx", 300_000_000),
        ("引进博士5-8名。", "between", 5),
        ("整改率100%。", "all", 1.0),
        ("转诊量较上年增长10%以上。", "increase_by", 0.1),
        ("占比同比提高2个百分点。", "increase_by", 0.02),
        ("预约人次翻一番。", "increase_by", 1.0),
        ("发病率比2023年下降5%。", "decrease_by", 0.05),
    ],
)
def test_the_words_around_a_value_decide_how_it_binds(sentence: str, comparator: str, value: float) -> None:
    """Each cue gives its comparator, and rates without a cue bind from below."""
    target = only(sentence)
    assert target.comparator == comparator
    assert target.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("sentence", "value_text"),
    [
        ("实现远程会诊全覆盖。", "全覆盖"),
        ("镇卫生院均设立中医馆。", "均"),
        ("所有县级医院均能开展透析服务。", "所有"),
        ("二级以上医院全部接入平台。", "全部"),
        ("重点人群应签尽签。", "应签尽签"),
    ],
)
def test_a_word_can_stand_for_all(sentence: str, value_text: str) -> None:
    """Words that speak of every member of a named set are a value of 100 %."""
    target = only(sentence)
    assert (target.value_text, target.comparator, target.value) == (value_text, "all", 1.0)


def test_values_are_handed_out_to_their_indicators() -> None:
    """A、B、C分别达x、y、z gives three targets, and the bound behind the last holds for all."""
    targets = read_plan("力争手术占比、微创占比、日间占比分别达40%、20%、10%以上。").targets
    assert [(one.indicator, one.value, one.comparator, one.hedged) for one in targets] == [
        ("手术占比", 0.4, ">=", True),
        ("微创占比", 0.2, ">=", True),
        ("日间占比", 0.1, ">=", True),
    ]


def test_one_value_may_be_shared_by_several_indicators() -> None:
    """A率、B率均达x gives two targets with one value span."""
    first, second = read_plan("及时率、准确率均达95%以上。").targets
    assert (first.indicator, second.indicator) == ("及时率", "准确率")
    assert (first.value_start, first.value_end) == (second.value_start, second.value_end)


def test_a_part_names_the_whole_it_is_part_of() -> None:
    """A sub-total behind 其中 takes over the action of its total."""
    total, part = read_plan("新增护理床位140张，其中普惠床位不少于90张。").targets
    assert (total.indicator, total.comparator) == ("新增护理床位", "=")
    assert (part.indicator, part.comparator) == ("新增普惠床位", ">=")


def test_a_share_of_a_set_is_named_by_what_the_set_does() -> None:
    """60%以上的A达到B is the share of A that reach B."""
    target = only("60%以上的镇卫生院达到推荐标准。")
    assert target.indicator == "达到推荐标准的镇卫生院比例"


def test_a_comparison_without_a_number_names_what_it_compares() -> None:
    """不低于 before another indicator gives a target with no value."""
    target = only("下转人次增长率不低于上转人次。")
    assert (target.value, target.comparator, target.relative_to) == (None, ">=", "上转人次增长率")


def test_the_number_of_a_set_is_background_when_all_of_it_is_promised() -> None:
    """In 20个镇实现…全覆盖 the promise is 全覆盖; 20 is how many there are."""
    count, promise = read_plan("20个镇实现托育机构全覆盖。").targets
    assert (count.kind, promise.kind) == ("background", "target")


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("截至去年底，签约率为42%。", "achieved"),
        ("目前已建成站点25个。", "achieved"),
        ("全市现有医院30家。", "background"),
        ("在去年基础上新增站点5个。", "target"),
    ],
)
def test_a_plan_may_also_report(sentence: str, kind: str) -> None:
    """What is done or already there is not a promise, wherever it stands."""
    assert only(sentence).kind == kind


def test_a_deadline_and_a_base_are_read_from_the_sentence() -> None:
    """全年 is the year of the plan's title; 每个… is what one value stands for."""
    plan = "青禾市2026年卫生健康工作要点\n一、强基。全年每个镇至少开展义诊4次。\n二、提质。抓落实。\n"
    target = only(plan)
    assert (target.deadline, target.per_unit, target.comparator) == ("2026", "每个镇", ">=")


def test_every_target_names_the_rule_that_found_it() -> None:
    """A rule has two parts: the shape of the words and the cue of the comparator."""
    assert only("签约率达60%以上。").rule == "name-before/at-least-after"


COASTAL = """珠屿市卫生健康局2024年工作要点
一、高质量推进健康珠屿建设
（一）大力推进高水平医院建设。年内新增三级医院1家，完成重点专科评审12个，每千人口床位数达到6.5张。
（二）实施基层强基工程。为12家镇卫生院配齐救护车，家庭医生重点人群签约率不低于75%，所有镇卫生院均开设夜间门诊。
"""

INLAND = """川平县2025年卫生健康工作思路
一、紧盯“五大目标”，夯实根基
1、项目攻坚。总投资2.6亿元的县中医院迁建项目6月底前完成主体施工；争取专项债1.2亿元。
2、医共体建设。一要做实人财物统一管理。县域内住院量占比达到80%以上，下沉专家不少于60人次。二要做强乡镇。建成县域医疗次中心2个。
"""

NORTHERN = """鲁沂区卫生健康系统2023年重点工作
一、持续提升医疗质量
（1）强化质控。病历甲级率达到95%，Ⅰ类切口感染率控制在1.5%以内。（牵头科室：医政科）
（2）优化服务。推广一站式结算，检查结果互认项目达到120项，门诊次均费用较上年下降3%。（牵头科室：医政科、医保科）
"""


@pytest.mark.parametrize(
    ("plan", "commitments", "expected"),
    [
        (
            COASTAL,
            2,
            [
                ("=", 1),
                ("=", 12),
                (">=", 6.5),
                ("=", 12),
                (">=", 0.75),
                ("all", 1.0),
            ],
        ),
        (
            INLAND,
            3,
            [
                ("=", 260_000_000),
                ("=", 120_000_000),
                (">=", 0.8),
                (">=", 60),
                ("=", 2),
            ],
        ),
        (
            NORTHERN,
            2,
            [(">=", 0.95), ("<=", 0.015), (">=", 120), ("decrease_by", 0.03)],
        ),
    ],
)
def test_plans_of_other_styles_are_read_as_well(plan: str, commitments: int, expected: list[tuple[str, float]]) -> None:
    """Plans written in the manner of other regions give all their targets and no others."""
    reading = read_plan(plan)
    assert len(reading.commitments) == commitments
    assert [(one.comparator, one.value) for one in reading.targets] == expected
    assert {one.kind for one in reading.targets} == {"target"}


def test_the_plain_form_binds_targets_to_commitments() -> None:
    """In the plain form a target names its commitment as item_id, and lists are lists."""
    plain = to_json(read_plan(NORTHERN, name="n"))
    assert [one["id"] for one in plain["commitments"]] == ["n/一/1", "n/一/2"]
    assert plain["commitments"][1]["responsible"] == ["医政科", "医保科"]
    assert {one["item_id"] for one in plain["targets"]} == {"n/一/1", "n/一/2"}


def test_a_list_of_densities_and_rates_hands_out_one_value_each() -> None:
    """分别 pairs names and values in order though one value is per 100 000 and the others per mille."""
    targets = read_plan("孕产妇死亡率、婴儿死亡率分别控制在9/10万、3‰以内。").targets
    assert [(one.indicator, one.value, one.comparator) for one in targets] == [
        ("孕产妇死亡率", 9, "<="),
        ("婴儿死亡率", 0.003, "<="),
    ]


def test_members_that_name_their_own_group_take_only_the_rate() -> None:
    """A list of groups shares its rate, and no member is given a second group."""
    targets = read_plan("老年人、高血压患者签约率分别达到70%、60%。").targets
    assert [one.indicator for one in targets] == ["老年人签约率", "高血压患者签约率"]


def test_values_whose_list_is_named_earlier_keep_one_name() -> None:
    """No value becomes part of the name of the next."""
    targets = read_plan("规范管理率分别为76%、74%。").targets
    assert [one.indicator for one in targets] == ["规范管理率", "规范管理率"]


def test_the_value_that_is_left_behind_is_a_fact_and_the_one_reached_a_promise() -> None:
    """由 A 提高到 B gives A as background and B as the target."""
    targets = read_plan("公有产权率由62%提高到80%。").targets
    assert [(one.value, one.kind, one.comparator) for one in targets] == [
        (0.62, "background", "="),
        (0.8, "target", ">="),
    ]


def test_a_share_and_its_baseline_are_not_cut_at_their_own_letters() -> None:
    """比 in 占比 and 比重 opens no baseline."""
    target = only("服务收入占比较2022年提升5个百分点。")
    assert (target.indicator, target.relative_to) == ("服务收入占比", "较2022年")


def test_owning_so_many_places_per_head_is_a_promise() -> None:
    """每千人口拥有…达到 sets a density; 拥有 makes it no stock."""
    target = only("每千人口拥有托位数达到4.5个。")
    assert (target.kind, target.comparator) == ("target", ">=")


def test_every_hospital_that_opens_something_is_all_of_them() -> None:
    """所有 with a verb that each member does is a value, with or without 均."""
    assert [one.comparator for one in read_plan("所有公立医院开通移动支付。").targets] == ["all"]


def test_parts_of_a_stock_are_stock_and_what_was_done_is_not() -> None:
    """现有 reaches over the sub-totals behind it, up to the first thing done or promised."""
    summary = "2022年工作总结\n一、主要成效\n（一）体系。现有机构430家，其中医院4家、卫生院18家。全年新增床位50张。"
    kinds = [one.kind for one in read_plan(summary).targets]
    assert kinds == ["background", "background", "background", "achieved"]
    promise = read_plan("现有床位500张，力争床位使用率不低于80%。").targets
    assert [one.kind for one in promise] == ["background", "target"]


def test_figures_of_what_is_wrong_are_nobodys_achievement() -> None:
    """Numbers in a section of troubles are facts."""
    text = (
        "2022年工作总结\n一、存在问题\n（一）负债较重。医院负债约2亿元。\n二、主要成效\n（一）服务提升。完成体检3万人。"
    )
    assert [one.kind for one in read_plan(text).targets] == ["background", "achieved"]


def test_the_people_whom_a_plan_is_for_are_a_fact() -> None:
    """A population named in the preamble is no promise; the same words in a commitment are."""
    text = "2024年工作要点\n服务好全市300万群众。\n一、公共卫生\n（一）体检惠民。为20万群众免费体检。"
    assert [one.kind for one in read_plan(text).targets] == ["background", "target"]


def test_books_and_samples_are_no_back_references() -> None:
    """本 at the end of a noun (读本, 样本, 成本) is part of its name; 本 before a count points back."""
    named = read_plan("一、任务\n1.发放健康读本10万册，建成样本库3个，节约成本200万元。").targets
    assert [target.value for target in named] == [100_000, 3, 2_000_000]
    assert read_plan("一、任务\n1.全面完成本3项任务。").targets == ()
