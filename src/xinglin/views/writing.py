"""Parquet files of a new version: a view's kept and new rows, what was left out, and derived tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from xinglin.views.compiled import Compiled, answer
from xinglin.views.duck import quoted, text
from xinglin.views.errors import LeftOut
from xinglin.views.manifest import Kept, sync
from xinglin.views.staging import Staging

_PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
_LEFT_OUT = pa.schema([(name, pa.string()) for name in ("view", "key", "reason", "detail")])


class Writer:
    """Writes the files of one version into `target`, with one DuckDB connection. Use as a context."""

    def __init__(self, folder: Path, target: Path, scratch: Path, memory_limit: str, threads: int) -> None:
        self._folder, self._target, self._scratch = folder, target, scratch
        target.mkdir()
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(scratch / "spill"),
        }
        self._connection = duckdb.connect(config=config)
        self._connection.execute("SET TimeZone = 'UTC'")

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def view(self, view: Compiled, staged: Staging, old: Kept | None, definition: str) -> tuple[Kept, list[LeftOut]]:
        """A view's new file: rows of `old` whose resources did not change, and the rows of those that did."""
        kept = ""
        if old is not None:
            rows = f"SELECT * FROM read_parquet({text(str(self._folder / old.file))})"
            kept = f"{rows} WHERE _key NOT IN (SELECT _key FROM {staged.changed_sql()}) UNION ALL BY NAME "

        def run(query: str) -> int:
            return self._copy(f"{kept}SELECT * FROM ({query}) ORDER BY _key, _row", view.id)

        count, left = answer(view, staged.source(view), self._scratch, run)
        return Kept(self._name(view.id), count, definition), left

    def left_out(
        self,
        old: str,
        found: list[LeftOut],
        views: Collection[str],
        changed: Iterable[Staging],
        full: Collection[str],
    ) -> tuple[str, dict[str, dict[str, int]]]:
        """The file of resources that views could not take, and their number by view and reason."""
        rows: list[tuple[str, str, str, str]] = [(f.view, f.key, f.reason, f.detail) for f in found]
        if old:
            rows += self._still_left_out(old, views, list(changed), full)
        counts: dict[str, dict[str, int]] = {}
        for view, _, reason, _ in rows:
            by_reason = counts.setdefault(view, {})
            by_reason[reason] = by_reason.get(reason, 0) + 1
        if not rows:
            return "", {}
        table = pa.Table.from_pylist([dict(zip(_LEFT_OUT.names, row, strict=True)) for row in rows], _LEFT_OUT)
        self._connection.register("left_out_now", table)
        self._copy("SELECT * FROM left_out_now ORDER BY ALL", "left-out")
        self._connection.unregister("left_out_now")
        return self._name("left-out"), counts

    def _still_left_out(
        self, old: str, views: Collection[str], changed: list[Staging], full: Collection[str]
    ) -> list[tuple[str, str, str, str]]:
        anew = {view.id for staged in changed if staged.resource in full for view in staged.views}
        query = f"SELECT * FROM read_parquet({text(str(self._folder / old))}) WHERE TRUE"
        for staged in changed:
            if staged.resource not in full:
                query += f" AND key NOT IN (SELECT _key FROM {staged.changed_sql()})"
        rows: list[tuple[str, str, str, str]] = self._connection.execute(query).fetchall()
        return [row for row in rows if row[0] in views and row[0] not in anew]

    def derived(
        self,
        name: str,
        build: Callable[[duckdb.DuckDBPyConnection], str | None],
        tables: dict[str, Kept],
        old: Kept | None,
        touched: AbstractSet[str],
    ) -> Kept | None:
        """A derived table's file; the old one when nothing it reads has changed."""
        for view, kept in tables.items():
            file = text(str(self._folder / kept.file))
            self._connection.execute(f"CREATE OR REPLACE VIEW {quoted(view)} AS SELECT * FROM read_parquet({file})")
        query = build(self._connection)
        if query is None:
            return None
        definition = hashlib.sha256(query.encode()).hexdigest()
        reads = tuple(sorted(view for view in tables if quoted(view) in query))
        if old and (old.definition, old.reads) == (definition, reads) and not touched & set(reads):
            return old
        return Kept(self._name(name), self._copy(query, name), definition, reads)

    def _name(self, name: str) -> str:
        return f"{self._target.name}/{name}.parquet"

    def _copy(self, query: str, name: str) -> int:
        file = self._folder / self._name(name)
        ((count,),) = self._connection.execute(f"COPY ({query}) TO {text(str(file))} ({_PARQUET})").fetchall()
        sync(file)
        return int(count)
