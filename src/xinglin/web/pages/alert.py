"""One alert: its curve with baseline and threshold, its map, the people behind it (masked), the case that follows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.period import Period
from xinglin.core.place import Place
from xinglin.core.text import Language
from xinglin.indicators import opened
from xinglin.packs.indicator import Indicator
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Alert
from xinglin.watch.curve import curve
from xinglin.watch.detectors import DETECTORS
from xinglin.web import charts, formats
from xinglin.web.faults import missing
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import alert_title, alert_unit, place_name, responsible, state_title
from xinglin.web.pages.alerts import COLOURS
from xinglin.web.pages.people import Person, audit_look, masked
from xinglin.web.rendering import PageContext
from xinglin.web.words import phrase, words

router = APIRouter()

DAYS_BEFORE = 60
DAYS_AFTER = 30
LONGEST_LIST = 100


@dataclass(frozen=True, slots=True)
class CaseBox:
    """The case that follows the alert."""

    id: str
    href: str
    state: str
    colour: str
    who: str
    due: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class AlertPage(PageContext):
    """One alert. `people` is None for those who may not see them. `method`: how the baseline was worked out."""

    template: ClassVar[str] = "alert.html"
    title: str
    place: str
    place_href: str
    state: str
    colour: str
    note: str
    first_day: str
    last_day: str
    peak_day: str
    days: int
    observed: tuple[str, str]
    expected: tuple[str, str]
    threshold: tuple[str, str]
    raised_at: str
    method: str
    why: str
    curve: dict[str, Any] | None
    map: dict[str, Any] | None
    map_title: str
    people: tuple[Person, ...] | None
    people_more: bool
    case: CaseBox | None


@router.get("/alerts/{alert_id}")
def show(request: Request, visitor: SeesFigures, alert_id: str) -> Response:
    alert = visitor.house.alerts.get(alert_id)
    if alert is None or not visitor.scope.allows(alert.place_kind, alert.place):
        raise missing()
    return page(request, visitor, build_alert(visitor, alert), section="alerts")


def build_alert(visitor: Visitor, alert: Alert) -> AlertPage:
    language, library = visitor.language, visitor.house.library
    watch = library.of(Watch).get(alert.watch)
    where = visitor.places.get(alert.place_kind, alert.place)
    people = _people(visitor, alert, where) if visitor.may("see_people") else None
    unit = alert_unit(visitor, alert)
    return AlertPage(
        title=alert_title(visitor, alert),
        place=place_name(visitor, alert.place_kind, alert.place),
        place_href=f"/indicators/{alert.indicator}?kind={alert.place_kind}&place={alert.place}",
        state=phrase(f"alert_state_{alert.state}", language),
        colour=COLOURS[alert.state],
        note=alert.note,
        first_day=formats.day(alert.first_day, language),
        last_day=formats.day(alert.last_day, language),
        peak_day=formats.short_day(alert.peak_day, language),
        days=alert.days,
        observed=formats.bare_amount(alert.observed, unit, language),
        expected=formats.bare_amount(alert.expected, unit, language),
        threshold=formats.bare_amount(alert.threshold, unit, language),
        raised_at=formats.moment(alert.raised_at, language),
        method=_method(visitor, watch),
        why=watch.why if watch else "",
        curve=_curve(visitor, alert, watch, where) if watch and where else None,
        map=_map(visitor, alert, where),
        map_title=phrase("alert_map", language),
        people=masked(visitor, people[:LONGEST_LIST]) if people is not None else None,
        people_more=bool(people) and len(people or ()) > LONGEST_LIST,
        case=_case(visitor, alert),
    )


def _curve(visitor: Visitor, alert: Alert, watch: Watch, where: Place) -> dict[str, Any]:
    house, language = visitor.house, visitor.language
    first = max(alert.first_day - timedelta(days=DAYS_BEFORE), house.figures.first_day())
    last = min(alert.last_day + timedelta(days=DAYS_AFTER), house.as_of)
    seen = curve(house.figures, watch, where, first, last)
    series = [
        charts.line(phrase("curve_observed", language), "actual", _known(seen.observed)),
        charts.line(phrase("curve_baseline", language), "baseline", _known(seen.expected)),
        charts.line(phrase("curve_threshold", language), "threshold", _known(seen.threshold)),
    ]
    marked = {
        "from": alert.first_day.isoformat(),
        "to": alert.last_day.isoformat(),
        "name": phrase("menu_alerts", language),
    }
    unit = formats.unit_name(alert_unit(visitor, alert), language)
    return charts.curve([day.isoformat() for day in seen.days], series, unit=unit, bars=True, marked=marked)


def _known(values: Iterable[float]) -> Iterator[float | None]:
    return (None if math.isnan(value) else float(value) for value in values)


def _map(visitor: Visitor, alert: Alert, where: Place | None) -> dict[str, Any] | None:
    """What was observed over the alert's days in its place and the places beside it."""
    if where is None or where.kind != "area":
        return None
    beside = [p for p in visitor.places.children("area", where.parent) if visitor.scope.allows("area", p.code)] or [
        where
    ]
    counts = visitor.house.figures.matrix(alert.indicator, beside, alert.first_day, alert.last_day)
    told: dict[str, dict[str, Any]] = {
        place.code: {"value": sum(value for value in row if not math.isnan(value)), "colour": None}
        for place, row in zip(beside, counts.tolist(), strict=True)
    }
    told[where.code]["alert"] = alert_title(visitor, alert)
    return charts.map_of(visitor, beside, told, name=alert_title(visitor, alert), unit=alert_unit(visitor, alert))


def _people(visitor: Visitor, alert: Alert, where: Place | None) -> list[dict[str, Any]]:
    indicator = visitor.house.library.of(Indicator).get(alert.indicator)
    if indicator is None or where is None:
        return []
    house = visitor.house
    days = Period("day", alert.first_day, alert.last_day)
    rows = opened.people(
        house.session(), house.library, indicator, where, days, scope=visitor.scope, limit=LONGEST_LIST + 1, offset=0
    )
    audit_look(visitor, f"alert {alert.id}", where, {"rows": str(min(len(rows), LONGEST_LIST))})
    return rows


def _case(visitor: Visitor, alert: Alert) -> CaseBox | None:
    now = visitor.house.clock()
    case = visitor.house.cases.get(alert.case_id, at=now) if alert.case_id else None
    if case is None:
        return None
    return CaseBox(
        case.id,
        f"/cases/{case.id}",
        state_title(visitor, case.loop, case.state),
        case.colour,
        responsible(visitor, case),
        formats.waiting(case.due_at, now, visitor.language) if case.closed_at is None else "",
        case.overdue,
    )


def _method(visitor: Visitor, watch: Watch | None) -> str:
    if watch is None:
        return ""
    method = DETECTORS[watch.detector.name]
    control = {**method.defaults, **watch.detector.control}
    language = visitor.language
    said = [f"{_control(name, language)} {value:g}" for name, value in control.items()]
    named = phrase(f"detector_{method.name}", language) if f"detector_{method.name}" in words() else method.name
    inside = phrase("app_comma", language).join(said)
    return f"{named}{phrase('app_brackets', language, inside=inside)} · {method.reference}"


def _control(name: str, language: Language) -> str:
    """A detector's control as people call it; its own name for one that `words.yaml` does not list."""
    return phrase(f"control_{name}", language) if f"control_{name}" in words() else name
