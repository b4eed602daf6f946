"""Amounts: every tally for every place and period of a run, one pass over each view (see `scans`).

Tables made in the session, all temporary:
  xl_place(id, kind, code, area)   xl_up(leaf, place)   xl_period(kind, start_day, end_day, as_of_day)
  xl_calendar(day, kind, end_day)  xl_amount(tally, place, kind, end_day, amount)
  xl_provenance(tally, place, kind, end_day, text)      xl_left_out(tally, reason, rows)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.period import Period
from xinglin.core.place import Place, PlaceKind, Places
from xinglin.indicators.flows import flow_statements
from xinglin.indicators.provenance import provenance_statements
from xinglin.indicators.scans import Counted, Scan, scan_sql, scans_of
from xinglin.indicators.stocks import stock_statements
from xinglin.packs.nouns import Library

#: Why a row that meets a tally's condition counts nowhere, or not among areas, or not among institutions.
LeftOutReason = Literal[
    "no-date",
    "after-last-day",
    "ends-before-it-begins",
    "no-subject",
    "no-amount",
    "no-area",
    "unknown-area",
    "no-institution",
    "unknown-institution",
]
LEFT_OUT: tuple[LeftOutReason, ...] = get_args(LeftOutReason)

#: How `xl_amount` and `xl_provenance` are kept, and read by `lookup`.
SORTED = "ORDER BY tally, kind, place, end_day"


def unique_places(places: Places) -> tuple[Place, ...]:
    """Each place once: of two with one kind and code the last."""
    return tuple({(place.kind, place.code): place for place in places.all}.values())


def work_out(
    session: DuckDBPyConnection,
    tallies: Sequence[Counted],
    library: Library,
    places: Places,
    periods: Sequence[Period],
    as_of: date,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Make the tables above. `as_of` is the last day with data; later days are not counted.

    `progress` is told how many passes are done, of how many.
    """
    lay_out(session, places, periods, as_of)
    scans = scans_of(tallies, library)
    first = min((min(period.end, as_of) for period in periods), default=as_of)
    for number, scan in enumerate(scans):
        for statement in statements(scan, first, as_of):
            session.execute(statement)
        if progress:
            progress(number + 1, len(scans))


def statements(scan: Scan, first: date, last: date) -> Iterator[str]:
    """All that is run for one scan, in order."""
    yield f"CREATE OR REPLACE TEMP TABLE xl_scan AS\n{scan_sql(scan)}"
    yield _left_out(scan, last)
    if scan.is_stock:
        yield from stock_statements(scan, first, last)
    else:
        yield from flow_statements(scan)
    yield from provenance_statements(scan, last)
    yield "DROP TABLE xl_scan"


def lay_out(session: DuckDBPyConnection, places: Places, periods: Sequence[Period], as_of: date) -> None:
    """The tables of places and periods, and empty ones for the results."""
    known = unique_places(places)
    ids = {(place.kind, place.code): number for number, place in enumerate(known)}
    fill(session, "xl_place", place_table(known, ids))
    fill(session, "xl_up", _up(places, ids))
    fill(session, "xl_period", period_table(periods, as_of))
    session.execute(
        "CREATE OR REPLACE TEMP TABLE xl_calendar AS SELECT CAST(day AS DATE) AS day, kind, end_day FROM ("
        "SELECT unnest(generate_series(start_day, as_of_day, INTERVAL 1 DAY)) AS day, kind, end_day FROM xl_period)"
    )
    for table in ("xl_amount", "xl_provenance"):
        value = "amount DOUBLE" if table == "xl_amount" else '"text" VARCHAR'
        columns = f"tally INTEGER, place INTEGER, kind VARCHAR, end_day DATE, {value}"
        session.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({columns})")
    session.execute("CREATE OR REPLACE TEMP TABLE xl_left_out (tally INTEGER, reason VARCHAR, rows BIGINT)")


def place_table(places: Sequence[Place], ids: Mapping[tuple[PlaceKind, str], int]) -> pa.Table:
    """`xl_place`, with the given ids."""
    return pa.table(
        {
            "id": pa.array([ids[place.kind, place.code] for place in places], pa.int32()),
            "kind": pa.array([place.kind for place in places], pa.string()),
            "code": pa.array([place.code for place in places], pa.string()),
            "area": pa.array([place.area or None for place in places], pa.string()),
        }
    )


def period_table(periods: Sequence[Period], as_of: date) -> pa.Table:
    """`xl_period`: as_of_day is the last day with data, end_day or earlier."""
    unique = dict.fromkeys(periods)
    return pa.table(
        {
            "kind": pa.array([period.kind for period in unique], pa.string()),
            "start_day": pa.array([period.start for period in unique], pa.date32()),
            "end_day": pa.array([period.end for period in unique], pa.date32()),
            "as_of_day": pa.array([min(period.end, as_of) for period in unique], pa.date32()),
        }
    )


def fill(session: DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """A temporary table from Arrow."""
    session.register("xl_given", rows)
    session.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM xl_given")
    session.unregister("xl_given")


def _up(places: Places, ids: Mapping[tuple[PlaceKind, str], int]) -> pa.Table:
    """An area lies in itself and every area above; an institution only in itself."""
    leaves, above = [], []
    for (kind, code), number in ids.items():
        lineage = [code] if kind == "institution" else [place.code for place in places.lineage(kind, code)]
        for ancestor in lineage:
            leaves.append(number)
            above.append(ids[kind, ancestor])
    return pa.table({"leaf": pa.array(leaves, pa.int32()), "place": pa.array(above, pa.int32())})


def _left_out(scan: Scan, last: date) -> str:
    """Rows that meet a tally's condition and are not counted, by reason. A row without date stands under that alone."""
    selects = []
    for member in scan.members:
        cases = _reasons(scan, member, last)
        found = [f"SELECT '{reason}' AS reason, count(*) FILTER ({test}) AS rows FROM kept" for reason, test in cases]
        kept = f"WITH kept AS (SELECT * FROM xl_scan WHERE w_{member.number}) "
        selects.append(f"SELECT {member.number}, * FROM ({kept}{' UNION ALL '.join(found)}) WHERE rows > 0")
    return "INSERT INTO xl_left_out\n" + "\nUNION ALL ".join(selects)


def _reasons(scan: Scan, member: Counted, last: date) -> Iterator[tuple[LeftOutReason, str]]:
    begin = "since_day" if scan.is_stock else "day"
    yield "no-date", f"{begin} IS NULL"
    yield "after-last-day", f"{begin} > DATE '{last}'"
    dated = f"{begin} <= DATE '{last}'"
    if scan.is_stock:
        yield "ends-before-it-begins", f"{dated} AND end_day <= since_day"
        dated += " AND end_day > since_day"
    if member.tally.count == "distinct":
        yield "no-subject", f"{dated} AND s_{scan.subjects.index(member.tally.of)} IS NULL"
    if member.sum is not None:
        yield "no-amount", f"{dated} AND x_{member.number} IS NULL"
    yield "no-area", f"{dated} AND NOT has_area"
    yield "unknown-area", f"{dated} AND has_area AND area_id IS NULL"
    if scan.institution_column():
        yield "no-institution", f"{dated} AND NOT has_institution"
        yield "unknown-institution", f"{dated} AND has_institution AND institution_id IS NULL"
