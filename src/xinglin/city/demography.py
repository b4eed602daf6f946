"""Deaths and moves, and what must be said of them: a death closes a person's programmes; a newcomer is registered."""

from __future__ import annotations

from xinglin.city import records
from xinglin.city.names import surname
from xinglin.city.people import Person
from xinglin.city.town import TownState

#: Programme → letters of its episodes' ids, and the person's field that holds its first day.
PROGRAMMES = {
    "health-record": ("hr", "record_since"),
    "family-doctor-contract": ("fd", "contract_since"),
    "hypertension": ("ht", "hypertension_since"),
    "diabetes": ("dm", "diabetes_since"),
    "elder": ("el", "elder_since"),
    "child": ("ch", "child_since"),
    "maternal": ("mt", "pregnant_since"),
}
_MOVES_OUT = 0.011
_MOVES_IN = 0.010
_MOVES_WITHIN = 0.006


def enrol(state: TownState, person: Person, programme: str, day: int, start: int) -> None:
    """The township hospital takes the person into a programme, stated on `day` with first day `start`."""
    setattr(person, PROGRAMMES[programme][1], start)
    stated = state.at(day, 985, programme_second(programme))
    state.feed.put(state.town.hospital, episode(state, person, programme, stated))


def episode(
    state: TownState, person: Person, programme: str, stated: str, *, end: int = 0, finished: bool = False
) -> str:
    letters, field = PROGRAMMES[programme]
    start = getattr(person, field)
    hospital = state.town.hospital
    if programme == "family-doctor-contract" and not end:
        end = start + 364
    return records.episode(
        f"{hospital.id}-{letters}{person.number}-{start - 600_000}",
        hospital.id,
        stated,
        programme=programme,
        subject=f"{hospital.id}-p{person.number}",
        start=state.days.iso(start),
        end=state.days.iso(end) if end else "",
        finished=finished,
        gestation_week=person.booked_week if programme == "maternal" else 0,
    )


def finish(state: TownState, person: Person, programme: str, day: int) -> None:
    """Close an episode today, if the person has one open."""
    field = PROGRAMMES[programme][1]
    if getattr(person, field):
        stated = state.at(day, 1426, programme_second(programme))
        state.feed.put(state.town.hospital, episode(state, person, programme, stated, end=day, finished=True))
        setattr(person, field, 0)


def programme_second(programme: str) -> int:
    """A second of the minute for each programme, so that equal times stay apart."""
    return 10 + list(PROGRAMMES).index(programme)


def day_of_demography(state: TownState, day: int) -> None:
    random = state.random
    deaths = int(state.poisson(state.pools.totals["death"] / 365.25 * state.days.winter(day)))
    for person in state.pools.draw("death", deaths, random):
        die(state, day, person)
    for _ in range(state.expect(_MOVES_OUT)):
        if leaver := _anyone(state):
            leave(state, day, leaver)
    for _ in range(state.expect(_MOVES_WITHIN)):
        if mover := _anyone(state):
            mover.village = int(random.random() * len(state.town.villages))
            state.houses += 1
            mover.house = state.houses
            state.restate(mover, day, 22)
    for _ in range(state.expect(_MOVES_IN)):
        arrive(state, day)


def die(state: TownState, day: int, person: Person) -> None:
    if not person.here:
        return
    state.restate(person, day, 23, deceased=state.at(day, int(state.random.random() * 1380)))
    leave(state, day, person)


def leave(state: TownState, day: int, person: Person) -> None:
    person.here = False
    for programme in PROGRAMMES:
        finish(state, person, programme, day)


def arrive(state: TownState, day: int) -> None:
    """A newcomer, mostly of working age; most get a health record within weeks."""
    random = state.random
    age = 18 + random.random() ** 1.6 * 45
    state.houses += 1
    village = int(random.random() * len(state.town.villages))
    person = state.registrar.person(
        day - int(age * 365.25), random.random() < 0.5, village, state.houses, surname(random)
    )
    state.people.append(person)
    state.introduce(person, state.town.hospital, day, 560)
    if random.random() < 0.85:
        state.due(state.days.workday_from(day + 5 + int(random.random() * 60)), open_record, person)


def open_record(state: TownState, day: int, person: Person) -> None:
    if not person.record_since:
        enrol(state, person, "health-record", day, day)
        state.restate(person, day, 24)


def _anyone(state: TownState) -> Person | None:
    if not state.people:
        return None
    person = state.people[int(state.random.random() * len(state.people))]
    return person if person.here and not person.pregnant_since else None
