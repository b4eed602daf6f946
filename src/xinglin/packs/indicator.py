"""The noun *indicator*: a number with numerator, denominator, period and place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from xinglin.core.errors import Problem
from xinglin.core.period import PeriodKind
from xinglin.core.place import PlaceKind
from xinglin.core.text import Text
from xinglin.packs.nouns import Content, Library, Noun, register
from xinglin.packs.tally import Tally, check_tally


class Indicator(Content):
    """value = per * numerator / denominator; without a denominator, value = per * numerator.

    `unit` is what follows the number on a screen. With unit "%" the value is a fraction (0.45) and the screen
    multiplies by 100. `direction`: which way is better. `places` and `periods`: what it is worked out for.
    `suppress_below`: where published, a numerator of 1 to one below this is hidden.
    `synonyms`: other names by which plans call it.
    """

    version: int = 1
    unit: str
    per: float = 1.0
    direction: Literal["up", "down", "monitor"] = "up"
    numerator: Tally
    denominator: Tally | None = None
    places: tuple[PlaceKind, ...] = ("area", "institution")
    periods: tuple[PeriodKind, ...] = ("day", "month", "quarter", "year", "ytd")
    suppress_below: int = 0
    formula: Text
    synonyms: tuple[str, ...] = ()

    @property
    def tallies(self) -> tuple[Tally, ...]:
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


def _check(where: str, indicator: Indicator, library: Library) -> Iterator[Problem]:
    for name in ("numerator", "denominator"):
        tally: Tally | None = getattr(indicator, name)
        if tally is not None:
            yield from check_tally(f"{where} {name}", tally, library)


INDICATOR = register(Noun("indicator", "indicators", Indicator, _check))
