"""Who did what, and who looked at whom: kept for every sign-in, look at a person and command; never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select

from xinglin.access import tables
from xinglin.database.engine import reading, transaction

Action = Literal[
    "sign-in",
    "sign-in-refused",
    "sign-out",
    "look-person",
    "command",
    "account-created",
    "account-changed",
    "password-changed",
    "export",
]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing done. `subject`: what it was done to, by its id. `detail` never holds a person's data."""

    at: datetime
    by: str
    action: Action
    subject: str = ""
    place: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    id: int = 0


def write_audit(connection: Connection, event: AuditEvent) -> None:
    """Add an event within the transaction of the change that it tells of: both are kept, or neither."""
    connection.execute(
        insert(tables.audit).values(
            at=event.at,
            by=event.by,
            action=event.action,
            subject=event.subject,
            place=event.place,
            detail=dict(event.detail),
        )
    )


class AuditLog:
    """The audit events in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        *,
        at: datetime,
        by: str,
        action: Action,
        subject: str = "",
        place: str = "",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Add one event in a transaction of its own."""
        with transaction(self._engine) as connection:
            write_audit(connection, AuditEvent(at, by, action, subject, place, detail or {}))

    def count(
        self,
        *,
        by: str | None = None,
        action: Action | None = None,
        subject: str | None = None,
        since: datetime | None = None,
    ) -> int:
        """How many events match."""
        query = select(func.count()).select_from(tables.audit).where(*_matching(by, action, subject, since))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def list(
        self,
        *,
        by: str | None = None,
        action: Action | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[AuditEvent]:
        """Events that match, newest first."""
        query = select(tables.audit).where(*_matching(by, action, subject, since))
        query = query.order_by(tables.audit.c.id.desc()).limit(limit).offset(offset)
        with reading(self._engine) as connection:
            return [_event(row) for row in connection.execute(query)]


def _matching(
    by: str | None, action: Action | None, subject: str | None, since: datetime | None
) -> Iterator[ColumnElement[bool]]:
    columns = tables.audit.c
    for column, wanted in ((columns.by, by), (columns.action, action), (columns.subject, subject)):
        if wanted is not None:
            yield column == wanted
    if since is not None:
        yield columns.at >= since


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(row.at, row.by, row.action, row.subject, row.place, row.detail, row.id)
