"""A figure opened: the SQL that works it out, and the rows and people behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from duckdb import DuckDBPyConnection

from xinglin.access.model import Scope
from xinglin.core.errors import AccessError
from xinglin.core.period import Period
from xinglin.core.place import Place, Places
from xinglin.indicators.amounts import statements
from xinglin.indicators.numbering import counted_all, numbered
from xinglin.indicators.places import places_from
from xinglin.indicators.rendering import quoted, to_sql
from xinglin.indicators.scans import Scan, area_code_sql, scans_of
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library

Part = Literal["numerator", "denominator"]

#: What a list of people shows of a person beside the row, from the registration that the row names.
PERSON = ("name", "id_card", "phone", "address")


def sql(library: Library, indicator: Indicator, place: Place | None = None, period: Period | None = None) -> str:
    """The statements that a refresh runs for this indicator, over the tables that `indicators.amounts` describes.

    A refresh runs them for all places and periods, together with other indicators over the same views; `place` and
    `period` are only named on top.
    """
    last = period.end if period else date.max
    scans = scans_of(counted_all(numbered([indicator]), library), library)
    parts = [part for scan in scans for part in statements(scan, last, last) if not part.startswith("DROP")]
    about = (indicator.id, place.name if place else "", period.code if period else "")
    named = " · ".join(part for part in about if part)
    return ";\n\n".join([f"-- {named}\n-- {_formula(indicator)}\n{parts[0]}", *parts[1:]])


def people(
    session: DuckDBPyConnection,
    library: Library,
    indicator: Indicator,
    place: Place,
    period: Period,
    *,
    scope: Scope,
    part: Part = "numerator",
    as_of: date | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Rows behind a figure, newest first: the view's columns, `on` (the date that counts) and `PERSON`.

    Of a distinct count one row for each that is counted, their last. `as_of`: the last day with data, where the
    period goes on beyond it. Raises AccessError for a place that `scope` does not allow.
    """
    if not scope.allows(place.kind, place.code):
        raise AccessError("people: this place is outside of what the account may see.")
    tally = indicator.numerator if part == "numerator" else indicator.denominator
    if tally is None:
        return []
    numbering = numbered([indicator])
    wanted = [member for member in counted_all(numbering, library) if member.tally == tally]
    scan = scans_of(wanted, library)[0]
    day = min(period.end, as_of or period.end)
    codes = sorted(_codes(places_from(session), place))
    answer = session.execute(
        people_sql(scan, place), {"first": period.start, "last": day, "codes": codes, "limit": limit, "offset": offset}
    )
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def people_sql(scan: Scan, place: Place) -> str:
    """Rows that the scan's only tally counts at a place. Parameters: first, last (days), codes, limit, offset."""
    member = scan.members[0]
    tally = member.tally
    day = quoted(tally.on or tally.since or "")
    institution = scan.institution_column()
    spot = area_code_sql(scan, "v", "i")
    if place.kind == "institution":
        spot = f"v.{quoted(institution)}" if institution else "NULL"
    joined = f"v.{quoted(institution)}" if institution else "NULL"
    order = f"{day} DESC, _key DESC, _row DESC"
    of = quoted(tally.of)
    last_of_each = f"row_number() OVER (PARTITION BY {of} ORDER BY {order}) = 1"
    latest, counted = "", ""
    if tally.latest:
        among = f" AND {to_sql(member.among, 'timely')}" if member.among else ""
        latest = f" WHERE {of} IS NOT NULL{among} QUALIFY {last_of_each}"
    elif tally.count == "distinct":
        enough = f"count(*) OVER (PARTITION BY {of}) >= {tally.at_least}"
        counted = f" AND {of} IS NOT NULL QUALIFY {last_of_each} AND {enough}"
    where = to_sql(member.where, "considered") if member.where else "TRUE"
    return f"""WITH institutions AS (
  SELECT institution AS code, max_by(area, _key) AS area FROM "foundation.institution" GROUP BY institution
), timely AS (
  SELECT v.*, {spot} AS xl_code FROM {quoted(scan.view)} AS v LEFT JOIN institutions AS i ON i.code = {joined}
  WHERE {_timely(scan)}
), considered AS (
  SELECT * FROM timely{latest}
), counted AS (
  SELECT * FROM considered WHERE {where} AND list_contains($codes, xl_code){counted}
)
SELECT c.* EXCLUDE (xl_code), c.{day} AS "on"{"".join(_person(scan))}
FROM counted AS c{_persons(scan)} ORDER BY c.{day} DESC, c._key, c._row LIMIT $limit OFFSET $offset"""


def _timely(scan: Scan) -> str:
    tally = scan.first
    if tally.on:
        return f"v.{quoted(tally.on)} BETWEEN $first AND $last"
    # $first is used in both, so that the parameters are the same.
    begun = f"v.{quoted(tally.since or '')} <= $last AND $first IS NOT NULL"
    return f"{begun} AND coalesce(v.{quoted(tally.until)} >= $last, TRUE)" if tally.until else begun


def _person(scan: Scan) -> Iterator[str]:
    if "patient" in scan.columns:
        yield from (f", p.{name}" for name in PERSON if name not in scan.columns)


def _persons(scan: Scan) -> str:
    if "patient" not in scan.columns or scan.view == "foundation.patient":
        return ""
    return ' LEFT JOIN "foundation.patient" AS p ON p.patient = c.patient'


def _codes(places: Places, place: Place) -> Iterator[str]:
    yield from places.within(place.kind, place.code) if place.kind == "area" else (place.code,)


def _formula(indicator: Indicator) -> str:
    share = "numerator" if indicator.denominator is None else "numerator / denominator"
    return f"value = {indicator.per:g} * {share}; tally 0 is the numerator" + (
        "" if indicator.denominator is None else ", the last tally the denominator"
    )
