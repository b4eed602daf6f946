"""A small county of rows, worked out, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from xinglin.core.place import Places
from xinglin.core.text import Text
from xinglin.indicators.given import load_rows, read_places, read_rows
from xinglin.indicators.places import places_from
from xinglin.indicators.store import FigureStore
from xinglin.packs.indicator import Indicator
from xinglin.packs.nouns import Library
from xinglin.packs.view import ColumnType, View
from xinglin.views.manifest import Snapshot

AS_OF = date(2025, 10, 20)
COLUMNS: dict[str, dict[str, ColumnType]] = {
    "foundation.area": {"area": "string", "name": "string", "parent": "string"},
    "foundation.institution": {
        "institution": "string", "name": "string", "type": "string", "area": "string", "parent": "string",
    },
    "foundation.patient": {
        "patient": "string", "name": "string", "id_card": "string", "phone": "string", "address": "string",
        "area": "string",
    },
    "a.visit": {"patient": "string", "institution": "string", "day": "date", "cost": "decimal", "good": "boolean"},
    "a.contract": {"patient": "string", "institution": "string", "since": "date", "until": "date"},
    "a.people": {"area": "string", "value": "integer", "since": "date", "until": "date", "source": "string"},
}  # fmt: skip

GIVEN = {
    "foundation.area": """
        _key                       | area         | name   | parent
        Location/area-990101       | 990101       | County |
        Location/area-990101001    | 990101001    | East   | Location/area-990101
        Location/area-990101002    | 990101002    | West   | 990101
        Location/area-990101001001 | 990101001001 | East 1 | 990101001
    """,
    "foundation.institution": """
        institution | name | type              | area      | parent
        e           | E    | township-hospital | 990101001 |
        w           | W    | village-clinic    | 990101002 | e
    """,
    "foundation.patient": """
        patient | name   | phone       | area
        p1      | 张三   | 13800000000 | 990101001001
        p2      | 李四   | 13800000001 | 990101002
    """,
    "a.visit": """
        patient | residence_area | institution | day        | cost | good
        p1      | 990101001001   | e           | 2025-09-01 | 1.5  | true
        p1      | 990101001001   | e           | 2025-09-02 | 2.25 | false
        p1      | 990101001001   | w           | 2025-10-01 | 3    | true
        p2      | 990101002      | w           | 2025-10-01 |      | true
        p2      | 990101002      | w           | 2025-10-21 | 9    | true
        p3      |                |             | 2025-10-02 | 1    | false
        p3      | 990101999      | x           | 2025-10-03 | 1    | true
                | 990101002      | w           |            | 1    | true
                | 990101002      | w           | 2024-12-31 | 1    | true
    """,
    "a.contract": """
        patient | residence_area | institution | since      | until
        p1      | 990101001001   | e           | 2025-01-01 | 2025-09-30
        p1      | 990101001001   | w           | 2025-09-15 |
        p2      | 990101002      | w           | 2025-10-02 | 2025-12-31
    """,
    "a.people": """
        area      | value | since      | until      | source
        990101001 | 1     | 2025-01-01 | 2025-12-31 | 统计局
        990101002 | 4     | 2025-01-01 | 2025-12-31 | 公安局
    """,
}
PEOPLE = {"view": "a.people", "since": "since", "until": "until", "sum": "value", "provenance": "source"}
INDICATORS = {
    "a.visits": {"numerator": {"view": "a.visit", "on": "day", "count": "rows"}, "unit": "次"},
    "a.visitors": {"numerator": {"view": "a.visit", "on": "day", "count": "distinct"}, "denominator": PEOPLE},
    "a.regulars": {"numerator": {"view": "a.visit", "on": "day", "count": "distinct", "at_least": 2}, "unit": "人"},
    "a.well": {
        "numerator": {"view": "a.visit", "on": "day", "count": "distinct", "latest": True, "where": "good"},
        "unit": "人",
    },
    "a.cost": {
        "numerator": {"view": "a.visit", "on": "day", "sum": "cost"},
        "denominator": {"view": "a.visit", "on": "day", "count": "rows"},
        "unit": "元",
    },
    "a.contracts": {
        "numerator": {"view": "a.contract", "since": "since", "until": "until", "count": "distinct"},
        "denominator": PEOPLE,
        "periods": ("month", "quarter", "year"),
        "places": ("area",),
    },
}


@dataclass(frozen=True)
class County:
    """The county's library, session, places and kept figures."""

    library: Library
    session: DuckDBPyConnection
    places: Places
    store: FigureStore


def make_library(*indicators: str) -> Library:
    """The county's views, and its indicators or those named."""
    title = Text(zh="数", en="number")
    views = {
        name: View(
            id=name, title=title, resource="Basic",
            select=({"column": [{"name": n, "path": "x", "type": kind} for n, kind in columns.items()]},),
        )
        for name, columns in COLUMNS.items()
    }  # fmt: skip
    numbers = {
        name: Indicator.model_validate({"id": name, "title": title, "formula": title, "unit": "%", **parts})
        for name, parts in INDICATORS.items()
        if not indicators or name in indicators
    }
    return Library(contents={View: views, Indicator: numbers})


def snapshot(version: int) -> Snapshot:
    return Snapshot(version, version * 10, f"2025-10-20T0{version}:00:00Z", {}, {})


@pytest.fixture
def library() -> Library:
    return make_library()


@pytest.fixture
def session(library: Library) -> Iterator[DuckDBPyConnection]:
    rows, problems = read_rows(GIVEN, read_places("kind | code"), library)
    assert problems == []
    with duckdb.connect() as connection:
        load_rows(connection, rows, library)
        yield connection


@pytest.fixture
def county(tmp_path: Path, library: Library, session: DuckDBPyConnection) -> County:
    store = FigureStore(tmp_path / "figures", library)
    store.build(session, snapshot(1), as_of=AS_OF)
    return County(library, session, places_from(session), store)
