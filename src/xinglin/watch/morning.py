"""The morning's run: every watch over every place it watches, from the first day of history to today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain

import numpy as np

from xinglin.core.clock import CHINA
from xinglin.core.place import Place, Places
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert, Signal
from xinglin.watch.detectors import DETECTORS
from xinglin.watch.episodes import Episode, episodes, exceedances
from xinglin.watch.ports import SeriesSource
from xinglin.watch.scores import Floats, Scores
from xinglin.watch.store import AlertStore

MORNING = time(8, 0, tzinfo=CHINA)


def run_watches(
    library: Library,
    figures: SeriesSource,
    places: Places,
    alerts: AlertStore,
    as_of: date,
    *,
    at: datetime | None = None,
) -> list[Alert]:
    """Run every watch up to the day `as_of` and keep what it saw. Returns the alerts newly raised, still open.

    Repeating it adds nothing. The whole history is read each time, so that a correction far back is seen, and a
    signal has the same first day whichever morning it is asked for. `at`: when the alerts are said to be raised; by
    default eight o'clock on the morning after `as_of`.
    """
    raised_at = at or datetime.combine(as_of + timedelta(days=1), MORNING)
    ran = (
        alerts.record(watch, signals(watch, figures, places, as_of), as_of=as_of, at=raised_at)
        for watch in library.of(Watch).values()
    )
    return list(chain.from_iterable(ran))


def signals(watch: Watch, figures: SeriesSource, places: Places, as_of: date) -> list[Signal]:
    """Everything that one watch sees in the history up to `as_of`, by place and time."""
    watched, first = watched_places(watch, places), figures.first_day()
    if not watched or first > as_of:
        return []
    observed = np.asarray(figures.matrix(watch.series, watched, first, as_of), dtype=np.float64)
    scores = DETECTORS[watch.detector.name](observed, **watch.detector.control)
    exceeds = exceedances(observed, scores, watch.minimum)
    excess = observed - scores.expected
    return [
        _signal(watch, place, episode, first, observed[row], scores, row)
        for row, place in enumerate(watched)
        for episode in episodes(exceeds[row], excess[row], watch.cool_down)
    ]


def watched_places(watch: Watch, places: Places) -> tuple[Place, ...]:
    """The areas of the watch's levels and the institutions of its types, in a fixed order."""
    return tuple(sorted(_at_levels(watch, places), key=lambda place: (place.kind, place.code)))


def _at_levels(watch: Watch, places: Places) -> Iterator[Place]:
    return (place for place in places.all if place.level in watch.levels)


def _signal(
    watch: Watch, place: Place, episode: Episode, first: date, observed: Floats, scores: Scores, row: int
) -> Signal:
    peak, score = episode.peak, float(scores.score[row, episode.peak])
    return Signal(
        watch=watch.id,
        indicator=watch.series,
        place_kind=place.kind,
        place=place.code,
        first_day=first + timedelta(days=episode.first),
        last_day=first + timedelta(days=episode.last),
        peak_day=first + timedelta(days=peak),
        observed=float(observed[peak]),
        expected=float(scores.expected[row, peak]),
        threshold=float(scores.threshold[row, peak]),
        score=score if np.isfinite(score) else None,
        days=episode.days,
    )
