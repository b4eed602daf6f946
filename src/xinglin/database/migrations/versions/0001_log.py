"""The log of records, the refusals and the ledger of senders' days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_log"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _log()
    _only_added_to()
    _intake()


def downgrade() -> None:
    for table in ("feed_day", "refusal", "tail", "head", "record"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION record_is_append_only()")


def _log() -> None:
    op.create_table(
        "record",
        sa.Column("position", KEY, primary_key=True, autoincrement=False),
        sa.Column("type", ORDERED, nullable=False),
        sa.Column("id", ORDERED, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("stated_at", ORDERED, nullable=False),
        sa.Column("received_at", ORDERED, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("prior", KEY, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "head",
        sa.Column("type", ORDERED, primary_key=True),
        sa.Column("id", ORDERED, primary_key=True),
        sa.Column("position", KEY, nullable=False),
        sa.Column("latest", KEY, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("stated_at", ORDERED, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    tail = op.create_table(
        "tail",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("position", KEY, nullable=False),
    )
    op.bulk_insert(tail, [{"id": 1, "position": 0}])


def _only_added_to() -> None:
    """The database itself refuses to change or remove a record."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION record_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'record is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record "
            "FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER record_no_{change.lower()} BEFORE {change} ON record "
            "BEGIN SELECT RAISE(ABORT, 'record is append-only'); END"
        )


def _intake() -> None:
    op.create_table(
        "refusal",
        sa.Column("id", ORDERED, primary_key=True),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("received_at", ORDERED, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("resource_type", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("waits_type", ORDERED, nullable=False, server_default=""),
        sa.Column("waits_id", ORDERED, nullable=False, server_default=""),
        sa.Column("faults", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_at", sa.Text, nullable=False, server_default=""),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("mended_body", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_refusal_state_reason", "refusal", ["state", "reason"])
    op.create_index("ix_refusal_state_waits_type_waits_id", "refusal", ["state", "waits_type", "waits_id"])
    op.create_index("ix_refusal_received_at", "refusal", ["received_at"])
    op.create_table(
        "feed_day",
        sa.Column("sender", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("last_stated_at", sa.Text, nullable=False),
        sa.Column("first_received_at", sa.Text, nullable=False),
        sa.Column("last_received_at", sa.Text, nullable=False),
    )
    op.create_index("ix_feed_day_day", "feed_day", ["day"])
