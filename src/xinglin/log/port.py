"""The log's port: what every other room may ask of the log, whichever database keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from xinglin.log.record import Entry, Outcome, Record

#: Work to do in the transaction of an append, given what became of each entry.
Also = Callable[[Connection, Sequence[Outcome]], None]


class Log(Protocol):
    """Versions of resources in the order they were accepted, at positions 1, 2, 3 ... without gaps.

    A resource is (type, id). Its current version is the one stated last, whatever order versions arrive in. Every
    method raises StorageError when the database fails.
    """

    def append(self, entries: Sequence[Entry], *, received_at: datetime, also: Also | None = None) -> list[Outcome]:
        """Add what is new, in one transaction; when this returns, it has reached the disk.

        One outcome per entry, in order; an entry may meet an earlier one of the same call. `also` runs inside the
        transaction after the entries: if it raises, nothing is kept.
        """
        ...

    def last_position(self) -> int:
        """Position of the newest record, 0 for an empty log."""
        ...

    def read(self, after: int = 0, upto: int | None = None, types: Collection[str] | None = None) -> Iterator[Record]:
        """Records of (after, upto] in position order, streamed."""
        ...

    def changes(self, after: int, upto: int, types: Collection[str] | None = None) -> Iterator[Record]:
        """The current version, as of position `upto`, of each resource with a record in (after, upto].

        Each once, streamed, in order of type and id (by code point). Deleted ones are among them.
        """
        ...

    def versions(self, type: str, id: str) -> list[Record]:
        """All versions of one resource in the order they arrived; empty for an unknown one."""
        ...

    def known(self, keys: Collection[tuple[str, str]], *, deleted: bool = False) -> set[tuple[str, str]]:
        """Which of these (type, id) are in the log and not deleted; with `deleted`, the deleted ones too."""
        ...
