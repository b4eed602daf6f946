"""Cases, their events, evidence and numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from xinglin.database.schema import Key, Moment

revision = "0004_cases"
down_revision = "0003_watch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _cases()
    _events()
    _only_added_to()


def downgrade() -> None:
    for table in ("case_number", "case_evidence", "case_event", "loop_case"):
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "loop_case",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("loop", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("colour", sa.String, nullable=False),
        sa.Column("overdue_colour", sa.String, nullable=False),
        sa.Column("subject", sa.JSON, nullable=False),
        sa.Column("subject_key", sa.String, nullable=False),
        sa.Column("place_kind", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("owner_role", sa.String, nullable=False),
        sa.Column("assignee", sa.String, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("opened_by", sa.String, nullable=False),
        sa.Column("due_at", Moment()),
        sa.Column("limit_at", Moment()),
        sa.Column("closed_at", Moment()),
        sa.Column("version", sa.Integer, nullable=False),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index("ix_loop_case_subject_key", "loop_case", ["subject_key"])
    op.create_index(
        "uq_loop_case_open_subject",
        "loop_case",
        ["subject_key"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_loop_case_closed_due", "loop_case", ["closed_at", "due_at"])
    op.create_table(
        "case_number",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _events() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("loop_case.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("move", sa.String, nullable=False),
        sa.Column("from_state", sa.String, nullable=False),
        sa.Column("to_state", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("due_at", Moment()),
        sa.Column("limit_at", Moment()),
        sa.Column("asked_due_at", Moment()),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.create_table(
        "case_evidence",
        sa.Column("case_id", sa.String, sa.ForeignKey("loop_case.id"), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
    )


def _only_added_to() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER case_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER case_event_no_{change.lower()} BEFORE {change} ON case_event "
            "BEGIN SELECT RAISE(ABORT, 'case_event is only added to'); END"
        )
