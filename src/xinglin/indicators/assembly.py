"""Amounts put together to figures: value, note and provenance for a grid of indicators, places and periods.

Serves a whole run (`compute`) and a question to the store alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from xinglin.core.period import Period
from xinglin.core.place import PlaceKind
from xinglin.indicators.figures import NOTES, SHARES, Figure
from xinglin.indicators.lookup import Amounts, Lookup, Texts, day_numbers
from xinglin.indicators.numbering import tally_key
from xinglin.indicators.provenance import JOINED
from xinglin.packs.indicator import Indicator
from xinglin.packs.tally import Tally

Spot = tuple[PlaceKind, str]

#: Columns of a table of figures, in order.
COLUMNS = (
    "indicator", "place_kind", "place", "kind", "start_day", "end_day",
    "numerator", "denominator", "value", "provenance", "note", "finished",
)  # fmt: skip
_NOTES = tuple(NOTES)


@dataclass(frozen=True)
class Known:
    """Worked-out amounts: of `tallies` (number by `tally_key`) for `places` (id), data from `first` to `as_of`."""

    amounts: Lookup
    sources: Lookup
    tallies: Mapping[str, int]
    places: Mapping[Spot, int]
    first: date
    as_of: date


@dataclass(frozen=True)
class Block:
    """Figures of one indicator; arrays are (places, periods), NaN where there is no number.

    `notes`: a bit for each note, in the order of `NOTES`.
    """

    indicator: Indicator
    places: Sequence[Spot]
    periods: Sequence[Period]
    numerator: Amounts
    denominator: Amounts | None
    value: Amounts
    provenance: Texts
    notes: NDArray[np.int64]
    as_of: date

    def figures(self) -> Iterator[Figure]:
        """By place, then period."""
        names = {int(bits): note_of(int(bits)) for bits in np.unique(self.notes)}
        for row, (kind, code) in enumerate(self.places):
            for column, period in enumerate(self.periods):
                yield Figure(
                    self.indicator.id, kind, code, period,
                    _number(self.numerator[row, column]),
                    None if self.denominator is None else _number(self.denominator[row, column]),
                    _number(self.value[row, column]),
                    self.provenance[row, column],
                    names[int(self.notes[row, column])],
                    period.end <= self.as_of,
                )  # fmt: skip

    def table(self) -> pa.Table:
        """The same with `COLUMNS`."""
        rows, columns = self.numerator.shape
        of_place, of_period = np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
        places, periods = self.places, self.periods
        names = {int(bits): note_of(int(bits)) for bits in np.unique(self.notes)}
        parts = [
            pa.array([self.indicator.id] * (rows * columns), pa.string()),
            pa.array([kind for kind, _ in places], pa.string()).take(of_place),
            pa.array([code for _, code in places], pa.string()).take(of_place),
            pa.array([period.kind for period in periods], pa.string()).take(of_period),
            pa.array([period.start for period in periods], pa.date32()).take(of_period),
            pa.array([period.end for period in periods], pa.date32()).take(of_period),
            _arrow(self.numerator),
            _arrow(np.full_like(self.numerator, np.nan) if self.denominator is None else self.denominator),
            _arrow(self.value),
            pa.array(self.provenance.ravel(), pa.string()),
            pa.array([names[bits] for bits in self.notes.ravel().tolist()], pa.string()),
            pa.array([period.end <= self.as_of for period in periods], pa.bool_()).take(of_period),
        ]
        return pa.table(dict(zip(COLUMNS, parts, strict=True)))


def assemble(known: Known, indicator: Indicator, places: Sequence[Spot], periods: Sequence[Period]) -> Block:
    """The indicator's figures for those of `places` and `periods` whose kinds it declares."""
    spots = [spot for spot in places if spot[0] in indicator.places]
    wanted = [period for period in periods if period.kind in indicator.periods]
    grid = _Grid(known, spots, wanted)
    numerator, source = grid.amount(indicator.numerator), grid.source(indicator.numerator)
    denominator = None if indicator.denominator is None else grid.amount(indicator.denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = indicator.per * numerator
        if denominator is not None:
            value = np.where(denominator == 0, np.nan, value / denominator)
    if indicator.denominator is not None:
        source = _joined(source, grid.source(indicator.denominator))
    notes = _notes(indicator, grid, numerator, denominator)
    return Block(indicator, spots, wanted, numerator, denominator, value, source, notes, known.as_of)


def note_of(bits: int) -> str:
    """Names of the notes whose bits are set."""
    return " ".join(name for number, name in enumerate(_NOTES) if bits >> number & 1)


def table_of(blocks: Sequence[Block]) -> pa.Table:
    """All blocks as one table."""
    empty = pa.table({name: pa.array([], kind) for name, kind in zip(COLUMNS, _TYPES, strict=True)})
    return pa.concat_tables([empty, *(block.table() for block in blocks)])


def figure_of(row: Sequence[Any]) -> Figure:
    """A row of `COLUMNS` as a figure."""
    indicator, place_kind, place, kind, start, end, numerator, denominator, value, source, note, finished = row
    period = Period(kind, start, end)
    return Figure(indicator, place_kind, place, period, numerator, denominator, value, source, note, finished)


@dataclass(frozen=True)
class _Grid:
    """Places and periods that amounts are looked up for."""

    known: Known
    spots: Sequence[Spot]
    periods: Sequence[Period]

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Which periods have data at all."""
        first, last = self.known.first, self.known.as_of
        return np.array([p.end >= first and p.start <= last for p in self.periods], np.bool_)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        return np.array([self.known.places[spot] for spot in self.spots], np.int64)

    def amount(self, tally: Tally) -> Amounts:
        """(places, periods); of no row a count is 0, a sum is nothing."""
        found: Amounts = self._look(self.known.amounts, tally, np.nan).astype(np.float64)
        if tally.sum is None:
            found = np.where(np.isnan(found), 0.0, found)
        return np.where(self.inside[None, :], found, np.nan)

    def source(self, tally: Tally) -> Texts:
        if not tally.provenance:
            return np.full((len(self.spots), len(self.periods)), "", np.object_)
        found = self._look(self.known.sources, tally, "").astype(np.object_)
        return np.where(self.inside[None, :], found, "")

    def _look(self, lookup: Lookup, tally: Tally, absent: Any) -> NDArray[Any]:
        number = self.known.tallies[tally_key(tally)]
        if tally.is_stock:
            days = day_numbers([min(period.end, self.known.as_of) for period in self.periods])
            return lookup.as_of(number, self.ids, days, absent)
        found = np.full((len(self.spots), len(self.periods)), absent, np.object_ if absent == "" else np.float64)
        for kind in dict.fromkeys(period.kind for period in self.periods):
            columns = [number for number, period in enumerate(self.periods) if period.kind == kind]
            ends = day_numbers([self.periods[column].end for column in columns])
            found[:, columns] = lookup.at(number, kind, self.ids, ends, absent)
        return found


def _notes(indicator: Indicator, grid: _Grid, numerator: Amounts, denominator: Amounts | None) -> NDArray[np.int64]:
    inside, flows = grid.inside[None, :], any(not tally.is_stock for tally in indicator.tallies)
    early = np.array([period.start < grid.known.first for period in grid.periods], np.bool_)
    late = np.array([period.end > grid.known.as_of for period in grid.periods], np.bool_)
    holds: dict[str, NDArray[np.bool_]] = {
        "outside": ~inside,
        "partial": inside & early & flows,
        "unfinished": inside & late,
        "no-records": inside & np.isnan(numerator),
    }
    if denominator is not None:
        holds["denominator-missing"] = inside & np.isnan(denominator)
        holds["denominator-zero"] = denominator == 0
        if indicator.unit in SHARES:
            holds["above-denominator"] = (denominator != 0) & (numerator > denominator)
    bits = np.zeros(numerator.shape, np.int64)
    for name, where in holds.items():
        bits |= np.broadcast_to(where, numerator.shape).astype(np.int64) << _NOTES.index(name)
    return bits


def _joined(one: Texts, other: Texts) -> Texts:
    both = (one != "") & (other != "") & (one != other)
    plain = np.where(one == "", other, one)
    return np.where(both, one + JOINED + other, plain)


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def _arrow(numbers: Amounts) -> pa.Array:
    flat = numbers.ravel()
    return pa.array(flat, pa.float64(), mask=np.isnan(flat))


_TYPES = (
    pa.string(), pa.string(), pa.string(), pa.string(), pa.date32(), pa.date32(),
    pa.float64(), pa.float64(), pa.float64(), pa.string(), pa.string(), pa.bool_(),
)  # fmt: skip
