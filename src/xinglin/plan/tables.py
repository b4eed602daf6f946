"""Tables of the plan room. Bindings and reports are only added to; an ended binding keeps who ended it and when."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text

from xinglin.database.schema import Key, Moment, metadata

plan = Table(
    "plan",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("reading", Text, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Moment, nullable=False),
)

binding = Table(
    "binding",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("plan_id", Key, ForeignKey("plan.id"), nullable=False),
    Column("target_id", String, nullable=False),
    Column("indicator", String, nullable=False),
    Column("place_kind", String, nullable=False),
    Column("place", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("ended_by", String),
    Column("ended_at", Moment),
)
Index("ix_binding_plan_target", binding.c.plan_id, binding.c.target_id)

report = Table(
    "target_report",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("plan_id", Key, ForeignKey("plan.id"), nullable=False),
    Column("target_id", String, nullable=False),
    Column("value", Float, nullable=False),
    Column("day", String(10), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_target_report_plan_target", report.c.plan_id, report.c.target_id)

month_mark = Table(
    "month_mark",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("plan_id", Key, ForeignKey("plan.id"), nullable=False),
    Column("target_id", String, nullable=False),
    Column("month", String(7), nullable=False),
    Column("value", Float),
    Column("expected", Float),
    Column("colour", String, nullable=False),
    Column("figures_version", Integer, nullable=False),
    Column("stated_at", Moment, nullable=False),
)
Index("ix_month_mark_plan_target", month_mark.c.plan_id, month_mark.c.target_id, month_mark.c.month)
