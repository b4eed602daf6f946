"""Tables of the cases room. `case_event` is only added to: the database itself refuses to change or delete its rows."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from xinglin.database.schema import Key, Moment, metadata

#: Colours and final state are kept with the case, so that it can be read when its pack has changed or gone.
case = Table(
    "loop_case",
    metadata,
    Column("id", String, primary_key=True),
    Column("loop", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("colour", String, nullable=False),
    Column("overdue_colour", String, nullable=False),
    Column("subject", JSON, nullable=False),
    Column("subject_key", String, nullable=False),
    Column("place_kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("owner_role", String, nullable=False),
    Column("assignee", String, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("due_at", Moment),
    Column("limit_at", Moment),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False),
)
Index("ix_loop_case_subject_key", case.c.subject_key)
Index(
    "uq_loop_case_open_subject",
    case.c.subject_key,
    unique=True,
    sqlite_where=case.c.closed_at.is_(None),
    postgresql_where=case.c.closed_at.is_(None),
)
Index("ix_loop_case_closed_due", case.c.closed_at, case.c.due_at)

case_event = Table(
    "case_event",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("case_id", String, ForeignKey("loop_case.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("move", String, nullable=False),
    Column("from_state", String, nullable=False),
    Column("to_state", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reply", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("due_at", Moment),
    Column("limit_at", Moment),
    Column("asked_due_at", Moment),
    Column("late", Boolean, nullable=False),
    Column("note", String, nullable=False),
    UniqueConstraint("case_id", "number"),
)

case_evidence = Table(
    "case_evidence",
    metadata,
    Column("case_id", String, ForeignKey("loop_case.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
)

#: The last number given out per kind and year; its row is the lock that makes numbers dense.
case_number = Table(
    "case_number",
    metadata,
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
