"""The rows of all views, kept up to date from the log as Parquet files, one consistent version after another.

A refresh reads what changed since the manifest's position, writes a new file for each view that is touched (kept rows
of the old file and the new rows), and puts a new manifest in force. It may be killed at any moment and repeated.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import orjson

from xinglin.core.clock import Clock, system_clock
from xinglin.core.errors import StorageError
from xinglin.log.port import Log
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views.compiled import compile_views
from xinglin.views.errors import LeftOut
from xinglin.views.manifest import (
    NOTHING,
    Kept,
    Manifest,
    Snapshot,
    alone,
    read_manifest,
    snapshot_of,
    sync,
    whole,
    write_manifest,
)
from xinglin.views.places import ancestor_table
from xinglin.views.staging import Staging
from xinglin.views.statement import COMPILER
from xinglin.views.writing import Writer

#: Makes a derived table: from a connection with every view under its quoted id, the SQL of its rows; None: no table.
Derived = Callable[[duckdb.DuckDBPyConnection], str | None]


@dataclass(frozen=True)
class RefreshStep:
    """Told to `progress`: what is done ("read": resources of the log, "view", "table"), to what, and how far."""

    stage: str
    name: str
    done: int
    total: int | None = None


Progress = Callable[[RefreshStep], None]
_READ_EVERY = 20_000


class ViewStore:
    """The folder of all views' rows. Any number of readers; writers wait for one another."""

    def __init__(
        self,
        folder: Path,
        library: Library,
        *,
        derived: Mapping[str, Derived] | None = None,
        clock: Clock = system_clock,
        memory_limit: str = "2GB",
        threads: int = 2,
    ) -> None:
        """`derived`: further tables worked out from the views at each refresh, by name ("ancestor" is always there).

        Raises ViewError with every problem of every view.
        """
        self._folder = folder
        self._views = compile_views(library.of(View).values())
        self._hashes = {view.id: _definition_hash(view) for view in library.of(View).values()}
        self._derived: dict[str, Derived] = {"ancestor": ancestor_table, **(derived or {})}
        self._clock = clock
        self._memory_limit = memory_limit
        self._threads = threads

    def snapshot(self) -> Snapshot | None:
        """The version in force, or None before the first refresh."""
        return snapshot_of(self._folder, read_manifest(self._folder))

    def refresh(self, log: Log, *, progress: Progress | None = None) -> Snapshot:
        """Bring every view up to the log's last record; work all out anew where a file of theirs is damaged.

        Raises StorageError; the former version then stays in force.
        """
        return self._make(log, progress or (lambda step: None), anew=False)

    def rebuild(self, log: Log, *, progress: Progress | None = None) -> Snapshot:
        """Work every view out from nothing, as a new version."""
        return self._make(log, progress or (lambda step: None), anew=True)

    def _make(self, log: Log, progress: Progress, *, anew: bool) -> Snapshot:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with alone(self._folder):
                before = read_manifest(self._folder)
                self._sweep(before)
                upto = log.last_position()
                known = NOTHING if anew or upto < before.position or not self._whole(before) else before
                manifest = self._next(log, before, known, upto, progress)
                if manifest is not before:
                    write_manifest(self._folder, manifest)
                    self._sweep(manifest)
        except duckdb.OutOfMemoryException as error:
            raise StorageError(
                f"views: {self._memory_limit} of memory do not suffice. Allow more memory; the former version stays."
            ) from error
        except (OSError, duckdb.IOException) as error:
            raise StorageError(
                f"views in {self._folder}: {str(error).splitlines()[0]}. Check free disk space and the rights on the "
                "folder; the former version stays in force and the refresh can be repeated."
            ) from error
        made = snapshot_of(self._folder, manifest)
        assert made is not None
        return made

    def _whole(self, manifest: Manifest) -> bool:
        kept = snapshot_of(self._folder, manifest)
        return kept is None or whole(file for files in kept.files.values() for file in files)

    def _next(self, log: Log, before: Manifest, known: Manifest, upto: int, progress: Progress) -> Manifest:
        """The manifest after this refresh; `before` itself when there is nothing to do."""
        fresh = {name for name, digest in self._hashes.items() if not self._has(known, name, digest)}
        full = {self._views[name].table.resource for name in fresh}
        later = {view.table.resource for view in self._views.values()} - full if upto > known.position else set()
        gone = before.tables.keys() - self._views.keys()
        asked = tuple(sorted(self._derived))
        idle = known is before and upto == before.position and asked == before.asked
        if before.version and idle and not fresh and not gone:
            return before
        version = before.version + 1
        target = self._folder / f"v{version:06}"
        with TemporaryDirectory(prefix=".staging-", dir=self._folder) as name, ExitStack() as stack:
            scratch = Path(name)
            writer = stack.enter_context(Writer(self._folder, target, scratch, self._memory_limit, self._threads))
            tables = {name: kept for name, kept in known.tables.items() if name in self._views}
            changed = self._stage(log, known.position, upto, later, scratch, progress)
            changed |= self._stage(log, 0, upto, full, scratch, progress)
            left_out: list[LeftOut] = []
            touched = [(view, staged) for staged in changed.values() for view in staged.views]
            for done, (view, staged) in enumerate(touched):
                progress(RefreshStep("view", view.id, done, len(touched)))
                old = None if staged.resource in full else tables[view.id]
                tables[view.id], left = writer.view(view, staged, old, self._hashes[view.id])
                left_out += [*left, *(fault for fault in staged.left_out if fault.view == view.id)]
            left_file, counts = writer.left_out(known.left_out_file, left_out, tables.keys(), changed.values(), full)
            derived: dict[str, Kept] = {}
            for name, build in self._derived.items():
                progress(RefreshStep("table", name, 0))
                rows = writer.derived(name, build, tables, known.derived.get(name), {view.id for view, _ in touched})
                derived |= {name: rows} if rows else {}
        sync(target)
        sync(self._folder)
        previous = tuple(sorted(before.files()))
        made_at = self._clock().isoformat(timespec="seconds")
        return Manifest(version, upto, made_at, tables, derived, left_file, counts, previous, asked)

    def _stage(
        self, log: Log, after: int, upto: int, types: set[str], scratch: Path, progress: Progress
    ) -> dict[str, Staging]:
        """What changed in (after, upto], by resource type; a type without changes stands only when all is read."""
        if not types:
            return {}
        staged: dict[str, Staging] = {}
        with ExitStack() as stack:

            def opened(resource: str) -> Staging:
                views = [view for view in self._views.values() if view.table.resource == resource]
                staged[resource] = stack.enter_context(Staging(scratch, resource, views))
                return staged[resource]

            for resource in types if after == 0 else ():
                opened(resource)
            count = 0
            # Of a few changes it is cheaper to pass over some than to have the database look for types.
            asked = types if after == 0 else None
            for record in log.changes(after, upto, asked) if upto > after else ():
                if record.type not in types:
                    continue
                current = staged.get(record.type) or opened(record.type)
                current.change(record.id, None if record.deleted else record.body)
                count += 1
                if count % _READ_EVERY == 0:
                    progress(RefreshStep("read", record.type, count))
            progress(RefreshStep("read", "", count))
        return staged

    def _has(self, known: Manifest, name: str, digest: str) -> bool:
        kept = known.tables.get(name)
        return kept is not None and kept.definition == digest and (self._folder / kept.file).exists()

    def _sweep(self, manifest: Manifest) -> None:
        """Remove what neither the version in force nor the one before it names."""
        wanted = manifest.files() | set(manifest.previous)
        for folder in self._folder.glob("v[0-9]*"):
            for file in folder.iterdir():
                if f"{folder.name}/{file.name}" not in wanted:
                    file.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()
        for left in self._folder.glob(".staging-*"):
            shutil.rmtree(left, ignore_errors=True)


def _definition_hash(view: View) -> str:
    meaning = view.model_dump(include={"resource", "constant", "select", "where"}, mode="json")
    return hashlib.sha256(orjson.dumps([COMPILER, meaning], option=orjson.OPT_SORT_KEYS)).hexdigest()
