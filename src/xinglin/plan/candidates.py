"""Which indicators could answer a target: ranked, each with its reasons, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.plan.reading.model import Target

LEAST_SCORE = 0.35
#: A candidate this good and this far ahead of the next may be bound without a second look.
SURE, CLEARLY = 0.75, 0.05
CONTEXT_WEIGHT = 0.15
UNIT_DIFFERS = 0.45
#: Classifiers of persons and of things: a target counted in one of a row can be answered by an indicator in another.
_SAME_UNITS = (frozenset("人名位例") | {"人次", "人", "例次"}, frozenset("个家所台件张处") | {"台套"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator that may answer a target. `score` is 0 to 1; 1 is the same name and unit."""

    indicator: str
    title: Text
    score: float
    reasons: tuple[Text, ...]


def candidates(
    target: Target, indicators: Iterable[Indicator], *, context: str = "", most: int = 5
) -> tuple[Candidate, ...]:
    """The best `most` candidates for a target, best first; empty when nothing in the packs resembles it.

    `context`: the commitment's text. A list such as 高血压患者健康管理率…，规范管理率… leaves out what came before.
    """
    judged = (_judge(target, indicator, context) for indicator in indicators)
    good = [candidate for candidate in judged if candidate.score >= LEAST_SCORE]
    return tuple(sorted(good, key=lambda candidate: (-candidate.score, candidate.indicator))[:most])


def sure_candidate(found: Sequence[Candidate]) -> Candidate | None:
    """The best candidate when it is beyond doubt: a high score, and no other near it."""
    if not found or found[0].score < SURE:
        return None
    return found[0] if len(found) == 1 or found[0].score - found[1].score >= CLEARLY else None


def _judge(target: Target, indicator: Indicator, context: str) -> Candidate:
    names = (indicator.title.zh, *indicator.synonyms)
    likeness, name = max((_likeness(target.indicator, name), name) for name in names)
    reasons = []
    if likeness > 0:
        kind = Text(zh="同名", en="same name") if likeness == 1 else Text(zh="名称相近", en="similar name")
        reasons.append(Text(zh=f"{kind.zh}：{name}", en=f"{kind.en}: {name}"))
    told = _told_by(context, target.indicator, name) if 0 < likeness < 1 else 0.0
    if told:
        reasons.append(Text(zh="任务原文提到", en="the commitment's text mentions it"))
    agreement = _unit_agreement(target, indicator.unit)
    if agreement > 0:
        reasons.append(Text(zh=f"单位相符（{indicator.unit}）", en=f"unit agrees ({indicator.unit})"))
    elif agreement < 0:
        zh, en = f"单位不同（{target.unit}／{indicator.unit}）", f"units differ ({target.unit} / {indicator.unit})"
        reasons.append(Text(zh=zh, en=en))
    score = min(1.0, likeness + CONTEXT_WEIGHT * told) * (1.0 if agreement >= 0 else UNIT_DIFFERS)
    return Candidate(indicator.id, indicator.title, round(score, 4), tuple(reasons))


def _likeness(wanted: str, name: str) -> float:
    """Dice coefficient of character pairs, and at least 0.8 where one name is the other with words before it.

    A Chinese noun phrase has its head at the end: 县域内基层就诊率 is a 基层就诊率, while 每千常住人口基层卫生人员数 is
    no 常住人口.
    """
    wanted, name = "".join(wanted.split()), "".join(name.split())
    if wanted == name:
        return 1.0
    pairs_a, pairs_b = _pairs(wanted), _pairs(name)
    if not pairs_a or not pairs_b:
        return 0.0
    dice = 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))
    shorter, longer = sorted((wanted, name), key=len)
    return max(dice, 0.8) if len(shorter) >= 4 and longer.endswith(shorter) else dice


def _told_by(context: str, wanted: str, name: str) -> float:
    """The share of a name that the target leaves out and its commitment's text says."""
    left_out = _pairs(name) - _pairs(wanted)
    return len(left_out & _pairs(context)) / len(left_out) if left_out else 0.0


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _unit_agreement(target: Target, offered: str) -> int:
    """1 when the units are the same or stand for one another, -1 when they cannot, 0 when that is not known.

    A growth is stated in its own unit. A density may be written 3.6人 after 每千人, or 3.6人/千人.
    """
    if not target.unit or not offered or target.comparator in ("increase_by", "decrease_by"):
        return 0
    wanted, offered_unit = target.unit.split("/")[0], offered.split("/")[0]
    if wanted != offered_unit and not any(wanted in row and offered_unit in row for row in _SAME_UNITS):
        return -1
    return 1 if (target.per_unit is not None or "/" in target.unit) == ("/" in offered) else 0
