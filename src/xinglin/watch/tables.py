"""Table of the watch room."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, Index, Integer, String, Table

from xinglin.database.schema import Moment, metadata

alert = Table(
    "alert",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("watch", String, nullable=False),
    Column("indicator", String, nullable=False),
    Column("place_kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("peak_day", Date, nullable=False),
    Column("observed", Float, nullable=False),
    Column("expected", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("score", Float),
    Column("days", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("note", String, nullable=False),
)
Index("ix_alert_watch_place", alert.c.watch, alert.c.place_kind, alert.c.place)
Index("ix_alert_state_last_day", alert.c.state, alert.c.last_day)
