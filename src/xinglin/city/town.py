"""The changing part of one town: its residents, what is due on which day, what its institutions have counted this month.

Each town is simulated on its own, from random streams of its own, so that towns can be shared among processes in any way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from xinglin.city import records
from xinglin.city.days import CLOCK
from xinglin.city.feeds import Feed
from xinglin.city.noise import Noise
from xinglin.city.outbreaks import Outbreak
from xinglin.city.people import Person, Register, card_expected, settle
from xinglin.city.world import CITY_NAME, COUNTY_NAME, Institution, Town, World

#: Something due on a day: called with the town, the day and a person.
Due = Callable[["TownState", int, Person], None]

#: How often weights by age and illness are worked out anew, in days.
_REWEIGH = 28
_SECOND_REGISTRATIONS = 0.003
_CARD_MISTYPED = 0.0012


@dataclass(slots=True)
class Tally:
    """What an institution did in the month so far, as far as its lines stand."""

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
        self.register = Register(town, self.stream("register"))
        self.random = self.stream("life")
        self.numbers = np.random.default_rng(np.random.SeedSequence([world.seed, world.residents, town.index]))
        self.people = settle(town, world.days.first, self.register, self.stream("settle"))
        self.houses = max((person.house for person in self.people), default=0)
        self.tallies: dict[int, Tally] = defaultdict(Tally)
        self.duplicates: list[dict[str, str]] = []
        self.resources = 0
        self._agenda: dict[int, list[tuple[Due, Person]]] = {}
        self._pools: dict[str, _Pool] = {}
        self._serial = (town.index + 1) * 100_000_000

    def stream(self, *purpose: object):  # type: ignore[no-untyped-def]  # noqa: ANN201
        return self.world.random("town", self.town.index, *purpose)
