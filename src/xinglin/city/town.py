"""The changing part of one town: its residents, what is due on which day, what its institutions have counted this
month.

Each town is simulated on its own, from random streams of its own, so that towns can be shared among processes in any
way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from xinglin.city import records
from xinglin.city.days import CLOCK
from xinglin.city.feeds import Feed
from xinglin.city.noise import Noise
from xinglin.city.outbreaks import Outbreak
from xinglin.city.people import Person, Registrar, card_expected, settle
from xinglin.city.world import CITY_NAME, COUNTY_NAME, Institution, Town, World

#: Something due on a day: called with the town, the day and a person.
Due = Callable[["TownState", int, Person], None]

#: How often weights by age and illness are worked out anew, in days.
REWEIGH = 28
_CARD_MISREAD = 0.0012


@dataclass(slots=True)
class Activity:
    """What an institution did in the month so far, as far as its lines stand in the end."""

    visits: int = 0
    discharges: int = 0
    bed_days: int = 0
    operations: int = 0


@dataclass(slots=True)
class OutbreakCount:
    """What became of an outbreak: cards reported and visits made because of it; day of the first card."""

    reports: int = 0
    visits: int = 0
    first_report: str = ""


class TownState:
    """One town on its way through the days."""

    def __init__(self, world: World, town: Town, outbreaks: tuple[Outbreak, ...]) -> None:
        self.world = world
        self.town = town
        self.days = world.days
        self.outbreaks = tuple(one for one in outbreaks if one.town.index == town.index)
        self.outbreak_counts = {one.id: OutbreakCount() for one in self.outbreaks}
        self.noise = Noise(self.stream("noise"), world.days)
        self.feed = Feed(world, self.noise)
        self.county_hospital = world.only("county-hospital")
        self.tcm_hospital = world.only("tcm-hospital")
        self.mch_hospital = world.only("mch-hospital")
        self.cdc = world.only("cdc")
        self.ambulances = world.only("ambulance-station")
        self.random = self.stream("life")
        self.poisson = np.random.default_rng(np.random.SeedSequence([world.seed, world.residents, town.index])).poisson
        self.registrar = Registrar(town, self.stream("register"))
        self.people = settle(town, world.days.first, self.registrar, self.stream("settle"))
        self.houses = max(person.house for person in self.people)
        self.pools = Pools(self.people, world.days.first)
        self.activities: dict[int, Activity] = defaultdict(Activity)
        self.late_done = 0
        self.duplicates: list[dict[str, str]] = []
        self._agenda: dict[int, list[tuple[Due, Person]]] = {}
        self._serial = (town.index + 1) * 100_000_000

    def stream(self, *purpose: object) -> Random:
        return self.world.random("town", self.town.index, *purpose)

    def expect(self, yearly: float, factor: float = 1.0) -> int:
        """How many of something happen today when each resident has `yearly` of them a year."""
        return int(self.poisson(yearly * len(self.people) / 365.25 * factor))

    def due(self, day: int, what: Due, person: Person) -> None:
        if day <= self.days.last:
            self._agenda.setdefault(day, []).append((what, person))

    def do_what_is_due(self, day: int) -> None:
        while today := self._agenda.pop(day, None):
            for what, person in today:
                if person.here:
                    what(self, day, person)

    def reweigh(self, day: int) -> None:
        self.people = [person for person in self.people if person.here]
        self.pools = Pools(self.people, day)

    def key(self, sender: Institution, letter: str) -> str:
        """A new resource id of the sender's own."""
        self._serial += 1
        return f"{sender.id}-{letter}{self._serial}"

    def at(self, day: int, minute: int, second: int = 0) -> str:
        if minute >= 1440:
            day, minute = day + minute // 1440, minute % 1440
        return f"{self.days.iso(day)}T{CLOCK[minute]}:{second:02}+08:00"

    def home(self, sender: Institution) -> Institution:
        """Where the sender's patients are registered: a village clinic uses its township hospital's register."""
        return self.town.hospital if sender.type == "village-clinic" else sender

    def subject(self, person: Person, sender: Institution, day: int, minute: int) -> str:
        """The person's Patient id at an institution, which registers them first if it does not know them."""
        home = self.home(sender)
        if not person.known_at & (1 << home.index):
            self.introduce(person, home, day, max(0, minute - 3))
        if person.second == home.index and self.random.random() < 0.4:
            return f"{home.id}-p9{person.number}"
        return f"{home.id}-p{person.number}"

    def introduce(self, person: Person, sender: Institution, day: int, minute: int) -> None:
        """Register the person. A misread ID card is mended by the sender some days later."""
        person.known_at |= 1 << sender.index
        stated = self.at(day, minute)
        card = person.card if card_expected(person.birth, day) else ""
        key = f"{sender.id}-p{person.number}"
        mended = day + 2 + int(self.random.random() * 5)
        misread = self.random.random() < _CARD_MISREAD
        if misread and card and sender is not self.town.hospital and mended < self.days.last - 10:
            wrong = self.noise.spoil_card(card, f"Patient/{key}")
            self.feed.put_on(sender, day, self.patient(person, sender, key, stated, wrong))
            self.feed.put_on(sender, mended, self.patient(person, sender, key, self.at(mended, 1105, 40), card))
        else:
            self.feed.put(sender, self.patient(person, sender, key, stated, card))

    def patient(
        self, person: Person, sender: Institution, key: str, stated: str, card: str, *, deceased: str = "",
        numbered: bool = True,
    ) -> str:  # fmt: skip
        village = self.town.villages[person.village]
        number = ""
        if numbered and sender is self.town.hospital and person.record_since:
            number = f"{village.code}{person.number % 1_000_000:05}"
        return records.patient(
            key,
            sender.id,
            stated,
            card=card,
            record_number=number,
            name=person.name,
            male=person.male,
            birth=self.days.iso(person.birth),
            phone=person.phone,
            address=f"{CITY_NAME}{COUNTY_NAME}{self.town.name}{village.name}{person.house}号",
            village=village.code,
            deceased=deceased,
        )

    def restate(self, person: Person, day: int, second: int, deceased: str = "") -> None:
        """The township hospital states the person anew, late in the day so that no registration of that day comes
        after.

        `second` sets apart the causes that may fall on one day.
        """
        hospital = self.town.hospital
        card = person.card if card_expected(person.birth, day) else ""
        key = f"{hospital.id}-p{person.number}"
        self.feed.put(
            hospital, self.patient(person, hospital, key, self.at(day, 1425, second), card, deceased=deceased)
        )


class Pools:
    """Weights by age and illness for drawing persons, true for some weeks. Arrays over all residents of a town."""

    def __init__(self, people: Sequence[Person], day: int) -> None:
        self._people = people
        rows = [_weights(person, (day - person.birth) / 365.25) for person in people]
        table = np.asarray(rows or [(0.0, 0.0, 0.0)], dtype=np.float64)
        self.totals: dict[str, float] = {}
        self._sums: dict[str, np.ndarray] = {}
        for column, name in enumerate(("visit", "stay", "death")):
            sums = np.cumsum(table[:, column])
            self._sums[name] = sums
            self.totals[name] = float(sums[-1])
        self._oldest_first = sorted(people, key=lambda person: person.birth)
        self._births = [person.birth for person in self._oldest_first]

    def draw(self, name: str, count: int, random: Random) -> list[Person]:
        """`count` persons by weight, with replacement; those who left since are passed over."""
        sums = self._sums[name]
        places = np.searchsorted(sums, [random.random() * sums[-1] for _ in range(count)], side="right")
        return [person for place in places.tolist() if (person := self._people[min(place, len(self._people) - 1)]).here]

    def aged(self, youngest: float, oldest: float, day: int, random: Random) -> Person | None:
        """Someone of `youngest` to below `oldest` years, or None where there is no one."""
        low = bisect_left(self._births, day - int(oldest * 365.25))
        high = bisect_left(self._births, day - int(youngest * 365.25))
        for _ in range(12):
            if low >= high:
                return None
            person = self._oldest_first[low + int(random.random() * (high - low))]
            if person.here:
                return person
        return None


def _weights(person: Person, age: float) -> tuple[float, float, float]:
    """Outpatient visits, stays and deaths, relative to an average adult (deaths: yearly probability, Gompertz)."""
    ill = (1.25 if person.hypertension else 1.0) * (1.3 if person.diabetes else 1.0)
    if age < 6:
        visit, stay = 1.55, 1.1
    elif age < 18:
        visit, stay = 0.75, 0.4
    elif age < 45:
        visit, stay = 0.72, 0.45
    elif age < 65:
        visit, stay = 1.0, 0.9
    else:
        visit, stay = 1.55, 2.4
    death = 0.004 if age < 1 else 0.0002 + 0.00002 * 2.718281828 ** (0.095 * age)
    return visit * ill, stay * ill, death
