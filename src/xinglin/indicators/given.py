"""Rows written as text tables, as the views' session would give them: for worked examples and spec tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from xinglin.core.errors import Problem
from xinglin.core.place import LEVEL_BY_LENGTH, Place, Places
from xinglin.indicators.rendering import quoted
from xinglin.packs.example import read_table
from xinglin.packs.faults import nearest
from xinglin.packs.nouns import Library
from xinglin.packs.view import ColumnType, View

Row = dict[str, Any]

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

    A row without _key is a record of its own. Where the columns are left out, `resident` is the patient and
    `institution_type` the level of the institution.
    """
    problems: list[Problem] = []
    rows: dict[str, list[Row]] = {}
    for name, text in given.items():
        view = library.of(View).get(name)
        if view is None:
            known = list(library.of(View))
            problems.append(Problem(where, f"view {name!r} is not known.", "", nearest(name, known)))
            continue
        rows[name] = list(_typed(f"{where} {name}", view, text, places, problems))
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


def _typed(where: str, view: View, text: str, places: Places, problems: list[Problem]) -> Iterator[Row]:
    columns = view.all_columns()
    types: dict[str, ColumnType] = {**columns, "_key": "string"}
    table = read_table(text)
    for name in table[0] if table else ():
        if name not in types:
            problems.append(Problem(where, f"column {name!r} is not in the view.", "", nearest(name, types)))
    rows_of: Counter[str] = Counter()
    for number, cells in enumerate(table):
        row: Row = {"_key": f"{view.resource}/{number:04}", **dict.fromkeys(columns)}
        for name, cell in cells.items():
            if name in types and cell is not None and cell != "null":
                row[name] = _cell(f"{where} row {number + 1}", name, cell, types[name], problems)
        _join(row, cells, columns, places)
        row["_row"] = rows_of[row["_key"]]
        rows_of[row["_key"]] += 1
        yield row


def _join(row: Row, given: Container[str], columns: Container[str], places: Places) -> None:
    if "resident" in columns and "resident" not in given:
        row["resident"] = row["patient"]
    if "institution_type" in columns and "institution_type" not in given:
        institution = places.get("institution", row["institution"] or "")
        row["institution_type"] = institution.level if institution else None


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
