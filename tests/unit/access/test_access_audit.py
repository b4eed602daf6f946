"""The audit log: added to, read, never changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import DatabaseError

from xinglin.access.audit import AuditLog
from xinglin.access.tables import audit


def test_events_are_found_by_who_what_and_when(engine: Engine, now: datetime) -> None:
    """Looks at a person can be listed by the person, by the one who looked, by kind and since when."""
    log = AuditLog(engine)
    log.record(at=now, by="li.na", action="look-person", subject="Patient/x1", place="990100001")
    log.record(at=now + timedelta(hours=1), by="li.na", action="command", subject="YJ-2025-0001")
    log.record(at=now + timedelta(hours=2), by="wang.lei", action="look-person", subject="Patient/x1")
    assert [event.by for event in log.list(subject="Patient/x1")] == ["wang.lei", "li.na"]
    assert [event.action for event in log.list(by="li.na")] == ["command", "look-person"]
    assert log.count(action="look-person") == 2
    assert [event.id for event in log.list(since=now + timedelta(hours=1))] == [3, 2]
    assert [event.id for event in log.list(limit=1, offset=1)] == [2]
    assert log.list(limit=1, offset=2)[0].at == now


@pytest.mark.parametrize("change", [update(audit).values(by="nobody"), delete(audit)])
def test_no_event_can_be_changed(engine: Engine, now: datetime, change: object) -> None:
    """The database itself refuses to change or delete an audit event."""
    AuditLog(engine).record(at=now, by="li.na", action="look-person", subject="Patient/x1")
    with pytest.raises(DatabaseError, match="only added to"), engine.begin() as connection:
        connection.execute(change)
    assert AuditLog(engine).list()[0].by == "li.na"
