"""A simulated county read back, for the tests of the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True)
class County:
    """A county that was made, read back. `lines`: (sender of the file, day of the file, line) in the order of days."""

    folder: Path
    truth: dict[str, Any]
    lines: tuple[tuple[str, str, bytes], ...]

    @property
    def spoilt(self) -> set[str]:
        return {key for keys in self.truth["noise"]["spoilt"].values() for key in keys}

    def resources(self) -> Iterator[dict[str, Any]]:
        """Every line that is JSON, spoilt or not."""
        for _, _, line in self.lines:
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                continue

    def good(self) -> Iterator[dict[str, Any]]:
        """Every line but the spoilt ones. A misread ID card is spoilt in the first version of its Patient only."""
        misread = set(self.truth["noise"]["spoilt"]["wrong-check-digit"])
        seen: set[str] = set()
        for body in self.resources():
            key = f"{body['resourceType']}/{body['id']}"
            if key in misread and key not in seen:
                seen.add(key)
            elif key in misread or key not in self.spoilt:
                yield body

    def current(self) -> dict[str, dict[str, Any]]:
        """The version with the greatest lastUpdated of each resource that stands in the end, by Type/id."""
        newest: dict[str, dict[str, Any]] = {}
        deleted: dict[str, str] = {}
        for body in self.good():
            if body["resourceType"] == "Bundle":
                deleted[body["entry"][0]["request"]["url"]] = body["timestamp"]
                continue
            key = f"{body['resourceType']}/{body['id']}"
            if key not in newest or newest[key]["meta"]["lastUpdated"] < body["meta"]["lastUpdated"]:
                newest[key] = body
        return {key: body for key, body in newest.items() if key not in deleted}


def read_county(folder: Path) -> County:
    lines = tuple(
        (path.stem, path.parent.name, line)
        for path in sorted((folder / "feeds").glob("*/*.ndjson"))
        for line in path.read_bytes().splitlines()
    )
    return County(folder, orjson.loads((folder / "truth.json").read_bytes()), lines)
