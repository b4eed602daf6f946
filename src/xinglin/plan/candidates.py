"""Which indicators could answer a target: ranked, each with its reasons, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinglin.core.text import Text
from xinglin.packs.indicator import Indicator
from xinglin.plan.reading.model import Target

LEAST_SCORE = 0.35
#: Classifiers of persons and of things: a target counted in one of a row can be answered by an indicator in another.
_SAME_UNITS = (frozenset("人名位例") | {"人次", "人", "例次"}, frozenset("个家所台件张处") | {"台套"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An indicator that may answer a target. `score` is 0 to 1; 1 is the same name and unit."""

    indicator: str
    title: Text
    score: float
    reasons: tuple[Text, ...]


def candidates(target: Target, indicators: Iterable[Indicator], *, most: int = 5) -> tuple[Candidate, ...]:
    """The best `most` candidates for a target, best first; empty when nothing in the packs resembles it."""
    judged = (_judge(target, indicator) for indicator in indicators)
    good = [candidate for candidate in judged if candidate.score >= LEAST_SCORE]
    return tuple(sorted(good, key=lambda candidate: (-candidate.score, candidate.indicator))[:most])


def _judge(target: Target, indicator: Indicator) -> Candidate:
    names = (indicator.title.zh, *indicator.synonyms)
    likeness, name = max((_likeness(target.indicator, name), name) for name in names)
    reasons = []
    if likeness > 0:
        same = likeness == 1
        kind = Text(zh="同名", en="same name") if same else Text(zh="名称相近", en="similar name")
        reasons.append(Text(zh=f"{kind.zh}：{name}", en=f"{kind.en}: {name}"))
    unit = _unit_agreement(target.unit, indicator.unit)
    if unit > 0:
        reasons.append(Text(zh=f"单位相符（{indicator.unit}）", en=f"unit agrees ({indicator.unit})"))
    elif unit < 0:
        zh, en = f"单位不同（{target.unit}／{indicator.unit}）", f"units differ ({target.unit} / {indicator.unit})"
        reasons.append(Text(zh=zh, en=en))
    score = max(0.0, min(1.0, likeness * (1.0 if unit >= 0 else 0.45)))
    return Candidate(indicator.id, indicator.title, round(score, 4), tuple(reasons))


def _likeness(wanted: str, name: str) -> float:
    """Dice coefficient of character pairs; a name wholly contained in the other counts for at least 0.8."""
    wanted, name = "".join(wanted.split()), "".join(name.split())
    if wanted == name:
        return 1.0
    pairs_a, pairs_b = _pairs(wanted), _pairs(name)
    if not pairs_a or not pairs_b:
        return 0.0
    dice = 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))
    contained = len(name) >= 4 and (name in wanted or wanted in name)
    return max(dice, 0.8) if contained else dice


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _unit_agreement(wanted: str, offered: str) -> int:
    """1 when the units are the same or stand for one another, -1 when they cannot, 0 when one is not stated."""
    if not wanted or not offered:
        return 0
    if wanted == offered or any(wanted in row and offered in row for row in _SAME_UNITS):
        return 1
    return -1
