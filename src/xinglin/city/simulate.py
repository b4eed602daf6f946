"""One town's days in order: what happens on each, and what its institutions send. Runs in the making process or in a
worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xinglin.city import returns
from xinglin.city.care import day_of_care
from xinglin.city.cases import day_of_cases
from xinglin.city.chronic import day_of_programmes, open_books
from xinglin.city.demography import day_of_demography
from xinglin.city.duplicates import plan_second_registrations
from xinglin.city.family import day_of_mothers, open_nursery
from xinglin.city.hospital import day_of_stays
from xinglin.city.outbreaks import plan_outbreaks
from xinglin.city.people import Person
from xinglin.city.screening import day_of_screening
from xinglin.city.town import REWEIGH, Activity, TownState
from xinglin.city.world import Town, World


@dataclass(slots=True)
class TownDay:
    """What the county needs to know of one town's day: lines for institutions that serve the whole county, and counts.

    `parts`: NDJSON by institution index. `activities`: the month's, on its last day. `census`: on days when the county
    counts heads.
    """

    town: int
    lines: int
    files: int
    size: int
    parts: dict[int, bytes]
    activities: dict[int, Activity] = field(default_factory=dict)
    census: dict[str, int] = field(default_factory=dict)


def simulate(world: World, town: Town, folder: Path) -> Iterator[TownDay | dict[str, object]]:
    """Each day of a town; files of its own institutions are written on the way. Last comes what was planted in it."""
    state = TownState(world, town, plan_outbreaks(world))
    days = world.days
    for day in range(days.first, days.last + 1):
        state.feed.open(day)
        if day == days.first:
            open_books(state, day)
            open_nursery(state, day)
            plan_second_registrations(state)
        elif (day - days.first) % REWEIGH == 0:
            state.reweigh(day)
        _live(state, day)
        yield _close(state, day, folder)
    yield planted(state)


def _live(state: TownState, day: int) -> None:
    day_of_demography(state, day)
    state.do_what_is_due(day)
    day_of_care(state, day)
    day_of_stays(state, day)
    day_of_programmes(state, day)
    day_of_mothers(state, day)
    day_of_screening(state, day)
    day_of_cases(state, day)


def _close(state: TownState, day: int, folder: Path) -> TownDay:
    """Month-end returns of the town's own institutions, then the day's files."""
    world = state.world
    activities: dict[int, Activity] = {}
    if state.days.is_month_end(day):
        activities = dict(state.activities)
        for one in (state.town.hospital, *state.town.clinics):
            for line in returns.monthly(world, one, day, activities.pop(one.index, Activity())):
                state.feed.put(one, line)
        state.activities.clear()
    lines = state.feed.close()
    parts = {index: as_ndjson(mine) for index, mine in lines.items()}
    own = [index for index in parts if index in world.local]
    size = sum(write_feed(folder, state.days.iso(day), world.institutions[index].id, parts.pop(index)) for index in own)
    census = head_count(state.people, day) if counts_heads(world, day) else {}
    return TownDay(state.town.index, sum(map(len, lines.values())), len(own), size, parts, activities, census)


def as_ndjson(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def write_feed(folder: Path, day: str, sender: str, body: bytes) -> int:
    """One file of one institution's day; the number of bytes."""
    path = folder / "feeds" / day / f"{sender}.ndjson"
    try:
        path.write_bytes(body)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return len(body)


def counts_heads(world: World, day: int) -> bool:
    """On the first day, and each New Year."""
    today = world.days.date(day)
    return day == world.days.first or (today.month, today.day) == (1, 1)


def head_count(people: Sequence[Person], day: int) -> dict[str, int]:
    """The figures of a population return."""
    here = [(person.age(day), person) for person in people if person.here]
    total = len(here)
    return {
        "permanent": total,
        "registered": round(total * 1.07),
        "permanent-65-plus": sum(age >= 65 for age, _ in here),
        "permanent-0-6": sum(age < 7 for age, _ in here),
        "permanent-0-3": sum(age < 3 for age, _ in here),
        "estimated-hypertension": round(0.282 * sum(age >= 18 for age, _ in here)),
        "estimated-diabetes": round(0.1 * sum(age >= 18 for age, _ in here)),
        "women-35-64": sum(35 <= age < 65 and not person.male for age, person in here),
    }


def planted(state: TownState) -> dict[str, object]:
    """What the truth must know of a town, as plain values."""
    return {
        "town": state.town.index,
        "noise": dict(state.noise.counts),
        "spoilt": state.noise.keys,
        "duplicates": state.duplicates,
        "outbreaks": {
            key: {"reports": one.reports, "visits": one.visits, "first_report": one.first_report}
            for key, one in state.outbreak_counts.items()
        },
        "late_done": state.late_done,
        "residents": sum(person.here for person in state.people),
    }
