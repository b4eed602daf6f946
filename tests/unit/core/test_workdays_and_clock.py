"""Chinese working days, and the clock that rooms are handed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from xinglin.core.clock import CHINA, clock_on, system_clock
from xinglin.core.workdays import add_workdays, is_workday


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 10, 1), False),  # National Day, a Wednesday
        (date(2025, 9, 28), True),  # a Sunday made up for it
        (date(2025, 1, 28), False),  # Spring Festival's eve
        (date(2025, 10, 31), True),
        (date(2025, 11, 1), False),  # an ordinary Saturday
        (date(2090, 1, 2), True),  # a Monday in a year without a notice
    ],
)
def test_holidays_and_make_up_days(day: date, expected: bool) -> None:
    """Statutory holidays rest, make-up weekends work, unknown years follow the week."""
    assert is_workday(day) is expected


def test_deadlines_step_over_a_holiday() -> None:
    """Two working days from the eve of the 2025 National Day holiday end after it."""
    start = datetime(2025, 9, 30, 17, 0, tzinfo=CHINA)
    assert add_workdays(start, 2) == datetime(2025, 10, 10, 17, 0, tzinfo=CHINA)
    assert add_workdays(start, 0) == start


def test_a_simulated_county_stands_on_its_day() -> None:
    """The demonstration clock shows the given day whatever the machine's date, in China standard time."""
    now = clock_on(date(2025, 11, 1))()
    assert now.date() == date(2025, 11, 1)
    assert now.utcoffset() == system_clock().utcoffset() == CHINA.utcoffset(None)
