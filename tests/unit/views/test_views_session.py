"""A session: views under their ids, with the columns of the resident, the institution and the encounter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from xinglin.core.errors import StorageError
from xinglin.core.text import Text
from xinglin.log.sql import SqlLog
from xinglin.packs.content import builtin_folder
from xinglin.packs.loading import load_library
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.residents.linking import resident_table
from xinglin.views.session import open_session
from xinglin.views.store import ViewStore

Send = Callable[..., None]
CARD = "11010519491231002X"
AREA = {"url": "urn:xinglin:area-code", "valueCode": "990101001001"}


def _area(code: str, parent: str | None) -> dict[str, Any]:
    part_of = {"partOf": {"reference": f"Location/area-{parent}"}} if parent else {}
    identifier = [{"system": "urn:gb:t:2260", "value": code}]
    return {"resourceType": "Location", "id": f"area-{code}", "identifier": identifier, "name": code, **part_of}


def _patient(patient_id: str, **more: Any) -> dict[str, Any]:
    identifier = [{"system": "urn:oid:2.16.156.10011.1.3", "value": CARD}]
    return {"resourceType": "Patient", "id": patient_id, "identifier": identifier, **more}


RECORDS = [
    _area("990101", None),
    _area("990101001", "990101"),
    _area("990101001001", "990101001"),
    {
        "resourceType": "Organization",
        "id": "east",
        "name": "东镇卫生院",
        "type": [{"coding": [{"system": "urn:xinglin:institution-type", "code": "township-hospital"}]}],
        "partOf": {"reference": "Organization/county"},
    },
    _patient("east-p1", gender="female", birthDate="1949-12-31", address=[{"extension": [AREA]}]),
    _patient("clinic-p1"),
    {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/east-p1"},
        "serviceProvider": {"reference": "Organization/east"},
        "period": {"start": "2025-03-01T08:00:00+08:00"},
    },
]


@pytest.fixture
def library() -> Library:
    return load_library([builtin_folder()])


@pytest.fixture
def session(tmp_path: Path, log: SqlLog, send: Send, library: Library) -> Iterator[duckdb.DuckDBPyConnection]:
    send(*RECORDS)
    snapshot = ViewStore(tmp_path / "views", library, derived={"resident": resident_table}).refresh(log)
    with open_session(snapshot, library) as connection:
        yield connection


def test_a_row_offers_its_resident_and_its_institution(session: duckdb.DuckDBPyConnection) -> None:
    """A row with a patient and an institution offers who that is, where they live, and the institution's type."""
    columns = "_key, _row, patient, institution, resident, residence_area, birth_date, sex, institution_type"
    assert session.execute(f'SELECT {columns} FROM "foundation.encounter"').fetchall() == [
        (
            "Encounter/e1",
            0,
            "Patient/east-p1",
            "east",
            "Patient/clinic-p1",
            "990101001001",
            date(1949, 12, 31),
            "female",
            "township-hospital",
        )
    ]


def test_every_view_has_the_columns_that_it_declares(session: duckdb.DuckDBPyConnection, library: Library) -> None:
    """Each view of the packs offers exactly its own and the joined columns, and its key."""
    for view in library.of(View).values():
        offered = {row[0] for row in session.execute(f'DESCRIBE "{view.id}"').fetchall()}
        assert offered == {*view.all_columns(), "_key", "_row"}


def test_ancestors_of_areas_and_institutions(session: duckdb.DuckDBPyConnection) -> None:
    """Each area has itself and all areas above it; an institution has itself."""
    rows = session.execute("SELECT * FROM ancestor ORDER BY ALL").fetchall()
    assert rows == [
        ("area", "990101", "990101", "county"),
        ("area", "990101001", "990101", "county"),
        ("area", "990101001", "990101001", "town"),
        ("area", "990101001001", "990101", "county"),
        ("area", "990101001001", "990101001", "town"),
        ("area", "990101001001", "990101001001", "village"),
        ("institution", "east", "east", "township-hospital"),
    ]


def test_parents_are_codes(session: duckdb.DuckDBPyConnection) -> None:
    """The parents of areas and institutions are codes, as the places themselves are."""
    parents = session.execute('SELECT parent FROM "foundation.area" ORDER BY area').fetchall()
    assert parents == [(None,), ("990101",), ("990101001",)]
    assert session.execute('SELECT institution, parent FROM "foundation.institution"').fetchall() == [
        ("east", "county")
    ]


def test_a_circle_of_areas_ends(tmp_path: Path, log: SqlLog, send: Send, library: Library) -> None:
    """Areas that are part of each other do not keep a refresh from ending."""
    send(_area("990101001", "990101002"), _area("990101002", "990101001"))
    snapshot = ViewStore(tmp_path / "views", library).refresh(log)
    with open_session(snapshot, library) as session:
        assert len(session.execute("SELECT code, ancestor FROM ancestor").fetchall()) == 4


def test_without_foundation_views_the_others_work(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A library of one view opens; the resident's columns are there and empty."""
    column = [{"name": "patient", "path": "getResourceKey()", "type": "string"}]
    view = View(id="t.one", title=Text(zh="一", en="one"), resource="Patient", select=({"column": column},))
    library = Library(contents={View: {view.id: view}})
    send(_patient("p"))
    with open_session(ViewStore(tmp_path / "views", library).refresh(log), library) as session:
        assert session.execute('SELECT patient, resident, sex FROM "t.one"').fetchall() == [("Patient/p", None, None)]
        assert session.execute("SELECT * FROM ancestor").fetchall() == []


def test_a_snapshot_of_other_definitions_is_refused(tmp_path: Path, log: SqlLog, library: Library) -> None:
    """When a view has gained a column since the snapshot, the error says to refresh."""
    snapshot = ViewStore(tmp_path / "views", library).refresh(log)
    area = library.of(View)["foundation.area"]
    column = {"name": "status", "path": "status", "type": "string"}
    newer = area.model_copy(update={"select": ({"column": [*area.select[0]["column"], column]},)})
    with pytest.raises(StorageError, match="Refresh"):
        open_session(snapshot, Library(contents={View: {newer.id: newer}}))
