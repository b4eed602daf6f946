"""The view store: what a refresh changes, what it keeps, and what a crash leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from xinglin.core.errors import StorageError
from xinglin.core.text import Text
from xinglin.log.sql import SqlLog
from xinglin.packs.nouns import Library
from xinglin.packs.view import View
from xinglin.views import store as store_module
from xinglin.views.errors import ViewError
from xinglin.views.manifest import Snapshot
from xinglin.views.store import RefreshStep, ViewStore

Send = Callable[..., None]


def _view(view_id: str, resource: str, columns: dict[str, str], *selects: dict[str, Any]) -> View:
    column = [{"name": name, "path": path, "type": "string"} for name, path in columns.items()]
    select = ({"column": column}, *selects)
    return View(id=view_id, title=Text(zh=view_id, en=view_id), resource=resource, select=select)


NAMES = _view(
    "t.names",
    "Patient",
    {"sex": "gender"},
    {"forEach": "name", "column": [{"name": "family", "path": "family", "type": "string"}]},
)
BIRTHS = _view("t.births", "Patient", {"born": "birthDate"})
SITES = _view("t.sites", "Organization", {"name": "name"})


def _library(*views: View) -> Library:
    return Library(contents={View: {view.id: view for view in views}})


LIBRARY = _library(NAMES, BIRTHS, SITES)


def _patient(number: int, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": f"p{number}", **elements}


def _rows(snapshot: Snapshot, name: str) -> list[tuple[Any, ...]]:
    files = [str(file) for file in snapshot.files[name]]
    return duckdb.sql(f"SELECT * FROM read_parquet({files}) ORDER BY ALL").fetchall()


def test_refresh_of_an_empty_log_gives_empty_views(tmp_path: Path, log: SqlLog) -> None:
    """Before anything is recorded every view has a file with its columns and no rows."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    assert store.snapshot() is None
    snapshot = store.refresh(log)
    assert (snapshot.position, snapshot.rows["t.names"]) == (0, 0)
    assert _rows(snapshot, "t.sites") == []


def test_new_corrected_and_deleted_resources(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A refresh adds the rows of new resources, replaces those of corrected ones and removes those of deleted ones."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, gender="male", name=[{"family": "a"}, {"family": "b"}]), _patient(2, name=[{"family": "c"}]))
    assert _rows(store.refresh(log), "t.names") == [
        ("Patient/p1", 0, "male", "a"),
        ("Patient/p1", 1, "male", "b"),
        ("Patient/p2", 0, None, "c"),
    ]
    send(_patient(1, gender="female", name=[{"family": "b"}]), _patient(3, name=[{"family": "d"}]), at=2)
    send(_patient(2), at=3, deleted=True)
    snapshot = store.refresh(log)
    assert _rows(snapshot, "t.names") == [("Patient/p1", 0, "female", "b"), ("Patient/p3", 0, None, "d")]
    assert snapshot.rows["t.names"] == 2


def test_a_late_older_version_changes_nothing(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """The version stated last is current, whenever it arrives."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, birthDate="2000-01-01"), at=5)
    store.refresh(log)
    send(_patient(1, birthDate="1999-01-01"), at=4)
    assert _rows(store.refresh(log), "t.births") == [("Patient/p1", 0, "2000-01-01")]


def test_nothing_new_makes_no_new_version(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A refresh without changes leaves the version in force."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1))
    first = store.refresh(log)
    assert store.refresh(log) == first == store.snapshot()


def test_untouched_views_keep_their_files(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """Only views of the resource types that changed are written anew."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1), {"resourceType": "Organization", "id": "o", "name": "x"})
    first = store.refresh(log)
    send(_patient(2, name=[{"family": "x"}]))
    second = store.refresh(log)
    assert second.files["t.sites"] == first.files["t.sites"]
    assert second.files["t.names"] != first.files["t.names"]


def test_the_version_before_can_still_be_read(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A reader of the previous version keeps its files; older versions are removed."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    snapshots = []
    for number in range(3):
        send(_patient(number, name=[{"family": "x"}]))
        snapshots.append(store.refresh(log))
    assert not snapshots[0].files["t.names"][0].exists()
    assert len(_rows(snapshots[1], "t.names")) == 2
    assert len(_rows(snapshots[2], "t.names")) == 3


def test_a_changed_definition_rebuilds_its_view(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A view whose definition changed, or is new, is worked out from the whole log; one that is gone is dropped."""
    send(_patient(1, gender="male", birthDate="2000-01-01"))
    ViewStore(tmp_path / "views", LIBRARY).refresh(log)
    newer = _library(_view("t.births", "Patient", {"born": "gender"}), _view("t.more", "Patient", {"id": "id"}))
    snapshot = ViewStore(tmp_path / "views", newer).refresh(log)
    assert _rows(snapshot, "t.births") == [("Patient/p1", 0, "male")]
    assert _rows(snapshot, "t.more") == [("Patient/p1", 0, "p1")]
    assert "t.names" not in snapshot.files


def test_a_resource_that_breaks_the_shape_is_left_out_and_counted(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """What one view cannot read costs only that view's row; mended, it comes back."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, birthDate=1999, name=[{"family": "a"}]), _patient(2, birthDate="2000-01-01"))
    snapshot = store.refresh(log)
    assert _rows(snapshot, "t.births") == [("Patient/p2", 0, "2000-01-01")]
    assert _rows(snapshot, "t.names") == [("Patient/p1", 0, None, "a")]
    assert snapshot.left_out == {"t.births": {"shape": 1}}
    send(_patient(3, birthDate=["x"]))
    assert store.refresh(log).left_out == {"t.births": {"shape": 2}}
    send(_patient(1, birthDate="1999-01-01"), at=2)
    send(_patient(3), at=2, deleted=True)
    mended = store.refresh(log)
    assert mended.left_out == {}
    assert ("Patient/p1", 0, "1999-01-01") in _rows(mended, "t.births")


def test_a_resource_with_several_values_is_left_out_and_counted(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """Two values where the column holds one: the other resources go on."""
    store = ViewStore(tmp_path / "views", _library(_view("t.one", "Patient", {"family": "name.family"})))
    send(_patient(1, name=[{"family": "a"}, {"family": "b"}]), _patient(2, name=[{"family": "c"}]))
    snapshot = store.refresh(log)
    assert _rows(snapshot, "t.one") == [("Patient/p2", 0, "c")]
    assert snapshot.left_out == {"t.one": {"many-values": 1}}


def test_a_crash_leaves_the_former_version(
    tmp_path: Path, log: SqlLog, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the manifest is replaced, the old version stays in force, and the next refresh does it again."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, name=[{"family": "a"}]))
    first = store.refresh(log)
    send(_patient(2, name=[{"family": "b"}]))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "write_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            store.refresh(log)
    assert store.snapshot() == first
    assert len(_rows(first, "t.names")) == 1
    (tmp_path / "views" / ".staging-left").mkdir()
    again = store.refresh(log)
    assert (again.version, len(_rows(again, "t.names"))) == (2, 2)
    assert not list((tmp_path / "views").glob(".staging-*"))


def test_a_damaged_manifest_is_worked_out_anew(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """The log is the truth: without a readable manifest the views are made from nothing."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, name=[{"family": "a"}]))
    store.refresh(log)
    (tmp_path / "views" / "manifest.json").write_text("{")
    assert store.snapshot() is None
    assert _rows(store.refresh(log), "t.names") == [("Patient/p1", 0, None, "a")]


def test_derived_tables_belong_to_the_version(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A derived table is worked out from the version's views, and kept while nothing that it reads has changed."""

    def count(connection: duckdb.DuckDBPyConnection) -> str:
        return 'SELECT count(*) AS people FROM "t.births"'

    store = ViewStore(tmp_path / "views", LIBRARY, derived={"count": count, "none": lambda connection: None})
    send(_patient(1))
    first = store.refresh(log)
    assert _rows(first, "count") == [(1,)]
    assert "none" not in first.files
    send({"resourceType": "Organization", "id": "o"})
    second = store.refresh(log)
    assert second.files["count"] == first.files["count"]
    send(_patient(2))
    assert _rows(store.refresh(log), "count") == [(2,)]


def test_a_new_derived_table_needs_no_new_record(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A derived table that is asked for the first time is made at the next refresh, records or none."""
    send(_patient(1))
    ViewStore(tmp_path / "views", LIBRARY).refresh(log)
    store = ViewStore(tmp_path / "views", LIBRARY, derived={"one": lambda connection: "SELECT 1 AS one"})
    snapshot = store.refresh(log)
    assert _rows(snapshot, "one") == [(1,)]
    assert store.refresh(log).version == snapshot.version


def test_rebuild_gives_the_same_rows(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """Working everything out from nothing gives a new version with the same rows."""
    store = ViewStore(tmp_path / "views", LIBRARY)
    send(_patient(1, name=[{"family": "a"}]))
    store.refresh(log)
    send(_patient(2, name=[{"family": "b"}]))
    before = store.refresh(log)
    after = store.rebuild(log)
    assert after.version == before.version + 1
    assert _rows(after, "t.names") == _rows(before, "t.names")


def test_progress_is_told(tmp_path: Path, log: SqlLog, send: Send) -> None:
    """A refresh tells what it reads and which views it writes."""
    send(_patient(1))
    steps: list[RefreshStep] = []
    ViewStore(tmp_path / "views", LIBRARY).refresh(log, progress=steps.append)
    assert {step.name for step in steps if step.stage == "view"} == {"t.names", "t.births", "t.sites"}
    assert any(step.stage == "read" and step.done == 1 for step in steps)


def test_problems_of_all_views_come_together(tmp_path: Path) -> None:
    """A library with faulty views is refused with every problem of each of them."""
    library = _library(_view("t.a", "Patient", {"a": "nmae"}), _view("t.b", "Patient", {"b": "brithDate"}))
    with pytest.raises(ViewError) as refused:
        ViewStore(tmp_path, library)
    assert [problem.where.split()[1] for problem in refused.value.problems] == ["t.a", "t.b"]


def test_a_folder_without_rights_is_an_error_with_a_remedy(tmp_path: Path, log: SqlLog) -> None:
    """Where the folder cannot be written, the error says so and names the folder."""
    (tmp_path / "views").write_text("a file stands here")
    with pytest.raises(StorageError, match="rights"):
        ViewStore(tmp_path / "views", LIBRARY).refresh(log)
