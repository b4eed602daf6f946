"""Screening under the livelihood projects: how many the plan wants in a year, and how fast each programme really goes.

One of them is planted to run late: from April of the last year simulated, screening for the two cancers nearly stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinglin.city import records
from xinglin.city.codes import SCREENINGS
from xinglin.city.people import Person
from xinglin.city.town import TownState
from xinglin.city.world import World

WORKDAYS_A_YEAR = 248
LATE = "two-cancer"
_LATE_FROM_MONTH, _LATE_PACE = 4, 0.32


@dataclass(frozen=True, slots=True)
class Programme:
    """`codes`: what is looked for at one appointment. `share`: persons to be screened in a year for each resident.

    `pace`: how the year goes against the plan when all is well. `bit`: marks a person screened this year.
    """

    id: str
    codes: tuple[str, ...]
    share: float
    ages: tuple[float, float]
    women_only: bool
    pace: float
    bit: int


PROGRAMMES = (
    Programme("two-cancer", ("cervical-cancer", "breast-cancer"), 0.070, (35, 65), True, 1.04, 1),
    Programme("colorectal-cancer", ("colorectal-cancer",), 0.040, (50, 75), False, 1.16, 2),
)


def planned(world: World, programme: str) -> int:
    """How many persons the plan wants screened in a year: two significant digits."""
    share = next(one.share for one in PROGRAMMES if one.id == programme)
    return in_round_numbers(world.residents * share)


def in_round_numbers(number: float) -> int:
    step: int = 10 ** max(0, len(str(int(number))) - 2)
    return max(1, round(number / step) * step)


def pace(world: World, programme: Programme, today: date) -> float:
    """Share of the planned speed at which a programme runs on a day."""
    last = world.days.date(world.days.last)
    if programme.id == LATE and today.year == last.year and today.month >= _LATE_FROM_MONTH:
        return _LATE_PACE
    return programme.pace


def day_of_screening(state: TownState, day: int) -> None:
    if not state.days.is_workday(day):
        return
    world, today = state.world, state.days.date(day)
    if (today.month, today.day) == (1, 2):
        for person in state.people:
            person.screened = 0
    for programme in PROGRAMMES:
        yearly = planned(world, programme.id) * state.town.residents / world.residents
        for _ in range(int(state.poisson(yearly / WORKDAYS_A_YEAR * pace(world, programme, today)))):
            if found := _find(state, programme, day):
                screen(state, day, found, programme)


def _find(state: TownState, programme: Programme, day: int) -> Person | None:
    """Someone of the right age and sex not yet screened this year."""
    for _ in range(30):
        person = state.pools.aged(*programme.ages, day, state.random)
        if person and not (person.male and programme.women_only) and not person.screened & programme.bit:
            return person
    return None


def screen(state: TownState, day: int, person: Person, programme: Programme) -> None:
    random = state.random
    person.screened |= programme.bit
    if programme.id == LATE and state.days.date(day).year == state.days.date(state.days.last).year:
        state.late_done += 1
    sender = state.mch_hospital if programme.women_only and random.random() < 0.6 else state.town.hospital
    minute = 490 + int(random.random() * 420)
    subject = state.subject(person, sender, day, minute)
    for code in programme.codes:
        line = records.screening(
            state.key(sender, "x"), sender.id, state.at(day, minute + 30), subject=subject, at=state.at(day, minute),
            code=code, name=SCREENINGS[code],
        )  # fmt: skip
        state.feed.put_leaf(sender, line)
