"""Accounts, sessions, sign-in attempts and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from xinglin.database.schema import Key, Moment

revision = "0002_access"
down_revision = "0001_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _audit()
    _only_added_to()


def downgrade() -> None:
    for table in ("audit", "sign_in_attempt", "session", "account"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION row_is_append_only()")


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("login", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("area", sa.String, nullable=False),
        sa.Column("institution", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("login", sa.String, sa.ForeignKey("account.login"), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
    )
    op.create_index("ix_session_login", "session", ["login"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("login_hash", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("refused_until", Moment()),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_by_at", "audit", ["by", "at"])
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _only_added_to() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION row_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION row_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is only added to'); END"
        )
