"""What goes into the log and what comes out of it.

Entry and Record are named tuples, not dataclasses: a county's load makes a million of each, and a frozen dataclass
costs five times as much to make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Entry(NamedTuple):
    """One version of a resource, to be appended.

    `stated_at`: when the sender stated it, UTC, `2025-10-31T08:00:00.000000Z`, or "" when it did not say. `sender`: ""
    is whoever sent the resource before. `body`: canonical JSON. `content_hash`: 16 bytes, the same exactly when the
    content is.
    """

    type: str
    id: str
    sender: str
    stated_at: str
    deleted: bool
    body: bytes
    content_hash: bytes


class Record(NamedTuple):
    """One version of a resource as it stands in the log. `version` counts versions as they arrived, from 1."""

    position: int
    type: str
    id: str
    version: int
    sender: str
    stated_at: str
    received_at: datetime
    content_hash: bytes
    deleted: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entry is in the log at `position`."""

    position: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same content of the same resource is in the log already; nothing was added."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Not added: at `position` stands another sender's resource of this id, or other content of the same time."""

    position: int


Outcome = Accepted | Duplicate | Conflict
