"""Figures compared and published: growth, notes and hidden small counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinglin.core.period import parse_period
from xinglin.core.place import Place, Places
from xinglin.core.text import Text
from xinglin.indicators.figures import Figure, Growth, growth, note_text
from xinglin.indicators.span import weighted_median
from xinglin.indicators.suppression import suppressed
from xinglin.packs.indicator import Indicator

TITLE = Text(zh="数", en="number")
PLACES = Places(
    (
        Place("area", "c", "County", "county"),
        *(Place("area", town, town, "town", "c") for town in ("t1", "t2", "t3")),
        *(Place("area", village, village, "village", "t1") for village in ("v1", "v2", "v3")),
    )
)


def figure(place: str, numerator: float | None, value: float | None = None) -> Figure:
    shown = numerator if value is None else value
    return Figure("a.n", "area", place, parse_period("2025-09"), numerator, None, shown)


def indicator(below: int) -> Indicator:
    tally: Any = {"view": "a.b", "on": "day", "count": "rows"}
    return Indicator(id="a.n", title=TITLE, formula=TITLE, unit="例", numerator=tally, suppress_below=below)


def hidden(counts: dict[str, float | None], below: int = 5) -> set[str]:
    figures = [figure(place, count) for place, count in counts.items()]
    published = suppressed(figures, PLACES, {"a.n": indicator(below)})
    assert [f.place for f in published] == list(counts)
    assert all((f.value is None) == (f.note == "suppressed") for f in published if counts[f.place] is not None)
    return {f.place for f in published if f.note == "suppressed"}


SUPPRESSION = [
    ({"c": 30, "t1": 10, "t2": 12, "t3": 8}, set()),
    ({"c": 20, "t1": 10, "t2": 10, "t3": 0}, set()),
    ({"c": 24, "t1": 4, "t2": 12, "t3": 8}, {"t1", "t3"}),
    ({"c": 13, "t1": 1, "t2": 1, "t3": 11}, {"t1", "t2", "t3"}),
    ({"c": 17, "t1": 3, "t2": 4, "t3": 10}, {"t1", "t2"}),
    ({"t1": 4, "t2": 12, "t3": 8}, {"t1"}),
    ({"c": 4, "t1": 4, "t2": 0, "t3": 0}, {"c", "t1"}),
    ({"c": 24, "t1": 8, "t2": 12, "t3": 4, "v1": 8, "v2": 0, "v3": 0}, {"t1", "t3", "v1"}),
    ({"c": 24, "t1": 8, "t2": 12, "t3": 4, "v1": 6, "v2": 2, "v3": 0}, {"t1", "t3", "v2"}),
    ({"c": None, "t1": None}, set()),
]


@pytest.mark.parametrize(("counts", "expected"), SUPPRESSION)
def test_small_counts_and_what_would_give_them_away_are_hidden(
    counts: dict[str, float | None], expected: set[str]
) -> None:
    """The table: what is hidden below five."""
    assert hidden(counts) == expected


def test_nothing_is_hidden_where_nothing_is_declared() -> None:
    """Without suppress_below small counts are shown."""
    assert hidden({"c": 3, "t1": 1, "t2": 2}, below=0) == set()


def test_growth_tells_difference_and_rate() -> None:
    """Against zero or nothing there is no rate."""
    assert growth(figure("c", 12), figure("c", 10)) == Growth(2, 0.2)
    assert growth(figure("c", 5), figure("c", -10)) == Growth(15, 1.5)
    assert growth(figure("c", 12), figure("c", 0)) == Growth(12, None)
    assert growth(figure("c", 12), None) == growth(figure("c", None), figure("c", 1)) == Growth(None, None)


def test_notes_read_in_both_languages() -> None:
    """Several notes are joined as the language does."""
    assert note_text("unfinished denominator-zero", "zh") == "本期未结束；分母为零"
    assert note_text("denominator-zero", "en") == "the denominator is zero"
    assert note_text("", "zh") == ""


def test_the_first_day_is_that_of_most_rows() -> None:
    """Views that reach far back do not stretch the series of those with most rows."""
    early, usual = date(1940, 1, 1), date(2023, 11, 1)
    assert weighted_median([(early, 20_000), (usual, 900_000)]) == usual
    assert weighted_median([]) is None
