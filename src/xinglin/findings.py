"""What a house has found, in the words that the simulated county's marking asks for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from xinglin.access.model import Scope
from xinglin.app import House
from xinglin.city.mark import Findings, FoundAlert, FoundMismatch, FoundTarget
from xinglin.core.period import periods_within
from xinglin.residents.duplicates import duplicates

#: Indicators whose value is what an institution declared over what its feed gives; 1 where they agree.
DECLARED_TO_COUNTED = (
    "hospital-quality.declared_outpatient_ratio",
    "hospital-quality.declared_discharges_ratio",
)
#: A declared figure this much off its feed is a mismatch: the plan's target for agreement is 98 %.
TOLERANCE = 0.02
_PAGE = 500


def findings_of(house: House) -> Findings:
    """Everything found up to now: alerts of all states, scorecards, mismatches, persons registered twice."""
    pairs = duplicates(house.session())
    return Findings(
        alerts=tuple(_alerts(house)),
        targets=tuple(_targets(house)),
        mismatches=tuple(_mismatches(house)),
        duplicates=tuple((pair.first, pair.second) for pair in pairs if pair.certain),
        look_alikes=tuple((pair.first, pair.second) for pair in pairs if not pair.certain),
    )


def _alerts(house: House) -> Iterator[FoundAlert]:
    for page in count():
        some = house.alerts.list(scope=Scope.everything(), limit=_PAGE, offset=page * _PAGE)
        for alert in some:
            area = alert.place
            if alert.place_kind == "institution":
                place = house.places().get("institution", alert.place)
                area = place.area if place else ""
            yield FoundAlert(alert.indicator, area, alert.first_day, alert.last_day)
        if len(some) < _PAGE:
            return


def _targets(house: House) -> Iterator[FoundTarget]:
    plan = house.plans.current()
    if plan is None:
        return
    for card in house.scorecards(plan):
        target = plan.target(card.target_id)
        words = target.text if target else card.title
        yield FoundTarget(card.indicator or card.title, words, card.colour)


def _mismatches(house: House) -> Iterator[FoundMismatch]:
    institutions = [(place.kind, place.code) for place in house.places().of_kind("institution")]
    months = list(periods_within("month", house.figures.first_day(), house.figures.as_of()))
    found = house.figures.figures(DECLARED_TO_COUNTED, scope=Scope.everything(), places=institutions, periods=months)
    for figure in found:
        declared, counted = figure.numerator, figure.denominator
        if declared and counted and abs(declared / counted - 1) > TOLERANCE:
            yield FoundMismatch(figure.place, figure.period.code, figure.indicator, declared, counted)
