"""Do two ways of working out figures agree? Every place and period, number by number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.period import Period
from xinglin.indicators.assembly import COLUMNS, figure_of
from xinglin.indicators.figures import Figure
from xinglin.packs.indicator import Indicator

#: Sums are exact on both sides; only the last division may round differently in its last bit.
TOLERANCE = 1e-12


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


def compare(engine: pa.Table, referee: Iterable[Figure]) -> list[Difference]:
    """Differences between a table of figures (`assembly.COLUMNS`) and the referee's, in the referee's order."""
    columns = [engine.column(name).to_pylist() for name in COLUMNS]
    given = {_key(figure): figure for figure in map(figure_of, zip(*columns, strict=True))}
    found: list[Difference] = []
    for figure in referee:
        other = given.pop(_key(figure), None)
        found += _differences(other, figure) if other else [_difference(figure, "figure", None, figure.value)]
    return found + [_difference(figure, "figure", figure.value, None) for figure in given.values()]


def rows_of(session: DuckDBPyConnection, indicators: Sequence[Indicator]) -> dict[str, list[dict[str, object]]]:
    """The rows of the indicators' views as the referee takes them. Holds a whole view in memory: for checks only."""
    views = dict.fromkeys(tally.view for indicator in indicators for tally in indicator.tallies)
    rows = {}
    for view in views:
        answer = session.execute(f'SELECT * FROM "{view}"')
        names = [column[0] for column in answer.description or ()]
        rows[view] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return rows


def _key(figure: Figure) -> tuple[str, str, str, Period]:
    return figure.indicator, figure.place_kind, figure.place, figure.period


def _differences(engine: Figure, referee: Figure) -> list[Difference]:
    parts = ("numerator", "denominator", "value", "provenance", "note", "finished")
    pairs = [(part, getattr(engine, part), getattr(referee, part)) for part in parts]
    return [_difference(referee, part, one, other) for part, one, other in pairs if not _equal(one, other)]


def _equal(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=TOLERANCE)
    return one == other


def _difference(figure: Figure, part: str, engine: object, referee: object) -> Difference:
    return Difference(figure.indicator, figure.place_kind, figure.place, figure.period, part, engine, referee)
