"""Every change of a case: one function, one transaction, the change with its event and its audit, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from xinglin.access.accounts import find_account
from xinglin.access.audit import AuditEvent, write_audit
from xinglin.access.model import Scope, User
from xinglin.cases.model import ASSIGN, ATTACH, BUILT_IN_MOVES, UNDO, Case, CaseEvent, Evidence, MoveRefused
from xinglin.cases.rows import add_event, add_evidence, change_case, colours_and_closing, events_of, locked_case
from xinglin.cases.rules import (
    Given,
    allowed_moves,
    checked_move,
    due_and_limit,
    loop_of,
    may_assign,
    may_see,
    may_work,
    standing,
)
from xinglin.cases.store import CaseStore
from xinglin.core.text import Text
from xinglin.database.engine import transaction
from xinglin.packs.loop import Loop
from xinglin.packs.nouns import Library
from xinglin.watch.store import set_state

UNDO_WITHIN = timedelta(minutes=10)

UNKNOWN = Text(zh="没有这个事项，或不在您的权限范围内。", en="There is no such case, or it is outside your scope.")
CHANGED = Text(
    zh="此事项刚被他人更新，请刷新后再操作。", en="Someone else has just changed this case. Look again, then decide."
)
CLOSED = Text(zh="事项已办结。", en="The case is closed.")
NOT_YOURS = Text(zh="您的角色不能办理此事项。", en="Your role may not work on this case.")
NOT_YOURS_TO_ASSIGN = Text(zh="您的角色不能指派此事项。", en="Your role may not assign this case.")
NO_SUCH_PERSON = Text(zh="没有这个账号，或账号已停用。", en="There is no such account, or it is closed.")
NO_EVIDENCE = Text(zh="没有附上文件。", en="No file was attached.")
NOTHING_TO_UNDO = Text(
    zh="只有本人最后一步操作可以在 10 分钟内撤回，且其后没有其他操作。",
    en="Only your own last move can be taken back, within 10 minutes and before anything follows it.",
)
OPENED_SINCE = Text(
    zh="同一对象已另立新的事项，不能撤回办结。", en="Another case was opened for the same subject; the closing stands."
)


@dataclass(frozen=True)
class Work:
    """A case held by one command: locked until its transaction ends, with all that led to it."""

    connection: Connection
    case: Case
    loop: Loop
    events: Sequence[CaseEvent]
    by: User
    at: datetime

    def refuse(self, reason: Text) -> MoveRefused:
        return MoveRefused(self.case.id, reason, allowed_moves(self.loop, self.case.state, self.by))

    def keep(self, move: str, changes: Mapping[str, Any], **said: Any) -> CaseEvent:
        """Keep the event, the change it makes and its audit."""
        values = {
            "from_state": self.case.state,
            "to_state": self.case.state,
            "reason": "",
            "reply": "",
            "evidence": (),
            "due_at": self.case.due_at,
            "limit_at": self.case.limit_at,
            "asked_due_at": None,
            "note": "",
        } | said
        number, late = self.case.version + 1, self.case.overdue
        event = CaseEvent(
            id=0, case_id=self.case.id, number=number, at=self.at, by=self.by.login, move=move, late=late, **values
        )
        kept = add_event(self.connection, event)
        change_case(self.connection, self.case, kept, **changes)
        self.follow_alert(kept)
        detail = {"command": move, "from": event.from_state, "to": event.to_state}
        audit = AuditEvent(self.at, self.by.login, "command", self.case.id, self.case.place, detail)
        write_audit(self.connection, audit)
        return kept

    def follow_alert(self, event: CaseEvent) -> None:
        """An alert is closed with its case, and open again when the closing is taken back."""
        alert_id = self.case.subject.get("alert")
        final = {state.id: state.final for state in self.loop.states}
        if alert_id and final[event.from_state] != final[event.to_state]:
            set_state(self.connection, alert_id, "closed" if final[event.to_state] else "open")


def move_case(
    store: CaseStore,
    library: Library,
    *,
    case_id: str,
    move: str,
    by: User,
    scope: Scope,
    at: datetime,
    seen_version: int | None = None,
    reason: str = "",
    reply: str = "",
    evidence: Sequence[Evidence] = (),
    due: datetime | None = None,
) -> CaseEvent:
    """Make a move of the case's loop.

    `seen_version`: the version that the mover was looking at. Raises MoveRefused, which says what is allowed now,
    when the case changed since, or the move is not one this person may make now with what came with it.
    """
    given = Given(reason.strip(), reply.strip(), tuple(evidence), due)
    with _work(store, library, case_id, by, scope, at, seen_version) as work:
        chosen = checked_move(work.case, work.loop, move, by, given, work.events, at)
        due_at, limit_at = due_and_limit(work.case, work.loop, chosen, given, work.events, at)
        add_evidence(work.connection, case_id, given.evidence)
        return work.keep(
            chosen.id,
            colours_and_closing(work.loop.state(chosen.target), at),
            to_state=chosen.target,
            reason=given.reason,
            reply=given.reply,
            evidence=tuple(file.hash for file in given.evidence),
            due_at=due_at,
            limit_at=limit_at,
            asked_due_at=None if chosen.extends else due,
        )


def assign_case(
    store: CaseStore,
    library: Library,
    *,
    case_id: str,
    assignee: str,
    by: User,
    scope: Scope,
    why: str,
    at: datetime,
    seen_version: int | None = None,
) -> CaseEvent:
    """Give an open case to a person by login, or back to its role (assignee ""). Raises MoveRefused."""
    with _work(store, library, case_id, by, scope, at, seen_version) as work:
        if work.case.closed_at is not None:
            raise work.refuse(CLOSED)
        if not may_assign(work.case, by):
            raise work.refuse(NOT_YOURS_TO_ASSIGN)
        person = find_account(work.connection, assignee) if assignee else None
        if assignee and (person is None or not person.active):
            raise work.refuse(NO_SUCH_PERSON)
        return work.keep(ASSIGN, {"assignee": assignee}, reason=why.strip(), note=assignee)


def attach_evidence(
    store: CaseStore,
    library: Library,
    *,
    case_id: str,
    evidence: Sequence[Evidence],
    by: User,
    scope: Scope,
    why: str,
    at: datetime,
) -> CaseEvent:
    """Add files, already kept by the evidence folder, to an open case. Raises MoveRefused."""
    with _work(store, library, case_id, by, scope, at) as work:
        if work.case.closed_at is not None:
            raise work.refuse(CLOSED)
        if not may_work(work.case, work.loop, by):
            raise work.refuse(NOT_YOURS)
        if not evidence:
            raise work.refuse(NO_EVIDENCE)
        add_evidence(work.connection, case_id, evidence)
        return work.keep(ATTACH, {}, reason=why.strip(), evidence=tuple(file.hash for file in evidence))


def undo(
    store: CaseStore,
    library: Library,
    *,
    case_id: str,
    by: User,
    scope: Scope,
    why: str,
    at: datetime,
    seen_version: int | None = None,
) -> CaseEvent:
    """Take back one's own last move. Nothing is deleted: the case returns to where it was, and both events stay.

    Raises MoveRefused when the last event is not this person's move of the last ten minutes, or when the move closed
    the case and another was opened for its subject since.
    """
    with _work(store, library, case_id, by, scope, at, seen_version) as work:
        last = work.events[-1]
        in_time = timedelta(0) <= at - last.at <= UNDO_WITHIN
        if last.move in BUILT_IN_MOVES or last.by != by.login or not in_time:
            raise work.refuse(NOTHING_TO_UNDO)
        state, before = work.loop.state(last.from_state), standing(work.events)[:-1]
        if not state.final and store.has_open(work.connection, work.case.subject_key, other_than=case_id):
            raise work.refuse(OPENED_SINCE)
        entered = next(event.at for event in reversed(before) if event.to_state == state.id != event.from_state)
        return work.keep(
            UNDO,
            colours_and_closing(state, entered),
            to_state=state.id,
            reason=why.strip(),
            due_at=before[-1].due_at,
            limit_at=before[-1].limit_at,
            note=last.move,
        )


@contextmanager
def _work(
    store: CaseStore,
    library: Library,
    case_id: str,
    by: User,
    scope: Scope,
    at: datetime,
    seen_version: int | None = None,
) -> Iterator[Work]:
    """The case, locked, when this person may see it and it is still as they saw it."""
    with transaction(store.engine) as connection:
        case = locked_case(connection, case_id, at)
        if case is None or not may_see(case, by, scope):
            raise MoveRefused(case_id, UNKNOWN)
        work = Work(connection, case, loop_of(library, case.loop), events_of(connection, case_id), by, at)
        if seen_version is not None and seen_version != case.version:
            raise work.refuse(CHANGED)
        yield work
