"""Scorecards: a target's amount to reach, its months, and its colour, from figures, reports or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from xinglin.access.model import Scope
from xinglin.core.clock import CHINA
from xinglin.core.period import Period, period_of
from xinglin.core.text import Text
from xinglin.indicators.figures import Figure
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally
from xinglin.plan.reading.model import Comparator, Reading, Target, TargetKind
from xinglin.plan.scorecard import Scorecard, goal_of, scorecards
from xinglin.plan.store import Binding, Report, StoredPlan

AT = datetime(2025, 7, 1, 9, 0, tzinfo=CHINA)
JUNE = date(2025, 6, 30)  # 181 of 365 days
SHARE = 181 / 365

ROWS = Tally(view="test.rows", on="day", count="rows")
STANDING = Tally(view="test.rows", since="day", count="rows")


def indicator(name: str, unit: str, numerator: Tally, denominator: Tally | None = None) -> Indicator:
    words = Text(zh=name, en=name)
    return Indicator(
        id=f"test.{name}", title=words, unit=unit, numerator=numerator, denominator=denominator, formula=words
    )


COUNT = indicator("count", "人", ROWS)
RATE = indicator("rate", "%", ROWS, ROWS)
STOCK = indicator("stock", "%", STANDING, STANDING)
LIBRARY = Library(contents={Indicator: {one.id: one for one in (COUNT, RATE, STOCK)}})


class FakeFigures:
    """Answers with `value_of(indicator, period)`, and remembers how often it was asked."""

    def __init__(self, value_of: Callable[[str, Period], float | None]) -> None:
        self._value_of = value_of
        self.asked: list[tuple[tuple[str, ...], int]] = []

    def figures(
        self,
        indicators: Sequence[str],
        *,
        scope: Scope,
        places: Sequence[tuple[Any, str]],
        periods: Sequence[Period],
    ) -> list[Figure]:
        assert scope == Scope.everything()
        self.asked.append((tuple(indicators), len(places)))
        return [
            Figure(name, kind, code, period, None, None, self._value_of(name, period))
            for name in indicators
            for kind, code in places
            for period in periods
        ]


def always(value: float) -> FakeFigures:
    return FakeFigures(lambda name, period: value)


def target(id: str, comparator: Comparator, value: float | None, unit: str, kind: TargetKind = "target") -> Target:
    return Target(
        id=id,
        commitment="1",
        text=id,
        start=0,
        end=1,
        value_text="1",
        value_start=0,
        value_end=1,
        indicator=id,
        comparator=comparator,
        value=value,
        value_high=None,
        unit=unit,
        scope="",
        deadline=None,
        per_unit=None,
        kind=kind,
        relative_to=None,
        hedged=False,
        rule="test",
    )


def binding(target_id: str, to: Indicator) -> Binding:
    return Binding(target_id, to.id, "area", "990101", "officer", AT, "")


def report(target_id: str, value: float, day: date) -> Report:
    return Report(target_id, value, day, "已完成。", "", "officer", AT)


def cards(
    *targets: Target,
    bound: dict[str, Indicator] | None = None,
    reports: dict[str, list[Report]] | None = None,
    figures: FakeFigures | None = None,
    as_of: date = JUNE,
) -> tuple[Scorecard, ...]:
    plan = StoredPlan(1, "plan", 2025, "", Reading("plan", 0, (), targets, ()), "officer", AT)
    source: Any = figures or FakeFigures(lambda name, period: None)
    bindings = {key: binding(key, to) for key, to in (bound or {}).items()}
    return scorecards(plan, bindings, reports or {}, library=LIBRARY, figures=source, as_of=as_of)


def test_a_count_is_held_against_its_even_path() -> None:
    """A count of 365 stands at 181 by the end of June: with 181 it is green, its forecast the goal."""
    figures = FakeFigures(lambda name, period: float(period.days) if period.end.year == 2025 else None)
    (card,) = cards(target("a", ">=", 365, "人"), bound={"a": COUNT}, figures=figures)
    assert (card.colour, card.value, card.goal, card.unit) == ("green", 181, 365, "人")
    assert card.expected == pytest.approx(181)
    assert [mark.month for mark in card.months] == [f"2025-{month:02}" for month in range(1, 7)]
    assert [mark.colour for mark in card.months] == ["green"] * 6
    assert card.forecast == pytest.approx(365)
    assert (card.indicator, card.place, card.source) == (COUNT.id, "990101", COUNT.id)


def test_a_count_is_forecast_by_last_years_season() -> None:
    """Where last year brought 40 of 100 by the same day, 50 this year becomes 125."""
    values = {"YTD2024-12-31": 100.0, "YTD2024-06-30": 40.0, "YTD2025-06-30": 50.0}
    (card,) = cards(
        target("a", ">=", 365, "人"),
        bound={"a": COUNT},
        figures=FakeFigures(lambda name, period: values.get(period.code)),
    )
    assert card.forecast == pytest.approx(125)
    assert [mark.colour for mark in card.months] == ["grey"] * 5 + ["red"]


def test_a_rate_is_to_be_held_all_year() -> None:
    """A rate's path is its goal in every month: 0.56 against 0.6 is yellow in January as in June."""
    (card,) = cards(target("a", ">=", 0.6, "%"), bound={"a": RATE}, figures=FakeFigures(lambda name, period: 0.56))
    assert {mark.expected for mark in card.months} == {0.6}
    assert (card.colour, card.forecast) == ("yellow", 0.56)


def test_a_stock_moves_from_last_years_end() -> None:
    """A stock that stood at 0.4 is expected between there and its goal; without last year, at the goal itself."""
    known = {"YTD2024-12-31": 0.4}
    start = FakeFigures(lambda name, period: known.get(period.code, 0.45))
    (card,) = cards(target("a", ">=", 0.5, "%"), bound={"a": STOCK}, figures=start)
    assert card.expected == pytest.approx(0.4 + 0.1 * SHARE)
    assert card.forecast == pytest.approx(0.4 + 0.05 / SHARE)
    assert card.colour == "green"
    unknown = FakeFigures(lambda name, period: 0.45 if period.start.year == 2025 else None)
    (card,) = cards(target("a", ">=", 0.5, "%"), bound={"a": STOCK}, figures=unknown)
    assert (card.expected, card.colour) == (0.5, "yellow")


def test_a_growth_target_becomes_an_amount() -> None:
    """增长10% on last year's 1000 is a goal of 1100 in the indicator's own unit."""
    figures = FakeFigures(lambda name, period: 1000.0 if period.start.year == 2024 else 546.0)
    (card,) = cards(target("a", "increase_by", 0.1, "%"), bound={"a": COUNT}, figures=figures)
    assert card.goal == pytest.approx(1100)
    assert card.expected == pytest.approx(1100 * SHARE)
    assert card.colour == "green"
    (card,) = cards(target("a", "increase_by", 0.1, "%"), bound={"a": COUNT})
    assert (card.goal, card.colour, card.reason.en) == (None, "grey", "The target gives no number to compare with")


def test_less_is_better_under_an_upper_bound() -> None:
    """控制在12分钟以内: 11 is green, 13 yellow, 20 red."""
    for value, colour in ((11.0, "green"), (13.0, "yellow"), (20.0, "red")):
        (card,) = cards(target("a", "<=", 12, "分钟"), bound={"a": RATE}, figures=always(value))
        assert card.colour == colour


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "before", "goal"),
    [
        (">=", 17, "人", None, 17),
        ("<=", 12, "分钟", 20, 12),
        ("all", 1.0, "%", 0.5, 1.0),
        (">=", None, "", 5, None),
        ("increase_by", 0.1, "%", 200, 220),
        ("decrease_by", 0.1, "%", 200, 180),
        ("increase_by", 30, "人", 200, 230),
        ("decrease_by", 30, "人", 200, 170),
        ("increase_by", 0.1, "%", None, None),
        ("increase_by", None, "%", 200, None),
    ],
)
def test_the_amount_to_reach(
    comparator: Comparator, value: float | None, unit: str, before: float | None, goal: float | None
) -> None:
    """The goal is the target's value; a growth or fall needs last year, and is taken by share or by amount."""
    found = goal_of(target("a", comparator, value, unit), before)
    assert found == (None if goal is None else pytest.approx(goal))


def test_a_target_reported_by_hand() -> None:
    """A month takes the last report up to its end; reports of other years do not count."""
    reports = [
        report("a", 99, date(2024, 12, 31)),
        report("a", 30, date(2025, 2, 10)),
        report("a", 60, date(2025, 5, 31)),
    ]
    (card,) = cards(target("a", ">=", 100, "人"), reports={"a": reports})
    assert [mark.value for mark in card.months] == [None, 30, 30, 30, 60, 60]
    assert (card.value, card.goal, card.source, card.indicator) == (60, 100, "report", None)
    assert card.expected == pytest.approx(100 * SHARE)
    assert card.months[0].colour == "grey"
    assert card.colour == "green"


def test_a_share_reported_by_hand_is_held_all_year() -> None:
    """保持100%: 0.95 reported in February is yellow from then on."""
    (card,) = cards(target("a", "all", 1.0, "%"), reports={"a": [report("a", 0.95, date(2025, 2, 1))]})
    assert [mark.colour for mark in card.months] == ["grey", *["yellow"] * 5]


def test_a_target_without_binding_or_report_is_grey() -> None:
    """What nothing answers is grey, says so, and is not hidden; numbers that are no targets have no card."""
    found = cards(target("a", ">=", 100, "人"), target("b", "=", 5, "个", kind="achieved"), target("c", ">=", 1, "人"))
    assert [card.target_id for card in found] == ["a", "c"]
    assert {card.colour for card in found} == {"grey"}
    assert found[0].source == ""
    assert found[0].reason.zh == "尚无指标可自动计算，由责任科室填报"


def test_a_binding_to_an_indicator_that_is_gone_counts_as_none() -> None:
    """When a pack loses an indicator, its target turns grey instead of failing the whole plan."""
    gone = indicator("gone", "人", ROWS)
    figures = FakeFigures(lambda name, period: 1.0)
    lost, kept = cards(
        target("a", ">=", 1, "人"), target("b", ">=", 1, "人"), bound={"a": gone, "b": COUNT}, figures=figures
    )
    assert (lost.indicator, lost.colour) == (None, "grey")
    assert kept.colour == "green"


def test_figures_are_asked_for_once() -> None:
    """Many targets at one place cost one question."""
    figures = FakeFigures(lambda name, period: 1.0)
    targets = [target(name, ">=", 1, "人") for name in "abcdef"]
    cards(*targets, bound=dict(zip("abcdef", (COUNT, RATE, STOCK) * 2, strict=True)), figures=figures)
    assert figures.asked == [(tuple(sorted({COUNT.id, RATE.id, STOCK.id})), 1)]


def test_a_finished_year_is_judged_at_its_last_day() -> None:
    """In the year after, last year's plan stands at 31 December with twelve months."""
    figures = FakeFigures(lambda name, period: float(period.days))
    (card,) = cards(target("a", ">=", 365, "人"), bound={"a": COUNT}, figures=figures, as_of=date(2026, 3, 5))
    assert len(card.months) == 12
    assert (card.value, card.expected, card.colour) == (365, 365, "green")


def test_the_month_that_has_not_ended_is_judged_by_today() -> None:
    """In mid-month the last mark is that of the year to this day, not of the month's end."""
    seen: list[Period] = []

    def value_of(name: str, period: Period) -> float:
        seen.append(period)
        return float(period.days)

    (card,) = cards(
        target("a", ">=", 365, "人"), bound={"a": COUNT}, figures=FakeFigures(value_of), as_of=date(2025, 6, 10)
    )
    assert period_of("ytd", date(2025, 6, 10)) in seen
    assert (card.months[-1].month, card.value) == ("2025-06", 161)
    assert card.expected == pytest.approx(161)


def test_a_red_month_that_was_made_up_keeps_its_first_colour() -> None:
    """A red spring made up by June reads yellow, with red beside it."""
    figures = FakeFigures(lambda name, period: float(period.days) if period.end.month == 6 else 1.0)
    (card,) = cards(target("a", ">=", 365, "人"), bound={"a": COUNT}, figures=figures)
    assert [mark.colour for mark in card.months] == ["yellow"] * 5 + ["green"]
    assert [mark.earlier_colour for mark in card.months] == ["red"] * 5 + [None]
