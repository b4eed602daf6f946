"""The typed tree that both engines read: what a view means, with every shorthand already written out.

Each expression has a FHIR `type` and tells whether it may have `many` values. One that may not is a value or nothing;
one that may is an ordered list without nothings. `resolve` builds only meaningful trees, so an engine never checks.
To add a node: a class here, one case in `duck`, one in `referee`, one in `shape` if it reads elements, a spec table.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Scalar = str | int | Decimal | bool | None
Order = Literal["=", "<", "<=", ">", ">="]
Connective = Literal["and", "or", "xor", "implies"]
Sum = Literal["+", "-", "*", "/"]
TextTest = Literal["startsWith", "endsWith", "contains"]

_TEXT = ("base64Binary", "canonical", "code", "id", "markdown", "oid", "string", "uri", "url", "uuid", "xhtml")
#: How values of each primitive type are held and compared: all texts alike, all whole numbers alike.
KINDS: dict[str, str] = {
    **dict.fromkeys(_TEXT, "string"),
    **dict.fromkeys(("integer", "positiveInt", "unsignedInt", "integer64"), "integer"),
    **dict.fromkeys(("dateTime", "instant"), "dateTime"),
    **{name: name for name in ("boolean", "decimal", "date", "time", "empty")},
}


def kind_of(type_name: str) -> str:
    """The kind of a primitive type; "complex" for a type with parts."""
    return KINDS.get(type_name, "complex")


class Node:
    """An expression."""

    type: str
    many: bool

    @property
    def kind(self) -> str:
        return kind_of(self.type)


@dataclass(frozen=True)
class Focus(Node):
    """What the expression is applied to: the resource, the row's element, or the item that a criterion is tried on."""

    type: str
    many: bool = False


@dataclass(frozen=True)
class Root(Node):
    """The resource itself, wherever one stands in it."""

    type: str
    many: bool = False


@dataclass(frozen=True)
class RowIndex(Node):
    """Ordinal, from 0, of the row's element within the innermost forEach or repeat."""

    type: str = "integer"
    many: bool = False


@dataclass(frozen=True)
class Constant(Node):
    """A value written in the path or given by a constant; None for the empty collection."""

    type: str
    value: Scalar
    many: bool = False


@dataclass(frozen=True)
class Member(Node):
    """Element `key` (its JSON name) of `base`. `repeats`: it is a list in each item of `base`."""

    type: str
    many: bool
    base: Node
    key: str
    repeats: bool


@dataclass(frozen=True)
class Where(Node):
    """The items of `base` for which `criteria`, with the item as focus, is true."""

    type: str
    many: bool
    base: Node
    criteria: Node


@dataclass(frozen=True)
class All(Node):
    """True when `criteria` is true for every item of `base`; true of none."""

    base: Node
    criteria: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class At(Node):
    """The item of `base` at `index` from 0; from the end when negative."""

    type: str
    base: Node
    index: int
    many: bool = False


@dataclass(frozen=True)
class Single(Node):
    """The one value of `base`; several are a fault of the resource (RowFault "many-values")."""

    type: str
    base: Node
    many: bool = False


@dataclass(frozen=True)
class Exists(Node):
    """True when `base` has a value."""

    base: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class Count(Node):
    """How many values `base` has."""

    base: Node
    type: str = "integer"
    many: bool = False


@dataclass(frozen=True)
class Join(Node):
    """The texts of `base` with `separator` between them; nothing of none."""

    base: Node
    separator: str
    type: str = "string"
    many: bool = False


@dataclass(frozen=True)
class ResourceKey(Node):
    """`Type/id` of the resource."""

    resource: str
    type: str = "id"
    many: bool = False


@dataclass(frozen=True)
class ReferenceKey(Node):
    """`Type/id` of each reference text in `base` that is literal and, where `target` is given, of that type."""

    base: Node
    target: str | None
    many: bool
    type: str = "id"


@dataclass(frozen=True)
class Not(Node):
    """The opposite; nothing of nothing."""

    base: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class Logic(Node):
    """Three-valued: nothing is unknown."""

    operator: Connective
    left: Node
    right: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class Compare(Node):
    """Order or equality of two single values of one kind; nothing when either is missing.

    Dates of different precision: unknown (nothing) when they agree as far as both are written.
    """

    operator: Order
    left: Node
    right: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class SameLists(Node):
    """Equality of collections: as many values, pairwise equal; nothing when either is empty. Never of dates."""

    left: Node
    right: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class Arithmetic(Node):
    """Numbers to six places, half away from zero. Nothing for division by zero or a result that does not fit."""

    type: str
    operator: Sum
    left: Node
    right: Node
    many: bool = False


@dataclass(frozen=True)
class Concat(Node):
    """Two texts in one. `lenient` (&): a missing one is empty; otherwise (+) the result is missing."""

    left: Node
    right: Node
    lenient: bool
    type: str = "string"
    many: bool = False


@dataclass(frozen=True)
class TextMatch(Node):
    """Whether `base` starts with, ends with or contains `part`."""

    test: TextTest
    base: Node
    part: Node
    type: str = "boolean"
    many: bool = False


@dataclass(frozen=True)
class Substring(Node):
    """Characters of `base` from `start` (0 is the first), at most `length`; nothing when it starts outside."""

    base: Node
    start: int
    length: int | None
    type: str = "string"
    many: bool = False


@dataclass(frozen=True)
class ToInteger(Node):
    """The whole number written in the text `base` (up to 18 digits); nothing when it is none."""

    base: Node
    type: str = "integer"
    many: bool = False


@dataclass(frozen=True)
class Choose(Node):
    """`then` when `condition` is true, else `otherwise`."""

    type: str
    condition: Node
    then: Node
    otherwise: Node
    many: bool = False


@dataclass(frozen=True)
class Boundary(Node):
    """Earliest (`low`) or latest moment that a partial date, dateTime or time may mean, to the millisecond."""

    type: str
    base: Node
    low: bool
    many: bool = False


@dataclass(frozen=True)
class Column:
    """An output column; `value` is already single unless `collection`."""

    name: str
    type: str
    value: Node
    collection: bool


@dataclass(frozen=True)
class Columns:
    """One row with these columns."""

    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Product:
    """Every combination of the rows of the parts."""

    parts: tuple[Select, ...]


@dataclass(frozen=True)
class Union:
    """The rows of each branch, one branch after the other. All have the same columns."""

    branches: tuple[Select, ...]


@dataclass(frozen=True)
class Each:
    """The rows of `body` for each item of `path` as focus; with `or_null`, once with nothing when there is none."""

    path: Node
    or_null: bool
    body: Select


@dataclass(frozen=True)
class Repeat:
    """The rows of `body` for each item reached by following paths again and again, parents before their children.

    `first`: paths from the focus; `again`: paths from each item reached. All lead to items of one type. How deep it
    goes is `shape.MOST_DEPTH`.
    """

    first: tuple[Node, ...]
    again: tuple[Node, ...]
    body: Select


Select = Columns | Product | Union | Each | Repeat


@dataclass(frozen=True)
class Table:
    """A whole view: rows of `select` for each `resource` for which every one of `where` is true."""

    view: str
    resource: str
    where: tuple[Node, ...]
    select: Select
    columns: tuple[Column, ...]
