"""Time as an argument: rooms are handed a clock, they never read the machine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "+08:00")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in China standard time."""
    return datetime.now(CHINA)


def clock_on(day: date) -> Clock:
    """A clock that always shows `day` with the real time of day: for a simulated county, whose data end there."""

    def now() -> datetime:
        return datetime.combine(day, datetime.now(CHINA).timetz())

    return now
