"""The simulated county's calendar: names of days, working days, seasons and the Spring Festival.

Every room of the simulation counts days as proleptic ordinals (`date.toordinal`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from xinglin.core.workdays import is_workday

#: First day of the lunar year, from the published calendars of the Purple Mountain Observatory.
_SPRING_FESTIVALS = (
    date(2018, 2, 16),
    date(2019, 2, 5),
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 2, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
)
_WEEKDAY_LOAD = (1.18, 1.06, 1.02, 1.0, 1.04, 0.86, 0.74)
MARGIN = 420

#: "HH:MM" of every minute of the day.
CLOCK: tuple[str, ...] = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60))


@dataclass(frozen=True)
class Days:
    """The days simulated, `first` to `last` (ordinals, both included), and what is special about each."""

    first: int
    last: int

    @cached_property
    def _base(self) -> int:
        return self.first - MARGIN

    @cached_property
    def _dates(self) -> tuple[date, ...]:
        return tuple(date.fromordinal(day) for day in range(self._base, self.last + MARGIN))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(day.isoformat() for day in self._dates)

    @cached_property
    def _workdays(self) -> tuple[bool, ...]:
        return tuple(is_workday(day) for day in self._dates)

    def iso(self, day: int) -> str:
        offset = day - self._base
        return self._names[offset] if 0 <= offset < len(self._names) else date.fromordinal(day).isoformat()

    def date(self, day: int) -> date:
        offset = day - self._base
        return self._dates[offset] if 0 <= offset < len(self._dates) else date.fromordinal(day)

    def is_workday(self, day: int) -> bool:
        return self._workdays[day - self._base]

    def workday_from(self, day: int) -> int:
        """`day` itself, or the next working day."""
        while 0 <= day - self._base < len(self._workdays) and not self._workdays[day - self._base]:
            day += 1
        return day

    def is_month_end(self, day: int) -> bool:
        return self.date(day + 1).day == 1

    def load(self, day: int) -> float:
        """How busy clinics are on `day`, about 1 on average: weekday, holidays, the Spring Festival."""
        today = self.date(day)
        load = _WEEKDAY_LOAD[today.weekday()]
        if today.weekday() < 5 and not self.is_workday(day):
            load *= 0.7
        return load * _festival(today)

    def season(self, day: int, peak: int, strength: float) -> float:
        """A yearly wave of mean 1 that is highest on day-of-year `peak`."""
        phase = 2 * math.pi * (self.date(day).timetuple().tm_yday - peak) / 365.25
        return 1 + strength * math.cos(phase)

    def winter(self, day: int) -> float:
        return self.season(day, 15, 0.35)


def _festival(today: date) -> float:
    for festival in _SPRING_FESTIVALS:
        since = (today - festival).days
        if -1 <= since <= 4:
            return 0.4
        if 5 <= since <= 7:
            return 0.75
        if 8 <= since <= 16:
            return 1.12
    return 1.0


def days_ending(end: date, days: int) -> Days:
    """The `days` days that end on `end`."""
    return Days(end.toordinal() - days + 1, end.toordinal())
