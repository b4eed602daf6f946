"""驾驶舱: the whole county on one screen, true and clickable. Map in the middle, ranking left, warnings right."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.cases.model import Case
from xinglin.cases.rules import may_see
from xinglin.cases.store import Worklist
from xinglin.core.period import parse_period
from xinglin.plan.scorecard import Scorecard
from xinglin.watch.alerts import Alert
from xinglin.web import formats
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import alert_unit, indicator_title, place_name, responsible, state_title
from xinglin.web.pages.cockpit_map import (
    RankRow,
    Shown,
    alert_words,
    first_with_figure,
    map_of,
    note_of,
    ranking_of,
    showable,
    shown_of,
)
from xinglin.web.pages.indicator import trend_of
from xinglin.web.pages.target_part import open_slip
from xinglin.web.parts import Choice, Link
from xinglin.web.rendering import PageContext
from xinglin.web.standing import GRAVITY, Standing, behind_since, standing_of
from xinglin.web.words import phrase
from xinglin.web.work_list import open_alerts, work_counts

router = APIRouter()

MOST_WARNINGS = 8
#: As many lines as fit below the map's height; deadlines and closed cases take what the warnings leave.
PANEL_LINES = 8
TARGETS_SHOWN = 4
FEED_DAYS = 2
MOST_ALERTS = 4
MOST_TARGETS = 3
NAMED = 3


@dataclass(frozen=True, slots=True)
class Headline:
    """One big number. `colour` is one of the five, or "none" where a colour would say nothing."""

    label: str
    number: str
    unit: str
    colour: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs someone: an alert, a target that is behind, a case. `hands`: whose it is, until when.

    `case`: the case that follows it.
    """

    title: str
    note: str
    colour: str
    href: str
    hands: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class CockpitPage(PageContext):
    """The cockpit.

    `plan_colours`: how many targets have each colour. `headlines`: five to eight numbers. `ranking` and `map`: the
    indicator called `shown_title`, whose period and unit `shown_note` tells; `choices`: what else they can show.
    The right column: `warnings`, then, as far as there is room, `deadlines` of the cases that no warning told of, and
    `closed`, those closed last. `trend` stands in for the map where there are no places to compare.
    `freshness`: how new the data are.
    """

    template: ClassVar[str] = "cockpit.html"
    plan_colours: tuple[tuple[str, int], ...]
    headlines: tuple[Headline, ...]
    shown_title: str
    shown_note: str
    ranking: tuple[RankRow, ...]
    map: dict[str, Any] | None
    trend: dict[str, Any] | None
    choices: tuple[Choice, ...]
    warnings: tuple[Concern, ...]
    deadlines: tuple[Concern, ...]
    closed: tuple[Concern, ...]
    freshness: tuple[Link, ...]


@router.get("/")
def show(request: Request, visitor: SeesFigures, indicator: str = "") -> Response:
    return page(request, visitor, build_cockpit(visitor, indicator), section="cockpit")


def build_cockpit(visitor: Visitor, wanted: str = "") -> CockpitPage:
    standing = standing_of(visitor)
    alerts = open_alerts(visitor)
    choices = showable(visitor, standing)
    chosen = next((one for one in choices if one.id == wanted), None) or first_with_figure(visitor, choices)
    shown = shown_of(visitor, chosen, standing) if chosen else None
    language = visitor.language
    warnings = tuple(_warnings(visitor, alerts, standing))[:MOST_WARNINGS]
    told = {one.case for one in warnings}
    deadlines = tuple(_cases(visitor, Worklist("all"), told))[: max(0, PANEL_LINES - len(warnings))]
    closed = tuple(_cases(visitor, Worklist("all", closed=True), told))
    map = map_of(visitor, shown, alerts) if shown and len(shown.rows) > 1 else None
    return CockpitPage(
        plan_colours=standing.colours() if standing else (),
        headlines=(
            *_plan_headlines(visitor, standing),
            *_work_headlines(visitor, alerts),
            *_target_headlines(visitor, standing),
        ),
        shown_title=chosen.title[language] if chosen else "",
        shown_note=note_of(visitor, shown) if shown else "",
        ranking=ranking_of(shown) if shown else (),
        map=map,
        trend=_trend(visitor, shown) if shown and map is None else None,
        choices=tuple(Choice(one.id, one.title[language], one is chosen) for one in choices),
        warnings=warnings,
        deadlines=deadlines,
        closed=closed[: max(0, PANEL_LINES - len(warnings) - len(deadlines))],
        freshness=tuple(_freshness(visitor)),
    )


def _plan_headlines(visitor: Visitor, standing: Standing | None) -> Iterator[Headline]:
    if standing is None:
        return
    judged = [card for card in standing.cards if card.colour in ("green", "yellow", "red")]
    on_time = sum(card.colour == "green" for card in judged)
    red = sum(card.colour == "red" for card in judged)
    language = visitor.language
    number, unit = formats.bare_amount(on_time / len(judged) if judged else None, "%")
    note = phrase("cockpit_of_targets", language, count=on_time, all=len(judged))
    yield Headline(phrase("cockpit_on_time", language), number, unit, "none", note, "/plan")
    all_cards = phrase("cockpit_all_targets", language, all=len(standing.cards))
    colour = "red" if red else "green"
    yield Headline(
        phrase("cockpit_red_targets", language),
        str(red),
        phrase("unit_items", language),
        colour,
        all_cards,
        "/plan?colour=red",
    )


def _work_headlines(visitor: Visitor, alerts: Sequence[Alert]) -> Iterator[Headline]:
    language, now = visitor.language, visitor.house.clock()
    fresh = sum(alert.raised_at >= now - timedelta(days=7) for alert in alerts)
    note = phrase("cockpit_new_week", language, count=fresh)
    items = phrase("unit_items", language)
    yield Headline(
        phrase("cockpit_open_alerts", language), str(len(alerts)), items, "red" if alerts else "green", note, "/alerts"
    )
    every, late = work_counts(visitor)
    note = phrase("cockpit_of_open", language, count=every)
    yield Headline(
        phrase("cockpit_late_work", language), str(late), items, "red" if late else "green", note, "/work?show=late"
    )


def _target_headlines(visitor: Visitor, standing: Standing | None) -> Iterator[Headline]:
    """The targets that most need a look: the gravest first, then as the plan orders them."""
    if standing is None:
        return
    answered = [card for card in standing.cards if card.value is not None and card.goal is not None]
    once = list({card.indicator or card.target_id: card for card in reversed(answered)}.values())[::-1]
    gravest = sorted(once, key=lambda card: GRAVITY.index(card.colour))[:TARGETS_SHOWN]
    for card in gravest:
        number, unit = formats.bare_amount(card.value, card.unit, visitor.language)
        goal = phrase("cockpit_goal", visitor.language, goal=formats.amount(card.goal, card.unit, visitor.language))
        yield Headline(
            indicator_title(visitor, card.indicator or "", card.title),
            number,
            unit,
            card.colour,
            goal,
            standing.href(card.target_id),
        )


def _warnings(visitor: Visitor, alerts: Sequence[Alert], standing: Standing | None) -> Iterator[Concern]:
    """Open alerts, targets behind (red, then yellow), what is missing: feeds of the last day, figures for targets."""
    yield from (_alert_concern(visitor, alert) for alert in alerts[:MOST_ALERTS])
    yield from _late_feeds(visitor)
    if standing is None:
        return
    behind = [card for card in standing.cards if card.colour in ("red", "yellow")]
    for card in sorted(behind, key=lambda card: GRAVITY.index(card.colour))[:MOST_TARGETS]:
        yield _target_concern(visitor, standing, card)
    silent = sum(card.colour == "grey" for card in standing.cards)
    if silent:
        language = visitor.language
        title, note = phrase("plan_silent", language, count=silent), phrase("cockpit_silent", language)
        yield Concern(title, note, "grey", "/plan?colour=grey")


def _alert_concern(visitor: Visitor, alert: Alert) -> Concern:
    language, unit = visitor.language, alert_unit(visitor, alert)
    counts = phrase(
        "alert_counts",
        language,
        observed=formats.amount(alert.observed, unit, language),
        expected=formats.amount(alert.expected, unit, language),
    )
    since = phrase("cockpit_since", language, day=formats.short_day(alert.first_day, language))
    case = visitor.house.cases.get(alert.case_id, at=visitor.house.clock()) if alert.case_id else None
    seen_case = case if case and may_see(case, visitor.user, visitor.scope) else None
    return _concern(
        visitor, alert_words(visitor, alert), f"{since} · {counts}", "red", f"/alerts/{alert.id}", seen_case
    )


def _target_concern(visitor: Visitor, standing: Standing, card: Scorecard) -> Concern:
    language, since = visitor.language, behind_since(card)
    said = phrase("cockpit_since", language, day=formats.period_name(parse_period(since), language)) if since else ""
    note = " · ".join(part for part in (standing.owners(card), said, card.reason[language]) if part)
    title = indicator_title(visitor, card.indicator or "", card.title)
    slip = open_slip(visitor, standing.plan.id, card)
    return _concern(visitor, title, note, card.colour, standing.href(card.target_id), slip)


def _concern(visitor: Visitor, title: str, note: str, colour: str, href: str, case: Case | None) -> Concern:
    return Concern(title, note, colour, href, _hands(visitor, case) if case else "", case.id if case else "")


def _hands(visitor: Visitor, case: Case) -> str:
    """What is to be done about it now, by whom, until when."""
    due = formats.waiting(case.due_at, visitor.house.clock(), visitor.language)
    return " · ".join((state_title(visitor, case.loop, case.state), responsible(visitor, case), due))


def _late_feeds(visitor: Visitor) -> Iterator[Concern]:
    """Institutions that sent something in the days before, and nothing on the last day."""
    came, every = _senders(visitor)
    if len(came) < len(every):
        language = visitor.language
        title = phrase("cockpit_feeds_missing", language, count=len(every) - len(came))
        names = sorted(place_name(visitor, "institution", sender) for sender in every - came)
        more = "…" if len(names) > NAMED else ""
        yield Concern(title, ("、" if language == "zh" else ", ").join(names[:NAMED]) + more, "yellow", "/feeds")


def _cases(visitor: Visitor, asked: Worklist, told: Collection[str]) -> Iterator[Concern]:
    """Cases that no warning has told of yet."""
    house, language = visitor.house, visitor.language
    for case in house.cases.worklist(visitor.user, visitor.scope, asked, at=house.clock(), limit=2 * PANEL_LINES):
        if case.id in told:
            continue
        if case.closed_at is None:
            note = _hands(visitor, case)
        else:
            note = f"{state_title(visitor, case.loop, case.state)} · {formats.moment(case.closed_at, language)}"
        yield Concern(case.title[language], note, case.colour, f"/cases/{case.id}", case=case.id)


def _trend(visitor: Visitor, shown: Shown) -> dict[str, Any] | None:
    """The one place's last two years."""
    return trend_of(visitor, shown.indicator, shown.rows[0].place) if shown.rows else None


def _senders(visitor: Visitor) -> tuple[set[str], set[str]]:
    """Institutions that sent something on the last day; those that did on it or in the days before."""
    if not visitor.may("see_feeds"):
        return set(), set()
    last, own = visitor.day, visitor.scope.institutions
    days = visitor.house.intake.feeds(last - timedelta(days=FEED_DAYS), last)
    sent = [day for day in days if day.accepted and (own is None or day.sender in own)]
    return {day.sender for day in sent if day.day == last}, {day.sender for day in sent}


def _freshness(visitor: Visitor) -> Iterator[Link]:
    language = visitor.language
    yield Link(phrase("cockpit_version", language, version=visitor.house.figures.version()), "/indicators")
    came, every = _senders(visitor)
    if every:
        yield Link(phrase("cockpit_feeds", language, came=len(came), all=len(every)), "/feeds")
