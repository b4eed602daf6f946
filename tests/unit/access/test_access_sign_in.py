"""Signing in and sessions: throttled, expiring, told to the audit log."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select

from xinglin.access.accounts import Accounts
from xinglin.access.audit import AuditLog
from xinglin.access.sessions import IDLE, LONGEST, Sessions
from xinglin.access.sign_in import FREE_FAILURES, LONGEST_WAIT, NO_PAGES, WRONG, SignedIn, SignInRefused, sign_in
from xinglin.access.tables import session

PASSWORD = "a good password"


class Door:
    """The front door with one account behind it."""

    def __init__(self, engine: Engine, accounts: Accounts, now: datetime) -> None:
        self.engine, self.accounts, self.sessions = engine, accounts, Sessions(engine)
        accounts.create_account(login="wang.lei", name="王磊", role="officer", password=PASSWORD, at=now)

    def knock(self, at: datetime, password: str = PASSWORD, login: str = "wang.lei") -> SignedIn:
        return sign_in(self.engine, self.accounts, self.sessions, login=login, password=password, at=at)

    def refusal(self, at: datetime, password: str = "wrong", login: str = "wang.lei") -> str:
        with pytest.raises(SignInRefused) as refused:
            self.knock(at, password, login)
        return refused.value.reason.en


@pytest.fixture
def door(engine: Engine, accounts: Accounts, now: datetime) -> Door:
    return Door(engine, accounts, now)


def test_a_session_is_its_users(door: Door, now: datetime) -> None:
    """The token told at sign-in finds the user again; another finds no one; the database holds only its hash."""
    signed_in = door.knock(now)
    assert signed_in.user.login == "wang.lei"
    assert door.sessions.session_user(signed_in.token, at=now) == signed_in.user
    assert door.sessions.session_user(signed_in.token + "x", at=now) is None
    assert door.sessions.session_user("", at=now) is None
    with door.engine.connect() as connection:
        assert signed_in.token not in str(connection.execute(select(session)).all())


def test_a_session_ends_when_idle(door: Door, now: datetime) -> None:
    """Use keeps a session open; an hour without any ends it."""
    token = door.knock(now).token
    almost = now + IDLE - timedelta(minutes=2)
    assert door.sessions.session_user(token, at=almost) is not None
    assert door.sessions.session_user(token, at=almost + IDLE - timedelta(seconds=1)) is not None
    assert door.sessions.session_user(token, at=almost + 2 * IDLE) is None


def test_a_session_ends_whatever_its_use(door: Door, now: datetime) -> None:
    """A session in steady use still ends after its longest time."""
    token, at = door.knock(now).token, now
    while at < now + LONGEST - timedelta(minutes=30):
        assert door.sessions.session_user(token, at=at) is not None
        at += timedelta(minutes=30)
    assert door.sessions.session_user(token, at=now + LONGEST) is None


def test_a_clock_that_goes_back_ends_a_session(door: Door, now: datetime) -> None:
    """A session does not outlive its time because the clock was set back."""
    token = door.knock(now).token
    assert door.sessions.session_user(token, at=now - timedelta(hours=2)) is None


def test_signing_out_ends_the_session(door: Door, now: datetime) -> None:
    """After signing out the token finds no one; signing out twice is no error."""
    token = door.knock(now).token
    door.sessions.close_session(token, at=now)
    door.sessions.close_session(token, at=now)
    assert door.sessions.session_user(token, at=now) is None
    assert [event.action for event in AuditLog(door.engine).list(limit=2)] == ["sign-out", "sign-in"]


def test_closing_the_account_or_changing_its_password_ends_sessions(door: Door, now: datetime) -> None:
    """Whoever held a session of the account is out at once."""
    first = door.knock(now).token
    door.accounts.set_password("wang.lei", "another password", by="admin", at=now)
    assert door.sessions.session_user(first, at=now) is None
    second = door.knock(now, "another password").token
    door.accounts.set_active("wang.lei", False, by="admin", at=now)
    assert door.sessions.session_user(second, at=now) is None


def test_failures_are_throttled(door: Door, now: datetime) -> None:
    """After five failures even the right password waits; then it opens, and the count starts anew."""
    assert [door.refusal(now) for _ in range(FREE_FAILURES)] == [WRONG.en] * FREE_FAILURES
    assert "Try again in 1 minutes" in door.refusal(now + timedelta(seconds=5), PASSWORD)
    later = now + timedelta(minutes=1)
    door.knock(later)
    assert door.refusal(later) == WRONG.en


def test_the_wait_doubles_to_a_limit(door: Door, now: datetime) -> None:
    """Each further failure doubles the wait, up to a quarter of an hour."""
    for _ in range(FREE_FAILURES):
        door.refusal(now)
    waits, at = [], now
    for _ in range(6):
        told = door.refusal(at, PASSWORD)
        minutes = int(told.split(" in ")[1].split()[0])
        waits.append(minutes)
        at += timedelta(minutes=minutes)
        assert door.refusal(at) == WRONG.en
    assert waits == [1, 2, 4, 8, 15, 15]
    assert timedelta(minutes=waits[-1]) == LONGEST_WAIT


def test_unknown_logins_are_throttled_alike(door: Door, now: datetime) -> None:
    """Nothing told at the door betrays whether a login exists."""
    known = [door.refusal(now) for _ in range(FREE_FAILURES + 1)]
    unknown = [door.refusal(now, login="nobody") for _ in range(FREE_FAILURES + 1)]
    assert known == unknown


def test_attempts_side_by_side_do_not_pass_the_throttle(door: Door, now: datetime) -> None:
    """Of twenty wrong passwords sent at once, only the free ones are looked at."""
    told: list[str] = []
    threads = [Thread(target=lambda: told.append(door.refusal(now))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(WRONG.en) == FREE_FAILURES
    assert len(told) == 20


def test_a_clock_that_goes_back_locks_no_one_out(door: Door, now: datetime) -> None:
    """A wait that ends on a day the clock never reaches is not waited for."""
    for _ in range(FREE_FAILURES):
        door.refusal(now)
    assert door.knock(now - timedelta(hours=3)).user.login == "wang.lei"


def test_refusals_are_audited_without_what_was_typed(door: Door, now: datetime) -> None:
    """A refused sign-in names the account when there is one, and never the text in the login box."""
    door.refusal(now)
    door.refusal(now, login="my secret password")
    events = AuditLog(door.engine).list(action="sign-in-refused")
    assert [(event.by, event.detail["why"]) for event in events] == [
        ("unknown", "wrong-password"),
        ("wang.lei", "wrong-password"),
    ]
    assert "secret" not in str(events)


def test_a_resident_is_told_plainly(door: Door, now: datetime) -> None:
    """A resident's right password opens nothing yet and the page says why."""
    door.accounts.create_account(login="resident1", name="居民", role="resident", password=PASSWORD, at=now)
    assert door.refusal(now, PASSWORD, "resident1") == NO_PAGES.en
    assert door.refusal(now, "wrong", "resident1") == WRONG.en
