"""Operators of a path: typed nodes → the node of their comparison or sum, or a fault where the types do not fit."""

from __future__ import annotations

from decimal import Decimal

from xinglin.views.errors import PathFault
from xinglin.views.nodes import Arithmetic, Compare, Constant, Node, SameLists, Single

DATES = ("date", "dateTime")
_NUMBERS = ("integer", "decimal")


def single(node: Node) -> Node:
    """`node` where only one value can stand."""
    return Single(node.type, node) if node.many else node


def minus(node: Node) -> Node:
    if isinstance(node, Constant) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return Constant(node.type, -node.value)
    return arithmetic("-", Constant("integer", 0), node)


def truth(node: Node) -> Node:
    """`node` as a criterion."""
    if node.kind not in ("boolean", "empty"):
        raise PathFault(
            f"a condition is a {node.type}, not true or false.", "a boolean", "Compare it, or add .exists()."
        )
    return single(node)


def of_kind(node: Node, kind: str, what: str) -> Node:
    if node.kind not in (kind, "empty"):
        raise PathFault(f"{what} works on a {kind}, not on a {node.type}.")
    return single(node)


def arithmetic(operator: str, left: Node, right: Node) -> Node:
    for node in (left, right):
        if node.kind not in ("integer", "decimal", "empty"):
            raise PathFault(f"{operator!r} works on numbers, not on a {node.type}.")
    if "empty" in (left.kind, right.kind):
        return Constant("empty", None)
    whole = left.kind == right.kind == "integer" and operator != "/"
    match operator:
        case "+" | "-" | "*" | "/":
            return Arithmetic("integer" if whole else "decimal", operator, left, right)
    raise PathFault(f"operator {operator!r} is not supported.")


def comparable(left: Node, right: Node) -> None:
    a, b = left.kind, right.kind
    if "complex" in (a, b):
        complex_type = left.type if a == "complex" else right.type
        raise PathFault(
            f"a {complex_type} cannot be compared.", "an element with a value", "Compare one of its elements."
        )
    if a == b or "empty" in (a, b) or (a in DATES and b in DATES) or (a in _NUMBERS and b in _NUMBERS):
        return
    remedy = "Write dates as @2025-10-31." if {a, b} & {*DATES, "time"} and "string" in (a, b) else ""
    raise PathFault(f"a {left.type} is compared with a {right.type}.", "two values of one kind", remedy)


def equal(left: Node, right: Node) -> Node:
    comparable(left, right)
    if "empty" in (left.kind, right.kind):
        return Constant("empty", None)
    if (left.many or right.many) and left.kind not in (*DATES, "time"):
        return SameLists(left, right)
    return Compare("=", single(left), single(right))
