"""The date patterns of the fast gate know the same calendar as Python does."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from xinglin.intake.primitives import FIRST_YEAR, date_patterns, is_date_out_of_range

LAST_YEAR = 2125
DATE = re.compile(date_patterns(LAST_YEAR)["date"])


def in_calendar(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return FIRST_YEAR <= year <= LAST_YEAR


@given(st.integers(1800, 2200), st.integers(0, 13), st.integers(0, 32))
def test_the_pattern_knows_the_calendar(year: int, month: int, day: int) -> None:
    """A written day passes exactly when it exists and its year is in range."""
    assert bool(DATE.fullmatch(f"{year:04}-{month:02}-{day:02}")) == in_calendar(year, month, day)


@given(st.integers(0, 9999))
def test_years(year: int) -> None:
    """A year alone passes exactly when it is in range, and is called out of range otherwise."""
    inside = FIRST_YEAR <= year <= LAST_YEAR
    assert bool(DATE.fullmatch(f"{year:04}")) == inside
    assert is_date_out_of_range(f"{year:04}-01", LAST_YEAR) != inside


@given(st.integers(1850, 2090), st.integers(0, 60))
def test_any_range_of_years(this_year: int, ahead: int) -> None:
    """The pattern is right at the edges of every range it may be made for."""
    last = this_year + ahead
    pattern = re.compile(date_patterns(last)["date"])
    assert pattern.fullmatch(f"{last}-12-31")
    assert not pattern.fullmatch(f"{last + 1}-01-01")
