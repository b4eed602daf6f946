"""Suppression never leaks: no hidden small count can be worked out from what is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xinglin.core.period import parse_period
from xinglin.core.place import Place, Places
from xinglin.core.text import Text
from xinglin.indicators.figures import Figure
from xinglin.indicators.suppression import suppressed
from xinglin.packs.indicator import Indicator
from xinglin.packs.tally import Tally

TITLE = Text(zh="数", en="number")
TOWNS = [f"t{n}" for n in range(4)]
VILLAGES = {town: [f"{town}v{n}" for n in range(3)] for town in TOWNS}
PLACES = Places(
    (
        Place("area", "c", "c", "county"),
        *(Place("area", town, town, "town", "c") for town in TOWNS),
        *(Place("area", village, village, "village", town) for town in TOWNS for village in VILLAGES[town]),
    )
)
COUNTS = st.dictionaries(
    st.sampled_from([village for villages in VILLAGES.values() for village in villages]), st.integers(0, 12)
)


@given(counts=COUNTS, below=st.integers(2, 10))
def test_what_is_shown_does_not_give_away_what_is_hidden(counts: dict[str, int], below: int) -> None:
    """No small count is shown, nor can a total less its shown parts tell one, or a sum below the bound."""
    totals = {village: counts.get(village, 0) for villages in VILLAGES.values() for village in villages}
    totals |= {town: sum(totals[village] for village in VILLAGES[town]) for town in TOWNS}
    totals["c"] = sum(totals[town] for town in TOWNS)
    tally = Tally(view="a.b", on="day", count="rows")
    number = Indicator(id="a.n", title=TITLE, formula=TITLE, unit="例", numerator=tally, suppress_below=below)
    figures = [Figure("a.n", "area", code, parse_period("2025"), n, None, n) for code, n in totals.items()]
    shown = {f.place: f.numerator for f in suppressed(figures, PLACES, {"a.n": number})}
    assert not any(n is not None and 1 <= n < below for n in shown.values())
    for parent, children in {"c": TOWNS, **VILLAGES}.items():
        hidden = [child for child in children if shown[child] is None]
        if shown[parent] is None:
            assert hidden, "the children add up to a hidden parent"
        elif hidden:
            assert len(hidden) >= 2
            assert sum(totals[child] for child in hidden) >= below
