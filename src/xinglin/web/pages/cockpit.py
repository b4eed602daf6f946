"""驾驶舱: the whole county on one screen, true and clickable. Map in the middle, ranking left, warnings right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.core.place import Place
from xinglin.packs.indicator import Indicator
from xinglin.plan.colours import colour_of
from xinglin.plan.scorecard import FALLING, Scorecard
from xinglin.watch.alerts import Alert
from xinglin.web import charts, formats, seen
from xinglin.web.guard import SeesFigures, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import alert_title, indicator_title, place_name
from xinglin.web.parts import Choice, Link
from xinglin.web.rendering import PageContext
from xinglin.web.standing import GRAVITY, Standing, standing_of
from xinglin.web.words import phrase
from xinglin.web.work_list import open_alerts, work_counts

router = APIRouter()

MOST_WARNINGS = 7
MOST_RANKED = 12
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
class RankRow:
    """One place of the ranking. `share`: length of its bar, 0 to 1."""

    name: str
    value: str
    share: float
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
    choices = _choices(visitor, standing)
    shown = next((one for one in choices if one.id == wanted), choices[0] if choices else None)
    rows = _rows(visitor, shown)
    language = visitor.language
    return CockpitPage(
        plan_colours=standing.colours() if standing else (),
        headlines=(
            *_plan_headlines(visitor, standing),
            *_work_headlines(visitor, alerts),
            *_target_headlines(visitor, standing),
        ),
        shown_title=shown.title[language] if shown else "",
        shown_note=_shown_note(visitor, shown, _yardstick(shown, standing)),
        ranking=_ranking(shown, rows) if shown else (),
        map=_map(visitor, shown, rows, alerts, standing) if shown else None,
        choices=tuple(Choice(one.id, one.title[language], one is shown) for one in choices),
        warnings=tuple(_warnings(visitor, alerts, standing))[:MOST_WARNINGS],
        freshness=tuple(_freshness(visitor)),
    )


def _choices(visitor: Visitor, standing: Standing | None) -> list[Indicator]:
    """What the map can show: indicators that answer targets first, then all others that are worked out by area."""
    known = visitor.house.library.of(Indicator)
    bound = dict.fromkeys(card.indicator for card in standing.cards if card.indicator) if standing else {}
    ordered = [*(known[one] for one in bound if one in known), *(one for key, one in known.items() if key not in bound)]
    return [one for one in ordered if "area" in one.places and seen.offered(one)]


def _rows(visitor: Visitor, shown: Indicator | None) -> list[seen.Compared]:
    if shown is None:
        return []
    period = seen.latest(seen.offered(shown)[0], visitor.day)
    return seen.ranked(seen.compared(visitor, shown, seen.peers(visitor, visitor.home()), period), shown)


def _shown_note(visitor: Visitor, shown: Indicator | None, card: Scorecard | None) -> str:
    if shown is None:
        return ""
    period = seen.latest(seen.offered(shown)[0], visitor.day)
    said = formats.period_name(period, visitor.language)
    if card is not None:
        expected = formats.amount(card.expected, shown.unit)
        return phrase("cockpit_map_note_goal", visitor.language, period=said, expected=expected)
    return phrase("cockpit_map_note", visitor.language, period=said, unit=shown.unit or "—")


def _yardstick(shown: Indicator | None, standing: Standing | None) -> Scorecard | None:
    """The target that a town's own value can be held against: of the indicator shown, and a ratio, not a count."""
    if shown is None or standing is None or shown.denominator is None:
        return None
    cards = (card for card in standing.cards if card.indicator == shown.id and card.expected is not None)
    return next(cards, None)


def _colour(value: float | None, card: Scorecard | None) -> str | None:
    if card is None or value is None:
        return None
    return colour_of(value, card.expected, lower_is_better=card.comparator in FALLING)


def _ranking(shown: Indicator, rows: Sequence[seen.Compared]) -> tuple[RankRow, ...]:
    shown_rows = rows[:MOST_RANKED]
    lengths = seen.shares(shown_rows)
    return tuple(
        RankRow(
            row.place.name,
            formats.amount(row.value, shown.unit if shown.unit == "%" else ""),
            share,
            _at(shown, row.place),
        )
        for row, share in zip(shown_rows, lengths, strict=True)
        if row.value is not None
    )


def _map(
    visitor: Visitor,
    shown: Indicator,
    rows: Sequence[seen.Compared],
    alerts: Sequence[Alert],
    standing: Standing | None,
) -> dict[str, Any] | None:
    card = _yardstick(shown, standing)
    areas = [row.place for row in rows if row.place.kind == "area"]
    told: dict[str, dict[str, Any]] = {
        row.place.code: {"value": row.value, "href": _at(shown, row.place), "colour": _colour(row.value, card)}
        for row in rows
    }
    for alert in alerts:
        for place in visitor.places.lineage("area", alert.place):
            if place.code in told:
                told[place.code].setdefault("alert", _alert_words(visitor, alert))
    return charts.map_of(visitor, areas, told, name=shown.title[visitor.language], unit=shown.unit)


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
        yield Concern(_alert_words(visitor, alert), f"{since} · {counts}", "red", f"/alerts/{alert.id}")
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


def _alert_words(visitor: Visitor, alert: Alert) -> str:
    return f"{place_name(visitor, alert.place_kind, alert.place)} · {alert_title(visitor, alert)}"


def _at(indicator: Indicator, place: Place) -> str:
    return f"/indicators/{indicator.id}?{urlencode({'place': place.code, 'kind': place.kind})}"
