"""One indicator opened: its curve, its places side by side, its formula, SQL, data version and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.period import Period, PeriodKind
from xinglin.core.place import Place, PlaceKind
from xinglin.core.systems import RETURN_ITEM
from xinglin.indicators import opened
from xinglin.indicators.figures import Figure, note_text
from xinglin.indicators.provenance import JOINED
from xinglin.packs.indicator import Indicator
from xinglin.web import charts, formats, seen
from xinglin.web.faults import missing
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import place_name
from xinglin.web.pages.target_part import progress_curve
from xinglin.web.parts import Tab
from xinglin.web.rendering import PageContext
from xinglin.web.standing import standing_of
from xinglin.web.words import phrase

router = APIRouter()

_INSTITUTION = re.compile(r"Organization/([A-Za-z0-9.-]+)")
_FROM_NEW_YEAR = re.compile(r"\d{4}-01-01")
#: How packs join the parts of one source.
SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in the ranking; amounts as written, `sort_*` as numbers."""

    name: str
    href: str
    value: str
    sort_value: float | None
    numerator: str
    denominator: str
    before: str
    year_before: str
    share: float
    current: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that could not be counted, and why."""

    reason: str
    rows: str


@dataclass(frozen=True, slots=True)
class TargetLink:
    """A target that this indicator answers."""

    title: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class IndicatorPage(PageContext):
    """One indicator at one place in one period.

    `progress`: the plan year with its target path, where a target is bound here. `trend`: the months before.
    `people_href`: "" for those who may not see the people behind the number.
    """

    template: ClassVar[str] = "indicator.html"
    id: str
    title: str
    pack: str
    place: str
    period: str
    value: tuple[str, str]
    numerator: str
    denominator: str
    before: str
    year_before: str
    direction: str
    provenance: str
    note: str
    kinds: tuple[Tab, ...]
    sides: tuple[Tab, ...]
    ranking: tuple[PlaceRow, ...]
    progress: dict[str, Any] | None
    trend: dict[str, Any]
    targets: tuple[TargetLink, ...]
    formula: str
    why: str
    sql: str
    source: str
    data_version: str
    left_out: tuple[LeftOut, ...]
    people_href: str


@router.get("/indicators/{indicator_id}")
def show(
    request: Request,
    visitor: SeesFigures,
    indicator_id: str,
    kind: PlaceKind = "area",
    place: str = "",
    period: PeriodKind | None = None,
    side: PlaceKind | None = None,
) -> Response:
    indicator = indicator_of(visitor, indicator_id)
    where = place_of(visitor, indicator, kind, place)
    offered = seen.offered(indicator)
    chosen = period if period in offered else offered[0] if offered else "month"
    context = build_indicator(visitor, indicator, where, chosen, side or where.kind)
    return page(request, visitor, context, section="indicators")


def indicator_of(visitor: Visitor, indicator_id: str) -> Indicator:
    """The indicator, or the missing-page answer."""
    indicator = visitor.house.library.of(Indicator).get(indicator_id)
    if indicator is None:
        raise missing()
    return indicator


def place_of(visitor: Visitor, indicator: Indicator, kind: PlaceKind, code: str) -> Place:
    """The place asked for, or the visitor's home; the missing-page answer for a place outside their scope."""
    where = visitor.places.get(kind, code) if code else visitor.home()
    if where is None or not visitor.scope.allows(where.kind, where.code) or where.kind not in indicator.places:
        raise missing()
    return where


def build_indicator(
    visitor: Visitor, indicator: Indicator, where: Place, kind: PeriodKind, side: PlaceKind
) -> IndicatorPage:
    language, house = visitor.language, visitor.house
    period = seen.latest(kind, visitor.day)
    own = seen.compared(visitor, indicator, [where], period)[0]
    figure = own.figure
    pack = next(pack for pack in house.library.packs if indicator.id.startswith(f"{pack.id}."))
    address = _Address(indicator, where, kind, side)
    return IndicatorPage(
        id=indicator.id,
        title=indicator.title[language],
        pack=pack.title[language],
        place=where.name,
        period=formats.period_name(period, language),
        value=formats.bare_amount(own.value, indicator.unit, language),
        numerator=formats.amount(figure.numerator if figure else None, ""),
        denominator=formats.amount(figure.denominator if figure else None, ""),
        before=formats.change(own.value, own.before, indicator.unit, language),
        year_before=formats.change(own.value, own.year_before, indicator.unit, language),
        direction=phrase(f"indicator_direction_{indicator.direction}", language),
        provenance=_provenance(visitor, figure.provenance) if figure else "",
        note=note_text(figure.note, language) if figure else "",
        kinds=tuple(
            Tab(phrase(f"period_{one}", language), address.to(period=one), one == kind)
            for one in seen.offered(indicator)
        ),
        sides=tuple(
            Tab(phrase(f"side_{one}", language), address.to(side=one), one == side) for one in indicator.places
        ),
        ranking=tuple(_ranking(visitor, indicator, where, period, side, address)),
        progress=_progress(visitor, indicator, where),
        trend=trend_of(visitor, indicator, where),
        targets=tuple(_targets(visitor, indicator)),
        formula=indicator.formula[language],
        why=indicator.why.replace(" (check)", phrase("indicator_check", language)),
        sql=opened.sql(house.library, indicator, where, period),
        source=house.library.sources.get(indicator.id, indicator.id).rpartition("packs/")[2],
        data_version=_data_version(visitor),
        left_out=tuple(
            LeftOut(phrase(f"left_out_{reason}", language), f"{rows:,}")
            for reason, rows in house.figures.left_out(indicator.id)
        ),
        people_href=_people_href(visitor, indicator, where, period),
    )


@dataclass(frozen=True)
class _Address:
    """Where this page is, with one thing changed."""

    indicator: Indicator
    where: Place
    kind: PeriodKind
    side: PlaceKind

    def to(self, *, place: Place | None = None, period: str = "", side: str = "") -> str:
        where = place or self.where
        query = {"kind": where.kind, "place": where.code, "period": period or self.kind, "side": side or self.side}
        return f"/indicators/{self.indicator.id}?{urlencode(query)}"


def _ranking(
    visitor: Visitor, indicator: Indicator, where: Place, period: Period, side: PlaceKind, address: _Address
) -> Iterator[PlaceRow]:
    if side == "institution":
        candidates = seen.institutions(visitor)
    else:
        candidates = seen.peers(visitor, where if where.kind == "area" else visitor.home())
    places = [place for place in candidates if place.kind == side]
    rows = [
        row
        for row in seen.ranked(seen.compared(visitor, indicator, places, period), indicator)
        if side == "area" or (row.figure is not None and (row.figure.numerator or row.figure.denominator))
    ]
    for row, share in zip(rows, seen.shares(rows), strict=True):
        figure = row.figure
        yield PlaceRow(
            name=row.place.name,
            href=address.to(place=row.place),
            value=formats.amount(row.value, indicator.unit if indicator.unit == "%" else ""),
            sort_value=row.value,
            numerator=formats.amount(figure.numerator if figure else None, ""),
            denominator=formats.amount(figure.denominator if figure else None, ""),
            before=formats.change(row.value, row.before, indicator.unit, visitor.language),
            year_before=formats.change(row.value, row.year_before, indicator.unit, visitor.language),
            share=share,
            current=row.place == where,
        )


def _progress(visitor: Visitor, indicator: Indicator, where: Place) -> dict[str, Any] | None:
    standing = standing_of(visitor)
    cards = standing.cards if standing else ()
    here = [c for c in cards if c.indicator == indicator.id and (c.place_kind, c.place) == (where.kind, where.code)]
    return progress_curve(visitor, here[0], standing.plan.year) if here and standing else None


def trend_of(visitor: Visitor, indicator: Indicator, where: Place) -> dict[str, Any]:
    """The last two years by the month, or by the quarter or year where there are no months."""
    house, language = visitor.house, visitor.language
    kind: PeriodKind = next((one for one in ("month", "quarter", "year") if one in indicator.periods), "ytd")
    first = date(visitor.day.year - 1, 1, 1)
    series: Sequence[Figure] = house.figures.series(indicator.id, where, kind, first, visitor.day, scope=visitor.scope)
    values = [figure.value for figure in series]
    name = phrase("curve_actual", language)
    return charts.curve(
        [figure.period.code for figure in series],
        [charts.line(name, "actual", values)],
        unit=formats.unit_name(indicator.unit, language),
        bars=indicator.denominator is None and not indicator.numerator.is_stock,
    )


def _targets(visitor: Visitor, indicator: Indicator) -> Iterator[TargetLink]:
    standing = standing_of(visitor)
    for card in standing.cards if standing else ():
        if card.indicator == indicator.id and standing:
            target = standing.plan.target(card.target_id)
            yield TargetLink(target.text if target else card.title, card.colour, standing.href(card.target_id))


def _data_version(visitor: Visitor) -> str:
    house = visitor.house
    snapshot = house.views.snapshot()
    return phrase(
        "indicator_version",
        visitor.language,
        figures=house.figures.version(),
        position=f"{snapshot.position:,}" if snapshot else "0",
        day=formats.day(visitor.day, visitor.language),
    )


def _provenance(visitor: Visitor, written: str) -> str:
    """Where amounts come from, in words: 常住人口 · 2025年 · 云溪县统计局."""
    sources = (part.split(SEPARATOR) for part in written.split(JOINED))
    return JOINED.join(SEPARATOR.join(_named(visitor, word) for word in words) for words in sources)


def _named(visitor: Visitor, word: str) -> str:
    """A word of a provenance as a person says it: an institution's name, a year, a return item's title."""
    if _INSTITUTION.fullmatch(word):
        return _INSTITUTION.sub(lambda found: place_name(visitor, "institution", found[1]), word)
    if _FROM_NEW_YEAR.fullmatch(word):
        return phrase("year", visitor.language, year=word[:4])
    item = visitor.house.library.codes.get(RETURN_ITEM, word)
    return item.title[visitor.language] if item else word


def _people_href(visitor: Visitor, indicator: Indicator, where: Place, period: Period) -> str:
    if not visitor.may("see_people"):
        return ""
    query = urlencode({"kind": where.kind, "place": where.code, "period": period.code})
    return f"/indicators/{indicator.id}/people?{query}"
