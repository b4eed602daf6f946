"""Figures as a visitor sees them: the periods pages offer, places side by side with 环比 and 同比."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinglin.core.period import Period, PeriodKind, period_of
from xinglin.core.place import Place
from xinglin.indicators.figures import Figure
from xinglin.packs.indicator import Indicator
from xinglin.web.guard import Visitor

#: Periods a page may be asked for, in the order it offers them.
OFFERED: tuple[PeriodKind, ...] = ("ytd", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Compared:
    """A place's figure in a period, and the values before it (环比) and a year before it (同比)."""

    place: Place
    figure: Figure | None
    before: float | None
    year_before: float | None

    @property
    def value(self) -> float | None:
        return self.figure.value if self.figure else None


def latest(kind: PeriodKind, as_of: date) -> Period:
    """The newest period of a kind that is worth showing: the one that holds `as_of`."""
    return period_of(kind, as_of)


def offered(indicator: Indicator) -> tuple[PeriodKind, ...]:
    """The kinds of period a page offers for an indicator."""
    return tuple(kind for kind in OFFERED if kind in indicator.periods)


def compared(visitor: Visitor, indicator: Indicator, places: Sequence[Place], period: Period) -> list[Compared]:
    """Each place's figure with its comparisons, in the order of `places`, asked for in one question."""
    if not places:
        return []
    periods = [period, period.previous(), period.year_before()]
    keys = [(place.kind, place.code) for place in places]
    found = visitor.house.figures.figures([indicator.id], scope=visitor.scope, places=keys, periods=periods)
    at = {(figure.place_kind, figure.place, figure.period.code): figure for figure in found}

    def value(place: Place, when: Period) -> float | None:
        figure = at.get((place.kind, place.code, when.code))
        return figure.value if figure else None

    return [
        Compared(
            place, at.get((place.kind, place.code, period.code)), value(place, periods[1]), value(place, periods[2])
        )
        for place in places
    ]


def ranked(rows: Sequence[Compared], indicator: Indicator) -> list[Compared]:
    """Best first, as the indicator's direction says; places without a figure last."""
    sign = 1 if indicator.direction == "down" else -1
    return sorted(rows, key=lambda row: (row.value is None, sign * (row.value or 0.0), row.place.code))


def peers(visitor: Visitor, around: Place | None) -> tuple[Place, ...]:
    """The places to set side by side: the areas below `around`, or the institutions of its kind that may be seen."""
    if around is None:
        return ()
    places, scope = visitor.places, visitor.scope
    if around.kind == "area":
        below = places.children("area", around.code)
        side = below or places.children("area", around.parent)
        return tuple(place for place in side if scope.allows("area", place.code))
    return tuple(
        place for place in places.of_kind("institution", [around.level]) if scope.allows("institution", place.code)
    )


def institutions(visitor: Visitor) -> tuple[Place, ...]:
    """Every institution that the visitor may see."""
    return tuple(p for p in visitor.places.of_kind("institution") if visitor.scope.allows("institution", p.code))


def shares(rows: Sequence[Compared]) -> list[float]:
    """Each value as a share of the greatest, for the bars beside a ranking."""
    top = max((row.value for row in rows if row.value is not None), default=0.0)
    return [max(0.0, (row.value or 0.0) / top) if top > 0 else 0.0 for row in rows]
