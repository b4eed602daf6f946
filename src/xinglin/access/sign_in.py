"""Signing in: throttled per account, told to the audit log whether it succeeds or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, delete, select, text, update

from xinglin.access import tables
from xinglin.access.accounts import Accounts
from xinglin.access.audit import AuditEvent, write_audit
from xinglin.access.model import User
from xinglin.access.sessions import Sessions
from xinglin.core.errors import AccessError
from xinglin.core.text import Text
from xinglin.database.engine import transaction
from xinglin.database.schema import Moment

FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)

WRONG = Text(zh="账号或密码不正确。", en="The login or the password is not right.")
TOO_MANY = Text(
    zh="连续多次登录失败，请 {minutes} 分钟后再试。", en="Too many failed attempts. Try again in {minutes} minutes."
)
NO_PAGES = Text(
    zh="居民端页面尚未开放，暂时不能登录。",
    en="There are no pages for residents yet, so residents cannot sign in.",
)

_FIRST_ATTEMPT = text(
    "INSERT INTO sign_in_attempt (login_hash, failures, last_at) VALUES (:login, 0, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=Moment))


class SignInRefused(AccessError):  # noqa: N818  a refusal is an answer, not a fault
    """Signing in was refused. `reason` can be shown to whoever tried."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(f"{reason.zh} {reason.en}")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes to the browser and nowhere else."""

    token: str
    user: User


def sign_in(
    engine: Engine, accounts: Accounts, sessions: Sessions, *, login: str, password: str, at: datetime
) -> SignedIn:
    """Open a session. Raises SignInRefused.

    An attempt is counted before the password is looked at, so that attempts sent side by side do not pass the
    throttle together; success forgets the count. From the fifth failure on, each is followed by a wait that doubles
    from one minute to fifteen. Logins that do not exist are throttled alike.
    """
    known = accounts.get(login)
    by = known.login if known else "unknown"
    _count_attempt(engine, login, by, at)
    user = accounts.verify(login, password)
    if user is None:
        raise _refused(engine, by, at, "wrong-password", WRONG)
    if user.role == "resident":
        raise _refused(engine, user.login, at, "no-pages", NO_PAGES)
    with transaction(engine) as connection:
        connection.execute(delete(tables.sign_in_attempt).where(tables.sign_in_attempt.c.login_hash == _hash(login)))
    return SignedIn(sessions.open_session(user.login, at=at), user)


def _count_attempt(engine: Engine, login: str, by: str, at: datetime) -> None:
    columns, hashed = tables.sign_in_attempt.c, _hash(login)
    with transaction(engine) as connection:
        connection.execute(delete(tables.sign_in_attempt).where(columns.last_at < at - FORGOTTEN_AFTER))
        connection.execute(_FIRST_ATTEMPT, {"login": hashed, "at": at})
        mine = select(tables.sign_in_attempt).where(columns.login_hash == hashed).with_for_update()
        row = connection.execute(mine).one()
        wait = _wait(row.refused_until, row.last_at, at)
        if not wait:
            _note_attempt(connection, hashed, row.failures + 1, at)
    if wait:
        minutes = str(-(-wait // timedelta(minutes=1)))
        told = Text(zh=TOO_MANY.zh.format(minutes=minutes), en=TOO_MANY.en.format(minutes=minutes))
        raise _refused(engine, by, at, "too-many-attempts", told)


def _note_attempt(connection: Connection, hashed: str, failures: int, at: datetime) -> None:
    beyond = failures - FREE_FAILURES
    wait = min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT) if beyond >= 0 else None
    values = {"failures": failures, "last_at": at, "refused_until": at + wait if wait else None}
    mine = tables.sign_in_attempt.c.login_hash == hashed
    connection.execute(update(tables.sign_in_attempt).where(mine).values(**values))


def _wait(until: datetime | None, last_at: datetime, at: datetime) -> timedelta:
    """How long still; a clock that went back since the last attempt does not lock anyone out."""
    return max(until - at, timedelta(0)) if until is not None and at >= last_at else timedelta(0)


def _refused(engine: Engine, by: str, at: datetime, why: str, reason: Text) -> SignInRefused:
    """What was typed as a login is not kept: it may be a password in the wrong box."""
    with transaction(engine) as connection:
        write_audit(connection, AuditEvent(at, by, "sign-in-refused", detail={"why": why}))
    return SignInRefused(reason)


def _hash(login: str) -> str:
    return hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()
