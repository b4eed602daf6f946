"""The noun *loop*: how a piece of work moves from opened to closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.packs.nouns import PART_ID, Content, Library, Noun, register

Colour = Literal["white", "green", "yellow", "red", "grey"]
Requirement = Literal["reply", "evidence", "reason", "due"]


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
    """A state of a case. `within`: its deadline, counted from entering it; `overdue`: its colour once that is missed."""

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


def _check(where: str, loop: Loop, library: Library) -> Iterator[Problem]:
    raise NotImplementedError


LOOP = register(Noun("loop", "loops", Loop, _check))
