"""The elements that a view reads, as one tree: what DuckDB is told to parse, and what a resource must look like for it.

"Project before you parse": nothing else of a resource is read. A resource that breaks the shape is left out before any
engine sees it, so both engines agree on what they are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Annotated, Any

import msgspec

from xinglin.views.errors import RowFault
from xinglin.views.nodes import (
    All,
    Columns,
    Each,
    Focus,
    Member,
    Node,
    Product,
    Repeat,
    ResourceKey,
    Root,
    Select,
    Table,
    Union,
    Where,
    kind_of,
)

_Number = Annotated[float, msgspec.Meta(gt=-1e12, lt=1e12)]
_Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_CHECKED: dict[str, Any] = {"boolean": bool, "integer": _Whole, "decimal": _Number}
# Decimals come as text: DuckDB then rounds the shortest text of the number, as the referee does, not its binary form.
_PARSED = {"boolean": "BOOLEAN", "integer": "BIGINT"}
_WHERE_IN_MESSAGE = re.compile(r"^(.*?)(?: - at `(.*)`)?$", re.DOTALL)


@dataclass
class Shape:
    """An element that is read: its type, whether it is a list, and those of its elements that are read.

    `beyond`: it lies deeper than a repeat goes; a resource that has it does not fit.
    """

    type: str
    repeats: bool = False
    parts: dict[str, Shape] = field(default_factory=dict)
    beyond: bool = False

    def part(self, key: str, type_name: str, repeats: bool) -> Shape:
        return self.parts.setdefault(key, Shape(type_name, repeats))

    def add(self, other: Shape) -> None:
        """Read also what `other` reads."""
        self.beyond |= other.beyond
        for key, part in other.parts.items():
            self.part(key, part.type, part.repeats).add(part)


#: How deep a repeat follows its paths. A resource with something deeper does not fit: it is left out and counted.
MOST_DEPTH = 6
#: For each repeat of a view, what is read of one of its items, at whatever depth it lies.
Items = dict[Repeat, Shape]


def shape_of(table: Table) -> tuple[Shape, Items]:
    """What a view reads of its resource, always the id, and what its repeats read of their items."""
    root, items = Shape(table.resource), Items()
    root.part("id", "id", False)
    for node in table.where:
        _collect(node, root, root)
    _collect_select(table.select, root, root, items)
    return root, items


def merged(shapes: Iterable[Shape]) -> Shape:
    """One shape that reads what each of `shapes`, all of one resource type, reads."""
    total = Shape("")
    for shape in shapes:
        total.type = shape.type
        total.add(shape)
    return total


def _collect_select(select: Select, focus: Shape, root: Shape, items: Items) -> None:
    match select:
        case Columns(columns):
            for column in columns:
                _collect(column.value, focus, root)
        case Product(parts) | Union(parts):
            for part in parts:
                _collect_select(part, focus, root, items)
        case Each(path, _, body):
            _collect_select(body, _collect(path, focus, root), root, items)
        case Repeat(first=first):
            reached = [_collect(path, focus, root) for path in first]
            _descend(select, reached, root, items, depth=1)
            for shape in reached:
                items.setdefault(select, Shape(shape.type)).add(shape)


def _descend(repeat: Repeat, reached: list[Shape], root: Shape, items: Items, *, depth: int) -> None:
    for shape in reached:
        shape.part("id", "id", False)  # items of different depth are then alike enough to be cast to one type
        if depth > MOST_DEPTH:
            shape.beyond = True
            continue
        _collect_select(repeat.body, shape, root, items)
        _descend(repeat, [_collect(path, shape, root) for path in repeat.again], root, items, depth=depth + 1)


def _collect(node: Node, focus: Shape, root: Shape) -> Shape:
    """Note every element that `node` reads; give the shape of what it leads to."""
    match node:
        case Focus():
            return focus
        case Root():
            return root
        case ResourceKey():
            return root
        case Member(type_name, _, base, key, repeats):
            return _collect(base, focus, root).part(key, type_name, repeats)
        case Where(base=base, criteria=criteria) | All(base=base, criteria=criteria):
            reached = _collect(base, focus, root)
            _collect(criteria, reached, root)
            return reached
    reached = Shape(node.type)
    for name in (entry.name for entry in fields(node)):  # type: ignore[arg-type]  # every Node is a dataclass
        value = getattr(node, name)
        if isinstance(value, Node):
            inner = _collect(value, focus, root)
            reached = inner if name == "base" else reached
    return reached


def duckdb_columns(root: Shape) -> str:
    """The `columns` argument of read_json for this shape."""
    return "{" + ", ".join(f"'{key}': '{duckdb_type(part)}'" for key, part in root.parts.items()) + "}"


def duckdb_type(shape: Shape) -> str:
    """The SQL type that an element of this shape is read as."""
    if kind_of(shape.type) != "complex":
        name = _PARSED.get(kind_of(shape.type), "VARCHAR")
    else:
        # Of an element whose parts no one reads only its presence counts; a struct must have one field.
        parts = [f'"{key}" {duckdb_type(part)}' for key, part in shape.parts.items()] or ['"id" VARCHAR']
        name = f"STRUCT({', '.join(parts)})"
    return name + "[]" if shape.repeats else name


def checker(root: Shape) -> Callable[[bytes], None]:
    """A function that raises RowFault for the JSON text of a resource that is not of this shape."""
    decode = msgspec.json.Decoder(_checked_type(root)).decode

    def check(body: bytes) -> None:
        try:
            decode(body)
        except msgspec.ValidationError as error:
            found = _WHERE_IN_MESSAGE.match(str(error))
            what, where = (found.group(1), found.group(2)) if found else (str(error), None)
            raise RowFault("shape", f"{(where or '$').removeprefix('$.')}: {what}") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise RowFault("not-json", "") from None

    return check


def _checked_type(shape: Shape) -> Any:
    names = {f"f{number}": key for number, key in enumerate(shape.parts)}
    listed: Any = list
    entries: list[tuple[str, Any, Any]] = []
    for name, key in names.items():
        part = shape.parts[key]
        if part.beyond:
            entries.append((name, None, None))
            continue
        kind = kind_of(part.type)
        checked: Any = _checked_type(part) if kind == "complex" else _CHECKED.get(kind, str)
        if part.repeats:
            # A list of values may have holes, which `_element` fills with extensions; a list of elements may not.
            checked = listed[checked if kind == "complex" else checked | None]
        entries.append((name, checked | None, None))
    return msgspec.defstruct(shape.type.replace(".", "_") or "Any", entries, rename=names, gc=False)
