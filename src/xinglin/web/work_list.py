"""Open alerts and open cases that a visitor may see: what several pages count."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.cases.store import MINE, Worklist
from xinglin.packs.loop import Loop
from xinglin.watch.alerts import Alert, AlertState
from xinglin.web.guard import Visitor

MOST_ALERTS = 200
OPEN: tuple[AlertState, ...] = ("open",)


def open_alerts(visitor: Visitor) -> Sequence[Alert]:
    """Alerts that nobody has closed, the latest signal first."""
    return visitor.house.alerts.list(scope=visitor.scope, states=OPEN, limit=MOST_ALERTS)


def work_counts(visitor: Visitor) -> tuple[int, int]:
    """How many cases are open where the visitor may see, and how many of them are overdue."""
    house, now = visitor.house, visitor.house.clock()
    every = house.cases.count(visitor.user, visitor.scope, Worklist("all"), at=now)
    return every, house.cases.count(visitor.user, visitor.scope, Worklist("all", overdue=True), at=now)


def to_review(visitor: Visitor) -> Worklist | None:
    """Cases of others that only the visitor's role can move on, for those who supervise: reports, pleas for time."""
    role = visitor.user.role
    loops = visitor.house.library.of(Loop).values() if visitor.may("supervise") else ()
    waiting = tuple(
        state.id
        for loop in loops
        for state in loop.states
        if (moves := [move for move in loop.moves if state.id in move.source])
        and all(set(move.roles) == {role} for move in moves)
    )
    return Worklist("all", states=waiting) if waiting else None


def my_work_count(visitor: Visitor) -> int:
    """How many open cases wait for this visitor, to be worked on or to be reviewed."""
    house, now = visitor.house, visitor.house.clock()
    asked = [one for one in (MINE, to_review(visitor)) if one]
    return sum(house.cases.count(visitor.user, visitor.scope, one, at=now) for one in asked)
