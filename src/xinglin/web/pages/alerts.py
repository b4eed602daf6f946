"""预警: what the watches saw, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert, AlertState
from xinglin.web import formats
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import alert_title, alert_unit, place_name, state_title
from xinglin.web.parts import Pages, Start, Tab, pages
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase

router = APIRouter()

PAGE_SIZE = 50
SHOWN: dict[str, tuple[AlertState, ...]] = {"open": ("open",), "closed": ("closed",), "ended": ("ended",), "all": ()}
COLOURS: dict[AlertState, str] = {"open": "red", "closed": "green", "ended": "grey"}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert in the list."""

    href: str
    title: str
    place: str
    days: str
    sort_day: str
    observed: str
    expected: str
    threshold: str
    state: str
    colour: str
    case_href: str
    case: str


@dataclass(frozen=True, slots=True)
class AlertsPage(PageContext):
    """The list of alerts."""

    template: ClassVar[str] = "alerts.html"
    tabs: tuple[Tab, ...]
    rows: tuple[AlertRow, ...]
    count: int
    pages: Pages
    watches: tuple[str, ...]


@router.get("/alerts")
def show(request: Request, visitor: SeesFigures, show: str = "open", start: Start = 0) -> Response:
    return page(
        request, visitor, build_alerts(visitor, show if show in SHOWN else "open", max(0, start)), section="alerts"
    )


def build_alerts(visitor: Visitor, shown: str, start: int) -> AlertsPage:
    store, language = visitor.house.alerts, visitor.language
    states = SHOWN[shown]
    alerts = store.list(scope=visitor.scope, states=states, limit=PAGE_SIZE, offset=start)
    count = store.count(scope=visitor.scope, states=states)
    return AlertsPage(
        tabs=tuple(Tab(phrase(f"alerts_{one}", language), f"/alerts?show={one}", one == shown) for one in SHOWN),
        rows=tuple(_row(visitor, alert) for alert in alerts),
        count=count,
        pages=pages(
            language,
            start=start,
            here=len(alerts),
            size=PAGE_SIZE,
            count=count,
            at=lambda offset: f"/alerts?show={shown}&start={offset}",
        ),
        watches=tuple(watch.title[language] for watch in visitor.house.library.of(Watch).values()),
    )


def _row(visitor: Visitor, alert: Alert) -> AlertRow:
    language = visitor.language
    case = visitor.house.cases.get(alert.case_id, at=visitor.house.clock()) if alert.case_id else None
    unit = alert_unit(visitor, alert)
    loop_state = state_title(visitor, case.loop, case.state) if case else ""
    written = formats.short_day if alert.last_day.year == visitor.day.year else formats.day
    first, last = written(alert.first_day, language), written(alert.last_day, language)
    return AlertRow(
        href=f"/alerts/{alert.id}",
        title=alert_title(visitor, alert),
        place=place_name(visitor, alert.place_kind, alert.place),
        days=f"{first}–{last}" if alert.last_day != alert.first_day else first,
        sort_day=alert.last_day.isoformat(),
        observed=formats.amount(alert.observed, unit, language),
        expected=formats.amount(alert.expected, unit, language),
        threshold=formats.amount(alert.threshold, unit, language),
        state=phrase(f"alert_state_{alert.state}", language),
        colour=COLOURS[alert.state],
        case_href=f"/cases/{alert.case_id}" if case else "",
        case=loop_state,
    )
