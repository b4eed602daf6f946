"""The people behind a number, masked, for those who may; every look is kept in the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.access.masking import mask_address, mask_id_card, mask_name, mask_phone
from xinglin.core.period import Period, parse_period
from xinglin.core.place import Place, PlaceKind
from xinglin.indicators import opened
from xinglin.packs.indicator import Indicator
from xinglin.web import formats
from xinglin.web.guard import SeesPeople, Visitor
from xinglin.web.layout import page
from xinglin.web.pages.indicator import indicator_of, place_of
from xinglin.web.parts import Pages, Start
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase

router = APIRouter()

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a list may show them: everything that identifies is masked."""

    name: str
    sex: str
    born: str
    id_card: str
    phone: str
    address: str
    area: str
    institution: str
    on: str


@dataclass(frozen=True, slots=True)
class PeoplePage(PageContext):
    """The people counted in the numerator of an indicator, at one place in one period."""

    template: ClassVar[str] = "people.html"
    title: str
    back: str
    place: str
    period: str
    people: tuple[Person, ...]
    pages: Pages


@router.get("/indicators/{indicator_id}/people")
def show(
    request: Request,
    visitor: SeesPeople,
    indicator_id: str,
    period: str,
    kind: PlaceKind = "area",
    place: str = "",
    start: Start = 0,
) -> Response:
    indicator = indicator_of(visitor, indicator_id)
    where = place_of(visitor, indicator, kind, place)
    context = build_people(visitor, indicator, where, parse_period(period), max(0, start))
    return page(request, visitor, context, section="indicators")


def build_people(visitor: Visitor, indicator: Indicator, where: Place, period: Period, start: int) -> PeoplePage:
    house = visitor.house
    rows = opened.people(
        house.session(),
        house.library,
        indicator,
        where,
        period,
        scope=visitor.scope,
        as_of=visitor.day,
        limit=PAGE_SIZE + 1,
        offset=start,
    )
    audit_look(visitor, f"indicator {indicator.id}", where, {"period": period.code, "rows": str(len(rows[:PAGE_SIZE]))})
    return PeoplePage(
        title=indicator.title[visitor.language],
        back=f"/indicators/{indicator.id}?{urlencode({'kind': where.kind, 'place': where.code})}",
        place=where.name,
        period=formats.period_name(period, visitor.language),
        people=masked(visitor, rows[:PAGE_SIZE]),
        pages=_pages(visitor, indicator, where, period, start, len(rows)),
    )


def audit_look(visitor: Visitor, subject: str, where: Place, detail: Mapping[str, str]) -> None:
    """Keep that this visitor looked at persons, before they are shown."""
    visitor.house.audit.record(
        at=visitor.house.clock(),
        by=visitor.user.login,
        action="look-person",
        subject=subject,
        place=where.code,
        detail=detail,
    )


def masked(visitor: Visitor, rows: Sequence[Mapping[str, Any]]) -> tuple[Person, ...]:
    """Rows of people as they may be shown."""
    return tuple(_masked(visitor, row) for row in rows)


def _masked(visitor: Visitor, row: Mapping[str, Any]) -> Person:
    sex = str(row.get("sex") or "")
    return Person(
        name=mask_name(str(row.get("name") or "")),
        sex=phrase(f"sex_{sex}" if sex in ("male", "female") else "sex_other", visitor.language),
        born=str(row.get("birth_date") or "")[:4],
        id_card=mask_id_card(str(row.get("id_card") or "")),
        phone=mask_phone(str(row.get("phone") or "")),
        address=mask_address(str(row.get("address") or "")),
        area=_name(visitor, "area", row.get("area") or row.get("residence_area")),
        institution=_name(visitor, "institution", row.get("institution")),
        on=str(row.get("on") or "")[:10],
    )


def _name(visitor: Visitor, kind: PlaceKind, code: Any) -> str:
    place = visitor.places.get(kind, str(code or ""))
    return place.name if place else ""


def _pages(visitor: Visitor, indicator: Indicator, where: Place, period: Period, start: int, found: int) -> Pages:
    def at(offset: int) -> str:
        query = {"kind": where.kind, "place": where.code, "period": period.code, "start": offset}
        return f"/indicators/{indicator.id}/people?{urlencode(query)}"

    shown = min(found, PAGE_SIZE)
    return Pages(
        phrase("people_shown", visitor.language, first=start + 1 if shown else 0, last=start + shown),
        at(max(0, start - PAGE_SIZE)) if start else "",
        at(start + PAGE_SIZE) if found > PAGE_SIZE else "",
    )
