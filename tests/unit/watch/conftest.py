"""Two towns and a watch for each test of the watch room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from xinglin.core.place import Place, Places
from xinglin.core.text import Text
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch

FIRST_DAY = date(2025, 1, 1)


class Series:
    """Figures held in an array: places by code, days from FIRST_DAY."""

    def __init__(self, **by_place: Sequence[float]) -> None:
        self.by_place = {code: np.asarray(values, dtype=float) for code, values in by_place.items()}

    def first_day(self) -> date:
        return FIRST_DAY

    def matrix(self, indicator: str, places: Sequence[Place], first: date, last: date) -> np.ndarray[Any, Any]:
        start, stop = (first - FIRST_DAY).days, (last - FIRST_DAY).days + 1
        return np.array([self.by_place[place.code][start:stop] for place in places])


@pytest.fixture
def places() -> Places:
    return Places(
        (
            Place("area", "county", "杏林县", "county"),
            Place("area", "east", "东镇", "town", "county"),
            Place("area", "west", "西镇", "town", "county"),
        )
    )


@pytest.fixture
def watch() -> Watch:
    return Watch(
        id="test.rise",
        title=Text(zh="病例增多", en="a rise"),
        series="test.cases",
        detector={"name": "ears_c2"},
        minimum=3,
        cool_down=10,
        loop="test.alert",
        assign="epidemiologist",
    )


@pytest.fixture
def library(watch: Watch) -> Library:
    return Library(contents={Watch: {watch.id: watch}})


@pytest.fixture
def make_series() -> type[Series]:
    return Series


def day(index: int) -> date:
    return FIRST_DAY + timedelta(days=index)


@pytest.fixture
def on_day() -> Any:
    """The date of an index into a series."""
    return day
