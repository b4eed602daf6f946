"""One case: where it stands, what happened, and what its visitor may do now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from xinglin.cases.commands import UNDO_WITHIN
from xinglin.cases.model import BUILT_IN_MOVES, Case, CaseEvent, Evidence
from xinglin.cases.rules import allowed_moves, may_assign, may_see, may_work, standing
from xinglin.cases.sentences import sentence
from xinglin.core.clock import CHINA
from xinglin.packs.loop import Loop
from xinglin.packs.loop import Move as LoopMove
from xinglin.web import formats
from xinglin.web.faults import missing
from xinglin.web.guard import AnyVisitor, Visitor
from xinglin.web.layout import page
from xinglin.web.naming import place_name, responsible, role_title, state_title, user_name
from xinglin.web.parts import Choice, Link
from xinglin.web.rendering import PageContext
from xinglin.web.standing import target_href
from xinglin.web.words import phrase

router = APIRouter(prefix="/cases")


@dataclass(frozen=True, slots=True)
class Step:
    """A state of the loop on the way: passed, current or ahead."""

    title: str
    passed: bool
    current: bool


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move that may be made now; `needs`: reply, evidence, reason, due. `asks_due`: a new deadline may be given.

    `onward`: it leads the straight way on, and is the one that most come for.
    """

    id: str
    title: str
    to: str
    needs: frozenset[str]
    asks_due: bool
    onward: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the timeline."""

    at: str
    said: str
    files: tuple[Link, ...]
    undone: bool


@dataclass(frozen=True, slots=True)
class CasePage(PageContext):
    """One case. `version`: what a command says it saw. `subject`: what it is about. `people`: who may be given it."""

    template: ClassVar[str] = "case.html"
    id: str
    title: str
    kind: str
    state: str
    colour: str
    overdue: bool
    place: str
    who: str
    owner: str
    opened: str
    due: str
    due_at: str
    limit_at: str
    closed_at: str
    version: int
    subject: Link | None
    steps: tuple[Step, ...]
    moves: tuple[MoveForm, ...]
    events: tuple[Happened, ...]
    files: tuple[Link, ...]
    may_attach: bool
    may_undo: bool
    may_assign: bool
    people: tuple[Choice, ...]


@router.get("/{case_id}")
def show(request: Request, visitor: AnyVisitor, case_id: str) -> Response:
    return page(request, visitor, build_case(visitor, seen_case(visitor, case_id)), section="work")


def seen_case(visitor: Visitor, case_id: str) -> Case:
    """The case, or the missing-page answer for one that is not there or not the visitor's to see."""
    case = visitor.house.cases.get(case_id, at=visitor.house.clock())
    if case is None or not may_see(case, visitor.user, visitor.scope):
        raise missing()
    return case


def build_case(visitor: Visitor, case: Case) -> CasePage:
    language, house, now = visitor.language, visitor.house, visitor.house.clock()
    loop = house.library.of(Loop).get(case.loop)
    events = house.cases.events(case.id)
    files = {file.hash: _file(case, file) for file in house.cases.evidence(case.id)}
    return CasePage(
        id=case.id,
        title=case.title[language],
        kind=phrase(f"case_kind_{case.kind}", language),
        state=state_title(visitor, case.loop, case.state),
        colour=case.colour,
        overdue=case.overdue,
        place=place_name(visitor, case.place_kind, case.place),
        who=responsible(visitor, case),
        owner=role_title(case.owner_role)[language],
        opened=f"{formats.moment(case.opened_at.astimezone(CHINA), language)} · {user_name(visitor, case.opened_by)}",
        due=formats.waiting(case.due_at, now, language) if case.closed_at is None else "",
        due_at=_moment(visitor, case.due_at),
        limit_at=_moment(visitor, case.limit_at),
        closed_at=_moment(visitor, case.closed_at) if case.closed_at else "",
        version=case.version,
        subject=_subject(visitor, case),
        steps=tuple(_steps(visitor, loop, case, events)) if loop else (),
        moves=tuple(_forms(visitor, loop, case)) if loop else (),
        events=tuple(_happened(visitor, loop, events, files)),
        files=tuple(files.values()),
        may_attach=case.closed_at is None and loop is not None and may_work(case, loop, visitor.user),
        may_undo=_may_undo(visitor, events, now),
        may_assign=case.closed_at is None and may_assign(case, visitor.user),
        people=tuple(_people(visitor, case)) if may_assign(case, visitor.user) else (),
    )


def _moment(visitor: Visitor, value: datetime | None) -> str:
    return formats.moment(value.astimezone(CHINA) if value else None, visitor.language)


def _subject(visitor: Visitor, case: Case) -> Link | None:
    if alert := case.subject.get("alert"):
        return Link(phrase("case_of_alert", visitor.language), f"/alerts/{alert}")
    if target := case.subject.get("target"):
        plan_id, _, target_id = target.partition(".")
        plan = visitor.house.plans.current()
        if plan is not None and str(plan.id) == plan_id:
            return Link(phrase("case_of_target", visitor.language), target_href(plan, target_id))
    return None


def _steps(visitor: Visitor, loop: Loop, case: Case, events: Sequence[CaseEvent]) -> Iterator[Step]:
    """The straight way through the loop, and a state beside it (returned, time asked for) while the case is there."""
    been = {event.to_state for event in standing(events)}
    way = straight_way(loop)
    if case.state not in way:
        reached = max((number for number, state in enumerate(way) if state in been), default=0)
        way.insert(reached + 1, case.state)
    for state in way:
        current = state == case.state
        yield Step(loop.state(state).title[visitor.language], state in been and not current, current)


def straight_way(loop: Loop) -> list[str]:
    """The fewest states from the first of a loop to its first final one."""
    final = next((state.id for state in loop.states if state.final), loop.states[-1].id)
    ways = [[loop.states[0].id]]
    known = {loop.states[0].id}
    while ways:
        way = ways.pop(0)
        if way[-1] == final:
            return way
        onward = dict.fromkeys(move.target for move in loop.moves if way[-1] in move.source)
        ways += [[*way, state] for state in onward if state not in known]
        known |= set(onward)
    return [loop.states[0].id]


def _forms(visitor: Visitor, loop: Loop, case: Case) -> list[MoveForm]:
    """What may be done now, the straight way on first."""
    forms = [_form(visitor, loop, move) for move in allowed_moves(loop, case.state, visitor.user)]
    return sorted(forms, key=lambda form: not form.onward)


def _form(visitor: Visitor, loop: Loop, move: LoopMove) -> MoveForm:
    return MoveForm(
        move.id,
        move.title[visitor.language],
        loop.state(move.target).title[visitor.language],
        frozenset(move.requires),
        "due" in move.requires or move.extends,
        move.target in straight_way(loop) and not move.extends,
    )


def _happened(
    visitor: Visitor, loop: Loop | None, events: Sequence[CaseEvent], files: dict[str, Link]
) -> Iterator[Happened]:
    names = {user.login: user.name for user in visitor.house.accounts.list_accounts()}
    kept = {event.number for event in standing(events)}
    for event in reversed(events):
        yield Happened(
            at=_moment(visitor, event.at),
            said=sentence(event, loop, names)[visitor.language],
            files=tuple(files[one] for one in event.evidence if one in files),
            undone=event.number not in kept,
        )


def _file(case: Case, file: Evidence) -> Link:
    return Link(f"{file.name} ({max(1, file.size // 1024)} KB)", f"/cases/{case.id}/evidence/{file.hash}")


def _may_undo(visitor: Visitor, events: Sequence[CaseEvent], now: datetime) -> bool:
    last = events[-1] if events else None
    mine = last is not None and last.by == visitor.user.login and last.move not in BUILT_IN_MOVES
    return mine and last is not None and now - last.at <= UNDO_WITHIN


def _people(visitor: Visitor, case: Case) -> Iterator[Choice]:
    for user in visitor.house.accounts.list_accounts():
        if user.active and (user.role == case.owner_role or user.login == case.assignee):
            label = f"{user.name} · {role_title(user.role)[visitor.language]}"
            yield Choice(user.login, label, user.login == case.assignee)
