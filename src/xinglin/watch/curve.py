"""The curve of an alert's page: what was observed beside what the baseline led to expect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from xinglin.core.place import Place
from xinglin.packs.watch import Watch
from xinglin.watch.detectors import DETECTORS
from xinglin.watch.episodes import exceedances
from xinglin.watch.ports import SeriesSource
from xinglin.watch.scores import Flags, Floats

#: Days read before the first one shown, at the least: its baseline must be complete.
LEAD_DAYS = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """One series by day; the arrays have one entry per day, NaN where there is nothing to draw."""

    days: tuple[date, ...]
    observed: Floats
    expected: Floats
    threshold: Floats
    exceeds: Flags


def curve(figures: SeriesSource, watch: Watch, place: Place, first: date, last: date) -> Curve:
    """The watch's series in `place` on the days from `first` to `last`, both included, as the detector saw it."""
    history = max(min(first, last) - timedelta(days=_lead(watch)), figures.first_day())
    observed = np.asarray(figures.matrix(watch.series, [place], history, last), dtype=np.float64)
    scores = DETECTORS[watch.detector.name](observed, **watch.detector.control)
    skip = max((first - history).days, 0)
    shown = tuple(history + timedelta(days=day) for day in range(skip, observed.shape[1]))
    exceeds = exceedances(observed, scores, watch.minimum)
    return Curve(shown, observed[0, skip:], scores.expected[0, skip:], scores.threshold[0, skip:], exceeds[0, skip:])


def _lead(watch: Watch) -> int:
    control = {**DETECTORS[watch.detector.name].defaults, **watch.detector.control}
    return max(LEAD_DAYS, int(control.get("baseline", 0)) + int(control.get("gap", 0)))
