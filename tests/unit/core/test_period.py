"""Periods: their codes, neighbours and bounds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.core.errors import InputError
from xinglin.core.period import KINDS, PeriodKind, parse_period, period_of, periods_within

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(kind=st.sampled_from(KINDS), day=DAYS)
def test_code_and_parse_are_inverse(kind: PeriodKind, day: date) -> None:
    """A period's code, read again, gives the same period."""
    period = period_of(kind, day)
    assert parse_period(period.code) == period


@given(kind=st.sampled_from([kind for kind in KINDS if kind != "ytd"]), day=DAYS)
def test_previous_ends_the_day_before(kind: PeriodKind, day: date) -> None:
    """The previous period ends on the day before this one starts, and is of the same kind."""
    period = period_of(kind, day)
    before = period.previous()
    assert before.kind == kind
    assert (period.start - before.end).days == 1


@given(kind=st.sampled_from([kind for kind in KINDS if kind != "ytd"]), first=DAYS, length=st.integers(0, 800))
def test_periods_within_cover_every_day_once(kind: PeriodKind, first: date, length: int) -> None:
    """Periods within a stretch follow one another without a gap and hold its first and last day."""
    last = date.fromordinal(first.toordinal() + length)
    periods = list(periods_within(kind, first, last))
    assert first in periods[0]
    assert last in periods[-1]
    assert all((b.start - a.end).days == 1 for a, b in pairwise(periods))


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("2025-10-31", "2024-10-31"),
        ("2024-02-29", "2023-02-28"),
        ("2025-10", "2024-10"),
        ("2025-Q1", "2024-Q1"),
        ("2025-H2", "2024-H2"),
        ("2025", "2024"),
        ("2020-W53", "2019-W52"),
        ("YTD2025-02-28", "YTD2024-02-29"),
        ("YTD2025-10-15", "YTD2024-10-15"),
    ],
)
def test_same_period_last_year(code: str, before: str) -> None:
    """同比 compares with the same stretch last year; a year to date at a month's end with that month's end."""
    assert parse_period(code).year_before().code == before


def test_year_to_date_is_given_as_of_each_month_end_and_the_last_day() -> None:
    """Year to date within a stretch stands at every month's end and at the stretch's own end."""
    codes = [period.code for period in periods_within("ytd", date(2025, 1, 1), date(2025, 3, 10))]
    assert codes == ["YTD2025-01-31", "YTD2025-02-28", "YTD2025-03-10"]


@pytest.mark.parametrize("code", ["", "2025-13", "2025-02-30", "2025-W54", "2025-Q5", "25", "2025-H3", "last month"])
def test_what_is_no_period_is_refused_with_the_forms(code: str) -> None:
    """A code that is no period is refused, naming the forms that are."""
    with pytest.raises(InputError, match="2025-W44"):
        parse_period(code)
