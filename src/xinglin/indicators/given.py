"""Rows written as text tables, as the views' session would give them: for worked examples and spec tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.errors import Problem
from xinglin.core.place import LEVEL_BY_LENGTH, Place, Places
from xinglin.indicators.rendering import quoted
from xinglin.packs.example import read_table
from xinglin.packs.expressions import nearest
from xinglin.packs.nouns import Library
from xinglin.packs.view import RESIDENT_COLUMNS, ColumnType, View

Row = dict[str, Any]
PERSONS = "foundation.patient"

ARROW: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "dateTime": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "date": pa.date32(),
}


def read_places(text: str) -> Places:
    """Places from a table with the columns kind, code, name, level, parent, area."""
    return Places(tuple(_place(**{name: cell or "" for name, cell in row.items()}) for row in read_table(text)))


def _place(kind: str, code: str, name: str = "", level: str = "", parent: str = "", area: str = "") -> Place:
    if kind == "institution":
        return Place("institution", code, name, level, parent, area)
    return Place("area", code, name, level or LEVEL_BY_LENGTH.get(len(code), ""), parent)


def read_rows(
    given: Mapping[str, str], places: Places, library: Library, where: str = ""
) -> tuple[dict[str, list[Row]], list[Problem]]:
    """The typed rows of each table and what is wrong with them.

    Each row gets _key and _row where not given, the resident's columns from the table of foundation.patient (persons
    with one id_card are one resident; a person not in the table is a resident of their own), and institution_type.
    """
    problems: list[Problem] = []
    rows: dict[str, list[Row]] = {}
    for name, text in given.items():
        view = library.of(View).get(name)
        if view is None:
            known = list(library.of(View))
            problems.append(Problem(where, f"view {name!r} is not known.", "", nearest(name, known)))
            continue
        rows[name] = list(_typed(f"{where} {name}", view, text, problems))
    residents = _residents(rows.get(PERSONS, ()))
    for name, found in rows.items():
        columns = library.of(View)[name].all_columns()
        for row in found:
            _join(row, columns, residents, places)
    return rows, problems


def load_rows(session: DuckDBPyConnection, rows: Mapping[str, Sequence[Row]], library: Library) -> None:
    """Every view of the library as a table of the session, with its rows or none."""
    for name, view in library.of(View).items():
        columns = {**{"_key": pa.string(), "_row": pa.int64()}, **_arrow(view.all_columns())}
        found = rows.get(name, ())
        table = pa.table({c: pa.array([row.get(c) for row in found], kind) for c, kind in columns.items()})
        session.register("given_rows", table)
        session.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM given_rows")
        session.unregister("given_rows")


def _arrow(columns: Mapping[str, ColumnType]) -> dict[str, pa.DataType]:
    return {name: ARROW[kind] for name, kind in columns.items()}


def _typed(where: str, view: View, text: str, problems: list[Problem]) -> Iterator[Row]:
    columns = view.all_columns()
    extra: dict[str, ColumnType] = {"_key": "string", "_row": "integer"}
    types = {**columns, **extra}
    for number, cells in enumerate(read_table(text)):
        row: Row = {"_key": f"{view.resource}/{number:04}", "_row": 0, **dict.fromkeys(columns)}
        for name, cell in cells.items():
            if name not in types:
                if number == 0:
                    remedy = nearest(name, list(types))
                    problems.append(Problem(where, f"column {name!r} is not in the view.", ", ".join(columns), remedy))
                continue
            if cell is not None and cell != "null":
                row[name] = _cell(f"{where} row {number + 1}", name, cell, types[name], problems)
        yield row


def _cell(where: str, name: str, cell: str, kind: ColumnType, problems: list[Problem]) -> Any:
    if name == "patient":
        return cell if cell.startswith("Patient/") else f"Patient/{cell}"
    try:
        return _READ[kind](cell)
    except (ValueError, KeyError, InvalidOperation):
        problems.append(Problem(where, f"{name} is {cell!r}.", f"a value of type {kind}"))
        return None


_READ: dict[ColumnType, Callable[[str], Any]] = {
    "string": str,
    "dateTime": str,
    "boolean": {"true": True, "false": False}.__getitem__,
    "integer": int,
    "decimal": lambda cell: Decimal(cell).quantize(Decimal("0.000001")),
    "date": date.fromisoformat,
}


def _residents(persons: Sequence[Row]) -> dict[str, Row]:
    """By patient, the resident's columns."""
    one: dict[str, str] = {}
    for person in sorted(persons, key=lambda row: row["patient"] or ""):
        one.setdefault(person.get("id_card") or person["patient"], person["patient"])
    residents = {}
    for person in persons:
        resident = one[person.get("id_card") or person["patient"]]
        residents[person["patient"]] = {
            "resident": resident,
            "residence_area": person.get("residence_area") or person.get("area"),
            "birth_date": person.get("birth_date"),
            "sex": person.get("sex"),
        }
    return residents


def _join(row: Row, columns: Mapping[str, ColumnType], residents: Mapping[str, Row], places: Places) -> None:
    if "patient" in columns and row["patient"] is not None:
        joined = residents.get(row["patient"], {"resident": row["patient"]})
        for name in RESIDENT_COLUMNS:
            if row.get(name) is None:
                row[name] = joined.get(name)
    institution = places.get("institution", row.get("institution") or "")
    if institution and row.get("institution_type") is None and "institution_type" in columns:
        row["institution_type"] = institution.level
