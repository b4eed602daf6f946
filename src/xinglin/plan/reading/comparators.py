"""How a value binds: >=, <=, =, between, approx, all, increase_by, decrease_by.

The order of the rules is the order of docs/plan-reading.md: the first that fits decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xinglin.plan.reading.model import Comparator
from xinglin.plan.reading.numbers import Quantity

_UP = "增长|提高|提升|上升|增加|递增"
_DOWN = "下降|降低|减少|压减|缩短|压缩|下浮"
_REACHED = "达到|达|约|了|超过|超|不低于|不少于|至少|不超过|在|控制在|近|为"
_BASE = (
    r"(?P<base>(?:较|(?<!占)比(?![重例])|与)[^,。;]{0,14}?(?:年|期|月|度|初|末|底|前|平均)"
    r"(?:同期|相比|度|末|底|初)?|同比|环比|年均)?"
)
# 增长率达10% and 增幅不超过5% name a rate: it is the indicator, not the change of one.
_RISE = re.compile(rf"{_BASE}[^,。;]{{0,6}}?(?:{_UP})(?:幅度)?(?:{_REACHED}){{0,2}}$")
_FALL = re.compile(rf"{_BASE}[^,。;]{{0,6}}?(?:{_DOWN})(?:幅度)?(?:{_REACHED}){{0,2}}$")
_BASE_BEFORE = re.compile(r"(?:较|比)(?:去年|上年|上一年度?|20\d\d年)(?:同期|底|末)?|同比|环比|年均")

_AFTER_LOW = re.compile(r"^\(?(?:含)?\)?(?:及)?(?:以上|之上)|^\(含\)以上")
_AFTER_HIGH = re.compile(r"^\(?(?:含)?\)?(?:及)?(?:以内|以下|之内|之下|内(?![科镜外涵部]))")
_AFTER_NEAR = re.compile(r"^(?:左右|上下)")
_VERB_BETWEEN = r"[^,。;、\d]{0,6}"
_LOW = re.compile(
    rf"(?:不低于|不少于|不小于|至少|最少|(?<!不)高于|(?<!不)大于|优于|力保){_VERB_BETWEEN}$|"
    rf"(?:(?<!不)超过|超|突破|首次过|过)(?:了)?$|[≥>]=?$"
)
_HIGH = re.compile(
    rf"(?:不超过|不高于|不大于|不多于|最多|最高){_VERB_BETWEEN}$|(?:(?<!不)少于|(?<!不)低于|"
    rf"(?<!不)小于|控制在|控制到)$|[≤<]=?$"
)
_LOWERED = re.compile(
    r"(?:降至|降到|降低到|降低至|下降到|下降至|缩短到|缩短至|压缩到|压缩至|缩减到|缩减至|"
    r"减少到|减少至|缩至|压减至|压降至)$"
)
_NEAR = re.compile(r"(?:约|大约|(?<![附最邻就临])近)$")
_ATTAIN = re.compile(
    r"(?:达|达到|达至|达成|到|至|在|保证|保证有|确保|维持|保持|稳定)(?:了)?$|(?:提高|提升|增加|"
    r"扩大|上升)(?:到|至)$"
)
_ATTAIN_BEFORE = re.compile(r"达到|达")


# How many code points before a value may hold its baseline and its cue.
_LEFT_REACH = 80


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparator with the baseline it refers to and the name of the cue that decided."""

    comparator: Comparator
    cue: str
    relative_to: str | None = None
    note: str = ""


def comparison(quantity: Quantity, left: str, right: str, *, reported: bool, density: bool) -> Comparison:
    """How `quantity` binds, from the words of its clause before and after it, spaces removed.

    `density` says that the indicator is itself per so many people; `reported`, that it is a result.
    """
    left = left[-_LEFT_REACH:]
    change = _change(quantity, left, right)
    if change:
        return change
    if quantity.high is not None:
        return Comparison("between", "range")
    if quantity.unit == "%" and quantity.value == 1.0:
        return Comparison("all", "hundred-percent")
    return _bound(quantity, left, right) or _bare(quantity, left, reported=reported, density=density)


def _change(quantity: Quantity, left: str, right: str) -> Comparison | None:
    """较去年增长10%: a change needs a baseline or a share; 增加床位50张 is a count of new things.

    A growth that is capped and has no baseline (费用增长不超过3%) is itself the indicator.
    """
    relative = quantity.style in ("rate", "points", "times")
    for pattern, comparator in ((_RISE, "increase_by"), (_FALL, "decrease_by")):
        match = pattern.search(left)
        if match is None:
            continue
        base = match.group("base") or ""
        if not base and (before := _BASE_BEFORE.search(left)):
            base = before.group()
        capped = _HIGH.search(left) or _AFTER_HIGH.search(right)
        if not base and (not relative or capped):
            continue
        note = "bound >=" if _AFTER_LOW.search(right) else ""
        note = note or ("bound <=" if _AFTER_HIGH.search(right) else "")
        kind: Comparator = "increase_by" if comparator == "increase_by" else "decrease_by"
        return Comparison(kind, "change", base or None, note)
    return None


def _bound(quantity: Quantity, left: str, right: str) -> Comparison | None:
    if _NEAR.search(left) or _AFTER_NEAR.search(right):
        return Comparison("approx", "about")
    if _AFTER_HIGH.search(right):
        return Comparison("<=", "at-most-after")
    if _AFTER_LOW.search(right):
        return Comparison(">=", "at-least-after")
    if _HIGH.search(left):
        return Comparison("<=", "at-most-before")
    if _LOW.search(left):
        return Comparison(">=", "at-least-before")
    if quantity.more:
        return Comparison(">=", "and-more")
    return None


def _bare(quantity: Quantity, left: str, *, reported: bool, density: bool) -> Comparison:
    if reported:
        return Comparison("=", "reported")
    if _LOWERED.search(left) or quantity.style == "time":
        return Comparison("<=", "lowered-to")
    if quantity.style in ("rate", "density", "score") or density:
        return Comparison(">=", "planned-rate")
    if _ATTAIN.search(left):
        return Comparison(">=", "attain")
    return Comparison("=", "planned-count")
