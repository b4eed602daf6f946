"""指标: every number the packs define, for one place, with how it moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.period import Period, period_of, periods_within
from xinglin.core.place import Place
from xinglin.indicators.figures import Figure
from xinglin.packs.indicator import Indicator
from xinglin.web import charts, formats, seen
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.rendering import PageContext
from xinglin.web.standing import standing_of

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator. `period`: where it is not the page's. `spark`: a line of twelve months. `colour`: its target's."""

    title: str
    formula: str
    href: str
    period: str
    value: str
    sort_value: float | None
    year_before: str
    spark: str
    colour: str


@dataclass(frozen=True, slots=True)
class Group:
    """The indicators of one pack."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class IndicatorsPage(PageContext):
    """All indicators at `place`, by pack. `query`: the words searched for."""

    template: ClassVar[str] = "indicators.html"
    place: str
    period: str
    query: str
    groups: tuple[Group, ...]
    count: int


@router.get("/indicators")
def show(request: Request, visitor: SeesFigures, q: str = "") -> Response:
    return page(request, visitor, build_indicators(visitor, q), section="indicators")


def build_indicators(visitor: Visitor, query: str = "") -> IndicatorsPage:
    home = visitor.home()
    wanted = [one for one in visitor.house.library.of(Indicator).values() if _matches(one, query)]
    usable = [one for one in wanted if home and home.kind in one.places]
    figures = _Found(visitor, home, usable) if home else None
    standing = standing_of(visitor)
    colours = {card.indicator: card.colour for card in standing.cards if card.indicator} if standing else {}
    groups = []
    for pack in visitor.house.library.packs:
        own = [one for one in usable if one.id.startswith(f"{pack.id}.")]
        if own and figures:
            rows = tuple(figures.row(one, colours.get(one.id, "")) for one in own)
            groups.append(Group(pack.title[visitor.language], rows))
    period = formats.period_name(seen.latest(seen.OFFERED[0], visitor.day), visitor.language)
    return IndicatorsPage(home.name if home else "", period, query, tuple(groups), len(usable))


class _Found:
    """All the figures that the list needs, asked for in one question per kind of period."""

    def __init__(self, visitor: Visitor, place: Place, indicators: Sequence[Indicator]) -> None:
        self._visitor, self._place = visitor, place
        day = visitor.day
        self._months = list(periods_within("month", day.replace(day=1) - timedelta(days=335), day))
        periods = set(self._months)
        for one in indicators:
            newest = self.period(one)
            periods |= {newest, newest.year_before()}
        ids = [one.id for one in indicators]
        key = (place.kind, place.code)
        self._at: dict[tuple[str, str], Figure] = {
            (figure.indicator, figure.period.code): figure
            for figure in visitor.house.figures.figures(ids, scope=visitor.scope, places=[key], periods=sorted(periods))
        }

    def period(self, indicator: Indicator) -> Period:
        offered = seen.offered(indicator)
        return period_of(offered[0] if offered else "month", self._visitor.day)

    def row(self, one: Indicator, colour: str) -> Row:
        language, newest = self._visitor.language, self.period(one)
        now, before = self._value(one, newest), self._value(one, newest.year_before())
        monthly = [self._value(one, month) for month in self._months]
        place = urlencode({"kind": self._place.kind, "place": self._place.code})
        return Row(
            title=one.title[language],
            formula=one.formula[language],
            href=f"/indicators/{one.id}?{place}",
            period="" if newest.kind == seen.OFFERED[0] else formats.period_name(newest, language),
            value=formats.amount(now, one.unit, language),
            sort_value=now,
            year_before=formats.change(now, before, one.unit, language),
            spark=charts.spark(monthly),
            colour=colour,
        )

    def _value(self, one: Indicator, period: Period) -> float | None:
        figure = self._at.get((one.id, period.code))
        return figure.value if figure else None


def _matches(indicator: Indicator, query: str) -> bool:
    words = query.lower().split()
    return all(any(word in text.lower() for text in _texts(indicator)) for word in words)


def _texts(indicator: Indicator) -> Iterator[str]:
    yield from (indicator.id, indicator.title.zh, indicator.title.en, *indicator.synonyms)
