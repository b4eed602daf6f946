"""What lies in the folder of figures: versions of amounts as Parquet, and the manifest that names the current one.

A version's folder holds amount.parquet and provenance.parquet (tables of `amounts`) and place.parquet. The manifest is
replaced atomically: a crash leaves the former version in force and a folder that no one names, removed by the next.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from xinglin.core.errors import StorageError
from xinglin.core.place import Place, Places
from xinglin.indicators.amounts import SORTED, unique_places
from xinglin.views.manifest import alone, replace, sync

MANIFEST = "manifest.json"
FORMAT = 1
TABLES = ("amount", "provenance")


class Version(msgspec.Struct, frozen=True):
    """One version of all figures. `version`, `position`: of the views it was worked out from.

    `definitions`: hash of indicators and views. `tallies`: each tally as text; its place is its number in the tables.
    `to_date`: the last days of the years to date that are there. `left_out`: by tally, rows by reason.
    """

    version: int
    position: int
    made_at: str
    definitions: str
    as_of: date
    first_day: date
    folder: str
    tallies: tuple[str, ...]
    to_date: tuple[date, ...]
    left_out: Mapping[int, Mapping[str, int]]


class Manifest(msgspec.Struct, frozen=True):
    """The current version and the one before it, which readers may still have open."""

    current: Version
    previous: Version | None = None
    format: int = FORMAT


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest, or None where there is none or it is damaged: figures can always be worked out again.

    Raises StorageError where the folder may not be read.
    """
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return None
    except OSError as error:
        raise StorageError(f"figures {folder}: {error.strerror}. Check the rights on the folder.") from error
    return found if found.format == FORMAT else None


def keep(folder: Path, session: DuckDBPyConnection, version: Version, places: Places) -> Manifest:
    """Write the session's tables as `version`, put it in force and remove what is older than the one before.

    Writers wait for one another. Raises StorageError when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            before = read_manifest(folder)
            manifest = Manifest(_apart(version, before), before.current if before else None)
            _write_tables(folder / manifest.current.folder, session, places)
            replace(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            _sweep(folder, manifest)
    except (OSError, duckdb.IOException) as error:
        reason = str(error).splitlines()[0]
        remedy = "Check free disk space and the rights on the folder; the figures before stay in force."
        raise StorageError(f"figures {folder}: {reason}. {remedy}") from error
    return manifest


def files_of(folder: Path, version: Version) -> tuple[Path, ...]:
    """The files that a version consists of."""
    return tuple(folder / version.folder / f"{table}.parquet" for table in (*TABLES, "place"))


def _apart(version: Version, before: Manifest | None) -> Version:
    """The version in a folder of its own: one of the same name may be in force after views were made anew."""
    taken = {one.folder for one in (before.current, before.previous) if one} if before else set()
    names = (f"{version.folder}-{number}" for number in count())
    return msgspec.structs.replace(version, folder=next(name for name in names if name not in taken))


def _write_tables(target: Path, session: DuckDBPyConnection, places: Places) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for table in TABLES:
        file = str(target / f"{table}.parquet").replace("'", "''")
        session.execute(f"COPY (SELECT * FROM xl_{table} {SORTED}) TO '{file}' (FORMAT parquet)")
    pq.write_table(_place_table(unique_places(places)), target / "place.parquet")
    for written in (*target.iterdir(), target):
        sync(written)


def read_places(folder: Path) -> Places:
    """The places of a version, in the order of their ids."""
    rows = pq.read_table(folder / "place.parquet").to_pylist()
    return Places(tuple(Place(**row) for row in rows))


def _place_table(places: Sequence[Place]) -> pa.Table:
    names = ("kind", "code", "name", "level", "parent", "area")
    return pa.table({name: pa.array([getattr(place, name) for place in places], pa.string()) for name in names})


def _sweep(folder: Path, manifest: Manifest) -> None:
    named = {version.folder for version in (manifest.current, manifest.previous) if version}
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in named:
            shutil.rmtree(entry, ignore_errors=True)
