"""Deadlines of cases: clock hours or Chinese working days, and what counts as overdue. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from xinglin.core.clock import CHINA
from xinglin.core.workdays import add_workdays
from xinglin.packs.loop import Loop, State, Within


def due_after(within: Within, start: datetime) -> datetime:
    """The moment `within` after `start`: exact hours, or the same time of day so many working days later (in China)."""
    local = start.astimezone(CHINA)
    if within.hours is not None:
        return local + timedelta(hours=within.hours)
    assert within.workdays is not None, "Within has hours or workdays"
    return add_workdays(local, within.workdays)


def limit_of(loop: Loop, opened_at: datetime, due: datetime | None) -> datetime | None:
    """The deadline of the whole matter: the one it was opened with, or else the loop's own from its opening."""
    if due is not None or loop.within is None:
        return due
    return due_after(loop.within, opened_at)


def deadline(state: State, entered_at: datetime, limit_at: datetime | None) -> datetime | None:
    """A state's deadline: its own, from entering it; without one the whole matter's; none in a final state."""
    if state.final:
        return None
    return due_after(state.within, entered_at) if state.within else limit_at


def is_overdue(due_at: datetime | None, closed_at: datetime | None, at: datetime) -> bool:
    """True for an open case whose deadline has passed."""
    return closed_at is None and due_at is not None and at > due_at
