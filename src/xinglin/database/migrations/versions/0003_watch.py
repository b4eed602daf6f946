"""Alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from xinglin.database.schema import Moment

revision = "0003_watch"
down_revision = "0002_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("watch", sa.String, nullable=False),
        sa.Column("indicator", sa.String, nullable=False),
        sa.Column("place_kind", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("peak_day", sa.Date, nullable=False),
        sa.Column("observed", sa.Float, nullable=False),
        sa.Column("expected", sa.Float, nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("raised_at", Moment(), nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_index("ix_alert_watch_place", "alert", ["watch", "place_kind", "place"])
    op.create_index("ix_alert_state_last_day", "alert", ["state", "last_day"])


def downgrade() -> None:
    op.drop_table("alert")
