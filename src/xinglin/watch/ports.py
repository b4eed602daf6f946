"""What the watch asks of the figures: a series per place, and since when there are any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from xinglin.core.place import Place
from xinglin.watch.scores import Floats


class SeriesSource(Protocol):
    """Where series come from: the figure store, or an array in a test. No person stands in them."""

    def first_day(self) -> date:
        """The first day of the figures' history."""
        ...

    def matrix(self, indicator: str, places: Sequence[Place], first: date, last: date) -> Floats:
        """Daily values, shape (places, days from `first` to `last`, both included); NaN where there is none."""
        ...
