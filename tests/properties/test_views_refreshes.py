"""However resources arrive, and however often the views are refreshed, the rows are those of the log as it stands."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import duckdb
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from xinglin.core.text import Text
from xinglin.database.engine import open_database, sqlite_url
from xinglin.log.record import Entry
from xinglin.log.sql import SqlLog
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.residents.linking import resident_table
from xinglin.views.manifest import Snapshot
from xinglin.views.run import run_view
from xinglin.views.store import ViewStore

#: XINGLIN_LONG=2000 makes the long run.
EXAMPLES = int(os.environ.get("XINGLIN_LONG", "0")) or 5
Batch = list[Entry]
RECEIVED = datetime(2025, 11, 1, tzinfo=UTC)
CARDS = st.sampled_from(["11010519491231002X", "110105491231002", "110105194912310021", "", "440524188001010014"])
NAMES = st.lists(
    st.fixed_dictionaries({}, optional={"family": st.sampled_from(["王", "李"]), "text": st.just("王一")}), max_size=3
)
BODIES = {
    "Patient": st.fixed_dictionaries(
        {},
        optional={
            "identifier": st.lists(st.builds(lambda card: {"system": "urn:card", "value": card}, CARDS), max_size=2),
            "name": NAMES,
            "birthDate": st.sampled_from(["2000-01-01", "2000", 2000]),
            "gender": st.sampled_from(["male", "female"]),
        },
    ),
    "Organization": st.fixed_dictionaries(
        {}, optional={"name": st.sampled_from(["a", "b"]), "alias": st.just(["c", None])}
    ),
}


def _column(name: str, path: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "path": path, "type": kind}


def _view(view_id: str, resource: str, *select: dict[str, Any]) -> View:
    return View(id=view_id, title=Text(zh=view_id, en=view_id), resource=resource, select=select)


VIEWS = (
    _view(
        "foundation.patient",
        "Patient",
        {
            "column": [
                _column("patient", "getResourceKey()"),
                _column("id_card", "identifier.where(system = 'urn:card').value.first()"),
                _column("record_number", "name.text.first()"),
                _column("sex", "gender"),
                _column("birth_date", "birthDate", "date"),
                _column("area", "name.family.first()"),
                _column("stated_at", "meta.lastUpdated", "dateTime"),
            ]
        },
    ),
    _view("t.names", "Patient", {"forEach": "name", "column": [_column("family", "family")]}),
    _view("t.single", "Patient", {"column": [_column("card", "identifier.value")]}),
    _view("t.site", "Organization", {"column": [_column("name", "name")]}),
)
LIBRARY = Library(contents={View: {view.id: view for view in VIEWS}})


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    kind, number, at = draw(st.sampled_from(sorted(BODIES))), draw(st.integers(0, 3)), draw(st.integers(0, 5))
    deleted = draw(st.integers(0, 5)) == 0
    body = {} if deleted else draw(BODIES[kind])
    stated = f"2025-01-01T00:00:{at:02}.000000Z"
    content = orjson.dumps(
        {"resourceType": kind, "id": f"x{number}", "meta": {"lastUpdated": stated[:19] + "Z"}, **body},
        option=orjson.OPT_SORT_KEYS,
    )
    return Entry(kind, f"x{number}", "s", stated, deleted, content, sha256(content + bytes([deleted])).digest()[:16])


def _rows(snapshot: Snapshot) -> Iterator[tuple[str, Counter[tuple[Any, ...]]]]:
    for name, files in sorted(snapshot.files.items()):
        query = f"SELECT * FROM read_parquet({[str(file) for file in files]})"
        yield name, Counter(map(repr, duckdb.sql(query).fetchall()))


@cache
def _made_database() -> Path:
    """A database whose tables are made: making them takes longer than an example."""
    file = Path(mkdtemp()) / "log.db"
    open_database(sqlite_url(file)).dispose()
    return file


def _empty_log(folder: Path) -> SqlLog:
    return SqlLog(create_engine(sqlite_url(Path(copy(_made_database(), folder / "log.db")))))


def _refreshed(folder: Path, batches: list[Batch], *, every_batch: bool) -> tuple[Snapshot, SqlLog]:
    log = _empty_log(folder)
    store = ViewStore(folder / "views", LIBRARY, derived={"resident": resident_table})
    for batch in batches:
        log.append(batch, received_at=RECEIVED)
        if every_batch:
            store.refresh(log)
    return store.refresh(log), log


@settings(max_examples=EXAMPLES)
@given(st.lists(st.lists(_entries(), min_size=1, max_size=5), max_size=4))
def test_refreshes_equal_one_rebuild(batches: list[Batch]) -> None:
    """Refreshing after each delivery gives the rows, and the count of what was left out, of one run at the end."""
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        step_by_step, _ = _refreshed(Path(one), batches, every_batch=True)
        at_once, _ = _refreshed(Path(two), batches, every_batch=False)
        assert dict(_rows(step_by_step)) == dict(_rows(at_once))
        assert step_by_step.left_out == at_once.left_out


@settings(max_examples=EXAMPLES)
@given(st.lists(_entries(), max_size=12, unique_by=lambda entry: (entry.type, entry.id, entry.stated_at)), st.randoms())
def test_order_and_duplicates_change_nothing(entries: Batch, random: Any) -> None:
    """The same versions in another order, each sent twice, give the same rows."""
    shuffled = [*entries, *entries]
    random.shuffle(shuffled)
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        plain, _ = _refreshed(Path(one), [entries], every_batch=False)
        other, _ = _refreshed(Path(two), [[entry] for entry in shuffled], every_batch=False)
        assert dict(_rows(plain)) == dict(_rows(other))


@settings(max_examples=EXAMPLES)
@given(st.lists(st.lists(_entries(), min_size=1, max_size=5), max_size=3))
def test_rows_are_those_of_the_current_resources(batches: list[Batch]) -> None:
    """After any refreshes each view holds what the referee makes of the log's current resources."""
    with TemporaryDirectory() as name:
        snapshot, log = _refreshed(Path(name), batches, every_batch=True)
        current = [orjson.loads(record.body) for record in log.changes(0, log.last_position()) if not record.deleted]
        for view in VIEWS:
            columns = ", ".join(f'"{column}"' for column in view.columns())
            kept = duckdb.sql(f"SELECT {columns} FROM read_parquet('{snapshot.files[view.id][0]}')").fetchall()
            expected = [tuple(row.values()) for row in run_view(view, current, engine="referee", left_out=[])]
            assert sorted(map(repr, kept)) == sorted(map(repr, expected))
