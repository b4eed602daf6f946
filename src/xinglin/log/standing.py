"""What an append decides, apart from any database: which entries are new, and how each resource then stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from xinglin.log.record import Accepted, Conflict, Duplicate, Entry, Outcome


@dataclass(slots=True)
class Standing:
    """How one resource stands: its current version, how many there are, and what each of them was.

    `seen` maps the content hash and `times` the stated time of every version to its position. `is_new`: the
    resource was not in the log before this append.
    """

    sender: str
    position: int
    latest: int
    version: int
    stated_at: str
    hash: bytes
    deleted: bool
    seen: dict[bytes, int] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Appended:
    """Outcomes in the order of the entries, what to insert (entry, position, version, prior), and how things stand.

    `fresh`: resources new to the log with their one version. `changed`: those with several, some of them new too.
    """

    outcomes: list[Outcome]
    rows: list[tuple[Entry, int, int, int]]
    fresh: dict[tuple[str, str], tuple[Entry, int]]
    changed: dict[tuple[str, str], Standing]


def decide(entries: Sequence[Entry], standings: dict[tuple[str, str], Standing], position: int) -> Appended:
    """Settle `entries` in order against `standings` (which is brought up to date), numbering on after `position`."""
    appended = Appended([], [], {}, {})
    outcomes, rows, fresh = appended.outcomes, appended.rows, appended.fresh
    for entry in entries:
        key = (entry.type, entry.id)
        standing = standings.get(key)
        if standing is None and key in fresh:
            standing = standings[key] = _first(*fresh[key])
        if standing is None:
            position += 1
            fresh[key] = (entry, position)
            rows.append((entry, position, 1, 0))
            outcomes.append(Accepted(position))
            continue
        if not entry.sender:
            entry = entry._replace(sender=standing.sender)
        settled = _against(entry, standing)
        if settled is None:
            position += 1
            rows.append((entry, position, standing.version + 1, standing.latest))
            _add(standing, entry, position)
            appended.changed[key] = standing
            fresh.pop(key, None)
            settled = Accepted(position)
        outcomes.append(settled)
    return appended


def with_versions(standing: Standing, versions: Iterable[tuple[int, str, bytes]]) -> None:
    """Tell `standing` what its versions were: (position, stated_at, hash)."""
    for position, stated_at, content_hash in versions:
        standing.seen[content_hash] = position
        standing.times[stated_at] = position


def _against(entry: Entry, standing: Standing) -> Outcome | None:
    if entry.content_hash in standing.seen:
        return Duplicate()
    if entry.sender != standing.sender:
        return Conflict(standing.position)
    if entry.stated_at in standing.times:
        return Conflict(standing.times[entry.stated_at])
    return None


def _first(entry: Entry, position: int) -> Standing:
    return Standing(
        entry.sender,
        position,
        position,
        1,
        entry.stated_at,
        entry.content_hash,
        entry.deleted,
        {entry.content_hash: position},
        {entry.stated_at: position},
        is_new=True,
    )


def _add(standing: Standing, entry: Entry, position: int) -> None:
    standing.version += 1
    standing.latest = position
    standing.seen[entry.content_hash] = position
    standing.times[entry.stated_at] = position
    if entry.stated_at > standing.stated_at:
        standing.position, standing.stated_at = position, entry.stated_at
        standing.hash, standing.deleted = entry.content_hash, entry.deleted
