"""The one file that tells which rows are current: the reader's place in the log and its result, replaced together.

A crash before the replacement leaves the former version in force and some files that no one names; the next refresh
removes them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from pyarrow import ArrowInvalid
from pyarrow.parquet import read_metadata

NAME = "manifest.json"
FORMAT = 1


class Kept(msgspec.Struct, frozen=True):
    """A table of a version. `file`: below the views' folder. `definition`: hash of what it was made by.

    `reads`: for a derived table, the tables it was made from.
    """

    file: str
    rows: int
    definition: str
    reads: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True):
    """A version of all views. `previous`: files that readers of the version before may still read.

    `asked`: the derived tables that were asked for; not each can be made of every library.
    """

    version: int
    position: int
    made_at: str
    tables: dict[str, Kept]
    derived: dict[str, Kept]
    left_out_file: str = ""
    left_out: dict[str, dict[str, int]] = {}
    previous: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    format: int = FORMAT

    def files(self) -> set[str]:
        """Every file of this version."""
        named = {kept.file for kept in (*self.tables.values(), *self.derived.values())}
        return named | ({self.left_out_file} if self.left_out_file else set())


NOTHING = Manifest(0, 0, "", {}, {})


@dataclass(frozen=True)
class Snapshot:
    """One consistent version of all rows: `position` is the last record of the log that is in it.

    `files`, `rows`: by view id, and by name for derived tables such as "resident". `left_out`: how many resources a
    view could not take, by reason.
    """

    version: int
    position: int
    made_at: str
    files: Mapping[str, tuple[Path, ...]]
    rows: Mapping[str, int]
    left_out: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """The current manifest; NOTHING when there is none or it is damaged (the log can always make it again)."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.MsgspecError):
        return NOTHING
    return found if found.format == FORMAT else NOTHING


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put `manifest` in force."""
    replace(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def replace(file: Path, content: bytes) -> None:
    """Give a file new content: all of it or, after a crash or a power cut, nothing of it."""
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
    sync(file.parent)


def whole(files: Iterable[Path]) -> bool:
    """False where one of these Parquet files is gone or cut off: what was worked out can be worked out again."""
    try:
        for file in files:
            read_metadata(file)
    except (OSError, ArrowInvalid):
        return False
    return True


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: the system releases it when the process ends, however it ends."""
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def sync(path: Path) -> None:
    """Wait until a file's contents, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def snapshot_of(folder: Path, manifest: Manifest) -> Snapshot | None:
    """What a manifest offers to readers, or None when nothing has been made yet."""
    if manifest.version == 0:
        return None
    tables = {**manifest.tables, **manifest.derived}
    return Snapshot(
        manifest.version,
        manifest.position,
        manifest.made_at,
        {name: (folder / kept.file,) for name, kept in tables.items()},
        {name: kept.rows for name, kept in tables.items()},
        manifest.left_out,
    )
