"""What the database must promise to access, watch and cases, on SQLite and on PostgreSQL alike, with writers racing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import DatabaseError

from xinglin.access import tables as access_tables
from xinglin.access.accounts import Accounts
from xinglin.access.audit import AuditLog
from xinglin.access.model import Scope, User
from xinglin.access.sessions import Sessions
from xinglin.access.sign_in import FREE_FAILURES, SignInRefused, sign_in
from xinglin.cases import tables as case_tables
from xinglin.cases.commands import move_case, undo
from xinglin.cases.model import Evidence, MoveRefused
from xinglin.cases.opening import Opened, open_for_target
from xinglin.cases.store import CaseStore
from xinglin.core.clock import CHINA
from xinglin.core.text import Text
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library
from xinglin.packs.watch import Watch
from xinglin.watch.alerts import Signal
from xinglin.watch.store import AlertStore

NOW = datetime(2025, 11, 3, 9, 0, tzinfo=CHINA)
OFFICER, LEADER = User("wang", "王磊", "officer"), User("li", "李娜", "leader")
FILE = Evidence("a" * 64, "证明.pdf", "application/pdf", 1)
WORDS = {"zh": "某事", "en": "a matter"}

LOOP = Loop(
    id="test.slip",
    title=WORDS,
    kind="slip",
    owner="officer",
    states=[
        {"id": "open", "title": WORDS, "within": {"workdays": 1}},
        {"id": "left", "title": WORDS},
        {"id": "right", "title": WORDS},
        {"id": "done", "title": WORDS, "final": True},
    ],
    moves=[
        {"id": "go_left", "title": WORDS, "from": ["open", "right"], "to": "left", "roles": ["officer"]},
        {"id": "go_right", "title": WORDS, "from": ["open", "left"], "to": "right", "roles": ["officer"]},
        {"id": "finish", "title": WORDS, "from": ["left", "right"], "to": "done", "roles": ["officer"]},
    ],
)
LIBRARY = Library(contents={Loop: {LOOP.id: LOOP}})


def open_slip(engine: Engine, period: str) -> Opened:
    return open_for_target(
        CaseStore(engine),
        LIBRARY,
        loop=LOOP.id,
        target_id="1",
        period=period,
        title=Text(**WORDS),
        place=("area", "east"),
        assign="",
        why="",
        at=NOW,
    )


def move(engine: Engine, case_id: str, name: str, **given: Any) -> Any:
    given = {"by": OFFICER, "scope": Scope.everything(), "at": NOW} | given
    return move_case(CaseStore(engine), LIBRARY, case_id=case_id, move=name, **given)


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Start all at once; each answer is what the runner returned, or the error it raised."""
    answers: list[Any] = [None] * len(runners)
    start = Barrier(len(runners))

    def run(index: int) -> None:
        start.wait()
        try:
            answers[index] = runners[index]()
        except Exception as error:  # a test looks at it below
            answers[index] = error

    threads = [Thread(target=run, args=(index,)) for index in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_movers_one_is_refused(engine: Engine) -> None:
    """Two people who move the same case as they both saw it: one moves it, the other is told, in every round."""
    case_id = open_slip(engine, "2025-10").case_id
    for version in range(1, 11):
        hands = [partial(move, engine, case_id, name, seen_version=version) for name in ("go_left", "go_right")]
        answers = race(*hands)
        refused = [answer for answer in answers if isinstance(answer, MoveRefused)]
        assert [type(answer).__name__ for answer in answers].count("CaseEvent") == 1, answers
        assert len(refused) == 1
    events = CaseStore(engine).events(case_id)
    assert [event.number for event in events] == list(range(1, 12))
    for before, event in pairwise(events):
        assert event.from_state == before.to_state


def test_moves_without_a_version_follow_one_another(engine: Engine) -> None:
    """Ten hands at one case at once: every accepted move is one event, in a chain without a gap."""
    case_id = open_slip(engine, "2025-10").case_id
    hands = [partial(move, engine, case_id, "go_left" if n % 2 else "go_right") for n in range(10)]
    answers = race(*hands)
    accepted = [answer for answer in answers if not isinstance(answer, MoveRefused)]
    assert all(type(answer).__name__ == "CaseEvent" for answer in accepted), answers
    events = CaseStore(engine).events(case_id)
    assert len(events) == len(accepted) + 1
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    for before, event in pairwise(events):
        assert event.from_state == before.to_state != event.to_state


def test_a_subject_raced_for_gets_one_case(engine: Engine) -> None:
    """Eight openers of the same target and period: one opens, seven are given its case."""
    answers = race(*[partial(open_slip, engine, "2025-10")] * 8)
    assert sorted(answer.is_new for answer in answers) == [False] * 7 + [True]
    assert {answer.case_id for answer in answers} == {"DB-2025-0001"}


def test_numbers_raced_for_stay_dense(engine: Engine) -> None:
    """Twelve different cases opened at once get the numbers one to twelve, each once."""
    answers = race(*(partial(open_slip, engine, f"2025-{n:02}") for n in range(1, 13)))
    assert sorted(answer.case_id for answer in answers) == [f"DB-2025-{n:04}" for n in range(1, 13)]


def test_a_case_comes_back_as_it_was_kept(engine: Engine) -> None:
    """Times with their offset, Chinese titles, evidence and deadlines survive the database; undo restores them."""
    case_id, store = open_slip(engine, "2025-10").case_id, CaseStore(engine)
    opened = store.get(case_id, at=NOW)
    assert opened is not None
    assert (opened.opened_at, opened.due_at) == (NOW, NOW + timedelta(days=1))
    assert opened.opened_at.utcoffset() == timedelta(hours=8)
    assert (opened.title.zh, opened.subject) == ("某事", {"target": "1", "period": "2025-10"})
    move(engine, case_id, "go_left", evidence=[FILE])
    assert store.evidence(case_id) == [FILE]
    event = undo(store, LIBRARY, case_id=case_id, by=OFFICER, scope=Scope.everything(), why="", at=NOW)
    back = store.get(case_id, at=NOW)
    assert back is not None
    assert (back.state, back.due_at, back.version, event.id) == ("open", opened.due_at, 3, store.events(case_id)[-1].id)
    assert [case.id for case in store.worklist(OFFICER, Scope.everything(), at=NOW)] == [case_id]


@pytest.mark.parametrize("table", [access_tables.audit, case_tables.case_event], ids=lambda table: table.name)
def test_what_happened_cannot_be_changed(engine: Engine, table: Any) -> None:
    """Neither an audit event nor a case's event can be changed or deleted, by any statement."""
    open_slip(engine, "2025-10")
    for change in (update(table).values(by="nobody"), delete(table)):
        with pytest.raises(DatabaseError, match="only added to"), engine.begin() as connection:
            connection.execute(change)
    assert [event.by for event in AuditLog(engine).list()] == ["system"]


def test_two_mornings_at_once_raise_one_alert(engine: Engine) -> None:
    """The morning's run started twice at the same moment keeps each signal once."""
    watch = Watch(
        id="test.rise",
        title=WORDS,
        series="test.cases",
        detector={"name": "ears_c2"},
        loop="test.slip",
        assign="epidemiologist",
    )
    day = date(2025, 11, 2)
    signals = [Signal("test.rise", "test.cases", "area", f"p{n}", day, day, day, 9, 2.5, 7, None, 1) for n in range(20)]
    alerts = AlertStore(engine)
    answers = race(*(lambda: alerts.record(watch, signals, as_of=day, at=NOW) for _ in range(4)))
    assert sorted(len(answer) for answer in answers) == [0, 0, 0, 20]
    kept = alerts.list(scope=Scope(frozenset(f"p{n}" for n in range(20)), frozenset()))
    assert len(kept) == 20
    assert (kept[0].first_day, kept[0].raised_at, kept[0].score) == (day, NOW, None)


def test_accounts_and_throttle(engine: Engine) -> None:
    """Signing in, sessions and the throttle under parallel attempts hold on either database."""
    accounts = Accounts(engine, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    sessions = Sessions(engine)
    accounts.create_account(login="wang", name="王磊", role="officer", password="a good password", at=NOW)

    def knock(password: str) -> Any:
        return sign_in(engine, accounts, sessions, login="wang", password=password, at=NOW)

    opened = knock("a good password")
    assert sessions.session_user(opened.token, at=NOW) == OFFICER
    answers = race(*(lambda: knock("wrong") for _ in range(12)))
    assert all(isinstance(answer, SignInRefused) for answer in answers)
    whys = [event.detail["why"] for event in AuditLog(engine).list(action="sign-in-refused")]
    assert whys.count("wrong-password") == FREE_FAILURES
    assert len(whys) == 12
    accounts.set_active("wang", False, by="admin", at=NOW)
    assert sessions.session_user(opened.token, at=NOW) is None
