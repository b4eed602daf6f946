"""What may be done to a case: its loop's moves, the person's role and place, and what a move requires. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from xinglin.access.model import SYSTEM, Permission, Scope, User
from xinglin.access.roles import may
from xinglin.cases.deadlines import deadline
from xinglin.cases.model import ATTACH, BUILT_IN_MOVES, UNDO, Case, CaseEvent, CaseKind, Evidence, MoveRefused
from xinglin.core.errors import InputError, Problem
from xinglin.core.text import Text
from xinglin.packs.loop import Loop, Move
from xinglin.packs.nouns import Library

LONGEST_TEXT = 5000

#: Who opens a case of each kind by hand.
OPENERS: dict[CaseKind, Permission] = {"alert": "act_alerts", "slip": "supervise", "task": "supervise"}


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a move."""

    reason: str = ""
    reply: str = ""
    evidence: tuple[Evidence, ...] = ()
    due: datetime | None = None


def loop_of(library: Library, loop_id: str) -> Loop:
    """The loop of this id. Raises InputError when no pack defines it."""
    loop = library.of(Loop).get(loop_id)
    if loop is None:
        known = ", ".join(library.of(Loop)) or "none"
        remedy = "Bring back the pack that defines it, or name one of those."
        raise InputError(Problem("loop", f"no pack defines the loop {loop_id!r}.", known, remedy))
    return loop


def may_see(case: Case, user: User, scope: Scope) -> bool:
    """True when the case's place is in scope, or it is assigned to this person."""
    return user.active and (scope.allows(case.place_kind, case.place) or case.assignee == user.login)


def may_open(kind: CaseKind, user: User) -> bool:
    return user == SYSTEM or may(user, OPENERS[kind])


def may_work(case: Case, loop: Loop, user: User) -> bool:
    """True for those whose work the case is: its owner's role, its assignee, and roles that move it."""
    roles = {case.owner_role, *(role for move in loop.moves for role in move.roles)}
    return user.active and (user.role in roles or case.assignee == user.login)


def may_assign(case: Case, user: User) -> bool:
    """True for those who supervise, and for the role that owns the case (who take it on or hand it over)."""
    return user.active and (may(user, "supervise") or user.role == case.owner_role)


def allowed_moves(loop: Loop, state: str, user: User) -> tuple[Move, ...]:
    """The moves that this person's role may make from `state`."""
    return tuple(move for move in loop.moves if state in move.source and user.role in move.roles and user.active)


def checked_move(
    case: Case, loop: Loop, move_id: str, user: User, given: Given, events: Sequence[CaseEvent], at: datetime
) -> Move:
    """The move, when it may be made now with what came with it. Raises MoveRefused saying all that is missing."""
    allowed = allowed_moves(loop, case.state, user)
    move = next((move for move in allowed if move.id == move_id), None)
    if move is None:
        raise MoveRefused(case.id, _why_not(case, loop, move_id), allowed)
    faults = list(_faults(move, given, events, at))
    if faults:
        raise MoveRefused(
            case.id, Text(zh="".join(f"{f.zh}。" for f in faults), en=" ".join(f"{f.en}." for f in faults)), allowed
        )
    return move


def due_and_limit(
    case: Case, loop: Loop, move: Move, given: Given, events: Sequence[CaseEvent], at: datetime
) -> tuple[datetime | None, datetime | None]:
    """The deadlines (of the state, of the whole matter) after a move.

    A state's deadline is counted from entering it, each time. A move that `extends` sets it anew: to the time given, or
    the one just asked for, or counted from now; a time given or asked for becomes the whole matter's too. Where such a
    move could have been made and another leads to the same state instead (the extension is refused), the deadline
    that stood before it was asked for stands again: asking wins no time.
    """
    target = loop.state(move.target)
    if target.final:
        return None, case.limit_at
    if move.extends:
        granted = given.due or _asked_for(events, at)
        limit = granted or case.limit_at
        return granted or deadline(target, at, limit), limit
    if target.id == case.state:
        return case.due_at, case.limit_at
    if _refuses_extension(case, loop, move):
        return _due_before(case.state, events), case.limit_at
    return deadline(target, at, case.limit_at), case.limit_at


def _refuses_extension(case: Case, loop: Loop, move: Move) -> bool:
    return any(m.extends and case.state in m.source and m.target == move.target for m in loop.moves)


def _due_before(state: str, events: Sequence[CaseEvent]) -> datetime | None:
    """The deadline that stood when the case came into `state`."""
    kept = standing(events)
    entered = max(n for n, event in enumerate(kept) if event.to_state == state != event.from_state)
    return kept[max(entered - 1, 0)].due_at


def standing(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """The events without the moves that were taken back, and without the takings-back."""
    kept: list[CaseEvent] = []
    for event in events:
        if event.move == UNDO:
            kept.pop()
        else:
            kept.append(event)
    return kept


def _why_not(case: Case, loop: Loop, move_id: str) -> Text:
    move = next((move for move in loop.moves if move.id == move_id), None)
    state = loop.state(case.state).title
    if move is None:
        return Text(zh=f"没有“{move_id}”这一步。", en=f"There is no move {move_id!r}.")
    if case.state not in move.source:
        return Text(
            zh=f"当前状态为“{state.zh}”，不能“{move.title.zh}”。",
            en=f"In state {state.en!r} it cannot {move.title.en!r}.",
        )
    return Text(zh=f"您的角色不能“{move.title.zh}”。", en=f"Your role may not {move.title.en!r}.")


def _faults(move: Move, given: Given, events: Sequence[CaseEvent], at: datetime) -> Iterator[Text]:
    if "reply" in move.requires and not given.reply.strip():
        yield Text(zh="请填写办理答复", en="Write a reply")
    if "reason" in move.requires and not given.reason.strip():
        yield Text(zh="请填写理由", en="Give a reason")
    if "evidence" in move.requires and not given.evidence and not _attached_in_this_state(events):
        yield Text(zh="请附佐证材料", en="Attach evidence")
    if "due" in move.requires and given.due is None:
        yield Text(zh="请填写期限", en="Give a due time")
    if given.due is not None and not (move.extends or "due" in move.requires):
        yield Text(zh="这一步不改变期限", en="This move sets no due time")
    if given.due is not None and given.due <= at:
        yield Text(zh="期限须在当前时间之后", en="The due time must lie ahead")
    if max(len(given.reason), len(given.reply)) > LONGEST_TEXT:
        yield Text(zh=f"文字不能超过 {LONGEST_TEXT} 字", en=f"No text may exceed {LONGEST_TEXT} characters")


def _since_the_last_move(events: Sequence[CaseEvent]) -> Iterator[CaseEvent]:
    """The last move of the loop that stands, and what happened after it; the latest first."""
    for event in reversed(standing(events)):
        yield event
        if event.move not in BUILT_IN_MOVES:
            return


def _attached_in_this_state(events: Sequence[CaseEvent]) -> bool:
    return any(event.move == ATTACH for event in _since_the_last_move(events))


def _asked_for(events: Sequence[CaseEvent], at: datetime) -> datetime | None:
    """The time that the last move asked for, unless it has passed by now."""
    asked = (event.asked_due_at for event in _since_the_last_move(events))
    return next((due for due in asked if due is not None and due > at), None)
