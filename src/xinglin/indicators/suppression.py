"""Small counts hidden where figures are published. The one place that decides what may be shown.

A numerator from 1 to one below `suppress_below` is hidden with its value (zero and larger are shown). That alone would
not do: a parent's total less the children shown gives the hidden one. So, going down the tree of places:
- below a shown parent, while the hidden children are only one, or together fewer than `suppress_below`, the next
  smallest child with a count is hidden too;
- below a hidden parent, at least one child with a count is hidden, or the children would add up to the parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from xinglin.core.place import Place, Places
from xinglin.indicators.figures import Figure
from xinglin.packs.indicator import Indicator


def suppressed(figures: Sequence[Figure], places: Places, indicators: Mapping[str, Indicator]) -> list[Figure]:
    """The figures as they may be published, in the same order: hidden ones without numerator and value.

    All figures published together must be given together: what is hidden depends on what is beside it.
    """
    groups: dict[tuple[str, str, str], dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        groups[figure.indicator, figure.place_kind, figure.period.code][figure.place] = figure
    hidden: set[tuple[str, str, str, str]] = set()
    for (indicator, kind, period), group in groups.items():
        below = indicators[indicator].suppress_below if indicator in indicators else 0
        if below > 1:
            hidden |= {(indicator, kind, period, place) for place in hidden_places(group, places, below)}
    return [
        _hide(figure) if (figure.indicator, figure.place_kind, figure.period.code, figure.place) in hidden else figure
        for figure in figures
    ]


def hidden_places(group: Mapping[str, Figure], places: Places, below: int) -> set[str]:
    """Codes to hide among figures of one indicator, period and kind of place, by code."""
    hidden = {code for code, figure in group.items() if 1 <= (figure.numerator or 0) < below}
    for parent in _from_the_top(group, places):
        children = [child.code for child in places.children(parent.kind, parent.code) if child.code in group]
        counts = {code: group[code].numerator or 0 for code in children}
        waiting = sorted(
            (code for code in children if counts[code] and code not in hidden), key=lambda c: (counts[c], c)
        )
        while waiting and _reveals([counts[code] for code in children if code in hidden], parent.code in hidden, below):
            hidden.add(waiting.pop(0))
    return hidden


def _reveals(hidden_counts: Sequence[float], parent_hidden: bool, below: int) -> bool:
    if parent_hidden:
        return not hidden_counts
    return bool(hidden_counts) and (len(hidden_counts) < 2 or sum(hidden_counts) < below)


def _from_the_top(group: Mapping[str, Figure], places: Places) -> Iterable[Place]:
    """The places of the group, each after its parents."""
    kinds = {figure.place: figure.place_kind for figure in group.values()}
    found = [place for code, kind in kinds.items() if (place := places.get(kind, code))]
    return sorted(found, key=lambda place: (sum(1 for _ in places.lineage(place.kind, place.code)), place.code))


def _hide(figure: Figure) -> Figure:
    note = " ".join((*figure.note.split(), "suppressed"))
    return replace(figure, numerator=None, value=None, note=note)
