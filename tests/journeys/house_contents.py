"""Everything that a house holds, in a form in which two houses can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from xinglin.access.model import Scope
from xinglin.app import House
from xinglin.cases.tables import case
from xinglin.core.period import KINDS, Period, periods_within
from xinglin.database.engine import reading
from xinglin.indicators.figures import Figure
from xinglin.intake.refusal import UNSETTLED
from xinglin.packs.indicator import Indicator
from xinglin.packs.view import View

Rows = Sequence[tuple[Any, ...]]
FigureKey = tuple[str, str, str, Period]


@dataclass(frozen=True)
class HouseContents:
    """What may not depend on how often, in what order or through how many crashes the records came.

    `versions`: each version of each resource in the log; `current`: which of them stands. `refusals`: what is kept
    out and why. `days`: of each sender's day, how many were accepted and kept out, and the latest statement.
    """

    versions: Rows
    current: Rows
    refusals: Rows
    days: Rows
    views: dict[str, Rows]
    left_out: dict[str, dict[str, int]]
    figures: dict[FigureKey, Figure]
    alerts: Rows
    cases: Rows
    colours: dict[str, Rows]


def contents(house: House) -> HouseContents:
    """Read everything. Raises what the rooms raise where something is not readable."""
    log, last = house.log, house.log.last_position()
    snapshot = house.views.snapshot()
    assert snapshot is not None
    return HouseContents(
        versions=sorted((r.type, r.id, r.stated_at, r.sender, r.deleted, r.body) for r in log.read()),
        current=[(r.type, r.id, r.stated_at, r.deleted, r.content_hash) for r in log.changes(0, last)],
        refusals=refusals(house),
        days=[
            (d.sender, d.day, d.accepted, d.refused, d.last_stated_at) for d in house.intake.feeds(date.min, date.max)
        ],
        views=view_rows(house),
        left_out={view: dict(reasons) for view, reasons in snapshot.left_out.items()},
        figures=all_figures(house),
        alerts=sorted(_alerts(house)),
        cases=sorted(_cases(house)),
        colours=_colours(house),
    )


def refusals(house: House) -> Rows:
    """What is kept out now. Where it was first read is left out: that does depend on the order."""
    found = house.intake.refusals(limit=1_000_000)
    return sorted(
        (r.id, r.sender, r.reason, r.path, r.resource_type, r.resource_id, r.state, r.body)
        for r in found
        if r.state in UNSETTLED
    )


def view_rows(house: House) -> dict[str, Rows]:
    """The rows of every view and of the derived tables."""
    session = house.session()
    names = [*house.library.of(View), "resident", "ancestor"]
    return {name: session.execute(f'SELECT * FROM "{name}" ORDER BY ALL').fetchall() for name in names}


def all_periods(first: date, last: date) -> list[Period]:
    """Every period of every kind that touches the days from `first` to `last`."""
    return [period for kind in KINDS for period in periods_within(kind, first, last)]


def all_figures(house: House) -> dict[FigureKey, Figure]:
    """Every indicator for every place and period."""
    figures = house.figures
    periods = all_periods(figures.first_day(), figures.as_of())
    found = figures.figures(list(house.library.of(Indicator)), scope=Scope.everything(), periods=periods)
    return {figure_key(figure): figure for figure in found}


def figure_key(figure: Figure) -> FigureKey:
    """What a figure is of."""
    return figure.indicator, figure.place_kind, figure.place, figure.period


def _alerts(house: House) -> Iterable[tuple[Any, ...]]:
    for alert in house.alerts.list(scope=Scope.everything(), limit=1_000_000):
        yield (alert.id, alert.watch, alert.place, alert.first_day, alert.last_day, alert.observed, alert.state)


def _cases(house: House) -> Iterable[tuple[Any, ...]]:
    columns = (case.c.subject_key, case.c.loop, case.c.state, case.c.title_zh, case.c.place)
    with reading(house.engine) as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def _colours(house: House) -> dict[str, Rows]:
    plan = house.plans.current()
    marks = house.plans.marks(plan.id) if plan else {}
    return {target: [(m.month, m.value, m.expected, m.colour) for m in months] for target, months in marks.items()}
