"""Do engine and referee agree? Every indicator, place and period, number by number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.period import KINDS, Period, periods_within
from xinglin.core.place import Places
from xinglin.indicators.amounts import work_out
from xinglin.indicators.assembly import assemble
from xinglin.indicators.compute import known_in
from xinglin.indicators.figures import Figure
from xinglin.indicators.numbering import counted_all, numbered
from xinglin.indicators.referee import referee
from xinglin.indicators.rendering import quoted
from xinglin.indicators.scans import Counted
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.view import View

#: Sums are exact on both sides; only the last division may round differently in its last bit.
TOLERANCE = 1e-12

_KEY = ("indicator", "place_kind", "place", "kind", "start_day", "end_day")
_PARTS = ("numerator", "denominator", "value", "provenance", "note", "finished")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on which the two disagree; one of them may not have it at all."""

    indicator: str
    place_kind: str
    place: str
    period: Period
    part: str
    engine: object
    referee: object

    def __str__(self) -> str:
        spot = f"{self.indicator} {self.place_kind}:{self.place} {self.period.code}"
        return f"{spot}  {self.part}: engine {self.engine}, referee {self.referee}"


@dataclass(frozen=True, slots=True)
class Checked:
    """One indicator checked: how many figures were compared, and where they differ."""

    indicator: str
    figures: int
    differences: tuple[Difference, ...]


def check(
    session: DuckDBPyConnection,
    library: Library,
    places: Places,
    first: date,
    as_of: date,
    indicators: Sequence[Indicator] | None = None,
) -> Iterator[Checked]:
    """Work out the indicators (all by default) both ways and compare, one indicator after the other.

    The rows of the views, as far as indicators read them, are held in memory.
    """
    wanted = list(library.of(Indicator).values()) if indicators is None else list(indicators)
    numbering = numbered(wanted)
    tallies = counted_all(numbering, library)
    periods = [period for kind in KINDS for period in periods_within(kind, first, as_of)]
    work_out(session, tallies, library, places, periods, as_of)
    known = known_in(session, numbering, places, first, as_of)
    rows = rows_of(session, tallies, library)
    judged = referee(rows, library, wanted, places, periods, first, as_of)
    by_id = {indicator.id: indicator for indicator in wanted}
    for name, figures in groupby(judged, lambda figure: figure.indicator):
        table = assemble(known, by_id[name], list(known.places), periods).table()
        yield Checked(name, table.num_rows, tuple(compare(table, figures)))


def compare(engine: pa.Table, referee: Iterable[Figure]) -> list[Difference]:
    """Differences between a table of figures (`assembly.COLUMNS`) and the referee's, in the referee's order."""
    keys = zip(*(engine.column(name).to_pylist() for name in _KEY), strict=True)
    parts = zip(*(engine.column(name).to_pylist() for name in _PARTS), strict=True)
    given = dict(zip(keys, parts, strict=True))
    found: list[Difference] = []
    for figure in referee:
        period = figure.period
        key = (figure.indicator, figure.place_kind, figure.place, period.kind, period.start, period.end)
        judged = tuple(getattr(figure, part) for part in _PARTS)
        worked_out = given.pop(key, None)
        if worked_out is None:
            found.append(_difference(key, "figure", "none", figure.value))
        elif worked_out != judged:
            pairs = zip(_PARTS, worked_out, judged, strict=True)
            found += [_difference(key, part, one, other) for part, one, other in pairs if not _equal(one, other)]
    return found + [_difference(key, "figure", parts[2], "none") for key, parts in given.items()]


def rows_of(
    session: DuckDBPyConnection, tallies: Sequence[Counted], library: Library
) -> dict[str, list[dict[str, Any]]]:
    """By view, the rows as the referee takes them, with the columns that the tallies read."""
    needed: dict[str, set[str]] = {}
    for member in tallies:
        known = library.of(View)[member.tally.view].all_columns()
        needed.setdefault(member.tally.view, set()).update(_columns(member) & set(known))
    rows = {}
    for view, columns in needed.items():
        names = ["_key", "_row", *sorted(columns)]
        answer = session.execute(f"SELECT {', '.join(map(quoted, names))} FROM {quoted(view)}")
        rows[view] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return rows


def _columns(member: Counted) -> set[str]:
    tally = member.tally
    read = (member.where, member.among, member.sum, member.provenance)
    named = (tally.on, tally.since, tally.until, tally.of, tally.area, tally.institution, "residence_area")
    return {name for name in named if name}.union(*(expression.columns for expression in read if expression))


def _equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=TOLERANCE)
    return one == other


def _difference(key: tuple[Any, ...], part: str, engine: object, referee: object) -> Difference:
    indicator, place_kind, place, kind, start, end = key
    return Difference(indicator, place_kind, place, Period(kind, start, end), part, engine, referee)
