"""ViewDefinition → typed tree (`Table`), with every problem of the definition found at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from xinglin.core.errors import Problem
from xinglin.core.fhir import resource_types
from xinglin.packs.view import View
from xinglin.views.errors import PathFault, ViewError
from xinglin.views.fhirpath import parse_path
from xinglin.views.nodes import (
    KINDS,
    Column,
    Columns,
    Constant,
    Each,
    Node,
    Product,
    Repeat,
    Select,
    Table,
    Union,
    kind_of,
)
from xinglin.views.operators import single
from xinglin.views.resolve import Context, resolve

_SELECT_KEYS = frozenset({"column", "select", "forEach", "forEachOrNull", "repeat", "unionAll", "id", "extension"})
#: Kinds that a column of each kind may be filled from.
_FITS = {
    "string": ("string", "date", "dateTime", "time"),
    "dateTime": ("dateTime", "date"),
    "date": ("date", "dateTime"),
    "decimal": ("decimal", "integer"),
    "integer": ("integer",),
    "boolean": ("boolean",),
    "time": ("time",),
}


def read_view(view: View) -> Table:
    """The typed tree of a view. Raises ViewError with all its problems: view id, the part of it, and the path."""
    reader = _Reader(view)
    table = reader.table()
    if reader.problems:
        raise ViewError(reader.problems)
    return table


class _Reader:
    """Walks one definition and gathers its problems."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.problems: list[Problem] = []
        self.constants = dict(self._constants())

    def table(self) -> Table:
        if self.view.resource not in resource_types():
            self._problem(
                "resource", f"{self.view.resource!r} is not a FHIR R4 resource type.", "a type such as Encounter"
            )
            return Table(self.view.id, self.view.resource, (), Product(()), ())
        where = tuple(node for entry in self.view.where if (node := self._condition(entry)) is not None)
        select = self._product(self.view.select, self.view.resource, "select")
        columns = tuple(columns_of(select))
        names = [column.name.lower() for column in columns]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._problem("select", f"column {name!r} is defined twice.", "", "Rename one of them.")
        if not columns and not self.problems:
            self._problem("select", "there are no columns.", "at least one column")
        return Table(self.view.id, self.view.resource, where, select, columns)

    def _constants(self) -> Iterator[tuple[str, Constant]]:
        for entry in self.view.constant:
            values = {key.removeprefix("value"): value for key, value in entry.items() if key.startswith("value")}
            name = entry.get("name")
            kind, value = next(iter(values.items()), ("", None))
            type_name = kind[:1].lower() + kind[1:]
            if (
                not isinstance(name, str)
                or len(values) != 1
                or type_name not in KINDS
                or isinstance(value, dict | list)
            ):
                found = f"constant {name!r} has no value of a primitive type."
                self._problem("constant", found, "one of valueString, valueInteger, valueCode ...")
                continue
            if isinstance(value, float):
                value = Decimal(repr(value))
            yield name, Constant(type_name, value)

    def _condition(self, entry: Mapping[str, Any]) -> Node | None:
        node = self._path("where", entry.get("path"), self.view.resource)
        if node is not None and node.kind != "boolean":
            self._problem(f"where {entry.get('path')!r}", f"is a {node.type}, not true or false.", "", "Add .exists().")
            return None
        return node and single(node)

    def _product(self, entries: Any, focus: str, where: str) -> Select:
        if not isinstance(entries, list | tuple):
            self._problem(where, "is not a list.", "a list of selects")
            return Product(())
        parts = [self._select(entry, focus, f"{where}[{number}]") for number, entry in enumerate(entries)]
        return parts[0] if len(parts) == 1 else Product(tuple(parts))

    def _select(self, entry: Any, focus: str, where: str) -> Select:
        if not isinstance(entry, Mapping):
            self._problem(where, "is not an object.", "column, select, forEach, forEachOrNull, unionAll")
            return Product(())
        for key in sorted(entry.keys() - _SELECT_KEYS):
            self._problem(
                where, f"{key!r} is not part of a select.", ", ".join(sorted(_SELECT_KEYS - {"id", "extension"}))
            )
        rounds = [key for key in ("forEach", "forEachOrNull", "repeat") if key in entry]
        if len(rounds) > 1:
            self._problem(where, f"has both {rounds[0]} and {rounds[1]}.", "one of them")
        if not rounds:
            return self._body(entry, focus, where)
        if rounds[0] == "repeat":
            return self._repeat(entry, focus, where)
        path = self._path(f"{where} {rounds[0]}", entry[rounds[0]], focus)
        if path is None:
            return Product(())
        return Each(path, rounds[0] == "forEachOrNull", self._body(entry, path.type, where))

    def _repeat(self, entry: Mapping[str, Any], focus: str, where: str) -> Select:
        paths = entry["repeat"]
        if not isinstance(paths, list | tuple) or not paths:
            self._problem(f"{where} repeat", "is not a list of paths.", "repeat: [item]")
            return Product(())
        # From the focus some of the paths may not exist yet (answer.item before there is an item), but one must.
        first = [node for path in paths if (node := self._attempt(path, focus)) is not None]
        if not first:
            self._path(f"{where} repeat", paths[0], focus)
            return Product(())
        found = [self._path(f"{where} repeat", path, first[0].type) for path in paths]
        again = [node for node in found if node is not None]
        if {node.type for node in (*first, *again)} != {first[0].type}:
            self._problem(f"{where} repeat", "its paths lead to elements of different types.", first[0].type)
        return Repeat(tuple(first), tuple(again), self._body(entry, first[0].type, where))

    def _body(self, entry: Mapping[str, Any], focus: str, where: str) -> Select:
        parts: list[Select] = []
        if columns := entry.get("column"):
            found = [self._column(column, focus, where) for column in columns]
            parts.append(Columns(tuple(column for column in found if column is not None)))
        parts += [
            self._select(inner, focus, f"{where}.select[{number}]")
            for number, inner in enumerate(entry.get("select", ()))
        ]
        if branches := entry.get("unionAll"):
            parts.append(self._union(branches, focus, f"{where}.unionAll"))
        return parts[0] if len(parts) == 1 else Product(tuple(parts))

    def _union(self, entries: Any, focus: str, where: str) -> Select:
        branches = tuple(self._select(entry, focus, f"{where}[{number}]") for number, entry in enumerate(entries))
        shapes = [
            [(column.name, kind_of(column.type), column.collection) for column in columns_of(b)] for b in branches
        ]
        for number, shape in enumerate(shapes):
            if shape != shapes[0] and not self.problems:
                names = ", ".join(f"{name} ({kind})" for name, kind, _ in shapes[0])
                self._problem(f"{where}[{number}]", "has other columns than the first branch.", names)
        return Union(branches)

    def _column(self, entry: Any, focus: str, where: str) -> Column | None:
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
            self._problem(where, "a column has no name of letters, digits and '_', a letter first.", "name: birth_date")
            return None
        where = f"column {name!r}"
        node = self._path(where, entry.get("path"), focus)
        if node is None:
            return None
        if node.kind == "complex":
            self._problem(
                f"{where} path {entry['path']!r}",
                f"is a {node.type}, which has parts.",
                "",
                "Name one of its elements.",
            )
            return None
        type_name = entry.get("type") or ("string" if node.kind == "empty" else node.type)
        kind = kind_of(type_name)
        if kind not in _FITS:
            self._problem(where, f"type {type_name!r} is not known.", ", ".join(_FITS))
        elif node.kind not in (*_FITS[kind], "empty"):
            self._problem(where, f"has type {type_name} but its path gives a {node.type}.", f"type: {node.type}")
        collection = bool(entry.get("collection"))
        return Column(name, type_name, node if collection else single(node), collection)

    def _path(self, where: str, text: Any, focus: str) -> Node | None:
        if not isinstance(text, str) or not text.strip():
            self._problem(where, "has no path.", "a FHIRPath expression")
            return None
        try:
            return resolve(parse_path(text), Context(focus, self.view.resource, self.constants))
        except PathFault as fault:
            self._problem(f"{where} path {text!r}", fault.found, fault.expected, fault.remedy)
            return None

    def _attempt(self, text: Any, focus: str) -> Node | None:
        try:
            return resolve(parse_path(str(text)), Context(focus, self.view.resource, self.constants))
        except PathFault:
            return None

    def _problem(self, part: str, found: str, expected: str = "", remedy: str = "") -> None:
        self.problems.append(Problem(f"view {self.view.id} {part}", found, expected, remedy))


def columns_of(select: Select) -> Iterator[Column]:
    """The output columns of a select, in order; of a union those of its first branch."""
    match select:
        case Columns(columns):
            yield from columns
        case Product(parts):
            for part in parts:
                yield from columns_of(part)
        case Union(branches):
            yield from columns_of(branches[0]) if branches else ()
        case Each(body=body) | Repeat(body=body):
            yield from columns_of(body)
