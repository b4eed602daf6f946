"""Accounts: made with every fault named, opened by their password only."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, select

from xinglin.access.accounts import Accounts
from xinglin.access.audit import AuditLog
from xinglin.access.tables import account
from xinglin.core.errors import InputError


def make(accounts: Accounts, at: datetime, **changes: str) -> None:
    given = {"login": "wang.lei", "name": "王磊", "role": "officer", "password": "a good password"} | changes
    accounts.create_account(**given, by="admin", at=at)


def test_only_its_password_opens_an_account(accounts: Accounts, now: datetime) -> None:
    """The right password gives the user; a wrong one, or a login that does not exist, gives nothing."""
    make(accounts, now)
    user = accounts.verify("wang.lei", "a good password")
    assert user is not None
    assert (user.name, user.role, user.active) == ("王磊", "officer", True)
    assert accounts.verify("wang.lei", "A good password") is None
    assert accounts.verify("nobody", "a good password") is None
    assert accounts.verify("wang.lei", "x" * 100_000) is None
    assert accounts.verify("wang.lei", "\ud800") is None


def test_no_password_is_kept(accounts: Accounts, engine: Engine, now: datetime) -> None:
    """The database holds an argon2 hash and not the password."""
    make(accounts, now)
    with engine.connect() as connection:
        kept = connection.execute(select(account.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")
    assert "good" not in kept


def test_every_fault_is_named_at_once(accounts: Accounts, now: datetime) -> None:
    """One attempt tells everything that is wrong with an account."""
    with pytest.raises(InputError) as refused:
        make(accounts, now, login="Wang Lei", name=" ", role="boss", password="s3cret")
    assert [problem.where for problem in refused.value.problems] == ["login", "name", "role", "password"]
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"login": "system"}, "login"),
        ({"role": "doctor"}, "area"),
        ({"role": "hospital"}, "institution"),
        ({"login": "wang-leilei", "password": "wang-leilei"}, "password"),
    ],
)
def test_an_account_fits_its_role(accounts: Accounts, now: datetime, changes: dict[str, str], where: str) -> None:
    """A doctor has a place, a hospital manager an institution; the machine's own login is no one's."""
    with pytest.raises(InputError) as refused:
        make(accounts, now, **changes)
    assert [problem.where for problem in refused.value.problems] == [where]


def test_a_login_is_one_persons(accounts: Accounts, now: datetime) -> None:
    """A second account of the same login is refused and the first stays as it was."""
    make(accounts, now)
    with pytest.raises(InputError, match="taken"):
        make(accounts, now, name="李娜")
    assert [user.name for user in accounts.list_accounts()] == ["王磊"]


def test_a_closed_account_opens_for_no_one(accounts: Accounts, now: datetime) -> None:
    """Closing an account refuses its password until it is opened again."""
    make(accounts, now)
    accounts.set_active("wang.lei", False, by="admin", at=now)
    assert accounts.verify("wang.lei", "a good password") is None
    accounts.set_active("wang.lei", True, by="admin", at=now)
    assert accounts.verify("wang.lei", "a good password") is not None


def test_a_new_password_replaces_the_old(accounts: Accounts, engine: Engine, now: datetime) -> None:
    """After a change only the new password opens the account, and the change is in the audit log."""
    make(accounts, now)
    accounts.set_password("wang.lei", "another password", by="wang.lei", at=now)
    assert accounts.verify("wang.lei", "a good password") is None
    assert accounts.verify("wang.lei", "another password") is not None
    assert [event.action for event in AuditLog(engine).list()] == ["password-changed", "account-created"]
    with pytest.raises(InputError, match="no account"):
        accounts.set_password("nobody", "another password", by="admin", at=now)
    with pytest.raises(InputError, match="too short"):
        accounts.set_password("wang.lei", "x", by="admin", at=now)
