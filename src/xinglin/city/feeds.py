"""A town's outgoing mail: which line of which institution travels in which day's file.

A feed that is late sends a day's lines in a later day's file; what the lines say does not change. Grows only with the
lines that wait for a later day.
"""

from __future__ import annotations

from xinglin.city.noise import Noise
from xinglin.city.world import Institution, World

#: Nothing is late in the last days, so that what is going on at the end can be seen.
QUIET_DAYS = 10
_LATE = 0.012
_OUTAGE_DAYS = 4


class Feed:
    """Collects the lines that one town's simulation sends, day by day. `put` and `put_leaf` file a line of today."""

    def __init__(self, world: World, noise: Noise) -> None:
        self._world = world
        self._noise = noise
        self._lags = [lags(world, one) for one in world.institutions]
        self._boxes: dict[int, dict[int, list[str]]] = {}
        self._today: list[list[str]] = []
        self._day = 0

    def open(self, day: int) -> None:
        self._day = day
        offset = day - self._world.days.first
        self._today = [self._box(day + lag[offset], index) for index, lag in enumerate(self._lags)]

    def put(self, sender: Institution, line: str) -> None:
        """File a line whose resource may still get other versions: it may be sent twice, never spoilt."""
        self._today[sender.index].append(line)
        if self._noise.repeats():
            self._later(sender, self._noise.repeat_after(self._day), line)

    def put_leaf(self, sender: Institution, line: str) -> bool:
        """File a line whose resource has only this version. False when in the end it does not stand (spoilt or taken
        back).
        """
        if self._noise.spares():
            self._today[sender.index].append(line)
            return True
        disturbed = self._noise.disturb(line, sender.id, self._day)
        self._today[sender.index].append(disturbed.now)
        if disturbed.later:
            self._later(sender, disturbed.later_day, disturbed.later)
        return disturbed.stands

    def put_on(self, sender: Institution, day: int, line: str) -> None:
        self._later(sender, day, line)

    def close(self) -> dict[int, list[str]]:
        """The lines in today's files, by institution index."""
        box = self._boxes.pop(self._day, {})
        return {index: lines for index, lines in box.items() if lines}

    def _later(self, sender: Institution, day: int, line: str) -> None:
        if day <= self._world.days.last:
            self._box(day, sender.index).append(line)

    def _box(self, day: int, index: int) -> list[str]:
        return self._boxes.setdefault(day, {}).setdefault(index, [])


def lags(world: World, sender: Institution) -> tuple[int, ...]:
    """For each day simulated, how many days late the sender's lines of that day arrive."""
    random = world.random("late", sender.id)
    days = world.days.last - world.days.first + 1
    found = []
    for day in range(days):
        late = random.random() < _LATE
        lag = random.choice((1, 1, 1, 2, 3))
        found.append(lag if late and 0 < day < days - QUIET_DAYS else 0)
    outage = _outage(world, sender)
    for step in range(_OUTAGE_DAYS if outage else 0):
        found[outage + step] = _OUTAGE_DAYS - step
    return tuple(found)


def _outage(world: World, sender: Institution) -> int:
    """The day (from the first) on which the second town's hospital falls silent for some days; 0 for every other."""
    days = world.days.last - world.days.first + 1
    return days // 2 if sender.id == world.towns[1].hospital.id and days > 2 * QUIET_DAYS + 2 * _OUTAGE_DAYS else 0


def late_days(world: World) -> dict[str, list[tuple[str, int]]]:
    """For the truth: by sender, each day whose lines come late, and how many days late."""
    first = world.days.first
    late = {
        one.id: [(world.days.iso(first + day), lag) for day, lag in enumerate(lags(world, one)) if lag]
        for one in world.institutions
    }
    return {sender: days for sender, days in late.items() if days}
