"""Residents: who lives in a town on the first day, and how newcomers are made.

What grows with the number of residents: one `Person` each (about 400 bytes), and an entry in the agenda of their town.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from random import Random

from xinglin.city import names
from xinglin.city.world import COUNTY_CODE, Town
from xinglin.core.identifiers import id_card_check_digit

#: Share per thousand of the five-year age groups 0-4, 5-9, ... 90-94 in a county of inland China, after the census of
#: 2020.
_PYRAMID = (42, 60, 66, 56, 45, 50, 70, 74, 67, 72, 88, 86, 60, 63, 46, 30, 17, 6, 2)
_GROUPS = tuple(accumulate(_PYRAMID))
_NO_CARD_YET = 60


@dataclass(slots=True, eq=False)
class Person:
    """A resident as the county's institutions know them.

    `number`: unique in the county. `birth`: ordinal. `house`: number of the household in the village. `known_at`: bits
    of the institutions that registered the person. `second`: institution where they were registered a second time (-1
    none). Starts of programmes are ordinals, 0 for never. `hypertension`, `diabetes`: has the disease.
    """

    number: int
    birth: int
    male: bool
    village: int
    house: int
    name: str
    card: str
    phone: str
    here: bool = True
    known_at: int = 0
    second: int = -1
    hypertension: bool = False
    diabetes: bool = False
    compliant: bool = True
    record_since: int = 0
    contract_since: int = 0
    hypertension_since: int = 0
    diabetes_since: int = 0
    elder_since: int = 0
    child_since: int = 0
    pregnant_since: int = 0
    booked_week: int = 0
    screened: int = 0

    def age(self, day: int) -> float:
        return (day - self.birth) / 365.25


class Registrar:
    """Makes the persons of one town, each with a number and an ID card of its own."""

    def __init__(self, town: Town, random: Random) -> None:
        self._town = town
        self._random = random
        self._made = 0
        self._cards: dict[tuple[int, bool], int] = {}

    def person(self, birth: int, male: bool, village: int, house: int, surname: str, *, card: bool = True) -> Person:
        random = self._random
        self._made += 1
        year = date.fromordinal(birth).year
        return Person(
            number=(self._town.index + 1) * 1_000_000 + self._made,
            birth=birth,
            male=male,
            village=village,
            house=house,
            name=surname + names.given_name(random, year, male),
            card=self.card(birth, male) if card and random.random() > 0.001 else "",
            phone=names.phone(random),
        )

    def card(self, birth: int, male: bool) -> str:
        """The next free number for this birth date and sex.

        Towns share the sequence numbers by hundreds; when a town's run out, a neighbouring county's code goes on.
        """
        taken = self._cards.get((birth, male), 0)
        self._cards[birth, male] = taken + 1
        area = int(COUNTY_CODE) + taken // 50
        sequence = self._town.index * 100 + 2 * (taken % 50) + (1 if male else 0)
        first17 = f"{area}{date.fromordinal(birth):%Y%m%d}{sequence:03}"
        return first17 + id_card_check_digit(first17)


def settle(town: Town, first_day: int, registrar: Registrar, random: Random) -> list[Person]:
    """The town's residents on the first day, household by household.

    Ages follow the pyramid; children live with a couple of their parents' age and bear its surname.
    """
    ages = [_age(random) for _ in range(town.residents)]
    children = sorted((age for age in ages if age < 20), reverse=True)
    adults = sorted(age for age in ages if age >= 20)
    people: list[Person] = []
    house = 0
    young = [age for age in adults if age < 62]
    old = [age for age in adults if age >= 62]
    while young or old or children:
        house += 1
        village = int(random.random() ** 1.3 * len(town.villages))
        surname = names.surname(random)
        heads = _take_couple(young if young and (random.random() < 0.75 or not old) else old or young, random)
        man_first = len(heads) == 2 or random.random() < 0.45
        members = [
            (age, (index == 0) == man_first, surname if index == 0 else names.surname(random))
            for index, age in enumerate(heads)
        ]
        if heads and 22 <= heads[0] < 62:
            members += [(age, random.random() < 0.53, surname) for age in _take_children(children, heads, random)]
            if old and random.random() < 0.25:
                members.append((old.pop(int(random.random() * len(old))), random.random() < 0.5, surname))
        elif children and not young:
            members.append((children.pop(), random.random() < 0.53, surname))
        for age, male, family in members:
            birth = first_day - int((age + random.random()) * 365.25)
            people.append(registrar.person(birth, male, village, house, family))
    return people


def _age(random: Random) -> int:
    group = bisect(_GROUPS, random.random() * _GROUPS[-1])
    return group * 5 + int(random.random() * 5)


def _take_couple(pool: list[int], random: Random) -> list[int]:
    """A single, or two of nearly the same age: the pool is in order of age."""
    if not pool:
        return []
    place = int(random.random() * len(pool))
    return [pool.pop(place) for place in ([place] if random.random() < 0.22 or place == 0 else [place, place - 1])]


def _take_children(children: list[int], heads: list[int], random: Random) -> list[int]:
    taken: list[int] = []
    wanted = bisect((0.35, 0.72, 0.95, 1.0), random.random())
    for _ in range(wanted):
        if not children:
            break
        youngest, oldest = heads[0] - 38, heads[0] - 21
        # Children are in falling order of age: those that fit such parents stand together.
        fitting = bisect(children, -oldest, key=lambda age: -age - 1)
        if fitting < len(children) and children[fitting] >= youngest:
            taken.append(children.pop(fitting))
    if not taken and children and random.random() < 0.15:
        taken.append(children.pop())
    return taken


def card_expected(birth: int, day: int) -> bool:
    """Newborns get their number some weeks after birth."""
    return day - birth >= _NO_CARD_YET
