"""From which day on there are data. A stray early date in one record must not stretch every series by years."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from duckdb import DuckDBPyConnection

from xinglin.indicators.rendering import quoted
from xinglin.packs.tally import Tally

#: Of a view's rows this share may be dated before the first day: one in two thousand.
STRAY = 0.0005
#: No series goes back further.
YEARS = 10


def first_day_of(session: DuckDBPyConnection, tallies: Iterable[Tally], as_of: date) -> date:
    """The first day with data: for each date that flows are counted by the day before which at most one row in two
    thousand lies, and of these the one that half of all rows have at the latest (the weighted median).

    A view that reaches far back, such as births, is thus outweighed by what institutions record daily.
    """
    dates = dict.fromkeys((tally.view, tally.on) for tally in tallies if tally.on)
    starts: list[tuple[date, int]] = []
    for view, column in dates:
        day = quoted(column or "")
        starts += session.execute(
            f"SELECT quantile_disc({day}, {STRAY}) AS start, count({day}) FROM {quoted(view)} WHERE {day} <= ? "
            "HAVING start IS NOT NULL",
            [as_of],
        ).fetchall()
    earliest = date(as_of.year - YEARS, 1, 1)
    return max(earliest, weighted_median(starts) or date(as_of.year, 1, 1))


def weighted_median(days: list[tuple[date, int]]) -> date | None:
    """The first day at which half of the weight is reached; None of none."""
    total, reached = sum(weight for _, weight in days), 0
    for day, weight in sorted(days):
        reached += weight
        if 2 * reached >= total:
            return day
    return None
