"""Expected path, forecast and colour."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.plan.colours import Course, MonthMark, TargetColour, colour_of, expected_on, forecast, restated

MIDYEAR = date(2025, 7, 2)  # day 183 of 365


def test_a_count_is_expected_evenly() -> None:
    """A count of 365 is expected to stand at 183 on the 183rd day, and at all of it on the last."""
    assert expected_on(MIDYEAR, 365, Course.CUMULATIVE, None) == pytest.approx(183)
    assert expected_on(date(2025, 12, 31), 365, Course.CUMULATIVE, None) == 365


def test_a_ratio_is_to_be_held_and_a_stock_moves() -> None:
    """A ratio's path is its goal all year; a stock's runs from last year's end; without that, the goal."""
    assert expected_on(MIDYEAR, 0.9, Course.LEVEL, 0.5) == 0.9
    assert expected_on(MIDYEAR, 0.65, Course.STOCK, 0.285) == pytest.approx(0.285 + 0.365 * 183 / 365)
    assert expected_on(MIDYEAR, 0.65, Course.STOCK, None) == 0.65


def test_no_path_leads_backwards() -> None:
    """A stock that stood beyond its goal at last year's end is expected to hold the goal, not to fall to it."""
    assert expected_on(MIDYEAR, 0.45, Course.STOCK, 0.46) == 0.45
    assert expected_on(MIDYEAR, 0.10, Course.STOCK, 0.08, lower_is_better=True) == 0.10
    assert expected_on(MIDYEAR, 0.10, Course.STOCK, 0.12, lower_is_better=True) == pytest.approx(
        0.12 - 0.02 * 183 / 365
    )


def test_a_count_is_forecast_by_last_years_season() -> None:
    """Where last year's first half gave 40 of 100, this year's 50 so far becomes 125; without last year, evenly."""
    assert forecast(MIDYEAR, 50, Course.CUMULATIVE, None, (40, 100)) == pytest.approx(125)
    assert forecast(MIDYEAR, 183, Course.CUMULATIVE, None, None) == pytest.approx(365)
    assert forecast(MIDYEAR, 183, Course.CUMULATIVE, None, (0, 100)) == pytest.approx(365)


@pytest.mark.parametrize(
    ("value", "expected", "lower", "colour"),
    [
        (100, 100, False, "green"),
        (95, 100, False, "yellow"),
        (90, 100, False, "yellow"),
        (89, 100, False, "red"),
        (100, 100, True, "green"),
        (108, 100, True, "yellow"),
        (120, 100, True, "red"),
        (0, 0, True, "green"),
        (0.1 + 0.2, 0.3, True, "green"),
        (0.3 * 0.9, 0.27, False, "green"),
        (None, 100, False, "grey"),
        (100, None, False, "grey"),
    ],
)
def test_colour_by_share_of_the_path(
    value: float | None, expected: float | None, lower: bool, colour: TargetColour
) -> None:
    """On the path green, within a tenth yellow, beyond red, unknown grey; and the other way where less is better."""
    assert colour_of(value, expected, lower_is_better=lower) == colour


def _months(colours: list[TargetColour]) -> list[MonthMark]:
    return [MonthMark(f"2025-{n:02}", 1.0, 1.0, colour) for n, colour in enumerate(colours, 1)]


def test_a_red_made_up_later_turns_yellow_and_keeps_its_first_colour() -> None:
    """Ouhai's rule: a red month before a green one is restated yellow; a red after the last green stays."""
    marks = restated(_months(["red", "yellow", "green", "red"]))
    assert [mark.colour for mark in marks] == ["yellow", "yellow", "green", "red"]
    assert [mark.earlier_colour for mark in marks] == ["red", None, None, None]


@given(st.lists(st.sampled_from(["green", "yellow", "red", "grey"]), max_size=12))
def test_restating_never_worsens_and_is_settled(colours: list[TargetColour]) -> None:
    """Restating changes only reds, only to yellow, and restating again changes nothing."""
    once = restated(_months(colours))
    assert all(b.colour == a or (a, b.colour) == ("red", "yellow") for a, b in zip(colours, once, strict=True))
    assert restated(once) == once
