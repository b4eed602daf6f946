"""Scorecards: each target of the plan with its value, expected path, forecast and colour, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.access.model import Scope
from xinglin.core.period import Period, period_of, periods_within
from xinglin.core.place import PlaceKind
from xinglin.core.text import Text
from xinglin.indicators.figures import Figure
from xinglin.indicators.store import FigureStore
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.plan.colours import (
    Course,
    MonthMark,
    TargetColour,
    colour_of,
    course_of,
    expected_on,
    forecast,
    restated,
)
from xinglin.plan.reading.model import Target
from xinglin.plan.store import Binding, Report, StoredPlan

FALLING = frozenset({"<=", "decrease_by"})


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Where a target stands.

    `goal` is the amount to reach by the year's end, worked out from the target (a growth becomes an amount); `value`,
    `expected` and `forecast` are in the same unit. `months` are the plan year's month ends so far.
    """

    target_id: str
    commitment_id: str | None
    title: str
    indicator: str | None
    place_kind: PlaceKind
    place: str
    comparator: str
    unit: str
    goal: float | None
    value: float | None
    expected: float | None
    forecast: float | None
    colour: TargetColour
    reason: Text
    months: tuple[MonthMark, ...]
    source: str


def scorecards(
    plan: StoredPlan,
    bindings: dict[str, Binding],
    reports: dict[str, list[Report]],
    *,
    library: Library,
    figures: FigureStore,
    as_of: date,
) -> tuple[Scorecard, ...]:
    """A scorecard for every target of the plan that is a commitment, in the order of the text.

    Figures are asked for once, for all targets and months together. They are the county's own totals, which whoever
    may see the plan may see; lists of people behind them are asked for elsewhere, within the asker's scope.
    """
    day = min(as_of, date(plan.year, 12, 31))
    indicators = library.of(Indicator)
    bound = {key: binding for key, binding in bindings.items() if binding.indicator in indicators}
    past = _figures_of(bound.values(), plan.year, day, figures)
    cards = []
    for target in plan.reading.targets:
        if target.kind != "target":
            continue
        if binding := bound.get(target.id):
            cards.append(_from_figures(target, binding, indicators[binding.indicator], plan.year, day, past))
        else:
            cards.append(_from_reports(target, reports.get(target.id, []), plan.year, day))
    return tuple(cards)


class _Past:
    """Figures by indicator, place and period code."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._by_key = {(f.indicator, f.place_kind, f.place, f.period.code): f for f in figures}

    def value(self, binding: Binding, period: Period) -> float | None:
        figure = self._by_key.get((binding.indicator, binding.place_kind, binding.place, period.code))
        return None if figure is None else figure.value


def _figures_of(bindings: Iterable[Binding], year: int, day: date, figures: FigureStore) -> _Past:
    bindings = list(bindings)
    periods = [*_to_date(year, day), *_last_year(year, day)]
    found: list[Figure] = []
    for place in sorted({(binding.place_kind, binding.place) for binding in bindings}):
        ids = sorted({b.indicator for b in bindings if (b.place_kind, b.place) == place})
        found += figures.figures(ids, scope=Scope.everything(), places=[place], periods=periods)
    return _Past(found)


def _to_date(year: int, day: date) -> list[Period]:
    return list(periods_within("ytd", date(year, 1, 1), day))


def _last_year(year: int, day: date) -> list[Period]:
    return [period_of("ytd", date(year - 1, 12, 31)), period_of("ytd", day).year_before()]


def _from_figures(
    target: Target, binding: Binding, indicator: Indicator, year: int, day: date, past: _Past
) -> Scorecard:
    course = course_of(indicator)
    whole_before, same_before = (past.value(binding, period) for period in _last_year(year, day))
    goal = goal_of(target, whole_before)
    baseline = whole_before if course is Course.STOCK else None
    lower = _lower_is_better(target)
    months = []
    for period in _to_date(year, day):
        value = past.value(binding, period)
        expected = None if goal is None else expected_on(period.end, goal, course, baseline, lower_is_better=lower)
        colour = colour_of(value, expected, lower_is_better=lower)
        months.append(MonthMark(f"{period.end:%Y-%m}", value, expected, colour))
    marks = restated(months)
    value, expected = (marks[-1].value, marks[-1].expected) if marks else (None, None)
    last_year = (same_before, whole_before) if same_before is not None and whole_before is not None else None
    return Scorecard(
        target_id=target.id,
        commitment_id=target.commitment,
        title=target.indicator,
        indicator=indicator.id,
        place_kind=binding.place_kind,
        place=binding.place,
        comparator=target.comparator,
        unit=indicator.unit,
        goal=goal,
        value=value,
        expected=expected,
        forecast=None if value is None else forecast(day, value, course, baseline, last_year),
        colour=marks[-1].colour if marks else "grey",
        reason=_reason(value, expected, goal),
        months=marks,
        source=indicator.id,
    )


def goal_of(target: Target, whole_before: float | None) -> float | None:
    """The amount to reach: the target's value, or for a growth last year's whole amount grown by it.

    None where the text gives no number, or a growth has no last year to grow from.
    """
    if target.comparator in ("increase_by", "decrease_by"):
        if target.value is None or whole_before is None:
            return None
        sign = 1 if target.comparator == "increase_by" else -1
        return whole_before * (1 + sign * target.value) if target.unit == "%" else whole_before + sign * target.value
    return target.value


def _from_reports(target: Target, reports: Sequence[Report], year: int, day: date) -> Scorecard:
    goal = target.value if target.comparator not in ("increase_by", "decrease_by") else None
    lower = _lower_is_better(target)
    months = []
    for month in periods_within("month", date(year, 1, 1), day):
        known = [report for report in reports if report.day <= month.end and report.day.year == year]
        value = known[-1].value if known else None
        until = min(month.end, day)
        expected = None if goal is None else expected_on(until, goal, _reported_course(target), None)
        colour = colour_of(value, expected, lower_is_better=lower)
        months.append(MonthMark(month.code, value, expected, colour))
    marks = restated(months)
    value, expected = (marks[-1].value, marks[-1].expected) if marks else (None, None)
    return Scorecard(
        target_id=target.id,
        commitment_id=target.commitment,
        title=target.indicator,
        indicator=None,
        place_kind="area",
        place="",
        comparator=target.comparator,
        unit=target.unit,
        goal=goal,
        value=value,
        expected=expected,
        forecast=None,
        colour=marks[-1].colour if marks else "grey",
        reason=_reason(value, expected, goal)
        if reports
        else Text(zh="尚无指标可自动计算，由责任科室填报", en="No indicator answers it; its owner reports by hand"),
        months=marks,
        source="report" if reports else "",
    )


def _reported_course(target: Target) -> Course:
    """A share or a bound is to be held, a count adds up."""
    return Course.LEVEL if target.unit in ("%", "") or target.comparator == "<=" else Course.CUMULATIVE


def _lower_is_better(target: Target) -> bool:
    return target.comparator in FALLING


def _reason(value: float | None, expected: float | None, goal: float | None) -> Text:
    if goal is None:
        return Text(zh="目标没有可比的数值", en="The target gives no number to compare with")
    if value is None or expected is None:
        return Text(zh="本期尚无数据", en="No data for the period yet")
    if expected == 0:
        return Text(zh="应达进度为零", en="Nothing is expected yet")
    share = value / expected
    return Text(zh=f"为应达进度的 {share:.0%}", en=f"{share:.0%} of what is expected by now")
