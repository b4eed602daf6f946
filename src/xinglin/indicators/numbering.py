"""Tallies of a run by number. Equal tallies, of whatever indicators, are one and are worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xinglin.core.period import PeriodKind
from xinglin.indicators.scans import Counted, counted
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.tally import Tally


@dataclass(frozen=True)
class Numbering:
    """Every different tally, its number being its place, and for which kinds of period it is wanted."""

    numbers: Mapping[str, int]
    tallies: tuple[Tally, ...]
    kinds: tuple[frozenset[PeriodKind], ...]


@cache
def tally_key(tally: Tally) -> str:
    """A tally as text: equal texts count the same."""
    return tally.model_dump_json()


def numbered(indicators: Sequence[Indicator]) -> Numbering:
    """The tallies of the indicators, numbered from 0 in the order met."""
    unique = {tally_key(tally): tally for indicator in indicators for tally in indicator.tallies}
    kinds: dict[str, set[PeriodKind]] = {key: set() for key in unique}
    for indicator in indicators:
        for tally in indicator.tallies:
            kinds[tally_key(tally)].update(indicator.periods)
    numbers = {key: number for number, key in enumerate(unique)}
    return Numbering(numbers, tuple(unique.values()), tuple(frozenset(kinds[key]) for key in unique))


def counted_all(numbering: Numbering, library: Library) -> list[Counted]:
    """The tallies ready to run. Raises InputError with every problem of the first that does not fit its view."""
    pairs = zip(numbering.tallies, numbering.kinds, strict=True)
    return [counted(number, tally, kinds, library) for number, (tally, kinds) in enumerate(pairs)]
