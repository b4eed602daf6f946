"""Sessions: a random token in the browser, only its hash in the database, with idle and absolute expiry."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from xinglin.access import tables
from xinglin.access.accounts import find_account
from xinglin.access.audit import AuditEvent, write_audit
from xinglin.access.model import User
from xinglin.database.engine import reading, transaction

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
#: `seen_at` is written at most this often: a page view is not a write.
NOTED_EVERY = timedelta(minutes=1)


class Sessions:
    """Open sessions in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_session(self, login: str, *, at: datetime) -> str:
        """A new session for an account whose password was verified; the token is told once and never kept."""
        token = secrets.token_urlsafe(32)
        with transaction(self._engine) as connection:
            _forget_expired(connection, at)
            row = {
                "token_hash": _hash(token),
                "login": login,
                "opened_at": at,
                "seen_at": at,
                "expires_at": at + LONGEST,
            }
            connection.execute(insert(tables.session).values(**row))
            write_audit(connection, AuditEvent(at, login, "sign-in"))
        return token

    def session_user(self, token: str, *, at: datetime) -> User | None:
        """Whose session this is, or None when it is unknown, has expired or its account is closed."""
        mine = tables.session.c.token_hash == _hash(token)
        with reading(self._engine) as connection:
            row = connection.execute(select(tables.session).where(mine)).first()
            user = find_account(connection, row.login) if row else None
        if row is None or user is None or not user.active or _expired(row.seen_at, row.expires_at, at):
            return None
        if at - row.seen_at >= NOTED_EVERY:
            with transaction(self._engine) as connection:
                connection.execute(update(tables.session).where(mine).values(seen_at=at))
        return user

    def close_session(self, token: str, *, at: datetime) -> None:
        """Sign out. An unknown token is no error: the session is gone either way."""
        mine = tables.session.c.token_hash == _hash(token)
        with transaction(self._engine) as connection:
            login = connection.execute(select(tables.session.c.login).where(mine)).scalar()
            if login is not None:
                connection.execute(delete(tables.session).where(mine))
                write_audit(connection, AuditEvent(at, login, "sign-out"))


def _expired(seen_at: datetime, expires_at: datetime, at: datetime) -> bool:
    """A clock that went back (a simulated county's does, each midnight) ends the session rather than prolonging it."""
    return at >= expires_at or at - seen_at >= IDLE or at < seen_at - NOTED_EVERY


def _forget_expired(connection: Connection, at: datetime) -> None:
    columns = tables.session.c
    outlived = or_(columns.expires_at <= at, columns.seen_at <= at - IDLE)
    connection.execute(delete(tables.session).where(or_(outlived, columns.seen_at > at + NOTED_EVERY)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
