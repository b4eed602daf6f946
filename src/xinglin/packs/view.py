"""The noun *view*: rows out of records, a SQL on FHIR v2 ViewDefinition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import Field

from xinglin.core.errors import Problem
from xinglin.core.fhir import resource_types
from xinglin.packs.nouns import Content, Library, Noun, register

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


class View(Content):
    """A ViewDefinition. `select`, `where` and `constant` are as the standard writes them.

    Every column declares a `type`. Special column names: `patient` (key of the Patient the row is about: opens the
    resident's own columns), `area` (an area code, or the key of a Location: the session strips `Location/area-`),
    `institution` (an Organization key: the session strips `Organization/`; opens the institution's own columns).
    """

    resource: str
    constant: tuple[dict[str, Any], ...] = ()
    select: tuple[dict[str, Any], ...] = Field(min_length=1)
    where: tuple[dict[str, Any], ...] = ()

    def columns(self) -> dict[str, ColumnType]:
        """Column names and types in the order of the definition."""
        return {column["name"]: column.get("type", "string") for column in _columns(self.select)}

    def all_columns(self) -> dict[str, ColumnType]:
        """The view's columns and, where it has a `patient` or an `institution`, those that the session joins."""
        own = self.columns()
        resident = RESIDENT_COLUMNS if "patient" in own else {}
        institution = INSTITUTION_COLUMNS if "institution" in own else {}
        return {**resident, **institution, **own}


def _columns(selects: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for select in selects:
        yield from select.get("column", ())
        yield from _columns(select.get("select", ()))
        yield from _columns(select.get("unionAll", ())[:1])


def _check(where: str, view: View, library: Library) -> Iterator[Problem]:
    if view.resource not in resource_types():
        yield Problem(where, f"resource {view.resource!r} is not a FHIR R4 type.", "a resource type such as Encounter")
    for name, kind in view.columns().items():
        if kind not in ColumnType.__args__:
            yield Problem(where, f"column {name!r} has type {kind!r}.", ", ".join(ColumnType.__args__))


VIEW = register(Noun("view", "views", View, _check))
