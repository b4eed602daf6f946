"""Checked expressions in plain Python, with SQL's three-valued logic: None is unknown. Obvious, to be right."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xinglin.indicators.rendering import MICRO, MOMENT
from xinglin.packs.expression_tree import Column, Expression, Literal, Node, Operation, Operator

Row = Mapping[str, Any]
Evaluator = Callable[[Row], Any]


def evaluator(expression: Expression) -> Evaluator:
    """A function from a row to the expression's value: str, int, Decimal, float, bool, date or None."""
    return _node(expression.root)


def micro(value: float | Decimal | None) -> int | None:
    """A number in whole millionths, rounded half away from zero; None for none, and for what is not finite."""
    match value:
        case None:
            return None
        case Decimal():
            return int((value * MICRO).quantize(Decimal(1), ROUND_HALF_UP))
        case int():
            return value * MICRO
        case _:
            scaled = value * MICRO
            return _round(scaled) if math.isfinite(scaled) else None


def _round(value: float) -> int:
    whole = math.trunc(value)
    return whole + int(math.copysign(1, value)) if abs(value - whole) >= 0.5 else whole


def _node(node: Node) -> Evaluator:
    match node:
        case Column(name):
            return lambda row: row.get(name)
        case Literal(value):
            return lambda row: value
        case Operation():
            parts = [_node(argument) for argument in node.arguments]
            evaluate = EVALUATORS[node.operator]
            numeric = node.type == "number"
            if node.operator in ("case", "coalesce") and numeric:
                return lambda row: _float(evaluate([part(row) for part in parts]))
            return lambda row: evaluate([part(row) for part in parts])


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _strict(function: Callable[..., Any]) -> Callable[[Sequence[Any]], Any]:
    """Null when any argument is null, as most of SQL."""
    return lambda values: None if any(value is None for value in values) else function(*values)


def _number(function: Callable[..., float | None]) -> Callable[[Sequence[Any]], Any]:
    return _strict(lambda *values: function(*(float(value) for value in values)))


def _order(a: Any, b: Any) -> int:
    """-1, 0 or 1. A double beside a decimal: both as doubles."""
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
    return int(a > b) - int(a < b)


def _and(values: Sequence[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _or(values: Sequence[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _in(values: Sequence[Any]) -> bool | None:
    return _or([None if values[0] is None or other is None else _order(values[0], other) == 0 for other in values[1:]])


def _between(values: Sequence[Any]) -> bool | None:
    value, low, high = values
    above = None if value is None or low is None else _order(value, low) >= 0
    below = None if value is None or high is None else _order(value, high) <= 0
    return _and([above, below])


def _like(text: str, pattern: str) -> bool:
    wild = {"%": ".*", "_": "."}
    return re.fullmatch("".join(wild.get(c, re.escape(c)) for c in pattern), text, re.DOTALL) is not None


def _case(values: Sequence[Any]) -> Any:
    for position in range(0, len(values) - 1, 2):
        if values[position] is True:
            return values[position + 1]
    return values[-1]


def _age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _moment(text: str) -> datetime | None:
    if re.fullmatch(MOMENT, text, re.ASCII) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _minutes(since: str, until: str) -> float | None:
    first, last = _moment(since), _moment(until)
    if first is None or last is None:
        return None
    passed = last - first
    return float((passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds) / 60_000_000


EVALUATORS: dict[Operator, Callable[[Sequence[Any]], Any]] = {
    "eq": _strict(lambda a, b: _order(a, b) == 0),
    "ne": _strict(lambda a, b: _order(a, b) != 0),
    "lt": _strict(lambda a, b: _order(a, b) < 0),
    "le": _strict(lambda a, b: _order(a, b) <= 0),
    "gt": _strict(lambda a, b: _order(a, b) > 0),
    "ge": _strict(lambda a, b: _order(a, b) >= 0),
    "in": _in,
    "between": _between,
    "and": _and,
    "or": _or,
    "not": _strict(lambda a: not a),
    "is_null": lambda values: values[0] is None,
    "like": _strict(_like),
    "case": _case,
    "add": _number(lambda a, b: a + b),
    "sub": _number(lambda a, b: a - b),
    "mul": _number(lambda a, b: a * b),
    "div": _number(lambda a, b: None if b == 0 else a / b),
    "neg": _number(lambda a: -a),
    "concat": _strict(lambda a, b: a + b),
    "coalesce": lambda values: next((value for value in values if value is not None), None),
    "abs": _number(abs),
    "substr": _strict(lambda text, first, length: text[int(first) - 1 : int(first) - 1 + int(length)]),
    "left": _strict(lambda text, length: text[: int(length)]),
    "starts_with": _strict(lambda text, prefix: text.startswith(prefix)),
    "age_at": _strict(_age),
    "days_between": _strict(lambda since, until: (until - since).days),
    "minutes_between": _strict(_minutes),
}
