"""Open alerts and open cases that a visitor may see: what several pages count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xinglin.cases.model import Case
from xinglin.watch.alerts import Alert
from xinglin.web.guard import Visitor

MOST_ALERTS = 200
MOST_CASES = 500


def open_alerts(visitor: Visitor) -> Sequence[Alert]:
    """Alerts that nobody has closed, the latest signal first."""
    return visitor.house.alerts.list(scope=visitor.scope, states=("open",), limit=MOST_ALERTS)


def open_work(visitor: Visitor) -> Sequence[Case]:
    """Cases not closed, within the visitor's scope, the most pressing first."""
    house = visitor.house
    return house.cases.worklist(visitor.user, visitor.scope, at=house.clock(), limit=MOST_CASES)


def is_late(case: Case, now: datetime) -> bool:
    """True when the case's deadline has passed."""
    return case.closed_at is None and case.due_at is not None and case.due_at < now
