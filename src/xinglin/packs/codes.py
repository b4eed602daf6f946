"""Codes of a pack: `codes/*.csv`, each the entries of one or more code systems with the days they are in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from xinglin.core.text import Text

#: The columns of a code file, in this order.
COLUMNS = ("code", "system", "zh", "en", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code system. `valid_from` and `valid_to` are both days on which it is in force; None is open.

    `more`: what a file says of the code in further columns of its own (a disease's class, its hours to report).
    """

    code: str
    system: str
    title: Text
    valid_from: date | None = None
    valid_to: date | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def holds_on(self, day: date) -> bool:
        after_start = self.valid_from is None or self.valid_from <= day
        return after_start and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Codes:
    """All code systems of all packs. A code may stand several times, in force on days that do not overlap."""

    by_system: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)

    def systems(self) -> tuple[str, ...]:
        return tuple(self.by_system)

    def of(self, system: str, on: date | None = None) -> tuple[Code, ...]:
        """The entries of `system` in the order of the file; with a day, only those in force on it."""
        entries = self.by_system.get(system, ())
        return entries if on is None else tuple(entry for entry in entries if entry.holds_on(on))

    def get(self, system: str, code: str, on: date | None = None) -> Code | None:
        """The entry for `code`; without a day, the newest."""
        found = [entry for entry in self.of(system, on) if entry.code == code]
        return max(found, key=lambda entry: entry.valid_from or date.min, default=None)


def gather(codes: Iterable[Code]) -> Codes:
    """Codes by their system, in the order given."""
    by_system: dict[str, list[Code]] = {}
    for code in codes:
        by_system.setdefault(code.system, []).append(code)
    return Codes({system: tuple(entries) for system, entries in by_system.items()})


def overlapping(codes: Iterable[Code]) -> Iterator[tuple[Code, Code]]:
    """Pairs of entries for one code of one system that are in force on the same day."""
    seen: dict[tuple[str, str], list[Code]] = {}
    for code in codes:
        earlier = seen.setdefault((code.system, code.code), [])
        yield from ((other, code) for other in earlier if _overlap(other, code))
        earlier.append(code)


def _overlap(one: Code, other: Code) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_to or date.max, other.valid_to or date.max)
    return starts <= ends
