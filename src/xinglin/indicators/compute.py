"""Work out indicators for every place and period of a run, in as few passes over the views as there are kinds of rows.

views ──► scans ──► amounts (flows, stocks, provenance) ──► assembly ──► figures
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.period import KINDS, Period, PeriodKind, periods_within
from xinglin.core.place import Places
from xinglin.indicators.amounts import fill, work_out
from xinglin.indicators.assembly import counted_all, figures_sql, indicator_table, numbered, tally_table
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library


def compute(
    session: DuckDBPyConnection,
    library: Library,
    indicators: Sequence[Indicator],
    places: Places,
    kinds: Sequence[PeriodKind],
    first: date,
    last: date,
) -> pa.Table:
    """Figures of every place and of every period of `kinds` that touches the days from `first` to `last`.

    `last` is the last day with data: periods that go on beyond it are worked out over what is there. Columns:
    `assembly.COLUMNS`. Raises InputError for an indicator that does not fit its views.
    """
    periods = [period for kind in KINDS if kind in kinds for period in periods_within(kind, first, last)]
    return compute_periods(session, library, indicators, places, periods, first, last)


def compute_periods(
    session: DuckDBPyConnection,
    library: Library,
    indicators: Sequence[Indicator],
    places: Places,
    periods: Sequence[Period],
    first: date,
    as_of: date,
) -> pa.Table:
    """As `compute`, for the periods given. Each indicator answers for the kinds of place and period it declares."""
    numbering = numbered(indicators)
    work_out(session, counted_all(numbering, library), library, places, periods, as_of)
    fill(session, "xl_indicator", indicator_table(indicators, numbering))
    fill(session, "xl_tally", tally_table(numbering.tallies, range(len(numbering.tallies))))
    return session.sql(figures_sql(first, as_of)).to_arrow_table()
