"""What a reading of a work plan is made of.

All offsets are Unicode code points into the text that was given, `end` exclusive.
`docs/plan-reading.md` says what counts as a commitment and as a target.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlanKind = Literal["plan", "summary"]
TargetKind = Literal["target", "achieved", "background"]
Comparator = Literal["=", ">=", "<=", "between", "approx", "all", "increase_by", "decrease_by"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A unit of the outline that has units below it, or that states aims and no work."""

    path: tuple[str, ...]
    start: int
    end: int
    level: int
    marker: str
    title: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """The deepest unit to which the document gives a marker: what one office answers for."""

    id: str
    path: tuple[str, ...]
    start: int
    end: int
    responsible: tuple[str, ...]
    responsible_etc: bool
    kind: PlanKind
    title: str
    marker: str


@dataclass(frozen=True, slots=True)
class Target:
    """One pair of indicator and value.

    `value` is in base units: 1.0 for 100 %, persons for 万名, yuan for 亿元. It is None where
    the text compares two indicators and gives no number. `rule` names the rule of the grammar
    that found it.
    """

    id: str
    commitment: str | None
    text: str
    start: int
    end: int
    value_text: str
    value_start: int
    value_end: int
    indicator: str
    comparator: Comparator
    value: float | None
    value_high: float | None
    unit: str
    scope: str
    deadline: str | None
    per_unit: str | None
    kind: TargetKind
    relative_to: str | None
    hedged: bool
    rule: str
    optional: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan as read: its outline and its numbers, in the order of the text."""

    name: str
    text_length: int
    commitments: tuple[Commitment, ...]
    targets: tuple[Target, ...]
    headings: tuple[Heading, ...]
