"""One thing received, between the reader and the check: a resource, a deletion, or something that is neither."""

from __future__ import annotations

from typing import Any, NamedTuple

from xinglin.intake.fault import Fault


class Deletion(NamedTuple):
    """A sender's word that a resource is gone. `stated_at` is a FHIR instant as written."""

    type: str
    id: str
    stated_at: str
    sender: str | None


class Item(NamedTuple):
    """`line`: line of an NDJSON file, or entry of a Bundle, from 1. Exactly one of the three is given.

    `body`: the bytes of what cannot be read, so that it can be looked at and mended; of very long ones the beginning,
    and then `identity` is the hash of the whole.
    """

    line: int
    resource: dict[str, Any] | None = None
    deletion: Deletion | None = None
    fault: Fault | None = None
    body: bytes = b""
    identity: bytes = b""
