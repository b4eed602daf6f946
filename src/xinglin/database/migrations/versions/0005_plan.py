"""Tables of the plan room: plans, bindings, reports by hand, monthly colours."""

import sqlalchemy as sa
from alembic import op

from xinglin.database.schema import Key, Moment

revision = "0005_plan"
down_revision = "0004_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reading", sa.Text, nullable=False),
        sa.Column("added_by", sa.String, nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
    )
    op.create_table(
        "binding",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("plan_id", Key, sa.ForeignKey("plan.id"), nullable=False),
        sa.Column("target_id", sa.String, nullable=False),
        sa.Column("indicator", sa.String, nullable=False),
        sa.Column("place_kind", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("ended_by", sa.String),
        sa.Column("ended_at", Moment()),
    )
    op.create_index("ix_binding_plan_target", "binding", ["plan_id", "target_id"])
    op.create_table(
        "target_report",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("plan_id", Key, sa.ForeignKey("plan.id"), nullable=False),
        sa.Column("target_id", sa.String, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_target_report_plan_target", "target_report", ["plan_id", "target_id"])
    op.create_table(
        "month_mark",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("plan_id", Key, sa.ForeignKey("plan.id"), nullable=False),
        sa.Column("target_id", sa.String, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("value", sa.Float),
        sa.Column("expected", sa.Float),
        sa.Column("colour", sa.String, nullable=False),
        sa.Column("figures_version", sa.Integer, nullable=False),
        sa.Column("stated_at", Moment(), nullable=False),
    )
    op.create_index("ix_month_mark_plan_target", "month_mark", ["plan_id", "target_id", "month"])


def downgrade() -> None:
    for name in ("month_mark", "target_report", "binding", "plan"):
        op.drop_table(name)
