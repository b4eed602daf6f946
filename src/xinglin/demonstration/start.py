"""From a made county to a house full of figures, alerts and slips."""

from __future__ import annotations

from time import monotonic

from xinglin.app import House
from xinglin.core.text import Text
from xinglin.demonstration.county import County
from xinglin.demonstration.furnishing import furnish
from xinglin.flow import NUMBERS, WORK, Step, Teller, load, silent, work_out


def fill(house: House, county: County, *, tell: Teller = silent) -> list[Step]:
    """Load the county unless that was done, work everything out, and furnish it. Repeating it does what is missing."""
    steps = [] if county.is_loaded() else [_load(house, county, tell)]
    steps += work_out(house, NUMBERS, tell=tell)
    furnish(house, county.plan, county.plan_year)
    steps += work_out(house, WORK, tell=tell)
    return steps


def _load(house: House, county: County, tell: Teller) -> Step:
    started = monotonic()
    report = load(house, [county.feeds], tell=tell)
    county.mark_loaded()
    kept_out = report.refused + report.held - report.released
    result = f"{report.accepted:,} accepted, {report.duplicates:,} duplicates, {kept_out:,} refused or waiting"
    return Step(Text(zh="装载", en="load"), monotonic() - started, result)
