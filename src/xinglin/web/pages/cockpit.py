"""驾驶舱: the whole county on one screen, true and clickable. Map in the middle, ranking left, warnings right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.watch.alerts import Alert
from xinglin.web import formats
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import indicator_title
from xinglin.web.pages.cockpit_map import (
    RankRow,
    alert_words,
    first_with_figure,
    map_of,
    note_of,
    ranking_of,
    showable,
    shown_of,
)
from xinglin.web.parts import Choice, Link
from xinglin.web.rendering import PageContext
from xinglin.web.standing import GRAVITY, Standing, standing_of
from xinglin.web.words import phrase
from xinglin.web.work_list import open_alerts, work_counts

router = APIRouter()

MOST_WARNINGS = 7
TARGETS_SHOWN = 4
FEED_DAYS = 2


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
    """One thing that needs someone: an alert, a red target, an overdue case."""

    title: str
    note: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class CockpitPage(PageContext):
    """The cockpit.

    `plan_colours`: how many targets have each colour. `headlines`: five to eight numbers. `ranking` and `map`: the
    indicator called `shown_title`, whose period and unit `shown_note` tells; `choices`: what else they can show.
    `freshness`: how new the data are.
    """

    template: ClassVar[str] = "cockpit.html"
    plan_colours: tuple[tuple[str, int], ...]
    headlines: tuple[Headline, ...]
    shown_title: str
    shown_note: str
    ranking: tuple[RankRow, ...]
    map: dict[str, Any] | None
    choices: tuple[Choice, ...]
    warnings: tuple[Concern, ...]
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
        map=map_of(visitor, shown, alerts) if shown else None,
        choices=tuple(Choice(one.id, one.title[language], one is chosen) for one in choices),
        warnings=tuple(_warnings(visitor, alerts, standing))[:MOST_WARNINGS],
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
        number, unit = formats.bare_amount(card.value, card.unit)
        goal = phrase("cockpit_goal", visitor.language, goal=formats.amount(card.goal, card.unit))
        yield Headline(
            indicator_title(visitor, card.indicator or "", card.title),
            number,
            unit,
            card.colour,
            goal,
            standing.href(card.target_id),
        )


def _warnings(visitor: Visitor, alerts: Sequence[Alert], standing: Standing | None) -> Iterator[Concern]:
    language = visitor.language
    for alert in alerts[:4]:
        counts = phrase(
            "alert_counts",
            language,
            observed=formats.amount(alert.observed, ""),
            expected=formats.amount(alert.expected, ""),
        )
        since = formats.short_day(alert.first_day, language)
        yield Concern(alert_words(visitor, alert), f"{since} · {counts}", "red", f"/alerts/{alert.id}")
    reds = [card for card in standing.cards if card.colour == "red"] if standing else []
    for card in reds:
        href = standing.href(card.target_id) if standing else "/plan"
        title = indicator_title(visitor, card.indicator or "", card.title)
        yield Concern(title, card.reason[language], "red", href)


def _freshness(visitor: Visitor) -> Iterator[Link]:
    house, language = visitor.house, visitor.language
    version = house.figures.version()
    yield Link(phrase("cockpit_version", language, version=version), "/indicators")
    if not visitor.may("see_feeds"):
        return
    last = visitor.day
    days = house.intake.feeds(last - timedelta(days=FEED_DAYS), last)
    senders = {day.sender for day in days}
    came = {day.sender for day in days if day.day == last and day.accepted}
    yield Link(phrase("cockpit_feeds", language, came=len(came), all=len(senders)), "/feeds")
