"""The reader of work plans: text in, commitments and targets out.

Pure functions, no I/O and no clock. `docs/plan-reading.md` says what is read and by which rules.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from xinglin.plan.reading.model import Commitment, Heading, Reading, Target
from xinglin.plan.reading.outline import read_outline
from xinglin.plan.reading.page import make_page
from xinglin.plan.reading.targets import read_targets

__all__ = ["Commitment", "Heading", "Reading", "Target", "read_plan", "to_json"]


def read_plan(text: str, *, name: str = "") -> Reading:
    """Read a work plan. Ids of commitments begin with `name`; offsets are code points of `text`."""
    outline = read_outline(text, name)
    page = make_page(text, outline.text, outline.marks)
    targets = read_targets(page, outline, name)
    return Reading(name, len(text), outline.commitments, targets, outline.headings)


def to_json(reading: Reading) -> dict[str, Any]:
    """A reading as plain values: what `xinglin plan read --json` prints.

    A target names its commitment under `item_id`, as annotated plans do.
    """
    targets = []
    for target in reading.targets:
        row = asdict(target)
        row["item_id"] = row.pop("commitment")
        targets.append(row)
    return {
        "name": reading.name,
        "text_length": reading.text_length,
        "headings": [_plain(asdict(one)) for one in reading.headings],
        "commitments": [_plain(asdict(one)) for one in reading.commitments],
        "targets": targets,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in row.items()}
