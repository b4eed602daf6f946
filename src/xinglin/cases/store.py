"""Cases as they are read: one, its events and evidence, and worklists sorted by what is due first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select

from xinglin.access.model import Scope, User
from xinglin.access.scope import in_scope
from xinglin.cases.model import Case, CaseEvent, CaseKind, Evidence
from xinglin.cases.rows import case_from, events_of, evidence_of
from xinglin.cases.tables import case as table
from xinglin.database.engine import reading

#: `mine`: assigned to me, or to my role and to no one yet; `role`: my role's; `all`: whatever I may see.
WorklistView = Literal["mine", "role", "all"]


@dataclass(frozen=True, slots=True)
class Worklist:
    """Which cases are asked for. No `states`, `kinds` = all.

    `closed`: the closed ones instead of the open. `overdue`: only those whose deadline has passed.
    """

    view: WorklistView = "mine"
    states: tuple[str, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    closed: bool = False
    overdue: bool = False


MINE = Worklist()


class CaseStore:
    """The cases in the database. What changes them is in `commands` and `opening`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def get(self, case_id: str, *, at: datetime) -> Case | None:
        """The case as it stands at `at`. Whether someone may see it is asked of `rules.may_see`."""
        with reading(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.id == case_id)).first()
        return case_from(row, at) if row else None

    def events(self, case_id: str) -> list[CaseEvent]:
        """Everything that happened to the case, in order."""
        with reading(self.engine) as connection:
            return events_of(connection, case_id)

    def evidence(self, case_id: str) -> list[Evidence]:
        """The files kept with the case; their content is in the evidence folder."""
        with reading(self.engine) as connection:
            return evidence_of(connection, case_id)

    def open_for(self, subject_key: str, *, at: datetime) -> Case | None:
        """The open case of a subject."""
        with reading(self.engine) as connection:
            case_id = self.latest_of(connection, subject_key, also_closed=False)
        return self.get(case_id, at=at) if case_id else None

    def worklist(
        self, user: User, scope: Scope, asked: Worklist = MINE, *, at: datetime, limit: int = 100, offset: int = 0
    ) -> list[Case]:
        """Cases in the user's scope or assigned to them: what is due first at the top, of closed ones the latest."""
        order = (table.c.closed_at.desc(),) if asked.closed else (table.c.due_at.is_(None), table.c.due_at)
        wanted = select(table).where(*_matching(user, scope, asked, at)).order_by(*order, table.c.id)
        with reading(self.engine) as connection:
            return [case_from(row, at) for row in connection.execute(wanted.limit(limit).offset(offset))]

    def count(self, user: User, scope: Scope, asked: Worklist = MINE, *, at: datetime) -> int:
        """How many cases the worklist has."""
        query = select(func.count()).select_from(table).where(*_matching(user, scope, asked, at))
        with reading(self.engine) as connection:
            return int(connection.execute(query).scalar_one())

    def latest_of(self, connection: Connection, subject_key: str, *, also_closed: bool) -> str | None:
        """The id of the subject's latest case, within the caller's transaction."""
        query = select(table.c.id).where(table.c.subject_key == subject_key)
        if not also_closed:
            query = query.where(table.c.closed_at.is_(None))
        return connection.execute(query.order_by(table.c.opened_at.desc(), table.c.id.desc()).limit(1)).scalar()

    def has_open(self, connection: Connection, subject_key: str, *, other_than: str) -> bool:
        """True when another case of the subject is open."""
        mine = (table.c.subject_key == subject_key, table.c.closed_at.is_(None), table.c.id != other_than)
        return connection.execute(select(table.c.id).where(*mine).limit(1)).first() is not None


def _matching(user: User, scope: Scope, asked: Worklist, at: datetime) -> Iterator[ColumnElement[bool]]:
    given_to_me = table.c.assignee == user.login
    yield or_(in_scope(scope, table.c.place_kind, table.c.place), given_to_me)
    if asked.view == "mine":
        yield or_(given_to_me, and_(table.c.owner_role == user.role, table.c.assignee == ""))
    elif asked.view == "role":
        yield table.c.owner_role == user.role
    if asked.states:
        yield table.c.state.in_(sorted(asked.states))
    if asked.kinds:
        yield table.c.kind.in_(sorted(asked.kinds))
    yield table.c.closed_at.is_not(None) if asked.closed else table.c.closed_at.is_(None)
    if asked.overdue:
        yield table.c.due_at < at
