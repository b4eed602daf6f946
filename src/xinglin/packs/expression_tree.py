"""Scalar expressions as checked trees: what `packs.expressions` reads and the engines of indicators run.

A tree is made only by `parse_expression`, so an engine never meets an unknown column or an ill-typed operation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal as Choice
from typing import get_args

from xinglin.packs.view import ColumnType

ValueType = Choice["text", "number", "boolean", "date", "dateTime", "null"]

#: The family in which a column's values are compared. A dateTime is text with an offset: it has functions of its own.
FAMILY: dict[ColumnType, ValueType] = {
    "string": "text",
    "boolean": "boolean",
    "integer": "number",
    "decimal": "number",
    "date": "date",
    "dateTime": "dateTime",
}

Operator = Choice[
    "eq", "ne", "lt", "le", "gt", "ge", "in", "between", "and", "or", "not", "is_null", "like", "case",
    "add", "sub", "mul", "div", "neg", "concat", "coalesce", "abs", "substr", "left", "starts_with",
    "age_at", "days_between", "minutes_between",
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)

#: Operators whose numbers are IEEE doubles. All other numbers are exact: integers and decimals as the view gives them.
INEXACT: frozenset[Operator] = frozenset(
    {"add", "sub", "mul", "div", "neg", "abs", "coalesce", "case", "minutes_between"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the view."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression; None is NULL."""

    value: str | Decimal | bool | date | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its arguments.

    `in`: the value, then the list. `between`: value, low, high. `like`: text, pattern. `case`: condition and result by
    turns, then the result when no condition is true. `substr`: text, first character (from 1), length.
    `age_at`: birth date, day. `days_between`, `minutes_between`: from, to.
    """

    operator: Operator
    arguments: tuple[Node, ...]
    type: ValueType

    @property
    def is_exact(self) -> bool:
        return self.operator not in INEXACT


Node = Column | Literal | Operation


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `text`: as it was written."""

    text: str
    root: Node

    @property
    def type(self) -> ValueType:
        return self.root.type

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns it reads."""
        return frozenset(node.name for node in walk(self.root) if isinstance(node, Column))


def walk(node: Node) -> Iterator[Node]:
    """The node and every node below it."""
    yield node
    if isinstance(node, Operation):
        for argument in node.arguments:
            yield from walk(argument)


def is_exact(node: Node) -> bool:
    """True when a number is an integer or decimal as given, False when it is a double."""
    return not isinstance(node, Operation) or node.is_exact
