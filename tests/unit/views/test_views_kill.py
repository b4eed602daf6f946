"""Killed at any moment of a refresh, the store goes on as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from xinglin.core.text import Text
from xinglin.log.sql import SqlLog
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views.store import ViewStore

Send = Callable[..., None]
ROUNDS = 3
CHILD = """
import sys
from pathlib import Path
from xinglin.database.engine import open_database, sqlite_url
from xinglin.log.sql import SqlLog
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views.store import ViewStore

folder = Path(sys.argv[1])
view = View.model_validate_json(sys.argv[2])
store = ViewStore(folder / "views", Library(contents={View: {view.id: view}}))
log = SqlLog(open_database(sqlite_url(folder / "log.db")))
print("ready", flush=True)
while True:
    store.refresh(log)
    store.rebuild(log)
"""
VIEW = View(
    id="t.born",
    title=Text(zh="出生", en="born"),
    resource="Patient",
    select=({"column": [{"name": "born", "path": "birthDate", "type": "date"}]},),
)
LIBRARY = Library(contents={View: {VIEW.id: VIEW}})


def test_killed_at_any_moment(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """After kill -9 a whole version is in force, and the next refresh gives every row once."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    store.refresh(log)
    for number in range(ROUNDS):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), VIEW.model_dump_json()], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        send(*({"resourceType": "Patient", "id": f"p{number}-{n}", "birthDate": "2000-01-01"} for n in range(50)))
        time.sleep(random.uniform(0.0, 0.3))
        child.kill()
        child.wait()
        child.stdout.close()
        left = store.snapshot()
        assert left is not None
        kept = duckdb.execute(f"SELECT count(*) FROM read_parquet('{left.files['t.born'][0]}')").fetchall()
        assert kept == [(left.rows["t.born"],)]
    snapshot = store.refresh(log)
    keys = duckdb.execute(f"SELECT count(*), count(DISTINCT _key) FROM read_parquet('{snapshot.files['t.born'][0]}')")
    assert keys.fetchall() == [(50 * ROUNDS, 50 * ROUNDS)]
