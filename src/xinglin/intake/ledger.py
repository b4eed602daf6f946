"""The ledger of each sender's days, kept in the same transaction as the records and refusals that it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, Date, bindparam, select, text

from xinglin.core.clock import CHINA
from xinglin.intake.refusal import FeedDay
from xinglin.intake.tables import feed_day


@dataclass(slots=True)
class _Count:
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    last_stated_at: str = ""


@dataclass(slots=True)
class DayCounts:
    """Counts of one batch by sender and day, to be added to the ledger."""

    counts: dict[tuple[str, date], _Count] = field(default_factory=dict)

    def of(self, sender: str, day: date) -> _Count:
        key = (sender, day)
        count = self.counts.get(key)
        if count is None:
            count = self.counts[key] = _Count()
        return count

    def write(self, connection: Connection, received_at: str) -> None:
        if self.counts:
            connection.execute(
                _ADD,
                [
                    {
                        "sender": sender,
                        "day": day,
                        "accepted": count.accepted,
                        "duplicates": count.duplicates,
                        "refused": count.refused,
                        "stated": count.last_stated_at,
                        "first": received_at if count.accepted else "",
                        "received": received_at,
                    }
                    for (sender, day), count in sorted(self.counts.items())
                ],
            )


_ADD = text(
    "INSERT INTO feed_day (sender, day, accepted, duplicates, refused, last_stated_at, "
    "first_received_at, last_received_at) "
    "VALUES (:sender, :day, :accepted, :duplicates, :refused, :stated, :first, :received) "
    "ON CONFLICT (sender, day) DO UPDATE SET "
    "accepted = feed_day.accepted + excluded.accepted, duplicates = feed_day.duplicates + excluded.duplicates, "
    "refused = feed_day.refused + excluded.refused, "
    "last_stated_at = CASE WHEN excluded.last_stated_at > feed_day.last_stated_at "
    "THEN excluded.last_stated_at ELSE feed_day.last_stated_at END, "
    "first_received_at = CASE WHEN feed_day.first_received_at = '' OR (excluded.first_received_at <> '' "
    "AND excluded.first_received_at < feed_day.first_received_at) "
    "THEN excluded.first_received_at ELSE feed_day.first_received_at END, "
    "last_received_at = CASE WHEN excluded.last_received_at > feed_day.last_received_at "
    "THEN excluded.last_received_at ELSE feed_day.last_received_at END"
).bindparams(bindparam("day", type_=Date))


def day_stated(stated_at: str, otherwise: date) -> date:
    """The day in China of a stated time as the log keeps it; `otherwise` for ""."""
    return _day_of_hour(stated_at[:13]) if stated_at else otherwise


@lru_cache(maxsize=8192)
def _day_of_hour(hour: str) -> date:
    return datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(CHINA).date()


def days_between(connection: Connection, first: date, last: date) -> Iterable[FeedDay]:
    rows = connection.execute(
        select(feed_day)
        .where(feed_day.c.day >= first, feed_day.c.day <= last)
        .order_by(feed_day.c.sender, feed_day.c.day)
    )
    return (FeedDay(*row) for row in rows)
