"""Where the plan's targets stand, as the pages say it: scorecards worked out once per state of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from xinglin.plan.reading.model import Target
from xinglin.plan.scorecard import Scorecard
from xinglin.plan.store import StoredPlan
from xinglin.web.guard import Visitor

#: Gravest first: what a unit of the plan shows is the gravest colour below it.
GRAVITY = ("red", "yellow", "green", "grey")


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan in force with a scorecard for each of its targets."""

    plan: StoredPlan
    cards: tuple[Scorecard, ...]

    def card(self, target_id: str) -> Scorecard | None:
        return next((card for card in self.cards if card.target_id == target_id), None)

    def target(self, number: int) -> Target | None:
        """The target at the number by which addresses call it: its place in the text, from 1."""
        targets = self.plan.reading.targets
        return targets[number - 1] if 0 < number <= len(targets) else None

    def owners(self, card: Scorecard) -> str:
        """The units that the plan makes responsible; "" where it names none."""
        commitments = self.plan.reading.commitments
        return next(("、".join(one.responsible) for one in commitments if one.id == card.commitment_id), "")

    def href(self, target_id: str) -> str:
        """The address of a target."""
        return target_href(self.plan, target_id)

    def colours(self) -> tuple[tuple[str, int], ...]:
        """How many targets have each colour, gravest first, colours without any left out."""
        counts = ((colour, sum(card.colour == colour for card in self.cards)) for colour in GRAVITY)
        return tuple((colour, count) for colour, count in counts if count)


def behind_since(card: Scorecard) -> str | None:
    """The first of the months in a row, up to now, in which the target was not on its path."""
    behind = list(takewhile(lambda month: month.colour in ("red", "yellow"), reversed(card.months)))
    return behind[-1].month if behind else None


def standing_of(visitor: Visitor) -> Standing | None:
    """Where the current plan stands, or None without a plan. Repeated questions on an unchanged state cost little."""
    house = visitor.house
    plan = house.plans.current()
    if plan is None:
        return None
    bindings, reports = house.plans.bindings(plan.id), house.plans.reports(plan.id)
    reported = tuple(report for one in reports.values() for report in one)
    key = (plan.id, tuple(bindings.values()), reported, house.figures.version(), house.as_of)
    return visitor.memory.recall("standing", key, lambda: Standing(plan, house.scorecards(plan)))


def target_href(plan: StoredPlan, target_id: str) -> str:
    """The address of a target of the current plan; the plan's own for a target that is not in it."""
    numbers = (number for number, target in enumerate(plan.reading.targets, 1) if target.id == target_id)
    number = next(numbers, None)
    return f"/plan/targets/{number}" if number else "/plan"


def gravest(colours: Sequence[str]) -> str:
    """The colour of a whole: its gravest part's; grey for nothing."""
    return min(colours, key=GRAVITY.index, default="grey")
