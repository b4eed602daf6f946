"""The noun *loop*: how a piece of work moves from opened to closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.packs.faults import nearest
from xinglin.packs.nouns import PART_ID, Content, Library, Noun, register

Colour = Literal["white", "green", "yellow", "red", "grey"]
Requirement = Literal["reply", "evidence", "reason", "due"]

#: Who may own a case or make a move; what a role may see and do beyond that is said in the access room.
ROLES = ("engineer", "epidemiologist", "leader", "officer", "doctor", "hospital", "resident", "administrator")


class Within(BaseModel):
    """How long a state may last: clock hours, or Chinese working days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: float | None = None
    workdays: int | None = None

    @model_validator(mode="after")
    def _one(self) -> Within:
        if (self.hours is None) == (self.workdays is None):
            raise ValueError("give either 'hours' or 'workdays'")
        return self


class State(BaseModel):
    """A state of a case. `within`: its deadline, from entering it. `overdue`: its colour once that is missed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PART_ID)
    title: Text
    colour: Colour = "white"
    within: Within | None = None
    overdue: Colour = "red"
    final: bool = False


class Move(BaseModel):
    """A step a person may take. `requires`: what must come with it. `extends`: the move sets a new due time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=PART_ID)
    title: Text
    source: tuple[str, ...] = Field(alias="from", min_length=1)
    target: str = Field(alias="to")
    roles: tuple[str, ...] = Field(min_length=1)
    requires: tuple[Requirement, ...] = ()
    extends: bool = False


class Loop(Content):
    """States, the first of which is where a case opens, and the moves between them."""

    kind: Literal["alert", "slip", "task"]
    owner: str
    states: tuple[State, ...] = Field(min_length=2)
    moves: tuple[Move, ...] = Field(min_length=1)
    within: Within | None = None

    def state(self, state_id: str) -> State:
        return next(state for state in self.states if state.id == state_id)


def unknown_role(where: str, role: str) -> Iterator[Problem]:
    """The problem of a role that nobody can have, if it is one."""
    if role not in ROLES:
        yield Problem(where, f"role {role!r} is not known.", ", ".join(ROLES), nearest(role, ROLES))


def _check(where: str, loop: Loop, library: Library) -> Iterator[Problem]:
    yield from unknown_role(f"{where} owner", loop.owner)
    for part in ("states", "moves"):
        ids = [entry.id for entry in getattr(loop, part)]
        for place, name in enumerate(ids):
            if name in ids[:place]:
                yield Problem(f"{where} {part} {place} id", f"{part[:-1]} {name!r} stands twice.")
    unknown = list(_check_moves(where, loop))
    yield from unknown
    if not unknown:
        yield from _check_reach(where, loop)


def _check_moves(where: str, loop: Loop) -> Iterator[Problem]:
    known = [state.id for state in loop.states]
    for place, move in enumerate(loop.moves):
        at = f"{where} moves {place}"
        for key, states in (("from", move.source), ("to", (move.target,))):
            for name in states:
                if name not in known:
                    found = f"state {name!r} is not known."
                    yield Problem(f"{at} {key}", found, ", ".join(known), nearest(name, known))
        for number, role in enumerate(move.roles):
            yield from unknown_role(f"{at} roles {number}", role)
        if move.extends and "due" not in move.requires:
            found = f"move {move.id!r} sets a new due time but does not ask for one."
            yield Problem(f"{at} extends", found, "requires: [due]")


def _check_reach(where: str, loop: Loop) -> Iterator[Problem]:
    """Every state can be entered, a final one leads nowhere, and from any other some final one can be reached."""
    forward = {state.id: {m.target for m in loop.moves if state.id in m.source} for state in loop.states}
    finals = {state.id for state in loop.states if state.final}
    if not finals:
        yield Problem(f"{where} states", "no state is final: a case could never be closed.", "final: true")
        return
    entered = _reachable(loop.states[0].id, forward)
    for place, state in enumerate(loop.states):
        if state.id not in entered:
            yield Problem(f"{where} states {place}", f"no move leads to state {state.id!r}.")
        if state.final and forward[state.id]:
            yield Problem(f"{where} states {place}", f"state {state.id!r} is final but a move leads out of it.")
        if not finals & _reachable(state.id, forward):
            yield Problem(f"{where} states {place}", f"from state {state.id!r} no final state can be reached.")


def _reachable(start: str, forward: dict[str, set[str]]) -> set[str]:
    found, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting.extend(forward[state])
    return found


LOOP = register(Noun("loop", "loops", Loop, _check))
