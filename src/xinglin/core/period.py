"""Periods: the stretches of time that figures, targets and returns speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from xinglin.core.errors import InputError, Problem

PeriodKind = Literal["day", "week", "month", "quarter", "half", "year", "ytd"]
KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)

_FORMS: tuple[tuple[PeriodKind, re.Pattern[str]], ...] = (
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    ("week", re.compile(r"(\d{4})-W(\d{2})")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("half", re.compile(r"(\d{4})-H([12])")),
    ("year", re.compile(r"(\d{4})")),
    ("ytd", re.compile(r"YTD(\d{4})-(\d{2})-(\d{2})")),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both included, of a named kind.

    `code` is how it is written everywhere: 2025-10-31, 2025-W44, 2025-10, 2025-Q4, 2025-H2, 2025, YTD2025-10-31.
    """

    kind: PeriodKind
    start: date
    end: date

    @property
    def code(self) -> str:
        year = f"{self.start.year:04}"
        match self.kind:
            case "day":
                return self.start.isoformat()
            case "week":
                iso = self.start.isocalendar()
                return f"{iso.year:04}-W{iso.week:02}"
            case "month":
                return f"{year}-{self.start.month:02}"
            case "quarter":
                return f"{year}-Q{(self.start.month + 2) // 3}"
            case "half":
                return f"{year}-H{1 if self.start.month == 1 else 2}"
            case "year":
                return year
            case "ytd":
                return f"YTD{self.end.isoformat()}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def previous(self) -> Period:
        """The period of this kind just before (环比). For year to date: the same days up to a month earlier."""
        if self.kind == "ytd":
            return period_of("ytd", self.end.replace(day=1) - timedelta(days=1))
        return period_of(self.kind, self.start - timedelta(days=1))

    def year_before(self) -> Period:
        """The same period last year (同比): week 53 answers with last year's last week, 29 February with the 28th."""
        if self.kind == "week":
            iso = self.start.isocalendar()
            last = date(iso.year - 1, 12, 28).isocalendar().week
            return period_of("week", date.fromisocalendar(iso.year - 1, min(iso.week, last), 1))
        anchor = self.end if self.kind == "ytd" else self.start
        month_end = self.kind == "ytd" and (anchor + timedelta(days=1)).day == 1
        if month_end:
            return period_of("ytd", _month(anchor.year - 1, anchor.month).end)
        return period_of(self.kind, _same_day(anchor.year - 1, anchor))


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of `kind` that holds `day`; for "ytd" the one that ends on it."""
    match kind:
        case "day":
            return Period(kind, day, day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Period(kind, monday, monday + timedelta(days=6))
        case "month":
            return _month(day.year, day.month)
        case "quarter":
            first = 3 * ((day.month - 1) // 3) + 1
            return Period(kind, date(day.year, first, 1), _month(day.year, first + 2).end)
        case "half":
            first = 1 if day.month <= 6 else 7
            return Period(kind, date(day.year, first, 1), _month(day.year, first + 5).end)
        case "year":
            return Period(kind, date(day.year, 1, 1), date(day.year, 12, 31))
        case "ytd":
            return Period(kind, date(day.year, 1, 1), day)


def parse_period(code: str) -> Period:
    """The period written as `code`. Raises InputError naming the known forms."""
    for kind, form in _FORMS:
        if found := form.fullmatch(code):
            numbers = [int(group) for group in found.groups()]
            try:
                return period_of(kind, _first_day(kind, numbers))
            except ValueError:
                break
    raise InputError(
        Problem(
            "period",
            f"{code!r} is not a period.",
            "2025-10-31, 2025-W44, 2025-10, 2025-Q4, 2025-H2, 2025 or YTD2025-10-31",
            "Write one of these forms with a date that exists.",
        )
    )


def periods_within(kind: PeriodKind, first: date, last: date) -> Iterator[Period]:
    """Every period of `kind` that touches the days from `first` to `last`, in order.

    Year to date is given as of each month's end, and as of `last` itself.
    """
    if kind == "ytd":
        for month in periods_within("month", first, last):
            yield period_of("ytd", min(month.end, last))
        return
    current = period_of(kind, first)
    while current.start <= last:
        yield current
        current = period_of(kind, current.end + timedelta(days=1))


def _first_day(kind: PeriodKind, numbers: list[int]) -> date:
    match kind, numbers:
        case "day" | "ytd", [year, month, day]:
            return date(year, month, day)
        case "week", [year, week]:
            return date.fromisocalendar(year, week, 1)
        case "month", [year, month]:
            return date(year, month, 1)
        case "quarter", [year, quarter]:
            return date(year, 3 * quarter - 2, 1)
        case "half", [year, half]:
            return date(year, 6 * half - 5, 1)
        case _:
            return date(numbers[0], 1, 1)


def _month(year: int, month: int) -> Period:
    start = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period("month", start, following - timedelta(days=1))


def _same_day(year: int, day: date) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
