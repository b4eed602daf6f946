"""Work out indicators for every place and period of a run, in as few passes over the views as there are kinds of rows.

views ──► scans ──► amounts (flows, stocks, provenance) ──► assembly ──► figures
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.period import Period
from xinglin.core.place import Places
from xinglin.indicators.amounts import SORTED, unique_places, work_out
from xinglin.indicators.assembly import Known, assemble, table_of
from xinglin.indicators.lookup import lookup_of
from xinglin.indicators.numbering import Numbering, counted_all, numbered
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library


def compute(
    session: DuckDBPyConnection,
    library: Library,
    indicators: Sequence[Indicator],
    places: Places,
    periods: Sequence[Period],
    first: date,
    as_of: date,
) -> pa.Table:
    """Figures of every place, for the periods given. Columns: `assembly.COLUMNS`.

    Each indicator answers for the kinds of place and period that it declares. `as_of` is the last day with data:
    periods that go on beyond it are worked out over what is there. Raises InputError for an indicator that does not
    fit its views.
    """
    numbering = numbered(indicators)
    work_out(session, counted_all(numbering, library), library, places, periods, as_of)
    known = known_in(session, numbering, places, first, as_of)
    asked = list(dict.fromkeys(periods))
    return table_of([assemble(known, indicator, list(known.places), asked) for indicator in indicators])


def known_in(session: DuckDBPyConnection, numbering: Numbering, places: Places, first: date, as_of: date) -> Known:
    """What `work_out` left in the session, ready to be looked up."""
    amounts = lookup_of(session.sql(f"SELECT * FROM xl_amount {SORTED}").to_arrow_table(), "amount")
    sources = lookup_of(session.sql(f"SELECT * FROM xl_provenance {SORTED}").to_arrow_table(), "text")
    ids = {(place.kind, place.code): number for number, place in enumerate(unique_places(places))}
    return Known(amounts, sources, numbering.numbers, ids, first, as_of)
