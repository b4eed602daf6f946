"""Checked expressions as DuckDB SQL. The same meaning as `referee_expressions`, held by one spec table for both.

Arithmetic is done in IEEE doubles and division by zero gives null, so that every engine gives the same number; all
else keeps the exact integers and decimals of the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from xinglin.packs.expression_tree import Column, Expression, Literal, Node, Operation, Operator, is_exact

#: A FHIR dateTime with seconds or minutes and an offset; the year is not 0000. Anything less has no minutes to count.
MOMENT = (
    r"^(\d{3}[1-9]|\d{2}[1-9]0|\d[1-9]00|[1-9]000)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$"
)

#: Amounts that are summed are whole millionths: adding them is exact in any order, on any engine.
MICRO = 1_000_000


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def to_sql(expression: Expression, row: str) -> str:
    """The expression over the columns of the table alias `row`."""
    return _node(expression.root, row)


def micro_sql(expression: Expression, row: str) -> str:
    """A number in whole millionths (HUGEINT), rounded half away from zero."""
    sql = to_sql(expression, row)
    if is_exact(expression.root):
        return f"CAST(CAST({sql} AS DECIMAL(38, 6)) * {MICRO} AS HUGEINT)"
    return f"TRY_CAST(round({sql} * {MICRO}) AS HUGEINT)"


def _node(node: Node, row: str) -> str:
    match node:
        case Column():
            return f"{row}.{quoted(node.name)}"
        case Literal():
            return _literal(node)
        case Operation():
            return RENDERERS[node.operator]([_node(argument, row) for argument in node.arguments], node)


def _literal(node: Literal) -> str:
    match node.value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if node.value else "FALSE"
        case Decimal():
            return f"({node.value:f})" if node.value < 0 else f"{node.value:f}"
        case date():
            return f"DATE '{node.value.isoformat()}'"
        case _:
            return text_literal(node.value)


Renderer = Callable[[Sequence[str], Operation], str]


def _infix(sign: str) -> Renderer:
    return lambda parts, _: "(" + f" {sign} ".join(parts) + ")"


def _double(part: str) -> str:
    return f"CAST({part} AS DOUBLE)"


def _arithmetic(sign: str) -> Renderer:
    return lambda parts, _: f"({_double(parts[0])} {sign} {_double(parts[1])})"


def _results(parts: Sequence[str], node: Operation) -> list[str]:
    return [_double(part) for part in parts] if node.type == "number" else list(parts)


def _case(parts: Sequence[str], node: Operation) -> str:
    results = _results([*parts[1:-1:2], parts[-1]], node)
    branches = " ".join(f"WHEN {test} THEN {result}" for test, result in zip(parts[:-1:2], results, strict=False))
    return f"CASE {branches} ELSE {results[-1]} END"


def _age(parts: Sequence[str], _: Operation) -> str:
    birth, day = parts
    before = f"month({day}) * 100 + day({day}) < month({birth}) * 100 + day({birth})"
    return f"(year({day}) - year({birth}) - CASE WHEN {before} THEN 1 ELSE 0 END)"


def _minutes(parts: Sequence[str], _: Operation) -> str:
    moments = [
        f"epoch_us(CASE WHEN regexp_matches({part}, {text_literal(MOMENT)}) THEN TRY_CAST({part} AS TIMESTAMPTZ) END)"
        for part in parts
    ]
    return f"(CAST({moments[1]} - {moments[0]} AS DOUBLE) / 60000000)"


RENDERERS: dict[Operator, Renderer] = {
    "eq": _infix("="),
    "ne": _infix("<>"),
    "lt": _infix("<"),
    "le": _infix("<="),
    "gt": _infix(">"),
    "ge": _infix(">="),
    "in": lambda parts, _: f"({parts[0]} IN ({', '.join(parts[1:])}))",
    "between": lambda parts, _: f"({parts[0]} BETWEEN {parts[1]} AND {parts[2]})",
    "and": _infix("AND"),
    "or": _infix("OR"),
    "not": lambda parts, _: f"(NOT {parts[0]})",
    "is_null": lambda parts, _: f"({parts[0]} IS NULL)",
    "like": _infix("LIKE"),
    "case": _case,
    "add": _arithmetic("+"),
    "sub": _arithmetic("-"),
    "mul": _arithmetic("*"),
    "div": lambda parts, _: f"({_double(parts[0])} / nullif({_double(parts[1])}, 0))",
    "neg": lambda parts, _: f"(-{_double(parts[0])})",
    "concat": _infix("||"),
    "coalesce": lambda parts, node: f"coalesce({', '.join(_results(parts, node))})",
    "abs": lambda parts, _: f"abs({_double(parts[0])})",
    "substr": lambda parts, _: f"substr({', '.join(parts)})",
    "left": lambda parts, _: f"left({', '.join(parts)})",
    "starts_with": lambda parts, _: f"starts_with({', '.join(parts)})",
    "age_at": _age,
    "days_between": lambda parts, _: f"(({parts[1]}) - ({parts[0]}))",
    "minutes_between": _minutes,
}
