"""The fast engine, rows: a view's select tree → one DuckDB statement.

Each part of the tree adds one step (a common table) to a chain: columns add columns, a forEach adds an unnest, a
unionAll joins chains that share their beginning. Unnest stands in the SELECT list: a lateral join is nine times slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xinglin.core.errors import Problem
from xinglin.views.duck import DECIMAL, SQL_TYPES, Scope, as_list, quoted, sql, text
from xinglin.views.errors import ViewError
from xinglin.views.nodes import (
    Column,
    Columns,
    Each,
    Focus,
    Node,
    Product,
    Repeat,
    Root,
    Select,
    Table,
    Union,
    Where,
    kind_of,
)
from xinglin.views.shape import MOST_DEPTH, Items, Shape, duckdb_columns, duckdb_type
from xinglin.views.values import DATE

#: Raised when the meaning of compiled views changes: kept rows of older compilers are then worked out anew.
COMPILER = 1
LEAST_OBJECT_SIZE = 16 * 1024 * 1024


@dataclass(frozen=True)
class JsonLines:
    """NDJSON files of one resource type. `longest`: bytes of the longest line."""

    files: tuple[Path, ...]
    longest: int = 0

    def sql(self, shape: Shape) -> str:
        files = ", ".join(text(str(file)) for file in self.files)
        size = max(LEAST_OBJECT_SIZE, 2 * self.longest)
        options = f"format='newline_delimited', maximum_object_size={size}"
        return f"read_json([{files}], {options}, columns={duckdb_columns(shape)})"


def statement(table: Table, shape: Shape, items: Items, source: str) -> str:
    """The rows of a view over `source`, a relation with the columns of `shape`: _key, _row and the view's columns.

    `items`: as `shape_of` gives them. Raises ViewError for what only the referee can do.
    """
    builder = _Builder(table, items)
    conditions = " AND ".join(f"({sql(node, Scope())})::BOOLEAN" for node in table.where) or "TRUE"
    key = f'{text(table.resource + "/")} || "id" AS _key'
    raw = ("_key", *(quoted(key) for key in shape.parts))
    first = builder.step(f"SELECT *, {key} FROM {source} WHERE {conditions}")
    last, aliases = builder.add(table.select, _Step(first, raw), Scope())
    values = [f"{_as_column(c, alias)} AS {quoted(c.name)}" for c, alias in zip(table.columns, aliases, strict=True)]
    return f"WITH {builder.steps()} SELECT {', '.join(['_key', _row(last), *values])} FROM {last.name}"


@dataclass(frozen=True)
class _Step:
    """A step of the chain: its name, its columns, and which of them order the rows of one resource."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()


class _Builder:
    """Names and keeps the steps of one statement."""

    def __init__(self, table: Table, items: Items) -> None:
        self._table = table
        self._items = items
        self._steps: list[tuple[str, str]] = []
        self._shared: set[str] = set()
        self._names = 0

    def step(self, query: str) -> str:
        name = f"_s{len(self._steps)}"
        self._steps.append((name, query))
        return name

    def steps(self) -> str:
        return ", ".join(
            f"{name} AS {'MATERIALIZED ' if name in self._shared else ''}({query})" for name, query in self._steps
        )

    def add(self, select: Select, step: _Step, scope: Scope) -> tuple[_Step, list[str]]:
        """The chain with `select` at its end, and the names of the select's columns there."""
        match select:
            case Columns(columns):
                return self._columns(columns, step, scope)
            case Product(parts):
                return self._product(parts, step, scope)
            case Union(branches):
                return self._union(branches, step, scope)
            case Each():
                return self._each(select, step, scope)
            case Repeat():
                found = _reached(select.first, select.again, scope, duckdb_type(self._items[select]), depth=1)
                return self._unnest(found, False, select.body, step)

    def _columns(self, columns: Sequence[Column], step: _Step, scope: Scope) -> tuple[_Step, list[str]]:
        aliases = [self._name("c") for _ in columns]
        values = [f"{_value(column, scope)} AS {alias}" for column, alias in zip(columns, aliases, strict=True)]
        name = self.step(f"SELECT {', '.join(['*', *values])} FROM {step.name}")
        return replace(step, name=name, columns=(*step.columns, *aliases)), aliases

    def _product(self, parts: Sequence[Select], step: _Step, scope: Scope) -> tuple[_Step, list[str]]:
        aliases: dict[int, list[str]] = {}
        # Plain columns first: worked out once per row, before rows are multiplied.
        for number in sorted(range(len(parts)), key=lambda number: not isinstance(parts[number], Columns)):
            step, aliases[number] = self.add(parts[number], step, scope)
        return step, [alias for number in range(len(parts)) for alias in aliases[number]]

    def _each(self, each: Each, step: _Step, scope: Scope) -> tuple[_Step, list[str]]:
        if _is_resource(each.path, scope):
            if each.or_null:
                raise ViewError(Problem(f"view {self._table.view} forEachOrNull", "goes over the resource itself."))
            kept = self.step(f"SELECT * FROM {step.name} WHERE {sql(each.path, scope)} IS NOT NULL")
            return self.add(each.body, replace(step, name=kept), replace(scope, index="0"))
        if each.path.many:
            return self._unnest(as_list(each.path, scope), each.or_null, each.body, step)
        focus, index = self._name("f"), self._name("i")
        query = f"SELECT *, {sql(each.path, scope)} AS {focus}, 0::BIGINT AS {index} FROM {step.name}"
        if not each.or_null:
            query = f"SELECT * FROM ({query}) WHERE {focus} IS NOT NULL"
        inner = _Step(self.step(query), (*step.columns, focus, index), step.order)
        return self.add(each.body, inner, Scope(focus, index))

    def _unnest(self, items: str, or_null: bool, body: Select, step: _Step) -> tuple[_Step, list[str]]:
        focus, index, listed = self._name("f"), self._name("i"), self._name("l")
        before = self.step(f"SELECT *, {items} AS {listed} FROM {step.name}")
        items, count = listed, f"len({listed})"
        if or_null:
            items, count = f"CASE WHEN {count} > 0 THEN {items} ELSE [NULL] END", f"greatest({count}, 1)"
        query = f"SELECT *, unnest({items}) AS {focus}, unnest(range({count})) AS {index} FROM {before}"
        inner = _Step(self.step(query), (*step.columns, focus, index), (*step.order, index))
        return self.add(body, inner, Scope(focus, index))

    def _union(self, branches: Sequence[Select], step: _Step, scope: Scope) -> tuple[_Step, list[str]]:
        self._shared.add(step.name)
        ends = [self.add(branch, step, scope) for branch in branches]
        own = [end.order[len(step.order) :] for end, _ in ends]
        order = [self._name("o") for _ in range(1 + max(map(len, own)))]
        names = [self._name("c") for _ in ends[0][1]]
        queries = []
        for number, (end, aliases) in enumerate(ends):
            ranks = [str(number), *own[number], *["0"] * (len(order) - 1 - len(own[number]))]
            values = [f"{alias} AS {name}" for alias, name in zip(aliases, names, strict=True)]
            ordinals = [f"({rank})::BIGINT AS {name}" for rank, name in zip(ranks, order, strict=True)]
            queries.append(f"SELECT {', '.join([*step.columns, *values, *ordinals])} FROM {end.name}")
        name = self.step(" UNION ALL ".join(queries))
        return _Step(name, (*step.columns, *names, *order), (*step.order, *order)), names

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"_{kind}{self._names}"


def _reached(paths: Sequence[Node], again: Sequence[Node], scope: Scope, item_type: str, *, depth: int) -> str:
    """The list of all items that a repeat reaches, each followed by what lies below it."""
    children = " || ".join(f"CAST({as_list(path, scope)} AS {item_type}[])" for path in paths)
    if depth == MOST_DEPTH:
        return f"({children})"
    item = scope.item()
    below = _reached(again, again, item, item_type, depth=depth + 1)
    return f"flatten(list_transform({children}, lambda {item.focus}: [{item.focus}] || {below}))"


def _is_resource(path: Node, scope: Scope) -> bool:
    match path:
        case Root():
            return True
        case Focus():
            return scope.focus is None
        case Where(base=base, many=False):
            return _is_resource(base, scope)
    return False


def _row(step: _Step) -> str:
    match step.order:
        case ():
            return "0::BIGINT AS _row"
        case (only,):
            return f"{only} AS _row"
    return f"row_number() OVER (PARTITION BY _key ORDER BY {', '.join(step.order)}) - 1 AS _row"


def _value(column: Column, scope: Scope) -> str:
    if column.collection:
        return as_list(column.value, scope)
    return sql(column.value, scope)


def _as_column(column: Column, value: str) -> str:
    kind = kind_of(column.type)
    if not column.collection:
        return _typed(value, kind)
    if kind in ("string", "dateTime", "time"):
        return f"CAST({value} AS VARCHAR[])"
    return f"list_transform({value}, lambda _x: {_typed('_x', kind)})"


def _typed(value: str, kind: str) -> str:
    if kind == "date":
        day = f"left({value}, 10)"
        return f"CASE WHEN regexp_full_match({day}, {text(DATE)}) THEN TRY_CAST({day} AS DATE) END"
    if kind == "decimal":
        return f"TRY_CAST({value} AS {DECIMAL})"
    return f"CAST({value} AS {SQL_TYPES.get(kind, 'VARCHAR')})"
