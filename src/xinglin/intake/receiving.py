"""An item → a candidate for the log or a refusal to keep, with its sender and its day."""

from __future__ import annotations

import re
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
from xinglin.intake.primitives import FIRST_YEAR, ID, YEARS_AHEAD
from xinglin.intake.reader import items_of
from xinglin.intake.refusals import Refused, Waiting, refusal_id
from xinglin.log.record import Entry

_ID = re.compile(ID)
_SEVERAL = Text(zh="不是恰好一个资源", en="not exactly one resource")


def receive(
    checker: Checker, item: Item, *, file: str, sender: str | None, received: datetime, retry: Waiting | None = None
) -> Candidate | Refused:
    """`sender`: who sends what does not name its sender."""
    if item.resource is not None:
        checked = checker.check(item.resource, sender)
        if isinstance(checked[0], Entry):
            return Candidate(checked[0], checked[1], file, item.line, retry)  # type: ignore[arg-type]
        return _refuse(item, item.resource, checked, file, sender, received, retry)  # type: ignore[arg-type]
    if item.deletion is not None:
        return _delete(item, item.deletion, file, sender, received, retry)
    fault = item.fault or Fault("not-a-resource", "")
    return _refuse(item, _readable(item.body), (fault,), file, sender, received, retry)
