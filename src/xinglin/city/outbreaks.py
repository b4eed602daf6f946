"""Planted outbreaks: decided before the first day, so that the truth is known whatever the rest of the simulation
draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from xinglin.city.disease import BY_CODE, Disease
from xinglin.city.world import Town, World

#: Share of the extra cases whose illness begins on the first, second... day.
_SHAPE = (0.08, 0.22, 0.28, 0.2, 0.12, 0.06, 0.04)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What to plant. `back`: days from its first onset to the last day of the data. `ages`: whom it strikes."""

    disease: str
    setting: str
    back: int
    cases: int
    ages: tuple[float, float]
    stretch: int = 1
    town: int = 0


SCHEMES = (
    Scheme("infectious-diarrhoea", "primary-school", 7, 22, (6, 13), town=2),
    Scheme("hand-foot-mouth", "kindergarten", 172, 18, (3, 6), town=1),
    Scheme("influenza", "community", 326, 36, (5, 70), stretch=2, town=3),
    Scheme("influenza", "community", 322, 30, (5, 70), stretch=2, town=4),
    Scheme("mumps", "primary-school", 505, 15, (6, 13), town=5),
    Scheme("infectious-diarrhoea", "primary-school", 588, 26, (6, 13), town=0),
    Scheme("scarlet-fever", "kindergarten", 96, 12, (3, 8), town=6),
)


@dataclass(frozen=True, slots=True)
class Outbreak:
    """One planted outbreak in one town. `onsets`: the day of onset (ordinal) of each extra case, in order."""

    id: str
    disease: Disease
    setting: str
    town: Town
    ages: tuple[float, float]
    onsets: tuple[int, ...]

    @property
    def first_day(self) -> int:
        return self.onsets[0]

    @property
    def last_day(self) -> int:
        return self.onsets[-1]


def plan_outbreaks(world: World) -> tuple[Outbreak, ...]:
    """The outbreaks that fit into the days simulated: each needs three quiet weeks before it."""
    planned = []
    for number, scheme in enumerate(SCHEMES, start=1):
        first = world.days.last - scheme.back
        if first - 21 >= world.days.first:
            random = world.random("outbreak", number)
            town = world.towns[scheme.town % len(world.towns)]
            planned.append(
                Outbreak(
                    f"outbreak-{number}",
                    BY_CODE[scheme.disease],
                    scheme.setting,
                    town,
                    scheme.ages,
                    _onsets(scheme, first, _size(scheme, world), random),
                )
            )
    return tuple(planned)


def _size(scheme: Scheme, world: World) -> int:
    """Larger counties have somewhat larger outbreaks; none is too small to be noticed."""
    growth: float = min(3.0, world.scale**0.35)
    return max(12, round(scheme.cases * growth))


def _onsets(scheme: Scheme, first: int, cases: int, random: Random) -> tuple[int, ...]:
    days = [first]
    for _ in range(cases - 1):
        day = random.choices(range(len(_SHAPE)), _SHAPE)[0]
        days.append(first + day * scheme.stretch + (random.randrange(scheme.stretch) if scheme.stretch > 1 else 0))
    return tuple(sorted(min(day, first + 7 * scheme.stretch) for day in days))
