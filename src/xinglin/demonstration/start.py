"""From a made county to a house full of figures, alerts and slips."""

from __future__ import annotations

from datetime import date, datetime, time
from time import monotonic

from xinglin.app import House
from xinglin.core.clock import CHINA
from xinglin.core.text import Text
from xinglin.demonstration.county import County
from xinglin.demonstration.furnishing import furnish
from xinglin.flow import NUMBERS, WORK, Step, Teller, silent, work_out
from xinglin.intake.door import Intake


def fill(house: House, county: County, *, tell: Teller = silent) -> list[Step]:
    """Load the county unless that was done, work everything out, and furnish it. Repeating it does what is missing."""
    steps = [] if county.is_loaded() else [_load(house, county, tell)]
    steps += work_out(house, NUMBERS, tell=tell)
    furnish(house, county.plan, county.plan_year)
    steps += work_out(house, WORK, tell=tell)
    return steps


def _load(house: House, county: County, tell: Teller) -> Step:
    """Each day's files as if they had arrived that evening, so that late and missing feeds show as they would live."""
    started = monotonic()
    evening = _Evening(county.as_of)
    intake = Intake(house.engine, house.log, evening, house.library.codes)
    days = sorted(folder for folder in county.feeds.iterdir() if folder.is_dir())
    accepted = duplicates = kept_out = 0
    for number, folder in enumerate(days, 1):
        evening.day = date.fromisoformat(folder.name)
        report = intake.load([folder])
        accepted += report.accepted
        duplicates += report.duplicates
        kept_out += report.refused + report.held - report.released
        tell(number / len(days), f"{accepted:,} 条 records")
    county.mark_loaded()
    result = f"{accepted:,} accepted, {duplicates:,} duplicates, {kept_out:,} refused or waiting"
    return Step(Text(zh="装载", en="load"), monotonic() - started, result)


class _Evening:
    """A clock that stands at half past eleven on `day`."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(23, 30, tzinfo=CHINA))
