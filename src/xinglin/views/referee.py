"""The slow, obvious engine: the same typed tree, walked over dicts. It exists only to be right.

Every expression gives a list of values: [] is nothing. Nothing here is clever; where it and DuckDB differ, one of the
two has a fault, and the spec tables say which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from xinglin.views import values
from xinglin.views.errors import RowFault
from xinglin.views.nodes import (
    All,
    Arithmetic,
    At,
    Boundary,
    Choose,
    Column,
    Columns,
    Compare,
    Concat,
    Constant,
    Count,
    Each,
    Exists,
    Focus,
    Join,
    Logic,
    Member,
    Node,
    Not,
    Product,
    ReferenceKey,
    Repeat,
    ResourceKey,
    Root,
    RowIndex,
    SameLists,
    Select,
    Single,
    Substring,
    Table,
    TextMatch,
    ToInteger,
    Union,
    Where,
    kind_of,
)

Values = list[Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """The resource, what the expression is applied to ([]: the nothing of a forEachOrNull), and the row's index."""

    resource: dict[str, Any]
    focus: Values
    index: int = 0


def rows(table: Table, resource: dict[str, Any]) -> list[Row]:
    """The rows of one resource, in order. Raises RowFault when a single value has several."""
    scope = Scope(resource, [resource])
    if resource.get("resourceType") != table.resource:
        return []
    if any(evaluate(condition, scope) != [True] for condition in table.where):
        return []
    return list(_rows(table.select, scope))


def _rows(select: Select, scope: Scope) -> Iterator[Row]:
    match select:
        case Columns(columns):
            yield {column.name: _column(column, scope) for column in columns}
        case Product(parts):
            for combination in product(*(list(_rows(part, scope)) for part in parts)):
                yield {name: value for row in combination for name, value in row.items()}
        case Union(branches):
            for branch in branches:
                yield from _rows(branch, scope)
        case Each(path, or_null, body):
            items = evaluate(path, scope)
            for index, item in enumerate(items):
                yield from _rows(body, replace(scope, focus=[item], index=index))
            if or_null and not items:
                yield from _rows(body, replace(scope, focus=[], index=0))
        case Repeat(first, again, body):
            for index, item in enumerate(_reached(first, again, scope)):
                yield from _rows(body, replace(scope, focus=[item], index=index))


def _reached(paths: tuple[Node, ...], again: tuple[Node, ...], scope: Scope) -> Iterator[Any]:
    for path in paths:
        for item in evaluate(path, scope):
            yield item
            yield from _reached(again, again, replace(scope, focus=[item]))


def _column(column: Column, scope: Scope) -> Any:
    found = [_converted(value, kind_of(column.type)) for value in evaluate(column.value, scope)]
    return found if column.collection else next(iter(found), None)


def _converted(value: Any, kind: str) -> Any:
    match kind:
        case "date":
            return values.date_of(value)
        case "decimal":
            return values.decimal_of(value)
    return value


def evaluate(node: Node, scope: Scope) -> Values:
    """The values of an expression."""
    return EVALUATE[type(node)](node, scope)


def _one(node: Node, scope: Scope) -> Any:
    return next(iter(evaluate(node, scope)), None)


def _given(value: Any) -> Values:
    return [] if value is None else [value]


def _member(node: Member, scope: Scope) -> Values:
    found: Values = []
    for item in evaluate(node.base, scope):
        if not isinstance(item, dict):
            raise RowFault("shape", node.key)
        value = item.get(node.key)
        found += value if isinstance(value, list) else [value]
    if node.kind == "decimal":
        found = [value if value is None else values.decimal_of(value) for value in found]
    return [value for value in found if value is not None]


def _where(node: Where, scope: Scope) -> Values:
    return [item for item in evaluate(node.base, scope) if _holds(node.criteria, item, scope)]


def _all(node: All, scope: Scope) -> Values:
    return [all(_holds(node.criteria, item, scope) for item in evaluate(node.base, scope))]


def _holds(criteria: Node, item: Any, scope: Scope) -> bool:
    return evaluate(criteria, replace(scope, focus=[item])) == [True]


def _at(node: At, scope: Scope) -> Values:
    items = evaluate(node.base, scope)
    return items[node.index : node.index + 1 or None]


def _single(node: Single, scope: Scope) -> Values:
    items = evaluate(node.base, scope)
    if len(items) > 1:
        raise RowFault("many-values", "")
    return items


def _join(node: Join, scope: Scope) -> Values:
    items = evaluate(node.base, scope)
    return [node.separator.join(items)] if items else []


def _reference_key(node: ReferenceKey, scope: Scope) -> Values:
    keys = (values.reference_key(text, node.target) for text in evaluate(node.base, scope))
    return [key for key in keys if key is not None]


def _logic(node: Logic, scope: Scope) -> Values:
    left = _one(node.left, scope)
    if node.operator == "implies" and left is not None:
        left = not left
    decisive = node.operator != "and"
    if left is decisive and node.operator != "xor":
        return [decisive]
    right = _one(node.right, scope)
    if node.operator == "xor":
        return [] if left is None or right is None else [left != right]
    if right is decisive:
        return [decisive]
    return [] if left is None or right is None else [not decisive]


def _compare(node: Compare, scope: Scope) -> Values:
    left, right = _one(node.left, scope), _one(node.right, scope)
    if left is None or right is None:
        return []
    kinds = {node.left.kind, node.right.kind}
    if kinds == {"time"}:
        left, right = values.padded_time(left), values.padded_time(right)
    if kinds & {"date", "dateTime"}:
        return _given(values.compare_dates(node.operator, left, right))
    return [values.compare(node.operator, left, right)]


def _same_lists(node: SameLists, scope: Scope) -> Values:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    return [left == right] if left and right else []


def _arithmetic(node: Arithmetic, scope: Scope) -> Values:
    left, right = _one(node.left, scope), _one(node.right, scope)
    if left is None or right is None:
        return []
    return _given(values.arithmetic(node.operator, left, right, whole=node.type == "integer"))


def _concat(node: Concat, scope: Scope) -> Values:
    left, right = _one(node.left, scope), _one(node.right, scope)
    if node.lenient:
        return [(left or "") + (right or "")]
    return [] if left is None or right is None else [left + right]


def _text_match(node: TextMatch, scope: Scope) -> Values:
    base, part = _one(node.base, scope), _one(node.part, scope)
    if base is None or part is None:
        return []
    match node.test:
        case "startsWith":
            return [base.startswith(part)]
        case "endsWith":
            return [base.endswith(part)]
        case "contains":
            return [part in base]


def _substring(node: Substring, scope: Scope) -> Values:
    base = _one(node.base, scope)
    if base is None or node.start >= len(base):
        return []
    return [base[node.start :] if node.length is None else base[node.start : node.start + node.length]]


def _to_integer(node: ToInteger, scope: Scope) -> Values:
    base = _one(node.base, scope)
    digits = (base or "").removeprefix("-" if (base or "").startswith("-") else "+")
    return [int(base)] if digits.isascii() and digits.isdigit() and len(digits) <= 18 else []


def _choose(node: Choose, scope: Scope) -> Values:
    return evaluate(node.then if _one(node.condition, scope) else node.otherwise, scope)


def _boundary(node: Boundary, scope: Scope) -> Values:
    base = _one(node.base, scope)
    return [] if base is None else _given(values.boundary(node.kind, base, low=node.low))


def _not(node: Not, scope: Scope) -> Values:
    return [not value for value in evaluate(node.base, scope)]


EVALUATE: dict[type[Node], Callable[[Any, Scope], Values]] = {
    Focus: lambda node, scope: scope.focus,
    Root: lambda node, scope: [scope.resource],
    RowIndex: lambda node, scope: [scope.index],
    Constant: lambda node, scope: _given(node.value),
    Member: _member,
    Where: _where,
    All: _all,
    At: _at,
    Single: _single,
    Exists: lambda node, scope: [bool(evaluate(node.base, scope))],
    Count: lambda node, scope: [len(evaluate(node.base, scope))],
    Join: _join,
    ResourceKey: lambda node, scope: [f"{node.resource}/{scope.resource['id']}"] if "id" in scope.resource else [],
    ReferenceKey: _reference_key,
    Not: _not,
    Logic: _logic,
    Compare: _compare,
    SameLists: _same_lists,
    Arithmetic: _arithmetic,
    Concat: _concat,
    TextMatch: _text_match,
    Substring: _substring,
    ToInteger: _to_integer,
    Choose: _choose,
    Boundary: _boundary,
}
