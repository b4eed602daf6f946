"""How fast the journey is, on this machine, beside what the libraries under it could do with the same data.

Each stage runs once on a fresh simulated county; its peer runs in the same process right after it. A ratio above 1
says how many times longer our stage takes than the bare work it cannot do without.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import duckdb

from xinglin.app import House, Settings, open_house
from xinglin.city.make import make
from xinglin.demonstration.county import DEFAULT_END as END
from xinglin.demonstration.county import by_day
from xinglin.flow import Teller
from xinglin.plan.reading import read_plan
from xinglin.plan.text_file import plan_text

Result = TypeVar("Result")

#: About 100 kB of UTF-8: three times the longest plan we know.
PLAN_CHARACTERS = 34_000


@dataclass(frozen=True, slots=True)
class Measure:
    """One stage: `amount` of `unit` in `seconds`, and the seconds of its peer doing the bare work."""

    stage: str
    amount: int
    unit: str
    seconds: float
    peer: str = ""
    peer_seconds: float | None = None

    @property
    def rate(self) -> float:
        return self.amount / self.seconds

    @property
    def ratio(self) -> float | None:
        return None if not self.peer_seconds else self.seconds / self.peer_seconds


def measure(folder: Path, residents: int, days: int, seed: int, tell: Teller) -> Iterator[Measure]:
    """Generate, load, view and work out a county of this size in `folder`; yields each stage as it ends."""
    county = folder / "county"
    seconds, made = _clocked(
        lambda: make(county, residents=residents, days=days, seed=seed, end=END, progress=by_day(tell))
    )
    files = sorted(county.glob("feeds/*/*.ndjson"))
    size = sum(file.stat().st_size for file in files)
    parsing, _ = _clocked(lambda: _parse(files))
    yield Measure("generate", made.lines, "resources", seconds, "json.loads of the same lines", parsing)
    text = plan_text(county / "plan.txt")
    seconds, _ = _clocked(lambda: read_plan((text * (PLAN_CHARACTERS // len(text) + 1))[:PLAN_CHARACTERS]))
    yield Measure("plan", PLAN_CHARACTERS, "characters", seconds)
    Settings(as_of=END, simulated=True).write(folder)
    house = open_house(folder)
    try:
        yield from _stages(house, county, files, size, folder)
    finally:
        house.close()


def _stages(house: House, county: Path, files: list[Path], size: int, folder: Path) -> Iterator[Measure]:
    seconds, report = _clocked(lambda: house.intake.load([county / "feeds"]))
    bare, _ = _clocked(lambda: _insert(files, folder / "bare.db"))
    yield Measure("load", report.lines, "resources", seconds, "json.loads and one SQLite insert", bare)
    seconds, snapshot = _clocked(lambda: house.views.refresh(house.log))
    reading, _ = _clocked(lambda: _count_types(county))
    yield Measure("views", size, "bytes of JSON", seconds, "DuckDB counts the lines by resourceType", reading)
    seconds, _ = _clocked(lambda: house.figures.refresh(snapshot, as_of=house.as_of))
    session = house.session()
    rows = sum(snapshot.rows.values())
    grouping, _ = _clocked(lambda: _group_all(session, snapshot.rows))
    yield Measure("indicators", rows, "view rows", seconds, "DuckDB groups each view once by all its columns", grouping)


def _clocked(work: Callable[[], Result]) -> tuple[float, Result]:
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def _lines(files: list[Path]) -> Iterator[bytes]:
    for file in files:
        with file.open("rb") as opened:
            yield from opened


def _parse(files: list[Path]) -> int:
    return sum(1 for line in _lines(files) if _loads(line) is not None)


def _loads(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _insert(files: list[Path], database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE record (position INTEGER PRIMARY KEY, body BLOB)")
    parsed = ((line,) for line in _lines(files) if _loads(line) is not None)
    with connection:
        connection.executemany("INSERT INTO record (body) VALUES (?)", parsed)
    connection.close()


def _count_types(county: Path) -> None:
    duckdb.connect().execute(
        f"SELECT j->>'resourceType', count(*) FROM read_json_objects('{county}/feeds/*/*.ndjson', "
        "format='newline_delimited', ignore_errors=true) AS t(j) GROUP BY ALL"
    ).fetchall()


def _group_all(session: duckdb.DuckDBPyConnection, views: Iterable[str]) -> None:
    for view in views:
        session.execute(f'SELECT count(*) FROM (SELECT DISTINCT * FROM "{view}")').fetchall()
