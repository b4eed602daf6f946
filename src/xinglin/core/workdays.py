"""Chinese working days: weekends, statutory holidays and make-up days (国务院办公厅 yearly notices)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """True on a working day. For a year whose notice is not out yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(start: datetime, count: int) -> datetime:
    """The same time of day, `count` working days after `start` (the day of `start` itself is not counted)."""
    moment = start
    while count > 0:
        moment += timedelta(days=1)
        if is_workday(moment.date()):
            count -= 1
    return moment
