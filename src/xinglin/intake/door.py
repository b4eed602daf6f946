"""The door of the house: files in, records and refusals out; and what people do with refusals afterwards."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

from sqlalchemy import Engine

from xinglin.core.clock import Clock
from xinglin.core.errors import InputError, Problem
from xinglin.database.engine import reading, transaction
from xinglin.intake import refusals
from xinglin.intake.batch import Batch, Candidate, Decision, Desk, Settled
from xinglin.intake.check import Checker
from xinglin.intake.files import find_files, unreadable
from xinglin.intake.item import Item
from xinglin.intake.ledger import days_between
from xinglin.intake.reader import read_items
from xinglin.intake.receiving import Origin, receive, receive_again
from xinglin.intake.refusal import UNSETTLED, FeedDay, LoadReport, MendResult, Progress, Refusal, RefusalState
from xinglin.intake.refusals import Refused, Waiting
from xinglin.log.port import Log
from xinglin.log.record import Entry
from xinglin.log.sql import moment_text
from xinglin.packs.codes import Codes

BATCH_RESOURCES = 5_000
BATCH_BYTES = 32 * 1024 * 1024
_RETRIES = 2_000
_ALLOCATIONS = 100_000


@dataclass(slots=True)
class _Totals:
    """A load's running counts."""

    files: int = 0
    bytes: int = 0
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    held: int = 0
    released: int = 0
    by_reason: Counter[str] = field(default_factory=Counter)

    def add(self, settled: Settled) -> None:
        self.accepted += settled.accepted
        self.duplicates += settled.duplicates
        self.refused += settled.refused
        self.held += settled.held
        self.released += settled.released
        self.by_reason.update(settled.by_reason)

    def report(self, problems: Iterable[Problem], began: float) -> LoadReport:
        return LoadReport(
            self.files,
            self.lines,
            self.accepted,
            self.duplicates,
            self.refused,
            self.held,
            self.released,
            dict(sorted(self.by_reason.items())),
            tuple(problems),
            perf_counter() - began,
        )


class Intake:
    """Takes in what institutions send. `codes`: the packs' code tables, against which codes are checked.

    Sending anything again, in any order, after any crash, is safe: what is known is counted and left alone. Every
    method raises StorageError when the database fails; what was reported as progress before that is kept.
    """

    def __init__(self, engine: Engine, log: Log, clock: Clock, codes: Codes | None = None) -> None:
        self._engine, self._log, self._clock = engine, log, clock
        self._checker = Checker(codes, clock().year)
        self._desk = Desk(log)

    def load(
        self,
        paths: Sequence[Path],
        *,
        sender: str | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> LoadReport:
        """Load files and folders. What cannot be read is a problem in the report; the rest goes on.

        `sender`: who sends what does not name its sender. `progress` is called after each committed batch.
        """
        with _few_collections():
            return self._load(paths, sender, progress)

    def _load(
        self, paths: Sequence[Path], sender: str | None, progress: Callable[[Progress], None] | None
    ) -> LoadReport:
        began = perf_counter()
        found = find_files(paths)
        problems = list(found.problems)
        totals, batch = _Totals(), Batch()
        self._release_all(totals)
        bytes_total = sum(size for _, size in found.files)

        def commit() -> None:
            nonlocal batch
            self._settle(batch, totals)
            batch = Batch()
            if progress is not None:
                spent = perf_counter() - began
                progress(
                    Progress(
                        totals.files, len(found.files), totals.bytes, bytes_total, totals.lines, totals.accepted, spent
                    )
                )

        for path, size in found.files:
            origin = Origin(_shown(path), sender, self._clock())
            for item in _items(path, problems):
                totals.lines += 1
                self._put(batch, receive(self._checker, item, origin))
                if len(batch.candidates) + len(batch.refused) >= BATCH_RESOURCES or batch.size >= BATCH_BYTES:
                    commit()
            totals.files += 1
            totals.bytes += size
        commit()
        self._release_all(totals)
        return totals.report(problems, began)

    def refusals(
        self,
        *,
        state: RefusalState | None = None,
        reason: str | None = None,
        sender: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Refusal]:
        """Refusals, newest first."""
        with reading(self._engine) as connection:
            return refusals.find(connection, limit, offset, state=state, reason=reason, sender=sender)

    def count_refusals(
        self, *, state: RefusalState | None = None, reason: str | None = None, sender: str | None = None
    ) -> int:
        with reading(self._engine) as connection:
            return refusals.count(connection, state=state, reason=reason, sender=sender)

    def refusal_reasons(self) -> list[tuple[str, RefusalState, int]]:
        """How many refusals there are of each reason in each state."""
        with reading(self._engine) as connection:
            return refusals.count_by_reason(connection)

    def refusal(self, id: str) -> Refusal | None:
        with reading(self._engine) as connection:
            return next(iter(refusals.find(connection, 1, 0, id=id)), None)

    def mend(self, id: str, body: bytes, *, by: str) -> MendResult:
        """Put `body` (one resource in JSON) in place of what was refused. The refusal keeps both, and who mended it.

        What waited for it is released. Raises InputError when there is no such refusal or it is settled already.
        """
        refusal = self._unsettled(id)
        received = self._clock()
        kept = Waiting(refusal.id, refusal.sender, received.date(), refusal.file, refusal.line, refusal.body)
        with reading(self._engine) as connection:
            kept = kept._replace(day=refusals.day_of(connection, id))
        taken = receive_again(self._checker, kept, received, body)
        if isinstance(taken, Refused):
            return MendResult(False, taken.faults)
        settled = self._desk.settle(Batch([taken]), received, Decision(by, "mended", body))
        if settled.faults:
            return MendResult(False, settled.faults)
        self._release(settled.arrived, _Totals())
        return MendResult(True)

    def replay(self, *, reason: str | None = None, by: str) -> LoadReport:
        """Try every open and waiting refusal again, of one reason or all: after a code table grew, say.

        In the report, `lines` is how many were tried and `released` how many are in the log now.
        """
        began, totals, last = perf_counter(), _Totals(), ""
        while True:
            with reading(self._engine) as connection:
                some = refusals.unsettled_after(connection, last, reason, _RETRIES)
            if not some:
                return totals.report((), began)
            last = some[-1].id
            totals.lines += len(some)
            self._retry(some, totals, Decision(by))

    def dismiss(self, id: str, *, by: str, why: str) -> None:
        """Leave a refused thing out for good. Raises InputError as `mend` does."""
        self._unsettled(id)
        with transaction(self._engine) as connection:
            refusals.dismiss(connection, id, by=by, at=moment_text(self._clock()), why=why)

    def feeds(self, first: date, last: date) -> list[FeedDay]:
        """Each sender's days from `first` to `last`, both included."""
        with reading(self._engine) as connection:
            return list(days_between(connection, first, last))

    def _put(self, batch: Batch, taken: Candidate | Refused) -> None:
        if isinstance(taken, Candidate):
            batch.candidates.append(taken)
            batch.size += len(taken.entry.body)
        else:
            batch.refused.append(taken)
            batch.size += len(taken.body)

    def _settle(self, batch: Batch, totals: _Totals) -> None:
        if not batch.candidates and not batch.refused:
            return
        settled = self._desk.settle(batch, self._clock())
        totals.add(settled)
        self._release(settled.arrived, totals)

    def _release(self, arrived: Sequence[Entry], totals: _Totals) -> None:
        """Let in what waited for these."""
        with reading(self._engine) as connection:
            types = refusals.awaited_types(connection)
            keys = {(entry.type, entry.id) for entry in arrived if entry.type in types}
            waiting = list(refusals.waiting_for(connection, keys)) if keys else []
        for start in range(0, len(waiting), _RETRIES):
            self._retry(waiting[start : start + _RETRIES], totals, Decision())

    def _release_all(self, totals: _Totals) -> None:
        """Let in whatever waits for something known: what a crash or another process at the same time left behind."""
        while True:
            with reading(self._engine) as connection:
                waiting = refusals.releasable(connection, _RETRIES)
            if not waiting:
                return
            self._retry(waiting, totals, Decision())

    def _retry(self, kept: Sequence[Waiting], totals: _Totals, decision: Decision) -> None:
        received, batch = self._clock(), Batch()
        for one in kept:
            taken = receive_again(self._checker, one, received)
            if isinstance(taken, Refused):
                batch.refused_again.append(taken)
            else:
                batch.candidates.append(taken)
        settled = self._desk.settle(batch, received, decision)
        totals.add(settled)
        self._release(settled.arrived, totals)

    def _unsettled(self, id: str) -> Refusal:
        refusal = self.refusal(id)
        if refusal is not None and refusal.state in UNSETTLED:
            return refusal
        found = "there is no such refusal." if refusal is None else f"it is {refusal.state} already."
        raise InputError(Problem(f"refusal {id[:32]}", found, "a waiting or open refusal", "Look it up in the list."))


@contextmanager
def _few_collections() -> Iterator[None]:
    """Garbage collection looks through a whole batch time and again and finds nothing: a tenth of a load's time."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _ALLOCATIONS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _items(path: Path, problems: list[Problem]) -> Iterator[Item]:
    """The items of a file up to where it can no longer be read."""
    try:
        yield from read_items(path)
    except OSError as error:
        problems.append(unreadable(path, error))


def _shown(path: Path) -> str:
    """The path as text that every database takes, also where its bytes are no UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()
