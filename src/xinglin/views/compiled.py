"""A view made ready: its tree, the elements it reads, and the answer of the fast engine with the referee behind it.

DuckDB stops at the first resource that breaks a rule (two values where one may stand). Only then does the referee read
the same resources one by one, to find which they are; they are left out, and DuckDB answers for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import orjson

from xinglin.core.errors import Problem
from xinglin.packs.view import View
from xinglin.views.definition import read_view
from xinglin.views.duck import SQL_TYPES, text
from xinglin.views.errors import LeftOut, RowFault, ViewError
from xinglin.views.nodes import Column, Table, kind_of
from xinglin.views.referee import rows
from xinglin.views.shape import Items, Shape, checker, shape_of
from xinglin.views.statement import LEAST_OBJECT_SIZE, JsonLines, statement

T = TypeVar("T")
_BROKEN = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)


@dataclass(frozen=True)
class Compiled:
    """A view ready to be answered. `check` raises RowFault for a body that has not the view's shape."""

    table: Table
    shape: Shape
    items: Items
    check: Callable[[bytes], None]

    @property
    def id(self) -> str:
        return self.table.view

    def sql(self, source: JsonLines) -> str:
        """The statement that gives _key, _row and the view's columns. Raises ViewError for what DuckDB cannot do."""
        return statement(self.table, self.shape, self.items, source.sql(self.shape))

    def check_fast(self) -> None:
        """Raises ViewError when DuckDB cannot answer this view."""
        self.sql(JsonLines(()))


def compile_view(view: View) -> Compiled:
    """A view made ready. Raises ViewError with every problem of its definition."""
    table = read_view(view)
    shape, items = shape_of(table)
    return Compiled(table, shape, items, checker(shape))


def compile_views(views: Iterable[View]) -> dict[str, Compiled]:
    """All views by id, ready for the fast engine. Raises ViewError with the problems of every one of them."""
    compiled: dict[str, Compiled] = {}
    problems: list[Problem] = []
    for view in views:
        try:
            compiled[view.id] = compile_view(view)
            compiled[view.id].check_fast()
        except ViewError as error:
            problems += error.problems
    if problems:
        raise ViewError(problems)
    return compiled


def column_type(column: Column) -> str:
    """The SQL type of an output column."""
    kind = kind_of(column.type)
    name = "DATE" if kind == "date" else SQL_TYPES.get(kind, "VARCHAR")
    return name + "[]" if column.collection else name


def answer(view: Compiled, source: JsonLines, scratch: Path, run: Callable[[str], T]) -> tuple[T, list[LeftOut]]:
    """`run` with the view's statement over `source`, and the resources that had to be left out.

    `scratch`: a folder for temporary files. `run` may be called again after it has failed.
    """
    try:
        return run(view.sql(source)), []
    except _BROKEN:
        clean, left_out = _sifted(view, source, scratch)
    if left_out:
        try:
            return run(view.sql(clean)), left_out
        except _BROKEN:
            pass
    # DuckDB may look at a value that the referee, going from left to right, need not: then the referee's word counts.
    return run(_referee_sql(view, clean, scratch)), left_out


def lines(source: JsonLines) -> Iterator[bytes]:
    """The resources of a source, one body each."""
    for file in source.files:
        with file.open("rb") as stream:
            yield from (line for line in stream if not line.isspace())


def key_in(body: bytes, resource: str) -> str:
    """`Type/id` of a body, as far as it can be read."""
    try:
        return f"{resource}/{orjson.loads(body).get('id', '')}"
    except (orjson.JSONDecodeError, AttributeError):
        return f"{resource}/"


def referee_rows(view: Compiled, body: bytes) -> list[dict[str, Any]]:
    """The rows of one resource by the referee. Raises RowFault when it must be left out."""
    view.check(body)
    try:
        resource = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RowFault("not-json", "") from None
    return rows(view.table, {"resourceType": view.table.resource, **resource})


def _sifted(view: Compiled, source: JsonLines, scratch: Path) -> tuple[JsonLines, list[LeftOut]]:
    """The source without the resources that the referee refuses, and those."""
    left_out: list[LeftOut] = []
    clean = scratch / f"{view.id}.sifted.ndjson"
    with clean.open("wb") as stream:
        for body in lines(source):
            try:
                referee_rows(view, body)
                stream.write(body)
            except RowFault as fault:
                left_out.append(LeftOut(view.id, key_in(body, view.table.resource), fault.reason, fault.detail))
    return JsonLines((clean,), source.longest), left_out


def _referee_sql(view: Compiled, source: JsonLines, scratch: Path) -> str:
    """A statement that reads rows which the referee wrote."""
    file = scratch / f"{view.id}.rows.ndjson"
    with file.open("wb") as stream:
        for body in lines(source):
            key = key_in(body, view.table.resource)
            for number, row in enumerate(referee_rows(view, body)):
                stream.write(orjson.dumps({"_key": key, "_row": number, **row}, default=str) + b"\n")
    types = {"_key": "VARCHAR", "_row": "BIGINT", **{c.name: column_type(c) for c in view.table.columns}}
    columns = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in types.items()) + "}"
    options = f"format='newline_delimited', maximum_object_size={max(LEAST_OBJECT_SIZE, 2 * source.longest)}"
    return f"SELECT * FROM read_json([{text(str(file))}], {options}, columns={columns})"
