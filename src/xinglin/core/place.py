"""Places: areas (county, town, village) and the institutions in them, each set a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

PlaceKind = Literal["area", "institution"]
AreaLevel = Literal["city", "county", "town", "village"]
LEVEL_BY_LENGTH: dict[int, AreaLevel] = {4: "city", 6: "county", 9: "town", 12: "village"}


@dataclass(frozen=True, slots=True)
class Place:
    """An area or an institution.

    `code`: an area's GB/T 2260 code, or an institution's Organization id. `level`: an area's level, or an
    institution's type. `parent`: code in the same tree, "" at the root. `area`: the area an institution stands in.
    """

    kind: PlaceKind
    code: str
    name: str
    level: str
    parent: str = ""
    area: str = ""


@dataclass(frozen=True)
class Places:
    """All known places. Codes are unique within a kind."""

    all: tuple[Place, ...] = ()

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Place]:
        return {(place.kind, place.code): place for place in self.all}

    @cached_property
    def _children(self) -> dict[tuple[str, str], list[Place]]:
        children: dict[tuple[str, str], list[Place]] = {}
        for place in self.all:
            children.setdefault((place.kind, place.parent), []).append(place)
        return children

    def get(self, kind: PlaceKind, code: str) -> Place | None:
        return self._by_key.get((kind, code))

    def children(self, kind: PlaceKind, code: str) -> tuple[Place, ...]:
        return tuple(self._children.get((kind, code), ()))

    def lineage(self, kind: PlaceKind, code: str) -> Iterator[Place]:
        """The place and its ancestors, nearest first. A circle in the records ends the walk."""
        seen: set[str] = set()
        place = self.get(kind, code)
        while place and place.code not in seen:
            seen.add(place.code)
            yield place
            place = self.get(kind, place.parent)

    def within(self, kind: PlaceKind, code: str) -> frozenset[str]:
        """Codes of the place and everything below it."""
        found, waiting = set(), [code]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(child.code for child in self.children(kind, current))
        return frozenset(found)

    @property
    def root(self) -> Place | None:
        """The topmost area: the county or city that this installation serves."""
        areas = [place for place in self.all if place.kind == "area"]
        tops = [place for place in areas if self.get("area", place.parent) is None]
        return min(tops, key=lambda place: (len(place.code), place.code), default=None)

    def of_kind(self, kind: PlaceKind, levels: Iterable[str] = ()) -> tuple[Place, ...]:
        wanted = frozenset(levels)
        return tuple(p for p in self.all if p.kind == kind and (not wanted or p.level in wanted))
