"""The order in which things arrive, and how often, changes nothing."""

from __future__ import annotations

import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.core.clock import CHINA
from xinglin.database.engine import open_database, sqlite_url
from xinglin.intake import door
from xinglin.intake.door import Intake
from xinglin.log.sql import SqlLog

SOURCE = "urn:xinglin:sender:h1"


def meta(day: int) -> dict[str, str]:
    return {"lastUpdated": f"2025-10-{day:02}T08:00:00+08:00", "source": SOURCE}


def patient(id: str, day: int, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "meta": meta(day), **more}


def seen(id: str, day: int, *persons: str, **more: Any) -> dict[str, Any]:
    subject, *others = ({"reference": f"Patient/{person}"} for person in persons)
    return {
        "resourceType": "Observation",
        "id": id,
        "meta": meta(day),
        "status": "final",
        "code": {"text": "x"},
        "subject": subject,
        **({"performer": others} if others else {}),
        **more,
    }


def gone(key: str, day: int) -> dict[str, Any]:
    entry = {"request": {"method": "DELETE", "url": key}}
    return {
        "resourceType": "Bundle",
        "type": "history",
        "timestamp": meta(day)["lastUpdated"],
        "meta": {"source": SOURCE},
        "entry": [entry],
    }


# Corrections, late and early; deletions, of things that come, never come and come back; persons who never come, who
# come mended, and who are gone; faults of each stage.
THINGS: list[Any] = [
    patient("p1", 1),
    patient("p1", 2, gender="male"),
    patient("p1", 3, gender="zz"),
    patient("p2", 1),
    gone("Patient/p2", 4),
    patient("p3", 2, gender="zz"),
    patient("p3", 3, gender="female"),
    gone("Patient/p4", 2),
    patient("p4", 1),
    patient("p4", 3),
    gone("Patient/p5", 1),
    seen("o1", 1, "p1"),
    seen("o1", 2, "p2", status="corrected"),
    seen("o2", 1, "p2"),
    seen("o3", 1, "p9"),
    seen("o4", 1, "p1", "p9"),
    seen("o5", 1, "p3", "p4"),
    gone("Observation/o5", 2),
    seen("o6", 1, "p1", issued="9999-01-01T00:00:00Z"),
    gone("Observation/o3", 2),
    seen("o7", 2, "p5"),
    {"resourceType": "Pateint", "id": "x"},
    b"{cut",
]
LINES = [thing if isinstance(thing, bytes) else json.dumps(thing).encode() for thing in THINGS]


def outcome(batches: list[list[int]], size: int) -> Any:
    """What stands after loading the lines of each batch as one file: current versions, refusals, ledger."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "BATCH_RESOURCES", size)
        folder = Path(name)
        engine = open_database(sqlite_url(folder / "x.db"))
        log = SqlLog(engine)
        intake = Intake(engine, log, lambda: datetime(2025, 10, 31, 12, tzinfo=CHINA))
        for number, batch in enumerate(batches):
            file = folder / f"{number}.ndjson"
            file.write_bytes(b"".join(LINES[line] + b"\n" for line in batch))
            intake.load([file])
        current = [
            (r.type, r.id, r.sender, r.stated_at, r.deleted, r.body) for r in log.changes(0, log.last_position())
        ]
        refused = {
            (r.id, r.state, r.reason, r.path, r.sender, r.body, r.faults)
            for state in ("open", "waiting")
            for r in intake.refusals(state=state, limit=100)
        }
        days = [(d.sender, d.day, d.accepted, d.refused) for d in intake.feeds(date.min, date.max)]
        engine.dispose()
        return current, refused, days


IN_ORDER = outcome([list(range(len(LINES)))], 1_000)


def test_the_reference_is_not_empty() -> None:
    """What orders are compared with holds current versions, deletions, waiting and open refusals."""
    current, refused, _ = IN_ORDER
    assert len(current) == 7
    assert {row[1] for row in current if row[4]} == {"p2", "o5"}
    assert sorted(one[2] for one in refused) == [
        "date-out-of-range",
        "deletion-of-unknown",
        "deletion-of-unknown",
        "not-json",
        "unknown-code",
        "unknown-code",
        "unknown-resource-type",
        "unresolved-reference",
        "unresolved-reference",
        "unresolved-reference",
    ]


@settings(max_examples=15)
@given(
    order=st.permutations(range(len(LINES))),
    twice=st.lists(st.integers(0, len(LINES) - 1), max_size=12),
    cuts=st.lists(st.integers(1, 30), min_size=1, max_size=6),
    size=st.integers(1, 12),
)
def test_order_and_repetition_change_nothing(order: list[int], twice: list[int], cuts: list[int], size: int) -> None:
    """Any order, any line again, in files and transactions of any size: the same versions, refusals and ledger."""
    sequence = [*order, *twice]
    batches: list[list[int]] = []
    for cut in cuts:
        batches.append(sequence[:cut])
        sequence = sequence[cut:]
    assert outcome([*batches, sequence], size) == IN_ORDER
