"""An item → a candidate for the log or a refusal to keep, with its sender and its day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from xinglin.core.clock import CHINA
from xinglin.core.fhir import resource_types
from xinglin.core.text import Text
from xinglin.intake.batch import Candidate
from xinglin.intake.bundle import deletion_bundle
from xinglin.intake.check import LOCAL_SENDER, Checker, canonical, content_hash, sender_of, stated_text
from xinglin.intake.fault import Fault
from xinglin.intake.item import Deletion, Item
from xinglin.intake.ledger import day_stated
from xinglin.intake.primitives import ID, is_date_out_of_range
from xinglin.intake.reader import items_of
from xinglin.intake.refusals import Refused, Waiting, refusal_id
from xinglin.log.record import Entry

_ID = re.compile(ID)
_SEVERAL = Text(zh="不是恰好一个资源", en="not exactly one resource")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where items come from. `sender`: who sends what does not name its sender. `retry`: the refusal tried again."""

    file: str
    sender: str | None
    received: datetime
    retry: Waiting | None = None


def receive(checker: Checker, item: Item, origin: Origin) -> Candidate | Refused:
    """Check one item. Never raises for what it contains."""
    if item.resource is not None:
        checked = checker.check(item.resource, origin.sender)
        if isinstance(checked, list):
            return _refused(item, item.resource, checked, origin)
        return Candidate(checked.entry, checked.persons, origin.file, item.line, origin.retry)
    if item.deletion is not None:
        return _deleted(checker, item, item.deletion, origin)
    faults = [item.fault or Fault("not-a-resource", "")]
    return _refused(item, _readable(item.body), faults, origin)


def receive_again(
    checker: Checker, kept: Waiting, received: datetime, body: bytes | None = None
) -> Candidate | Refused:
    """Check a kept refusal again, with another `body` where a person has mended it."""
    origin = Origin(kept.file, kept.sender, received, kept)
    items = list(items_of(kept.body if body is None else body, kept.line))
    if len(items) == 1:
        return receive(checker, items[0], origin)
    return _refused(Item(kept.line, body=kept.body), {}, [Fault("not-a-resource", "", _SEVERAL)], origin)


def _deleted(checker: Checker, item: Item, deletion: Deletion, origin: Origin) -> Candidate | Refused:
    kept = deletion_bundle(deletion)
    if not checker.is_instant(deletion.stated_at):
        known = is_date_out_of_range(deletion.stated_at, checker.last_year)
        fault = Fault("date-out-of-range" if known else "bad-date", "Bundle.timestamp")
        return _refused(Item(item.line, body=kept), {}, [fault], origin)
    stated_at = stated_text(deletion.stated_at)
    sender = sender_of({"source": deletion.sender}) or origin.sender or ""
    body = canonical({"resourceType": deletion.type, "id": deletion.id, "meta": {"lastUpdated": stated_at}})
    # Not the hash of the body alone: a resource could say no more than that, and yet stand.
    entry = Entry(deletion.type, deletion.id, sender, stated_at, True, body, content_hash(b"deleted " + body))
    return Candidate(entry, (), origin.file, item.line, origin.retry, kept)


def _refused(item: Item, resource: dict[str, Any], faults: Sequence[Fault], origin: Origin) -> Refused:
    body = item.body or canonical(resource)
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    kind, id = resource.get("resourceType"), resource.get("id")
    sender = sender_of(meta) or origin.sender or LOCAL_SENDER
    retry = origin.retry
    return Refused(
        retry.id if retry else refusal_id(sender, item.identity or body),
        sender,
        _day(meta.get("lastUpdated"), origin.received),
        origin.file,
        item.line,
        tuple(faults),
        kind if isinstance(kind, str) and kind in resource_types() else "",
        id if isinstance(id, str) and _ID.fullmatch(id) else "",
        body,
    )


def _day(instant: Any, received: datetime) -> date:
    today = received.astimezone(CHINA).date()
    try:
        return day_stated(stated_text(instant), today)
    except (TypeError, ValueError, OverflowError):
        return today


def _readable(body: bytes) -> dict[str, Any]:
    """What of an unreadable body may be read after all: the type and id of a nested Bundle, say."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
