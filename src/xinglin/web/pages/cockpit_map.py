"""The cockpit's middle and left: one indicator on the map of the towns and in their ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from xinglin.core.place import Place
from xinglin.packs.indicator import Indicator
from xinglin.plan.colours import colour_of
from xinglin.plan.scorecard import FALLING, Scorecard
from xinglin.watch.alerts import Alert
from xinglin.web import charts, formats, seen
from xinglin.web.guard import Visitor
from xinglin.web.naming import alert_title, place_name
from xinglin.web.standing import Standing
from xinglin.web.words import phrase

MOST_RANKED = 12


@dataclass(frozen=True, slots=True)
class RankRow:
    """One place of the ranking. `share`: length of its bar, 0 to 1."""

    name: str
    value: str
    share: float
    href: str


@dataclass(frozen=True)
class Shown:
    """An indicator with its places side by side, best first. `goal`: the target that a town can be held against."""

    indicator: Indicator
    rows: Sequence[seen.Compared]
    goal: Scorecard | None


def showable(visitor: Visitor, standing: Standing | None) -> list[Indicator]:
    """What can be shown of the visitor's places: indicators that answer targets first, then all others."""
    home = visitor.home()
    known = visitor.house.library.of(Indicator)
    bound = dict.fromkeys(card.indicator for card in standing.cards if card.indicator) if standing else {}
    ordered = [*(known[one] for one in bound if one in known), *(one for key, one in known.items() if key not in bound)]
    return [one for one in ordered if home and home.kind in one.places and seen.offered(one)]


def first_with_figure(visitor: Visitor, choices: Sequence[Indicator]) -> Indicator | None:
    """The first of the choices that has a figure at the visitor's own place; else the first."""
    home = visitor.home()
    yearly = [one for one in choices if seen.offered(one)[0] == seen.OFFERED[0]]
    if home is None or not yearly:
        return next(iter(choices), None)
    figures = visitor.house.figures.figures(
        [one.id for one in yearly],
        scope=visitor.scope,
        places=[(home.kind, home.code)],
        periods=[seen.latest(seen.OFFERED[0], visitor.day)],
    )
    known = {figure.indicator for figure in figures if figure.value}
    return next((one for one in yearly if one.id in known), choices[0])


def shown_of(visitor: Visitor, indicator: Indicator, standing: Standing | None) -> Shown:
    """The indicator's figures of the places below the visitor's own; of the own where those have none (villages)."""
    period = seen.latest(seen.offered(indicator)[0], visitor.day)
    home = visitor.home()
    rows = seen.compared(visitor, indicator, seen.peers(visitor, home), period)
    if home and all(row.value is None for row in rows):
        rows = seen.compared(visitor, indicator, [home], period)
    return Shown(indicator, seen.ranked(rows, indicator), _yardstick(indicator, standing))


def note_of(visitor: Visitor, shown: Shown) -> str:
    """What stands below the map: its period and how its colours are meant."""
    period = seen.latest(seen.offered(shown.indicator)[0], visitor.day)
    said, unit = formats.period_name(period, visitor.language), shown.indicator.unit
    if shown.goal is not None:
        expected = formats.amount(shown.goal.expected, unit, visitor.language)
        return phrase("cockpit_map_note_goal", visitor.language, period=said, expected=expected)
    return phrase(
        "cockpit_map_note",
        visitor.language,
        period=said,
        unit=formats.unit_name(unit, visitor.language) or formats.NOTHING,
    )


def ranking_of(shown: Shown) -> tuple[RankRow, ...]:
    """The best places that have a figure."""
    best = [row for row in shown.rows if row.value is not None][:MOST_RANKED]
    unit = "%" if shown.indicator.unit == "%" else ""
    return tuple(
        RankRow(row.place.name, formats.amount(row.value, unit), share, _address(shown.indicator, row.place))
        for row, share in zip(best, seen.shares(best), strict=True)
    )


def map_of(visitor: Visitor, shown: Shown, alerts: Sequence[Alert]) -> dict[str, Any] | None:
    """The towns in the colours of the goal, or in shades where there is none, with open alerts pinned on."""
    indicator = shown.indicator
    areas = [row.place for row in shown.rows if row.place.kind == "area"]
    told: dict[str, dict[str, Any]] = {
        row.place.code: {
            "value": row.value,
            "href": _address(indicator, row.place),
            "colour": _colour(row.value, shown.goal),
        }
        for row in shown.rows
    }
    for alert in alerts:
        for place in visitor.places.lineage("area", alert.place):
            if place.code in told:
                told[place.code].setdefault("alert", alert_words(visitor, alert))
    return charts.map_of(visitor, areas, told, name=indicator.title[visitor.language], unit=indicator.unit)


def alert_words(visitor: Visitor, alert: Alert) -> str:
    """An alert in a line: where and what."""
    return f"{place_name(visitor, alert.place_kind, alert.place)} · {alert_title(visitor, alert)}"


def _yardstick(indicator: Indicator, standing: Standing | None) -> Scorecard | None:
    """The target that a town's own value can be held against: a ratio's; a county's count says nothing of a town."""
    if standing is None or indicator.denominator is None:
        return None
    cards = (card for card in standing.cards if card.indicator == indicator.id and card.expected is not None)
    return next(cards, None)


def _colour(value: float | None, goal: Scorecard | None) -> str | None:
    if goal is None or value is None:
        return None
    return colour_of(value, goal.expected, lower_is_better=goal.comparator in FALLING)


def _address(indicator: Indicator, place: Place) -> str:
    return f"/indicators/{indicator.id}?{urlencode({'place': place.code, 'kind': place.kind})}"
