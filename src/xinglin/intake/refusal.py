"""What the door answers: a refusal and its state, the report of a load, the result of a mend, a sender's day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from xinglin.core.errors import Problem
from xinglin.core.text import Text
from xinglin.intake.fault import Fault

RefusalState = Literal["waiting", "open", "mended", "replayed", "dismissed"]
#: States in which a refusal still keeps its resource out.
UNSETTLED: tuple[RefusalState, ...] = ("waiting", "open")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something received and not accepted. `reason` and `path` are those of its first fault.

    state: `waiting` for a person (or the thing to delete) and released by itself; `open`; `mended` by a person;
    `replayed` and accepted unchanged (a released one keeps no body: it stands in the log); `dismissed` by a person.
    `decided_by` is "" where the door itself decided.
    """

    id: str
    sender: str
    received_at: datetime
    file: str
    line: int
    reason: str
    path: str
    resource_type: str
    resource_id: str
    state: RefusalState
    faults: tuple[Fault, ...]
    body: bytes
    mended_body: bytes | None
    decided_by: str
    decided_at: datetime | None
    why: str

    @property
    def remedy(self) -> Text:
        return self.faults[0].remedy


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load is, told after each committed batch: everything counted here is durable."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    lines: int
    accepted: int
    seconds: float


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. Every resource read is one of accepted (without the released), duplicate, refused or held:
    lines = accepted - released + duplicates + refused + held.

    `duplicates`: already in the log, or refused before for the same content. `refused` and `held`: refusals newly kept
    (`held` ones wait for a person). `released`: held ones, of this load or earlier, that were accepted now.
    `by_reason` counts both refused and held.
    """

    files: int = 0
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    held: int = 0
    released: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class MendResult:
    """`accepted`: the mended resource is in the log. Otherwise `faults` says why not; the refusal stays as it was."""

    accepted: bool
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedDay:
    """What one sender stated on one day (in China).

    `accepted` counts each version once, when it was first accepted. `refused`: kept out and not accepted since.
    `duplicates`: deliveries of what was known. `first_received_at`: when the first of its accepted versions came: it
    tells a day sent late from one with a straggler. Times are UTC texts, "" where none is known.
    """

    sender: str
    day: date
    accepted: int
    duplicates: int
    refused: int
    last_stated_at: str
    first_received_at: str
    last_received_at: str
