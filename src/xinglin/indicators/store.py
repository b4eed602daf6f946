"""Figures kept: worked out once for a version of the views, answered from Parquet in milliseconds.

refresh: views ──► amounts ──► folder        questions: folder ──► assembly ──► figures within a scope
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from xinglin.access.model import Scope
from xinglin.core.errors import InputError, NothingYetError, Problem
from xinglin.core.period import KINDS, Period, PeriodKind, period_of, periods_within
from xinglin.core.place import Place, Places
from xinglin.indicators.amounts import work_out
from xinglin.indicators.assembly import Known, Spot, assemble
from xinglin.indicators.figures import Figure
from xinglin.indicators.lookup import lookup_of
from xinglin.indicators.numbering import counted_all, numbered, tally_key
from xinglin.indicators.places import places_from
from xinglin.indicators.span import first_day_of
from xinglin.indicators.stored import Manifest, Version, files_of, keep, read_manifest, read_places
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views.manifest import Snapshot, whole
from xinglin.views.session import open_session

#: Counted up when the same definitions give other figures than before: figures are then worked out anew.
ENGINE = 1

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Open:
    """A version ready to be asked."""

    manifest: Manifest
    known: Known
    places: Places


class FigureStore:
    """The figures in `folder`, of the indicators of `library`. Questions may come from several threads."""

    def __init__(self, folder: Path, library: Library) -> None:
        self._folder = folder
        self._library = library
        self._open: _Open | None = None
        self._lock = Lock()

    def refresh(self, snapshot: Snapshot, *, as_of: date, progress: Progress | None = None) -> int:
        """Work out all indicators as of `as_of`, the last day with data; returns the version, the snapshot's.

        Nothing is done when the figures already are those, and their files whole. `progress` is told the passes done,
        and of how many.
        """
        before = read_manifest(self._folder)
        key = (snapshot.version, snapshot.position, snapshot.made_at, self._definitions(), as_of)
        if before and _key(before.current) == key and whole(files_of(self._folder, before.current)):
            return before.current.version
        with open_session(snapshot, self._library) as session:
            return self.build(session, snapshot, as_of=as_of, progress=progress)

    def build(
        self, session: DuckDBPyConnection, snapshot: Snapshot, *, as_of: date, progress: Progress | None = None
    ) -> int:
        """Work out all indicators from the views of `session` and keep them as the version of `snapshot`."""
        indicators = list(self._library.of(Indicator).values())
        self._check_views(session, indicators)
        numbering = numbered(indicators)
        places = places_from(session)
        first = first_day_of(session, numbering.tallies, as_of)
        periods = _periods(indicators, first, as_of)
        work_out(session, counted_all(numbering, self._library), self._library, places, periods, as_of, progress)
        left_out: dict[int, dict[str, int]] = {}
        for tally, reason, rows in session.execute("SELECT tally, reason, rows FROM xl_left_out").fetchall():
            left_out.setdefault(tally, {})[reason] = rows
        definitions = self._definitions()
        version = Version(
            version=snapshot.version,
            position=snapshot.position,
            made_at=snapshot.made_at,
            definitions=definitions,
            as_of=as_of,
            first_day=first,
            folder=f"v{snapshot.version}-{as_of:%Y%m%d}-{definitions[:8]}",
            tallies=tuple(numbering.numbers),
            to_date=tuple(period.end for period in periods if period.kind == "ytd"),
            left_out=left_out,
        )
        keep(self._folder, session, version, places)
        return version.version

    def version(self) -> int:
        """The version of the views that the figures were worked out from."""
        return self._opened().manifest.current.version

    def as_of(self) -> date:
        """The last day with data."""
        return self._opened().manifest.current.as_of

    def first_day(self) -> date:
        """The first day with data."""
        return self._opened().manifest.current.first_day

    def places(self) -> Places:
        """All places that have figures."""
        return self._opened().places

    def figures(
        self,
        indicators: Sequence[str],
        *,
        scope: Scope,
        places: Sequence[Spot] | None = None,
        periods: Sequence[Period],
    ) -> list[Figure]:
        """Figures by indicator, place and period in the order asked; of all places where none are named.

        Left out: places that `scope` does not allow or that are not known, and kinds of place or period that an
        indicator does not declare. A period without data gives a figure without value and the note "outside".
        Raises InputError for an unknown indicator and for a year to date that was not worked out.
        """
        opened = self._opened()
        wanted = [self._indicator(name, opened) for name in dict.fromkeys(indicators)]
        spots = opened.known.places if places is None else dict.fromkeys(places)
        seen = [spot for spot in spots if spot in opened.known.places and scope.allows(*spot)]
        asked = list(dict.fromkeys(periods))
        _check_periods(wanted, asked, opened.manifest.current)
        blocks = (assemble(opened.known, indicator, seen, asked) for indicator in wanted)
        return [figure for block in blocks for figure in block.figures()]

    def series(
        self, indicator: str, place: Place, kind: PeriodKind, first: date, last: date, *, scope: Scope
    ) -> list[Figure]:
        """Figures of one place for every period of `kind` that touches the days asked, as far as there are data.

        Empty for a place that `scope` does not allow.
        """
        current = self._opened().manifest.current
        begin, end = max(first, current.first_day), min(last, current.as_of)
        periods = list(periods_within(kind, begin, end)) if begin <= end else []
        if kind == "ytd":
            periods = [period for period in periods if period.end in current.to_date]
        return self.figures([indicator], scope=scope, places=[(place.kind, place.code)], periods=periods)

    def matrix(
        self, indicator: str, places: Sequence[Place], first: date, last: date, kind: PeriodKind = "day"
    ) -> NDArray[np.float64]:
        """Values of an indicator: a row for each place, a column for each period of `kind` from `first` to `last`.

        NaN where there is no value and on days without data. For detectors: numbers only, no scope.
        """
        opened = self._opened()
        wanted = self._indicator(indicator, opened)
        periods = list(periods_within(kind, first, last))
        values = np.full((len(places), len(periods)), np.nan)
        if kind in wanted.periods:
            _check_periods([wanted], periods, opened.manifest.current)
            spots = [(place.kind, place.code) for place in places]
            known = [n for n, spot in enumerate(spots) if spot in opened.known.places and spot[0] in wanted.places]
            values[known] = assemble(opened.known, wanted, [spots[n] for n in known], periods).value
        return values

    def left_out(self, indicator: str, part: str = "numerator") -> list[tuple[str, int]]:
        """Rows that meet the condition of an indicator's part and are not counted: by reason of `amounts.LEFT_OUT`.

        `part`: "numerator" or "denominator".
        """
        opened = self._opened()
        wanted = self._indicator(indicator, opened)
        tally = wanted.denominator if part == "denominator" else wanted.numerator
        current = opened.manifest.current
        if tally is None:
            return []
        return sorted(current.left_out.get(current.tallies.index(tally_key(tally)), {}).items())

    def _indicator(self, name: str, opened: _Open) -> Indicator:
        indicator = self._library.of(Indicator).get(name)
        if indicator is None:
            raise InputError(Problem("indicator", f"{name!r} is not known.", "an indicator of the loaded packs"))
        if any(tally_key(tally) not in opened.known.tallies for tally in indicator.tallies):
            raise InputError(_stale(name))
        return indicator

    def _check_views(self, session: DuckDBPyConnection, indicators: Sequence[Indicator]) -> None:
        names = session.execute("SELECT view_name FROM duckdb_views() UNION SELECT table_name FROM duckdb_tables()")
        known = {name for (name,) in names.fetchall()}
        needed = {t.view for i in indicators for t in i.tallies} | {"foundation.area", "foundation.institution"}
        missing = sorted(needed - known)
        if missing:
            remedy = "Load the pack that has them and refresh the views before the figures."
            raise InputError([Problem(f"view {name}", "has no rows to count.", "", remedy) for name in missing])

    def _definitions(self) -> str:
        indicators = [indicator.model_dump_json() for indicator in self._library.of(Indicator).values()]
        views = [view.model_dump_json() for view in self._library.of(View).values()]
        return hashlib.sha256("\n".join((f"engine {ENGINE}", *indicators, *views)).encode()).hexdigest()

    def _opened(self) -> _Open:
        manifest = read_manifest(self._folder)
        if manifest is None:
            raise NothingYetError("There are no figures yet. Load records and work them out: xinglin refresh.")
        with self._lock:
            if self._open is None or self._open.manifest.current != manifest.current:
                self._open = _open(self._folder, manifest)
            return self._open


def _open(folder: Path, manifest: Manifest) -> _Open:
    current = manifest.current
    version = folder / current.folder
    places = read_places(version)
    ids = {(place.kind, place.code): number for number, place in enumerate(places.all)}
    amounts = lookup_of(pq.read_table(version / "amount.parquet"), "amount")
    sources = lookup_of(pq.read_table(version / "provenance.parquet"), "text")
    tallies = {key: number for number, key in enumerate(current.tallies)}
    return _Open(manifest, Known(amounts, sources, tallies, ids, current.first_day, current.as_of), places)


def _check_periods(indicators: Sequence[Indicator], periods: Sequence[Period], current: Version) -> None:
    """Stocks answer for any day; flows for the years to date that were worked out."""
    if all(tally.is_stock for indicator in indicators for tally in indicator.tallies):
        return
    for period in periods:
        inside = current.first_day <= period.end and period.start <= current.as_of
        if period.kind == "ytd" and inside and period.end not in current.to_date:
            known = ", ".join(f"YTD{day}" for day in current.to_date[-3:])
            raise InputError(Problem("period", f"{period.code} was not worked out.", f"a month's end: ... {known}"))


def _key(version: Version) -> tuple[int, int, str, str, date]:
    return version.version, version.position, version.made_at, version.definitions, version.as_of


def _periods(indicators: Sequence[Indicator], first: date, as_of: date) -> list[Period]:
    """Every period with data of every kind that an indicator declares; of years to date also last year's same day."""
    declared = {kind for indicator in indicators for kind in indicator.periods}
    periods = [period for kind in KINDS if kind in declared for period in periods_within(kind, first, as_of)]
    if "ytd" in declared:
        same_day = period_of("ytd", as_of).year_before()
        periods += [same_day] if same_day.end >= first else []
    return list(dict.fromkeys(periods))


def _stale(name: str) -> Problem:
    return Problem("indicator", f"{name} has changed since the figures were worked out.", "", "Refresh the figures.")
