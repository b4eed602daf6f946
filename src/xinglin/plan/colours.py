"""Expected path, forecast and colour of a target: pure arithmetic over its figures.

The rule is the one most counties publish (Wenzhou Ouhai's words): on time is green, not done on time is red, and a
red that was made up later turns that month yellow. The past is restated with both colours kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Literal

from xinglin.core.period import period_of
from xinglin.packs.indicator import Indicator

TargetColour = Literal["green", "yellow", "red", "grey"]

#: At or above this share of the expected path a target is yellow, below it red.
YELLOW_FROM = 0.9


class Course(Enum):
    """How a figure moves through a year, which decides what may be expected of it before the year's end."""

    CUMULATIVE = "cumulative"  # adds up from nothing: a count, or a count over a standing population
    LEVEL = "level"  # a ratio within its period: to be held all year
    STOCK = "stock"  # stands at some level: moves from last year's end to the goal


@dataclass(frozen=True, slots=True)
class MonthMark:
    """A target at one month's end. `earlier_colour` is what was said before the month was restated, or None."""

    month: str
    value: float | None
    expected: float | None
    colour: TargetColour
    earlier_colour: TargetColour | None = None


def course_of(indicator: Indicator) -> Course:
    """The course of an indicator, from what its numerator and denominator are."""
    if indicator.numerator.is_stock:
        return Course.STOCK
    if indicator.denominator is None or indicator.denominator.is_stock:
        return Course.CUMULATIVE
    return Course.LEVEL


def expected_on(
    day: date, goal: float, course: Course, baseline: float | None, *, lower_is_better: bool = False
) -> float:
    """What the value should be on `day` to reach `goal` at the year's end, on an even path.

    `baseline` is a stock's value at last year's end. Without it, or where it had reached the goal already, the goal
    itself is expected all year: no path leads backwards.
    """
    share = elapsed(day)
    match course:
        case Course.CUMULATIVE:
            return goal * share
        case Course.LEVEL:
            return goal
        case Course.STOCK:
            reached = baseline is None or (baseline <= goal if lower_is_better else baseline >= goal)
            return goal if reached or baseline is None else baseline + (goal - baseline) * share


def elapsed(day: date) -> float:
    """The share of its year that has passed at the end of `day`: 31 December is 1."""
    year = period_of("year", day)
    return ((day - year.start).days + 1) / year.days


def forecast(
    day: date, value: float, course: Course, baseline: float | None, last_year: tuple[float, float] | None
) -> float:
    """The year-end value if things go on as they did.

    Cumulative: scaled as last year's whole was to its same days (`last_year` = value to date, whole), else evenly.
    Stock: the same daily change as since last year's end. Level: as it stands.
    """
    match course:
        case Course.CUMULATIVE:
            if last_year and last_year[0] > 0:
                return value * last_year[1] / last_year[0]
            return value / elapsed(day)
        case Course.LEVEL:
            return value
        case Course.STOCK:
            return value if baseline is None else baseline + (value - baseline) / elapsed(day)


def colour_of(value: float | None, expected: float | None, *, lower_is_better: bool) -> TargetColour:
    """Green on or ahead of the path, yellow within a tenth of it, red beyond; grey without a figure."""
    if value is None or expected is None:
        return "grey"
    if lower_is_better:
        value, expected = expected, value
    ahead, behind = _reaches(value, expected), _reaches(value, expected * YELLOW_FROM)
    return "green" if ahead else "yellow" if behind else "red"


def _reaches(value: float, wanted: float) -> bool:
    """At least `wanted`; a share worked out by division is not late for its last bit."""
    return value >= wanted or math.isclose(value, wanted, rel_tol=1e-9)


def restated(months: Sequence[MonthMark]) -> tuple[MonthMark, ...]:
    """The months with each red that was later made up turned yellow, its first colour kept beside it."""
    made_up, latest_green = [], False
    for month in reversed(months):
        if month.colour == "green":
            latest_green = True
        if month.colour == "red" and latest_green:
            month = replace(month, colour="yellow", earlier_colour="red")
        made_up.append(month)
    return tuple(reversed(made_up))
