"""Accounts: who may sign in, as what, for which place. Passwords are kept as argon2 hashes only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from xinglin.access import tables
from xinglin.access.audit import AuditEvent, write_audit
from xinglin.access.model import ROLE_IDS, SYSTEM, User
from xinglin.core.errors import InputError, Problem
from xinglin.database.engine import reading, transaction

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1000
LONGEST_NAME = 64

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class Accounts:
    """The accounts in the database. `hasher`: argon2 with the library's own recommended cost."""

    def __init__(self, engine: Engine, *, hasher: PasswordHasher | None = None) -> None:
        self._engine = engine
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a password is compared with where there is no account, so that the answer takes as long."""
        return self._hasher.hash("no account has this password")

    def create_account(
        self,
        *,
        login: str,
        name: str,
        role: str,
        password: str,
        area: str = "",
        institution: str = "",
        by: str = SYSTEM.login,
        at: datetime,
    ) -> User:
        """Add an account. Raises InputError with every fault of what was given, or when the login is taken."""
        problems = [*_faults(login, name, role, area, institution), *_password_faults(login, password)]
        if problems:
            raise InputError(problems)
        row = {"login": login, "name": name, "role": role, "area": area, "institution": institution, "active": True}
        secret = {"password_hash": self._hasher.hash(password), "created_at": at}
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(tables.account).values(**row, **secret))
                write_audit(connection, AuditEvent(at, by, "account-created", login, area or institution))
        except IntegrityError as error:
            taken = Problem("login", f"{login!r} is taken.", "a login that no account has", "Choose another.")
            raise InputError(taken) from error
        user = self.get(login)
        assert user is not None
        return user

    def get(self, login: str) -> User | None:
        with reading(self._engine) as connection:
            return find_account(connection, login)

    def list_accounts(self) -> list[User]:
        """All accounts, by login."""
        with reading(self._engine) as connection:
            return [_user(row) for row in connection.execute(select(tables.account).order_by(tables.account.c.login))]

    def verify(self, login: str, password: str) -> User | None:
        """The active account that this password opens, or None. Takes as long for a login that does not exist."""
        with reading(self._engine) as connection:
            row = connection.execute(select(tables.account).where(tables.account.c.login == login)).first()
        if not self._matches(row.password_hash if row else self._nobody, password) or row is None or not row.active:
            return None
        if self._hasher.check_needs_rehash(row.password_hash):
            with transaction(self._engine) as connection:
                _change(connection, login, password_hash=self._hasher.hash(password))
        return _user(row)

    def set_password(self, login: str, password: str, *, by: str, at: datetime) -> None:
        """Change the password and end the account's sessions. Raises InputError as `create_account`."""
        if problems := list(_password_faults(login, password)):
            raise InputError(problems)
        self._apply(login, AuditEvent(at, by, "password-changed", login), password_hash=self._hasher.hash(password))

    def set_active(self, login: str, active: bool, *, by: str, at: datetime) -> None:
        """Close an account, or open it again. Its sessions end. Raises InputError when there is no such account."""
        event = AuditEvent(at, by, "account-changed", login, detail={"active": str(active).lower()})
        self._apply(login, event, active=active)

    def _apply(self, login: str, event: AuditEvent, **values: Any) -> None:
        with transaction(self._engine) as connection:
            if not _change(connection, login, **values):
                raise InputError(Problem("login", f"there is no account {login!r}.", "a login from the account list"))
            connection.execute(delete(tables.session).where(tables.session.c.login == login))
            write_audit(connection, event)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return len(password) <= LONGEST_PASSWORD and self._hasher.verify(kept, password)
        except (VerificationError, UnicodeEncodeError):
            return False


def find_account(connection: Connection, login: str) -> User | None:
    """The account, within the caller's transaction."""
    row = connection.execute(select(tables.account).where(tables.account.c.login == login)).first()
    return _user(row) if row else None


def _change(connection: Connection, login: str, **values: Any) -> bool:
    return (
        connection.execute(update(tables.account).where(tables.account.c.login == login).values(**values)).rowcount == 1
    )


def _user(row: Row[Any]) -> User:
    return User(row.login, row.name, row.role, row.area, row.institution, row.active)


def _faults(login: str, name: str, role: str, area: str, institution: str) -> Iterator[Problem]:
    if not _LOGIN.fullmatch(login) or login == SYSTEM.login:
        yield Problem(
            "login", "is not usable.", "2 to 32 of a-z, 0-9, '.', '_', '-'; 'system' is taken", "Choose another."
        )
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        yield Problem("name", "is empty or too long.", f"1 to {LONGEST_NAME} characters")
    if role not in ROLE_IDS:
        yield Problem("role", f"{role!r} is not a role.", ", ".join(ROLE_IDS))
    if role == "doctor" and not (area or institution):
        yield Problem("area", "a doctor belongs to a place.", "the town's area code or an institution, or both")
    if role == "hospital" and not institution:
        yield Problem("institution", "a hospital manager belongs to one.", "the institution's id")


def _password_faults(login: str, password: str) -> Iterator[Problem]:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or password == login:
        yield Problem(
            "password",
            "is too short, too long or the login itself.",
            f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, not the login",
            "Choose another; it may contain spaces.",
        )
