"""A reading brought back from the JSON it was kept as, so that what people bound stays where they bound it."""

from __future__ import annotations

from typing import Any

import msgspec

from xinglin.plan.reading.model import Commitment, Heading, Reading, Target


def reading_from_json(name: str, text: str, kept: dict[str, Any]) -> Reading:
    """The reading of `text` that was kept. Raises msgspec.ValidationError when `kept` is no reading."""
    targets = [{**target, "commitment": target.get("item_id")} for target in kept["targets"]]
    return Reading(
        name=name,
        text_length=len(text),
        commitments=tuple(msgspec.convert(kept["commitments"], list[Commitment])),
        targets=tuple(msgspec.convert(targets, list[Target])),
        headings=tuple(msgspec.convert(kept.get("headings", []), list[Heading])),
    )
