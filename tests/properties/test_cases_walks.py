"""Random loops and random hands: a case is only ever where its loop allows, and a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from xinglin.access.model import Scope, User
from xinglin.access.tables import audit
from xinglin.cases.commands import assign_case, attach_evidence, move_case, undo
from xinglin.cases.model import BUILT_IN_MOVES, Case, Evidence, MoveRefused
from xinglin.cases.opening import open_case
from xinglin.cases.rules import standing
from xinglin.cases.store import CaseStore
from xinglin.core.clock import CHINA
from xinglin.core.text import Text
from xinglin.database.engine import open_database, sqlite_url
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library

START = datetime(2025, 11, 3, 9, 0, tzinfo=CHINA)
PEOPLE = [User("wang", "王磊", "officer"), User("li", "李娜", "leader")]
FILE = Evidence("a" * 64, "a.pdf", "application/pdf", 1)
STATES = ["s0", "s1", "s2", "s3"]
WITHIN = st.one_of(st.none(), st.builds(lambda n: {"hours": n}, st.integers(1, 48)), st.just({"workdays": 2}))


@st.composite
def loops(draw: st.DrawFn) -> Loop:
    """Any loop over four states: some final, any moves, requirements and deadlines."""
    title = {"zh": "某", "en": "some"}
    states = [
        {"id": name, "title": title, "final": number > 0 and draw(st.booleans()), "within": draw(WITHIN)}
        for number, name in enumerate(STATES)
    ]
    move = st.fixed_dictionaries(
        {
            "from": st.lists(st.sampled_from(STATES), min_size=1, max_size=3, unique=True),
            "to": st.sampled_from(STATES),
            "roles": st.lists(st.sampled_from(["officer", "leader"]), min_size=1, max_size=2, unique=True),
            "requires": st.lists(st.sampled_from(["reply", "evidence", "reason", "due"]), max_size=2, unique=True),
            "extends": st.booleans(),
        }
    )
    moves = [
        {"id": f"m{n}", "title": title} | given for n, given in enumerate(draw(st.lists(move, min_size=1, max_size=6)))
    ]
    return Loop(
        id="test.any", title=title, kind="slip", owner="officer", states=states, moves=moves, within=draw(WITHIN)
    )


HANDS = st.fixed_dictionaries(
    {
        "command": st.sampled_from(["move", "move", "move", "move", "undo", "attach", "assign"]),
        "move": st.sampled_from([f"m{n}" for n in range(6)]),
        "by": st.sampled_from(PEOPLE),
        "given": st.sampled_from(
            [{}, {"reply": "r"}, {"reason": "w"}, {"reply": "r", "reason": "w", "evidence": [FILE]}]
        ),
        "due": st.one_of(st.none(), st.integers(-5, 500)),
        "minutes": st.integers(0, 15),
    }
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("walks")
    engine = open_database(sqlite_url(folder / "xinglin.db"))
    yield engine
    engine.dispose()


class Table:
    """One case and what is known of it, for a hand to act on."""

    def __init__(self, engine: Engine, loop: Loop) -> None:
        self.engine, self.store, self.loop, self.at = engine, CaseStore(engine), loop, START
        self.library = Library(contents={Loop: {loop.id: loop}})
        self.case = open_case(
            self.store,
            self.library,
            loop=loop.id,
            title=Text(zh="某事", en="a matter"),
            subject={},
            place=("area", "east"),
            assign="",
            by=PEOPLE[1],
            why="",
            at=START,
        )

    def act(self, hand: dict[str, Any]) -> None:
        self.at += timedelta(minutes=hand["minutes"])
        due = None if hand["due"] is None else self.at + timedelta(hours=hand["due"])
        given = {"case_id": self.case.id, "by": hand["by"], "scope": Scope.everything(), "at": self.at}
        match hand["command"]:
            case "move":
                move_case(self.store, self.library, move=hand["move"], due=due, **given, **hand["given"])
            case "undo":
                undo(self.store, self.library, why="", **given)
            case "attach":
                attach_evidence(self.store, self.library, evidence=[FILE], why="", **given)
            case _:
                assign_case(self.store, self.library, assignee="", why="", **given)

    def seen(self) -> tuple[Case | None, list[Any], list[Any], int]:
        with self.engine.connect() as connection:
            audited = connection.execute(select(func.count()).select_from(audit)).scalar_one()
        store, case_id = self.store, self.case.id
        return store.get(case_id, at=self.at), store.events(case_id), store.evidence(case_id), audited


@settings(max_examples=60)
@given(loops(), st.lists(HANDS, max_size=12))
def test_a_case_is_where_its_events_led_it(engine: Engine, loop: Loop, hands: list[dict[str, Any]]) -> None:
    """Whatever is tried: an accepted step is one event along a declared move, a refused one leaves no trace at all."""
    table = Table(engine, loop)
    for hand in hands:
        before = table.seen()
        try:
            table.act(hand)
        except MoveRefused:
            at = table.at
            case, *rest = table.seen()
            assert (table.store.get(table.case.id, at=at), *rest) == (case, *before[1:])
            assert case is not None
            assert before[0] is not None
            assert (case.state, case.version, case.due_at) == (before[0].state, before[0].version, before[0].due_at)
            continue
        case, events, _, audited = table.seen()
        assert case is not None
        assert audited == before[3] + 1
        assert len(events) == len(before[1]) + 1 == case.version
        check(case, events, loop)


def check(case: Case, events: list[Any], loop: Loop) -> None:
    """The case agrees with its events, and its events with its loop."""
    moves = {move.id: move for move in loop.moves}
    kept = standing(events)
    assert case.state == kept[-1].to_state == events[-1].to_state
    assert case.due_at == events[-1].due_at
    assert (case.closed_at is not None) == loop.state(case.state).final
    assert case.due_at is None or case.closed_at is None
    for before, event in pairwise(kept):
        assert event.from_state == before.to_state
        if event.move not in BUILT_IN_MOVES:
            assert event.from_state in moves[event.move].source
            assert event.to_state == moves[event.move].target
            role = next(person.role for person in PEOPLE if person.login == event.by)
            assert role in moves[event.move].roles
