"""An alert: what a watch saw in one place, from its first day of exceedance to its last."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from xinglin.core.place import PlaceKind

AlertState = Literal["open", "ended", "closed"]

#: Note on alerts that the first run over history found long after their signal had ended.
LOOKED_BACK = "历史回顾"


@dataclass(frozen=True, slots=True)
class Signal:
    """An episode with its amounts and calendar days.

    `observed`, `expected`, `threshold`, `score` are those of `peak_day`, the day furthest above the expected; `score`
    is None where the detector gives no finite one. `days`: how many days exceeded, between `first_day` and `last_day`.
    """

    watch: str
    indicator: str
    place_kind: PlaceKind
    place: str
    first_day: date
    last_day: date
    peak_day: date
    observed: float
    expected: float
    threshold: float
    score: float | None
    days: int

    @property
    def alert_id(self) -> str:
        """The same signal has the same id on every machine and every morning."""
        key = "\n".join((self.watch, self.place_kind, self.place, self.first_day.isoformat()))
        return hashlib.sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Alert(Signal):
    """One signal, kept under one id however long it runs: while it runs its days grow, its `id` stays.

    State: `open`, `ended` (the signal ended and no case was opened), `closed` (its case was closed).
    """

    id: str
    state: AlertState
    case_id: str
    raised_at: datetime
    note: str = ""
