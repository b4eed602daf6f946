"""Numbers as plans write them, and numbers that are no targets."""

from __future__ import annotations

import pytest

from xinglin.plan.reading import read_plan
from xinglin.plan.reading.numbers import quantities
from xinglin.plan.reading.numerals import parse_numeral
from xinglin.plan.reading.page import fold


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零五", 105),
        ("两千三百", 2300),
        ("三万五千", 35_000),
        ("一百二十万", 1_200_000),
        ("一亿二千万", 120_000_000),
        ("三四", None),
        ("二〇二五", None),
        ("百", None),
        ("万", None),
        ("", None),
    ],
)
def test_a_chinese_numeral_is_one_number_or_none(numeral: str, value: int | None) -> None:
    """Numerals are read by place value; years, approximations and bare powers are none."""
    assert parse_numeral(numeral) == value


@pytest.mark.parametrize(
    ("phrase", "value", "high", "unit"),
    [
        ("8.2万名老人", 82_000, None, "名"),
        ("１２个站点", 12, None, "个"),
        ("1,200家单位", 1200, None, "家"),
        ("1 200家单位", 1200, None, "家"),
        ("12 345 678元", 12_345_678, None, "元"),
        ("2023 120个", 120, None, "个"),
        ("3.5万管样本", 35_000, None, "管"),
        ("3.9万余人次", 39_000, None, "人次"),
        ("20余家企业", 20, None, "家"),
        ("4.22亿元", 422_000_000, None, "元"),
        ("18.5 万元", 185_000, None, "元"),
        ("1-2个中心", 1, 2, "个"),
        ("3至5家医院", 3, 5, "家"),
        ("2～4万人", 20_000, 40_000, "人"),
        ("80%-85%", 0.8, 0.85, "%"),
        ("３．５‰", 0.0035, None, "‰"),
        ("百分之九十五", 0.95, None, "%"),
        ("三分之二", 2 / 3, None, "%"),
        ("八成以上", 0.8, None, "%"),
        ("2个百分点", 0.02, None, "百分点"),
        ("1.5床/万人", 1.5, None, "床/万人"),
        ("9/10万", 9, None, "/10万"),
        ("2万重点人群", 20_000, None, "人"),
        ("五十名医生", 50, None, "名"),
        ("40DDDs以下", 40, None, "DDDs"),
    ],
)
def test_a_number_phrase_has_a_value_in_base_units(phrase: str, value: float, high: float | None, unit: str) -> None:
    """Multipliers, shares and full-width digits come out as plain numbers with their unit."""
    (found,) = quantities(fold(phrase))
    assert found.value == pytest.approx(value)
    assert found.high == (None if high is None else pytest.approx(high))
    assert found.unit == unit


@pytest.mark.parametrize(
    "sentence",
    [
        "编制“十四五”规划",
        "落实双随机、一公开要求",
        "坚定四个自信、做到两个维护",
        "建设二级以上综合医院",
        "为60岁以上老年人建档",
        "为13—14岁女生接种疫苗",
        "完成2023—2025年三年行动",
        "贯彻〔2024〕31号文件",
        "于2025年6月30日前报送",
        "抓实三项措施",
        "深化五大行动",
        "提供4大核心服务",
        "聚焦6个方面",
        "落实18项核心制度",
        "推广5G和2.0平台",
        "推行“1+8+N”模式",
        "实施“551人才”计划",
        "拨打120急救电话",
        "做好第2批名单遴选",
        "打造一批样板",
        "建设一支队伍",
        "推进一件事改革",
        "实行24小时值班",
        "建设15分钟服务圈",
        "开展无废城市和零容忍行动",
        "推进市第三人民医院二期工程",
        "推动医疗资源均衡布局",
        "将健康融入所有政策",
        "全面开展培训，全员参与",
        "落实全方位、全覆盖监管",
        "死亡率维持在低水平",
        "指标达到省定目标值",
        "争创全国百强，位列前10名",
        "印发《三十条措施》",
        "组织百名专家下乡",
        "围绕建党100周年开展宣传",
        "强化“三个全覆盖”机制",
        "浏览次数：123次",
        "一是加强领导",
        "服务4类人群",
        "坚持三管齐下",
    ],
)
def test_numbers_in_names_dates_and_slogans_are_no_targets(sentence: str) -> None:
    """No class of decoy gives a target."""
    assert read_plan(sentence + "。").targets == ()


@pytest.mark.parametrize(
    ("sentence", "value_text"),
    [
        ("打造一家健康主题馆", "一家"),
        ("新建两所社区医院", "两所"),
        ("新建专家工作室两个", "两个"),
        ("新增彩超机三台、呼吸机一台", "三台 一台"),
        ("能提供6类以上适宜技术", "6类"),
        ("县级日检测能力达到2万个以上", "2万个"),
        ("年处理能力达到5万桶", "5万"),
        ("每个乡镇至少配备一名药师", "一名"),
        ("三家及以上医院达到优秀", "三家"),
        ("每季度开展一次演练", "一次"),
        ("培养五十名骨干医师", "五十名"),
    ],
)
def test_a_number_counts_where_something_new_or_bounded_is_counted(sentence: str, value_text: str) -> None:
    """A Chinese numeral, a kind or an unknown unit is a target when making or a bound gives evidence."""
    assert " ".join(one.value_text for one in read_plan(sentence + "。").targets) == value_text


def test_a_group_beside_a_count_does_not_hide_the_count() -> None:
    """The age of a group is no target, the number of its members is."""
    (target,) = read_plan("为3.6万名65岁以上老年人免费体检。").targets
    assert (target.value, target.unit) == (36_000, "名")


def test_an_age_between_a_bare_ten_thousand_and_its_people_hides_neither() -> None:
    """13.4万65岁以上老年人 counts persons though no classifier is written."""
    (target,) = read_plan("为13.4万65岁以上老年人免费体检。").targets
    assert (target.value, target.unit, target.note) == (134_000, "人", "unit implied")
