"""A batch of what was checked → one transaction: records to the log, refusals kept, the ledger brought up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from xinglin.core.clock import CHINA
from xinglin.core.text import Text
from xinglin.intake import refusals
from xinglin.intake.check import LOCAL_SENDER
from xinglin.intake.fault import Fault, same
from xinglin.intake.ledger import DayCounts, day_stated
from xinglin.intake.refusal import RefusalState
from xinglin.intake.refusals import Refused, Waiting, refusal_id
from xinglin.log.port import Log
from xinglin.log.record import Accepted, Conflict, Duplicate, Entry, Outcome
from xinglin.log.sql import moment_text

#: How many known persons are remembered, so as not to ask the log again. Known is for ever: nothing leaves the log.
REMEMBERED_PERSONS = 500_000
_ARRIVED = Text(zh="已收到的资源", en="a resource that has arrived")


class Candidate(NamedTuple):
    """A checked entry on its way in. `persons`: Patients it refers to. `retry`: the refusal it comes from, if any.

    `again`: what to keep of it if it must wait, when that is not the entry's own body (a deletion).
    """

    entry: Entry
    persons: tuple[str, ...]
    file: str
    line: int
    retry: Waiting | None = None
    again: bytes | None = None


@dataclass(slots=True)
class Batch:
    """What goes into one transaction."""

    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    refused_again: list[Refused] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class Settled:
    """What became of a batch. `arrived`: entries whose resources are in the log now, new or not."""

    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    held: int = 0
    released: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)
    arrived: Sequence[Entry] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """How a retry that succeeds is written down: by whom, and mended to what."""

    by: str = ""
    state: RefusalState = "replayed"
    body: bytes | None = None


class Desk:
    """Puts batches into the log. Remembers which persons are known."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._persons: set[str] = set()

    def settle(self, batch: Batch, received: datetime, decision: Decision | None = None) -> Settled:
        """One transaction. Raises StorageError, and then nothing of the batch is kept."""
        settled = Settled()
        ready, waiting = self._ready(batch.candidates, received)
        work = _Work(batch, ready, waiting, received, decision or Decision(), settled)
        settled.arrived = [candidate.entry for candidate in ready]
        self._log.append(settled.arrived, received_at=received, also=work.write)
        self._remember({entry.id for entry in settled.arrived if entry.type == "Patient"})
        return settled

    def _ready(
        self, candidates: Sequence[Candidate], received: datetime
    ) -> tuple[list[Candidate], list[tuple[Candidate, Refused]]]:
        """Those that may enter (deletions last, after what they delete), and those that must wait for something."""
        made = {c.entry.id for c in candidates if c.entry.type == "Patient" and not c.entry.deleted}
        asked = {p for c in candidates for p in c.persons if p not in self._persons and p not in made}
        deletions = [c for c in candidates if c.entry.deleted]
        if not asked and not deletions:
            return list(candidates), []
        keys = {("Patient", person) for person in asked} | {(c.entry.type, c.entry.id) for c in deletions}
        unknown = keys - self._log.known(keys, deleted=True)
        ready: list[Candidate] = []
        waiting: list[tuple[Candidate, Refused]] = []

        def sort_out(candidate: Candidate, awaited: tuple[str, str] | None) -> None:
            if awaited is None:
                ready.append(candidate)
            else:
                waiting.append((candidate, _held(candidate, awaited, received)))

        for candidate in candidates:
            if not candidate.entry.deleted:
                missing = (("Patient", p) for p in candidate.persons if p in asked and ("Patient", p) in unknown)
                sort_out(candidate, next(missing, None))
        entering = {(c.entry.type, c.entry.id) for c in ready} if deletions else set()
        for candidate in deletions:
            key = (candidate.entry.type, candidate.entry.id)
            sort_out(candidate, key if key in unknown and key not in entering else None)
        return ready, waiting

    def _remember(self, persons: set[str]) -> None:
        if len(self._persons) + len(persons) > REMEMBERED_PERSONS:
            self._persons.clear()
        self._persons |= persons


class _Work:
    """The part of a batch that runs inside the append's transaction."""

    def __init__(
        self,
        batch: Batch,
        ready: Sequence[Candidate],
        waiting: Sequence[tuple[Candidate, Refused]],
        received: datetime,
        decision: Decision,
        settled: Settled,
    ) -> None:
        self._ready, self._waiting = ready, waiting
        self._received, self._decision, self._settled = received, decision, settled
        self._days = DayCounts()
        self._new = list(batch.refused)
        self._again = list(batch.refused_again)
        self._done: list[str] = []

    def write(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        received_at = moment_text(self._received)
        for candidate, outcome in zip(self._ready, outcomes, strict=True):
            self._count(candidate, outcome)
        for candidate, refused in self._waiting:
            self._refuse(candidate, refused)
        self._count_refused(refusals.keep(connection, self._new, received_at))
        refusals.refuse_again(connection, self._again)
        decision = self._decision
        refusals.settle(
            connection, self._done, state=decision.state, by=decision.by, at=received_at, body=decision.body
        )
        self._days.write(connection, received_at)

    def _count(self, candidate: Candidate, outcome: Outcome) -> None:
        entry, settled = candidate.entry, self._settled
        if type(outcome) is Conflict:
            self._refuse(candidate, _conflict(candidate, outcome.position, self._received))
            return
        count = self._days.of(entry.sender or LOCAL_SENDER, day_stated(entry.stated_at, self._today))
        if entry.stated_at > count.last_stated_at:
            count.last_stated_at = entry.stated_at
        if type(outcome) is Accepted:
            settled.accepted += 1
            count.accepted += 1
        if candidate.retry is not None:
            settled.released += 1
            self._done.append(candidate.retry.id)
            self._days.of(candidate.retry.sender or LOCAL_SENDER, candidate.retry.day).refused -= 1
        elif type(outcome) is Duplicate:
            settled.duplicates += 1
            count.duplicates += 1

    def _refuse(self, candidate: Candidate, refused: Refused) -> None:
        if candidate.retry is None:
            self._new.append(refused)
            return
        self._settled.faults = refused.faults
        if self._decision.body is None:
            self._again.append(refused)

    def _count_refused(self, new: Sequence[Refused]) -> None:
        settled = self._settled
        for one in new:
            settled.held += one.waits is not None
            settled.refused += one.waits is None
            settled.by_reason[one.faults[0].code] += 1
            self._days.of(one.sender or LOCAL_SENDER, one.day).refused += 1
        kept = {id(one) for one in new}
        for one in self._new:
            if id(one) not in kept:
                settled.duplicates += 1
                self._days.of(one.sender or LOCAL_SENDER, one.day).duplicates += 1

    @property
    def _today(self) -> date:
        return self._received.astimezone(CHINA).date()


def _held(candidate: Candidate, awaited: tuple[str, str], received: datetime) -> Refused:
    entry, key = candidate.entry, "/".join(awaited)
    if entry.deleted:
        return _refused(candidate, Fault("deletion-of-unknown", entry.type, same(key), _ARRIVED), received, awaited)
    path = _path_to(key, entry.type, orjson.loads(entry.body)) or entry.type
    return _refused(candidate, Fault("unresolved-reference", path, same(key), _ARRIVED), received, awaited)


def _path_to(key: str, path: str, value: Any) -> str | None:
    """FHIR's path of the first reference to `key` below `path`."""
    if isinstance(value, list):
        return next((found for n, one in enumerate(value) if (found := _path_to(key, f"{path}[{n}]", one))), None)
    if not isinstance(value, dict):
        return None
    reference = value.get("reference")
    if isinstance(reference, str) and f"{reference}/".startswith(f"{key}/"):
        return path
    return next((found for name, one in value.items() if (found := _path_to(key, f"{path}.{name}", one))), None)


def _conflict(candidate: Candidate, position: int, received: datetime) -> Refused:
    stands = Text(zh=f"日志位置 {position} 已有此编号", en=f"position {position} of the log has this id")
    return _refused(candidate, Fault("identifier-conflict", f"{candidate.entry.type}.id", stands), received, None)


def _refused(candidate: Candidate, fault: Fault, received: datetime, waits: tuple[str, str] | None) -> Refused:
    entry, retry = candidate.entry, candidate.retry
    body = candidate.again or entry.body
    return Refused(
        retry.id if retry else refusal_id(entry.sender, body),
        entry.sender,
        day_stated(entry.stated_at, received.astimezone(CHINA).date()),
        candidate.file,
        candidate.line,
        (fault,),
        entry.type,
        entry.id,
        body,
        waits,
    )
