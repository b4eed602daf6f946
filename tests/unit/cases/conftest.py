"""A house with two loops, people of each role and one slip, for each test of the cases room."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from argon2 import PasswordHasher
from sqlalchemy import Engine

from xinglin.access.accounts import Accounts
from xinglin.access.model import Scope, User
from xinglin.cases.commands import move_case
from xinglin.cases.model import Case, CaseEvent
from xinglin.cases.opening import open_case
from xinglin.cases.store import CaseStore
from xinglin.core.clock import CHINA
from xinglin.core.text import Text
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library

LOOPS = yaml.safe_load((Path(__file__).parent / "loops.yaml").read_text(encoding="utf-8"))
PEOPLE = {
    "wang": User("wang", "王磊", "officer"),
    "li": User("li", "李娜", "leader"),
    "zhao": User("zhao", "赵敏", "epidemiologist"),
    "sun": User("sun", "孙伟", "doctor", "east"),
}


class Desk:
    """Short ways to do what the tests do over and over, through the room's own commands."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.store, self.people = engine, CaseStore(engine), PEOPLE
        loops = {loop.id: loop for loop in (Loop(**given) for given in LOOPS.values())}
        self.library = Library(contents={Loop: loops})
        self.slip, self.alert = loops["test.slip"], loops["test.alert"]
        self.monday = datetime(2025, 11, 3, 9, 0, tzinfo=CHINA)
        accounts = Accounts(engine, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        for person in PEOPLE.values():
            accounts.create_account(
                login=person.login,
                name=person.name,
                role=person.role,
                area=person.area,
                password="12345678",
                at=self.monday,
            )

    def open(self, loop: str = "test.slip", by: str = "li", **given: Any) -> Case:
        wish = {
            "title": Text(zh="签约率落后", en="Contract rate is behind"),
            "subject": {},
            "place": ("area", "east"),
            "assign": "",
            "why": "十月为红色",
            "at": self.monday,
        } | given
        return open_case(self.store, self.library, loop=loop, by=self.people[by], **wish)

    def move(self, case: Case, move: str, by: str, **given: Any) -> CaseEvent:
        given = {"at": self.monday, "scope": Scope.everything()} | given
        return move_case(self.store, self.library, case_id=case.id, move=move, by=self.people[by], **given)

    def now(self, case: Case, at: datetime | None = None) -> Case:
        found = self.store.get(case.id, at=at or self.monday)
        assert found is not None
        return found


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)
