"""From scores to episodes: days of exceedance that belong to one signal become one episode. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xinglin.watch.scores import Flags, Floats, Scores

#: A signal is worth a person's look for at least this many days after its last exceedance.
FRESH_DAYS = 7


@dataclass(frozen=True, slots=True)
class Episode:
    """One signal in one series. `first`, `last`, `peak`: indices in time; `days`: how many days exceeded."""

    first: int
    last: int
    peak: int
    days: int


def exceedances(observed: Floats, scores: Scores, minimum: float) -> Flags:
    """Where an alarm counts: the observed amount is at least `minimum`. Shape (series, time)."""
    return scores.alarm & (observed >= minimum)


def episodes(exceeds: Flags, excess: Floats, cool_down: int) -> Iterator[Episode]:
    """The episodes of one series, in time order. Both arrays have shape (time,).

    An episode ends once `cool_down` days pass without an exceedance; a missing day counts as one without. So between
    the last day of an episode and the first of the next there always lie `cool_down` days or more. The peak is the
    first day with the greatest `excess` (observed - expected).
    """
    days = np.flatnonzero(exceeds)
    if not days.size:
        return
    breaks = np.flatnonzero(np.diff(days) > cool_down) + 1
    for run in np.split(days, breaks):
        peak = run[int(np.argmax(excess[run]))]
        yield Episode(int(run[0]), int(run[-1]), int(peak), int(run.size))


def is_over(quiet_days: int, cool_down: int) -> bool:
    """True when a signal whose last exceedance lies `quiet_days` back has ended and is no longer fresh."""
    return quiet_days >= cool_down and quiet_days > FRESH_DAYS
