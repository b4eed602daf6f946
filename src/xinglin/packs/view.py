"""The noun *view*: rows out of records, a SQL on FHIR v2 ViewDefinition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, get_args

from pydantic import Field, field_validator

from xinglin.core.errors import Problem
from xinglin.core.fhir import resource_types
from xinglin.packs.faults import nearest
from xinglin.packs.nouns import PART_ID, Content, Library, Noun, register

ColumnType = Literal["string", "boolean", "integer", "decimal", "date", "dateTime"]

#: Columns that every view with a `patient` column offers to indicators, from the resident index.
RESIDENT_COLUMNS: dict[str, ColumnType] = {
    "resident": "string",
    "residence_area": "string",
    "birth_date": "date",
    "sex": "string",
}

#: Columns that every view with an `institution` column offers to indicators, from foundation.institution.
INSTITUTION_COLUMNS: dict[str, ColumnType] = {"institution_type": "string"}

#: Columns that every view with an `encounter` column offers to indicators, from foundation.encounter.
ENCOUNTER_COLUMNS: dict[str, ColumnType] = {"encounter_type": "string"}

#: The columns that the session joins, by the view's column that opens them.
JOINED_COLUMNS = {"patient": RESIDENT_COLUMNS, "institution": INSTITUTION_COLUMNS, "encounter": ENCOUNTER_COLUMNS}

#: What a part of `select` may say (SQL on FHIR v2, ViewDefinition.select).
SELECT_KEYS = frozenset({"column", "select", "unionAll", "forEach", "forEachOrNull", "repeat"})


class View(Content):
    """A ViewDefinition. `select`, `where` and `constant` are as the standard writes them.

    Every column declares a `type`. Special column names: `patient` (key of the Patient the row is about: opens the
    resident's own columns), `area` (an area code, or the key of a Location: the session strips `Location/area-`),
    `institution` (an Organization key: the session strips `Organization/`; opens the institution's own columns),
    `encounter` (an Encounter key: opens the encounter's own columns).
    """

    resource: str
    constant: tuple[dict[str, Any], ...] = ()
    select: tuple[dict[str, Any], ...] = Field(min_length=1)
    where: tuple[dict[str, Any], ...] = ()

    @field_validator("select")
    @classmethod
    def _of_selects(cls, select: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        for part in select:
            _check_shape(part)
        return select

    def columns(self) -> dict[str, ColumnType]:
        """Column names and types in the order of the definition."""
        return {str(column.get("name")): column.get("type", "string") for column in _columns(self.select)}

    def all_columns(self) -> dict[str, ColumnType]:
        """The view's columns, and those that the session joins by its `patient`, `institution` and `encounter`."""
        own = self.columns()
        found = dict(own)
        for key, columns in JOINED_COLUMNS.items():
            for name, kind in columns.items() if key in own else ():
                found.setdefault(name, kind)
        return found


def _check_shape(select: dict[str, Any]) -> None:
    """Raises ValueError where the parts of a select are no lists of `name: value` entries."""
    for name in ("column", "select", "unionAll"):
        entries = select.get(name, [])
        if not isinstance(entries, list | tuple) or not all(isinstance(entry, dict) for entry in entries):
            raise ValueError(f"'{name}' is a list, each entry made of 'name: value'")
        if name != "column":
            for entry in entries:
                _check_shape(entry)
    if unknown := sorted(set(select) - SELECT_KEYS):
        raise ValueError(f"'{unknown[0]}' is not known in a select: {', '.join(sorted(SELECT_KEYS))}")


def _columns(selects: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for select in selects:
        yield from select.get("column", ())
        yield from _columns(select.get("select", ()))
        yield from _columns(select.get("unionAll", ())[:1])


def _check(where: str, view: View, library: Library) -> Iterator[Problem]:
    if view.resource not in resource_types():
        found = f"resource {view.resource!r} is not a FHIR R4 type."
        yield Problem(f"{where} resource", found, "", nearest(view.resource, resource_types()))
    seen: set[str] = set()
    for path, column in _placed_columns(("select",), view.select):
        yield from _check_column(f"{where} {path}", column, seen)


def _check_column(where: str, column: dict[str, Any], seen: set[str]) -> Iterator[Problem]:
    kinds: tuple[str, ...] = get_args(ColumnType)
    name, kind = column.get("name"), column.get("type")
    if not isinstance(name, str) or not re.fullmatch(PART_ID, name):
        yield Problem(where, f"column name {name!r} is no name.", "a word of small letters, digits and _")
        return
    if "path" not in column:
        yield Problem(where, f"column {name!r} has no path.")
    if kind is None:
        yield Problem(where, f"column {name!r} has no type.", ", ".join(kinds))
    elif kind not in kinds:
        yield Problem(where, f"column {name!r} has type {kind!r}.", ", ".join(kinds), nearest(str(kind), kinds))
    if name in seen:
        yield Problem(where, f"column {name!r} stands twice.")
    seen.add(name)


def _placed_columns(
    path: tuple[str | int, ...], selects: Iterable[dict[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Columns with the path of words that leads to them. The branches of a union repeat each other's columns."""
    for number, select in enumerate(selects):
        for place, column in enumerate(select.get("column", ())):
            yield " ".join(map(str, (*path, number, "column", place))), column
        yield from _placed_columns((*path, number, "select"), select.get("select", ()))
        yield from _placed_columns((*path, number, "unionAll"), select.get("unionAll", ())[:1])


VIEW = register(Noun("view", "views", View, _check))
