"""A case, what happened to it, and the refusal of a move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from xinglin.core.errors import XinglinError
from xinglin.core.place import PlaceKind
from xinglin.core.text import Text
from xinglin.packs.loop import Colour, Move

CaseKind = Literal["alert", "slip", "task"]

#: What a case's number begins with: 预警, 督办, 任务.
PREFIXES: dict[CaseKind, str] = {"alert": "YJ", "slip": "DB", "task": "RW"}

#: Steps that every loop has beside its own moves.
OPEN, ASSIGN, ATTACH, UNDO = "open", "assign", "attach", "undo"
BUILT_IN_MOVES = (OPEN, ASSIGN, ATTACH, UNDO)


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of work, as it stands at the moment it was asked for.

    `subject`: what it is about, by id: {"alert": ...} or {"target": ..., "period": ...}; `subject_key`: the same in one
    word, under which no second case can be open. `due_at`: the deadline of its state; `limit_at`: that of the whole
    matter, which states without one of their own fall under. `colour`: of its state, or of being overdue. `version`:
    how many events it has; a mover tells the one they saw.
    """

    id: str
    loop: str
    kind: CaseKind
    title: Text
    state: str
    colour: Colour
    subject: Mapping[str, str]
    subject_key: str
    place_kind: PlaceKind
    place: str
    owner_role: str
    assignee: str
    opened_at: datetime
    opened_by: str
    due_at: datetime | None
    limit_at: datetime | None
    closed_at: datetime | None
    overdue: bool
    version: int


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case. `move`: a move of the loop, or open, assign, attach, undo.

    `due_at`, `limit_at`: the deadlines from here on; `asked_due_at`: one that was asked for and not granted yet.
    `late`: the deadline before it had passed. `note`: the assignee of an assignment, the undone move of an undo.
    """

    id: int
    case_id: str
    number: int
    at: datetime
    by: str
    move: str
    from_state: str
    to_state: str
    reason: str
    reply: str
    evidence: tuple[str, ...]
    due_at: datetime | None
    limit_at: datetime | None
    asked_due_at: datetime | None
    late: bool
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept with a case: the hash of its content is its name in the evidence folder."""

    hash: str
    name: str
    media_type: str
    size: int


class MoveRefused(XinglinError):  # noqa: N818  a refusal is an answer, not a fault
    """A command on a case was refused. `reason` may be shown; `allowed`: the moves that this person may make now."""

    exit_code = 4

    def __init__(self, case_id: str, reason: Text, allowed: tuple[Move, ...] = ()) -> None:
        self.case_id = case_id
        self.reason = reason
        self.allowed = allowed
        zh = "、".join(move.title.zh for move in allowed) or "无"
        en = ", ".join(move.title.en for move in allowed) or "none"
        super().__init__(f"{case_id}：{reason.zh}现在可以：{zh}。 {reason.en} Allowed now: {en}.")
