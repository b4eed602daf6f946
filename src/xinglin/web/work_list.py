"""Open alerts and open cases that a visitor may see: what several pages count."""

from __future__ import annotations

from collections.abc import Sequence

from xinglin.cases.store import MINE, Worklist
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


def my_work_count(visitor: Visitor) -> int:
    """How many open cases wait for this visitor."""
    return visitor.house.cases.count(visitor.user, visitor.scope, MINE, at=visitor.house.clock())
