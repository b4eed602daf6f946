"""What can be counted or measured: classifiers and units, by the style of quantity they make.

A number with none of these behind it is a name, a version or a document's number, never a quantity.
"""

from __future__ import annotations

import re
from typing import Literal

Style = Literal["count", "rate", "money", "time", "age", "points", "times", "density", "score"]


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


COUNTS = _words(
    # persons and things
    "个 家 所 名 人 位 张 台 件 项 次 场 份 例 户 处 座 辆 套 篇 门 种 条 支 间 床 本 片 "
    "块 组 对 起 宗 笔 款 部 批 期 轮 剂 针 只 盒 瓶 幅 集 枚 架 艘 栋 幢 册 堂 节 班 单 "
    "队 站 面 顶 箱 袋 株 头 道 类 管 颗 副 页 字 餐 "
    # events counted by those they touch
    "人次 人份 人天 家次 台次 户次 例次 场次 件次 剂次 针次 车次 单次 批次 张次 人户 户人 "
    "份次 样次 项次 处次 人日 人年 床日 "
    # measures
    "平方米 平方公里 立方米 平米 ㎡ 公顷 亩 公里 千米 米 吨 千克 公斤 毫升 单位 学时 课时 学分 "
    "DDDs DDD ml kg km 平方"
)
MONEY = ("元", "美元", "元人民币")
TIMES_OF_DAY = _words("小时 分钟 秒 天 日 个工作日 工作日 个小时 个月 周 星期")
AGES = ("周岁", "岁")
RATES = ("%", "‰", "个百分点", "百分点", "成")

_STYLE: dict[str, Style] = dict.fromkeys(COUNTS, "count")
_STYLE |= dict.fromkeys(MONEY, "money")
_STYLE |= dict.fromkeys(TIMES_OF_DAY, "time")
_STYLE |= dict.fromkeys(AGES, "age")
_STYLE.update({"%": "rate", "‰": "rate", "成": "rate"})
_STYLE.update({"个百分点": "points", "百分点": "points", "倍": "times", "分": "score"})

_FACTOR = {"%": 0.01, "‰": 0.001, "个百分点": 0.01, "百分点": 0.01, "成": 0.1}
_SHOWN = {"个百分点": "百分点", "成": "%"}

# A classifier at the front of a longer word is no classifier: 级 of 三级 is not listed at all, but
# 分 opens 分中心, 家 opens 家庭, 人 opens 人民医院.
_OPENS_WORD = {
    "分": "院会类级管支局之公享析",
    "家": "庭",
    "人": "民",
    "日": "均间",
    "周": "年",
    "部": "门分",
    "对": "接",
    "门": "诊",
    "站": "式",
    "成": "立果效员",
    "单": "元",
    "床": "边",
    "位": "一",
    "面": "向",
    "节": "点",
    "道": "路",
    "管": "理齐控",
    "字": "号",
}

_UNIT = re.compile("|".join(sorted(map(re.escape, _STYLE), key=len, reverse=True)))
_PER = re.compile(r"/ ?(?P<per>每?(?:\d+万|十万|百万|百|千|万)(?:常住)?(?:人口|人|名)?)")


def unit_at(text: str, at: int) -> tuple[str, int] | None:
    """The unit that starts at `at` and where it ends."""
    match = _UNIT.match(text, at)
    if match is None:
        return None
    unit, end = match.group(), match.end()
    if text[end : end + 1] and text[end] in _OPENS_WORD.get(unit, ""):
        return None
    if unit == "分" and text.startswith("中心", end):
        return None
    return unit, end


def density_at(text: str, at: int) -> tuple[str, int] | None:
    """The base of a density such as /万人 or /10万, as 每万人 and where it ends."""
    match = _PER.match(text, at)
    if match is None:
        return None
    return "每" + match.group("per").removeprefix("每"), match.end()


def style_of(unit: str) -> Style:
    """The style of quantity that a unit makes."""
    return _STYLE.get(unit, "count")


def factor_of(unit: str) -> float:
    """What one of the unit is in base units: 0.01 for %, 0.001 for ‰, else 1."""
    return _FACTOR.get(unit, 1.0)


def shown(unit: str) -> str:
    """The unit as a target states it: 成 is a share like any other."""
    return _SHOWN.get(unit, unit)
