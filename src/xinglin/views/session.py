"""A DuckDB connection over one snapshot: every view under its id, with the resident's and institution's columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from xinglin.core.errors import StorageError
from xinglin.packs.nouns import Library
from xinglin.packs.view import ENCOUNTER_COLUMNS, INSTITUTION_COLUMNS, RESIDENT_COLUMNS, View
from xinglin.views.duck import SQL_TYPES, quoted, text
from xinglin.views.manifest import Snapshot
from xinglin.views.places import ANCESTOR_COLUMNS, AREA_VIEW, INSTITUTION_VIEW

#: What stands before the code in a column that holds a key; the session gives the code.
_AREA, _INSTITUTION = "Location/area-", "Organization/"
_PREFIXES = {"area": _AREA, "institution": _INSTITUTION}
_ENCOUNTER_VIEW = "foundation.encounter"
_PARENTS = {AREA_VIEW: _AREA, INSTITUTION_VIEW: _INSTITUTION}


def open_session(
    snapshot: Snapshot, library: Library, *, memory_limit: str = "2GB", threads: int = 2
) -> duckdb.DuckDBPyConnection:
    """An in-memory connection for questions over `snapshot`; close it after use.

    Each view of the library that the snapshot holds is a SQL view under its quoted id: its columns, `_key` (Type/id of
    the resource) and `_row` (ordinal within the resource); with a `patient` column also resident, residence_area,
    birth_date and sex, with an `institution` column also institution_type, with an `encounter` column also
    encounter_type; a column of the view's own comes first.
    Areas and institutions are codes. Further: "resident"(patient, resident, residence_area, birth_date, sex) and
    "ancestor"(kind, code, ancestor, level), empty where the library lacks the foundation views.
    Raises StorageError when the snapshot is older than the library's definitions, or its files are gone.
    """
    connection = duckdb.connect(config={"memory_limit": memory_limit, "threads": threads})
    connection.execute("SET TimeZone = 'UTC'")
    resident = {"patient": "VARCHAR", **_sql_types(RESIDENT_COLUMNS)}
    for name, columns in (("resident", resident), ("ancestor", ANCESTOR_COLUMNS)):
        connection.execute(f"CREATE VIEW {name} AS {_table(snapshot, name, columns)}")
    institutions, encounters = _institutions(snapshot), _encounters(snapshot)
    for view in library.of(View).values():
        if view.id in snapshot.files:
            query = _view(view, _parquet(snapshot, view.id), institutions, encounters)
            try:
                connection.execute(f"CREATE VIEW {quoted(view.id)} AS {query}")
            except (duckdb.BinderException, duckdb.IOException) as error:
                connection.close()
                found = f"view {view.id}: version {snapshot.version} was made by another definition, or is gone."
                raise StorageError(f"{found} Refresh the views, and ask the version then in force.") from error
    return connection


def _view(view: View, source: str, institutions: str, encounters: str) -> str:
    own = view.columns()
    columns = ["v._key", "v._row", *(_column(view.id, name) for name in own)]
    joins = ""
    if "patient" in own:
        columns += [f"r.{name}" for name in RESIDENT_COLUMNS if name not in own]
        joins += " LEFT JOIN resident AS r ON r.patient = v.patient"
    if "institution" in own:
        columns += [f"o.{name}" for name in INSTITUTION_COLUMNS if name not in own]
        joins += f" LEFT JOIN ({institutions}) AS o ON o.institution = v.institution"
    if "encounter" in own:
        columns += [f"e.{name}" for name in ENCOUNTER_COLUMNS if name not in own]
        joins += f" LEFT JOIN ({encounters}) AS e ON e.encounter = v.encounter"
    return f"SELECT {', '.join(columns)} FROM {source} AS v{joins}"


def _column(view_id: str, name: str) -> str:
    prefix = _PARENTS.get(view_id) if name == "parent" else _PREFIXES.get(name)
    column = f"v.{quoted(name)}"
    if prefix is None:
        return column
    bare = f"CASE WHEN starts_with({column}, {text(prefix)}) THEN substr({column}, {len(prefix) + 1}) ELSE {column} END"
    return f"{bare} AS {quoted(name)}"


def _institutions(snapshot: Snapshot) -> str:
    """Institution keys, once each, and their types."""
    if INSTITUTION_VIEW not in snapshot.files:
        return "SELECT NULL::VARCHAR AS institution, NULL::VARCHAR AS institution_type WHERE FALSE"
    source = _parquet(snapshot, INSTITUTION_VIEW)
    return f"SELECT institution, min(type) AS institution_type FROM {source} GROUP BY institution"


def _encounters(snapshot: Snapshot) -> str:
    """Encounter keys, once each, and their types."""
    if _ENCOUNTER_VIEW not in snapshot.files:
        return "SELECT NULL::VARCHAR AS encounter, NULL::VARCHAR AS encounter_type WHERE FALSE"
    source = _parquet(snapshot, _ENCOUNTER_VIEW)
    return f"SELECT _key AS encounter, type AS encounter_type FROM {source} WHERE _row = 0"


def _table(snapshot: Snapshot, name: str, columns: Mapping[str, str]) -> str:
    if name in snapshot.files:
        return f"SELECT * FROM {_parquet(snapshot, name)}"
    return f"SELECT {', '.join(_empty(columns))} WHERE FALSE"


def _empty(columns: Mapping[str, str]) -> Iterator[str]:
    for name, kind in columns.items():
        yield f"NULL::{kind} AS {quoted(name)}"


def _parquet(snapshot: Snapshot, name: str) -> str:
    files = ", ".join(text(str(file)) for file in snapshot.files[name])
    return f"read_parquet([{files}])"


def _sql_types(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: "DATE" if kind == "date" else SQL_TYPES.get(kind, "VARCHAR") for name, kind in columns.items()}
